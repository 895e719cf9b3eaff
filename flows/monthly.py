"""The flow `monthly`: scores a month and publishes its edition, on the 5th of the next one."""

from __future__ import annotations

from datetime import datetime

from prefect import flow

from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.periodic import PREVIOUS, scored


@flow(name="monthly", timeout_seconds=3600, persist_result=False)
def monthly(
    period: str = PREVIOUS, district: str = "", scheme: str = "", as_of: datetime | None = None
) -> list[Outcome | Replayed]:
    """Scores the month, `previous` for the one before the run was scheduled, and leaves a summary as an artifact.

    What is left out is as the environment of the process says; addresses of databases come from there alone.
    """
    return scored(period, "month", district, scheme, as_of)
