"""Districts on either database, with an inbox that a test may change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.districts import EXAMPLE, ROOT, District, settings_in

Opened = Callable[[Path], District]


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of two districts, each with inbox/ and expected/."""
    unpacked = tmp_path_factory.mktemp("district-600")
    shutil.unpack_archive(ROOT / "tests/data/district-600.tar.xz", unpacked)
    return {"district-120": EXAMPLE, "district-600": unpacked}


@pytest.fixture
def district(warehouse_url: str, tmp_path: Path) -> Opened:
    """Opens a district on its own warehouse, on SQLite and on PostgreSQL, with the inbox that is given."""
    return lambda inbox: District(settings_in(tmp_path, inbox, warehouse_url))


@pytest.fixture
def embedded(tmp_path: Path) -> Opened:
    """Opens a district on SQLite: for what does not depend on the database."""
    return lambda inbox: District(settings_in(tmp_path, inbox))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A copy of the small district's inbox that a test may change."""
    return Path(shutil.copytree(EXAMPLE / "inbox", tmp_path / "inbox"))
