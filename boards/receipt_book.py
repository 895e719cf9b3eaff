"""The receipt that goes back to a sender: what was sent with its faulty cells marked, and a sheet that sums up."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from boards.receipt_marks import WIDTHS, Faults, mark, reasons, remedies
from boards.receipt_sheets import as_sent, is_small, name_of
from boards.receipt_summary import MAX_LISTED, sum_up
from boards.receipt_told import own_places, titled
from boards.workbooks import MAKER, Column, Table, add_table
from schemas.receipts import EXCERPT_SHEET, SUMMARY_SHEET
from sources.sent import Sent
from sources.tables import Region

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_LINES = 2_000
"""Lines of platform events that are shown whole; of more, the faulty ones."""
_NOT_HERE = "表太大，这里只列有问题的行。请在原来的文件里改，不要把本回执报回来"
_WORKBOOK = b"PK"


def receipt_book(data: bytes, sent: Sent, told: Mapping[str, Any]) -> bytes:
    """The workbook of a receipt: the sheets that were sent, cells in their places, then the one that sums up.

    `data` is the file, `sent` how it was read, `told` what the receipt says. Beside a faulty row stand its reasons and
    remedies. Of tables and event files that are too large, and of files that are no table, only faulty rows are shown.
    """
    from openpyxl import Workbook

    faults = _open_by_row(told)
    is_whole = bool(sent.tables) and is_small(sent.tables, bool(faults))
    book = as_sent(data, sent.tables) if is_whole else Workbook()
    if not is_whole:
        book.remove(book.worksheets[0])
    for name in (SUMMARY_SHEET, EXCERPT_SHEET):
        if name in book.sheetnames:
            book.remove(book[name])
    data_sheet = name_of(sent.region.table) if is_whole and sent.region is not None else None
    if data_sheet is not None and sent.region is not None:
        sheet: Any = book[data_sheet]
        if not data.startswith(_WORKBOOK):
            sheet.freeze_panes = sheet.cell(sent.region.header + 2, 1)
        mark(sheet, sent.region, faults, told["totals"])
    elif not is_whole and (excerpt := _excerpt(sent, faults)):
        add_table(book, excerpt)
    sum_up(book, told, data_sheet)
    _open_on(book, data_sheet)
    book.properties.creator = book.properties.lastModifiedBy = MAKER
    book.properties.title = f"回执：{titled(told)}"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def receipt_json(told: Mapping[str, Any]) -> bytes:
    """The receipt for programs."""
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _open_by_row(told: Mapping[str, Any]) -> Faults:
    found = defaultdict(list)
    for rejection in (*told["rejections"][:MAX_LISTED], *told["formulas"][:MAX_LISTED]):
        if rejection["resolved_by"] is None and rejection["row"]:
            found[rejection["row"]].append(rejection)
    return dict(found)


def _open_on(book: Workbook, data_sheet: str | None) -> None:
    """Makes the workbook open on the sheet, or on its first; no other is chosen, or typing would go into both."""
    opened = book[data_sheet] if data_sheet is not None else book.worksheets[0]
    book.active = book.worksheets.index(opened)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is opened


def _excerpt(sent: Sent, faults: Faults) -> Table | None:
    """The faulty rows of what is too large to be shown, or the lines of platform events."""
    answers = [Column(name, width) for name, width in WIDTHS.items()]
    if sent.lines:
        columns = [Column("行号", 8), Column("事件编号", 24), Column("原文", 80), *answers]
        return Table(EXCERPT_SHEET, columns, _lines(sent.lines, faults))
    if sent.region is None:
        return None
    headings = [Column(sent.region.headings[place]) for place in own_places(sent.region)]
    return Table(EXCERPT_SHEET, [Column("行号", 8), *headings, *answers], _rows(sent.region, faults), (_NOT_HERE,))


def _lines(lines: Sequence[bytes], faults: Faults) -> Iterator[list[Any]]:
    shown = range(1, len(lines) + 1) if len(lines) <= MAX_LINES else sorted(faults)
    for number in shown:
        line = lines[number - 1]
        if line.strip():
            yield [number, _event_id(line), line.decode(errors="replace"), *_answers(faults.get(number, ()))]


def _rows(region: Region, faults: Faults) -> Iterator[list[Any]]:
    own = own_places(region)
    for number in sorted(faults):
        row = region.table.rows[number - 1]
        yield [number, *(row[place] if place < len(row) else "" for place in own), *_answers(faults[number])]


def _answers(found: Sequence[Mapping[str, Any]]) -> list[str]:
    return [reasons(found), remedies(found)] if found else ["", ""]


def _event_id(line: bytes) -> str:
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return ""
    return str(event.get("event_id", "")) if isinstance(event, dict) else ""
