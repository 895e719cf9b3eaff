"""The frames that stages hand on: typed, in order, and every check fails on a frame that it is for."""

from __future__ import annotations

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from schemas.stages import BASE_ROUNDING, DIMENSION_ROUNDING, ROUNDING, STAGES

DAY, LATER = pd.Timestamp("2024-07-31"), pd.Timestamp("2024-08-30")
LINE = {
    "org_code": "0001", "item_code": "P01", "assessor": "", "points": 3, "full_points": 5, "status": "unmet",
    "reason": "未达标", "evidence": "E1", "value_num": 3, "value_den": 5, "is_met": False,
}  # fmt: skip
GOOD = {
    "observation": {"org": 0, "item": 0, "value_num": 2**70, "value_den": 0},
    "organization": {
        "org_code": "0001", "org_name": "山上支部", "kind": "branch", "is_assessed": True, "is_restricted": False,
        "domain": "hill", "peer_group": "hill/0009", "parent_code": None, "town": None, "members": None, "groups": 2,
        "predecessor_code": None, "succession": None,
    },
    "item": {
        "item_code": "P01", "item_order": 1, "item_name": "例会", "dimension": "order", "category": "日常",
        "kind": "common", "source": "platform", "full_points": 5, "rule": "at_least", "rule_text": "达到1得满分",
        "cadence": "month", "target": 1.0, "lead_unit": "甲局", "reference": "第三条",
    },
    "label": {"label_kind": "domain", "code": "hill", "name": "山区", "sort": 0},
    "score": {
        "org_code": "0001", "domain": "hill", "peer_group": "hill", "index_points": 7, "base_points": 5,
        "full_points": 5, "rank": 1, "peers": 1, "previous_rank": None,
    },
    "dimension_score": {
        "org_code": "0001", "dimension": "order", "role": "counted", "points": 5, "full_points": 5, "standing": "",
        "domain_median_pct": 99.5,
    },
    "common_problem": {"domain": "hill", "item_code": "P01", "organizations": 3, "peers": 10},
    "diagnosis": {
        "org_code": "0001", "strengths": "有序", "weaknesses": "", "common_problems": 0, "text": "强项：有序。",
    },
    "progress": {"org_code": "0001", "board": "visits", "item_code": "P01", "is_lagging": False, "is_named": True},
    "progress_total": {
        "board": "visits", "item_code": "P01", "unit": "次", "organizations": 3, "lagging": 1, "reported": 2,
        "total": 5.0, "mean": 2.5,
    },
    "ledger_line": LINE,
    "adjustment": {
        "org_code": "0001", "code": "party", "kind": "coefficient", "points": -2, "reason": "第3名", "evidence": "",
        "value_num": 199, "value_den": 200, "rank_num": 3, "rank_den": 1, "places_moved": -1,
    },
    "grade": {
        "org_code": "0001", "scale": "star", "grade": "five", "index_points": 5, "peers": 3, "movement": "risen",
        "is_barred": False, "reason": "90分以上", "place": 1, "previous_grade": "four", "limited_by": None,
    },
    "task": {
        "org_code": "0001", "task_code": "help", "item_code": "star", "raised_on": DAY, "kind": "consequence",
        "name": "结对帮扶", "reason": "未评星", "responsible_code": "0009", "responsible_name": "甲委", "due_on": LATER,
        "status": "open", "done_on": None, "done_by": None,
    },
    "proposal": {
        "org_code": "0001", "list_place": 1, "is_proposed": True, "org_name": "山上支部", "colour": "red",
        "circumstances": 1, "circumstance_codes": "R01", "pool_months": 2, "index_points": 5, "full_points": 9,
        "score_period": "2024-09", "reason": "红色2个月", "domain": "hill", "town": None, "parent_code": None,
    },
    "roll_up": {
        "org_code": "0001", "figure": "members", "level": 0, "own": 3, "children": 4, "total": 7, "stated": 8,
    },
    "person_share": {
        "org_code": "0001", "share": "pay", "unit_code": "0009", "unit_num": 41, "unit_den": 40, "personal_num": 2**40,
        "personal_den": 2**41, "factor_num": 41, "factor_den": 80,
    },
    "warning": {
        "org_code": "0001", "warning_code": "unmet", "item_code": "", "colour": "red", "severity": 3,
        "reason": "未达标", "responsible_code": "", "responsible_name": "", "since_period": "2024-07", "months": 1,
    },
    "streak": {"org_code": "0001", "warning_code": "unmet", "item_code": "", "since_period": "2024-07", "months": 1},
    "restatement": {
        "org_code": "0001", "measure": "rank", "from_data": 3, "from_registry": 0, "from_rules": -1, "from_code": 0,
        "from_streaks": 0, "cause": "数据、规则", "old_value": None, "new_value": 2,
    },
    "due_delivery": {
        "kind": "submissions", "sender": "住建局", "expected_count": 3, "delivered_count": 2, "status": "partial",
        "policy": "wait", "due_on": DAY, "last_day": None,
    },
    "correction": {
        "correction": "走访", "org_code": "0001", "record": "VISITS 2024-07-20 10:00", "kind": "declarations",
        "column_name": "申报值", "cause": "系统故障", "provider": "张某", "recorded_on": DAY, "item_code": "VISITS",
        "expected": "3", "corrected": None,
    },
    "exemption": {
        "org_code": "0001", "item_code": "OPEN", "valid_from": DAY, "cause": "撤并过渡期", "approved_by": "李某",
        "approved_on": DAY, "valid_to": LATER,
    },
    "edition_source": {"source_id": 7},
    "peer_group": {"peer_group": "hill", "warning_code": "low", "peers": 1, "bottom_count": 0, "is_too_small": True},
}  # fmt: skip

EVENT = dict.fromkeys(("rank_num", "rank_den", "places_moved"))

BAD_CELLS = [
    ("observation", {"org": -1}),
    ("observation", {"item": -1}),
    ("observation", {"value_den": -1}),
    ("organization", {"domain": None}),
    ("item", {"kind": "other"}),
    ("item", {"cadence": "week"}),
    ("item", {"full_points": -1}),
    ("score", {"index_points": -1}),
    ("score", {"base_points": -1}),
    ("score", {"base_points": 5 + BASE_ROUNDING + 1}),
    ("score", {"full_points": -1}),
    ("score", {"rank": 0}),
    ("score", {"rank": 2}),
    ("dimension_score", {"points": -1}),
    ("dimension_score", {"points": 5 + DIMENSION_ROUNDING + 1}),
    ("dimension_score", {"points": -1, "role": "basis"}),
    ("dimension_score", {"role": "adjustment"}),
    ("dimension_score", {"role": "other"}),
    ("dimension_score", {"full_points": -1, "points": -1}),
    ("dimension_score", {"standing": "strong"}),
    ("common_problem", {"organizations": 0}),
    ("common_problem", {"organizations": 11}),
    ("diagnosis", {"common_problems": -1}),
    ("progress", {"is_lagging": True, "is_named": False}),
    ("progress_total", {"lagging": -1}),
    ("progress_total", {"lagging": 4}),
    ("progress_total", {"reported": -1}),
    ("progress_total", {"reported": 4}),
    ("progress_total", {"mean": None}),
    ("progress_total", {"reported": 0}),
    ("ledger_line", {"status": "other"}),
    ("ledger_line", {"full_points": -1, "points": -1, "status": "deducted"}),
    ("ledger_line", {"value_den": 0}),
    ("ledger_line", {"points": 6}),
    ("ledger_line", {"points": 8, "status": "mean"}),
    ("ledger_line", {"points": -1}),
    ("ledger_line", {"points": 6, "status": "met"}),
    ("ledger_line", {"points": 1, "status": "deducted"}),
    ("ledger_line", {"points": -1, "status": "floor"}),
    ("ledger_line", {"points": -1, "status": "mean"}),
    ("ledger_line", {"points": 1, "status": "adjusted"}),
    ("adjustment", {"kind": "other"}),
    ("adjustment", {"value_den": 0}),
    ("adjustment", {"rank_den": 0}),
    ("adjustment", {"rank_num": None}),
    ("adjustment", {"value_den": None}),
    ("adjustment", EVENT | {"kind": "bonus", "points": -1}),
    ("adjustment", EVENT | {"kind": "deduction", "points": 1}),
    ("adjustment", EVENT | {"kind": "veto", "points": -1}),
    ("adjustment", EVENT | {"kind": "limit", "points": 1}),
    ("adjustment", EVENT | {"kind": "bonus", "places_moved": 1}),
    ("grade", {"index_points": -1}),
    ("grade", {"movement": "other"}),
    ("grade", {"place": 0}),
    ("grade", {"place": 4}),
    ("grade", {"movement": "same"}),
    ("grade", {"movement": "new"}),
    ("grade", {"previous_grade": None}),
    ("grade", {"previous_grade": "five"}),
    ("task", {"kind": "other"}),
    ("task", {"status": "other"}),
    ("task", {"status": "done"}),
    ("task", {"done_on": LATER}),
    ("task", {"status": "done", "done_on": LATER}),
    ("task", {"done_by": "登记 2024-08-31"}),
    ("task", {"due_on": pd.Timestamp("2024-07-30")}),
    ("roll_up", {"level": -1}),
    ("roll_up", {"total": 8}),
    ("person_share", {"unit_den": 0}),
    ("person_share", {"personal_den": 0}),
    ("person_share", {"factor_den": 0}),
    ("person_share", {"factor_num": 42}),
    ("warning", {"colour": "green"}),
    ("warning", {"months": 0}),
    ("streak", {"months": 0}),
    ("peer_group", {"peers": 0}),
    ("restatement", {"from_data": 4}),
    ("correction", {"kind": "other"}),
    ("exemption", {"valid_to": pd.Timestamp("2024-07-01")}),
    ("due_delivery", {"expected_count": 0, "delivered_count": 0}),
    ("due_delivery", {"delivered_count": -1}),
    ("due_delivery", {"delivered_count": 4}),
    ("due_delivery", {"status": "other"}),
    ("due_delivery", {"policy": "other"}),
    ("due_delivery", {"status": "missing"}),
    ("due_delivery", {"status": "complete"}),
    ("proposal", {"list_place": 0}),
    ("proposal", {"colour": "green"}),
    ("proposal", {"circumstances": -1}),
    ("proposal", {"pool_months": 0}),
    ("proposal", {"circumstance_codes": ""}),
]
REQUIRED = [(stage, name) for stage, frame in STAGES.items() for name in (*frame.key, *frame.required)]


def _frame(stage, *changes):
    return pd.DataFrame([GOOD[stage] | change for change in changes or [{}]])


def _refused(stage, frame):
    with pytest.raises(SchemaErrors) as caught:
        STAGES[stage].validated(frame)
    return caught.value.failure_cases


@pytest.mark.parametrize("stage", STAGES)
def test_a_good_frame_comes_back_typed_with_its_columns_in_order(stage):
    shuffled = _frame(stage)[list(GOOD[stage])[::-1]]
    found = STAGES[stage].validated(shuffled)
    assert found.dtypes.astype(str).to_dict() == STAGES[stage].dtypes
    assert list(found.columns) == list(STAGES[stage].dtypes)


@pytest.mark.parametrize("stage", STAGES)
def test_the_empty_frame_is_a_good_one(stage):
    empty = STAGES[stage].empty()
    assert STAGES[stage].validated(empty).dtypes.equals(empty.dtypes)


@pytest.mark.parametrize(("stage", "change"), BAD_CELLS)
def test_every_check_refuses_what_it_is_for(stage, change):
    assert len(_refused(stage, _frame(stage, change))) >= 1


@pytest.mark.parametrize("stage", STAGES)
def test_every_check_of_a_stage_has_a_frame_that_fails_it(stage):
    checks = {check.error for check in STAGES[stage].across} | {check.error for _, check in STAGES[stage].checks}
    failed = {
        case for of, change in BAD_CELLS if of == stage for case in _refused(stage, _frame(stage, change))["check"]
    }
    assert checks <= failed


@pytest.mark.parametrize(("stage", "column"), REQUIRED)
def test_a_required_column_is_there_and_has_no_gap(stage, column):
    gap = _frame(stage, {}, {column: None})
    assert "not_nullable" in set(_refused(stage, gap)["check"])
    assert "column_in_dataframe" in set(_refused(stage, _frame(stage).drop(columns=column))["check"])


@pytest.mark.parametrize("stage", STAGES)
def test_an_unknown_column_is_refused(stage):
    assert "column_in_schema" in set(_refused(stage, _frame(stage).assign(extra=1))["check"])


@pytest.mark.parametrize("stage", STAGES)
def test_a_key_occurs_once(stage):
    assert len(_refused(stage, _frame(stage, {}, {}))) >= 1


@pytest.mark.parametrize("stage", STAGES)
def test_optional_columns_may_have_gaps(stage):
    gaps = dict.fromkeys(STAGES[stage].optional)
    if stage == "organization":
        gaps["is_assessed"] = False
    if stage == "restatement":
        gaps["new_value"] = 2
    if stage == "progress_total":
        gaps["reported"] = 0
    if stage == "adjustment":
        gaps |= {"kind": "limit", "points": 0}
    if stage == "grade":
        gaps["movement"] = "new"
    assert len(STAGES[stage].validated(_frame(stage, gaps))) == 1


def test_everything_that_is_wrong_is_said_at_once():
    found = _refused("streak", _frame("streak", {"months": 0}, {"months": 0, "org_code": None}))
    assert {"not_nullable", "greater_than_or_equal_to(1)"} <= set(found["check"])


@pytest.mark.parametrize(
    "change",
    [
        {"points": 5, "status": "met", "is_met": True},
        {"points": 0, "status": "missing", "value_num": None, "value_den": None},
        {"points": -9, "full_points": 0, "status": "deducted"},
        {"points": 9, "full_points": 0, "status": "floor", "is_met": None, "value_den": None},
        {"points": 5 + ROUNDING, "status": "mean", "is_met": None},
        {"points": 9, "full_points": 0, "status": "adjusted", "is_met": None},
        {"points": -9, "full_points": 0, "status": "adjusted"},
        {"assessor": "纪委"},
    ],
)
def test_a_line_may_have_what_its_status_allows(change):
    assert len(STAGES["ledger_line"].validated(_frame("ledger_line", change))) == 1


@pytest.mark.parametrize(
    ("stage", "change"),
    [
        ("score", {"index_points": 99}),
        ("score", {"index_points": 0}),
        ("score", {"base_points": 5 + BASE_ROUNDING}),
        ("dimension_score", {"role": "adjustment", "points": -9, "full_points": 0}),
        ("dimension_score", {"role": "adjustment", "points": 9, "full_points": 0}),
        ("dimension_score", {"points": 5 + DIMENSION_ROUNDING}),
        ("item", {"cadence": "half_year"}),
        ("item", {"kind": "coefficient", "cadence": None}),
        ("adjustment", EVENT | {"kind": "bonus", "points": 9}),
        ("adjustment", EVENT | {"kind": "deduction", "points": -9}),
        ("adjustment", EVENT | {"kind": "veto", "points": 0}),
        ("grade", {"movement": "fallen"}),
        ("grade", {"movement": "same", "previous_grade": "five"}),
        ("grade", {"movement": "new", "previous_grade": None}),
        ("task", {"due_on": DAY, "status": "overdue"}),
        ("task", {"status": "done", "done_on": LATER, "done_by": "登记 2024-08-31"}),
        ("task", {"kind": "warning", "item_code": ""}),
        ("roll_up", {"own": 0, "children": -1, "total": -1}),
    ],
)
def test_a_row_may_have_what_its_kind_allows(stage, change):
    assert len(STAGES[stage].validated(_frame(stage, change))) == 1


def test_a_total_along_the_tree_is_whole_and_one_on_a_board_is_not():
    assert (STAGES["roll_up"].dtypes["total"], STAGES["progress_total"].dtypes["total"]) == ("int64", "float64")
