"""Progress boards (亮牌): who lags on the items of a board, and what all of them have done together (RULES §1)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

from schemas.rulebook import RuleBook
from transforms.exact import product, sums
from transforms.items import is_share

PROGRESS_COLUMNS = [
    "org", "board", "item_code", "value_num", "value_den", "points", "full_points", "is_lagging", "is_named",
]  # fmt: skip
TOTAL_COLUMNS = ["board", "item_code", "unit", "organizations", "lagging", "reported", "total", "mean"]


def progress(lines: pd.DataFrame, rulebook: RuleBook, cadence: str) -> pd.DataFrame:
    """The ledger lines that stand on the boards whose items have this cadence.

    Grain: org (position among those assessed) × board × item. `is_lagging`: the item earns less than the board's share
    of its full points, compared exactly, so the share itself is no lag and a missing value is one. `is_named`: the
    organisation is named on the board, because one of its items there lags. The lines of an item that several assess
    are added up, and have no value: each observed one of its own.
    """
    of_cadence = {item.code for item in rulebook.items if item.cadence == cadence}
    parts = []
    for board in rulebook.progress_boards:
        own = _of_all_assessors(lines[lines["item_code"].isin(of_cadence.intersection(board.items))])
        earned = product(own["points"].to_numpy(dtype=np.int64), board.lag_below.denominator)
        line = product(own["full_points"].to_numpy(dtype=np.int64), board.lag_below.numerator)
        own = own.assign(board=board.code, is_lagging=np.asarray(earned < line, dtype=bool))
        parts.append(own.assign(is_named=own.groupby("org")["is_lagging"].transform("any").astype("bool")))
    boards = pd.concat(parts, ignore_index=True) if parts else _nothing(PROGRESS_COLUMNS)
    return boards[PROGRESS_COLUMNS].astype({"board": "str", "item_code": "str"})


def progress_totals(progress: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """What the organisations on a board have done together, item by item.

    Grain: board × item, in the order of the rule book. Counts: `organizations` on the board, `lagging` on the item,
    `reported` with a value. `total` and `mean` of the reported values are exact until they become floats, correctly
    rounded, in the item's `unit`. Both are empty where nobody reported, `total` also where values are shares.
    """
    units = {item.code: item.unit for item in rulebook.items}
    shares = {item.code: is_share(item) for item in rulebook.items}
    rows = []
    for board in rulebook.progress_boards:
        for code in board.items:
            own = progress[(progress["board"] == board.code) & (progress["item_code"] == code)]
            if own.empty:
                continue
            reported = int((own["value_den"] != 0).sum())
            total = _total(own)
            rows.append(
                (board.code, code, units[code], len(own), int(own["is_lagging"].sum()), reported,
                 float(total) if reported and not shares[code] else np.nan,
                 float(total / reported) if reported else np.nan)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=TOTAL_COLUMNS) if rows else _nothing(TOTAL_COLUMNS)


def _of_all_assessors(lines: pd.DataFrame) -> pd.DataFrame:
    """The lines, those of several assessors as one of all their points, without a value."""
    key = ["org", "item_code"]
    is_shared = lines.duplicated(key, keep=False)
    if not is_shared.any():
        return lines
    total = lines[is_shared].groupby(key, as_index=False)[["points", "full_points"]].sum()
    return pd.concat([lines[~is_shared], total.assign(value_num=0, value_den=0)], ignore_index=True)


def _total(progress: pd.DataFrame) -> Fraction:
    """The exact sum of the values; missing ones add nothing."""
    group, denominators = pd.factorize(progress["value_den"])
    by_denominator = sums(progress["value_num"].to_numpy(), group, len(denominators))
    pairs = zip(by_denominator, denominators, strict=True)
    return sum((Fraction(int(num), int(den)) for num, den in pairs if den), Fraction(0))


def _nothing(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=columns).astype({name: "bool" for name in columns if name.startswith("is_")})
