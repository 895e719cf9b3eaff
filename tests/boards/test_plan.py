"""The plan of a backfill, as text and as data: who changes how, and what a period comes to."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from boards.plan import SHOWN, plan_data, plan_lines, plan_markdown
from schemas.periods import Period
from transforms.restatements import COLOUR, UNIT, Planned

JULY, QUARTER = Period.parse("2024-07"), Period.parse("2024Q3")
Row = tuple[str, str, float | None, float | None]


def _planned(*rows: Row, told: str | None = None, is_changed: bool = True) -> Planned:
    """July with changes: measure, code, old and new value as people read them."""
    frame = pd.DataFrame(rows, columns=["measure", "org_code", "old_value", "new_value"])
    for side in ("old_value", "new_value"):
        frame[side] = [None if pd.isna(value) else round(value * UNIT) for value in frame[side]]
    frame = frame.astype({"old_value": "Int64", "new_value": "Int64"})
    frame["org_name"] = "第" + frame["org_code"].astype("str") + "支部"
    return Planned(JULY, is_changed, 30, frame.assign(told=told))


def test_a_period_without_an_edition_is_new() -> None:
    new = Planned(QUARTER, True, 119)
    assert [*plan_lines([new])] == [
        "2024Q3：还没有版次，将首次发布，119个组织",
        "以上是补算计划，没有写入任何数据：1个考核期中1个将有新版。执行请去掉--plan",
    ]
    assert plan_data([new]) == [
        {"period": "2024Q3", "is_new": True, "is_changed": True, "organizations": 119}
        | {"waits_for": "", "is_held": False, "index": [], "rank": [], "top": [], "colour": [], "grade": []}
    ]


def test_a_period_that_waits_for_somebody_says_for_whom() -> None:
    waits_for = "没有收到住建局（部门报送）"
    held = Planned(QUARTER, False, 119, waits_for=waits_for, is_held=True)
    shown = Planned(QUARTER, True, 119, waits_for=waits_for)
    assert [*plan_lines([held, shown])] == [
        "2024Q3：不会发布，还在等：没有收到住建局（部门报送）",
        "2024Q3：还没有版次，将首次发布（即时版，还在等：没有收到住建局（部门报送）），119个组织",
        "以上是补算计划，没有写入任何数据：2个考核期中1个将有新版。执行请去掉--plan",
    ]


def test_a_period_in_which_nothing_changes_is_said_to() -> None:
    same = _planned(is_changed=False)
    assert [*plan_lines([same, Planned(QUARTER, True, 30)])] == [
        "2024-07：没有变化",
        "2024Q3：还没有版次，将首次发布，30个组织",
        "以上是补算计划，没有写入任何数据：2个考核期中1个将有新版。执行请去掉--plan",
    ]
    assert not plan_data([same])[0]["is_changed"]


def test_changes_are_counted_and_told_by_kind_colours_first() -> None:
    changed = _planned(
        ("index_points", "1", 60.1234, 58),
        ("index_points", "2", None, 41.5),
        ("dimension:order", "1", 20, 18),
        ("item:P01", "1", 5, 3),
        ("rank", "1", 3, 12),
        ("rank", "2", None, 20),
        ("previous_rank", "1", 1, 2),
    )
    colour = _planned((COLOUR, "1", 3, 1), told="由红变为蓝。不再有：连续3个月").differences
    assert changed.differences is not None
    both = pd.concat([changed.differences, colour], ignore_index=True)
    text = [*plan_lines([Planned(JULY, True, 30, both)])]
    assert text == [
        "2024-07：将发布新版；指数变化2个，名次变化2个，TOP10变化1个，预警颜色变化1个",
        "  颜色  第1支部（1） 由红变为蓝。不再有：连续3个月",
        "  TOP10  出 第1支部（1） 名次3→12",
        "  指数  第1支部（1） 60.1234→58",
        "  指数  第2支部（2） 无→41.5",
        "  名次  第1支部（1） 3→12",
        "  名次  第2支部（2） 无→20",
        "以上是补算计划，没有写入任何数据：1个考核期中1个将有新版。执行请去掉--plan",
    ]


def test_a_new_edition_in_which_what_is_counted_stays_says_what_changes() -> None:
    text = [*plan_lines([_planned(("previous_rank", "1", 3, 4), ("item:P01", "1", 1, 2))])]
    assert text[0] == "2024-07：将发布新版；指数、名次、TOP10、颜色和等次都不变，变的是明细、上期名次或规则"
    assert len(text) == 2


@pytest.mark.parametrize(
    ("old", "new", "enters"),
    [(11, 10, True), (10, 11, False), (None, 10, True), (10, None, False), (1, 40, False), (40, 1, True)],
)
def test_places_that_cross_the_tenth_are_told(old: float | None, new: float | None, enters: bool) -> None:
    (told,) = plan_data([_planned(("rank", "1", old, new))])
    assert told["top"] == [{"org_code": "1", "org_name": "第1支部", "old": old, "new": new, "enters": enters}]
    assert told["rank"] == [{"org_code": "1", "org_name": "第1支部", "old": old, "new": new}]
    assert any(line.startswith(f"  TOP10  {'进' if enters else '出'} 第1支部（1） ") for line in plan_lines(
        [_planned(("rank", "1", old, new))]
    ))  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [(1, 10), (10, 1), (11, 12), (None, 11), (11, None)])
def test_other_places_are_not(old: float | None, new: float | None) -> None:
    assert plan_data([_planned(("rank", "1", old, new))])[0]["top"] == []


def test_the_text_names_some_and_the_data_all() -> None:
    many = _planned(*(("index_points", f"{number:02d}", 50, 50 + number) for number in range(1, SHOWN + 6)))
    text = [*plan_lines([many])]
    assert [line for line in text if line.startswith("  指数")][SHOWN:] == ["  指数  ……另有5个，全部见--json"]
    assert len(plan_data([many])[0]["index"]) == SHOWN + 5
    exactly = _planned(*(("index_points", f"{number:02d}", 50, 51) for number in range(SHOWN)))
    assert not any("另有" in line for line in plan_lines([exactly]))


def test_data_is_for_machines_and_the_page_is_the_text() -> None:
    changed = _planned((COLOUR, "1", None, 2), ("index_points", "1", 1.0001, 2), told="由无预警变为黄")
    told = json.loads(json.dumps(plan_data([changed])))
    assert told[0]["colour"] == [
        {"org_code": "1", "org_name": "第1支部", "old": None, "new": 2.0, "told": "由无预警变为黄"}
    ]
    assert told[0]["index"] == [{"org_code": "1", "org_name": "第1支部", "old": 1.0001, "new": 2.0}]
    page = plan_markdown([changed]).splitlines()
    assert page == [f"    {line}" for line in plan_lines([changed])]


def test_an_empty_plan_says_so() -> None:
    assert [*plan_lines([])] == ["以上是补算计划，没有写入任何数据：0个考核期中0个将有新版。执行请去掉--plan"]
    assert plan_data([]) == []


def test_entries_of_registers_that_were_returned_are_told_before_the_end() -> None:
    text = [*plan_lines([Planned(JULY, True, 30)], {"exemptions": 1, "corrections": 8})]
    assert text[1:3] == ["更正登记有8条退回，没有采用（见回执）", "豁免登记有1条退回，没有采用（见回执）"]
    assert text[-1].startswith("以上是补算计划")
