"""What an organisation's score led to, as data: what moved it, grades, tasks, figures of the tree, factors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from boards.subject import Subject
from boards.traced import Traced
from schemas.outcomes import EventOccurred
from schemas.rulebook import RuleBook
from transforms.grade_wording import ONE_STEP
from warehouse import internal

_KINDS = ("coefficient", "bonus", "deduction", "veto", "limit")
_URGENT_FIRST = ("overdue", "open", "done")


@dataclass(frozen=True)
class Adjusted:
    """A coefficient, bonus, deduction, veto or limit. `coefficient` and `basis_rank` are a coefficient's alone.

    `places` names file and row of the register's entries behind it.
    """

    code: str
    name: str
    kind: str
    coefficient: float | None
    basis_rank: float | None
    count: int | None
    points: float
    places_moved: int | None
    reason: str
    evidence: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Graded:
    """A grade, with the one before and what kept it from a better one."""

    scale: str
    scale_name: str
    grade: str
    grade_name: str
    place: int | None
    peers: int
    previous_name: str | None
    movement: str
    is_barred: bool
    limited_by: str | None
    limited_by_name: str | None
    reason: str


@dataclass(frozen=True)
class Task:
    """Work that a grade, a finding or a warning led to, as at the period's end; days as 2024-07-31."""

    task_code: str
    item_code: str
    kind: str
    name: str
    reason: str
    responsible: str
    raised_on: str
    due_on: str
    status: str
    done_on: str | None
    done_by: str | None


@dataclass(frozen=True)
class Figure:
    """A figure of a unit above: its own, that of all below it, both together, and what the registry states."""

    figure: str
    name: str
    own: float
    children: float
    total: float
    stated: float | None


@dataclass(frozen=True)
class Share:
    """A person's factor: that of the unit above × the person's own."""

    share: str
    name: str
    unit_code: str
    unit_name: str
    unit: float
    personal: float
    factor: float


def adjusted(told_of: Subject, traced: Traced, rulebook: RuleBook) -> tuple[Adjusted, ...]:
    """What moved the number, then what keeps the unit from grades."""
    rows = told_of.rows("adjustments").sort_values("kind", key=_placed(_KINDS), kind="stable").to_dict("records")
    return tuple(
        Adjusted(
            str(row["code"]),
            str(row["name"]),
            str(row["kind"]),
            _float(row["coefficient"]),
            _float(row["basis_rank"]),
            _int(row["count"]),
            float(row["points"]),
            _int(row["places_moved"]),
            str(row["reason"]),
            str(row["evidence"]),
            _places(str(row["code"]), str(row["kind"]), traced, rulebook),
        )
        for row in rows
    )


def graded(told_of: Subject, rulebook: RuleBook) -> tuple[Graded, ...]:
    """Grades in the order of the rule book's scales."""
    limits = {limit.code: limit.name for limit in rulebook.limits} | {ONE_STEP: "逐级晋升"}
    in_order = _placed([scale.code for scale in rulebook.scales])
    rows = told_of.rows("grades").sort_values("scale", key=in_order).to_dict("records")
    return tuple(
        Graded(
            str(row["scale"]),
            str(row["scale_name"]),
            str(row["grade"]),
            str(row["grade_name"]),
            _int(row["place"]),
            int(row["peers"]),
            _text(row["previous_name"]),
            str(row["movement"]),
            bool(row["is_barred"]),
            limited_by := _text(row["limited_by"]),
            limits.get(limited_by, limited_by) if limited_by else None,
            str(row["reason"]),
        )
        for row in rows
    )


def tasks(told_of: Subject) -> tuple[Task, ...]:
    """Tasks, the overdue ones first, then by deadline."""
    rows = told_of.rows("tasks").sort_values(["due_on", "task_code", "item_code", "raised_on"])
    rows = rows.sort_values("status", key=_placed(_URGENT_FIRST), kind="stable")
    return tuple(
        Task(
            str(row["task_code"]),
            str(row["item_code"]),
            str(row["kind"]),
            str(row["name"]),
            str(row["reason"]),
            str(row["responsible_name"]),
            str(_day(row["raised_on"])),
            str(_day(row["due_on"])),
            str(row["status"]),
            _day(row["done_on"]),
            _text(row["done_by"]),
        )
        for row in rows.to_dict("records")
    )


def figures(told_of: Subject, rulebook: RuleBook) -> tuple[Figure, ...]:
    """Figures along the tree in rule-book order; none for a unit without others below it."""
    if told_of.all_rows("organizations", parent_code=told_of.org_code).empty:
        return ()
    in_order = _placed([entry.code for entry in rulebook.roll_ups])
    rows = told_of.rows("roll_ups").sort_values("figure", key=in_order).to_dict("records")
    return tuple(
        Figure(
            str(row["figure"]),
            str(row["figure_name"]),
            float(row["own"]),
            float(row["children"]),
            float(row["total"]),
            _float(row["stated"]),
        )
        for row in rows
    )


def shares(told_of: Subject, rulebook: RuleBook) -> tuple[Share, ...]:
    """A person's factors; only restricted units have any."""
    if not told_of.is_restricted:
        return ()
    names = {share.code: share.name for share in rulebook.shares}
    rows = internal.shares(told_of.engine, told_of.edition.edition_id, told_of.org_code)
    return tuple(
        Share(
            row.share,
            names[row.share],
            row.unit_code,
            str(told_of.all_rows("organizations", org_code=row.unit_code)["org_name"].iloc[0]),
            row.unit_num / row.unit_den,
            row.personal_num / row.personal_den,
            row.factor_num / row.factor_den,
        )
        for row in rows.itertuples()
    )


def _places(code: str, kind: str, traced: Traced, rulebook: RuleBook) -> tuple[str, ...]:
    """Of a limit those of the entries that it looks for, otherwise the entry's own."""
    if kind != "limit":
        return traced.of(code)
    asked = [one for limit in rulebook.limits if limit.code == code for one in limit.conditions]
    events = [event for one in asked if isinstance(one, EventOccurred) for event in one.codes]
    return tuple(place for event in events for place in traced.of(event))


def _placed(codes: Sequence[str]) -> Callable[[pd.Series], pd.Series]:
    """A key that sorts a column of codes in that order."""
    order = {code: place for place, code in enumerate(codes)}
    return lambda column: column.map(order)


def _float(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _int(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _text(value: Any) -> str | None:
    return None if pd.isna(value) or not value else str(value)


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else f"{value:%Y-%m-%d}"
