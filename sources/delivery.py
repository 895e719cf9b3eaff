"""What a sender delivered: found in the inbox, read into records, or refused as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from schemas.errors import ClearError
from schemas.kinds import RECORD_COLUMNS, Kind
from schemas.receipts import Stated

_NOT_FROM_THE_SENDER = ("row_no", "fault", "batch_id", "day")


class SourceError(ClearError):
    """The inbox or the platform's table cannot be reached; the message says which, why and what to do, no secrets."""


class UnreadableError(Exception):
    """A file cannot be read as a whole: what is wrong with it, and what its sender should do, both in Chinese."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}。{remedy}")


@dataclass(frozen=True)
class Found:
    """A file of the inbox that has a place, not yet read. `period` is "" for the registry."""

    kind: Kind
    sender: str
    period: str
    file: str
    path: Path
    content_hash: str


@dataclass(frozen=True)
class Refusal:
    """A file that could not be read as a whole; `message` names it, what is wrong and what to do."""

    kind: Kind
    sender: str
    period: str
    file: str
    content_hash: str
    message: str
    reason: str = "unreadable"


@dataclass(frozen=True)
class Contents:
    """What a reader got out of one file: the record frame, what it left out and why, and its notes for the sender.

    The frame has one row per record (submissions: per filled cell of an item's column): the kind's columns as text,
    NaN where nothing was filled in, then `row_no` and `fault` (why the record could not be read, NaN for most).
    `totals` are the totals that the file itself states.
    """

    records: pd.DataFrame
    ignored: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    totals: tuple[Stated, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """A readable delivery: whose it is, where it came from, and its `Contents`.

    `file` is the path inside the inbox, or `table:<name>`; `content_hash` the sha256 of the bytes, for a table of its
    rows in canonical order.
    """

    kind: Kind
    sender: str
    period: str
    file: str
    content_hash: str
    records: pd.DataFrame
    ignored: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    totals: tuple[Stated, ...] = ()


def text_columns(kind: Kind) -> tuple[str, ...]:
    """The columns of a record frame that its sender fills in."""
    return tuple(name for name in RECORD_COLUMNS[kind] if name not in _NOT_FROM_THE_SENDER)


def refusal(found: Found, problem: UnreadableError) -> Refusal:
    """The refusal of `found`, its message beginning with the file."""
    return Refusal(found.kind, found.sender, found.period, found.file, found.content_hash, f"{found.file}：{problem}")
