"""Workbooks (xlsx, xls) as tables, through calamine; what it would not survive or not tell is looked at before."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sources.delivery import UnreadableError
from sources.tables import Table
from sources.text import cell_text

MAX_CELLS = 4_000_000
"""Cells of the rectangle that a sheet spans; calamine holds all of it in memory, and aborts where it cannot."""
REPAIR = "请用 Excel 或 WPS 打开，另存为 xlsx 后重新报送"


@dataclass(frozen=True)
class Sheet:
    """What a look into the file itself says of one sheet, positions counted from 0.

    The rows and columns it spans, its cells with a formula that may have no value, and those that hold an error value.
    """

    name: str
    rows: int = 0
    columns: int = 0
    formulas: frozenset[tuple[int, int]] = frozenset()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)


def read_workbook(data: bytes, sheets: Sequence[Sheet]) -> list[Table]:
    """The visible sheets of a workbook as rows of text, cells with an error value as its text (#DIV/0!).

    Raises UnreadableError for a sheet that spans absurdly many cells and for a workbook that calamine cannot read.
    """
    for sheet in sheets:
        if sheet.rows * sheet.columns > MAX_CELLS:
            raise UnreadableError(
                f"工作表“{sheet.name}”一直延伸到第 {sheet.rows} 行、第 {sheet.columns} 列，远远超出数据范围",
                "请删除数据区以外的行和列（只清除内容不够），保存后重新报送",
            )
    try:
        return _tables(data, sheets)
    except (UnreadableError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise UnreadableError("工作簿已损坏，打不开", REPAIR) from None


def _tables(data: bytes, sheets: Sequence[Sheet]) -> list[Table]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        about = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return [
            _table(book.get_sheet_by_name(known.name), known.name, sheet)
            for known, sheet in zip(about, sheets, strict=True)
            if known.visible == SheetVisibleEnum.Visible
        ]


def _table(found: Any, name: str, sheet: Sheet) -> Table:
    rows = [[cell_text(cell) for cell in row] for row in found.to_python(skip_empty_area=False)]
    for (row, column), error in sheet.errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = error
    uncomputed = frozenset(
        (row, column)
        for row, column in sheet.formulas
        if row >= len(rows) or column >= len(rows[row]) or not rows[row][column]
    )
    return Table(rows, name, uncomputed=uncomputed, merged=tuple(found.merged_cell_ranges or ()))
