"""Ledger lines a second time: what is observed, the rules of items, deductions and floors.

Slow, obvious, in fractions, straight from the rules; nothing here is shared with the product. Points are whole
ten-thousandths.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

from tests.second.catalogue import DIMENSIONS, ITEMS, NEGATIVE_LIST, Item, Negative
from tests.second.counted import Counted, Organisation, first_day, last_day, within
from tests.second.records import Event, Finding, Span


@dataclass
class Line:
    """A ledger line; `status` is met, unmet, missing, deducted, floor or mean."""

    dimension: str
    points: int
    full_points: int
    value: Fraction | None
    is_met: bool | None
    status: str


def half_up(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))


def shared(total: int, exact: dict[str, Fraction]) -> dict[str, int]:
    """Whole parts that add up to `total`: rounded down, what is left to the largest remainders, the first of equals."""
    parts = {name: floor(part) for name, part in exact.items()}
    by_remainder = sorted(exact, key=lambda name: exact[name] - parts[name], reverse=True)
    for name in by_remainder[: total - sum(parts.values())]:
        parts[name] += 1
    assert sum(parts.values()) == total
    return parts


def scored_items(known: Counted, organisation: Organisation, span: Span, period: str, cadence: str) -> dict[str, Line]:
    """Lines of the items of one cadence that apply to the organisation."""
    own = [item for item in ITEMS if item.cadence == cadence and span.domain in item.domains]
    full_points = _redistributed(own, {item.code for item in own if _applies(item, span)})
    lines = {}
    for item in own:
        if item.code in full_points:
            value = _observed(known, organisation, item, period)
            lines[item.code] = _line(item, full_points[item.code], value)
    return lines


def findings_within(known: Counted, organisation: Organisation, period: str) -> list[Finding]:
    start, end = first_day(period), last_day(period)
    return [finding for finding in known.findings.get(organisation, []) if start <= finding.found <= end]


def deductions(findings: list[Finding], cadence: str) -> dict[str, Line]:
    lines = {}
    for item in NEGATIVE_LIST:
        count = sum(finding.count for finding in findings if finding.item == item.code)
        if item.cadence == cadence and count:
            lines[item.code] = deduction(item, -min(item.each * count, item.cap), count)
    return lines


def deduction(item: Negative, points: int, count: int) -> Line:
    return Line(item.dimension, points, 0, Fraction(count), False, "deducted")


def floors(lines: dict[str, Line]) -> dict[str, Line]:
    made = {}
    for dimension in DIMENSIONS:
        points = sum(line.points for line in lines.values() if line.dimension == dimension)
        if points < 0:
            made[f"floor:{dimension}"] = Line(dimension, -points, 0, None, None, "floor")
    return made


def _applies(item: Item, span: Span) -> bool:
    if not item.applies_when:
        return True
    assert item.applies_when == "groups>=1"
    return span.groups is not None and span.groups >= 1


def _redistributed(items: list[Item], applicable: set[str]) -> dict[str, int]:
    """Full points of the applicable items, which take over those of the others of their dimension."""
    full_points: dict[str, int] = {}
    for dimension in DIMENSIONS:
        within_it = [item for item in items if item.dimension == dimension]
        taking = [item for item in within_it if item.code in applicable]
        whole = sum(item.points for item in within_it)
        base = sum(item.points for item in taking)
        full_points |= shared(whole, {item.code: Fraction(whole * item.points, base) for item in taking})
    return full_points


def _line(item: Item, full_points: int, value: Fraction | None) -> Line:
    if value is None:
        return Line(item.dimension, 0, full_points, None, False, "missing")
    share, is_met = _SHARES[item.rule](item, value)
    status = "met" if is_met else "unmet"
    return Line(item.dimension, half_up(full_points * share), full_points, value, is_met, status)


# --- the rules of items: the share earned, and whether the item is met


def _at_least(item: Item, value: Fraction) -> tuple[Fraction, bool]:
    is_met = value >= item.parameters["target"]
    return Fraction(is_met), is_met


def _proportional(item: Item, value: Fraction) -> tuple[Fraction, bool]:
    target = item.parameters["target"]
    return min(value / target, Fraction(1)), value >= target


def _yes_no(_item: Item, value: Fraction) -> tuple[Fraction, bool]:
    return value, value == 1


def _tiers(item: Item, value: Fraction) -> tuple[Fraction, bool]:
    share = Fraction(0)
    for start, worth in item.parameters["tiers"]:
        if value >= start:
            share = worth
    return share, share >= item.parameters["pass"]


def _per_unit(item: Item, value: Fraction) -> tuple[Fraction, bool]:
    own = Fraction(item.points, 10_000)
    return min(item.parameters["each"] * value, own) / own, value >= 1


def _inverse(item: Item, value: Fraction) -> tuple[Fraction, bool]:
    own = Fraction(item.points, 10_000)
    return max(own - item.parameters["each"] * value, Fraction(0)) / own, value == 0


_SHARES: dict[str, Callable[[Item, Fraction], tuple[Fraction, bool]]] = {
    "at_least": _at_least,
    "proportional": _proportional,
    "yes_no": _yes_no,
    "tiers": _tiers,
    "per_unit": _per_unit,
    "inverse": _inverse,
}


# --- what is observed


def _observed(known: Counted, organisation: Organisation, item: Item, period: str) -> Fraction | None:
    if item.source == "declaration":
        return known.declared.get((organisation, period, item.code))
    if item.source == "department":
        return known.submitted.get((organisation, period, item.code))
    events = within(known.events.get(organisation, []), period)
    what, _, rest = item.measure.partition(":")
    if what == "count":
        return Fraction(len(_about(events, *rest.split(":"))))
    if what == "ratio":
        kind, topic, terms = rest.split(":")
        return _ratio(_about(events, kind, topic), *terms.split("/"))
    return _state(what, rest, events, last_day(period))


def _about(events: list[Event], kind: str, topics: str) -> list[Event]:
    return [event for event in events if event.kind == kind and (not topics or event.topic in topics.split("|"))]


def _ratio(events: list[Event], of: str, over: str) -> Fraction | None:
    below = sum(_number(event, over) for event in events)
    return sum(_number(event, of) for event in events) / below if below else None


def _number(event: Event, key: str) -> Fraction:
    return Fraction(str(event.data[key]))


def _state(what: str, rest: str, events: list[Event], end: date) -> Fraction | None:
    """What the last roster snapshot of the period says."""
    rosters = sorted(_about(events, "roster", ""), key=lambda event: (event.occurred, event.captured))
    keys = rest.replace("<=", "/").split("/")
    if not rosters or any(key not in rosters[-1].data for key in keys):
        return None
    last = rosters[-1]
    if what == "state_ratio":
        return _ratio([last], *keys)
    if what == "state_flag":
        return Fraction(last.data[keys[0]] is True)
    if what == "state_value":
        return _number(last, keys[0])
    if what == "state_at_most":
        return Fraction(_number(last, keys[0]) <= _number(last, keys[1]))
    assert what == "state_not_before_period_end"
    return Fraction(date.fromisoformat(str(last.data[keys[0]])) >= end)
