"""Workbooks that people print and fill in: fonts, heights, page set-up, what may be filled in where."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment

from boards.workbooks import FONT, MAKER, Column, Table, fit_heights, lines_of, workbook

LONG = "没有按期申报，请在收到清单后三日内补报" * 4
YELLOW = "FFFFF9E5"
COLUMNS = (
    Column("组织名称", 20),
    Column("得分率", 9, number_format='0.00"%"'),
    Column("决定", 8, is_filled_in=True, choices=("列入", "不列入")),
)
ROWS = [["甲村党支部", 61.5, None], [LONG, 70.0, "列入"]]


def _opened(*tables: Table) -> Any:
    content = io.BytesIO()
    workbook(tables).save(content)
    return load_workbook(content)


@pytest.fixture(scope="module")
def sheet() -> Any:
    return _opened(Table("名单", COLUMNS, ROWS, ("2024年名单", LONG)))["名单"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("", 10, 1), ("组织", 10, 1), ("a" * 9, 10, 1), ("a" * 10, 10, 2), ("组织力指", 10, 1), ("组织力指数", 10, 2),
     ("甲\n乙", 10, 2), ("甲\n" + "a" * 19, 10, 4), ("甲", 0, 1)],
)  # fmt: skip
def test_a_text_takes_as_many_lines_as_its_width_asks_for(text: str, width: float, lines: int) -> None:
    assert lines_of(text, width) == lines


def test_every_cell_has_a_font_of_its_own_and_the_workbook_our_name(sheet: Any) -> None:
    assert {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value is not None} == {FONT}
    properties = sheet.parent.properties
    assert (properties.creator, properties.title) == (MAKER, "2024年名单")


def test_a_sheet_is_printed_across_as_wide_as_a_page_with_headings_on_each(sheet: Any) -> None:
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape", 1, 0,
    )  # fmt: skip
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$3"


def test_lines_above_go_across_the_table_and_rows_are_as_high_as_their_text(sheet: Any) -> None:
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:C1", "A2:C2"]
    above, short, long = (sheet.row_dimensions[number].height for number in (2, 4, 5))
    assert short is None
    assert lines_of(LONG, 20) * 11 < long
    assert lines_of(LONG, 37) * 11 < above < long


def test_cells_to_be_filled_in_are_yellow_and_framed_and_their_heading_is_another_yellow(sheet: Any) -> None:
    for row in (4, 5):
        fills = [sheet.cell(row, place).fill.fgColor.rgb for place in (1, 2, 3)]
        assert [fill == YELLOW for fill in fills] == [False, False, True]
        assert sheet.cell(row, 3).border.left.style == "thin"
    assert sheet["C3"].fill.fgColor.rgb not in (YELLOW, sheet["A3"].fill.fgColor.rgb)


def test_another_word_than_those_offered_is_refused_with_the_words(sheet: Any) -> None:
    (offered,) = sheet.data_validations.dataValidation
    assert (offered.showErrorMessage, offered.error) == (True, "请填：列入、不列入。也可以空着")


def test_a_share_is_a_number_shown_as_per_cent(sheet: Any) -> None:
    assert (sheet["B4"].value, sheet["B4"].number_format) == (61.5, '0.00"%"')


def test_much_text_above_a_table_is_not_kept_in_view() -> None:
    assert _opened(Table("回执", COLUMNS, ROWS, ("回执",)))["回执"].freeze_panes == "A3"
    assert _opened(Table("回执", COLUMNS, ROWS, ["提示"] * 40))["回执"].freeze_panes is None


def test_heights_grow_and_never_shrink_and_leave_text_that_does_not_wrap() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for number in (1, 2, 3):
        sheet.cell(number, 1, LONG).alignment = Alignment(wrap_text=number != 3)
    sheet.row_dimensions[1].height = 400
    sheet.column_dimensions.group("A", "C")
    sheet.column_dimensions["A"].width = 30
    fit_heights(sheet, 1, 3)
    assert sheet.row_dimensions[1].height == 400
    assert sheet.row_dimensions[2].height > 15
    assert sheet.row_dimensions[3].height is None
