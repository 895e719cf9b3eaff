"""What the published views are put together from: common columns, points as decimals, names of codes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from warehouse.tables import (
    edition,
    item,
    label,
    ledger_line,
    organization,
)

COMMON = ("district", "scheme", "period", "cadence", "period_start", "period_end", "edition_id", "revision")
_TEN_THOUSAND: sa.ColumnElement[Any] = sa.literal_column("10000.0", sa.Numeric())

Columns = list[sa.ColumnElement[Any]]


def points(column: sa.Column[Any], name: str | None = None) -> sa.ColumnElement[Any]:
    """Whole ten-thousandths as points with four decimals."""
    return sa.cast(column.op("/")(_TEN_THOUSAND), sa.Numeric(12, 4, asdecimal=False)).label(name or column.name)


def attainment(points: sa.Column[Any], full_points: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Points as a per cent of full points."""
    return per_cent(points, full_points, "attainment_pct")


def per_cent(part: sa.Column[Any], whole: sa.Column[Any], called: str) -> sa.ColumnElement[Any]:
    """Per cent to four digits, rounded half up in whole numbers, so that both databases say the same."""
    millionths = (2_000_000 * part + whole) // sa.func.nullif(2 * whole, 0, type_=sa.BigInteger)
    shown = sa.cast(millionths.self_group().op("/")(_TEN_THOUSAND), sa.Numeric(9, 4, asdecimal=False))
    return shown.label(called)


def observed_value() -> sa.ColumnElement[Any]:
    """The observed value of a ledger line as a number."""
    value = sa.cast(ledger_line.c.value_num, sa.Double).op("/")(sa.cast(ledger_line.c.value_den, sa.Double))
    return sa.type_coerce(value, sa.Double).label("value")


def common_columns() -> Columns:
    """The columns that every view of an edition begins with."""
    return [edition.c[name] for name in (*COMMON, "is_provisional")]


def rows_of(table: sa.Table) -> sa.Join:
    """Rows of `table` with their edition, current or not."""
    return edition.join(table, table.c.edition_id == edition.c.edition_id)


def to_organization(table: sa.Table) -> sa.ColumnElement[bool]:
    """Joins rows of `table` to their organisation."""
    return sa.and_(organization.c.edition_id == table.c.edition_id, organization.c.org_code == table.c.org_code)


def to_item(table: sa.Table) -> sa.ColumnElement[bool]:
    """Joins rows of `table` to their item."""
    return sa.and_(item.c.edition_id == table.c.edition_id, item.c.item_code == table.c.item_code)


def name_of(kind: str, of: sa.Column[Any], called: str) -> sa.ColumnElement[Any]:
    """The Chinese name of a code, as the edition knows it."""
    names = label.alias(f"{called}_label")
    own = (names.c.edition_id == of.table.c.edition_id) & (names.c.code == of) & (names.c.label_kind == kind)
    return sa.select(names.c.name).where(own).scalar_subquery().label(called)
