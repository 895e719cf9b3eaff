"""Totals that a table states of itself: its rows of sums, and sentences that say how many records there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemas.receipts import Stated
from schemas.texts import BLANKS, heading_key, plain
from sources.headings import ItemColumn
from sources.tables import Region, Row

_SUMS = ("合计", "总计")
"""How a row begins that sums up the whole table; what sums up a part of it (小计) is not looked at."""
_COUNT = re.compile(
    r"(?<!公)(?:共|合计)计?(\d{1,9})(?:条|个|户|行|家)(?:组织|党组织|党支部|支部|单位|记录|数据)?(?!\w)"
)


def stated_counts(found: Region) -> tuple[Stated, ...]:
    """Numbers of records that a title or a note states: 共20条, 合计20个组织."""
    texts = (*found.titles, *(cell for row in found.remarks.values() for cell in row))
    rows = len(found.rows) + len(found.faults)
    return tuple(
        Stated(f"“{text.strip(BLANKS)}”", said[1], rows)
        for text in texts
        for said in _COUNT.finditer(heading_key(text))
    )


def stated_sums(found: Region, items: Sequence[ItemColumn], missing: Sequence[str]) -> tuple[Stated, ...]:
    """What the rows 合计 and 总计 state in the items' columns; `missing` are cells that stand for no value."""
    blanks = {"", *map(plain, missing)}
    rows = [(number, row) for number, row in found.remarks.items() if _is_sum(row)]
    return tuple(
        Stated(
            f"第 {number} 行合计",
            text,
            len(found.rows) + len(found.faults),
            item.heading,
            tuple(_filled(found, item.place, blanks)),
            item.item_code,
            item.unit,
            number,
        )
        for number, row in rows
        for item in items
        if item.place < len(row) and (text := plain(row[item.place])) not in blanks
    )


def _is_sum(row: Row) -> bool:
    return next(heading_key(cell) for cell in row if cell.strip(BLANKS)).startswith(_SUMS)


def _filled(found: Region, place: int, blanks: set[str]) -> Iterator[str]:
    return (text for cell in found.column(place) if (text := plain(cell)) not in blanks)
