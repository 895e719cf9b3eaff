"""The check of platform events."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from schemas.layouts import EventFields
from schemas.records import events_schema
from schemas.rulebook import RuleBook
from schemas.texts import quoted
from transforms.checks import sentences
from transforms.checks.checked import WHOLE_RECORD, Checked, Sentences, checked, literal
from transforms.dates import days, local_days, moments, ordinals
from transforms.exact import numbers, product
from transforms.items import MALFORMED, OK, OUT_OF_RANGE
from transforms.registry import Registry

_HEADINGS = {"fault": WHOLE_RECORD, "organization": "org_code"}
DATA = "data."
"""Prefix of the columns that hold an event's data."""
_FLAG = "{column}填的{value}不是true或false。请改正后重新推送"
_NEGATIVE = "{column}填的{value}小于0。请核对数值后重新推送"


def check_events(records: pd.DataFrame, registry: Registry, rulebook: RuleBook) -> Checked:
    """Events that count, with occurred_at and captured_at as moments and their local `day`; rejections for the rest.

    Every delivered copy is checked by itself; which copy of an event counts is `observations.latest_events`' matter.
    """
    occurred, captured = moments(records["occurred_at"]), moments(records["captured_at"])
    day = local_days(occurred)
    typed = records.assign(occurred_at=occurred, captured_at=captured, day=day)
    layout = rulebook.inbox.events
    verdict, key, sentence, other = _data_verdict(records, layout.kinds if layout else {})
    judged = pd.DataFrame(
        {
            "fault": records["fault"].fillna(""),
            "organization": registry.state_on(records["org_code"], ordinals(day)),
            "event_id": records["event_id"],
            "org_code": records["org_code"],
            "kind": records["kind"],
            "occurred_at": occurred,
            "captured_at": captured,
            "is_captured_after": (captured >= occurred) | captured.isna() | occurred.isna(),
            "data": verdict,
        }
    )
    shown = records.assign(
        **{
            "organization": records["org_code"],
            "is_captured_after": records["captured_at"],
            "is_captured_after.heading": "captured_at",
            "data": _cited(records, key),
            "data.heading": key,
        }
    )

    def of_data(rows: np.ndarray) -> list[str]:
        return [
            _greater(other[row], records[other[row]].iloc[row]) if other[row] else sentence[row]
            for row in rows.tolist()
        ]

    told: Sentences = {("data", reason): of_data for reason in (MALFORMED, OUT_OF_RANGE)}
    told |= {(name, MALFORMED): sentences.MOMENT for name in ("occurred_at", "captured_at")}
    return checked(typed, judged, events_schema(), _HEADINGS, shown, told)


def _greater(column: str, value: str) -> str:
    return f"{{column}}填的{{value}}大于{literal(quoted(column))}填的{literal(quoted(value))}。请核对后重新推送"


def _data_verdict(
    records: pd.DataFrame, kinds: dict[str, EventFields]
) -> tuple[pd.Categorical, pd.Series, np.ndarray, np.ndarray]:
    """For each event whether its data could be read and makes sense, and the column at fault.

    With what is said of it, and the column whose value it must not exceed where that is the fault.
    """
    verdict = np.full(len(records), OK, dtype=object)
    key = np.full(len(records), "data", dtype=object)
    sentence, other = np.full(len(records), "", dtype=object), np.full(len(records), "", dtype=object)
    for kind, fields in kinds.items():
        rows = np.flatnonzero((records["kind"] == kind).to_numpy(dtype=bool, na_value=False))
        for column, fault, said, above, is_bad in _faults(records.iloc[rows], fields):
            fresh = is_bad & (verdict[rows] == OK)
            verdict[rows[fresh]] = fault
            key[rows[fresh]] = DATA + column
            sentence[rows[fresh]] = said
            other[rows[fresh]] = DATA + above if above else ""
    judged = pd.Categorical(verdict, categories=[OK, MALFORMED, OUT_OF_RANGE])
    return judged, pd.Series(key, index=records.index), sentence, other


def _faults(events: pd.DataFrame, fields: EventFields) -> Iterator[tuple[str, str, str, str, np.ndarray]]:
    """Field, fault, what is said of it, the field that it exceeds where it does, and the events that have it."""
    missing = pd.Series(np.nan, index=events.index, dtype="str")
    texts = {name: events.get(DATA + name, missing) for name in (*fields.numbers, *fields.flags, *fields.dates)}
    for name in fields.required:
        yield name, MALFORMED, "", "", texts[name].isna().to_numpy()
    for name in fields.flags:
        yield name, MALFORMED, _FLAG, "", ~(texts[name].isna() | texts[name].isin(["true", "false"])).to_numpy()
    for name in fields.dates:
        yield name, MALFORMED, sentences.DAY, "", (texts[name].notna() & days(texts[name]).isna()).to_numpy()
    parsed = {name: numbers(texts[name]) for name in fields.numbers}
    for name, (_, den) in parsed.items():
        yield name, MALFORMED, sentences.NUMBER, "", texts[name].notna().to_numpy() & (den == 0)
    for name in (*fields.not_negative, *fields.ascending[:1]):
        yield name, OUT_OF_RANGE, _NEGATIVE, "", np.asarray(parsed[name][0] < 0, dtype=bool)
    for low, high in zip(fields.ascending, fields.ascending[1:], strict=False):
        (low_num, low_den), (high_num, high_den) = parsed[low], parsed[high]
        is_above = np.asarray(product(low_num, high_den) > product(high_num, low_den), dtype=bool)
        yield low, OUT_OF_RANGE, "", high, is_above


def _cited(records: pd.DataFrame, key: pd.Series) -> np.ndarray:
    cited = np.full(len(records), None, dtype=object)
    for column in key.unique():
        if column in records:
            rows = (key == column).to_numpy()
            cited[rows] = records[column].to_numpy(dtype=object)[rows]
    return cited
