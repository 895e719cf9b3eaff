"""What the flows of months, quarters and years have in common: which period a run is for, and what it leaves behind."""

from __future__ import annotations

from datetime import datetime

from prefect.runtime import flow_run

from boards.summary import summary, summary_markdown
from flows.jobs.context import opened
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.jobs.whole import score_whole
from flows.settings import settings_for
from flows.tasks import ProgressArtifact, as_task, leave_summary
from schemas.errors import ClearError
from schemas.periods import Period, in_local_zone, local_day

PREVIOUS = "previous"


def scored(period: str, cadence: str, district: str, scheme: str, as_of: datetime | None) -> list[Outcome | Replayed]:
    """Scores the period (`previous`: the last of this cadence that had ended when the run was scheduled) as tasks.

    Leaves its progress and a summary as artifacts. Raises ClearError for a period of another cadence.
    """
    context = opened(settings_for(district=district, scheme=scheme))
    spoken_of = _previous(cadence) if period == PREVIOUS else Period.parse(period)
    if spoken_of.cadence != cadence:
        raise ClearError(f"{spoken_of}不是这个流程的考核期")
    show = ProgressArtifact(f"{cadence}-progress", str(spoken_of))
    done = score_whole(context, spoken_of, as_of and in_local_zone(as_of), as_task, show)
    show(1, 1, "")
    own = done[-1]
    if isinstance(own, Outcome):
        leave_summary(f"{cadence}-{spoken_of}".lower(), summary_markdown(summary(context.engine, own.edition)))
    return done


def _previous(cadence: str) -> Period:
    period = Period.month_of(local_day(flow_run.scheduled_start_time))
    while period.cadence != cadence:
        assert period.whole is not None
        period = period.whole
    return period.previous()
