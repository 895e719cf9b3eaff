"""The check of inspection findings (明察暗访)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from schemas.outcomes import Adjustment, Consequence
from schemas.watch_list import Circumstance
from transforms.checks.findings import check_findings

SINCE = {"effective_from": date(2024, 1, 1), "adopted_on": date(2023, 12, 1), "reference": "试行办法第三条"}


@pytest.fixture(scope="module")
def check(records, registry, rulebook):
    return lambda *rows: check_findings(records("findings", *rows), registry, rulebook)


REFUSED = [
    ({"found_on": None}, ("检查日期", "", "malformed")),
    ({"found_on": "2024-13-05"}, ("检查日期", "2024-13-05", "malformed")),
    ({"org_code": None}, ("代码", "", "malformed")),
    ({"org_code": "7777"}, ("代码", "7777", "unknown_organization")),
    ({"org_code": "0003", "found_on": "2024-07-21"}, ("代码", "0003", "inactive_organization")),
    ({"item_code": None}, ("条目", "", "malformed")),
    ({"item_code": "OPEN"}, ("条目", "OPEN", "unknown_indicator")),
    ({"findings_count": None}, ("次数", "", "malformed")),
    ({"findings_count": "两"}, ("次数", "两", "malformed")),
    ({"findings_count": "-1"}, ("次数", "-1", "out_of_range")),
    ({"findings_count": "1000001"}, ("次数", "1000001", "out_of_range")),
    ({"fixed_text": "改了"}, ("现场整改", "改了", "malformed")),
    ({"review_status": None}, ("审核状态", "", "malformed")),
    ({"review_status": "通过"}, ("审核状态", "通过", "unknown_status")),
    ({"review_status": "驳回", "findings_count": "两"}, ("次数", "两", "malformed")),
]


@pytest.mark.parametrize("place", range(len(REFUSED)), ids=lambda place: "-".join(REFUSED[place][1]))
def test_a_finding_is_rejected_for_what_is_wrong_with_it(refused, rejected, place):
    assert [case for case in rejected(refused) if case[0] == place + 2] == [(place + 2, *REFUSED[place][1])]
    assert (len(refused.accepted), refused.rejected_count) == (0, len(REFUSED))


def test_what_is_wrong_with_one_record_does_not_touch_another(check, rejected):
    row, expected = REFUSED[0]
    found = check(row, {"org_code": "0002"})
    assert rejected(found) == [(2, *expected)]
    assert found.accepted["row_no"].tolist() == [3]


@pytest.mark.parametrize(
    "row",
    [
        {"org_code": "0003", "found_on": "2024-07-20"},
        {"found_on": "2024年7月5日"},
        {"found_on": "2024/7/5"},
        {"findings_count": "0"},
        {"findings_count": "1000000"},
        {"fixed_text": None},
        {"fixed_text": "√"},
        {"description_text": "=HYPERLINK(1)"},
        {"org_name": "别的名字"},
    ],
)
def test_a_finding_at_the_edge_of_what_is_allowed_is_accepted(check, row):
    assert check(row).rejected_count == 0


def test_a_finding_about_an_unknown_organisation_gives_one_rejection(check, rejected):
    found = check({"org_code": "7777", "item_code": "OPEN", "findings_count": "两"})
    assert rejected(found) == [(2, "代码", "7777", "unknown_organization")]


def test_only_a_reviewed_finding_counts_and_fixing_it_cancels_nothing(check):
    found = check({}, {"review_status": "待审"}, {"review_status": "驳回"}, {"fixed_text": "是"})
    assert found.accepted["counts"].tolist() == [True, False, False, True]


def test_typed_columns(check):
    (row,) = check({"found_on": "2024/7/5", "findings_count": "2"}).accepted.to_dict("records")
    assert row == {
        "batch_id": "b1",
        "row_no": 2,
        "org_code": "0001",
        "item_code": "N1",
        "day": pd.Timestamp("2024-07-05"),
        "counts": True,
        "value_num": 2,
        "value_den": 1,
        "closed_on": pd.NaT,
    }


# when it was put right


@pytest.mark.parametrize(
    ("text", "closed_on"),
    [(None, pd.NaT), ("2024-07-15", pd.Timestamp("2024-07-15")), ("2024/8/1", pd.Timestamp("2024-08-01"))],
)
def test_the_day_on_which_it_was_put_right_is_read(check, text, closed_on):
    (row,) = check({"closed_on": text}).accepted.to_dict("records")
    assert row["closed_on"] is closed_on or row["closed_on"] == closed_on


def test_a_closing_that_is_no_day_or_before_the_finding_is_refused(check):
    found = check({"closed_on": "尽快"}, {"closed_on": "2024-07-14"}, {"closed_on": "2024-07-14", "found_on": "?"})
    assert found.rejections[["row_no", "reason"]].to_numpy().tolist() == [
        [2, "malformed"],
        [3, "out_of_range"],
        [4, "malformed"],
    ]
    assert "早于检查日期" in found.rejections["message"][1]


# the event register

_ENTRY = {"name": "事项", "order": 1, "dimension": "care", "each": 5_000, "cap": 10_000, "by_rank": None}


@pytest.fixture(scope="module")
def register(records, registry, rulebook):
    """Checks entries of a register with a bonus of the hills, and a consequence."""
    adjustments = (Adjustment(code="B1", kind="bonus", domains=("hill",), cadence="year", **_ENTRY, **SINCE),)
    help_out = (Consequence("HELP", "帮扶", 30, (), **SINCE),)
    weak = (Circumstance("WEAK", 1, "不开展活动", **SINCE),)
    rules = replace(rulebook, adjustments=adjustments, consequences=help_out, circumstances=weak)

    def make(*rows, words=rules.inbox.findings_reviewed, **layout):
        findings = rules.inbox.findings.model_copy(update=layout)
        own = rules.inbox.model_copy(update={"findings": findings, "findings_reviewed": words})
        return check_findings(records("findings", *rows), registry, replace(rules, inbox=own))

    return make


def test_the_register_knows_adjustments_of_the_domain_and_consequences(register, rejected):
    rows = [{"item_code": code, "org_code": org} for code in ("B1", "HELP", "N1") for org in ("0001", "0002", "0009")]
    assert rejected(register(*rows, {"item_code": "B2"})) == [
        (3, "条目", "B1", "not_applicable"),
        (4, "条目", "B1", "not_applicable"),
        (11, "条目", "B2", "unknown_indicator"),
    ]


def test_the_register_knows_circumstances_of_everybody(register):
    found = register(*({"item_code": "WEAK", "org_code": org} for org in ("0001", "0002", "0009")))
    assert found.rejections.empty
    assert found.accepted["counts"].all()


def test_without_a_day_or_organisation_nothing_is_said_of_the_domain(register, rejected):
    rows = [{"item_code": "B1", "org_code": None}, {"item_code": "B1", "org_code": "0002", "found_on": None}]
    assert rejected(register(*rows)) == [(2, "代码", "", "malformed"), (3, "检查日期", "", "malformed")]


def test_where_a_register_does_without_a_column_an_entry_counts_once_and_is_reviewed(register, rulebook):
    row = {"item_code": "B1", "findings_count": None, "review_status": None}
    assert register(row).rejected_count == 1
    found = register(row, {"item_code": "B1", "review_status": "待审"}, optional=("次数", "审核状态"))
    assert found.accepted[["counts", "value_num"]].to_numpy().tolist() == [[True, 1], [False, 1]]
    columns = {
        name: field for name, field in rulebook.inbox.findings.columns.items() if name not in ("次数", "审核状态")
    }
    assert register(row, columns=columns).accepted["counts"].tolist() == [True]
    assert register(row, columns=columns, words={}).accepted["counts"].tolist() == [True]


def test_without_a_layout_there_is_nothing_to_check(records, registry, rulebook):
    rules = replace(rulebook, inbox=rulebook.inbox.model_copy(update={"findings": None}))
    found = check_findings(records("findings"), registry, rules)
    assert found.accepted.empty
    assert found.rejections.empty
