"""Rejections as stored: what a check found, with the delivery and the place that it was found in."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date

import pandas as pd
import sqlalchemy as sa

from schemas.periods import Period
from warehouse import bulk
from warehouse.tables import batch, rejection

GIVEN = ["batch_id", "row_no", "column_name", "value_text", "reason", "message"]
"""Columns of the rejections that a check gives."""
_OF_BATCH = ["district", "scheme", "period", "cadence", "period_start", "period_end", "sender", "file", "received_at"]


def add(connection: sa.Connection, found: pd.DataFrame, edition_id: int | None = None) -> int:
    """Stores the rejections `found` (columns GIVEN) in the open transaction; returns their number.

    They are open; where an edition found them they are of its period. Raises ValueError if a batch does not exist.
    """
    if found.empty:
        return 0
    own = sa.select(batch.c.batch_id, *(batch.c[name] for name in _OF_BATCH))
    ids = found["batch_id"].unique().tolist()
    batches = pd.concat([bulk.fetch(connection, own.where(batch.c.batch_id.in_(part))) for part in parts(ids)])
    if unknown := sorted(set(ids) - set(batches["batch_id"])):
        raise ValueError(f"rejections of batches that were never taken: {', '.join(unknown[:5])}")
    rows = found[GIVEN].merge(batches, on="batch_id", how="left", validate="m:1")
    if edition_id is not None:
        rows = rows.assign(**_period_of(connection, edition_id))
    return bulk.insert(
        connection,
        rejection,
        rows.assign(
            rejection_id=_ids(found, edition_id),
            edition_id=pd.array([edition_id] * len(rows), dtype="Int64"),
            resolved_by=pd.Series(None, index=rows.index, dtype="str"),
        ),
    )


def period_columns(period: str) -> dict[str, str | date | None]:
    """Cadence, first and last day of a period; all empty for a delivery that is for none."""
    if not period:
        return {"cadence": None, "period_start": None, "period_end": None}
    spoken_of = Period.parse(period)
    return {"cadence": spoken_of.cadence, "period_start": spoken_of.start, "period_end": spoken_of.end}


def parts(ids: list[str], size: int = 5_000) -> list[list[str]]:
    """`ids` in parts that one query takes; at least one part."""
    return [ids[start : start + size] for start in range(0, max(len(ids), 1), size)]


def resolve(connection: sa.Connection, rejection_ids: list[str], by: str) -> None:
    """Marks those of the rejections that are still open as resolved by an edition or a batch."""
    for part in parts(rejection_ids):
        is_open = rejection.c.rejection_id.in_(part) & rejection.c.resolved_by.is_(None)
        connection.execute(sa.update(rejection).where(is_open).values(resolved_by=by))


def _period_of(connection: sa.Connection, edition_id: int) -> dict[str, str | date | None]:
    from warehouse.tables import edition

    period = connection.scalar(sa.select(edition.c.period).where(edition.c.edition_id == edition_id))
    return {"period": str(period), **period_columns(str(period))}


def _ids(found: pd.DataFrame, edition_id: int | None) -> list[str]:
    """A hash of batch, place and reason, and of how many the same came before it."""
    seen: Counter[tuple[object, ...]] = Counter()
    ids = []
    for key in found[["batch_id", "row_no", "column_name", "reason", "value_text"]].itertuples(index=False, name=None):
        said = (*key, edition_id, seen[key])
        seen[key] += 1
        ids.append(hashlib.sha256(repr(said).encode()).hexdigest()[:32])
    return ids
