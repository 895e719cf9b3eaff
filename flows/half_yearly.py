"""The flow `half_yearly`: scores a half-year and publishes its edition, on the 15th of January and July."""

from __future__ import annotations

from datetime import datetime

from prefect import flow

from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.periodic import PREVIOUS, scored


@flow(name="half_yearly", timeout_seconds=3600, persist_result=False)
def half_yearly(
    period: str = PREVIOUS, district: str = "", scheme: str = "", as_of: datetime | None = None
) -> list[Outcome | Replayed]:
    """Scores the half-year, `previous` for the one before the run was scheduled, and leaves a summary as an artifact.

    What it is made of is brought up to date first; of that, what has changed is in the result too.

    What is left out is as the environment of the process says; addresses of databases come from there alone.
    """
    return scored(period, "half_year", district, scheme, as_of)
