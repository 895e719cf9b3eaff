"""The frames that stages hand on: typed, in order, and every check fails on a frame that it is for."""

from __future__ import annotations

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from schemas.stages import STAGES

LINE = {
    "org_code": "0001", "item_code": "P01", "assessor": "", "points": 3, "full_points": 5, "status": "unmet",
    "reason": "未达标", "evidence": "E1", "value_num": 3, "value_den": 5, "is_met": False,
}  # fmt: skip
GOOD = {
    "observation": {"org": 0, "item": 0, "value_num": 2**70, "value_den": 0},
    "organization": {
        "org_code": "0001", "org_name": "山上支部", "kind": "branch", "is_assessed": True, "domain": "hill",
        "parent_code": None, "town": None, "members": None, "groups": 2, "predecessor_code": None, "succession": None,
    },
    "item": {
        "item_code": "P01", "item_order": 1, "item_name": "例会", "dimension": "order", "category": "日常",
        "kind": "common", "source": "platform", "full_points": 5, "rule": "at_least", "rule_text": "达到1得满分",
        "cadence": "month", "target": 1.0, "lead_unit": "甲局", "reference": "第三条",
    },
    "label": {"label_kind": "domain", "code": "hill", "name": "山区", "sort": 0},
    "score": {
        "org_code": "0001", "domain": "hill", "index_points": 5, "full_points": 5, "rank": 1, "peers": 1,
        "previous_rank": None,
    },
    "dimension_score": {
        "org_code": "0001", "dimension": "order", "points": 5, "full_points": 5, "standing": "",
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
    "warning": {
        "org_code": "0001", "warning_code": "unmet", "item_code": "", "colour": "red", "severity": 3,
        "reason": "未达标", "responsible_code": "", "responsible_name": "", "since_period": "2024-07", "months": 1,
    },
    "streak": {"org_code": "0001", "warning_code": "unmet", "item_code": "", "since_period": "2024-07", "months": 1},
    "restatement": {
        "org_code": "0001", "measure": "rank", "from_data": 3, "from_registry": 0, "from_rules": -1, "from_code": 0,
        "from_streaks": 0, "cause": "数据、规则", "old_value": None, "new_value": 2,
    },
    "edition_source": {"source_id": 7},
    "peer_group": {"domain": "hill", "warning_code": "low", "peers": 1, "bottom_count": 0, "is_too_small": True},
}  # fmt: skip

BAD_CELLS = [
    ("observation", {"org": -1}),
    ("observation", {"item": -1}),
    ("observation", {"value_den": -1}),
    ("organization", {"domain": None}),
    ("item", {"kind": "other"}),
    ("item", {"cadence": "week"}),
    ("item", {"full_points": -1}),
    ("score", {"index_points": -1}),
    ("score", {"index_points": 6}),
    ("score", {"rank": 0}),
    ("score", {"rank": 2}),
    ("dimension_score", {"points": -1}),
    ("dimension_score", {"points": 8}),
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
    ("warning", {"colour": "green"}),
    ("warning", {"months": 0}),
    ("streak", {"months": 0}),
    ("peer_group", {"peers": 0}),
    ("restatement", {"from_data": 4}),
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
    ],
)
def test_a_line_may_have_what_its_status_allows(change):
    assert len(STAGES["ledger_line"].validated(_frame("ledger_line", change))) == 1
