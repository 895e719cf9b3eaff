"""Quarters and years a second time, from the naive months."""

from __future__ import annotations

from fractions import Fraction

from tests.second.catalogue import DIMENSIONS, ITEMS, NEGATIVE_LIST
from tests.second.counted import Counted, Organisation, last_day
from tests.second.lines import (
    Line,
    deduction,
    deductions,
    findings_within,
    floors,
    half_up,
    scored_items,
    shared,
)
from tests.second.naive import Card, Result, rank

FLOORS = {f"floor:{dimension}": dimension for dimension in DIMENSIONS}
DIMENSION_OF = (
    {item.code: item.dimension for item in ITEMS} | {item.code: item.dimension for item in NEGATIVE_LIST} | FLOORS
)
"""The dimension of every line, in rule-book order."""
STATUSES = {item.code: "deducted" for item in NEGATIVE_LIST} | dict.fromkeys(FLOORS, "floor")
"""What the mean of lines is that were not earned."""


def quarters(known: Counted, months: dict[str, Result], periods: list[str]) -> dict[str, Result]:
    results: dict[str, Result] = {}
    for period in periods:
        own = [result for month, result in months.items() if quarter_of(month) == period]
        result = Result(period, {})
        for organisation in known.organisations:
            span = organisation.on(last_day(period))
            assessed = [month for month in own if organisation in month.cards]
            if span and span.domain and assessed:
                lines = _quarter(known, organisation, period, assessed)
                lines |= scored_items(known, organisation, span, period, "quarter")
                result.cards[organisation] = Card(span, lines | floors(lines))
        rank(result.cards, list(results.values())[-1].cards if results else {})
        results[period] = result
    return results


def year(known: Counted, quarters: dict[str, Result], period: str) -> Result:
    """The year as far as it has quarters."""
    result = Result(period, {})
    for organisation in known.organisations:
        span = organisation.on(last_day(period))
        assessed = [quarter.cards[organisation] for quarter in quarters.values() if organisation in quarter.cards]
        if span and span.domain and assessed:
            result.cards[organisation] = Card(span, _mean([card.lines for card in assessed]))
    rank(result.cards, {})
    return result


def quarter_of(month: str) -> str:
    return f"{month[:4]}Q{(int(month[5:7]) + 2) // 3}"


def _quarter(known: Counted, organisation: Organisation, period: str, assessed: list[Result]) -> dict[str, Line]:
    """The means of what was earned in the months assessed, and every deduction of those months and the quarter."""
    cards = [month.cards[organisation] for month in assessed]
    earned = [
        {code: line for code, line in card.lines.items() if line.status in ("met", "unmet", "missing")}
        for card in cards
    ]
    findings = [finding for month in assessed for finding in findings_within(known, organisation, month.period)]
    return _mean(earned) | _monthly_deductions(cards) | deductions(findings, "quarter")


def _monthly_deductions(cards: list[Card]) -> dict[str, Line]:
    lines = {}
    for item in NEGATIVE_LIST:
        of_months = [card.lines[item.code] for card in cards if item.code in card.lines]
        if of_months:
            count = sum(int(line.value or 0) for line in of_months)
            lines[item.code] = deduction(item, sum(line.points for line in of_months), count)
    return lines


def _mean(ledgers: list[dict[str, Line]]) -> dict[str, Line]:
    """The mean of several ledgers; a line that one of them lacks counts as nothing there."""
    points = _mean_parts([{code: line.points for code, line in ledger.items()} for ledger in ledgers])
    full_points = _mean_parts([{code: line.full_points for code, line in ledger.items()} for ledger in ledgers])
    return {
        code: Line(DIMENSION_OF[code], points[code], full_points[code], None, None, STATUSES.get(code, "mean"))
        for code in points
    }


def _mean_parts(ledgers: list[dict[str, int]]) -> dict[str, int]:
    """The mean total, rounded half up once, shared out over dimensions and then over the lines of each."""
    lines = [code for code in DIMENSION_OF if any(code in ledger for ledger in ledgers)]
    exact = {code: Fraction(sum(ledger.get(code, 0) for ledger in ledgers), len(ledgers)) for code in lines}
    by_dimension = {
        dimension: sum((exact[code] for code in lines if DIMENSION_OF[code] == dimension), Fraction(0))
        for dimension in DIMENSIONS
    }
    totals = shared(half_up(sum(exact.values(), Fraction(0))), by_dimension)
    parts: dict[str, int] = {}
    for dimension, total in totals.items():
        parts |= shared(total, {code: exact[code] for code in lines if DIMENSION_OF[code] == dimension})
    return parts
