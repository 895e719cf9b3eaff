"""A rule book as people read it: items, deductions and warning conditions in force on a day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.rulebook import RuleBook
from transforms import wording

CADENCES = {"month": "月度", "quarter": "季度"}


def rules_told(rulebook: RuleBook) -> dict[str, Any]:
    """Items, negative list and conditions, with points in points."""
    dimensions = {dimension.code: dimension.name for dimension in rulebook.dimensions}
    domains = {domain.code: domain.name for domain in rulebook.domains}
    return {
        "scheme": rulebook.scheme,
        "name": rulebook.name,
        "version": rulebook.version,
        "items": [
            {
                "code": item.code, "name": item.name, "dimension": dimensions[item.dimension],
                "domains": [domains[domain] for domain in item.domains], "cadence": item.cadence,
                "points": item.points / 10_000, "rule": wording.rule_text(item), "lead_unit": item.lead_unit,
                "is_dynamic": item.is_dynamic, "reference": item.reference,
            }
            for item in rulebook.items
        ],
        "negative_items": [
            {"code": item.code, "name": item.name, "cadence": item.cadence, "rule": wording.deduction_text(item)}
            for item in rulebook.negative_items
        ],
        "conditions": [
            {"code": condition.code, "name": condition.name, "colour": condition.colour}
            for condition in rulebook.conditions
        ],
    }  # fmt: skip


def rule_lines(told: dict[str, Any]) -> Iterator[str]:
    """The same as text."""
    yield f"{told['name']}（{told['scheme']}），{told['version']}起施行"
    for item in told["items"]:
        where = "各领域" if len(item["domains"]) > 1 else item["domains"][0]
        dynamic = "，动态监测要素" if item["is_dynamic"] else ""
        when = f"{where}，{CADENCES[item['cadence']]}{dynamic}"
        yield f"  {item['code']} {item['name']}  {item['points']:g}分（{when}）{item['rule']}"
    yield "反向指标"
    for item in told["negative_items"]:
        yield f"  {item['code']} {item['name']}（{CADENCES[item['cadence']]}）{item['rule']}"
    yield "预警条件"
    yield from (f"  {condition['code']} {condition['name']}" for condition in told["conditions"])
