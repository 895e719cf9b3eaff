"""Layouts: how what a sender delivers is found and read, as declared in a rule book's inbox.yaml.

A layout names the place in the inbox, the cells by which the header row is found, and what each column means. It
holds no code: a new department is one YAML entry.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

Succession = Literal["recoded", "merged", "split"]


class Layout(BaseModel):
    """Base of all layouts: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TableLayout(Layout):
    """A delivery kind that is one table with fixed columns: registry, declarations, findings, totals.

    `path` is the place in the inbox without its ending; `{month}`, `{quarter}` and `{period}` (of any cadence) stand
    for a period. `columns` maps the heading to the record field; headings in `optional` may be absent, those in
    `unread` are known and left unread.
    """

    path: str
    sender: str
    columns: dict[str, str]
    optional: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class EventFields(Layout):
    """One kind of platform event: its fields by type, which of them are required, and a pair in ascending order."""

    numbers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    ascending: tuple[str, ...] = ()
    """Numbers that must satisfy 0 <= first <= second ...; a single one must be at least 0."""
    not_negative: tuple[str, ...] = ()
    is_snapshot: bool = False


class EventLayout(Layout):
    """Platform events: JSON lines in the inbox, or rows of a SQL table with the same columns."""

    path: str
    sender: str
    kinds: dict[str, EventFields]


class SenderLayout(Layout):
    """The workbook of one department: its sheet (the first with a header row where none is named) and its items.

    `items` maps the heading (without a unit in brackets) to the item code, or to <item>/<name> for one cell of a
    ballot. Of an item with assessors, an assessor's sheet gives that assessor's own score.
    """

    items: dict[str, str]
    sheet: str | None = None


class SubmissionLayout(Layout):
    """Department workbooks: one per sender and period, the header row found by its first cell."""

    path: str
    header: str
    columns: dict[str, str]
    unread: tuple[str, ...] = ()
    """Headings that are known and left unread, besides `header`."""
    not_data: tuple[str, ...]
    """Beginnings of rows that are not data: totals and notes."""
    missing: tuple[str, ...]
    """Cells that stand for a missing value."""
    units: dict[str, Decimal]
    """Units that a heading may carry in brackets, and what one of them is worth."""
    verified: str
    unverified: str
    senders: dict[str, SenderLayout]


class Inbox(Layout):
    """Everything that arrives in the inbox of one district; None: the scheme knows no delivery of that kind."""

    code_digits: int
    """Digits of an organisation code; shorter codes of digits alone lost leading zeros and get them back."""
    yes: tuple[str, ...]
    no: tuple[str, ...]
    registry: TableLayout
    events: EventLayout | None = None
    declarations: TableLayout | None = None
    findings: TableLayout | None = None
    """The event register: findings of inspections, and entries of bonus, deduction, veto and consequences."""
    submissions: SubmissionLayout | None = None
    totals: TableLayout | None = None
    """Stated figures that must add up."""
    reviewed: dict[str, bool] = {}
    """Review statuses of declarations, and whether such a declaration counts."""
    rechecked: dict[str, bool] = {}
    """Re-check statuses of declarations, and whether such a declaration still counts."""
    findings_reviewed: dict[str, bool] = {}
    """Review statuses of findings, and whether such a finding counts."""
    successions: dict[str, Succession] = {}
    """Words by which the registry says how an organisation came from others, and what they mean.

    recoded: the same organisation under a new code. merged: a new one out of several. split: one of several out of one.
    """
