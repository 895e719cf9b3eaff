"""The ledger: one line per organisation and item with points, value, met or not; and what does not apply shared out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

from schemas.periods import Period
from schemas.rulebook import Item, RuleBook
from transforms.exact import half_up, largest_remainder, product
from transforms.observations import Observed
from transforms.rules import due, score

LINE_COLUMNS = [
    "org", "item_code", "assessor", "dimension", "value_num", "value_den", "points", "full_points", "is_met", "status",
]  # fmt: skip
FLOOR = "floor:"
"""Item code of a floor line: this prefix and its dimension."""


def ledger(
    observed: Observed,
    assessed: pd.DataFrame,
    rulebook: RuleBook,
    period: Period,
    domains: Collection[str],
    exempt: np.ndarray | None = None,
) -> pd.DataFrame:
    """Lines of the organisations assessed in `domains` for the applicable items of their domain with this cadence.

    Grain: org (position in `assessed`) × item_code × assessor. points and full_points are whole ten-thousandths,
    value_den is 0 where the value is missing. status is met, unmet or missing. An item that does not apply, or that
    the organisation is exempted from (`exempt`: organisations × items of the rule book), has no line; its full points
    go to the applicable items of the same dimension by largest remainder (RULES §0).
    """
    applies = applicable(assessed, rulebook, period)
    if exempt is not None:
        applies &= ~exempt
    place = pd.Series(range(len(assessed)))
    parts = []
    for domain, members in place.groupby(assessed["domain"].to_numpy()):
        items = [
            (n, item)
            for n, item in enumerate(rulebook.items)
            if domain in item.domains and item.cadence == period.cadence
        ]
        if items and domain in domains:
            parts.append(_domain_lines(observed.values, applies, members.to_numpy(), items, period.end))
    lines = pd.concat(parts, ignore_index=True) if parts else no_lines()
    return lines.sort_values("org", kind="stable", ignore_index=True)


def applicable(assessed: pd.DataFrame, rulebook: RuleBook, period: Period) -> np.ndarray:
    """Organisations assessed × items of the rule book: whether the item is of the domain and the period's cadence, and
    applies on the period's last day; before the first of its milestones it does not."""
    applies = np.zeros((len(assessed), len(rulebook.items)), dtype=bool)
    for place, item in enumerate(rulebook.items):
        if item.cadence == period.cadence and due(item, period.end) is not None:
            applies[:, place] = assessed["domain"].isin(item.domains) & _applies(item, assessed)
    return applies


def deductions(observed: Observed, rulebook: RuleBook, cadence: str) -> pd.DataFrame:
    """Lines of the negative list with this cadence: −min(each × findings, cap), full points 0, not met.

    `observed` is that of `observations.deducted`. Only organisations with a finding have a line.
    """
    values = observed.values
    entries = rulebook.negative_items
    of_cadence = [place for place, entry in enumerate(entries) if entry.cadence == cadence]
    values = values[values["item"].isin(of_cadence)].reset_index(drop=True)
    item = values["item"].to_numpy(dtype=np.int64)
    num, den = values["value_num"].to_numpy(), values["value_den"].to_numpy()
    each, cap = (
        np.array([getattr(entry, name) for entry in entries], dtype=np.int64)[item] for name in ("each", "cap")
    )
    lost = np.minimum(half_up(product(num, each), den), cap)
    return pd.DataFrame(
        {
            "org": values["org"],
            "item_code": _text([entry.code for entry in entries], item),
            "assessor": "",
            "dimension": _text([entry.dimension for entry in entries], item),
            "value_num": num,
            "value_den": den,
            "points": -lost,
            "full_points": 0,
            "is_met": pd.Series(False, index=values.index, dtype="boolean"),
            "status": pd.Series("deducted", index=values.index, dtype="str"),
        }
    )


def floors(lines: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """Lines `floor:<dimension>` that lift every dimension below 0 to 0, so that the ledger still adds up.

    Adjustment dimensions keep their sign.
    """
    signed = [dimension.code for dimension in rulebook.dimensions if dimension.role == "adjustment"]
    total = lines.groupby(["org", "dimension"], as_index=False)["points"].sum()
    below = total[(total["points"] < 0) & ~total["dimension"].isin(signed)]
    return pd.DataFrame(
        {
            "org": below["org"],
            "item_code": FLOOR + below["dimension"].astype("str"),
            "assessor": "",
            "dimension": below["dimension"],
            "value_num": 0,
            "value_den": 0,
            "points": -below["points"],
            "full_points": 0,
            "is_met": pd.Series(pd.NA, index=below.index, dtype="boolean"),
            "status": pd.Series("floor", index=below.index, dtype="str"),
        }
    )


def full_points(items: list[Item], applies: np.ndarray) -> np.ndarray:
    """Full points of each organisation (rows) and item (columns) once what does not apply is shared out.

    applies: organisations × items. Shares are by largest remainder inside a dimension, ties in rule-book order; an
    item that does not apply gets 0.
    """
    nominal = np.array([item.points for item in items])
    varying = applies[:, ~applies.all(axis=0)]
    _, first, which = np.unique(varying, axis=0, return_index=True, return_inverse=True)
    patterns = applies[first]
    full = np.zeros(patterns.shape, dtype=np.int64)
    dimensions = np.array([item.dimension for item in items])
    for dimension in np.unique(dimensions):
        column = np.flatnonzero(dimensions == dimension)
        weights = np.where(patterns[:, column], nominal[column], 0)
        free = nominal[column].sum() - weights.sum(axis=1)
        full[:, column] = weights + largest_remainder(free, weights)
    return full[which.reshape(-1)]


def _domain_lines(
    values: pd.DataFrame, applying: np.ndarray, members: np.ndarray, items: list[tuple[int, Item]], on: date
) -> pd.DataFrame:
    places = [place for place, _ in items]
    num, den = _matrix(values, len(applying), members, places)
    entries = [item for _, item in items]
    applies = applying[members][:, places]
    now = [due(item, on) for item in entries]
    full = full_points(entries, applies)
    points, is_met = np.zeros_like(full), np.zeros(full.shape, dtype=bool)
    for n, item in enumerate(now):
        if item is not None:
            points[:, n], is_met[:, n] = score(item, full[:, n], num[:, n], den[:, n])
    row, column = np.nonzero(applies)
    is_missing = np.asarray(den[row, column] == 0, dtype=bool)
    met = is_met[row, column]
    return pd.DataFrame(
        {
            "org": members[row],
            "item_code": _text([item.code for item in entries], column),
            "assessor": _text([item.assessor for item in entries], column),
            "dimension": _text([item.dimension for item in entries], column),
            "value_num": num[row, column],
            "value_den": den[row, column],
            "points": points[row, column],
            "full_points": full[row, column],
            "is_met": pd.array(met, dtype="boolean"),
            "status": _text(["unmet", "met", "missing"], np.where(is_missing, 2, met)),
        }
    )


def no_lines() -> pd.DataFrame:
    """The frame of lines without rows."""
    texts = {"is_met": "boolean"} | dict.fromkeys(("item_code", "assessor", "dimension", "status"), "str")
    return pd.DataFrame({name: pd.Series(dtype=texts.get(name, "int64")) for name in LINE_COLUMNS})


def _text(texts: list[str], positions: np.ndarray) -> pd.Series:
    return pd.Series(pd.array(texts, dtype="str").take(positions))


def _applies(item: Item, assessed: pd.DataFrame) -> np.ndarray:
    if item.applies_when is None:
        return np.ones(len(assessed), dtype=bool)
    attribute = assessed[item.applies_when.attribute]
    return attribute.ge(item.applies_when.at_least).fillna(False).to_numpy(dtype=bool)


def _matrix(
    values: pd.DataFrame, size: int, members: np.ndarray, positions: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Numerators and denominators, organisations of one domain × its items; denominator 0 where nothing was seen."""
    row_of = np.full(size, -1)
    row_of[members] = np.arange(len(members))
    column_of = np.full(max([*positions, int(values["item"].max()) if len(values) else 0]) + 1, -1)
    column_of[positions] = np.arange(len(positions))
    row, column = row_of[values["org"]], column_of[values["item"]]
    inside = (row >= 0) & (column >= 0)
    filled = []
    for name in ("value_num", "value_den"):
        source = values[name].to_numpy()
        matrix = np.zeros((len(members), len(positions)), dtype=source.dtype)
        matrix[row[inside], column[inside]] = source[inside]
        filled.append(matrix)
    return filled[0], filled[1]
