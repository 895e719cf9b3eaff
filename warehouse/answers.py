"""What senders are answered: the rejections of batches, what resolved each, and which batches they replaced."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import sqlalchemy as sa

from warehouse import bulk, rejections
from warehouse.database import reading
from warehouse.tables import batch, edition, rejection

_STATED = ("rejection_id", "batch_id", "row_no", "column_name", "value_text", "reason", "message", "resolved_by")


def counts(engine: sa.Engine, batch_ids: Sequence[str]) -> pd.DataFrame:
    """Rejections of each batch and how many of them are resolved, indexed by batch; batches without any are absent.

    Rejections are only ever added and resolved, so the two numbers say whether anything has changed.
    """
    each = sa.select(
        rejection.c.batch_id,
        sa.func.count().label("rejections"),
        sa.func.count(rejection.c.resolved_by).label("resolved"),
    ).group_by(rejection.c.batch_id)
    return _in_parts(engine, each, rejection.c.batch_id, batch_ids).set_index("batch_id")


def answered(engine: sa.Engine, batch_ids: Sequence[str]) -> pd.DataFrame:
    """The rejections of the batches by place, one row each, with what resolved them.

    That is an edition (`edition_period`, `edition_revision`) or a batch (`mended_at`, when it was received); all are
    empty while the rejection stands.
    """
    resolver = batch.alias("resolver")
    stated = (
        sa.select(
            *(rejection.c[name] for name in _STATED),
            edition.c.period.label("edition_period"),
            edition.c.revision.label("edition_revision"),
            resolver.c.received_at.label("mended_at"),
        )
        .outerjoin(edition, sa.cast(edition.c.edition_id, sa.String) == rejection.c.resolved_by)
        .outerjoin(resolver, resolver.c.batch_id == rejection.c.resolved_by)
        .order_by(rejection.c.batch_id, rejection.c.row_no, rejection.c.rejection_id)
    )
    return _in_parts(engine, stated, rejection.c.batch_id, batch_ids)


def replaced(engine: sa.Engine, batch_ids: Sequence[str]) -> pd.DataFrame:
    """The batches that the given ones replaced (their `superseded_by`), in the order in which they were taken."""
    return _in_parts(engine, sa.select(batch).order_by(batch.c.seq), batch.c.superseded_by, batch_ids)


def _in_parts(
    engine: sa.Engine, query: sa.Select[tuple[object, ...]], column: sa.ColumnElement[str], ids: Sequence[str]
) -> pd.DataFrame:
    with reading(engine) as connection:
        found = [bulk.fetch(connection, query.where(column.in_(part))) for part in rejections.parts(list(ids))]
    return pd.concat(found, ignore_index=True)
