"""What a record must satisfy to count: every check of every kind has a case in which it fails."""

from __future__ import annotations

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from schemas.reasons import REASONS
from schemas.records import (
    ROW_COLUMNS,
    declarations_schema,
    events_schema,
    findings_schema,
    registry_schema,
    submissions_schema,
    totals_schema,
    violations,
)

SCHEMAS = {
    "registry": registry_schema(["支部"], ["山区"]),
    "events": events_schema(),
    "declarations": declarations_schema(["通过", "退回"], ["通过", "不通过"]),
    "submissions": submissions_schema(["已核实", "未核实"]),
    "findings": findings_schema(["已审", "待审"]),
    "totals": totals_schema(),
}

TODAY = pd.Timestamp("2024-07-15")
FINE = {
    "registry": {
        "fault": "", "org_code": "0001", "org_name": "山上支部", "valid_from": TODAY, "valid_to": True, "span": False,
        "kind": "支部", "domain": "山区", "members": True, "groups": True, "predecessor_code": "ok", "succession": "ok",
    },
    "events": {
        "fault": "", "organization": "live", "event_id": "E1", "org_code": "0001", "kind": "meeting",
        "occurred_at": TODAY, "captured_at": TODAY, "is_captured_after": True, "data": "ok",
    },
    "declarations": {
        "fault": "", "organization": "live", "org_code": "0001", "item_code": "known", "declared_at": TODAY,
        "value_text": "ok", "review_status": "通过", "recheck_status": None, "recheck_value": "ok", "conflict": False,
    },
    "submissions": {
        "fault": "", "organization": "live", "item_code": "known", "value_text": "ok", "verification": "已核实",
        "conflict": False,
    },
    "findings": {
        "fault": "", "organization": "live", "found_on": TODAY, "org_code": "0001", "item_code": "known",
        "findings_count": "ok", "fixed_text": True, "review_status": "已审", "closed_on": "ok",
    },
    "totals": {"fault": "", "figure": "党员总数", "value_text": "ok", "conflict": False, "control_total": True},
}  # fmt: skip

ORGANIZATION = [
    ("organization", "unknown", "unknown_organization"),
    ("organization", "inactive", "inactive_organization"),
    ("organization", "ambiguous", "ambiguous_name"),
]
ITEM = [
    ("item_code", None, "malformed"),
    ("item_code", "unknown", "unknown_indicator"),
    ("item_code", "not_applicable", "not_applicable"),
]


def _value(column):
    return [(column, "malformed", "malformed"), (column, "out_of_range", "out_of_range")]


def _status(column):
    return [(column, None, "malformed"), (column, "好", "unknown_status")]


def _present(*columns):
    return [(column, None, "malformed") for column in columns]


FAILING = {
    "registry": [
        *_present("org_code", "org_name", "valid_from"),
        ("valid_to", False, "malformed"),
        ("span", True, "conflicting_duplicate"),
        *_status("kind"),
        ("domain", "海岛", "unknown_status"),
        ("members", False, "malformed"),
        ("groups", False, "malformed"),
        ("predecessor_code", "malformed", "malformed"),
        ("predecessor_code", "several", "malformed"),
        ("predecessor_code", "unknown", "unknown_organization"),
        ("predecessor_code", "in_force", "conflicting_duplicate"),
        ("predecessor_code", "shared", "conflicting_duplicate"),
        ("succession", "malformed", "malformed"),
        ("succession", "unknown", "unknown_status"),
    ],
    "events": [
        *ORGANIZATION,
        *_present("event_id", "org_code", "kind", "occurred_at", "captured_at"),
        ("is_captured_after", False, "future_dated"),
        *_value("data"),
    ],
    "declarations": [
        *ORGANIZATION,
        *_present("org_code", "declared_at"),
        *ITEM,
        *_value("value_text"),
        *_status("review_status"),
        ("recheck_status", "好", "unknown_status"),
        *_value("recheck_value"),
        ("conflict", True, "conflicting_duplicate"),
    ],
    "submissions": [
        *ORGANIZATION,
        *ITEM,
        *_value("value_text"),
        *_status("verification"),
        ("conflict", True, "conflicting_duplicate"),
    ],
    "findings": [
        *ORGANIZATION,
        *_present("found_on", "org_code"),
        *ITEM,
        *_value("findings_count"),
        ("fixed_text", False, "malformed"),
        *_status("review_status"),
        *_value("closed_on"),
    ],
    "totals": [
        *_present("figure"),
        *_value("value_text"),
        ("conflict", True, "conflicting_duplicate"),
        ("control_total", False, "control_total"),
    ],
}


def _judged(kind, *changes):
    return pd.DataFrame([FINE[kind] | change for change in changes], columns=list(FINE[kind])).astype(
        {name: "datetime64[us]" for name, value in FINE[kind].items() if value is TODAY}
    )


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_record_in_order_violates_nothing(kind):
    found = violations(_judged(kind, {}, {}), SCHEMAS[kind])
    assert (len(found), list(found.columns)) == (0, ["record", "column", "reason"])


@pytest.mark.parametrize("kind", SCHEMAS)
def test_no_record_violates_nothing(kind):
    assert violations(_judged(kind, {}).iloc[:0], SCHEMAS[kind]).empty


@pytest.fixture(scope="module")
def failed():
    """Violations of all failing cases, by kind; case n is record n."""
    return {
        kind: violations(_judged(kind, *({column: value} for column, value, _ in cases)), SCHEMAS[kind])
        for kind, cases in FAILING.items()
    }


CASES = [(kind, place) for kind, cases in FAILING.items() for place in range(len(cases))]


@pytest.mark.parametrize(("kind", "place"), CASES)
def test_every_check_fails_on_what_it_is_for(failed, kind, place):
    column, _, reason = FAILING[kind][place]
    rows = failed[kind][failed[kind]["record"] == place]
    assert rows[["column", "reason"]].to_numpy().tolist() == [[column, reason]]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_check_of_a_schema_has_a_case(kind):
    expected = {("fault", "malformed")}
    for name, column in SCHEMAS[kind].columns.items():
        for check in column.checks:
            expected.add((name, check.error))
        if not column.nullable and name in {column for column, value, _ in FAILING[kind] if value is None}:
            expected.add((name, "malformed"))
    cases = {(column, reason) for column, _, reason in FAILING[kind]} | {("fault", "malformed")}
    assert expected == cases


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_record_that_cannot_be_read_has_that_one_violation(kind):
    worst = {column: value for column, value, _ in FAILING[kind]} | {"fault": "不是完整的 JSON"}
    found = violations(_judged(kind, worst), SCHEMAS[kind])
    assert found.to_dict("records") == [{"record": 0, "column": "fault", "reason": "malformed"}]


@pytest.mark.parametrize("kind", [kind for kind in SCHEMAS if "organization" in SCHEMAS[kind].columns])
def test_a_record_refused_for_its_organisation_has_that_one_violation(kind):
    worst = {column: value for column, value, _ in FAILING[kind]} | {"organization": "inactive"}
    found = violations(_judged(kind, worst, {}), SCHEMAS[kind])
    assert found.to_dict("records") == [{"record": 0, "column": "organization", "reason": "inactive_organization"}]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_otherwise_every_bad_column_is_a_violation_in_the_order_of_the_schema(kind):
    worst = {column: value for column, value, _ in FAILING[kind] if column not in ROW_COLUMNS}
    found = violations(_judged(kind, {}, worst), SCHEMAS[kind])
    assert found["record"].eq(1).all()
    assert found["column"].tolist() == [name for name in SCHEMAS[kind].columns if name in worst]


def test_records_are_counted_by_position_whatever_their_index():
    judged = _judged("findings", {}, {"findings_count": "malformed"}).set_axis([30, 10])
    assert violations(judged, SCHEMAS["findings"])["record"].tolist() == [1]


def test_a_frame_that_lacks_a_judged_column_is_an_error_of_ours_and_no_violation():
    with pytest.raises(TypeError, match="shape of its schema"):
        violations(_judged("findings", {}).drop(columns="found_on"), SCHEMAS["findings"])


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_reason_that_a_schema_gives_has_a_message(failed, kind):
    assert set(failed[kind]["reason"]) <= set(REASONS)


def test_a_schema_validates_lazily_and_says_everything_at_once():
    judged = _judged("events", {"event_id": None, "captured_at": None})
    with pytest.raises(SchemaErrors) as caught:
        SCHEMAS["events"].validate(judged, lazy=True)
    assert set(caught.value.failure_cases["column"]) == {"event_id", "captured_at"}
