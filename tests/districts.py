"""Whole districts under test: an inbox taken, months scored, in a warehouse of the test's own."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from boards.explained import Explanation, explanation
from flows.jobs.backfill import backfill, plan
from flows.jobs.context import Context, opened
from flows.jobs.intake import intake
from flows.jobs.period import score_period
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.jobs.restating import rules_of
from flows.settings import Settings
from schemas.periods import LOCAL_ZONE, Period
from schemas.receipts import Receipts
from transforms.restatements import Planned
from warehouse import editions
from warehouse.editions import Edition

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples/district-120"
EXAMPLE_MONTHS = ("2024-07", "2024-08", "2024-09")


def local(text: str) -> datetime:
    """A moment written as local time: 2024-08-05T06:00."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


class District:
    """A district under test: takes what lies in its inbox, scores periods."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.context: Context = opened(settings)

    @property
    def engine(self) -> sa.Engine:
        return self.context.engine

    def take(self, received_at: datetime | None = None) -> Receipts:
        return intake(self.context, received_at or datetime.now(UTC))

    def score(self, *periods: str, as_of: datetime | None = None) -> list[Outcome | Replayed]:
        return [score_period(self.context, Period.parse(text), as_of) for text in periods]

    def backfill(self, first: str, last: str, as_of: datetime | None = None) -> list[Outcome | Replayed]:
        return backfill(self.context, Period.parse(first), Period.parse(last), as_of)

    def plan(self, first: str, last: str, as_of: datetime | None = None) -> list[Planned]:
        return plan(self.context, Period.parse(first), Period.parse(last), as_of)

    def edition(self, period: str, as_of: datetime | None = None) -> Edition:
        """The edition of a period that is current, or was at a moment; there must be one."""
        found = editions.current(self.engine, self.context.district, self.context.scheme, period, as_of)
        assert found is not None, period
        return found

    def explained(self, org: str, period: str, as_of: datetime | None = None) -> Explanation:
        where = (self.context.district, self.context.scheme, org, period)
        return explanation(self.engine, self.context.lake, *where, partial(rules_of, self.context), as_of)

    def under(self, **settings: object) -> District:
        """The same district, opened anew under other settings."""
        return District(self.settings.model_copy(update=settings))

    def copied(self, folder: Path, **settings: object) -> District:
        """The district with a copy of its warehouse and lake below `folder`; on SQLite alone."""
        self.engine.dispose()
        folder.mkdir(parents=True, exist_ok=True)
        database = Path(str(self.engine.url.database))
        for path in database.parent.glob(f"{database.name}*"):
            shutil.copy(path, folder)
        places = settings_in(folder, self.settings.inbox)
        shutil.copytree(self.settings.lake, places.lake)
        own = {name: getattr(places, name) for name in ("lake", "reports", "receipts", "lists", "warehouse_url")}
        return self.under(**own | settings)


def settings_in(folder: Path, inbox: Path, url: str = "") -> Settings:
    """Settings with everything below `folder`, on SQLite where no address is given."""
    return Settings(
        district="test",
        scheme="ganyu",
        inbox=inbox,
        lake=str(folder / "lake"),
        reports=folder / "reports",
        receipts=folder / "receipts",
        lists=folder / "lists",
        warehouse_url=url or f"sqlite:///{folder / 'warehouse.db'}",
    )
