"""Where a measured run finds its district: a warehouse and a lake of its own, empty or copied from another."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from flows.demo import FIRST


@dataclass(frozen=True)
class Place:
    """A folder with lake, reports, receipts and, on SQLite, the warehouse; on PostgreSQL that is a database beside it.

    `server` is the address of a PostgreSQL server, "" for SQLite.
    """

    folder: Path
    inbox: Path
    server: str = ""
    database: str = ""

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a run in this place."""
        return {
            "ZUZHILI_DISTRICT": "bench",
            "ZUZHILI_SCHEME": FIRST,
            "ZUZHILI_INBOX": str(self.inbox),
            "ZUZHILI_LAKE": str(self.folder / "lake"),
            "ZUZHILI_REPORTS": str(self.folder / "reports"),
            "ZUZHILI_RECEIPTS": str(self.folder / "receipts"),
            "ZUZHILI_LISTS": str(self.folder / "lists"),
            "ZUZHILI_WAREHOUSE_URL": self._url,
        }

    @property
    def _url(self) -> str:
        if not self.server:
            return f"sqlite:///{self.folder / 'warehouse.db'}"
        return re.sub(r"^(\w+://[^/?]*)/?[^?]*", rf"\1/{self.database}", self.server)


@contextmanager
def empty(inbox: Path, server: str = "") -> Iterator[Place]:
    """A place that holds nothing yet; it is gone afterwards."""
    with _made(inbox, server, "template1") as place:
        yield place


@contextmanager
def copy_of(taken: Place) -> Iterator[Place]:
    """A place that holds what `taken` holds; it is gone afterwards. Nobody may be connected to `taken`."""
    with _made(taken.inbox, taken.server, taken.database) as place:
        shutil.copytree(taken.folder, place.folder, dirs_exist_ok=True)
        yield place


@contextmanager
def _made(inbox: Path, server: str, template: str) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        place = Place(Path(folder), inbox, server, f"bench_{uuid4().hex}" if server else "")
        if not server:
            yield place
            return
        _execute(server, f"CREATE DATABASE {place.database} TEMPLATE {template}")
        try:
            yield place
        finally:
            _execute(server, f"DROP DATABASE {place.database} WITH (FORCE)")


def _execute(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
