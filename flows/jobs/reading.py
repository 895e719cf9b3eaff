"""What a period is computed from: the rule book in force, what is known of registry and records, earlier editions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from flows.jobs.context import Context
from flows.jobs.shelf import Finished, Shelf
from schemas.errors import ClearError
from schemas.kinds import kinds_read
from schemas.periods import LOCAL_ZONE, Period, local_day
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms.parts import Part
from transforms.scoring import Records
from warehouse.batches import Knowledge
from warehouse.known import Known


class MissingPredecessor(ClearError):
    """An earlier period, or a part of this one, has deliveries but no edition; the message names the remedy."""


class NothingDelivered(ClearError):
    """Nobody has delivered anything for the period; everyone would silently get zero."""


class NotOver(ClearError):
    """The period has not ended: its parts are still missing."""


@dataclass(frozen=True)
class Before:
    """What the period before left: ranks by organisation and runs of conditions, both empty where it has no edition."""

    scores: pd.DataFrame
    streaks: pd.DataFrame


_NEEDED = {"month": "平台事件或支部申报", "quarter": "部门报送", "year": "报送，也没有各季的版次"}
NO_BEFORE = Before(STAGES["score"].empty(), STAGES["streak"].empty())


@dataclass(frozen=True)
class Inputs:
    """All that a period is computed from: the same inputs and the same code give the same rows.

    `sources`: the editions of the period before and of the parts, as far as they have one.
    """

    period: Period
    rulebook: RuleBook
    registry_rows: pd.DataFrame
    records: Records
    before: Before
    parts: tuple[Part, ...]
    is_provisional: bool
    sources: tuple[Finished, ...]


def inputs(context: Context, period: Period, knowledge: Knowledge, shelf: Shelf, is_provisional: bool) -> Inputs:
    """What the period is computed from, as known at a moment, beside the editions on the shelf.

    Raises NothingDelivered, MissingPredecessor, NotOver and RuleBookError.
    """
    rulebook = context.rules(period.end, knowledge.as_of)
    known = context.known(knowledge)
    parts = tuple(_parts(period, known, shelf, knowledge))
    records = read_records(known, period, rulebook)
    is_sent = any(item.cadence == period.cadence and item.source == "department" for item in rulebook.items)
    if (is_sent or not parts) and not known.has_deliveries(period):
        raise NothingDelivered(f"{period}还没有收到{_NEEDED[period.cadence]}，不能计分。请先取件：zuzhili intake")
    previous = period.previous()
    before = shelf.final(previous)
    if before is None and period.cadence == "month" and not is_provisional and known.has_deliveries(previous):
        raise _missing(previous, "连续月数会断档", shelf)
    sources = tuple(finished for finished in (before, *parts) if finished)
    return Inputs(
        period,
        rulebook,
        known.registry(),
        records,
        before_of(before),
        tuple(part_of(finished) for finished in parts),
        is_provisional,
        sources,
    )


def read_records(known: Known, period: Period, rulebook: RuleBook) -> Records:
    """The records that the period reads itself; those of other kinds are left unread."""
    sources = {item.source for item in rulebook.items if item.cadence == period.cadence}
    negative = {"inspection" for item in rulebook.negative_items if item.cadence == period.cadence}
    read = kinds_read(period.cadence, sources | negative)
    return Records(
        known.events(period) if "events" in read else known.nothing("events"),
        known.declarations(period) if "declarations" in read else known.nothing("declarations"),
        known.submissions(period) if "submissions" in read else known.nothing("submissions"),
        known.findings(period) if "findings" in read else known.nothing("findings"),
    )


def before_of(finished: Finished | None) -> Before:
    """What a finished period leaves to the next one."""
    return Before(finished.rows("score"), finished.rows("streak")) if finished else NO_BEFORE


def part_of(finished: Finished) -> Part:
    """A finished period as a part of a longer one."""
    return Part(finished.period, finished.rows("score"), finished.rows("ledger_line"), finished.rows("item"))


def _parts(period: Period, known: Known, shelf: Shelf, knowledge: Knowledge) -> Iterator[Finished]:
    today = local_day(knowledge.as_of)
    if period.parts and today <= period.end:
        raise NotOver(f"{period}还没有结束（截至{today}）。请在{period.end}之后计分")
    for part in period.parts:
        if finished := shelf.final(part):
            yield finished
        elif known.has_deliveries(part):
            raise _missing(part, f"{period}不能计分", shelf)


def _missing(period: Period, consequence: str, shelf: Shelf) -> MissingPredecessor:
    """What is to be done about a period without an edition on the shelf; one of a later moment cannot be put there."""
    later = Shelf(shelf.context).final(period)
    if later and later.edition:
        moment = _as_argument(later.edition.as_of)
        return MissingPredecessor(
            f"{period}现有的版次依据的是截至时间之后的数据，{consequence}。请去掉--as-of，或把它改为不早于{moment}的时间"
        )
    as_of = f" --as-of {_as_argument(shelf.as_of)}" if shelf.as_of else ""
    return MissingPredecessor(
        f"{period}有报送数据但还没有发布版次，{consequence}。请先运行：zuzhili backfill {period} {period}{as_of}"
    )


def _as_argument(moment: datetime) -> str:
    """The moment as the command takes it: to the last digit, for one a little earlier would not help."""
    return moment.astimezone(LOCAL_ZONE).replace(tzinfo=None).isoformat()
