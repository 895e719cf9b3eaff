"""Whole districts under test: an inbox taken, months scored, in a warehouse of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from flows.jobs.context import Context, opened
from flows.jobs.intake import intake
from flows.jobs.period import score_period
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.settings import Settings
from schemas.periods import Period
from schemas.receipts import Receipts

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples/district-120"
EXAMPLE_MONTHS = ("2024-07", "2024-08", "2024-09")


class District:
    """A district under test: takes what lies in its inbox, scores periods."""

    def __init__(self, settings: Settings) -> None:
        self.context: Context = opened(settings)

    def take(self, received_at: datetime | None = None) -> Receipts:
        return intake(self.context, received_at or datetime.now(UTC))

    def score(self, *periods: str, as_of: datetime | None = None) -> list[Outcome | Replayed]:
        return [score_period(self.context, Period.parse(text), as_of) for text in periods]


def settings_in(folder: Path, inbox: Path, url: str = "") -> Settings:
    """Settings with everything below `folder`, on SQLite where no address is given."""
    return Settings(
        district="test",
        scheme="ganyu",
        inbox=inbox,
        lake=str(folder / "lake"),
        reports=folder / "reports",
        warehouse_url=url or f"sqlite:///{folder / 'warehouse.db'}",
    )
