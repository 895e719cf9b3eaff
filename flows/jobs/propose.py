"""Weak and lax organisations: the year's proposals, the decisions in force, and the workbook that carries both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from boards.proposal_workbook import FILE, proposal_tables
from boards.watched import Counted, counted
from boards.workbooks import keep, workbook
from flows.jobs.context import Context
from flows.jobs.decisions import record_decisions
from schemas.errors import ClearError
from schemas.periods import Period, local_day
from schemas.rulebook import RuleBook
from transforms.checks.findings import check_findings
from transforms.checks.registry import registry_of
from transforms.watch_list import Known, proposals
from warehouse import editions, published
from warehouse import proposals as register
from warehouse.editions import Edition


class NothingToPropose(ClearError):
    """The scheme keeps no list, or no month of the year has an edition yet; the message says what to do."""


@dataclass(frozen=True)
class Proposed:
    """The proposals of a year: the last month that they are made of, how many came into question, and the workbook."""

    period: str
    made_of: str
    candidates: int
    counted: Counted
    path: str

    def lines(self) -> Iterator[str]:
        """The same as text."""
        now = self.counted
        yield (
            f"{self.period}年软弱涣散整顿：依据{self.made_of}及以前各月，{self.candidates}个组织列入考虑，建议{now.proposed}个；"
            f"已决定列入{now.listed}个，其中已转化{now.converted}个，逾期未转化{now.overdue}个"
        )
        yield f"  工作簿：{self.path}"
        yield f"  是否列入由人决定：填写后作为decisions/{self.period}.xlsx放入收件箱，再取件：zuzhili intake"


def propose(context: Context, year: Period, moment: datetime) -> Proposed:
    """Makes the year's proposals anew from what is published by now, and writes the workbook for those who decide.

    Raises NothingToPropose where the scheme has no watch list or the year no finished month, ClearError for a period
    that is no year.
    """
    if year.cadence != "year":
        raise ClearError(f"{year}不是年度。整顿名单一年一份，年度写作2024")
    rulebook = context.rules(year.end, moment)
    if rulebook.watch_list is None:
        raise NothingToPropose(f"{rulebook.name}没有软弱涣散整顿名单。需要的，请在规则手册中补上watch_list.yaml")
    with context.locked():
        record_decisions(context, year)
        months = _finished_months(context, year)
        if not months:
            raise NothingToPropose(
                f"{year}还没有发布过月度版次，提不出建议。请先计分，例如：zuzhili month {year.months[0]}"
            )
        rows = proposals(_known(context, year, months, rulebook, moment), rulebook, year)
        where = (context.engine, context.district, context.scheme, str(year))
        register.propose(*where, months[-1].period, moment, rows)
        today = local_day(moment)
        shown = published.view(context.engine, "weak_and_lax", district=where[1], scheme=where[2], period=where[3])
        path = _place(context, year)
        keep(workbook(proposal_tables(shown, rulebook, year, today)), path)
    return Proposed(str(year), months[-1].period, len(rows), counted(shown, today), str(path))


def _finished_months(context: Context, year: Period) -> list[Edition]:
    """The current editions of the year's months, but provisional ones, in their order."""
    current = editions.all_current(context.engine, context.district, context.scheme)
    months = {str(month) for month in year.months}
    return [one for one in current if one.period in months and not one.is_provisional]


def _known(context: Context, year: Period, months: list[Edition], rulebook: RuleBook, moment: datetime) -> Known:
    """What the proposals are made of, organisations under the code of the year's last day."""
    records = context.known(context.knowledge(moment))
    registry, day = registry_of(records.registry(), rulebook), year.end.toordinal()

    def as_called(frame: pd.DataFrame, column: str = "org_code") -> pd.DataFrame:
        return frame.assign(**{column: registry.code_on(frame[column], day)})

    where = {"district": context.district, "scheme": context.scheme, "period": [one.period for one in months]}
    pool = published.view(context.engine, "warning_pool", ["period", "org_code", "colour"], **where)
    scores = [
        editions.rows(context.engine, one.edition_id, "score").assign(period=one.period)[
            ["period", "org_code", "index_points", "full_points"]
        ]
        for one in months
    ]
    organizations = editions.rows(context.engine, months[-1].edition_id, "organization")
    flags = check_findings(records.findings_between(year.start, year.end), registry, rulebook).accepted
    return Known(
        as_called(pool),
        as_called(flags),
        as_called(pd.concat(scores, ignore_index=True)),
        as_called(as_called(organizations), "parent_code"),
        as_called(register.decisions(context.engine, context.district, context.scheme)),
    )


def _place(context: Context, year: Period) -> Path:
    return context.settings.lists / context.district / context.scheme / str(year) / FILE
