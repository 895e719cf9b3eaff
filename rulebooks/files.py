"""A rule book's files as texts, so that they can be kept beside what was computed with them, and read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from rulebooks.loader import folder_of, load
from schemas.rulebook import RuleBook

_AS_IT_IS = "surrogateescape"
"""Bytes that are not UTF-8 pass through, so that it is the loader that says of them what is wrong."""


def texts(scheme: str, root: Path | None = None) -> dict[str, str]:
    """The files of a scheme by their path inside its folder, also those that the loader will refuse.

    Raises RuleBookError if there is no such scheme.
    """
    folder = folder_of(scheme, root)
    paths = sorted(path for path in folder.rglob("*.y*ml") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8", _AS_IT_IS) for path in paths}


def texts_id(files: Mapping[str, str]) -> str:
    """Hash of all files with their paths."""
    parts = (part for name in sorted(files) for part in (name, files[name]))
    return sha256("\0".join(parts).encode(errors=_AS_IT_IS)).hexdigest()


def load_texts(scheme: str, files: Mapping[str, str], on: date, known_at: datetime) -> RuleBook:
    """The rules in force on a day as these files say; see `loader.load`."""
    with TemporaryDirectory() as root:
        for name, text in files.items():
            path = Path(root) / scheme / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", _AS_IT_IS)
        return load(scheme, on, known_at, Path(root))
