"""Every number that the naive implementation would publish, keyed as in the published views."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from fractions import Fraction
from statistics import median

from tests.second.catalogue import DIMENSIONS, ITEM, Item
from tests.second.counted import Organisation
from tests.second.lines import Line, half_up
from tests.second.naive import Result, Warned

SEVERITIES = {"blue": 1, "yellow": 2, "red": 3}
TOP = 10

Row = tuple[Hashable, ...]
Table = dict[Row, Row]


def tables(results: list[Result]) -> dict[str, Table]:
    """By view; points and per cents in whole ten-thousandths, values as floating-point numbers."""
    published: dict[str, Table] = {}
    for result in results:
        own = {
            "index_scores": dict(_index_scores(result)),
            "rankings": dict(_rankings(result)),
            "dimension_scores": dict(_dimension_scores(result)),
            "ledger": dict(_ledger(result)),
            "warnings": dict(_warnings(result)),
            "warning_pool": dict(_pool(result)),
            "peer_groups": dict(_peer_groups(result)),
        }
        own["top_rankings"] = {key: row for key, row in own["rankings"].items() if int(str(row[1])) <= TOP}
        for view, rows in own.items():
            published.setdefault(view, {}).update(rows)
    return published


def _index_scores(result: Result) -> Iterator[tuple[Row, Row]]:
    for card in result.cards.values():
        attainment = _per_cent(card.index, card.full_points)
        row = (card.span.domain, card.index, card.full_points, attainment, card.rank, card.peers)
        yield (result.period, card.span.code), row


def _rankings(result: Result) -> Iterator[tuple[Row, Row]]:
    for card in result.cards.values():
        change = None if card.previous_rank is None else card.previous_rank - card.rank
        row = (card.span.domain, card.rank, card.peers, card.index, card.previous_rank, change)
        yield (result.period, card.span.code), row


def _dimension_scores(result: Result) -> Iterator[tuple[Row, Row]]:
    shares: dict[tuple[str, str], list[Fraction]] = defaultdict(list)
    for card in result.cards.values():
        for dimension in DIMENSIONS:
            shares[card.span.domain, dimension].append(card.share(dimension))
    for card in result.cards.values():
        for dimension in DIMENSIONS:
            points, full_points = card.points_of(dimension), card.full_points_of(dimension)
            domain_median = half_up(1_000_000 * median(shares[card.span.domain, dimension]))
            row = (points, full_points, _per_cent(points, full_points), domain_median)
            yield (result.period, card.span.code, dimension), row


def _per_cent(points: int, full_points: int) -> int:
    """In ten-thousandths of a per cent."""
    return half_up(Fraction(1_000_000 * points, full_points))


def _ledger(result: Result) -> Iterator[tuple[Row, Row]]:
    for card in result.cards.values():
        for code, line in card.lines.items():
            item = ITEM.get(code)
            target = _target(item) if item else None if line.status == "floor" else 0.0
            yield (result.period, card.span.code, code), (*_line(line), item.points if item else 0, target)


def _line(line: Line) -> Row:
    value = None if line.value is None else float(line.value)
    return line.dimension, line.points, line.full_points, value, line.is_met, line.status


def _target(item: Item) -> float:
    """The value at which the item is met."""
    if item.rule in ("at_least", "proportional"):
        return float(item.parameters["target"])
    if item.rule == "tiers":
        return float(next(start for start, share in item.parameters["tiers"] if share >= item.parameters["pass"]))
    return 0.0 if item.rule == "inverse" else 1.0


def _warnings(result: Result) -> Iterator[tuple[Row, Row]]:
    for warning in result.warnings:
        key = (result.period, result.cards[warning.organisation].span.code, warning.code, warning.item)
        row = (warning.colour, SEVERITIES[warning.colour], warning.since, warning.months, *warning.responsible)
        yield key, row


def _pool(result: Result) -> Iterator[tuple[Row, Row]]:
    triggers: dict[Organisation, list[Warned]] = defaultdict(list)
    for warning in result.warnings:
        triggers[warning.organisation].append(warning)
    for organisation, own in triggers.items():
        colour = max((warning.colour for warning in own), key=lambda colour: SEVERITIES[colour])
        yield (result.period, result.cards[organisation].span.code), (colour, len(own))


def _peer_groups(result: Result) -> Iterator[tuple[Row, Row]]:
    for (domain, code), (peers, places) in result.bottoms.items():
        yield (result.period, domain, code), (peers, places, places < 1)
