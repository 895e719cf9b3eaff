"""The flow `intake`: takes what is new in a district's inbox, daily, and shows the open month as it stands."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from boards.receipts import receipt_lines
from flows.jobs.context import opened
from flows.jobs.ended import TriedAgain, ended_periods
from flows.jobs.intake import intake as take_new
from flows.jobs.lists import lists
from flows.jobs.open_month import OpenMonth, open_month
from flows.settings import settings_for
from flows.tasks import ProgressArtifact, as_task, leave_summary
from schemas.periods import in_local_zone
from schemas.receipts import Receipts


@flow(name="intake", timeout_seconds=3600, persist_result=False)
def intake(
    district: str = "", scheme: str = "", inbox: str = "", received_at: datetime | None = None
) -> tuple[Receipts, list[TriedAgain], OpenMonth | None]:
    """Takes what is new, leaves the receipts as an artifact, tries the periods again that wait for somebody, and scores
    the open month provisionally. Writes the work lists of the editions that are new.

    What is left out is as the environment of the process says; addresses of databases come from there alone.
    """
    context = opened(settings_for(district=district, scheme=scheme, inbox=inbox))
    moment = in_local_zone(received_at) if received_at else datetime.now(UTC)
    receipts = take_new(context, moment, as_task, ProgressArtifact("intake-progress", "取件"))
    leave_summary("intake", "\n".join(f"    {line}" for line in receipt_lines(receipts)))
    again, running = ended_periods(context, moment, as_task), open_month(context, moment, as_task)
    new = [one.period for one in again if one.is_new] + ([running.period] if running and running.is_new else [])
    for period in new:
        lists(context, period)
    return receipts, again, running
