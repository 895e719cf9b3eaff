"""Dinghai's coefficient method: the example comes to what was worked out, and the claims that the system makes."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from rulebooks.linter import lint
from rulebooks.loader import load
from schemas.rulebook import POINT
from tests.comparing import differences, scored_example
from tests.conftest import empty_database
from tests.systems.dinghai import naive
from tests.systems.dinghai.catalogue import ASSESSORS, PERSON
from tests.systems.dinghai.make import ROOT, make
from tests.systems.dinghai.sheets import reported
from tests.systems.dinghai.story import A, B, C, D, E, F, G, H, J, K, facts_of_the_district
from tests.systems.forms import contents
from warehouse import editions, published
from warehouse.views import VIEWS

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases/coefficients.yaml").read_text("utf-8"))
KEY = r"DY\d{4}"
DAYS = {"2017": date(2017, 12, 31), "2018": date(2018, 12, 31)}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def district(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("dinghai")
    if request.param == "sqlite":
        yield scored_example("dinghai", folder)
        return
    with empty_database(request.getfixturevalue("postgres_url")) as url:
        yield scored_example("dinghai", folder, url=url)


def test_the_example_comes_to_what_is_expected(district: Any) -> None:
    assert differences(district.engine, "dinghai") == []


def test_the_example_is_what_its_program_writes(tmp_path: Path) -> None:
    make(tmp_path)
    assert contents(tmp_path) == contents(ROOT)


def test_the_rule_book_is_in_order() -> None:
    assert not lint("dinghai")


def test_the_naive_calculation_agrees_with_the_cases() -> None:
    for case in CASES["indices"]:
        c = naive.coefficient(*(_exact(case[name]) for name in ("rank", "m", "step")))
        effect = naive.effect(_points(case["inside"]), c)
        index = _points(case["outside"]) + _points(case["inside"]) + _points(case["adjustments"]) + effect
        assert (c, effect, index) == (_exact(case["c"]), _points(case["effect"]), _points(case["index"])), case
    for case in CASES["groups"]:
        middle = case["middle"] if isinstance(case["middle"], str) else _exact(case["middle"])
        m = naive.middle_of(len(case["basis"]), middle)
        ranks = naive.ranks([_points(points) for points in case["basis"]], case["ties"])
        c = [naive.coefficient(rank, m, _exact(case["step"])) for rank in ranks]
        assert (m, ranks, c) == (_exact(case["m"]), _all(case["ranks"]), _all(case["c"])), case
    for case in CASES["moves"]:
        parts = zip(case["inside"], case["c"], case["adjustments"], strict=True)
        own = [(_points(inside) + _points(more), naive.effect(_points(inside), _exact(c))) for inside, c, more in parts]
        index, without = [sum(pair) for pair in own], naive.ranks([alone for alone, _ in own])
        moved = [before - rank for before, rank in zip(without, naive.ranks(index), strict=True)]
        assert index == [_points(points) for points in case["index"]], case
        assert (naive.ranks(index), without, moved) == tuple(
            _all(case[name]) for name in ("ranks", "without", "places_moved")
        ), case
    for case in CASES["percents"]:
        below = naive.is_below_percent(_points(case["index"]), _points(case["first"]), case["percent"])
        assert below == case["is_below"], case


@pytest.mark.parametrize(
    ("org", "rank", "c", "of_2017", "of_2018"),
    [(A, 1, 1.025, 92.2, 93.75), (B, 9, 0.985, 90.5875, 89.6275), (C, 6, 1, 87, 87)],
    ids="ABC",
)
def test_the_worked_cases_come_out_in_both_formulas(
    district: Any, org: str, rank: int, c: float, of_2017: float, of_2018: float
) -> None:
    for year, index in (("2017", of_2017), ("2018", of_2018)):
        assert _row(district, "index_scores", year, org)["index_points"] == index
        row = _row(district, "adjustments", year, org, kind="coefficient")
        assert (row["basis_rank"], row["coefficient"]) == (rank, c)


def test_2017_multiplies_the_comprehensive_part_and_2018_the_whole_base(district: Any) -> None:
    assert _row(district, "adjustments", "2017", A, kind="coefficient")["points"] == pytest.approx(28 * 0.025)
    assert _row(district, "adjustments", "2018", A, kind="coefficient")["points"] == pytest.approx(90 * 0.025)
    applied = {year: load("dinghai", day).coefficients[0].applies_to for year, day in DAYS.items()}
    assert applied["2017"] == ("comprehensive",)
    assert applied["2018"] == ("economy", "society", "other_work", "leaders", "democratic")


def test_the_coefficient_reverses_an_order_and_says_by_how_many_places(district: Any) -> None:
    lower, higher = (_row(district, "index_scores", "2018", org) for org in (D, E))
    assert (lower["base_points"], lower["index_points"]) == (88, 90.2)
    assert (higher["base_points"], higher["index_points"]) == (91, 90.09)
    assert lower["rank"] < higher["rank"]
    moved = [_row(district, "adjustments", "2018", org, kind="coefficient")["places_moved"] for org in (D, E)]
    assert moved == [2, -2]


def test_equal_party_work_shares_the_better_rank(district: Any) -> None:
    for year, orgs, rank in (("2017", (E, F), 3), ("2018", (A, D), 1)):
        rows = [_row(district, "adjustments", year, org, kind="coefficient") for org in orgs]
        assert [row["basis_rank"] for row in rows] == [rank, rank]


def test_units_are_assessed_from_2018(district: Any) -> None:
    peers = {year: published.view(district.engine, "index_scores", period=year)["domain"] for year in DAYS}
    assert peers["2017"].value_counts().to_dict() == {"town": 11}
    assert peers["2018"].value_counts().to_dict() == {"unit": 29, "community": 12, "town": 11}


def test_four_assessors_score_four_indicators_of_towns_and_five_of_units() -> None:
    items = [item for item in load("dinghai", DAYS["2018"]).items if item.dimension == "party_work"]
    categories = defaultdict(set)
    points: dict[tuple[str, str], int] = defaultdict(int)
    for item in items:
        for domain in item.domains:
            categories[domain].add(item.category)
            points[domain, item.assessor or item.lead_unit] += item.points
    four = {"主体责任", "干部、组织、人才", "宣传思想、精神文明", "统战、民宗"}
    assert dict(categories) == {"town": four, "unit": four | {"机关党建"}}
    assert points == {(domain, one): full * POINT for one in ASSESSORS for domain, full in (("town", 25), ("unit", 30))}


def test_unqualified_takes_both_conditions_and_60_percent_itself_passes(district: Any) -> None:
    first, exact = (_row(district, "index_scores", "2017", org)["index_points"] for org in (A, H))
    assert round(exact * POINT) * 100 == round(first * POINT) * 60
    grades = {
        (year, org): _row(district, "grades", year, org)
        for year, org in (("2017", H), ("2018", K), ("2018", J), ("2018", G))
    }
    assert grades["2017", H]["grade"] == "plain"
    assert (grades["2018", K]["grade"], grades["2018", K]["limited_by"]) == ("poor", "unqualified")
    assert grades["2018", J]["grade"] == "plain"  # below 60 per cent, but nothing happened
    assert grades["2018", G]["grade"] == "fair"  # publicly reprimanded, but far above


def test_a_veto_takes_the_award_and_leaves_the_score(district: Any) -> None:
    grade = _row(district, "grades", "2018", F)
    assert (grade["grade"], grade["limited_by"], grade["index_points"]) == ("fair", "veto", 92.365)


def test_people_have_a_factor_and_a_grade_by_their_units_grade_and_are_in_no_view(district: Any) -> None:
    edition = district.edition("2018").edition_id
    grades = editions.rows(district.engine, edition, "grade").set_index("org_code")["grade"]
    cards = naive.scored(reported(facts_of_the_district()), "2018")
    people = {code: card.grade for code, card in cards.items() if card.domain == PERSON}
    assert grades[list(people)].to_dict() == people
    assert set(editions.rows(district.engine, edition, "person_share")["org_code"]) == set(people)
    for name in VIEWS:
        shown = published.view(district.engine, name).astype("str")
        assert not [column for column in shown if shown[column].str.contains(KEY, regex=True).any()], name


def test_monthly_progress_and_the_half_years_are_no_part_of_the_year(district: Any) -> None:
    progress = published.view(district.engine, "dimension_scores", period="2018", dimension="progress")
    assert (progress["full_points"] == 0).all()
    lines = published.view(district.engine, "ledger", period="2018-02", org_code=A)
    assert set(lines["item_code"]) == {"K02", "K03"}  # the first milestone is at the end of March
    assert lines["full_points"].sum() == 100


def test_the_dated_entries_say_which_version_is_whose() -> None:
    for year, day in DAYS.items():
        dimensions = {dimension.code for dimension in load("dinghai", day).dimensions}
        assert ("three_fold" in dimensions) == (year == "2017")
        assert ("economy" in dimensions) == (year == "2018")


def _row(district: Any, view: str, period: str, org: str, **more: Any) -> dict[str, Any]:
    (row,) = published.view(district.engine, view, period=period, org_code=org, **more).to_dict("records")
    return row


def _exact(number: object) -> Fraction:
    """As written: 0.005, 15/2."""
    assert re.fullmatch(r"-?[\d./]+", str(number))
    return Fraction(str(number))


def _all(numbers: list[object]) -> list[Fraction]:
    return [_exact(number) for number in numbers]


def _points(number: object) -> int:
    whole = _exact(number) * POINT
    assert whole.denominator == 1
    return int(whole)
