"""Whole districts: an inbox taken, months scored, in a warehouse of the test's own."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.jobs.context import Context, opened
from flows.jobs.intake import intake
from flows.jobs.month import month
from flows.jobs.publishing import Outcome
from flows.settings import Settings
from schemas.periods import Period
from schemas.receipts import Receipts

ROOT = Path(__file__).parents[2]
Opened = Callable[[Path], "District"]


class District:
    """A district under test: takes what lies in its inbox, scores months."""

    def __init__(self, settings: Settings) -> None:
        self.context: Context = opened(settings)

    def take(self, received_at: datetime | None = None) -> Receipts:
        return intake(self.context, received_at or datetime.now(UTC))

    def score(self, *months: str) -> list[Outcome]:
        return [month(self.context, Period.parse(text)) for text in months]


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of two districts, each with inbox/ and expected/."""
    unpacked = tmp_path_factory.mktemp("district-600")
    with tarfile.open(ROOT / "tests/data/district-600.tar.xz") as archive:
        archive.extractall(unpacked, filter="data")
    return {"district-120": ROOT / "examples/district-120", "district-600": unpacked}


@pytest.fixture
def district(warehouse_url: str, tmp_path: Path) -> Opened:
    """Opens a district on its own warehouse, on SQLite and on PostgreSQL, with the inbox that is given."""
    return lambda inbox: District(_settings(inbox, warehouse_url, tmp_path))


@pytest.fixture
def embedded(tmp_path: Path) -> Opened:
    """Opens a district on SQLite: for what does not depend on the database."""
    return lambda inbox: District(_settings(inbox, f"sqlite:///{tmp_path / 'warehouse.db'}", tmp_path))


@pytest.fixture
def inbox(samples: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the small district's inbox that a test may change."""
    return Path(shutil.copytree(samples["district-120"] / "inbox", tmp_path / "inbox"))


def _settings(inbox: Path, url: str, folder: Path) -> Settings:
    return Settings(
        district="test",
        scheme="ganyu",
        inbox=inbox,
        lake=str(folder / "lake"),
        reports=folder / "reports",
        warehouse_url=url,
    )
