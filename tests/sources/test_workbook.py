"""Workbooks through the whole reading: content decides the format, and what would be lost silently is refused."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest

from sources import biff, ooxml
from sources.delivery import Delivery, UnreadableError
from sources.workbook import read_workbook

FILE = "departments/2024Q3/财政局.xlsx"
SHEET_XML = "xl/worksheets/sheet1.xml"
Rows = Callable[..., list[list[Any]]]
Accept = Callable[..., Delivery]
Refuse = Callable[..., str]


def edited(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one of its parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return stream.getvalue()


def book_bytes(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def book_of(rows: list[list[Any]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


@pytest.mark.parametrize("ending", ["xlsx", "xls", "csv"])
@pytest.mark.parametrize("form", ["as_xlsx", "as_xls", "as_csv"])
def test_the_content_decides_the_format_not_the_ending(
    request: pytest.FixtureRequest, accept: Accept, sheet: Rows, form: str, ending: str
) -> None:
    data = request.getfixturevalue(form)(sheet())
    delivery = accept(f"departments/2024Q3/财政局.{ending}", data)
    assert delivery.records[["org_code", "value_text", "row_no"]].to_numpy().tolist() == [["032000100001", "0.95", 4]]


def test_cells_are_the_text_that_excel_shows(accept: Accept, sheet: Rows, as_xlsx: Callable[..., bytes]) -> None:
    values = [0.1 + 0.2, 12.0, True, date(2024, 7, 5), " ９５％ "]
    rows = sheet(*([n, 32000100001, "甲", value, "已核实", ""] for n, value in enumerate(values, start=1)))
    records = accept(FILE, as_xlsx(rows)).records
    assert records["value_text"].tolist() == ["0.3", "12", "TRUE", "2024-07-05", "95%"]
    assert set(records["org_code"]) == {"032000100001"}


@pytest.mark.parametrize("broken", [lambda data: data[: len(data) // 2], lambda data: data[:-30]], ids=["half", "tail"])
def test_a_torn_xlsx_is_refused(
    refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes], broken: Callable[[bytes], bytes]
) -> None:
    assert "工作簿不完整或已损坏" in refuse(FILE, broken(as_xlsx(sheet())))


def test_an_xlsx_with_a_flipped_byte_is_refused(refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes]) -> None:
    data = bytearray(as_xlsx(sheet()))
    data[data.index(SHEET_XML.encode()) + 60] ^= 0xFF
    assert "工作簿不完整或已损坏" in refuse(FILE, bytes(data))


def test_a_torn_xls_is_refused(refuse: Refuse, sheet: Rows, as_xls: Callable[..., bytes]) -> None:
    assert "工作簿不完整或已损坏" in refuse("departments/2024Q3/财政局.xls", as_xls(sheet())[:2000])


def test_an_xlsx_whose_parts_do_not_parse_is_refused(
    refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes]
) -> None:
    data = edited(as_xlsx(sheet()), SHEET_XML, lambda xml: xml.replace(b'r="B4"', b'r="4B"'))
    assert "工作簿已损坏" in refuse(FILE, data)


def test_a_workbook_with_a_password_is_refused(refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes]) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(as_xlsx(sheet()))).encrypt("secret", stream)
    assert "文件带密码，打不开。请取消密码" in refuse(FILE, stream.getvalue())


def test_an_xls_with_a_password_is_refused(refuse: Refuse, sheet: Rows, as_xls: Callable[..., bytes]) -> None:
    data = as_xls(sheet())
    codepage = data.index(b"\x42\x00\x02\x00")
    locked = data[:codepage] + b"\x2f\x00\x02\x00" + data[codepage + 4 :]
    assert "文件带密码，打不开。请取消密码" in refuse("departments/2024Q3/财政局.xls", locked)


def test_a_zip_with_a_password_is_refused(refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes]) -> None:
    data = bytearray(as_xlsx(sheet()))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "文件带密码，打不开。请取消密码" in refuse(FILE, bytes(data))


@pytest.mark.parametrize("form", ["as_xlsx", "as_xls", "as_csv"])
def test_a_file_cut_off_anywhere_is_read_or_refused(
    request: pytest.FixtureRequest, receive: Callable[..., Any], sheet: Rows, form: str
) -> None:
    data = request.getfixturevalue(form)(sheet())
    for length in range(0, len(data), max(1, len(data) // 60)):
        result = receive(FILE, data[:length])
        assert isinstance(result, Delivery) or "程序出错" not in result.message


def test_an_xls_whose_sheet_ends_before_it_begins_is_refused(
    refuse: Refuse, sheet: Rows, as_xls: Callable[..., bytes]
) -> None:
    data = bytearray(as_xls(sheet()))
    at = data.index(b"\x00\x02\x0e\x00") + 4
    data[at : at + 4] = (0x7D0000).to_bytes(4, "little")
    assert "工作簿不完整或已损坏" in refuse("departments/2024Q3/财政局.xls", bytes(data))


def test_another_zip_is_refused(refuse: Refuse) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    assert "文件不是 xlsx 工作簿" in refuse(FILE, stream.getvalue())


def test_a_word_document_of_the_old_kind_is_refused(refuse: Refuse, sheet: Rows, as_xls: Callable[..., bytes]) -> None:
    data = as_xls(sheet()).replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))
    assert "文件不是 Excel 工作簿" in refuse("departments/2024Q3/财政局.xls", data)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7 ...", "文件是 PDF"),
        ("<html><table><tr><td>序号</td></tr></table></html>".encode(), "文件是网页或 XML"),
        ("\ufeff<?xml version='1.0'?><Workbook/>".encode(), "文件是网页或 XML"),
        (b"Rar!\x1a\x07\x00", "文件是 RAR 压缩包"),
    ],
)
def test_what_is_no_table_is_refused(refuse: Refuse, data: bytes, what: str) -> None:
    assert what in refuse(FILE, data)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes]
) -> None:
    bomb = edited(as_xlsx(sheet()), "xl/styles.xml", lambda _: b" " * (ooxml.MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < 1 << 20
    assert "解压后超过 256 MB" in refuse(FILE, bomb)


def test_a_zip_that_understates_its_size_is_refused(refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes]) -> None:
    data = bytearray(edited(as_xlsx(sheet()), SHEET_XML, lambda xml: xml + b" " * 1_000_000))
    entry = data.rindex(SHEET_XML.encode()) - 46
    data[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    assert "工作簿不完整或已损坏" in refuse(FILE, bytes(data))


@pytest.mark.parametrize("far", ["A1048576", "XFD900000", "ZZZZZ1", "A4294967290"])
def test_a_far_cell_is_refused_before_it_takes_all_memory(
    refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes], far: str
) -> None:
    data = edited(as_xlsx(sheet()), SHEET_XML, lambda xml: xml.replace(b'r="F4"', f'r="{far}"'.encode()))
    message = refuse(FILE, data)
    assert "工作表“数据”一直延伸到第" in message
    assert "请删除数据区以外的行和列" in message


def test_far_rows_of_cells_without_a_place_are_refused(
    refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes]
) -> None:
    import re

    def unplaced(xml: bytes) -> bytes:
        return re.sub(rb'<c r="[A-Z]+\d+"', b"<c", xml).replace(b'<row r="4"', b'<row r="4000000000"')

    assert "一直延伸到第 4000000000 行" in refuse(FILE, edited(as_xlsx(sheet()), SHEET_XML, unplaced))


def test_cells_without_a_place_are_read_in_order(accept: Accept, sheet: Rows, as_xlsx: Callable[..., bytes]) -> None:
    import re

    data = edited(as_xlsx(sheet()), SHEET_XML, lambda xml: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", xml))
    assert accept(FILE, data).records["value_text"].tolist() == ["0.95"]


@pytest.mark.parametrize("last", [(65536, 256), (0xFFFFFFF0, 0xFFFF)])
def test_an_xls_that_claims_far_cells_is_refused(
    refuse: Refuse, sheet: Rows, as_xls: Callable[..., bytes], last: tuple[int, int]
) -> None:
    data = bytearray(as_xls(sheet()))
    at = data.index(b"\x00\x02\x0e\x00") + 4
    data[at + 4 : at + 8], data[at + 10 : at + 12] = last[0].to_bytes(4, "little"), last[1].to_bytes(2, "little")
    assert f"一直延伸到第 {last[0]} 行" in refuse("departments/2024Q3/财政局.xls", bytes(data))


def test_formulas_without_a_computed_value_are_refused(
    refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes]
) -> None:
    message = refuse(FILE, as_xlsx(sheet([1, "032000100001", "甲", "=1-0.05", "已核实", ""])))
    assert "单元格 D4 是公式，没有保存计算结果" in message
    assert "请用 Excel 或 WPS 打开、重新计算后保存" in message


@pytest.mark.parametrize(
    "row",
    [
        ["=ROW()-3", "032000100001", "甲", 0.9, "已核实", "=A4"],
        ["合计", "", "", "=SUM(D4:D4)", "", ""],
    ],
    ids=["columns that are not read", "a total"],
)
def test_formulas_in_what_is_not_read_do_no_harm(
    accept: Accept, sheet: Rows, as_xlsx: Callable[..., bytes], row: list[Any]
) -> None:
    rows = sheet([1, "032000100001", "甲", 0.9, "已核实", ""], row)
    assert set(accept(FILE, as_xlsx(rows)).records["value_text"]) == {"0.9"}


def test_formulas_with_a_value_are_read(accept: Accept, sheet: Rows, as_xlsx: Callable[..., bytes]) -> None:
    rows = sheet([1, "032000100001", "甲", "=1-0.05", "已核实", ""], [2, "032000100002", "乙", '=""', "已核实", ""])
    data = as_xlsx(rows)
    for formula, value in ((b"1-0.05", b"<v>0.95</v>"), (b'""', b"<v></v>")):
        data = edited(data, SHEET_XML, lambda xml, f=formula, v=value: xml.replace(f + b"</f><v />", f + b"</f>" + v))
    data = edited(data, SHEET_XML, lambda xml: xml.replace(b'<c r="D5"', b'<c r="D5" t="str"'))
    delivery = accept(FILE, data)
    assert delivery.records["value_text"].tolist() == ["0.95"]
    assert delivery.ignored == {"空单元格": 1}


def test_an_error_value_is_delivered_as_its_text(accept: Accept, sheet: Rows, as_xlsx: Callable[..., bytes]) -> None:
    def error(xml: bytes) -> bytes:
        return xml.replace(b'<c r="D4"', b'<c r="D4" t="e"').replace(b"1/0</f><v />", b"1/0</f><v>#DIV/0!</v>")

    data = edited(as_xlsx(sheet([1, "032000100001", "甲", "=1/0", "已核实", ""])), SHEET_XML, error)
    assert accept(FILE, data).records["value_text"].tolist() == ["#DIV/0!"]


def test_an_error_value_in_an_xls_is_delivered_as_its_text(accept: Accept, sheet: Rows) -> None:
    import xlwt

    book = xlwt.Workbook()
    target = book.add_sheet("数据")
    for at, row in enumerate(sheet()):
        for place, cell in enumerate(row):
            target.write(at, place, cell) if (at, place) != (3, 3) else target.row(3).set_cell_error(3, "#DIV/0!")
    stream = io.BytesIO()
    book.save(stream)
    assert accept("departments/2024Q3/财政局.xls", stream.getvalue()).records["value_text"].tolist() == ["#DIV/0!"]


def test_merged_cells_in_the_data_are_refused(refuse: Refuse, sheet: Rows) -> None:
    book = book_of(sheet([1, "032000100001", "甲", 0.9, "已核实", ""], [2, "032000100002", "乙", None, "已核实", ""]))
    book.active.merge_cells("D4:D5")
    message = refuse(FILE, book_bytes(book))
    assert "第 4 至 5 行有合并单元格" in message
    assert "请取消合并" in message


def test_merged_cells_elsewhere_do_no_harm(accept: Accept, sheet: Rows) -> None:
    book = book_of(sheet([1, "032000100001", "甲", 0.9, "已核实", ""], ["合计", None, None, 1, None, None]))
    book.active.merge_cells("A1:F1")
    book.active.merge_cells("A5:C5")
    assert len(accept(FILE, book_bytes(book)).records) == 1


def test_an_extra_sheet_is_noted(accept: Accept, sheet: Rows, as_xlsx: Callable[..., bytes]) -> None:
    delivery = accept(FILE, as_xlsx(sheet(), 填报说明=[["请在“数据”表中填报"]]))
    assert delivery.notes == ("没有读取的工作表：“填报说明”",)
    assert len(delivery.records) == 1


def test_a_template_without_data_beside_the_data_is_noted(
    accept: Accept, sheet: Rows, as_xlsx: Callable[..., bytes]
) -> None:
    delivery = accept(FILE, as_xlsx(sheet(), 空表=sheet()[:3]))
    assert delivery.records["value_text"].tolist() == ["0.95"]
    assert delivery.notes == ("没有读取的工作表：“空表”",)


def test_two_sheets_with_data_are_refused(refuse: Refuse, sheet: Rows, as_xlsx: Callable[..., bytes]) -> None:
    message = refuse(FILE, as_xlsx(sheet(), 上期=sheet()))
    assert "工作表“上期”、“数据”都有表头和数据" in message
    assert "请只保留" in message


def test_a_hidden_sheet_is_not_read(accept: Accept, sheet: Rows) -> None:
    book = book_of(sheet())
    hidden = book.create_sheet("旧", 0)
    for row in sheet([1, "032000100009", "旧", 0.1, "已核实", ""]):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    assert accept(FILE, book_bytes(book)).records["org_code"].tolist() == ["032000100001"]


def test_a_named_sheet_is_the_one_that_is_read(
    receive: Callable[..., Any], inbox: Any, sheet: Rows, as_xlsx: Callable[..., bytes]
) -> None:
    finance = inbox.submissions.senders["财政局"].model_copy(update={"sheet": "数据"})
    senders = inbox.submissions.senders | {"财政局": finance}
    layout = inbox.model_copy(update={"submissions": inbox.submissions.model_copy(update={"senders": senders})})
    assert len(receive(FILE, as_xlsx(sheet(), 上期=sheet()), layout).records) == 1
    renamed = receive(FILE, book_bytes(book_of(sheet())), layout)
    assert "没有工作表“数据”。现有工作表“Sheet”，请把数据表改回原名" in renamed.message


def test_a_chart_sheet_does_no_harm(accept: Accept, sheet: Rows) -> None:
    book = book_of(sheet())
    book.create_chartsheet("图表", 0).add_chart(openpyxl.chart.BarChart())
    assert len(accept(FILE, book_bytes(book)).records) == 1


def test_a_panic_of_the_parser_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    import python_calamine

    panic = type("PanicException", (BaseException,), {})

    class Panics:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise panic("index out of range")

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Panics)
    with pytest.raises(UnreadableError, match=r"工作簿已损坏.*请"):
        read_workbook(b"", [])


def test_an_interrupt_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    import python_calamine

    class Interrupted:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_workbook(b"", [])


def test_an_xls_in_a_small_stream_is_read(accept: Accept, sheet: Rows, as_xls: Callable[..., bytes]) -> None:
    stream = biff._workbook_stream(as_xls(sheet()))
    assert accept("departments/2024Q3/财政局.xls", in_mini_stream(stream.rstrip(b"\0") + bytes(3))).records[
        "value_text"
    ].tolist() == ["0.95"]


def in_mini_stream(stream: bytes) -> bytes:
    """A compound file that holds a short workbook stream in its mini stream, as MS-CFB says of streams under 4096."""
    assert len(stream) < 4096
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    minis, sectors = -(-len(stream) // 64), -(-len(stream) // 512)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        head = struct.pack("<64sHBBIII", text, len(text), kind, 1, free, free, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    def numbers(*values: int) -> bytes:
        return struct.pack("<128I", *values, *[free] * (128 - len(values)))

    chain = [*range(4, 3 + sectors), end]
    header = struct.pack("<8s16xHHHHH6xIIIIIIIII", biff.SIGNATURE, 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 2, 1, end, 0)
    directory = entry("Root Entry", 5, 1, 3, minis * 64) + entry("Workbook", 2, free, 0, len(stream)) + bytes(256)
    return b"".join(
        [
            header + struct.pack("<109I", 0, *[free] * 108),
            numbers(fat_mark, end, end, *chain),
            directory,
            numbers(*range(1, minis), end),
            stream.ljust(sectors * 512, b"\0"),
        ]
    )
