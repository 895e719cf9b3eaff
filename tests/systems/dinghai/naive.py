"""The Party-building coefficient a second time: slow, obvious, in fractions, straight from RULES §4.

Nothing here is shared with the product. Points are whole ten-thousandths, other numbers exact fractions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor

from tests.systems.arithmetic import POINT, half_up, last_day, months_of
from tests.systems.dinghai.catalogue import (
    ALL,
    AWARDS,
    BALLOTS,
    BANDS,
    BASIS,
    BONUSES,
    CLASSES,
    COMMUNITY,
    CONTEST_BONUS,
    DEDUCTIONS,
    EXCELLENT,
    GRADES,
    GRAVE,
    HALF_YEAR,
    LEVEL_QUOTAS,
    MILESTONES,
    MONTH,
    MULTIPLIED,
    PERSON,
    STEPS,
    TOWN,
    UNIT,
    VETOES,
    YEAR_2017,
    YEAR_2018,
    Item,
)

Key = tuple[str, str, str, str]
"""Period, organisation, item, assessor ("" where the item has only one)."""

# --- what is known


@dataclass(frozen=True)
class Organisation:
    """A unit, or a person under a key."""

    code: str
    name: str
    kind: str
    parent: str
    town: str = ""
    first_day: date = date(2010, 1, 1)
    last_day: date = date.max


@dataclass(frozen=True)
class Event:
    """A reviewed entry of the register."""

    day: date
    org: str
    code: str
    times: int = 1


@dataclass(frozen=True)
class Votes:
    """A ballot as counted."""

    issued: int
    options: dict[str, int]


@dataclass
class Facts:
    """What happened, as far as it counts: nothing that is refused, unverified or not reviewed."""

    organisations: list[Organisation]
    values: dict[Key, Fraction] = field(default_factory=dict)
    votes: dict[tuple[str, str, str], Votes] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)


# --- arithmetic


def ranks(points: Sequence[Fraction | int], ties: str = "better") -> list[Fraction]:
    """Places, highest first; equals share the better one (1, 2, 2, 4) or the average of theirs (1, 5/2, 5/2, 4)."""
    better = [1 + sum(other > one for other in points) for one in points]
    equals = [sum(other == one for other in points) for one in points]
    half_block = [Fraction(count - 1, 2) if ties == "average" else Fraction(0) for count in equals]
    return [place + half for place, half in zip(better, half_block, strict=True)]


def middle_of(count: int, middle: str | Fraction = "mean") -> Fraction:
    """The middle place of so many."""
    if isinstance(middle, Fraction):
        return middle
    mean = Fraction(count + 1, 2)
    return {"mean": mean, "lower": Fraction(floor(mean)), "upper": Fraction(-floor(-mean))}[middle]


def coefficient(rank: Fraction, middle: Fraction, step: Fraction) -> Fraction:
    """c = 1 + (m − rank) × step."""
    return 1 + (middle - rank) * step


def effect(points: int, c: Fraction) -> int:
    """What multiplying these points by c adds or takes, rounded once."""
    return half_up(points * (c - 1))


def is_below_percent(points: int, first: int, percent: int) -> bool:
    """Exactly so many per cent is not below."""
    return Fraction(points) < Fraction(first * percent, 100)


# --- one period


@dataclass
class Line:
    item: str
    assessor: str
    dimension: str
    points: int
    full_points: int
    status: str


@dataclass
class Card:
    """An organisation's result."""

    organisation: Organisation
    domain: str
    lines: list[Line]
    rank: int = 0
    peers: int = 0
    c: Fraction | None = None
    places_moved: int = 0
    limits: list[str] = field(default_factory=list)
    grade: str = ""
    limited_by: str = ""

    def points_of(self, *dimensions: str) -> int:
        return sum(line.points for line in self.lines if line.dimension in dimensions)

    @property
    def index(self) -> int:
        return sum(line.points for line in self.lines if line.dimension not in BASIS)

    @property
    def full_points(self) -> int:
        return sum(line.full_points for line in self.lines if line.dimension not in BASIS)

    @property
    def effect(self) -> int:
        return self.points_of("coefficient_effect")


def scored(facts: Facts, period: str) -> dict[str, Card]:
    """Every assessed organisation's card, by code."""
    items = {"2017": YEAR_2017, "2018": YEAR_2018}.get(period) or {6: HALF_YEAR, 1: MONTH}[months_of(period)]
    cards = {}
    for one in facts.organisations:
        end = last_day(period)
        exists = one.first_day <= end.replace(day=1) and end <= one.last_day
        if exists and one.kind in ((TOWN,) if period == "2017" else (*ALL, PERSON)):
            own = [item for item in items if one.kind in item.domains]
            lines = _item_lines(facts, period, one.code, own)
            cards[one.code] = Card(one, one.kind, lines)
    if months_of(period) == 12:
        _adjust(facts, period, cards)
    for group in _groups(cards):
        places = ranks([card.index for card in group])
        without = ranks([card.index - card.effect for card in group])
        for card, place, before in zip(group, places, without, strict=True):
            card.rank, card.peers, card.places_moved = int(place), len(group), int(before - place)
    if months_of(period) == 12:
        _limit(facts, period, cards)
        _grade(cards)
    return cards


def _groups(cards: dict[str, Card]) -> list[list[Card]]:
    """Peers: those of a class; people only inside their unit."""
    groups: dict[tuple[str, str], list[Card]] = defaultdict(list)
    for card in cards.values():
        groups[card.domain, card.organisation.parent if card.domain == PERSON else ""].append(card)
    return list(groups.values())


def _item_lines(facts: Facts, period: str, org: str, items: list[Item]) -> list[Line]:
    applying = [item for item in items if item.rule != "milestones" or _milestone(item, period) is not None]
    lines = []
    for item in applying:
        same = [other for other in applying if other.dimension == item.dimension]
        freed = sum(other.points for other in items if other.dimension == item.dimension and other not in applying)
        full = (item.points + freed * item.points / sum(other.points for other in same)) * POINT
        assert full.denominator == 1, "the example's points divide without a rest"
        value = _value(facts, period, org, item)
        if value is None:
            lines.append(Line(item.code, item.assessor, item.dimension, 0, int(full), "missing"))
            continue
        share, is_met = _share(item, value, period)
        status = "met" if is_met else "unmet"
        lines.append(Line(item.code, item.assessor, item.dimension, half_up(full * share), int(full), status))
    return lines


def _value(facts: Facts, period: str, org: str, item: Item) -> Fraction | None:
    if item.code not in BALLOTS:
        return facts.values.get((period, org, item.code, item.assessor))
    votes = facts.votes.get((period, org, item.code))
    if votes is None:
        return None
    weights, turnout = BALLOTS[item.code]
    given = sum(votes.options.values())
    if Fraction(given, votes.issued) < turnout:
        return None
    return sum(weights[option] * count for option, count in votes.options.items()) / Fraction(given)


def _milestone(item: Item, period: str) -> Fraction | None:
    """What is to be reached by the period's end; None before the first milestone."""
    come = [at_least for day, at_least in MILESTONES[item.code] if day <= f"{last_day(period):%m-%d}"]
    return Fraction(come[-1]) if come else None


def _share(item: Item, value: Fraction, period: str) -> tuple[Fraction, bool]:
    """The share of the points that the value earns, and whether the item is met."""
    if item.rule == "milestones":
        is_reached = value >= (_milestone(item, period) or 0)
        return Fraction(is_reached), is_reached
    if item.rule == "tiers":
        share = max([Fraction(0), *(Fraction(worth) for start, worth in item.parameter if value >= Fraction(start))])
        return share, share >= Fraction("0.8")
    number = Fraction(str(item.parameter or 0))
    shares = {
        "proportional": lambda: (min(value / number, Fraction(1)), value >= number),
        "scored": lambda: (value / number, value / number >= Fraction("0.6")),
        "yes_no": lambda: (value, value == 1),
        "per_unit": lambda: (min(number * value, item.points) / item.points, value >= 1),
        "inverse": lambda: (max(item.points - number * value, Fraction(0)) / item.points, value == 0),
    }
    return shares[item.rule]()


# --- what a year makes of scores


def _adjust(facts: Facts, period: str, cards: dict[str, Card]) -> None:
    for group in _groups(cards):
        if group[0].domain == COMMUNITY:
            _add_contest_bonus(group)
        if group[0].domain in CLASSES:
            _add_events(facts, period, group)
            _multiply(period, group)


def _add_events(facts: Facts, period: str, group: list[Card]) -> None:
    for card in group:
        for entry, (each, cap) in (BONUSES | DEDUCTIONS).items():
            if count := times(facts, period, card.organisation.code, [entry]):
                worth = int(min(Fraction(each) * count, Fraction(cap)) * POINT)
                points = worth if entry in BONUSES else -worth
                card.lines.append(Line(entry, "", "adjustment", points, 0, "adjusted"))


def _add_contest_bonus(group: list[Card]) -> None:
    """For the first two places of the contest; equals share the better place."""
    for card, place in zip(group, ranks([card.points_of("contest") for card in group]), strict=True):
        if place <= len(CONTEST_BONUS):
            card.lines.append(Line("R01", "", "adjustment", CONTEST_BONUS[int(place) - 1], 0, "adjusted"))


def _multiply(period: str, group: list[Card]) -> None:
    """The coefficient goes by the rank of the four assessors' sum."""
    domain, middle = group[0].domain, middle_of(len(group))
    for card, place in zip(group, ranks([card.points_of("party_work") for card in group]), strict=True):
        card.c = coefficient(place, middle, STEPS[domain])
        points = effect(card.points_of(*MULTIPLIED[period]), card.c)
        card.lines.append(Line(f"coefficient:{domain}", "", "coefficient_effect", points, 0, "adjusted"))


def times(facts: Facts, period: str, org: str, codes: Iterable[str]) -> int:
    year = int(period)
    return sum(
        event.times for event in facts.events if event.org == org and event.day.year == year and event.code in codes
    )


def _limit(facts: Facts, period: str, cards: dict[str, Card]) -> None:
    for group in _groups(cards):
        first, last = max(card.index for card in group), min(card.index for card in group)
        for card in group:
            code = card.organisation.code
            if card.domain in CLASSES and times(facts, period, code, VETOES):
                card.limits.append("veto")
            grave = card.domain in CLASSES and times(facts, period, code, GRAVE)
            if grave and is_below_percent(card.index, first, 60):
                card.limits.append("unqualified" if card.domain == TOWN else "unqualified_unit")
            if card.domain == COMMUNITY and card.index == last:
                card.limits.append("contest_last")


def _grade(cards: dict[str, Card]) -> None:
    for group in sorted(_groups(cards), key=lambda group: group[0].domain == PERSON):
        scale = GRADES[group[0].domain]
        for card in group:
            reached = _reached(card, group, cards)
            allowed = _allowed(scale, reached, card.limits)
            card.grade = allowed
            if allowed != reached:
                card.limited_by = next(limit for limit in card.limits if _allowed(scale, reached, [limit]) == allowed)


def _reached(card: Card, group: list[Card], cards: dict[str, Card]) -> str:
    place_of_last_equal = sum(other.index >= card.index for other in group)
    if card.domain == UNIT:
        percent = 0
        for grade, quota in LEVEL_QUOTAS:
            percent += quota
            if place_of_last_equal <= floor(Fraction(len(group) * percent, 100)):
                return grade
        return "D"
    if card.domain == PERSON:
        quota = EXCELLENT[cards[card.organisation.parent].grade]
        is_inside = place_of_last_equal <= floor(Fraction(len(group) * quota, 100))
        if is_inside and card.index >= 80 * POINT:
            return "excellent"
    return next(grade for grade, least in BANDS[GRADES[card.domain]] if card.index >= least * POINT)


def _allowed(scale: str, grade: str, limits: Iterable[str]) -> str:
    for limit in limits:
        if limit.startswith("unqualified"):
            grade = "poor" if scale == "overall" else "D"
        elif grade in AWARDS[scale]:
            order = ["A", "B", "C", "D"] if scale == "level" else [code for code, _ in BANDS[scale]]
            grade = next(code for code in order[order.index(grade) :] if code not in AWARDS[scale])
    return grade
