"""A copy of the Ganyu rule book that a test may edit."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from rulebooks.loader import HERE


@dataclass(frozen=True)
class Copy:
    """A folder of schemes with one scheme, ganyu."""

    root: Path

    def replace(self, file: str, old: str, new: str) -> None:
        """Replaces text that occurs in a file; fails if it does not."""
        path = self.root / "ganyu" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        """Adds lines at the end of a file."""
        path = self.root / "ganyu" / file
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """The Ganyu rule book, to be edited."""
    shutil.copytree(HERE / "ganyu", tmp_path / "ganyu")
    return Copy(tmp_path)
