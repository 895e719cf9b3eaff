"""Who must see to a warning: the first of a condition's candidates that exists (RULES §1, three-colour pool)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from schemas.conditions import Condition
from schemas.outcomes import ByBody, Consequence, Itself, MostPointsLost, NearestKind, Responsible
from schemas.rulebook import RuleBook
from transforms.lookup import positions
from transforms.registry import ancestors_of_kind

UNIT = "unit:"
"""Item code of a warning that speaks of all items of one lead unit: this prefix and the unit's code."""


def points_by_unit(lines: pd.DataFrame, column: str, size: int, rulebook: RuleBook) -> pd.DataFrame:
    """Sum of `column` over the items of each lead unit, deductions aside; units in the order of the rule book.

    Grain: organisations (by position, `size` of them) × lead units.
    """
    units = list(dict.fromkeys(item.lead_unit for item in rulebook.listed_items))
    unit_of = np.array([*(units.index(item.lead_unit) for item in rulebook.listed_items), -1])
    unit = unit_of[positions(lines["item_code"], pd.Index([item.code for item in rulebook.listed_items]))]
    led = unit >= 0
    total = np.zeros((size, len(units)), dtype=np.int64)
    np.add.at(
        total, (lines["org"].to_numpy(dtype=np.int64)[led], unit[led]), lines[column].to_numpy(dtype=np.int64)[led]
    )
    return pd.DataFrame(total, columns=units)


def points_lost(lines: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """Points lost by organisation (index: org_code) on the items of each lead unit, deductions aside."""
    full, earned = (points_by_unit(lines, column, len(assessed), rulebook) for column in ("full_points", "points"))
    return (full - earned).set_index(pd.Index(assessed["org_code"]))


def with_responsible(
    triggers: pd.DataFrame, organizations: pd.DataFrame, lost: pd.DataFrame, rulebook: RuleBook
) -> pd.DataFrame:
    """Adds responsible_code and responsible_name to triggers (org_code, warning_code, item_code)."""
    return led(triggers, triggers["warning_code"], rulebook.conditions, organizations, lost, rulebook)


def led(
    rows: pd.DataFrame,
    codes: pd.Series,
    entries: Sequence[Condition] | Sequence[Consequence],
    organizations: pd.DataFrame,
    lost: pd.DataFrame,
    rulebook: RuleBook,
) -> pd.DataFrame:
    """Adds responsible_code and responsible_name to rows (org_code, item_code), by the entry that `codes` says.

    `lost`: points lost by lead unit, indexed by org_code, units in rule-book order, so that a tie goes to the unit that
    is named first. Both are "" where no candidate exists.
    """
    code = pd.Series(np.nan, index=rows.index, dtype="str")
    for entry in entries:
        own = codes == entry.code
        for candidate in entry.responsible:
            found = _candidate(candidate, rows[own & code.isna()], organizations, lost)
            code = code.fillna(found)
    names = dict(zip(organizations["org_code"], organizations["org_name"], strict=True))
    names |= {body.code: body.name for body in rulebook.bodies}
    name = code.map(names).astype("str").fillna(code)
    return rows.assign(responsible_code=code.fillna(""), responsible_name=name.fillna(""))


def _candidate(
    candidate: Responsible, triggers: pd.DataFrame, organizations: pd.DataFrame, lost: pd.DataFrame
) -> pd.Series:
    match candidate:
        case NearestKind(kinds=kinds):
            return ancestors_of_kind(organizations, triggers["org_code"], kinds)
        case MostPointsLost():
            return _unit(triggers, lost)
        case Itself():
            return triggers["org_code"].astype("str")
        case ByBody(code=code):
            return pd.Series(code, index=triggers.index, dtype="str")


def _unit(triggers: pd.DataFrame, lost: pd.DataFrame) -> pd.Series:
    """The unit that the trigger names, otherwise the one on whose items its organisation lost most points."""
    named = triggers["item_code"].str.removeprefix(UNIT).where(triggers["item_code"].str.startswith(UNIT))
    if triggers.empty:
        return named
    most = lost.reindex(triggers["org_code"]).idxmax(axis=1)
    return named.fillna(pd.Series(most.to_numpy(), index=triggers.index, dtype="str"))
