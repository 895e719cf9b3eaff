"""The backfill: periods computed again in the order in which they build on each other, and whatever hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from flows.jobs.context import Context
from flows.jobs.period import score_period
from flows.jobs.publishing import Outcome, says_the_same
from flows.jobs.reading import Inputs
from flows.jobs.reading import inputs as read_inputs
from flows.jobs.replay import Replayed
from flows.jobs.scoring import Scored, score
from flows.jobs.shelf import Finished, Shelf
from flows.progress import Progress
from flows.stages import Call, plain
from schemas.errors import ClearError
from schemas.periods import CADENCES, Period, local_day
from transforms.restatements import TABLES, Planned, planned
from warehouse import editions


class NothingToBackfill(ClearError):
    """No period of the range has deliveries or an edition."""


def backfill(
    context: Context,
    first: Period,
    last: Period,
    as_of: datetime | None = None,
    call: Call = plain,
    progress: Progress | None = None,
    tell: Callable[[Outcome | Replayed], None] | None = None,
) -> list[Outcome | Replayed]:
    """Computes and publishes the periods of the range: months in order, then quarters, then years.

    Periods after the range that build on one that changed go with it, whichever run has changed it: months whose runs
    and former ranks hang on the month before, quarters and years. What has not changed publishes nothing, so the same
    command after a kill goes on where the other stopped. `as_of` as in `score_period`; `tell` hears of each as it is
    done.

    Raises NothingToBackfill, and what `score_period` raises; what was published before stands.
    """
    done: list[Outcome | Replayed] = []

    def again(period: Period) -> bool:
        done.append(score_period(context, period, as_of, call=call))
        if tell:
            tell(done[-1])
        return done[-1].is_new

    _walk(Shelf(context, as_of), first, last, as_of or datetime.now(UTC), again, progress)
    return done


def plan(
    context: Context, first: Period, last: Period, as_of: datetime | None = None, progress: Progress | None = None
) -> list[Planned]:
    """What `backfill` would publish, worked out in memory: nothing is written."""
    moment = as_of or datetime.now(UTC)
    shelf, knowledge = Shelf(context, as_of), context.knowledge(moment)
    found: list[Planned] = []

    def worked_out(period: Period) -> bool:
        current = shelf.final(period)
        inputs = read_inputs(context, period, knowledge, shelf, is_provisional=False)
        scored = score(inputs)
        found.append(_compared(context, inputs, scored, current))
        shelf.plan(period, scored.frames)
        return found[-1].is_changed

    _walk(Shelf(context, as_of), first, last, moment, worked_out, progress)
    return found


def _compared(context: Context, inputs: Inputs, scored: Scored, current: Finished | None) -> Planned:
    if current is None or current.edition is None:
        return Planned(inputs.period, True, len(scored.frames["score"]))
    is_changed = not says_the_same(context, current.edition, inputs, scored)
    old = {table: current.rows(table) for table in ("organization", *TABLES)}
    return planned(inputs.period, is_changed, old, scored.frames)


def _walk(
    shelf: Shelf,
    first: Period,
    last: Period,
    moment: datetime,
    act: Callable[[Period], bool],
    progress: Progress | None,
) -> None:
    """Acts on each period of the range that can be computed, then on those that hang on what has changed.

    `act` says whether the period changed. What a run that was killed, or another run, has changed is seen on the shelf.
    A longer period that has no edition yet is acted on where the range holds all of it.
    """
    context = shelf.context
    today = local_day(moment)
    known = context.known(context.knowledge(moment))
    published = {
        Period.parse(edition.period)
        for edition in editions.all_current(context.engine, context.district, context.scheme)
        if not edition.is_provisional
    }

    def is_due(period: Period) -> bool:
        if period.end >= today:
            return False
        is_whole = first.start <= period.start and period.end <= last.end
        is_there = known.has_deliveries(period) or any(
            part in published for part in period.parts if period.whole is None
        )
        return period in published or (is_whole and is_there)

    if last.end < first.start:
        raise NothingToBackfill(f"起始期{first}晚于截止期{last}。请把较早的写在前面")
    todo = [month for month in _months(first, last) if is_due(month)]
    if not todo:
        raise NothingToBackfill(f"{first}至{last}没有可以补算的考核期：没有收到报送，也没有发布过版次，或还没有结束")
    count = 0
    for cadence in CADENCES:
        acted: list[Period] = []
        while todo := todo or _outdated(shelf, filter(is_due, published.difference(acted)), first, cadence):
            period = todo.pop(0)
            if progress:
                progress(count, count + len(todo) + 1, str(period))
            is_changed = act(period)
            acted.append(period)
            published.add(period)
            count += 1
            if is_changed and period.next in published and period.next not in todo:
                todo.insert(0, period.next)
        todo = sorted({whole for period in acted if (whole := period.whole) and is_due(whole)})
    if progress:
        progress(count, count, "")


def _outdated(shelf: Shelf, periods: Iterable[Period], first: Period, cadence: str) -> list[Period]:
    """Periods from the range's first day on that were computed from other editions than they would be now."""

    def is_outdated(period: Period) -> bool:
        own = shelf.final(period)
        if own is None or own.edition is None:
            return False
        made_of = {edition.edition_id for edition in editions.sources(shelf.context.engine, own.edition.edition_id)}
        bases = [shelf.final(base) for base in (period.previous(), *period.parts)]
        return made_of != {base.edition.edition_id for base in bases if base and base.edition}

    later = (period for period in periods if period.cadence == cadence and period.start >= first.start)
    return sorted(filter(is_outdated, later))


def _months(first: Period, last: Period) -> Iterator[Period]:
    month = first.months[0]
    while month.start <= last.end:
        yield month
        month = month.next
