"""The highest index that a rule book lets a unit reach."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from rulebooks.checks.faults import dimensions_of
from schemas.outcomes import Adjustment, Coefficient
from schemas.periods import CADENCES, Cadence
from schemas.rulebook import RuleBook


def highest_index(rulebook: RuleBook, domain: str, cadence: Cadence) -> Fraction:
    """Full points, every bonus up to its cap, and the best coefficient, in ten-thousandths of a point.

    How many units a peer group has, no rule book says. A middle rank divides it evenly, so the first gains by its
    coefficient what the last loses; as none is below 0, the first gains at most as much as there is.
    """
    counted = dimensions_of(rulebook, "counted")
    own = Fraction(_earned(rulebook, domain, cadence, counted))
    own += sum(_most(entry) for entry in rulebook.adjustments if _is_of(entry, domain, cadence))
    for coefficient in rulebook.coefficients:
        if _is_of(coefficient, domain, cadence):
            own += _full(rulebook, domain, cadence, coefficient.applies_to) * _most_gained(coefficient)
    return own + sum(highest_index(rulebook, domain, part) for part in _parts(rulebook, cadence))


def _full(rulebook: RuleBook, domain: str, cadence: Cadence, dimensions: Collection[str]) -> int:
    inside = sum(_full(rulebook, domain, part, dimensions) for part in _parts(rulebook, cadence))
    return _earned(rulebook, domain, cadence, dimensions) + inside


def _earned(rulebook: RuleBook, domain: str, cadence: Cadence, dimensions: Collection[str]) -> int:
    return sum(
        item.points
        for item in rulebook.items
        if domain in item.domains and item.cadence == cadence and item.dimension in dimensions
    )


def _parts(rulebook: RuleBook, cadence: Cadence) -> list[Cadence]:
    rule = rulebook.cadences.get(cadence)
    return [part for part in rule.parts if CADENCES.index(part) < CADENCES.index(cadence)] if rule else []


def _is_of(entry: Adjustment | Coefficient, domain: str, cadence: Cadence) -> bool:
    return domain in entry.domains and entry.cadence == cadence


def _most(entry: Adjustment) -> int:
    if entry.kind != "bonus":
        return 0
    return max(entry.by_rank.points) if entry.by_rank else entry.cap


def _most_gained(coefficient: Coefficient) -> Fraction:
    if isinstance(coefficient.middle, Fraction):
        return max((coefficient.middle - 1) * coefficient.step, Fraction(0))
    return Fraction(1)
