"""The rule book that the entries in force on a day make up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from rulebooks.in_force import InForce
from rulebooks.shapes import ConditionEntry, Dated, ItemEntry, ProgressBoardEntry
from schemas import rulebook as models
from schemas.layouts import EventFields, EventLayout, Inbox, SenderLayout, SubmissionLayout, TableLayout


def assemble(scheme: str, now: InForce) -> models.RuleBook:
    """The rule book of a day, in rule-book order. Every entry that a scheme must have is in force and read."""
    read = now.read
    names, policies = _values(read["names"]), _values(read["policies"])
    snapshot = snapshot_kind(read["event_kinds"])
    rulebook = models.RuleBook(
        scheme=scheme,
        name=names["scheme"],
        index_name=names["index"],
        version=now.version.isoformat(),
        hash="",
        dimensions=tuple(models.Dimension(code, entry.name) for code, entry in _in_order(read["dimensions"])),
        domains=tuple(models.Domain(code, entry.name, entry.aliases) for code, entry in _in_order(read["domains"])),
        organization_kinds={
            text: code for code, entry in read["organization_kinds"].items() for text in (entry.name, *entry.aliases)
        },
        bodies=tuple(models.Body(code, entry.name) for code, entry in sorted(read["bodies"].items())),
        items=tuple(_item(code, entry, snapshot) for code, entry in _in_order(read["items"])),
        negative_items=tuple(
            models.NegativeItem(code=code, **_content(entry)) for code, entry in _in_order(read["negative_items"])
        ),
        conditions=tuple(_condition(code, entry) for code, entry in _by_severity(read["conditions"])),
        progress_boards=tuple(_progress_board(code, entry) for code, entry in sorted(read["progress_boards"].items())),
        policies=models.Policies(**{**policies, "full_points": dict(policies["full_points"])}),
        inbox=_inbox(read),
    )
    return replace(rulebook, hash=content_hash(rulebook))


def snapshot_kind(event_kinds: Mapping[str, EventFields]) -> str:
    """The kind of event that state measures read: the one that is a snapshot; "" unless exactly one is."""
    snapshots = [code for code, kind in event_kinds.items() if kind.is_snapshot]
    return snapshots[0] if len(snapshots) == 1 else ""


def content_hash(rulebook: models.RuleBook) -> str:
    """sha256 of the rules, whatever the order of files and keys and the spelling of numbers.

    How deliveries are found and read is left out: what a layout changes shows in what was read, and a department more
    is no other rule.
    """
    rules = {name: part for name, part in _plain(rulebook).items() if name != "inbox"}
    return sha256(json.dumps(rules, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, BaseModel):
        return {key: _plain(part) for key, part in value}
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Fraction | Decimal):
        return str(Fraction(value))
    return value.isoformat() if isinstance(value, date) else value


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


def _item(code: str, entry: ItemEntry, snapshot: str) -> models.Item:
    forms = {
        "rule": entry.rule.model(),
        "measure": entry.measure.model(snapshot) if entry.measure else None,
        "applies_when": entry.applies_when.model() if entry.applies_when else None,
    }
    return models.Item(code=code, **{**_content(entry), **forms})


def _condition(code: str, entry: ConditionEntry) -> models.Condition:
    forms = {"when": entry.when.model(), "responsible": tuple(form.model() for form in entry.responsible)}
    return models.Condition(code=code, **{**_content(entry), **forms})


def _progress_board(code: str, entry: ProgressBoardEntry) -> models.ProgressBoard:
    content = _content(entry)
    return models.ProgressBoard(code=code, lag_below=content.pop("lag_below_percent") / 100, **content)


def _inbox(read: Mapping[str, Mapping[str, Any]]) -> Inbox:
    layouts = {code: _undated(entry) for code, entry in read["layouts"].items()}
    kinds = {code: EventFields(**_undated(entry)) for code, entry in read["event_kinds"].items()}
    senders = {code: SenderLayout(**_undated(entry)) for code, entry in read["senders"].items()}
    return Inbox(
        **_values(read["conventions"]),
        registry=TableLayout(**layouts["registry"]),
        events=EventLayout(**layouts["platform"], kinds=kinds),
        declarations=TableLayout(**layouts["declarations"]),
        findings=TableLayout(**layouts["inspections"]),
        submissions=SubmissionLayout(**layouts["departments"], senders=senders),
    )
