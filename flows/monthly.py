"""The flow `monthly`: scores a month and publishes its edition, on the 5th of the next one."""

from __future__ import annotations

from prefect import flow
from prefect.runtime import flow_run

from boards.summary import summary, summary_markdown
from flows.jobs.context import opened
from flows.jobs.month import MONTH, month
from flows.jobs.publishing import Outcome
from flows.progress import counted
from flows.settings import settings_for
from flows.tasks import ProgressArtifact, as_task, leave_summary
from schemas.periods import LOCAL_ZONE, Period

PREVIOUS = "previous"


@flow(name="monthly", timeout_seconds=3600, persist_result=False)
def monthly(period: str = PREVIOUS, district: str = "", scheme: str = "") -> Outcome:
    """Scores the month, `previous` for the one before the run was scheduled, and leaves a summary as an artifact.

    What is left out is as the environment of the process says; addresses of databases come from there alone.
    """
    context = opened(settings_for(district=district, scheme=scheme))
    spoken_of = _scheduled_month().previous() if period == PREVIOUS else Period.parse(period)
    show = ProgressArtifact("month-progress", str(spoken_of))
    outcome = month(context, spoken_of, as_task, counted(show, len(MONTH)))
    show(len(MONTH), len(MONTH), "")
    leave_summary(f"month-{spoken_of}", summary_markdown(summary(context.engine, outcome.edition)))
    return outcome


def _scheduled_month() -> Period:
    return Period.month_of(flow_run.scheduled_start_time.astimezone(LOCAL_ZONE).date())
