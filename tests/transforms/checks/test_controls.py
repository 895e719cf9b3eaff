"""Totals that a sheet states, against its rows: sums, numbers of organisations, and what may mean something else."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebooks.loader import load
from schemas.receipts import Control, Stated
from schemas.rulebook import RuleBook
from transforms.checks.controls import controls, disagreements

INCOME, SHARE = "V03", "V04"


@cache
def rulebook() -> RuleBook:
    return load("ganyu", date(2024, 9, 30))


def stated(text: str, *cells: str, rows: int = 0, item: str = INCOME, unit: str = "") -> Stated:
    return Stated("第 9 行合计", text, rows or len(cells), "经营收入", cells, item, unit)


def outcome(one: Stated) -> tuple[str, str, bool] | None:
    found = controls([one], rulebook())
    return (found[0].basis, found[0].counted, found[0].agrees) if found else None


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (stated("1,234.5", "1,200.5", "34"), ("sum", "1234.5", True)),
        (stated("0.3", "0.1", "0.2"), ("sum", "0.3", True)),
        (stated("1234.5", "1200.5"), ("sum", "1200.5", False)),
        (stated("12", "10", "见附件", "2"), ("sum", "12", True)),
        (stated("2", "10", "20"), ("rows", "2", True)),
        (stated("3", "10", "20", rows=3), ("rows", "3", True)),
        (stated("2", "10", "20", rows=3), ("filled", "2", True)),
        (stated("3", "100", "200"), ("rows", "2", False)),
        (stated("2", "是", "否"), ("rows", "2", True)),
        (stated("1", "是", "是", "否"), ("alike", "1", True)),
        (stated("4", "是", "是", "是"), ("rows", "3", False)),
        (stated("121", "0.95", "1.02", item=SHARE, rows=120), ("rows", "120", False)),
        (stated("0.98", "0.95", "1", item=SHARE), None),
        (stated("97", "95%", "99%"), None),
        (stated("97", "95", "99", unit="%"), None),
        (stated("2", "95%", "99%"), ("rows", "2", True)),
        (stated("12", "0.95", "95%", item=SHARE, rows=11), ("rows", "11", False)),
        (stated("12", "95", "97", unit="%", rows=11), ("rows", "11", False)),
        (stated("96", "95.5", "95.5", unit="%"), None),
        (stated("96%", "0.95", "0.97"), None),
        (stated("另附", "1"), None),
    ],
)
def test_a_total_is_held_against_what_it_may_rightly_be(one: Stated, expected: tuple[str, str, bool] | None) -> None:
    assert outcome(one) == expected


def test_a_word_that_is_counted_agrees_with_its_own_number() -> None:
    [found] = controls([stated("2", "是", "是", "否", "否", "否")], rulebook())
    assert found.agrees


@given(st.lists(st.decimals(min_value=0, max_value=1_000_000, places=4), min_size=1, max_size=30))
def test_the_exact_sum_always_agrees(values: list[object]) -> None:
    total = sum(values, start=type(values[0])(0))  # type: ignore[call-arg,arg-type]
    [found] = controls([stated(f"{total:f}", *(f"{value:f}" for value in values))], rulebook())
    assert found.agrees


def test_columns_of_a_row_that_differ_alike_are_told_at_once() -> None:
    found = [Control("第 9 行合计", f"列{number}", "7", "8", "rows", "1") for number in range(4)]
    other = Control("“共20条”", "", "20", "19", "rows", "1")
    fine = Control("第 9 行合计", "别的", "8", "8", "rows", "0")
    assert disagreements([*found, fine, other]) == (
        "“共20条”是20，数据有19行，相差1，请核对有没有漏行或重复的行",
        "第 9 行合计“列0”、“列1”、“列2”等4列是7，数据有8行，相差1，请核对有没有漏行或重复的行",
    )
