"""The monthly re-check sample (复核抽查): whose declarations the district looks at again. Source: RULES §1, way in 2.

Drawn is an organisation, with all its declarations that count; a stratum is a domain under one unit above.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import pandas as pd

from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms.checks.declarations import last_declared
from transforms.registry import Registry

CANDIDATE_COLUMNS = [
    "org_code", "item_code", "org_name", "domain", "domain_name", "parent_code", "parent_name", "town", "item_name",
    "declared_at", "value_text",
]  # fmt: skip
RESULT_COLUMNS = ["recheck_status", "recheck_value", "checked_by", "checked_on"]
_CELL, _PLACE = ["org_code", "item_code"], ["batch_id", "row_no"]
_STRATUM = ["domain", "parent_code"]
_WHOLE = 100


@dataclass(frozen=True)
class Lot:
    """What the order of those with equal claims hangs on: the same on every machine, and known to nobody before."""

    seed: str
    district: str
    period: str

    def of(self, org_code: str) -> str:
        """The organisation's lot; the smallest is drawn first."""
        return _digest(self.seed, self.district, self.period, org_code)


def seed_of(district: str, scheme: str, period: str, content_hashes: Iterable[str]) -> str:
    """A seed that nobody can know before the declarations have come: made of what they say."""
    return _digest(district, scheme, period, *sorted(content_hashes))[:16]


def before_recheck(declarations: pd.DataFrame) -> pd.DataFrame:
    """The declarations as they were before anyone re-checked them: what counts then has passed its review."""
    nothing = pd.Series(None, index=declarations.index, dtype="str")
    return declarations.assign(recheck_status=nothing, recheck_value=nothing)


def candidates(
    checked: pd.DataFrame, delivered: pd.DataFrame, organizations: pd.DataFrame, rulebook: RuleBook
) -> pd.DataFrame:
    """Declarations that could be re-checked. Grain: org_code, item_code; columns CANDIDATE_COLUMNS.

    `checked`: declarations in order, as `before_recheck` leaves them, `delivered` the same with their text.
    `organizations`: everyone as at the period's last day. Of several declarations of an item the one declared last is
    meant, if its review passed. Units of restricted kinds are never among them.
    """
    last = last_declared(checked, _CELL)
    texts = delivered[[*_PLACE, "value_text"]]
    found = last[last["counts"]].merge(texts, on=_PLACE, how="left", validate="m:1")
    names = organizations.set_index("org_code")["org_name"]
    units = organizations.loc[~organizations["is_restricted"], ["org_code", "org_name", *_STRATUM, "town"]]
    found = found.merge(units, on="org_code", how="inner", validate="m:1")
    found = found.assign(
        domain_name=found["domain"].map({domain.code: domain.name for domain in rulebook.domains}),
        parent_name=found["parent_code"].map(names),
        item_name=found["item_code"].map({item.code: item.name for item in rulebook.items}),
    )
    return found.sort_values(_CELL, ignore_index=True)[CANDIDATE_COLUMNS]


def last_looked_at(seen: Iterable[tuple[Period, pd.Series]], registry: Registry, day: int) -> pd.Series:
    """When each organisation was last drawn or re-checked: the ordinal of that period's last day, by org_code.

    `seen`: earlier periods, each with codes of those who were; they stand under the code that they bear on `day`.
    """
    frames = [
        pd.DataFrame({"org_code": registry.code_on(codes, day), "last": period.end.toordinal()})
        for period, codes in seen
    ]
    known = pd.concat([pd.DataFrame({"org_code": pd.Series(dtype="str"), "last": pd.Series(dtype="int64")}), *frames])
    return known.groupby("org_code")["last"].max()


def is_rechecked(records: pd.DataFrame) -> pd.Series:
    """Whether a result is stated in each declaration, or row of a work list."""
    return records[["recheck_status", "recheck_value"]].notna().any(axis=1)


def drawn(
    candidates: pd.DataFrame, last: pd.Series, already: Collection[str], percent: Fraction, lot: Lot
) -> pd.DataFrame:
    """The candidates of the organisations that are re-checked: those drawn `already`, and who is drawn beside them.

    Of n organisations in a stratum at least `percent` of them, and at least one. First come those who were never looked
    at (not in `last`), then those for whom it is longest ago, then the smaller lot: so nobody is drawn twice while
    another who could be drawn was not drawn since. Nobody who was drawn is left out again.
    """
    units = candidates.drop_duplicates("org_code")[["org_code", *_STRATUM]].fillna({"parent_code": ""})
    units = units.assign(
        last=units["org_code"].map(last).fillna(0),
        lot=[lot.of(code) for code in units["org_code"]],
        is_in=units["org_code"].isin(list(already)),
    )
    units = units.sort_values(["is_in", "last", "lot"], ascending=[False, True, True])
    strata = units.groupby(_STRATUM, sort=False)
    wanted = strata["org_code"].transform("size").map(lambda size: _share(size, percent))
    chosen = units.loc[units["is_in"] | (strata.cumcount() < wanted), "org_code"]
    return candidates[candidates["org_code"].isin(chosen)].reset_index(drop=True)


def results(checked: pd.DataFrame, delivered: pd.DataFrame, rechecks: pd.DataFrame) -> pd.DataFrame:
    """What is known of re-checks. Grain: org_code, item_code; columns RESULT_COLUMNS.

    `checked`: declarations in order, `delivered` the same with their text, `rechecks` those in order. Their result goes
    before the one that the declaration states itself; who checked and when they alone say.
    """
    last = last_declared(checked, _CELL)[[*_PLACE, *_CELL]]
    stated = last.merge(delivered[[*_PLACE, *RESULT_COLUMNS[:2]]], on=_PLACE, how="inner", validate="1:1")
    own = rechecks.sort_values(["declared_at", *_PLACE])[[*_CELL, *RESULT_COLUMNS]]
    both = pd.concat([stated[is_rechecked(stated)].reindex(columns=own.columns).astype(own.dtypes), own])
    return both.drop_duplicates(_CELL, keep="last").reset_index(drop=True)


def _share(size: int, percent: Fraction) -> int:
    return max(1, ceil(percent * size / _WHOLE))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
