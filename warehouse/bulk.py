"""Whole frames in and out of tables: the same values on both databases, inside the caller's transaction.

Rows go in by COPY (PostgreSQL) or one prepared statement (SQLite), several hundred thousand a second. Not by ADBC: that
brings a second copy of SQLite into the process, and closing a file there drops the locks that the first copy holds on
it, so a write of another process gets lost; nor can it join the transaction that the other rows are written in.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from warehouse.tables import EXPLANATORY, UtcTimestamp

_SQLITE_MOMENT = "%Y-%m-%dT%H:%M:%S+00:00"
"""Arrow's %S has the microseconds: the same text as UtcTimestamp.FORMAT."""
_MOMENT = pa.timestamp("us", tz="UTC")


def insert(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> int:
    """Appends the rows of `frame` to `table` in the open transaction; returns their number.

    The frame has exactly the table's columns; those with a default may be absent. Text in somebody's own words
    (tables.EXPLANATORY) is cut to size with an ellipsis. Raises ValueError, naming the column, for other text that is
    too long, an empty cell in a required column, a value of another type, and a time without an offset.
    """
    columns = [_cells(column, _given(table, column, frame), connection.dialect) for column in table.columns]
    _refuse_unknown(table, frame)
    if frame.empty:
        return 0
    names = ", ".join(connection.dialect.identifier_preparer.quote(column.name) for column in table.columns)
    rows = zip(*columns, strict=True)
    driver = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with driver.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:  # type: ignore[union-attr]
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # type: ignore[union-attr]  # noqa: S608
    return len(frame)


def fetch(connection: sa.Connection, query: sa.Select[Any]) -> pd.DataFrame:
    """The query's rows: text as "str", moments in UTC and days as datetime64[us], whole numbers as int64.

    Columns that may be empty are "Int64" and "boolean"; fractions are floats.
    """
    result = connection.execute(query)
    rows = result.all()
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(query.selected_columns)
    series = {
        column.key: pd.Series(list(values), dtype=_dtype(column))
        for column, values in zip(query.selected_columns, cells, strict=True)
    }
    return pd.DataFrame(series)


def fitting(column: sa.Column[Any], text: str) -> str:
    """The text as the column can hold it, cut with an ellipsis. PostgreSQL stores no NUL character in any text."""
    size = size_of(column)
    readable = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return readable if len(readable) <= size else f"{readable[: size - 1]}…"


def size_of(column: sa.Column[Any]) -> int:
    """How many characters a text column holds."""
    return int(column.type.length)  # type: ignore[attr-defined]


def _given(table: sa.Table, column: sa.Column[Any], frame: pd.DataFrame) -> pd.Series:
    if column.name in frame:
        return frame[column.name]
    if column.default is None:
        raise ValueError(f"{table.name}.{column.name} is not in the frame")
    return pd.Series(column.default.arg, index=frame.index, dtype="str")  # type: ignore[attr-defined]


def _refuse_unknown(table: sa.Table, frame: pd.DataFrame) -> None:
    if unknown := sorted(set(frame.columns) - set(table.columns.keys())):
        raise ValueError(f"{table.name} has no column {', '.join(unknown)}")


def _cells(column: sa.Column[Any], series: pd.Series, dialect: sa.Dialect) -> list[Any]:
    place = f"{column.table.name}.{column.name}"
    try:
        values = _arrow(column, series)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise ValueError(f"{place}: {error}") from error
    if values.null_count and not column.nullable:
        raise ValueError(f"{place} is empty in {values.null_count} of {len(values)} rows")
    if dialect.name == "sqlite" and isinstance(column.type, sa.Date):
        values = pc.cast(values, pa.string())
    if dialect.name == "sqlite" and isinstance(column.type, UtcTimestamp):
        values = pc.strftime(values, _SQLITE_MOMENT)
    cells: list[Any] = values.to_pylist()
    if column.name in EXPLANATORY:
        return [None if text is None else fitting(column, text) for text in cells]
    if isinstance(column.type, sa.String) and (pc.max(pc.utf8_length(values)).as_py() or 0) > size_of(column):
        raise ValueError(f"{place} has a text of more than {size_of(column)} characters")
    return cells


def _arrow(column: sa.Column[Any], series: pd.Series) -> pa.Array:
    values = pa.array(series, from_pandas=True)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if isinstance(column.type, UtcTimestamp) and pa.types.is_timestamp(values.type) and values.type.tz is None:
        raise ValueError("times have no offset: which moment they are cannot be known")
    return values.cast(_arrow_type(column.type))


def _arrow_type(kind: sa.types.TypeEngine[Any]) -> pa.DataType:
    if isinstance(kind, sa.String):
        return pa.string()
    if isinstance(kind, sa.Boolean):
        return pa.bool_()
    if isinstance(kind, sa.Date):
        return pa.date32()
    if isinstance(kind, UtcTimestamp):
        return _MOMENT
    return pa.float64() if isinstance(kind, sa.Double) else pa.int64()


def _dtype(column: sa.ColumnElement[Any]) -> str:
    is_nullable = getattr(column, "nullable", True)
    if isinstance(column.type, sa.Boolean):
        return "boolean" if is_nullable else "bool"
    if isinstance(column.type, sa.Integer):
        return "Int64" if is_nullable else "int64"
    if isinstance(column.type, sa.Numeric | sa.Double):
        return "float64"
    if isinstance(column.type, sa.Date):
        return "datetime64[us]"
    if isinstance(column.type, UtcTimestamp):
        return "datetime64[us, UTC]"
    return "str"
