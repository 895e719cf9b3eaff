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
RECODED = "recoded"
"""The succession that carries identity: the same organisation under a new code."""
_STRIDE = 2 * OPEN_END
"""Organisation number × stride + day makes one sortable key."""


class Registry:
    """Validity spans of organisations, sorted by code and first day; spans of one code do not overlap.

    `spans` has one row a span: org_code, org_name, kind and domain (codes), parent_code, town, members, groups (whole
    numbers, NA unknown), first_day and last_day as ordinals, predecessor_code and succession (both or neither). A code
    is recoded into at most one other and from at most one, that is gone before it begins.
    """

    def __init__(self, spans: pd.DataFrame) -> None:
        self.spans = spans
        self._codes = pd.Index(spans["org_code"].unique())
        self._keys = self._codes.get_indexer(spans["org_code"]) * _STRIDE + spans["first_day"].to_numpy()
        self._chained, self._chain_keys = _chains(spans)

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

    def code_on(self, org_codes: pd.Series, day: np.ndarray | int) -> pd.Series:
        """The code that each organisation bears on its day (ordinal), whichever of its codes is given.

        Follows codes that the same organisation took one after the other (改码), forth and back. A code holds from its
        first day until the next one's, the first of them ever since. Codes without such a link, unknown or missing stay
        as they are. Says nothing of whether the organisation exists that day.
        """
        if self._chained.empty:
            return org_codes
        place = positions(org_codes, self._chained)
        chain = self._chain_keys[place] // _STRIDE
        holds = np.searchsorted(self._chain_keys, chain * _STRIDE + day, side="right") - 1
        return org_codes.where(place < 0, self._chained.to_numpy()[holds])

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


def as_at(registry: Registry, day: int) -> pd.DataFrame:
    """Everyone live on a day (ordinal), by code: one row each, as the spans have them without their days.

    `parent_code` is the code that the parent bears that day. `predecessor_code` and `succession` say whence the code
    came, or what it last took in, also when the organisation has changed since. Source: RULES §0, as at.
    """
    spans = registry.spans
    came_from = spans.groupby("org_code")[["predecessor_code", "succession"]].ffill()
    is_live = (spans["first_day"] <= day) & (spans["last_day"] >= day)
    frame = spans.assign(**came_from)[is_live].drop(columns=["first_day", "last_day"]).reset_index(drop=True)
    return frame.assign(parent_code=registry.code_on(frame["parent_code"], day))


def organizations(registry: Registry, period: Period, rulebook: RuleBook) -> pd.DataFrame:
    """Organisations as at the period's last day, by code: one row each, with whether it is assessed.

    A period without parts assesses those with a domain that exist on its last day, and under the code that they bore
    then on the first day of its last month (policy `assessed_from`: any_day asks for the last day alone). Source: RULES
    §0, as at.
    """
    first = period.months[-1].start.toordinal()
    frame = as_at(registry, period.end.toordinal())
    existed = registry.state_on(registry.code_on(frame["org_code"], first), first) == LIVE
    whole = existed | (rulebook.policies.assessed_from == "any_day")
    return frame.assign(is_assessed=frame["domain"].notna() & whole)


def belonging(frame: pd.DataFrame, rulebook: RuleBook) -> pd.Series:
    """The domain of each organisation: the first in rule-book order that claims it (`where`), or else its own."""
    domain = frame["domain"].astype("str")
    for claimed in reversed([entry for entry in rulebook.domains if entry.where]):
        is_claimed = pd.Series(True, index=frame.index)
        for attribute, values in claimed.where.items():
            is_claimed &= frame[attribute].isin(values)
        domain = domain.mask(is_claimed, claimed.code)
    return domain


def grouped(frame: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """Organisations with their peer group (the domain, or the part of it that shares an attribute: `<domain>/<value>`)
    and whether their results are restricted."""
    group = frame["domain"].astype("str")
    for entry in rulebook.domains:
        if entry.peers_by:
            shared = entry.code + "/" + frame[entry.peers_by].astype("str").fillna("")
            group = group.mask(frame["domain"].eq(entry.code).fillna(False), shared)
    restricted = {kind.code for kind in rulebook.organization_kinds.values() if kind.is_restricted}
    return frame.assign(peer_group=group, is_restricted=frame["kind"].isin(restricted))


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


def _chains(spans: pd.DataFrame) -> tuple[pd.Index, np.ndarray]:
    """Codes that were recoded or came from it, a chain after the other in their order; and number × stride + first day.

    A chain's number is that of its first code, whose first day is 0: before the others it is the one.
    """
    link = spans.loc[spans["succession"] == RECODED, ["predecessor_code", "org_code"]].drop_duplicates()
    codes = pd.Index(pd.unique(pd.concat([link["predecessor_code"], link["org_code"]])))
    before = np.full(len(codes), -1)
    before[codes.get_indexer(link["org_code"])] = codes.get_indexer(link["predecessor_code"])
    chain = np.arange(len(codes))
    for _ in range(len(codes)):
        up = before[chain]
        if (up < 0).all():
            break
        chain = np.where(up < 0, chain, up)
    first_day = spans.groupby("org_code")["first_day"].min().reindex(codes)
    keys = chain * _STRIDE + first_day.where(before >= 0, 0).to_numpy().astype(np.int64)
    order = np.argsort(keys)
    return codes[order], keys[order]


def _states(values: np.ndarray) -> pd.Categorical:
    return pd.Categorical(values, categories=list(STATES))
