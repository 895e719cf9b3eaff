"""Periods that are held back because something that was due has not come: what for, since when and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from warehouse import bulk
from warehouse.database import reading
from warehouse.tables import held


@dataclass(frozen=True)
class Held:
    """A period that is held back. `until`: the last day on which it is; None: until everything is there."""

    period: str
    held_since: datetime
    note: str
    until: date | None


def hold(
    engine: sa.Engine, district: str, scheme: str, period: str, moment: datetime, note: str, until: date | None
) -> None:
    """Records that a period is held back, or what for by now; it is held since the moment of the first time."""
    now = {"note": bulk.fitting(held.c.note, note), "until": until}
    with engine.begin() as connection:
        known = connection.execute(sa.update(held).where(_is(district, scheme, period)).values(**now)).rowcount
        if not known:
            where = {"district": district, "scheme": scheme, "period": period, "held_since": moment}
            connection.execute(sa.insert(held).values(**where, **now))


def release(engine: sa.Engine, district: str, scheme: str, period: str) -> None:
    """Records that a period is held back no longer; nothing where it was not."""
    with engine.begin() as connection:
        connection.execute(sa.delete(held).where(_is(district, scheme, period)))


def all_held(engine: sa.Engine, district: str, scheme: str) -> list[Held]:
    """The periods of a district and scheme that are held back, by name."""
    own = sa.select(held.c.period, held.c.held_since, held.c.note, held.c.until).where(
        held.c.district == district, held.c.scheme == scheme
    )
    with reading(engine) as connection:
        return [Held(**row) for row in connection.execute(own.order_by(held.c.period)).mappings()]


def _is(district: str, scheme: str, period: str) -> sa.ColumnElement[bool]:
    return (held.c.district == district) & (held.c.scheme == scheme) & (held.c.period == period)
