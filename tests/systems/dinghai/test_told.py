"""Dinghai as people are told of it: explanations, summaries, rules."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

import pytest

from boards.errors import NotPublished
from boards.explain import explanation_lines
from boards.explained import Explanation
from boards.rules import rule_lines, rules_told
from boards.subject import COMMANDS
from boards.summary import Summary, summary, summary_lines, summary_markdown
from flows.jobs.restating import rules_of
from rulebooks.loader import load
from schemas.periods import Period
from tests.comparing import scored_example
from tests.districts import District
from warehouse import published

NINTH, VETOED, EVENT, INVITED, PERSON = "090202000000", "090206000000", "090211000000", "090207000000", "DY0001"
"""Towns: ninth by its coefficient, barred from awards, capped at the last grade, with an overdue task; and a person."""


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> District:
    """Two years and a month."""
    return scored_example("dinghai", tmp_path_factory.mktemp("towns"), ("2017", "2018-02", "2018"))


def _summary(of: District, period: str) -> Summary:
    edition = of.edition(period)
    return summary(of.engine, edition, rules_of(of.context, edition))


def _text(told: Explanation) -> list[str]:
    return [*explanation_lines(told)]


def test_base_and_index_are_told_with_what_is_between_them(towns: District) -> None:
    told = towns.explained(NINTH, "2017")
    assert (told.base_points, told.index_points) == (91.5, 90.5875)
    assert "基础分91.5000，党建系数增减-0.4125，加减分-0.5000" in _text(told)
    adjusted = sum(round(one.points * 10_000) for one in told.dimensions if one.role == "adjustment")
    assert round(told.base_points * 10_000) + adjusted == round(told.index_points * 10_000)


def test_a_coefficient_is_told_with_its_rank_and_what_it_moved(towns: District) -> None:
    told = towns.explained(NINTH, "2017")
    (one,) = [one for one in told.adjustments if one.kind == "coefficient"]
    row = published.view(towns.engine, "adjustments", period="2017", org_code=NINTH, kind="coefficient").iloc[0]
    assert (one.coefficient, one.basis_rank, one.points) == (0.985, 9.0, -0.4125)
    assert one.places_moved == row["places_moved"]
    text = _text(told)
    line = text.index("  － 镇街道党建系数  扣0.4125分")
    assert text[line + 1] == f"      {row['reason']}"
    assert text[line + 2] == "      依据：党建工作88分"
    middle = _text(towns.explained("090203000000", "2017"))
    assert "  ＝ 镇街道党建系数  不加不扣" in middle


def test_register_events_lead_to_their_rows(towns: District) -> None:
    told = towns.explained(NINTH, "2017")
    deductions = {one.code: one for one in told.adjustments if one.kind == "deduction"}
    assert deductions["D02"].places == ("inspections/2017.xlsx 第5行",)
    text = _text(told)
    line = text.index("  － D02 作风问题查实  扣0.2000分")
    assert text[line + 2 : line + 4] == ["      依据：登记 2017-05-08", "      来自：inspections/2017.xlsx 第5行"]


def test_assessors_have_a_line_each_and_the_basis_is_marked(towns: District) -> None:
    told = towns.explained(NINTH, "2017")
    lines = {line.assessor: line for line in told.lines if line.item_code == "Z01"}
    assert set(lines) == {"纪委", "组织部", "宣传部", "统战部"}
    assert {line.nominal_points for line in lines.values()} == {5.0}
    assert all(place.startswith(f"departments/2017/{name}.") for name, one in lines.items() for place in one.places)
    text = _text(told)
    assert "  √ Z01 全面从严治党主体责任落实（纪委）  4.3500 / 5.0000，失0.6500分" in text
    assert "党建工作 88.0000 / 100.0000（仅用于排名，不计入年度考核总分）" in text
    assert not any("分摊不适用指标" in line for line in text)


def test_a_grade_is_told_with_the_one_before_and_what_limited_it(towns: District) -> None:
    (grade,) = towns.explained(VETOED, "2018").grades
    assert (grade.grade_name, grade.previous_name, grade.movement) == ("较好", "较好", "same")
    assert (grade.limited_by, grade.limited_by_name) == ("veto", "一票否决，取消评优资格")
    text = _text(towns.explained(EVENT, "2018"))
    line = text.index("  年度等次：差（上期较好，下降，受限于“不合格”）")
    assert "本应为一般（50分以上），因“不合格”不得高于差" in text[line + 1]


def test_vetoes_and_limits_are_told_with_their_evidence(towns: District) -> None:
    told = towns.explained(VETOED, "2018")
    kinds = [one.kind for one in told.adjustments]
    assert kinds[-2:] == ["veto", "limit"]
    assert told.adjustments[-1].places == told.adjustments[-2].places != ()
    text = _text(told)
    section = text[text.index("一票否决和限制") :]
    assert section[1] == f"  ！ {told.adjustments[-2].reason}"
    assert section[3] == f"      来自：{told.adjustments[-2].places[0]}"
    assert "一票否决和限制" not in _text(towns.explained(NINTH, "2017"))


def test_tasks_are_told_with_deadline_and_who_is_responsible(towns: District) -> None:
    assert "  逾期 约谈主要负责人（期限2018-01-30，责任主体：区委组织部）" in _text(towns.explained(INVITED, "2018"))
    done = _text(towns.explained("090208000000", "2018"))
    assert "  已办结 约谈主要负责人（期限2018-01-30，2018-01-20办结，责任主体：区委组织部）" in done
    assert "  待办 约谈主要负责人（期限2019-01-30，责任主体：区委组织部）" in _text(towns.explained(EVENT, "2018"))
    rows = published.view(towns.engine, "tasks", period="2018", org_code=INVITED)
    assert [task.task_code for task in towns.explained(INVITED, "2018").tasks] == rows["task_code"].tolist()


def test_a_person_is_explained_from_the_tables_and_said_to_be_internal(towns: District) -> None:
    told = towns.explained(PERSON, "2018")
    text = _text(told)
    assert text[0] == "内部数据，不公开发布"
    assert text[1] == f"{PERSON}（个人）2018"
    assert "同组第1名（共8人）" in text[2]
    (share,) = told.shares
    assert round(share.unit * share.personal, 6) == round(share.factor, 6) == 1.2288
    assert text[text.index("个人系数（单位系数 × 本人系数）") + 1] == "  个人绩效系数 1.2288 = 区委党校1.024 × 本人1.2"
    assert told.lines
    assert [grade.grade_name for grade in told.grades] == ["优秀"]
    assert published.view(towns.engine, "index_scores", org_code=PERSON).empty
    assert not towns.explained(NINTH, "2018").is_restricted


def test_a_person_is_found_by_the_whole_key_alone(towns: District) -> None:
    with pytest.raises(NotPublished, match="没有“DY000”"):
        towns.explained("DY000", "2018")


@pytest.mark.parametrize("org", [NINTH, PERSON])
def test_machines_are_told_all_of_it(towns: District, org: str) -> None:
    told = json.loads(json.dumps(asdict(towns.explained(org, "2018")), ensure_ascii=False, default=str))
    assert {"base_points", "grades", "adjustments", "tasks", "shares", "figures", "is_restricted"} <= set(told)
    assert {"role", "is_ranked_by"} <= set(told["dimensions"][0])
    assert {"assessor", "kind"} <= set(told["lines"][0])
    assert all(isinstance(one["unit"], float) for one in told["shares"])


@pytest.mark.parametrize("period", ["2018Q1", "2018H1"])
def test_a_period_without_an_edition_names_the_command_that_scores_it(towns: District, period: str) -> None:
    with pytest.raises(NotPublished, match=f"zuzhili {COMMANDS[Period.parse(period).cadence]} {period}"):
        towns.explained(NINTH, period)


def test_the_summary_counts_grades_and_names_whom_a_coefficient_moved(towns: District) -> None:
    told = _summary(towns, "2018")
    rows = published.view(towns.engine, "grades", period="2018")
    for scale in told.grades:
        own = rows[rows["scale_name"] == scale.scale_name]
        held = {name: count for name, count in scale.counts.items() if count}
        assert held == own["grade_name"].value_counts().to_dict()
        assert (scale.risen, scale.fallen) == tuple((own["movement"] == name).sum() for name in ("risen", "fallen"))
    assert [scale.scale_name for scale in told.grades] == ["年度等次", "单位等次", "社区集体评优"]
    moved = published.view(towns.engine, "adjustments", period="2018", kind="coefficient")["places_moved"]
    places = [one.places_moved for one in told.moved]
    assert places[:3] == sorted(moved, reverse=True)[:3]
    assert places[3:] == sorted(moved)[:3]
    text, page = [*summary_lines(told)], summary_markdown(told)
    for one in (
        "年度等次：好3，较好5，一般2，差1（上升4，下降4）",
        "单位等次：优秀2，良好12，合格10，不合格5",
        "任务：待办2，逾期1，已办结2",
    ):
        assert f"  {one}" in text
        assert f"- {one}\n" in page
    assert any(line.startswith("  因系数上升最多：") for line in text)
    assert any(line.startswith("  因系数下降最多：") for line in text)


def test_a_first_year_has_neither_risen_nor_fallen_grades(towns: District) -> None:
    (scale,) = _summary(towns, "2017").grades
    assert not scale.has_previous
    assert any(
        line.startswith("  年度等次：") and "上升" not in line for line in summary_lines(_summary(towns, "2017"))
    )


def test_many_on_one_place_are_told_on_one_line(towns: District) -> None:
    told = _summary(towns, "2018-02")
    tied = [place for place in told.top if (place.domain_name, place.rank) == ("区直二类单位", 1)]
    (line,) = [line for line in summary_lines(told) if f"等{len(tied)}个并列" in line]
    assert line.startswith(f"     1  {tied[0].index_points:.4f}  {tied[0].org_name}（{tied[0].org_code}）、")


def test_domains_stand_in_rule_book_order(towns: District) -> None:
    rulebook = rules_of(towns.context, towns.edition("2018"))
    order = [domain.name for domain in rulebook.domains]
    names = [*dict.fromkeys(place.domain_name for place in _summary(towns, "2018").top)]
    assert names == [name for name in order if name in names]


def test_a_scheme_without_conditions_has_no_pool(towns: District) -> None:
    for period in ("2018-02", "2018"):
        told = _summary(towns, period)
        assert told.pool is None
        assert "三色池" not in "\n".join(summary_lines(told)) + summary_markdown(told)


@pytest.mark.parametrize(
    "line",
    [
        "党建工作（不计入年度考核总分）",
        "  月度：本期指标100分（其中个人没有）",
        "  V01 社会治安综合治理（年度）一票否决事项，不计分",
        "  Y01 约谈主要负责人：年度等次“一般”“差”，期末后30日内，责任主体：区委组织部",
        "  pay 个人绩效系数（年度）所在单位的区直单位党建系数 × 本人的个人系数；内部数据，不公开发布",
    ],
)
def test_a_rule_is_told_in_one_sentence(line: str) -> None:
    assert line in _rules()


def _rules() -> list[str]:
    return [*rule_lines(rules_told(load("dinghai", date(2026, 1, 31))))]


def test_an_item_that_several_assess_is_told_once_with_what_each_gives() -> None:
    (line,) = [line for line in _rules() if line.startswith("  Z09")]
    assert line.startswith(
        "  Z09 机关党建  20分（区直二类单位，年度，纪委5分、组织部5分、宣传部5分、统战部5分）满分100"
    )


def test_quotas_of_people_are_told() -> None:
    scales = {scale["code"]: scale["rule"] for scale in rules_told(load("dinghai", date(2026, 1, 31)))["scales"]}
    assert "所在单位单位等次为优秀的，优秀至多25%" in scales["personal"]
