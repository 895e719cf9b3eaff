"""Bonus and deduction lines, the index's floor, and the rows that tell what moved a unit (RULES §4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.outcomes import ByRank
from schemas.stages import STAGES
from tests.transforms.outcome_builders import (
    ALL,
    adjustment_of,
    assessed_of,
    coefficient_of,
    limit_of,
    limited_of,
    lines_of,
    points_of,
    registered,
    rulebook_of,
    scale_of,
)
from transforms.adjustments import adjustment_lines, adjustment_rows, index_floor, index_points, told
from transforms.coefficients import coefficient_lines, coefficients, places_moved
from transforms.observations import Observed

NO_LINES = lines_of()


def _made(rulebook, *rows, lines=NO_LINES, assessed=None, cadence="year", domains=ALL):
    size = 4 if assessed is None else 0
    return adjustment_lines(
        registered(*rows), lines, assessed_of(size) if assessed is None else assessed, rulebook, cadence, domains
    )


@pytest.mark.parametrize(
    ("kind", "times", "points"),
    [
        ("bonus", 1, 0.5),
        ("bonus", 2, 1),
        ("bonus", 3, 1),
        ("deduction", 1, -0.5),
        ("deduction", 2, -1),
        ("deduction", 9, -1),
    ],
)
def test_each_event_counts_up_to_the_cap(kind, times, points):
    made = _made(rulebook_of(adjustments=(adjustment_of("B01", kind),)), (2, 0, times))
    assert made[["org", "item_code", "dimension", "points", "full_points", "value_num", "status"]].values.tolist() == [
        [2, "B01", "adjustment", points_of(points), 0, times, "adjusted"]
    ]
    assert made["is_met"].isna().tolist() == [kind == "bonus"]
    assert not made["is_met"].fillna(False).any()


def test_part_of_an_event_is_rounded_once():
    found = registered((0, 0, 1))
    found = Observed(found.values.assign(value_den=3), found.used)
    for kind, points in (("bonus", 1667), ("deduction", -1667)):
        rulebook = rulebook_of(adjustments=(adjustment_of("B01", kind),))
        assert adjustment_lines(found, NO_LINES, assessed_of(1), rulebook, "year", ALL)["points"].tolist() == [points]


def test_vetoes_and_other_cadences_and_domains_have_no_line():
    rulebook = rulebook_of(
        adjustments=(
            adjustment_of("V01", "veto"),
            adjustment_of("B02", cadence="quarter"),
            adjustment_of("B03", domains=("member",)),
        )
    )
    assert _made(rulebook, (0, 0, 1), (0, 1, 1), (0, 2, 1)).empty
    assert _made(rulebook, (0, 0, 1), (0, 1, 1), (0, 2, 1), cadence="quarter")["item_code"].tolist() == ["B02"]


def test_only_the_wave_that_is_scored_has_lines():
    by_rank = adjustment_of("R01", by_rank=ByRank(("work",), (20_000,)))
    rulebook = rulebook_of(adjustments=(adjustment_of("B01"), by_rank))
    assert _made(rulebook, (0, 0, 1), lines=lines_of((0, "E01", "work", 1)), domains=["member"]).empty


def test_what_does_not_count_has_no_line():
    found = registered((0, 0, 1), (1, 0, 0))
    found = Observed(found.values.assign(value_den=[0, 1]), found.used)
    rulebook = rulebook_of(adjustments=(adjustment_of("B01"),))
    assert adjustment_lines(found, NO_LINES, assessed_of(2), rulebook, "year", ALL).empty


@pytest.mark.parametrize(
    ("work", "points"),
    [
        ([9, 8, 7], [2, 1, None]),
        ([7, 9, 8], [None, 2, 1]),
        ([9, 9, 8], [2, 2, None]),
        ([9, 8, 8], [2, 1, 1]),
        ([9, 0, 0], [2, None, None]),
        ([0, 0, 0], [None, None, None]),
    ],
)
def test_the_first_places_have_points_and_equals_share_the_better_one(work, points):
    rulebook = rulebook_of(adjustments=(adjustment_of("R01", by_rank=ByRank(("work",), (20_000, 10_000))),))
    made = _made(
        rulebook,
        lines=lines_of(*((n, "E01", "work", value) for n, value in enumerate(work))),
        assessed=assessed_of(3),
    ).set_index("org")
    assert [made["points"].get(n) for n in range(3)] == [value and points_of(value) for value in points]
    assert made["is_met"].isna().all()


def test_places_are_those_of_the_peer_group():
    assessed = assessed_of(4, peer_group=["a", "a", "b", "b"])
    rulebook = rulebook_of(adjustments=(adjustment_of("R01", by_rank=ByRank(("work", "base"), (20_000,))),))
    lines = lines_of((0, "E01", "work", 1), (0, "E02", "base", 3), (1, "E01", "work", 3), (3, "E01", "work", 1))
    assert _made(rulebook, lines=lines, assessed=assessed)[["org", "points"]].values.tolist() == [
        [0, 20_000],
        [3, 20_000],
    ]


def test_an_index_below_zero_is_lifted_to_zero_in_the_first_adjustment_dimension():
    lines = lines_of(
        (0, "E01", "base", 1), (0, "D01", "other", -3), (0, "P01", "party_work", 9),
        (1, "E01", "base", 3), (1, "D01", "other", -3),
    )  # fmt: skip
    rulebook = rulebook_of()
    lifted = index_floor(lines, rulebook)
    assert lifted[["org", "item_code", "dimension", "points", "full_points", "status"]].values.tolist() == [
        [0, "floor:index", "adjustment", 20_000, 0, "floor"]
    ]
    assert index_points(pd.concat([lines, lifted]), rulebook, np.arange(2)).tolist() == [0, 0]
    assert index_floor(pd.concat([lines, lifted], ignore_index=True), rulebook).empty


def test_without_adjustment_dimensions_there_is_no_floor():
    rulebook = rulebook_of(dimensions=rulebook_of().dimensions[:2])
    assert index_floor(lines_of((0, "E01", "base", 1)), rulebook).empty
    assert index_floor(NO_LINES, rulebook_of()).empty


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 9)), max_size=8, unique_by=lambda row: row[:2]
    ),
    st.lists(st.integers(-3, 3), min_size=4, max_size=4),
)
def test_no_index_is_below_zero_and_no_event_beyond_its_cap(rows, base):
    rulebook = rulebook_of(adjustments=(adjustment_of("B01"), adjustment_of("D01", "deduction", 2, 5)))
    lines = lines_of(*((n, "E01", "other", value) for n, value in enumerate(base)))
    lines = pd.concat([lines, _made(rulebook, *rows)], ignore_index=True)
    lines = pd.concat([lines, index_floor(lines, rulebook)], ignore_index=True)
    times = {(org, item): count for org, item, count in rows}
    expected = [
        max(0, points + min(times.get((n, 0), 0) / 2, 1) - min(times.get((n, 1), 0) * 2, 5))
        for n, points in enumerate(base)
    ]
    assert index_points(lines, rulebook, np.arange(4)).tolist() == [points_of(value) for value in expected]


@pytest.fixture(scope="module")
def whole():
    """Four towns with everything: the first is first in Party work, and has had a bonus, a veto and a limit."""
    stars = scale_of([{"code": "A", "name": "好"}, {"code": "D", "name": "一般"}], name="等次")
    adjustments = (
        adjustment_of("B01", name="年度红旗项目"),
        adjustment_of("D01", "deduction", cap=5, name="通报批评"),
        adjustment_of("V01", "veto", name="社会治安"),
        adjustment_of("R01", name="社区竞赛奖励", by_rank=ByRank(("work",), (20_000, 10_000))),
    )
    limit = replace(limit_of("order", [{"event": ["V01"]}], "bar_awards", "D"), name="社会治安一票否决")
    rulebook = rulebook_of(adjustments=adjustments, coefficients=(coefficient_of(),), limits=(limit,), scales=(stars,))
    assessed, found = assessed_of(4), registered((0, 0, 3), (0, 2, 1), (1, 1, 2), (3, 1, 2000))
    lines = lines_of(
        *((n, "P01", "party_work", 90 - n) for n in range(4)),
        *((n, "E01", "base", value) for n, value in enumerate([87.9, 88, 60, 1])),
        *((n, "E02", "work", value) for n, value in enumerate([1, 2, 0, 0])),
    )
    lines = pd.concat([lines, adjustment_lines(found, lines, assessed, rulebook, "year", ALL)], ignore_index=True)
    table = coefficients(lines, assessed, rulebook, "year", ALL)
    lines = pd.concat([lines, coefficient_lines(table, lines, rulebook)], ignore_index=True)
    lines = pd.concat([lines, index_floor(lines, rulebook)], ignore_index=True)
    table = places_moved(table, lines, assessed, rulebook)
    limited = limited_of((0, "order")).assign(reason="登记“社会治安”1次")
    rows = adjustment_rows(found, lines, table, limited, assessed, rulebook, "year")
    return rulebook, assessed, lines, rows


def test_rows_are_a_valid_stage_frame_by_unit_in_rule_book_order(whole):
    *_, rows = whole
    assert STAGES["adjustment"].validated(rows)[["org_code", "code", "kind"]].values.tolist() == [
        ["t00", "B01", "bonus"], ["t00", "V01", "veto"], ["t00", "R01", "bonus"],
        ["t00", "party_building", "coefficient"], ["t00", "order", "limit"],
        ["t01", "D01", "deduction"], ["t01", "R01", "bonus"], ["t01", "party_building", "coefficient"],
        ["t02", "party_building", "coefficient"],
        ["t03", "D01", "deduction"], ["t03", "party_building", "coefficient"],
    ]  # fmt: skip


def test_every_row_with_points_has_its_ledger_line_with_the_same(whole):
    _, assessed, lines, rows = whole
    own = lines[lines["status"] == "adjusted"]
    of_line = {
        (assessed["org_code"][org], code.removeprefix("coefficient:")): points
        for org, code, points in zip(own["org"], own["item_code"], own["points"], strict=True)
    }
    of_row = dict(zip(zip(rows["org_code"], rows["code"], strict=True), rows["points"], strict=True))
    assert {key: points for key, points in of_row.items() if key in of_line} == of_line
    assert all(points == 0 for key, points in of_row.items() if key not in of_line)


@pytest.mark.parametrize(
    ("org_code", "code", "reason", "evidence"),
    [
        ("t00", "B01", "登记“年度红旗项目”3次，每次加0.5分，至多加1分，加1分", "登记 2018-05-01"),
        ("t00", "V01", "登记“社会治安”1次，属一票否决事项，不计分", "登记 2018-05-02"),
        ("t00", "R01", "社区竞赛奖励：业务工作得分列4个中第2名，加1分", ""),
        (
            "t00",
            "party_building",
            "党建工作得分列4个中第1名，系数1.0075；基础分87.9分×（1.0075−1）=0.6593分；名次因此上升1位",
            "党建工作90分",
        ),
        (
            "t00",
            "order",
            "社会治安一票否决：登记“社会治安”1次；取消评先评优资格，等次不得高于一般，得分不变",
            "登记 2018-05-02",
        ),
        ("t01", "D01", "登记“通报批评”2次，每次扣0.5分，至多扣5分，扣1分", "登记 2018-05-03"),
        (
            "t03",
            "party_building",
            "党建工作得分列4个中第4名，系数0.9925；基础分1分×（0.9925−1）=-0.0075分；名次不变",
            "党建工作87分",
        ),
    ],
)
def test_reasons_are_told(whole, org_code, code, reason, evidence):
    row = whole[3].set_index(["org_code", "code"]).loc[(org_code, code)]
    assert (row["reason"], row["evidence"]) == (reason, evidence)


def test_ranks_values_and_places_are_beside_what_has_them(whole):
    rows = whole[3].set_index(["org_code", "code"])
    numbers = ["value_num", "value_den", "rank_num", "rank_den", "places_moved"]
    assert rows.loc[("t00", "party_building"), numbers].tolist() == [403, 400, 1, 1, 1]
    assert rows.loc[("t00", "B01"), numbers[:2]].tolist() == [3, 1]
    assert rows.loc[("t00", "R01"), ["rank_num", "rank_den"]].tolist() == [2, 1]
    assert rows.loc[("t00", "R01"), ["value_num", "places_moved"]].isna().all()
    assert rows.loc[("t00", "order"), numbers].isna().all()


def test_a_unit_that_moves_is_told_how_far():
    rulebook = rulebook_of(coefficients=(coefficient_of(step=1),))
    lines = lines_of(*((n, "P01", "party_work", n) for n in range(3)), *((n, "E01", "base", 90 - n) for n in range(3)))
    assessed = assessed_of(3)
    table = coefficients(lines, assessed, rulebook, "year", ALL)
    lines = pd.concat([lines, coefficient_lines(table, lines, rulebook)], ignore_index=True)
    table = places_moved(table, lines, assessed, rulebook)
    rows = adjustment_rows(registered(), lines, table, limited_of(), assessed, rulebook, "year")
    assert [reason.rpartition("；")[2] for reason in rows["reason"]] == [
        "名次因此下降2位",
        "名次不变",
        "名次因此上升2位",
    ]


def test_nothing_moved_gives_a_valid_empty_frame():
    rulebook, assessed = rulebook_of(), assessed_of(2)
    table = places_moved(coefficients(NO_LINES, assessed, rulebook, "year", ALL), NO_LINES, assessed, rulebook)
    rows = adjustment_rows(registered(), NO_LINES, table, limited_of(), assessed, rulebook, "year")
    assert STAGES["adjustment"].validated(rows).empty


def test_adjusted_lines_and_the_floor_are_told_and_others_left(whole):
    _, assessed, lines, rows = whole
    said = told(lines, rows, assessed)
    adjusted = said["status"].isin(["adjusted", "floor"])
    assert said.loc[adjusted, ["reason", "evidence"]].notna().all(axis=None)
    assert said.loc[~adjusted, ["reason", "evidence"]].isna().all(axis=None)
    assert said.loc[said["item_code"] == "floor:index", "reason"].tolist() == ["扣分超过得分，总分按0分计，补回差额"]
    of_parts = said.assign(reason="各期平均", evidence="2018Q1")
    assert told(of_parts, rows, assessed).equals(of_parts)
