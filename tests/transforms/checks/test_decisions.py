"""The check of decisions about weak and lax organisations (整顿决定)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from schemas.periods import Period
from schemas.watch_list import WatchList
from transforms.checks.decisions import BLANK, check_decisions

YEAR = Period.parse("2024")
SINCE = {"effective_from": date(2024, 1, 1), "adopted_on": date(2023, 12, 1), "reference": "整顿办法"}
NOTHING = dict.fromkeys(("decision", "cause", "decided_by", "decided_on"))


@pytest.fixture(scope="module")
def rules(rulebook):
    return replace(rulebook, watch_list=WatchList("后进整顿", 2, ("red",), 90, **SINCE))


@pytest.fixture(scope="module")
def check(records, registry, rules):
    return lambda *rows, period=YEAR: check_decisions(records("decisions", *rows), registry, rules, period)


REFUSED = [
    ({"org_code": None}, ("组织代码", "", "malformed")),
    ({"org_code": "7777"}, ("组织代码", "7777", "unknown_organization")),
    ({"decision": None}, ("决定", "", "malformed")),
    ({"decision": "同意"}, ("决定", "同意", "unknown_status")),
    ({"cause": None}, ("理由", "", "malformed")),
    ({"decided_by": None}, ("决定人", "", "malformed")),
    ({"decided_on": None}, ("决定日期", "", "malformed")),
    ({"decided_on": "年底"}, ("决定日期", "年底", "malformed")),
    ({"due_on": "尽快"}, ("整改期限", "尽快", "malformed")),
    ({"due_on": "2024-11-19"}, ("整改期限", "2024-11-19", "out_of_range")),
    ({"converted_on": "已转化"}, ("转化日期", "已转化", "malformed")),
    ({"converted_on": "2024-11-19"}, ("转化日期", "2024-11-19", "out_of_range")),
    ({"decision": "不列入", "due_on": "2025-05-01"}, ("整改期限", "2025-05-01", "out_of_range")),
    ({"decision": "不列入", "converted_on": "2025-05-01"}, ("转化日期", "2025-05-01", "out_of_range")),
    (NOTHING | {"outcome_text": "有进步"}, ("决定", "", "malformed")),
]


@pytest.mark.parametrize(("row", "expected"), REFUSED, ids=["-".join(expected) for _, expected in REFUSED])
def test_a_decision_is_rejected_for_what_is_wrong_with_it(check, rejected, row, expected):
    found = check(row)
    assert (2, *expected) in rejected(found)
    assert (len(found.accepted), found.rejected_count) == (0, 1)


def test_who_did_not_exist_in_the_year_cannot_be_decided_about(check, rejected):
    assert check({"org_code": "0003"}).rejections.empty
    found = check({"org_code": "0003", "decided_on": "2025-02-01"}, period=Period.parse("2025"))
    assert rejected(found) == [(2, "组织代码", "0003", "inactive_organization")]


def test_a_day_that_is_out_of_range_is_told_why(check):
    said = check({"due_on": "2024-11-19"}, {"org_code": "0002", "decision": "不列入", "due_on": "2025-05-01"})
    assert said.rejections["message"].tolist() == [
        "“整改期限”填的“2024-11-19”早于决定日期。请核对两个日期后重新报送",
        "决定不列入的，“整改期限”应当空着，填的却是“2025-05-01”。请核对决定后重新报送",
    ]


def test_the_day_of_the_decision_itself_is_no_day_too_early(check):
    assert check({"due_on": "2024-11-20", "converted_on": "2024-11-20"}).rejections.empty


def test_rows_that_nobody_filled_in_are_ignored_and_counted(check):
    found = check({}, {"org_code": "0002"} | NOTHING, {"org_code": "7777"} | NOTHING)
    assert (len(found.accepted), found.rejected_count, found.ignored) == (1, 0, {BLANK: 2})
    assert check({}).ignored == {}


def test_typed_columns(check):
    (row,) = check({"due_on": "2025/3/1", "converted_on": "2025年2月1日", "outcome_text": "已配齐"}).accepted.to_dict(
        "records"
    )
    known = ("org_code", "decision", "cause", "decided_by", "outcome_text")
    assert [row[name] for name in known] == ["0001", "listed", "班子涣散", "部务会", "已配齐"]
    assert [row[name] for name in ("decided_on", "due_on", "converted_on")] == [
        pd.Timestamp("2024-11-20"),
        pd.Timestamp("2025-03-01"),
        pd.Timestamp("2025-02-01"),
    ]


def test_without_a_deadline_the_rule_book_gives_one_to_whoever_is_listed(check):
    found = check({}, {"org_code": "0002", "decision": "不列入"}).accepted.set_index("org_code")
    assert found["decision"].to_dict() == {"0001": "listed", "0002": "not_listed"}
    assert found.loc["0001", "due_on"] == pd.Timestamp("2025-02-18")
    assert pd.isna(found.loc["0002", "due_on"])


@pytest.mark.parametrize(
    "other", [{"decision": "不列入"}, {"cause": "另有原因"}, {"due_on": "2025-06-01"}, {"decided_on": "2024-11-21"}]
)
def test_two_decisions_that_differ_are_both_refused(check, rejected, other):
    word = other.get("decision", "列入")
    assert rejected(check({}, other)) == [
        (2, "决定", "列入", "conflicting_duplicate"),
        (3, "决定", word, "conflicting_duplicate"),
    ]


def test_the_same_decision_twice_is_no_contradiction(check):
    assert check({}, {}).rejections.empty


def test_the_code_is_that_of_the_years_last_day(records, registry_of, rules):
    since = {"valid_from": "2024-09-01", "predecessor_code": "0001", "succession": "改码"}
    registry = registry_of(
        {"org_code": "0001", "org_name": "山上支部", "valid_to": "2024-08-31"},
        {"org_code": "0011", "org_name": "山上支部"} | since,
    )
    found = check_decisions(records("decisions", {}, {"org_code": "0011"}), registry, rules, YEAR)
    assert found.accepted["org_code"].tolist() == ["0011", "0011"]


def test_a_scheme_without_a_list_and_a_file_of_no_year_say_what_to_do(records, registry, rulebook, check):
    found = check_decisions(records("decisions", {}), registry, rulebook, YEAR)
    assert (found.accepted.empty, found.rejected_count) == (True, 1)
    assert found.rejections["message"].tolist() == [
        "现行的办法没有整顿名单，决定无处登记。请核对考核体系，或先在规则手册中写明整顿名单"
    ]
    monthly = check({}, period=Period.parse("2024-07"))
    assert monthly.rejections["message"].tolist() == ["整顿名单一年一份，文件名应当是年份，例如2024。请改名后重新报送"]
