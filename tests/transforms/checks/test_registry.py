"""The check of the registry: which of its rows become validity spans."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.checks.registry import check_registry
from transforms.registry import OPEN_END, Registry

BRANCH = {"org_code": "0001", "org_name": "山上支部"}
OTHER = {"org_code": "0002", "org_name": "平川支部"}


@pytest.fixture(scope="module")
def check(records, rulebook):
    return lambda *rows: check_registry(records("registry", *rows), rulebook)


REFUSED = [
    ({"org_code": None}, ("代码", "", "malformed")),
    ({"org_name": None}, ("名称", "", "malformed")),
    ({"kind": None}, ("类型", "", "malformed")),
    ({"kind": "小组"}, ("类型", "小组", "unknown_status")),
    ({"valid_from": None}, ("生效日期", "", "malformed")),
    ({"valid_from": "年初"}, ("生效日期", "年初", "malformed")),
    ({"valid_to": "年底"}, ("失效日期", "年底", "malformed")),
    ({"valid_to": "2023-12-31"}, ("失效日期", "2023-12-31", "malformed")),
]


@pytest.fixture(scope="module")
def refused(check):
    """What the check says of all of them at once."""
    return check(*(BRANCH | row for row, _ in REFUSED))


@pytest.mark.parametrize("place", range(len(REFUSED)), ids=lambda place: "-".join(REFUSED[place][1]))
def test_a_row_is_rejected_for_what_is_wrong_with_it(refused, rejected, place):
    assert [case for case in rejected(refused) if case[0] == place + 2] == [(place + 2, *REFUSED[place][1])]
    assert (len(refused.accepted), refused.rejected_count) == (0, len(REFUSED))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"valid_to": "年底"}, "“失效日期”填的“年底”不是日期，或没有这一天。请写作2024-07-05"),
        ({"valid_to": "2023-12-31"}, "“失效日期”填的“2023-12-31”早于生效日期。请核对两个日期后重新报送"),
        ({"members": "三十"}, "“人数”填的“三十”不是整数。请只填0或正整数"),
    ],
)
def test_the_sender_reads_what_to_do_about_it(check, row, message):
    assert check(BRANCH | row).rejections["message"].tolist() == [message]


def test_what_is_wrong_with_one_record_does_not_touch_another(check, rejected):
    row, expected = REFUSED[0]
    found = check(BRANCH | row, OTHER)
    assert rejected(found) == [(2, *expected)]
    assert found.accepted["org_code"].tolist() == ["0002"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"domain": "海岛"}, ("领域", "海岛", "unknown_status")),
        ({"members": "三十"}, ("人数", "三十", "malformed")),
        ({"members": "-1"}, ("人数", "-1", "malformed")),
        ({"members": "1234567890"}, ("人数", "1234567890", "malformed")),
        ({"groups": "2.5"}, ("小组数", "2.5", "malformed")),
    ],
)
def test_a_cell_that_can_stay_empty_is_rejected_alone(check, rejected, row, expected):
    found = check(BRANCH | row)
    assert rejected(found) == [(2, *expected)]
    (kept,) = found.accepted[list(row)].isna().to_numpy().tolist()
    assert kept == [True]
    assert found.rejected_count == 0


def test_a_row_with_several_faults_has_a_rejection_for_each(check, rejected):
    found = check(BRANCH | {"kind": "小组", "domain": "海岛", "members": "三十"})
    assert [column for _, column, _, _ in rejected(found)] == ["人数", "类型", "领域"]
    assert (len(found.accepted), found.rejected_count) == (0, 1)


def test_rows_of_one_code_whose_days_overlap_are_all_rejected(check, rejected):
    found = check(
        BRANCH | {"valid_to": "2024-06-30"},
        BRANCH | {"valid_from": "2024-06-30"},
        OTHER,
        BRANCH | {"valid_from": "2020-01-01", "valid_to": "2020-12-31"},
    )
    assert rejected(found) == [
        (2, "生效日期", "2024-01-01", "conflicting_duplicate"),
        (3, "生效日期", "2024-06-30", "conflicting_duplicate"),
    ]
    assert found.accepted["org_code"].tolist() == ["0001", "0002"]
    assert found.rejected_count == 2


def test_a_row_inside_another_and_one_after_it_overlap_all_three(check):
    found = check(
        BRANCH | {"valid_to": "2024-12-31"},
        BRANCH | {"valid_from": "2024-02-01", "valid_to": "2024-02-28"},
        BRANCH | {"valid_from": "2024-11-01"},
    )
    assert found.rejected_count == 3


def test_an_open_row_overlaps_whatever_begins_later(check):
    assert check(BRANCH, BRANCH | {"valid_from": "2030-01-01"}).rejected_count == 2


def test_a_row_may_hold_for_one_day(check):
    (span,) = check(BRANCH | {"valid_to": "2024-01-01"}).accepted.to_dict("records")
    assert span["first_day"] == span["last_day"] == date(2024, 1, 1).toordinal()


def test_spans_that_touch_do_not_overlap(check):
    found = check(BRANCH | {"valid_from": "2024-07-01"}, BRANCH | {"valid_to": "2024-06-30", "domain": "平原"})
    assert found.rejected_count == 0
    assert found.accepted["domain"].tolist() == ["plain", "hill"]


@pytest.mark.parametrize(
    "fault", [{"valid_from": "年初"}, {"kind": "小组"}, {"valid_to": "2023-12-31"}, {"org_name": None}]
)
def test_a_row_that_is_rejected_by_itself_does_not_overlap(check, fault):
    found = check(BRANCH | fault, BRANCH)
    assert found.rejections["row_no"].tolist() == [2]
    assert found.accepted["org_code"].tolist() == ["0001"]


def test_a_row_that_loses_a_cell_still_overlaps(check):
    assert check(BRANCH | {"domain": "海岛"}, BRANCH).rejected_count == 2


def test_spans_are_sorted_typed_and_open_at_the_end(check):
    found = check(
        OTHER | {"members": "30", "groups": "0", "domain": "山地", "town": "西镇", "parent_code": "0009"},
        BRANCH | {"kind": "委员会", "domain": None, "valid_from": "2024-07-01"},
        BRANCH | {"kind": "总支", "valid_to": "2024/6/30"},
    )
    spans = found.accepted
    assert spans["org_code"].tolist() == ["0001", "0001", "0002"]
    assert spans["kind"].tolist() == ["general_branch", "committee", "branch"]
    assert spans["first_day"].tolist() == [date(2024, month, 1).toordinal() for month in (1, 7, 1)]
    assert spans["last_day"].tolist() == [date(2024, 6, 30).toordinal(), OPEN_END, OPEN_END]
    assert spans["domain"].fillna("-").tolist() == ["hill", "-", "hill"]
    assert spans["members"].tolist()[2] == 30
    assert spans["groups"].isna().tolist() == [True, True, False]
    assert list(Registry(spans).state_on(spans["org_code"], date(2024, 7, 1).toordinal())) == ["live"] * 3


def test_the_same_row_twice_is_one(check, rejected):
    found = check(BRANCH, OTHER, BRANCH)
    assert rejected(found) == []
    assert found.accepted["org_code"].tolist() == ["0001", "0002"]


def test_the_same_row_twice_that_overlaps_another_is_rejected_with_it(check):
    found = check(BRANCH, BRANCH, BRANCH | {"org_name": "山下支部"})
    assert found.accepted.empty
    assert found.rejections["reason"].tolist() == ["conflicting_duplicate"] * 3
