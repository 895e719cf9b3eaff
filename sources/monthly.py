"""Events from a source without files of its own: one delivery for each local month, the same in whatever order."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.layouts import EventLayout
from schemas.periods import LOCAL_ZONE, Period
from sources.delivery import Delivery, SourceError, UnreadableError
from sources.events import Event, event_contents

COPIES = "重复的事件"


@dataclass(frozen=True)
class Row:
    """An event as its source gave it, with the bytes that it is sorted and hashed by, and why it cannot be read."""

    event: Event
    canonical: bytes
    fault: str | None = None


def by_month(rows: Iterable[Row], file: str, layout: EventLayout, code_digits: int) -> list[Delivery]:
    """A delivery for each local month of `occurred_at`, under the name `file`.

    A month's delivery is the same whatever order the rows are in: they are sorted, `row_no` counts them from 1, and
    rows that are alike to the last byte are one, the others counted as ignored. Events without a day that can be read
    go by `captured_at`, and without that under the period "". Raises SourceError for events that no frame can hold.
    """
    months: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        months[_month(row.event)].append(row)
    return [_delivery(months[month], month, file, layout, code_digits) for month in sorted(months)]


def _delivery(rows: Sequence[Row], month: str, file: str, layout: EventLayout, code_digits: int) -> Delivery:
    different = {row.canonical: row for row in rows}
    ordered = [different[canonical] for canonical in sorted(different)]
    faults = {place: row.fault for place, row in enumerate(ordered) if row.fault}
    events = [row.event for row in ordered]
    try:
        contents = event_contents(events, faults, range(1, len(events) + 1), layout, code_digits)
    except UnreadableError as problem:
        raise SourceError(f"{month or '没有日期的事件'}：{problem}") from None
    copies = len(rows) - len(ordered)
    return Delivery(
        "events", layout.sender, month, file, hash_of(ordered), contents.records,
        {COPIES: copies} if copies else {}, contents.notes,
    )  # fmt: skip


def hash_of(rows: Iterable[Row]) -> str:
    """SHA-256 of the rows in their order."""
    return hashlib.sha256(b"\n".join(row.canonical for row in rows)).hexdigest()


def _month(event: Event) -> str:
    for name in ("occurred_at", "captured_at"):
        try:
            moment = datetime.fromisoformat(str(event.get(name) or "").strip())
            local = moment.astimezone(LOCAL_ZONE) if moment.tzinfo else moment
        except (ValueError, OverflowError):
            continue
        return str(Period.month_of(local.date()))
    return ""
