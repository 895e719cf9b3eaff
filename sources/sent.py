"""A file as its sender sees it: every cell where it stands, for the receipt that goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.layouts import EventLayout, Inbox, SubmissionLayout, TableLayout
from schemas.receipts import Stated
from sources import lists, parquet, submissions
from sources.delivery import Found, Refusal, UnreadableError
from sources.formats import read_tables
from sources.stated import stated_counts, stated_sums
from sources.tables import Region, Table, region
from sources.text import UTF8_MARK, from_utf16


@dataclass(frozen=True)
class Sent:
    """The tables of a file and the region that was read in them, or the lines of a file of platform events.

    All of it is empty for a file that is neither; the region is None where it cannot be found. `totals` are the
    totals that the file states.
    """

    tables: Sequence[Table] = ()
    region: Region | None = None
    lines: Sequence[bytes] = ()
    totals: tuple[Stated, ...] = ()


def look(data: bytes, one: Found | Refusal, inbox: Inbox | None) -> Sent:
    """What the sender of the file `one` sees of its `data`; `inbox` is None where no rule book says how to read it."""
    try:
        if one.kind == "events" and not data.startswith(parquet.SIGNATURE):
            return Sent(lines=from_utf16(data).removeprefix(UTF8_MARK).split(b"\n"))
        tables = read_tables(data)
    except UnreadableError:
        return Sent()
    try:
        return _located(tables, one, inbox)
    except UnreadableError:
        return Sent(tables)


def _located(tables: Sequence[Table], one: Found | Refusal, inbox: Inbox | None) -> Sent:
    match getattr(inbox, one.kind, None):
        case SubmissionLayout() as layout if one.sender in layout.senders:
            found = submissions.locate(tables, layout, layout.senders[one.sender].sheet).region
            items = submissions.columns_of(found, layout, one.sender).items
            return Sent(tables, found, totals=(*stated_counts(found), *stated_sums(found, items, layout.missing)))
        case TableLayout() as layout:
            found = lists.locate(tables, layout).region
            return Sent(tables, found, totals=stated_counts(found))
        case EventLayout():
            return Sent(tables, region(tables[0], 0, lambda _: False))
    return Sent(tables)
