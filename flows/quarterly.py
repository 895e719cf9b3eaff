"""The flow `quarterly`: scores a quarter and publishes its edition, on the 10th of January, April, July and October."""

from __future__ import annotations

from datetime import datetime

from prefect import flow

from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.periodic import PREVIOUS, scored


@flow(name="quarterly", timeout_seconds=3600, persist_result=False)
def quarterly(
    period: str = PREVIOUS, district: str = "", scheme: str = "", as_of: datetime | None = None
) -> list[Outcome | Replayed]:
    """Scores the quarter, `previous` for the one before the run was scheduled, and leaves a summary as an artifact.

    What it is made of is brought up to date first; of that, what has changed is in the result too.

    What is left out is as the environment of the process says; addresses of databases come from there alone.
    """
    return scored(period, "quarter", district, scheme, as_of)
