"""What a receipt says of one batch: its counts, every rejection with its cell, its totals, what it mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from schemas.kinds import KIND_NAMES
from schemas.periods import local_time
from schemas.reasons import REASONS
from schemas.receipts import REMEDY, RETURNED, Control
from schemas.texts import BLANKS, heading_key
from sources.tables import Region
from transforms.checks.controls import comparison

_BATCH = ("file", "kind", "sender", "period", "batch_id", "status")
_COUNTS = ("received", "accepted", "rejected", "ignored")
WHOSE = ("event_id", "correction", "figure", "org_name", "org_code", "item_code")
"""The columns of records that say what a row is about, the one that stays when another is mended first."""


def receipt_told(
    batch: Mapping[str, Any],
    answered: pd.DataFrame,
    replaced: Sequence[tuple[Mapping[str, Any], pd.DataFrame]],
    totals: Sequence[Control],
    region: Region | None,
) -> dict[str, Any]:
    """The receipt of a batch as data, the same for the same input; `region` is where its table is in the file.

    `answered` are its rejections, `replaced` the batches that it replaced with theirs, as the warehouse has them, with
    what each row is about in the column `whose` (see `whose`). `formulas` are the cells that held a formula without a
    value in a file that was refused, each like a rejection. A rejection's `cell` is its cell, the cells of its row
    where the whole row is meant, "" in what is no table.
    """
    told = [_rejection(row, region) for row in answered.to_dict("records")]
    return {
        **{name: batch[name] for name in _BATCH},
        "received_at": local_time(batch["received_at"]),
        **{name: int(batch[name]) for name in _COUNTS},
        "note": batch["note"],
        "rejection_count": len(told),
        "resolved_count": sum(row["resolved_by"] is not None for row in told),
        "rows": len(region.row_numbers) + len(region.faults) if region else None,
        "totals": [_total(control) for control in totals],
        "rejections": told,
        "formulas": [*_formulas(region)] if region and batch["status"] == "refused" else [],
        "replaces": [_mended(former, rejections, answered) for former, rejections in replaced],
    }


def whose(records: pd.DataFrame, kind: str) -> pd.Series:
    """What each row of a delivery is about, by its number: its organisation by name (else code), its item, or event.

    `records` have the columns WHOSE and row_no. A department's row is about an organisation, its cells about items.
    """
    named = records["org_name"].fillna(records["org_code"])
    parts = [records[name] for name in ("event_id", "correction", "figure")]
    parts += [named] if kind == "submissions" else [named, records["item_code"]]
    about = pd.concat([part.fillna("") for part in parts], axis=1).agg("\0".join, axis=1) if len(records) else named
    return about.set_axis(records["row_no"]).groupby(level=0).first()


def own_places(region: Region) -> list[int]:
    """Places of the columns that are the sender's, from the first heading on; without those that a receipt added."""
    first = next(place for place, heading in enumerate(region.headings) if heading)
    return [
        place for place, heading in enumerate(region.headings) if place >= first and heading not in (RETURNED, REMEDY)
    ]


def place_of(column: str, region: Region) -> int | None:
    """Place of the column with this heading; None where the table has none, so that its row is meant."""
    keys = [heading_key(heading) for heading in region.headings]
    key = heading_key(column)
    return keys.index(key) if key in keys else None


def surplus_places(region: Region, number: int) -> list[int]:
    """Places of filled cells of a row that stand right of the header, where a delimited file has them."""
    if not region.table.is_delimited:
        return []
    row, width = region.table.rows[number - 1], len(region.headings)
    return [place for place in range(width, len(row)) if row[place].strip(BLANKS)]


def titled(told: Mapping[str, Any]) -> str:
    """Whose receipt it is, as its first line: 部门报送，住建局，2024Q3."""
    return "，".join(part for part in (KIND_NAMES[told["kind"]], told["sender"], told["period"]) if part)


def _rejection(row: Mapping[str, Any], region: Region | None) -> dict[str, Any]:
    is_open = pd.isna(row["resolved_by"])
    return {
        "row": int(row["row_no"]),
        "cell": _cell(int(row["row_no"]), row["column_name"], region),
        "column": _text(row["column_name"]),
        "value": _text(row["value_text"]),
        "reason": row["reason"],
        "title": REASONS[row["reason"]].title,
        "message": f"{row['message']}{_merge_again(row, region)}",
        "resolved_by": None if is_open else row["resolved_by"],
        "resolution": "" if is_open else _resolution(row),
    }


def _merge_again(row: Mapping[str, Any], region: Region | None) -> str:
    """What to do in the receipt about a row of a delimited file that fell into more cells than there are headings."""
    from openpyxl.utils import get_column_letter

    if region is None or not row["row_no"] or place_of(row["column_name"], region) is not None:
        return ""
    letters = "、".join(get_column_letter(place + 1) for place in surplus_places(region, int(row["row_no"])))
    if not letters:
        return ""
    return f"。在回执里改的：{letters}列是多出的格，请把拆开的内容并回一格，使各格与表头对齐，再清空多出的格"


def _cell(row_no: int, column: str, region: Region | None) -> str:
    from openpyxl.utils import get_column_letter

    if region is None or row_no == 0:
        return ""
    place = place_of(column, region)
    if place is not None:
        return f"{get_column_letter(place + 1)}{row_no}"
    places = [*own_places(region), *surplus_places(region, row_no)]
    return f"{get_column_letter(places[0] + 1)}{row_no}:{get_column_letter(places[-1] + 1)}{row_no}"


def _resolution(row: Mapping[str, Any]) -> str:
    if pd.notna(row["mended_at"]):
        return f"重新报送（{local_time(row['mended_at'])}收到）"
    if pd.notna(row["edition_period"]):
        return f"{row['edition_period']} 第{int(row['edition_revision'])}版计分时已能计入"
    return "已解决"


def _total(control: Control) -> dict[str, Any]:
    return {
        "where": control.where,
        "row": control.row,
        "column": control.column,
        "stated": control.stated,
        "counted": control.counted,
        "basis": control.basis,
        "difference": control.difference,
        "agrees": control.agrees,
        "told": comparison(control),
    }


def _formulas(region: Region) -> Iterator[dict[str, Any]]:
    """The cells of data rows that hold a formula and no value, under the sender's headings."""
    data, own = set(region.row_numbers), set(own_places(region))
    for row, place in sorted(region.table.uncomputed):
        if row + 1 in data and place in own and region.headings[place]:
            yield {
                "row": row + 1,
                "cell": _cell(row + 1, region.headings[place], region),
                "column": region.headings[place],
                "value": "",
                "reason": "unreadable",
                "title": "公式没有计算结果",
                "message": "请用 Excel 或 WPS 打开原来的文件、重新计算后保存，或在这一格填写数值",
                "resolved_by": None,
                "resolution": "",
            }


def _mended(former: Mapping[str, Any], before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    """How many faults of a replaced batch are gone, and which are still there: the same thing, column and reason."""
    standing = [] if former["status"] == "refused" else _standing(before, now)
    return {
        "batch_id": former["batch_id"],
        "received_at": local_time(former["received_at"]),
        "status": former["status"],
        "note": former["note"],
        "rejections": len(before),
        "mended": len(before) - len(standing),
        "standing": standing,
    }


def _standing(before: pd.DataFrame, now: pd.DataFrame) -> list[dict[str, Any]]:
    """The faults that are still there, as they are now and with the value that `was` there.

    A row is known by what it is about; where that itself was wrong and has been changed, by its number.
    """
    left, still = before.to_dict("records"), now.to_dict("records")
    found = []
    for key in (_by_whose, _by_row):
        there = defaultdict(list)
        for row in reversed(still):
            there[key(row)].append(row)
        unmatched = []
        for row in left:
            if key(row) is not None and there[key(row)]:
                found.append(_still(row, there[key(row)].pop()))
            else:
                unmatched.append(row)
        left, still = unmatched, [row for rows in there.values() for row in rows]
    return sorted(found, key=lambda one: int(one["row"]))


def _still(was: Mapping[str, Any], now_is: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "row": int(now_is["row_no"]),
        "column": _text(now_is["column_name"]),
        "value": _text(now_is["value_text"]),
        "was": _text(was["value_text"]),
        "reason": now_is["reason"],
    }


def _by_whose(row: Mapping[str, Any]) -> object:
    return (row["whose"], row["column_name"], row["reason"]) if _text(row["whose"]) else None


def _by_row(row: Mapping[str, Any]) -> object:
    is_itself_wrong = not _text(row["whose"]) or _text(row["value_text"]) in _text(row["whose"]).split("\0")
    return (row["row_no"], row["column_name"], row["reason"]) if is_itself_wrong else None


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
