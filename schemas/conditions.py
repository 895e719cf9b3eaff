"""When a warning is given, how grave it is and who must see to it: the conditions of a rule book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from schemas.outcomes import Responsible
from schemas.periods import Cadence

Colour = Literal["blue", "yellow", "red"]


@dataclass(frozen=True)
class ItemUnmet:
    """Holds for each unmet item; only for dynamic ones where `dynamic`, only for `items` where any are named."""

    dynamic: bool
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnmetCount:
    """Holds where so many items are unmet, `at_least` and `below` (None: no limit) as a half-open range."""

    at_least: int
    below: int | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndexBelow:
    """Holds where the index is below so many points."""

    points: int


@dataclass(frozen=True)
class DateDue:
    """Holds where the last snapshot's date `of` comes within so many months after the period's end, or is over."""

    event: str
    of: str
    within_months: int


@dataclass(frozen=True)
class OrderOverdue:
    """Holds for each rectification order whose deadline is over at the period's end, and that is not done by then."""


@dataclass(frozen=True)
class FindingReviewed:
    """Holds for each negative item with a reviewed finding dated in the month."""


@dataclass(frozen=True)
class BottomPercent:
    """Holds for the bottom per cent of a domain (RULES §0, ranks)."""

    percent: Fraction
    basis: Literal["index", "lead_unit_points"]
    rounding: Literal["floor", "ceil", "half_up"]
    ties: Literal["spare", "include"]


@dataclass(frozen=True)
class Streak:
    """Holds when another condition held in so many months (periods of its cadence) running, of one item or of any."""

    of: str
    months: int
    match: Literal["same_item", "any_item"]


When = ItemUnmet | UnmetCount | IndexBelow | DateDue | OrderOverdue | FindingReviewed | BottomPercent | Streak


@dataclass(frozen=True)
class Condition:
    """A warning condition; without a colour it is only recorded, for a streak. `responsible` is tried in order.

    `due_days`: a warning is a task, to be cleared within so many days after the end of the period in which it began to
    warn; None where it makes no task.
    """

    code: str
    name: str
    colour: Colour | None
    severity: int
    when: When
    responsible: tuple[Responsible, ...]
    effective_from: date
    adopted_on: date
    reference: str
    cadence: Cadence = "month"
    due_days: int | None = None
