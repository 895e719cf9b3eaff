"""The check of re-checks, which declaration each is of, and what becomes of that declaration."""

from __future__ import annotations

from fractions import Fraction

import pytest

from transforms.checks.declarations import check_declarations
from transforms.checks.rechecks import NOT_FILLED_IN, check_rechecks, rechecked

VISITS = {"item_code": "VISITS", "value_text": "8"}


@pytest.fixture(scope="module")
def found(records, registry, rulebook, july):
    """Checks re-checks against declarations: found([declaration, …], re-check, …)."""

    def check(declarations, *rows):
        declared = records("declarations", *({"batch_id": "d1"} | row for row in declarations))
        return check_rechecks(records("rechecks", *rows), declared, registry, rulebook, july)

    return check


@pytest.fixture(scope="module")
def check(found):
    """Against a declaration of each of two items."""
    return lambda *rows: found([{}, VISITS], *rows)


@pytest.fixture(scope="module")
def counted(records, registry, rulebook, july):
    """Whether each declaration counts, with what value, once its re-checks are known: (counts, value, decided)."""

    def check(declarations, *rows):
        declared = records("declarations", *declarations)
        results = check_rechecks(records("rechecks", *rows), declared, registry, rulebook, july)
        assert results.rejections.empty, results.rejections.to_string()
        found = check_declarations(rechecked(declared, results.accepted), registry, rulebook, july).accepted
        return [
            (row["counts"], Fraction(row["value_num"], row["value_den"]), row["recheck"])
            for row in found.to_dict("records")
        ]

    return check


REFUSED = [
    ({"org_code": None}, ("组织代码", "", "malformed")),
    ({"org_code": "7777"}, ("组织代码", "7777", "unknown_organization")),
    ({"org_code": "0003"}, ("组织代码", "0003", "inactive_organization")),
    ({"item_code": None}, ("指标代码", "", "malformed")),
    ({"item_code": "NONE"}, ("指标代码", "NONE", "unknown_indicator")),
    ({"item_code": "COUNT"}, ("指标代码", "COUNT", "unknown_indicator")),
    ({"org_code": "0009"}, ("指标代码", "OPEN", "not_applicable")),
    ({"item_code": "HELP"}, ("指标代码", "HELP", "not_declared")),
    ({"org_code": "0002"}, ("指标代码", "OPEN", "not_declared")),
    ({"declared_at": "2024-07-20 10:01"}, ("申报时间", "2024-07-20 10:01", "not_declared")),
    ({"declared_at": "月底"}, ("申报时间", "月底", "malformed")),
    ({"recheck_status": "好"}, ("复核状态", "好", "unknown_status")),
    ({"recheck_status": None, "recheck_value": "是"}, ("复核状态", "", "malformed")),
    ({"recheck_value": "好"}, ("复核值", "好", "malformed")),
    ({"item_code": "VISITS", "recheck_value": "-1"}, ("复核值", "-1", "out_of_range")),
    ({"checked_by": None}, ("复核人", "", "malformed")),
    ({"checked_on": None}, ("复核日期", "", "malformed")),
    ({"checked_on": "2024-02-30"}, ("复核日期", "2024-02-30", "malformed")),
]


@pytest.mark.parametrize("place", range(len(REFUSED)), ids=lambda place: "-".join(REFUSED[place][1]))
def test_a_re_check_is_rejected_for_what_is_wrong_with_it(refused, rejected, place):
    assert [case for case in rejected(refused) if case[0] == place + 2] == [(place + 2, *REFUSED[place][1])]
    assert (len(refused.accepted), refused.rejected_count) == (0, len(REFUSED))


def test_a_time_at_which_nothing_was_declared_is_told_the_last_one(check):
    (message,) = check({"declared_at": "2024-07-20 10:01"}).rejections["message"]
    assert message == (
        "该组织没有在“2024-07-20 10:01”申报这一项，最后一次是2024-07-20 10:00:00。"
        "请核对后改正“申报时间”；复核最后一次申报的，申报时间留空"
    )


def test_rows_that_nobody_has_filled_in_are_ignored_and_not_rejected(check, rejected):
    blank = {"recheck_status": None, "checked_by": None, "checked_on": None}
    found = check(blank, {}, blank | {"org_code": "7777"}, blank | {"checked_by": "王五"})
    assert rejected(found) == []
    assert found.accepted["row_no"].tolist() == [3]
    assert (found.rejected_count, found.ignored) == (0, {NOT_FILLED_IN: 3})
    assert check({}).ignored == {}


def test_nothing_delivered_is_nothing_checked(check):
    found = check()
    assert (len(found.accepted), len(found.rejections), found.ignored) == (0, 0, {})


def test_a_row_that_cannot_be_read_is_rejected_and_not_ignored(check, rejected):
    blank = {"recheck_status": None, "checked_by": None, "checked_on": None}
    assert rejected(check(blank | {"fault": "这条记录有 3 格"})) == [(2, "整行", "这条记录有 3 格", "malformed")]


def test_a_re_check_without_a_time_is_of_the_declaration_that_was_declared_last(found):
    again = {"declared_at": "2024-07-25 08:00", "value_text": "否"}
    (row,) = found([{}, again, {"declared_at": "2024-07-02 08:00"}], {}).accepted.to_dict("records")
    assert (row["of_batch"], row["of_row"]) == ("d1", 3)


def test_a_re_check_with_a_time_is_of_the_declaration_of_that_moment_however_it_is_written(found):
    again = {"declared_at": "2024-07-25 08:00", "value_text": "否"}
    (row,) = found([{}, again], {"declared_at": "2024年7月20日 10:00"}).accepted.to_dict("records")
    assert row["of_row"] == 2


def test_a_declaration_that_is_not_in_order_cannot_be_re_checked(found, rejected):
    broken = {"declared_at": "2024-07-25 08:00", "value_text": "有"}
    assert rejected(found([broken], {})) == [(2, "指标代码", "OPEN", "not_declared")]
    assert found([{}, broken], {}).accepted["of_row"].tolist() == [2]


@pytest.mark.parametrize(
    ("recheck", "expected"),
    [
        ({}, (True, 8, "")),
        ({"recheck_status": "不通过"}, (False, 8, "复核不通过")),
        ({"recheck_status": "不通过", "recheck_value": "3"}, (True, 3, "复核不通过，复核值3")),
        ({"recheck_value": "7.5"}, (True, Fraction("7.5"), "复核值7.5")),
    ],
)
def test_what_was_found_stands_where_the_declarations_own_re_check_would(counted, recheck, expected):
    assert counted([VISITS, {}], {"item_code": "VISITS"} | recheck) == [expected, (True, 1, "")]


def test_what_the_parent_did_not_pass_does_not_count_whatever_was_found(counted):
    returned = VISITS | {"review_status": "退回"}
    assert counted([returned], {"item_code": "VISITS", "recheck_value": "3"}) == [(False, 3, "")]


def test_without_re_checks_declarations_stay_as_they_were_delivered(records):
    declared = records("declarations", {}, {"recheck_status": "不通过"})
    assert rechecked(declared, records("rechecks")) is declared


def test_two_different_results_of_one_declaration_conflict_and_the_same_twice_do_not(check, rejected):
    visits = {"item_code": "VISITS", "recheck_value": "3"}
    failed = {"recheck_status": "不通过"}
    assert rejected(check({}, failed, {"checked_by": "赵六"}, visits, visits | {"recheck_value": "300%"})) == [
        (row, "复核状态", status, "conflicting_duplicate") for row, status in ((2, "通过"), (3, "不通过"), (4, "通过"))
    ]
    assert rejected(check(visits, {"item_code": "VISITS", "recheck_value": "4"})) == [
        (row, "复核状态", "通过", "conflicting_duplicate") for row in (2, 3)
    ]


@pytest.mark.parametrize(
    ("stated", "is_refused"),
    [
        ({"recheck_status": "通过"}, False),
        ({"recheck_status": None}, False),
        ({"recheck_status": "不通过"}, True),
        ({"recheck_status": "通过", "recheck_value": "7"}, True),
        ({"recheck_value": "8"}, True),
    ],
)
def test_a_declaration_that_states_another_result_itself_stands_and_the_row_is_refused(found, stated, is_refused):
    told = found([VISITS | stated], {"item_code": "VISITS"})
    assert told.rejected_count == is_refused
    if is_refused:
        (message,) = told.rejections["message"]
        assert "另一个复核结果" in message
        assert told.accepted.empty


def test_the_same_value_in_another_spelling_is_the_same_result(found):
    stated = VISITS | {"recheck_status": "不通过", "recheck_value": "700%"}
    again = {"item_code": "VISITS", "recheck_status": "不通过", "recheck_value": "7.0"}
    assert found([stated], again).rejected_count == 0


def test_typed_columns(check):
    (row,) = check({"item_code": "VISITS", "recheck_value": "50%"}).accepted.to_dict("records")
    assert {name: row[name] for name in ("recheck_status", "recheck_value", "value_num", "value_den")} == {
        "recheck_status": "通过", "recheck_value": "50%", "value_num": 1, "value_den": 2,
    }  # fmt: skip
    assert (row["of_batch"], row["of_row"], f"{row['checked_on']:%Y-%m-%d}") == ("d1", 3, "2024-08-20")
