"""A rule book as people read it: everything that it rules on a day, section by section."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from boards.rule_sections import (
    cadence_rule,
    condition_rule,
    consequence_rule,
    control_total_rule,
    negative_rule,
    roll_up_rule,
    scale_rule,
    share_rule,
    watch_list_rule,
)
from schemas.periods import CADENCE_TITLES
from schemas.rulebook import POINT, Dimension, RuleBook
from transforms import wording
from transforms.rule_texts import adjustment_text, coefficient_text, limit_text

_KINDS = {"bonus": "加分", "deduction": "扣分", "veto": "一票否决"}
_SECTIONS = {
    "negative_items": "反向指标",
    "adjustments": "加减分和一票否决",
    "coefficients": "系数",
    "limits": "限制",
    "scales": "等次",
    "consequences": "等次带来的任务",
    "shares": "个人系数",
    "conditions": "预警条件",
    "roll_ups": "逐级汇总",
    "control_totals": "总数核对",
    "watch_list": "软弱涣散整顿名单",
    "circumstances": "软弱涣散情形",
}
_NAMED = 4
"""Domains of an item that are named; more are counted."""


def rules_told(rulebook: RuleBook) -> dict[str, Any]:
    """Everything that the rule book rules, with points in points; an item that several assess has an entry for each."""
    dimensions = {dimension.code: dimension.name for dimension in rulebook.dimensions}
    domains = {domain.code: domain.name for domain in rulebook.domains}
    return {
        "scheme": rulebook.scheme,
        "name": rulebook.name,
        "version": rulebook.version,
        "domains": list(domains.values()),
        "cadences": [
            {"cadence": cadence, "full_points": rule.full_points / POINT, "rule": cadence_rule(rule, rulebook)}
            for cadence, rule in rulebook.cadences.items()
        ],
        "dimensions": [
            {"code": one.code, "name": one.name, "role": one.role, "title": _title(one, rulebook)}
            for one in rulebook.dimensions
        ],
        "items": [
            {
                "code": item.code,
                "assessor": item.assessor,
                "name": item.name,
                "dimension": dimensions[item.dimension],
                "domains": [domains[domain] for domain in item.domains],
                "cadence": item.cadence,
                "points": item.points / POINT,
                "rule": wording.rule_text(item),
                "lead_unit": item.lead_unit,
                "is_dynamic": item.is_dynamic,
                "is_mandatory": item.is_mandatory,
                "reference": item.reference,
            }
            for item in rulebook.items
        ],
    } | _sections(rulebook)


def rule_lines(told: dict[str, Any]) -> Iterator[str]:
    """The same as text."""
    yield f"{told['name']}（{told['scheme']}），{told['version']}起施行"
    yield "考核期"
    yield from (f"  {CADENCE_TITLES[entry['cadence']]}：{entry['rule']}" for entry in told["cadences"])
    for dimension in told["dimensions"]:
        own = [item for item in told["items"] if item["dimension"] == dimension["name"]]
        if own:
            yield dimension["title"]
        for _, entries in groupby(own, key=lambda item: item["code"]):
            yield _item_line(list(entries), told["domains"])
    for section, title in _SECTIONS.items():
        if told[section]:
            yield title
        yield from (_entry_line(entry) for entry in told[section])


def _sections(rulebook: RuleBook) -> dict[str, list[dict[str, Any]]]:
    return {
        "negative_items": [_entry(item, "反向指标", negative_rule(item)) for item in rulebook.negative_items],
        "adjustments": [
            _entry(
                entry, _KINDS[entry.kind], adjustment_text(entry) if entry.kind != "veto" else "一票否决事项，不计分"
            )
            for entry in rulebook.adjustments
        ],
        "coefficients": [_entry(entry, "系数", coefficient_text(entry, rulebook)) for entry in rulebook.coefficients],
        "limits": [_entry(limit, "限制", limit_text(limit, rulebook)) for limit in rulebook.limits],
        "scales": [_entry(scale, "等次", scale_rule(scale, rulebook)) for scale in rulebook.scales],
        "consequences": [_entry(one, "任务", consequence_rule(one, rulebook)) for one in rulebook.consequences],
        "shares": [_entry(share, "个人系数", share_rule(share, rulebook)) for share in rulebook.shares],
        "conditions": [
            _entry(condition, "预警", condition_rule(condition, rulebook)) | {"colour": condition.colour}
            for condition in rulebook.conditions
        ],
        "roll_ups": [_entry(entry, "汇总", roll_up_rule(entry, rulebook)) for entry in rulebook.roll_ups],
        "control_totals": [_entry(entry, "核对", control_total_rule(entry)) for entry in rulebook.control_totals],
        "watch_list": _watch_list(rulebook),
        "circumstances": [_entry(one, "情形", "审核通过的计一种，不计分") for one in rulebook.circumstances],
    }


def _watch_list(rulebook: RuleBook) -> list[dict[str, Any]]:
    """The list of weak and lax organisations, where the scheme keeps one."""
    watched = rulebook.watch_list
    if watched is None:
        return []
    told = {"code": "list", "name": watched.name, "kind": "名单", "cadence": "year"}
    return [told | {"rule": watch_list_rule(watched)}]


def _entry(entry: Any, kind: str, rule: str) -> dict[str, Any]:
    return {
        "code": entry.code,
        "name": entry.name,
        "kind": kind,
        "cadence": getattr(entry, "cadence", None),
        "rule": rule,
    }


def _title(dimension: Dimension, rulebook: RuleBook) -> str:
    return dimension.name + (f"（不计入{rulebook.index_name}）" if dimension.role == "basis" else "")


def _item_line(entries: list[dict[str, Any]], domains: list[str]) -> str:
    """An item; where several assess it with what each gives."""
    item = entries[0]
    named = item["domains"]
    where = "各领域" if len(named) == len(domains) else "、".join(named[:_NAMED])
    where += f"等{len(named)}个领域" if _NAMED < len(named) < len(domains) else ""
    told = [where, CADENCE_TITLES[item["cadence"]]]
    told += ["动态监测要素"] * item["is_dynamic"] + ["必达"] * item["is_mandatory"]
    if item["assessor"]:
        told.append("、".join(f"{entry['assessor']}{entry['points']:g}分" for entry in entries))
    points = sum(entry["points"] for entry in entries)
    return f"  {item['code']} {item['name']}  {points:g}分（{'，'.join(told)}）{item['rule']}"


def _entry_line(entry: dict[str, Any]) -> str:
    when = f"（{CADENCE_TITLES[entry['cadence']]}）" if entry["cadence"] else "："
    return f"  {entry['code']} {entry['name']}{when}{entry['rule']}"
