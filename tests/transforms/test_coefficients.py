"""Coefficients by rank, the lines that they make, and how many places they move a unit (RULES §4)."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.outcome_builders import (
    ALL,
    assessed_of,
    coefficient_of,
    lines_of,
    points_of,
    rulebook_of,
    scores_of,
)
from transforms.adjustments import index_floor, index_points
from transforms.coefficients import coefficient, coefficient_lines, coefficients, places_moved
from transforms.limits import reaches_percent_of_first
from transforms.standings import ranks


def _lines(party_work, base, dimension="base"):
    return lines_of(
        *((n, "P01", "party_work", value) for n, value in enumerate(party_work)),
        *((n, "E01", dimension, value) for n, value in enumerate(base)),
    )


def _scored(lines, assessed, rulebook):
    table = coefficients(lines, assessed, rulebook, "year", ALL)
    return table, coefficient_lines(table, lines, rulebook)


def _middle(written):
    return written if written in {"mean", "lower", "upper"} else Fraction(written)


def _fractions(table, name):
    return [Fraction(n, d) for n, d in zip(table[f"{name}_num"], table[f"{name}_den"], strict=True)]


@pytest.mark.cases("coefficients", "groups")
def test_ranks_and_coefficients_of_a_group(case):
    entry = coefficient_of(step=Fraction(case["step"]), middle=_middle(case["middle"]), ties=case["ties"])
    size = len(case["basis"])
    table, _ = _scored(_lines(case["basis"], [50] * size), assessed_of(size), rulebook_of(coefficients=(entry,)))
    assert _fractions(table, "rank") == [Fraction(rank) for rank in case["ranks"]]
    assert _fractions(table, "value") == [Fraction(c) for c in case["c"]]
    assert {coefficient(entry, size, Fraction(rank)) - 1 for rank in case["ranks"]} == {
        (Fraction(case["m"]) - Fraction(rank)) * Fraction(case["step"]) for rank in case["ranks"]
    }


@pytest.mark.cases("coefficients", "indices")
def test_the_index_of_a_rank(case):
    rank = int(case["rank"])
    lines = lines_of(
        *((n, "P01", "party_work", 100 - n) for n in range(rank)),
        (rank - 1, "E01", "work", case["outside"]),
        (rank - 1, "E02", "base", case["inside"]),
        (rank - 1, "B01", "other", case["adjustments"]),
    )
    rulebook = rulebook_of(coefficients=(coefficient_of(step=Fraction(case["step"]), middle=Fraction(case["m"])),))
    table, made = _scored(lines, assessed_of(rank), rulebook)
    assert _fractions(table, "value")[-1] == Fraction(case["c"])
    assert made["points"].iloc[-1] == points_of(case["effect"])
    assert index_points(pd.concat([lines, made]), rulebook, np.array([rank - 1])).item() == points_of(case["index"])


@pytest.mark.cases("coefficients", "moves")
def test_how_many_places_a_coefficient_moves(case):
    size, c = len(case["c"]), [Fraction(value) for value in case["c"]]
    lines = _lines([0] * size, case["inside"])
    events = lines_of(*((n, "B01", "other", value) for n, value in enumerate(case["adjustments"])))
    lines = pd.concat([lines, events], ignore_index=True)
    assessed, rulebook = assessed_of(size), rulebook_of(coefficients=(coefficient_of(),))
    table = coefficients(lines, assessed, rulebook, "year", ALL).assign(
        value_num=[value.numerator for value in c], value_den=[value.denominator for value in c]
    )
    lines = pd.concat([lines, coefficient_lines(table, lines, rulebook)], ignore_index=True)
    index = index_points(lines, rulebook, np.arange(size))
    assert index.tolist() == [points_of(value) for value in case["index"]]
    assert ranks(index, assessed["peer_group"]).tolist() == [int(rank) for rank in case["ranks"]]
    moved = places_moved(table, lines, assessed, rulebook)["places_moved"]
    assert moved.tolist() == [int(places) for places in case["places_moved"]]
    assert (moved + ranks(index, assessed["peer_group"])).tolist() == [int(rank) for rank in case["without"]]


@pytest.mark.cases("coefficients", "percents")
def test_below_so_many_per_cent_of_the_first(case):
    scores = scores_of(assessed_of(2), [points_of(case["first"]), points_of(case["index"])])
    reaches = reaches_percent_of_first(scores, Fraction(case["percent"]))
    assert reaches.tolist() == [True, case["is_below"] == "false"]


def test_a_line_is_rounded_once_half_up_below_zero_too():
    """±0.5 and ±1.5 ten-thousandths."""
    lines, assessed = _lines([3, 2, 1], ["0.01", "5", "0.01"]), assessed_of(3)
    _, made = _scored(lines, assessed, rulebook_of(coefficients=(coefficient_of(),)))
    assert made["points"].tolist() == [1, 0, 0]
    _, made = _scored(_lines([3, 2, 1], ["0.03"] * 3), assessed, rulebook_of(coefficients=(coefficient_of(),)))
    assert made["points"].tolist() == [2, 0, -1]


def test_a_line_says_c_and_is_neither_met_nor_unmet():
    _, made = _scored(_lines([2, 1], [80, 80]), assessed_of(2), rulebook_of(coefficients=(coefficient_of(),)))
    (first, _) = made.drop(columns="is_met").to_dict("records")
    assert made["is_met"].isna().all()
    assert first == {
        "org": 0, "item_code": "coefficient:party_building", "assessor": "", "dimension": "adjustment",
        "value_num": 401, "value_den": 400, "points": 2000, "full_points": 0, "status": "adjusted",
    }  # fmt: skip


def test_only_its_domains_and_cadence_and_the_wave_that_is_scored_have_lines():
    assessed = assessed_of(4, domain=["town", "member", "town", "member"])
    lines = _lines([1, 2, 3, 4], [50] * 4)
    rulebook = rulebook_of(coefficients=(coefficient_of(), coefficient_of("monthly", cadence="month")))
    assert coefficients(lines, assessed, rulebook, "year", ALL)["org"].tolist() == [0, 2]
    assert coefficients(lines, assessed, rulebook, "year", ["member"]).empty
    assert coefficients(lines, assessed, rulebook, "month", ALL)["code"].unique().tolist() == ["monthly"]
    assert coefficient_lines(coefficients(lines, assessed, rulebook, "quarter", ALL), lines, rulebook).empty


def test_each_peer_group_has_its_own_ranks():
    assessed = assessed_of(5, peer_group=["a", "a", "a", "b", "b"])
    table, _ = _scored(_lines([1, 2, 3, 9, 8], [50] * 5), assessed, rulebook_of(coefficients=(coefficient_of(),)))
    assert table[["peers", "rank_num"]].to_numpy().tolist() == [[3, 3], [3, 2], [3, 1], [2, 1], [2, 2]]


def test_rank_1_with_base_88_passes_rank_8_with_base_91():
    """90.20 beats 90.09 (RULES §4)."""
    party_work = [100, *range(90, 84, -1), 80, *range(70, 67, -1)]
    base = [88, *range(50, 44, -1), 91, *range(40, 37, -1)]
    lines, assessed = _lines(party_work, base), assessed_of(11)
    rulebook = rulebook_of(coefficients=(coefficient_of(),))
    table, made = _scored(lines, assessed, rulebook)
    everything = pd.concat([lines, made], ignore_index=True)
    assert index_points(everything, rulebook, np.array([0, 7])).tolist() == [902_000, 900_900]
    moved = places_moved(table, everything, assessed, rulebook).set_index("org")["places_moved"]
    assert (moved[0], moved[7]) == (1, -1)
    assert moved.drop([0, 7]).eq(0).all()


def test_places_are_those_of_indices_that_are_never_below_zero():
    lines = pd.concat(
        [_lines([1, 2, 3], [40, 40, 1]), lines_of((2, "D01", "other", -30), (0, "D01", "other", -50))],
        ignore_index=True,
    )
    assessed, rulebook = assessed_of(3), rulebook_of(coefficients=(coefficient_of(),))
    table, made = _scored(lines, assessed, rulebook)
    everything = pd.concat([lines, made], ignore_index=True)
    everything = pd.concat([everything, index_floor(everything, rulebook)], ignore_index=True)
    assert places_moved(table, everything, assessed, rulebook)["places_moved"].tolist() == [0, 0, 0]


GROUPS = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 1_000_000), st.sampled_from("ab")), min_size=1, max_size=25
)


@given(GROUPS, st.sampled_from(["better", "average"]), st.sampled_from(["mean", "lower", "upper", Fraction(6)]))
def test_every_line_is_the_exact_product_and_groups_add_up(units, ties, middle):
    work, base, group = (list(column) for column in zip(*units, strict=True))
    assessed = assessed_of(len(units), peer_group=group)
    lines = _lines(work, [Fraction(value, 10_000) for value in base])
    table, made = _scored(lines, assessed, rulebook_of(coefficients=(coefficient_of(ties=ties, middle=middle),)))
    exact = []
    for own_work, own_base, own_group in units:
        peers = [w for w, _, g in units if g == own_group]
        better, equal = sum(w > own_work for w in peers), peers.count(own_work)
        rank = better + (Fraction(equal + 1, 2) if ties == "average" else 1)
        middle_rank = Fraction(len(peers) + 1, 2)
        taken = {"mean": middle_rank, "lower": floor(middle_rank), "upper": -floor(-middle_rank)}.get(middle, middle)
        exact.append((taken - rank) * Fraction("0.005") * own_base)
    assert made["points"].tolist() == [floor(value + Fraction(1, 2)) for value in exact]
    c = pd.Series([Fraction(n, d) - 1 for n, d in zip(table["value_num"], table["value_den"], strict=True)])
    if (ties, middle) == ("average", "mean"):
        assert all(own.sum() == 0 for _, own in c.groupby(np.array(group)))
    for _, own in made.groupby(np.array(group)):
        assert abs(own["points"].sum() - sum(exact[n] for n in own["org"])) <= Fraction(len(own), 2)


@given(GROUPS)
def test_places_that_some_rise_are_places_of_the_ranks_without_and_with(units):
    work, base, group = (list(column) for column in zip(*units, strict=True))
    assessed, rulebook = assessed_of(len(units), peer_group=group), rulebook_of(coefficients=(coefficient_of(),))
    lines = _lines(work, [Fraction(value, 10_000) for value in base])
    table, made = _scored(lines, assessed, rulebook)
    after = index_points(pd.concat([lines, made]), rulebook, np.arange(len(units))).tolist()
    moved = places_moved(table, pd.concat([lines, made], ignore_index=True), assessed, rulebook)

    def rank(points, org):
        return 1 + sum(p > points[org] and g == group[org] for p, g in zip(points, group, strict=True))

    assert moved["places_moved"].tolist() == [rank(base, org) - rank(after, org) for org in range(len(units))]
