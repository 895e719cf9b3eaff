"""Points shared out by weights, in whole ten-thousandths."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction


def split(points: int, weights: Mapping[str, Fraction | int]) -> dict[str, int]:
    """The part of each, by largest remainder (ties: who is written first); the parts are the points."""
    total = sum(weights.values())
    exact = {name: points * Fraction(weight) / total for name, weight in weights.items()}
    parts = {name: int(part) for name, part in exact.items()}
    by_remainder = sorted(exact, key=lambda name: parts[name] - exact[name])
    for name in by_remainder[: points - sum(parts.values())]:
        parts[name] += 1
    return parts
