"""Work lists as workbooks: what is to be done by whom and until when, and what is still to be declared."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from boards.errors import NotPublished
from boards.lists import Lists, lists_lines, lists_markdown
from flows.jobs.lists import lists
from flows.jobs.open_month import open_month
from tests.districts import EXAMPLE, District, local, settings_in
from tests.end_to_end.history import UTF8, rewritten
from warehouse import published

MONTH, QUARTER = "2024-09", "2024Q3"
BRANCH, WOULD_RUN = "032000100001", '=HYPERLINK("x")党支部'
TASKS, PENDING = "预警任务.xlsx", "督促申报.xlsx"


@dataclass(frozen=True)
class Sheet:
    """A sheet as people see it: the lines above the table, and its rows by heading."""

    above: list[str]
    rows: list[dict[str, str]]
    sheet: Worksheet


def _sheet(told: Lists, file: str, name: str) -> Sheet:
    sheet = load_workbook(Path(told.folder) / file)[name]
    cells = [["" if value is None else value for value in row] for row in sheet.iter_rows(values_only=True)]
    headings = cells[3]
    return Sheet(
        [row[0] for row in cells[:3]], [dict(zip(headings, row, strict=True)) for row in cells[4:] if any(row)], sheet
    )


@pytest.fixture(scope="module")
def written(scored: District, tmp_path_factory: pytest.TempPathFactory) -> Lists:
    """The lists of September of the example district."""
    return lists(scored.under(lists=tmp_path_factory.mktemp("lists")).context, MONTH)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[District, Lists]:
    """The lists of July while it is open and nobody has declared; a branch has the name of a formula."""
    folder = tmp_path_factory.mktemp("open")
    inbox = Path(shutil.copytree(EXAMPLE / "inbox", folder / "inbox"))
    for path in [*inbox.rglob("declarations/*"), *inbox.rglob("departments/**/*"), *inbox.rglob("*/2024-0[89].*")]:
        if path.is_file():
            path.unlink()
    registry = inbox / "registry/organizations.csv"

    def rename(rows: list[dict[str, str]]) -> None:
        for row in rows:
            if row["组织代码"] == BRANCH:
                row["组织名称"] = WOULD_RUN

    registry.write_bytes(rewritten(registry.read_bytes(), UTF8, rename))
    own = District(settings_in(folder, inbox))
    own.take(local("2024-07-20T05:00"))
    running = open_month(own.context, local("2024-07-20T05:00"))
    assert running is not None
    assert running.is_scored, running.message
    return own, lists(own.context, "2024-07")


def test_the_task_list_names_its_edition_and_counts_what_is_in_it(scored: District, written: Lists) -> None:
    shown = published.view(scored.engine, "tasks", period=MONTH)
    counts = shown["status"].value_counts()
    by_status = f"待办{counts['open']}，逾期{counts['overdue']}，已办结{counts['done']}"
    assert written.written == {TASKS: f"消除预警{len(shown)}项（{by_status}）；后续任务和整改0项"}
    own = _sheet(written, TASKS, "预警任务")
    assert own.above[0] == "2024-09 预警任务"
    assert own.above[1].startswith("根据2024-09第1版生成，数据截至")
    assert own.above[2] == f"消除预警{len(shown)}项（{by_status}）"
    assert len(own.rows) == len(shown)
    assert own.sheet.auto_filter.ref == f"A4:L{4 + len(shown)}"
    assert _sheet(written, TASKS, "其他任务").rows == []


def test_open_tasks_come_by_responsible_body_and_day_and_done_ones_at_the_end(written: Lists) -> None:
    rows = _sheet(written, TASKS, "预警任务").rows
    keys = [(row["状态"] == "已办结", row["责任主体"], row["完成期限"]) for row in rows]
    assert keys == sorted(keys)
    assert {row["状态"] for row in rows} == {"待办", "逾期", "已办结"}
    for row in rows:
        assert row["办结依据"].startswith(MONTH) is (row["状态"] == "已办结")
        assert bool(row["完成日期"]) is (row["状态"] == "已办结")
    assert {len(row["完成期限"]) for row in rows} == {len("2024-09-30")}


def test_what_is_overdue_is_red(written: Lists) -> None:
    sheet = _sheet(written, TASKS, "预警任务").sheet
    red = {cell.value for row in sheet.iter_rows(min_row=5) for cell in row if cell.font.color and
           cell.font.color.rgb == "FFC00000"}  # fmt: skip
    assert red == {"逾期"}


def test_a_finished_period_has_nothing_to_declare_and_says_so(written: Lists) -> None:
    assert written.left_out == {PENDING: "没有生成，2024-09已有正式版，只有即时版才催报"}
    assert [path.name for path in Path(written.folder).iterdir()] == [TASKS]
    first, *files = lists_lines(written)
    assert first == f"2024-09 第1版的清单：{written.folder}"
    assert files == [f"  {TASKS}：{written.written[TASKS]}", f"  {PENDING}：{written.left_out[PENDING]}"]
    assert lists_markdown(written).splitlines()[2:] == [f"- {line.strip()}" for line in files]


def test_an_open_month_lists_what_is_to_be_declared_by_parent(opened: tuple[District, Lists]) -> None:
    own, told = opened
    shown = published.view(own.engine, "pending_declarations", period="2024-07")
    assert set(told.written) == {TASKS, PENDING}
    assert told.written[PENDING] == f"{shown['org_code'].nunique()}个组织，{len(shown)}项"
    details = _sheet(told, PENDING, "明细")
    assert "第1版（即时版）" in details.above[1]
    keys = [(row["上级组织"], row["上级组织代码"], row["组织代码"], row["指标代码"]) for row in details.rows]
    assert keys == sorted(keys)
    assert len(keys) == len(shown)
    summed = _sheet(told, PENDING, "汇总").rows
    assert sum(row["待申报项数"] for row in summed) == len(shown)
    assert sum(row["未报齐组织数"] for row in summed) == shown["org_code"].nunique()
    assert [row["上级组织"] for row in summed] == list(dict.fromkeys(row["上级组织"] for row in details.rows))


def test_a_name_that_would_run_as_a_formula_stays_text(opened: tuple[District, Lists]) -> None:
    details = _sheet(opened[1], PENDING, "明细")
    (cell,) = {cell for row in details.sheet.iter_rows() for cell in row if cell.value == WOULD_RUN and
               details.sheet.cell(cell.row, 4).value == BRANCH and cell.row == _first_row(details.sheet)}  # fmt: skip
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def _first_row(sheet: Worksheet) -> int:
    return next(row[0].row for row in sheet.iter_rows() if row[3].value == BRANCH)


def test_written_again_the_lists_say_the_same(opened: tuple[District, Lists]) -> None:
    own, told = opened
    before = {file: _sheet(told, file, name).rows for file, name in ((TASKS, "预警任务"), (PENDING, "明细"))}
    again = lists(own.context, "2024-07")
    assert again == told
    assert {file: _sheet(again, file, name).rows for file, name in ((TASKS, "预警任务"), (PENDING, "明细"))} == before
    assert sorted(path.name for path in Path(told.folder).iterdir()) == sorted([TASKS, PENDING])


def test_a_period_without_an_edition_has_no_lists(scored: District) -> None:
    with pytest.raises(NotPublished, match="2024-10还没有发布过版次。请先运行：zuzhili month 2024-10"):
        lists(scored.context, "2024-10")
