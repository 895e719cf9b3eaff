"""What a receipt adds to a file is no part of it: a receipt that is sent back reads like the file itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from schemas.receipts import CIRCUMSTANCES_SHEET, EXCERPT_SHEET, OTHERS_SHEET, REMEDY, RETURNED, SUMMARY_SHEET
from sources.delivery import Delivery

FINANCE, DECLARED = "departments/2024Q3/财政局.xlsx", "declarations/2024-07.xlsx"
SUMMARY = [["回执：…"], ["组织代码", "组织名称", "指标代码", "申报值"], ["1", "2", "3", "4"]]
Rows = Callable[..., list[list[Any]]]
Bytes = Callable[..., bytes]
Accept = Callable[..., Delivery]
Refuse = Callable[..., str]


def answered(rows: list[list[Any]], header: int) -> list[list[Any]]:
    beside = {header: [RETURNED, REMEDY], header + 1: ["格式错误", "请改正"]}
    width = len(rows[header])
    return [[*row, *[""] * (width - len(row)), *beside.get(place, [])] for place, row in enumerate(rows)]


def test_a_departments_receipt_reads_like_its_sheet(accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    before = accept(FINANCE, as_xlsx(sheet()))
    after = accept(FINANCE, as_xlsx(answered(sheet(), 2), **{SUMMARY_SHEET: SUMMARY}))
    pd.testing.assert_frame_equal(after.records, before.records)
    assert (after.notes, after.ignored) == (before.notes, before.ignored) == ((), {})


def test_a_receipt_of_a_list_reads_like_the_list(accept: Accept, declarations: Rows, as_xlsx: Bytes) -> None:
    before = accept(DECLARED, as_xlsx(declarations()))
    after = accept(DECLARED, as_xlsx(answered(declarations(), 0), **{SUMMARY_SHEET: SUMMARY}))
    pd.testing.assert_frame_equal(after.records, before.records)
    assert after.notes == ()


def test_sheets_that_a_work_list_brings_with_it_are_not_named_among_those_left_unread(
    accept: Accept, declarations: Rows, as_xlsx: Bytes
) -> None:
    others = {OTHERS_SHEET: [["甲"]], CIRCUMSTANCES_SHEET: [["乙"]], "说明": [["丙"]]}
    assert accept(DECLARED, as_xlsx(declarations(), **others)).notes == ("没有读取的工作表：“说明”",)


def test_a_header_that_is_repeated_below_the_first_needs_no_receipts_headings(
    accept: Accept, sheet: Rows, as_xlsx: Bytes
) -> None:
    one = [1, "032000100001", "平沟社区党支部", 0.95, "已核实", ""]
    rows = answered(sheet(one, sheet()[2], one), 2)
    assert accept(FINANCE, as_xlsx(rows)).ignored == {"重复的表头行": 1}


def test_a_receipt_without_the_table_is_refused(refuse: Refuse, declarations: Rows, as_xlsx: Bytes) -> None:
    from openpyxl import load_workbook

    for name in (SUMMARY_SHEET, EXCERPT_SHEET):
        data = renamed(as_xlsx(declarations()), name, load_workbook)
        assert "这是系统回执的一部分，不是报送的表格" in refuse(DECLARED, data)


def renamed(data: bytes, name: str, load: Callable[..., Any]) -> bytes:
    import io

    book = load(io.BytesIO(data))
    book["数据"].title = name
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
