"""Named locks that die with the process that holds them: no run is ever blocked by one that was killed."""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from warehouse.database import WarehouseError

_POLL_SECONDS = 0.1


class LockTimeout(WarehouseError):
    """Somebody else held the lock for as long as we were ready to wait."""


@contextmanager
def hold(engine: sa.Engine, name: str, timeout_seconds: float) -> Iterator[None]:
    """Holds the lock `name` of this warehouse; nobody else holds it meanwhile, in whatever process or thread.

    PostgreSQL: a session's advisory lock (a pooler in front must not share sessions). SQLite: flock on a file beside
    the database, which stays there. Raises LockTimeout when it is not free within `timeout_seconds`. The lock of a
    PostgreSQL session that broke is lost while we work: what is published checks the pointer all the same.
    """
    holder = _hold_postgresql if engine.dialect.name == "postgresql" else _hold_sqlite
    with holder(engine, name, timeout_seconds):
        yield


@contextmanager
def _hold_postgresql(engine: sa.Engine, name: str, timeout_seconds: float) -> Iterator[None]:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10")
        _wait(lambda: bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key)))), name, timeout_seconds)
        try:
            yield
        finally:
            connection.invalidate()  # ends the session, and with it the lock


@contextmanager
def _hold_sqlite(engine: sa.Engine, name: str, timeout_seconds: float) -> Iterator[None]:
    database = Path(str(engine.url.database))
    place = database.with_name(f"{database.name}-{hashlib.sha256(name.encode()).hexdigest()[:12]}.lock")
    with place.open("w") as file:

        def is_ours() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        _wait(is_ours, name, timeout_seconds)
        yield


def _wait(is_ours: Callable[[], bool], name: str, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not is_ours():
        if time.monotonic() >= deadline:
            raise LockTimeout(f"{name}正由另一个任务处理，等了{timeout_seconds:g}秒仍未结束。请稍后再试")
        time.sleep(_POLL_SECONDS)
