"""A period at a glance, from its published tables: the pool, grades, who was moved, tasks, the first of each domain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd

from boards.explain_outcomes import TASK_STATUS_TITLES
from boards.recheck_list import progress_text
from boards.registers_told import returned, returned_lines
from schemas.rulebook import RuleBook
from transforms.wording import COLOUR_NAMES
from warehouse import published, worklists
from warehouse.editions import Edition

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOVED = 3
"""Units moved up, and down, by a coefficient that are named."""
_TIED = 3
"""Units on one place that are named."""


@dataclass(frozen=True)
class Place:
    """One place of a ranking; points in points."""

    domain_name: str
    rank: int
    org_code: str
    org_name: str
    town: str
    index_points: float


@dataclass(frozen=True)
class GradeCounts:
    """How many have each grade of a scale, the best first, and how many rose and fell since the period before."""

    scale_name: str
    counts: dict[str, int]
    risen: int
    fallen: int
    has_previous: bool


@dataclass(frozen=True)
class Moved:
    """A unit and the places that a coefficient moved it; up is positive."""

    coefficient_name: str
    org_code: str
    org_name: str
    places_moved: int


@dataclass(frozen=True)
class Summary:
    """One edition at a glance. `pool` counts organisations by their highest colour; None where the period has none.

    `moved` are the units that a coefficient moved most, those that rose first. `tasks` counts them by status; empty
    where there are none. `rechecks`: organizations and declarations of the re-check sample, and those done; empty where
    none was drawn. `registers`: open rejections of corrections and exemptions by kind.
    """

    period: str
    revision: int
    is_provisional: bool
    organizations: int
    pool: dict[str, int] | None
    grades: tuple[GradeCounts, ...]
    moved: tuple[Moved, ...]
    tasks: dict[str, int]
    top: tuple[Place, ...]
    rejections: int
    report: str
    rechecks: dict[str, int]
    registers: dict[str, int]


def summary(engine: Engine, edition: Edition, rulebook: RuleBook, places: int = 10) -> Summary:
    """Looks at the current edition of the period of `edition`; `rulebook` is the one that it was computed with."""
    where = (engine, edition.district, edition.scheme, edition.period)

    def rows(view: str) -> pd.DataFrame:
        own = {"district": edition.district, "scheme": edition.scheme, "period": edition.period}
        return published.view(engine, view, **own)

    standing = published.open_rejections(engine, edition.district, edition.scheme)
    return Summary(
        period=edition.period,
        revision=edition.revision,
        is_provisional=edition.is_provisional,
        organizations=len(rows("index_scores")),
        pool=published.pool_counts(*where) if _has_pool(edition, rulebook) else None,
        grades=tuple(_grade_counts(rows("grades"), rulebook)),
        moved=tuple(_moved(rows("adjustments"))),
        tasks=_by_status(rows("tasks")["status"]),
        top=tuple(_top(published.top(*where, places), rulebook)),
        rejections=int(standing.loc[standing["period"] == edition.period, "rejections"].sum()),
        report=edition.report or "",
        rechecks=_rechecks(worklists.progress(*where)),
        registers=returned(engine, edition.district, edition.scheme),
    )


def summary_lines(told: Summary, places: int = 10) -> Iterator[str]:
    """The summary as text: what it came to, then each domain's first places."""
    yield f"{told.period} 第{told.revision}版{_mark(told)}：{told.organizations}个组织"
    yield from (f"  {text}" for text in _texts(told))
    for domain, of_domain in groupby(told.top, key=lambda place: place.domain_name):
        yield f"  {domain}"
        for rank, tied in groupby(of_domain, key=lambda place: place.rank):
            if rank <= places:
                yield from (f"    {rank:>2}  {text}" for text in _place_texts(list(tied)))
    if told.report:
        yield f"  质量报告：{told.report}"


def summary_markdown(told: Summary) -> str:
    """The summary as Markdown, for the orchestrator's page."""
    texts = "\n".join(f"- {text}" for text in _texts(told))
    rows = "\n".join(
        f"| {place.domain_name} | {place.rank} | {place.org_name} | {place.org_code} | {place.index_points:.4f} |"
        for place in told.top
    )
    return (
        f"## {told.period} 第{told.revision}版{_mark(told)}\n\n{told.organizations}个组织\n\n{texts}\n\n"
        f"| 领域 | 名次 | 组织 | 代码 | 指数 |\n|---|---|---|---|---|\n{rows}\n\n质量报告：{told.report}\n"
    )


def _has_pool(edition: Edition, rulebook: RuleBook) -> bool:
    """Whether the scheme warns in periods of this cadence; while a period is open nobody is warned."""
    warned = any(one.colour and one.cadence == edition.cadence for one in rulebook.conditions)
    return warned and not edition.is_provisional


def _grade_counts(graded: pd.DataFrame, rulebook: RuleBook) -> Iterator[GradeCounts]:
    for scale in rulebook.scales:
        own = graded[graded["scale"] == scale.code]
        if len(own):
            held, moved = own["grade"].value_counts(), own["movement"].value_counts()
            counts = {grade.name: int(held.get(grade.code, 0)) for grade in scale.grades}
            risen, fallen = (int(moved.get(name, 0)) for name in ("risen", "fallen"))
            yield GradeCounts(scale.name, counts, risen, fallen, bool(own["movement"].ne("new").any()))


def _moved(adjustments: pd.DataFrame) -> Iterator[Moved]:
    """The units that rose most, then those that fell most; equals by code."""
    own = adjustments[adjustments["kind"].eq("coefficient") & adjustments["places_moved"].ne(0)]
    by_places = own.sort_values("places_moved", ascending=False, kind="stable")
    up = by_places[by_places["places_moved"] > 0].head(MOVED)
    down = own[own["places_moved"] < 0].sort_values("places_moved", kind="stable").head(MOVED)
    for row in pd.concat([up, down]).itertuples():
        yield Moved(str(row.name), str(row.org_code), str(row.org_name), int(row.places_moved))


def _by_status(statuses: pd.Series) -> dict[str, int]:
    return {status: int((statuses == status).sum()) for status in TASK_STATUS_TITLES} if len(statuses) else {}


def _rechecks(progress: pd.DataFrame) -> dict[str, int]:
    counts = progress[["organizations", "declarations", "done"]].to_dict("records")
    return {str(name): int(count) for row in counts for name, count in row.items()}


def _top(ranked: pd.DataFrame, rulebook: RuleBook) -> Iterator[Place]:
    """Places by domain in rule-book order."""
    order = {domain.code: n for n, domain in enumerate(rulebook.domains)}
    for row in ranked.sort_values("domain", key=lambda codes: codes.map(order), kind="stable").itertuples():
        index_points = float(row.index_points)
        yield Place(row.domain_name, int(row.rank), row.org_code, row.org_name, str(row.town), index_points)


def _texts(told: Summary) -> Iterator[str]:
    """What the period came to: a line for each thing that it has."""
    yield f"{_pool_text(told)}报送数据退回{told.rejections}条"
    yield from returned_lines(told.registers)
    for scale in told.grades:
        moved = f"（上升{scale.risen}，下降{scale.fallen}）" if scale.has_previous else ""
        yield f"{scale.scale_name}：{'，'.join(f'{name}{count}' for name, count in scale.counts.items())}{moved}"
    for verb, sign in (("上升", 1), ("下降", -1)):
        if units := [one for one in told.moved if one.places_moved * sign > 0]:
            named = (f"{one.org_name}（{one.org_code}）{abs(one.places_moved)}位" for one in units)
            yield f"因系数{verb}最多：{'、'.join(named)}"
    if told.rechecks:
        yield f"复核抽查：{progress_text(told.rechecks)}"
    if told.tasks:
        yield f"任务：{'，'.join(f'{title}{told.tasks[status]}' for status, title in TASK_STATUS_TITLES.items())}"


def _pool_text(told: Summary) -> str:
    """Organisations by their highest colour, the gravest first; nothing for a period that has no pool."""
    if told.pool is None:
        return ""
    return f"三色池：{'，'.join(f'{name}{told.pool.get(colour, 0)}' for colour, name in COLOUR_NAMES.items())}；"


def _place_texts(tied: list[Place]) -> list[str]:
    """A line for each of those on one place; many are put on one line, the first few by name."""
    points, named = f"{tied[0].index_points:.4f}", [f"{place.org_name}（{place.org_code}）" for place in tied]
    if len(tied) <= _TIED:
        return [f"{points}  {name}" for name in named]
    return [f"{points}  {'、'.join(named[:_TIED])}等{len(tied)}个并列"]


def _mark(told: Summary) -> str:
    return "（即时版）" if told.is_provisional else ""
