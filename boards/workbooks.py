"""Workbooks for people: tables with a title, headings and rows, in which no text ever runs as a formula."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pandas as pd

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_WOULD_RUN = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would compute, were it typed in."""
_HEADING_FILL, _TO_FILL_IN, _RED = "FFDDEBF7", "FFFFF9E5", "FFC00000"
_ROWS_MORE = 200
"""Rows below the table in which lists of choices still stand, for whoever adds some."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its width in characters, and whether people fill it in, out of `choices`.

    Cells that say one of `red` are written in red.
    """

    heading: str
    width: int = 14
    is_filled_in: bool = False
    choices: Sequence[str] = ()
    red: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    """One sheet: what it is called, what stands above the table (a line each), its columns and rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    above: Sequence[str] = field(default_factory=tuple)


def workbook(tables: Sequence[Table]) -> Workbook:
    """A workbook of the tables, a sheet each."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        add_table(book, table)
    return book


def add_table(book: Workbook, table: Table) -> Worksheet:
    """Adds the table as a sheet of its own at the end."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(table.name)
    for number, text in enumerate(table.above, start=1):
        put(sheet.cell(number, 1), text)
        sheet.cell(number, 1).font = Font(bold=number == 1, size=14 if number == 1 else 11)
    header = len(table.above) + 1
    for place, column in enumerate(table.columns, start=1):
        cell = sheet.cell(header, place)
        put(cell, column.heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=_TO_FILL_IN if column.is_filled_in else _HEADING_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    last, red, wrapped = header, Font(color=_RED), Alignment(wrap_text=True, vertical="top")
    for last, row in enumerate(table.rows, start=header + 1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True), start=1):
            cell = sheet.cell(last, place)
            put(cell, value)
            cell.alignment = wrapped
            if value in column.red:
                cell.font = red
    sheet.freeze_panes = sheet.cell(header + 1, 1)
    sheet.auto_filter.ref = f"A{header}:{get_column_letter(len(table.columns))}{max(last, header + 1)}"
    _offer_choices(sheet, table.columns, header, last)
    return sheet


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


def _offer_choices(sheet: Worksheet, columns: Sequence[Column], header: int, last: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, column in enumerate(columns, start=1):
        if column.choices:
            letter = get_column_letter(place)
            offered = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            offered.add(f"{letter}{header + 1}:{letter}{last + _ROWS_MORE}")
            sheet.add_data_validation(offered)
