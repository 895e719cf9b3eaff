"""Danfeng's standards and stars: the example comes to what was worked out, and the claims that the system makes."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from boards.rules import rules_told
from rulebooks.linter import lint
from rulebooks.loader import load
from schemas.rulebook import POINT, RuleBook
from tests.comparing import differences, scored_example
from tests.systems.arithmetic import half_up
from tests.systems.danfeng import catalogue, naive
from tests.systems.danfeng.make import ROOT, make
from tests.systems.danfeng.story import PERIODS, WORKED, facts
from tests.systems.forms import contents
from warehouse import published
from warehouse.views import VIEWS

ROSE = {
    # from, to; a star one step below what the number alone would give is marked
    "061022100001": ("four", "five"),
    "061022100002": ("three", "four"),  # one_step
    "061022200003": ("two", "three"),  # one_step
    "061022300001": ("four", "five"),
    "061022300003": ("two", "three"),
    "061022400004": ("three", "four"),
    "061022400013": ("one", "two"),  # one_step
    "061022500003": ("three", "four"),
    "061022500004": ("three", "four"),
    "061022600001": ("four", "five"),
    "061022600003": ("two", "three"),
    "061022600012": ("three", "four"),
}
FELL = {
    "061022200001": ("five", "three"),
    "061022200002": ("two", "one"),
    "061022400003": ("four", "two"),
    "061022400012": ("three", "two"),
    "061022600011": ("four", "three"),
}
ONE_STEP = {"061022100002", "061022200003", "061022400013"}
KEY = r"(?:SJ|LD|DY)\d{4}"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return scored_example("danfeng", tmp_path_factory.mktemp("danfeng"))


@pytest.fixture(scope="module")
def rules() -> RuleBook:
    return load("danfeng", date(2023, 12, 31))


@pytest.fixture(scope="module")
def results() -> dict[str, naive.Cards]:
    return naive.scored(facts(), PERIODS)


def test_the_example_comes_to_what_is_expected(district: Any) -> None:
    assert differences(district.engine, "danfeng") == []


def test_the_example_is_what_its_program_writes(tmp_path: Path) -> None:
    make(tmp_path)
    assert contents(tmp_path) == contents(ROOT)


def test_37_standards_over_four_norms_and_seven_domains_7_plus_1(rules: RuleBook) -> None:
    assert not lint("danfeng")
    standards = [item for item in rules.items if set(item.domains) & set(catalogue.SEVEN)]
    assert len(standards) == 37
    assert {item.dimension for item in standards} == {dimension.code for dimension in rules.dimensions}
    assert len(rules.dimensions) == 4
    for domain in catalogue.SEVEN:
        own = [item for item in standards if domain in item.domains]
        categories = {kind: {item.category for item in own if item.kind == kind} for kind in ("common", "specific")}
        assert (len(own), len(categories["common"]), categories["specific"]) == (31, 7, {"领域特色"})
        assert {item.dimension for item in own} == set(catalogue.DIMENSIONS)


def test_every_list_is_30_by_the_month_30_by_the_quarter_and_40_at_the_years_end(rules: RuleBook) -> None:
    full: dict[str, Counter[str]] = defaultdict(Counter)
    for item in rules.items:
        for domain in item.domains:
            full[domain][item.cadence] += item.points
    assert len(full) == 14
    assert all(own == {"month": 30 * POINT, "quarter": 30 * POINT, "year": 40 * POINT} for own in full.values())


def test_the_naive_catalogue_is_the_rule_books(rules: RuleBook) -> None:
    ours = {(i.code, i.dimension, i.domains, i.cadence, i.points) for i in rules.items}
    assert ours == {(i.code, i.dimension, i.domains, i.cadence, i.points) for i in catalogue.ITEMS}
    assert {i.code: (i.dimension, i.each, i.cap, i.rectify_days) for i in rules.negative_items} == catalogue.NEGATIVE


def test_the_promotion_list_is_right_after_two_periods(district: Any) -> None:
    grades = published.view(district.engine, "grades", period="2023", scale="star")
    for movement, wanted in (("risen", ROSE), ("fallen", FELL)):
        moved = grades[grades["movement"] == movement]
        found = {row.org_code: (row.previous, row.grade) for row in moved.itertuples()}
        assert found == wanted
    assert set(grades.loc[grades["limited_by"] == "one_step", "org_code"]) == ONE_STEP
    (first_time,) = grades.loc[grades["movement"] == "new", "org_code"]
    assert first_time == "061022600005"


def test_the_first_of_the_villages_rises_by_one_star_only_and_keeps_its_number(district: Any) -> None:
    score = _row(district, "index_scores", "2023", WORKED)
    assert (score["index_points"], score["rank"]) == (93.5867, 1)
    grade = _row(district, "grades", "2023", WORKED)
    assert (grade["previous"], grade["grade"], grade["limited_by"]) == ("three", "four", "one_step")


def test_exactly_90_is_five_stars_and_a_little_less_is_four(district: Any) -> None:
    for code, points, star in (("061022400001", 90, "five"), ("061022400002", 89.9995, "four")):
        assert _row(district, "index_scores", "2023", code)["index_points"] == points
        assert _row(district, "grades", "2023", code)["grade"] == star


def test_a_failed_acceptance_caps_the_star(district: Any) -> None:
    code = "061022200003"
    assert _row(district, "index_scores", "2022", code)["index_points"] > 80
    grade = _row(district, "grades", "2022", code)
    assert (grade["grade"], grade["limited_by"]) == ("two", "acceptance_failed")


def test_stars_are_hung_commended_and_put_right(district: Any) -> None:
    tasks = published.view(district.engine, "tasks", period="2023", kind="consequence")
    own = tasks[tasks["raised_on"] == "2023-12-31"]
    after = own.groupby("org_code")["task_code"].agg(lambda codes: tuple(sorted(codes))).to_dict()
    stars = published.view(district.engine, "grades", period="2023").set_index("org_code")["grade"]
    assert after == {org: tuple(sorted(catalogue.CONSEQUENCES[star])) for org, star in stars.items()}


def test_a_consequence_stands_in_the_next_year_until_it_is_done(district: Any) -> None:
    tasks = published.view(district.engine, "tasks", period="2023", kind="consequence")
    left = tasks[tasks["raised_on"] == "2022-12-31"]
    assert len(left) == 32
    assert set(left["status"]) == {"done"}  # in the spring of 2023
    orders = published.view(district.engine, "tasks", kind="rectification")
    assert set(orders["period"]) == {"2022Q4", "2023Q4"}  # the negative list's cadence, not again in the year


def test_a_tie_for_last_is_spared(district: Any) -> None:
    flagged = published.view(district.engine, "warnings", period="2022-11", warning_code="show_bottom")
    for code in ("061022100002", "061022200003"):
        assert _row(district, "index_scores", "2022-11", code)["rank"] == 5
        assert code not in set(flagged["org_code"])


def test_four_routines_and_three_ones_are_items_of_the_committees(rules: RuleBook) -> None:
    own = [item for item in rules.items if item.domains == ("committee",)]
    routines = {item.name: item.cadence for item in own if item.category == "四项制度"}
    assert routines == {"月例会": "month", "督查通报": "quarter", "重点工作报告": "quarter", "述职考评": "year"}
    read = {item.relatives.item for item in own if item.relatives and item.relatives.of == "met"}
    assert read == {item.code for item in rules.items if item.domains == ("leader",) and item.category == "三个一"}
    assert len(read) == 3


def test_members_earn_along_the_six_steps(rules: RuleBook) -> None:
    steps = [item.category for item in rules.items if item.domains == ("member",)]
    assert list(dict.fromkeys(steps)) == ["承诺", "践诺", "监督", "积分", "评议", "运用"]


def test_a_secretarys_list_weighs_the_result_of_the_unit(results: dict[str, naive.Cards]) -> None:
    year = results["2023"]
    for secretary, unit in (("SJ0102", WORKED), ("SJ0001", "061022100000")):
        line = year[secretary].lines["J05"]
        assert line.points == half_up(240_000 * Fraction(year[unit].index, 1_000_000))


def test_building_groups_count_in_grids_and_grids_in_communities(district: Any) -> None:
    def points(code: str) -> int:
        return round(_row(district, "index_scores", "2023", code)["index_points"] * POINT)

    def earned(code: str, item: str) -> int:
        (row,) = published.view(district.engine, "ledger", period="2023", org_code=code, item_code=item).itertuples()
        return round(row.points * POINT)

    buildings = [points(f"0610223001{n}") for n in (11, 12)]
    assert earned("061022300011", "G04") == half_up(Fraction(sum(buildings), 2) * 20 / 100)
    grids = [points(f"0610223000{n}") for n in (11, 12)]
    assert earned("061022300001", "B32") == half_up(Fraction(sum(grids), 2) * 4 / 100)


def test_no_key_of_a_person_is_in_any_published_view(district: Any) -> None:
    for name in VIEWS:
        shown = published.view(district.engine, name).astype("str")
        found = [column for column in shown if shown[column].str.contains(KEY, regex=True).any()]
        assert not found, (name, found)


def _row(district: Any, view: str, period: str, code: str) -> Any:
    (row,) = published.view(district.engine, view, period=period, org_code=code).to_dict("records")
    return row


def test_a_rise_by_one_step_is_told() -> None:
    (star,) = rules_told(load("danfeng", date(2023, 12, 31)))["scales"]
    assert star["rule"].endswith("逐级晋升，每期至多升一级")
