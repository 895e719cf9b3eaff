"""Weak and lax organisations from pool to conversion: proposed, decided in the workbook, delivered, followed."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from boards.explain import explanation_lines
from boards.proposal_workbook import COLUMNS
from boards.status import status_lines, status_of
from boards.watched import count_lines, counts_told
from flows.jobs.propose import NothingToPropose, Proposed, propose
from rulebooks.loader import HERE, load
from schemas.errors import ClearError
from schemas.periods import Period
from tests.districts import District
from tests.end_to_end.conftest import Opened
from warehouse import published

YEAR = Period.parse("2024")
FLAGS = (
    "检查日期,组织代码,组织名称,条目编号,问题描述,发现次数,现场整改,审核状态\n"
    "2024-10-10,{org},,R03,班子不团结,1,否,已审核\n"
    "2024-10-11,{org},,R04,不开展活动,2,否,已审核\n"
    "2024-10-12,{org},,R05,尚待核实,1,否,待审核\n"
)


@pytest.fixture
def own(scored: District, inbox: Path, tmp_path: Path) -> District:
    """The example district with its three months published, an inbox of its own, and a folder for its lists."""
    return scored.copied(tmp_path / "own", inbox=str(inbox), lists=tmp_path / "lists")


def _proposed(own: District) -> Proposed:
    return propose(own.context, YEAR, datetime.now(UTC))


def _list(own: District) -> pd.DataFrame:
    rows = published.view(own.engine, "weak_and_lax", period="2024")
    return rows.sort_values(["list_place", "org_code"]).set_index("org_code")


def _filled(path: str, inbox: Path, told: dict[str, dict[str, str]]) -> None:
    """Fills in the workbook's rows of these organisations, and puts it into the inbox."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if row[0].value == COLUMNS[0].heading)
    places = {str(cell.value): cell.column for cell in header}
    for row in sheet.iter_rows(min_row=header[0].row + 1):
        code = row[places["组织代码"] - 1].value
        for heading, text in told.get(str(code), {}).items():
            sheet.cell(row[0].row, places[heading]).value = text
    (inbox / "decisions").mkdir(exist_ok=True)
    book.save(inbox / "decisions/2024.xlsx")


def _decided(word: str, **more: str) -> dict[str, str]:
    return {"决定": word, "理由": "部务会研究", "决定人": "部务会", "决定日期": "2024-10-20"} | more


def test_the_workbook_has_the_headings_that_are_read_and_left_unread() -> None:
    layout = load("ganyu", date(2024, 12, 31)).inbox.decisions
    assert {column.heading for column in COLUMNS} == {*layout.columns, *layout.unread}
    assert {column.heading for column in COLUMNS if column.is_filled_in} == {
        heading for heading, field in layout.columns.items() if field not in ("org_code", "org_name")
    }


def test_the_pool_of_the_year_is_proposed_in_order_with_reasons(own: District) -> None:
    done = _proposed(own)
    pool = published.view(own.engine, "warning_pool", period=["2024-07", "2024-08", "2024-09"])
    in_question = set(pool.loc[pool["colour"].isin(["red", "yellow"]), "org_code"])
    rows = _list(own)
    assert set(rows.index) == in_question
    assert (done.made_of, done.candidates) == ("2024-09", len(in_question))
    assert rows["colour"].tolist() == sorted(rows["colour"])
    assert rows["status"].eq("undecided").all()
    assert rows.loc[rows["is_proposed"], "list_place"].max() <= 15
    first = rows.iloc[0]
    assert first["reason"].startswith("红色")
    assert f"最近得分率约{first['attainment_pct']:.1f}%（{first['score_period']}）" in first["reason"]


def test_a_reviewed_circumstance_moves_an_organisation_ahead_and_costs_it_nothing(own: District, inbox: Path) -> None:
    _proposed(own)
    yellow = _list(own).query("colour == 'yellow'")
    last = str(yellow.index[-1])
    (inbox / "inspections/2024-10.csv").write_text(FLAGS.format(org=last), encoding="utf-8")
    (receipt,) = own.take().having("taken")
    assert (receipt.accepted, receipt.rejected) == (3, 0)
    _proposed(own)
    row = _list(own).loc[last]
    assert (row["circumstances"], row["circumstance_codes"]) == (2, "R03、R04")
    assert row["list_place"] == yellow["list_place"].min()
    assert "查实情形2种：“班子不团结、内耗严重，工作不能正常开展”" in row["reason"]


def test_decisions_are_taken_from_the_workbook_and_followed_to_their_conversion(own: District, inbox: Path) -> None:
    done = _proposed(own)
    first, second, third = (str(code) for code in _list(own).index[:3])
    told = {first: _decided("列入"), second: _decided("列入", 整改期限="2024-12-31"), third: _decided("不列入")}
    _filled(done.path, inbox, told)
    (receipt,) = own.take().having("taken")
    assert (receipt.accepted, receipt.rejected, receipt.ignored) == (3, 0, {"未填写决定": done.counted.proposed - 3})
    rows = _list(own)
    assert rows.loc[[first, second, third], "status"].tolist() == ["listed", "listed", "not_listed"]
    assert rows.loc[first, "due_on"] == pd.Timestamp("2025-04-18")

    again = _proposed(own)
    assert not _list(own).loc[[first, second, third], "is_proposed"].any()
    assert (again.counted.listed, again.counted.converted, again.counted.overdue) == (2, 0, 2)
    (told_of,) = counts_told(own.engine, "test", "ganyu", date(2024, 11, 1))
    assert (told_of["listed"], told_of["overdue"]) == (2, 0)
    assert "2024-07" not in again.path

    _filled(again.path, inbox, {second: {"转化日期": "2024-12-20", "转化情况": "班子已配齐"}})
    assert own.take().having("taken")[0].accepted == 3
    row = _list(own).loc[second]
    assert row[["status", "outcome_text", "converted_on"]].tolist() == [
        "converted", "班子已配齐", pd.Timestamp("2024-12-20"),
    ]  # fmt: skip
    status = "\n".join(status_lines(status_of(own.engine, "test", "ganyu")))
    assert "已列入2个，其中已转化1个，逾期未转化1个" in status
    lines = [*explanation_lines(own.explained(second, "2024-09"))]
    place = lines.index("软弱涣散整顿")
    assert lines[place + 1].startswith("  2024年名单第2位（红色")
    assert lines[place + 2 : place + 4] == [
        "  决定列入：部务会研究（部务会，2024-10-20）",
        "  期限2024-12-31，2024-12-20转化：班子已配齐",
    ]
    overdue = "\n".join(explanation_lines(own.explained(first, "2024-09")))
    assert "整改期限2025-04-18，逾期未转化" in overdue
    assert "不列入" in "\n".join(explanation_lines(own.explained(third, "2024-09")))


def test_a_faulty_decision_is_refused_by_itself_and_the_mended_file_replaces_it(own: District, inbox: Path) -> None:
    done = _proposed(own)
    first, second = (str(code) for code in _list(own).index[:2])
    _filled(done.path, inbox, {first: _decided("列入", 决定日期="年底"), second: _decided("列入")})
    (receipt,) = own.take().having("taken")
    assert (receipt.accepted, receipt.rejected) == (1, 1)
    assert _list(own).loc[[first, second], "status"].tolist() == ["undecided", "listed"]
    _filled(done.path, inbox, {first: _decided("列入")})
    own.take()
    assert _list(own).loc[[first, second], "status"].tolist() == ["listed", "undecided"]


def test_an_intake_mends_a_register_that_a_killed_one_left_behind(own: District, inbox: Path) -> None:
    done = _proposed(own)
    first = str(_list(own).index[0])
    _filled(done.path, inbox, {first: _decided("列入")})
    own.take()
    with own.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM decision")
    assert not own.take().having("taken")
    assert _list(own).loc[first, "status"] == "listed"


def test_whoever_is_decided_about_without_a_proposal_is_in_the_list_too(own: District, inbox: Path) -> None:
    done = _proposed(own)
    other = str(published.view(own.engine, "index_scores", period="2024-09")["org_code"].iloc[-1])
    book = load_workbook(done.path)
    sheet = book.worksheets[0]
    row = dict.fromkeys((column.heading for column in COLUMNS), None) | _decided("列入") | {"组织代码": other}
    sheet.append([*row.values()])
    (inbox / "decisions").mkdir()
    book.save(inbox / "decisions/2024.xlsx")
    own.take()
    assert other not in done.path
    rows = _list(own)
    assert rows.loc[other, ["status", "org_name"]].notna().all()
    assert pd.isna(rows.loc[other, "list_place"])
    _proposed(own)
    shown = load_workbook(done.path).worksheets[0]
    assert [*shown.iter_rows(values_only=True)][-1][1] == other


def test_what_cannot_be_proposed_from_says_what_to_do(scored: District, tmp_path: Path, embedded: Opened) -> None:
    with pytest.raises(ClearError, match="整顿名单一年一份"):
        propose(scored.context, Period.parse("2024-07"), datetime.now(UTC))
    with pytest.raises(NothingToPropose, match=r"2024还没有发布过月度版次.*zuzhili month 2024-01"):
        propose(embedded(tmp_path / "nothing").context, YEAR, datetime.now(UTC))
    listless = Path(shutil.copytree(HERE / "ganyu", tmp_path / "rulebooks" / "ganyu")) / "watch_list.yaml"
    listless.unlink()
    other = embedded(tmp_path / "nothing").under(rulebooks=tmp_path / "rulebooks")
    with pytest.raises(NothingToPropose, match=r"没有软弱涣散整顿名单.*watch_list\.yaml"):
        propose(other.context, YEAR, datetime.now(UTC))
    assert [*count_lines(counts_told(other.engine, "test", "ganyu", date(2025, 1, 1)))] == []


def test_nothing_of_the_workbook_runs_as_a_formula(own: District) -> None:
    shutil.copy(_proposed(own).path, own.settings.lists / "copy.xlsx")
    book = load_workbook(own.settings.lists / "copy.xlsx")
    assert book.sheetnames == ["整顿建议", "其他在池组织", "情形"]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert book["整顿建议"]["A2"].value == "是否列入由组织部研究决定，本表只是建议"
    place = next(place for place, column in enumerate(COLUMNS, 1) if column.heading == "得分率")
    share = book["整顿建议"].cell(6, place)
    assert (type(share.value), share.number_format) == (float, '0.00"%"')
    assert [row[0] for row in book["情形"].iter_rows(min_row=3, values_only=True)] == [f"R0{n}" for n in range(1, 8)]
