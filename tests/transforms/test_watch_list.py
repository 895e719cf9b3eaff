"""Weak and lax organisations: who comes into question, in which order, who is proposed, and the reason in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.periods import Period
from schemas.watch_list import Circumstance, WatchList
from transforms.watch_list import Known, proposals

YEAR = Period.parse("2024")
SINCE = {"effective_from": date(2024, 1, 1), "adopted_on": date(2023, 12, 1), "reference": "整顿办法"}
WATCHED = WatchList("后进整顿", 2, ("red", "yellow"), 90, **SINCE)
CIRCUMSTANCES = (Circumstance("R2", 1, "不开展活动", **SINCE), Circumstance("R1", 2, "书记长期缺职", **SINCE))
MONTHS = ("2024-07", "2024-08", "2024-09")


@pytest.fixture(scope="module")
def rules(rulebook):
    return replace(rulebook, watch_list=WATCHED, circumstances=CIRCUMSTANCES)


def known(pool, scores=None, flags=(), restricted=(), gone=(), decided=()) -> Known:
    """`pool`: organisation → colours by month. `scores`: points of 60 by organisation, the same in every month."""
    points = dict.fromkeys(pool, 30) | (scores or {})
    own = [org for org in points if org not in gone]
    entries = [
        {"org_code": org, "item_code": code, "day": pd.Timestamp(day), "counts": counts, "value_num": times}
        for org, code, day, counts, times in flags
    ]
    return Known(
        pd.DataFrame(
            [(month, org, colour) for org, colours in pool.items() for month, colour in colours.items()],
            columns=["period", "org_code", "colour"],
        ),
        pd.DataFrame(entries, columns=["org_code", "item_code", "day", "counts", "value_num"]).astype(
            {"day": "datetime64[us]"}
        ),
        pd.DataFrame(
            [(month, org, points[org] * 10_000, 600_000) for month in MONTHS for org in points],
            columns=["period", "org_code", "index_points", "full_points"],
        ),
        pd.DataFrame(
            {
                "org_code": own,
                "org_name": [f"{org}支部" for org in own],
                "domain": "hill",
                "town": "甲镇",
                "parent_code": None,
                "is_restricted": [org in restricted for org in own],
            }
        ),
        pd.DataFrame(decided, columns=["period", "org_code", "decision", "converted_on"]).astype(
            {"converted_on": "datetime64[us]"}
        ),
    )


def red(*months: str) -> dict[str, str]:
    return dict.fromkeys(months or MONTHS[:1], "red")


def yellow(*months: str) -> dict[str, str]:
    return dict.fromkeys(months or MONTHS[:1], "yellow")


def places(frame: pd.DataFrame) -> dict[str, int]:
    return dict(zip(frame["org_code"], frame["list_place"], strict=True))


def proposed(frame: pd.DataFrame) -> set[str]:
    return set(frame.loc[frame["is_proposed"], "org_code"])


def flag(org: str, code: str = "R1", day: str = "2024-08-05", counts: bool = True, times: int = 1):
    return org, code, day, counts, times


# the order


def test_red_is_ahead_of_yellow_whatever_else_speaks_for_it(rules):
    pool = {"a": yellow(*MONTHS), "b": red()}
    frame = proposals(known(pool, {"a": 10}, [flag("a"), flag("a", "R2")]), rules, YEAR)
    assert places(frame) == {"b": 1, "a": 2}


def test_then_more_circumstances_then_more_months_then_the_lower_index(rules):
    pool = {"a": red(), "b": red(*MONTHS), "c": red(*MONTHS[1:]), "d": red(*MONTHS[1:])}
    frame = proposals(known(pool, {"c": 41, "d": 40}, [flag("a")]), rules, YEAR)
    assert places(frame) == {"a": 1, "b": 2, "d": 3, "c": 4}


def test_the_gravest_colour_of_the_year_counts_and_every_month_in_the_pool_whatever_its_colour(rules):
    pool = {"a": {"2024-07": "red", "2024-08": "blue", "2024-09": "yellow"}, "b": red("2024-07", "2024-08")}
    frame = proposals(known(pool), rules, YEAR).set_index("org_code")
    assert frame.loc["a", ["colour", "pool_months", "list_place"]].tolist() == ["red", 3, 1]
    assert frame.loc["b", ["colour", "pool_months", "list_place"]].tolist() == ["red", 2, 2]


def test_the_attainment_of_the_latest_month_with_a_score_counts(rules):
    given_ = known({"a": red()})
    scores = given_.scores.assign(index_points=[100_000, 200_000, 367_200])
    frame = proposals(replace(given_, scores=scores.iloc[::-1]), rules, YEAR)
    assert frame[["index_points", "score_period"]].to_numpy().tolist() == [[367_200, "2024-09"]]


def test_the_order_is_as_the_rule_book_has_it(rules):
    other = replace(rules, watch_list=replace(WATCHED, colours=("yellow", "red", "blue")))
    frame = proposals(known({"a": red(), "b": yellow(), "c": {"2024-07": "blue"}}), other, YEAR)
    assert places(frame) == {"b": 1, "a": 2, "c": 3}


# who comes into question


def test_only_who_was_in_the_pool_in_a_colour_of_the_list(rules):
    assert places(proposals(known({"a": {"2024-07": "blue"}, "b": yellow()}), rules, YEAR)) == {"b": 1}


def test_who_is_gone_from_the_registry_or_restricted_does_not(rules):
    pool = {"a": red(), "b": red(), "c": yellow()}
    assert places(proposals(known(pool, gone=("a",), restricted=("b",)), rules, YEAR)) == {"c": 1}


def test_without_anybody_the_list_is_empty(rules):
    frame = proposals(known({}), rules, YEAR)
    assert frame.empty
    assert "list_place" in frame


def test_without_a_watch_list_there_is_nothing_to_be_asked(rulebook):
    with pytest.raises(ValueError, match="no watch list"):
        proposals(known({"a": red()}), rulebook, YEAR)


# circumstances


def test_a_circumstance_counts_once_however_often_it_is_found(rules):
    flags = [flag("a"), flag("a", day="2024-09-01"), flag("a", "R2", times=3)]
    row = proposals(known({"a": red()}, flags=flags), rules, YEAR).iloc[0]
    assert (row["circumstances"], row["circumstance_codes"]) == (2, "R2、R1")


@pytest.mark.parametrize(
    "entry",
    [
        flag("a", counts=False),
        flag("a", times=0),
        flag("a", day="2023-12-31"),
        flag("a", day="2025-01-01"),
        flag("a", code="N1"),
        flag("b"),
    ],
    ids=["not reviewed", "found no time", "of the year before", "of the year after", "a deduction", "of another"],
)
def test_an_entry_that_is_not_one_of_the_year_counts_nothing(rules, entry):
    row = proposals(known({"a": red()}, flags=[entry]), rules, YEAR).iloc[0]
    assert (row["circumstances"], row["circumstance_codes"]) == (0, "")


# who is proposed


def test_so_many_are_proposed_as_there_are_places(rules):
    pool = {"a": red(*MONTHS), "b": red(*MONTHS[1:]), "c": red()}
    assert proposed(proposals(known(pool), rules, YEAR)) == {"a", "b"}


def test_equals_share_the_better_place_and_at_the_line_all_of_them_are_proposed(rules):
    frame = proposals(known({"a": red(*MONTHS), "b": red(), "c": red(), "d": yellow()}), rules, YEAR)
    assert places(frame) == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert proposed(frame) == {"a", "b", "c"}


def test_who_was_decided_about_keeps_the_place_and_is_not_proposed_again(rules):
    pool = {"a": red(*MONTHS), "b": red(*MONTHS[1:]), "c": red(), "d": yellow()}
    frame = proposals(known(pool, decided=[("2024", "a", "not_listed", None)]), rules, YEAR)
    assert places(frame) == {"a": 1, "b": 2, "c": 3, "d": 4}
    assert proposed(frame) == {"b", "c"}


def test_who_was_listed_has_taken_a_place_also_if_nothing_proposed_it(rules):
    pool = {"a": red(*MONTHS), "b": red(*MONTHS[1:]), "c": red()}
    assert proposed(proposals(known(pool, decided=[("2024", "a", "listed", None)]), rules, YEAR)) == {"b"}
    listed = [("2024", "a", "listed", pd.Timestamp("2024-11-01")), ("2024", "z", "listed", None)]
    assert proposed(proposals(known(pool, decided=listed), rules, YEAR)) == set()


def test_who_is_still_to_be_converted_from_an_earlier_year_is_not_proposed_and_the_reason_says_so(rules):
    decided = [("2022", "a", "listed", None), ("2023", "b", "listed", pd.Timestamp("2024-01-05")),
               ("2023", "c", "not_listed", None)]  # fmt: skip
    frame = proposals(known({"a": red(), "b": yellow(), "c": yellow("2024-08")}, decided=decided), rules, YEAR)
    assert proposed(frame) == {"b", "c"}
    assert frame.iloc[0]["reason"].endswith("；2022年已决定列入，还没有转化，不再建议")


# the reason


def test_the_reason_says_all_that_made_the_place(rules):
    pool = {"a": {"2024-07": "red", "2024-08": "red", "2024-09": "yellow"}}
    row = proposals(known(pool, {"a": 37}, [flag("a"), flag("a", "R2")]), rules, YEAR).iloc[0]
    assert row["reason"] == (
        "红色2个月、黄色1个月；查实情形2种：“不开展活动”“书记长期缺职”；在池3个月；最近得分率约61.7%（2024-09）"
    )


def test_without_circumstances_it_says_so(rules):
    row = proposals(known({"a": {"2024-07": "red", "2024-08": "blue"}}), rules, YEAR).iloc[0]
    assert row["reason"] == "红色1个月、蓝色1个月；没有查实的情形；在池2个月；最近得分率50%（2024-09）"


# what holds of every list

_COLOURS = st.dictionaries(st.sampled_from(MONTHS), st.sampled_from(["red", "yellow", "blue"]), min_size=1)
_POOL = st.dictionaries(st.sampled_from("abcdefghij"), st.tuples(_COLOURS, st.integers(0, 3)), max_size=10)
_FLAGS = st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from(["R1", "R2"])), max_size=8)
_DECIDED = st.dictionaries(st.sampled_from("abcdefghij"), st.sampled_from(["listed", "not_listed"]), max_size=3)


@given(_POOL, _FLAGS, _DECIDED, st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_list_is_in_order_never_longer_than_its_places_but_for_equals_and_the_same_whatever_the_rows_order(
    rules, in_pool, flags, decided, size, random
):
    pool = {org: colours for org, (colours, _) in in_pool.items()}
    scores = {org: 10 * points for org, (_, points) in in_pool.items()}
    rules = replace(rules, watch_list=replace(WATCHED, places=size))
    entries = [flag(org, code) for org, code in flags if org in pool]
    settled = [("2024", org, decision, None) for org, decision in decided.items()]
    given_ = known(pool, scores, entries, decided=settled)
    frame = proposals(given_, rules, YEAR)

    keys = {
        row.org_code: (
            ["red", "yellow"].index(row.colour),
            -row.circumstances,
            -row.pool_months,
            Fraction(row.index_points, row.full_points),
        )
        for row in frame.itertuples()
    }
    assert set(keys) == {org for org, colours in pool.items() if {"red", "yellow"} & set(colours.values())}
    for row in frame.itertuples():
        assert row.list_place == 1 + sum(key < keys[row.org_code] for key in keys.values())

    left = max(size - sum(decision == "listed" for decision in decided.values()), 0)
    open_keys = sorted(key for org, key in keys.items() if org not in decided)
    chosen = proposed(frame)
    assert not chosen & set(decided)
    assert len(chosen) >= min(left, len(open_keys))
    if chosen:
        last = max(keys[org] for org in chosen)
        assert sum(key < last for key in open_keys) < left
        assert {org for org, key in keys.items() if key <= last and org not in decided} == chosen

    def shuffled(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.sample(frac=1, random_state=random.randrange(2**32)) if len(rows) else rows

    parts = (given_.pool, given_.flags, given_.scores, given_.organizations, given_.decided)
    again = proposals(Known(*(shuffled(part) for part in parts)), rules, YEAR)
    pd.testing.assert_frame_equal(again, frame)
