"""How records become values: the measures of RULES §1, one declaration of several, and what inspectors found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.conditions import DateDue
from schemas.outcomes import Adjustment
from schemas.periods import Period
from schemas.rulebook import Measure, Rule
from schemas.stages import STAGES
from schemas.watch_list import Circumstance
from transforms.checks.declarations import check_declarations
from transforms.checks.events import check_events
from transforms.checks.findings import check_findings
from transforms.observations import (
    declared,
    deducted,
    latest_events,
    platform,
    registered,
    snapshot_dates,
    submitted,
    together,
)
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


# what only some events are: fields, days, sums of fields, dates


@pytest.fixture(scope="module")
def measured(latest, assessed, rulebook, item_of, july):
    """The value of one item of 0001 that is measured so, from these events; None where it is missing."""

    def observe(measure, *rows, period=july):
        item = item_of("X", Rule("yes_no"), measure=measure, cadence=period.cadence)
        rules = replace(rulebook, items=(item,))
        return _values(platform(latest(*rows), assessed, rules, period), assessed, ["X"]).get(("0001", "X"))

    return observe


@pytest.mark.parametrize(
    ("hours", "count"), [("4", 1), ("3.9999", 0), ("4.0001", 1), ("1e2", 1), (None, 0), ("half", 0), ("-5", 0)]
)
def test_events_count_whose_fields_are_as_large_as_asked(measured, hours, count):
    measure = Measure("count", "meeting", having={"hours": Fraction(4)})
    assert measured(measure, {"data.hours": hours}) == count


def test_every_field_that_is_asked_for_must_be_as_large(measured):
    measure = Measure("count", "meeting", having={"hours": Fraction(4), "attended": Fraction(19)})
    rows = [{"data.hours": "4"}, {"event_id": "E2", "data.hours": "3"}, {"event_id": "E3", "data.hours": "4"}]
    assert measured(measure, *rows[:2], rows[2] | {"data.attended": "18"}) == 1


def test_a_field_that_no_event_has_is_reached_by_none(measured):
    assert measured(Measure("count", "meeting", having={"hours": Fraction(0)}), {}) == 0


def _at(number, moment):
    return {"event_id": f"E{number}", "occurred_at": moment, "captured_at": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("on_day", "tolerance", "days", "count"),
    [
        (15, 0, [14, 15, 16], 1),
        (15, 1, [13, 14, 15, 16, 17], 3),
        (1, 2, [1, 2, 3, 4, 30, 31], 3),
        (28, 5, [22, 23, 28, 31, 1], 3),
        (1, 0, [31], 0),
    ],
    ids=[
        "the day itself", "a day to either side", "not the end of the same month",
        "up to the month's end and not beyond", "not the day before",
    ],
)  # fmt: skip
def test_events_count_on_a_day_of_the_month_give_or_take_some(measured, on_day, tolerance, days, count):
    measure = Measure("count", "meeting", on_day=on_day, tolerance_days=tolerance)
    assert measured(measure, *(_at(n, f"2024-07-{day:02d}T09:00:00+08:00") for n, day in enumerate(days))) == count


def test_the_day_of_the_month_is_the_local_one(measured):
    measure = Measure("count", "meeting", on_day=15)
    assert measured(measure, _at(1, "2024-07-14T16:00:00Z"), _at(2, "2024-07-15T16:00:00Z")) == 1


def test_each_month_of_a_longer_period_has_its_day(measured):
    measure = Measure("count", "meeting", on_day=1, tolerance_days=1)
    days = ["2024-07-01", "2024-07-31", "2024-08-02", "2024-09-03", "2024-09-30"]
    rows = [_at(n, f"{day}T09:00:00+08:00") for n, day in enumerate(days)]
    assert measured(measure, *rows, period=Period.parse("2024Q3")) == 2


@pytest.mark.parametrize(
    ("of", "over", "value"),
    [
        (("attended",), ("expected",), Fraction(19, 20)),
        (("attended", "guests"), ("expected", "applicants"), Fraction(22, 24)),
        (("attended",), ("expected", "applicants"), Fraction(19, 24)),
        (("attended", "halves"), ("expected",), Fraction(39, 40)),
        (("attended", "none"), ("expected",), Fraction(0)),
        (("attended",), ("expected", "none"), None),
    ],
    ids=[
        "one over one", "lists are added up", "one over a list", "decimals are exact",
        "a sum that lacks a field is nothing", "a divisor that lacks a field is missing",
    ],
)  # fmt: skip
def test_a_ratio_is_of_sums_of_fields(measured, of, over, value):
    row = {"data.guests": "3", "data.applicants": "4", "data.halves": "0.5"}
    assert measured(Measure("ratio", "meeting", of=of, over=over), row) == value


def test_events_add_up_before_they_are_divided_also_with_lists(measured):
    rows = [{"event_id": f"E{n}", "data.attended": str(n), "data.expected": "20", "data.applicants": str(10 * n)}
            for n in (1, 2)]  # fmt: skip
    measure = Measure("ratio", "meeting", of=("attended",), over=("expected", "applicants"))
    assert measured(measure, *rows) == Fraction(1 + 2, 20 + 10 + 20 + 20)


def test_states_are_read_of_sums_of_fields_too(measured):
    row = ROSTER | {"data.filled": "2", "data.area": "1", "data.quota": "5", "data.staff": "0.5"}
    assert measured(Measure("state_value", "roster", of=("filled", "area")), row) == 3
    assert measured(Measure("state_ratio", "roster", of=("filled", "area"), over=("quota", "staff")), row) == Fraction(
        6, 11
    )
    at_most = Measure("state_at_most", "roster", of=("filled", "area"), over=("quota",))
    assert measured(at_most, row) == 1
    assert measured(at_most, row | {"data.quota": "2.9999"}) == 0
    assert measured(at_most, row | {"data.area": None}) is None


@pytest.mark.parametrize(
    ("period", "months", "first", "last"),
    [
        ("2024-07", 12, "2023-08-01", "2024-07-31"),
        ("2024-02", 12, "2023-03-01", "2024-02-29"),
        ("2025-02", 12, "2024-03-01", "2025-02-28"),
        ("2024-06", 1, "2024-06-01", "2024-06-30"),
        ("2024-04", 3, "2024-02-01", "2024-04-30"),
        ("2024-02", 1, "2024-02-01", "2024-02-29"),
        ("2024Q3", 36, "2021-10-01", "2024-09-30"),
        ("2024", 12, "2024-01-01", "2024-12-31"),
    ],
)
def test_a_date_lies_within_the_months_that_end_with_the_period(measured, period, months, first, last):
    whole = Period.parse(period)
    measure = Measure("state_within", "roster", of=("term_ends_on",), months=months)
    in_period = _at(1, f"{whole.start}T09:00:00+08:00") | ROSTER

    def holds(day):
        return measured(measure, in_period | {"data.term_ends_on": str(day)}, period=whole)

    first_day, last_day = date.fromisoformat(first), date.fromisoformat(last)
    one = first_day.resolution
    assert [holds(day) for day in (first_day - one, first_day, last_day, last_day + one)] == [0, 1, 1, 0]


def test_a_date_that_no_snapshot_gives_is_missing_and_the_last_snapshot_is_the_one(measured):
    measure = Measure("state_within", "roster", of=("term_ends_on",), months=12)
    assert measured(measure, ROSTER) is None
    assert measured(measure) is None
    dated = [_at(n, f"2024-07-{n:02d}T09:00:00+08:00") | ROSTER | {"data.term_ends_on": day}
             for n, day in ((1, "2024-07-01"), (2, "2020-01-01"))]  # fmt: skip
    assert measured(measure, *dated) == 0
    assert measured(measure, *reversed(dated)) == 0


# dates that conditions look ahead to


def test_dates_are_those_of_the_last_snapshot_of_each_condition_of_the_cadence(
    latest, assessed, rulebook, condition_of, july
):
    due = condition_of("due", DateDue("roster", "term_ends_on", 6))
    other = condition_of("other", DateDue("roster", "joined_on", 6))
    yearly = replace(condition_of("yearly", DateDue("roster", "term_ends_on", 6)), cadence="year")
    rules = replace(rulebook, conditions=(due, other, yearly))
    events = latest(
        _at(1, "2024-07-01T09:00:00+08:00") | ROSTER | {"data.term_ends_on": "2030-01-01"},
        _at(2, "2024-07-02T09:00:00+08:00") | ROSTER | {"data.term_ends_on": "2024-12-31"},
        _at(3, "2024-08-01T09:00:00+08:00") | ROSTER | {"data.term_ends_on": "2031-01-01"},
        _at(4, "2024-07-02T09:00:00+08:00") | ROSTER | {"org_code": "0002"},
        {"event_id": "E5"},
    )
    found = snapshot_dates(events, assessed, rules, july)
    assert found[["org", "condition", "due"]].to_numpy().tolist() == [[0, "due", pd.Timestamp("2024-12-31")]]
    of_year = snapshot_dates(events, assessed, rules, Period.parse("2024"))
    assert of_year[["condition", "due"]].to_numpy().tolist() == [["yearly", pd.Timestamp("2031-01-01")]]
    nothing = snapshot_dates(events, assessed, rulebook, july)
    assert nothing.empty
    assert nothing.dtypes.to_dict() == found.dtypes.to_dict()


# what several assess


@pytest.fixture(scope="module")
def jury(rulebook, item_of):
    """SCORE is assessed by two offices, a part each; PLAIN by nobody in particular."""
    score = item_of("SCORE", Rule("scored", target=Fraction(100), pass_share=Fraction(1)), source="department")
    parts = tuple(replace(score, assessor=name, points=20_000) for name in ("甲局", "乙局"))
    return replace(rulebook, items=(*parts, item_of("PLAIN", Rule("yes_no"), source="department")))


def _cells(*rows):
    columns = ["org_code", "item_code", "sender", "value_num", "counts"]
    frame = pd.DataFrame(rows, columns=columns).assign(value_den=1, batch_id="b1")
    texts = dict.fromkeys(("org_code", "item_code", "sender"), "str") | {"counts": "bool", "value_num": "int64"}
    return frame.astype(texts).assign(row_no=range(2, len(frame) + 2))


def _of_jury(observed, assessed, rules):
    lines = [f"{item.code} {item.assessor}".strip() for item in rules.items]
    return _values(observed, assessed, lines)


def test_each_assessor_has_its_own_value(assessed, jury):
    cells = _cells(
        ("0001", "SCORE", "乙局", 90, True), ("0001", "SCORE", "甲局", 70, True), ("0001", "PLAIN", "丙局", 1, True)
    )
    found = submitted(cells, assessed, jury)
    assert _of_jury(found, assessed, jury) == {
        ("0001", "SCORE 甲局"): 70, ("0001", "SCORE 乙局"): 90, ("0001", "PLAIN"): 1,
    }  # fmt: skip
    assert sorted(found.used["key"]) == ["报送 丙局", "报送 乙局", "报送 甲局"]


def test_what_one_assessor_did_not_send_is_missing_and_not_the_others(assessed, jury):
    found = submitted(_cells(("0001", "SCORE", "乙局", 90, True)), assessed, jury)
    assert _of_jury(found, assessed, jury) == {("0001", "SCORE 乙局"): 90}


def test_what_does_not_count_of_one_assessor_leaves_the_other(assessed, jury):
    cells = _cells(("0001", "SCORE", "甲局", 70, False), ("0001", "SCORE", "乙局", 90, True))
    assert _of_jury(submitted(cells, assessed, jury), assessed, jury) == {
        ("0001", "SCORE 甲局"): None, ("0001", "SCORE 乙局"): 90,
    }  # fmt: skip


def test_who_is_no_assessor_of_the_item_says_nothing_of_it(assessed, jury):
    assert submitted(_cells(("0001", "SCORE", "丙局", 90, True)), assessed, jury).values.empty


# the register


@pytest.fixture(scope="module")
def register(records, registry, rulebook, july, assessed):
    """How often adjustments were registered in July: B is for everybody, H for the hills alone."""
    since = {"effective_from": date(2024, 1, 1), "adopted_on": date(2023, 12, 1), "reference": "试行办法第三条"}
    entries = tuple(
        Adjustment(code, n, code, "bonus", "order", 5_000, 10_000, None, domains, "month", **since)
        for n, (code, domains) in enumerate((("B", ("hill", "plain")), ("H", ("hill",))))
    )
    rules = replace(rulebook, adjustments=entries, circumstances=(Circumstance("R1", 1, "不开展活动", **since),))

    def observe(*rows, called=registered):
        accepted = check_findings(records("findings", *rows), registry, rules).accepted
        codes = [entry.code for entry in (entries if called is registered else rules.negative_items)]
        found = called(accepted, assessed, rules, july)
        return _values(found, assessed, codes), found.used["key"].tolist()

    return observe


def test_register_entries_of_the_period_add_up_and_are_no_findings(register):
    rows = [
        {"item_code": "B"},
        {"item_code": "B", "findings_count": "2", "found_on": "2024-07-31"},
        {"item_code": "H"},
        {"item_code": "B", "found_on": "2024-08-01"},
        {"item_code": "B", "org_code": "0002", "review_status": "待审"},
        {"item_code": "N1"},
    ]
    values, keys = register(*rows)
    assert values == {("0001", "B"): 3, ("0001", "H"): 1}
    assert sorted(keys) == ["登记 2024-07-15", "登记 2024-07-15", "登记 2024-07-31"]
    assert register(*rows, called=deducted) == ({("0001", "N1"): 1}, ["检查 2024-07-15"])


def test_a_circumstance_is_neither_registered_nor_found_so_that_it_costs_nothing_and_colours_nothing(register):
    for called in (registered, deducted):
        assert register({"item_code": "R1"}, called=called) == ({}, [])


def test_nothing_registered_is_nothing_observed(register, assessed, rulebook, july, records, registry):
    assert register() == ({}, [])
    accepted = check_findings(records("findings", {}), registry, rulebook).accepted
    assert registered(accepted, assessed, rulebook, july).values.empty
