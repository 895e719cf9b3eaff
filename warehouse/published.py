"""What is published, read from the contract's views: for the command, pictures and exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from warehouse import bulk
from warehouse.database import reading
from warehouse.tables import edition, edition_pointer
from warehouse.views import OF_EDITIONS, VIEWS

_ORDERS = {
    "rankings": ("district", "scheme", "period", "domain", "rank", "org_code"),
    "top_rankings": ("district", "scheme", "period", "domain", "rank", "org_code"),
    "index_scores": ("district", "scheme", "period", "org_code"),
    "dimension_scores": ("district", "scheme", "period", "org_code", "dimension"),
    "ledger": ("district", "scheme", "period", "org_code", "item_code", "assessor"),
    "warnings": ("district", "scheme", "period", "org_code", "warning_code", "item_code"),
    "warning_pool": ("district", "scheme", "period", "org_code"),
    "grades": ("district", "scheme", "period", "scale", "org_code"),
    "adjustments": ("district", "scheme", "period", "org_code", "kind", "code"),
    "tasks": ("district", "scheme", "period", "due_on", "org_code", "task_code", "item_code", "raised_on"),
    "roll_ups": ("district", "scheme", "period", "figure", "level", "org_code"),
    "common_problems": ("district", "scheme", "period", "domain", "item_code"),
    "diagnoses": ("district", "scheme", "period", "org_code"),
    "progress_boards": ("district", "scheme", "period", "board", "org_code", "item_code"),
    "progress_totals": ("district", "scheme", "period", "board", "item_code"),
    "organizations": ("district", "scheme", "period", "org_code"),
    "restatements": ("district", "scheme", "period", "org_code", "measure"),
    "pending_declarations": ("district", "scheme", "period", "parent_code", "org_code", "item_code"),
    "completeness": ("district", "scheme", "period", "kind", "sender"),
    "corrections": ("district", "scheme", "period", "correction", "org_code", "record"),
    "exemptions": ("district", "scheme", "period", "org_code", "item_code", "valid_from"),
    "items": ("district", "scheme", "period", "item_order"),
    "peer_groups": ("district", "scheme", "period", "peer_group", "warning_code"),
    "editions": ("district", "scheme", "period", "revision", "created_at"),
    "batches": ("district", "scheme", "received_at", "batch_id"),
    "rejections": ("district", "scheme", "received_at", "file", "row_no", "rejection_id"),
    "recheck_samples": ("district", "scheme", "period", "org_code", "item_code"),
    "weak_and_lax": ("district", "scheme", "period", "org_code"),
}


def view(engine: sa.Engine, name: str, columns: Sequence[str] | None = None, **equal: Any) -> pd.DataFrame:
    """Rows of the published view `name` in a fixed order, those whose columns equal the given values.

    A value of None asks for empty cells, a list for any of its values. Types as `bulk.fetch`; points are floats.
    """
    return _fetch(engine, _rows(name, columns, **equal))


def of_edition(engine: sa.Engine, name: str, edition_id: int, **equal: Any) -> pd.DataFrame:
    """What the view `name` shows of one edition, or showed while it was current; order and types as `view`."""
    query = OF_EDITIONS[name].where(edition.c.edition_id == edition_id)
    columns = query.selected_columns
    query = query.where(*(columns[column] == value for column, value in equal.items()))
    return _fetch(engine, query.order_by(*(columns[column] for column in _ORDERS[name])))


def in_rule_book_order(engine: sa.Engine, edition_id: int, lines: pd.DataFrame) -> pd.DataFrame:
    """Lines of an organisation's ledger by their item's place in the rule book; an item's assessors by name."""
    items = of_edition(engine, "items", edition_id)[["item_code", "item_order"]]
    placed = lines.merge(items, on="item_code", how="left", validate="m:1")
    return placed.sort_values(["item_order", "assessor"], ignore_index=True)


def top(engine: sa.Engine, district: str, scheme: str, period: str, places: int) -> pd.DataFrame:
    """The ranking of every domain up to a place; ties can make it longer."""
    own = _rows("rankings", None, district=district, scheme=scheme, period=period)
    return _fetch(engine, own.where(VIEWS["rankings"].c["rank"] <= places))


def find(engine: sa.Engine, edition_id: int, text: str) -> pd.DataFrame:
    """Organisations of an edition whose code is `text` or whose name holds it, or else that came out of it; by code."""
    everyone = of_edition(engine, "organizations", edition_id)
    is_meant = everyone["org_code"].eq(text) | everyone["org_name"].str.contains(text, regex=False)
    came_from = everyone["predecessor_code"].str.contains(text, regex=False).fillna(False).astype(bool)
    return everyone[is_meant if is_meant.any() else came_from].reset_index(drop=True)


def pool_counts(engine: sa.Engine, district: str, scheme: str, period: str) -> dict[str, int]:
    """Organisations in the pool by colour; a colour that nobody has is absent."""
    source = VIEWS["warning_pool"]
    own = sa.select(source.c.colour, sa.func.count().label("organizations")).where(
        *_of(source, district, scheme, period)
    )
    counts = _fetch(engine, own.group_by(source.c.colour))
    return {str(colour): int(count) for colour, count in zip(counts["colour"], counts["organizations"], strict=True)}


def open_rejections(engine: sa.Engine, district: str, scheme: str) -> pd.DataFrame:
    """Rejections that still stand, counted by period, sender, file and reason."""
    source = VIEWS["rejections"]
    place = [source.c[name] for name in ("period", "sender", "file", "reason")]
    return _fetch(
        engine,
        sa.select(*place, sa.func.count().label("rejections"))
        .where(source.c.district == district, source.c.scheme == scheme, source.c.resolved_by.is_(None))
        .group_by(*place)
        .order_by(*place),
    )


def returned_rows(engine: sa.Engine, district: str, scheme: str, kinds: Sequence[str]) -> dict[str, int]:
    """How many rows of deliveries of these kinds stand rejected, each once; kinds without any are left out."""
    source, batches = VIEWS["rejections"], VIEWS["batches"]
    counted = (
        sa.select(batches.c.kind, sa.func.count(source.c.row_no.distinct()).label("returned"))
        .select_from(source.join(batches, batches.c.batch_id == source.c.batch_id))
        .where(source.c.district == district, source.c.scheme == scheme, source.c.resolved_by.is_(None))
        .where(batches.c.kind.in_(kinds))
        .group_by(batches.c.kind)
        .order_by(batches.c.kind)
    )
    rows = _fetch(engine, counted)
    return dict(zip(rows["kind"].astype("str"), rows["returned"].astype("int64").tolist(), strict=True))


def status(engine: sa.Engine, district: str, scheme: str) -> pd.DataFrame:
    """The current edition of every period, latest first, with the organisations scored and those in the pool."""
    editions = VIEWS["editions"]
    query = (
        sa.select(
            editions,
            edition_pointer.c.confirmed_seq,
            edition_pointer.c.confirmed_at,
            _counted("index_scores", "organizations"),
            _counted("warning_pool", "in_pool"),
        )
        .select_from(editions.join(edition_pointer, edition_pointer.c.edition_id == editions.c.edition_id))
        .where(editions.c.district == district, editions.c.scheme == scheme)
        .order_by(editions.c.period_end.desc(), editions.c.period)
    )
    return _fetch(engine, query)


def _rows(name: str, columns: Sequence[str] | None, **equal: Any) -> sa.Select[Any]:
    source = VIEWS[name]
    query = sa.select(*(source.c[column] for column in columns or source.c.keys()))
    for column, value in equal.items():
        cell = source.c[column]
        query = query.where(cell.in_(value) if isinstance(value, list) else cell == value)
    return query.order_by(*(source.c[column] for column in _ORDERS[name]))


def _of(source: sa.Table, district: str, scheme: str, period: str) -> list[sa.ColumnElement[bool]]:
    return [source.c.district == district, source.c.scheme == scheme, source.c.period == period]


def _counted(name: str, called: str) -> sa.ColumnElement[int]:
    """Rows that a view has of an edition."""
    source = VIEWS[name]
    count = sa.select(sa.func.count()).where(source.c.edition_id == VIEWS["editions"].c.edition_id)
    return count.scalar_subquery().label(called)


def _fetch(engine: sa.Engine, query: sa.Select[Any]) -> pd.DataFrame:
    with reading(engine) as connection:
        return bulk.fetch(connection, query)
