"""The check of declarations, and which of them count (一申两核)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from schemas.periods import Period
from schemas.rulebook import Rule
from transforms.checks.declarations import check_declarations


@pytest.fixture(scope="module")
def check(records, registry, rulebook, july):
    return lambda *rows: check_declarations(records("declarations", *rows), registry, rulebook, july)


REFUSED = [
    ({"org_code": None}, ("代码", "", "malformed")),
    ({"org_code": "7777"}, ("代码", "7777", "unknown_organization")),
    ({"org_code": "0003"}, ("代码", "0003", "inactive_organization")),
    ({"item_code": None}, ("指标代码", "", "malformed")),
    ({"item_code": "NONE"}, ("指标代码", "NONE", "unknown_indicator")),
    ({"item_code": "COUNT"}, ("指标代码", "COUNT", "unknown_indicator")),
    ({"item_code": "N1"}, ("指标代码", "N1", "unknown_indicator")),
    ({"org_code": "0009"}, ("指标代码", "OPEN", "not_applicable")),
    ({"declared_at": None}, ("申报时间", "", "malformed")),
    ({"declared_at": "月底"}, ("申报时间", "月底", "malformed")),
    ({"value_text": None}, ("申报值", "", "malformed")),
    ({"value_text": "5"}, ("申报值", "5", "malformed")),
    ({"item_code": "VISITS", "value_text": "是"}, ("申报值", "是", "malformed")),
    ({"item_code": "VISITS", "value_text": "-1"}, ("申报值", "-1", "out_of_range")),
    ({"item_code": "VISITS", "value_text": "1000000.01"}, ("申报值", "1000000.01", "out_of_range")),
    ({"review_status": None}, ("审核状态", "", "malformed")),
    ({"review_status": "好"}, ("审核状态", "好", "unknown_status")),
    ({"recheck_status": "好"}, ("复核状态", "好", "unknown_status")),
    ({"recheck_value": "好"}, ("复核值", "好", "malformed")),
    ({"item_code": "VISITS", "value_text": "5", "recheck_value": "-1"}, ("复核值", "-1", "out_of_range")),
    ({"review_status": "退回", "value_text": "5"}, ("申报值", "5", "malformed")),
    ({"review_status": "待审", "item_code": "NONE"}, ("指标代码", "NONE", "unknown_indicator")),
]


@pytest.mark.parametrize("place", range(len(REFUSED)), ids=lambda place: "-".join(REFUSED[place][1]))
def test_a_declaration_is_rejected_for_what_is_wrong_with_it(refused, rejected, place):
    assert [case for case in rejected(refused) if case[0] == place + 2] == [(place + 2, *REFUSED[place][1])]
    assert (len(refused.accepted), refused.rejected_count) == (0, len(REFUSED))


def test_what_is_wrong_with_one_record_does_not_touch_another(check, rejected):
    row, expected = REFUSED[0]
    found = check(row, {"org_code": "0002"})
    assert rejected(found) == [(2, *expected)]
    assert found.accepted["row_no"].tolist() == [3]


def test_a_share_has_a_narrower_range(records, registry, rulebook, july, item_of, rule_of, rejected):
    share = item_of("SHARE", rule_of({"proportional": "0.95"}), dimension="care")
    rules = type(rulebook)(**(vars(rulebook) | {"items": (*rulebook.items, share)}))
    rows = [{"item_code": "SHARE", "value_text": text} for text in ("150%", "1.51", "151%")]
    rows = [row | {"declared_at": f"2024-07-0{day}"} for day, row in enumerate(rows, start=1)]
    found = check_declarations(records("declarations", *rows), registry, rules, july)
    assert rejected(found) == [(3, "申报值", "1.51", "out_of_range"), (4, "申报值", "151%", "out_of_range")]


def test_a_declaration_of_an_unknown_organisation_gives_one_rejection(check, rejected):
    found = check({"org_code": "7777", "item_code": "NONE", "value_text": None, "review_status": "好"})
    assert rejected(found) == [(2, "代码", "7777", "unknown_organization")]


def test_otherwise_there_is_one_rejection_per_bad_cell(check, rejected):
    found = check({"value_text": "5", "review_status": "好", "declared_at": "?"})
    assert [column for _, column, _, _ in rejected(found)] == ["审核状态", "申报值", "申报时间"]
    assert found.rejected_count == 1


def test_the_name_beside_a_code_is_not_checked(check):
    assert check({"org_name": "别的名字"}).rejected_count == 0


@pytest.mark.parametrize(
    ("review", "recheck", "recheck_value", "counts", "value"),
    [
        ("通过", None, None, True, 8),
        ("通过", "通过", None, True, 8),
        ("通过", "不通过", None, False, 8),
        ("通过", "不通过", "3", True, 3),
        ("通过", "通过", "7.5", True, Fraction("7.5")),
        ("通过", None, "6", True, 6),
        ("退回", None, None, False, 8),
        ("退回", "通过", "6", False, 6),
        ("待审", None, None, False, 8),
    ],
)
def test_it_counts_if_the_review_passed_and_the_recheck_did_not_fail_or_gave_a_value(
    check, review, recheck, recheck_value, counts, value
):
    row = {"item_code": "VISITS", "value_text": "8", "review_status": review}
    (typed,) = check(row | {"recheck_status": recheck, "recheck_value": recheck_value}).accepted.to_dict("records")
    assert typed["counts"] is counts
    assert Fraction(typed["value_num"], typed["value_den"]) == value


def test_two_different_values_declared_at_one_moment_conflict_and_every_row_is_listed(check, rejected):
    found = check(
        {}, {"value_text": "否"}, {"declared_at": "2024-07-20 10:01", "value_text": "否"}, {"value_text": "√"}
    )
    assert rejected(found) == [
        (2, "申报值", "是", "conflicting_duplicate"),
        (3, "申报值", "否", "conflicting_duplicate"),
        (5, "申报值", "√", "conflicting_duplicate"),
    ]
    assert found.accepted["row_no"].tolist() == [4]
    assert found.rejected_count == 3


def test_one_moment_in_two_spellings_is_one_moment(check):
    assert check({}, {"declared_at": "2024/7/20 10:00", "value_text": "否"}).rejected_count == 2


def test_the_same_value_twice_is_no_conflict_however_it_is_written(check):
    visits = {"item_code": "VISITS", "value_text": "10"}
    found = check({}, {"value_text": "√"}, visits, visits | {"value_text": "10.0"}, visits | {"value_text": "1000%"})
    assert (len(found.accepted), found.rejected_count) == (5, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"review_status": "退回"},
        {"review_status": "待审"},
        {"recheck_status": "不通过"},
        {"recheck_value": "是"},
        {"item_code": "VISITS", "value_text": "0"},
        {"org_code": "0002"},
        {"declared_at": "2024-07-20 10:00:01"},
    ],
)
def test_what_does_not_count_or_is_of_something_else_does_not_conflict(check, other):
    assert check({}, {"value_text": "否"} | other).rejected_count == 0


def test_a_rejected_declaration_does_not_conflict(check, rejected):
    found = check({}, {"value_text": "否", "recheck_status": "好"})
    assert rejected(found) == [(3, "复核状态", "好", "unknown_status")]


def test_the_value_that_the_recheck_found_is_the_one_that_conflicts(check):
    assert check({}, {"recheck_value": "否"}).rejected_count == 2


def test_the_organisation_must_exist_on_the_last_day_of_the_month(check, records, registry, rulebook):
    assert check({"org_code": "0003"}).rejected_count == 1
    june = Period.parse("2024-06")
    assert (
        check_declarations(records("declarations", {"org_code": "0003"}), registry, rulebook, june).rejected_count == 0
    )


def test_what_is_declared_is_an_item_of_the_period_whatever_its_cadence(records, registry, rulebook, item_of, rejected):
    yearly = item_of("YEARLY", Rule("scored", target=Fraction(100), pass_share=Fraction("0.6")), cadence="year")
    rules = replace(rulebook, items=(*rulebook.items, yearly))
    rows = [{"item_code": "YEARLY", "value_text": text} for text in ("100", "100.1")] + [{}]
    frame = records("declarations", *({"declared_at": f"2024-12-0{n}"} | row for n, row in enumerate(rows, start=1)))
    year = check_declarations(frame, registry, rules, Period.parse("2024"))
    assert rejected(year) == [(3, "申报值", "100.1", "out_of_range"), (4, "指标代码", "OPEN", "unknown_indicator")]
    assert year.accepted["item_code"].tolist() == ["YEARLY"]
    july = check_declarations(frame, registry, rules, Period.parse("2024-07"))
    assert july.accepted["item_code"].tolist() == ["OPEN"]


def test_without_a_layout_there_is_nothing_to_check(records, registry, rulebook, july):
    rules = replace(rulebook, inbox=rulebook.inbox.model_copy(update={"declarations": None}))
    assert check_declarations(records("declarations"), registry, rules, july).accepted.empty


def test_typed_columns(check):
    (row,) = check({}).accepted.to_dict("records")
    assert row == {
        "batch_id": "b1",
        "row_no": 2,
        "org_code": "0001",
        "item_code": "OPEN",
        "declared_at": pd.Timestamp("2024-07-20 10:00"),
        "counts": True,
        "recheck": "",
        "value_num": 1,
        "value_den": 1,
    }
