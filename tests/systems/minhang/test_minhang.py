"""Minhang's four-fold system: the example comes to what was worked out, and the claims that the system makes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rulebooks.linter import lint
from rulebooks.loader import load
from schemas.rulebook import POINT
from tests.comparing import differences, scored_example
from tests.systems.arithmetic import last_day
from tests.systems.forms import contents
from tests.systems.minhang import catalogue, following
from tests.systems.minhang.make import ROOT, make
from tests.systems.minhang.story import CODE, MONTHS, TOTALS, facts
from warehouse import published


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return scored_example("minhang", tmp_path_factory.mktemp("minhang"))


def test_the_example_comes_to_what_is_expected(district: Any) -> None:
    assert differences(district.engine, "minhang") == []


def test_the_example_is_what_its_program_writes(tmp_path: Path) -> None:
    make(tmp_path)
    assert contents(tmp_path) == contents(ROOT)


def test_eight_domains_have_a_standard_of_their_own_in_each_of_eight_aspects() -> None:
    assert not lint("minhang")
    standards = defaultdict(list)
    for item in load("minhang", date(2018, 12, 31)).items:
        if len(item.domains) == 1 and item.domains[0] in catalogue.BRANCHES:
            standards[item.domains[0], item.dimension].append(item.is_mandatory)
    assert standards.keys() == set(product(catalogue.BRANCHES, catalogue.ASPECTS))
    assert all(len(own) == 1 for own in standards.values())
    assert sum(own[0] for own in standards.values()) == 32


def test_the_rule_book_and_the_naive_calculation_speak_of_the_same_items() -> None:
    rulebook = load("minhang", date(2018, 12, 31))
    own = {
        item.code: (
            item.name,
            item.domains,
            item.dimension,
            item.cadence,
            item.points,
            item.rule.kind,
            item.is_mandatory,
        )
        for item in rulebook.items
    }
    assert own == {item.code: (*item[1:6], item.rule[0], item.mandatory) for item in catalogue.ITEMS}
    found = {(n.code, n.name, n.dimension, n.each, n.cap, n.rectify_days) for n in rulebook.negative_items}
    assert found == {tuple(entry) for entry in catalogue.NEGATIVES}
    (theme_day,) = [item.measure for item in rulebook.items if item.code == "M01"]
    assert theme_day is not None
    assert (theme_day.on_day, theme_day.tolerance_days, theme_day.having) == (15, 0, {"hours": 4})
    assert theme_day.topics == catalogue.THEMES


def test_six_warnings_and_no_other_condition_but_on_runs_of_them() -> None:
    conditions = load("minhang", date(2018, 12, 31)).conditions
    runs = {name for name, _ in catalogue.RUNS.values()}
    base = {condition.code for condition in conditions} - runs
    assert len(base) == 6
    assert {condition.code for condition in conditions} == catalogue.COLOURS.keys()
    assert all(condition.responsible for condition in conditions)


def test_stars_are_cut_at_90_80_70_60_and_five_of_them_go_to_30_per_cent() -> None:
    (star,) = [scale for scale in load("minhang", date(2018, 12, 31)).scales if scale.code == "star"]
    assert [grade.at_least for grade in star.grades] == [90 * POINT, 80 * POINT, 70 * POINT, 60 * POINT, None]
    assert star.grades[0].at_most_percent == catalogue.FIVE_AT_MOST_PERCENT


def test_a_total_that_its_kinds_do_not_add_up_to_is_caught() -> None:
    assert sum(list(TOTALS["2017"].values())[:3]) == 97_586 != TOTALS["2017"]["党员总数"] == 101_599
    assert not following.adds_up(TOTALS["2017"])


def test_only_the_row_of_that_total_is_rejected(district: Any) -> None:
    rejections = published.view(district.engine, "rejections", reason="control_total", resolved_by=None)
    assert list(zip(rejections["file"], rejections["row_no"], strict=True)) == [("totals/2017.xlsx", 6)]


def test_an_order_is_followed_from_month_to_month_until_it_is_closed(district: Any) -> None:
    orders = published.view(district.engine, "tasks", kind="rectification")
    assert set(orders["period"]) == set(MONTHS)  # not again in the year
    late = orders[(orders["org_code"] == CODE["R5"]) & (orders["task_code"] == "X02")]
    assert [(row.period, f"{row.due_on:%m-%d}", f"{row.done_on:%m-%d}") for row in late.itertuples()] == [
        ("2018-10", "10-27", "11-06"),
        ("2018-11", "10-27", "11-06"),
    ]
    never = orders[(orders["org_code"] == CODE["R6"]) & (orders["task_code"] == "X01")]
    assert never["period"].tolist() == ["2018-10", "2018-11", "2018-12"]
    assert never["status"].tolist() == ["open", "overdue", "overdue"]


def test_a_consequence_stands_in_the_year_in_which_it_was_done(district: Any) -> None:
    tasks = published.view(district.engine, "tasks", period="2018", org_code=CODE["R2"], task_code="Z01")
    told = [(f"{row.raised_on:%Y-%m-%d}", row.status, f"{row.done_on:%Y-%m-%d}") for row in tasks.itertuples()]
    assert told[0] == ("2017-12-31", "done", "2018-02-08")


def test_every_figure_agrees_at_every_level(district: Any) -> None:
    figures = published.view(district.engine, "roll_ups")
    assert set(figures["period"]) == {*MONTHS, "2017", "2018"}
    for _, figure in figures.groupby(["period", "figure"]):
        below = figure.groupby("parent_code")["total"].sum().reindex(figure["org_code"], fill_value=0)
        assert figure["children"].tolist() == below.tolist()
        assert (figure["own"] + figure["children"]).tolist() == figure["total"].tolist()
        (top,) = figure[figure["org_code"] == CODE["district"]]["total"]
        assert top == figure["own"].sum()
        is_stated = figure["stated"].notna()
        assert figure.loc[is_stated, "stated"].tolist() == figure.loc[is_stated, "total"].tolist()


def test_the_expected_figures_agree_at_every_level_too() -> None:
    figures = pd.read_csv(ROOT / "expected/roll_ups.csv", dtype={"org_code": str, "period": str})
    for (period, name), figure in figures.groupby(["period", "figure"]):
        live = facts().live(last_day(str(period)))
        above = figure["org_code"].map({code: span.parent for code, span in live.items()})
        below = figure["total"].groupby(above).sum().reindex(figure["org_code"], fill_value=0)
        assert figure["children"].tolist() == below.tolist()
        assert (figure["own"] + figure["children"]).tolist() == figure["total"].tolist()
        counts = figure["org_code"].map(
            {code: name == "organizations" or span.kind == "branch" for code, span in live.items()}
        )
        (top,) = figure.loc[figure["org_code"] == CODE["district"], "total"]
        assert top == figure.loc[counts, "own"].sum() == figure["own"].sum()
        is_stated = figure["stated"].notna()
        assert figure.loc[is_stated, "stated"].tolist() == figure.loc[is_stated, "total"].tolist()
