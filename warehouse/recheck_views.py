"""The published view of the re-check sample: what is to be re-checked, and what came of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from warehouse.restricted import units_left_out_of
from warehouse.tables import recheck_sample
from warehouse.view_columns import COMMON

DONE, OPEN = "done", "open"
STATUS_NAMES = {OPEN: "待复核", DONE: "已复核"}


def recheck_samples() -> sa.Select[Any]:
    """A row per declaration that was drawn."""
    names = (
        "org_code org_name domain domain_name parent_code parent_name town item_code item_name declared_at value_text"
        " seed drawn_at known_seq recheck_status recheck_value checked_by checked_on"
    )
    nothing = [sa.cast(sa.null(), sa.BigInteger).label(name) for name in ("edition_id", "revision")]
    result = recheck_sample.c.recheck_status, recheck_sample.c.recheck_value
    is_open = sa.and_(*(column.is_(None) for column in result))
    shown = [
        *(recheck_sample.c[name] for name in COMMON if name not in ("edition_id", "revision")),
        *nothing,
        *(recheck_sample.c[name] for name in names.split()),
        sa.cast(sa.case((is_open, OPEN), else_=DONE), sa.String(16)).label("status"),
        sa.cast(sa.case((is_open, STATUS_NAMES[OPEN]), else_=STATUS_NAMES[DONE]), sa.String(20)).label("status_name"),
    ]
    return units_left_out_of(sa.select(*shown), recheck_sample)
