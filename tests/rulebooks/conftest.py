"""Copies of rule books that a test may edit."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from rulebooks.loader import HERE

FULL = Path(__file__).parent / "full"
"""A rule book that says everything that one may say."""


@dataclass(frozen=True)
class Copy:
    """A folder of schemes with one scheme."""

    root: Path
    scheme: str

    def replace(self, file: str, old: str, new: str) -> None:
        """Replaces text that occurs in a file; fails if it does not."""
        path = self.root / self.scheme / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        """Adds lines at the end of a file."""
        path = self.root / self.scheme / file
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """The Ganyu rule book, to be edited."""
    shutil.copytree(HERE / "ganyu", tmp_path / "ganyu")
    return Copy(tmp_path, "ganyu")


@pytest.fixture
def full(tmp_path: Path) -> Copy:
    """The full rule book, to be edited."""
    shutil.copytree(FULL, tmp_path / "full")
    return Copy(tmp_path, "full")
