"""Scores, ranks and bottoms, compared on exact points (RULES §0, ranks)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conditions import BottomPercent
from schemas.rulebook import Dimension
from schemas.stages import STAGES
from transforms.diagnosis import with_standing
from transforms.standings import bottom, dimension_scores, ranks, scores

CODES = ["0001", "0002", "0003"]


@pytest.fixture(scope="module")
def assessed():
    frame = pd.DataFrame({"org_code": CODES, "domain": ["hill", "plain", "hill"]}).astype("str")
    return frame.assign(peer_group=frame["domain"])


def _lines(*rows):
    columns = ["org", "dimension", "points", "full_points"]
    types = {"dimension": "str"} | dict.fromkeys(["org", "points", "full_points"], "int64")
    return pd.DataFrame(rows, columns=columns).astype(types)


def _before(*rows):
    return pd.DataFrame(rows, columns=["org_code", "peer_group", "rank"]).astype(
        {"org_code": "str", "peer_group": "str", "rank": "int64"}
    )


@pytest.mark.cases("ranks", "ranks")
def test_places(case, ten_thousandths):
    points = pd.Series([ten_thousandths(value) for value in case["points"]])
    found = ranks(points, pd.Series(["hill"] * len(points)))
    assert found.tolist() == [int(place) for place in case["ranks"]]


@pytest.mark.cases("ranks", "bottom")
def test_bottoms(case):
    size, tied = int(case["n"]), [int(place) for place in case["tied"]]
    points = pd.Series([100 - (tied[0] if place in tied else place) for place in range(size)])
    rule = BottomPercent(Fraction(case["percent"]), "index", case["rounding"], case["ties"])
    flagged, groups = bottom(points, pd.Series(["hill"] * size), rule)
    assert flagged.nonzero()[0].tolist() == [int(place) for place in case["flagged"]]
    count = int(case["bottom_count"])
    assert groups.to_dict("records") == [
        {"peer_group": "hill", "peers": size, "bottom_count": count, "is_too_small": count == 0}
    ]


def test_each_domain_has_its_own_places_and_its_own_bottom():
    group = pd.Series(["hill"] * 10 + ["plain"] * 3)
    points = pd.Series([*range(10), 1, 2, 3])
    assert ranks(points, group).tolist() == [*range(10, 0, -1), 3, 2, 1]
    flagged, groups = bottom(points, group, BottomPercent(Fraction(10), "index", "floor", "spare"))
    assert flagged.nonzero()[0].tolist() == [0]
    assert groups[["peer_group", "peers", "bottom_count", "is_too_small"]].to_numpy().tolist() == [
        ["hill", 10, 1, False],
        ["plain", 3, 0, True],
    ]


def test_points_that_floats_cannot_tell_apart_have_different_places():
    assert ranks(pd.Series([2**53 + 1, 2**53]), pd.Series(["hill", "hill"])).tolist() == [1, 2]


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from("ab")), min_size=1, max_size=20))
def test_a_place_is_one_more_than_the_number_of_better_ones(rows):
    points, group = (pd.Series(list(column)) for column in zip(*rows, strict=True))
    expected = [1 + sum(p > own and g == mine for p, g in rows) for own, mine in rows]
    assert ranks(points, group).tolist() == expected


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=30),
    st.integers(1, 60),
    st.sampled_from(["floor", "ceil", "half_up"]),
)
def test_a_tie_is_never_broken_and_including_flags_what_sparing_does(points, percent, rounding):
    group = pd.Series(["hill"] * len(points))
    spare, include = (
        bottom(pd.Series(points), group, BottomPercent(Fraction(percent), "index", rounding, ties))[0]
        for ties in ("spare", "include")
    )
    count = bottom(pd.Series(points), group, BottomPercent(Fraction(percent), "index", rounding, "spare"))[1]
    for value in set(points):
        block = [flag for flag, own in zip(spare, points, strict=True) if own == value]
        assert len(set(block)) == 1
    assert spare.sum() <= count["bottom_count"].item() <= include.sum() or count["bottom_count"].item() == 0
    assert (include | ~spare).all()


def test_dimension_scores_have_every_dimension_in_rule_book_order(assessed, rulebook):
    lines = _lines((0, "care", 10, 40), (0, "care", -3, 0), (0, "order", 5, 50), (2, "order", 20, 50))
    found = dimension_scores(lines, assessed, rulebook)
    assert found["dimension"].tolist() == ["order", "growth", "care"] * 3
    assert found.loc[found["org"] == 0, "points"].tolist() == [5, 0, 7]
    assert found.loc[found["org"] == 1, "points"].tolist() == [0, 0, 0]
    assert found.loc[found["org"] == 2, "full_points"].tolist() == [50, 0, 0]


def test_the_median_is_that_of_the_attainment_in_the_domain(assessed, rulebook):
    lines = _lines((0, "order", 10, 50), (2, "order", 25, 75), (1, "order", 1, 3))
    found = dimension_scores(lines, assessed, rulebook).set_index(["org", "dimension"])["domain_median_pct"]
    assert found[0, "order"] == found[2, "order"] == 26.6667
    assert found[1, "order"] == 33.3333
    assert found[:, "growth"].isna().all()


def test_scores_sum_the_dimensions_and_remember_the_place_before(assessed, rulebook):
    lines = _lines((0, "care", 10, 40), (0, "order", 5, 50), (1, "order", 50, 50), (2, "order", 15, 50))
    before = _before(("0001", "hill", 3), ("0002", "hill", 1), ("0009", "hill", 2))
    found = scores(dimension_scores(lines, assessed, rulebook), assessed, before)
    assert found[["org_code", "index_points", "full_points", "rank", "peers"]].to_numpy().tolist() == [
        ["0001", 15, 90, 1, 2],
        ["0002", 50, 50, 1, 1],
        ["0003", 15, 50, 1, 2],
    ]
    assert found["previous_rank"].fillna(0).tolist() == [3, 0, 0]


def test_nobody_assessed_gives_empty_frames_that_are_valid(assessed, rulebook):
    nobody = assessed.iloc[:0]
    by_dimension = dimension_scores(_lines(), nobody, rulebook)
    found = scores(by_dimension, nobody, STAGES["score"].empty())
    assert STAGES["score"].validated(found.drop(columns="org")).empty
    stored = with_standing(by_dimension, rulebook).rename(columns={"org": "org_code"})
    assert STAGES["dimension_score"].validated(stored).empty


def test_a_basis_ranks_nobody_and_an_adjustment_counts_with_its_sign(assessed, rulebook):
    dimensions = (
        Dimension("order", "有序"),
        Dimension("growth", "发展", "basis"),
        Dimension("care", "关怀", "adjustment"),
    )
    rules = replace(rulebook, dimensions=dimensions)
    lines = _lines(
        (0, "order", 30, 50), (0, "growth", 90, 90), (0, "care", -5, 0),
        (2, "order", 24, 50), (2, "growth", 10, 90), (2, "care", 2, 0),
    )  # fmt: skip
    by_dimension = dimension_scores(lines, assessed, rules)
    assert by_dimension["role"].tolist() == ["counted", "basis", "adjustment"] * 3
    found = scores(by_dimension, assessed, _before())
    assert found[["base_points", "index_points", "full_points", "rank"]].to_numpy().tolist() == [
        [30, 25, 50, 2],
        [0, 0, 0, 1],
        [24, 26, 50, 1],
    ]


def test_places_are_those_of_the_peer_group_inside_the_domain(assessed, rulebook):
    groups = assessed.assign(domain="hill", peer_group=["hill/甲", "hill/乙", "hill/甲"])
    lines = _lines((0, "order", 10, 50), (1, "order", 5, 50), (2, "order", 20, 50))
    before = _before(("0001", "hill/甲", 1), ("0002", "hill/甲", 2))
    found = scores(dimension_scores(lines, groups, rulebook), groups, before)
    assert found[["rank", "peers"]].to_numpy().tolist() == [[2, 2], [1, 1], [1, 2]]
    assert found["previous_rank"].fillna(0).tolist() == [1, 0, 0]
