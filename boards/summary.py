"""A period at a glance, from its published tables: counts, the pool by colour, the first ten of each domain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.wording import COLOUR_NAMES
from warehouse import published
from warehouse.editions import Edition

if TYPE_CHECKING:
    from sqlalchemy import Engine


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
class Summary:
    """One edition at a glance. `pool` counts organisations by their highest colour; None where the period has none."""

    period: str
    revision: int
    is_provisional: bool
    organizations: int
    pool: dict[str, int] | None
    top: tuple[Place, ...]
    rejections: int
    report: str


def summary(engine: Engine, edition: Edition, places: int = 10) -> Summary:
    """Looks at the current edition of the period of `edition`."""
    where = (engine, edition.district, edition.scheme, edition.period)
    top = published.top(*where, places)
    scores = published.view(
        engine, "index_scores", ["org_code"], district=edition.district, scheme=edition.scheme, period=edition.period
    )
    standing = published.open_rejections(engine, edition.district, edition.scheme)
    return Summary(
        period=edition.period,
        revision=edition.revision,
        is_provisional=edition.is_provisional,
        organizations=len(scores),
        pool=published.pool_counts(*where) if edition.cadence == "month" and not edition.is_provisional else None,
        top=tuple(
            Place(row.domain_name, int(row.rank), row.org_code, row.org_name, str(row.town), float(row.index_points))
            for row in top.itertuples()
        ),
        rejections=int(standing.loc[standing["period"] == edition.period, "rejections"].sum()),
        report=edition.report or "",
    )


def summary_lines(told: Summary, places: int = 10) -> Iterator[str]:
    """The summary as text: the pool, then each domain's first places."""
    yield f"{told.period} 第{told.revision}版{_mark(told)}：{told.organizations}个组织"
    yield f"  {pool_text(told)}报送数据退回{told.rejections}条"
    for domain in dict.fromkeys(place.domain_name for place in told.top):
        yield f"  {domain}"
        for place in told.top:
            if place.domain_name == domain and place.rank <= places:
                yield f"    {place.rank:>2}  {place.index_points:.4f}  {place.org_name}（{place.org_code}）"
    if told.report:
        yield f"  质量报告：{told.report}"


def summary_markdown(told: Summary) -> str:
    """The summary as Markdown, for the orchestrator's page."""
    rows = "\n".join(
        f"| {place.domain_name} | {place.rank} | {place.org_name} | {place.org_code} | {place.index_points:.4f} |"
        for place in told.top
    )
    return (
        f"## {told.period} 第{told.revision}版{_mark(told)}\n\n{told.organizations}个组织；{pool_text(told)}"
        f"报送数据退回{told.rejections}条\n\n"
        f"| 领域 | 名次 | 组织 | 代码 | 指数 |\n|---|---|---|---|---|\n{rows}\n\n质量报告：{told.report}\n"
    )


def pool_text(told: Summary) -> str:
    """Organisations by their highest colour, the gravest first; nothing for a period that has no pool."""
    if told.pool is None:
        return ""
    return f"三色池：{'，'.join(f'{name}{told.pool.get(colour, 0)}' for colour, name in COLOUR_NAMES.items())}；"


def _mark(told: Summary) -> str:
    return "（即时版）" if told.is_provisional else ""
