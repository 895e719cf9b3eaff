"""Standardisation and stars a second time: slow, obvious, in fractions, straight from the rules.

Nothing here is shared with the product, its rule book is not read either. Points are whole ten-thousandths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tests.systems.arithmetic import half_up, is_inside, last_day, months_of, shared
from tests.systems.danfeng.catalogue import (
    BALLOTS,
    COUNTED,
    DIMENSIONS,
    FROM_UNITS,
    ITEM,
    ITEMS,
    NEGATIVE,
    OWNED,
    SEVEN,
    STAR,
    STARS,
    STATES,
    WAVES,
    Item,
)

# --- the facts


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    kind: str
    domain: str
    parent: str = ""
    town: str = ""
    first: date = date(2019, 1, 1)
    last: date = date(9999, 12, 31)
    members: int | None = None
    groups: int | None = None

    @property
    def peers(self) -> tuple[str, str]:
        return self.domain, self.parent if self.domain == "member" else ""

    def lives(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Event:
    org: str
    kind: str
    topic: str
    when: datetime  # local
    data: dict[str, Any]


@dataclass(frozen=True)
class Finding:
    day: date
    org: str
    code: str
    times: int = 1
    reviewed: bool = True
    closed: date | None = None


@dataclass
class Facts:
    """Everything that counts. `values`: what was declared or sent, by period, organisation and item code (a ballot's
    cells by <item>/<name>); what is not there is missing. `done`: consequences seen to, by day, organisation, code."""

    units: list[Unit] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    values: dict[tuple[str, str, str], Fraction] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    done: list[tuple[date, str, str]] = field(default_factory=list)


# --- the results


@dataclass
class Line:
    dimension: str
    points: int
    full: int
    met: bool | None
    status: str


@dataclass
class Card:
    unit: Unit
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
        own = [line for line in self.lines.values() if line.dimension == dimension]
        return sum(line.points for line in own), sum(line.full for line in own)


@dataclass
class Graded:
    star: str
    previous: str
    movement: str
    limited_by: str


Cards = dict[str, Card]
CADENCE = {1: "month", 3: "quarter", 12: "year"}


def scored(facts: Facts, periods: list[str]) -> dict[str, Cards]:
    """Every period's cards, in the order given: parts before the year made of them."""
    results: dict[str, Cards] = {}
    for period in periods:
        cards: Cards = {}
        for domain in WAVES:
            for unit in facts.units:
                if unit.domain == domain and _is_assessed(unit, period, results):
                    cards[unit.code] = Card(unit, _lines(facts, unit, period, cards, results))
        for card in cards.values():
            peers = [other.index for other in cards.values() if other.unit.peers == card.unit.peers]
            card.rank, card.peers = 1 + sum(index > card.index for index in peers), len(peers)
        results[period] = dict(sorted(cards.items()))
    return results


def _is_assessed(unit: Unit, period: str, results: dict[str, Cards]) -> bool:
    """A month, a quarter: there on the last day and on the first of its last month; a year: there, and in a part."""
    if months_of(period) == 12:
        return unit.lives(last_day(period)) and any(unit.code in results[part] for part in _parts(period, results))
    return unit.lives(last_day(period)) and unit.lives(last_day(period).replace(day=1))


def _parts(period: str, results: dict[str, Cards]) -> list[str]:
    return [part for part in results if part[:4] == period and len(part) > 4]


def _lines(facts: Facts, unit: Unit, period: str, cards: Cards, results: dict[str, Cards]) -> dict[str, Line]:
    lines: dict[str, Line] = {}
    if months_of(period) == 12:
        for months in (1, 3):
            parts = [results[part] for part in _parts(period, results) if months_of(part) == months]
            lines |= _mean([cards[unit.code].lines for cards in parts if unit.code in cards])
    lines |= _own(facts, unit, period, cards)
    if months_of(period) == 3:
        lines |= _deductions(facts, unit, period)
    return lines


def _own(facts: Facts, unit: Unit, period: str, cards: Cards) -> dict[str, Line]:
    lines = {}
    items = [item for item in ITEMS if unit.domain in item.domains and item.cadence == CADENCE[months_of(period)]]
    for dimension in DIMENSIONS:
        inside = [item for item in items if item.dimension == dimension]
        taking = [item for item in inside if item.code != "B14" or (unit.groups or 0) >= 1]
        whole, base = (sum(item.points for item in group) for group in (inside, taking))
        full = shared(whole, {item.code: Fraction(whole * item.points, base) for item in taking})
        for item in taking:
            value = _value(facts, unit, item, period, cards)
            if value is None:
                lines[item.code] = Line(dimension, 0, full[item.code], False, "missing")
            else:
                share, met = _share(item, value)
                points = half_up(full[item.code] * share)
                lines[item.code] = Line(dimension, points, full[item.code], met, "met" if met else "unmet")
    return lines


def _share(item: Item, value: Fraction) -> tuple[Fraction, bool]:  # noqa: PLR0911
    """The share of the points, and whether the item is met."""
    target, own = item.argument, Fraction(item.points, 10_000)
    match item.rule:
        case "at_least":
            return Fraction(value >= target), value >= target
        case "proportional":
            return min(value / target, Fraction(1)), value >= target
        case "yes_no":
            return value, value == 1
        case "scored":
            return value / 100, value >= 60
        case "per_unit":
            return min(target * value, own) / own, value >= 1
        case "inverse":
            return max(own - target * value, Fraction(0)) / own, value == 0
        case "project":  # both years' quarters end on the last milestone, 12-31: all of the project
            return Fraction(value >= 1), value >= 1
    tiers = {"volunteering": [(1, "0.6"), (2, "0.8"), (3, "1")], "income": [(5, "0.6"), (10, "0.8"), (20, "1")]}
    reached = max([Fraction(share) for start, share in tiers[item.rule] if value >= start], default=Fraction(0))
    return reached, reached >= Fraction("0.6")


def _deductions(facts: Facts, unit: Unit, period: str) -> dict[str, Line]:
    lines = {}
    for code, (dimension, each, cap, _) in NEGATIVE.items():
        times = sum(f.times for f in reviewed(facts, unit.code, period) if f.code == code)
        if times:
            lines[code] = Line(dimension, -min(each * times, cap), 0, False, "deducted")
    return lines


def reviewed(facts: Facts, org: str, period: str) -> list[Finding]:
    return [f for f in facts.findings if f.org == org and f.reviewed and is_inside(f.day, period)]


def _mean(ledgers: list[dict[str, Line]]) -> dict[str, Line]:
    """The mean of several ledgers: the total rounded half up once, shared out over dimensions and then over lines."""
    dimension = {code: line.dimension for ledger in ledgers for code, line in ledger.items()}
    order = [*ITEM, *NEGATIVE]
    codes = sorted(dimension, key=lambda code: (DIMENSIONS.index(dimension[code]), order.index(code)))

    def parts(attribute: str) -> dict[str, int]:
        def exact(code: str) -> Fraction:
            found = [getattr(ledger[code], attribute) for ledger in ledgers if code in ledger]
            return Fraction(sum(found), len(ledgers))

        by_dimension = {
            name: sum((exact(code) for code in codes if dimension[code] == name), Fraction(0)) for name in DIMENSIONS
        }
        made: dict[str, int] = {}
        for name, total in shared(half_up(sum(by_dimension.values(), Fraction(0))), by_dimension).items():
            made |= shared(total, {code: exact(code) for code in codes if dimension[code] == name})
        return made

    points, full = parts("points"), parts("full")
    return {
        code: Line(dimension[code], points[code], full[code], None, "deducted" if code in NEGATIVE else "mean")
        for code in codes
    }


# --- what is observed


def _value(  # noqa: PLR0911
    facts: Facts, unit: Unit, item: Item, period: str, cards: Cards
) -> Fraction | None:
    code = item.code
    if code in FROM_UNITS:
        return _of_relatives(unit, code, cards)
    if code in BALLOTS:
        return _vote(facts, unit.code, code, period)
    if code not in COUNTED and code not in STATES and code not in ("B03", "B04"):
        return facts.values.get((period, unit.code, code))
    events = [event for event in facts.events if event.org == unit.code and is_inside(event.when.date(), period)]
    if code in COUNTED:
        return Fraction(sum(event.topic in COUNTED[code] for event in events))
    if code == "B03":
        return _ratio([e.data for e in events if e.topic == "主题党日"], "attended", "expected")
    if code == "B04":
        return _ratio([e.data for e in events if e.kind == "dues"], "paid", "due")
    rosters = sorted((event.when, event.data) for event in events if event.kind == "roster")
    return _state(code, rosters[-1][1], period) if rosters else None


def _ratio(rows: list[dict[str, Any]], of: str, over: str) -> Fraction | None:
    below = sum(row[over] for row in rows)
    return Fraction(sum(row[of] for row in rows), below) if below else None


def _state(code: str, roster: dict[str, Any], period: str) -> Fraction | None:
    if code == "B05":
        return _ratio([roster], "posts_filled", "posts_quota")
    if code == "B13":
        return Fraction(date.fromisoformat(roster["term_expires_on"]) >= last_day(period))
    return Fraction(is_inside(date.fromisoformat(roster["trained_on"]), period))  # a year: its own twelve months


def _vote(facts: Facts, org: str, code: str, period: str) -> Fraction | None:
    issued, options, turnout = BALLOTS[code]
    votes = {name: facts.values.get((period, org, f"{code}/{name}")) for name in (issued, *options)}
    cast = sum((votes[name] or Fraction(0) for name in options), Fraction(0))
    if not votes[issued] or cast / votes[issued] < Fraction(turnout):
        return None
    return sum((Fraction(worth) * (votes[name] or 0) for name, worth in options.items()), Fraction(0)) / cast


def _of_relatives(unit: Unit, code: str, cards: Cards) -> Fraction | None:
    if code == "J05":
        above = cards.get(unit.parent)
        return Fraction(above.index, above.full) if above else None
    wanted = {"B32": ("grid_branch",), "G04": ("building_group",), "W10": SEVEN}.get(code, ("leader",))
    below = [card for card in cards.values() if card.unit.domain in wanted and _is_below(card, unit, code, cards)]
    if not below:
        return None
    if code in OWNED:
        return Fraction(sum(card.lines[OWNED[code]].met is True for card in below), len(below))
    weights = [card.unit.members or 0 if code == "W10" else 1 for card in below]
    attained = sum(
        (weight * Fraction(card.index, card.full) for weight, card in zip(weights, below, strict=True)), Fraction(0)
    )
    return attained / sum(weights)


def _is_below(card: Card, unit: Unit, code: str, cards: Cards) -> bool:
    """Directly; for the committee's mean at any depth."""
    at = card.unit.parent
    while code == "W10" and at != unit.code and at in cards:
        at = cards[at].unit.parent
    return at == unit.code


# --- stars


def stars(results: dict[str, Cards]) -> dict[str, dict[str, Graded]]:
    """By year and organisation of the seven domains."""
    graded: dict[str, dict[str, Graded]] = {}
    for year in (period for period in results if months_of(period) == 12):
        before = graded.get(str(int(year) - 1), {})
        graded[year] = {
            org: _graded(card, before[org].star if org in before else "")
            for org, card in results[year].items()
            if card.unit.domain in SEVEN
        }
    return graded


def _graded(card: Card, previous: str) -> Graded:
    place = next(place for place, (_, least) in enumerate(STARS) if card.index >= least * 10_000)
    limited_by = ""
    if card.lines["B29"].met is False and place < STAR.index("two"):
        place, limited_by = STAR.index("two"), "acceptance_failed"
    if previous and place < STAR.index(previous) - 1:
        place, limited_by = STAR.index(previous) - 1, "one_step"
    if not previous:
        return Graded(STAR[place], "", "new", limited_by)
    up = STAR.index(previous) - place
    return Graded(STAR[place], previous, "risen" if up > 0 else "fallen" if up < 0 else "same", limited_by)


def limited(results: dict[str, Cards]) -> Iterator[tuple[str, str]]:
    """Year and organisation of whoever the year-end acceptance limits, whether or not it changes the star."""
    for year, cards in results.items():
        if months_of(year) == 12:
            yield from ((year, org) for org, card in cards.items() if "B29" in card.lines and not card.lines["B29"].met)
