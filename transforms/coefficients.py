"""Coefficients by rank: c = 1 + (middle − rank) × step, the lines they make, and the places they move (RULES §4)."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pandas as pd

from schemas.outcomes import Coefficient
from schemas.rulebook import RuleBook
from transforms.adjustments import COEFFICIENT, FLOOR_INDEX, adjusted_lines, index_points, points_in
from transforms.exact import half_up, integers, product
from transforms.ledger import no_lines
from transforms.standings import ranks

_COLUMNS = ["org", "code", "peers", "basis_points", "rank_num", "rank_den", "value_num", "value_den"]


def coefficients(
    lines: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook, cadence: str, domains: Collection[str]
) -> pd.DataFrame:
    """The coefficients with this cadence of the units assessed in `domains`. Grain: org × code.

    value_num / value_den is c, rank_num / rank_den the exact rank by `basis_points`, the sum of the dimensions that
    it goes by, among `peers` units of the peer group; all fractions are in lowest terms.
    """
    parts = [
        _table(entry, lines, assessed, np.flatnonzero(assessed["domain"].isin(set(entry.domains) & set(domains))))
        for entry in rulebook.coefficients
        if entry.cadence == cadence
    ]
    empty = pd.DataFrame({name: pd.Series(dtype="str" if name == "code" else "int64") for name in _COLUMNS})
    return pd.concat([part for part in parts if len(part)] or [empty], ignore_index=True)


def coefficient_lines(table: pd.DataFrame, lines: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """Lines `coefficient:<code>` of half_up(points × (c − 1)), points the sum of the dimensions that c applies to.

    `table` is that of `coefficients`. A line below 0 is rounded half up, too: −0.5 becomes 0.
    """
    parts = []
    for entry in rulebook.coefficients:
        own = table[table["code"] == entry.code]
        org, num, den = (own[name].to_numpy() for name in ("org", "value_num", "value_den"))
        points = half_up(product(points_in(lines, entry.applies_to, org).to_numpy(), num - den), den)
        parts.append(adjusted_lines(org, COEFFICIENT + entry.code, entry.dimension, num, den, points))
    return pd.concat([part for part in parts if len(part)] or [no_lines()], ignore_index=True)


def places_moved(table: pd.DataFrame, lines: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """The table with places_moved: the rank in the peer group without the coefficient's lines − that with them.

    Positive: risen. `lines` are all of the period's; the index is never below 0, with the lines or without.
    """
    everyone, group = np.arange(len(assessed)), assessed["peer_group"]
    bare = index_points(lines[lines["item_code"] != FLOOR_INDEX], rulebook, everyone)
    moved = pd.Series(0, index=table.index, dtype="int64")
    for code in table["code"].unique():
        own = lines[lines["item_code"] == COEFFICIENT + code]
        part = own.groupby("org")["points"].sum().reindex(everyone, fill_value=0)
        places = ranks((bare - part).clip(lower=0), group) - ranks(bare.clip(lower=0), group)
        of_code = table["code"].eq(code)
        moved[of_code] = places.to_numpy()[table.loc[of_code, "org"]]
    return table.assign(places_moved=moved)


def coefficient(entry: Coefficient, peers: int, rank: Fraction) -> Fraction:
    """c of the unit on this rank of so many peers."""
    middle = Fraction(peers + 1, 2)
    match entry.middle:
        case "lower":
            middle = Fraction(floor(middle))
        case "upper":
            middle = Fraction(ceil(middle))
        case Fraction():
            middle = entry.middle
    return 1 + (middle - rank) * entry.step


def _table(entry: Coefficient, lines: pd.DataFrame, assessed: pd.DataFrame, org: np.ndarray) -> pd.DataFrame:
    group = assessed["peer_group"].iloc[org]
    basis = points_in(lines, entry.ranked_by, org)
    best = ranks(basis, group).to_numpy()
    peers = basis.groupby(group.to_numpy()).transform("size").to_numpy()
    ties = basis.groupby([group.to_numpy(), basis.to_numpy()]).transform("size").to_numpy()
    doubled = 2 * best + (ties - 1 if entry.ties == "average" else 0)
    cases, which = np.unique(np.column_stack([peers, doubled]), axis=0, return_inverse=True)
    rank = [Fraction(twice, 2) for _, twice in cases.tolist()]
    values = [coefficient(entry, n, place) for (n, _), place in zip(cases.tolist(), rank, strict=True)]
    exact = {"rank": rank, "value": values}
    parts = {
        f"{name}_{part}": integers([getattr(one, whole) for one in fractions])[which.reshape(-1)]
        for name, fractions in exact.items()
        for part, whole in (("num", "numerator"), ("den", "denominator"))
    }
    frame = pd.DataFrame({"org": org, "peers": peers, "basis_points": basis.to_numpy(), **parts})
    return frame.assign(code=pd.Series(entry.code, index=frame.index, dtype="str"))[_COLUMNS]
