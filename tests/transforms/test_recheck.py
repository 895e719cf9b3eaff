"""The re-check sample: by strata, reproducible, and nobody twice before everyone once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.periods import Period
from schemas.rulebook import OrganizationKind
from tests.transforms.conftest import text_column
from transforms.checks.declarations import check_declarations
from transforms.checks.rechecks import check_rechecks
from transforms.recheck import (
    CANDIDATE_COLUMNS,
    Lot,
    before_recheck,
    candidates,
    drawn,
    last_looked_at,
    results,
    seed_of,
)
from transforms.registry import as_at, grouped

TEN = Fraction(10)
NEVER = pd.Series(dtype="int64")
LOT = Lot("s", "demo", "2024-07")

ORG = st.integers(0, 39).map("{:04d}".format)
PLACES = st.dictionaries(
    ORG, st.tuples(st.sampled_from(["hill", "plain"]), st.sampled_from([None, "A", "B"])), min_size=1
)
PERCENT = st.fractions(Fraction(1, 2), Fraction(100), max_denominator=4)
SEED = st.text("abc", min_size=1, max_size=3)


def _candidates(places):
    """Two declarations of each organisation; `places`: its domain and the unit above."""
    rows = [(code, item, *place) for code, place in places.items() for item in ("OPEN", "VISITS")]
    columns = ["org_code", "item_code", "domain", "parent_code"]
    return pd.DataFrame(
        {name: text_column(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)}
    )


def _sampled(places, percent=TEN, lot=LOT, last=NEVER, already=()):
    return set(drawn(_candidates(places), last, already, percent, lot)["org_code"])


def _strata(places):
    strata = {}
    for code, place in places.items():
        strata.setdefault(place, set()).add(code)
    return strata.values()


# the draw


@given(PLACES, PERCENT, SEED, st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_whatever_the_order_of_the_rows(places, percent, seed, random):
    frame = _candidates(places)
    shuffled = frame.iloc[random.sample(range(len(frame)), len(frame))]
    lot = Lot(seed, "demo", "2024-07")
    one, other = (drawn(rows, NEVER, (), percent, lot) for rows in (frame, shuffled))
    key = ["org_code", "item_code"]
    assert one[key].sort_values(key).to_numpy().tolist() == other[key].sort_values(key).to_numpy().tolist()


def test_lots_are_the_same_on_every_machine_and_differ_by_seed_district_and_period():
    assert LOT.of("0001").startswith("ebe5f3fa6bcf7e56")
    others = [Lot("t", "demo", "2024-07"), Lot("s", "other", "2024-07"), Lot("s", "demo", "2024-08")]
    assert len({lot.of("0001") for lot in (LOT, *others)}) == 4


def test_another_seed_draws_others():
    places = {f"{n:04d}": ("hill", "A") for n in range(40)}
    samples = {frozenset(_sampled(places, lot=Lot(str(seed), "demo", "2024-07"))) for seed in range(5)}
    assert len(samples) == 5


@given(PLACES, PERCENT)
def test_every_stratum_is_in_it_with_its_share_at_least_and_less_than_one_more(places, percent):
    sample = _sampled(places, percent)
    for members in _strata(places):
        taken = len(members & sample)
        assert taken >= 1
        assert taken * 100 >= percent * len(members)
        assert taken == 1 or (taken - 1) * 100 < percent * len(members)


@given(PLACES)
def test_of_who_is_drawn_every_declaration_is_re_checked(places):
    rows = drawn(_candidates(places), NEVER, (), TEN, LOT)
    assert set(Counter(rows["org_code"]).values()) == {2}


@given(PLACES, PLACES, PERCENT)
def test_drawing_again_takes_nobody_out_and_adds_only_where_the_share_asks_for_it(before, after, percent):
    first = _sampled(before, percent)
    assert _sampled(before, percent, already=first) == first
    grown = before | {code: place for code, place in after.items() if code not in before}
    again = _sampled(grown, percent, already=first)
    assert first <= again
    for members in _strata(grown):
        fair = max(1, -(-percent * len(members) // 100))
        assert len(members & again) == max(fair, len(members & first))


def test_who_was_looked_at_longest_ago_comes_before_who_was_lately():
    places = dict.fromkeys(("0001", "0002", "0003"), ("hill", "A"))
    last = pd.Series({"0001": 30, "0002": 10, "0003": 20})
    assert _sampled(places, last=last) == {"0002"}
    assert _sampled(places, Fraction(50), last=last) == {"0002", "0003"}
    assert _sampled(places | {"0004": ("hill", "A")}, last=last) == {"0004"}


MONTHS = st.lists(PLACES, min_size=2, max_size=12)


@given(MONTHS, PERCENT, SEED)
def test_over_twelve_months_nobody_is_drawn_twice_while_another_of_the_stratum_never_was(months, percent, seed):
    last: dict[str, int] = {}
    for number, places in enumerate(months, start=1):
        lot = Lot(seed, "demo", f"2024-{number:02d}")
        sample = _sampled(places, percent, lot, pd.Series(last, dtype="int64"))
        for members in _strata(places):
            again = members & sample & last.keys()
            passed_over = members - sample - last.keys()
            assert not (again and passed_over), "drawn again while another waits"
            longest = {last[code] for code in again}
            assert all(last[code] >= max(longest, default=0) for code in (members - sample) & last.keys())
        last |= dict.fromkeys(sample, number)


# who could be drawn


@pytest.fixture(scope="module")
def found(records, registry, rulebook, july):
    """The candidates that declarations come to: (org, item, value, parent's name), sorted."""

    def make(*rows, rules=rulebook):
        delivered = records("declarations", *rows)
        checked = check_declarations(before_recheck(delivered), registry, rules, july).accepted
        everyone = grouped(as_at(registry, july.end.toordinal()), rules)
        frame = candidates(checked, delivered, everyone, rules)
        assert list(frame) == CANDIDATE_COLUMNS
        return frame[["org_code", "item_code", "value_text", "parent_name"]].to_numpy().tolist()

    return make


def test_of_several_declarations_the_last_one_is_meant_if_its_review_passed(found):
    again = {"declared_at": "2024-07-25 08:00", "value_text": "否"}
    assert found({}, again) == [["0001", "OPEN", "否", "镇委员会"]]
    assert found({}, again | {"review_status": "退回"}) == []


def test_what_is_not_in_order_or_did_not_pass_cannot_be_drawn(found):
    visits = {"item_code": "VISITS", "value_text": "8"}
    refused = ({"value_text": "有"}, {"org_code": "7777"}, {"org_code": "0003"}, visits | {"review_status": "待审"})
    assert found(*refused) == []


def test_what_was_re_checked_already_can_be_drawn_like_the_rest(found):
    assert len(found({"recheck_status": "不通过"})) == 1


def test_units_of_restricted_kinds_are_never_drawn(found, rulebook):
    hidden = rulebook.organization_kinds | {"支部": OrganizationKind("branch", "支部", is_restricted=True)}
    assert found({}, {"org_code": "0002"}, rules=replace(rulebook, organization_kinds=hidden)) == []


# what was before


def test_history_goes_by_the_last_period_under_todays_code(registry_of):
    old = {"org_code": "0001", "org_name": "老支部", "valid_to": "2024-05-31"}
    new = {"org_code": "0002", "org_name": "新支部", "valid_from": "2024-06-01"}
    registry = registry_of(old, new | {"predecessor_code": "0001", "succession": "改码"})
    april, june = Period.parse("2024-04"), Period.parse("2024-06")
    seen = [(june, text_column([])), (april, text_column(["0001"])), (Period.parse("2024-03"), text_column(["0001"]))]
    last = last_looked_at(seen, registry, Period.parse("2024-07").end.toordinal())
    assert last.to_dict() == {"0002": april.end.toordinal()}
    assert last_looked_at([], registry, june.end.toordinal()).empty


def test_the_seed_is_made_of_what_was_declared_in_whatever_order_it_came():
    assert seed_of("d", "s", "2024-07", ["a", "b"]) == seed_of("d", "s", "2024-07", ["b", "a"])
    assert len({seed_of("d", "s", "2024-07", hashes) for hashes in (["a"], ["b"], ["a", "b"])}) == 3


# what came of it


def test_a_result_of_the_work_list_goes_before_what_the_declaration_states(records, registry, rulebook, july):
    stated = {"item_code": "VISITS", "value_text": "8", "recheck_status": "通过"}
    delivered = records("declarations", {}, stated, {"org_code": "0002"})
    checked = check_declarations(delivered, registry, rulebook, july).accepted
    rows = records("rechecks", {}, {"item_code": "VISITS", "recheck_status": "通过"})
    rechecks = check_rechecks(rows, delivered, registry, rulebook, july).accepted
    known = results(checked, delivered, rechecks).set_index(["org_code", "item_code"])
    assert known["checked_by"].to_dict() == {("0001", "OPEN"): "王五", ("0001", "VISITS"): "王五"}
    alone = results(checked, delivered, rechecks.iloc[:0])
    assert alone[["org_code", "item_code", "recheck_status"]].to_numpy().tolist() == [["0001", "VISITS", "通过"]]
    assert alone["checked_by"].isna().all()
