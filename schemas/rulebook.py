"""A rule book as it is in force on one day: resolved, exact, frozen.

Points are whole ten-thousandths of a point (int), other numbers are exact fractions. Everything is in rule-book order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from schemas.layouts import Inbox

POINT = 10_000
"""Ten-thousandths in a point."""

RuleKind = Literal["at_least", "proportional", "yes_no", "tiers", "per_unit", "inverse"]
MeasureKind = Literal[
    "count", "ratio", "state_ratio", "state_flag", "state_value", "state_at_most", "state_not_before_period_end"
]
Cadence = Literal["month", "quarter"]
ItemKind = Literal["common", "specific"]
Source = Literal["platform", "declaration", "department"]
Attribute = Literal["members", "groups"]
Colour = Literal["blue", "yellow", "red"]
AssessedFrom = Literal["first_full_month", "any_day"]


@dataclass(frozen=True)
class Dimension:
    """A dimension of the index."""

    code: str
    name: str


@dataclass(frozen=True)
class Domain:
    """A peer domain; the registry writes its name or one of the aliases."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Body:
    """A lead unit or responsible body; items refer to the code, people read the name."""

    code: str
    name: str


@dataclass(frozen=True)
class Rule:
    """How a value earns its share of the points (RULES §0).

    target: at_least, proportional. tiers (from, share; ascending) and pass_share: tiers. each, in ten-thousandths of a
    point per unit: per_unit, inverse.
    """

    kind: RuleKind
    target: Fraction | None = None
    tiers: tuple[tuple[Fraction, Fraction], ...] = ()
    pass_share: Fraction | None = None
    each: int | None = None


@dataclass(frozen=True)
class Measure:
    """How a value is observed from platform events (RULES §1).

    topics: empty means any. ratio and state_ratio are of / over, state_at_most is of <= over, the other states read
    `of` alone.
    """

    kind: MeasureKind
    event: str
    topics: tuple[str, ...] = ()
    of: str | None = None
    over: str | None = None


@dataclass(frozen=True)
class AppliesWhen:
    """The item applies to organisations whose registry attribute is at least this; an unknown attribute is not."""

    attribute: Attribute
    at_least: int


@dataclass(frozen=True)
class Item:
    """An item that earns points."""

    code: str
    order: int
    name: str
    dimension: str
    category: str
    kind: ItemKind
    source: Source
    cadence: Cadence
    domains: tuple[str, ...]
    points: int
    rule: Rule
    measure: Measure | None
    is_dynamic: bool
    applies_when: AppliesWhen | None
    lead_unit: str
    unit: str
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class NegativeItem:
    """An entry of the negative list: each finding takes `each`, at most `cap` in a period of its cadence."""

    code: str
    order: int
    name: str
    dimension: str
    each: int
    cap: int
    cadence: Cadence
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class ItemUnmet:
    """Holds for each unmet item; only for dynamic ones where `dynamic`."""

    dynamic: bool


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
    """Holds when another condition held in so many months running, of the same item or of any."""

    of: str
    months: int
    match: Literal["same_item", "any_item"]


When = ItemUnmet | FindingReviewed | BottomPercent | Streak


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


Responsible = NearestKind | MostPointsLost | ByBody


@dataclass(frozen=True)
class Condition:
    """A warning condition; without a colour it is only recorded, for a streak. `responsible` is tried in order."""

    code: str
    name: str
    colour: Colour | None
    severity: int
    when: When
    responsible: tuple[Responsible, ...]
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class ProgressBoard:
    """A progress board (亮牌): an organisation lags if one of the items earns under `lag_below` of its full points."""

    code: str
    name: str
    items: tuple[str, ...]
    lag_below: Fraction
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class Policies:
    """Choices that the scheme makes where its description leaves one.

    full_points: points of a domain by cadence. share_at_most bounds values of proportional items with a target of at
    most 1, number_at_most all others. common_problem_percent: an item unmet by at least this per cent of a domain is a
    common problem. radar_margin_percent: a dimension this many percentage points from the domain's median stands out.
    """

    full_points: dict[Cadence, int]
    assessed_from: AssessedFrom
    share_at_most: Fraction
    number_at_most: Fraction
    common_problem_percent: Fraction
    radar_margin_percent: Fraction


@dataclass(frozen=True)
class RuleBook:
    """A scheme's rules on one day. `version` is the latest start date applied, `hash` tells two contents apart.

    organization_kinds maps the registry's text to the code of the kind.
    """

    scheme: str
    name: str
    index_name: str
    version: str
    hash: str
    dimensions: tuple[Dimension, ...]
    domains: tuple[Domain, ...]
    organization_kinds: dict[str, str]
    bodies: tuple[Body, ...]
    items: tuple[Item, ...]
    negative_items: tuple[NegativeItem, ...]
    conditions: tuple[Condition, ...]
    progress_boards: tuple[ProgressBoard, ...]
    policies: Policies
    inbox: Inbox
