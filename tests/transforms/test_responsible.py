"""Who must see to a warning."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from schemas.outcomes import ByBody, Itself, MostPointsLost, NearestKind
from schemas.rulebook import Body
from transforms.responsible import points_by_unit, with_responsible

UP = NearestKind(("committee", "work_committee"))
OFFICE = ByBody("办公室")


@pytest.fixture(scope="module")
def organizations():
    rows = [
        ("0001", "山上支部", "branch", "0008"),
        ("0002", "无上级支部", "branch", None),
        ("0008", "镇总支", "general_branch", "0009"),
        ("0009", "镇委员会", "committee", None),
    ]
    return pd.DataFrame(rows, columns=["org_code", "org_name", "kind", "parent_code"]).astype("str")


@pytest.fixture(scope="module")
def led(organizations, rulebook, condition_of):
    """Code and name of who must see to a trigger under a condition with these candidates."""

    def find(org_code, *candidates, item_code="", lost=None, rules=rulebook):
        rules = replace(rules, conditions=(condition_of("C", None, "blue", 1, *candidates),))
        triggers = pd.DataFrame([(org_code, "C", item_code)], columns=["org_code", "warning_code", "item_code"])
        points = pd.DataFrame([lost or {"甲局": 1}], index=[org_code])
        (row,) = with_responsible(triggers.astype("str"), organizations, points, rules).to_dict("records")
        return row["responsible_code"], row["responsible_name"]

    return find


def test_the_nearest_committee_above(led):
    assert led("0001", UP, OFFICE) == ("0009", "镇委员会")


def test_candidates_are_tried_in_order(led):
    assert led("0001", NearestKind(("general_branch",)), UP) == ("0008", "镇总支")
    assert led("0001", NearestKind(("work_committee",)), UP, OFFICE) == ("0009", "镇委员会")


@pytest.mark.parametrize("org_code", ["0002", "0009"])
def test_a_body_steps_in_where_there_is_no_committee_above(led, org_code):
    assert led(org_code, UP, OFFICE) == ("办公室", "区办公室")


def test_the_organisation_that_it_is_about_can_see_to_it_itself(led):
    assert led("0002", UP, Itself(), OFFICE) == ("0002", "无上级支部")
    assert led("0001", Itself()) == ("0001", "山上支部")


def test_where_no_candidate_exists_nobody_is_named(led):
    assert led("0002", UP) == ("", "")


def test_the_unit_with_the_most_points_lost(led):
    assert led("0001", MostPointsLost(), lost={"甲局": 10, "乙局": 30, "丙局": 20}) == ("乙局", "乙局")


def test_a_tie_goes_to_the_unit_that_the_rule_book_names_first(led):
    assert led("0001", MostPointsLost(), lost={"甲局": 10, "乙局": 30, "丙局": 30})[0] == "乙局"
    assert led("0001", MostPointsLost(), lost={"甲局": 0, "乙局": 0})[0] == "甲局"


def test_a_trigger_that_names_a_unit_is_that_units(led):
    assert led("0001", MostPointsLost(), item_code="unit:丙局", lost={"甲局": 10, "丙局": 0})[0] == "丙局"


def test_a_unit_that_is_a_body_is_shown_by_its_name(led, rulebook):
    rules = replace(rulebook, bodies=(Body("甲局", "区第一局"),))
    assert led("0001", MostPointsLost(), rules=rules) == ("甲局", "区第一局")


def test_each_trigger_follows_its_own_condition(organizations, rulebook, condition_of):
    rules = replace(
        rulebook, conditions=(condition_of("A", None, "blue", 1, UP), condition_of("B", None, "red", 3, OFFICE))
    )
    triggers = pd.DataFrame(
        {"org_code": ["0001", "0001", "0002"], "warning_code": ["B", "A", "B"], "item_code": ""}, index=[5, 3, 8]
    )
    found = with_responsible(triggers, organizations, pd.DataFrame(index=["0001", "0002"]), rules)
    assert found["responsible_code"].to_dict() == {5: "办公室", 3: "0009", 8: "办公室"}


def test_without_triggers_nobody_is_responsible(organizations, rulebook):
    nothing = pd.DataFrame({name: pd.Series(dtype="str") for name in ("org_code", "warning_code", "item_code")})
    found = with_responsible(nothing, organizations, pd.DataFrame(columns=["甲局"]), rulebook)
    assert found.empty
    assert {"responsible_code", "responsible_name"} <= set(found.columns)


def test_points_of_a_unit_are_those_of_its_items_deductions_aside(rulebook):
    lines = pd.DataFrame(
        {
            "org": [0, 0, 0, 0, 1],
            "item_code": ["COUNT", "OPEN", "RATIO", "N1", "RATIO"],
            "points": [5, 4, 3, -10, 2],
        }
    )
    found = points_by_unit(lines, "points", 3, rulebook)
    assert list(found.columns) == ["甲局", "乙局", "丙局", "丁局"]
    assert found.to_numpy().tolist() == [[9, 3, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0]]


def test_units_are_in_the_order_in_which_the_rule_book_names_them(rulebook):
    backwards = replace(rulebook, items=rulebook.items[::-1])
    lines = pd.DataFrame({"org": [0], "item_code": ["COUNT"], "points": [5]})
    assert next(iter(points_by_unit(lines, "points", 1, backwards))) == "甲局"
    assert list(points_by_unit(lines, "points", 1, backwards))[:2] == ["甲局", "丁局"]
