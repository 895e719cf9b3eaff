"""The flow `intake`: takes what is new in a district's inbox, daily."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from boards.receipts import receipt_lines
from flows.jobs.context import opened
from flows.jobs.intake import intake as take_new
from flows.settings import settings_for
from flows.tasks import ProgressArtifact, as_task, leave_summary
from schemas.receipts import Receipts


@flow(name="intake", timeout_seconds=3600, persist_result=False)
def intake(district: str = "", scheme: str = "", inbox: str = "", received_at: datetime | None = None) -> Receipts:
    """Takes what is new and leaves the receipts as an artifact.

    What is left out is as the environment of the process says; addresses of databases come from there alone.
    """
    context = opened(settings_for(district=district, scheme=scheme, inbox=inbox))
    receipts = take_new(context, received_at or datetime.now(UTC), as_task, ProgressArtifact("intake-progress", "取件"))
    leave_summary("intake", "\n".join(f"    {line}" for line in receipt_lines(receipts)))
    return receipts
