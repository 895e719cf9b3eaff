"""What people read: values, rules and reasons in Chinese sentences."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from schemas.rulebook import Ballot
from transforms.wording import deduction_text, evidence, line_reasons, number, observed, points, rule_text, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(10), "10"),
        (Fraction(100), "100"),
        (Fraction("0.5"), "0.5"),
        (Fraction("12.3400"), "12.34"),
        (Fraction("-2.5"), "-2.5"),
        (Fraction("0.0001"), "0.0001"),
        (Fraction(1, 3), "约0.3333"),
        (Fraction(2, 3), "约0.6667"),
        (Fraction("0.00005"), "约0.0001"),
        (Fraction("0.00025"), "约0.0003"),
        (Fraction("-0.00025"), "约-0.0003"),
        (Fraction(1, 10**9), "约0"),
        (Fraction(10**40), "1" + "0" * 40),
    ],
)
def test_a_number_is_exact_or_says_that_it_is_not(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("given", "text"), [(50_000, "5"), (61_764, "6.1764"), (5_000, "0.5"), (0, "0"), (-10_000, "-1")]
)
def test_points_have_as_many_decimals_as_they_need(given, text):
    assert points(given) == text


@pytest.mark.parametrize(
    ("code", "num", "den", "text"),
    [
        ("OPEN", 1, 1, "是"),
        ("OPEN", 0, 1, "否"),
        ("RATIO", 19, 20, "95%"),
        ("RATIO", 2, 3, "约66.67%（2/3）"),
        ("RATIO", 1, 32, "约3.13%（1/32）"),
        ("RATIO", 40, 30, "约133.33%（40/30）"),
        ("VISITS", 9, 1, "9"),
        ("AREA", 7999, 100, "79.99亩"),
        ("HELP", 1, 3, "约0.3333次（1/3）"),
    ],
)
def test_a_value_is_shown_as_its_item_is_read(rulebook, code, num, den, text):
    (item,) = (item for item in rulebook.items if item.code == code)
    assert observed(item, num, den) == text


def test_a_target_above_1_is_no_per_cent(item_of, rule_of):
    assert shown(item_of("X", rule_of({"proportional": "1"})), Fraction(1)) == "100%"
    assert shown(item_of("X", rule_of({"proportional": "1.01"})), Fraction(1)) == "1"


@pytest.mark.parametrize(
    ("rule", "unit", "text"),
    [
        ({"at_least": "1"}, "次", "达到1次得满分，否则不得分"),
        ({"proportional": "0.95"}, "", "达到95%得满分，不足的按比例得分"),
        ({"proportional": "10"}, "户", "达到10户得满分，不足的按比例得分"),
        ("yes_no", "", "“是”得满分，“否”不得分"),
        ({"per_unit": "0.5"}, "件", "每1件得0.5分，至多4分"),
        ({"per_unit": "0.5"}, "", "每1个得0.5分，至多4分"),
        ({"inverse": "1"}, "", "每1次扣1分，扣完为止"),
        ({"scored": "100", "pass": "0.6"}, "分", "满分100，按得分比例计分，60分起为达标"),
        ({"milestones": ["03-31 0.25", "06-30 0.5"]}, "", "3月31日应达25%，6月30日应达50%"),
        (
            {"tiers": [["60", "0.6"], ["90", "1"]], "pass": "1"},
            "分",
            "格次赋分：达60分得60%，达90分得100%；90分起为达标",
        ),
    ],
)
def test_a_rule_is_told_in_a_sentence(item_of, rule_of, rule, unit, text):
    assert rule_text(item_of("X", rule_of(rule), unit=unit)) == text


def test_a_deduction_is_told_in_a_sentence(rulebook):
    assert deduction_text(rulebook.negative_items[0]) == "每次扣1分，至多扣2分"


@pytest.mark.parametrize(
    ("code", "num", "den", "status", "has_record", "text"),
    [
        ("COUNT", 2, 1, "met", True, "实际：2。达到1得满分，否则不得分。达标"),
        ("COUNT", 0, 1, "unmet", False, "实际：0。达到1得满分，否则不得分。未达标"),
        ("RATIO", 0, 0, "missing", False, "平台没有本期数据，计0分"),
        ("RATIO", 0, 0, "missing", True, "有平台数据，但没有要用的字段，或者分母为0，计0分"),
        ("AREA", 0, 0, "missing", True, "有平台数据，但没有这个字段，计0分"),
        ("OPEN", 0, 0, "missing", False, "本期没有申报，计0分"),
        ("OPEN", 1, 0, "missing", True, "已申报，但审核未通过或复核不通过，按缺失计0分"),
        ("CLOSED", 0, 0, "missing", False, "部门没有报送，计0分"),
        ("N1", 3, 1, "deducted", True, "反向指标：本期发现3次，每次扣1分，至多扣2分"),
        ("floor:care", 0, 0, "floor", False, "“关怀”扣分超过得分，维度按0分计，补回差额"),
    ],
)
def test_a_line_says_why_it_has_its_points(rulebook, code, num, den, status, has_record, text):
    line = {"item_code": code, "assessor": "", "value_num": num, "value_den": den, "status": status}
    lines = pd.DataFrame([line], index=[7])
    reasons = line_reasons(lines, pd.Series([has_record]), rulebook)
    assert reasons.to_dict() == {7: text}


def _reasons(rulebook, *rows):
    """Reasons of lines of (item, assessor, value, status), with whether a record stands behind each."""
    columns = ["item_code", "assessor", "value_num", "value_den", "status"]
    lines = pd.DataFrame([(code, by, value, int(value > 0), status) for code, by, value, status, _ in rows],
                         columns=columns)  # fmt: skip
    return line_reasons(lines, pd.Series([row[-1] for row in rows]), rulebook).tolist()


def test_each_assessors_line_speaks_for_itself(rulebook, item_of, rule_of):
    score = item_of("J", rule_of({"scored": "100", "pass": "0.6"}), source="department", unit="分")
    rules = replace(rulebook, items=tuple(replace(score, assessor=name) for name in ("甲局", "乙局")))
    assert _reasons(rules, ("J", "甲局", 59, "unmet", True), ("J", "乙局", 0, "missing", False)) == [
        "实际：59分。满分100，按得分比例计分，60分起为达标。未达标",
        "部门没有报送，计0分",
    ]


def test_what_no_other_unit_says_anything_of_is_missing(rulebook, item_of, rule_of):
    rules = replace(rulebook, items=(item_of("R", rule_of({"proportional": "1"}), source="units"),))
    assert _reasons(rules, ("R", "", 0, "missing", False)) == ["没有可以计入的上下级组织，计0分"]


def test_a_vote_that_too_few_have_cast_is_missing(rulebook, item_of, rule_of):
    ballot = Ballot("发出票数", {"优秀": Fraction(1)}, Fraction("0.8"))
    item = item_of("B", rule_of({"proportional": "1"}), source="department", ballot=ballot)
    rules = replace(rulebook, items=(item,))
    assert _reasons(rules, ("B", "", 0, "missing", True), ("B", "", 0, "missing", False)) == [
        "没有有效票，或有效票不足发出票数的80%，计票无效，按缺失计0分",
        "部门没有报送，计0分",
    ]


def test_lines_with_wide_values_say_why_too(rulebook):
    lines = pd.DataFrame(
        {"item_code": "AREA", "assessor": "", "value_num": [10**30, 1], "value_den": [1, 1], "status": "met"}
    )
    first, second = line_reasons(lines, pd.Series([True, True]), rulebook)
    assert first.startswith(f"实际：{10**30}亩。")
    assert second.startswith("实际：1亩。")


def test_no_lines_no_reasons(rulebook):
    nothing = pd.DataFrame({name: [] for name in ("item_code", "assessor", "value_num", "value_den", "status")})
    assert line_reasons(nothing, pd.Series([], dtype=bool), rulebook).empty


def _used(*keys):
    return pd.DataFrame(
        {"org": 0, "item": [item for item, _ in keys], "key": pd.Series([key for _, key in keys], dtype="str")}
    )


def test_evidence_names_the_records_in_order(rulebook):
    found = evidence(_used((0, "E3"), (1, "E9"), (0, "E1")))
    assert found.to_dict("records") == [
        {"org": 0, "item": 0, "evidence": "E1；E3"},
        {"org": 0, "item": 1, "evidence": "E9"},
    ]


@pytest.mark.parametrize(
    ("count", "text"), [(2, "E00；E01"), (3, "E00；E01；E02"), (4, "E00；E01；E02…共4条"), (30, "E00；E01；E02…共30条")]
)
def test_evidence_names_some_and_counts_the_rest(count, text):
    found = evidence(_used(*((0, f"E{n:02d}") for n in reversed(range(count)))), at_most=3)
    assert found["evidence"].tolist() == [text]
