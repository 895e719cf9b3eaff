"""What a period is computed from: the rule book in force, what is known of registry and records, earlier editions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pandas as pd

from flows.jobs.context import Context
from flows.jobs.shelf import Finished, Shelf
from rulebooks.findings import RuleBookError
from schemas.errors import ClearError, HeldBack
from schemas.kinds import Kind, kinds_read
from schemas.periods import CADENCE_NAMES, LOCAL_ZONE, Period, local_day
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms.absence_wording import noted
from transforms.completeness import DELIVERY_COLUMNS, no_deliveries
from transforms.corrections import applied
from transforms.parts import Part
from transforms.scoring import Records
from warehouse import held
from warehouse.batches import Knowledge
from warehouse.known import Known


class MissingPredecessor(ClearError):
    """An earlier period, or a part of this one, has deliveries but no edition; the message names the remedy."""


class PredecessorIncomplete(MissingPredecessor, HeldBack):
    """The earlier period waits for a sender itself, so that this one waits with it."""


class NothingDelivered(ClearError):
    """Nobody has delivered anything for the period; everyone would silently get zero."""


class NothingYet(NothingDelivered, HeldBack):
    """The same of a period that is not to be published before its deliveries are there."""


class SourceMended(ClearError):
    """Sources no longer have what corrections expect; the message names every such correction."""


class NotOfTheScheme(ClearError):
    """The scheme does not score periods of this cadence."""


class NotOver(ClearError):
    """The period has not ended: its parts are still missing."""


@dataclass(frozen=True)
class Before:
    """What the period before left: ranks, runs of conditions, grades and work; all empty where it has no edition."""

    scores: pd.DataFrame
    streaks: pd.DataFrame
    grades: pd.DataFrame
    tasks: pd.DataFrame


FOLLOWED_DAYS = 366
"""How long before a period an order may have been made whose end is still looked for."""
_NAMES: dict[Kind, str] = {"events": "平台事件", "declarations": "申报", "submissions": "部门报送"}
_LEFT = {"scores": "score", "streaks": "streak", "grades": "grade", "tasks": "task"}
NO_BEFORE = Before(**{name: STAGES[table].empty() for name, table in _LEFT.items()})


@dataclass(frozen=True)
class Inputs:
    """All that a period is computed from: the same inputs and the same code give the same rows.

    `sources`: the editions of the period before and of the parts, as far as they have one. `deliveries`: those in
    force, as `transforms.completeness` has them. `today`: the local day whose knowledge counts; None where the period
    has been published and nobody is waited for.
    """

    period: Period
    rulebook: RuleBook
    registry_rows: pd.DataFrame
    records: Records
    before: Before
    parts: tuple[Part, ...]
    is_provisional: bool
    sources: tuple[Finished, ...]
    deliveries: pd.DataFrame = field(default_factory=no_deliveries)
    today: date | None = None


def inputs(context: Context, period: Period, knowledge: Knowledge, shelf: Shelf, is_provisional: bool) -> Inputs:
    """What the period is computed from, as known at a moment, beside the editions on the shelf.

    Raises NotOfTheScheme, NothingDelivered, MissingPredecessor, NotOver, SourceMended and RuleBookError.
    """
    rulebook = context.rules(period.end, knowledge.as_of)
    if period.cadence not in rulebook.cadences:
        raise NotOfTheScheme(f"这套办法没有按{period}这样的考核期计分。请用：{_cadences(rulebook)}")
    known = context.known(knowledge)
    parts = tuple(_parts(context, period, known, shelf, knowledge))
    records = read_records(known, period, rulebook)
    needed = kinds_needed(rulebook, period)
    if needed and not known.has_deliveries(period, needed):
        names = "、".join(_NAMES[kind] for kind in needed)
        is_waited_for = any(
            entry.cadence == period.cadence and entry.policy != "publish" for entry in rulebook.inbox.expected
        )
        kind = NothingYet if is_waited_for else NothingDelivered
        raise kind(f"{period}还没有收到{names}，不能计分。请先取件：zuzhili intake")
    if not needed and not parts:
        raise NothingDelivered(f"{period}的各期都还没有版次，不能计分。请先取件：zuzhili intake")
    previous = period.previous()
    before = shelf.final(previous)
    is_gap = before is None and hangs_on_before(rulebook, period) and not is_provisional
    if is_gap and is_delivered(context, known, knowledge.as_of, previous):
        raise _missing(previous, "连续期数和升降会断档", shelf)
    registry_rows = known.registry()
    if mended := applied(registry_rows, records, rulebook, period).mended:
        raise SourceMended("；".join(mended))
    sources = tuple(finished for finished in (before, *parts) if finished)
    return Inputs(
        period,
        rulebook,
        registry_rows,
        records,
        before_of(before),
        tuple(part_of(finished) for finished in parts),
        is_provisional,
        sources,
        deliveries_of(known),
        None if shelf.final(period) else local_day(knowledge.as_of),
    )


def deliveries_of(known: Known) -> pd.DataFrame:
    """The deliveries in force, with the local day on which each was received."""
    found = known.deliveries()
    received_on = found["received_at"].dt.tz_convert(LOCAL_ZONE).dt.tz_localize(None).dt.normalize()
    return found.assign(received_on=received_on)[list(DELIVERY_COLUMNS)].astype(DELIVERY_COLUMNS)


def kinds_needed(rulebook: RuleBook, period: Period) -> list[Kind]:
    """Without a delivery of one of these kinds a period is not scored: everybody would silently get zero.

    Departments' sheets where it has items of theirs, otherwise whatever its own items are read from.
    """
    own = kinds_read(rulebook.sources(period.cadence)).intersection(_NAMES)
    return ["submissions"] if "submissions" in own else sorted(own)


def hangs_on_before(rulebook: RuleBook, period: Period) -> bool:
    """Whether a gap before the period would go unnoticed: runs, grades and open work go on from period to period."""
    cadences = {*(one.cadence for one in rulebook.conditions), *(scale.cadence for scale in rulebook.scales)}
    return period.cadence in cadences or makes_work(rulebook, period)


def is_delivered(context: Context, known: Known, moment: datetime, period: Period) -> bool:
    """Whether there is anything to score the period from; before the scheme began there is not."""
    try:
        rulebook = context.rules(period.end, moment)
    except RuleBookError:
        return False
    needed = kinds_needed(rulebook, period)
    return period.cadence in rulebook.cadences and bool(needed) and known.has_deliveries(period, needed)


def read_records(known: Known, period: Period, rulebook: RuleBook) -> Records:
    """The records that the period reads itself; those of other kinds are left unread."""
    read = kinds_read(rulebook.sources(period.cadence))
    first, last = period.start - timedelta(FOLLOWED_DAYS), date.max
    return Records(
        known.events(period) if "events" in read else known.nothing("events"),
        known.declarations(period),
        known.submissions(period),
        known.findings(period) if "findings" in read else known.nothing("findings"),
        known.totals(period),
        known.findings_between(first, last) if makes_work(rulebook, period) else known.nothing("findings"),
        known.corrections(),
        known.exemptions(),
        known.rechecks(period),
    )


def makes_work(rulebook: RuleBook, period: Period) -> bool:
    """Whether results of the period lead to work whose end is followed: orders of its findings, its grades' tasks."""
    orders = any(entry.rectify_days and entry.cadence == period.cadence for entry in rulebook.negative_items)
    return orders or any(
        grade.consequences for scale in rulebook.scales if scale.cadence == period.cadence for grade in scale.grades
    )


def before_of(finished: Finished | None) -> Before:
    """What a finished period leaves to the next one."""
    return Before(**{name: finished.rows(table) for name, table in _LEFT.items()}) if finished else NO_BEFORE


def said_before(before: Before) -> tuple[pd.DataFrame, ...]:
    """What of the period before has an influence on this one."""
    ranks = before.scores[["org_code", "peer_group", "rank"]]
    return ranks, before.streaks, before.grades[["org_code", "scale", "grade"]], before.tasks


def part_of(finished: Finished) -> Part:
    """A finished period as a part of a longer one."""
    return Part(finished.period, finished.rows("score"), finished.rows("ledger_line"), finished.rows("item"))


def _parts(context: Context, period: Period, known: Known, shelf: Shelf, knowledge: Knowledge) -> Iterator[Finished]:
    parts = context.rules(period.end, knowledge.as_of).parts(period)
    today = local_day(knowledge.as_of)
    if parts and today <= period.end:
        raise NotOver(f"{period}还没有结束（截至{today}）。请在{period.end}之后计分")
    for part in parts:
        if finished := shelf.final(part):
            yield finished
        elif is_delivered(context, known, knowledge.as_of, part):
            raise _missing(part, f"{period}不能计分", shelf)


def _cadences(rulebook: RuleBook) -> str:
    return "、".join(CADENCE_NAMES[cadence] for cadence in rulebook.cadences)


def _missing(period: Period, consequence: str, shelf: Shelf) -> MissingPredecessor:
    """What is to be done about a period without an edition on the shelf; one of a later moment cannot be put there."""
    later = Shelf(shelf.context).final(period)
    if later and later.edition:
        moment = _as_argument(later.edition.as_of)
        return MissingPredecessor(
            f"{period}现有的版次依据的是截至时间之后的数据，{consequence}。请去掉--as-of，或把它改为不早于{moment}的时间"
        )
    if waits_for := _waits_for(period, shelf):
        message = f"{period}{waits_for}，{consequence}。到齐后取件时自动出正式版，本期随后补上"
        return PredecessorIncomplete(message, f"等{period}的正式版")
    as_of = f" --as-of {_as_argument(shelf.as_of)}" if shelf.as_of else ""
    return MissingPredecessor(
        f"{period}有报送数据但还没有发布版次，{consequence}。请先运行：zuzhili backfill {period} {period}{as_of}"
    )


def _waits_for(period: Period, shelf: Shelf) -> str:
    """What an ended period waits for, whether it has a provisional edition or none; "" where it does not."""
    context, current = shelf.context, shelf.current(period)
    if current and current.is_provisional and local_day(current.as_of) > period.end:
        rows = shelf.finished(current).rows("due_delivery")
        return f"只有即时版（{'；'.join(noted(rows)) or '等待收齐'}）"
    waiting = {one.period: one.note for one in held.all_held(context.engine, context.district, context.scheme)}
    return f"暂缓发布（{waiting[str(period)]}）" if str(period) in waiting else ""


def _as_argument(moment: datetime) -> str:
    """The moment as the command takes it: to the last digit, for one a little earlier would not help."""
    return moment.astimezone(LOCAL_ZONE).replace(tzinfo=None).isoformat()
