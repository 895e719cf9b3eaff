"""Months of the organisational-power index a second time: cards, ranks, bottoms, warnings.

Slow, obvious, in fractions, straight from the rules; nothing here is shared with the product. Points are whole
ten-thousandths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor

from tests.second.catalogue import ITEM, ITEMS
from tests.second.counted import Counted, Organisation, first_day, last_day
from tests.second.lines import Line, deductions, findings_within, floors, scored_items
from tests.second.records import Span

COLOURS = {
    "dynamic_unmet": "blue",
    "finding": "blue",
    "bottom_10": "yellow",
    "dynamic_unmet_3_months": "red",
    "bottom_5_3_months": "red",
}
RED_AFTER = {"dynamic_unmet": "dynamic_unmet_3_months", "bottom_5": "bottom_5_3_months"}
BOTTOMS = {"bottom_10": 10, "bottom_5": 5}
ORGANISATION_DEPARTMENT = ("组织部", "区委组织部")

Trigger = tuple[str, str]


@dataclass
class Card:
    """An organisation's result in a period."""

    span: Span
    lines: dict[str, Line]
    rank: int = 0
    peers: int = 0
    previous_rank: int | None = None

    @property
    def index(self) -> int:
        return sum(line.points for line in self.lines.values())

    @property
    def full_points(self) -> int:
        return sum(line.full_points for line in self.lines.values())

    def points_of(self, dimension: str) -> int:
        return sum(line.points for line in self.lines.values() if line.dimension == dimension)

    def full_points_of(self, dimension: str) -> int:
        return sum(line.full_points for line in self.lines.values() if line.dimension == dimension)

    def share(self, dimension: str) -> Fraction:
        return Fraction(self.points_of(dimension), self.full_points_of(dimension))


@dataclass
class Warned:
    """A trigger; `since` is the first month of its unbroken run, `months` the run's length."""

    organisation: Organisation
    code: str
    item: str
    since: str
    months: int
    responsible: tuple[str, str]

    @property
    def colour(self) -> str:
        return COLOURS[self.code]


@dataclass
class Result:
    """A period: cards, warnings, and by domain and bottom condition the peers and the places of the bottom."""

    period: str
    cards: dict[Organisation, Card]
    triggers: dict[Organisation, list[Trigger]] = field(default_factory=dict)
    warnings: list[Warned] = field(default_factory=list)
    bottoms: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)


def months(known: Counted, periods: list[str]) -> dict[str, Result]:
    """Every month of `periods`, which follow one another; the first has no predecessor."""
    results: dict[str, Result] = {}
    for period in periods:
        result = Result(period, _cards(known, period))
        earlier = list(results.values())
        rank(result.cards, earlier[-1].cards if earlier else {})
        _judge(known, result)
        _warn(known, result, earlier)
        results[period] = result
    return results


def _cards(known: Counted, period: str) -> dict[Organisation, Card]:
    cards = {}
    for organisation in known.organisations:
        span = organisation.on(last_day(period))
        if span is None or not span.domain or organisation.on(first_day(period)) is None:
            continue
        lines = scored_items(known, organisation, span, period, "month")
        findings = findings_within(known, organisation, period)
        lines |= deductions(findings, "month")
        cards[organisation] = Card(span, lines | floors(lines))
    return cards


def rank(cards: dict[Organisation, Card], before: dict[Organisation, Card]) -> None:
    """Fills in the places; `before` are the cards of the period before."""
    for organisation, card in cards.items():
        peers = [other for other in cards.values() if other.span.domain == card.span.domain]
        card.rank = 1 + sum(other.index > card.index for other in peers)
        card.peers = len(peers)
        former = before.get(organisation)
        if former and former.span.domain == card.span.domain:
            card.previous_rank = former.rank


def _judge(known: Counted, result: Result) -> None:
    """Every trigger of the month alone, and the sizes of the bottoms."""
    for organisation, card in result.cards.items():
        triggers = [
            ("dynamic_unmet", code)
            for code, line in card.lines.items()
            if code in ITEM and ITEM[code].is_dynamic and not line.is_met
        ]
        found = {finding.item for finding in findings_within(known, organisation, result.period)}
        triggers += [("finding", code) for code in sorted(found)]
        for code, percent in BOTTOMS.items():
            places = floor(Fraction(card.peers * percent, 100))
            result.bottoms[card.span.domain, code] = (card.peers, places)
            if card.rank > card.peers - places:
                triggers.append((code, ""))
        result.triggers[organisation] = triggers


def _warn(known: Counted, result: Result, earlier: list[Result]) -> None:
    for organisation, triggers in result.triggers.items():
        card = result.cards[organisation]
        for code, item in triggers:
            run = list(_run(organisation, (code, item), [*earlier, result]))
            if code in ("dynamic_unmet", "finding"):
                body = _committee(known, card.span, last_day(result.period))
                result.warnings.append(Warned(organisation, code, item, run[-1], len(run), body))
            if code == "bottom_10":
                result.warnings.append(Warned(organisation, code, item, run[-1], len(run), _lead_unit(card)))
            if code in RED_AFTER and len(run) >= 3:
                red = RED_AFTER[code]
                result.warnings.append(Warned(organisation, red, item, run[-1], len(run), ORGANISATION_DEPARTMENT))


def _run(organisation: Organisation, trigger: Trigger, results: list[Result]) -> Iterator[str]:
    """The months back from the last in which the trigger held without a break."""
    for result in reversed(results):
        if trigger not in result.triggers.get(organisation, []):
            return
        yield result.period


def _committee(known: Counted, span: Span, day: date) -> tuple[str, str]:
    """The nearest ancestor that is a committee on the day, under the code that it bears then."""
    above = known.bearers[span.parent].on(day)
    assert above is not None
    if above.kind in ("committee", "work_committee"):
        return above.code, above.name
    return _committee(known, above, day)


def _lead_unit(card: Card) -> tuple[str, str]:
    """The unit that leads on the items on which most points were lost; the first named of equals."""
    lost: dict[str, int] = defaultdict(int)
    for code, line in card.lines.items():
        if code in ITEM:
            lost[ITEM[code].lead_unit] += line.full_points - line.points
    named = list(dict.fromkeys(item.lead_unit for item in ITEMS))
    unit = min(lost, key=lambda unit: (-lost[unit], named.index(unit)))
    return ORGANISATION_DEPARTMENT if unit == ORGANISATION_DEPARTMENT[0] else (unit, unit)
