"""Measures: the events that they read, and the events' fields."""

from __future__ import annotations

from collections.abc import Iterator

from rulebooks.checks.faults import Fault, Keys, by_code, unknown
from schemas.conditions import DateDue
from schemas.layouts import EventFields
from schemas.rulebook import Measure, MeasureKind, RuleBook

_FIELD_TYPES: dict[MeasureKind, str] = {
    "count": "numbers",
    "ratio": "numbers",
    "state_ratio": "numbers",
    "state_at_most": "numbers",
    "state_value": "numbers",
    "state_flag": "flags",
    "state_not_before_period_end": "dates",
    "state_within": "dates",
}


def event_kinds(rulebook: RuleBook) -> Iterator[Fault]:
    """Fields that are required or ordered are among those of the kind."""
    for code, kind in _kinds(rulebook).items():
        numbers = set(kind.numbers)
        known = {"required": {*numbers, *kind.flags, *kind.dates}, "ascending": numbers, "not_negative": numbers}
        for key, allowed in known.items():
            for place, name in enumerate(getattr(kind, key)):
                yield from unknown(f"event_kinds.{code}", (key, place), "字段", name, allowed)


def measures(rulebook: RuleBook) -> Iterator[Fault]:
    """What items measure are fields of events that there are."""
    kinds = _kinds(rulebook)
    for code, item in by_code(rulebook.items).items():
        path, measure = f"items.{code}", item.measure
        if measure and measure.event in kinds:
            yield from _fields(path, measure, kinds[measure.event])
        elif measure and measure.event and rulebook.inbox.events:
            yield from unknown(path, ("measure", measure.kind, "event"), "事件种类", measure.event, kinds)
        elif measure and rulebook.inbox.events:
            remedy = "请在 inbox.yaml 的 event_kinds 中给且只给一种事件写 is_snapshot: true"
            yield Fault(path, ("measure", measure.kind), "没有唯一的快照事件可读", remedy)


def dates_due(rulebook: RuleBook) -> Iterator[Fault]:
    """Dates that warnings wait for are those of a snapshot."""
    snapshots = {code: kind for code, kind in _kinds(rulebook).items() if kind.is_snapshot}
    for condition in rulebook.conditions:
        if isinstance(condition.when, DateDue):
            path, keys, due = f"conditions.{condition.code}", ("when", "date_due"), condition.when
            yield from unknown(path, (*keys, "event"), "快照事件", due.event, snapshots)
            if due.event in snapshots:
                yield from unknown(path, (*keys, "of"), "日期字段", due.of, snapshots[due.event].dates)


def _kinds(rulebook: RuleBook) -> dict[str, EventFields]:
    return rulebook.inbox.events.kinds if rulebook.inbox.events else {}


def _fields(path: str, measure: Measure, kind: EventFields) -> Iterator[Fault]:
    known = getattr(kind, _FIELD_TYPES[measure.kind])
    under = ("measure", measure.kind)
    is_bare = measure.kind in {"state_flag", "state_value", "state_not_before_period_end"}
    second = "limit" if measure.kind == "state_at_most" else "over"
    named = [*_placed(under if is_bare else (*under, "of"), measure.of), *_placed((*under, second), measure.over)]
    for keys, name in named:
        yield from unknown(path, keys, f"{measure.event} 的这类字段", name, known)
    for name in measure.having:
        yield from unknown(path, (*under, "having", name), f"{measure.event} 的数值字段", name, kind.numbers)
    if measure.tolerance_days and measure.on_day is None:
        yield Fault(path, (*under, "tolerance_days"), "没有写哪一天，谈不上前后差几天", "请写 on_day，或删去")


def _placed(keys: Keys, names: tuple[str, ...]) -> list[tuple[Keys, str]]:
    return [(keys if len(names) == 1 else (*keys, place), name) for place, name in enumerate(names)]
