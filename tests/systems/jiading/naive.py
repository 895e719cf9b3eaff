"""The three lists a second time: from plain facts to what must come out of them.

Slow, obvious, in fractions, straight from RULES §0 and §2; nothing here is shared with the product. Points are whole
ten-thousandths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.systems import tasks
from tests.systems.arithmetic import POINT, half_up, points_text, shared
from tests.systems.jiading.catalogue import (
    CHANGES,
    CONSEQUENCES,
    DIMENSIONS,
    GRADES,
    LISTS,
    LOWEST,
    OF_BRANCHES,
    OPINION,
    VETO,
    book,
)

F = Fraction


@dataclass(frozen=True)
class Span:
    """A row of the registry: both days inclusive, `groups` None where unknown."""

    code: str
    name: str
    kind: str
    parent: str
    town: str
    field: str
    first: date
    last: date | None = None
    members: int | None = None
    groups: int | None = None


@dataclass
class Facts:
    """What is so in the invented district, once everything that senders got wrong has been set aside.

    values: (code, year) → item → value; an item that is not there is missing. rosters: the last of the year. dues: due
    and paid in the year. vetoes and done: code, entry of the register, day.
    """

    spans: list[Span] = field(default_factory=list)
    values: dict[tuple[str, int], dict[str, Fraction]] = field(default_factory=dict)
    rosters: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    dues: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    vetoes: list[tuple[str, str, date]] = field(default_factory=list)
    done: list[tuple[str, str, date]] = field(default_factory=list)


@dataclass
class Line:
    dimension: str
    points: int
    full_points: int
    status: str


@dataclass
class Card:
    """A unit's result in a year."""

    span: Span
    lines: dict[str, Line]
    rank: int = 0
    peers: int = 0
    grade: str = ""
    movement: str = ""
    previous: str = ""
    limited_by: str = ""

    @property
    def list(self) -> str:
        return LISTS[self.span.kind]

    @property
    def index(self) -> int:
        return sum(line.points for line in self.lines.values() if line.dimension != OPINION)

    @property
    def full_points(self) -> int:
        return sum(line.full_points for line in self.lines.values() if line.dimension != OPINION)

    def of(self, dimension: str) -> tuple[int, int]:
        """Points and full points of a dimension."""
        own = [line for line in self.lines.values() if line.dimension == dimension]
        return sum(line.points for line in own), sum(line.full_points for line in own)


Year = dict[str, Card]
"""Cards by code."""


def earned(rule: str, asked: Any, points: int, value: Fraction) -> tuple[Fraction, bool]:
    """The share of its points that a value earns, and whether the item is met. `points` are the item's own."""
    share = F(0)
    match rule:
        case "at_least":
            share = F(value >= asked)
        case "proportional":
            share = min(value / asked, F(1))
        case "yes_no":
            share = value
        case "tiers":
            share = max((worth for start, worth in asked[0] if value >= start), default=F(0))
        case "per_unit":
            share = min(asked * value, F(points)) / points
        case "inverse":
            share = max(points - asked * value, F(0)) / points
        case "scored":
            share = value / asked[0]
    met_from = {"tiers": lambda: share >= asked[1], "scored": lambda: share >= asked[1], "per_unit": lambda: value >= 1}
    return share, met_from.get(rule, lambda: share == 1)()


def alive(facts: Facts, day: date) -> dict[str, Span]:
    return {span.code: span for span in facts.spans if span.first <= day and (span.last is None or day <= span.last)}


def years(facts: Facts, first: int, last: int, changes: dict[int, Any] = CHANGES) -> dict[int, Year]:
    """Every year from the first on; in the first all grades are new."""
    results: dict[int, Year] = {}
    for year in range(first, last + 1):
        results[year] = _year(facts, year, book(year, changes))
        _grade(facts, year, results[year], results.get(year - 1, {}))
    return results


def _year(facts: Facts, year: int, items: dict[str, Any]) -> Year:
    """Members and branches first, then committees, which are judged by their branches, too."""
    now, before = alive(facts, date(year, 12, 31)), alive(facts, date(year, 12, 1))
    cards: Year = {}
    for wanted in ("member", "branch", "committee"):
        for code, span in sorted(now.items()):
            if LISTS.get(span.kind) == wanted and code in before:
                below = [card for card in cards.values() if card.list == "branch" and code in _above(card.span, now)]
                cards[code] = Card(span, _lines(facts, span, year, items, below))
    for card in cards.values():
        peers = [other for other in cards.values() if _group(other) == _group(card)]
        card.peers = len(peers)
        card.rank = 1 + sum(other.index > card.index for other in peers)
    return cards


def _group(card: Card) -> tuple[str, str]:
    """Peers are all of a list; members those of their branch."""
    return card.list, card.span.parent if card.list == "member" else ""


def _above(span: Span, now: dict[str, Span]) -> list[str]:
    codes = []
    while span.parent:
        codes.append(span.parent)
        span = now[span.parent]
    return codes


def _lines(facts: Facts, span: Span, year: int, items: dict[str, Any], below: list[Card]) -> dict[str, Line]:
    own = {code: item for code, item in items.items() if item[0] == LISTS[span.kind]}
    lines = {}
    for dimension in (*DIMENSIONS, OPINION):
        nominal = {code: item[2] * POINT for code, item in own.items() if item[1] == dimension}
        applying = {code: points for code, points in nominal.items() if code != "T11" or (span.groups or 0) >= 1}
        base, free = sum(applying.values()), sum(nominal.values()) - sum(applying.values())
        extra = shared(free, {code: F(free * points, base) for code, points in applying.items()})
        for code, nominal_points in applying.items():
            full = nominal_points + extra[code]
            value = _observed(facts, span.code, year, code, below)
            if value is None:
                lines[code] = Line(dimension, 0, full, "missing")
            else:
                share, is_met = earned(own[code][3], own[code][4], own[code][2], value)
                lines[code] = Line(dimension, half_up(full * share), full, "met" if is_met else "unmet")
    return lines


def _observed(facts: Facts, code: str, year: int, item: str, below: list[Card]) -> Fraction | None:
    if item in ("T05", "T06", "T15", "T17", "W09"):
        return _rostered(facts.rosters.get((code, year)), year, item)
    if item == "T14":
        due, paid = facts.dues.get((code, year), (0, 0))
        return F(paid, due) if due else None
    if item in OF_BRANCHES:
        met = [F(card.lines[OF_BRANCHES[item]].status == "met") for card in below]
        return sum(met, F(0)) / len(met) if met else None
    if item == "W15":
        attained = [F(card.index, card.full_points) for card in below]
        return sum(attained, F(0)) / len(attained) if attained else None
    return facts.values.get((code, year), {}).get(item)


def _rostered(roster: dict[str, Any] | None, year: int, item: str) -> Fraction | None:
    """What the last snapshot of the year says; a key that is not in it is missing."""
    if roster is None:
        return None
    first_day, last_day = date(year - 2, 1, 1), date(year, 12, 31)  # the 36 months that end with the year
    value = None
    match item, roster:
        case "T05", {"term_expires_on": expires}:
            value = F(expires >= last_day)
        case "T06", {"posts_filled": filled, "posts_quota": quota} if quota:
            value = F(filled, quota)
        case "T15", {"secretary_trained_on": trained}:
            value = F(first_day <= trained <= last_day)
        case "T17", {"trainees": trainees, "mentors": mentors}:
            value = F(trainees <= mentors)
        case "W09", {"trainees": trainees, "mentors": mentors} if trainees:
            value = F(mentors, trainees)
    return value


def _grade(facts: Facts, year: int, cards: Year, before: Year) -> None:
    order = [grade for grade, _ in GRADES]
    for code, card in cards.items():
        if card.list != "branch":
            continue
        card.grade = next(grade for grade, at_least in GRADES if card.index >= at_least * POINT)
        if _vetoed(facts, year, code) and card.grade != LOWEST:
            card.grade, card.limited_by = LOWEST, VETO
        card.previous = before[code].grade if code in before else ""
        if not card.previous:
            card.movement = "new"
        else:
            steps = order.index(card.previous) - order.index(card.grade)
            card.movement = "risen" if steps > 0 else "fallen" if steps < 0 else "same"


def _vetoed(facts: Facts, year: int, code: str) -> list[str]:
    return sorted({entry for own, entry, day in facts.vetoes if own == code and day.year == year})


# --- the rows of expected/


def rows(facts: Facts, results: dict[int, Year]) -> dict[str, list[tuple[str, ...]]]:
    """Every expected file but rejections.csv: its rows in order."""
    return {
        "index_scores": _sorted(
            (year, code, card.list, points_text(card.index), points_text(card.full_points), card.rank, card.peers)
            for year, code, card in _published(results)
        ),
        "dimension_scores": _sorted(
            (year, code, dimension, *map(points_text, card.of(dimension)))
            for year, code, card in _published(results)
            for dimension in (*DIMENSIONS, OPINION)
        ),
        "ledger": _sorted(
            (year, code, item, "", points_text(line.points), points_text(line.full_points), line.status)
            for year, code, card in _published(results)
            for item, line in card.lines.items()
        ),
        "adjustments": _sorted(_adjustments(facts, results)),
        "grades": _sorted(
            (year, code, "level", card.grade, card.previous, card.movement, card.limited_by)
            for year, code, card in _published(results)
            if card.grade
        ),
        "tasks": list(_tasks(facts, results)),
        "roll_ups": _sorted(_roll_ups(facts, results)),
        "restricted": _sorted(
            (year, code, points_text(card.index), card.rank)
            for year, cards in results.items()
            for code, card in cards.items()
            if card.list == "member"
        ),
    }


def _sorted(found: Iterable[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    return sorted(tuple(map(str, row)) for row in found)


def _published(results: dict[int, Year]) -> Iterator[tuple[int, str, Card]]:
    """Members are published nowhere."""
    for year, cards in results.items():
        yield from ((year, code, card) for code, card in cards.items() if card.list != "member")


def _adjustments(facts: Facts, results: dict[int, Year]) -> Iterator[tuple[Any, ...]]:
    for year, code, _ in _published(results):
        if found := _vetoed(facts, year, code):
            yield from ((year, code, entry, "veto", "", points_text(0), "") for entry in found)
            yield year, code, VETO, "limit", "", points_text(0), ""


def _tasks(facts: Facts, results: dict[int, Year]) -> Iterator[tuple[str, ...]]:
    """What the improvement zone leads to."""
    raised: dict[str, list[tasks.Task]] = {str(year): [] for year in results}
    for year, code, card in _published(results):
        if card.grade == LOWEST:
            end = date(year, 12, 31)
            for task, days in CONSEQUENCES.items():
                seen = tasks.first_since((day for own, entry, day in facts.done if (own, entry) == (code, task)), end)
                raised[str(year)].append(tasks.Task(code, task, "level", "consequence", end, days, seen))
    return tasks.rows(raised, lambda code, day: code in alive(facts, day))


def _roll_ups(facts: Facts, results: dict[int, Year]) -> Iterator[tuple[Any, ...]]:
    """Branches and general branches, counted up the tree; all of them, and those that are assessed."""
    for year, cards in results.items():
        now = {code: span for code, span in alive(facts, date(year, 12, 31)).items() if span.kind != "member"}
        counted = {
            "branches": {code for code, span in now.items() if LISTS.get(span.kind) == "branch"},
            "assessed_branches": {code for code, card in cards.items() if card.list == "branch"},
        }
        for figure, units in counted.items():
            for code in now:
                below = sum(code in _above(now[unit], now) for unit in units)
                own = int(code in units)
                yield year, code, figure, own, below, own + below, ""
