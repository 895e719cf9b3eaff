"""How records become values: the measures of RULES §1, one declaration of several, and what inspectors found."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.periods import Period
from schemas.stages import STAGES
from transforms.checks.declarations import check_declarations
from transforms.checks.events import check_events
from transforms.checks.findings import check_findings
from transforms.observations import declared, deducted, latest_events, platform, together
from transforms.registry import organizations

ROSTER = {"kind": "roster", "topic": None, "data.attended": None, "data.expected": None}


@pytest.fixture(scope="module")
def assessed(registry, rulebook, july):
    frame = organizations(registry, july, rulebook)
    return frame[frame["is_assessed"]].reset_index(drop=True)


def _values(observed, assessed, codes):
    """Value by organisation and item, None where it does not count."""
    return {
        (assessed["org_code"][row["org"]], codes[row["item"]]): Fraction(int(row["value_num"]), int(row["value_den"]))
        if row["value_den"]
        else None
        for row in observed.values.to_dict("records")
    }


@pytest.fixture(scope="module")
def latest(records, registry, rulebook):
    return lambda *rows: latest_events(check_events(records("events", *rows), registry, rulebook).accepted)


@pytest.fixture(scope="module")
def seen(latest, assessed, rulebook, july):
    """Values that events of July give."""

    def observe(*rows, period=july):
        observed = platform(latest(*rows), assessed, rulebook, period)
        return _values(observed, assessed, [item.code for item in rulebook.items])

    return observe


# which copy of an event counts


def test_an_event_delivered_twice_counts_once_as_last_captured(latest):
    late = {"captured_at": "2024-07-12T00:00:00Z", "data.attended": "18"}
    for rows in ([{}, late], [late, {}]):
        (kept,) = latest(*rows).to_dict("records")
        assert kept["data.attended"] == "18"


def test_two_copies_captured_at_one_moment_give_the_same_whatever_their_order(latest):
    copies = [{"data.attended": "18", "batch_id": "b2"}, {"data.attended": "17"}, {"data.attended": "16", "row_no": 99}]
    kept = {latest(*copies[turn:], *copies[:turn])["data.attended"].item() for turn in range(3)}
    assert len(kept) == 1


@pytest.mark.parametrize("attended", ["0", "1", "2", "3", "4"])
def test_where_an_event_came_from_does_not_say_which_copy_counts(latest, attended):
    one, other = {"data.attended": "18"}, {"data.attended": attended}
    kept = {
        latest(one | {"batch_id": first, "row_no": 5}, other | {"batch_id": second})["data.attended"].item()
        for first, second in (("b1", "b2"), ("b2", "b1"))
    }
    assert len(kept) == 1


def test_the_moment_is_compared_and_not_its_spelling(latest):
    early, late = "2024-07-12T00:00:00+08:00", "2024-07-11T20:00:00Z"
    (kept,) = latest({"captured_at": late, "data.attended": "18"}, {"captured_at": early}).to_dict("records")
    assert kept["data.attended"] == "18"


def test_a_redelivery_that_is_rejected_replaces_nothing(seen):
    late = {"captured_at": "2024-07-12T00:00:00Z"}
    assert seen({}, late | {"data.attended": "21"})["0001", "RATIO"] == Fraction(19, 20)
    assert seen({}, late | {"org_code": "7777"})["0001", "RATIO"] == Fraction(19, 20)
    assert seen({}, late | {"occurred_at": "2024-08-10T00:00:00Z"})["0001", "RATIO"] == Fraction(19, 20)


def test_a_redelivery_can_move_an_event_to_another_month_or_organisation(seen):
    late = {"captured_at": "2024-08-12T00:00:00Z"}
    moved = seen({}, late | {"occurred_at": "2024-07-31T16:00:00Z"})
    assert moved["0001", "COUNT"] == 0
    assert ("0001", "RATIO") not in moved
    taken = seen({}, late | {"org_code": "0002"})
    assert (taken["0001", "COUNT"], taken["0002", "COUNT"]) == (0, 1)


# counts and ratios


def test_a_count_counts_any_of_its_topics_and_is_0_without_events(seen):
    values = seen({}, {"event_id": "E2", "topic": "大会"}, {"event_id": "E3", "topic": "茶话会"})
    assert values["0001", "COUNT"] == 2
    assert values["0002", "COUNT"] == 0
    assert values["0001", "GROUP"] == 0


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2024-06-30T15:59:59Z", 0),
        ("2024-06-30T16:00:00Z", 1),
        ("2024-07-31T15:59:59Z", 1),
        ("2024-07-31T16:00:00Z", 0),
        ("2024-07-31T23:59:59+08:00", 1),
    ],
)
def test_an_event_counts_in_the_month_of_its_local_time(seen, moment, count):
    assert seen({"occurred_at": moment, "captured_at": "2024-09-01T00:00:00Z"})["0001", "COUNT"] == count


def test_a_ratio_is_one_sum_over_the_other_and_missing_without_events(seen):
    values = seen(
        {"data.attended": "1", "data.expected": "3"},
        {"event_id": "E2", "topic": "茶话会", "data.attended": "1", "data.expected": "7"},
    )
    assert values["0001", "RATIO"] == Fraction(2, 10)
    assert ("0002", "RATIO") not in values


def test_a_ratio_of_decimals_is_exact(seen):
    tenths = [{"event_id": f"E{n}", "data.attended": "0.1", "data.expected": "0.1"} for n in range(10)]
    assert seen(*tenths)["0001", "RATIO"] == 1
    third = {"data.attended": "0.1", "data.expected": "0.3"}
    assert seen(third)["0001", "RATIO"] == Fraction(1, 3)
    assert seen(third | {"data.expected": "1e20"})["0001", "RATIO"] == Fraction(1, 10**21)


def test_a_ratio_over_0_is_missing(seen):
    assert seen({"data.attended": "0", "data.expected": "0"})["0001", "RATIO"] is None


def test_events_of_organisations_that_are_not_assessed_are_left_out(seen):
    values = seen({"org_code": "0009"}, {"event_id": "E2", "org_code": "0003"})
    assert {org for org, _ in values} == {"0001", "0002"}
    assert values["0001", "COUNT"] == 0


# states


def _state(seen, item, **data):
    return seen(ROSTER | {"data." + name: value for name, value in data.items()}).get(("0001", item), "unseen")


@pytest.mark.parametrize(
    ("item", "data", "value"),
    [
        ("POSTS", {"filled": "2", "quota": "3"}, Fraction(2, 3)),
        ("POSTS", {"filled": "0.1", "quota": "0.3"}, Fraction(1, 3)),
        ("POSTS", {"filled": "0", "quota": "3"}, 0),
        ("POSTS", {"filled": "2", "quota": "0"}, None),
        ("POSTS", {"filled": "2", "quota": "-1"}, None),
        ("POSTS", {"filled": "2"}, None),
        ("POSTS", {"quota": "2"}, None),
        ("FLAG", {"joint": "true"}, 1),
        ("FLAG", {"joint": "false"}, 0),
        ("FLAG", {}, None),
        ("AREA", {"area": "79.99"}, Fraction("79.99")),
        ("AREA", {"area": "0"}, 0),
        ("AREA", {}, None),
        ("STAFF", {"staff": "4", "limit": "5"}, 1),
        ("STAFF", {"staff": "5", "limit": "5"}, 1),
        ("STAFF", {"staff": "5.0001", "limit": "5"}, 0),
        ("STAFF", {"staff": "6", "limit": "5"}, 0),
        ("STAFF", {"staff": "0", "limit": "0"}, 1),
        ("STAFF", {"staff": "6"}, None),
        ("STAFF", {"limit": "6"}, None),
        ("TERM", {"term_ends_on": "2024-07-30"}, 0),
        ("TERM", {"term_ends_on": "2024-07-31"}, 1),
        ("TERM", {"term_ends_on": "2024-08-01"}, 1),
        ("TERM", {"term_ends_on": "2024年7月31日"}, 1),
        ("TERM", {}, None),
    ],
)
def test_a_state_is_read_from_the_snapshot_and_a_key_that_is_absent_is_missing(seen, item, data, value):
    assert _state(seen, item, **data) == value


def test_without_a_snapshot_in_the_month_a_state_is_missing(seen):
    june = ROSTER | {"occurred_at": "2024-06-30T00:00:00Z", "data.area": "5"}
    assert ("0001", "AREA") not in seen({}, june)


def test_the_last_snapshot_of_the_month_counts(seen):
    early = ROSTER | {"occurred_at": "2024-07-01T00:00:00Z", "captured_at": "2024-07-30T00:00:00Z", "data.area": "1"}
    late = ROSTER | {"event_id": "E2", "occurred_at": "2024-07-20T00:00:00Z", "captured_at": "2024-07-21T00:00:00Z"}
    august = ROSTER | {"event_id": "E3", "occurred_at": "2024-08-01T00:00:00Z", "captured_at": "2024-08-02T00:00:00Z"}
    assert seen(late | {"data.area": "2"}, early, august | {"data.area": "3"})["0001", "AREA"] == 2
    assert seen(late, early)["0001", "AREA"] is None


def test_of_two_snapshots_of_one_moment_the_one_captured_last_counts(seen):
    one = ROSTER | {"data.area": "1", "captured_at": "2024-07-30T00:00:00Z"}
    assert seen(one, ROSTER | {"event_id": "E2", "data.area": "2"})["0001", "AREA"] == 1
    assert seen(ROSTER | {"data.area": "2"}, one | {"event_id": "E2"})["0001", "AREA"] == 1


def test_each_organisation_has_its_own_snapshot(seen):
    values = seen(ROSTER | {"data.area": "1"}, ROSTER | {"event_id": "E2", "org_code": "0002", "data.area": "2"})
    assert (values["0001", "AREA"], values["0002", "AREA"]) == (1, 2)


def test_a_meeting_is_no_snapshot(seen):
    assert ("0001", "AREA") not in seen({"data.area": "5"})


def test_only_items_of_the_periods_cadence_are_observed(seen):
    assert seen({}, period=Period.parse("2024Q3")) == {}


def test_a_value_of_any_size_stays_exact(seen):
    huge = _state(seen, "AREA", area="123456789012345678901234567890.5")
    assert huge == Fraction("123456789012345678901234567890.5")
    assert _state(seen, "POSTS", filled="1e90", quota="3e90") == Fraction(1, 3)


def test_every_event_behind_a_value_is_named(latest, assessed, rulebook, july):
    events = latest({}, {"event_id": "E2", "topic": "茶话会"}, {"event_id": "E3", "org_code": "0002"})
    used = platform(events, assessed, rulebook, july).used
    codes = [item.code for item in rulebook.items]
    keys = {(assessed["org_code"][row.org], codes[row.item], row.key) for row in used.itertuples()}
    assert keys == {
        ("0001", "COUNT", "E1"),
        ("0001", "RATIO", "E1"),
        ("0001", "RATIO", "E2"),
        ("0002", "COUNT", "E3"),
        ("0002", "RATIO", "E3"),
    }


# declarations


@pytest.fixture(scope="module")
def said(records, registry, rulebook, july, assessed):
    """Values that declarations of July give."""

    def observe(*rows):
        checked = check_declarations(records("declarations", *rows), registry, rulebook, july).accepted
        observed = declared(checked, assessed, rulebook)
        assert not observed.values.duplicated(["org", "item"]).any()
        return _values(observed, assessed, [item.code for item in rulebook.items])

    return observe


EARLY, LATE = {"declared_at": "2024-07-20 10:00"}, {"declared_at": "2024-07-21 09:00"}


def test_the_declaration_declared_last_counts_whatever_the_order_of_the_rows(said):
    rows = [EARLY, LATE | {"value_text": "否"}]
    assert said(*rows) == said(*rows[::-1]) == {("0001", "OPEN"): 0}


@pytest.mark.parametrize("status", [{"review_status": "退回"}, {"review_status": "待审"}, {"recheck_status": "不通过"}])
def test_where_the_last_one_does_not_count_the_item_is_missing(said, status):
    assert said(EARLY, LATE | status) == {("0001", "OPEN"): None}
    assert said(EARLY | status, LATE) == {("0001", "OPEN"): 1}


def test_the_value_of_the_recheck_counts_where_there_is_one(said):
    assert said({"recheck_status": "不通过", "recheck_value": "否"}) == {("0001", "OPEN"): 0}
    assert said({"recheck_status": "通过", "recheck_value": "否"}) == {("0001", "OPEN"): 0}
    assert said({"review_status": "退回", "recheck_value": "是"}) == {("0001", "OPEN"): None}


def test_a_rejected_declaration_replaces_nothing(said):
    assert said(EARLY, LATE | {"value_text": "也许"}) == {("0001", "OPEN"): 1}


def test_a_conflict_leaves_what_was_declared_before(said):
    assert said(EARLY, LATE, LATE | {"value_text": "否"}) == {("0001", "OPEN"): 1}


def test_at_one_moment_the_one_that_counts_is_taken(said):
    for rows in ([EARLY, EARLY | {"review_status": "退回"}], [EARLY | {"review_status": "退回"}, EARLY]):
        assert said(*rows) == {("0001", "OPEN"): 1}


def test_nothing_declared_is_nothing_observed(said):
    assert said() == {}


# findings


@pytest.fixture(scope="module")
def found(records, registry, rulebook, july, assessed):
    """How often negative items were found in July."""

    def observe(*rows):
        observed = deducted(
            check_findings(records("findings", *rows), registry, rulebook).accepted, assessed, rulebook, july
        )
        return _values(observed, assessed, [item.code for item in rulebook.negative_items])

    return observe


def test_reviewed_findings_of_the_month_add_up_by_organisation_and_item(found):
    rows = [
        {},
        {"found_on": "2024-07-31", "findings_count": "2"},
        {"item_code": "N3", "found_on": "2024-07-01"},
        {"org_code": "0002"},
    ]
    assert found(*rows) == {("0001", "N1"): 3, ("0001", "N3"): 1, ("0002", "N1"): 1}


@pytest.mark.parametrize(
    "row",
    [
        {"review_status": "待审"},
        {"review_status": "驳回"},
        {"found_on": "2024-06-30"},
        {"found_on": "2024-08-01"},
        {"findings_count": "0"},
        {"org_code": "0009"},
        {"org_code": "0003"},
    ],
)
def test_what_is_not_reviewed_not_of_the_month_or_not_of_the_assessed_does_not_count(found, row):
    assert found(row) == {}


def test_nothing_found_is_nothing_observed(found):
    assert found() == {}


def test_parts_of_findings_add_up_exactly(found):
    assert found(*[{"findings_count": "0.1"}] * 3) == {("0001", "N1"): Fraction(3, 10)}


# together


def test_observations_are_a_valid_stage_frame_also_where_a_value_is_wide(latest, assessed, rulebook, july):
    wide = ROSTER | {"event_id": "E2", "data.area": "1e30", "data.filled": "1", "data.quota": "0"}
    for rows in ([], [{}], [{}, wide]):
        values = platform(latest(*rows), assessed, rulebook, july).values
        assert len(STAGES["observation"].validated(values)) == len(values)


def test_ways_in_are_put_together_also_where_one_brought_nothing(latest, assessed, rulebook, july):
    nothing = platform(latest(), assessed.iloc[:0], rulebook, july)
    something = platform(latest({}), assessed, rulebook, july)
    assert together(nothing, nothing).values.empty
    assert together(nothing, nothing).used.empty
    assert together(nothing, something).values.equals(something.values)
    assert together(something, nothing).used.equals(something.used)


EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "event_id": st.sampled_from(["E1", "E2", "E3"]),
            "org_code": st.sampled_from(["0001", "0002", "0003"]),
            "kind": st.sampled_from(["meeting", "roster"]),
            "topic": st.sampled_from(["例会", "小组会", None]),
            "occurred_at": st.sampled_from(
                ["2024-07-10T09:00:00Z", "2024-07-31T16:00:00Z", "2024-07-20T00:00:00+08:00"]
            ),
            "captured_at": st.sampled_from(["2024-08-02T00:00:00Z", "2024-08-03T00:00:00Z"]),
            "data.attended": st.sampled_from(["0", "19", "21", "0.5"]),
            "data.area": st.sampled_from(["5", "100", None]),
        }
    ),
    max_size=6,
)


@settings(max_examples=7)
@given(EVENTS, st.randoms(use_true_random=False))
def test_shuffled_events_give_the_same_values(seen, rows, random):
    placed = [row | {"row_no": number} for number, row in enumerate(rows)]
    shuffled = random.sample(placed, len(placed))
    assert seen(*placed) == seen(*shuffled)


def test_the_latest_events_have_one_row_per_event(latest):
    kept = latest({}, {"event_id": "E2"}, {"captured_at": "2024-07-12T00:00:00Z"})
    assert kept["event_id"].tolist() == ["E1", "E2"]
    assert isinstance(kept["captured_at"].dtype, pd.DatetimeTZDtype)
