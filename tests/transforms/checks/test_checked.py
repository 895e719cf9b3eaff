"""What every check returns, whatever it checks."""

from __future__ import annotations

import pandas as pd
import pytest

from schemas.periods import Period
from schemas.reasons import REASONS
from transforms.checks.checked import REJECTION_COLUMNS, WHOLE_RECORD, message
from transforms.checks.declarations import check_declarations
from transforms.checks.events import check_events
from transforms.checks.findings import check_findings
from transforms.checks.registry import check_registry
from transforms.checks.submissions import check_submissions

CHECKS = ["registry", "events", "declarations", "submissions", "findings"]


@pytest.fixture(params=CHECKS)
def run(request, registry, rulebook):
    """The kind of a delivery and its check."""
    checks = {
        "registry": lambda frame: check_registry(frame, rulebook),
        "events": lambda frame: check_events(frame, registry, rulebook),
        "declarations": lambda frame: check_declarations(frame, registry, rulebook, Period.parse("2024-07")),
        "submissions": lambda frame: check_submissions(frame, registry, rulebook, Period.parse("2024Q3")),
        "findings": lambda frame: check_findings(frame, registry, rulebook),
    }
    return request.param, checks[request.param]


@pytest.fixture
def check(run, records):
    """Checks rows of one kind of delivery."""
    kind, checked = run
    name = {"org_code": "0001", "org_name": "山上支部"}
    return lambda *rows: checked(records(kind, *(name | row for row in rows)))


@pytest.fixture
def check_frame(run, records):
    """The check of one kind of delivery, and a frame of three records of which the second cannot be read."""
    kind, checked = run
    return checked, records(
        kind, {"org_code": "0001", "org_name": "甲"}, {"fault": "坏"}, {"org_code": "0002", "org_name": "乙"}
    )


def test_a_record_in_order_is_accepted(check):
    found = check({})
    assert (len(found.accepted), len(found.rejections), found.rejected_count) == (1, 0, 0)


def test_nothing_delivered_is_nothing_accepted_and_nothing_rejected(check):
    found, one = check(), check({})
    assert (len(found.accepted), len(found.rejections), found.rejected_count) == (0, 0, 0)
    assert set(found.accepted.columns) <= set(one.accepted.columns)
    assert list(found.rejections.columns) == REJECTION_COLUMNS


def test_a_record_that_cannot_be_read_is_rejected_once_and_says_why(check):
    found = check({"fault": "引号不成对", "org_code": None, "kind": None, "review_status": None}, {})
    (row,) = found.rejections.to_dict("records")
    assert row == {
        "batch_id": "b1",
        "row_no": 2,
        "column_name": WHOLE_RECORD,
        "value_text": "引号不成对",
        "reason": "malformed",
        "message": "这一条无法识别：引号不成对。请改正后重新报送",
    }
    assert (len(found.accepted), found.rejected_count) == (1, 1)


def test_an_empty_row_is_rejected_and_never_crashes(check, records):
    nothing = dict.fromkeys(records("events", {}).columns.difference(["row_no", "batch_id"]), None)
    nothing |= dict.fromkeys(records("declarations", {}).columns.difference(["row_no", "batch_id"]), None)
    nothing |= dict.fromkeys(["found_on", "findings_count", "valid_from", "verification", "column_name"], None)
    found = check(nothing)
    assert (len(found.accepted), found.rejected_count) == (0, 1)
    assert set(found.rejections["reason"]) <= {"malformed", "unknown_organization"}


@pytest.mark.parametrize("reason", [reason for reason in REASONS if reason != "unreadable"])
def test_a_message_quotes_what_was_delivered(reason):
    text = message(reason, "申报值", "{九十}")
    assert "{九十}" in text
    assert "请" in text


@pytest.mark.parametrize("reason", ["malformed", "unknown_organization"])
def test_a_message_on_an_empty_cell_asks_to_fill_it_in(reason):
    assert message(reason, "申报值", "") == "“申报值”没有填写。请补填后重新报送"


def test_records_are_checked_whatever_numbers_their_rows_have(check_frame):
    run, frame = check_frame
    shuffled = frame.set_index(pd.Index([30, 10, 20]))
    assert run(shuffled).rejections["row_no"].tolist() == [3]
    assert run(shuffled.iloc[::-1]).rejections["row_no"].tolist() == [3]
    assert len(run(shuffled).accepted) == 2
