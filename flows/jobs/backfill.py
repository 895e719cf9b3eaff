"""The backfill: periods computed again in the order in which they build on each other, and whatever hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from flows.jobs.context import Context
from flows.jobs.period import score_period
from flows.jobs.publishing import Outcome, says_the_same
from flows.jobs.reading import Inputs
from flows.jobs.reading import inputs as read_inputs
from flows.jobs.replay import Replayed
from flows.jobs.scoring import Scored, score
from flows.jobs.shelf import Finished, Shelf
from flows.stages import Call, plain
from schemas.errors import ClearError
from schemas.periods import LOCAL_ZONE, Period
from transforms.restatements import TABLES, Planned, planned
from warehouse import editions

Progress = Callable[[int, int, str], None]


class NothingToBackfill(ClearError):
    """No period of the range has deliveries or an edition."""


def backfill(
    context: Context,
    first: Period,
    last: Period,
    as_of: datetime | None = None,
    call: Call = plain,
    progress: Progress | None = None,
) -> list[Outcome | Replayed]:
    """Computes and publishes the periods of the range: months in order, then quarters, then years.

    Periods after the range that build on one that changed go with it: months whose runs and former ranks hang on the
    month before, quarters and years. What has not changed publishes nothing, so the same command after a kill goes on
    where the other stopped. `as_of` as in `score_period`.

    Raises NothingToBackfill, and what `score_period` raises; what was published before stands.
    """
    done: list[Outcome | Replayed] = []

    def again(period: Period) -> bool:
        done.append(score_period(context, period, as_of, call=call))
        return done[-1].is_new

    _walk(context, first, last, as_of or datetime.now(UTC), again, progress)
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

    _walk(context, first, last, moment, worked_out, progress)
    return found


def _compared(context: Context, inputs: Inputs, scored: Scored, current: Finished | None) -> Planned:
    if current is None or current.edition is None:
        return Planned(inputs.period, True, len(scored.frames["score"]))
    is_changed = not says_the_same(context, current.edition, inputs, scored)
    old = {table: current.rows(table) for table in ("organization", *TABLES)}
    return planned(inputs.period, is_changed, old, scored.frames)


def _walk(
    context: Context,
    first: Period,
    last: Period,
    moment: datetime,
    act: Callable[[Period], bool],
    progress: Progress | None,
) -> None:
    """Acts on each period of the range that can be computed, then on those that hang on what has changed.

    `act` says whether the period changed. A longer period that has no edition yet is acted on where the range holds all
    of it.
    """
    today = moment.astimezone(LOCAL_ZONE).date()
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

    todo = [month for month in _months(first, last) if is_due(month)]
    if not todo:
        raise NothingToBackfill(f"{first}至{last}没有可以补算的考核期：没有收到报送，也没有发布过版次，或还没有结束")
    count = 0
    while todo:
        acted: list[Period] = []
        while todo:
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


def _months(first: Period, last: Period) -> Iterator[Period]:
    month = first.months[0]
    while month.start <= last.end:
        yield month
        month = month.next
