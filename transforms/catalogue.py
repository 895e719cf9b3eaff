"""The rule book as an edition keeps it: its items, and the names of everything that has a code."""

from __future__ import annotations

from typing import Any

import pandas as pd

from schemas.rulebook import RuleBook
from transforms import wording
from transforms.adjustments import COEFFICIENT, FLOOR_INDEX
from transforms.ledger import FLOOR
from transforms.rule_texts import adjustment_text, coefficient_text
from transforms.rules import met_at

COLUMNS = ["item_order", "item_code", "item_name", "dimension", "category", "kind", "source", "cadence",
           "full_points", "rule", "rule_text", "target", "lead_unit", "reference"]  # fmt: skip
_FLOORS_FROM = 10_000
"""Place of the first floor in the rule book's order: after everything that people wrote."""


def labels(rulebook: RuleBook) -> pd.DataFrame:
    """The frame `label`: Chinese names by kind and code, in rule-book order."""
    named: dict[str, tuple[Any, ...]] = {
        "domain": rulebook.domains,
        "dimension": rulebook.dimensions,
        "condition": rulebook.conditions,
        "board": rulebook.progress_boards,
        "adjustment": (*rulebook.adjustments, *rulebook.coefficients),
        "limit": rulebook.limits,
        "scale": rulebook.scales,
        "consequence": rulebook.consequences,
        "figure": rulebook.roll_ups,
    }
    rows = [(kind, entry.code, entry.name, n) for kind, entries in named.items() for n, entry in enumerate(entries)]
    rows += [
        ("grade", f"{scale.code}/{grade.code}", grade.name, n)
        for scale in rulebook.scales
        for n, grade in enumerate(scale.grades)
    ]
    return pd.DataFrame(rows, columns=["label_kind", "code", "name", "sort"])


def items(rulebook: RuleBook, of_parts: pd.DataFrame | None) -> pd.DataFrame:
    """The frame `item`: whatever a ledger line can be of, and items that only the parts have known.

    Grain: item_code; an item that several assess has all their points.
    """
    points = pd.Series([item.points for item in rulebook.items]).groupby([item.code for item in rulebook.items]).sum()
    rows = [
        (item.order, item.code, item.name, item.dimension, item.category, item.kind, item.source, item.cadence,
         int(points[item.code]), item.rule.kind, wording.rule_text(item), float(met_at(item)), item.lead_unit,
         item.reference)
        for item in rulebook.listed_items
    ] + [
        (item.order, item.code, item.name, item.dimension, "反向指标", "negative", "inspection", item.cadence,
         0, "deduction", wording.deduction_text(item), 0.0, None, item.reference)
        for item in rulebook.negative_items
    ] + [
        (entry.order, entry.code, entry.name, entry.dimension, "加减分", entry.kind, "register", entry.cadence,
         0, "by_rank" if entry.by_rank else "event", adjustment_text(entry), None, None, entry.reference)
        for entry in rulebook.adjustments
        if entry.dimension
    ] + [
        (_FLOORS_FROM - len(rulebook.coefficients) + n, COEFFICIENT + entry.code, entry.name, entry.dimension, "系数",
         "coefficient", "rulebook", entry.cadence, 0, "coefficient", coefficient_text(entry, rulebook), None, None,
         entry.reference)
        for n, entry in enumerate(rulebook.coefficients)
    ] + [
        (_FLOORS_FROM + n, FLOOR + dimension.code, f"{dimension.name}保底", dimension.code, "保底", "floor", "rulebook",
         None, 0, "floor", "维度得分不低于0分", None, None, None)
        for n, dimension in enumerate(rulebook.dimensions)
        if dimension.role != "adjustment"
    ] + [
        (_FLOORS_FROM + len(rulebook.dimensions), FLOOR_INDEX, "总分保底", dimension.code, "保底", "floor", "rulebook",
         None, 0, "floor", "总分不低于0分", None, None, None)
        for dimension in [one for one in rulebook.dimensions if one.role == "adjustment"][:1]
    ]  # fmt: skip
    own = pd.DataFrame(rows, columns=COLUMNS)
    if of_parts is None:
        return own
    former = of_parts[~of_parts["item_code"].isin(own["item_code"])].drop_duplicates("item_code", keep="last")
    return pd.concat([own, former[COLUMNS]], ignore_index=True) if len(former) else own
