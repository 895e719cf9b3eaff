"""The registry: which organisations exist on a day, and what they are as at a period's last day (RULES §0)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms.lookup import positions

LIVE, UNKNOWN, INACTIVE, AMBIGUOUS = "live", "unknown", "inactive", "ambiguous"
STATES = (LIVE, UNKNOWN, INACTIVE, AMBIGUOUS)
OPEN_END = date.max.toordinal()
_STRIDE = 2 * OPEN_END
"""Organisation number × stride + day makes one sortable key."""


class Registry:
    """Validity spans of organisations, sorted by code and first day; spans of one code do not overlap.

    `spans` has one row a span: org_code, org_name, kind and domain (codes), parent_code, town, members, groups (whole
    numbers, NA unknown) and first_day and last_day as ordinals.
    """

    def __init__(self, spans: pd.DataFrame) -> None:
        self.spans = spans
        self._codes = pd.Index(spans["org_code"].unique())
        self._keys = self._codes.get_indexer(spans["org_code"]) * _STRIDE + spans["first_day"].to_numpy()

    def state_on(self, org_codes: pd.Series, days: np.ndarray | int) -> pd.Categorical:
        """For each code whether it is live, inactive or unknown on its day (ordinal).

        Where the code or the day (0) is missing nothing is said, and live is returned: the missing cell is the fault,
        whatever the registry knows.
        """
        numbers = positions(org_codes, self._codes)
        live = (self._span_on(numbers, days) >= 0) | org_codes.isna().to_numpy() | (np.asarray(days) == 0)
        return _states(np.where(live, LIVE, np.where(numbers < 0, UNKNOWN, INACTIVE)))

    def domains_on(self, org_codes: pd.Series, days: np.ndarray | int) -> np.ndarray:
        """For each code the domain that it has on its day, None where it has none or does not exist."""
        position = self._span_on(positions(org_codes, self._codes), days)
        domains = np.array([*self.spans["domain"], None], dtype=object)
        return domains[position]

    def by_name(self, names: pd.Series, towns: pd.Series, day: int) -> tuple[pd.Series, pd.Categorical]:
        """Codes and states of organisations that are known only by name and town, among those live on `day`.

        A name without a town that several bear is ambiguous, and so is a name borne twice in one town.
        """
        live = self.spans[(self.spans["first_day"] <= day) & (day <= self.spans["last_day"])]
        in_town = live.groupby(["org_name", "town"])["org_code"].agg(["first", "size"])
        anywhere = live.groupby("org_name")["org_code"].agg(["first", "size"])
        with_town = in_town.reindex(pd.MultiIndex.from_arrays([names, towns]))
        without = anywhere.reindex(pd.Index(names))
        has_town = towns.notna().to_numpy()
        found = pd.Series(np.where(has_town, with_town["first"], without["first"]), index=names.index, dtype="str")
        bearers = np.where(has_town, with_town["size"], without["size"])
        return found, _states(np.where(np.isnan(bearers), UNKNOWN, np.where(bearers > 1, AMBIGUOUS, LIVE)))

    def _span_on(self, numbers: np.ndarray, days: np.ndarray | int) -> np.ndarray:
        last_days = self.spans["last_day"].to_numpy()
        if not len(last_days):
            return np.full(len(numbers), -1)
        position = np.searchsorted(self._keys, numbers * _STRIDE + days, side="right") - 1
        same = (position >= 0) & (self._keys[position] // _STRIDE == numbers) & (last_days[position] >= days)
        return np.where(same, position, -1)


def organizations(registry: Registry, period: Period, rulebook: RuleBook) -> pd.DataFrame:
    """Organisations as at the period's last day, by code: one row each, with whether it is assessed.

    A month assesses those with a domain that exist on its first and last day (policy `assessed_from`: any_day asks for
    the last day alone). Source: RULES §0, as at.
    """
    first, last = period.start.toordinal(), period.end.toordinal()
    spans = registry.spans
    frame = spans[(spans["first_day"] <= last) & (spans["last_day"] >= last)].reset_index(drop=True)
    existed = registry.state_on(frame["org_code"], first) == LIVE
    whole = existed | (rulebook.policies.assessed_from == "any_day")
    return frame.drop(columns=["first_day", "last_day"]).assign(is_assessed=frame["domain"].notna() & whole)


def ancestors_of_kind(frame: pd.DataFrame, org_codes: pd.Series, kinds: tuple[str, ...]) -> pd.Series:
    """The nearest ancestor whose kind is one of `kinds` for each code; NaN where there is none.

    Walks up the tree a level at a time; a loop in the registry ends after as many levels as there are organisations.
    """
    index = pd.Index(frame["org_code"])
    parent = positions(frame["parent_code"], index)
    is_wanted = np.append(frame["kind"].isin(kinds).to_numpy(), False)
    at = np.append(parent, -1)[index.get_indexer(org_codes)]
    for _ in range(len(index)):
        climbing = (at >= 0) & ~is_wanted[at]
        if not climbing.any():
            break
        at = np.where(climbing, parent[at], at)
    codes = np.array([*index, None], dtype=object)
    return pd.Series(np.where(is_wanted[at], codes[at], None), index=org_codes.index, dtype="str")


def _states(values: np.ndarray) -> pd.Categorical:
    return pd.Categorical(values, categories=list(STATES))
