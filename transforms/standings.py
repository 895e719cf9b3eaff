"""Scores, ranks inside the peer group, and who is at its bottom, compared on exact points (RULES §0, ranks)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import numpy as np
import pandas as pd

from schemas.conditions import BottomPercent
from schemas.rulebook import RuleBook
from transforms.lookup import positions

_ROUNDING = {"floor": floor, "ceil": ceil, "half_up": lambda share: floor(share + Fraction(1, 2))}


def dimension_scores(lines: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """Points and full points of every assessed organisation in every dimension of the rule book.

    Grain: org × dimension, in rule-book order, with its role. `domain_median_pct` is the median attainment in the
    domain, per cent.
    """
    codes = [dimension.code for dimension in rulebook.dimensions]
    cell = lines["org"].to_numpy(dtype=np.int64) * len(codes) + positions(lines["dimension"], pd.Index(codes))
    frame = pd.DataFrame(
        {
            "org": np.repeat(np.arange(len(assessed)), len(codes)),
            "dimension": pd.Series(codes * len(assessed), dtype="str"),
            "role": pd.Series([dimension.role for dimension in rulebook.dimensions] * len(assessed), dtype="str"),
            "points": _summed(lines["points"], cell, len(assessed) * len(codes)),
            "full_points": _summed(lines["full_points"], cell, len(assessed) * len(codes)),
        }
    )
    domain = assessed["domain"].to_numpy()[frame["org"]]
    median = pd.Series(np.nan, index=frame.index)
    for _, group in frame.groupby([domain, "dimension"]):
        median[group.index] = _median_pct(group[group["full_points"] > 0])
    return frame.assign(domain_median_pct=median)


def scores(by_dimension: pd.DataFrame, assessed: pd.DataFrame, previous: pd.DataFrame) -> pd.DataFrame:
    """Base, index, rank and peers of every assessed organisation. Grain: org.

    The base is the sum of the counted dimensions, the index that of the adjustments too. `previous` holds org_code,
    peer_group and rank of the period before; previous_rank is NA where it was not ranked in the same group.
    """
    frame = assessed[["org_code", "domain", "peer_group"]].assign(
        org=np.arange(len(assessed)),
        base_points=_total(by_dimension, "points", ["counted"], len(assessed)),
        index_points=_total(by_dimension, "points", ["counted", "adjustment"], len(assessed)),
        full_points=_total(by_dimension, "full_points", ["counted"], len(assessed)),
    )
    frame["rank"] = ranks(frame["index_points"], frame["peer_group"])
    frame["peers"] = frame.groupby("peer_group")["org"].transform("size").astype("int64")
    before = previous[["org_code", "peer_group", "rank"]].rename(columns={"rank": "previous_rank"})
    merged = frame.merge(before, on=["org_code", "peer_group"], how="left", validate="1:1")
    return merged.astype({"previous_rank": "Int64"})


def ranks(points: pd.Series, group: pd.Series) -> pd.Series:
    """Place by points inside each group, highest first; equals share the better place and the next is skipped."""
    return points.groupby(group.to_numpy()).rank(method="min", ascending=False).astype("int64")


def bottom(points: pd.Series, group: pd.Series, rule: BottomPercent) -> tuple[np.ndarray, pd.DataFrame]:
    """Who is in the bottom per cent of its group, and how many places each group's bottom has.

    k = n × per cent / 100, rounded as the rule says; flagged if rank > n − k, so a tied block that reaches across the
    line is spared (policy `ties: include` flags it whole). Second: group, peers, bottom_count, is_too_small (k < 1).
    """
    keys = group.to_numpy()
    size = points.groupby(keys).transform("size").to_numpy()
    count_for = {int(n): _ROUNDING[rule.rounding](Fraction(int(n)) * rule.percent / 100) for n in np.unique(size)}
    count = np.array([count_for[int(n)] for n in size], dtype=np.int64)
    method = "min" if rule.ties == "spare" else "max"
    place = points.groupby(keys).rank(method=method, ascending=False).to_numpy()
    groups = pd.DataFrame({"peer_group": keys, "peers": size, "bottom_count": count}).drop_duplicates("peer_group")
    return place > size - count, groups.assign(is_too_small=groups["bottom_count"] < 1).sort_values("peer_group")


def _median_pct(scored: pd.DataFrame) -> float:
    """The exact median of points / full points in per cent, rounded half up to four digits; NaN of nothing."""
    if scored.empty:
        return np.nan
    points, full_points = scored["points"].to_numpy(), scored["full_points"].to_numpy()
    order = np.argsort(points / full_points, kind="stable")  # two of these fractions differ by far more than a float
    middle = order[(len(order) - 1) // 2 : len(order) // 2 + 1]
    shares = [Fraction(int(points[n]), int(full_points[n])) for n in middle]
    return floor(sum(shares) / len(shares) * 1_000_000 + Fraction(1, 2)) / 10_000


def _total(by_dimension: pd.DataFrame, column: str, roles: list[str], size: int) -> np.ndarray:
    own = by_dimension[by_dimension["role"].isin(roles)]
    return _summed(own[column], own["org"].to_numpy(dtype=np.int64), size)


def _summed(values: pd.Series, cell: np.ndarray, size: int) -> np.ndarray:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, cell, values.to_numpy(dtype=np.int64))
    return total
