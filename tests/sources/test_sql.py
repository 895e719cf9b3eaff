"""Platform events from real databases."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pandas as pd
import psycopg
import pytest

from schemas.layouts import Inbox
from sources.delivery import Delivery, SourceError
from sources.events import read_events as read_lines
from sources.sql import read_events

COLUMNS = ("event_id", "org_code", "kind", "topic", "occurred_at", "captured_at", "data")
MARKS = ", ".join("?" * len(COLUMNS))
JULY = (
    "E1",
    "032000300111",
    "meeting",
    "党课",
    "2024-07-04T15:45:00+08:00",
    "2024-07-05T10:41:31Z",
    '{"attended": 10, "expected": 13.0}',
)
AUGUST = ("E2", "32000300111", "meeting", "", "2024-07-31T16:30:00Z", "2024-08-01T10:00:00Z", '{"attended": null}')


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A SQLite database with an empty table of events."""
    path = tmp_path / "platform.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE events ({', '.join(COLUMNS)})")
    return path


def fill(database: Path, *rows: tuple[Any, ...]) -> str:
    with closing(sqlite3.connect(database)) as connection:
        connection.executemany(f"INSERT INTO events VALUES ({MARKS})", rows)
        connection.commit()
    return f"sqlite:///{database}"


def events(url: str, inbox: Inbox, table: str = "events", **options: Any) -> list[Delivery]:
    return read_events(url, table, inbox.events, 12, **{"pause_seconds": 0.01, **options})


def test_each_local_month_is_a_delivery(database: Path, inbox: Inbox) -> None:
    july, august = events(fill(database, AUGUST, JULY), inbox)
    assert [(one.kind, one.sender, one.period, one.file) for one in (july, august)] == [
        ("events", "平台", "2024-07", "table:events"),
        ("events", "平台", "2024-08", "table:events"),
    ]
    assert july.records["event_id"].tolist() == ["E1"]
    assert august.records["event_id"].tolist() == ["E2"]


def test_the_records_are_those_of_json_lines(database: Path, inbox: Inbox) -> None:
    rows = [JULY, ("E3", *JULY[1:])]
    [july] = events(fill(database, *reversed(rows)), inbox)
    lines = b"\n".join(
        orjson.dumps({**dict(zip(COLUMNS, row, strict=True)), "data": orjson.loads(row[-1])}) for row in rows
    )
    pd.testing.assert_frame_equal(july.records, read_lines(lines, inbox.events, 12).records)


def test_the_hash_depends_on_the_rows_not_on_their_order(tmp_path: Path, inbox: Inbox, database: Path) -> None:
    later = ("E3", *JULY[1:])
    [one] = events(fill(database, JULY, later), inbox)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM events WHERE event_id = 'E1'")
        connection.commit()
    [other] = events(fill(database, JULY), inbox)
    assert one.content_hash == other.content_hash
    with_news = events(fill(database, ("E4", *JULY[1:])), inbox)[0]
    assert with_news.content_hash != one.content_hash


def test_a_month_keeps_its_hash_when_another_gets_news(database: Path, inbox: Inbox) -> None:
    before = events(fill(database, JULY), inbox)[0].content_hash
    assert events(fill(database, AUGUST), inbox)[0].content_hash == before


def test_an_event_without_a_day_goes_by_its_capture(database: Path, inbox: Inbox) -> None:
    undated = ("E5", "1", "meeting", None, "昨天", "2024-09-01T00:00:00+08:00", None)
    lost = ("E6", "1", "meeting", None, None, "0001-01-01T00:00:00+08:00", "{}")
    assert {one.period: one.records["event_id"].tolist() for one in events(fill(database, undated, lost), inbox)} == {
        "": ["E6"],
        "2024-09": ["E5"],
    }


@pytest.mark.parametrize(
    ("data", "fault"),
    [("{torn", "data 不是完整的 JSON"), ("[1]", "data 不是 JSON 对象"), ('{"a": "\\u0000"}', "空字符")],
)
def test_data_that_cannot_be_read_is_a_fault(database: Path, inbox: Inbox, data: str, fault: str) -> None:
    [july] = events(fill(database, ("E0", *JULY[1:-1], data), JULY), inbox)
    assert july.records["fault"].isna().tolist() == [False, True]
    assert fault in july.records["fault"][0]


def test_an_empty_table_delivers_nothing(database: Path, inbox: Inbox) -> None:
    assert events(fill(database), inbox) == []


def test_a_view_will_do(database: Path, inbox: Inbox) -> None:
    url = fill(database, JULY)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE VIEW platform_events AS SELECT * FROM events")
    assert events(url, inbox, "platform_events")[0].file == "table:platform_events"


def test_a_lock_is_waited_for(database: Path, inbox: Inbox) -> None:
    url = fill(database, JULY)
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        release = threading.Timer(0.5, other.execute, ["ROLLBACK"])
        release.start()
        [july] = events(url, inbox, attempts=50, pause_seconds=0.1, timeout_seconds=0.05)
        release.join()
    assert july.records["event_id"].tolist() == ["E1"]


def test_a_lock_that_stays_is_given_up(database: Path, inbox: Inbox) -> None:
    url = fill(database, JULY)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        start = time.perf_counter()
        with pytest.raises(
            SourceError, match=r"cannot read events: database is locked\. Check that the database is up"
        ):
            events(url, inbox, attempts=3, timeout_seconds=0.05)
    assert 0.15 <= time.perf_counter() - start < 5


def test_a_missing_table_is_said_at_once(database: Path, inbox: Inbox) -> None:
    with pytest.raises(SourceError, match="there is no table event: set the name"):
        events(f"sqlite:///{database}", inbox, "event", pause_seconds=60)


def test_a_missing_column_is_said_at_once(database: Path, inbox: Inbox) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ALTER TABLE events DROP COLUMN captured_at")
    with pytest.raises(SourceError, match="events has no column captured_at; it needs event_id, org_code"):
        events(f"sqlite:///{database}", inbox, pause_seconds=60)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:s3cret@127.0.0.1:1/platform",
        "nosuch://reader:s3cret@127.0.0.1/platform",
        "reader:s3cret@127.0.0.1",
    ],
)
def test_no_message_tells_the_password(inbox: Inbox, url: str) -> None:
    with pytest.raises(SourceError) as raised:
        events(url, inbox, attempts=1, timeout_seconds=1)
    assert "s3cret" not in str(raised.value)
    assert raised.value.__suppress_context__
    assert "Check that the database is up" in str(raised.value)


def test_absurdly_many_fields_are_an_error(database: Path, inbox: Inbox) -> None:
    rows = [(f"E{n}", *JULY[1:-1], f'{{"k{n}": 1}}') for n in range(600)]
    with pytest.raises(SourceError, match="2024-07：事件的 data 有超过"):
        events(fill(database, *rows), inbox)


@pytest.fixture
def postgres_table(postgres_url: str) -> Iterator[str]:
    """A schema of the test's own with a table of events: timestamps with zone, and JSONB."""
    schema = f"platform_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(
            f"CREATE TABLE {schema}.events (event_id text, org_code text, kind text, topic text,"
            " occurred_at timestamptz, captured_at timestamptz, data jsonb)"
        )
        insert = f"INSERT INTO {schema}.events VALUES ({MARKS.replace('?', '%s')})"
        connection.cursor().executemany(insert, [AUGUST, JULY])
        yield f"{schema}.events"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


def test_postgresql_is_read_the_same_way(postgres_url: str, postgres_table: str, inbox: Inbox) -> None:
    july, august = events(postgres_url, inbox, postgres_table)
    assert (july.period, august.period, july.file) == ("2024-07", "2024-08", f"table:{postgres_table}")
    record = july.records.iloc[0]
    assert record[["event_id", "occurred_at", "captured_at", "data.attended", "data.expected"]].tolist() == [
        "E1", "2024-07-04T07:45:00+00:00", "2024-07-05T10:41:31+00:00", "10", "13.0",
    ]  # fmt: skip
    assert august.records["org_code"].tolist() == ["032000300111"]
    assert [one.content_hash for one in events(postgres_url, inbox, postgres_table)] == [
        july.content_hash,
        august.content_hash,
    ]


def test_a_statement_that_takes_too_long_is_given_up(postgres_url: str, postgres_table: str, inbox: Inbox) -> None:
    schema = postgres_table.partition(".")[0]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE VIEW {schema}.slow AS SELECT * FROM {schema}.events WHERE pg_sleep(20) IS NOT NULL")
    start = time.perf_counter()
    with pytest.raises(SourceError, match="statement timeout"):
        events(postgres_url, inbox, f"{schema}.slow", attempts=2, timeout_seconds=0.2)
    assert time.perf_counter() - start < 5
