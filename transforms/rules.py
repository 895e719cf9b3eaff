"""The scoring rules of RULES §0: points and met or not for one item over many organisations, in exact integers.

Points are whole ten-thousandths; a value is value_num / value_den and missing where the denominator is 0. A missing
value earns 0 and is unmet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np

from schemas.rulebook import Item, Rule
from transforms.exact import at_least, half_up, product

Scored = tuple[np.ndarray, np.ndarray]
"""Points (int64) and whether the item is met (bool)."""


def score(item: Item, full_points: np.ndarray, num: np.ndarray, den: np.ndarray) -> Scored:
    """Points of one item for each organisation: half_up(full_points × share), never twice rounded."""
    present = np.asarray(den > 0, dtype=bool)
    points, is_met = _RULES[item.rule.kind](item, full_points, num, np.where(present, den, 1))
    return np.where(present, points, 0), is_met & present


def due(item: Item, on: date) -> Item | None:
    """The item with the target that holds on a day; None where the first of its milestones has not come yet."""
    if item.rule.kind != "milestones":
        return item
    targets = [target for month, day, target in item.rule.milestones if (month, day) <= (on.month, on.day)]
    return replace(item, rule=Rule("at_least", target=targets[-1])) if targets else None


def met_at(item: Item) -> Fraction:
    """The value at which the item is met (for `inverse` the value must not exceed it)."""
    rule = item.rule
    if rule.kind == "scored":
        assert rule.target is not None
        assert rule.pass_share is not None
        return rule.target * rule.pass_share
    if rule.kind == "milestones":
        return rule.milestones[-1][2]
    if rule.kind == "tiers":
        assert rule.pass_share is not None
        return next(start for start, share in rule.tiers if share >= rule.pass_share)
    return (
        {"yes_no": Fraction(1), "per_unit": Fraction(1), "inverse": Fraction(0)}.get(rule.kind)
        or rule.target
        or Fraction(0)
    )


def _at_least(item: Item, full: np.ndarray, num: np.ndarray, den: np.ndarray) -> Scored:
    assert item.rule.target is not None
    is_met = at_least(num, den, item.rule.target)
    return np.where(is_met, full, 0), is_met


def _yes_no(item: Item, full: np.ndarray, num: np.ndarray, den: np.ndarray) -> Scored:
    is_met = np.asarray(num > 0, dtype=bool)
    return np.where(is_met, full, 0), is_met


def _proportional(item: Item, full: np.ndarray, num: np.ndarray, den: np.ndarray) -> Scored:
    target = item.rule.target
    assert target is not None
    is_met = at_least(num, den, target)
    within = np.where(is_met, 0, np.maximum(num, 0))
    share = half_up(product(full, within, target.denominator), product(den, target.numerator))
    return np.where(is_met, full, share), is_met


def _scored(item: Item, full: np.ndarray, num: np.ndarray, den: np.ndarray) -> Scored:
    points, _ = _proportional(item, full, num, den)
    return points, at_least(num, den, met_at(item))


def _tiers(item: Item, full: np.ndarray, num: np.ndarray, den: np.ndarray) -> Scored:
    assert item.rule.pass_share is not None
    points = np.zeros(len(full), dtype=np.int64)
    is_met = np.zeros(len(full), dtype=bool)
    for start, share in item.rule.tiers:
        reached = at_least(num, den, start)
        points = np.where(reached, half_up(product(full, share.numerator), share.denominator), points)
        is_met = np.where(reached, share >= item.rule.pass_share, is_met)
    return points, is_met


def _per_unit(item: Item, full: np.ndarray, num: np.ndarray, den: np.ndarray) -> Scored:
    """`each` is earned per unit up to the item's own points; the share of these is paid out of the full points."""
    assert item.rule.each is not None
    earned = np.minimum(product(np.maximum(num, 0), item.rule.each), product(den, item.points))
    return half_up(product(full, earned), product(den, item.points)), at_least(num, den, Fraction(1))


def _inverse(item: Item, full: np.ndarray, num: np.ndarray, den: np.ndarray) -> Scored:
    assert item.rule.each is not None
    left = np.maximum(product(den, item.points) - product(num, item.rule.each), 0)
    return half_up(product(full, left), product(den, item.points)), np.asarray(num == 0, dtype=bool)


_RULES: dict[str, Callable[[Item, np.ndarray, np.ndarray, np.ndarray], Scored]] = {
    "at_least": _at_least,
    "proportional": _proportional,
    "yes_no": _yes_no,
    "tiers": _tiers,
    "per_unit": _per_unit,
    "inverse": _inverse,
    "scored": _scored,
}
