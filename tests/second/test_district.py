"""The invented district has what it was invented for: otherwise the comparison with it would prove little."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from math import floor
from statistics import median

import pytest

from tests.second.catalogue import DIMENSIONS, ITEM, NEGATIVE_LIST
from tests.second.counted import LOCAL, Organisation, first_day
from tests.second.district import MONTHS, QUARTERS
from tests.second.half_year import HalfYear, half_year
from tests.second.naive import BOTTOMS, Result

RECODED = "改码"


@pytest.fixture(scope="module")
def made() -> HalfYear:
    return half_year()


@pytest.mark.parametrize("trigger", ["dynamic_unmet_3_months", "bottom_5_3_months"])
def test_at_least_30_organisations_are_red_by_each_trigger(trigger: str, made: HalfYear) -> None:
    assert (
        len({warning.organisation for month in made.months for warning in month.warnings if warning.code == trigger})
        >= 30
    )


def test_tied_blocks_reach_across_the_lines_and_groups_are_too_small(made: HalfYear) -> None:
    spared = Counter(lines for month in made.months for lines in _lines_crossed(month))
    assert spared[("bottom_10",)] >= 10
    assert spared[("bottom_5",)] >= 3
    assert spared[("bottom_10", "bottom_5")] >= 3
    too_small = Counter(code for month in made.months for (_, code), (_, places) in month.bottoms.items() if places < 1)
    assert too_small["bottom_10"] >= 3
    assert too_small["bottom_5"] > too_small["bottom_10"]


def test_streaks_go_on_through_changes_and_break_where_they_must(made: HalfYear) -> None:
    reds = [warning for month in made.months for warning in month.warnings if warning.colour == "red"]
    through = Counter(
        (warning.code, what)
        for warning in reds
        for what in _changes(warning.organisation, first_day(warning.since), date(2024, 9, 30))
    )
    assert through["dynamic_unmet_3_months", RECODED] >= 5
    assert through["bottom_5_3_months", RECODED] >= 5
    assert through["dynamic_unmet_3_months", "domain"] >= 1
    assert through["bottom_5_3_months", "domain"] >= 1
    assert any(warning.months > 3 for warning in reds)
    assert _broken(made) >= 10


def test_organisations_come_go_change_and_are_recoded_in_the_middle(made: HalfYear) -> None:
    spans = [span for organisation in made.known.organisations for span in organisation.spans]
    began = Counter(span.succession for span in spans if _is_in_the_middle(span.first) and span.succession)
    assert began[RECODED] >= 15
    assert began["拆分"] == 2
    assert Counter(span.succession for span in spans if span.first.day == 1)[RECODED] >= 3
    assert any(span.succession == "合并" and len(span.predecessors) == 2 for span in spans)
    assert max(len({span.code for span in organisation.spans}) for organisation in made.known.organisations) == 3
    changed = Counter(
        what
        for organisation in made.known.organisations
        for what in _changes(organisation, date(2024, 4, 2), date(2024, 9, 30))
    )
    assert min(changed[what] for what in ("name", "parent", "groups")) >= 4
    assert changed["domain"] >= 10
    arrived = [organisation.spans[0].first for organisation in made.known.organisations]
    left = [organisation.spans[-1].last for organisation in made.known.organisations]
    assert sum(_is_in_the_middle(day) for day in arrived) >= 6
    assert sum(day is not None and _is_in_the_middle(day) for day in left) >= 5


def test_records_come_late_twice_and_at_midnight(made: HalfYear) -> None:
    events = made.records.events
    local = [event.occurred.astimezone(LOCAL) for event in events]
    assert sum(f"{day:%Y-%m}" < event.delivered for day, event in zip(local, events, strict=True)) >= 300
    assert sum(f"{day:%Y-%m}" != f"{event.occurred:%Y-%m}" for day, event in zip(local, events, strict=True)) >= 300
    copies = Counter(event.event_id for event in events)
    assert sum(count > 1 for count in copies.values()) >= 800
    said = Counter((one.month, one.code, one.item) for one in made.records.declarations)
    assert sum(count > 1 for count in said.values()) >= 800
    checks = Counter((one.recheck, bool(one.recheck_value)) for one in made.records.declarations)
    assert min(checks[check] for check in (("不通过", True), ("不通过", False), ("通过", True), ("通过", False))) >= 100
    assert sum(not cell.is_verified for cell in made.records.submissions) >= 100


def test_findings_of_every_kind_also_where_nobody_is_assessed(made: HalfYear) -> None:
    findings = made.records.findings
    assert {finding.item for finding in findings} == {item.code for item in NEGATIVE_LIST}
    assert min(Counter(finding.review for finding in findings).values()) >= 10
    assert {"Q" in finding.delivered for finding in findings} == {True, False}
    idle = [
        finding
        for organisation, own in made.known.findings.items()
        for finding in own
        if organisation not in made.results[f"{finding.found:%Y-%m}"].cards
    ]
    assert len(idle) >= 15


def test_items_do_not_apply_and_dimensions_fall_to_the_floor(made: HalfYear) -> None:
    cards = [card for month in made.months for card in month.cards.values()]
    exempt = Counter(card.span.groups for card in cards if "C03" not in card.lines)
    assert min(exempt[0], exempt[None]) >= 100
    for period in (*MONTHS, *QUARTERS):
        lines = [code for card in made.results[period].cards.values() for code in card.lines]
        assert any(code.startswith("floor:") for code in lines), period
    statuses = Counter(line.status for card in cards for line in card.lines.values())
    assert min(statuses[status] for status in ("met", "unmet", "missing", "deducted", "floor")) >= 20
    former = [
        card
        for quarter in QUARTERS
        for card in made.results[quarter].cards.values()
        if any(code in ITEM and card.span.domain not in ITEM[code].domains for code in card.lines)
    ]
    assert len(former) >= 5


def test_roundings_that_are_easily_got_wrong_occur(made: HalfYear) -> None:
    """A median half way between two ten-thousandths of a per cent, the even one below; a mean above its full points."""
    medians = [
        1_000_000 * median(card.share(dimension) for card in result.cards.values() if card.span.domain == domain)
        for result in made.results.values()
        for domain in {card.span.domain for card in result.cards.values()}
        for dimension in DIMENSIONS
    ]
    assert any(number.denominator == 2 and floor(number) % 2 == 0 for number in medians)
    lines = [
        line for quarter in QUARTERS for card in made.results[quarter].cards.values() for line in card.lines.values()
    ]
    assert any(line.points > line.full_points for line in lines if line.status == "mean")


def _lines_crossed(month: Result) -> list[tuple[str, ...]]:
    """For each tied block the bottom lines that it reaches across."""
    crossed = []
    for domain in sorted({card.span.domain for card in month.cards.values()}):
        blocks = Counter(card.rank for card in month.cards.values() if card.span.domain == domain)
        for rank, size in blocks.items():
            lines = tuple(
                code
                for code in BOTTOMS
                for peers, places in [month.bottoms[domain, code]]
                if rank <= peers - places < rank + size - 1
            )
            crossed += [lines] if lines else []
    return crossed


def _changes(organisation: Organisation, start: date, end: date) -> list[str]:
    """What the registry changed of the organisation from `start` to `end`."""
    changes = []
    for former, span in pairwise(organisation.spans):
        if start <= span.first <= end:
            changes += [
                what for what in ("name", "parent", "domain", "groups") if getattr(former, what) != getattr(span, what)
            ]
            changes += [span.succession] if span.succession else []
    return changes


def _broken(made: HalfYear) -> int:
    """How often a dynamic item was unmet in two months, met in the third and unmet again."""
    unmet = {
        (organisation, item, place)
        for place, month in enumerate(made.months)
        for organisation, triggers in month.triggers.items()
        for code, item in triggers
        if code == "dynamic_unmet"
    }
    return sum(
        (organisation, item, place + 1) in unmet
        and (organisation, item, place + 2) not in unmet
        and (organisation, item, place + 3) in unmet
        for organisation, item, place in unmet
    )


def _is_in_the_middle(day: date) -> bool:
    return first_day(MONTHS[0]) <= day <= date(2024, 9, 30) and 1 not in (day.day, (day + timedelta(1)).day)
