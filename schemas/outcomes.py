"""What a rule book makes of scores: coefficients, bonus and deduction events, limits, grades, consequences, shares.

Points are whole ten-thousandths, other numbers exact fractions. Source: RULES §2 to §5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from schemas.periods import Cadence

AdjustmentKind = Literal["bonus", "deduction", "veto"]
Figure = Literal["organizations", "assessed", "members", "points", "value", "met", "findings", "warnings"]


@dataclass(frozen=True)
class NearestKind:
    """The nearest ancestor whose organisation kind is one of these."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class MostPointsLost:
    """The lead unit with the largest sum of points lost on its monthly items."""


@dataclass(frozen=True)
class ByBody:
    """One named body."""

    code: str


@dataclass(frozen=True)
class Itself:
    """The organisation that it is about."""


Responsible = NearestKind | MostPointsLost | ByBody | Itself


@dataclass(frozen=True)
class ByRank:
    """Points for the first places by the sum of some dimensions; equals share the better place."""

    dimensions: tuple[str, ...]
    points: tuple[int, ...]


@dataclass(frozen=True)
class Adjustment:
    """An entry of the event register, outside the standards.

    bonus and deduction: each registered event counts `each`, at most `cap` in the period, in `dimension` (an adjustment
    dimension); a bonus with `by_rank` goes by places and not by events. veto: no points; limits say what it does.
    """

    code: str
    order: int
    name: str
    kind: AdjustmentKind
    dimension: str | None
    each: int
    cap: int
    by_rank: ByRank | None
    domains: tuple[str, ...]
    cadence: Cadence
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class Coefficient:
    """A coefficient by rank: c = 1 + (middle − rank) × step (RULES §4).

    Units of a peer group are ranked by the sum of the dimensions `ranked_by`; what the dimensions `applies_to` come to
    is multiplied by c: a line in `dimension` makes up the difference. middle: mean is (n + 1) / 2, lower and upper are
    the whole ranks beside it, a number is a fixed one. ties: equals share the better rank, or the average of theirs.
    """

    code: str
    order: int
    name: str
    domains: tuple[str, ...]
    cadence: Cadence
    ranked_by: tuple[str, ...]
    applies_to: tuple[str, ...]
    step: Fraction
    middle: Literal["mean", "lower", "upper"] | Fraction
    ties: Literal["better", "average"]
    dimension: str
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class EventOccurred:
    """Any of these entries of the register was registered in the period."""

    codes: tuple[str, ...]


@dataclass(frozen=True)
class BelowPercentOfFirst:
    """The index is below so many per cent of the best of the peer group; exactly so many is not below."""

    percent: Fraction


@dataclass(frozen=True)
class BelowPoints:
    """The index is below so many points."""

    points: int


@dataclass(frozen=True)
class ItemsUnmet:
    """Any of these items is unmet."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class LastPlaces:
    """The last places of the peer group by index; a tie that reaches in is included whole, or spared whole."""

    places: int
    ties: Literal["include", "spare"]


LimitCondition = EventOccurred | BelowPercentOfFirst | BelowPoints | ItemsUnmet | LastPlaces


@dataclass(frozen=True)
class CapGrade:
    """No better than this grade of a scale."""

    scale: str
    grade: str


@dataclass(frozen=True)
class BarAwards:
    """No grade that is an award, of any scale."""


Effect = CapGrade | BarAwards


@dataclass(frozen=True)
class Limit:
    """What keeps a unit from grades while its number stands: a veto (一票否决) or a limiter.

    It holds where all, or any, of the conditions do.
    """

    code: str
    order: int
    name: str
    domains: tuple[str, ...]
    cadence: Cadence
    match: Literal["all", "any"]
    conditions: tuple[LimitCondition, ...]
    effects: tuple[Effect, ...]
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class Grade:
    """A grade of a scale, reached by all of what it asks for.

    at_least: points of the index. below, at_most: the upper end as the rule book writes it, exclusive or inclusive; the
    linter holds it against the grade above. at_most_percent: this grade's own quota of the peer group; together with
    the quotas above it, it bounds how many are of this grade or better. mandatory: all mandatory items that apply are
    met. percent_of_first: the index is at least so many per cent of the best of the peer group.
    """

    code: str
    name: str
    at_least: int | None = None
    below: int | None = None
    at_most: int | None = None
    at_most_percent: Fraction | None = None
    mandatory: bool = False
    percent_of_first: Fraction | None = None
    is_award: bool = False
    consequences: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuotasByUnit:
    """Quotas of people's grades that depend on the grade of the unit above: unit grade → own grade → per cent."""

    scale: str
    quotas: dict[str, dict[str, Fraction]]


@dataclass(frozen=True)
class Scale:
    """A scale of grades or stars, best first; the last grade asks for nothing.

    ties: whether a tied block that reaches across a quota gets the better grade (include) or not (exclude). movement:
    one_step rises by at most one grade above the period before. by_unit: quotas by the grade of the unit above.
    """

    code: str
    order: int
    name: str
    domains: tuple[str, ...]
    cadence: Cadence
    grades: tuple[Grade, ...]
    ties: Literal["exclude", "include"]
    movement: Literal["free", "one_step"]
    by_unit: QuotasByUnit | None
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class Consequence:
    """What a grade leads to, as work to be done within so many days of the period's end.

    It is done once the event register has an entry of this code for the organisation.
    """

    code: str
    name: str
    due_days: int
    responsible: tuple[Responsible, ...]
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class Share:
    """A factor of a person: the coefficient of the unit above × the person's own value of an item. Restricted."""

    code: str
    name: str
    domains: tuple[str, ...]
    cadence: Cadence
    coefficient: str
    personal: str
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class RollUp:
    """A figure that is added up along the tree: that of every unit (only of `kinds`, where any are named).

    value and met speak of `item`, members of the registry. What the registry states of a unit above is shown beside.
    """

    code: str
    order: int
    name: str
    figure: Figure
    item: str | None
    kinds: tuple[str, ...]
    cadence: Cadence
    effective_from: date
    adopted_on: date
    reference: str
