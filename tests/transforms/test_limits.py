"""Which limits hold: vetoes and limiters, alone and together (RULES §2 and §4)."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.outcome_builders import (
    adjustment_of,
    assessed_of,
    limit_of,
    lines_of,
    points_of,
    registered,
    rulebook_of,
    scores_of,
)
from transforms.limits import limited, reaches_percent_of_first

VETOES = (
    adjustment_of("V01", "veto", name="社会治安"),
    adjustment_of("V02", "veto", name="安全生产", cadence="quarter"),
    adjustment_of("V03", "veto", domains=("member",)),
)


def _held(limits, points, events=(), unmet=(), assessed=None, cadence="year"):
    assessed = assessed_of(len(points)) if assessed is None else assessed
    codes = [entry.code for entry in VETOES]
    found = registered(*((int(org), codes.index(code), 1) for org, code in events))
    lines = pd.concat(
        [
            lines_of(*((int(org), code, "base", 0) for org, code in unmet), is_met=False),
            lines_of((0, "T99", "base", 0), is_met=False),
            lines_of(*((org, code, "base", 1) for org in range(len(points)) for code in ("T02", "T01")), is_met=True),
        ],
        ignore_index=True,
    )
    scores = scores_of(assessed, [points_of(value) for value in points])
    rulebook = rulebook_of(adjustments=VETOES, limits=limits)
    return limited(found, lines, scores, assessed, rulebook, cadence)


@pytest.mark.cases("limits")
def test_a_limit_holds_where_its_conditions_do(case):
    limit = limit_of("order", case["when"], "bar_awards", match=case.get("match", "any"))
    held = _held([limit], case["points"], case.get("events", ()), case.get("unmet", ()))
    assert held["org"].tolist() == [int(org) for org in case["held"]]
    assert held["code"].eq("order").all()
    assert held["reason"].ne("").all()


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ([{"event": ["V02", "V01"]}], "登记“社会治安”1次、登记“安全生产”1次"),
        ([{"below_percent_of_first": 60}], "得50分，低于第一名90分的60%"),
        ([{"below_points": 60}], "得50分，不足60分"),
        ([{"unmet": ["T02", "T01"]}], "“必达T01”“必达T02”未达标"),
        ([{"last_places": {"places": 1, "ties": "include"}}], "居2个组织中第2名，为末位"),
        ([{"last_places": {"places": 2, "ties": "include"}}], "居2个组织中第2名，为后2名"),
        ([{"event": ["V01"]}, {"below_points": 60}], "登记“社会治安”1次；得50分，不足60分"),
        ([{"event": ["V03"]}, {"below_points": 60}], "得50分，不足60分"),
    ],
)
def test_the_reason_says_what_of_it_holds(when, reason):
    both = {"events": [(1, "V01"), (1, "V02")], "unmet": [(1, "T01"), (1, "T02")]}
    held = _held([limit_of("order", when, "bar_awards")], [90, 50], **both)
    assert held[["org", "reason"]].to_numpy().tolist() == [[1, reason]]


def test_an_item_that_several_assess_is_unmet_where_one_of_them_found_it_so_and_named_once():
    limit = limit_of("order", [{"unmet": ["T01"]}], "bar_awards")
    held = _held([limit], [90, 50], unmet=[(1, "T01"), (1, "T01")])
    assert held["reason"].tolist() == ["“必达T01”未达标"]


def test_limits_are_those_of_the_cadence_and_the_domain():
    below = [{"below_points": 60}]
    limits = [
        limit_of("towns", below, "bar_awards"),
        limit_of("people", below, "bar_awards", domains=("member",)),
        limit_of("quarterly", below, "bar_awards", cadence="quarter"),
    ]
    assessed = assessed_of(2, domain=["town", "member"])
    found = _held(limits, [1, 1], assessed=assessed)
    assert found[["org", "code"]].to_numpy().tolist() == [[0, "towns"], [1, "people"]]
    assert _held(limits, [1, 1], assessed=assessed, cadence="quarter")["code"].tolist() == ["quarterly"]
    assert _held([], [1, 1]).empty


def test_the_first_and_the_last_are_those_of_the_peer_group():
    assessed = assessed_of(4, peer_group=["a", "b", "a", "b"])
    limits = [
        limit_of("share", [{"below_percent_of_first": 60}], "bar_awards"),
        limit_of("last", [{"last_places": {"places": 1, "ties": "include"}}], "bar_awards"),
    ]
    found = _held(limits, [100, 50, 59, 30], assessed=assessed)
    assert found[["org", "code"]].to_numpy().tolist() == [[2, "share"], [2, "last"], [3, "last"]]


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from("ab")), min_size=1, max_size=12), st.integers(1, 100))
def test_a_share_of_the_first_is_compared_exactly(units, percent):
    points, group = (list(column) for column in zip(*units, strict=True))
    scores = scores_of(assessed_of(len(units), peer_group=group), points)
    first = {name: max(p for p, g in units if g == name) for name in set(group)}
    expected = [100 * p >= percent * first[g] for p, g in units]
    assert reaches_percent_of_first(scores, Fraction(percent)).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from("ab")), min_size=1, max_size=14), st.integers(1, 4))
def test_the_last_places_never_break_a_tie_and_never_hold_the_first(units, places):
    points, group = (list(column) for column in zip(*units, strict=True))
    assessed = assessed_of(len(units), peer_group=group)
    held = {
        ties: set(_held([limit_of("last", [{"last_places": {"places": places, "ties": ties}}], "bar_awards")],
                        points, assessed=assessed)["org"])
        for ties in ("include", "spare")
    }  # fmt: skip
    assert held["spare"] <= held["include"]
    for name in set(group):
        own = [n for n, g in enumerate(group) if g == name]
        spared = held["spare"] & set(own)
        assert len(spared) <= places
        best = max(points[n] for n in own)
        assert all(points[n] < best for n in held["include"] & set(own))
        for orgs in held.values():
            assert {points[n] for n in orgs & set(own)}.isdisjoint({points[n] for n in set(own) - orgs})
