"""The Minhang system a second time, from plain facts: cards, ranks, stars.

Slow, obvious, in fractions, straight from the rules; nothing here is shared with the product. Facts are what truly
happened: copies, bad lines and late deliveries are the inbox's affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from tests.systems.arithmetic import first_day, half_up, is_inside, last_day, shared
from tests.systems.minhang.catalogue import (
    BRANCHES,
    DIMENSIONS,
    DOMAINS,
    FIVE_AT_MOST_PERCENT,
    ITEMS,
    NEGATIVES,
    RELATIVES,
    STARS,
    THEMES,
    Item,
)

# --- facts


class Span(NamedTuple):
    code: str
    name: str
    kind: str
    domain: str
    parent: str
    town: str
    first: date
    last: date
    members: int | None
    groups: int | None


class Event(NamedTuple):
    org: str
    kind: str
    topic: str
    day: date
    data: dict[str, Any]


class Finding(NamedTuple):
    org: str
    code: str
    day: date
    closed: date | None


@dataclass
class Facts:
    """`events` come in the order in which they happened; `findings` are the reviewed ones.

    `sheets`: what departments found, by year, item and organisation. `register`: organisation, consequence, the day on
    which it was seen to.
    """

    spans: list[Span]
    events: list[Event]
    sheets: dict[tuple[str, str, str], Fraction]
    findings: list[Finding]
    register: list[tuple[str, str, date]]

    def live(self, day: date) -> dict[str, Span]:
        return {span.code: span for span in self.spans if span.first <= day <= span.last}


class Line(NamedTuple):
    dimension: str
    points: int
    full: int
    value: Fraction | None
    status: str


@dataclass
class Card:
    span: Span
    domain: str
    lines: dict[str, Line]
    rank: int = 0
    peers: int = 0

    @property
    def index(self) -> int:
        return sum(line.points for line in self.lines.values())

    @property
    def full(self) -> int:
        return sum(line.full for line in self.lines.values())

    def of(self, dimension: str) -> tuple[int, int]:
        """Points and full points of a dimension."""
        own = [line for line in self.lines.values() if line.dimension == dimension]
        return sum(line.points for line in own), sum(line.full for line in own)

    @property
    def attainment(self) -> Fraction:
        return Fraction(self.index, self.full)


@dataclass
class Result:
    """A period; `grades`: a year's by organisation and scale."""

    period: str
    cards: dict[str, Card]
    grades: dict[tuple[str, str], str] = field(default_factory=dict)


# --- months and years


def results(facts: Facts, periods: list[str]) -> dict[str, Result]:
    """Every period in the order given: a year after its months, months that follow one another in order."""
    done: dict[str, Result] = {}
    for period in periods:
        months = [done[month] for month in done if month[5:] and month[:4] == period] if len(period) == 4 else []
        result = Result(period, _cards(facts, period, months))
        _rank(result.cards)
        done[period] = result
        if months:
            result.grades = dict(_grades(result.cards))
    return done


def _cards(facts: Facts, period: str, months: list[Result]) -> dict[str, Card]:
    live = facts.live(last_day(period))
    before = facts.live(first_day(period))
    assessed = {code for month in months for code in month.cards} if months else set(before)
    cards: dict[str, Card] = {}
    for domain in DOMAINS:
        for code, span in live.items():
            if (span.domain or span.kind) == domain and code in assessed:
                earlier = [month.cards[code] for month in months if code in month.cards]
                lines = _mean(earlier) if months else {}
                lines |= _own_lines(facts, period, span, domain, cards, live)
                lines |= _monthly_deductions(earlier) if months else _deductions(facts, code, period)
                cards[code] = Card(span, domain, lines | _floors(lines))
    return cards


def _own_lines(
    facts: Facts, period: str, span: Span, domain: str, cards: dict[str, Card], live: dict[str, Span]
) -> dict[str, Line]:
    cadence = "month" if period[5:] else "year"
    own = [item for item in ITEMS if item.cadence == cadence and domain in item.domains]
    full = _full_points(own, span)
    lines = {}
    for item in own:
        if item.code in full:
            if item.code in RELATIVES:
                value = _of_relatives(item.code, span.code, cards, live)
            elif item.code in {*MEASURES}:
                value = MEASURES[item.code](facts, span.code, period)
            else:
                value = facts.sheets.get((period, item.code, span.code))
            lines[item.code] = _line(item, full[item.code], value)
    return lines


def _full_points(items: list[Item], span: Span) -> dict[str, int]:
    """Points of 党小组会 go to the other items of its dimension where there are no groups."""
    full = {item.code: item.points for item in items}
    if "M04" in full and not span.groups:
        lost = full.pop("M04")
        takers = {item.code: item.points for item in items if item.dimension == "system" and item.code != "M04"}
        whole = sum(takers.values())
        full |= shared(whole + lost, {code: Fraction((whole + lost) * own, whole) for code, own in takers.items()})
    return full


def _line(item: Item, full: int, value: Fraction | None) -> Line:
    if value is None:
        return Line(item.dimension, 0, full, None, "missing")
    share, is_met = _share(item, value)
    return Line(item.dimension, half_up(full * share), full, value, "met" if is_met else "unmet")


def _share(item: Item, value: Fraction) -> tuple[Fraction, bool]:
    """The share earned, and whether the item is met."""
    kind, *rest = item.rule
    points = Fraction(item.points)
    if kind == "tiers":
        share = max((worth for start, worth in rest[0] if value >= start), default=Fraction(0))
        return share, share >= rest[1]
    if kind == "scored":
        return value / rest[0], value / rest[0] >= rest[1]
    shares = {
        "yes_no": lambda: (value, value == 1),
        "at_least": lambda: (Fraction(value >= rest[0]), value >= rest[0]),
        "proportional": lambda: (min(value / rest[0], Fraction(1)), value >= rest[0]),
        "per_unit": lambda: (min(rest[0] * value, points) / points, value >= 1),
        "inverse": lambda: (max(points - rest[0] * value, Fraction(0)) / points, value == 0),
    }
    return shares[kind]()


def _deductions(facts: Facts, org: str, period: str) -> dict[str, Line]:
    lines = {}
    for entry in NEGATIVES:
        own = [one for one in facts.findings if one.org == org and one.code == entry.code]
        count = len([one for one in own if is_inside(one.day, period)])
        if count:
            points = -min(entry.each * count, entry.cap)
            lines[entry.code] = Line(entry.dimension, points, 0, Fraction(count), "deducted")
    return lines


def _monthly_deductions(months: list[Card]) -> dict[str, Line]:
    lines = {}
    for entry in NEGATIVES:
        own = [card.lines[entry.code] for card in months if entry.code in card.lines]
        if own:
            count = sum((line.value or Fraction(0) for line in own), Fraction(0))
            lines[entry.code] = Line(entry.dimension, sum(line.points for line in own), 0, count, "deducted")
    return lines


def _floors(lines: dict[str, Line]) -> dict[str, Line]:
    below = {name: sum(line.points for line in lines.values() if line.dimension == name) for name in DIMENSIONS}
    return {f"floor:{name}": Line(name, -points, 0, None, "floor") for name, points in below.items() if points < 0}


def _mean(months: list[Card]) -> dict[str, Line]:
    """The mean total rounded half up once, shared out over dimensions and then over lines; full points the same way."""
    kept = ("met", "unmet", "missing")
    earned = [{code: line for code, line in card.lines.items() if line.status in kept} for card in months]
    codes = [item.code for item in ITEMS if any(item.code in lines for lines in earned)]
    dimension = {item.code: item.dimension for item in ITEMS}
    made = {}
    for what in ("points", "full"):
        total = {c: Fraction(sum(getattr(own[c], what) for own in earned if c in own), len(months)) for c in codes}
        within = {name: {c: total[c] for c in codes if dimension[c] == name} for name in DIMENSIONS}
        sums = {name: sum(own.values(), Fraction(0)) for name, own in within.items() if own}
        parts = shared(half_up(sum(sums.values(), Fraction(0))), sums)
        made[what] = {c: part for name in parts for c, part in shared(parts[name], within[name]).items()}
    return {c: Line(dimension[c], made["points"][c], made["full"][c], None, "mean") for c in codes}


def _rank(cards: dict[str, Card]) -> None:
    for card in cards.values():
        peers = [other for other in cards.values() if other.domain == card.domain]
        card.peers = len(peers)
        card.rank = 1 + sum(other.index > card.index for other in peers)


# --- what is observed


def _events(facts: Facts, org: str, period: str, kind: str, topics: tuple[str, ...] = ()) -> list[Event]:
    own = [event for event in facts.events if event.org == org and is_inside(event.day, period)]
    of_kind = [event for event in own if event.kind == kind]
    return [event for event in of_kind if not topics or event.topic in topics]


def _ratio(events: list[Event], of: str, over: tuple[str, ...]) -> Fraction | None:
    below = sum(Fraction(str(event.data[name])) for event in events for name in over)
    return sum(Fraction(str(event.data[of])) for event in events) / below if below else None


def _theme_days(facts: Facts, org: str, period: str) -> Fraction:
    """Theme days of the five themes, on the 15th, of at least four hours."""
    held = _events(facts, org, period, "theme_day", THEMES)
    return Fraction(len([event for event in held if event.day.day == 15 and Fraction(str(event.data["hours"])) >= 4]))


def snapshot(facts: Facts, org: str, period: str) -> dict[str, Any]:
    taken = _events(facts, org, period, "roster")
    return taken[-1].data if taken else {}


def _posts(facts: Facts, org: str, period: str) -> Fraction | None:
    state = snapshot(facts, org, period)
    return Fraction(state["posts_filled"], state["posts_quota"]) if state else None


def _term(facts: Facts, org: str, period: str) -> Fraction | None:
    state = snapshot(facts, org, period)
    return Fraction(date.fromisoformat(state["term_expires_on"]) >= last_day(period)) if state else None


def _trained(facts: Facts, org: str, period: str) -> Fraction | None:
    """Whether the day of training that the last snapshot names lies in the twelve months up to the period's end."""
    day = snapshot(facts, org, period).get("secretary_trained_on")
    return Fraction(is_inside(date.fromisoformat(day), period)) if day else None


def _count(kind: str, *topics: str) -> Any:
    return lambda facts, org, period: Fraction(len(_events(facts, org, period, kind, topics)))


MEASURES = {
    "M01": _theme_days,
    "M02": lambda facts, org, period: _ratio(
        _events(facts, org, period, "theme_day", THEMES), "attended", ("expected", "applicants", "candidates")
    ),
    "M03": _count("meeting", "支委会"),
    "M04": _count("meeting", "党小组会"),
    "M05": _count("meeting", "党员大会", "党课"),
    "M06": lambda facts, org, period: _ratio(_events(facts, org, period, "dues"), "paid", ("due",)),
    "M07": _posts,
    "M08": _term,
    "S01": _trained,
    "K03": _count("meeting", "中心组学习"),
    "D03": _count("meeting", "专题研究基层党建"),
}


def below(org: str, live: dict[str, Span]) -> Iterator[Span]:
    """Every unit below, at all levels."""
    for span in live.values():
        if span.parent == org:
            yield span
            yield from below(span.code, live)


def _of_relatives(code: str, org: str, cards: dict[str, Card], live: dict[str, Span]) -> Fraction | None:
    domains, item, by_members = RELATIVES[code]
    units = [cards[span.code] for span in below(org, live) if span.code in cards and cards[span.code].domain in domains]
    weights = [card.span.members or 0 if by_members else 1 for card in units]
    values = [Fraction(card.lines[item].status == "met") if item else card.attainment for card in units]
    return sum((w * v for w, v in zip(weights, values, strict=True)), Fraction(0)) / sum(weights) if units else None


# --- stars, standards met, and what follows


def _grades(cards: dict[str, Card]) -> Iterator[tuple[tuple[str, str], str]]:
    mandatory = [item.code for item in ITEMS if item.mandatory]
    for org, card in cards.items():
        if card.domain in BRANCHES:
            is_met = all(card.lines[code].status == "met" for code in mandatory if code in card.lines)
            yield (org, "met"), "met" if is_met else "not_met"
            yield (org, "star"), _star(card, cards)


def _star(card: Card, cards: dict[str, Card]) -> str:
    """Five stars need a place within 30 % of the peers; of a tied block the last place counts."""
    places = floor(Fraction(card.peers * FIVE_AT_MOST_PERCENT, 100))
    last_place = sum(other.index >= card.index for other in cards.values() if other.domain == card.domain)
    best = next(n for n, (_, least) in enumerate(STARS) if card.index >= least)
    return STARS[1 if best == 0 and last_place > places else best][0]


def moved(done: dict[str, Result], period: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Organisation, scale, grade, the grade of the year before, and whether it is new, the same, risen or fallen."""
    before = done.get(str(int(period) - 1)) if not period[5:] else None
    best_first = [grade for grade, _ in STARS] + ["met", "not_met"]
    for (org, scale), grade in done[period].grades.items():
        former = before.grades.get((org, scale), "") if before else ""
        movement = "new" if not former else "same" if former == grade else "fallen"
        if former and best_first.index(grade) < best_first.index(former):
            movement = "risen"
        yield org, scale, grade, former, movement
