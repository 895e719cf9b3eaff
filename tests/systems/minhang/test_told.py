"""Minhang as people are told of it: explanations, summaries, rules."""

from __future__ import annotations

from datetime import date

import pytest

from boards.explain import explanation_lines
from boards.explained import Explanation
from boards.rules import rule_lines, rules_told
from boards.summary import Summary, summary, summary_lines, summary_markdown
from flows.jobs.restating import rules_of
from rulebooks.loader import load
from tests.comparing import scored_example
from tests.districts import District
from warehouse import published

COMMITTEE, BRANCH = "031200100000", "031200120001"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> District:
    """The first month and its year."""
    return scored_example("minhang", tmp_path_factory.mktemp("tree"), ("2017-12", "2017"))


def _summary(of: District, period: str) -> Summary:
    edition = of.edition(period)
    return summary(of.engine, edition, rules_of(of.context, edition))


def _text(told: Explanation) -> list[str]:
    return [*explanation_lines(told)]


def test_figures_are_those_of_units_with_others_below(tree: District) -> None:
    told = tree.explained(COMMITTEE, "2017-12")
    rows = published.view(tree.engine, "roll_ups", period="2017-12", org_code=COMMITTEE).set_index("figure")
    assert {one.figure: one.total for one in told.figures} == rows["total"].to_dict()
    assert all(one.own + one.children == one.total for one in told.figures)
    text = _text(told)
    members = rows.loc["members"]
    assert f"  党员数  0 + {members['total']:g} = {members['total']:g}；名册登记{members['stated']:g}" in text
    assert tree.explained(BRANCH, "2017-12").figures == ()
    assert not any(line.startswith("逐级汇总") for line in _text(tree.explained(BRANCH, "2017-12")))


def test_an_order_is_told_to_whoever_has_to_put_it_right(tree: District) -> None:
    (task,) = tree.explained(BRANCH, "2017-12").tasks
    assert (task.kind, task.due_on, task.status) == ("rectification", "2018-01-04", "done")
    assert any(line.startswith("  已办结 整改“") for line in _text(tree.explained(BRANCH, "2017-12")))


def test_missing_parts_are_told_as_runs(tree: District) -> None:
    assert "没有2017-01至2017-11的版次" in tree.edition("2017").note


def test_only_a_period_with_conditions_of_its_cadence_has_a_pool(tree: District) -> None:
    assert _summary(tree, "2017-12").pool is not None
    told = _summary(tree, "2017")
    assert told.pool is None
    assert "三色池" not in "\n".join(summary_lines(told)) + summary_markdown(told)


@pytest.mark.parametrize(
    "line",
    [
        "  X01 主题党日走过场（月度）每次扣1分，至多扣2分，15日内整改",
        "  theme_day_branches 开展515主题党日的支部数（月度）“515主题党日”达标的组织数（党支部），逐级相加",
        "  rectification_overdue 整改超期预警（月度）红色，责任主体：区委组织部",
    ],
)
def test_a_rule_is_told_in_one_sentence(line: str) -> None:
    assert line in _rules()


def _rules() -> list[str]:
    return [*rule_lines(rules_told(load("minhang", date(2026, 1, 31))))]
