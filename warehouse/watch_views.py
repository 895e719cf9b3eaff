"""The published view of weak and lax organisations: who is proposed beside what people decided."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from warehouse.restricted import units_left_out_of
from warehouse.tables import decision, proposal
from warehouse.view_columns import COMMON, attainment

_PLACE = ("district", "scheme", "period", "cadence", "period_start", "period_end")
_UNIT = ("org_code", "org_name", "domain", "town", "parent_code")
_PROPOSED = (
    "list_place", "is_proposed", "colour", "circumstances", "circumstance_codes", "pool_months", "index_points",
    "full_points", "score_period", "reason", "made_of", "made_at",
)  # fmt: skip
_DECIDED = ("decision", "cause", "decided_by", "decided_on", "due_on", "converted_on", "outcome_text")
_BESIDE = sa.and_(
    *(proposal.c[name] == decision.c[name] for name in ("district", "scheme", "period", "org_code")),
)


def weak_and_lax() -> sa.Select[Any]:
    """A row per organisation that came into question in a year, or about which people decided without that."""
    rows = sa.union_all(_proposed(), _decided_alone()).subquery("rows")
    nothing = [sa.cast(sa.null(), sa.BigInteger).label(name) for name in ("edition_id", "revision")]
    shown = [
        *(rows.c[name] for name in COMMON if name not in ("edition_id", "revision")),
        *nothing,
        *(rows.c[name] for name in _UNIT),
        *(_or_nothing(rows.c[name]) for name in _PROPOSED if name not in ("index_points", "full_points")),
        attainment(rows.c.index_points, rows.c.full_points),
        *(_or_nothing(rows.c[name]) for name in _DECIDED),
        _status(rows).label("status"),
    ]
    return units_left_out_of(sa.select(*shown), rows)


def _or_nothing(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column, which may be empty in the view though it is not in its table."""
    return sa.type_coerce(column, column.type).label(str(column.key))


def _proposed() -> sa.Select[Any]:
    """Who is among the proposals, with the decision where there is one."""
    return sa.select(
        *(proposal.c[name] for name in (*_PLACE, *_UNIT, *_PROPOSED)), *(decision.c[name] for name in _DECIDED)
    ).select_from(proposal.outerjoin(decision, _BESIDE))


def _decided_alone() -> sa.Select[Any]:
    """Whom people decided about though nothing proposes them."""
    empty = [sa.cast(sa.null(), proposal.c[name].type).label(name) for name in _PROPOSED]
    return sa.select(
        *(decision.c[name] for name in (*_PLACE, *_UNIT)), *empty, *(decision.c[name] for name in _DECIDED)
    ).where(~sa.exists().where(_BESIDE).correlate(decision))


def _status(rows: sa.FromClause) -> sa.ColumnElement[str]:
    """undecided, listed, not_listed or converted; whether the deadline is over depends on the day of whoever asks."""
    state = sa.case(
        (rows.c.decision.is_(None), "undecided"),
        (rows.c.converted_on.is_not(None), "converted"),
        else_=rows.c.decision,
    )
    return sa.cast(state, sa.String(16))
