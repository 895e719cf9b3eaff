"""The workbook of a receipt, opened by LibreOffice: what was sent, marked, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from boards.receipt_book import receipt_book
from boards.receipt_told import receipt_told
from schemas.receipts import EXCERPT_SHEET, REMEDY, RETURNED, SUMMARY_SHEET
from sources.sent import Sent, look
from sources.tables import Table, region
from tests.boards.sheets import FAULTS, FILE, HEADER, LINK, ROWS, SUMS, TITLE, WIDTHS, department_book
from tests.boards.told import ANSWER, BATCH, NONE, found_at, rejection, rulebook, told
from tests.office import converted
from tests.sources.conftest import csv_bytes
from transforms.checks.controls import controls

RED = "FFFFC7CE"
UTF8_CSV = "csv:Text - txt - csv (StarCalc):44,34,76"


@pytest.fixture(scope="module")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The receipt of the department's workbook with a fault in each of FAULTS."""
    data, path = department_book(), tmp_path_factory.mktemp("receipt") / "回执.xlsx"
    faults = [rejection(int(place[1:]), HEADER[ord(place[0]) - ord("A")]) for place in sorted(FAULTS)]
    path.write_bytes(receipt_book(data, sent(data), told(FILE, faults)))
    return path


def sent(data: bytes) -> Sent:
    return look(data, found_at(FILE), rulebook().inbox)


def marked(sheet: Worksheet) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == RED}


def opened(content: bytes | Path) -> Any:
    return load_workbook(io.BytesIO(content) if isinstance(content, bytes) else content)


def test_exactly_the_faulty_cells_are_marked_with_reason_and_remedy_beside_their_row(receipt: Path) -> None:
    sheet = opened(receipt)["第三季度"]
    assert marked(sheet) == FAULTS
    assert [sheet.cell(3, place).value for place in (13, 14)] == [RETURNED, REMEDY]
    assert [sheet.cell(4, place).value for place in (13, 14)] == ["格式错误", "“村集体经济收入（万元）”请改正"]
    assert {row for row in range(4, 16) if sheet.cell(row, 13).value} == {int(place[1:]) for place in FAULTS}


def test_rows_widths_merges_fills_and_panes_are_as_they_were_sent(receipt: Path) -> None:
    sheet, before = opened(receipt)["第三季度"], opened(department_book())["第三季度"]
    values = load_workbook(io.BytesIO(department_book()), data_only=True)["第三季度"]
    own = [[cell.value for cell in row[: len(HEADER)]] for row in sheet.iter_rows(max_row=15)]
    assert own == [[cell.value for cell in row] for row in values.iter_rows()]
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:L1"]
    assert {name: sheet.column_dimensions[name].width for name in WIDTHS} == WIDTHS
    assert sheet.row_dimensions[1].height == 33
    assert sheet.freeze_panes == "C4"
    assert (sheet["A1"].font.b, sheet["A1"].font.sz) == (before["A1"].font.b, before["A1"].font.sz) == (True, 16)
    assert sheet["C6"].fill.fgColor.rgb == before["C6"].fill.fgColor.rgb == "FF99CCFF"


def test_no_cell_is_a_formula_and_what_begins_like_one_stays_text_even_when_it_is_edited(receipt: Path) -> None:
    book = opened(receipt)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    risky = [cell for cell in cells if isinstance(cell.value, str) and cell.value[:1] in "=+-@"]
    assert {cell.value for cell in risky} >= {LINK, "=1+1", ROWS[-1][-1], SUMS[-1]}
    assert all(cell.quotePrefix for cell in risky)
    assert not any(cell.hyperlink for sheet in book.worksheets[:-1] for row in sheet.iter_rows() for cell in row)
    assert not any(cell.hyperlink.target for cell in cells if cell.hyperlink)
    assert not book.defined_names


def test_in_libreoffice_nothing_evaluates_and_texts_and_layout_are_intact(receipt: Path, tmp_path: Path) -> None:
    flat = converted(receipt, "fods", tmp_path).read_text(encoding="utf-8")
    assert "table:formula" not in flat
    assert 'xlink:href="http' not in flat
    saved = opened(converted(receipt, "xlsx", tmp_path))
    sheet = saved["第三季度"]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert [sheet[place].value for place in ("A1", "E5", "F7", "C14", "L14", "E15", "L15")] == [
        TITLE, LINK, 9.5, "=1+1", ROWS[-1][-1], 230, SUMS[-1],
    ]  # fmt: skip
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:L1"]
    assert sheet.column_dimensions["C"].width == pytest.approx(WIDTHS["C"], abs=1)
    assert marked(sheet) == FAULTS
    text = converted(receipt, UTF8_CSV, tmp_path).read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[4][4] == LINK
    assert rows[13][2] == "=1+1"
    assert len(rows) == 15


def test_nothing_of_the_file_that_acts_or_guards_is_copied() -> None:
    book = opened(department_book())
    sheet = book["第三季度"]
    sheet.conditional_formatting.add("E4:E14", FormulaRule(formula=['WEBSERVICE("http://192.0.2.1/")=1']))
    checked = DataValidation(type="custom", formula1="=E4>0")
    checked.add("E4:E14")
    sheet.add_data_validation(checked)
    sheet.add_chart(BarChart(), "P2")
    sheet["E4"].comment = Comment("请看", "作者")
    sheet.print_title_rows, sheet.print_area = "1:3", "A1:L15"
    sheet.auto_filter.ref = "A3:L15"
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions.group("M", "XFD", hidden=False)
    sheet.protection.enable()
    book.create_chartsheet("图")
    content = io.BytesIO()
    book.save(content)
    receipt = receipt_book(content.getvalue(), sent(content.getvalue()), told(FILE, [rejection(4, HEADER[4])]))
    parts = {name: data for name, data in unpacked(receipt).items() if not name.endswith("/")}
    assert not [name for name in parts if re.search("chart|comment|vml|drawing|external", name, re.IGNORECASE)]
    first = parts["xl/worksheets/sheet1.xml"]
    for tag in ("<f>", "<f ", "conditionalFormatting", "dataValidation", "hyperlink", "sheetProtection", "autoFilter"):
        assert tag not in first
    assert "192.0.2.1/&quot;)=1" not in first
    assert re.findall("<definedName [^>]*>", parts["xl/workbook.xml"]) == [
        '<definedName name="_xlnm._FilterDatabase" localSheetId="2" hidden="1">',
        '<definedName name="_xlnm.Print_Titles" localSheetId="2">',
    ]
    again = opened(receipt)["第三季度"]
    assert marked(again) == {"E4"}
    assert not again.row_dimensions[4].hidden


def unpacked(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def test_a_formula_without_a_value_is_shown_as_its_text() -> None:
    book = opened(department_book())
    book["第三季度"]["G4"] = "=F4*2"
    content = io.BytesIO()
    book.save(content)
    data = content.getvalue()
    cell = opened(receipt_book(data, sent(data), told(FILE, [])))["第三季度"]["G4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=F4*2", "s", True)


def test_several_faults_of_a_row_are_told_by_column_and_a_fault_of_the_row_marks_all_of_it() -> None:
    data = department_book()
    faults = [rejection(4, HEADER[4]), rejection(4, HEADER[5]), rejection(6, "整行")]
    sheet = opened(receipt_book(data, sent(data), told(FILE, faults)))["第三季度"]
    assert marked(sheet) == {"E4", "F4", *(f"{column}6" for column in "ABCDEFGHIJKL")}
    assert sheet["M4"].value == "“村集体经济收入（万元）”格式错误\n『“四清”合同清理率』格式错误"


def test_what_is_resolved_is_listed_and_not_marked() -> None:
    data = department_book()
    faults = [rejection(4, HEADER[4], resolution="2024Q3 第2版计分时已能计入"), rejection(5, HEADER[4])]
    book = opened(receipt_book(data, sent(data), told(FILE, faults)))
    assert marked(book["第三季度"]) == {"E5"}
    summary = [[cell.value for cell in row] for row in book[SUMMARY_SHEET].iter_rows()]
    assert [row[-1] for row in summary if row[0] in (4, 5)] == ["2024Q3 第2版计分时已能计入", "未解决"]


def test_a_receipt_that_is_sent_back_keeps_its_columns_and_loses_marks_that_no_longer_hold(receipt: Path) -> None:
    data = receipt.read_bytes()
    book = opened(receipt_book(data, sent(data), told(FILE, [rejection(5, HEADER[4])])))
    sheet = book["第三季度"]
    assert marked(sheet) == {"E5"}
    assert [sheet.cell(3, place).value for place in range(12, 16)] == ["备注", RETURNED, REMEDY, None]
    assert [row for row in range(4, 16) if sheet.cell(row, 13).value] == [5]
    assert book.sheetnames.count(SUMMARY_SHEET) == 1
    clean = opened(receipt_book(data, sent(data), told(FILE, [])))["第三季度"]
    assert marked(clean) == set()
    assert [clean.cell(3, place).value for place in (13, 14)] == [None, None]


def test_a_large_table_shows_its_faulty_rows_alone_under_a_name_that_no_reader_takes_for_the_table() -> None:
    rows = [["编号", "名称"], *([str(number), "甲"] for number in range(200_000))]
    found = region(Table(rows, is_delimited=True), 0, lambda row: row == rows[0])
    book = opened(receipt_book(b"", Sent([found.table], found), told("a.csv", [rejection(7, "名称")])))
    assert book.sheetnames == [EXCERPT_SHEET, SUMMARY_SHEET]
    assert [cell.value for cell in book[EXCERPT_SHEET][3]][:3] == [7, "5", "甲"]
    back = io.BytesIO()
    book.save(back)
    assert look(back.getvalue(), found_at(FILE), rulebook().inbox).region is None


def test_events_show_their_lines_with_reasons() -> None:
    lines = [b'{"event_id": "E1"}', b'{"event_id": "E2", "org', b""]
    book = opened(receipt_book(b"", Sent(lines=lines), told("platform/2024-07.jsonl", [rejection(2, "整行")])))
    shown = [[cell.value for cell in row] for row in book[EXCERPT_SHEET].iter_rows(min_row=2)]
    assert [row[:3] for row in shown] == [[1, "E1", lines[0].decode()], [2, None, lines[1].decode()]]
    assert [bool(row[3]) for row in shown] == [False, True]


def test_a_file_that_is_no_table_gets_the_summary_with_what_is_wrong() -> None:
    refused = told(FILE, [], status="refused", note=f"{FILE}：文件是 PDF，不是表格。请报送 xlsx 或 CSV 表格")
    book = opened(receipt_book(b"%PDF", Sent(), refused))
    assert book.sheetnames == [SUMMARY_SHEET]
    assert re.search("拒收，整个文件没有读：.*文件是 PDF", str(book[SUMMARY_SHEET]["A3"].value))


def lines_of(content: bytes) -> list[str]:
    return [str(row[0].value) for row in opened(content)[SUMMARY_SHEET].iter_rows() if row[0].value]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("民政局.xlsx", "存成原来的文件名“民政局.xlsx”报送。"),
        ("民政局.xls", "存成“民政局.xlsx”报送，并把收件箱里的“民政局.xls”拿走。"),
        ("民政局.csv", "存成“民政局.xlsx”报送，并把收件箱里的“民政局.csv”拿走。"),
    ],
)
def test_how_to_mend_says_under_which_name_and_what_has_to_make_way(name: str, how: str) -> None:
    data = department_book()
    said = lines_of(receipt_book(data, sent(data), told(f"departments/2024Q3/{name}", [rejection(4, HEADER[4])])))
    assert [line for line in said if line.startswith("怎么改：直接在标红的格里改，" + how)]
    refused = told(f"departments/2024Q3/{name}", [rejection(0, "")], status="refused", note="文件放的位置不对")
    assert not [line for line in lines_of(receipt_book(data, sent(data), refused)) if line.startswith("怎么改")]


def test_a_receipt_without_a_fault_says_so_and_lists_nothing() -> None:
    data = department_book()
    book = receipt_book(data, sent(data), told(FILE, []))
    assert "全部采纳，不用再改" in lines_of(book)
    assert opened(book)[SUMMARY_SHEET].max_column == 1


def test_it_counts_what_its_sender_can_count() -> None:
    data = department_book()
    said = lines_of(receipt_book(data, sent(data), told(FILE, [rejection(4, HEADER[4])])))
    assert "收到60格（11行） = 采纳50格 + 退回10格 + 略去0格" in said
    assert "要改的有1处，列在下面" in said


def test_every_listed_cell_leads_to_its_place_in_the_sheet() -> None:
    data = department_book()
    book = opened(receipt_book(data, sent(data), told(FILE, [rejection(4, HEADER[4]) | {"cell": "E4"}])))
    assert [cell.hyperlink.location for row in book[SUMMARY_SHEET] for cell in row if cell.hyperlink] == [
        "'第三季度'!E4"
    ]


def test_it_opens_at_the_first_faulty_cell_of_the_one_sheet_that_is_chosen() -> None:
    rows = [*ROWS, *([number, "032000200002", "甲", "乙", 1] for number in range(12, 100))]
    book = opened(department_book(rows))
    book["填报说明"].sheet_view.tabSelected = True
    content = io.BytesIO()
    book.save(content)
    data = content.getvalue()
    book = opened(receipt_book(data, sent(data), told(FILE, [rejection(90, HEADER[4])])))
    view = book["第三季度"].sheet_view
    assert book.active.title == "第三季度"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["第三季度"]
    assert {selection.activeCell for selection in view.selection} == {"E90"}
    assert view.pane.topLeftCell == "C87"


def test_columns_that_the_sender_hid_are_shown_where_they_are_needed_and_the_others_stay_hidden() -> None:
    book = opened(department_book())
    book["第三季度"].column_dimensions.group("I", "XFD", hidden=True)
    content = io.BytesIO()
    book.save(content)
    data = content.getvalue()
    columns = opened(receipt_book(data, sent(data), told(FILE, [rejection(11, "结对帮扶")])))[
        "第三季度"
    ].column_dimensions
    hidden = [range(known.min, known.max + 1) for known in columns.values() if known.hidden]
    shown = {place for place in range(9, 17) if not any(place in span for span in hidden)}
    assert shown == {10, 13, 14}


def test_a_long_remedy_makes_its_row_high_enough() -> None:
    data, long = department_book(), rejection(5, HEADER[4]) | {"message": "请核对后改正。" * 30}
    sheet = opened(receipt_book(data, sent(data), told(FILE, [rejection(4, HEADER[4]), long])))["第三季度"]
    assert sheet.row_dimensions[5].height > 8 * 11
    assert sheet.row_dimensions[6].height is None


def test_a_total_that_does_not_agree_is_marked_in_yellow_with_a_note_and_read_without_it() -> None:
    data = department_book()
    totals = receipt_told(BATCH, NONE, [], controls(sent(data).totals, rulebook()), sent(data).region)["totals"]
    book = receipt_book(data, sent(data), told(FILE, []) | {"totals": totals})
    sheet = opened(book)["第三季度"]
    assert {cell.coordinate for cell in sheet[15] if cell.fill.fgColor.rgb == "FFFFEB9C"} == {"E15", "I15"}
    assert sheet["N15"].value.startswith("“村集体经济收入（万元）”是230，各行相加是180，相差50，请核对")
    assert marked(sheet) == set()
    assert sent(book).totals == sent(data).totals
    again = opened(receipt_book(book, sent(book), told(FILE, [])))["第三季度"]
    assert not [cell for row in again.iter_rows() for cell in row if cell.fill.fgColor.rgb in ("FFFFEB9C", "FFFFE699")]


def test_all_formulas_without_a_value_are_marked_and_listed_where_the_file_was_refused_for_them() -> None:
    book = opened(department_book())
    for place in ("G4", "E10", "H5"):
        book["第三季度"][place] = "=1*2"
    content = io.BytesIO()
    book.save(content)
    data = content.getvalue()
    refused = receipt_told(BATCH | {"status": "refused"}, NONE, [], (), sent(data).region)
    places = {one["cell"] for one in refused["formulas"]}
    assert places >= {"G4", "E10", "H5"}
    shown = opened(receipt_book(data, sent(data), refused))
    assert marked(shown["第三季度"]) == places
    assert {cell.value for cell in shown[SUMMARY_SHEET]["B"]} >= places


def test_cells_beyond_the_header_of_a_csv_are_marked_too_and_what_to_do_fits_the_receipt() -> None:
    rows = [HEADER, *([("" if cell is None else cell) for cell in row] for row in ROWS[:2])]
    data = csv_bytes([rows[0], rows[1], [*rows[2], "多出的", "格"]], "gb18030")
    split = pd.DataFrame([ANSWER | {"row_no": 3, "column_name": "整行", "message": "这一条无法识别"}])
    file = FILE.replace(".xlsx", ".csv")
    answer = receipt_told(BATCH | {"file": file}, split, [], (), sent(data).region)
    assert answer["rejections"][0]["cell"] == "A3:N3"
    assert "M、N列是多出的格" in answer["rejections"][0]["message"]
    sheet = opened(receipt_book(data, sent(data), answer)).worksheets[0]
    assert marked(sheet) == {f"{column}3" for column in "ABCDEFGHIJKLMN"}
    assert (sheet["O1"].value, sheet.freeze_panes) == (RETURNED, "A2")
