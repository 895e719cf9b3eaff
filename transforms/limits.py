"""Which limits hold for which units: vetoes and limiters, while the number stands (RULES §2 and §4)."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

import numpy as np
import pandas as pd

from schemas.outcomes import (
    BelowPercentOfFirst,
    BelowPoints,
    EventOccurred,
    ItemsUnmet,
    LastPlaces,
    Limit,
    LimitCondition,
)
from schemas.rulebook import RuleBook
from transforms.adjustments import events
from transforms.exact import at_least
from transforms.observations import Observed
from transforms.outcome_wording import happened, named
from transforms.wording import number, points


def limited(
    found: Observed,
    lines: pd.DataFrame,
    scores: pd.DataFrame,
    assessed: pd.DataFrame,
    rulebook: RuleBook,
    cadence: str,
) -> pd.DataFrame:
    """The limits with this cadence that hold. Grain: org × code, in rule-book order; `reason` says what of it holds.

    `found` is that of `observations.registered`, whatever the cadence of its entries; `scores` has the order of
    `assessed`. A unit's first is the best index of its peer group.
    """
    register = events(found, assessed, rulebook)
    parts = [_held(limit, register, lines, scores, rulebook) for limit in rulebook.limits if limit.cadence == cadence]
    empty = pd.DataFrame({"org": pd.Series(dtype="int64")} | dict.fromkeys(("code", "reason"), pd.Series(dtype="str")))
    return pd.concat([part for part in parts if len(part)] or [empty], ignore_index=True)


def _held(
    limit: Limit, register: pd.DataFrame, lines: pd.DataFrame, scores: pd.DataFrame, rulebook: RuleBook
) -> pd.DataFrame:
    told = pd.DataFrame({n: _told(one, register, lines, scores, rulebook) for n, one in enumerate(limit.conditions)})
    told = told.reindex(range(len(scores))).fillna("")
    holds = told.ne("").all(axis=1) if limit.match == "all" else told.ne("").any(axis=1)
    own = told[holds.to_numpy() & scores["domain"].isin(limit.domains).to_numpy()]
    reasons = ["；".join(filter(None, texts)) for texts in own.itertuples(index=False)]
    return pd.DataFrame({"org": own.index, "code": limit.code, "reason": reasons}).astype(
        {"org": "int64", "code": "str", "reason": "str"}
    )


def reaches_percent_of_first(scores: pd.DataFrame, percent: Fraction) -> np.ndarray:
    """Whether each index is at least so many per cent of the best of its peer group, compared exactly."""
    return at_least(scores["index_points"].to_numpy(), _firsts(scores), percent / 100)


def _told(
    condition: LimitCondition, register: pd.DataFrame, lines: pd.DataFrame, scores: pd.DataFrame, rulebook: RuleBook
) -> pd.Series:
    """Why the condition holds, of the units for which it does. Index: org."""
    index = scores["index_points"]
    match condition:
        case EventOccurred(codes=codes):
            return _registered(codes, register, rulebook)
        case ItemsUnmet(items=items):
            return _unmet(items, lines, rulebook)
        case BelowPercentOfFirst(percent=percent):
            best = _firsts(scores).tolist()
            share = number(percent, 2)
            told = [
                f"得{points(own)}分，低于第一名{points(first)}分的{share}%"
                for own, first in zip(index, best, strict=True)
            ]
            return pd.Series(told, index=scores.index, dtype="str")[~reaches_percent_of_first(scores, percent)]
        case BelowPoints(points=bound):
            below = index[index < bound]
            return pd.Series(
                [f"得{points(own)}分，不足{points(bound)}分" for own in below], index=below.index, dtype="str"
            )
        case LastPlaces():
            return _last(condition, scores)


def _firsts(scores: pd.DataFrame) -> np.ndarray:
    return scores.groupby("peer_group")["index_points"].transform("max").to_numpy(dtype=np.int64)


def _registered(codes: tuple[str, ...], register: pd.DataFrame, rulebook: RuleBook) -> pd.Series:
    names = {entry.code: entry.name for entry in rulebook.adjustments}
    rows = register[register["code"].isin(codes)].sort_values(["org", "item"])
    times = (Fraction(int(num), int(den)) for num, den in zip(rows["value_num"], rows["value_den"], strict=True))
    texts = [happened(names[code], count) for code, count in zip(rows["code"], times, strict=True)]
    return pd.Series(texts, index=rows["org"], dtype="str").groupby(level="org").agg("、".join)


def _unmet(items: tuple[str, ...], lines: pd.DataFrame, rulebook: RuleBook) -> pd.Series:
    names = unmet_names(lines, items, rulebook)
    return pd.Series([f"{text}未达标" for text in names], index=names.index, dtype="str")


def unmet_names(lines: pd.DataFrame, items: Collection[str], rulebook: RuleBook) -> pd.Series:
    """The names of the items, of `items`, that are unmet, in rule-book order. Index: org, those with any.

    An item that several assess is unmet where any of them found it so; a mean of parts is neither met nor unmet.
    """
    order = {item.code: (n, item.name) for n, item in enumerate(rulebook.listed_items) if item.code in items}
    rows = lines.loc[lines["item_code"].isin(order) & lines["is_met"].eq(False).fillna(False), ["org", "item_code"]]
    rows = rows.drop_duplicates().assign(place=rows["item_code"].map({code: n for code, (n, _) in order.items()}))
    rows = rows.sort_values(["org", "place"])
    texts = pd.Series([order[code][1] for code in rows["item_code"]], index=rows["org"], dtype="str")
    return texts.groupby(level="org").agg(lambda own: named(list(own)))


def _last(condition: LastPlaces, scores: pd.DataFrame) -> pd.Series:
    """Units of the last places; whoever shares the first place is never among them."""
    method = "min" if condition.ties == "include" else "max"
    from_last = scores.groupby("peer_group")["index_points"].rank(method=method)
    rows = scores[(from_last <= condition.places) & (scores["rank"] > 1)]
    last = "末位" if condition.places == 1 else f"后{condition.places}名"
    texts = [
        f"居{peers}个组织中第{place}名，为{last}" for peers, place in zip(rows["peers"], rows["rank"], strict=True)
    ]
    return pd.Series(texts, index=rows.index, dtype="str")
