"""The one way to a rule book: the rules of a scheme as in force on a day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from rulebooks.findings import Finding, RuleBookError
from rulebooks.folder import read_folder
from rulebooks.in_force import in_force
from rulebooks.version import version
from schemas.periods import local_day
from schemas.rulebook import RuleBook

HERE = Path(__file__).parent
_MARK = "scheme.yaml"
"""The file that makes a folder a scheme's."""


def schemes(root: Path | None = None) -> list[str]:
    """The codes of the schemes that have a folder."""
    return sorted(path.parent.name for path in (root or HERE).glob(f"*/{_MARK}"))


def folder_of(scheme: str, root: Path | None = None) -> Path:
    """The folder of a scheme. Raises RuleBookError if there is none."""
    if scheme not in schemes(root):
        found = Finding(_MARK, "", f"没有考核体系“{scheme}”", f"现有：{'、'.join(schemes(root))}")
        raise RuleBookError(scheme, [found])
    return (root or HERE) / scheme


def load(scheme: str, on: date, known_at: datetime | None = None, root: Path | None = None) -> RuleBook:
    """The rules of a scheme in force on a day, in rule-book order; nothing in them depends on a date any more.

    known_at: what was adopted after that moment's local day does not apply. Raises RuleBookError with every fault of
    the files and of this version (those of other versions are the linter's), ValueError for a moment without its zone.
    Source: RULES §0, as at.
    """
    if known_at and known_at.tzinfo is None:
        raise ValueError(f"known_at {known_at} has no time zone")
    known_on = local_day(known_at) if known_at else None
    histories, findings = read_folder(folder_of(scheme, root))
    if not findings:
        rulebook, findings = version(scheme, in_force(histories, on, known_on))
        if rulebook and not findings:
            return rulebook
    raise RuleBookError(scheme, findings)
