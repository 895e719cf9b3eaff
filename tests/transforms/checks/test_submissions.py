"""The check of departments' sheets, cell by cell (部门采集)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from schemas.layouts import SenderLayout
from schemas.periods import Period
from schemas.rulebook import Ballot, Rule
from transforms.checks.submissions import check_submissions

BY_NAME = {"org_code": None, "org_name": "山上支部"}
INCOME = {"item_code": "INCOME", "column_name": "收入（元）", "unit_text": "元"}


@pytest.fixture(scope="module")
def check(records, registry, rulebook):
    return lambda *rows: check_submissions(records("submissions", *rows), registry, rulebook, Period.parse("2024Q3"))


REFUSED = [
    ({"org_code": "7777", "org_name": "山上支部"}, ("代码", "7777", "unknown_organization")),
    ({"org_code": "0003"}, ("代码", "0003", "inactive_organization")),
    (BY_NAME | {"org_name": "没有这个"}, ("名称", "没有这个", "unknown_organization")),
    (BY_NAME | {"town": "西镇"}, ("镇街", "西镇", "unknown_organization")),
    (BY_NAME | {"org_name": "旧支部"}, ("名称", "旧支部", "unknown_organization")),
    (BY_NAME | {"org_name": None}, ("名称", "", "unknown_organization")),
    ({"item_code": "NONE", "column_name": "旧指标"}, ("旧指标", "95%", "unknown_indicator")),
    ({"item_code": "CHECKED", "value_text": "是", "column_name": "验收"}, ("验收", "是", "not_applicable")),
    ({"value_text": "好"}, ("办结率", "好", "malformed")),
    ({"value_text": "151%"}, ("办结率", "151%", "out_of_range")),
    ({"value_text": "95"}, ("办结率", "95", "out_of_range")),
    ({"value_text": "-5%"}, ("办结率", "-5%", "out_of_range")),
    (INCOME | {"value_text": "10000000001"}, ("收入（元）", "10000000001", "out_of_range")),
    (INCOME | {"value_text": "9", "unit_text": "亩"}, ("收入（元）", "9", "malformed")),
    ({"verification": None}, ("核实状态", "", "malformed")),
    ({"verification": "已核"}, ("核实状态", "已核", "unknown_status")),
    ({"verification": "未核实", "value_text": "好"}, ("办结率", "好", "malformed")),
]


@pytest.mark.parametrize("place", range(len(REFUSED)), ids=lambda place: "-".join(REFUSED[place][1]))
def test_a_cell_is_rejected_for_what_is_wrong_with_it(refused, rejected, place):
    assert [case for case in rejected(refused) if case[0] == place + 2] == [(place + 2, *REFUSED[place][1])]
    assert (len(refused.accepted), refused.rejected_count) == (0, len(REFUSED))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"org_code": "7777", "org_name": "山上支部"},
            "组织名册中没有“7777”，“山上支部”的代码是0001。请核对后改正组织代码",
        ),
        (
            BY_NAME | {"town": "西镇"},
            "名册里有“山上支部”，所在镇街是“东镇”，不是“西镇”。请核对所在镇街",
        ),
        (
            BY_NAME | {"org_name": "山上党支部"},
            "组织名册中没有“山上党支部”，最接近的是“山上支部”。请核对组织名称，最好填组织代码；新设组织请先由组织部登记入册",
        ),
        (
            BY_NAME | {"org_name": "{甲}"},
            "组织名册中没有“{甲}”。请核对组织代码或名称、镇街；新设组织请先由组织部登记入册",
        ),
        (
            {"item_code": "CHECKED", "value_text": "是", "column_name": "“四清”验收"},
            "『“四清”验收』不是该组织所属领域的指标，却填了“是”。请清空这一格，或核对组织代码",
        ),
        (
            {"value_text": "九成", "unit_text": "%", "column_name": "办结率（%）"},
            "“办结率（%）”填的“九成”不是数字。列名已写明“%”，请只填数字，如95.5",
        ),
        ({"value_text": "好"}, "“办结率”填的“好”不是比例。请填百分比或小数，如95.5%或0.955"),
        (
            {"value_text": "95"},
            "“办结率”填的“95”超出允许范围（应在0到1.5，即150%之间）。请核对数值，百分比请带“%”",
        ),
        (
            {"value_text": "151", "unit_text": "%", "column_name": "办结率（%）"},
            "“办结率（%）”填的“151”超出允许范围（应在0%到150%之间）。请核对数值",
        ),
        (
            INCOME | {"value_text": "-1"},
            "“收入（元）”填的“-1”超出允许范围（应在0到10,000,000,000之间）。请核对数值和单位",
        ),
        (
            INCOME | {"value_text": "9", "unit_text": "亩"},
            "“收入（元）”里的单位没有登记，“9”不知是多少。请换算成规定模板的单位，改正列名",
        ),
        (
            {"item_code": "FOREST", "column_name": "造林", "value_text": "有"},
            "“造林”填的“有”既不是“是”也不是“否”。请填：",
        ),
        ({"verification": "已核"}, "“核实状态”填的“已核”不在规定的写法之内。请填：已核实、未核实"),
    ],
)
def test_the_sender_reads_what_to_do_about_it(check, row, message):
    (told,) = check(row).rejections["message"]
    assert told.startswith(message)


def test_records_that_contradict_each_other_name_the_other_rows(check):
    found = check({}, {"value_text": "0.9"}, {"org_code": "0002"})
    assert found.rejections["message"].tolist() == [
        "“办结率”填的“95%”与第3行（0.9）矛盾，都不计入。请只保留正确的一条",
        "“办结率”填的“0.9”与第2行（95%）矛盾，都不计入。请只保留正确的一条",
    ]


def test_a_code_with_the_name_of_another_counts_and_is_noted(check):
    found = check({"org_name": "山上 支部"}, {"org_code": "0002", "org_name": "山上支部"})
    assert found.rejected_count == 0
    assert found.notes == (
        "有1行的组织名称与代码不符，已按代码计入，请核对：第3行填的是“山上支部”，0002在名册里是“平川支部”",
    )


def test_what_is_wrong_with_one_record_does_not_touch_another(check, rejected):
    row, expected = REFUSED[0]
    found = check(row, {"org_code": "0002"})
    assert rejected(found) == [(2, *expected)]
    assert found.accepted["row_no"].tolist() == [3]


def test_a_name_that_several_bear_is_ambiguous_and_nobody_guesses(records, registry_of, rulebook, rejected):
    twins = registry_of(
        {"org_code": "0001", "org_name": "新村支部", "town": "东镇"},
        {"org_code": "0002", "org_name": "新村支部", "town": "西镇"},
    )
    rows = [{"org_code": None, "org_name": "新村支部", "town": town} for town in (None, "西镇")]
    found = check_submissions(records("submissions", *rows), twins, rulebook, Period.parse("2024Q3"))
    assert rejected(found) == [(2, "名称", "新村支部", "ambiguous_name")]
    assert found.accepted["org_code"].tolist() == ["0002"]


def test_a_name_is_found_and_a_code_decides_over_the_name(check):
    found = check(
        BY_NAME, BY_NAME | {"town": "东镇", **INCOME, "value_text": "1"}, {"org_code": "0002", "org_name": "山上支部"}
    )
    assert found.accepted["org_code"].tolist() == ["0001", "0001", "0002"]


def test_a_row_refused_for_its_organisation_gives_one_rejection_for_all_its_cells(check, rejected):
    cells = [{"org_code": "7777", "row_no": 8} | cell for cell in ({}, INCOME, {"value_text": "好"})]
    found = check(*cells)
    assert rejected(found) == [(8, "代码", "7777", "unknown_organization")]
    assert found.rejected_count == 3


def test_otherwise_there_is_one_rejection_per_bad_cell(check, rejected):
    row = {"row_no": 8, "verification": "已核"}
    found = check(row | {"value_text": "好"}, row | INCOME | {"value_text": "多"})
    assert rejected(found) == [
        (8, "办结率", "好", "malformed"),
        (8, "收入（元）", "多", "malformed"),
        (8, "核实状态", "已核", "unknown_status"),
    ]
    assert found.rejected_count == 2


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ({"value_text": "95%"}, Fraction("0.95")),
        ({"value_text": "95", "unit_text": "%"}, Fraction("0.95")),
        ({"value_text": "95%", "unit_text": "%"}, Fraction("0.95")),
        ({"value_text": "0.95"}, Fraction("0.95")),
        (INCOME | {"value_text": "12,345"}, Fraction("1.2345")),
        ({"item_code": "FOREST", "value_text": "√"}, Fraction(1)),
        ({"item_code": "FOREST", "value_text": "×"}, Fraction(0)),
    ],
)
def test_a_value_is_read_exactly_in_its_unit(check, row, value):
    (typed,) = check(row).accepted.to_dict("records")
    assert Fraction(typed["value_num"], typed["value_den"]) == value


def test_only_what_was_verified_counts(check):
    assert check({}, {"org_code": "0002", "verification": "未核实"}).accepted["counts"].tolist() == [True, False]


def test_one_organisation_with_two_values_for_an_item_has_neither(check, rejected):
    found = check({}, INCOME | {"value_text": "9"}, {"value_text": "0.9"}, BY_NAME | {"value_text": "0.9"})
    assert rejected(found) == [
        (2, "办结率", "95%", "conflicting_duplicate"),
        (4, "办结率", "0.9", "conflicting_duplicate"),
        (5, "办结率", "0.9", "conflicting_duplicate"),
    ]
    assert found.accepted["item_code"].tolist() == ["INCOME"]
    assert found.rejected_count == 3


@pytest.mark.parametrize("text", ["0.95", "95%", "0.950"])
@pytest.mark.parametrize("unit", [None, "%"])
def test_the_same_value_twice_is_one_value(check, text, unit):
    shown = "95" if unit and not text.endswith("%") else text
    assert check({}, {"value_text": shown, "unit_text": unit}).rejected_count == 0


@pytest.mark.parametrize("other", [{"verification": "未核实"}, {"value_text": "好"}, {"verification": "已核"}])
def test_what_was_not_verified_or_is_rejected_does_not_conflict(check, other):
    found = check({}, {"value_text": "90%"} | other)
    assert "conflicting_duplicate" not in set(found.rejections["reason"])
    assert 2 in found.accepted["row_no"].tolist()


# assessors, ballots, scores, other periods


@pytest.fixture(scope="module")
def yearly(records, registry, rulebook, item_of):
    """Checks yearly cells: T scored by 甲局 and 乙局, B voted on."""
    of_year = {"source": "department", "cadence": "year"}
    scored = Rule("scored", target=Fraction(100), pass_share=Fraction("0.6"))
    ballot = Ballot("发出票数", {"好": Fraction(1), "差": Fraction(0)}, Fraction("0.8"))
    items = (
        *(item_of("T", scored, assessor=name, **of_year) for name in ("甲局", "乙局")),
        item_of("B", Rule("proportional", target=Fraction(1)), ballot=ballot, **of_year),
    )
    rules = replace(rulebook, items=(*rulebook.items, *items))
    return lambda *rows: check_submissions(records("submissions", *rows), registry, rules, Period.parse("2024"))


def test_every_assessor_sends_a_score_of_its_own_and_nobody_else_does(yearly, rejected):
    score = {"item_code": "T", "column_name": "评分"}
    found = yearly(
        score | {"value_text": "90", "sender": "甲局"},
        score | {"value_text": "80", "sender": "乙局"},
        score | {"value_text": "70", "sender": "丙局"},
        score | {"value_text": "60"},
        score | {"value_text": "100.5", "sender": "乙局", "org_code": "0002"},
        score | {"value_text": "100", "sender": "甲局", "org_code": "0002"},
    )
    assert rejected(found) == [
        (4, "评分", "70", "unknown_indicator"),
        (5, "评分", "60", "unknown_indicator"),
        (6, "评分", "100.5", "out_of_range"),
    ]
    assert found.accepted[["org_code", "sender", "value_num"]].to_numpy().tolist() == [
        ["0001", "甲局", 90],
        ["0001", "乙局", 80],
        ["0002", "甲局", 100],
    ]


def test_one_assessor_with_two_scores_conflicts_with_itself_alone(yearly):
    score = {"item_code": "T", "column_name": "评分"}
    texts = [("90", "甲局"), ("91", "甲局"), ("80", "乙局")]
    found = yearly(*(score | {"value_text": text, "sender": sender} for text, sender in texts))
    assert found.rejections["row_no"].tolist() == [2, 3]
    assert found.accepted["sender"].tolist() == ["乙局"]


def test_votes_are_whole_and_not_negative(yearly, rejected):
    cells = [("B/发出票数", "30"), ("B/好", "20.5"), ("B/差", "-1"), ("B", "0.9"), ("B/中", "1")]
    found = yearly(*({"item_code": code, "value_text": text, "column_name": code} for code, text in cells))
    assert rejected(found) == [
        (3, "B/好", "20.5", "malformed"),
        (4, "B/差", "-1", "out_of_range"),
        (5, "B", "0.9", "unknown_indicator"),
        (6, "B/中", "1", "unknown_indicator"),
    ]


def test_items_of_another_cadence_are_not_of_this_period(yearly, check, rejected):
    assert rejected(yearly({})) == [(2, "办结率", "95%", "unknown_indicator")]
    assert rejected(check({"item_code": "OPEN"})) == [(2, "办结率", "95%", "unknown_indicator")]


def test_of_records_from_before_senders_were_kept_the_one_who_alone_sends_the_item_is_meant(
    records, registry, rulebook
):
    senders = {
        "甲局": SenderLayout(items={"办结率": "CLOSED", "收入": "INCOME"}),
        "乙局": SenderLayout(items={"入": "INCOME"}),
    }
    layout = rulebook.inbox.submissions.model_copy(update={"senders": senders})
    rules = replace(rulebook, inbox=rulebook.inbox.model_copy(update={"submissions": layout}))
    frame = records("submissions", {}, INCOME | {"value_text": "1"}, {"org_code": "0002", "sender": "丙局"})
    found = check_submissions(frame, registry, rules, Period.parse("2024Q3"))
    assert found.accepted["sender"].tolist() == ["甲局", "", "丙局"]


def test_without_a_layout_there_is_nothing_to_check(records, registry, rulebook):
    rules = replace(rulebook, inbox=rulebook.inbox.model_copy(update={"submissions": None}))
    found = check_submissions(records("submissions"), registry, rules, Period.parse("2024Q3"))
    assert (len(found.accepted), found.rejected_count) == (0, 0)


def test_a_quarter_asks_who_lives_on_its_last_day(check, records, registry, rulebook):
    frame = records("submissions", {"org_code": None, "org_name": "旧支部"})
    assert check_submissions(frame, registry, rulebook, Period.parse("2024Q3")).rejected_count == 1
    found = check_submissions(frame, registry, rulebook, Period.parse("2024Q2"))
    assert found.accepted["org_code"].tolist() == ["0003"]
