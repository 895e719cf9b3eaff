"""Votes as the value of an item (民主测评、满意度测评): the cells of a ballot become one value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.rulebook import Ballot, RuleBook
from transforms.exact import integers
from transforms.items import ballot_cell
from transforms.values import reduced

_WHO = ["org_code", "sender"]


def counted(cells: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """The accepted cells of departments' sheets, with one cell in place of each ballot's.

    Grain of these: org_code × item × sender, value Σ weight × votes / Σ votes in lowest terms. It is missing (value_den
    0) where a number of the ballot is not there, nobody voted, too few of the papers came back, or more than were
    issued. It counts where all of its cells do.
    """
    ballots = {item.code: item.ballot for item in rulebook.items if item.ballot}
    taken = {code: [ballot_cell(code, name) for name in (one.issued, *one.options)] for code, one in ballots.items()}
    parts = [cells[~cells["item_code"].isin([cell for own in taken.values() for cell in own])]]
    for code, ballot in ballots.items():
        own = cells[cells["item_code"].isin(taken[code])]
        if len(own):
            parts.append(_counted(own, taken[code], ballot).assign(item_code=code)[list(cells)])
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else cells


def _counted(cells: pd.DataFrame, codes: list[str], ballot: Ballot) -> pd.DataFrame:
    ordered = cells.sort_values(["counts", "batch_id", "row_no"], kind="stable")
    once = ordered.drop_duplicates([*_WHO, "item_code"], keep="last")
    group = once.groupby(_WHO, dropna=False, sort=False)
    number = group.ngroup().to_numpy()
    last = group.tail(1).assign(counts=group["counts"].transform("all"))
    last = last.iloc[np.argsort(number[once.index.get_indexer(last.index)])]
    count = np.zeros((len(last), len(codes)), dtype=object)
    is_there = np.zeros(count.shape, dtype=bool)
    cell = number, pd.Index(codes).get_indexer(once["item_code"])
    count[cell], is_there[cell] = once["value_num"].to_numpy(), True
    num, den = _value(count[:, 0], count[:, 1:], ballot)
    den = np.where(is_there.all(axis=1), den, 0)
    return last.assign(value_num=np.where(den == 0, 0, num), value_den=den)


def _value(issued: np.ndarray, votes: np.ndarray, ballot: Ballot) -> tuple[np.ndarray, np.ndarray]:
    """Numerators and denominators of the weighted mean of each row's votes; denominator 0 where it does not hold."""
    weights = list(ballot.options.values())
    whole = np.lcm.reduce([weight.denominator for weight in weights])
    cast = votes.sum(axis=1)
    weighted = (votes * [int(weight * int(whole)) for weight in weights]).sum(axis=1)
    turnout = ballot.minimum_turnout
    holds = (cast > 0) & (cast <= issued) & (cast * turnout.denominator >= issued * turnout.numerator)
    num, den = reduced(weighted, cast * int(whole))
    return integers(num.tolist()), integers(np.where(holds, den, 0).tolist())
