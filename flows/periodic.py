"""What the flows of months, quarters and years have in common: which period a run is for, and what it leaves behind."""

from __future__ import annotations

from datetime import datetime

from prefect.runtime import flow_run

from boards.summary import summary, summary_markdown
from flows.jobs.context import opened
from flows.jobs.period import PERIOD, score_period
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.progress import counted
from flows.settings import settings_for
from flows.tasks import ProgressArtifact, as_task, leave_summary
from schemas.errors import ClearError
from schemas.periods import LOCAL_ZONE, Period

PREVIOUS = "previous"


def scored(period: str, cadence: str, district: str, scheme: str, as_of: datetime | None) -> Outcome | Replayed:
    """Scores the period (`previous`: the last of this cadence that had ended when the run was scheduled) as tasks.

    Leaves its progress and a summary as artifacts. Raises ClearError for a period of another cadence.
    """
    context = opened(settings_for(district=district, scheme=scheme))
    spoken_of = _previous(cadence) if period == PREVIOUS else Period.parse(period)
    if spoken_of.cadence != cadence:
        raise ClearError(f"{spoken_of}不是这个流程的考核期")
    show = ProgressArtifact(f"{cadence}-progress", str(spoken_of))
    outcome = score_period(context, spoken_of, as_of, call=as_task, started=counted(show, len(PERIOD)))
    show(len(PERIOD), len(PERIOD), "")
    if isinstance(outcome, Outcome):
        leave_summary(f"{cadence}-{spoken_of}".lower(), summary_markdown(summary(context.engine, outcome.edition)))
    return outcome


def _previous(cadence: str) -> Period:
    period = Period.month_of(flow_run.scheduled_start_time.astimezone(LOCAL_ZONE).date())
    while period.cadence != cadence:
        assert period.whole is not None
        period = period.whole
    return period.previous()
