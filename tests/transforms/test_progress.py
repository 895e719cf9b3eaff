"""Progress boards: who lags, who is named, and exact totals (RULES §1, progress boards)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from schemas.rulebook import ProgressBoard
from schemas.stages import STAGES
from transforms.progress import PROGRESS_COLUMNS, TOTAL_COLUMNS, progress, progress_totals

SINCE = {"effective_from": None, "adopted_on": None, "reference": ""}


def _lines(*rows):
    """org, item_code, points, full_points, value_num, value_den; 0 as the denominator is a missing value."""
    columns = ["org", "item_code", "points", "full_points", "value_num", "value_den"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({name: "str" if name == "item_code" else "int64" for name in columns})


def _lagging(lines, rulebook, cadence="month"):
    found = progress(lines, rulebook, cadence)
    return dict(zip(zip(found["org"], found["item_code"], strict=True), found["is_lagging"], strict=True))


@pytest.mark.parametrize(
    ("points", "full", "expected"),
    [(24_000, 40_000, False), (23_999, 40_000, True), (0, 40_000, True), (40_000, 40_000, False), (6, 11, True),
     (7, 11, False)],
)  # fmt: skip
def test_an_item_lags_below_the_share_and_not_at_it(rulebook, points, full, expected):
    assert _lagging(_lines((0, "VISITS", points, full, 1, 1)), rulebook) == {(0, "VISITS"): expected}


def test_the_share_is_compared_exactly_however_many_digits_it_has(rulebook):
    third = replace(rulebook.progress_boards[1], lag_below=Fraction(1, 3))
    rules = replace(rulebook, progress_boards=(third,))
    lines = _lines(
        (0, "VISITS", 10_000, 30_000, 1, 1), (1, "VISITS", 9_999, 29_998, 1, 1), (2, "VISITS", 9_999, 29_997, 1, 1)
    )
    assert list(_lagging(lines, rules).values()) == [False, True, False]


def test_one_item_that_lags_names_the_organisation_and_nobody_else(rulebook):
    lines = _lines(
        (0, "VISITS", 0, 40_000, 0, 1), (0, "HELP", 30_000, 30_000, 6, 1),
        (1, "VISITS", 40_000, 40_000, 10, 1), (1, "HELP", 30_000, 30_000, 7, 1),
    )  # fmt: skip
    found = progress(lines, rulebook, "month")
    assert found[["org", "board", "item_code", "is_lagging", "is_named"]].to_numpy().tolist() == [
        [0, "visits", "VISITS", True, True],
        [0, "visits", "HELP", False, True],
        [1, "visits", "VISITS", False, False],
        [1, "visits", "HELP", False, False],
    ]


def test_a_missing_value_lags(rulebook):
    found = progress(_lines((0, "HELP", 0, 30_000, 0, 0)), rulebook, "month")
    assert found[["is_lagging", "is_named", "value_den"]].to_numpy().tolist() == [[True, True, 0]]


def test_boards_stand_in_the_periods_of_their_items(rulebook):
    lines = _lines((0, "VISITS", 0, 1, 0, 1), (0, "INCOME", 0, 1, 0, 1), (0, "COUNT", 0, 1, 0, 1))
    assert progress(lines, rulebook, "month")["item_code"].tolist() == ["VISITS"]
    assert progress(lines, rulebook, "quarter")["item_code"].tolist() == ["INCOME"]
    assert progress(lines, rulebook, "year").empty


def test_an_item_may_stand_on_two_boards(rulebook):
    other = ProgressBoard("help", "帮扶", ("HELP",), Fraction(1), **SINCE)
    rules = replace(rulebook, progress_boards=(*rulebook.progress_boards, other))
    found = progress(_lines((0, "HELP", 29_999, 30_000, 5, 1)), rules, "month")
    assert found[["board", "is_lagging"]].to_numpy().tolist() == [["visits", False], ["help", True]]
    assert progress_totals(found, rules)[["board", "item_code", "lagging"]].to_numpy().tolist() == [
        ["visits", "HELP", 0],
        ["help", "HELP", 1],
    ]


def test_totals_count_and_add_up_exactly_in_the_order_of_the_rule_book(rulebook):
    lines = _lines(
        (0, "INCOME", 10_000, 40_000, 1, 10), (1, "INCOME", 10_000, 40_000, 2, 10), (2, "INCOME", 0, 40_000, 0, 0),
        (3, "INCOME", 40_000, 40_000, 3, 10), (0, "CLOSED", 60_000, 60_000, 95, 100),
        (1, "CLOSED", 40_000, 60_000, 1, 3), (0, "FOREST", 40_000, 40_000, 1, 1), (1, "FOREST", 0, 40_000, 0, 1),
    )  # fmt: skip
    found = progress_totals(progress(lines.sample(frac=1, random_state=3), rulebook, "quarter"), rulebook)
    assert found[["board", "item_code", "unit"]].to_numpy().tolist() == [
        ["clearances", "INCOME", "万元"], ["clearances", "CLOSED", ""], ["clearances", "FOREST", ""],
    ]  # fmt: skip
    assert found[["organizations", "lagging", "reported"]].to_numpy().tolist() == [[4, 3, 3], [2, 0, 2], [2, 1, 2]]
    income, closed, forest = found[["total", "mean"]].to_numpy().tolist()
    assert income == [0.6, 0.2]
    assert 0.1 + 0.2 + 0.3 != 0.6
    assert np.isnan(closed[0])
    assert closed[1] == float(Fraction(77, 120))
    assert forest == [1.0, 0.5]


def test_shares_have_a_mean_and_no_total(rulebook):
    found = progress_totals(progress(_lines((0, "CLOSED", 60_000, 60_000, 1, 1)), rulebook, "quarter"), rulebook)
    assert found["total"].isna().tolist() == [True]
    assert found["mean"].tolist() == [1.0]


def test_where_nobody_reported_there_is_neither_total_nor_mean(rulebook):
    found = progress_totals(progress(_lines((0, "HELP", 0, 30_000, 0, 0)), rulebook, "month"), rulebook)
    assert found[["organizations", "lagging", "reported"]].to_numpy().tolist() == [[1, 1, 0]]
    assert found[["total", "mean"]].isna().all(axis=None)
    STAGES["progress_total"].validated(found)


def test_values_that_no_float_can_add_up_are_added_up_exactly(rulebook):
    lines = _lines(*((org, "HELP", 0, 30_000, 1, 3) for org in range(3)))
    lines["value_num"] = pd.Series([10**30, 1, -(10**30)], dtype="object")
    found = progress_totals(progress(lines, rulebook, "month"), rulebook)
    assert found[["total", "mean"]].to_numpy().tolist() == [[1 / 3, 1 / 9]]


def test_no_board_and_nobody_on_a_board_give_empty_frames(rulebook):
    for rules in (rulebook, replace(rulebook, progress_boards=())):
        found = progress(_lines(), rules, "month")
        assert (len(found), list(found)) == (0, PROGRESS_COLUMNS)
        totals = progress_totals(found, rules)
        assert (len(totals), list(totals)) == (0, TOTAL_COLUMNS)
        STAGES["progress_total"].validated(totals)


def test_an_item_that_several_assess_stands_on_a_board_once_with_all_their_points(rulebook):
    """Two parts of VISITS of 2 points each: 23 999 of 40 000 lag, though one of the parts does not."""
    parts = [
        (0, "VISITS", 20_000, 20_000, 1, 1),
        (0, "VISITS", 3_999, 20_000, 1, 1),
        (1, "VISITS", 24_000, 40_000, 7, 1),
    ]
    found = progress(_lines(*parts, (0, "HELP", 30_000, 30_000, 6, 1)), rulebook, "month")
    rows = found[found["item_code"] == "VISITS"].sort_values("org")
    assert rows[["org", "points", "full_points", "value_den", "is_lagging"]].to_numpy().tolist() == [
        [0, 23_999, 40_000, 0, True],
        [1, 24_000, 40_000, 1, False],
    ]
    assert found.loc[found["item_code"] == "HELP", "is_named"].all()
    (total,) = progress_totals(found, rulebook).query("item_code == 'VISITS'").to_dict("records")
    assert (total["organizations"], total["lagging"], total["reported"], total["total"]) == (2, 1, 1, 7.0)
