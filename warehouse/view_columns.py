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


def points(column: sa.ColumnElement[Any], name: str | None = None, digits: int = 12) -> sa.ColumnElement[Any]:
    """Whole ten-thousandths as points with four decimals."""
    shown = sa.cast(column.op("/")(_TEN_THOUSAND), sa.Numeric(digits, 4, asdecimal=False))
    return shown.label(name or str(column.key))


def rounded(num: sa.Column[Any], den: sa.Column[Any], places: int, where: sa.ColumnElement[bool]) -> sa.Cast[Any]:
    """The exact fraction, not negative, to so many decimals, half up in whole numbers; empty where it is not meant."""
    scale = 10**places
    whole = (2 * scale * num + den) // (2 * den)
    divisor: sa.ColumnElement[Any] = sa.literal_column(f"{scale}.0", sa.Numeric())
    kind = sa.Numeric(9, places, asdecimal=False)
    return sa.cast(sa.case((where, whole.self_group().op("/")(divisor))), kind)


def attainment(points: sa.ColumnElement[Any], full_points: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Points as a per cent of full points."""
    return per_cent(points, full_points, "attainment_pct")


def per_cent(part: sa.ColumnElement[Any], whole: sa.ColumnElement[Any], called: str) -> sa.ColumnElement[Any]:
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


def name_of(
    kind: str | sa.ColumnElement[str],
    of: sa.Column[Any],
    called: str,
    of_code: sa.ColumnElement[str] | None = None,
) -> sa.ColumnElement[Any]:
    """The Chinese name of a code, as the edition knows it; `of_code`: where the label's code is made of it."""
    names = label.alias(f"{called}_label")
    code = of if of_code is None else of_code
    own = (names.c.edition_id == of.table.c.edition_id) & (names.c.code == code) & (names.c.label_kind == kind)
    return sa.select(names.c.name).where(own).scalar_subquery().label(called)
