"""What a receipt says of the faults of the delivery before: mended, tried in vain, or left."""

from __future__ import annotations

from typing import Any

import pandas as pd

from boards.receipt_summary import sum_up
from boards.receipt_told import WHOSE, receipt_told, whose
from tests.boards.told import ANSWER, BATCH, told

FORMER = BATCH | {"batch_id": "b1", "received_at": pd.Timestamp("2024-10-08T01:00Z")}


def answers(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([ANSWER | row for row in rows], columns=list(ANSWER))


def replaced(before: pd.DataFrame, now: pd.DataFrame, **former: str) -> dict[str, Any]:
    [said] = receipt_told(BATCH, now, [(FORMER | former, before)], (), None)["replaces"]
    return dict(said)


def said_of(former: dict[str, Any]) -> list[str]:
    from openpyxl import Workbook

    book = Workbook()
    sum_up(book, told(BATCH["file"], []) | {"replaces": [former]}, None)
    return [str(row[0].value) for row in book["回执"].iter_rows()]


def fault(row: int, value: str, whose: str = "甲村党支部", column: str = "结对帮扶") -> dict[str, Any]:
    return {"row_no": row, "value_text": value, "whose": whose, "column_name": column}


def test_a_fault_is_the_same_for_the_same_organisation_wherever_its_row_is_and_whatever_was_put_in() -> None:
    before = answers(fault(4, "见附件"), fault(5, "约3", "乙村党支部"), fault(6, "无", "丙村党支部"))
    former = replaced(before, answers(fault(7, "三个"), fault(8, "约3", "乙村党支部")))
    assert former["mended"] == 1
    lines = said_of(former)
    assert "替换了2024-10-08 09:00收到的一份：原来退回3处，已改正1处，改过仍不对1处，没有改1处" in lines
    assert "　改过，仍不对：第7行“结对帮扶”原来填的“见附件”，现在填的“三个”" in lines
    assert "　没有改：第8行“结对帮扶”填的还是“约3”" in lines


def test_two_equal_values_of_two_organisations_are_told_apart() -> None:
    before = answers(fault(4, "见附件"), fault(5, "见附件", "乙村党支部"))
    former = replaced(before, answers(fault(5, "见附件", "乙村党支部")))
    assert [(one["row"], one["value"]) for one in former["standing"]] == [(5, "见附件")]


def test_a_wrong_code_that_is_replaced_by_another_wrong_code_is_known_by_its_row() -> None:
    before = answers(fault(4, "0320", "0320", "组织代码"))
    former = replaced(before, answers(fault(4, "0321", "0321", "组织代码")))
    assert [(one["was"], one["value"]) for one in former["standing"]] == [("0320", "0321")]


def test_of_a_refused_file_the_reason_is_said_and_no_fault_is_counted() -> None:
    before = answers(fault(0, "", "", ""))
    former = replaced(before, answers(), status="refused", note="a.xlsx：文件是空的")
    assert former["standing"] == []
    lines = said_of(former)
    assert "2024-10-08 09:00收到的一份拒收，没有读。上次拒收的原因：a.xlsx：文件是空的" in lines
    assert not [line for line in lines if "没有改" in line or "替换了" in line]


def test_nothing_is_said_of_a_former_delivery_without_a_fault() -> None:
    assert not [line for line in said_of(replaced(answers(), answers())) if "替换了" in line]


def test_a_row_is_about_its_organisation_by_name_else_by_code_and_a_list_s_row_about_the_item_too() -> None:
    records = pd.DataFrame(
        [
            {"org_code": "1", "org_name": "甲", "item_code": "S01", "row_no": 2},
            {"org_code": "2", "item_code": "S01", "row_no": 3},
        ],
        columns=[*WHOSE, "row_no"],
    ).astype(dict.fromkeys(WHOSE, "str"))
    assert [text.strip("\0") for text in whose(records, "submissions")] == ["甲", "2"]
    assert [text.strip("\0") for text in whose(records, "declarations")] == ["甲\0S01", "2\0S01"]
    assert whose(records.iloc[:0], "declarations").empty
