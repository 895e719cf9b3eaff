"""The check of known errors of sources (更正登记)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.layouts import SenderLayout
from transforms.checks.corrections import check_corrections

DECLARED = {
    "correction": "走访", "material": "支部申报", "of_period": "2024-07", "organization": "0002", "item_code": "VISITS",
    "column_name": "申报值", "expected": "3", "corrected": "7",
}  # fmt: skip
SENT = {"material": "部门报送", "of_period": "2024Q3", "sender": "丁局", "column_name": "办结率"}
FOUND = {"material": "检查发现", "column_name": "检查日期", "expected": "2024-07-15"}


@pytest.fixture(scope="module")
def check(records, rulebook):
    senders = {"丁局": SenderLayout(items={"办结率": "CLOSED", "收入": "INCOME"})}
    layout = rulebook.inbox.submissions.model_copy(update={"senders": senders})
    rules = replace(rulebook, inbox=rulebook.inbox.model_copy(update={"submissions": layout}))

    def make(*rows):
        named = ({"correction": f"走访{number}"} | row for number, row in enumerate(rows))
        full = ({"organization": f"{number:04d}"} | row for number, row in enumerate(named))
        known = {name: text for name, text in DECLARED.items() if name not in ("correction", "organization")}
        return check_corrections(records("corrections", *(known | row for row in full)), rules)

    return make


REFUSED = [
    ({"correction": None}, ("更正名称", "", "malformed")),
    ({"correction": "长" * 201}, ("更正名称", "长" * 201, "malformed")),
    ({"material": None}, ("材料", "", "malformed")),
    ({"material": "豁免登记"}, ("材料", "豁免登记", "unknown_status")),
    ({"of_period": None}, ("考核期", "", "malformed")),
    ({"of_period": "7月"}, ("考核期", "7月", "malformed")),
    ({"material": "组织名册", "of_period": "7月", "column_name": "名称"}, ("考核期", "7月", "malformed")),
    ({"organization": None}, ("组织", "", "malformed")),
    ({"material": "平台事件", "column_name": "topic", "organization": None}, ("组织", "", "malformed")),
    ({"column_name": None}, ("列", "", "malformed")),
    ({"column_name": "备注"}, ("列", "备注", "unknown_status")),
    (SENT | {"column_name": "申报值"}, ("列", "申报值", "unknown_status")),
    ({"material": "平台事件", "column_name": "data.other"}, ("列", "data.other", "unknown_status")),
    ({"corrected": "3"}, ("改为", "3", "malformed")),
    (SENT | {"expected": None}, ("原值", "", "malformed")),
    (FOUND | {"corrected": "2024-08-01"}, ("改为", "2024-08-01", "out_of_range")),
    (FOUND | {"expected": "2024-13-05", "corrected": "2024-07-05"}, ("原值", "2024-13-05", "out_of_range")),
    ({"cause": None}, ("原因", "", "malformed")),
    ({"provider": None}, ("提供人", "", "malformed")),
    ({"recorded_on": None}, ("登记日期", "", "malformed")),
    ({"recorded_on": "昨天"}, ("登记日期", "昨天", "malformed")),
]


@pytest.mark.parametrize("place", range(len(REFUSED)), ids=lambda place: "-".join(REFUSED[place][1])[:40])
def test_a_correction_is_rejected_for_what_is_wrong_with_it(refused, rejected, place):
    assert [case for case in rejected(refused) if case[0] == place + 2] == [(place + 2, *REFUSED[place][1])]
    assert (len(refused.accepted), refused.rejected_count) == (0, len(REFUSED))


@pytest.mark.parametrize(
    "row",
    [
        {"expected": None},
        {"corrected": None},
        {"material": "组织名册", "of_period": None, "column_name": "领域"},
        {"material": "平台事件", "column_name": "data.attended", "organization": None, "record": "E1"},
        {"material": "平台事件", "column_name": "occurred_at", "expected": "2024-06-30T16:00:00Z",
         "corrected": "2024-07-31T15:59:59Z"},
        SENT,
        SENT | {"column_name": "收入（万元）"},
        SENT | {"column_name": "核实状态"},
        FOUND | {"corrected": "2024-07-31"},
        FOUND | {"of_period": "2024Q3", "corrected": "2024-08-01"},
    ],
)  # fmt: skip
def test_a_correction_at_the_edge_of_what_is_allowed_is_accepted(check, rejected, row):
    assert rejected(check(row)) == []


def test_two_corrections_of_one_name_or_of_one_cell_both_fall_away(check, rejected):
    same_name = check({"correction": "甲"}, {"correction": "甲"}, {})
    assert rejected(same_name) == [(row, "更正名称", "甲", "conflicting_duplicate") for row in (2, 3)]
    same_cell = check({"organization": "0001"}, {"organization": "0001", "corrected": "8"}, {})
    assert rejected(same_cell) == [(row, "列", "申报值", "conflicting_duplicate") for row in (2, 3)]
    assert len(same_cell.accepted) == 1


def test_the_writer_reads_what_to_do(check):
    messages = check({"corrected": "3"}, SENT | {"expected": None}, FOUND | {"corrected": "2024-08-01"}).rejections
    assert messages["message"].tolist() == [
        "“改为”填的“3”与原值相同，没有改变什么。请改正，或删去这一条",
        "“原值”没有填写。部门没有填的格不能用更正补上。请由部门补报",
        "“改为”填的“2024-08-01”不是更正所属考核期里的日期。记录按日期归期，更正不能把它移到别的考核期",
    ]


def test_the_column_of_a_sheet_is_known_under_its_field_here(check):
    assert check({}, SENT, {"material": "组织名册", "column_name": "领域"}).accepted["field"].tolist() == [
        "value_text", "value_text", "domain",
    ]  # fmt: skip
