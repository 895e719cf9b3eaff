"""Which organisations are proposed for rectification as weak and lax (软弱涣散), in which order, and why (RULES §1)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from schemas.periods import Period
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms import wording
from transforms.checks.decisions import LISTED

Order = tuple[int, int, int, Fraction]
"""Colour, then fewer circumstances, fewer months in the pool, a higher attainment: the smaller, the further ahead."""


@dataclass(frozen=True)
class Known:
    """What a year's proposals are made of, organisations under the code of one and the same day.

    pool: a row per organisation in the pool of a month (period, org_code, colour: its gravest). flags: accepted entries
    of the event register (org_code, item_code, day, counts, value_num). scores: period, org_code, index_points and
    full_points of the months. organizations: everybody of the last of these months. decided: decisions of this year and
    of earlier ones (period, org_code, decision, converted_on).
    """

    pool: pd.DataFrame
    flags: pd.DataFrame
    scores: pd.DataFrame
    organizations: pd.DataFrame
    decided: pd.DataFrame


@dataclass(frozen=True)
class _Candidate:
    """One organisation that comes into question, with what speaks for it."""

    months: Mapping[str, int]
    circumstances: tuple[str, ...]
    index_points: int
    full_points: int
    score_period: str
    colour: str

    @property
    def attainment(self) -> Fraction:
        return Fraction(self.index_points, self.full_points) if self.full_points else Fraction(0)

    @property
    def pool_months(self) -> int:
        return sum(self.months.values())

    def order(self, colours: Sequence[str]) -> Order:
        return colours.index(self.colour), -len(self.circumstances), -self.pool_months, self.attainment


def proposals(known: Known, rulebook: RuleBook, year: Period) -> pd.DataFrame:
    """The frame `proposal`: whoever comes into question in the year, by place, with the reason for the place.

    That is everybody who was in the pool of a month in a colour of the watch list, is in the registry and not of a
    restricted kind. The order: the list's colours, more circumstances found, more months in the pool, a lower
    attainment by the latest index; equals share the better place. Proposed are those ahead as far as there are places,
    equals at the end all of them: nothing is broken against anyone. Who was decided about this year, or is still to be
    converted from an earlier one, is not proposed again, and whoever was listed this year has taken a place.
    Raises ValueError where the rule book has no watch list.
    """
    watched = rulebook.watch_list
    if watched is None:
        raise ValueError(f"{rulebook.scheme} has no watch list")
    found = _candidates(known, rulebook, year)
    orders = {code: candidate.order(watched.colours) for code, candidate in found.items()}
    earlier = _still_listed(known.decided, year)
    of_year = known.decided[known.decided["period"].eq(str(year))]
    is_open = {code for code in found if code not in earlier and code not in set(of_year["org_code"])}
    ahead = _places({code: orders[code] for code in is_open})
    left = watched.places - int(of_year["decision"].eq(LISTED).sum())
    names = {one.code: one.name for one in rulebook.circumstances}
    rows = {
        code: {
            "list_place": place,
            "is_proposed": code in is_open and ahead[code] <= left,
            "colour": found[code].colour,
            "circumstances": len(found[code].circumstances),
            "circumstance_codes": "、".join(found[code].circumstances),
            "pool_months": found[code].pool_months,
            "index_points": found[code].index_points,
            "full_points": found[code].full_points,
            "score_period": found[code].score_period,
            "reason": _reason(found[code], names, earlier.get(code)),
        }
        for code, place in _places(orders).items()
    }
    own = known.organizations.set_index("org_code")[["org_name", "domain", "town", "parent_code"]]
    frame = own.join(pd.DataFrame.from_dict(rows, orient="index"), how="inner") if rows else STAGES["proposal"].empty()
    placed = frame.rename_axis("org_code").reset_index() if rows else frame
    return STAGES["proposal"].validated(placed.sort_values(["list_place", "org_code"]))


def _candidates(known: Known, rulebook: RuleBook, year: Period) -> dict[str, _Candidate]:
    """Everybody who comes into question, by code."""
    assert rulebook.watch_list is not None
    gravest_first = rulebook.watch_list.colours
    in_pool = known.pool.groupby(["org_code", "colour"]).size()
    latest = known.scores.sort_values("period").drop_duplicates("org_code", keep="last").set_index("org_code")
    flagged = _flagged(known.flags, rulebook, year)
    seen = known.organizations.loc[~known.organizations["is_restricted"].astype(bool), "org_code"]
    found = {}
    for code in known.pool.loc[known.pool["org_code"].isin(seen), "org_code"].unique():
        months = {str(colour): int(count) for colour, count in in_pool[code].items()}
        if colour := next((one for one in gravest_first if one in months), None):
            score = latest.loc[code]
            points = int(score["index_points"]), int(score["full_points"])
            found[code] = _Candidate(months, flagged.get(code, ()), *points, str(score["period"]), colour)
    return found


def _flagged(flags: pd.DataFrame, rulebook: RuleBook, year: Period) -> dict[str, tuple[str, ...]]:
    """The circumstances that were found in the year and reviewed, of each organisation, in rule-book order."""
    inside = (flags["day"] >= str(year.start)) & (flags["day"] <= str(year.end))
    own = flags[inside & flags["counts"].astype(bool) & flags["value_num"].astype("object").gt(0)]
    codes = own.groupby("org_code")["item_code"].agg(set)
    order = [one.code for one in rulebook.circumstances]
    return {org: tuple(code for code in order if code in found) for org, found in codes.items()}


def _still_listed(decided: pd.DataFrame, year: Period) -> dict[str, str]:
    """The year since which organisations are listed that were not converted, of those listed in earlier years."""
    earlier = decided[decided["period"].lt(str(year)) & decided["decision"].eq(LISTED) & decided["converted_on"].isna()]
    return dict(earlier.sort_values("period", ascending=False)[["org_code", "period"]].itertuples(index=False))


def _places(orders: Mapping[str, Order]) -> dict[str, int]:
    """The place of each; equals share the better one, and the next is skipped."""
    ordered = sorted(orders.values())
    return {code: bisect_left(ordered, order) + 1 for code, order in orders.items()}


def _reason(candidate: _Candidate, names: Mapping[str, str], listed_in: str | None) -> str:
    """Why it stands where it stands, in words."""
    colours = [
        f"{name}色{candidate.months[code]}个月"
        for code, name in wording.COLOUR_NAMES.items()
        if code in candidate.months
    ]
    found = "".join(wording.quoted(names[code]) for code in candidate.circumstances)
    told = [
        "、".join(colours),
        f"查实情形{len(candidate.circumstances)}种：{found}" if found else "没有查实的情形",
        f"在池{candidate.pool_months}个月",
        f"最近得分率{wording.number(candidate.attainment * 100, 1)}%（{candidate.score_period}）",
    ]
    if listed_in:
        told.append(f"{listed_in}年已决定列入，还没有转化，不再建议")
    return "；".join(told)
