"""The flow `intake`: takes what is new in a district's inbox, daily."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from boards.receipts import receipt_lines
from flows.jobs.context import opened
from flows.jobs.intake import intake as take_new
from flows.settings import Settings
from flows.tasks import ProgressArtifact, as_task, leave_summary
from schemas.receipts import Receipts


@flow(name="intake", timeout_seconds=3600, persist_result=False)
def intake(settings: Settings | None = None, received_at: datetime | None = None) -> Receipts:
    """Takes what is new and leaves the receipts as an artifact. The settings are the environment's where none are given."""
    context = opened(settings or Settings())
    receipts = take_new(context, received_at or datetime.now(UTC), as_task, ProgressArtifact("intake-progress", "取件"))
    leave_summary("intake", "\n".join(f"    {line}" for line in receipt_lines(receipts)))
    return receipts
