"""The backfill: periods computed again in the order in which they build on each other, and whatever hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from flows.jobs.context import Context
from flows.jobs.period import score_period
from flows.jobs.publishing import Outcome, says_the_same
from flows.jobs.reading import Inputs, kinds_needed
from flows.jobs.reading import inputs as read_inputs
from flows.jobs.replay import Replayed
from flows.jobs.scoring import Scored, score
from flows.jobs.shelf import Finished, Shelf
from flows.progress import Progress
from flows.stages import Call, plain
from rulebooks.findings import RuleBookError
from schemas.errors import ClearError
from schemas.periods import CADENCES, Cadence, Period, local_day
from schemas.rulebook import RuleBook
from transforms.absence_wording import absent
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
    """Computes and publishes the periods of the range in order: months, then quarters, half-years, years.

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
        verdict = scored.completeness
        waits_for = "；".join(absent(verdict.rows)) if verdict.verdict != "publish" else ""
        count = len(scored.frames["score"])
        return Planned(inputs.period, not verdict.is_held, count, waits_for=waits_for, is_held=verdict.is_held)
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
    if last.end < first.start:
        raise NothingToBackfill(f"起始期{first}晚于截止期{last}。请把较早的写在前面")
    calendar = _Calendar(shelf.context, first, last, moment)
    published, count = calendar.published, 0
    hanging: set[Period] = set()
    for cadence in CADENCES:
        acted: list[Period] = []
        of_cadence = (period for period in hanging if period.cadence == cadence)
        todo = sorted(filter(calendar.is_due, {*of_cadence, *_between(first, last, cadence)}))
        while todo := todo or _outdated(shelf, calendar, cadence, acted):
            period = todo.pop(0)
            if progress:
                progress(count, count + len(todo) + 1, str(period))
            is_changed = act(period)
            acted.append(period)
            published.add(period)
            count += 1
            if is_changed and period.next in published and period.next not in todo:
                todo.insert(0, period.next)
        hanging |= {whole for period in acted for whole in calendar.wholes(period)}
    if not count:
        raise NothingToBackfill(f"{first}至{last}没有可以补算的考核期：没有收到报送，也没有发布过版次，或还没有结束")
    if progress:
        progress(count, count, "")


class _Calendar:
    """Which periods a backfill of a range may act on, as known at a moment. `published` grows as it goes on."""

    def __init__(self, context: Context, first: Period, last: Period, moment: datetime) -> None:
        self.context, self.first, self.last, self.moment = context, first, last, moment
        self.known = context.known(context.knowledge(moment))
        self.published = {
            Period.parse(edition.period)
            for edition in editions.all_current(context.engine, context.district, context.scheme)
            if not edition.is_provisional
        }

    def rules(self, period: Period) -> RuleBook | None:
        """The rule book of the period; None before there was one."""
        try:
            return self.context.rules(period.end, self.moment)
        except RuleBookError:
            return None

    def is_due(self, period: Period) -> bool:
        """Whether the period is over, of the scheme, and published already or inside the range and delivered."""
        rulebook = self.rules(period)
        if period.end >= local_day(self.moment) or rulebook is None or period.cadence not in rulebook.cadences:
            return False
        is_whole = self.first.start <= period.start and period.end <= self.last.end
        needed = kinds_needed(rulebook, period)
        parts = self.published.intersection(rulebook.parts(period))
        is_there = self.known.has_deliveries(period, needed) if needed else bool(parts)
        return period in self.published or (is_whole and is_there)

    def parts(self, period: Period) -> tuple[Period, ...]:
        """The periods that it is scored from."""
        rulebook = self.rules(period)
        return rulebook.parts(period) if rulebook else ()

    def wholes(self, period: Period) -> tuple[Period, ...]:
        """The periods that are scored from it."""
        rulebook = self.rules(period)
        return rulebook.wholes(period) if rulebook else ()


def _outdated(shelf: Shelf, calendar: _Calendar, cadence: Cadence, acted: list[Period]) -> list[Period]:
    """Periods from the range's first day on that were computed from other editions than they would be now."""

    def is_outdated(period: Period) -> bool:
        own = shelf.final(period)
        if own is None or own.edition is None:
            return False
        made_of = {edition.edition_id for edition in editions.sources(shelf.context.engine, own.edition.edition_id)}
        bases = [shelf.final(base) for base in (period.previous(), *calendar.parts(period))]
        return made_of != {base.edition.edition_id for base in bases if base and base.edition}

    others = calendar.published.difference(acted)
    later = (one for one in others if one.cadence == cadence and one.start >= calendar.first.start)
    return sorted(period for period in later if calendar.is_due(period) and is_outdated(period))


def _between(first: Period, last: Period, cadence: Cadence) -> Iterator[Period]:
    """The periods of a cadence that touch the range, in order."""
    period = first.months[0].around(cadence)
    while period.start <= last.end:
        yield period
        period = period.next
