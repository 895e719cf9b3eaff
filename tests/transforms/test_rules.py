"""The scoring rules of RULES §0, case by case and against fractions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.rulebook import Rule
from transforms.exact import integers
from transforms.rules import due, met_at, score

WORDS = {"yes": Fraction(1), "no": Fraction(0)}
TIERS = ((Fraction(60), Fraction("0.6")), (Fraction(80), Fraction("0.8")), (Fraction(90), Fraction(1)))


def _value(text):
    return None if text == "missing" else WORDS.get(text) if text in WORDS else Fraction(text)


def _scored(item, full, value):
    num, den = (0, 0) if value is None else (value.numerator, value.denominator)
    points, is_met = score(item, np.array([full]), integers([num]), integers([den]))
    return points.tolist(), is_met.tolist()


@pytest.mark.cases("rules")
def test_points_and_met_by_rule(case, rule_of, item_of, ten_thousandths):
    item = item_of("X", rule_of(case["rule"]), points=ten_thousandths(case["points"]))
    full = ten_thousandths(case.get("full", case["points"]))
    assert _scored(item, full, _value(case["value"])) == ([ten_thousandths(case["expected"])], [case["met"] == "yes"])


@pytest.mark.cases("exact")
def test_the_last_digit_is_right_where_floating_point_is_wrong(case, rule_of, item_of, ten_thousandths):
    rule, value = rule_of(case["rule"]), Fraction(case["value"])
    item = item_of("X", rule, points=ten_thousandths(case["points"]))
    full = ten_thousandths(case.get("full", case["points"]))
    points, _ = _scored(item, full, value)
    naive = round(full / 10_000 * _float_share(item, float(value)), 4)
    assert points == [ten_thousandths(case["expected"])]
    assert naive == float(case["naive"])
    assert naive != float(case["expected"])


def _float_share(item, value):
    """The share as a plain float program would compute it."""
    rule, own = item.rule, item.points / 10_000
    match rule.kind:
        case "proportional":
            return min(value / float(rule.target), 1.0)
        case "tiers":
            return max((float(share) for start, share in rule.tiers if value >= float(start)), default=0.0)
        case "per_unit":
            return min(rule.each / 10_000 * value, own) / own
        case "inverse":
            return max(own - rule.each / 10_000 * value, 0.0) / own
    raise ValueError(rule.kind)


def _share(item, value):
    """The share of RULES §0 in fractions."""
    rule, own = item.rule, Fraction(item.points)
    match rule.kind:
        case "at_least":
            return Fraction(value >= rule.target)
        case "proportional" | "scored":
            return min(max(value, 0) / rule.target, Fraction(1))
        case "yes_no":
            return Fraction(value > 0)
        case "tiers":
            return max((share for start, share in rule.tiers if value >= start), default=Fraction(0))
        case "per_unit":
            return min(rule.each * max(value, 0), own) / own
        case "inverse":
            return max(own - rule.each * value, Fraction(0)) / own
    raise ValueError(rule.kind)


RULES = st.sampled_from(
    [
        Rule("at_least", target=Fraction(1)),
        Rule("proportional", target=Fraction("0.95")),
        Rule("proportional", target=Fraction(7)),
        Rule("yes_no"),
        Rule("tiers", tiers=TIERS, pass_share=Fraction("0.8")),
        Rule("per_unit", each=3_333),
        Rule("inverse", each=7_777),
        Rule("scored", target=Fraction(100), pass_share=Fraction("0.6")),
    ]
)


@given(
    RULES,
    st.integers(1, 100_000),
    st.integers(0, 200_000),
    st.fractions(0, 1_000_000),
)
@example(Rule("proportional", target=Fraction("0.95")), 40_000, 2**40, Fraction(10**25, 3 * 10**25 + 1))
@example(Rule("per_unit", each=3_333), 40_000, 61_764, Fraction(2**70, 2**69 + 1))
@example(Rule("inverse", each=7_777), 40_000, 61_764, Fraction(2**70, 2**69 + 1))
def test_points_are_full_points_times_share_rounded_once(item_of, rule, own, full, value):
    item = item_of("X", rule, points=own)
    points, _ = _scored(item, full, value)
    assert points == [floor(full * _share(item, value) + Fraction(1, 2))]
    assert 0 <= points[0] <= full


@given(RULES, st.lists(st.one_of(st.none(), st.fractions(0, 200)), min_size=1, max_size=6))
def test_a_column_is_scored_as_each_value_alone(item_of, rule, values):
    item = item_of("X", rule)
    pairs = [(0, 0) if value is None else (value.numerator, value.denominator) for value in values]
    full = np.arange(len(values)) + 40_000
    points, is_met = score(item, full, integers([num for num, _ in pairs]), integers([den for _, den in pairs]))
    alone = [_scored(item, int(points_of), value) for points_of, value in zip(full, values, strict=True)]
    assert (points.tolist(), is_met.tolist()) == ([a[0][0] for a in alone], [a[1][0] for a in alone])


@given(RULES, st.fractions(0, 200))
def test_met_is_at_the_value_that_the_catalogue_shows(item_of, rule, value):
    item = item_of("X", rule)
    _, is_met = _scored(item, 40_000, value)
    threshold = met_at(item)
    if rule.kind == "yes_no":
        assert is_met == [value > 0]
    else:
        assert is_met == [value <= threshold if rule.kind == "inverse" else value >= threshold]


def test_a_rule_on_no_organisations_gives_nothing(item_of):
    nothing = np.array([], dtype=np.int64)
    for kind in (Rule("yes_no"), Rule("inverse", each=1), Rule("tiers", tiers=TIERS, pass_share=Fraction(1))):
        points, is_met = score(item_of("X", kind), nothing, nothing, nothing)
        assert (len(points), len(is_met)) == (0, 0)


# milestones


@pytest.mark.cases("milestones")
def test_the_last_milestone_that_has_come_is_what_is_asked(case, rule_of, item_of, ten_thousandths):
    item = item_of("X", rule_of({"milestones": case["milestones"]}), points=50_000)
    now = due(item, date.fromisoformat(case["on"]))
    assert (now is not None) == (case["applies"] == "yes")
    if now:
        points = ten_thousandths(case["expected"])
        assert _scored(now, 50_000, _value(case["value"])) == ([points], [points > 0])
        assert (now.code, now.points) == ("X", 50_000)


def test_what_has_no_milestones_is_due_whenever(item_of):
    item = item_of("X", Rule("yes_no"))
    assert due(item, date(2024, 1, 1)) is item


def test_the_catalogue_shows_the_last_milestone(item_of, rule_of):
    assert met_at(item_of("X", rule_of({"milestones": ["03-31 0.25", "06-30 0.5"]}))) == Fraction("0.5")
