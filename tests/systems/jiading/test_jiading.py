"""Jiading's three lists: the example comes to what was worked out, and the claims that the system makes."""

from __future__ import annotations

import shutil
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from boards.rules import rule_lines, rules_told
from rulebooks.linter import lint
from rulebooks.loader import HERE, load
from schemas.rulebook import POINT
from tests.comparing import differences, scored_example
from tests.systems.forms import contents
from tests.systems.jiading.catalogue import CHANGES
from tests.systems.jiading.make import ROOT, make
from tests.systems.jiading.naive import rows, years
from tests.systems.jiading.story import YEARS, facts
from warehouse import published
from warehouse.views import VIEWS

VETOED = ("2018", "031014200003")
"""A branch above 90 of whose team a member broke discipline."""
RATED_BADLY = ("2017", "031014100002")
"""A branch at exactly 90 to which its superior gives 45 of 100."""
KEY = r"DY\d{4}"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return scored_example("jiading", tmp_path_factory.mktemp("jiading"))


def test_the_example_comes_to_what_is_expected(district: Any) -> None:
    assert differences(district.engine, "jiading") == []


def test_the_example_is_what_its_program_writes(tmp_path: Path) -> None:
    make(tmp_path)
    assert contents(tmp_path) == contents(ROOT)


def test_three_lists_of_100_points_every_year() -> None:
    assert not lint("jiading")
    for year in YEARS:
        items = [item for item in load("jiading", date(year, 12, 31)).items if item.dimension != "superior_opinion"]
        criteria, points, count = defaultdict(set), defaultdict(int), defaultdict(int)
        for item in items:
            (domain,) = item.domains
            criteria[domain].add(item.category)
            points[domain] += item.points
            count[domain] += 1
        assert dict(points) == dict.fromkeys(("branch", "committee", "member"), 100 * POINT)
        assert (len(criteria["branch"]), count["branch"]) == (7, 26)
        assert {"思想引领聚合度", "组织成长活跃度", "制度执行规范度"} < criteria["branch"]
        assert all(6 <= len(own) <= 10 for own in criteria.values())


def test_the_version_of_a_year_has_its_name() -> None:
    names = [load("jiading", date(year, 12, 31)).name for year in YEARS]
    for name, theme in zip(names, ("规范建设年", "巩固提高年", "全面提升年"), strict=True):
        assert theme in name


def test_grades_are_set_once_a_year_before_1_july() -> None:
    rulebook = load("jiading", date(2019, 12, 31))
    assert rulebook.cadences["year"].publish_before == (7, 1)
    assert [scale.cadence for scale in rulebook.scales] == ["year"]


def test_secretaries_and_mentors_are_countable_standards() -> None:
    measures = {item.code: item.measure for item in load("jiading", date(2019, 12, 31)).items if item.measure}
    assert (measures["T15"].kind, measures["T15"].months) == ("state_within", 36)
    assert (measures["W09"].of, measures["W09"].over) == (("mentors",), ("trainees",))


def test_a_veto_caps_the_grade_and_keeps_the_number(district: Any) -> None:
    period, code = VETOED
    grade = _row(district, "grades", period, code)
    assert (grade["grade"], grade["limited_by"]) == ("improvement", "one_vote_veto")
    score = _row(district, "index_scores", period, code)
    assert (score["index_points"], score["rank"], score["peers"]) == (95.2204, 6, 29)


def test_the_score_decides_and_not_the_superior(district: Any) -> None:
    period, code = RATED_BADLY
    opinion = published.view(district.engine, "ledger", period=period, org_code=code, item_code="Q01").iloc[0]
    assert opinion["points"] == 45
    assert _row(district, "index_scores", period, code)["index_points"] == 90
    assert _row(district, "grades", period, code)["grade"] == "model"


def test_no_key_of_a_member_is_in_any_published_view(district: Any) -> None:
    for name in VIEWS:
        shown = published.view(district.engine, name).astype("str")
        found = [column for column in shown if shown[column].str.contains(KEY, regex=True).any()]
        assert not found, (name, found)


def test_a_rule_of_2019_changes_nothing_in_2017_and_2018(district: Any, tmp_path: Path) -> None:
    rules = Path(shutil.copytree(HERE / "jiading", tmp_path / "rules/jiading"))
    path = rules / "items/tasks.yaml"
    text = path.read_text("utf-8")
    ends = ("    rule: {proportional: 12}\n\n  # 书记、班子成员讲党课", "pass: 0.6}\n\n  T03:")
    for end, points in zip(ends, (1, 7), strict=True):
        assert text.count(end) == 1
        text = text.replace(end, _with(end, points))
    path.write_text(text, "utf-8")
    assert not lint("jiading", rules.parent)
    later = district.copied(tmp_path / "later", rulebooks=rules.parent)
    planned = {str(one.period): one for one in later.plan("2017", "2019")}
    assert {period: one.is_changed for period, one in planned.items()} == {"2017": False, "2018": False, "2019": True}


def test_the_naive_years_before_do_not_know_of_2019_either() -> None:
    known = facts()
    without = {year: changed for year, changed in CHANGES.items() if year < 2019}
    assert rows(known, years(known, 2017, 2018)) == rows(known, years(known, 2017, 2018, without))
    assert rows(known, years(known, 2017, 2019)) != rows(known, years(known, 2017, 2019, without))


def _row(district: Any, view: str, period: str, code: str) -> Any:
    (row,) = published.view(district.engine, view, period=period, org_code=code).to_dict("records")
    return row


def _with(end: str, points: int) -> str:
    """The end of an entry with a change of 2019 before the empty line."""
    before, after = end.split("\n\n", 1)
    return f"{before}{_in_2019(points)}{after}"


def _in_2019(points: int) -> str:
    return (
        "\n    changes:\n"
        f"      - {{effective_from: 2019-01-01, adopted_on: 2018-12-25, reference: 试改, points: {points}}}\n\n"
    )


def test_the_day_to_publish_by_is_told() -> None:
    assert "  年度：本期指标100分，次年7月1日前公布" in [*rule_lines(rules_told(load("jiading", date(2019, 12, 31))))]
