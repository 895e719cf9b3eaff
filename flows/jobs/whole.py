"""A period with everything that it is made of brought up to date first."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.jobs.backfill import NothingToBackfill, backfill
from flows.jobs.context import Context
from flows.jobs.period import PERIOD, score_period
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.jobs.waiting import held_back
from flows.progress import Progress, counted
from flows.stages import Call, plain
from schemas.periods import Period, local_day


def score_whole(
    context: Context,
    period: Period,
    as_of: datetime | None = None,
    call: Call = plain,
    progress: Progress | None = None,
) -> list[Outcome | Replayed]:
    """Scores a period; of a quarter or a year its months and quarters first, as far as something new has come for them.

    A quarter's workbooks and the findings of its lead units arrive when its months are long published, and such
    findings colour and deduct in their month. The period's own outcome is the last, before it are those of others that
    have changed. `as_of`, and errors, as in `score_period`.
    """
    moment = as_of or datetime.now(UTC)
    with held_back(context, period, moment):
        return _scored(context, period, as_of, call, progress)


def _scored(
    context: Context, period: Period, as_of: datetime | None, call: Call, progress: Progress | None
) -> list[Outcome | Replayed]:
    today = local_day(as_of or datetime.now(UTC))
    if not _has_parts(context, period, as_of) or today <= period.end:
        started = counted(progress, len(PERIOD)) if progress else None
        return [score_period(context, period, as_of, call=call, started=started)]
    try:
        done = backfill(context, period, period, as_of, call, progress)
    except NothingToBackfill:
        done = []
    own = [outcome for outcome in done if outcome.period == str(period)]
    changed = [outcome for outcome in done if outcome.is_new and outcome not in own]
    return [*changed, *(own or [score_period(context, period, as_of, call=call)])]


def _has_parts(context: Context, period: Period, as_of: datetime | None) -> bool:
    return bool(context.rules(period.end, as_of or datetime.now(UTC)).parts(period))
