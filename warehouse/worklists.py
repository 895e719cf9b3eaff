"""The register of the re-check sample: who was drawn, when and with what seed, and what the re-check found.

No part of an edition: a period's sample is drawn once, grows where there is more to draw from, and loses nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import sqlalchemy as sa

from warehouse import bulk
from warehouse.database import reading
from warehouse.rejections import period_columns
from warehouse.tables import recheck_sample
from warehouse.views import VIEWS

RESULT_COLUMNS = ("recheck_status", "recheck_value", "checked_by", "checked_on")
_KEY = ["org_code", "item_code"]


@dataclass(frozen=True)
class Draw:
    """A draw of a period: its seed, the moment, and the number of the last batch that was known."""

    seed: str
    drawn_at: datetime
    known_seq: int


def sample(engine: sa.Engine, district: str, scheme: str, periods: list[str]) -> pd.DataFrame:
    """What was drawn for the periods, in the columns of the table; types as `bulk.fetch`."""
    own = sa.select(recheck_sample).where(*_of(district, scheme), recheck_sample.c.period.in_(periods))
    with reading(engine) as connection:
        return bulk.fetch(connection, own.order_by(*(recheck_sample.c[name] for name in ("period", *_KEY))))


def keep_sample(
    engine: sa.Engine, district: str, scheme: str, period: str, rows: pd.DataFrame, draw: Draw
) -> pd.DataFrame:
    """Adds to the period's sample the `rows` (transforms.recheck.CANDIDATE_COLUMNS) that are not in it yet.

    Returns what was added. What stands there stays as it was drawn. Call it under the lock of the district and scheme.
    """
    there = pd.MultiIndex.from_frame(sample(engine, district, scheme, [period])[_KEY])
    new = rows[~pd.MultiIndex.from_frame(rows[_KEY]).isin(there)]
    given = {"district": district, "scheme": scheme, "period": period, **period_columns(period), **vars(draw)}
    nothing = {name: pd.Series(None, index=new.index, dtype="str") for name in RESULT_COLUMNS}
    with engine.begin() as connection:
        bulk.insert(connection, recheck_sample, new.assign(**given, **nothing))
    return new


def record_results(engine: sa.Engine, district: str, scheme: str, period: str, results: pd.DataFrame) -> None:
    """Puts what is known of re-checks now into the period's sample, in the place of what was known before.

    `results`: one row an organisation and item, with RESULT_COLUMNS; what it does not name is still to be re-checked.
    """
    stored = sample(engine, district, scheme, [period])
    found = stored.drop(columns=list(RESULT_COLUMNS)).merge(results, on=_KEY, how="left", validate="1:1")
    place = (*_of(district, scheme), recheck_sample.c.period == period)
    with engine.begin() as connection:
        connection.execute(sa.delete(recheck_sample).where(*place))
        bulk.insert(connection, recheck_sample, found)


def progress(engine: sa.Engine, district: str, scheme: str, period: str | None = None) -> pd.DataFrame:
    """How far the re-checks are, latest period first: organizations and declarations drawn, and those done."""
    shown = VIEWS["recheck_samples"]
    query = (
        sa.select(
            shown.c.period,
            sa.func.count(sa.distinct(shown.c.org_code)).label("organizations"),
            sa.func.count().label("declarations"),
            sa.func.sum(sa.case((shown.c.status == "done", 1), else_=0)).label("done"),
        )
        .where(shown.c.district == district, shown.c.scheme == scheme)
        .group_by(shown.c.period, shown.c.period_end)
        .order_by(shown.c.period_end.desc(), shown.c.period)
    )
    if period is not None:
        query = query.where(shown.c.period == period)
    with reading(engine) as connection:
        return bulk.fetch(connection, query)


def _of(district: str, scheme: str) -> tuple[sa.ColumnElement[bool], ...]:
    return recheck_sample.c.district == district, recheck_sample.c.scheme == scheme
