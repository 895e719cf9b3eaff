"""What a table states of itself: rows of sums, and sentences with a number of records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from schemas.receipts import Stated
from sources.delivery import Delivery

FINANCE = "departments/2024Q3/财政局.xlsx"
Rows = Callable[..., list[list[Any]]]
Bytes = Callable[..., bytes]
Accept = Callable[..., Delivery]


def test_a_row_of_sums_states_a_total_of_every_item_that_it_has_a_cell_for(
    accept: Accept, sheet: Rows, as_xlsx: Bytes
) -> None:
    rows = sheet(
        [1, "1", "甲", "９5％", "已核实", ""], [2, "2", "乙", "—", "已核实", ""], ["合计", "", "", "１，２", "", "3"]
    )
    assert accept(FINANCE, as_xlsx(rows)).totals == (
        Stated("第 6 行合计", "1,2", 2, "党建经费到位率", ("95%",), "S04", "", 6),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["共2条", "合 计２个组织", "全区共2个党支部，已核实", "填报说明：共计2行", "一共2户。"]
)
def test_a_sentence_states_a_number_of_records(text: str, accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    [found] = accept(FINANCE, as_xlsx(sheet(title=text))).totals
    assert (found.where, found.text, found.rows, found.column) == (f"“{text}”", "2", 1, "")


@pytest.mark.parametrize("text", ["共3个镇街道报送", "公共2条线路", "共有若干条", "2024年第三季度", "党员共20名"])
def test_other_sentences_state_nothing(text: str, accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    assert accept(FINANCE, as_xlsx(sheet(title=text))).totals == ()


def test_a_note_below_the_table_states_a_number_of_records(accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    one = [1, "1", "甲", 0.95, "已核实", ""]
    [found] = accept(FINANCE, as_xlsx(sheet(one, ["注：本表共2个组织"]))).totals
    assert (found.text, found.rows) == ("2", 1)


def test_sums_of_a_part_of_the_table_are_not_looked_at(accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    one = [1, "1", "甲", 0.95, "已核实", ""]
    assert accept(FINANCE, as_xlsx(sheet(one, ["小计", "", "", 7, "", ""]))).totals == ()
