"""Organisations through time: one that is recoded stays the same, and counts once on every day (RULES §0, as at)."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.periods import Period
from schemas.stages import STAGES
from tests.transforms.told import START, STEPS, Told
from transforms.checks.registry import check_registry
from transforms.registry import LIVE, Registry, as_at, grouped, organizations


def _codes(*codes):
    return pd.Series(codes, dtype="str")


def _on(day):
    return date.fromisoformat(day).toordinal()


def _by(frame, column):
    return dict(zip(frame["org_code"], frame[column], strict=True))


@pytest.fixture(scope="module")
def chain(registry_of):
    """A until 2024-03-09, B from the 10th, C from 2024-07-15 after a gap of a day; D with a rename stands apart."""
    return registry_of(
        {"org_code": "A", "org_name": "甲支部", "valid_to": "2024-03-09"},
        {"org_code": "B", "org_name": "乙支部", "valid_from": "2024-03-10", "valid_to": "2024-07-13"}
        | {"predecessor_code": "A", "succession": "改码"},
        {"org_code": "C", "org_name": "丙支部", "valid_from": "2024-07-15", "valid_to": "2024-08-31"}
        | {"predecessor_code": "B", "succession": "改码"},
        {"org_code": "C", "org_name": "丙党支部", "valid_from": "2024-09-01"},
        {"org_code": "D", "org_name": "丁支部", "valid_to": "2024-05-31"},
        {"org_code": "D", "org_name": "丁党支部", "valid_from": "2024-06-01"},
    )


# the code on a day


@pytest.mark.parametrize("given", ["A", "B", "C"])
@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("0001-01-01", "A"),
        ("2024-03-09", "A"),
        ("2024-03-10", "B"),
        ("2024-07-13", "B"),
        ("2024-07-14", "B"),
        ("2024-07-15", "C"),
        ("9999-12-31", "C"),
    ],
)
def test_a_chain_is_followed_forth_and_back(chain, given, day, code):
    assert chain.code_on(_codes(given), _on(day)).tolist() == [code]


def test_other_codes_stay_as_they_are(chain):
    given = _codes("D", "unknown", None, "")
    pd.testing.assert_series_equal(chain.code_on(given, _on("2024-07-15")), given)


def test_index_name_and_type_are_kept_and_days_may_differ(chain):
    given = pd.Series(["C", "A", None], index=[7, 7, 3], name="org_code", dtype="str")
    days = np.array([_on("2024-01-01"), _on("2024-08-01"), 0])
    expected = pd.Series(["A", "C", None], index=[7, 7, 3], name="org_code", dtype="str")
    pd.testing.assert_series_equal(chain.code_on(given, days), expected)


def test_nobody_asked_nobody_answered(chain):
    assert chain.code_on(_codes(), 5).empty


@pytest.mark.parametrize("word", ["合并", "拆分"])
def test_a_merger_or_a_split_carries_no_identity(registry_of, word):
    registry = registry_of(
        {"org_code": "A", "org_name": "甲", "valid_to": "2024-06-30"},
        {"org_code": "B", "org_name": "乙", "valid_from": "2024-07-01", "predecessor_code": "A", "succession": word},
    )
    codes = _codes("A", "B")
    assert registry.code_on(codes, _on("2024-07-01")) is codes


def test_a_chain_may_be_long(registry_of):
    first = date(2020, 1, 1)
    rows = [
        {"org_code": f"{n:04d}", "org_name": "支部", "valid_from": str(first + timedelta(days=n))}
        | {"valid_to": str(first + timedelta(days=n))}
        | ({"predecessor_code": f"{n - 1:04d}", "succession": "改码"} if n else {})
        for n in range(300)
    ]
    registry = registry_of(*rows)
    day = first.toordinal() + 123
    assert registry.code_on(_codes("0000", "0123", "0299"), day).tolist() == ["0123"] * 3


# as at a day, and assessed in a month


def test_whence_a_code_came_is_said_also_after_a_later_change(chain):
    frame = as_at(chain, _on("2024-09-01"))
    assert frame["org_name"].tolist() == ["丙党支部", "丁党支部"]
    assert frame["predecessor_code"].fillna("").tolist() == ["B", ""]
    assert frame["succession"].fillna("").tolist() == ["recoded", ""]
    assert as_at(chain, _on("2024-03-09"))["predecessor_code"].isna().all()


def test_a_day_has_those_who_live_on_it_and_no_days(chain):
    assert as_at(chain, _on("2024-07-14"))["org_code"].tolist() == ["D"]
    assert set(as_at(chain, 5).columns) == set(chain.spans.columns) - {"first_day", "last_day"}
    assert as_at(chain, 5).empty


def test_one_that_is_recoded_in_mid_month_is_assessed_in_it(registry_of, rulebook):
    registry = registry_of(
        {"org_code": "A", "org_name": "甲", "valid_to": "2024-07-14", "domain": None},
        {"org_code": "B", "org_name": "乙", "valid_from": "2024-07-15", "predecessor_code": "A", "succession": "改码"},
        {"org_code": "C", "org_name": "丙", "valid_from": "2024-07-15", "predecessor_code": "A", "succession": "拆分"},
        {"org_code": "D", "org_name": "丁", "valid_from": "2024-07-02", "valid_to": "2024-07-14"},
        {"org_code": "E", "org_name": "戊", "valid_from": "2024-07-15", "predecessor_code": "D", "succession": "改码"},
        {"org_code": "F", "org_name": "己", "valid_to": "2024-06-29"},
        {"org_code": "G", "org_name": "庚", "valid_from": "2024-07-15", "predecessor_code": "F", "succession": "改码"},
    )
    july = Period.parse("2024-07")
    assessed = _by(organizations(registry, july, rulebook), "is_assessed")
    assert assessed == {"B": True, "C": False, "E": False, "G": False}
    any_day = dataclasses.replace(rulebook, policies=dataclasses.replace(rulebook.policies, assessed_from="any_day"))
    assert set(_by(organizations(registry, july, any_day), "is_assessed").values()) == {True}
    assert _by(organizations(registry, Period.parse("2024-08"), rulebook), "is_assessed")["E"]


def test_one_that_is_recoded_on_the_first_or_the_last_day_is_assessed(registry_of, rulebook):
    for first in ("2024-07-01", "2024-07-02", "2024-07-31"):
        before = date.fromisoformat(first) - timedelta(days=1)
        registry = registry_of(
            {"org_code": "A", "org_name": "甲", "valid_to": str(before)},
            {"org_code": "B", "org_name": "乙", "valid_from": first, "predecessor_code": "A", "succession": "改码"},
        )
        assert _by(organizations(registry, Period.parse("2024-07"), rulebook), "is_assessed") == {"B": True}
        june = _by(organizations(registry, Period.parse("2024-06"), rulebook), "is_assessed")
        assert june == {"A": True}


def test_children_have_the_code_that_their_parent_bears_that_day(registry_of, rulebook):
    registry = registry_of(
        {"org_code": "P", "org_name": "镇委员会", "kind": "委员会", "domain": None, "valid_to": "2024-07-14"},
        {"org_code": "Q", "org_name": "镇委员会", "kind": "委员会", "domain": None, "valid_from": "2024-07-15"}
        | {"predecessor_code": "P", "succession": "改码"},
        {"org_code": "1", "org_name": "一支部", "parent_code": "P"},
        {"org_code": "2", "org_name": "二支部", "parent_code": "Q"},
        {"org_code": "3", "org_name": "三支部", "parent_code": "gone"},
    )
    parents = {
        month: _by(organizations(registry, Period.parse(month), rulebook).dropna(subset="parent_code"), "parent_code")
        for month in ("2024-06", "2024-07")
    }
    assert parents["2024-06"] == {"1": "P", "2": "P", "3": "gone"}
    assert parents["2024-07"] == {"1": "Q", "2": "Q", "3": "gone"}


def test_organisations_with_a_history_are_a_valid_stage_frame(chain, rulebook):
    for month in ("2024-02", "2024-03", "2024-07"):
        frame = grouped(organizations(chain, Period.parse(month), rulebook), rulebook)
        assert len(STAGES["organization"].validated(frame)) == len(frame) > 0


# properties


@settings(max_examples=25)
@given(STEPS, st.randoms(use_true_random=False))
def test_a_district_through_time(records, rulebook, steps, random):
    told = Told(steps)
    found = check_registry(records("registry", *random.sample(told.rows, len(told.rows))), rulebook)
    assert found.rejections.empty, found.rejections.to_string()
    registry = Registry(found.accepted)
    asked = [(one, code, day) for one, held in told.codes.items() for _, code in held for day in told.days]
    codes, days = _codes(*(code for _, code, _ in asked)), np.array([day for *_, day in asked])
    borne = registry.code_on(codes, days)
    assert borne.tolist() == [told.borne(one, day) for one, _, day in asked]
    pd.testing.assert_series_equal(registry.code_on(borne, days), borne)
    assert (registry.state_on(borne, days) == LIVE).tolist() == [told.exists(one, day) for one, _, day in asked]
    for day in random.sample(told.days, 3):
        there = sorted(told.borne(one, day) for one in told.codes if told.exists(one, day))
        assert as_at(registry, day)["org_code"].tolist() == there
    for month in random.sample(told.months, min(3, len(told.months))):
        frame = organizations(registry, month, rulebook)
        first, last = month.start.toordinal(), month.end.toordinal()
        lasting = {told.borne(one, last) for one in told.codes if told.exists(one, first) and told.exists(one, last)}
        assessed = set(frame.loc[frame["is_assessed"], "org_code"])
        assert assessed == lasting & set(frame.loc[frame["domain"].notna(), "org_code"])
        assert assessed <= set(as_at(registry, last)["org_code"])


SPANS = st.lists(
    st.fixed_dictionaries(
        {
            "org_code": st.sampled_from(["1", "2", "3", "4", "5"]),
            "valid_from": st.integers(1, 12).map(lambda month: f"2024-{month:02d}-01"),
            "valid_to": st.sampled_from([None, *(f"2024-{month:02d}-15" for month in range(1, 13))]),
            "predecessor_code": st.sampled_from([None, "1", "2", "3", "4", "5", "1、2", "9", "、"]),
            "succession": st.sampled_from([None, "改码", "改码", "改码", "合并", "拆分", "改名"]),
        }
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(SPANS, st.randoms(use_true_random=False))
def test_whatever_is_delivered_nobody_lives_under_two_codes(records, rulebook, rows, random):
    numbered = [row | {"org_name": "支部", "row_no": number} for number, row in enumerate(rows, start=2)]
    shuffled = random.sample(numbered, len(numbered))
    found, again = (check_registry(records("registry", *order), rulebook) for order in (numbered, shuffled))
    pd.testing.assert_frame_equal(found.accepted, again.accepted)
    registry, every_day = Registry(found.accepted), np.arange(START - 1, START + 367)
    codes = pd.Series(np.repeat(["1", "2", "3", "4", "5"], len(every_day)), dtype="str")
    days = np.tile(every_day, 5)
    identity, borne = registry.code_on(codes, 0), registry.code_on(codes, days)
    assert registry.code_on(identity, days).tolist() == borne.tolist()
    assert registry.code_on(borne, 0).tolist() == identity.tolist()
    live = np.asarray(registry.state_on(codes, days) == LIVE)
    assert not pd.DataFrame({"identity": identity, "day": days})[live].duplicated().any()
    assert borne[live].tolist() == codes[live].tolist()


# records of the month in which an organisation is recoded


@pytest.fixture(scope="module")
def recoded(registry_of):
    """0001 is 0005 from 2024-07-15; 0002 stays."""
    return registry_of(
        {"org_code": "0001", "org_name": "山上支部", "valid_to": "2024-07-14"},
        {"org_code": "0005", "org_name": "山上支部", "valid_from": "2024-07-15"}
        | {"predecessor_code": "0001", "succession": "改码"},
        {"org_code": "0002", "org_name": "平川支部", "domain": "平原"},
    )


def test_records_under_both_codes_are_of_one_organisation(records, scored, recoded):
    later = {"event_id": "E2", "org_code": "0005", "occurred_at": "2024-07-20T09:00:00+08:00"}
    month = scored(
        records("events", {}, later | {"captured_at": "2024-07-21T09:00:00+08:00", "data.attended": "17"}),
        records("declarations", {"org_code": "0005"}),
        records("findings", {"found_on": "2024-07-14"}, {"org_code": "0005", "found_on": "2024-07-15"}),
        registry=recoded,
    )
    assert month.assessed["org_code"].tolist() == ["0002", "0005"]
    line = month.line("0005", "RATIO")
    assert line["value_num"] * 40 == line["value_den"] * 36
    assert month.line("0005", "OPEN")["points"] == 40_000
    assert month.line("0005", "N1")["points"] == -20_000
    assert month.rejections.empty
    assert month.lines.loc[month.lines["org"] == 0, "points"].sum() == 0


def test_a_record_must_have_the_code_of_its_day(records, scored, recoded):
    spoken = {"day": "2024-07-31"}
    month = scored(
        findings=records(
            "findings",
            {"found_on": "2024-07-15", "org_code": "0001"} | spoken,
            {"found_on": "2024-07-14", "org_code": "0005"} | spoken,
        ),
        declarations=records("declarations", {"org_code": "0001", "batch_id": "b2"} | spoken),
        registry=recoded,
    )
    assert month.rejections["reason"].tolist() == ["inactive_organization"] * 3
    assert month.lines["points"].sum() == 0
