"""The flow `recheck`: draws the sample of declarations that the district looks at again, early in each month."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow
from prefect.runtime import flow_run

from flows.jobs.context import opened
from flows.jobs.recheck import NothingToRecheck, Sample
from flows.jobs.recheck import recheck as draw
from flows.periodic import PREVIOUS
from flows.settings import settings_for
from flows.tasks import as_task, leave_summary
from schemas.periods import Period, local_day


@flow(name="recheck", timeout_seconds=3600, persist_result=False)
def recheck(period: str = PREVIOUS, district: str = "", scheme: str = "", seed: str = "") -> Sample | None:
    """Draws for the period, `previous` for the month before the run was scheduled; leaves a summary as an artifact.

    A schedule is for all schemes: one whose branches declare nothing for months, or nothing yet, has nothing to do.
    What is left out is as the environment of the process says; addresses of databases come from there alone.
    """
    context = opened(settings_for(district=district, scheme=scheme))
    given = {"context": context, "period": _period(period), "moment": datetime.now(UTC), "seed": seed}
    try:
        done: Sample = as_task(draw, given)
    except NothingToRecheck:
        if period == PREVIOUS:
            return None
        raise
    leave_summary(f"recheck-{done.period}", f"- {done.period}：{done.told()}")
    return done


def _period(period: str) -> Period:
    if period != PREVIOUS:
        return Period.parse(period)
    return Period.month_of(local_day(flow_run.scheduled_start_time)).previous()
