"""The check of what re-checks of declarations found (复核结果), and which declaration each is of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from schemas.layouts import Inbox
from schemas.periods import Period
from schemas.records import rechecks_schema
from schemas.rulebook import RuleBook
from transforms import values
from transforms.checks import sentences
from transforms.checks.checked import WHOLE_RECORD, Checked, Sentences, checked, headings_of, literal
from transforms.checks.declarations import check_declarations, declarable, last_declared
from transforms.checks.organizations import unknown_codes
from transforms.dates import days, local_times, written
from transforms.items import KNOWN, OK, ItemTable
from transforms.registry import Registry

NOT_FILLED_IN = "未填写复核结果"
"""Rows of the work list that nobody has filled in: neither a status nor a value."""
RESULT = ["recheck_status", "value_num", "value_den"]
"""What two re-checks of one declaration must agree in."""
_ANOTHER, _ITSELF = "another", "itself"
_STATED_OTHERWISE = "支部申报的材料里，这一项已经写了另一个复核结果，这里的不计入。请核实后改成一致，或删去其中一处"
_DECLARED_THEN = (
    "该组织没有在{{value}}申报这一项，最后一次是{time}。请核对后改正{{column}}；复核最后一次申报的，申报时间留空"
)
_CELL = ["org_code", "item_code"]
_PLACE, _MEANT = ["batch_id", "row_no"], ["of_batch", "of_row"]


def check_rechecks(
    records: pd.DataFrame, declarations: pd.DataFrame, registry: Registry, rulebook: RuleBook, period: Period
) -> Checked:
    """Results of re-checks that are in order, typed; rejections for the rest; rows not filled in are ignored.

    `declarations`: the period's declarations as delivered. A result is of the declaration of its organisation and item
    that was declared when it says, or last where it says no time. It is refused where there is none, and where another
    row or the declaration itself says otherwise. Typed columns: batch_id, row_no, org_code, item_code, recheck_status,
    recheck_value (text), value_num and value_den (of the value; both 0 where none is stated), checked_by, checked_on,
    of_batch and of_row (the declaration).
    """
    is_filled = records[["recheck_status", "recheck_value", "fault"]].notna().any(axis=1)
    filled = records[is_filled]
    ignored = {} if is_filled.all() else {NOT_FILLED_IN: int((~is_filled).sum())}
    inbox, table = rulebook.inbox, declarable(rulebook, period)
    typed = _typed(filled, table, inbox)
    of = check_declarations(declarations if len(filled) else declarations.iloc[:0], registry, rulebook, period)
    typed = typed.assign(**_meant(typed, of.accepted))
    judged = _judged(filled, typed, table, registry, rulebook, period)
    headings = headings_of(inbox.rechecks)
    headings |= {"organization": headings["org_code"], "declaration": headings["item_code"]}
    headings |= {"conflict": headings["recheck_status"], "fault": WHOLE_RECORD}
    last = _last_times(typed, of.accepted)
    shown = filled.assign(
        **{
            "organization": filled["org_code"],
            "declaration": filled["declared_at"].where(last.notna(), filled["item_code"]),
            "declaration.heading": last.notna().map({True: headings["declared_at"], False: headings["item_code"]}),
            "conflict": filled["recheck_status"],
        }
    )
    told = _told(table, table.positions(filled["item_code"]), inbox, last)
    told |= unknown_codes(filled, registry, rulebook)
    schema = rechecks_schema(inbox.rechecked)
    alone = checked(typed, judged.assign(conflict=False), schema, headings, shown).accepted
    is_yes_no = table.is_yes_no(table.positions(alone["item_code"]))
    by = _contradicting(alone, declarations, is_yes_no, inbox).reindex(filled.index, fill_value="")
    shown["conflict.message"] = by.eq(_ITSELF).map({True: _STATED_OTHERWISE})
    found = checked(typed, judged.assign(conflict=by.ne("")), schema, headings, shown, told)
    return replace(found, ignored=ignored)


def rechecked(declarations: pd.DataFrame, rechecks: pd.DataFrame) -> pd.DataFrame:
    """The declarations as delivered, with what re-checks that are in order (`rechecks`) found of them.

    The result stands where a declaration's own re-check would; who checked and when is not said there.
    """
    if rechecks.empty:
        return declarations
    results = rechecks.drop_duplicates(_MEANT).set_index(_MEANT)[["recheck_status", "recheck_value"]]
    place = pd.MultiIndex.from_frame(declarations[_PLACE])
    found = results.reindex(place).set_index(declarations.index)
    is_meant = place.isin(results.index)
    return declarations.assign(
        **{name: declarations[name].mask(is_meant, found[name]).astype("str") for name in results}
    )


def _last_times(typed: pd.DataFrame, of: pd.DataFrame) -> pd.Series:
    """When the item was last declared, as text; NaN where it never was, or where the result states no time."""
    last = typed[_CELL].merge(last_declared(of, _CELL)[[*_CELL, "declared_at"]], on=_CELL, how="left", validate="m:1")
    times = last["declared_at"].set_axis(typed.index).where(typed["declared_at"].notna())
    return written(times, "%Y-%m-%d %H:%M:%S")


def _told(table: ItemTable, positions: np.ndarray, inbox: Inbox, last: pd.Series) -> Sentences:
    def of_declarations(rows: np.ndarray) -> list[str]:
        return [_DECLARED_THEN.format(time=literal(time)) if isinstance(time, str) else "" for time in last.iloc[rows]]

    return {
        **sentences.of_values("recheck_value", table, positions, inbox),
        ("declared_at", "malformed"): sentences.TIME,
        ("declaration", "not_declared"): of_declarations,
        ("recheck_status", "unknown_status"): sentences.allowed(inbox.rechecked),
        ("checked_on", "malformed"): sentences.DAY,
    }


def _typed(records: pd.DataFrame, table: ItemTable, inbox: Inbox) -> pd.DataFrame:
    num, den = values.read(records["recheck_value"], table.is_yes_no(table.positions(records["item_code"])), inbox)
    said = ["batch_id", "row_no", *_CELL, "recheck_status", "recheck_value", "checked_by"]
    return records[said].assign(
        declared_at=local_times(records["declared_at"]),
        value_num=num,
        value_den=den,
        checked_on=days(records["checked_on"]),
    )


def _judged(
    records: pd.DataFrame,
    typed: pd.DataFrame,
    table: ItemTable,
    registry: Registry,
    rulebook: RuleBook,
    period: Period,
) -> pd.DataFrame:
    last_day, positions = period.end.toordinal(), table.positions(records["item_code"])
    state = table.state(positions, registry.domains_on(records["org_code"], last_day))
    item_state = pd.Series(state, index=records.index).mask(records["org_code"].isna() & (positions >= 0), KNOWN)
    verdict = values.verdict(typed["value_num"].to_numpy(), typed["value_den"].to_numpy(), table.most(positions))
    is_value = records["recheck_value"].notna().to_numpy() & (positions >= 0)
    is_time = records["declared_at"].isna() | typed["declared_at"].notna()
    is_known = item_state.eq(KNOWN) & records["item_code"].notna() & records["org_code"].notna() & is_time
    return pd.DataFrame(
        {
            "fault": records["fault"].fillna(""),
            "organization": registry.state_on(records["org_code"], last_day),
            "org_code": records["org_code"],
            "item_code": item_state.where(records["item_code"].notna()),
            "declared_at": is_time,
            "declaration": ~is_known | typed["of_batch"].notna(),
            "recheck_status": records["recheck_status"],
            "recheck_value": np.where(is_value, verdict, OK),
            "checked_by": records["checked_by"],
            "checked_on": typed["checked_on"],
        }
    )


def _meant(typed: pd.DataFrame, of: pd.DataFrame) -> pd.DataFrame:
    """Batch and row of the declaration that each result is of; missing where there is none."""
    named, last = (_named(typed, of, key) for key in ([*_CELL, "declared_at"], _CELL))
    return named.where(typed["declared_at"].notna(), last, axis=0)


def _named(typed: pd.DataFrame, of: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Batch and row of the last declaration that agrees with each result in the key."""
    last = last_declared(of, key)[[*key, "batch_id", "row_no"]].rename(columns=dict(zip(_PLACE, _MEANT, strict=True)))
    found = typed[key].merge(last, on=key, how="left", validate="m:1")
    return found[_MEANT].set_axis(typed.index)


def _contradicting(
    accepted: pd.DataFrame, declarations: pd.DataFrame, is_yes_no: np.ndarray, inbox: Inbox
) -> pd.Series:
    """For each result what differs from it: _ANOTHER of the same declaration, _ITSELF as it was delivered, or nothing.

    A declaration that states no re-check contradicts none.
    """
    distinct = accepted.drop_duplicates([*_MEANT, *RESULT])[_MEANT]
    several = pd.MultiIndex.from_frame(distinct[distinct.duplicated()])
    meant = pd.MultiIndex.from_frame(accepted[_MEANT])
    stated = declarations.set_index(_PLACE)[["recheck_status", "recheck_value"]].reindex(meant)
    num, den = values.read(stated["recheck_value"], is_yes_no, inbox)
    own = stated[["recheck_status"]].fillna("").assign(value_num=num, value_den=den)
    differs = (own.to_numpy() != accepted[RESULT].to_numpy()).any(axis=1) & stated.notna().any(axis=1).to_numpy()
    return pd.Series(np.select([meant.isin(several), differs], [_ANOTHER, _ITSELF], ""), index=accepted.index)
