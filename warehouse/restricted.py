"""Units of a restricted kind (people, under a key) are in no published view: the one place that sees to it.

A view loses the rows of such units, and those that add up over a domain, peer group or board with such units; where it
names one beside another unit, as the one above or responsible, the cell is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from warehouse.tables import edition, organization, progress, progress_total, rejection

_NAMED_BESIDE = {
    "parent_code": ("parent_code", "parent_name"),
    "responsible_code": ("responsible_code", "responsible_name"),
    "predecessor_code": ("predecessor_code",),
    "expected": ("expected",),
    "corrected": ("corrected",),
}
"""Columns with the code of another unit, and those that are empty with it."""
_WITHHELD = "所填的是不公开的组织，内容从略。请按文件和行号核对原表"

Condition = sa.ColumnElement[bool]


def units_left_out(query: sa.Select[Any]) -> sa.Select[Any]:
    """The query of a view of editions without restricted units."""
    columns = {str(column.key): column for column in query.selected_columns}
    shown = query.where(sa.not_(condition)) if (condition := _of_restricted(columns)) is not None else query
    hidden = {
        name: _ever_restricted(columns[code], edition)
        for code, names in _NAMED_BESIDE.items()
        for name in names
        if code in columns and name in columns
    }
    if not hidden:
        return shown
    cells = [_unless(hidden[name], cell, sa.null()) if name in hidden else cell for name, cell in columns.items()]
    return shown.with_only_columns(*cells, maintain_column_froms=True)


def units_left_out_of(query: sa.Select[Any], rows: sa.FromClause) -> sa.Select[Any]:
    """The query of a view of a register, whose `rows` name district, scheme and unit, without restricted units."""
    hidden = _ever_restricted(rows.c.parent_code, rows)
    cells = [
        _unless(hidden, column, sa.null()) if column.key in _NAMED_BESIDE["parent_code"] else column
        for column in query.selected_columns
    ]
    shown = query.where(sa.not_(_ever_restricted(rows.c.org_code, rows)))
    return shown.with_only_columns(*cells, maintain_column_froms=True)


def values_withheld(query: sa.Select[Any]) -> sa.Select[Any]:
    """The query of the view of rejections: where a cell named a restricted unit, value and message do not repeat it."""
    names_one = _ever_restricted(rejection.c.value_text, rejection)
    instead: dict[str, sa.ColumnElement[Any]] = {"value": sa.null(), "message": sa.literal(_WITHHELD)}
    cells = [
        _unless(names_one, column, instead[str(column.key)]) if column.key in instead else column
        for column in query.selected_columns
    ]
    return query.with_only_columns(*cells, maintain_column_froms=True)


def _of_restricted(columns: Mapping[str, sa.ColumnElement[Any]]) -> Condition | None:
    """What holds of rows of restricted units, in a view of these columns; None where no row speaks of units."""
    if "measure" in columns or "correction" in columns:
        return _ever_restricted(columns["org_code"], edition)
    if "org_code" not in columns and "board" in columns:
        return _board_of_restricted()
    for name in ("org_code", "peer_group", "domain"):
        if name in columns:
            return _restricted(name, columns[name])
    return None


def _restricted(name: str, value: sa.ColumnElement[Any]) -> Condition:
    """Whether a restricted unit of the row's edition has this value."""
    unit = organization.alias("restricted")
    return sa.exists().where(unit.c.edition_id == edition.c.edition_id, unit.c[name] == value, unit.c.is_restricted)


def _ever_restricted(code: sa.ColumnElement[Any], row: sa.FromClause) -> Condition:
    """Whether the code is or was a restricted unit's: who has left the registry since is still not shown."""
    unit, when = organization.alias("restricted"), edition.alias("known")
    return sa.exists().where(
        unit.c.org_code == code,
        unit.c.is_restricted,
        when.c.edition_id == unit.c.edition_id,
        when.c.district == row.c.district,
        when.c.scheme == row.c.scheme,
    )


def _board_of_restricted() -> Condition:
    unit = organization.alias("restricted")
    return sa.exists().where(
        progress.c.edition_id == progress_total.c.edition_id,
        progress.c.board == progress_total.c.board,
        progress.c.item_code == progress_total.c.item_code,
        unit.c.edition_id == progress.c.edition_id,
        unit.c.org_code == progress.c.org_code,
        unit.c.is_restricted,
    )


def _unless(condition: Condition, cell: sa.ColumnElement[Any], instead: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The cell, or what stands in its place where the condition holds; of the same type on both databases."""
    shown = sa.case((condition, instead), else_=cell)
    return sa.cast(shown, cell.type).label(str(cell.key))
