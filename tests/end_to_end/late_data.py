"""A small district that was published before all of its data had come, and everything that a run may leave there."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import psycopg
import sqlalchemy as sa

from benchmarks.inbox import make
from flows.jobs.backfill import backfill
from flows.jobs.context import Context, opened
from flows.jobs.intake import intake
from flows.progress import Progress
from schemas.periods import Period
from schemas.receipts import Receipts
from tests.districts import settings_in
from warehouse import bulk, published
from warehouse.database import reading
from warehouse.tables import EDITION_TABLES, METADATA, meta
from warehouse.views import VIEWS

ORGANIZATIONS = 30
MONTHS = tuple(Period.parse(text) for text in ("2024-07", "2024-08", "2024-09"))
PERIODS = (*(str(month) for month in MONTHS), str(MONTHS[0].around("quarter")))
TAKEN_EARLY, PUBLISHED_EARLY = datetime(2024, 10, 10, tzinfo=UTC), datetime(2024, 10, 11, tzinfo=UTC)
TAKEN_LATE, AS_OF = datetime(2024, 11, 10, tzinfo=UTC), datetime(2024, 11, 11, tzinfo=UTC)
LAST_RANKED = "039100000017"
"""The last of two in its domain, in every period."""
CLOCKS = ("created_at", "published_at", "confirmed_at")
"""Columns that say when a run wrote, or came to the same again."""


@dataclass(frozen=True)
class Place:
    """Where a district is: a folder with its inbox, lake and reports, its warehouse too where `url` is left blank."""

    folder: Path
    url: str = ""

    def opened(self) -> Context:
        """The district, ready for work."""
        return opened(settings_in(self.folder, self.folder / "inbox", self.url))

    def beside(self, name: str) -> Place:
        """The place of that name beside this one."""
        folder = self.folder.with_name(name)
        return Place(folder, _beside(self.url, name) if self.url else "")

    def copied(self, name: str) -> Place:
        """The same again beside this one; nobody may have the warehouse open."""
        copy = self.beside(name)
        shutil.copytree(self.folder, copy.folder)
        if self.url:
            _on_server(self.url, f"CREATE DATABASE {_database(copy.url)} TEMPLATE {_database(self.url)}")
        return copy

    def removed(self) -> None:
        """Nothing is left of it."""
        shutil.rmtree(self.folder)
        if self.url:
            _on_server(self.url, f"DROP DATABASE {_database(self.url)} WITH (FORCE)")


def publish_early(place: Place, hold_back: Callable[[Path], None]) -> None:
    """Three months and their quarter, published from what was not held back; then the rest lies in the inbox, too."""
    inbox = place.folder / "inbox"
    make(inbox, ORGANIZATIONS, list(MONTHS), "ganyu")
    _add_lines(inbox)
    whole = {path: path.read_bytes() for path in inbox.rglob("*") if path.is_file()}
    hold_back(inbox)
    context = place.opened()
    intake(context, TAKEN_EARLY)
    backfill(context, MONTHS[0], MONTHS[-1], PUBLISHED_EARLY)
    context.engine.dispose()
    for path, content in whole.items():
        path.write_bytes(content)


def _add_lines(inbox: Path) -> None:
    """What `last_lines` holds back: each month a study that nobody came to, of an organisation that is last anyway, and
    a declaration of nobody we know."""
    for month in MONTHS:
        path = inbox / f"platform/{month}.jsonl"
        events = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        study = next(event for event in events if (event["org_code"], event["topic"]) == (LAST_RANKED, "理论学习"))
        study |= {"event_id": f"late-{month}", "data": {"attended": 0, "expected": 9}}
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(study, ensure_ascii=False) + "\n")
    path = inbox / "declarations/2024-08.csv"
    last = path.read_text("utf-8-sig").splitlines()[-1]
    with path.open("a", encoding="utf-8") as file:
        file.write(f"999{last[3:]}\n")


def last_lines(inbox: Path) -> None:
    """Holds back little, so that there is little to compute: points change in every period, ranks nowhere."""
    for path in (inbox / "declarations/2024-08.csv", *(inbox / "platform").iterdir()):
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    (inbox / "departments/2024Q3/司法局.csv").unlink()


def halves(inbox: Path) -> None:
    """Holds back so much of July and August that September changes with them."""
    for path in (inbox / "platform/2024-07.jsonl", inbox / "declarations/2024-08.csv"):
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[: len(lines) // 2]))


def take_late(context: Context, progress: Progress | None = None) -> Receipts:
    """The intake of what was held back."""
    return intake(context, TAKEN_LATE, progress=progress)


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


def _database(url: str) -> str:
    return str(sa.make_url(url).database)


def _beside(url: str, name: str) -> str:
    """The address of another database of the server."""
    database = f"{_database(url).split('__')[0]}__{name}"
    return sa.make_url(url).set(database=database).render_as_string(hide_password=False)


def _on_server(url: str, command: str) -> None:
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        server.execute(command.encode())
