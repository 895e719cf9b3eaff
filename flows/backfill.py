"""The flow `backfill`: computes a range of past periods again, and whatever hangs on them; started by hand."""

from __future__ import annotations

from datetime import datetime

from prefect import flow

from boards.plan import plan_markdown
from boards.registers_told import returned
from flows.jobs.backfill import backfill as again
from flows.jobs.backfill import plan
from flows.jobs.context import opened
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.settings import settings_for
from flows.tasks import ProgressArtifact, as_task, leave_summary
from schemas.periods import Period, in_local_zone


@flow(name="backfill", timeout_seconds=6 * 3600, persist_result=False)
def backfill(
    first: str,
    last: str,
    district: str = "",
    scheme: str = "",
    as_of: datetime | None = None,
    only_plan: bool = False,
) -> list[Outcome | Replayed]:
    """Computes the periods from `first` to `last` again, months before quarters before years.

    `only_plan`: works out what would change, leaves it as an artifact and publishes nothing. What is left out is as the
    environment of the process says; addresses of databases come from there alone.
    """
    context = opened(settings_for(district=district, scheme=scheme))
    show = ProgressArtifact("backfill-progress", f"{first}至{last}")
    start, end = Period.parse(first), Period.parse(last)
    as_of = as_of and in_local_zone(as_of)
    if only_plan:
        standing = returned(context.engine, context.district, context.scheme)
        planned = plan(context, start, end, as_of, show)
        leave_summary("backfill-plan", plan_markdown(planned, standing))
        return []
    done = again(context, start, end, as_of, as_task, show)
    leave_summary("backfill", "\n".join(f"- {outcome.period}：{outcome.told()}" for outcome in done))
    return done
