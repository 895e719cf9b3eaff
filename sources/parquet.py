"""Parquet files as tables and as rows: values as the text that another format would have them in, bounded first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

from sources.delivery import UnreadableError
from sources.tables import Table
from sources.text import cell_text
from sources.workbook import MAX_CELLS

if TYPE_CHECKING:
    import pyarrow as pa

SIGNATURE = b"PAR1"
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
_ROWS_AT_ONCE = 1000
_TORN = "请重新导出并完整上传"


def read_parquet(data: bytes) -> Table:
    """The columns' names as the header, then the rows as text; a row's number is that of a CSV file with one header.

    Raises UnreadableError for a file that is not whole, and for absurdly many cells or bytes.
    """
    table = _read(data)
    columns = [list(map(_cell, values)) for values in _values(table)]
    return Table([table.column_names, *map(list, zip(*columns, strict=True))])


def read_rows(data: bytes, inner: str) -> list[dict[str, Any]]:
    """The rows as JSON would have them; columns `<inner>.<key>` are put into the object under `inner`.

    Raises UnreadableError as `read_parquet` does, and where `inner` is there both ways.
    """
    table = _read(data)
    names = table.column_names
    prefix = f"{inner}."
    if inner in names and any(name.startswith(prefix) for name in names):
        raise UnreadableError(f"既有“{inner}”一列，又有“{prefix}…”各列，无法判断读哪一个", "请只保留一种写法")
    rows = []
    for values in zip(*_values(table), strict=True):
        row = dict(zip(names, map(_plain, values), strict=True))
        parts = {name: row.pop(name) for name in names if name.startswith(prefix)}
        rows.append({inner: {name.removeprefix(prefix): value for name, value in parts.items()}} | row)
    return rows


def _read(data: bytes) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not data.endswith(SIGNATURE):
        raise UnreadableError("Parquet 文件不完整，没有传完", _TORN)
    try:
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        _check_cells(file.metadata)
        table = pa.Table.from_batches(_bounded(file.iter_batches(_ROWS_AT_ONCE)), file.schema_arrow)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError):
        raise _damaged() from None
    if len(set(table.column_names)) < len(table.column_names):
        raise UnreadableError("Parquet 文件里有同名的列", "请改名后重新报送")
    return table


def _check_cells(about: Any) -> None:
    """Raises UnreadableError for more cells than any delivery has.

    Looks at the two numbers alone: to ask a torn footer for more ends the process (Arrow 26).
    """
    if about.num_rows * about.num_columns > MAX_CELLS:
        raise _too_large()


def _bounded(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches; raises UnreadableError where they unpack to more than any delivery has."""
    unpacked = 0
    for batch in batches:
        unpacked += batch.nbytes
        if unpacked > MAX_UNPACKED_BYTES:
            raise _too_large()
        yield batch


def _values(table: pa.Table) -> list[list[Any]]:
    """The values of each column; numbers of single precision as they were written, not as the nearest double."""
    import pyarrow as pa

    columns = [column.cast(pa.string()) if pa.types.is_float32(column.type) else column for column in table.columns]
    try:
        return [column.to_pylist(maps_as_pydicts="strict") for column in columns]
    except (pa.ArrowException, LookupError, ValueError, OverflowError):
        raise _damaged() from None


def _cell(value: Any) -> str:
    """A value as a cell of a table; nothing is an empty cell."""
    plain = _plain(value)
    if isinstance(plain, dict | list):
        return orjson.dumps(plain).decode()
    return "" if plain is None else cell_text(plain)


def _plain(value: Any) -> Any:
    """The value as JSON would carry it: moments in ISO form with their offset, decimals as written."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal | bytes):
        return f"{value:f}" if isinstance(value, Decimal) else value.decode("utf-8", "backslashreplace")
    if isinstance(value, date | time):
        return value.isoformat() if getattr(value, "tzinfo", None) else cell_text(value)
    return value if isinstance(value, str | int | float | None) else str(value)


def _damaged() -> UnreadableError:
    return UnreadableError("Parquet 文件已损坏，打不开", _TORN)


def _too_large() -> UnreadableError:
    return UnreadableError("Parquet 文件解开后远远超出正常大小", "请核对是否传错了文件")
