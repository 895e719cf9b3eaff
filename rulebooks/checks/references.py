"""Names that entries of every kind refer to: dimensions, domains, bodies, kinds of organisation, cadences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rulebooks.checks.faults import Fault, all_unknown, by_code, codes, dimensions_of, unknown
from schemas.outcomes import ByBody, NearestKind, Responsible
from schemas.rulebook import RuleBook

_IN_DOMAINS = ("items", "adjustments", "coefficients", "limits", "scales", "shares")
_OF_A_CADENCE = (*_IN_DOMAINS, "negative_items", "conditions", "roll_ups")


def references(rulebook: RuleBook) -> Iterator[Fault]:
    """Dimensions and lead units of items and of the negative list."""
    dimensions, bodies = codes(rulebook.dimensions), codes(rulebook.bodies)
    adjusting = dimensions_of(rulebook, "adjustment")
    for section in ("items", "negative_items"):
        for path, entry in _entries(rulebook, section):
            yield from unknown(path, ("dimension",), "维度", entry.dimension, dimensions)
            if entry.dimension in adjusting:
                found = f"“{entry.dimension}”是加减分维度，不放指标"
                yield Fault(path, ("dimension",), found, "请改用别的维度，或在 adjustments.yaml 中写成加减分")
    for path, item in _entries(rulebook, "items"):
        yield from unknown(path, ("lead_unit",), "牵头单位", item.lead_unit, bodies)


def placed(rulebook: RuleBook) -> Iterator[Fault]:
    """Domains and cadences of all that has some."""
    domains = codes(rulebook.domains)
    for section in _IN_DOMAINS:
        for path, entry in _entries(rulebook, section):
            yield from all_unknown(path, ("domains",), "领域", entry.domains, domains)
    for section in _OF_A_CADENCE:
        for path, entry in _entries(rulebook, section):
            yield from unknown(path, ("cadence",), "考核周期", entry.cadence, rulebook.cadences)


def responsible(rulebook: RuleBook) -> Iterator[Fault]:
    """Who must see to warnings and consequences."""
    for condition in rulebook.conditions:
        if condition.colour and not condition.responsible:
            yield Fault(f"conditions.{condition.code}", ("responsible",), "亮牌的条件没有责任主体", "请写明由谁督办")
        yield from _known(rulebook, f"conditions.{condition.code}", condition.responsible)
    for consequence in rulebook.consequences:
        yield from _known(rulebook, f"consequences.{consequence.code}", consequence.responsible)


def _known(rulebook: RuleBook, path: str, forms: Iterable[Responsible]) -> Iterator[Fault]:
    bodies, kinds = codes(rulebook.bodies), codes(rulebook.organization_kinds.values())
    for place, form in enumerate(forms):
        keys = ("responsible", place)
        if isinstance(form, ByBody):
            yield from unknown(path, (*keys, "body"), "责任主体", form.code, bodies)
        if isinstance(form, NearestKind):
            yield from all_unknown(path, (*keys, "nearest_kind"), "组织类型", form.kinds, kinds)


def _entries(rulebook: RuleBook, section: str) -> Iterator[tuple[str, Any]]:
    for code, entry in by_code(getattr(rulebook, section)).items():
        yield f"{section}.{code}", entry
