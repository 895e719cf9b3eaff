"""Deliveries that are one table with fixed columns: the registry, declarations, findings and stated totals."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from schemas.kinds import AS_WRITTEN, Kind
from schemas.layouts import TableLayout
from schemas.periods import Period
from sources.delivery import Contents, UnreadableError, text_columns
from sources.formats import read_tables
from sources.headings import Columns, known_in, match, refuse_renamed, require
from sources.stated import stated_counts
from sources.tables import Located, Region, Row, Table, check_cells, choose, is_blank, region
from sources.text import ascii_forms, code_lists, codes, empty_column, join, text_column
from sources.titles import check_titles

ORGANIZATION_CODES = ("org_code", "parent_code", "organization")
SEVERAL_CODES = ("predecessor_code",)
_HEADER_CELLS = 2
"""Known headings by which a row is the header."""


def read_list(data: bytes, kind: Kind, layout: TableLayout, period: str, code_digits: int) -> Contents:
    """The records of a file of such a kind, whatever the order of its columns.

    Raises UnreadableError for a file whose table cannot be found whole or whose content belongs to another period.
    """
    located = locate(read_tables(data), layout)
    found = located.region
    columns = match(found.headings, layout.columns, unread=layout.unread)
    require(columns, layout.columns, [name for name in layout.columns if name not in layout.optional])
    refuse_renamed(columns, layout.columns)
    check_cells(found, list(columns.fields.values()))
    check_titles(found.titles, period)
    records = _records(found, columns, kind, code_digits)
    if kind == "registry" and records.empty:
        raise UnreadableError("表头下面一个组织也没有", "名册会整份替换，请导出完整名册后重新报送")
    if kind == "declarations":
        _check_days(records["declared_at"], period)
    return Contents(records, found.set_aside, notes(found, columns, located.other_sheets), stated_counts(found))


def locate(tables: Sequence[Table], layout: TableLayout) -> Located:
    """Where in the file its one table is. Raises UnreadableError where it cannot be found whole."""

    def is_header(row: Row) -> bool:
        return known_in(row, layout.columns) >= min(_HEADER_CELLS, len(layout.columns))

    table, header, other_sheets = choose(tables, is_header, None)
    return Located(region(table, header, is_header), other_sheets)


def record_frame(columns: dict[str, pd.Series], row_numbers: Sequence[int], faults: dict[int, str]) -> pd.DataFrame:
    """The frame of text `columns` with `row_no` and `fault`: the readable records, and one for each faulty row."""
    frame = pd.DataFrame(
        columns | {"row_no": pd.Series(row_numbers, dtype="int64"), "fault": empty_column(len(row_numbers))}
    )
    if not faults:
        return frame
    faulty = pd.DataFrame({name: empty_column(len(faults)) for name in columns})
    faulty = faulty.assign(row_no=list(faults), fault=pd.Series(list(faults.values()), dtype="str"))
    return pd.concat([frame, faulty]).sort_values("row_no", kind="stable", ignore_index=True)


def field_column(found: Region, columns: Columns, name: str, code_digits: int) -> pd.Series:
    """One field of every data row as it is kept; empty where the sheet has no such column."""
    if name not in columns.fields:
        return empty_column(len(found.rows))
    column = text_column(found.column(columns.fields[name]))
    if name in AS_WRITTEN:
        return column
    column = ascii_forms(column)
    if name in SEVERAL_CODES:
        return code_lists(column, code_digits)
    return codes(column, code_digits) if name in ORGANIZATION_CODES else column


def notes(found: Region, columns: Columns, other_sheets: Sequence[str]) -> tuple[str, ...]:
    """What the sender should know about a file that was read: what in it was not."""
    said = []
    if columns.unknown:
        said.append(f"没有读取的列：{join(columns.unknown)}")
    nameless = [
        place + 1 for place, heading in enumerate(found.headings) if not heading and not is_blank(found.column(place))
    ]
    if nameless:
        said.append(f"第 {'、'.join(map(str, nameless))} 列没有列名，没有读取")
    if other_sheets:
        said.append(f"没有读取的工作表：{join(other_sheets)}")
    if not found.rows:
        said.append("表头下面没有数据")
    return tuple(said)


def _records(found: Region, columns: Columns, kind: Kind, code_digits: int) -> pd.DataFrame:
    fields = {name: field_column(found, columns, name, code_digits) for name in text_columns(kind)}
    return record_frame(fields, found.row_numbers, found.faults)


def _check_days(declared_at: pd.Series, period: str) -> None:
    parts = declared_at.str.extract(r"^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})").dropna()
    latest = (parts[0] + "-" + parts[1].str.zfill(2) + "-" + parts[2].str.zfill(2)).max() if len(parts) else None
    if latest is not None and latest < Period.parse(period).start.isoformat():
        raise UnreadableError(
            f"所有申报时间都早于 {period}（最晚的是 {latest}），像是放错了期别",
            "请核对是哪一期的申报，移到对应的期后重新报送",
        )
