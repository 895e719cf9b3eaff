"""The rows of expected/ that the naive results come to; people appear in restricted and shares alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tests.systems import tasks
from tests.systems.arithmetic import last_day, months_of, points_text
from tests.systems.dinghai.catalogue import (
    BANDS,
    CLASSES,
    DEDUCTIONS,
    DIMENSIONS,
    GRADES,
    GRAVE,
    PERSON,
    TALK,
    TALKED_TO,
    TOWN,
    VETOES,
)
from tests.systems.dinghai.naive import Card, Facts, scored, times

Row = tuple[str, ...]


def number_text(number: Fraction) -> str:
    return f"{float(number):.6f}"


def expected(facts: Facts, periods: Sequence[str]) -> dict[str, list[Row]]:
    """The rows of every file, by its name."""
    rows: dict[str, list[Row]] = defaultdict(list)
    grades: dict[str, str] = {}
    talks: dict[str, list[tasks.Task]] = {}
    for period in periods:
        cards = scored(facts, period)
        for code, card in sorted(cards.items()):
            if card.domain == PERSON:
                rows["restricted"].append((period, code, points_text(card.index), str(card.rank)))
                unit = cards[card.organisation.parent]
                assert unit.c is not None
                factor = unit.c * facts.values[period, code, "P01", ""]
                rows["shares"].append((period, code, "pay", number_text(factor)))
            else:
                _published(rows, facts, period, card)
        if months_of(period) == 12:
            _graded(rows, period, cards, grades)
            talks[period] = list(_talks(facts, period, cards))
    everyone = {one.code: one for one in facts.organisations}
    rows["tasks"] = list(
        tasks.rows(talks, lambda code, day: everyone[code].first_day <= day <= everyone[code].last_day)
    )
    return dict(rows)


def _published(rows: dict[str, list[Row]], facts: Facts, period: str, card: Card) -> None:
    code = card.organisation.code
    full = points_text(card.full_points)
    rows["index_scores"].append(
        (period, code, card.domain, points_text(card.index), full, str(card.rank), str(card.peers))
    )
    for dimension in DIMENSIONS[period[:4]]:
        whole = sum(line.full_points for line in card.lines if line.dimension == dimension)
        rows["dimension_scores"].append(
            (period, code, dimension, points_text(card.points_of(dimension)), points_text(whole))
        )
    for line in card.lines:
        full = points_text(line.full_points)
        rows["ledger"].append((period, code, line.item, line.assessor, points_text(line.points), full, line.status))
    if months_of(period) == 12:
        rows["adjustments"] += [(period, code, *row) for row in _adjustments(facts, period, card)]


def _adjustments(facts: Facts, period: str, card: Card) -> list[Row]:
    rows: list[Row] = []
    for line in card.lines:
        if line.status == "adjusted" and line.item.startswith("coefficient:"):
            assert card.c is not None
            points = points_text(line.points)
            rows.append((card.domain, "coefficient", number_text(card.c), points, str(card.places_moved)))
        elif line.status == "adjusted":
            kind = "deduction" if line.item in DEDUCTIONS else "bonus"
            rows.append((line.item, kind, "", points_text(line.points), ""))
    code = card.organisation.code
    vetoes = [entry for entry in (*VETOES, *GRAVE) if card.domain in CLASSES and times(facts, period, code, [entry])]
    rows += [(entry, "veto", "", points_text(0), "") for entry in vetoes]
    rows += [(limit, "limit", "", points_text(0), "") for limit in card.limits]
    return rows


def _graded(rows: dict[str, list[Row]], period: str, cards: dict[str, Card], before: dict[str, str]) -> None:
    order = {scale: [code for code, _ in bands] for scale, bands in BANDS.items()} | {"level": ["A", "B", "C", "D"]}
    for code, card in sorted(cards.items()):
        if card.domain == PERSON:
            continue
        scale, previous = GRADES[card.domain], before.get(code, "")
        movement = "new"
        if previous:
            steps = order[scale].index(previous) - order[scale].index(card.grade)
            movement = "same" if steps == 0 else "risen" if steps > 0 else "fallen"
        rows["grades"].append((period, code, scale, card.grade, previous, movement, card.limited_by))
        before[code] = card.grade


def _talks(facts: Facts, period: str, cards: dict[str, Card]) -> Iterator[tasks.Task]:
    """The talks that a year's grades lead to."""
    end = last_day(period)
    for code, card in sorted(cards.items()):
        if card.domain == TOWN and card.grade in TALKED_TO:
            days = (event.day for event in facts.events if event.org == code and event.code == TALK)
            yield tasks.Task(code, TALK, "overall", "consequence", end, 30, tasks.first_since(days, end))
