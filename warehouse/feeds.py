"""Feeds: how far a paged source of events has been read, so that the next intake goes on there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from warehouse.database import reading
from warehouse.tables import feed


@dataclass(frozen=True)
class Mark:
    """The page that was asked for last: its cursor ("" for the first), and the hash and number of its events then."""

    cursor: str
    page_hash: str
    page_events: int


def where_left(engine: sa.Engine, district: str, scheme: str, file: str) -> Mark | None:
    """Where the last intake stopped reading the source `file`; None where it has never been read."""
    with reading(engine) as connection:
        row = connection.execute(sa.select(feed).where(*_of(district, scheme, file))).one_or_none()
    return None if row is None else Mark(row.cursor, row.page_hash, row.page_events)


def keep(engine: sa.Engine, district: str, scheme: str, file: str, mark: Mark) -> None:
    """Keeps how far the source has been read. Call it under the lock, once everything up to there has been taken."""
    reached = {
        "cursor": mark.cursor,
        "page_hash": mark.page_hash,
        "page_events": mark.page_events,
        "fetched_at": datetime.now(UTC),
    }
    with engine.begin() as connection:
        if connection.execute(sa.update(feed).where(*_of(district, scheme, file)).values(**reached)).rowcount:
            return
        connection.execute(sa.insert(feed).values(district=district, scheme=scheme, file=file, **reached))


def _of(district: str, scheme: str, file: str) -> tuple[sa.ColumnElement[bool], ...]:
    return feed.c.district == district, feed.c.scheme == scheme, feed.c.file == file
