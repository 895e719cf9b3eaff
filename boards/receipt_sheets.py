"""The sheets of a receipt that show what was sent, every cell at its place and none of them computed or fetched."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from boards.workbooks import put
from sources import ooxml
from sources.tables import Table

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LOG = logging.getLogger(__name__)
MAX_CELLS, MAX_CELLS_WITHOUT_FAULT = 150_000, 20_000
"""Cells that a receipt shows at their places, also where nothing is to be mended; of more, the faulty rows."""
_MAX_UNPACKED_BYTES = 32 * 1024 * 1024
_MAX_NAME = 31
_WIDTH_ROWS, _LEAST_WIDTH, _MOST_WIDTH = 200, 8, 40
_WIDE = 0x2E80
"""Characters from here on are as wide as two others."""
_PACKAGE = b"PK"


def is_small(tables: Sequence[Table], has_faults: bool) -> bool:
    """Whether all the tables can be shown as they are."""
    cells = sum(len(table.rows) * _width(table) for table in tables)
    return cells <= (MAX_CELLS if has_faults else MAX_CELLS_WITHOUT_FAULT)


def as_sent(data: bytes, tables: Sequence[Table]) -> Workbook:
    """A workbook of the tables; where an xlsx file was sent that can be copied, with its look."""
    if data.startswith(_PACKAGE):
        try:
            if _is_copied_soon(data):
                return copied(data)
        except Exception:
            LOG.exception("a workbook that was read cannot be copied; its receipt has its texts alone")
    return rebuilt(tables)


def copied(data: bytes) -> Workbook:
    """A copy of an xlsx file with its texts, numbers and look; formulas as their last value, or as text without one."""
    from openpyxl import load_workbook
    from openpyxl.workbook.protection import DocumentSecurity

    book = load_workbook(io.BytesIO(data), data_only=True)
    for chart in book.chartsheets:
        book.remove(chart)
    book.defined_names.clear()
    _empty(book, "_external_links")
    _empty(book.custom_doc_props, "props")  # type: ignore[attr-defined]
    book.security = DocumentSecurity()
    for sheet in book.worksheets:
        _without_what_acts(sheet)
    _put_formulas(book, data)
    return book


def rebuilt(tables: Sequence[Table]) -> Workbook:
    """The tables as text, a sheet each, every cell at the place where it stood."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet(name_of(table))
        for number, row in enumerate(table.rows, start=1):
            for place, text in enumerate(row, start=1):
                if text:
                    put(sheet.cell(number, place), text)
        for place in range(_width(table)):
            sheet.column_dimensions[get_column_letter(place + 1)].width = _fitting(table, place)
        for (top, left), (bottom, right) in table.merged:
            sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    return book


def name_of(table: Table) -> str:
    """What the sheet of a table is called."""
    return (table.name or "报送内容")[:_MAX_NAME]


def _is_copied_soon(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if sum(entry.file_size for entry in package.infolist()) > _MAX_UNPACKED_BYTES:
            return False
    return sum(sheet.rows * sheet.columns for sheet in ooxml.inspect(data)) <= MAX_CELLS


def _without_what_acts(sheet: Worksheet) -> None:
    """Takes away whatever a spreadsheet would compute, fetch, fold away or guard; what is seen stays."""
    from openpyxl.formatting.formatting import ConditionalFormattingList
    from openpyxl.worksheet.datavalidation import DataValidationList
    from openpyxl.worksheet.filters import AutoFilter
    from openpyxl.worksheet.protection import SheetProtection
    from openpyxl.worksheet.scenario import ScenarioList

    sheet.conditional_formatting = ConditionalFormattingList()
    sheet.data_validations = DataValidationList()
    sheet.auto_filter = AutoFilter()
    sheet.protection = SheetProtection()
    sheet.scenarios = ScenarioList()
    sheet.defined_names.clear()
    sheet.print_title_rows = sheet.print_title_cols = sheet.print_area = None
    sheet.tables.clear()
    sheet.legacy_drawing = None
    _empty(sheet, "_charts", "_images", "_pivots", "_hyperlinks", "_comments")
    for row in sheet.iter_rows():
        for cell in row:
            _settle(cell)


def _empty(holder: object, *names: str) -> None:
    """Empties lists for which openpyxl has no public name."""
    for name in names:
        setattr(holder, name, [])


def _settle(cell: Any) -> None:
    """Leaves the cell its value and look, a text that would run if it were typed in as one that never does."""
    from openpyxl.cell.cell import MergedCell

    if isinstance(cell, MergedCell):
        return
    cell.hyperlink = cell.comment = None
    if isinstance(cell.value, str):
        put(cell, cell.value)


def _put_formulas(book: Workbook, data: bytes) -> None:
    """Puts formulas that have no value into their cells as text."""
    without_value = {sheet.name: sheet.formulas for sheet in ooxml.inspect(data) if sheet.formulas}
    if not without_value:
        return
    from openpyxl import load_workbook

    formulas = load_workbook(io.BytesIO(data))
    for name, places in without_value.items():
        for row, column in places:
            cell: Any = book[name].cell(row + 1, column + 1)
            if cell.value is None:
                put(cell, _formula(formulas[name].cell(row + 1, column + 1).value))


def _formula(value: object) -> str | None:
    return getattr(value, "text", None) or (value if isinstance(value, str) else None)


def _width(table: Table) -> int:
    return max(map(len, table.rows), default=0)


def _fitting(table: Table, place: int) -> int:
    """Width of a column by its longest text, titles aside: their row has that cell alone."""
    texts = (row[place] for row in table.rows[:_WIDTH_ROWS] if place < len(row) and sum(map(bool, row)) > 1)
    widest = max((sum(2 if ord(sign) >= _WIDE else 1 for sign in text) for text in texts), default=0)
    return min(max(widest + 2, _LEAST_WIDTH), _MOST_WIDTH)
