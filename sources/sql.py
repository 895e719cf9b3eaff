"""Platform events from a SQL table: the same records as from JSON lines, one delivery a month."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
import tenacity

from schemas.layouts import EventLayout
from sources.delivery import Delivery, SourceError
from sources.events import parse_data
from sources.monthly import Row, by_month

_COLUMNS = ("event_id", "org_code", "kind", "topic", "occurred_at", "captured_at", "data")
_ROWS_AT_ONCE = 10_000
_TRANSIENT = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
_LONGEST_PAUSE_SECONDS = 30.0

RawEvent = tuple[str | None, ...]


def read_events(
    url: str,
    table: str,
    layout: EventLayout,
    code_digits: int,
    *,
    attempts: int = 5,
    pause_seconds: float = 1.0,
    timeout_seconds: float = 60.0,
) -> list[Delivery]:
    """The events of `table` (`schema.table` where it is in one), a delivery for each local month.

    A month's delivery is the same whatever order the database answers in, so months without news keep their
    `content_hash` and need not be taken again.

    A lost connection, a lock or a time-out is tried `attempts` times, with pauses that double and vary from
    `pause_seconds`; connecting and each statement may take `timeout_seconds`. Raises SourceError.
    """
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(_TRANSIENT),
        stop=tenacity.stop_after_attempt(attempts),
        wait=tenacity.wait_random_exponential(pause_seconds, _LONGEST_PAUSE_SECONDS),
        reraise=True,
    )
    try:
        rows: list[RawEvent] = retrying(_rows, _engine(sa.make_url(url), timeout_seconds), table)
    except sa.exc.NoSuchTableError:
        raise SourceError(f"there is no table {table}: set the name of the platform's table of events") from None
    except (sa.exc.SQLAlchemyError, ModuleNotFoundError) as error:
        raise SourceError(_said(error, table)) from None
    return by_month(map(_row, rows), f"table:{table}", layout, code_digits)


def _said(error: Exception, table: str) -> str:
    """What the database said, without the statement and its parameters; a URL that does not parse is not repeated."""
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    if isinstance(error, sa.exc.ArgumentError):
        said = "the database URL cannot be parsed"
    return f"cannot read {table}: {said}. Check that the database is up, the URL and the right to read the table"


def _rows(engine: sa.Engine, table: str) -> list[RawEvent]:
    schema, _, name = table.rpartition(".")
    with engine.connect() as connection:
        present = {column["name"] for column in sa.inspect(connection).get_columns(name, schema or None)}
        if missing := [column for column in _COLUMNS if column not in present]:
            raise SourceError(
                f"{table} has no column {', '.join(missing)}; it needs {', '.join(_COLUMNS)} (a view will do)"
            )
        columns: list[sa.ColumnElement[Any]] = [sa.column(column) for column in _COLUMNS[:-1]]
        data = sa.cast(sa.column(_COLUMNS[-1]), sa.Text)
        query = sa.select(*columns, data).select_from(sa.table(name, schema=schema or None))
        answer = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
        return [tuple(map(_text, row)) for part in answer.partitions() for row in part]


def _row(raw: RawEvent) -> Row:
    data, fault = parse_data(raw[-1])
    return Row({**dict(zip(_COLUMNS, raw, strict=True)), "data": data}, orjson.dumps(raw), fault)


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    return value if value is None or isinstance(value, str) else str(value)


def _engine(url: sa.URL, timeout_seconds: float) -> sa.Engine:
    """An engine without a pool: its connections end with the reading, and wait no longer than the time-out."""
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    timeouts: dict[str, dict[str, Any]] = {
        "postgresql": {
            "connect_timeout": max(1, round(timeout_seconds)),
            "options": f"-c statement_timeout={round(timeout_seconds * 1000)}",
        },
        "sqlite": {"timeout": timeout_seconds},
    }
    return sa.create_engine(url, connect_args=timeouts.get(url.get_backend_name(), {}), poolclass=sa.NullPool)
