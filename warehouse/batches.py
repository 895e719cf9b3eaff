"""Batches: what was delivered, in the order in which it was taken, and which of it is in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from warehouse import bulk, rejections
from warehouse.database import WarehouseError, reading
from warehouse.lake import Lake
from warehouse.tables import batch, rejection

NEVER_REPLACED = "events"
"""The kind whose batches stay in force: later ones replace single events, by event_id."""
TAKEN, REFUSED = "taken", "refused"
WITHDRAWN = "withdrawn"
"""Stands for the successor of a refused batch whose file was taken away."""


@dataclass(frozen=True)
class Knowledge:
    """A moment of the second clock: what had been received by `as_of`, among the first `seq` batches taken.

    The number keeps an edition's knowledge fixed even where somebody takes an old delivery later with its old date.
    """

    as_of: datetime
    seq: int


@dataclass(frozen=True)
class Batch:
    """One delivery as taken, or refused as a whole. `seq` and `superseded_by` are found when it is stored.

    received = accepted + rejected + ignored. `path` is the place of its records in the lake; left blank, it is chosen.
    """

    batch_id: str
    district: str
    scheme: str
    kind: str
    sender: str
    period: str
    file: str
    content_hash: str
    received_at: datetime
    received: int
    accepted: int
    rejected: int
    ignored: int
    first_day: date | None = None
    last_day: date | None = None
    status: str = TAKEN
    note: str = ""
    path: str = ""


def take(engine: sa.Engine, lake: Lake, given: Batch, records: pd.DataFrame | None, rejected: pd.DataFrame) -> None:
    """Keeps a delivery: its records in the lake, then in one transaction the batch with its rejections.

    The delivery (district, scheme, kind, sender, period) received last replaces the former ones, whose open rejections
    it resolves; one that was received earlier than what is in force is itself replaced from the start. A refused
    delivery (`records` None) replaces nothing; the next one of its file, or the next that is taken of its kind, sender
    and period, replaces it. A batch that was taken before changes nothing. `rejected` has the columns rejections.GIVEN,
    without batch_id if the check did not know it. Call it under the lock of the district and scheme.
    """
    with reading(engine) as connection:
        if _is_there(connection, given.batch_id):
            return
    if records is not None:
        given = replace(given, path=given.path or _lake_path(given))
        lake.write(given.path, records)
    with engine.begin() as connection:
        _store(connection, given)
        rejections.add(connection, rejected.assign(batch_id=given.batch_id))
        _replace(connection, given)


def sweep(engine: sa.Engine, lake: Lake, district: str, scheme: str) -> list[str]:
    """Removes files of the lake that no batch names; returns their paths. Call it under the lock."""
    own = (batch.c.district == district) & (batch.c.scheme == scheme)
    with reading(engine) as connection:
        known = [path for path in connection.scalars(sa.select(batch.c.path).where(own)) if path]
    return lake.sweep(known, f"{district}/{scheme}")


def history(engine: sa.Engine, district: str, scheme: str) -> pd.DataFrame:
    """All batches in the order of taking, refused ones too, one row each.

    `stands`: nothing has closed or replaced it, but for a delivery received earlier and taken later than its successor,
    as long as no other is taken after it.
    """
    own = sa.select(batch).where(batch.c.district == district, batch.c.scheme == scheme).order_by(batch.c.seq)
    with reading(engine) as connection:
        found = bulk.fetch(connection, own)
    last = found[found["status"] == TAKEN].groupby(["kind", "sender", "period"])["seq"].max()
    return found.assign(stands=found["superseded_by"].isna() | found["seq"].isin(last))


def taken(engine: sa.Engine, district: str, scheme: str) -> pd.DataFrame:
    """The last batch of every file, one row a file, as `history` has it: what need not be taken again."""
    return history(engine, district, scheme).drop_duplicates("file", keep="last", ignore_index=True)


def noted(text: str) -> str:
    """The text as a batch keeps it for its note."""
    return bulk.fitting(batch.c.note, text)


def open_refusals(engine: sa.Engine, district: str, scheme: str, moment: datetime) -> pd.DataFrame:
    """The refused batches received by a moment that nothing has closed, in the order of taking, one row each."""
    own = sa.select(batch).where(
        batch.c.district == district,
        batch.c.scheme == scheme,
        batch.c.status == REFUSED,
        batch.c.superseded_by.is_(None),
        batch.c.received_at <= moment,
    )
    with reading(engine) as connection:
        return bulk.fetch(connection, own.order_by(batch.c.seq))


def close(engine: sa.Engine, batch_ids: Sequence[str], by: str) -> None:
    """Closes refused batches with their rejections: by the batch in force that is back, or WITHDRAWN."""
    with engine.begin() as connection:
        for batch_id in batch_ids:
            _supersede(connection, batch_id, by)


def knowledge(engine: sa.Engine, district: str, scheme: str, as_of: datetime) -> Knowledge:
    """What had been received by `as_of`, as far as it has been taken by now. Raises WarehouseError for the future."""
    if as_of > datetime.now(UTC):
        raise WarehouseError(f"{as_of.isoformat(timespec='minutes')}还没有到。截至时间、接收时间不能晚于现在")
    own = sa.select(sa.func.max(batch.c.seq)).where(
        batch.c.district == district, batch.c.scheme == scheme, batch.c.received_at <= as_of
    )
    with reading(engine) as connection:
        return Knowledge(as_of, connection.scalar(own) or 0)


def in_force(
    engine: sa.Engine, district: str, scheme: str, kinds: Sequence[str], known: Knowledge | None = None
) -> pd.DataFrame:
    """Batches that were in force as known then (None: now), in the order in which they were received.

    Of a delivery the batch received last, and of platform events all.
    """
    taken_by_then = sa.select(batch).where(
        batch.c.district == district, batch.c.scheme == scheme, batch.c.kind.in_(kinds), batch.c.status == TAKEN
    )
    if known is not None:
        taken_by_then = taken_by_then.where(batch.c.received_at <= known.as_of, batch.c.seq <= known.seq)
    with reading(engine) as connection:
        found = bulk.fetch(connection, taken_by_then.order_by(batch.c.received_at, batch.c.seq))
    is_replaced = found.duplicated(["kind", "sender", "period"], keep="last") & (found["kind"] != NEVER_REPLACED)
    return found[~is_replaced].reset_index(drop=True)


def open_rejections(engine: sa.Engine, batch_ids: Sequence[str]) -> pd.DataFrame:
    """What still stands against the batches, one row a rejection."""
    with reading(engine) as connection:
        found = [
            bulk.fetch(
                connection,
                sa.select(rejection)
                .where(rejection.c.batch_id.in_(part), rejection.c.resolved_by.is_(None))
                .order_by(rejection.c.rejection_id),
            )
            for part in rejections.parts(list(batch_ids))
        ]
    return pd.concat(found, ignore_index=True)


def _is_there(connection: sa.Connection, batch_id: str) -> bool:
    return connection.scalar(sa.select(sa.exists().where(batch.c.batch_id == batch_id))) is True


def _lake_path(given: Batch) -> str:
    return f"{given.district}/{given.scheme}/{given.kind}/{given.period or 'all'}/{given.batch_id}.parquet"


def _store(connection: sa.Connection, given: Batch) -> None:
    own = (batch.c.district == given.district) & (batch.c.scheme == given.scheme)
    last = connection.scalar(sa.select(sa.func.max(batch.c.seq)).where(own)) or 0
    row = asdict(given) | rejections.period_columns(given.period) | {"seq": last + 1, "superseded_by": None}
    bulk.insert(connection, batch, pd.DataFrame([row]))


def _replace(connection: sa.Connection, given: Batch) -> None:
    """Says of the batches around `given` which replaces which, whatever the order in which they were taken."""
    siblings = _siblings(connection, given)
    place = next(n for n, sibling in enumerate(siblings) if sibling.batch_id == given.batch_id)
    new, earlier, later = siblings[place], siblings[:place], siblings[place + 1 :]
    coming = {sibling.batch_id for sibling in later}
    for sibling in earlier:
        if _replaces(new, sibling) and (sibling.superseded_by is None or sibling.superseded_by in coming):
            _supersede(connection, sibling.batch_id, new.batch_id)
    if successor := next((sibling for sibling in later if _replaces(sibling, new)), None):
        _supersede(connection, new.batch_id, successor.batch_id)


def _siblings(connection: sa.Connection, given: Batch) -> Sequence[sa.Row[Any]]:
    """Batches of the same delivery or the same file, in the order in which they were received."""
    same_delivery = (batch.c.kind == given.kind) & (batch.c.sender == given.sender) & (batch.c.period == given.period)
    own = (batch.c.district == given.district) & (batch.c.scheme == given.scheme)
    return connection.execute(
        sa.select(batch)
        .where(own, same_delivery | (batch.c.file == given.file))
        .order_by(batch.c.received_at, batch.c.seq)
    ).all()


def _replaces(later: sa.Row[Any], earlier: sa.Row[Any]) -> bool:
    is_same_delivery = _delivery(later) == _delivery(earlier) and later.kind != NEVER_REPLACED
    if earlier.status == REFUSED:
        return later.file == earlier.file or (is_same_delivery and later.status == TAKEN)
    return is_same_delivery and later.status == TAKEN


def _delivery(row: sa.Row[Any]) -> tuple[str, str, str]:
    return row.kind, row.sender, row.period


def _supersede(connection: sa.Connection, batch_id: str, by: str) -> None:
    connection.execute(sa.update(batch).where(batch.c.batch_id == batch_id).values(superseded_by=by))
    still_open = (rejection.c.batch_id == batch_id) & rejection.c.resolved_by.is_(None)
    connection.execute(sa.update(rejection).where(still_open).values(resolved_by=by))
