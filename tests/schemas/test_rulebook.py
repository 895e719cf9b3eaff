"""What a rule book says of its own periods and items."""

from __future__ import annotations

import pytest

from schemas.conditions import Condition, FindingReviewed, IndexBelow, OrderOverdue
from schemas.outcomes import NearestKind
from schemas.periods import Period
from schemas.rulebook import CadenceRule, NegativeItem, RuleBook
from tests.transforms.outcome_builders import SINCE, adjustment_of, item_of, rulebook_of

LADDER = {"month": (), "quarter": ("month",), "year": ("quarter",)}
BESIDE = {"month": (), "quarter": (), "year": ("month", "quarter")}
HALVES = {"quarter": (), "half_year": ("quarter",), "year": ("half_year",)}


def _of_cadences(parts: dict) -> RuleBook:
    return rulebook_of(cadences={cadence: CadenceRule(cadence, 0, own) for cadence, own in parts.items()})


@pytest.mark.parametrize(
    ("cadences", "period", "parts"),
    [
        (LADDER, "2024-07", []),
        (LADDER, "2024Q3", ["2024-07", "2024-08", "2024-09"]),
        (LADDER, "2024", ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]),
        (BESIDE, "2024Q3", []),
        (BESIDE, "2024", [*(f"2024-{n:02d}" for n in range(1, 13)), "2024Q1", "2024Q2", "2024Q3", "2024Q4"]),
        (HALVES, "2024H1", ["2024Q1", "2024Q2"]),
        (HALVES, "2024", ["2024H1", "2024H2"]),
        (HALVES, "2024-07", []),
        ({"year": ()}, "2024", []),
    ],
    ids=str,
)
def test_a_period_is_scored_from_the_periods_that_the_rule_book_names(cadences, period, parts):
    assert [str(part) for part in _of_cadences(cadences).parts(Period.parse(period))] == parts


@pytest.mark.parametrize(
    ("cadences", "period", "wholes"),
    [
        (LADDER, "2024-07", ["2024Q3"]),
        (LADDER, "2024Q3", ["2024"]),
        (LADDER, "2024", []),
        (BESIDE, "2024-07", ["2024"]),
        (HALVES, "2024Q2", ["2024H1"]),
        (HALVES, "2024H1", ["2024"]),
        ({"month": (), "quarter": ("month",), "year": ("month",)}, "2024-12", ["2024Q4", "2024"]),
        ({"year": ()}, "2024-07", []),
    ],
    ids=str,
)
def test_a_period_is_part_of_the_periods_that_are_scored_from_it(cadences, period, wholes):
    rules, one = _of_cadences(cadences), Period.parse(period)
    assert [str(whole) for whole in rules.wholes(one)] == wholes
    assert all(one in rules.parts(whole) for whole in rules.wholes(one))


def test_an_item_that_several_assess_is_listed_once_in_its_place():
    jury = [item_of("T02", assessor=name) for name in ("甲局", "乙局", "丙局")]
    rules = rulebook_of(items=(item_of("T01"), *jury, item_of("T03")))
    assert [(item.code, item.assessor) for item in rules.listed_items] == [("T01", ""), ("T02", "甲局"), ("T03", "")]
    assert rulebook_of(items=()).listed_items == ()


# sources

NEGATIVE = NegativeItem("N1", 21, "漏报", "work", 5_000, 10_000, "quarter", **SINCE)


def _condition(when, cadence):
    return Condition("C", "条件", None, 0, when, (NearestKind(("town",)),), cadence=cadence, **SINCE)


@pytest.mark.parametrize(
    ("given", "of_quarter", "of_year"),
    [
        ({}, set(), set()),
        ({"items": (item_of("T01", source="platform", cadence="quarter"), item_of("T02", source="units"))},
         {"platform"}, {"units"}),
        ({"negative_items": (NEGATIVE,)}, {"inspection"}, set()),
        ({"conditions": (_condition(FindingReviewed(), "year"),)}, set(), {"inspection"}),
        ({"conditions": (_condition(OrderOverdue(), "quarter"),)}, {"inspection"}, set()),
        ({"conditions": (_condition(IndexBelow(1), "year"),)}, set(), set()),
        ({"adjustments": (adjustment_of("B01"),)}, set(), {"register"}),
        ({"adjustments": (adjustment_of("V01", "veto", cadence="quarter"),), "negative_items": (NEGATIVE,)},
         {"register", "inspection"}, set()),
    ],
    ids=["nothing", "items", "negative list", "findings asked for", "orders asked for", "no records asked for",
         "register", "both"],
)  # fmt: skip
def test_a_periods_records_are_of_what_its_cadence_asks_for(given, of_quarter, of_year):
    rules = rulebook_of(**({"items": ()} | given))
    assert (rules.sources("quarter"), rules.sources("year"), rules.sources("month")) == (of_quarter, of_year, set())
