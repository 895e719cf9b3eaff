"""What follows from the naive results: warnings, work to be done, figures along the tree, each row with its period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tests.systems import tasks as work
from tests.systems.arithmetic import first_day, is_inside, last_day, period_before
from tests.systems.minhang.catalogue import (
    BY_BODY,
    BY_GENERAL_BRANCH,
    COLOURS,
    CONSEQUENCES,
    DUE_DAYS,
    NEGATIVE,
    ORDER_DEPARTMENT,
    RUNS,
)
from tests.systems.minhang.naive import Facts, Result, Span, below, snapshot

# --- warnings

Triggers = dict[str, list[tuple[str, str]]]
"""Warnings and the items that they name, by organisation."""


def warnings(facts: Facts, done: dict[str, Result]) -> Iterator[tuple[str, ...]]:
    """Period, organisation, warning, colour, item, responsible body; of every month."""
    found = {period: _triggers(facts, result) for period, result in done.items() if period[5:]}
    for period, triggers in found.items():
        live = facts.live(last_day(period))
        for org, own in triggers.items():
            for code, item in [*own, *_runs(found, org, period)]:
                if code in BY_BODY:
                    responsible = ORDER_DEPARTMENT
                else:
                    kinds = ("general_branch", "committee") if code in BY_GENERAL_BRANCH else ("committee",)
                    responsible = _nearest(live, org, kinds)
                yield period, org, code, COLOURS[code], item, responsible


def _triggers(facts: Facts, result: Result) -> Triggers:
    end = last_day(result.period)
    found = {}
    for org, card in result.cards.items():
        bad = [code for code, line in card.lines.items() if line.status in ("unmet", "missing")]
        triggers = [("dues_arrears", code) for code in bad if code == "M06"]
        triggers += [("meetings_lapsed", code) for code in bad if code in ("M03", "M04", "M05")]
        triggers += [("theme_day_missed", code) for code in bad if code == "M01"]
        triggers += [("posts_vacant", code) for code in bad if code == "M07"]
        term = snapshot(facts, org, result.period).get("term_expires_on")
        if term and date.fromisoformat(term) <= _months_later(end, 6):
            triggers.append(("term_due", ""))
        for one in facts.findings:
            due = one.day + timedelta(NEGATIVE[one.code].rectify_days)
            if one.org == org and due < end and (one.closed is None or one.closed > end):
                triggers.append(("rectification_overdue", one.code))
        found[org] = triggers
    return found


def _months_later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    month = f"{index // 12}-{index % 12 + 1:02d}"
    return min(first_day(month) + timedelta(day.day - 1), last_day(month))


def _runs(found: dict[str, Triggers], org: str, period: str) -> Iterator[tuple[str, str]]:
    for code, item in found[period][org]:
        if code in RUNS:
            name, months = RUNS[code]
            run = [period]
            while len(run) < months and (code, item) in found.get(period_before(run[-1]), {}).get(org, []):
                run.append(period_before(run[-1]))
            if len(run) == months:
                yield name, item


def _nearest(live: dict[str, Span], org: str, kinds: tuple[str, ...]) -> str:
    above = live[org].parent
    return above if live[above].kind in kinds else _nearest(live, above, kinds)


# --- work


def tasks(facts: Facts, done: dict[str, Result]) -> Iterator[tuple[str, ...]]:
    """Of months the orders of their findings, of years the consequences of their grades, and what was left."""
    raised = {period: [*_orders(facts, result), *_consequences(facts, result)] for period, result in done.items()}
    return work.rows(raised, lambda org, day: org in facts.live(day))


def _orders(facts: Facts, result: Result) -> Iterator[work.Task]:
    for one in facts.findings:
        if result.period[5:] and is_inside(one.day, result.period):
            days = NEGATIVE[one.code].rectify_days
            yield work.Task(one.org, one.code, one.code, "rectification", one.day, days, one.closed)


def _consequences(facts: Facts, result: Result) -> Iterator[work.Task]:
    end = last_day(result.period)
    for (org, scale), grade in result.grades.items():
        if code := CONSEQUENCES.get((scale, grade)):
            days = [day for own, entry, day in facts.register if (own, entry) == (org, code)]
            yield work.Task(org, code, scale, "consequence", end, DUE_DAYS[code], work.first_since(days, end))


# --- roll-ups and control totals


def roll_ups(facts: Facts, done: dict[str, Result]) -> Iterator[tuple[str, str, str, int, int, int, int | str]]:
    """Period, organisation, figure, own, children, total, stated: every unit of the registry at the period's end."""
    warned = [row[:2] for row in warnings(facts, done)]
    for period, result in done.items():
        live = facts.live(last_day(period))
        own = {org: _figures(facts, result, span, warned) for org, span in live.items()}
        for org, figures in own.items():
            for figure, value in figures.items():
                children = sum(own[span.code][figure] for span in below(org, live))
                members = live[org].members if figure == "members" and live[org].kind != "branch" else None
                yield period, org, figure, value, children, value + children, "" if members is None else members


def _figures(facts: Facts, result: Result, span: Span, warned: list[tuple[str, ...]]) -> dict[str, int]:
    org, is_branch = span.code, span.kind == "branch"
    is_assessed = org in result.cards
    lines = result.cards[org].lines if is_assessed else {}
    if not result.period[5:]:
        return {"secretaries_trained": int(is_branch and "S01" in lines and lines["S01"].status == "met")}
    found = [one for one in facts.findings if one.org == org and is_inside(one.day, result.period)]
    return {
        "organizations": 1,
        "assessed_branches": int(is_branch and is_assessed),
        "members": span.members or 0 if is_branch else 0,
        "theme_days": int(lines["M01"].value or 0) if "M01" in lines else 0,
        "theme_day_branches": int("M01" in lines and lines["M01"].status == "met"),
        "findings": len(found) if is_assessed else 0,
        "warnings": warned.count((result.period, org)),
    }


def adds_up(stated: dict[str, int], members: int | None = None) -> bool:
    """Whether 党员总数 is the sum of its kinds and, where it is given, the registry's."""
    parts = sum(stated[kind] for kind in ("在职党员", "离退休党员", "其他党员"))
    return stated["党员总数"] == parts and members in (None, stated["党员总数"])
