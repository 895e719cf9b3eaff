"""What an edition holds of one unit, also where its kind is restricted: for the command, whose user has the warehouse.

Readers of the published views see nothing of this (`warehouse.restricted`).
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from warehouse import board_views, bulk, outcome_views, register_views, score_views
from warehouse.database import reading
from warehouse.tables import organization, person_share

_OF_UNITS: dict[str, sa.Select[Any]] = {
    "index_scores": score_views.index_scores(),
    "dimension_scores": score_views.dimension_scores(),
    "ledger": score_views.ledger(),
    "warnings": score_views.warnings(),
    "grades": outcome_views.grades(),
    "adjustments": outcome_views.adjustments(),
    "tasks": outcome_views.tasks(),
    "roll_ups": outcome_views.roll_ups(),
    "diagnoses": board_views.diagnoses(),
    "restatements": board_views.restatements(),
    "corrections": register_views.corrections(),
    "exemptions": register_views.exemptions(),
    "organizations": score_views.organizations(),
}


def is_restricted(engine: sa.Engine, edition_id: int, org_code: str) -> bool:
    """Whether the edition has a unit of this code that no published view shows."""
    own = sa.select(organization.c.is_restricted).where(
        organization.c.edition_id == edition_id, organization.c.org_code == org_code
    )
    with reading(engine) as connection:
        return bool(connection.execute(own).scalar())


def of_unit(engine: sa.Engine, name: str, edition_id: int, org_code: str) -> pd.DataFrame:
    """The rows that the view `name` would have of the unit if nothing were left out of it; types as `bulk.fetch`."""
    query = _OF_UNITS[name]
    columns = query.selected_columns
    own = query.where(columns["edition_id"] == edition_id, columns["org_code"] == org_code)
    return _fetch(engine, own.order_by(*columns))


def shares(engine: sa.Engine, edition_id: int, org_code: str) -> pd.DataFrame:
    """The rows of the table `person_share` of one unit."""
    table = person_share
    own = sa.select(table).where(table.c.edition_id == edition_id, table.c.org_code == org_code)
    return _fetch(engine, own.order_by(table.c.share))


def _fetch(engine: sa.Engine, query: sa.Select[Any]) -> pd.DataFrame:
    with reading(engine) as connection:
        return bulk.fetch(connection, query)
