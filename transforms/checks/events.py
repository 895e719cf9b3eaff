"""The check of platform events."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from schemas.layouts import EventFields
from schemas.records import events_schema
from schemas.rulebook import RuleBook
from transforms.checks.checked import WHOLE_RECORD, Checked, checked
from transforms.dates import days, local_days, moments, ordinals
from transforms.exact import numbers, product
from transforms.items import MALFORMED, OK, OUT_OF_RANGE
from transforms.registry import Registry

_HEADINGS = {"fault": WHOLE_RECORD, "organization": "org_code"}
DATA = "data."
"""Prefix of the columns that hold an event's data."""


def check_events(records: pd.DataFrame, registry: Registry, rulebook: RuleBook) -> Checked:
    """Events that count, with occurred_at and captured_at as moments and their local `day`; rejections for the rest.

    Every delivered copy is checked by itself; which copy of an event counts is `observations.latest_events`' matter.
    """
    occurred, captured = moments(records["occurred_at"]), moments(records["captured_at"])
    day = local_days(occurred)
    typed = records.assign(occurred_at=occurred, captured_at=captured, day=day)
    layout = rulebook.inbox.events
    verdict, key = _data_verdict(records, layout.kinds if layout else {})
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
    return checked(typed, judged, events_schema(), _HEADINGS, shown)


def _data_verdict(records: pd.DataFrame, kinds: dict[str, EventFields]) -> tuple[pd.Categorical, pd.Series]:
    """For each event whether its data could be read and makes sense, and the column at fault."""
    verdict = np.full(len(records), OK, dtype=object)
    key = np.full(len(records), "data", dtype=object)
    for kind, fields in kinds.items():
        rows = np.flatnonzero((records["kind"] == kind).to_numpy(dtype=bool, na_value=False))
        for column, fault, is_bad in _faults(records.iloc[rows], fields):
            fresh = is_bad & (verdict[rows] == OK)
            verdict[rows[fresh]] = fault
            key[rows[fresh]] = DATA + column
    return pd.Categorical(verdict, categories=[OK, MALFORMED, OUT_OF_RANGE]), pd.Series(key, index=records.index)


def _faults(events: pd.DataFrame, fields: EventFields) -> Iterator[tuple[str, str, np.ndarray]]:
    missing = pd.Series(np.nan, index=events.index, dtype="str")
    texts = {name: events.get(DATA + name, missing) for name in (*fields.numbers, *fields.flags, *fields.dates)}
    for name in fields.required:
        yield name, MALFORMED, texts[name].isna().to_numpy()
    for name in fields.flags:
        yield name, MALFORMED, ~(texts[name].isna() | texts[name].isin(["true", "false"])).to_numpy()
    for name in fields.dates:
        yield name, MALFORMED, (texts[name].notna() & days(texts[name]).isna()).to_numpy()
    parsed = {name: numbers(texts[name]) for name in fields.numbers}
    for name, (_, den) in parsed.items():
        yield name, MALFORMED, texts[name].notna().to_numpy() & (den == 0)
    for name in (*fields.not_negative, *fields.ascending[:1]):
        yield name, OUT_OF_RANGE, np.asarray(parsed[name][0] < 0, dtype=bool)
    for low, high in zip(fields.ascending, fields.ascending[1:], strict=False):
        (low_num, low_den), (high_num, high_den) = parsed[low], parsed[high]
        yield low, OUT_OF_RANGE, np.asarray(product(low_num, high_den) > product(high_num, low_den), dtype=bool)


def _cited(records: pd.DataFrame, key: pd.Series) -> np.ndarray:
    cited = np.full(len(records), None, dtype=object)
    for column in key.unique():
        if column in records:
            rows = (key == column).to_numpy()
            cited[rows] = records[column].to_numpy(dtype=object)[rows]
    return cited
