"""A small district that was published before all of its data had come, and everything that a run may leave there."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import psycopg
import sqlalchemy as sa

from benchmarks.inbox import make
from flows.jobs.backfill import Progress, backfill
from flows.jobs.context import Context, opened
from flows.jobs.intake import intake
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from schemas.periods import Period
from schemas.receipts import Receipts
from tests.districts import settings_in
from warehouse import bulk, published
from warehouse.database import reading
from warehouse.tables import EDITION_TABLES, METADATA, meta
from warehouse.views import VIEWS

ORGANIZATIONS = 30
MONTHS = tuple(Period.parse(text) for text in ("2024-07", "2024-08", "2024-09"))
FIRST, LAST = MONTHS[0], MONTHS[1]
"""The range of the backfill: the month after it hangs on what was before it, and the quarter on all three."""
PERIODS = ("2024-07", "2024-08", "2024-09", "2024Q3")
TAKEN_EARLY, PUBLISHED_EARLY = datetime(2024, 10, 10, tzinfo=UTC), datetime(2024, 10, 11, tzinfo=UTC)
TAKEN_LATE, AS_OF = datetime(2024, 11, 10, tzinfo=UTC), datetime(2024, 11, 11, tzinfo=UTC)
LATE = {"platform/2024-07.jsonl": 0.5, "declarations/2024-08.csv": 0.5, "departments/2024Q3/司法局.csv": 0}
"""What part of a file had come early; the whole of it comes late."""
CLOCKS = ("created_at", "published_at")
"""Columns that say when a run wrote."""


@dataclass(frozen=True)
class Place:
    """Where a district is: a folder with its inbox, lake and reports, its warehouse too where `url` is left blank."""

    folder: Path
    url: str = ""

    def opened(self) -> Context:
        """The district, ready for work."""
        return opened(settings_in(self.folder, self.folder / "inbox", self.url))

    def copied(self, name: str) -> Place:
        """The same again beside this one; nobody may have the warehouse open."""
        folder = Path(shutil.copytree(self.folder, self.folder.with_name(name)))
        if not self.url:
            return Place(folder)
        database = str(sa.make_url(self.url).database)
        copy = f"{database.split('__')[0]}__{name}"
        with psycopg.connect(self.url, dbname="postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{database}"')
        return Place(folder, self.url.replace(f"/{database}?", f"/{copy}?"))

    def removed(self) -> None:
        """Nothing is left of it."""
        shutil.rmtree(self.folder)
        if self.url:
            with psycopg.connect(self.url, dbname="postgres", autocommit=True) as server:
                server.execute(f'DROP DATABASE "{sa.make_url(self.url).database}" WITH (FORCE)')


def publish_early(place: Place) -> None:
    """Three months and their quarter, published from what had come by then; afterwards the rest lies in the inbox."""
    inbox = place.folder / "inbox"
    make(inbox, ORGANIZATIONS, list(MONTHS), "ganyu")
    with (inbox / "declarations/2024-08.csv").open("r+", encoding="utf-8-sig") as file:
        heading, first, *_ = file.readlines()
        unknown = first.replace(first.split(",")[heading.split(",").index("组织代码")], "999999999999", 1)
        file.write(unknown)
    whole = {inbox / name: (inbox / name).read_bytes() for name in LATE}
    for path, part in zip(whole, LATE.values(), strict=True):
        lines = whole[path].splitlines(keepends=True)
        path.write_bytes(b"".join([*lines[: int(len(lines) * part)], *lines[-1:]]))
        if not part:
            path.unlink()
    context = place.opened()
    intake(context, TAKEN_EARLY)
    backfill(context, MONTHS[0], MONTHS[-1], PUBLISHED_EARLY)
    context.engine.dispose()
    for path, content in whole.items():
        path.write_bytes(content)


def take_late(context: Context) -> Receipts:
    """The intake of what came late."""
    return intake(context, TAKEN_LATE)


def catch_up(
    context: Context, as_of: datetime | None = AS_OF, progress: Progress | None = None
) -> list[Outcome | Replayed]:
    """The backfill, with what came late."""
    return backfill(context, FIRST, LAST, as_of, progress=progress)


def contents(context: Context, without: Collection[str] = CLOCKS) -> dict[str, str]:
    """A hash of all rows of every published view and of every table, and of each file in the lake, by name.

    Columns `without` are left out, and the folder that a report is in; the report itself must be there.
    """
    found = {f"view {name}": published.view(context.engine, name) for name in VIEWS}
    with reading(context.engine) as connection:
        for table in METADATA.sorted_tables:
            if table is not meta:
                found[f"table {table}"] = bulk.fetch(connection, sa.select(table).order_by(*table.primary_key))
    context.engine.dispose()
    lake = Path(context.settings.lake)
    return {name: _hash(_comparable(frame, context, without)) for name, frame in found.items()} | {
        f"lake {path.relative_to(lake)}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(lake.rglob("*"))
        if path.is_file()
    }


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Names of what is not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def strays(context: Context) -> list[str]:
    """Rows of editions that are not published or do not exist: table and edition of each."""
    own = METADATA.tables["edition"]
    is_published = sa.select(own.c.edition_id).where(own.c.status == "published")
    with reading(context.engine) as connection:
        return [
            f"{name} {edition_id}"
            for name, table in EDITION_TABLES.items()
            for edition_id in connection.scalars(
                sa.select(table.c.edition_id).distinct().where(table.c.edition_id.not_in(is_published))
            )
        ]


def _comparable(frame: pd.DataFrame, context: Context, without: Collection[str]) -> pd.DataFrame:
    if "report" in frame:
        pages = [Path(report).parts[-3:] for report in frame["report"].dropna()]
        places = [context.settings.reports / context.district / context.scheme / Path(*page) for page in pages]
        frame = frame.assign(report=frame["report"].str.replace(".*/reports/", "", regex=True))
        assert all(place.is_file() for place in places)
    return frame.drop(columns=[name for name in without if name in frame])


def _hash(frame: pd.DataFrame) -> str:
    return hashlib.sha256(frame.to_csv(index=False, na_rep="∅").encode()).hexdigest()
