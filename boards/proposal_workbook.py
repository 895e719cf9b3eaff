"""The workbook of weak and lax organisations: whom the program proposes and why, with columns for those who decide.

Filled in, it is delivered as it is: its headings are those of `schemas.layouts.DECISIONS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from boards.watched import DECISIONS, is_overdue
from boards.workbooks import Column, Table
from schemas.periods import Period
from schemas.receipts import CIRCUMSTANCES_SHEET, OTHERS_SHEET
from schemas.rulebook import RuleBook
from schemas.watch_list import WatchList
from transforms.wording import COLOUR_NAMES

FILE = "软弱涣散整顿建议.xlsx"
_PLACE, _CODE, _NAME = Column("排位", 6), Column("组织代码", 16), Column("组织名称", 28)
_WHERE = (Column("领域", 12), Column("所在镇街", 12))
_EVIDENCE = (
    Column("颜色", 6),
    Column("情形", 12),
    Column("在池月数", 9),
    Column("得分率", 9, number_format='0.00"%"'),
    Column("建议依据", 60),
)
_TO_DECIDE = (
    Column("决定", 8, is_filled_in=True, choices=tuple(DECISIONS.values())),
    Column("理由", 30, is_filled_in=True),
    Column("决定人", 12, is_filled_in=True),
    Column("决定日期", 12, is_filled_in=True),
    Column("整改期限", 12, is_filled_in=True),
    Column("转化日期", 12, is_filled_in=True),
    Column("转化情况", 30, is_filled_in=True),
    Column("备注", 16),
)
COLUMNS = (_PLACE, _CODE, _NAME, *_WHERE, *_EVIDENCE, *_TO_DECIDE)
"""The columns of the first sheet."""
_OTHERS = (_PLACE, _CODE, Column("名称", _NAME.width), *_WHERE, *_EVIDENCE)
"""Those of the second, with too few of the headings that are read: a file with two sheets to read would be refused."""


def proposal_tables(rows: pd.DataFrame, rulebook: RuleBook, year: Period, today: date) -> list[Table]:
    """The sheets: whom to decide about, all others that came into question, the circumstances.

    `rows`: the year's rows of the view `weak_and_lax`. Raises ValueError where the rule book has no watch list.
    """
    if rulebook.watch_list is None:
        raise ValueError(f"{rulebook.scheme} has no watch list")
    told = rows.assign(is_overdue=is_overdue(rows, today)).sort_values(["list_place", "org_code"], na_position="last")
    is_to_decide = told["is_proposed"].fillna(False).astype(bool) | told["decision"].notna()
    names = {domain.code: domain.name for domain in rulebook.domains}
    return [
        Table("整顿建议", COLUMNS, [*_decided(told[is_to_decide], names)], [*_above(rows, rulebook.watch_list, year)]),
        Table(
            OTHERS_SHEET,
            _OTHERS,
            [*_evident(told[~is_to_decide], names)],
            ("也进入三色池、这次没有建议的组织。要列入其中的，把它加到“整顿建议”表的末尾，填写组织代码和决定",),
        ),
        Table(
            CIRCUMSTANCES_SHEET,
            (Column("情形代码", 12), Column("情形", 60)),
            [(one.code, one.name) for one in rulebook.circumstances],
            ("由检查组和各部门在明察暗访材料里登记、审核通过的情形；同一种登记几条算一种",),
        ),
    ]


def _above(rows: pd.DataFrame, watched: WatchList, year: Period) -> Iterator[str]:
    """What the sheet is, how it was made, and what to do with it."""
    made_of = rows["made_of"].dropna()
    colours = "、".join(f"{COLOUR_NAMES[colour]}色" for colour in watched.colours)
    yield f"{year}年{watched.name}：建议名单"
    yield "是否列入由组织部研究决定，本表只是建议"
    yield (
        f"依据{made_of.max() if len(made_of) else year}及以前各月的三色池和查实的情形：进过{colours}池的，依次按颜色"
        f"（{colours}）、情形种数、在池月数、最近得分率（低的在前）排位，一年建议{watched.places}个；完全相同的并列，"
        "末位并列的一并列出"
    )
    yield (
        f"填写浅黄色各列后，作为decisions/{year}.xlsx报送。决定填“{'”或“'.join(DECISIONS.values())}”，同时填理由、决定人、"
        f"决定日期；整改期限不填的，为决定之日起{watched.convert_days}日；转化后补填转化日期再报送一次。没有填写的行不处理"
    )


def _decided(rows: pd.DataFrame, domains: dict[str, str]) -> Iterator[list[Any]]:
    """Rows with what was decided so far."""
    for evident, row in zip(_evident(rows, domains), rows.itertuples(), strict=True):
        yield [
            *evident,
            DECISIONS.get(str(row.decision)),
            row.cause,
            row.decided_by,
            *(_day(day) for day in (row.decided_on, row.due_on, row.converted_on)),
            row.outcome_text,
            "逾期未转化" if row.is_overdue else None,
        ]


def _evident(rows: pd.DataFrame, domains: dict[str, str]) -> Iterator[list[Any]]:
    """Rows with what speaks for the place; blank where nothing proposed the organisation."""
    for row in rows.itertuples():
        has_place = not pd.isna(row.list_place)
        yield [
            int(row.list_place) if has_place else None,
            row.org_code,
            row.org_name,
            domains.get(str(row.domain)),
            row.town,
            COLOUR_NAMES.get(str(row.colour)),
            row.circumstance_codes or None,
            int(row.pool_months) if has_place else None,
            float(row.attainment_pct) if has_place else None,
            row.reason,
        ]


def _day(day: Any) -> str | None:
    return None if pd.isna(day) else f"{day:%Y-%m-%d}"
