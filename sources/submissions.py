"""Department sheets: one record per data row and item column that is filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from schemas.layouts import SubmissionLayout
from schemas.texts import BLANKS, heading_key, plain
from sources.delivery import Contents, UnreadableError, text_columns
from sources.formats import read_tables
from sources.headings import Columns, ItemColumn, match, missing_column, refuse_renamed
from sources.lists import field_column, notes, record_frame
from sources.places import unknown_sender
from sources.stated import stated_counts, stated_sums
from sources.tables import Located, Region, Row, Table, check_cells, choose, region
from sources.text import ascii_forms, text_column
from sources.titles import check_titles

EMPTY_CELLS = "空单元格"
_WHO = ("org_code", "org_name")


def read_submission(data: bytes, layout: SubmissionLayout, sender: str, period: str, code_digits: int) -> Contents:
    """The filled cells of the sender's items. Empty cells, totals and notes are counted in `ignored`.

    Raises UnreadableError for a file whose table cannot be found whole, that lacks the column of one of the sender's
    items (it would silently score nothing), or that names another period; and where nothing is asked of the sender.
    """
    if sender not in layout.senders:
        raise unknown_sender(sender, tuple(layout.senders))
    declared = layout.senders[sender]
    if not declared.items:
        raise UnreadableError(f"{period}没有要“{sender}”报送的指标", "请核对是哪一期的，移到对应的期后重新报送")
    located = locate(read_tables(data), layout, declared.sheet)
    found = located.region
    columns = columns_of(found, layout, sender)
    _require_items(columns, declared.items, sender)
    who = [name for name, field in layout.columns.items() if field in _WHO]
    if not any(field in columns.fields for field in _WHO):
        raise missing_column(who, columns.unknown, sender)
    refuse_renamed(columns, layout.columns)
    check_cells(found, [*columns.fields.values(), *(item.place for item in columns.items)])
    check_titles(found.titles, period)
    if not found.rows and not found.faults:
        raise UnreadableError("表头下面没有数据", "请填写各组织的数据后重新报送")
    records, empty = _cells(found, columns, layout, sender, code_digits)
    ignored = found.set_aside | ({EMPTY_CELLS: empty} if empty else {})
    totals = (*stated_counts(found), *stated_sums(found, columns.items, layout.missing))
    return Contents(records, ignored, notes(found, columns, located.other_sheets), totals)


def locate(tables: Sequence[Table], layout: SubmissionLayout, sheet: str | None) -> Located:
    """Where in the workbook the table is, in the sheet of that name where one is named.

    Raises UnreadableError where it cannot be found whole.
    """

    def is_header(row: Row) -> bool:
        return next((heading_key(cell) for cell in row if cell.strip(BLANKS)), "") == heading_key(layout.header)

    table, header, other_sheets = choose(tables, is_header, sheet)
    return Located(region(table, header, is_header, _remarks(layout.not_data, table.rows[header])), other_sheets)


def columns_of(found: Region, layout: SubmissionLayout, sender: str) -> Columns:
    """What the columns of a sender's table mean. Raises UnreadableError where one could mean two things."""
    known = (layout.header, *layout.unread)
    return match(found.headings, layout.columns, layout.senders[sender].items, layout.units, known)


def _remarks(markers: Sequence[str], header: Row) -> Callable[[Row], bool]:
    """Whether a row is a total or a note. Outside the first column a name may merely begin like one: 注溪村 is data."""
    keys = tuple(heading_key(marker) for marker in markers)
    first = next(place for place, cell in enumerate(header) if cell.strip(BLANKS))

    def is_remark(row: Row) -> bool:
        place, text = next((place, heading_key(cell)) for place, cell in enumerate(row) if cell.strip(BLANKS))
        key = next((key for key in keys if text.startswith(key)), None)
        return key is not None and (place <= first or not text[len(key) : len(key) + 1].isalpha())

    return is_remark


def _require_items(columns: Columns, items: dict[str, str], sender: str) -> None:
    present = {item.item_code for item in columns.items}
    for name, code in items.items():
        if code not in present:
            raise missing_column([name], columns.unknown, sender)


def _cells(
    found: Region, columns: Columns, layout: SubmissionLayout, sender: str, code_digits: int
) -> tuple[pd.DataFrame, int]:
    """The records in the order of the sheet, row by row, and how many cells of readable rows are empty."""
    items = columns.items
    fields = {name: field_column(found, columns, name, code_digits) for name in (*_WHO, "town", "verification")}
    if "verification" not in columns.fields:
        fields["verification"] = fields["verification"].fillna(layout.verified)
    values = ascii_forms(text_column([row[item.place] for row in found.rows for item in items]))
    is_missing = (values.isna() | values.isin([plain(mark) for mark in layout.missing])).to_numpy()
    filled = np.flatnonzero(~is_missing)
    row, column = np.divmod(filled, len(items))
    frame = {
        **{name: texts.take(row).reset_index(drop=True) for name, texts in fields.items()},
        **{name: texts.take(column).reset_index(drop=True) for name, texts in _about(items).items()},
        "value_text": values.take(filled).reset_index(drop=True),
        "sender": pd.Series([sender] * len(filled), dtype="str"),
    }
    ordered = {name: frame[name] for name in text_columns("submissions")}
    numbers = np.array(found.row_numbers)[row].tolist()
    return record_frame(ordered, numbers, found.faults), int(is_missing.sum())


def _about(items: Sequence[ItemColumn]) -> dict[str, pd.Series]:
    about = {
        "item_code": [item.item_code for item in items],
        "unit_text": [item.unit or None for item in items],
        "column_name": [item.heading for item in items],
    }
    return {name: pd.Series(texts, dtype="str") for name, texts in about.items()}
