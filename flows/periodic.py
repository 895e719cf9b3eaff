"""What the flows of periods have in common: which one a run is for, and what it leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect.runtime import flow_run

from boards.lists import lists_markdown
from boards.summary import summary, summary_markdown
from flows.jobs.context import opened
from flows.jobs.lists import lists
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.jobs.restating import rules_of
from flows.jobs.whole import score_whole
from flows.settings import settings_for
from flows.tasks import ProgressArtifact, as_task, leave_summary
from schemas.errors import ClearError
from schemas.periods import Cadence, Period, in_local_zone, local_day

PREVIOUS = "previous"


def scored(
    period: str, cadence: Cadence, district: str, scheme: str, as_of: datetime | None
) -> list[Outcome | Replayed]:
    """Scores the period (`previous`: the last of this cadence that had ended when the run was scheduled) as tasks.

    A schedule is for all schemes: one that has no such periods has nothing to do. Writes the work lists of what it has
    scored, and leaves its progress and a summary as artifacts. Raises ClearError for a period of another cadence.
    """
    context = opened(settings_for(district=district, scheme=scheme))
    spoken_of = _previous(cadence) if period == PREVIOUS else Period.parse(period)
    if period == PREVIOUS and cadence not in context.rules(spoken_of.end, datetime.now(UTC)).cadences:
        return []
    if spoken_of.cadence != cadence:
        raise ClearError(f"{spoken_of}不是这个流程的考核期")
    show = ProgressArtifact(f"{cadence}-progress", str(spoken_of))
    done = score_whole(context, spoken_of, as_of and in_local_zone(as_of), as_task, show)
    show(1, 1, "")
    written = [lists(context, outcome.period) for outcome in done if isinstance(outcome, Outcome)]
    own = done[-1]
    if isinstance(own, Outcome):
        seen = summary(context.engine, own.edition, rules_of(context, own.edition))
        leave_summary(f"{cadence}-{spoken_of}", f"{summary_markdown(seen)}\n{lists_markdown(written[-1])}")
    return done


def _previous(cadence: Cadence) -> Period:
    return Period.month_of(local_day(flow_run.scheduled_start_time)).around(cadence).previous()
