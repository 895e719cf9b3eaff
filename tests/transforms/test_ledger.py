"""The ledger: lines, what does not apply, deductions and floors; it always adds up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.periods import Period
from schemas.rulebook import AppliesWhen, Dimension, Rule
from transforms.ledger import LINE_COLUMNS, deductions, floors, full_points, ledger
from transforms.observations import USED_COLUMNS, VALUE_COLUMNS, Observed

MONTH, QUARTER, YEAR = (Period.parse(text) for text in ("2024-07", "2024Q3", "2024"))
BOTH = ("hill", "plain")
GROUPS = [2, 0, None, 1, 3]
DOMAINS = ["hill", "plain", "hill", "plain", "hill"]


@pytest.fixture(scope="module")
def assessed():
    codes = [f"{number:04d}" for number in range(1, 6)]
    frame = pd.DataFrame({"org_code": codes, "domain": DOMAINS}).astype("str")
    return frame.assign(groups=pd.array(GROUPS, dtype="Int64"), members=pd.array([None] * 5, dtype="Int64"))


def _observed(*rows):
    values = pd.DataFrame(rows, columns=VALUE_COLUMNS) if rows else pd.DataFrame(columns=VALUE_COLUMNS).astype("int64")
    return Observed(values, pd.DataFrame(columns=USED_COLUMNS))


@pytest.fixture(scope="module")
def place(rulebook):
    """Position of an item in the rule book."""
    return {item.code: number for number, item in enumerate(rulebook.items)}


@pytest.mark.cases("redistribution")
def test_full_points_of_what_does_not_apply_are_shared_out(case, item_of, ten_thousandths):
    items = [
        item_of(code, Rule("yes_no"), dimension=f"d{number}", points=ten_thousandths(points))
        for number, dimension in enumerate(case["items"])
        for code, points in dimension
    ]
    applies = np.array([[item.code not in case["away"] for item in items]])
    (full,) = full_points(items, applies).tolist()
    shared = {item.code: points for item, points in zip(items, full, strict=True) if points}
    assert shared == {code: ten_thousandths(points) for code, points in case["full"].items()}
    assert sum(full) == sum(item.points for item in items)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 60_000)), min_size=2, max_size=7),
    st.lists(st.lists(st.booleans(), min_size=7, max_size=7), min_size=1, max_size=4),
)
def test_full_points_add_up_whatever_applies(item_of, drawn, patterns):
    items = [item_of(f"I{n}", Rule("yes_no"), dimension=name, points=points) for n, (name, points) in enumerate(drawn)]
    applies = np.array([pattern[: len(items)] for pattern in patterns])
    for dimension in {item.dimension for item in items}:
        columns = [n for n, item in enumerate(items) if item.dimension == dimension]
        total = sum(items[n].points for n in columns)
        for row, given_away in zip(full_points(items, applies)[:, columns], applies[:, columns], strict=True):
            assert row.sum() == (total if given_away.any() else 0)
            assert (row[~given_away] == 0).all()
            for points, n in zip(row[given_away], np.array(columns)[given_away], strict=True):
                exact = Fraction(items[n].points * total, sum(items[m].points for m in np.array(columns)[given_away]))
                assert abs(points - exact) < 1


def test_lines_are_those_of_the_domain_and_cadence(assessed, rulebook):
    lines = ledger(_observed(), assessed, rulebook, MONTH, BOTH)
    by_org = lines.groupby("org")["item_code"].agg(set)
    monthly = {item.code for item in rulebook.items if item.cadence == "month"}
    assert by_org[0] == monthly - {"AREA"}
    assert by_org[3] == monthly - {"FLAG"}
    quarterly = ledger(_observed(), assessed, rulebook, QUARTER, BOTH)
    assert set(quarterly.loc[quarterly["org"] == 0, "item_code"]) == {"CLOSED", "INCOME", "FOREST"}
    assert list(lines.columns) == LINE_COLUMNS


@pytest.mark.parametrize(("org", "has_line"), [(0, True), (1, False), (2, False), (3, True), (4, True)])
def test_an_item_that_does_not_apply_has_no_line_nor_one_whose_attribute_is_unknown(assessed, rulebook, org, has_line):
    lines = ledger(_observed(), assessed, rulebook, MONTH, BOTH)
    mine = lines[lines["org"] == org]
    assert ("GROUP" in set(mine["item_code"])) is has_line
    assert mine["full_points"].sum() == rulebook.cadences["month"].full_points


def test_the_threshold_of_an_attribute_is_included(assessed, rulebook):
    items = [
        replace(item, applies_when=AppliesWhen("groups", 2)) if item.code == "GROUP" else item
        for item in rulebook.items
    ]
    lines = ledger(_observed(), assessed, replace(rulebook, items=tuple(items)), MONTH, BOTH)
    assert lines.loc[lines["item_code"] == "GROUP", "org"].tolist() == [0, 4]


def test_missing_zero_and_not_applicable_are_three_different_things(assessed, rulebook, place):
    lines = ledger(_observed((0, place["GROUP"], 0, 1), (3, place["GROUP"], 0, 0)), assessed, rulebook, MONTH, BOTH)
    of_item = lines[lines["item_code"] == "GROUP"].set_index("org")
    assert of_item["status"].to_dict() == {0: "unmet", 3: "missing", 4: "missing"}
    assert of_item["value_den"].to_dict() == {0: 1, 3: 0, 4: 0}
    assert of_item["points"].to_dict() == {0: 0, 3: 0, 4: 0}
    assert of_item["is_met"].tolist() == [False, False, False]


def test_points_are_a_share_of_the_redistributed_full_points(assessed, rulebook, place):
    rows = [(org, place["POSTS"], 3, 8) for org in (0, 1)]
    lines = ledger(_observed(*rows), assessed, rulebook, MONTH, BOTH).set_index(["item_code", "org"])
    assert lines.loc[("POSTS", 0), ["full_points", "points"]].tolist() == [40_000, 15_000]
    assert lines.loc[("POSTS", 1), ["full_points", "points"]].tolist() == [52_308, 19_616]


def test_values_of_items_of_another_domain_or_cadence_have_no_line(assessed, rulebook, place):
    rows = [(0, place["AREA"], 100, 1), (1, place["FLAG"], 1, 1), (0, place["CLOSED"], 1, 1)]
    lines = ledger(_observed(*rows), assessed, rulebook, MONTH, BOTH)
    assert lines["status"].eq("met").sum() == 0


def test_values_wider_than_64_bits_are_scored_exactly(assessed, rulebook, place):
    wide = pd.DataFrame(
        {"org": [0, 1], "item": [place["POSTS"]] * 2, "value_num": [10**30, 10**30], "value_den": [10**30 + 1, 10**30]}
    )
    lines = ledger(Observed(wide, _observed().used), assessed, rulebook, MONTH, BOTH).set_index(["item_code", "org"])
    assert lines.loc[("POSTS", 0), ["points", "is_met"]].tolist() == [40_000, False]
    assert lines.loc[("POSTS", 1), ["points", "is_met"]].tolist() == [52_308, True]


def test_nobody_assessed_or_nothing_to_score_gives_no_lines_of_the_same_types(assessed, rulebook):
    some = ledger(_observed(), assessed, rulebook, MONTH, BOTH)
    for lines in (
        ledger(_observed(), assessed.iloc[:0], rulebook, MONTH, BOTH),
        ledger(_observed(), assessed, rulebook, YEAR, BOTH),
        ledger(_observed(), assessed, replace(rulebook, items=()), MONTH, BOTH),
    ):
        assert lines.empty
        assert lines.dtypes.to_dict() == some.dtypes.to_dict()


def test_only_the_domains_that_are_asked_for_have_lines(assessed, rulebook):
    lines = ledger(_observed(), assessed, rulebook, MONTH, ("plain",))
    assert set(lines["org"]) == {1, 3}
    everyone = ledger(_observed(), assessed, rulebook, MONTH, BOTH)
    assert lines.equals(everyone[everyone["org"].isin([1, 3])].reset_index(drop=True))
    assert ledger(_observed(), assessed, rulebook, MONTH, ()).empty


# what several assess, and what is due


@pytest.fixture(scope="module")
def jury(rulebook, item_of):
    """SCORE is assessed by three offices, for 3, 2 and 1 points; MORE, of 4, by nobody in particular."""
    score = item_of("SCORE", Rule("scored", target=Fraction(100), pass_share=Fraction("0.6")), source="department")
    parts = [replace(score, assessor=name, points=points) for name, points in JURY.items()]
    return replace(rulebook, items=(*parts, item_of("MORE", Rule("yes_no"), applies_when=AppliesWhen("groups", 1))))


JURY = {"甲局": 30_000, "乙局": 20_000, "丙局": 10_000}


def _of_jury(lines, org):
    own = lines[(lines["org"] == org) & (lines["item_code"] == "SCORE")].set_index("assessor")
    return {name: tuple(own.loc[name, ["points", "full_points", "status"]]) for name in own.index}


def test_each_assessor_has_its_line_and_its_part_of_the_points(assessed, jury):
    lines = ledger(_observed((0, 0, 90, 1), (0, 1, 50, 1)), assessed, jury, MONTH, BOTH)
    assert _of_jury(lines, 0) == {
        "甲局": (27_000, 30_000, "met"), "乙局": (10_000, 20_000, "unmet"), "丙局": (0, 10_000, "missing"),
    }  # fmt: skip
    assert not lines.duplicated(["org", "item_code", "assessor"]).any()
    assert lines.loc[lines["item_code"] == "MORE", "assessor"].eq("").all()


def test_the_assessors_parts_take_over_what_does_not_apply(assessed, jury):
    """MORE does not apply to the second: its 4 points go to the parts as 2, 4/3 and 2/3 of a point."""
    lines = ledger(_observed((1, 0, 100, 1), (1, 1, 100, 1), (1, 2, 100, 1)), assessed, jury, MONTH, BOTH)
    assert {name: points for name, (points, _, _) in _of_jury(lines, 1).items()} == {
        "甲局": 50_000, "乙局": 33_333, "丙局": 16_667,
    }  # fmt: skip
    assert lines.loc[lines["org"] == 1, "full_points"].sum() == 100_000


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3))
def test_the_same_score_by_all_is_that_share_of_the_item(assessed, jury, scores):
    lines = ledger(_observed(*((0, n, score, 1) for n, score in enumerate(scores))), assessed, jury, MONTH, BOTH)
    own = _of_jury(lines, 0)
    assert sum(points for points, _, _ in own.values()) == sum(
        weight * score // 100 for weight, score in zip(JURY.values(), scores, strict=True)
    )
    assert sum(full for _, full, _ in own.values()) == 60_000


@pytest.mark.parametrize(
    ("period", "points"),
    [("2024-02", None), ("2024-03", 40_000), ("2024-05", 40_000), ("2024-06", 0), ("2024-12", 0)],
)
def test_a_milestone_is_due_by_the_end_of_the_period(assessed, rulebook, item_of, period, points):
    milestones = Rule("milestones", milestones=((3, 31, Fraction(1, 4)), (6, 30, Fraction(1, 2))))
    items = (item_of("STEPS", milestones), item_of("BESIDE", Rule("yes_no")))
    lines = ledger(_observed((0, 0, 1, 4)), assessed, replace(rulebook, items=items), Period.parse(period), BOTH)
    own = lines[lines["org"] == 0].set_index("item_code")
    assert (own.loc["STEPS", "points"] if "STEPS" in own.index else None) == points


# deductions


@pytest.mark.parametrize(
    ("item", "count", "points"),
    [
        (0, Fraction(1), -10_000),
        (0, Fraction(2), -20_000),
        (0, Fraction(3), -20_000),
        (0, Fraction(1_000_000), -20_000),
        (0, Fraction(1, 3), -3_333),
        (0, Fraction(1, 20_000), -1),
        (1, Fraction(1), -100_000),
    ],
)
def test_findings_deduct_each_up_to_the_cap(rulebook, item, count, points):
    (line,) = deductions(_observed((0, item, count.numerator, count.denominator)), rulebook, "month").to_dict("records")
    assert line["points"] == points
    assert (line["full_points"], line["is_met"], line["status"]) == (0, False, "deducted")
    assert (line["item_code"], line["dimension"]) == [("N1", "order"), ("N2", "care")][item]


def test_only_the_negative_items_of_the_cadence_deduct(rulebook):
    observed = _observed((0, 0, 1, 1), (0, 2, 5, 1))
    assert deductions(observed, rulebook, "month")["item_code"].tolist() == ["N1"]
    quarterly = deductions(observed, rulebook, "quarter")
    assert quarterly[["item_code", "points"]].to_numpy().tolist() == [["N3", -10_000]]


def test_nothing_found_deducts_nothing(rulebook):
    assert deductions(_observed(), rulebook, "month").empty
    assert deductions(_observed(), replace(rulebook, negative_items=()), "month").empty


# floors


def _lines(*rows):
    return pd.DataFrame(rows, columns=["org", "dimension", "points"]).astype({"dimension": "str"})


@pytest.mark.parametrize(
    ("points", "lifted"),
    [
        ([30_000, -29_999], []),
        ([30_000, -30_000], []),
        ([30_000, -30_001], [1]),
        ([-10_000, -20_000], [30_000]),
        ([0], []),
    ],
)
def test_a_dimension_below_0_is_lifted_to_0(points, lifted, rulebook):
    found = floors(_lines(*[(0, "care", value) for value in points]), rulebook)
    assert found["points"].tolist() == lifted


def test_a_floor_says_which_dimension_it_holds_up(rulebook):
    found = floors(_lines((0, "care", -5), (0, "order", 3), (1, "order", -7)), rulebook)
    assert found[["org", "item_code", "points", "full_points", "status"]].to_numpy().tolist() == [
        [0, "floor:care", 5, 0, "floor"],
        [1, "floor:order", 7, 0, "floor"],
    ]
    assert found["is_met"].isna().all()
    assert found["value_den"].eq(0).all()


def test_an_adjustment_keeps_its_sign_and_a_basis_is_lifted(rulebook):
    dimensions = (Dimension("order", "有序", "basis"), Dimension("care", "关怀", "adjustment"))
    found = floors(_lines((0, "care", -5), (0, "order", -3)), replace(rulebook, dimensions=dimensions))
    assert found["item_code"].tolist() == ["floor:order"]


def test_without_lines_there_is_no_floor(assessed, rulebook):
    assert floors(ledger(_observed(), assessed.iloc[:0], rulebook, MONTH, BOTH), rulebook).empty
