"""Values that come to an outcome: full, part or zero."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from tests.second.catalogue import Item


def value(chance: random.Random, item: Item, outcome: str) -> str:
    """A value that comes to the outcome; an outcome that begins with = is the value itself."""
    if outcome.startswith("="):
        return outcome[1:]
    own: dict[str, Any] = item.parameters
    if item.rule == "yes_no":
        return "是" if outcome == "full" else "否"
    if item.rule in ("at_least", "proportional"):
        return _up_to(chance, own["target"], outcome, is_whole=item.rule == "at_least")
    if item.rule == "tiers":
        starts = [start for start, _ in own["tiers"]]
        inside = [*starts[:-1], *(start + Fraction(1, 100) for start in starts[:-1]), starts[1] - Fraction(1, 1000)]
        return _text({"full": starts[-1], "part": chance.choice(inside)}.get(outcome, Fraction(0)))
    best = Fraction(item.points, 10_000) / own["each"]
    few = chance.choice((Fraction(1, 2), Fraction(1), Fraction(3, 2)))
    good, bad = (Fraction(0), best + 1) if item.rule == "inverse" else (best + chance.randint(0, 2), Fraction(0))
    return _text({"full": good, "part": few}.get(outcome, bad))


def _up_to(chance: random.Random, target: Fraction, outcome: str, is_whole: bool) -> str:
    if outcome == "full":
        return _text(target + chance.choice((0, 0, 0, 1)) * (1 if is_whole or target > 1 else Fraction(1, 20)))
    if outcome == "zero" or is_whole:
        return "0"
    return _text(Fraction(round(target * chance.randint(10, 95) * 10), 1000))


def _text(number: Fraction) -> str:
    """The number as a decimal."""
    text = f"{float(number):.4f}".rstrip("0").rstrip(".")
    assert Fraction(text) == number, number
    return text
