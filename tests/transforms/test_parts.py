"""Quarters from their months, years from their quarters, by hand: means shared out, deductions summed, floors anew."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import floor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.periods import Period
from schemas.stages import STAGES
from transforms.lines import period_lines
from transforms.observations import USED_COLUMNS, VALUE_COLUMNS, Observed
from transforms.parts import (
    MEAN,
    Part,
    findings_while_assessed,
    mean_lines,
    organizations,
    together,
)
from transforms.registry import grouped
from transforms.scoring import Observations

QUARTER, YEAR = Period.parse("2024Q3"), Period.parse("2024")
JULY, AUGUST, SEPTEMBER = QUARTER.months
A, B = "0001", "0002"


@pytest.fixture(scope="module")
def registry(registry_of):
    """A is in the hills until August, then on the plain; B always on the plain."""
    return registry_of(
        {"org_code": A, "org_name": "甲支部", "domain": "山区", "valid_to": "2024-08-31"},
        {"org_code": A, "org_name": "甲支部", "domain": "平原", "valid_from": "2024-09-01"},
        {"org_code": B, "org_name": "乙支部", "domain": "平原"},
    )


@pytest.fixture(scope="module")
def assessed():
    frame = pd.DataFrame({"org_code": [A, B], "domain": ["plain", "plain"]}).astype("str")
    frame = frame.assign(kind="branch", parent_code=pd.Series([None, None], dtype="str"), peer_group=frame["domain"])
    return frame.assign(groups=pd.array([0, 0], dtype="Int64"), members=pd.array([None, None], dtype="Int64"))


@pytest.fixture(scope="module")
def part_of(rulebook):
    """Makes a scored part: part(period, {org: {item: points | (points, full)}}); an org without items is assessed too.

    A negative-list item's points are a deduction, found once for each 10 000; floor:<dimension> is a floor.
    """
    places = {dimension.code: n for n, dimension in enumerate(rulebook.dimensions)}
    dimension = {entry.code: entry.dimension for entry in (*rulebook.items, *rulebook.negative_items)}
    dimension |= {f"floor:{code}": code for code in places}
    orders = {entry.code: entry.order for entry in (*rulebook.items, *rulebook.negative_items)}
    orders |= {f"floor:{code}": 10_000 + place for code, place in places.items()}
    items = pd.DataFrame({"item_code": list(orders), "item_order": list(orders.values())})
    items["dimension"] = items["item_code"].map(dimension)

    def make(period, orgs):
        rows = []
        for org, lines in orgs.items():
            for code, given_points in lines.items():
                points, full = given_points if isinstance(given_points, tuple) else (given_points, abs(given_points))
                status = "deducted" if code in ("N1", "N2", "N3") else "floor" if code.startswith("floor") else "met"
                found = (-points // 10_000, 1) if status == "deducted" else (1, 1) if status == "met" else (0, 0)
                rows.append((org, code, "", *found, points, full if status == "met" else 0, status))
        names = ["org_code", "item_code", "assessor", "value_num", "value_den", "points", "full_points", "status"]
        lines = pd.DataFrame(rows, columns=names).astype(
            dict.fromkeys(("org_code", "item_code", "assessor", "status"), "str")
        )
        scores = pd.DataFrame({"org_code": pd.Series(list(orgs), dtype="str")})
        return Part(Period.parse(str(period)), scores, lines, items)

    return make


@pytest.fixture(scope="module")
def averaged(assessed, registry, rulebook, part_of):
    """{(org, item): line} of the means of all lines of parts: averaged(period, {part: {org: {item: points}}})."""

    def make(period, parts):
        made = [part_of(one, orgs) for one, orgs in parts.items()]
        given_parts = together(made, assessed, registry, period)
        return _by_place(mean_lines(given_parts, given_parts.lines["org"] >= 0, assessed, rulebook), assessed)

    return make


@pytest.fixture(scope="module")
def quarter(assessed, registry, rulebook, part_of):
    """{(org, item): line} of a whole quarter, its own items and findings as observed, by default none."""

    def make(parts, items=(), findings=()):
        made = together([part_of(one, orgs) for one, orgs in parts.items()], assessed, registry, QUARTER)
        observed = [Observed(pd.DataFrame(rows, columns=VALUE_COLUMNS).astype("int64"),
                             pd.DataFrame(columns=USED_COLUMNS)) for rows in (items, findings)]  # fmt: skip
        seen = Observations(*observed, Observed(*_nothing()), pd.DataFrame())
        made_of = period_lines(seen, [made], assessed, assessed, rulebook, QUARTER)
        return _by_place(made_of.lines, assessed)

    return make


def _nothing():
    return (pd.DataFrame(columns=columns).astype("int64") for columns in (VALUE_COLUMNS, USED_COLUMNS))


def _by_place(lines, assessed):
    codes = assessed["org_code"].take(lines["org"])
    assert not lines.duplicated(["org", "item_code"]).any()
    return dict(zip(zip(codes, lines["item_code"], strict=True), lines.to_dict("records"), strict=True))


def _points(lines, column="points"):
    return {place: int(line[column]) for place, line in lines.items()}


# means


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([(10, 0), (10, 0), (10, 0)], (10, 0)),
        ([(4, 4), (0, 0), (0, 0)], (2, 1)),
        ([(0, 2), (1, 0), (0, 0)], (0, 1)),
        ([(1, 0), (0, 0)], (1, 0)),
        ([(1, 1), (0, 0)], (1, 0)),
        ([(0, 1), (0, 0)], (0, 1)),
        ([(1, 0), (0, 0), (0, 0)], (0, 0)),
        ([(40_000, 20_000), (20_000, 20_000), (39_999, 20_000)], (33_333, 20_000)),
    ],
    ids=[
        "the same each month",
        "8 of 3 is 3: equal remainders, the dimension that the rule book names first",
        "1 of 3: the larger remainder",
        "a half goes up",
        "two halves are one: the first",
        "a half of the second alone",
        "a third goes down",
        "whole ten-thousandths",
    ],
)
def test_the_mean_of_the_totals_is_shared_out_over_dimensions(averaged, months, expected):
    """COUNT is of the first dimension, OPEN of the last."""
    parts = {JULY.previous(-n): {A: {"COUNT": one, "OPEN": other}} for n, (one, other) in enumerate(months)}
    lines = averaged(QUARTER, parts)
    assert _points(lines) == {(A, "COUNT"): expected[0], (A, "OPEN"): expected[1]}


def test_a_dimension_is_shared_out_over_its_lines(averaged):
    """Sums of 1, 2 and 0 in three months: 1 in all, to the line that has two thirds; and 5 of 3 is 2."""
    months = [{"COUNT": 1, "RATIO": 1, "POSTS": 0, "OPEN": 2}, {"COUNT": 0, "RATIO": 1, "POSTS": 0, "OPEN": 2},
              {"COUNT": 0, "RATIO": 0, "POSTS": 0, "OPEN": 1}]  # fmt: skip
    lines = averaged(QUARTER, {JULY.previous(-n): {A: items} for n, items in enumerate(months)})
    assert _points(lines) == {(A, "COUNT"): 0, (A, "RATIO"): 1, (A, "POSTS"): 0, (A, "OPEN"): 2}


def test_ties_inside_a_dimension_go_by_the_order_of_the_rule_book(averaged):
    lines = averaged(QUARTER, {JULY: {A: {"POSTS": 1, "RATIO": 1, "COUNT": 1}}, AUGUST: {A: {}}})
    assert _points(lines) == {(A, "COUNT"): 1, (A, "RATIO"): 1, (A, "POSTS"): 0}


def test_full_points_are_shared_out_in_the_same_way_but_for_themselves(averaged):
    months = [{"COUNT": (1, 10), "RATIO": (1, 11)}, {"COUNT": (0, 10), "RATIO": (1, 10)}]
    lines = averaged(QUARTER, {JULY.previous(-n): {A: items} for n, items in enumerate(months)})
    assert _points(lines) == {(A, "COUNT"): 1, (A, "RATIO"): 1}
    assert _points(lines, "full_points") == {(A, "COUNT"): 10, (A, "RATIO"): 11}


def test_a_month_without_assessment_does_not_count(averaged):
    """A in all three months, B in August alone: what B has is what it had then."""
    parts = {
        JULY: {A: {"COUNT": 30_000}},
        AUGUST: {A: {"COUNT": 0}, B: {"COUNT": 20_001, "OPEN": (1, 40_000)}},
        SEPTEMBER: {A: {"COUNT": 30_000}},
    }
    lines = averaged(QUARTER, parts)
    assert _points(lines) == {(A, "COUNT"): 20_000, (B, "COUNT"): 20_001, (B, "OPEN"): 1}
    assert lines[B, "OPEN"]["full_points"] == 40_000
    assert lines[A, "COUNT"]["reason"] == "参加考核的3期平均：2024-07得3分，2024-08得0分，2024-09得3分"
    assert lines[B, "COUNT"]["reason"] == "参加考核的1期平均：2024-08得2.0001分"
    assert (lines[A, "COUNT"]["evidence"], lines[B, "COUNT"]["evidence"]) == ("2024-07；2024-08；2024-09", "2024-08")


def test_an_assessed_month_without_a_line_counts_as_0(averaged):
    lines = averaged(QUARTER, {JULY: {A: {"COUNT": 30_000}}, AUGUST: {A: {}}, SEPTEMBER: {A: {}}})
    assert _points(lines) == {(A, "COUNT"): 10_000}
    assert lines[A, "COUNT"]["reason"] == "参加考核的3期平均：2024-07得3分"


def test_items_of_a_former_domain_still_count_for_their_months(averaged):
    """FLAG is of the hills, AREA of the plain; A moved in September."""
    parts = {
        JULY: {A: {"COUNT": 50_000, "FLAG": (40_000, 40_000)}},
        AUGUST: {A: {"COUNT": 50_000, "FLAG": (10_000, 40_000)}},
        SEPTEMBER: {A: {"COUNT": 20_000, "AREA": (24_000, 40_000)}},
    }
    lines = averaged(QUARTER, parts)
    assert _points(lines) == {(A, "COUNT"): 40_000, (A, "FLAG"): 16_667, (A, "AREA"): 8_000}
    assert _points(lines, "full_points") == {(A, "COUNT"): 40_000, (A, "FLAG"): 26_667, (A, "AREA"): 13_333}
    assert lines[A, "FLAG"]["reason"] == "参加考核的3期平均：2024-07得4分，2024-08得1分"


def test_a_mean_is_neither_met_nor_missed_and_has_no_value(averaged):
    line = averaged(QUARTER, {JULY: {A: {"COUNT": 50_000}}})[A, "COUNT"]
    assert (line["status"], line["value_num"], line["value_den"]) == (MEAN, 0, 0)
    assert pd.isna(line["is_met"])


def test_an_item_that_only_a_former_rule_book_knows_keeps_its_place(registry, rulebook, assessed, part_of):
    """GONE came first in the dimension of care when it was in force: it wins the tie with OPEN."""
    months = [part_of(JULY, {A: {"OPEN": 1}}), part_of(AUGUST, {A: {"OPEN": 0}})]
    former = pd.DataFrame({"item_code": ["GONE"], "item_order": [0], "dimension": ["care"]})
    own = months[0].lines.assign(item_code="GONE")
    first = replace(months[0], lines=pd.concat([months[0].lines, own]), items=pd.concat([months[0].items, former]))
    made = together([first, months[1]], assessed, registry, QUARTER)
    lines = _by_place(mean_lines(made, made.lines["org"] >= 0, assessed, rulebook), assessed)
    assert _points(lines) == {(A, "GONE"): 1, (A, "OPEN"): 0}


# a whole quarter


def test_deductions_of_the_months_are_added_up(quarter):
    parts = {
        JULY: {A: {"COUNT": 50_000, "N1": -10_000}},
        AUGUST: {A: {"COUNT": 50_000}},
        SEPTEMBER: {A: {"COUNT": 50_000, "N1": -20_000}},
    }
    lines = quarter(parts)
    deducted = lines[A, "N1"]
    assert (deducted["points"], deducted["full_points"], deducted["status"]) == (-30_000, 0, "deducted")
    assert Fraction(int(deducted["value_num"]), int(deducted["value_den"])) == 3
    assert not deducted["is_met"]
    assert deducted["reason"] == "各期合计：2024-07扣1分，2024-09扣2分"
    assert deducted["evidence"] == "2024-07；2024-09"
    assert lines[A, "COUNT"]["points"] == 50_000


def test_the_quarters_own_items_and_findings_stand_beside(quarter, rulebook):
    place = {item.code: n for n, item in enumerate(rulebook.items)}
    negative = {item.code: n for n, item in enumerate(rulebook.negative_items)}
    items = [(0, place["INCOME"], 5, 2), (1, place["CHECKED"], 1, 1)]
    lines = quarter({JULY: {A: {"COUNT": 1}, B: {}}}, items, [(0, negative["N3"], 1, 1), (0, negative["N1"], 9, 1)])
    own = {place: line for place, line in lines.items() if line["status"] != MEAN}
    assert _points(own) == {
        (A, "CLOSED"): 0, (A, "INCOME"): 20_000, (A, "CHECKED"): 0, (A, "N3"): -5_000,
        (B, "CLOSED"): 0, (B, "INCOME"): 0, (B, "CHECKED"): 40_000,
    }  # fmt: skip
    assert own[A, "CLOSED"]["status"] == "missing"
    assert own[A, "INCOME"]["status"] == "unmet"
    assert pd.isna(own[A, "CLOSED"]["reason"])
    assert pd.isna(own[A, "N3"]["reason"])


def test_floors_are_made_anew(quarter):
    """July alone was below 0 and was lifted; over the quarter what was earned outweighs what was deducted."""
    lifted = {"COUNT": 10_000, "N1": -20_000, "floor:order": 10_000}
    lines = quarter({JULY: {A: lifted}, AUGUST: {A: {"COUNT": 40_000}}, SEPTEMBER: {A: {"COUNT": 40_000}}})
    assert (A, "floor:order") not in lines
    assert sum(line["points"] for line in lines.values()) == 30_000 - 20_000
    low = quarter({JULY: {A: lifted}, AUGUST: {A: lifted}, SEPTEMBER: {A: lifted}})
    assert low[A, "floor:order"]["points"] == 60_000 - 10_000
    assert low[A, "floor:order"]["status"] == "floor"


def test_a_quarter_of_which_nothing_is_said_has_no_lines_of_months(quarter):
    lines = quarter({JULY: {A: {}, B: {}}})
    assert {item for _, item in lines} == {"CLOSED", "INCOME", "CHECKED"}


# years


def test_a_year_is_the_mean_of_its_quarters_deductions_and_floors_too(averaged):
    quarters = {
        "2024Q2": {A: {"COUNT": 50_000, "N1": -40_000}},
        "2024Q3": {A: {"COUNT": 10_000, "N1": -20_000, "floor:order": 10_000}, B: {"COUNT": 50_000, "N2": -10_000}},
    }
    lines = averaged(YEAR, quarters)
    assert _points(lines) == {
        (A, "COUNT"): 30_000, (A, "N1"): -30_000, (A, "floor:order"): 5_000, (B, "COUNT"): 50_000, (B, "N2"): -10_000,
    }  # fmt: skip
    assert [lines[A, item]["status"] for item in ("COUNT", "N1", "floor:order")] == [MEAN, "deducted", "floor"]
    assert all(pd.isna(line["is_met"]) for line in lines.values())
    assert lines[A, "N1"]["reason"] == "参加考核的2期平均：2024Q2扣4分，2024Q3扣2分"


# who is meant


def test_lines_follow_an_organisation_that_was_recoded(registry_of, rulebook, part_of):
    registry = registry_of(
        {"org_code": A, "org_name": "甲支部", "valid_to": "2024-08-09"},
        {"org_code": B, "org_name": "甲支部", "valid_from": "2024-08-10", "predecessor_code": A, "succession": "改码"},
    )
    frame = pd.DataFrame({"org_code": [B], "domain": ["hill"]}).astype("str")
    months = [part_of(JULY, {A: {"COUNT": 30_000}}), part_of(AUGUST, {B: {"COUNT": 10_000}})]
    made = together(months, frame, registry, QUARTER)
    assert made.count.tolist() == [2]
    lines = _by_place(mean_lines(made, made.lines["org"] >= 0, frame, rulebook), frame)
    assert _points(lines) == {(B, "COUNT"): 20_000}


def test_who_is_not_assessed_in_the_whole_is_left_out(registry, assessed, part_of):
    made = together([part_of(JULY, {A: {"COUNT": 1}, "0009": {"COUNT": 1}})], assessed, registry, QUARTER)
    assert made.lines["org"].tolist() == [0]
    assert made.count.tolist() == [1, 0]
    assert made.scored[["org", "part"]].to_numpy().tolist() == [[0, 0]]


def test_assessed_are_those_with_a_domain_that_a_part_has_assessed(registry_of, part_of, rulebook):
    registry = registry_of(
        {"org_code": "0001", "org_name": "始终", "domain": "山区"},
        {"org_code": "0002", "org_name": "从未", "domain": "山区"},
        {"org_code": "0003", "org_name": "不再有领域", "domain": "山区", "valid_to": "2024-08-31"},
        {"org_code": "0003", "org_name": "不再有领域", "domain": None, "valid_from": "2024-09-01"},
        {"org_code": "0004", "org_name": "撤销", "domain": "山区", "valid_to": "2024-09-29"},
        {"org_code": "0005", "org_name": "旧码", "domain": "山区", "valid_to": "2024-09-10"},
        {"org_code": "0006", "org_name": "新码", "domain": "山区", "valid_from": "2024-09-11"}
        | {"predecessor_code": "0005", "succession": "改码"},
        {"org_code": "0007", "org_name": "合并后", "domain": "山区", "valid_from": "2024-09-11"}
        | {"predecessor_code": "0004", "succession": "合并"},
    )
    july = part_of(JULY, {code: {} for code in ("0001", "0003", "0004", "0005")})
    frame = organizations(registry, QUARTER, [july, part_of(AUGUST, {})])
    assert dict(zip(frame["org_code"], frame["is_assessed"], strict=True)) == {
        "0001": True, "0002": False, "0003": False, "0006": True, "0007": False,
    }  # fmt: skip
    STAGES["organization"].validated(grouped(frame, rulebook))


def test_findings_count_in_months_in_which_their_organisation_was_assessed(registry, assessed, part_of):
    months = together(
        [part_of(JULY, {A: {}}), part_of(AUGUST, {A: {}, B: {}}), part_of(SEPTEMBER, {B: {}})],
        assessed, registry, QUARTER,
    )  # fmt: skip
    rows = [(A, "2024-07-31"), (A, "2024-08-01"), (A, "2024-09-01"), (B, "2024-07-01"), (B, "2024-09-30"),
            ("0009", "2024-08-08")]  # fmt: skip
    findings = pd.DataFrame(rows, columns=["org_code", "day"]).astype({"org_code": "str", "day": "datetime64[us]"})
    kept = findings_while_assessed(findings, months, assessed)
    assert kept.index.tolist() == [0, 1, 4]


# whatever is given


ITEMS = ("COUNT", "RATIO", "FLAG", "AREA", "TERM", "OPEN", "HELP")
MONTHS = st.lists(
    st.dictionaries(
        st.sampled_from([A, B]),
        st.dictionaries(st.sampled_from(ITEMS), st.tuples(st.integers(0, 60_000), st.integers(0, 60_000))),
        min_size=1,
    ),
    min_size=1,
    max_size=3,
)


@given(MONTHS)
def test_lines_add_up_to_dimensions_and_these_to_the_mean_of_the_totals(averaged, rulebook, months):
    lines = averaged(QUARTER, {JULY.previous(-n): orgs for n, orgs in enumerate(months)})
    dimension = {item.code: item.dimension for item in rulebook.items}
    for org in (A, B):
        own = [month[org] for month in months if org in month]
        for place, column in enumerate(("points", "full_points")):
            sums = {item: sum(month[item][place] for month in own if item in month) for month in own for item in month}
            found = {item: line[column] for (code, item), line in lines.items() if code == org}
            assert set(found) == set(sums)
            if not own:
                continue
            assert sum(found.values()) == floor(Fraction(sum(sums.values()), len(own)) + Fraction(1, 2))
            for item, points in found.items():
                assert abs(points - Fraction(sums[item], len(own))) < 2
            for name in {dimension[item] for item in sums}:
                exact = Fraction(sum(total for item, total in sums.items() if dimension[item] == name), len(own))
                assert abs(sum(found[item] for item in sums if dimension[item] == name) - exact) < 1


@given(MONTHS)
def test_no_order_of_lines_matters(averaged, months):
    backwards = [{org: dict(reversed(items.items())) for org, items in reversed(month.items())} for month in months]
    one, other = (
        averaged(QUARTER, {JULY.previous(-n): orgs for n, orgs in enumerate(given_months)})
        for given_months in (months, backwards)
    )
    assert _points(one) == _points(other)
    assert np.all([one[place]["reason"] == other[place]["reason"] for place in one])
