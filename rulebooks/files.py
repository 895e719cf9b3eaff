"""A rule book's files as texts, so that they can be kept beside what was computed with them, and read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from rulebooks.loader import folder_of, load
from schemas.rulebook import RuleBook


def texts(scheme: str, root: Path | None = None) -> dict[str, str]:
    """The files of a scheme by their path inside its folder. Raises RuleBookError if there is no such scheme."""
    folder = folder_of(scheme, root)
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))}


def texts_id(files: Mapping[str, str]) -> str:
    """Hash of all files with their paths."""
    return sha256("\0".join(part for name in sorted(files) for part in (name, files[name])).encode()).hexdigest()


def load_texts(scheme: str, files: Mapping[str, str], on: date, known_at: datetime) -> RuleBook:
    """The rules in force on a day as these files say; see `loader.load`."""
    with TemporaryDirectory() as root:
        for name, text in files.items():
            path = Path(root) / scheme / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return load(scheme, on, known_at, Path(root))
