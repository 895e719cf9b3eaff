"""Work lists of an edition as workbooks: what is to be done by whom and until when, and what is still to be declared.

They are made of the published views alone, so units that no view shows are on no list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from boards.explain_outcomes import TASK_STATUS_TITLES
from boards.workbooks import Column, Table, in_columns
from schemas.periods import local_time
from transforms.tasks import DONE, OVERDUE, WARNING
from warehouse import published

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from warehouse.editions import Edition

TASK_LIST, PENDING_LIST = "预警任务.xlsx", "督促申报.xlsx"
_KINDS = {"consequence": "后续任务", "rectification": "整改"}
_TASK_COLUMNS = {
    "responsible_name": Column("责任主体", 22),
    "due_on": Column("完成期限", 12),
    "status": Column("状态", 8, red=(TASK_STATUS_TITLES[OVERDUE],)),
    "org_name": Column("组织名称", 28),
    "org_code": Column("组织代码", 16),
    "town": Column("所在镇街", 14),
    "name": Column("任务", 36),
    "item_name": Column("指标", 28),
    "reason": Column("原因", 48),
    "raised_on": Column("下达日期", 12),
    "done_on": Column("完成日期", 12),
    "done_by": Column("办结依据", 36),
}
_OTHER_COLUMNS = {"kind": Column("类别", 10)} | {
    name: column for name, column in _TASK_COLUMNS.items() if name != "item_name"
}
_SUM_COLUMNS = {
    "parent_name": Column("上级组织", 28),
    "parent_code": Column("上级组织代码", 16),
    "towns": Column("所在镇街", 20),
    "branches": Column("未报齐组织数", 14),
    "items": Column("待申报项数", 12),
}
_PENDING_COLUMNS = {
    "parent_name": Column("上级组织", 28),
    "parent_code": Column("上级组织代码", 16),
    "org_name": Column("组织名称", 28),
    "org_code": Column("组织代码", 16),
    "town": Column("所在镇街", 14),
    "item_code": Column("指标代码", 10),
    "item_name": Column("指标名称", 36),
    "full_points": Column("满分", 8),
    "reason": Column("现在的情况", 36),
}


@dataclass(frozen=True)
class WorkList:
    """One workbook: the name of its file, its sheets, and in a few words what is in it."""

    file: str
    tables: tuple[Table, ...]
    told: str


@dataclass(frozen=True)
class Lists:
    """Where the lists of an edition are: `written` says what each file holds, `left_out` why another is not there."""

    period: str
    revision: int
    folder: str
    written: dict[str, str]
    left_out: dict[str, str]


def lists_lines(told: Lists) -> Iterator[str]:
    """What was written and what not, a line each."""
    yield f"{told.period} 第{told.revision}版的清单：{told.folder}"
    yield from (f"  {file}：{text}" for file, text in (told.written | told.left_out).items())


def lists_markdown(told: Lists) -> str:
    """The same as Markdown, for the orchestrator's page."""
    first, *files = lists_lines(told)
    return "\n".join([f"{first}\n", *(f"-{line[1:]}" for line in files)])


def task_list(engine: Engine, edition: Edition) -> WorkList:
    """The tasks of an edition: those of warnings, and on another sheet those of grades and findings.

    The responsible body comes first, then the day by which it is due; what is done is at the end, with what by.
    """
    tasks = _tasks(engine, edition)
    is_warning = tasks["kind"].eq(WARNING)
    warnings, others = tasks[is_warning], tasks[~is_warning].replace({"kind": _KINDS})
    sheets = (
        _sheet("预警任务", "消除预警", _TASK_COLUMNS, warnings, edition),
        _sheet("其他任务", "后续任务和整改", _OTHER_COLUMNS, others, edition),
    )
    return WorkList(TASK_LIST, sheets, f"消除预警{_counted(warnings)}；后续任务和整改{_counted(others)}")


def pending_list(engine: Engine, edition: Edition) -> WorkList:
    """What is still to be declared while the edition is provisional."""
    rows = published.of_edition(engine, "pending_declarations", edition.edition_id)
    told = pending_told(rows)
    tables = pending_tables(rows, _above("督促申报", edition, f"还没有申报的：{told}"))
    return WorkList(PENDING_LIST, tables, told)


def pending_told(rows: pd.DataFrame) -> str:
    """How much is still to be declared, in a few words."""
    return f"{rows['org_code'].nunique()}个组织，{len(rows)}项"


def pending_tables(pending: pd.DataFrame, above: Sequence[str]) -> tuple[Table, Table]:
    """What is still to be declared: by parent, and item by item. `pending` has the columns of the published view."""
    rows = pending.sort_values(["parent_name", "parent_code", "org_code", "item_code"], ignore_index=True)
    by_parent = rows.groupby(["parent_name", "parent_code"], dropna=False, sort=False)
    summed = by_parent.agg(
        towns=("town", _names), branches=("org_code", "nunique"), items=("item_code", "size")
    ).reset_index()
    return (
        Table("汇总", list(_SUM_COLUMNS.values()), _cells(summed, _SUM_COLUMNS), above),
        Table("明细", list(_PENDING_COLUMNS.values()), _cells(rows, _PENDING_COLUMNS), above),
    )


def _tasks(engine: Engine, edition: Edition) -> pd.DataFrame:
    """The tasks in the order of the list, with the items' names, statuses in Chinese and days as text."""
    tasks = published.of_edition(engine, "tasks", edition.edition_id)
    items = published.of_edition(engine, "items", edition.edition_id).set_index("item_code")["item_name"]
    placed = tasks.assign(is_done=tasks["status"].eq(DONE), item_name=tasks["item_code"].map(items))
    placed = placed.sort_values(
        [
            "is_done",
            "responsible_name",
            "responsible_code",
            "due_on",
            "org_code",
            "task_code",
            "item_code",
            "raised_on",
        ],
        ignore_index=True,
    )
    days = {name: placed[name].dt.strftime("%Y-%m-%d") for name in ("raised_on", "due_on", "done_on")}
    return placed.assign(**days, status=placed["status"].map(TASK_STATUS_TITLES))


def _sheet(name: str, told: str, columns: dict[str, Column], rows: pd.DataFrame, edition: Edition) -> Table:
    above = _above(name, edition, f"{told}{_counted(rows)}")
    return Table(name, list(columns.values()), _cells(rows, columns), above)


def _above(title: str, edition: Edition, told: str) -> tuple[str, ...]:
    """What stands above a table: what it is, of which edition it is made, and how much is in it."""
    mark = "（即时版）" if edition.is_provisional else ""
    origin = f"根据{edition.period}第{edition.revision}版{mark}生成，数据截至{local_time(edition.as_of)}"
    return f"{edition.period} {title}", origin, told


def _counted(rows: pd.DataFrame) -> str:
    """How many tasks there are, and how many of each status: 3项（待办1，逾期1，已办结1）."""
    counts = rows["status"].value_counts()
    by_status = "，".join(f"{title}{counts[title]}" for title in TASK_STATUS_TITLES.values() if title in counts)
    return f"{len(rows)}项" + (f"（{by_status}）" if by_status else "")


def _cells(rows: pd.DataFrame, columns: dict[str, Column]) -> list[list[object]]:
    return in_columns(rows.to_dict("records"), list(columns))


def _names(texts: Sequence[str]) -> str:
    """Each name once, in their order."""
    return "、".join(dict.fromkeys(pd.Series(texts).dropna()))
