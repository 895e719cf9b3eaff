"""A period's ledger put together: parts, own items, units that read others, adjustments, and floors that are one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.outcomes import Adjustment, Coefficient
from schemas.periods import Period
from schemas.rulebook import CadenceRule, Dimension, Domain, Relatives, Rule
from transforms.lines import period_lines
from transforms.observations import USED_COLUMNS, VALUE_COLUMNS, Observed
from transforms.parts import OWN, Parts
from transforms.scoring import Observations

YEAR = Period.parse("2024")
QUARTERS = YEAR.inside("quarter")
SHARE = Rule("proportional", target=Fraction(1))
YEARLY = {"order": 1, "domains": ("branch",), "cadence": "year"}


@pytest.fixture(scope="module")
def rules(rulebook, item_of, condition_of):
    """Branches score BASE and RANK, what they have below goes into the committee's BELOW, and its into the branch's UP.

    BASE is counted, RANK a basis, `plus` an adjustment: D takes 10 points away each, a coefficient goes by RANK.
    """
    since = {name: getattr(rulebook.items[0], name) for name in ("effective_from", "adopted_on", "reference")}
    yearly = {"cadence": "year", "source": "units"}
    children, parent = Relatives("children", ("branch",)), Relatives("parent", ("committee",))
    items = (
        item_of("BASE", SHARE, dimension="base", domains=("branch",), cadence="year"),
        item_of("RANK", SHARE, dimension="rank", domains=("branch",), cadence="year"),
        item_of("BELOW", SHARE, dimension="base", domains=("committee",), relatives=children, **yearly),
        item_of("UP", SHARE, dimension="base", domains=("group",), relatives=parent, **yearly),
    )
    deduction = Adjustment("D", 1, "扣分", "deduction", "plus", 100_000, 900_000, None, ("branch",), "year", **since)
    coefficient = Coefficient("c", 1, "系数", ("branch",), "year", ("rank",), ("base",), Fraction(1, 10), "mean",
                              "better", "plus", **since)  # fmt: skip
    return replace(
        rulebook,
        dimensions=(Dimension("base", "基础"), Dimension("rank", "排名", "basis"),
                    Dimension("plus", "加减", "adjustment")),
        domains=tuple(Domain(code, code) for code in ("group", "committee", "branch")),
        items=items, negative_items=(), adjustments=(deduction,), coefficients=(coefficient,),
        cadences={"quarter": CadenceRule("quarter", 0), "year": CadenceRule("year", 40_000)},
    )  # fmt: skip


ORGANIZATIONS = pd.DataFrame(
    [
        ("c", "committee", None),
        ("b1", "branch", "c"),
        ("b2", "branch", "c"),
        ("g", "group", "c"),
    ],
    columns=["org_code", "domain", "parent_code"],
).astype("str")
ORGANIZATIONS = ORGANIZATIONS.assign(peer_group=ORGANIZATIONS["domain"], members=pd.array([None] * 4, dtype="Int64"))
C, B1, B2, G = range(4)
BASE, RANK = range(2)


def _observed(*rows):
    values = pd.DataFrame(rows, columns=VALUE_COLUMNS) if rows else pd.DataFrame(columns=VALUE_COLUMNS)
    return Observed(values.astype("int64"), pd.DataFrame(columns=USED_COLUMNS))


def _parts(*lines, periods=QUARTERS[:2], orgs=4):
    """Parts of so many periods in which everyone was assessed; lines of (org, part, item, assessor, dimension, order,
    points, full points, status)."""
    rows = [(org, part, code, by, dimension, order, 1, 1, points, full, status)
            for org, part, code, by, dimension, order, points, full, status in lines]  # fmt: skip
    texts = dict.fromkeys(("item_code", "assessor", "dimension", "status"), "str")
    scored = pd.DataFrame([(org, part) for org in range(orgs) for part in range(len(periods))], columns=["org", "part"])
    frame = pd.DataFrame(rows, columns=list(OWN)).astype(texts)
    return Parts(tuple(periods), frame, scored, scored["org"].value_counts().sort_index().to_numpy())


@pytest.fixture(scope="module")
def year(rules):
    """{(organisation, item, assessor): line} of the year from values, register entries and parts."""

    def make(items=(), registered=(), parts=(), rules=rules):
        seen = Observations(_observed(*items), _observed(), _observed(*registered), pd.DataFrame())
        found = period_lines(seen, parts, ORGANIZATIONS, ORGANIZATIONS, rules, YEAR)
        codes = ORGANIZATIONS["org_code"].take(found.lines["org"])
        keys = zip(codes, found.lines["item_code"], found.lines["assessor"], strict=True)
        made = dict(zip(keys, found.lines.to_dict("records"), strict=True))
        assert len(made) == len(found.lines)
        return made

    return make


def _points(lines):
    return {f"{org} {code}": line["points"] for (org, code, _), line in lines.items()}


# units that read other units


def test_who_reads_others_comes_after_them_whatever_the_order_of_the_domains(year):
    """Indices: b1 4 − 0.2 = 3.8 of 4 (second of two by RANK: c 0.95), b2 1.05 × 2 of 4; the mean of .95 and .525 above,
    and that of the committee for the group."""
    lines = year([(B1, BASE, 1, 1), (B2, BASE, 1, 2), (B2, RANK, 1, 1), (B1, RANK, 1, 2)])
    assert _points(lines) == {
        "b1 BASE": 40_000, "b1 RANK": 20_000, "b1 coefficient:c": -2_000,
        "b2 BASE": 20_000, "b2 RANK": 40_000, "b2 coefficient:c": 1_000,
        "c BELOW": 29_500, "g UP": 29_500,
    }  # fmt: skip
    below, up = lines["c", "BELOW", ""], lines["g", "UP", ""]
    assert Fraction(below["value_num"], below["value_den"]) == Fraction(59, 80)
    assert Fraction(up["value_num"], up["value_den"]) == Fraction(59, 80)
    assert (below["status"], up["is_met"]) == ("unmet", False)


def test_what_is_read_is_the_index_with_its_adjustments_and_its_floor(year):
    """b1: 4 − 10, lifted to 0; b2: 4 of 4. Neither coefficient moves anything: both are first by RANK."""
    lines = year([(B1, BASE, 1, 1), (B2, BASE, 1, 1)], registered=[(B1, 0, 1, 1)])
    assert _points(lines)["b1 floor:index"] == 100_000 - 40_000 - _points(lines)["b1 coefficient:c"]
    index = sum(line["points"] for (org, _, _), line in lines.items() if org == "b1" and line["dimension"] != "rank")
    assert index == 0
    of_b2 = Fraction(40_000 + _points(lines)["b2 coefficient:c"], 40_000)
    below = lines["c", "BELOW", ""]
    assert Fraction(below["value_num"], below["value_den"]) == of_b2 / 2


def test_without_anyone_below_there_is_nothing_to_read(rules, year):
    alone = ORGANIZATIONS.iloc[[0]].reset_index(drop=True)
    nothing = Observations(_observed(), _observed(), _observed(), pd.DataFrame())
    (line,) = period_lines(nothing, [], alone, alone, rules, YEAR).lines.to_dict("records")
    assert (line["item_code"], line["points"], line["status"]) == ("BELOW", 0, "missing")


# floors


def test_a_floor_of_the_index_that_parts_brought_along_and_the_periods_own_are_one(year):
    """Each quarter: 1 − 3 and a floor of 2; the year takes 10 points away from nothing, and c adds."""
    quarterly = [(B1, part, *line) for part in (0, 1) for line in (
        ("Q", "", "base", 5, 10_000, 10_000, "met"), ("E", "", "plus", 6, -30_000, 0, "adjusted"),
        ("floor:index", "", "plus", 99, 20_000, 0, "floor"),
    )]  # fmt: skip
    lines = year(registered=[(B1, 0, 1, 1)], parts=[_parts(*quarterly)])
    points = _points(lines)
    assert [lines["b1", code, ""]["status"] for code in ("Q", "E", "floor:index")] == ["mean", "adjusted", "floor"]
    assert points["b1 Q"] == 10_000
    assert points["b1 D"] == -100_000
    assert points["b1 floor:index"] == 20_000 + 100_000 - points["b1 coefficient:c"]
    assert sum(value for key, value in points.items() if key.startswith("b1") and "RANK" not in key) == 0


def test_floors_of_a_dimension_from_parts_of_two_cadences_are_one(year):
    halves, quarters = (
        _parts((B1, 0, f"Q{n}", "", "base", 5, 20_000, 20_000, "met"),
               (B1, 0, "N", "", "base", 6, -50_000, 0, "deducted"),
               (B1, 0, "floor:base", "", "base", 99, lifted, 0, "floor"), periods=periods)
        for n, periods, lifted in ((1, YEAR.inside("half_year"), 30_000), (2, QUARTERS[:1], 70_000))
    )  # fmt: skip
    lines = year(parts=[_without_deductions(halves), quarters])
    floor = lines["b1", "floor:base", ""]
    assert (floor["points"], floor["full_points"], floor["status"]) == (15_000 + 70_000, 0, "floor")
    assert floor["reason"].startswith("参加考核的2期平均：2024H1")


def _without_deductions(parts):
    """The same deduction would stand twice; only the second keeps it."""
    return replace(parts, lines=parts.lines[parts.lines["status"] != "deducted"])


# means


def test_each_assessors_part_has_its_mean(year):
    jury = [
        (B1, part, "J", by, "base", 5, points, 30_000, "met")
        for by, scored in (("甲局", (30_000, 10_000)), ("乙局", (20_001, 20_000)))
        for part, points in enumerate(scored)
    ]
    lines = year(parts=[_parts(*jury)])
    assert [lines["b1", "J", by]["points"] for by in ("甲局", "乙局")] == [20_000, 20_001]
    assert [lines["b1", "J", by]["full_points"] for by in ("甲局", "乙局")] == [30_000, 30_000]
    assert lines["b1", "J", "甲局"]["reason"] == "参加考核的2期平均：2024Q1得3分，2024Q2得1分"


def test_a_year_of_two_cadences_is_the_mean_of_each_and_its_own(year):
    """Quarters 10 and 20, one month of 7: 15 + 7 + 4 of its own."""
    quarters = _parts(
        (B1, 0, "Q", "", "base", 5, 100_000, 300_000, "met"), (B1, 1, "Q", "", "base", 5, 200_000, 300_000, "met")
    )
    months = _parts((B1, 0, "M", "", "base", 4, 70_000, 300_000, "met"), periods=YEAR.months[:1])
    lines = year([(B1, BASE, 1, 1)], parts=[months, quarters])
    own = {code: (line["points"], line["full_points"]) for (org, code, _), line in lines.items() if org == "b1"}
    assert {code: own[code] for code in ("Q", "M", "BASE")} == {
        "Q": (150_000, 300_000), "M": (70_000, 300_000), "BASE": (40_000, 40_000),
    }  # fmt: skip


PARTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(-9, 9)), min_size=1, max_size=4)


@given(PARTS)
def test_the_index_of_a_whole_is_the_rounded_mean_of_the_parts_whatever_its_basis(year, rules, parts):
    """A basis is published beside the index: what it comes to must not move the index by a ten-thousandth."""
    lines = [
        (B1, part, code, "", dimension, order, points, max(points, 0), status)
        for part, own in enumerate(parts)
        for (code, dimension, order, status), points in zip(
            (("Q", "base", 5, "met"), ("R", "rank", 6, "met"), ("E", "plus", 7, "adjusted")), own, strict=True
        )
    ]  # fmt: skip
    bare = replace(rules, items=(), adjustments=(), coefficients=())
    found = year(parts=[_parts(*lines, periods=YEAR.months[: len(parts)])], rules=bare)
    index = sum(line["points"] for line in found.values() if line["dimension"] != "rank")
    exact = Fraction(sum(counted + plus for counted, _, plus in parts), len(parts))
    assert index == max((exact + Fraction(1, 2)).__floor__(), 0)
    basis = sum(line["points"] for line in found.values() if line["dimension"] == "rank")
    assert basis == (Fraction(sum(own[1] for own in parts), len(parts)) + Fraction(1, 2)).__floor__()
