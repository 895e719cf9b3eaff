"""Weak and lax organisations as people ask about them: proposed, decided, converted, overdue by the day they ask.

That a deadline is over depends on the day, so the published view leaves it to whoever reads it: here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from transforms.checks.decisions import LISTED, NOT_LISTED, WORDS
from warehouse import published

if TYPE_CHECKING:
    from sqlalchemy import Engine

CONVERTED = "converted"
DECISIONS = {meaning: word for word, meaning in WORDS.items()}
"""How people write what was decided."""


@dataclass(frozen=True)
class Counted:
    """How many are proposed now, were listed, of these are converted, and of these were to be by now and are not."""

    proposed: int
    listed: int
    converted: int
    overdue: int


@dataclass(frozen=True)
class Watched:
    """One organisation on the list of a year; days as 2024-12-31. `list_place` is None where nothing proposed it."""

    year: str
    list_place: int | None
    is_proposed: bool
    reason: str
    status: str
    cause: str
    decided_by: str
    decided_on: str
    due_on: str
    converted_on: str
    outcome_text: str
    is_overdue: bool


def is_overdue(rows: pd.DataFrame, today: date) -> pd.Series:
    """Whether each row of the view is listed, not converted, and its deadline over."""
    return rows["status"].eq(LISTED) & (rows["due_on"] < pd.Timestamp(today)).fillna(False).astype(bool)


def counted(rows: pd.DataFrame, today: date) -> Counted:
    """The rows of a year counted."""
    return Counted(
        int(rows["is_proposed"].fillna(False).sum()),
        int(rows["decision"].eq(LISTED).sum()),
        int(rows["status"].eq(CONVERTED).sum()),
        int(is_overdue(rows, today).sum()),
    )


def counts_told(engine: Engine, district: str, scheme: str, today: date) -> list[dict[str, Any]]:
    """The years with a list, latest first, each counted."""
    rows = published.view(engine, "weak_and_lax", district=district, scheme=scheme)
    years = sorted(rows["period"].unique(), reverse=True)
    return [{"period": year} | vars(counted(rows[rows["period"].eq(year)], today)) for year in years]


def count_lines(told: list[dict[str, Any]]) -> Iterator[str]:
    """The same as text."""
    if told:
        yield "软弱涣散整顿："
    for row in told:
        overdue = f"，逾期未转化{row['overdue']}个" if row["overdue"] else ""
        yield (
            f"  {row['period']}年  待决定的建议{row['proposed']}个，已列入{row['listed']}个，"
            f"其中已转化{row['converted']}个{overdue}"
        )


def watched(engine: Engine, district: str, scheme: str, org_code: str, year: str, today: date) -> tuple[Watched, ...]:
    """What the year's list has of one organisation: one entry, or none."""
    rows = published.view(engine, "weak_and_lax", district=district, scheme=scheme, org_code=org_code, period=year)
    overdue = is_overdue(rows, today)
    return tuple(
        Watched(
            year=year,
            list_place=None if pd.isna(row.list_place) else int(row.list_place),
            is_proposed=bool(row.is_proposed) if not pd.isna(row.is_proposed) else False,
            status=row.status,
            is_overdue=bool(late),
            **{
                name: _text(getattr(row, name))
                for name in ("reason", "cause", "decided_by", "decided_on", "due_on", "converted_on", "outcome_text")
            },
        )
        for row, late in zip(rows.itertuples(), overdue, strict=True)
    )


def watched_lines(told: tuple[Watched, ...]) -> Iterator[str]:
    """The place with its reason, the decision, the deadline, the conversion."""
    for one in told:
        if one.list_place is not None:
            proposed = "建议列入，" if one.is_proposed else ""
            yield f"{one.year}年名单{proposed}第{one.list_place}位（{one.reason}）"
        if one.decided_on:
            word = DECISIONS[NOT_LISTED if one.status == NOT_LISTED else LISTED]
            yield f"决定{word}：{one.cause}（{one.decided_by}，{one.decided_on}）"
        if one.due_on and not one.converted_on:
            yield f"整改期限{one.due_on}" + ("，逾期未转化" if one.is_overdue else "，尚未转化")
        if one.converted_on:
            yield f"期限{one.due_on}，{one.converted_on}转化" + (f"：{one.outcome_text}" if one.outcome_text else "")


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
