"""Known errors of sources put right where the source still has them, and told of where it has not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kinds import no_records
from schemas.layouts import SenderLayout
from schemas.periods import Period
from schemas.rulebook import RuleBook
from tests.transforms.conftest import RecordsMaker
from transforms.checks.registry import registry_of
from transforms.corrections import Corrected, applied, correction_rows
from transforms.scoring import Records

JULY, QUARTER = Period.parse("2024-07"), Period.parse("2024Q3")
DECLARED = {
    "correction": "平川走访", "material": "支部申报", "of_period": "2024-07", "organization": "0002",
    "item_code": "VISITS", "column_name": "申报值", "expected": "3", "corrected": "7",
}  # fmt: skip
SENT = {
    "correction": "山上办结率", "material": "部门报送", "of_period": "2024Q3", "sender": "丁局", "organization": "0001",
    "column_name": "办结率", "expected": "95%", "corrected": "90%",
}  # fmt: skip
Apply = Callable[..., Corrected]


@pytest.fixture(scope="module")
def rules(rulebook: RuleBook) -> RuleBook:
    """The made-up scheme with a department that delivers, a sheet of totals, and a code of four digits."""
    layout = rulebook.inbox.submissions
    assert layout is not None
    senders = {"丁局": SenderLayout(items={"办结率": "CLOSED", "收入": "INCOME"})}
    inbox = rulebook.inbox.model_copy(update={"submissions": layout.model_copy(update={"senders": senders})})
    return replace(rulebook, inbox=inbox)


@pytest.fixture(scope="module")
def correct(records: RecordsMaker, rules: RuleBook) -> Apply:
    """Applies corrections to record frames by kind; what is left out was not delivered."""

    def make(*corrections: dict[str, Any], period: Period = JULY, **frames: pd.DataFrame) -> Corrected:
        kinds = ("events", "declarations", "submissions", "findings", "totals")
        own = [frames.get(kind, no_records(kind)) for kind in kinds]
        followed = frames.get("followed", no_records("findings"))
        given = Records(*own, followed, corrections=records("corrections", *corrections))
        return applied(frames.get("registry", no_records("registry")), given, rules, period)

    return make


@pytest.fixture(scope="module")
def visits(records: RecordsMaker) -> pd.DataFrame:
    """What two branches declared of their visits."""
    return records(
        "declarations",
        {"org_code": "0001", "item_code": "VISITS", "value_text": "3"},
        {"org_code": "0002", "item_code": "VISITS", "value_text": "3"},
        {"org_code": "0002", "item_code": "OPEN", "value_text": "是"},
    )


def test_the_cell_that_a_correction_speaks_of_is_changed_and_no_other(correct, visits):
    found = correct(DECLARED, declarations=visits)
    assert found.mended == ()
    assert found.records.declarations["value_text"].tolist() == ["3", "7", "是"]
    assert visits["value_text"].tolist() == ["3", "3", "是"]
    (cell,) = found.cells.to_dict("records")
    assert (cell["batch_id"], cell["row_no"], cell["org_code"], cell["item_code"]) == ("b1", 3, "0002", "VISITS")
    assert cell["record"] == "VISITS 2024-07-20 10:00"


@pytest.mark.parametrize("expected", ["3", "3.0", "３", " 3 "])
def test_the_source_may_spell_the_expected_value_otherwise(correct, visits, expected):
    assert correct(DECLARED | {"expected": expected}, declarations=visits).mended == ()


def test_a_source_that_was_mended_is_named_with_what_it_has_now(correct, visits):
    found = correct(DECLARED | {"expected": "5"}, declarations=visits)
    assert found.records.declarations["value_text"].tolist() == ["3", "3", "是"]
    assert found.cells.empty
    (told,) = found.mended
    where = "更正“平川走访”：支部申报 2024-07 0002 VISITS“申报值”"
    assert told == f"{where}应为“5”，现在是“3”，来源可能已经改正。请核对后从更正登记里删去这一条，或改写它"


def test_a_correction_whose_record_is_gone_is_named(correct, visits):
    (told,) = correct(DECLARED | {"organization": "0009"}, declarations=visits).mended
    assert told.startswith("更正“平川走访”：来源里没有找到支部申报 2024-07 0009 VISITS的记录")


def test_one_of_several_records_that_is_as_it_should_be_is_enough_to_ask(correct, records):
    both = records(
        "declarations",
        {"org_code": "0002", "item_code": "VISITS", "value_text": "3", "declared_at": "2024-07-20 10:00"},
        {"org_code": "0002", "item_code": "VISITS", "value_text": "7", "declared_at": "2024-07-21 10:00"},
    )
    (told,) = correct(DECLARED, declarations=both).mended
    assert told.endswith("应为“3”，有2条记录符合，现在是“7”，请用“记录”等列写明是哪一条")
    narrowed = correct(DECLARED | {"record": "2024/7/20 10:00"}, declarations=both)
    assert narrowed.mended == ()
    assert narrowed.records.declarations["value_text"].tolist() == ["7", "7"]


def test_an_empty_cell_is_expected_by_leaving_the_field_blank(correct, records):
    waiting = records("declarations", {"org_code": "0002", "item_code": "VISITS", "review_status": None})
    of_status = DECLARED | {"column_name": "审核状态", "expected": None, "corrected": "通过"}
    assert correct(of_status, declarations=waiting).records.declarations["review_status"].tolist() == ["通过"]
    (told,) = correct(of_status, declarations=waiting.assign(review_status="退回")).mended
    assert "应为空格，现在是“退回”" in told


def test_only_the_period_that_it_was_delivered_for_is_corrected(correct, visits):
    august = correct(DECLARED, declarations=visits, period=Period.parse("2024-08"))
    assert august.mended == ()
    assert august.records.declarations is visits


def test_a_department_is_corrected_by_code_or_by_name_and_town(correct, records):
    cells = records(
        "submissions",
        {"sender": "丁局"},
        {"org_code": None, "org_name": "柳园支部", "town": "东镇", "sender": "丁局"},
        {"org_code": None, "org_name": "柳园支部", "town": "西镇", "sender": "丁局"},
        {"item_code": "INCOME", "column_name": "收入", "value_text": "95%", "sender": "丁局"},
    )
    by_code = correct(SENT, submissions=cells, period=QUARTER)
    assert by_code.records.submissions["value_text"].tolist() == ["90%", "95%", "95%", "95%"]
    by_name = correct(SENT | {"organization": "柳园支部", "record": "西镇"}, submissions=cells, period=QUARTER)
    assert by_name.records.submissions["value_text"].tolist() == ["95%", "95%", "90%", "95%"]
    assert by_name.cells["record"].tolist() == ["丁局 办结率"]


def test_a_value_that_should_not_have_been_sent_is_no_record_any_more(correct, records):
    cells = records("submissions", {"sender": "丁局"}, {"org_code": "0002", "sender": "丁局"})
    found = correct(SENT | {"corrected": None}, submissions=cells, period=QUARTER)
    assert found.records.submissions["org_code"].tolist() == ["0002"]
    assert found.cells["org_code"].tolist() == ["0001"]


def test_whose_record_it_is_can_be_corrected_beside_what_it_says(correct, records):
    mistyped = records("declarations", {"org_code": "O002", "item_code": "VISITS", "value_text": "3"})
    exact = correct(
        DECLARED | {"organization": "O002", "correction": "乙"},
        DECLARED | {"organization": "O002", "correction": "甲", "column_name": "代码", "expected": "O002",
                    "corrected": "2"},
        declarations=mistyped,
    )  # fmt: skip
    assert exact.records.declarations[["org_code", "value_text"]].to_numpy().tolist() == [["0002", "7"]]
    assert exact.cells["org_code"].tolist() == ["0002", "0002"]


def test_of_the_copies_of_an_event_the_one_captured_last_is_meant(correct, records):
    copies = records(
        "events",
        {"data.attended": "25", "captured_at": "2024-07-11T09:00:00+08:00", "day": "2024-07-10"},
        {"data.attended": "91", "captured_at": "2024-07-12T09:00:00+08:00", "day": "2024-07-10"},
    )
    of_event = {
        "correction": "七月例会", "material": "平台事件", "of_period": "2024-07", "record": "E1",
        "organization": None, "column_name": "data.attended", "expected": "91", "corrected": "19",
    }  # fmt: skip
    assert correct(of_event, events=copies).records.events["data.attended"].tolist() == ["25", "19"]
    assert correct(of_event | {"expected": "25"}, events=copies).mended != ()


def test_findings_are_corrected_for_every_period_that_reads_them_and_where_work_hangs_on_them(correct, records):
    found_on = records("findings", {"day": "2024-07-15"}, {"day": "2024-08-15", "found_on": "2024-08-15"})
    of_finding = {
        "correction": "七月检查", "material": "检查发现", "of_period": "2024-07", "organization": "0001",
        "column_name": "次数", "expected": "1", "corrected": "2",
    }  # fmt: skip
    quarter = correct(of_finding, findings=found_on, period=QUARTER)
    assert quarter.records.findings["findings_count"].tolist() == ["2", "1"]
    later = correct(of_finding, followed=found_on, period=Period.parse("2024-09"))
    assert later.records.followed["findings_count"].tolist() == ["2", "1"]
    assert later.mended == ()
    mended = correct(of_finding | {"expected": "9"}, followed=found_on, period=Period.parse("2024-09"))
    assert mended.mended == ()


def test_the_registry_is_corrected_for_every_period(correct, records, rules):
    rows = records(
        "registry", {"org_code": "0001", "org_name": "山上支部"}, {"org_code": "0002", "org_name": "平川支部"}
    )
    of_registry = {
        "correction": "平川领域", "material": "组织名册", "of_period": None, "organization": "0002",
        "column_name": "领域", "expected": "山区", "corrected": "平原",
    }  # fmt: skip
    for period in (JULY, QUARTER, Period.parse("2019")):
        found = correct(of_registry, registry=rows, period=period)
        assert found.registry_rows["domain"].tolist() == ["山区", "平原"]
        assert registry_of(found.registry_rows, rules).spans["domain"].tolist() == ["hill", "plain"]


def test_what_was_applied_is_told_under_todays_codes(correct, registry, visits):
    found = correct(DECLARED, declarations=visits)
    (row,) = correction_rows(found.cells, registry, JULY).to_dict("records")
    assert (row["correction"], row["org_code"], row["kind"]) == ("平川走访", "0002", "declarations")
    assert (row["expected"], row["corrected"], row["provider"]) == ("3", "7", "张某")
    assert "batch_id" not in row


def test_a_correction_that_is_not_in_order_changes_nothing_and_is_answered_for_by_its_period(correct, visits):
    found = correct(DECLARED | {"cause": None}, declarations=visits)
    assert found.records.declarations["value_text"].tolist() == ["3", "3", "是"]
    assert found.rejections["reason"].tolist() == ["malformed"]
    assert found.considered.to_numpy().tolist() == [["b1", 2]]
    assert correct(DECLARED | {"cause": None}, period=Period.parse("2024-08")).rejections.empty


@given(st.permutations(range(4)), st.permutations(range(3)))
def test_the_order_of_rows_changes_nothing(correct, records, order, of_records):
    values = ["3", "5", "6"]
    rows = [{"org_code": f"000{n}", "item_code": "VISITS", "value_text": values[n]} for n in of_records]
    said = [
        DECLARED
        | {"correction": f"第{n}条", "organization": f"000{n}", "expected": values[n % 3], "corrected": f"1{n}"}
        for n in range(4)
    ]
    found = correct(*(said[n] for n in order), declarations=records("declarations", *rows))
    after = dict(zip(found.records.declarations["org_code"], found.records.declarations["value_text"], strict=True))
    assert after == {"0000": "10", "0001": "11", "0002": "12"}
    assert [text[:7] for text in found.mended] == ["更正“第3条”"]
