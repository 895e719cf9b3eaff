"""What follows from the naive results: warnings, work to be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from tests.systems import tasks as work
from tests.systems.arithmetic import last_day, months_of
from tests.systems.danfeng.catalogue import CONSEQUENCES, DUE_DAYS, ITEM, NEGATIVE
from tests.systems.danfeng.naive import Cards, Facts, Finding, Unit, reviewed, stars


def warnings(facts: Facts, results: dict[str, Cards]) -> Iterator[tuple[str, ...]]:
    """period, org, code, colour, item, responsible; of people too, whom nobody publishes."""
    for period, cards in results.items():
        for org, card in cards.items():
            committee = _committee(facts, card.unit)
            if months_of(period) == 1 and card.rank > card.peers - floor(Fraction(card.peers * 20, 100)):
                yield period, org, "show_bottom", "blue", "", committee
            if months_of(period) == 3:
                if card.index < 180_000:
                    yield period, org, "circular_low", "yellow", "", committee
                if sum(line.met is False and code in ITEM for code, line in card.lines.items()) >= 5:
                    yield period, org, "circular_unmet", "yellow", "", committee
                orders = [f for f in reviewed(facts, org, period) if not f.closed and _due(f) < last_day(period)]
                yield from (
                    (period, org, "order_overdue", "red", code, org) for code in sorted({f.code for f in orders})
                )


def _committee(facts: Facts, unit: Unit) -> str:
    units = {unit.code: unit for unit in facts.units}
    above = units.get(unit.parent)
    while above and above.kind != "committee":
        above = units.get(above.parent)
    return above.code if above else "组织部"


def _due(finding: Finding) -> date:
    return finding.day + timedelta(days=NEGATIVE[finding.code][3])


def tasks(facts: Facts, results: dict[str, Cards]) -> Iterator[tuple[str, ...]]:
    """Of quarters the orders of their findings, of years the consequences of their stars, and what was left."""
    units = {unit.code: unit for unit in facts.units}
    raised: dict[str, list[work.Task]] = {
        period: [
            work.Task(org, one.code, one.code, "rectification", one.day, NEGATIVE[one.code][3], one.closed)
            for org in cards
            for one in reviewed(facts, org, period)
        ]
        for period, cards in results.items()
        if months_of(period) == 3
    }
    for year, graded in stars(results).items():
        end = last_day(year)
        raised[year] = [
            work.Task(org, code, "star", "consequence", end, DUE_DAYS[code], _seen_to(facts, org, code, end))
            for org, given in graded.items()
            for code in CONSEQUENCES[given.star]
        ]
    return work.rows(raised, lambda org, day: units[org].lives(day))


def _seen_to(facts: Facts, org: str, code: str, raised: date) -> date | None:
    return work.first_since((day for day, own, entry in facts.done if (own, entry) == (org, code)), raised)
