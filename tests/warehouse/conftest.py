"""A prepared warehouse, and editions that add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.warehouse.frames import Frames, frames_of
from warehouse.database import connect, prepare
from warehouse.editions import Edition
from warehouse.lake import Lake


@pytest.fixture
def engine(warehouse_url: str) -> Iterator[sa.Engine]:
    engine = connect(warehouse_url)
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def lake(tmp_path) -> Lake:
    return Lake(str(tmp_path / "lake"))


@pytest.fixture
def edition() -> Callable[..., Edition]:
    def make(edition_id: int = 101, **changes: object) -> Edition:
        given = {
            "edition_id": edition_id,
            "district": "demo",
            "scheme": "ganyu",
            "period": "2024-07",
            "cadence": "month",
            "period_start": date(2024, 7, 1),
            "period_end": date(2024, 7, 31),
            "revision": 1,
            "as_of": datetime(2024, 8, 2, 1, 0, tzinfo=UTC),
            "known_seq": 7,
            "rulebook_version": "2024-01-01",
            "rulebook_hash": "r" * 64,
            "rules_id": "f" * 64,
            "inputs_hash": "i" * 64,
            "code_version": "0.1.0+abc",
            "is_provisional": False,
            "cause": "routine",
        }
        return Edition(**(given | changes))

    return make


@pytest.fixture
def frames() -> Callable[[int], Frames]:
    """Frames of an edition of `size` assessed organisations: see `tests.warehouse.frames`."""
    return frames_of
