"""The flow `proposals`: proposes weak and lax organisations of the year, quarterly."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow
from prefect.runtime import flow_run

from flows.jobs.context import opened
from flows.jobs.propose import NothingToPropose, Proposed, propose
from flows.periodic import PREVIOUS
from flows.settings import settings_for
from flows.tasks import leave_summary
from schemas.periods import Period, local_day


@flow(name="proposals", timeout_seconds=3600, persist_result=False)
def proposals(period: str = PREVIOUS, district: str = "", scheme: str = "") -> Proposed | None:
    """Proposes for the year, `previous` for that of the month before the run was scheduled; leaves a summary.

    A schedule is for all schemes: one without a list, or without a finished month in the year, has nothing to do.
    What is left out is as the environment of the process says; addresses of databases come from there alone.
    """
    context = opened(settings_for(district=district, scheme=scheme))
    try:
        done = propose(context, _year(period), datetime.now(UTC))
    except NothingToPropose:
        if period == PREVIOUS:
            return None
        raise
    leave_summary(f"proposals-{done.period}", "\n".join(f"    {line}" for line in done.lines()))
    return done


def _year(period: str) -> Period:
    if period != PREVIOUS:
        return Period.parse(period)
    return Period.month_of(local_day(flow_run.scheduled_start_time)).previous().around("year")
