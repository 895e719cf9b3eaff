"""The registers of weak and lax organisations: who is proposed in a year, and what people decided.

Neither is part of an edition: a run of the year's proposals, and a delivery of its decisions, replace the former whole.
"""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import sqlalchemy as sa

from warehouse import bulk
from warehouse.database import reading
from warehouse.rejections import period_columns
from warehouse.tables import decision, proposal


def propose(
    engine: sa.Engine, district: str, scheme: str, year: str, made_of: str, made_at: datetime, rows: pd.DataFrame
) -> None:
    """Puts the year's proposals (the stage frame `proposal`) in the place of the former ones."""
    _replace(engine, proposal, district, scheme, year, rows.assign(made_of=made_of, made_at=made_at))


def decide(engine: sa.Engine, district: str, scheme: str, year: str, rows: pd.DataFrame) -> None:
    """Puts the decisions that are in force in the place of the former ones of the year.

    One row an organisation: org_code, org_name, domain, town, parent_code, decision, cause, decided_by, decided_on,
    due_on, converted_on, outcome_text, batch_id.
    """
    _replace(engine, decision, district, scheme, year, rows)


def decisions(engine: sa.Engine, district: str, scheme: str) -> pd.DataFrame:
    """The decisions that are in force, of all years; types as `bulk.fetch`."""
    own = sa.select(decision).where(decision.c.district == district, decision.c.scheme == scheme)
    with reading(engine) as connection:
        return bulk.fetch(connection, own.order_by(decision.c.period, decision.c.org_code))


def _replace(engine: sa.Engine, table: sa.Table, district: str, scheme: str, year: str, rows: pd.DataFrame) -> None:
    place = {"district": district, "scheme": scheme, "period": year}
    with engine.begin() as connection:
        connection.execute(sa.delete(table).where(*(table.c[name] == value for name, value in place.items())))
        bulk.insert(connection, table, rows.assign(**place, **period_columns(year)))
