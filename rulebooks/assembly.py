"""The rule book that the entries in force on a day make up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rulebooks.hashing import content_hash
from rulebooks.in_force import InForce
from rulebooks.shapes.base import Dated
from rulebooks.shapes.inbox import ExpectedEntry
from rulebooks.shapes.items import ConditionEntry, ItemEntry, ProgressBoardEntry
from rulebooks.shapes.outcomes import AdjustmentEntry, ConsequenceEntry, LimitEntry, ScaleEntry, WatchListEntry
from rulebooks.shapes.scheme import CadenceEntry, DomainEntry, OrganizationKindEntry
from rulebooks.splitting import split
from schemas import conditions, outcomes
from schemas import rulebook as models
from schemas.kinds import Kind
from schemas.layouts import EventFields, EventLayout, Expected, Inbox, SenderLayout, SubmissionLayout, TableLayout
from schemas.periods import CADENCES, Cadence
from schemas.watch_list import Circumstance, WatchList


def assemble(scheme: str, now: InForce) -> models.RuleBook:
    """The rule book of a day, in rule-book order. Every entry that a scheme must have is in force and read."""
    read = now.read
    names = _values(read["names"])
    snapshot = snapshot_kind(read["event_kinds"])
    rulebook = models.RuleBook(
        scheme=scheme,
        name=names["scheme"],
        index_name=names["index"],
        version=now.version.isoformat(),
        hash="",
        dimensions=tuple(
            models.Dimension(code, entry.name, entry.role) for code, entry in _in_order(read["dimensions"])
        ),
        domains=tuple(_domain(code, entry) for code, entry in _in_order(read["domains"])),
        organization_kinds=dict(_kinds(read["organization_kinds"])),
        bodies=tuple(models.Body(code, entry.name) for code, entry in sorted(read["bodies"].items())),
        items=tuple(item for code, entry in _in_order(read["items"]) for item in _items(code, entry, snapshot)),
        negative_items=_plainly(models.NegativeItem, _in_order(read["negative_items"])),
        conditions=tuple(_condition(code, entry) for code, entry in _by_severity(read["conditions"])),
        progress_boards=tuple(_progress_board(code, entry) for code, entry in sorted(read["progress_boards"].items())),
        cadences={code: _cadence(code, read["cadences"][code]) for code in CADENCES if code in read["cadences"]},
        adjustments=tuple(_adjustment(code, entry) for code, entry in _in_order(read["adjustments"])),
        coefficients=_plainly(outcomes.Coefficient, _in_order(read["coefficients"])),
        limits=tuple(_limit(code, entry) for code, entry in _in_order(read["limits"])),
        scales=tuple(_scale(code, entry) for code, entry in _in_order(read["scales"])),
        consequences=tuple(_consequence(code, entry) for code, entry in sorted(read["consequences"].items())),
        shares=_plainly(outcomes.Share, sorted(read["shares"].items())),
        roll_ups=_plainly(outcomes.RollUp, _in_order(read["roll_ups"])),
        control_totals=_plainly(models.ControlTotal, sorted(read["control_totals"].items())),
        watch_list=_watch_list(read["watch_list"]),
        circumstances=_plainly(Circumstance, _in_order(read["circumstances"])),
        policies=models.Policies(**_values(read["policies"])),
        inbox=_inbox(read),
    )
    return replace(rulebook, hash=content_hash(rulebook))


def snapshot_kind(event_kinds: Mapping[str, EventFields]) -> str:
    """The kind of event that state measures read: the one that is a snapshot; "" unless exactly one is."""
    snapshots = [code for code, kind in event_kinds.items() if kind.is_snapshot]
    return snapshots[0] if len(snapshots) == 1 else ""


def _in_order(entries: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(entries.items(), key=lambda pair: (pair[1].order, pair[0]))


def _by_severity(entries: Mapping[str, ConditionEntry]) -> list[tuple[str, ConditionEntry]]:
    return sorted(entries.items(), key=lambda pair: (pair[1].severity, pair[0]))


def _values(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {code: entry.value for code, entry in entries.items()}


def _content(entry: Dated) -> dict[str, Any]:
    return {key: value for key, value in entry if key != "retired"}


def _undated(entry: Dated) -> dict[str, Any]:
    return {key: value for key, value in entry if key not in Dated.model_fields}


def _plainly(model: Any, entries: list[tuple[str, Any]]) -> tuple[Any, ...]:
    return tuple(model(code=code, **_content(entry)) for code, entry in entries)


def _domain(code: str, entry: DomainEntry) -> models.Domain:
    where = dict(entry.where or {})
    return models.Domain(code, entry.name, entry.aliases, where, entry.peers_by, dict(entry.full_points))


def _kinds(entries: Mapping[str, OrganizationKindEntry]) -> Iterator[tuple[str, models.OrganizationKind]]:
    for code, entry in entries.items():
        for text in (entry.name, *entry.aliases):
            yield text, models.OrganizationKind(code, entry.name, entry.is_restricted)


def _cadence(code: Cadence, entry: CadenceEntry) -> models.CadenceRule:
    before = entry.publish_before
    published = (before.month, before.day) if before else None
    parts = tuple(cadence for cadence in CADENCES if cadence in entry.parts)
    return models.CadenceRule(code, entry.full_points, parts, entry.deductions, published)


def _items(code: str, entry: ItemEntry, snapshot: str) -> Iterator[models.Item]:
    forms = {
        "rule": entry.rule.model(),
        "measure": entry.measure.model(snapshot) if entry.measure else None,
        "relatives": entry.relatives.model() if entry.relatives else None,
        "ballot": entry.ballot.model() if entry.ballot else None,
        "applies_when": entry.applies_when.model() if entry.applies_when else None,
    }
    content = {key: value for key, value in _content(entry).items() if key != "assessors"} | forms
    for assessor, points in split(entry.points, entry.assessors or {"": 1}).items():
        yield models.Item(code=code, **{**content, "assessor": assessor, "points": points})


def _condition(code: str, entry: ConditionEntry) -> conditions.Condition:
    forms = {"when": entry.when.model(), "responsible": tuple(form.model() for form in entry.responsible)}
    return conditions.Condition(code=code, **{**_content(entry), **forms})


def _progress_board(code: str, entry: ProgressBoardEntry) -> models.ProgressBoard:
    content = _content(entry)
    return models.ProgressBoard(code=code, lag_below=content.pop("lag_below_percent") / 100, **content)


def _adjustment(code: str, entry: AdjustmentEntry) -> outcomes.Adjustment:
    forms = {
        "each": entry.each or 0,
        "cap": entry.cap or 0,
        "by_rank": entry.by_rank.model() if entry.by_rank else None,
    }
    return outcomes.Adjustment(code=code, **{**_content(entry), **forms})


def _limit(code: str, entry: LimitEntry) -> outcomes.Limit:
    content = _content(entry)
    return outcomes.Limit(
        code=code,
        conditions=tuple(form.model() for form in content.pop("when")),
        effects=tuple(effect for form in content.pop("effects") for effect in form.models()),
        **content,
    )


def _scale(code: str, entry: ScaleEntry) -> outcomes.Scale:
    forms = {
        "grades": tuple(form.model() for form in entry.grades),
        "by_unit": entry.by_unit.model() if entry.by_unit else None,
    }
    return outcomes.Scale(code=code, **{**_content(entry), **forms})


def _consequence(code: str, entry: ConsequenceEntry) -> outcomes.Consequence:
    responsible = tuple(form.model() for form in entry.responsible)
    return outcomes.Consequence(code=code, **{**_content(entry), "responsible": responsible})


def _watch_list(entries: Mapping[str, WatchListEntry]) -> WatchList | None:
    return WatchList(**_content(entries["list"])) if "list" in entries else None


def _inbox(read: Mapping[str, Mapping[str, Any]]) -> Inbox:
    layouts = {code: _undated(entry) for code, entry in read["layouts"].items()}
    tables = {code: TableLayout(**layouts[code]) for code in _TABLES if code in layouts}
    kinds = {code: EventFields(**_undated(entry)) for code, entry in read["event_kinds"].items()}
    senders = {code: SenderLayout(**_undated(entry)) for code, entry in read["senders"].items()}
    return Inbox(
        **_values(read["conventions"]),
        **{_TABLES[code]: table for code, table in tables.items()},
        events=EventLayout(**layouts["platform"], kinds=kinds) if "platform" in layouts else None,
        submissions=SubmissionLayout(**layouts["departments"], senders=senders) if "departments" in layouts else None,
        expected=tuple(_expected(code, entry) for code, entry in sorted(read["expected"].items())),
    )


def _expected(code: str, entry: ExpectedEntry) -> Expected:
    content = _undated(entry)
    return Expected(code=code, kind=EXPECTED_KINDS[content.pop("of")], **content)


_TABLES = {"registry": "registry", "declarations": "declarations", "inspections": "findings", "totals": "totals"}
"""Layouts of one table: how the file calls it, and how the inbox does."""
EXPECTED_KINDS: dict[str, Kind] = {
    "registry": "registry", "platform": "events", "declarations": "declarations", "inspections": "findings",
    "departments": "submissions", "totals": "totals",
}  # fmt: skip
"""Layouts of what may be due, and the kind of delivery that each is read as."""
