"""The check of exemptions (豁免登记)."""

from __future__ import annotations

import pytest

from transforms.checks.exemptions import check_exemptions


@pytest.fixture(scope="module")
def check(records, registry, rulebook):
    return lambda *rows: check_exemptions(records("exemptions", *rows), registry, rulebook)


REFUSED = [
    ({"org_code": None}, ("组织代码", "", "malformed")),
    ({"org_code": "7777"}, ("组织代码", "7777", "unknown_organization")),
    ({"org_code": "0003", "valid_from": "2024-07-21"}, ("组织代码", "0003", "inactive_organization")),
    ({"item_code": None}, ("指标代码", "", "malformed")),
    ({"item_code": "NONE"}, ("指标代码", "NONE", "unknown_indicator")),
    ({"item_code": "N1"}, ("指标代码", "N1", "unknown_indicator")),
    ({"item_code": "AREA"}, ("指标代码", "AREA", "not_applicable")),
    ({"org_code": "0009"}, ("指标代码", "OPEN", "not_applicable")),
    ({"valid_from": None}, ("开始日期", "", "malformed")),
    ({"valid_from": "七月"}, ("开始日期", "七月", "malformed")),
    ({"valid_to": "七月"}, ("结束日期", "七月", "malformed")),
    ({"valid_to": "2024-06-30"}, ("结束日期", "2024-06-30", "out_of_range")),
    ({"cause": None}, ("原因", "", "malformed")),
    ({"approved_by": None}, ("批准人", "", "malformed")),
    ({"approved_on": None}, ("批准日期", "", "malformed")),
    ({"approved_on": "口头"}, ("批准日期", "口头", "malformed")),
]


@pytest.mark.parametrize("place", range(len(REFUSED)), ids=lambda place: "-".join(REFUSED[place][1]))
def test_an_exemption_is_rejected_for_what_is_wrong_with_it(refused, rejected, place):
    assert [case for case in rejected(refused) if case[0] == place + 2] == [(place + 2, *REFUSED[place][1])]
    assert (len(refused.accepted), refused.rejected_count) == (0, len(REFUSED))


@pytest.mark.parametrize(
    "row",
    [
        {"valid_to": "2024-07-01"},
        {"valid_from": "2024年7月1日"},
        {"org_code": "0003", "valid_from": "2024-07-20"},
        {"item_code": "CLOSED"},
        {"org_code": "0002", "item_code": "AREA"},
        {"org_name": "别的名字", "item_name": "别的指标"},
    ],
)
def test_an_exemption_at_the_edge_of_what_is_allowed_is_accepted(check, rejected, row):
    assert rejected(check(row)) == []


def test_two_exemptions_that_share_a_day_both_fall_away(check, rejected):
    july = {"valid_to": "2024-07-31"}
    found = check(july, {"valid_from": "2024-07-31"}, july | {"item_code": "VISITS"}, july | {"org_code": "0002"})
    assert [case[0] for case in rejected(found)] == [2, 3]
    assert {case[3] for case in rejected(found)} == {"conflicting_duplicate"}
    assert check(july, {"valid_from": "2024-08-01"}).rejections.empty


def test_the_same_organisation_under_two_codes_is_one(records, registry_of, rulebook):
    renamed = registry_of(
        {"org_code": "0001", "org_name": "山上支部", "valid_to": "2024-07-14"},
        {"org_code": "0011", "org_name": "山上总支", "valid_from": "2024-07-15", "predecessor_code": "0001",
         "succession": "改码"},
    )  # fmt: skip
    both = records("exemptions", {}, {"org_code": "0011", "valid_from": "2024-08-01"})
    assert len(check_exemptions(both, renamed, rulebook).rejections) == 2


def test_the_writer_reads_what_to_do(check):
    messages = check({"item_code": "N1"}, {"valid_to": "2024-06-30"}).rejections["message"].tolist()
    assert messages == [
        "指标代码“N1”不是得分指标，不能豁免（扣分、加分、否决不能豁免）。请核对指标代码",
        "“结束日期”填的“2024-06-30”早于开始日期。请核对两个日期",
    ]
