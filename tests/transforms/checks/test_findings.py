"""The check of inspection findings (明察暗访)."""

from __future__ import annotations

import pandas as pd
import pytest

from transforms.checks.findings import check_findings


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
    }
