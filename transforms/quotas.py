"""Quotas of grades: how many per cent of a peer group, and how many places that is (RULES §3, §4)."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from schemas.outcomes import Scale


def quotas(scale: Scale, unit: str | None = None) -> tuple[Fraction | None, ...]:
    """Each grade's own quota, per cent; None where it has none. `unit`: the grade of the unit above, if it has one.

    Where quotas go by that grade, a grade that others' units have a quota for and this one has not goes to nobody.
    """
    by_unit = scale.by_unit.quotas if scale.by_unit else {}
    dependent = {code for own in by_unit.values() for code in own}
    own = by_unit.get(unit or "", {})
    return tuple(
        own.get(grade.code, Fraction(0) if grade.code in dependent else grade.at_most_percent) for grade in scale.grades
    )


def places(own: tuple[Fraction | None, ...], peers: int) -> list[int]:
    """How far down the ranking each grade goes: floor(n × its quota and the better grades' / 100), everyone without."""
    total = Fraction(0)
    reach = []
    for quota in own:
        total += quota or 0
        reach.append(peers if quota is None else floor(peers * total / 100))
    return reach
