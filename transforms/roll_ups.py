"""Figures added up along the tree (三级联动): what each unit has itself, and all below it together (RULES §3)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.outcomes import Figure, RollUp
from schemas.rulebook import POINT, RuleBook
from transforms.exact import half_up, product, sums
from transforms.lookup import by_code, positions
from transforms.observations import Observed
from transforms.tree import above, levels

ROLL_UP_COLUMNS = ["org_code", "figure", "level", "own", "children", "total", "stated"]


def roll_ups(
    organizations: pd.DataFrame,
    assessed: pd.DataFrame,
    scores: pd.DataFrame,
    lines: pd.DataFrame,
    warnings: pd.DataFrame,
    findings: Observed,
    rulebook: RuleBook,
    cadence: str,
) -> pd.DataFrame:
    """The frame `roll_up`: every figure of this cadence for every organisation, figures in rule-book order.

    Grain: org_code × figure; numbers in ten-thousandths (counts too). total = own + children, which is the sum of the
    totals of the units directly below. `level` counts the units above; where the registry has a loop, those in it have
    none. stated: the registry's own members of a unit that is not counted itself, or has others below it.

    `scores` and `warnings` have an org_code each, `findings` are the period's reviewed ones, of assessed organisations.
    """
    parent = above(organizations)
    level = levels(parent)
    is_above = np.isin(np.arange(len(parent)), parent)
    found = by_code(findings.values, assessed["org_code"])
    parts = []
    for entry in rulebook.roll_ups:
        if entry.cadence != cadence:
            continue
        own = _own(entry, organizations, assessed, scores, lines, warnings, found)
        is_counted = (
            organizations["kind"].isin(entry.kinds).to_numpy() if entry.kinds else np.ones(len(own), dtype=bool)
        )
        own = np.where(is_counted, own, 0)
        total = _totals(own, parent, level)
        stated = organizations["members"].astype("Int64") * POINT
        is_stated = (is_above | ~is_counted) & (entry.figure == "members")
        numbers = {"level": level, "own": own, "children": total - own, "total": total}
        parts.append(
            pd.DataFrame({"org_code": organizations["org_code"], "figure": entry.code, **numbers}).assign(
                stated=stated.where(is_stated)
            )
        )
    types = {"org_code": "str", "figure": "str", "stated": "Int64"}
    empty = pd.DataFrame({name: pd.Series(dtype=types.get(name, "int64")) for name in ROLL_UP_COLUMNS})
    return pd.concat([part for part in parts if len(part)] or [empty], ignore_index=True).astype(types)


def _own(
    entry: RollUp,
    organizations: pd.DataFrame,
    assessed: pd.DataFrame,
    scores: pd.DataFrame,
    lines: pd.DataFrame,
    warnings: pd.DataFrame,
    found: pd.DataFrame,
) -> np.ndarray:
    """What each organisation has itself, in ten-thousandths; 0 where nothing is known of it."""
    of_item = by_code(lines[lines["item_code"] == entry.item], assessed["org_code"])
    judged = of_item[of_item["is_met"].notna()].groupby("org_code", as_index=False)["is_met"].all()
    valued = of_item[of_item["value_den"] > 0]
    figures: dict[Figure, tuple[pd.DataFrame, pd.Series | np.ndarray | int]] = {
        "organizations": (organizations, POINT),
        "assessed": (assessed, POINT),
        "members": (organizations, organizations["members"].fillna(0) * POINT),
        "points": (scores, scores["index_points"]),
        "warnings": (warnings, POINT),
        "findings": (found, _parts(found)),
        "met": (judged, judged["is_met"].astype("int64") * POINT),
        "value": (valued, _parts(valued)),
    }
    rows, amount = figures[entry.figure]
    place = positions(rows["org_code"], pd.Index(organizations["org_code"]))
    amounts = np.broadcast_to(np.asarray(amount, dtype=np.int64), len(rows))
    return sums(amounts[place >= 0], place[place >= 0], len(organizations))


def _parts(values: pd.DataFrame) -> np.ndarray:
    """Values in whole ten-thousandths, each rounded half up."""
    den = values["value_den"].to_numpy()
    return half_up(product(values["value_num"].to_numpy(), POINT), den)


def _totals(own: np.ndarray, parent: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Each organisation's own and all that stands below it, from the leaves upwards."""
    total = own.astype(np.int64)
    for deep in range(int(level.max(initial=0)), 0, -1):
        at = np.flatnonzero(level == deep)
        np.add.at(total, parent[at], total[at])
    return total
