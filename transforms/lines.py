"""The ledger lines of a period: what its parts bring along, its own items, deductions, adjustments and floors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms.adjustments import adjustment_lines, index_floor
from transforms.coefficients import coefficient_lines, coefficients, places_moved
from transforms.ledger import deductions, floors, ledger
from transforms.observations import together
from transforms.parts import Parts, carried_lines, stacked
from transforms.relatives import of_relatives, waves
from transforms.scoring import Observations


@dataclass(frozen=True)
class Lines:
    """`lines`: the ledger, organisations by position. `coefficients`: c by unit, with the places that it moved."""

    lines: pd.DataFrame
    coefficients: pd.DataFrame


def period_lines(
    observed: Observations,
    parts: Sequence[Parts],
    organizations: pd.DataFrame,
    assessed: pd.DataFrame,
    rulebook: RuleBook,
    period: Period,
    exempt: np.ndarray | None = None,
) -> Lines:
    """The ledger of a period, domain by domain: units whose items read other units' results come after those.

    `exempt`: organisations assessed × items of the rule book, whether somebody has exempted the one from the other.
    Lines made of the parts' have their `reason` and `evidence`; those of the period's own have neither.
    """
    cadence, rule = period.cadence, rulebook.cadences[period.cadence]
    lines = stacked(*(carried_lines(one, assessed, rulebook, rule) for one in parts))
    lost = deductions(observed.findings, rulebook, cadence)
    tables = []
    for domains in waves(rulebook, cadence):
        of_units = of_relatives(organizations, assessed, lines, rulebook, cadence, domains)
        earned = ledger(together(observed.items, of_units), assessed, rulebook, period, domains, exempt)
        is_own = assessed["domain"].isin(domains).to_numpy()
        own = stacked(lines[is_own[lines["org"]]], earned, lost[is_own[lost["org"]]])
        own = _lifted(own, floors(own, rulebook))
        own = stacked(own, adjustment_lines(observed.registered, own, assessed, rulebook, cadence, domains))
        tables.append(coefficients(own, assessed, rulebook, cadence, domains))
        own = stacked(own, coefficient_lines(tables[-1], own, rulebook))
        own = _lifted(own, index_floor(own, rulebook))
        lines = stacked(lines[~is_own[lines["org"]]], own)
    return Lines(lines, places_moved(pd.concat(tables, ignore_index=True), lines, assessed, rulebook))


def _lifted(lines: pd.DataFrame, by: pd.DataFrame) -> pd.DataFrame:
    """The lines with floors added; floors of one code, such as those that several parts brought along, are one."""
    both = stacked(lines, by)
    is_floor, key = both["status"].eq("floor"), ["org", "item_code"]
    if not both.loc[is_floor, key].duplicated().any():
        return both
    total = both[is_floor].groupby(key)["points"].transform("sum")
    return stacked(both[~is_floor], both[is_floor].assign(points=total).drop_duplicates(key))
