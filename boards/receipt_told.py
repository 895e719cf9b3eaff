"""What a receipt says of one batch: its counts, every rejection with its cell, its totals, what it mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from schemas.kinds import KIND_NAMES
from schemas.periods import local_time
from schemas.reasons import REASONS
from schemas.receipts import REMEDY, RETURNED, Control
from sources.tables import Region
from sources.text import heading_key

_BATCH = ("file", "kind", "sender", "period", "batch_id", "status")
_COUNTS = ("received", "accepted", "rejected", "ignored")


def receipt_told(
    batch: Mapping[str, Any],
    answered: pd.DataFrame,
    replaced: Sequence[tuple[Mapping[str, Any], pd.DataFrame]],
    totals: Sequence[Control],
    region: Region | None,
) -> dict[str, Any]:
    """The receipt of a batch as data, the same for the same input; `region` is where its table is in the file.

    `answered` are its rejections, `replaced` the batches that it replaced with theirs, all as the warehouse has them.
    A rejection's `cell` is its cell, the cells of its row where the whole row is meant, "" in what is no table.
    """
    told = [_rejection(row, region) for row in answered.to_dict("records")]
    return {
        **{name: batch[name] for name in _BATCH},
        "received_at": local_time(batch["received_at"]),
        **{name: int(batch[name]) for name in _COUNTS},
        "note": batch["note"],
        "rejection_count": len(told),
        "resolved_count": sum(row["resolved_by"] is not None for row in told),
        "totals": [_total(control) for control in totals],
        "rejections": told,
        "replaces": [_mended(former, rejections, answered) for former, rejections in replaced],
    }


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
        "message": row["message"],
        "resolved_by": None if is_open else row["resolved_by"],
        "resolution": "" if is_open else _resolution(row),
    }


def _cell(row_no: int, column: str, region: Region | None) -> str:
    from openpyxl.utils import get_column_letter

    if region is None or row_no == 0:
        return ""
    place = place_of(column, region)
    if place is not None:
        return f"{get_column_letter(place + 1)}{row_no}"
    places = own_places(region)
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
        "column": control.column,
        "stated": control.stated,
        "counted": control.counted,
        "basis": control.basis,
        "difference": control.difference,
        "agrees": control.agrees,
    }


def _mended(former: Mapping[str, Any], before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    """How many faults of a replaced batch are gone, and which are still there: same column, value and reason."""
    there = Counter(now[list(_FAULT)].fillna("").itertuples(index=False, name=None))
    standing = []
    for row in before.to_dict("records"):
        fault = tuple(_text(row[name]) for name in _FAULT)
        if there[fault]:
            there[fault] -= 1
            standing.append({"row": int(row["row_no"]), "column": fault[0], "value": fault[1], "reason": fault[2]})
    return {
        "batch_id": former["batch_id"],
        "received_at": local_time(former["received_at"]),
        "status": former["status"],
        "rejections": len(before),
        "mended": len(before) - len(standing),
        "standing": standing,
    }


_FAULT = ("column_name", "value_text", "reason")


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
