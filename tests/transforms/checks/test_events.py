"""The check of platform events."""

from __future__ import annotations

import pandas as pd
import pytest

from transforms.checks.events import check_events

ROSTER = {"kind": "roster", "topic": None, "data.attended": None, "data.expected": None}
DUES = {"kind": "dues", "topic": None, "data.attended": None, "data.expected": None}


@pytest.fixture(scope="module")
def check(records, registry, rulebook):
    return lambda *rows: check_events(records("events", *rows), registry, rulebook)


REFUSED = [
    ({"event_id": None}, ("event_id", "", "malformed")),
    ({"org_code": None}, ("org_code", "", "malformed")),
    ({"kind": None}, ("kind", "", "malformed")),
    ({"occurred_at": None}, ("occurred_at", "", "malformed")),
    ({"occurred_at": "2024-07-10T09:00:00"}, ("occurred_at", "2024-07-10T09:00:00", "malformed")),
    ({"occurred_at": "7月10日"}, ("occurred_at", "7月10日", "malformed")),
    ({"captured_at": None}, ("captured_at", "", "malformed")),
    ({"captured_at": "2024-07-32T09:00:00Z"}, ("captured_at", "2024-07-32T09:00:00Z", "malformed")),
    ({"captured_at": "2024-07-10T00:59:59Z"}, ("captured_at", "2024-07-10T00:59:59Z", "future_dated")),
    ({"org_code": "7777"}, ("org_code", "7777", "unknown_organization")),
    ({"org_code": "0003", "occurred_at": "2024-07-21T00:00:00+08:00", "captured_at": "2024-07-22T00:00:00Z"},
     ("org_code", "0003", "inactive_organization")),
    ({"org_code": "0001", "occurred_at": "2023-12-31T15:59:59Z"}, ("org_code", "0001", "inactive_organization")),
    ({"data.attended": None}, ("data.attended", "", "malformed")),
    ({"data.attended": "十九"}, ("data.attended", "十九", "malformed")),
    ({"data.expected": None}, ("data.expected", "", "malformed")),
    ({"data.attended": "21"}, ("data.attended", "21", "out_of_range")),
    ({"data.attended": "-1"}, ("data.attended", "-1", "out_of_range")),
    (DUES | {"data.due": "-1", "data.paid": "1"}, ("data.due", "-1", "out_of_range")),
    (DUES | {"data.due": "1", "data.paid": "-0.01"}, ("data.paid", "-0.01", "out_of_range")),
    (DUES | {"data.due": "1"}, ("data.paid", "", "malformed")),
    (ROSTER | {"data.filled": "many"}, ("data.filled", "many", "malformed")),
    (ROSTER | {"data.joint": "yes"}, ("data.joint", "yes", "malformed")),
    (ROSTER | {"data.term_ends_on": "2024-13-05"}, ("data.term_ends_on", "2024-13-05", "malformed")),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(REFUSED)), ids=lambda place: "-".join(REFUSED[place][1]))
def test_an_event_is_rejected_for_what_is_wrong_with_it(refused, rejected, place):
    assert [case for case in rejected(refused) if case[0] == place + 2] == [(place + 2, *REFUSED[place][1])]
    assert (len(refused.accepted), refused.rejected_count) == (0, len(REFUSED))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"data.attended": "21"},
            "“data.attended”填的“21”大于“data.expected”填的“20”。请核对后重新推送",
        ),
        ({"data.attended": "-1"}, "“data.attended”填的“-1”小于0。请核对数值后重新推送"),
        ({"data.attended": "十九"}, "“data.attended”填的“十九”不是数字。请只填数字，如36.27"),
        ({"data.attended": None}, "“data.attended”没有填写。请补填后重新报送"),
        ({"occurred_at": "7月10日"}, "“occurred_at”填的“7月10日”不是带时区的时间。请写作2024-07-05T09:30:00+08:00"),
    ],
)
def test_the_sender_reads_which_of_its_data_is_wrong_and_how(check, row, message):
    assert check(row).rejections["message"].tolist() == [message]


def test_what_is_wrong_with_one_record_does_not_touch_another(check, rejected):
    row, expected = REFUSED[0]
    found = check(row, {"event_id": "E2"})
    assert rejected(found) == [(2, *expected)]
    assert found.accepted["row_no"].tolist() == [3]


@pytest.mark.parametrize(
    "row",
    [
        {"captured_at": "2024-07-10T01:00:00Z"},
        {"topic": "谁也不计的主题"},
        {"topic": None},
        {"data.attended": "0"},
        {"data.attended": "20"},
        {"data.attended": "1e99", "data.expected": "1e99"},
        {"occurred_at": "2024-07-20T23:59:59+08:00", "captured_at": "2024-07-22T00:00:00Z", "org_code": "0003"},
        {"occurred_at": "2023-12-31T16:00:00Z"},
        DUES | {"data.due": "0", "data.paid": "0"},
        DUES | {"data.due": "1", "data.paid": "2.5"},
        ROSTER,
        ROSTER | {"data.joint": "false", "data.term_ends_on": "2024-08-01", "data.filled": "0"},
        ROSTER | {"data.filled": "-1"},
        {"kind": "unheard_of", "data.attended": None},
    ],
)
def test_an_event_at_the_edge_of_what_is_allowed_counts(check, row):
    found = check(row)
    assert (len(found.accepted), found.rejected_count) == (1, 0)


def test_an_event_of_an_unknown_organisation_gives_one_rejection_whatever_else_is_wrong(check, rejected):
    row = {"org_code": "7777", "data.attended": None, "event_id": None, "captured_at": "?"}
    assert rejected(check(row)) == [(2, "org_code", "7777", "unknown_organization")]


def test_otherwise_there_is_one_rejection_per_bad_cell(check, rejected):
    found = check({"event_id": None, "captured_at": "?", "data.attended": "x"})
    assert [(column, value) for _, column, value, _ in rejected(found)] == [
        ("captured_at", "?"),
        ("data.attended", "x"),
        ("event_id", ""),
    ]
    assert found.rejected_count == 1


def test_of_several_bad_data_the_first_is_cited(check, rejected):
    found = check({"data.attended": "x", "data.expected": None})
    assert rejected(found) == [(2, "data.expected", "", "malformed")]


def test_every_copy_of_an_event_is_checked_by_itself(check, rejected):
    found = check({}, {"data.attended": "x"}, {})
    assert rejected(found) == [(3, "data.attended", "x", "malformed")]
    assert found.accepted["row_no"].tolist() == [2, 4]


def test_accepted_events_have_their_moments_and_their_local_day(check):
    (row,) = check({"occurred_at": "2024-07-10T16:30:00Z"}).accepted.to_dict("records")
    assert row["occurred_at"] == pd.Timestamp("2024-07-10T16:30:00Z")
    assert row["captured_at"] == pd.Timestamp("2024-07-11T01:00:00Z")
    assert row["day"] == pd.Timestamp("2024-07-11")


def test_events_without_a_declared_column_of_data_are_read_as_missing(records, registry, rulebook, rejected):
    frame = records("events", ROSTER).drop(columns=["data.attended", "data.expected"])
    assert check_events(frame, registry, rulebook).rejected_count == 0
    frame = records("events", {}).drop(columns=["data.attended"])
    assert rejected(check_events(frame, registry, rulebook)) == [(2, "data.attended", "", "malformed")]
