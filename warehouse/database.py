"""The warehouse's database: engine, transactions and catalogue, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from schemas.errors import ClearError
from warehouse import tables, views

BUSY_SECONDS = 60
CONNECT_SECONDS = 10
CONNECT_ATTEMPTS = 5
_CATALOGUE_LOCK = 0x7A757A68756C69
_READER = "is_reader"
_FORMS = "请写作sqlite:///路径，或postgresql://用户@主机/库名"


class WarehouseError(ClearError):
    """The warehouse cannot do what was asked; the message says what to do."""


def connect(url: str) -> sa.Engine:
    """An engine for `url`: sqlite:///path, or postgresql://user@host/database (read by psycopg 3).

    Nothing is connected yet. Every connection is tried again for some seconds before it fails. Raises WarehouseError
    for any other database and for SQLite in memory.
    """
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise WarehouseError(f"数据库地址无法识别。{_FORMS}") from None
    backend = address.get_backend_name()
    if backend == "sqlite":
        return _connect_sqlite(address)
    if backend == "postgresql":
        return _connect_postgresql(address)
    raise WarehouseError(f"不支持{backend}数据库。{_FORMS}")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees one moment's state throughout and holds up nobody."""
    options: dict[str, Any] = {_READER: True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as connection:
        yield connection.execution_options(**options)


def prepare(engine: sa.Engine) -> None:
    """Creates what is missing of tables and views, and makes the views anew when their definition has changed.

    Costs one query where all is as it should be. Raises WarehouseError where a table is there with other columns.
    """
    wanted = _fingerprint(engine.dialect)
    with reading(engine) as connection:
        if _recorded(connection) == wanted:
            return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CATALOGUE_LOCK)))
            _create_schemas(connection)
        if _recorded(connection) != wanted:
            _refuse_other_columns(connection)
            tables.METADATA.create_all(connection)
            _create_views(connection)
            connection.execute(sa.delete(tables.meta))
            connection.execute(sa.insert(tables.meta).values(key="catalogue", value=wanted))


def _connect_sqlite(address: sa.URL) -> sa.Engine:
    if address.database in (None, "", ":memory:"):
        raise WarehouseError(f"内存中的数据库一断开就没有了。{_FORMS}")
    Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address, poolclass=sa.NullPool, connect_args={"timeout": BUSY_SECONDS})
    _retry_connecting(engine, _settle_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _settle_sqlite(connection: sqlite3.Connection) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: sa.Connection) -> None:
    is_reader = connection.get_execution_options().get(_READER, False)
    connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")


def _connect_postgresql(address: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "zuzhili",
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        },
    )
    _retry_connecting(engine, _settle_postgresql)
    return engine


def _settle_postgresql(connection: Any) -> None:
    connection.autocommit = True
    connection.execute(f"SET search_path TO {tables.BASE_SCHEMA}, {views.VIEW_SCHEMA}")
    connection.autocommit = False


def _retry_connecting(engine: sa.Engine, settle: Callable[[Any], None]) -> None:
    """Makes the engine connect with patience: a server that restarts, or a file that is locked, is waited for."""

    def open_connection(dialect: Any, _record: Any, args: list[Any], options: dict[str, Any]) -> Any:
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

        attempts = Retrying(
            stop=stop_after_attempt(CONNECT_ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.5, max=5),
            retry=retry_if_exception_type(dialect.loaded_dbapi.OperationalError),
            reraise=True,
        )

        def connect_once() -> Any:
            connection = dialect.connect(*args, **options)
            try:
                settle(connection)
            except BaseException:
                connection.close()
                raise
            return connection

        try:
            return attempts(connect_once)
        except dialect.loaded_dbapi.OperationalError as error:
            reason = next(iter(str(error).splitlines()), "")
            raise WarehouseError(
                f"连不上数据库{engine.url}：{reason}。请核对地址和账号，并确认数据库已经启动"
            ) from error

    sa.event.listen(engine, "do_connect", open_connection)


def _fingerprint(dialect: sa.Dialect) -> str:
    statements = [str(CreateTable(table).compile(dialect=dialect)) for table in tables.METADATA.sorted_tables]
    statements += [
        str(CreateIndex(index).compile(dialect=dialect))
        for table in tables.METADATA.sorted_tables
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    statements += views.create_statements(dialect).values()
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()


def _recorded(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(tables.meta.name):
        return None
    return connection.scalar(sa.select(tables.meta.c.value).where(tables.meta.c.key == "catalogue"))


def _create_schemas(connection: sa.Connection) -> None:
    existing = sa.inspect(connection).get_schema_names()
    for schema in (tables.BASE_SCHEMA, views.VIEW_SCHEMA):
        if schema not in existing:
            connection.execute(sa.schema.CreateSchema(schema))


def _create_views(connection: sa.Connection) -> None:
    prefix = views.schema_prefix(connection.dialect)
    statements = views.create_statements(connection.dialect)
    for name in statements:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {prefix}{name}")
    for statement in statements.values():
        connection.exec_driver_sql(statement)


def _refuse_other_columns(connection: sa.Connection) -> None:
    inspector = sa.inspect(connection)
    for table in tables.METADATA.sorted_tables:
        if not inspector.has_table(table.name):
            continue
        found = {column["name"] for column in inspector.get_columns(table.name)}
        wanted = {column.name for column in table.columns}
        if found != wanted:
            different = ", ".join(sorted(found ^ wanted))
            raise WarehouseError(
                f"数据库是程序的另一个版本建的：表{table.name}的列不一致（{different}）。请换用新的数据库，或先把表改成新版的列"
            )
