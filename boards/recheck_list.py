"""The re-check sample for people: the work list that is filled in and sent back, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from boards.workbooks import Column, Table
from schemas.layouts import Inbox
from schemas.periods import LOCAL_ZONE, local_time
from schemas.rulebook import RuleBook
from transforms.recheck import RESULT_COLUMNS
from transforms.wording import number

FILE = "复核抽查.xlsx"
BESIDE = {"领域": "domain_name", "上级组织": "parent_name", "所在镇街": "town"}
"""Columns that tell where to go; a list that is sent back is read without them."""
_WIDE = {"org_name": 28, "item_name": 24, "parent_name": 24, "declared_at": 20}
_WIDTH = 14


def recheck_table(shown: pd.DataFrame, candidates: int, period: str, rulebook: RuleBook) -> Table:
    """The work list of a period: rows of the view `recheck_samples`, by town, unit above and organisation.

    `candidates`: organisations that could be drawn. Headings are those by which the list is read when it comes back.
    What has been re-checked stands there with its result; what the declaration itself states a re-check of needs none.
    """
    layout = rulebook.inbox.rechecks
    fields = layout.columns | {heading: name for heading, name in BESIDE.items() if heading in layout.unread}
    is_stated = shown["status"].eq("done") & shown["checked_by"].isna()
    ordered = shown[~is_stated].sort_values(["town", "parent_code", "org_code", "item_code"], na_position="first")
    rows = [[_cell(row[name]) for name in fields.values()] for row in ordered.to_dict("records")]
    columns = [_column(heading, name, rulebook.inbox) for heading, name in fields.items()]
    return Table("复核抽查", columns, rows, _above(shown, int(is_stated.sum()), candidates, period, rulebook))


def progress_text(row: Mapping[str, Any]) -> str:
    """How far a period's re-checks are: of so many declarations so many are done."""
    return f"抽取{row['organizations']}个组织{row['declarations']}项申报，已复核{row['done']}项"


def _above(shown: pd.DataFrame, stated: int, candidates: int, period: str, rulebook: RuleBook) -> tuple[str, ...]:
    """What the list is and how it was drawn. Lines with a moment say 时间: they name no period."""
    policies, file = rulebook.policies, rulebook.inbox.rechecks.path.replace("{period}", period)
    moments = "、".join(local_time(moment) for moment in sorted(shown["drawn_at"].unique()))
    left_out = f"，其中{stated}项申报材料里已有复核结果，不再列出" if stated else ""
    how_many = (
        f"审核通过的申报涉及{candidates}个组织，抽取{shown['org_code'].nunique()}个，共{len(shown)}项{left_out}。"
    )
    by_what = f"每个领域、每个上级组织之下各抽{number(policies.recheck_percent)}%，不足一个的抽一个，"
    return (
        f"{period} 复核抽查（{rulebook.name}）",
        f"{how_many}{by_what}{policies.recheck_months}个月内抽查过的排在后面",
        f"抽取时间：{moments}，随机种子：{'、'.join(shown['seed'].unique())}",
        f"请填浅黄色的列，存为“{file}.xlsx”放入收件箱；还没有填的行，以后填了整份再报",
    )


def _column(heading: str, name: str, inbox: Inbox) -> Column:
    choices = tuple(inbox.rechecked) if name == "recheck_status" else ()
    return Column(heading, _WIDE.get(name, _WIDTH), name in RESULT_COLUMNS, choices)


def _cell(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return _moment(value)
    return value


def _moment(value: datetime) -> str:
    """A time as a declaration has it, to the second where it has any; a day alone as a day."""
    if value.tzinfo is None:
        return f"{value:%Y-%m-%d}"
    local = value.astimezone(LOCAL_ZONE)
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second or local.microsecond else f"{local:%Y-%m-%d %H:%M}"
