"""Workbooks for people: tables with a title, headings and rows, in which no text ever runs as a formula."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pandas as pd

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.styles import Border, Font
    from openpyxl.worksheet.worksheet import Worksheet

_WOULD_RUN = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would compute, were it typed in."""
MAKER, FONT = "组织力", "宋体"
"""Who is named as the author of a workbook, and the font of what is written into it; office programs all know it."""
_SIZE, _TITLE_SIZE = 11, 14
_HEADING_FILL, _HEADING_TO_FILL_IN, _TO_FILL_IN, _RED = "FFDDEBF7", "FFFFE699", "FFFFF9E5", "FFC00000"
_LINE = "FFBFBFBF"
_ROWS_MORE = 200
"""Rows below the table in which lists of choices still stand, for whoever adds some."""
_WIDE = 0x2E80
"""Characters from here on are as wide as two others."""
_FILLED = 0.9
"""The part of a column's width that text fills before it wraps."""
_LINE_HEIGHT, _MOST_HEIGHT = 1.4, 409
"""Height of a line by the size of its font, and points that a row can be high."""
_MOST_FROZEN = 240
"""Points of height that stay in view above the rows; of more, little room would be left to scroll."""
_DEFAULT_WIDTH = 8
_A4 = 9
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6, "header": 0.3, "footer": 0.3}
"""Inches."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its width in characters, and whether people fill it in, out of `choices`.

    Cells that say one of `red` are written in red. `number_format` is how numbers are shown.
    """

    heading: str
    width: int = 14
    is_filled_in: bool = False
    choices: Sequence[str] = ()
    red: Sequence[str] = ()
    number_format: str = "General"


@dataclass(frozen=True)
class Table:
    """One sheet: what it is called, what stands above the table (a line each), its columns and rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    above: Sequence[str] = field(default_factory=tuple)


def workbook(tables: Sequence[Table]) -> Workbook:
    """A workbook of the tables, a sheet each, titled by the first line of the first."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        add_table(book, table)
    first = tables[0]
    book.properties.creator, book.properties.title = MAKER, first.above[0] if first.above else first.name
    return book


def add_table(book: Workbook, table: Table) -> Worksheet:
    """Adds the table as a sheet of its own at the end, ready to be printed."""
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(table.name)
    header = len(table.above) + 1
    _put_headings(sheet, table.columns, header)
    _put_above(sheet, table.above, len(table.columns))
    last = _put_rows(sheet, table, header)
    fit_heights(sheet, 1, last)
    if sum(_height(sheet, number) for number in range(1, header + 1)) <= _MOST_FROZEN:
        sheet.freeze_panes = sheet.cell(header + 1, 1)
    sheet.auto_filter.ref = f"A{header}:{get_column_letter(len(table.columns))}{max(last, header + 1)}"
    _offer_choices(sheet, table.columns, header, last)
    _set_up_print(sheet, header)
    return sheet


def font(*, size: int = _SIZE, bold: bool = False, color: str | None = None) -> Font:
    """The font of what is written into a cell."""
    from openpyxl.styles import Font

    return Font(name=FONT, size=size, bold=bold, color=color)


def width_of(text: str) -> int:
    """How wide a text of one line is, in characters; Chinese ones count two."""
    return sum(2 if ord(sign) >= _WIDE else 1 for sign in text)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of so many characters, where it wraps."""
    room = max(width * _FILLED, 2)
    return sum(max(ceil(width_of(line) / room), 1) for line in text.split("\n"))


def fit_heights(sheet: Worksheet, first: int, last: int) -> None:
    """Makes the rows from `first` to `last` high enough for the cells whose text wraps; none becomes lower.

    Cells that are merged across columns have the width of all of these.
    """
    widths = _widths(sheet)
    merged = {(one.min_row, one.min_col): one.max_col for one in sheet.merged_cells.ranges}
    for number, row in enumerate(sheet.iter_rows(first, last), start=first):
        needed = 0.0
        for cell in row:
            if cell.value is None or not cell.alignment.wrap_text:
                continue
            places = range(cell.column, merged.get((number, cell.column), cell.column) + 1)
            lines = lines_of(str(cell.value), sum(widths.get(place, _DEFAULT_WIDTH) for place in places))
            needed = max(needed, lines * (cell.font.sz or _SIZE) * _LINE_HEIGHT)
        if needed > _height(sheet, number):
            sheet.row_dimensions[number].height = min(needed, _MOST_HEIGHT)


def put(cell: Cell, value: Any) -> None:
    """Puts a value into a cell: numbers as numbers, all else as text, nothing as a formula."""
    if pd.isna(value):
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
        return
    text = _printable(str(value))
    cell.value = text
    cell.data_type = "s"
    if text.startswith(_WOULD_RUN):
        cell.quotePrefix = True


def keep(book: Workbook, path: Path) -> None:
    """Writes the workbook to `path`; it appears whole or not at all."""
    content = io.BytesIO()
    book.save(content)
    keep_bytes(content.getvalue(), path)


def keep_bytes(content: bytes, path: Path) -> None:
    """Writes the content to `path`; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}.part")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)  # noqa: PTH105 - as one act


def in_columns(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> list[list[Any]]:
    """The rows as lists of the named values."""
    return [[row[name] for name in names] for row in rows]


def _printable(text: str) -> str:
    """The text without characters that a workbook cannot hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("", text)


def _put_above(sheet: Worksheet, above: Sequence[str], columns: int) -> None:
    """What stands above the table, each line across its width."""
    from openpyxl.styles import Alignment

    for number, text in enumerate(above, start=1):
        cell: Any = sheet.cell(number, 1)
        put(cell, text)
        cell.font = font(size=_TITLE_SIZE, bold=True) if number == 1 else font()
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if columns > 1:
            sheet.merge_cells(None, number, 1, number, columns)


def _put_headings(sheet: Worksheet, columns: Sequence[Column], header: int) -> None:
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils import get_column_letter

    for place, column in enumerate(columns, start=1):
        cell: Any = sheet.cell(header, place)
        put(cell, column.heading)
        cell.font = font(bold=True)
        cell.fill = PatternFill("solid", fgColor=_HEADING_TO_FILL_IN if column.is_filled_in else _HEADING_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.border = _thin_border()
        sheet.column_dimensions[get_column_letter(place)].width = column.width


def _put_rows(sheet: Worksheet, table: Table, header: int) -> int:
    """Puts the rows below the header; the number of the last one. Cells to be filled in are seen to be so."""
    from openpyxl.styles import Alignment, PatternFill

    plain, red, wrapped = font(), font(color=_RED), Alignment(wrap_text=True, vertical="top")
    to_fill_in, border = PatternFill("solid", fgColor=_TO_FILL_IN), _thin_border()
    number = header
    for number, row in enumerate(table.rows, start=header + 1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True), start=1):
            cell: Any = sheet.cell(number, place)
            put(cell, value)
            cell.font = red if value in column.red else plain
            cell.alignment, cell.number_format = wrapped, column.number_format
            if column.is_filled_in:
                cell.fill, cell.border = to_fill_in, border
    return number


def _thin_border() -> Border:
    from openpyxl.styles import Border, Side

    side = Side("thin", color=_LINE)
    return Border(left=side, right=side, top=side, bottom=side)


def _widths(sheet: Worksheet) -> dict[int, float]:
    """Widths of the columns that have one of their own; a sheet may set it for several together."""
    from openpyxl.utils import column_index_from_string

    found: dict[int, float] = {}
    for letter, known in sheet.column_dimensions.items():
        own = column_index_from_string(letter)
        found |= dict.fromkeys(range(known.min or own, (known.max or own) + 1), known.width)
    return found


def _height(sheet: Worksheet, number: int) -> float:
    known = sheet.row_dimensions.get(number)
    return (known.height if known else None) or _SIZE * _LINE_HEIGHT


def _set_up_print(sheet: Worksheet, header: int) -> None:
    """Across, as wide as a page, headings on each page."""
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(**_MARGINS)
    sheet.print_title_rows = f"{header}:{header}"
    footer: Any = sheet.oddFooter
    footer.center.text = "第 &P 页，共 &N 页"


def _offer_choices(sheet: Worksheet, columns: Sequence[Column], header: int, last: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, column in enumerate(columns, start=1):
        if column.choices:
            letter = get_column_letter(place)
            offered = DataValidation(
                type="list",
                formula1=f'"{",".join(column.choices)}"',
                allow_blank=True,
                showErrorMessage=True,
                errorTitle=f"{column.heading}填写有误",
                error=f"请填：{'、'.join(column.choices)}。也可以空着",
            )
            offered.add(f"{letter}{header + 1}:{letter}{last + _ROWS_MORE}")
            sheet.add_data_validation(offered)
