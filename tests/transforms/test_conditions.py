"""Which organisations a condition holds for in one period."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from schemas.conditions import (
    BottomPercent,
    DateDue,
    FindingReviewed,
    IndexBelow,
    ItemUnmet,
    OrderOverdue,
    Streak,
    UnmetCount,
)
from schemas.periods import Period
from schemas.rulebook import Rule
from schemas.stages import STAGES
from transforms.conditions import Scene, held
from transforms.ledger import no_lines
from transforms.observations import together

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
    assert found.holds["reason"].tolist() == ["反向指标“记录造假”本期发现2次", "反向指标“年度漏报”本期发现1次"]


def test_the_bottom_by_index_is_that_of_each_domain(holds, records):
    cases, found = holds(BOTTOM, declarations=_opened(records, "0001", "0002", "0003"))
    assert cases == {("0004", "")}
    assert found.holds["reason"].tolist() == ["本期指数在本领域4个组织中列第4名，位于后25%"]
    groups = found.groups.set_index("peer_group")
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


def test_a_condition_on_runs_looks_at_other_periods(holds):
    with pytest.raises(TypeError, match="other periods"):
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


def test_a_condition_on_some_items_holds_for_those_alone(holds):
    cases, _ = holds(ItemUnmet(dynamic=False, items=("VISITS", "TERM")))
    assert cases == {(f"000{n}", item) for n in range(1, 6) for item in ("VISITS", "TERM")}
    assert holds(ItemUnmet(dynamic=True, items=("VISITS", "TERM")))[0] == {(f"000{n}", "TERM") for n in range(1, 6)}


def test_an_item_that_several_assess_is_one_case(holds, rulebook, item_of):
    jury = tuple(item_of("X", Rule("yes_no"), source="department", assessor=name) for name in ("甲局", "乙局"))
    rules = replace(rulebook, items=jury)
    assert holds(ItemUnmet(dynamic=False), rules)[0] == {(f"000{n}", "X") for n in range(1, 6)}
    assert holds(UnmetCount(at_least=1, below=2), rules)[0] == {(f"000{n}", "") for n in range(1, 6)}


# conditions at their limits


@pytest.fixture(scope="module")
def looked_at(rulebook, condition_of):
    """The reasons of one condition of a period for one organisation, 0001, about which so much is said."""

    def look(when, period="2024-07", lines=None, index=0, due=None, tasks=None, rules=rulebook):
        assessed = pd.DataFrame({"org_code": ["0001"], "domain": ["hill"], "peer_group": ["hill"]}).astype("str")
        dates = pd.DataFrame({"org": [0], "condition": ["C"], "due": pd.to_datetime([due])})
        scene = Scene(
            Period.parse(period), assessed, assessed, no_lines() if lines is None else lines,
            assessed.assign(index_points=index), together(), dates[dates["due"].notna()],
            STAGES["task"].empty() if tasks is None else tasks,
        )  # fmt: skip
        found = held(condition_of("C", when), scene, rules)
        assert found.groups.empty
        assert found.holds["org"].isin([0]).all()
        return dict(zip(found.holds["item_code"], found.holds["reason"], strict=True))

    return look


def _unmet(count):
    """Five items C1 … C5, so many of them unmet; a deduction and a floor beside them."""
    rows = [(f"C{n}", n > count, "met" if n > count else "unmet") for n in range(1, 6)]
    rows += [("N1", False, "deducted"), ("floor:care", None, "floor"), ("D01", False, "adjusted")]
    frame = pd.DataFrame(rows, columns=["item_code", "is_met", "status"])
    return frame.astype({"item_code": "str", "is_met": "boolean", "status": "str"}).assign(org=0)


@pytest.mark.cases("conditions", "unmet_count")
def test_so_many_unmet_items(case, looked_at):
    below = int(case["below"]) if "below" in case else None
    found = looked_at(
        UnmetCount(int(case["from"]), below, tuple(case.get("items", ()))), lines=_unmet(int(case["unmet"]))
    )
    assert list(found) == ([""] if case["holds"] == "yes" else [])
    if found and "items" not in case:
        assert found[""] == f"有{case['unmet']}项指标未达标"


@pytest.mark.cases("conditions", "index_below")
def test_an_index_below_so_many_points(case, looked_at, ten_thousandths):
    found = looked_at(IndexBelow(ten_thousandths(case["points"])), index=ten_thousandths(case["index"]))
    assert found == ({"": f"得{case['index']}分，低于60分"} if case["holds"] == "yes" else {})


@pytest.mark.cases("conditions", "date_due")
def test_a_date_that_comes_or_is_over(case, looked_at):
    found = looked_at(DateDue("roster", "term_ends_on", int(case["months"])), case["period"], due=case["due"])
    assert found == ({"": case["told"]} if "told" in case else {})


def test_without_a_date_nothing_is_due(looked_at):
    assert looked_at(DateDue("roster", "term_ends_on", 6)) == {}


def _tasks(*rows):
    columns = ["org_code", "item_code", "kind", "due_on", "done_on"]
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[:3], "str"))
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in columns[3:]})


@pytest.mark.cases("conditions", "order_overdue")
def test_an_order_whose_deadline_is_over(case, looked_at):
    tasks = _tasks(("0001", "N1", case.get("kind", "rectification"), case["due"], case.get("done")))
    told = f"整改期限{case['due']}已过，还没有完成"
    assert looked_at(OrderOverdue(), tasks=tasks) == ({"N1": told} if case["holds"] == "yes" else {})


def test_orders_of_one_item_are_one_case_and_those_of_others_are_theirs(looked_at):
    order = ("rectification", "2024-07-20", None)
    tasks = _tasks(
        ("0001", "N1", *order), ("0001", "N1", "rectification", "2024-07-10", None), ("0001", "N2", *order),
        ("0002", "N1", *order),
    )  # fmt: skip
    assert looked_at(OrderOverdue(), tasks=tasks) == {
        "N1": "整改期限2024-07-10已过，还没有完成（共2件）",
        "N2": "整改期限2024-07-20已过，还没有完成",
    }
