"""The ledger of one organisation as data: every line with its reason, and file and row that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from boards.subject import Subject
from boards.traced import Traced
from schemas.rulebook import POINT, RuleBook
from transforms import absence_wording
from transforms.lookup import line_key
from warehouse import published

_NO_VALUE = "missing"
"""Status of a line whose item has no value."""


@dataclass(frozen=True)
class Line:
    """One ledger line; points in points. `places` names file and row of every record that it came from, `not_sent`
    who delivered nothing, where that is why the value is missing, `corrections` what has put such a record right.

    Of an item that several assess each assessor has a line, with that assessor's part of the nominal points.
    """

    item_code: str
    assessor: str
    item_name: str
    dimension: str
    kind: str
    value: float | None
    target: float | None
    points: float
    full_points: float
    nominal_points: float
    status: str
    reason: str
    evidence: str
    places: tuple[str, ...]
    not_sent: str = ""
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dimension:
    """What a dimension came to. role: counted in the index, an adjustment to it, or a basis, which is not in it.

    is_ranked_by: whether a coefficient or a bonus goes by places in it.
    """

    code: str
    name: str
    role: str
    points: float
    full_points: float
    is_ranked_by: bool


def dimensions(told_of: Subject, rulebook: RuleBook) -> tuple[Dimension, ...]:
    """The dimensions in rule-book order."""
    order = {dimension.code: place for place, dimension in enumerate(rulebook.dimensions)}
    rows = told_of.rows("dimension_scores").sort_values("dimension", key=lambda codes: codes.map(order))
    by_place = [entry.by_rank.dimensions for entry in rulebook.adjustments if entry.by_rank]
    ranked_by = {code for codes in (*by_place, *(entry.ranked_by for entry in rulebook.coefficients)) for code in codes}
    return tuple(
        Dimension(
            str(row.dimension),
            str(row.dimension_name),
            str(row.role),
            float(row.points),
            float(row.full_points),
            row.dimension in ranked_by,
        )
        for row in rows.itertuples()
    )


def ledger(told_of: Subject) -> pd.DataFrame:
    """The rows of the view `ledger` in rule-book order, an item's assessors by name."""
    return published.in_rule_book_order(told_of.engine, told_of.edition.edition_id, told_of.rows("ledger"))


def not_sent(told_of: Subject, rulebook: RuleBook) -> dict[str, str]:
    """Who delivered nothing for an item, a sentence by item and assessor (`line_key`)."""
    return absence_wording.not_sent(told_of.all_rows("completeness"), rulebook, told_of.period)


def lines(rows: pd.DataFrame, traced: Traced, rulebook: RuleBook, gone: Mapping[str, str]) -> tuple[Line, ...]:
    """The same as data; `gone` as `not_sent` gives it."""
    own_points = {(item.code, item.assessor): item.points / POINT for item in rulebook.items}
    return tuple(_line(row, traced, own_points, gone) for row in rows.to_dict("records"))


def _line(
    row: dict[str, Any], traced: Traced, own_points: dict[tuple[str, str], float], gone: Mapping[str, str]
) -> Line:
    def number(name: str) -> float | None:
        return None if pd.isna(row[name]) else float(row[name])

    code, assessor = str(row["item_code"]), str(row["assessor"])
    return Line(
        code,
        assessor,
        str(row["item_name"]),
        str(row["dimension"]),
        str(row["kind"]),
        number("value"),
        number("target"),
        number("points") or 0.0,
        number("full_points") or 0.0,
        own_points.get((code, assessor), number("nominal_points") or 0.0),
        str(row["status"]),
        str(row["reason"]),
        str(row["evidence"]),
        traced.of(code, assessor),
        not_sent=gone.get(line_key(code, assessor), "") if row["status"] == _NO_VALUE else "",
        corrections=traced.corrected_by(code, assessor),
    )
