"""Platform events from a SQL table: the same records as from JSON lines, one delivery a month."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
import tenacity

from schemas.layouts import EventLayout
from schemas.periods import LOCAL_ZONE, Period
from sources.delivery import Delivery, SourceError, UnreadableError
from sources.events import event_contents, parse_data

_COLUMNS = ("event_id", "org_code", "kind", "topic", "occurred_at", "captured_at", "data")
_OCCURRED_AT, _CAPTURED_AT = _COLUMNS.index("occurred_at"), _COLUMNS.index("captured_at")
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
    """The events of `table` (`schema.table` where it is in one), a delivery for each local month of `occurred_at`.

    A month's delivery is the same whatever order the database answers in (rows are sorted, `row_no` counts them from
    1), so months without news keep their `content_hash` and need not be taken again. Events without a day that can be
    read go by `captured_at`, and without that under the period "".

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
    months: dict[str, list[RawEvent]] = defaultdict(list)
    for row in rows:
        months[_month(row)].append(row)
    return [_delivery(table, month, sorted(months[month], key=_order), layout, code_digits) for month in sorted(months)]


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


def _delivery(table: str, month: str, rows: Sequence[RawEvent], layout: EventLayout, code_digits: int) -> Delivery:
    events, faults = [], {}
    for place, row in enumerate(rows):
        data, fault = parse_data(row[-1])
        events.append({**dict(zip(_COLUMNS, row, strict=True)), "data": data})
        if fault:
            faults[place] = fault
    try:
        contents = event_contents(events, faults, range(1, len(rows) + 1), layout, code_digits)
    except UnreadableError as problem:
        raise SourceError(f"{table}, {month or 'events without a day'}: {problem}") from None
    digest = hashlib.sha256(b"\n".join(map(orjson.dumps, rows))).hexdigest()
    return Delivery("events", layout.sender, month, f"table:{table}", digest, contents.records)


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    return value if value is None or isinstance(value, str) else str(value)


def _order(row: RawEvent) -> tuple[str, ...]:
    return tuple(text or "" for text in row)


def _month(row: RawEvent) -> str:
    for text in (row[_OCCURRED_AT], row[_CAPTURED_AT]):
        try:
            moment = datetime.fromisoformat((text or "").strip())
            local = moment.astimezone(LOCAL_ZONE) if moment.tzinfo else moment
        except (ValueError, OverflowError):
            continue
        return str(Period.month_of(local.date()))
    return ""


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
