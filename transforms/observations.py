"""Observations: the value of every item for every assessed organisation in a period, read from checked records.

Organisations and items are whole numbers here: positions in the frame of assessed organisations and in the rule book.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.conditions import DateDue
from schemas.periods import Period
from schemas.rulebook import Item, Measure, RuleBook
from transforms.checks.declarations import last_declared
from transforms.checks.events import DATA
from transforms.dates import days, written
from transforms.exact import at_least, common_denominator, numbers, product, sums
from transforms.lookup import line_key, line_keys, positions

VALUE_COLUMNS = ["org", "item", "value_num", "value_den"]
USED_COLUMNS = ["org", "item", "batch_id", "row_no", "key"]


@dataclass(frozen=True)
class Observed:
    """`values`: at most one row per org and item (value_den 0: reported, but it does not count). `used`: one row per
    record that a value came from, by batch and row, with the key that its sender knows it by."""

    values: pd.DataFrame
    used: pd.DataFrame


def latest_events(events: pd.DataFrame) -> pd.DataFrame:
    """One row per event_id: the copy captured last; at a tie the one whose content has the larger hash."""
    tied = events.duplicated(["event_id", "captured_at"], keep=False)
    digest = pd.Series("", index=events.index)
    if tied.any():
        content = events[tied].drop(columns=["batch_id", "row_no", "fault"], errors="ignore")
        digest[tied] = [_digest(row) for row in content.to_dict("records")]
    ordered = events.assign(digest=digest).sort_values(["captured_at", "digest", "batch_id", "row_no"])
    return ordered.drop_duplicates("event_id", keep="last").drop(columns="digest").sort_values("event_id")


def platform(events: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook, period: Period) -> Observed:
    """What the platform's events of the period say of each item that has a measure (RULES §1, how they are read).

    A count without events is 0; a ratio or state without any, or with a denominator of 0, is missing.
    """
    inside, org = _assessed_in(events, assessed, period)
    last = _last_snapshots(inside.assign(org=org), rulebook)
    parts = []
    for position, item in enumerate(rulebook.items):
        if item.measure is None or item.cadence != period.cadence:
            continue
        rows = last if item.measure.kind.startswith("state_") else inside.assign(org=org)
        rows = rows[_is_measured(rows, item.measure)]
        parts.append(_measured(rows, item, position, len(assessed), period))
    return _joined(parts)


def snapshot_dates(events: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook, period: Period) -> pd.DataFrame:
    """The dates that conditions look ahead to, from the last snapshots in the period. Grain: org, condition; `due`."""
    inside, org = _assessed_in(events, assessed, period)
    last = _last_snapshots(inside.assign(org=org), rulebook)
    found = [
        pd.DataFrame(
            {"org": pd.Series(dtype="int64"), "condition": pd.Series(dtype="str"), "due": days(pd.Series(dtype="str"))}
        )
    ]
    for condition in rulebook.conditions:
        if isinstance(condition.when, DateDue) and condition.cadence == period.cadence:
            own = last[last["kind"] == condition.when.event]
            due = days(_data(own, condition.when.of))
            found.append(pd.DataFrame({"org": own["org"], "condition": condition.code, "due": due})[due.notna()])
    return pd.concat(found, ignore_index=True)


def declared(declarations: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook) -> Observed:
    """The declaration of each item that was declared last; missing where that one does not count (RULES §1, 2)."""
    last = last_declared(declarations, ["org_code", "item_code"])
    key = "申报 " + written(last["declared_at"].dt.floor("min"), "%Y-%m-%d %H:%M")
    key = key.where(last["recheck"] == "", key + "，" + last["recheck"])
    return _looked_up(last, key, assessed, [line_key(item.code, item.assessor) for item in rulebook.items])


def rechecked(
    rechecks: pd.DataFrame, declarations: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook
) -> Observed:
    """The re-checks of the declarations that count: no values of their own, for `declared` has them already."""
    last = last_declared(declarations, ["org_code", "item_code"])[["batch_id", "row_no"]]
    own = rechecks.merge(
        last.set_axis(["of_batch", "of_row"], axis=1), on=["of_batch", "of_row"], how="inner", validate="m:1"
    )
    key = "复核 " + written(own["checked_on"], "%Y-%m-%d") + " " + own["recheck_status"]
    codes = [line_key(item.code, item.assessor) for item in rulebook.items]
    behind = _looked_up(own.assign(counts=True), key, assessed, codes)
    return Observed(behind.values.iloc[:0], behind.used)


def submitted(submissions: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook) -> Observed:
    """What departments sent of each item: the value that counts; missing where none does (RULES §1, 3).

    An organisation may be named twice for an item; values that count are the same then, or the check has refused them.
    """
    items = rulebook.items
    is_assessed = submissions["item_code"].isin([item.code for item in items if item.assessor])
    cells = submissions.assign(
        item_code=line_keys(submissions["item_code"], submissions["sender"].where(is_assessed, "")),
        key="报送 " + submissions["sender"].astype("str"),
    )
    cell = ["org_code", "item_code"]
    last = cells.sort_values([*cell, "counts", "batch_id", "row_no"]).drop_duplicates(cell, keep="last")
    return _looked_up(last, last["key"], assessed, [line_key(item.code, item.assessor) for item in items])


def deducted(findings: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook, period: Period) -> Observed:
    """How often each negative-list item was found in the period, reviewed findings only; `item`: place in the list."""
    return _found(findings, assessed, [item.code for item in rulebook.negative_items], period, "检查")


def registered(findings: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook, period: Period) -> Observed:
    """How often each adjustment was registered in the period; `item`: place among the rule book's adjustments."""
    return _found(findings, assessed, [entry.code for entry in rulebook.adjustments], period, "登记")


def together(*parts: Observed) -> Observed:
    """Observations of several ways in, one below the other."""
    return _joined(list(parts))


def _assessed_in(events: pd.DataFrame, assessed: pd.DataFrame, period: Period) -> tuple[pd.DataFrame, np.ndarray]:
    inside = events[(events["day"] >= str(period.start)) & (events["day"] <= str(period.end))]
    org = positions(inside["org_code"], pd.Index(assessed["org_code"]))
    return inside[org >= 0], org[org >= 0]


def _found(findings: pd.DataFrame, assessed: pd.DataFrame, codes: list[str], period: Period, called: str) -> Observed:
    """How often each of the entries `codes` was found in the period, as far as it counts."""
    inside = findings[
        findings["counts"] & (findings["day"] >= str(period.start)) & (findings["day"] <= str(period.end))
    ]
    inside = inside[np.asarray(inside["value_num"] > 0, dtype=bool)]
    key = f"{called} " + written(inside["day"], "%Y-%m-%d")
    rows = _looked_up(inside, key, assessed, codes)
    values = rows.values
    num, shared = common_denominator(values["value_num"].to_numpy(), values["value_den"].to_numpy())
    size = max(len(codes), 1)
    group, keys = pd.factorize(values["org"] * size + values["item"])
    total = pd.DataFrame(
        {
            "org": np.asarray(keys) // size,
            "item": np.asarray(keys) % size,
            "value_num": sums(num, group, len(keys)),
            "value_den": shared,
        }
    )
    return Observed(total, rows.used)


def _digest(row: dict[str, object]) -> str:
    content = {name: str(value) for name, value in sorted(row.items()) if not pd.isna(value)}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _last_snapshots(events: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    layout = rulebook.inbox.events
    kinds = {kind for kind, fields in layout.kinds.items() if fields.is_snapshot} if layout else set()
    snapshots = events[events["kind"].isin(kinds)].sort_values(["occurred_at", "captured_at", "event_id"])
    return snapshots.drop_duplicates(["org", "kind"], keep="last")


def _is_measured(rows: pd.DataFrame, measure: Measure) -> pd.Series:
    which = rows["kind"] == measure.event
    if measure.topics:
        which &= rows["topic"].isin(measure.topics)
    for name, bound in measure.having.items():
        num, den = numbers(_data(rows, name))
        which &= at_least(num, den, bound) & np.asarray(den > 0, dtype=bool)
    if measure.on_day is not None:
        which &= (rows["day"].dt.day - measure.on_day).abs() <= measure.tolerance_days
    return which


def _measured(rows: pd.DataFrame, item: Item, position: int, size: int, period: Period) -> Observed:
    measure = item.measure
    assert measure is not None
    org = rows["org"].to_numpy()
    if measure.kind == "count":
        values = pd.DataFrame({"org": np.arange(size), "value_num": np.bincount(org, minlength=size), "value_den": 1})
    elif measure.kind == "ratio":
        values = _ratio(rows, org, measure)
    else:
        num, den = _STATES[measure.kind](rows, measure, period)
        values = pd.DataFrame({"org": org, "value_num": num, "value_den": den})
    used = rows[["org", "batch_id", "row_no"]].assign(item=position, key=rows["event_id"])
    return Observed(values.assign(item=position)[VALUE_COLUMNS], used[USED_COLUMNS])


def _ratio(rows: pd.DataFrame, org: np.ndarray, measure: Measure) -> pd.DataFrame:
    """Σ of / Σ over for each organisation with events."""
    (of, of_den), (over, over_den) = (common_denominator(*_added(rows, names)) for names in (measure.of, measure.over))
    group, orgs = pd.factorize(org)
    num, den = sums(of, group, len(orgs)), sums(over, group, len(orgs))
    return pd.DataFrame({"org": orgs, **_fraction(product(num, over_den), product(den, of_den))})


def _fraction(num: np.ndarray, den: np.ndarray) -> dict[str, np.ndarray]:
    positive = np.asarray(den > 0, dtype=bool)
    return {"value_num": np.where(positive, num, 0), "value_den": np.where(positive, den, 0)}


def _added(rows: pd.DataFrame, names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The sum of some fields of each row; missing where one of them is."""
    total, shared = numbers(_data(rows, names[0]))
    for name in names[1:]:
        num, den = numbers(_data(rows, name))
        total = product(total, den).astype(object) + product(num, shared)
        shared = product(shared, den)
    return total, shared


def _data(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[f"{DATA}{name}"] if f"{DATA}{name}" in rows else pd.Series(np.nan, index=rows.index, dtype="str")


def _state_ratio(rows: pd.DataFrame, measure: Measure, _: Period) -> tuple[np.ndarray, np.ndarray]:
    (of, of_den), (over, over_den) = _added(rows, measure.of), _added(rows, measure.over)
    both = np.asarray((of_den > 0) & (over_den > 0), dtype=bool)
    ratio = _fraction(product(of, over_den), np.where(both, product(over, of_den), 0))
    return ratio["value_num"], ratio["value_den"]


def _state_value(rows: pd.DataFrame, measure: Measure, _: Period) -> tuple[np.ndarray, np.ndarray]:
    return _added(rows, measure.of)


def _state_flag(rows: pd.DataFrame, measure: Measure, _: Period) -> tuple[np.ndarray, np.ndarray]:
    flag = _data(rows, measure.of[0])
    return flag.eq("true").to_numpy().astype(np.int64), flag.notna().to_numpy().astype(np.int64)


def _state_at_most(rows: pd.DataFrame, measure: Measure, _: Period) -> tuple[np.ndarray, np.ndarray]:
    (of, of_den), (over, over_den) = _added(rows, measure.of), _added(rows, measure.over)
    both = np.asarray((of_den > 0) & (over_den > 0), dtype=bool)
    holds = np.asarray(product(of, over_den) <= product(over, of_den), dtype=bool)
    return (holds & both).astype(np.int64), both.astype(np.int64)


def _state_not_before(rows: pd.DataFrame, measure: Measure, period: Period) -> tuple[np.ndarray, np.ndarray]:
    day = days(_data(rows, measure.of[0]))
    return (day >= str(period.end)).to_numpy().astype(np.int64), day.notna().to_numpy().astype(np.int64)


def _state_within(rows: pd.DataFrame, measure: Measure, period: Period) -> tuple[np.ndarray, np.ndarray]:
    day = days(_data(rows, measure.of[0]))
    assert measure.months is not None
    first = Period.month_of(period.end).previous(measure.months - 1).start
    holds = (day >= str(first)) & (day <= str(period.end))
    return holds.to_numpy().astype(np.int64), day.notna().to_numpy().astype(np.int64)


_STATES: dict[str, Callable[[pd.DataFrame, Measure, Period], tuple[np.ndarray, np.ndarray]]] = {
    "state_ratio": _state_ratio,
    "state_value": _state_value,
    "state_flag": _state_flag,
    "state_at_most": _state_at_most,
    "state_not_before_period_end": _state_not_before,
    "state_within": _state_within,
}


def _looked_up(rows: pd.DataFrame, key: pd.Series, assessed: pd.DataFrame, item_codes: list[str]) -> Observed:
    """Records by position of organisation and item; those of organisations that are not assessed fall away."""
    frame = rows.assign(
        org=positions(rows["org_code"], pd.Index(assessed["org_code"])),
        item=positions(rows["item_code"], pd.Index(item_codes)),
        key=key.astype("str"),
    )
    frame = frame[(frame["org"] >= 0) & (frame["item"] >= 0)]
    den = frame["value_den"].where(frame["counts"], 0)
    return Observed(frame.assign(value_den=den)[VALUE_COLUMNS], frame[USED_COLUMNS])


def _joined(parts: list[Observed]) -> Observed:
    empty = Observed(
        pd.DataFrame(columns=VALUE_COLUMNS).astype("int64"),
        pd.DataFrame(columns=USED_COLUMNS).astype({"org": "int64", "item": "int64", "row_no": "int64"}),
    )
    values = [part.values for part in parts if len(part.values)] or [empty.values]
    used = [part.used for part in parts if len(part.used)] or [empty.used]
    return Observed(pd.concat(values, ignore_index=True), pd.concat(used, ignore_index=True))
