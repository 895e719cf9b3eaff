"""Editions: written under their id and seen by nobody, until one transaction moves the pointer of their period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa

from warehouse import bulk, rejections
from warehouse.database import WarehouseError, reading
from warehouse.tables import EDITION_TABLES, edition, edition_pointer, edition_source

BUILDING, PUBLISHED, FAILED = "building", "published", "failed"
INTERRUPTED = "运行中断，没有发布；所写数据已清除"


class PointerMoved(WarehouseError):
    """Another run has published this period meanwhile: compute again from what is current now."""


@dataclass(frozen=True)
class Edition:
    """One edition of a period. The last five fields are set while it is written, gated and published."""

    edition_id: int
    district: str
    scheme: str
    period: str
    cadence: str
    period_start: date
    period_end: date
    revision: int
    as_of: datetime
    known_seq: int
    rulebook_version: str
    rulebook_hash: str
    rules_id: str
    inputs_hash: str
    code_version: str
    is_provisional: bool
    cause: str
    note: str = ""
    status: str = BUILDING
    created_at: datetime | None = None
    published_at: datetime | None = None
    row_count: int | None = None
    report: str | None = None


_FIELDS = sa.select(*(edition.c[field.name] for field in fields(Edition)))


def current(
    engine: sa.Engine, district: str, scheme: str, period: str, as_of: datetime | None = None
) -> Edition | None:
    """The edition that readers see of a period, or the last that was computed from what was known by `as_of`; None
    where there is or was none."""
    own = _FIELDS.where(edition.c.district == district, edition.c.scheme == scheme, edition.c.period == period)
    if as_of is None:
        own = own.join(edition_pointer, edition_pointer.c.edition_id == edition.c.edition_id)
    else:
        own = own.where(edition.c.status == PUBLISHED, edition.c.as_of <= as_of)
        own = own.order_by(edition.c.as_of.desc(), edition.c.revision.desc()).limit(1)
    with reading(engine) as connection:
        row = connection.execute(own).mappings().one_or_none()
    return None if row is None else Edition(**row)


def all_current(engine: sa.Engine, district: str, scheme: str) -> list[Edition]:
    """The current edition of every period, by first day, a longer period after the shorter ones that it begins with."""
    own = _FIELDS.where(edition.c.district == district, edition.c.scheme == scheme)
    own = own.join(edition_pointer, edition_pointer.c.edition_id == edition.c.edition_id)
    with reading(engine) as connection:
        found = connection.execute(own.order_by(edition.c.period_start, edition.c.period_end)).mappings()
        return [Edition(**row) for row in found]


def sources(engine: sa.Engine, edition_id: int) -> list[Edition]:
    """The editions that this one was computed from: of the period before it, and of its parts."""
    own = _FIELDS.join(edition_source, edition_source.c.source_id == edition.c.edition_id)
    with reading(engine) as connection:
        found = connection.execute(own.where(edition_source.c.edition_id == edition_id)).mappings()
        return [Edition(**row) for row in found]


def by_id(engine: sa.Engine, edition_id: int) -> Edition:
    """The edition of that number, whatever its status. Raises WarehouseError if there is none."""
    with reading(engine) as connection:
        row = connection.execute(_FIELDS.where(edition.c.edition_id == edition_id)).mappings().one_or_none()
    if row is None:
        raise WarehouseError(f"没有版本号为{edition_id}的版次")
    return Edition(**row)


def write(engine: sa.Engine, new: Edition, frames: Mapping[str, pd.DataFrame]) -> None:
    """Writes the rows of an edition, in place of what an earlier run left under its id.

    `frames`: table name (tables.EDITION_TABLES) to rows without edition_id; a table without rows may be absent. All of
    it is one transaction. Raises WarehouseError if the edition is published already, ValueError for rows that do not
    fit their table (see bulk.insert).
    """
    if unknown := sorted(set(frames) - set(EDITION_TABLES)):
        raise ValueError(f"an edition has no table {', '.join(unknown)}")
    with engine.begin() as connection:
        if _status(connection, new.edition_id) == PUBLISHED:
            raise WarehouseError(f"{new.period}的版次{new.edition_id}已经发布，不能改写")
        _remove_rows(connection, new.edition_id)
        connection.execute(sa.delete(edition).where(edition.c.edition_id == new.edition_id))
        counts = sum(len(frame) for frame in frames.values())
        row = asdict(new) | {"status": BUILDING, "created_at": new.created_at or datetime.now(UTC), "row_count": counts}
        bulk.insert(connection, edition, pd.DataFrame([row]))
        for name, frame in frames.items():
            bulk.insert(connection, EDITION_TABLES[name], frame.assign(edition_id=new.edition_id))
    _refresh_statistics(engine)


def publish(
    engine: sa.Engine, edition_id: int, replaces: int | None, new_rejections: pd.DataFrame, resolved_ids: list[str]
) -> None:
    """Makes the edition the current one of its period, with the rejections that it found and those that it resolves.

    One transaction; readers see the old edition or the new one. `new_rejections` has the columns rejections.GIVEN.
    Raises PointerMoved, and changes nothing, if the current edition is not `replaces` (None: there is none);
    WarehouseError if the edition is not being built or its rows are not those that were written.
    """
    with engine.begin() as connection:
        row = connection.execute(_alone(sa.select(edition).where(edition.c.edition_id == edition_id))).one_or_none()
        if row is None or row.status != BUILDING:
            raise WarehouseError(f"版次{edition_id}不在生成中，不能发布")
        moment = _after(connection, replaces)
        _move_pointer(connection, row, replaces, moment)
        if _count_rows(connection, edition_id) != row.row_count:
            raise WarehouseError(f"版次{edition_id}的数据与写入时不同：有另一个任务动过它。请重新运行")
        now_current = sa.update(edition).where(edition.c.edition_id == edition_id)
        connection.execute(now_current.values(status=PUBLISHED, published_at=moment))
        rejections.add(connection, new_rejections, edition_id)
        rejections.resolve(connection, resolved_ids, str(edition_id))


def confirm(engine: sa.Engine, edition_id: int, known_seq: int) -> None:
    """Records that a run which knew the batches up to `known_seq` came to the same as the current edition."""
    moment = {"confirmed_seq": known_seq, "confirmed_at": datetime.now(UTC)}
    with engine.begin() as connection:
        connection.execute(
            sa.update(edition_pointer)
            .where(edition_pointer.c.edition_id == edition_id, edition_pointer.c.confirmed_seq <= known_seq)
            .values(**moment)
        )


def fail(engine: sa.Engine, edition_id: int, note: str) -> None:
    """Records that the edition was not published and why; its rows go, its report stays.

    Raises WarehouseError for a published one.
    """
    with engine.begin() as connection:
        _fail(connection, edition_id, note)


def sweep(engine: sa.Engine, district: str, scheme: str) -> list[int]:
    """Removes the rows of editions that a killed run left behind, records them as failed and returns their ids.

    Nobody may be building an edition of this district and scheme: call it under their lock.
    """
    left = sa.select(edition.c.edition_id).where(
        edition.c.district == district, edition.c.scheme == scheme, edition.c.status == BUILDING
    )
    with engine.begin() as connection:
        ids = list(connection.scalars(_alone(left)))
        for edition_id in ids:
            _fail(connection, edition_id, INTERRUPTED)
    return ids


def rows(engine: sa.Engine, edition_id: int, table: str) -> pd.DataFrame:
    """The edition's rows of a table, without edition_id, as `bulk.fetch` types them; published or not."""
    source = EDITION_TABLES[table]
    columns = [column for column in source.columns if column.name != "edition_id"]
    with reading(engine) as connection:
        return bulk.fetch(connection, sa.select(*columns).where(source.c.edition_id == edition_id))


def report_at(engine: sa.Engine, edition_id: int, report: str) -> None:
    """Records where the gate's report on the edition is."""
    with engine.begin() as connection:
        connection.execute(sa.update(edition).where(edition.c.edition_id == edition_id).values(report=report))


def _status(connection: sa.Connection, edition_id: int) -> str | None:
    return connection.scalar(_alone(sa.select(edition.c.status).where(edition.c.edition_id == edition_id)))


def _alone(query: sa.Select[Any]) -> sa.Select[Any]:
    """The query, whose editions nobody else changes until the transaction ends: whoever is at it is waited for.

    The lock of the district does not suffice: on PostgreSQL it may be lost, and the next run sweeps while this one is
    publishing.
    """
    return query.with_for_update()


def _remove_rows(connection: sa.Connection, edition_id: int) -> None:
    for table in EDITION_TABLES.values():
        connection.execute(sa.delete(table).where(table.c.edition_id == edition_id))


def _count_rows(connection: sa.Connection, edition_id: int) -> int:
    counts = [
        sa.select(sa.func.count()).select_from(table).where(table.c.edition_id == edition_id).scalar_subquery()
        for table in EDITION_TABLES.values()
    ]
    return sum(connection.execute(sa.select(*counts)).one())


def _move_pointer(
    connection: sa.Connection, new: sa.Row[tuple[object, ...]], replaces: int | None, moment: datetime
) -> None:
    place = {name: getattr(new, name) for name in ("district", "scheme", "period")}
    points = {"edition_id": new.edition_id, "confirmed_seq": new.known_seq, "confirmed_at": moment}
    if replaces is None:
        try:
            connection.execute(sa.insert(edition_pointer).values(**place, **points))
        except sa.exc.IntegrityError as error:
            raise PointerMoved(f"{new.period}刚刚由另一个任务发布了新的版次。请重新运行") from error
        return
    own = sa.and_(*(edition_pointer.c[name] == value for name, value in place.items()))
    still = sa.update(edition_pointer).where(own, edition_pointer.c.edition_id == replaces)
    if connection.execute(still.values(**points)).rowcount != 1:
        raise PointerMoved(f"{new.period}刚刚由另一个任务发布了新的版次。请重新运行")


def _after(connection: sa.Connection, replaces: int | None) -> datetime:
    """Now, and in any case after the edition that is replaced: `current(as_of=…)` relies on the order."""
    before = connection.scalar(sa.select(edition.c.published_at).where(edition.c.edition_id == replaces))
    now = datetime.now(UTC)
    return now if before is None else max(now, before + timedelta(microseconds=1))


def _fail(connection: sa.Connection, edition_id: int, note: str) -> None:
    if _status(connection, edition_id) == PUBLISHED:
        raise WarehouseError(f"版次{edition_id}已经发布，不能再记为失败")
    _remove_rows(connection, edition_id)
    failed = {"status": FAILED, "note": bulk.fitting(edition.c.note, note), "row_count": 0}
    connection.execute(sa.update(edition).where(edition.c.edition_id == edition_id).values(**failed))


def _refresh_statistics(engine: sa.Engine) -> None:
    """PostgreSQL plans the gate's joins by statistics that do not know the new edition yet."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for name in EDITION_TABLES:
                connection.exec_driver_sql(f"ANALYZE {name}")
