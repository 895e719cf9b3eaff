"""Which organisations a condition holds for in one month."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from schemas.rulebook import BottomPercent, FindingReviewed, ItemUnmet, Streak
from transforms.conditions import held

BOTTOM = BottomPercent(Fraction(25), "index", "floor", "spare")
DYNAMIC = {"COUNT", "POSTS", "TERM"}


def _cases(found, month):
    rows = found.holds.to_dict("records")
    return {(month.assessed["org_code"][row["org"]], row["item_code"]) for row in rows}


def _opened(records, *orgs):
    return records("declarations", *({"org_code": org} for org in orgs))


@pytest.fixture(scope="module")
def holds(records, scored, scene, village, rulebook, condition_of):
    """Cases in which a condition holds for records of July."""

    def look(when, rules=rulebook, **given):
        month = scene(scored(**given, registry=village, rules=rules), rules)
        found = held(condition_of("C", when), month, rules)
        assert list(found.holds.columns) == ["org", "item_code", "reason"]
        return _cases(found, month), found

    return look


def test_every_unmet_dynamic_item_is_a_case_also_a_missing_one(holds, records):
    cases, found = holds(ItemUnmet(dynamic=True), events=records("events", {"org_code": "0001"}))
    assert cases == {(f"000{n}", item) for n in range(1, 6) for item in DYNAMIC} - {("0001", "COUNT")}
    reasons = set(found.holds["reason"])
    assert reasons == {
        "动态监测要素“指标COUNT”未达标：实际：0",
        "动态监测要素“指标POSTS”未达标：本期没有数据",
        "动态监测要素“指标TERM”未达标：本期没有数据",
    }


def test_a_condition_on_all_items_holds_for_those_that_are_not_dynamic_too(holds, records):
    cases, found = holds(ItemUnmet(dynamic=False), declarations=_opened(records, "0001"))
    of_first = {item for org, item in cases if org == "0001"}
    assert {"VISITS", "FLAG", *DYNAMIC} <= of_first
    assert "OPEN" not in of_first
    assert "指标“指标VISITS”未达标：本期没有数据" in set(found.holds["reason"])
    assert len(found.groups) == 0


def test_a_deduction_is_no_unmet_item(holds, records):
    cases, _ = holds(ItemUnmet(dynamic=False), findings=records("findings", {}))
    assert not {item for _, item in cases} & {"N1", "floor:order"}


def test_every_negative_item_with_a_reviewed_finding_of_the_month_is_a_case(holds, records):
    rows = [
        {},
        {"found_on": "2024-07-20"},
        {"item_code": "N3", "org_code": "0005"},
        {"item_code": "N2", "review_status": "待审"},
    ]
    cases, found = holds(FindingReviewed(), findings=records("findings", *rows))
    assert cases == {("0001", "N1"), ("0005", "N3")}
    assert found.holds["reason"].tolist() == ["反向指标“记录造假”本月发现2次", "反向指标“年度漏报”本月发现1次"]


def test_the_bottom_by_index_is_that_of_each_domain(holds, records):
    cases, found = holds(BOTTOM, declarations=_opened(records, "0001", "0002", "0003"))
    assert cases == {("0004", "")}
    assert found.holds["reason"].tolist() == ["本月指数在本领域4个组织中列第4名，位于后25%"]
    groups = found.groups.set_index("domain")
    assert groups["bottom_count"].to_dict() == {"hill": 1, "plain": 0}
    assert groups["is_too_small"].to_dict() == {"hill": False, "plain": True}


def test_a_tied_block_across_the_line_is_spared_or_included_as_the_rule_book_says(holds, records):
    declared = _opened(records, "0001", "0002")
    assert holds(BOTTOM, declarations=declared)[0] == set()
    assert holds(replace(BOTTOM, ties="include"), declarations=declared)[0] == {("0003", ""), ("0004", "")}


def test_the_bottom_by_lead_unit_looks_at_the_points_of_each_units_items(holds, records):
    events = [{"org_code": f"000{n}", "event_id": f"E{n}", "topic": "茶话会"} for n in (2, 3, 4)]
    declared = _opened(records, "0001", "0002", "0003")
    by_unit = replace(BOTTOM, basis="lead_unit_points")
    cases, found = holds(by_unit, events=records("events", *events), declarations=declared)
    assert cases == {("0001", "unit:乙局"), ("0004", "unit:甲局")}
    assert "乙局牵头的指标得分位于本领域后25%" in found.holds["reason"].tolist()
    assert found.groups["bottom_count"].tolist() == [1, 0]


def test_nobody_is_at_the_bottom_of_a_unit_that_leads_on_none_of_the_months_items(holds, records):
    when = replace(BOTTOM, basis="lead_unit_points", ties="include")
    cases, _ = holds(when, declarations=_opened(records, "0001", "0002", "0003"))
    assert "unit:丁局" not in {item for _, item in cases}


def test_a_condition_on_runs_looks_at_other_months(holds):
    with pytest.raises(TypeError, match="other months"):
        holds(Streak("C", 3, "same_item"))


def test_where_nobody_is_assessed_or_nothing_is_scored_no_condition_holds(
    scored, scene, rulebook, condition_of, registry_of
):
    empty = scored(registry=registry_of({"org_code": "0009", "org_name": "镇委员会", "domain": None}))
    no_rules = replace(rulebook, items=(), negative_items=())
    unscored = scored(rules=no_rules)
    for when in (ItemUnmet(True), FindingReviewed(), BOTTOM, replace(BOTTOM, basis="lead_unit_points")):
        assert held(condition_of("C", when), scene(empty), rulebook).holds.empty
        assert held(condition_of("C", when), scene(unscored, no_rules), no_rules).holds.empty
