"""The check of known errors of sources (更正登记): what each is of, what is wrong, and what is right."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from schemas.fields import FIELDS
from schemas.kinds import KIND_NAMES, Kind
from schemas.layouts import Inbox
from schemas.periods import NotAPeriod, Period
from schemas.records import corrections_schema
from schemas.rulebook import RuleBook
from schemas.texts import FULL_WIDTH
from transforms.checks import sentences
from transforms.checks.checked import WHOLE_RECORD, Checked, Sentences, checked, headings_of
from transforms.dates import days, local_days, moments
from transforms.items import MALFORMED, OK, UNKNOWN

MATERIALS: dict[str, Kind] = {
    KIND_NAMES[kind]: kind for kind in ("registry", "events", "declarations", "submissions", "findings", "totals")
}
"""What can be corrected, as it is called."""
RECORD_FIELD: dict[Kind, str] = {
    "registry": "valid_from",
    "events": "event_id",
    "declarations": "declared_at",
    "submissions": "town",
    "findings": "found_on",
    "totals": "figure",
}
"""The field that tells records of one organisation apart."""
EVENT_FIELDS = ("event_id", "org_code", "kind", "topic", "occurred_at", "captured_at")
ELSEWHERE, NO_CELL, UNCHANGED = "elsewhere", "no_cell", "unchanged"
_BLANKS = re.compile(r"\s+")
_UNIT = re.compile(r"\([^()]*\)$")
_DAY_FIELDS = (("events", "occurred_at"), ("findings", "found_on"))
_FAULTS = ("correction", "of_period", "whose", "record", "expected", "corrected")
_KEPT = [
    "batch_id", "row_no", "correction", "of_period", "sender", "organization", "item_code", "record", "column_name",
    "expected", "corrected", "cause", "provider",
]  # fmt: skip
_CELL = ["kind", "of_period", "sender", "organization", "item_code", "record", "column_name"]
_MESSAGES = {
    "same_name": "另有一条更正也叫{value}，都不采用。请给每条更正取一个不同的名称",
    "same_cell": "另有一条更正改的是同一格（{column}这里是{value}），都不采用。请只保留一条",
    ELSEWHERE: "{column}填的{value}不是更正所属考核期里的日期。记录按日期归期，更正不能把它移到别的考核期",
    NO_CELL: "{column}没有填写。部门没有填的格不能用更正补上。请由部门补报",
    UNCHANGED: "{column}填的{value}与原值相同，没有改变什么。请改正，或删去这一条",
}
"""What the writer reads where the reason alone does not say enough."""


def check_corrections(records: pd.DataFrame, rulebook: RuleBook) -> Checked:
    """Corrections that are in order, typed; rejections for the rest.

    Typed columns: correction (its name, unique), kind of delivery, of_period, sender, organization, item_code, record,
    column_name, field (what the column is called here), expected, corrected, cause, provider and recorded_on (a day).
    Whether there is such a record, and whether its cell is as expected, is `transforms.corrections`' matter.
    """
    inbox = rulebook.inbox
    rows = [_read(row, inbox) for row in records.astype("object").where(records.notna(), None).to_dict("records")]
    typed = records[_KEPT].assign(
        kind=_texts(records, [row["kind"] for row in rows]),
        field=_texts(records, [row["field"] for row in rows]),
        recorded_on=days(records["recorded_on"]),
    )
    faults = pd.DataFrame([_faults(row) for row in rows], columns=list(_FAULTS), index=records.index, dtype="str")
    judged = faults.assign(
        fault=records["fault"].fillna(""),
        same_name=records["correction"].notna() & records["correction"].duplicated(keep=False),
        same_cell=typed.duplicated(_CELL, keep=False),
        material=records["material"],
        column_name=_texts(records, [_column_fault(row) for row in rows]),
        cause=records["cause"],
        provider=records["provider"],
        recorded_on=typed["recorded_on"],
    )
    headings = headings_of(inbox.corrections)
    headings |= {"same_name": headings["correction"], "same_cell": headings["column_name"], "fault": WHOLE_RECORD}
    headings["whose"] = headings["organization"]
    cited = {"same_name": records["correction"], "same_cell": records["column_name"], "whose": records["organization"]}

    def of_columns(positions: np.ndarray) -> list[str]:
        return [sentences.allowed(_columns(rows[place]["kind"], inbox)) for place in positions.tolist()]

    said: Sentences = {
        ("material", "unknown_status"): sentences.allowed(MATERIALS),
        ("column_name", "unknown_status"): of_columns,
        ("of_period", "malformed"): sentences.PERIOD,
        ("recorded_on", "malformed"): sentences.DAY,
    }
    told = {f"{name}.message": faults[name].map(_MESSAGES) for name in ("expected", "corrected")}
    told |= {
        f"{name}.message": _texts(records, [_MESSAGES[name]] * len(records)) for name in ("same_name", "same_cell")
    }
    return checked(typed, judged, corrections_schema(MATERIALS), headings, records.assign(**cited, **told), said)


def field_named(kind: Kind | None, column: str | None, inbox: Inbox) -> str | None:
    """What a column of a kind's deliveries is called here: a field, `data.<key>` of an event; None where unknown."""
    if kind is None or column is None:
        return None
    named = {_heading(heading): field for heading, field in _columns(kind, inbox).items()}
    key = _heading(column)
    return named.get(key) or named.get(_UNIT.sub("", key))


def items_named(column: str, sender: str | None, inbox: Inbox) -> set[str]:
    """The items that a column of departments' sheets holds, of one sender or of all; none where it holds none."""
    senders = inbox.submissions.senders if inbox.submissions else {}
    keys = {_heading(column), _UNIT.sub("", _heading(column))}
    return {
        code
        for name, layout in senders.items()
        if sender in (None, name)
        for heading, code in layout.items.items()
        if _heading(heading) in keys
    }


def _columns(kind: Kind, inbox: Inbox) -> dict[str, str]:
    """Headings of the kind's deliveries and the field that each is."""
    if kind == "events":
        layouts = inbox.events.kinds.values() if inbox.events else ()
        data = {name for one in layouts for name in (*one.numbers, *one.flags, *one.dates)}
        return {name: name for name in (*EVENT_FIELDS, *(f"data.{name}" for name in sorted(data)))}
    if kind == "submissions":
        layout = inbox.submissions
        items = {heading: "value_text" for one in layout.senders.values() for heading in one.items} if layout else {}
        return items | (layout.columns if layout else {})
    table = getattr(inbox, kind)
    return table.columns if table else {}


def _heading(text: str) -> str:
    return _BLANKS.sub("", text.translate(FULL_WIDTH))


def _read(row: dict[str, Any], inbox: Inbox) -> dict[str, Any]:
    """The row with its kind of delivery, its period and the field that it corrects; None where unknown."""
    kind = MATERIALS.get(row["material"])
    return row | {
        "kind": kind,
        "period": _period(row["of_period"]),
        "field": field_named(kind, row["column_name"], inbox),
    }


def _texts(records: pd.DataFrame, texts: list[str | None]) -> pd.Series:
    return pd.Series(texts, index=records.index, dtype="str")


def _faults(row: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the cells of one correction by themselves, by column."""
    kind, period = row["kind"], row["period"]
    is_named = 0 < len(row["correction"] or "") <= FIELDS["correction"].size
    is_placed = period is not None or (kind == "registry" and not row["of_period"])
    is_recorded = kind != "totals" or row["record"]
    found = (is_named, is_placed, _is_whose(row), is_recorded)
    verdicts = (OK if fine else MALFORMED for fine in found)
    return dict(zip(_FAULTS, (*verdicts, _expected_fault(row), _corrected_fault(row)), strict=True))


def _column_fault(row: dict[str, Any]) -> str | None:
    """Nothing is said of the column where the material is not known."""
    if row["column_name"] is None:
        return None
    return OK if row["field"] or row["kind"] is None else UNKNOWN


def _period(text: str | None) -> Period | None:
    try:
        return Period.parse(text or "")
    except NotAPeriod:
        return None


def _is_whose(row: dict[str, Any]) -> bool:
    """Whether the row says whose record is meant: stated totals are nobody's, an event's number says enough."""
    return bool(row["organization"]) or row["kind"] == "totals" or (row["kind"] == "events" and bool(row["record"]))


def _expected_fault(row: dict[str, Any]) -> str:
    if row["kind"] == "submissions" and row["field"] == "value_text" and not row["expected"]:
        return NO_CELL
    return _day_fault(row, row["expected"])


def _corrected_fault(row: dict[str, Any]) -> str:
    return UNCHANGED if row["corrected"] == row["expected"] else _day_fault(row, row["corrected"])


def _day_fault(row: dict[str, Any], text: str | None) -> str:
    """Records are read by their day: one whose day is not in the period would not be found, or be lost."""
    if (row["kind"], row["field"]) not in _DAY_FIELDS or row["period"] is None:
        return OK
    texts = pd.Series([text], dtype="str")
    day = (days(texts) if row["kind"] == "findings" else local_days(moments(texts))).iloc[0]
    return OK if pd.notna(day) and row["period"].contains(day.date()) else ELSEWHERE
