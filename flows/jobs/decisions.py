"""Decisions about weak and lax organisations: from the deliveries in force into their register."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from flows.jobs.context import Context
from schemas.periods import Period
from transforms.checks.decisions import check_decisions
from transforms.checks.registry import registry_of
from transforms.registry import Registry
from warehouse import proposals as register

_UNIT = ["org_code", "org_name", "domain", "town", "parent_code"]


def record_decisions(context: Context, year: Period) -> None:
    """Brings the register of decisions in line with the year's delivery in force, as registry and rules know it now."""
    now = datetime.now(UTC)
    rulebook, known = context.rules(year.end, now), context.known(context.knowledge(now))
    registry = registry_of(known.registry(), rulebook)
    accepted = check_decisions(known.decisions(year), registry, rulebook, year).accepted
    rows = accepted.drop_duplicates("org_code").drop(columns=["row_no", "counts", "value_num", "value_den"])
    named = rows.merge(_units(registry, year), on="org_code", how="left", validate="1:1")
    register.decide(context.engine, context.district, context.scheme, str(year), named)


def _units(registry: Registry, year: Period) -> pd.DataFrame:
    """What each organisation of the year was last called, and where it was; one row a code."""
    spans = registry.spans
    inside = spans[(spans["first_day"] <= year.end.toordinal()) & (spans["last_day"] >= year.start.toordinal())]
    return inside.drop_duplicates("org_code", keep="last")[_UNIT]
