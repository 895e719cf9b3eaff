"""Which records of a source a correction speaks of, and whether they still have the cell that it expects."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from schemas.kinds import KIND_NAMES
from schemas.layouts import Inbox
from schemas.periods import Period
from schemas.texts import plain
from transforms.checks.corrections import RECORD_FIELD, items_named
from transforms.dates import days, local_times, moments
from transforms.exact import parse_number

_DAYS = ("found_on", "closed_on", "valid_from", "valid_to")
_NUMBERS = ("value_text", "recheck_value", "members", "groups", "findings_count")
_REMEDY = "请核对后从更正登记里删去这一条，或改写它"


class Located(NamedTuple):
    """A correction (its columns by name, None where a cell is blank), the rows of its source that it changes, and what
    keeps it from changing any."""

    case: dict[str, Any]
    rows: pd.Index
    problem: str = ""


def located(case: dict[str, Any], source: pd.DataFrame, inbox: Inbox) -> Located:
    """The rows of a source that the correction changes: all that it speaks of, if each has the expected cell."""
    meant = _meant(case, source, inbox)
    if meant.empty:
        return Located(case, meant.index, f"更正“{case['correction']}”：来源里没有找到{_place(case)}的记录，{_REMEDY}")
    cells = column(meant, case["field"])
    other = cells[~_says(cells, case["expected"], case["field"])]
    if other.empty:
        return Located(case, meant.index)
    now = _shown(None if pd.isna(other.iloc[0]) else other.iloc[0])
    several = f"有{len(meant)}条记录符合，" if len(meant) > 1 else ""
    remedy = "请用“记录”等列写明是哪一条" if len(other) < len(meant) else f"来源可能已经改正。{_REMEDY}"
    problem = (
        f"更正“{case['correction']}”：{_place(case)}“{case['column_name']}”应为{_shown(case['expected'])}，"
        f"{several}现在是{now}，{remedy}"
    )
    return Located(case, meant.index[:0], problem)


def _meant(case: dict[str, Any], source: pd.DataFrame, inbox: Inbox) -> pd.DataFrame:
    """The records that the correction speaks of. Of an event's copies that is the one captured last."""
    kind, rows = case["kind"], source
    for frame_filter in _FILTERS:
        rows = rows[frame_filter(case, rows, inbox)]
    if kind != "events" or rows.empty:
        return rows
    captured = moments(rows["captured_at"])
    return rows[captured.eq(captured.groupby(rows["event_id"]).transform("max")) | captured.isna()]


def _of_organization(case: dict[str, Any], rows: pd.DataFrame, inbox: Inbox) -> pd.Series:
    if not case["organization"] or "org_code" not in rows:
        return _all(rows)
    name = case["organization"]
    is_own = rows["org_code"].eq(name.zfill(inbox.code_digits) if name.isdecimal() else name)
    return is_own | _says(rows["org_name"], name, "org_name") if "org_name" in rows else is_own


def _of_record(case: dict[str, Any], rows: pd.DataFrame, _: Inbox) -> pd.Series:
    field = RECORD_FIELD[case["kind"]]
    return _says(rows[field], case["record"], field) if case["record"] else _all(rows)


def _of_sender(case: dict[str, Any], rows: pd.DataFrame, _: Inbox) -> pd.Series:
    return rows["sender"].eq(case["sender"]) if case["sender"] and "sender" in rows else _all(rows)


def _of_item(case: dict[str, Any], rows: pd.DataFrame, inbox: Inbox) -> pd.Series:
    """Of departments' sheets the cells of the item in whose column the error is."""
    own = rows["item_code"].eq(case["item_code"]) if case["item_code"] and "item_code" in rows else _all(rows)
    if case["kind"] == "submissions" and case["field"] == "value_text":
        own &= rows["item_code"].isin(items_named(case["column_name"], case["sender"], inbox))
    return own


def _of_day(case: dict[str, Any], rows: pd.DataFrame, _: Inbox) -> pd.Series:
    """Events and findings have a day of their own; everything else is delivered for a period."""
    if case["kind"] not in ("events", "findings"):
        return _all(rows)
    period = Period.parse(case["of_period"])
    return (rows["day"] >= str(period.start)) & (rows["day"] <= str(period.end))


_FILTERS = (_of_organization, _of_record, _of_sender, _of_item, _of_day)


def _all(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(True, index=rows.index)


def column(rows: pd.DataFrame, field: str) -> pd.Series:
    """A field of the records; empty where no record of the source has it."""
    return rows[field] if field in rows else pd.Series(None, index=rows.index, dtype="str")


def _says(cells: pd.Series, text: str | None, field: str) -> pd.Series:
    """Whether each cell says the text, however a sender may spell it: full-width forms, dates, numbers."""
    if text is None:
        return cells.isna()
    said = plain(text)
    distinct = {cell: _is_same(plain(cell), said, field) for cell in cells.dropna().unique()}
    return cells.map(distinct).eq(True)


def _is_same(one: str, other: str, field: str) -> bool:
    if one == other:
        return True
    if field in _DAYS or field == "declared_at":
        read = days if field in _DAYS else local_times
        first, second = read(pd.Series([one, other], dtype="str"))
        return bool(first == second)
    is_number = field in _NUMBERS or field.startswith("data.")
    return is_number and parse_number(one) is not None and parse_number(one) == parse_number(other)


def _place(case: dict[str, Any]) -> str:
    """Where the error is, in the words of the correction."""
    named = ("of_period", "sender", "organization", "item_code", "record")
    return "".join([KIND_NAMES[case["kind"]], *(f" {case[name]}" for name in named if case[name])])


def _shown(text: str | None) -> str:
    return f"“{text}”" if text else "空格"
