"""A rule book as it is in force on one day: resolved, exact, frozen.

Points are whole ten-thousandths of a point (int), other numbers are exact fractions. Everything is in rule-book order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from schemas.conditions import Condition, FindingReviewed, OrderOverdue
from schemas.layouts import Inbox
from schemas.outcomes import (
    Adjustment,
    Coefficient,
    Consequence,
    Limit,
    RollUp,
    Scale,
    Share,
)
from schemas.periods import Cadence, Period
from schemas.watch_list import Circumstance, WatchList

POINT = 10_000
"""Ten-thousandths in a point."""

RuleKind = Literal["at_least", "proportional", "yes_no", "tiers", "per_unit", "inverse", "scored", "milestones"]
MeasureKind = Literal[
    "count",
    "ratio",
    "state_ratio",
    "state_flag",
    "state_value",
    "state_at_most",
    "state_not_before_period_end",
    "state_within",
]
ItemKind = Literal["common", "specific"]
Source = Literal["platform", "declaration", "department", "units"]
DimensionRole = Literal["counted", "basis", "adjustment"]
Attribute = Literal["members", "groups"]
GroupAttribute = Literal["kind", "town", "parent_code"]
AssessedFrom = Literal["first_full_month", "any_day"]


@dataclass(frozen=True)
class Dimension:
    """A dimension: `counted` in the index and never below 0; a `basis` that is scored and published and only ranks
    units; or an `adjustment`, which goes into the index with its sign."""

    code: str
    name: str
    role: DimensionRole = "counted"


@dataclass(frozen=True)
class Domain:
    """A peer domain; the registry writes its name or one of the aliases.

    Organisations whose attributes are among those of `where` belong to it whatever the registry writes; the first such
    domain in rule-book order is the one. `peers_by`: each value of this attribute is a peer group of its own.
    `full_points`: where they differ from the cadence's.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    where: dict[GroupAttribute, tuple[str, ...]] = field(default_factory=dict)
    peers_by: GroupAttribute | None = None
    full_points: dict[Cadence, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OrganizationKind:
    """A kind of unit. Results of a restricted kind (people, under a key) never reach the published views."""

    code: str
    name: str
    is_restricted: bool = False


@dataclass(frozen=True)
class Body:
    """A lead unit or responsible body; items refer to the code, people read the name."""

    code: str
    name: str


@dataclass(frozen=True)
class Rule:
    """How a value earns its share of the points (RULES §0).

    target: at_least, proportional; scored: the best score there is, beyond which a value is out of range. tiers (from,
    share; ascending): tiers. pass_share: tiers, scored. each, in ten-thousandths of a point per unit: per_unit,
    inverse. milestones (month, day, target; ascending): the target is that of the last one that has come by the
    period's end; before the first the item does not apply.
    """

    kind: RuleKind
    target: Fraction | None = None
    tiers: tuple[tuple[Fraction, Fraction], ...] = ()
    pass_share: Fraction | None = None
    each: int | None = None
    milestones: tuple[tuple[int, int, Fraction], ...] = ()


@dataclass(frozen=True)
class Measure:
    """How a value is observed from platform events (RULES §1).

    topics: empty means any. ratio and state_ratio are of / over, each the sum of its fields; state_at_most is
    of <= over; state_within asks whether the date `of` lies in the `months` up to the period's end; the other states
    read `of` alone. Events count whose fields reach `having` and whose local day is `on_day` of the month, give or take
    `tolerance_days`.
    """

    kind: MeasureKind
    event: str
    topics: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    months: int | None = None
    having: dict[str, Fraction] = field(default_factory=dict)
    on_day: int | None = None
    tolerance_days: int = 0


@dataclass(frozen=True)
class Relatives:
    """A value read from other units' results: those below (`children`, direct or `all` levels) or the unit above.

    of attainment: index / full points, the mean of the units, equally or by members. of met: the share of the units
    that met `item`. Units of `domains` are read.
    """

    to: Literal["children", "parent"]
    domains: tuple[str, ...]
    levels: Literal["direct", "all"] = "direct"
    of: Literal["attainment", "met"] = "attainment"
    item: str | None = None
    weight: Literal["equal", "members"] = "equal"


@dataclass(frozen=True)
class Ballot:
    """A vote as the value of an item: Σ weight × votes / Σ votes; missing where Σ votes / issued is below the turnout.

    A sheet gives `issued` and each option under the codes <item>/<name>.
    """

    issued: str
    options: dict[str, Fraction]
    minimum_turnout: Fraction


@dataclass(frozen=True)
class AppliesWhen:
    """The item applies to organisations whose registry attribute is at least this; an unknown attribute is not."""

    attribute: Attribute
    at_least: int


@dataclass(frozen=True)
class Item:
    """An item that earns points. One that several assessors score is as many of these, of one code, each with its
    assessor and that assessor's part of the points."""

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
    is_mandatory: bool = False
    assessor: str = ""
    relatives: Relatives | None = None
    ballot: Ballot | None = None


@dataclass(frozen=True)
class NegativeItem:
    """An entry of the negative list: each finding takes `each`, at most `cap` in a period of its cadence.

    A finding is to be put right within `rectify_days` of its day; None: no order is made.
    """

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
    rectify_days: int | None = None


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
class CadenceRule:
    """How periods of a cadence are made: own items of `full_points`, and the mean of every cadence in `parts`.

    deductions: whether the parts' deductions are averaged like everything else, or added up. `publish_before`: month
    and day of the next year by which the results are to be published.
    """

    cadence: Cadence
    full_points: int
    parts: tuple[Cadence, ...] = ()
    deductions: Literal["mean", "sum"] = "mean"
    publish_before: tuple[int, int] | None = None


@dataclass(frozen=True)
class ControlTotal:
    """A stated figure that must be the sum of stated others (`parts`) and, where `equals` says, of the registry's."""

    code: str
    name: str
    parts: tuple[str, ...]
    equals: Literal["members", "organizations"] | None
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class Policies:
    """Choices that the scheme makes where its description leaves one.

    share_at_most bounds values of proportional items with a target of at
    most 1, number_at_most all others. common_problem_percent: an item unmet by at least this per cent of a domain is a
    common problem. radar_margin_percent: a dimension this many percentage points from the domain's median stands out.
    recheck_percent: share of each stratum whose declarations are re-checked. recheck_months: for so long those who were
    re-checked wait behind those who were not.
    """

    assessed_from: AssessedFrom
    share_at_most: Fraction
    number_at_most: Fraction
    common_problem_percent: Fraction
    radar_margin_percent: Fraction
    recheck_percent: Fraction = Fraction(10)
    recheck_months: int = 12


@dataclass(frozen=True, kw_only=True)
class RuleBook:
    """A scheme's rules on one day. `version` is the latest start date applied, `hash` tells two contents apart.

    organization_kinds maps the registry's text to the kind. Cadences stand from the shortest to the longest.
    """

    scheme: str
    name: str
    index_name: str
    version: str
    hash: str
    dimensions: tuple[Dimension, ...]
    domains: tuple[Domain, ...]
    organization_kinds: dict[str, OrganizationKind]
    bodies: tuple[Body, ...]
    items: tuple[Item, ...]
    negative_items: tuple[NegativeItem, ...] = ()
    conditions: tuple[Condition, ...] = ()
    progress_boards: tuple[ProgressBoard, ...] = ()
    cadences: dict[Cadence, CadenceRule]
    adjustments: tuple[Adjustment, ...] = ()
    coefficients: tuple[Coefficient, ...] = ()
    limits: tuple[Limit, ...] = ()
    scales: tuple[Scale, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    shares: tuple[Share, ...] = ()
    roll_ups: tuple[RollUp, ...] = ()
    control_totals: tuple[ControlTotal, ...] = ()
    watch_list: WatchList | None = None
    circumstances: tuple[Circumstance, ...] = ()
    policies: Policies
    inbox: Inbox

    @property
    def listed_items(self) -> tuple[Item, ...]:
        """Every item once, whoever assesses it."""
        return tuple({item.code: item for item in reversed(self.items)}.values())[::-1]

    def sources(self, cadence: Cadence) -> set[str]:
        """Where a period of the cadence has its own values and events from."""
        of_items = {str(item.source) for item in self.items if item.cadence == cadence}
        looked_for = any(
            isinstance(condition.when, FindingReviewed | OrderOverdue) and condition.cadence == cadence
            for condition in self.conditions
        )
        is_inspected = looked_for or any(entry.cadence == cadence for entry in self.negative_items)
        is_registered = any(entry.cadence == cadence for entry in self.adjustments)
        events = {"inspection": is_inspected, "register": is_registered}
        return of_items | {source for source, is_needed in events.items() if is_needed}

    def parts(self, period: Period) -> tuple[Period, ...]:
        """The shorter periods that this one is scored from, the shortest first."""
        rule = self.cadences.get(period.cadence)
        return tuple(part for cadence in rule.parts for part in period.inside(cadence)) if rule else ()

    def wholes(self, period: Period) -> tuple[Period, ...]:
        """The longer periods that are scored from this one, the shortest first."""
        return tuple(period.around(rule.cadence) for rule in self.cadences.values() if period.cadence in rule.parts)
