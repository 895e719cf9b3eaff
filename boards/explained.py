"""Why an organisation has its score, as data: every line of its ledger, and file and row that it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from boards.errors import NotPublished
from schemas.periods import Period, local_time
from schemas.rulebook import RuleBook
from transforms.checks.registry import registry_of
from transforms.registry import Registry
from transforms.restatements import COMPONENTS
from transforms.scoring import Records, check_records, observe
from warehouse import editions, published
from warehouse.batches import Knowledge
from warehouse.editions import Edition
from warehouse.known import Known
from warehouse.lake import Lake

if TYPE_CHECKING:
    from sqlalchemy import Engine

COLOUR_TITLE = "预警颜色"


@dataclass(frozen=True)
class Line:
    """One ledger line; points in points. `places` names file and row of every record that it came from."""

    item_code: str
    item_name: str
    dimension: str
    value: float | None
    target: float | None
    points: float
    full_points: float
    nominal_points: float
    status: str
    reason: str
    evidence: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Warned:
    """One warning and who must see to it."""

    colour: str
    reason: str
    responsible: str


@dataclass(frozen=True)
class Change:
    """A number that differs from the edition before: from what to what, how much of it came from what, and the cause.

    Points in points, ranks as they are; `parts` names each thing that moved it.
    """

    name: str
    old: float | None
    new: float | None
    parts: tuple[tuple[str, float], ...]
    cause: str


@dataclass(frozen=True)
class Explanation:
    """One organisation in one period: its place, its dimensions, its ledger, its warnings, what was not counted, and
    what the edition changed against the one before. `parts` are the shorter periods that it was scored from,
    `diagnosis` is what its scores say beside those of its domain."""

    org_code: str
    org_name: str
    domain_name: str
    period: str
    revision: int
    is_provisional: bool
    rulebook_version: str
    index_name: str
    index_points: float
    full_points: float
    rank: int
    peers: int
    dimensions: tuple[tuple[str, str, float, float], ...]
    lines: tuple[Line, ...]
    warnings: tuple[Warned, ...]
    not_counted: tuple[str, ...]
    changes: tuple[Change, ...]
    parts: tuple[str, ...]
    diagnosis: str


def explanation(
    engine: Engine,
    lake: Lake,
    district: str,
    scheme: str,
    org: str,
    period: str,
    rules: Callable[[Edition], RuleBook],
    as_of: datetime | None = None,
) -> Explanation:
    """Explains the current edition, or that of `as_of`. `org` is a code, or a part of a name that only one bears.

    `rules` gives the rule book that an edition was computed with. The records are read from the lake as they were known
    to the edition. Raises NotPublished where there is no edition or no score, NotAPeriod where `period` is none.
    """
    spoken_of = Period.parse(period)
    edition = editions.current(engine, district, scheme, period, as_of)
    if edition is None and as_of:
        raise NotPublished(f"截至{local_time(as_of)}，{period}还没有发布过版次。看现在的版次请去掉--as-of")
    if edition is None:
        raise NotPublished(f"{period}还没有发布过版次。请先运行：zuzhili {spoken_of.cadence} {period}")
    code = _code(engine, edition, org)
    where: dict[str, Any] = {"edition_id": edition.edition_id, "org_code": code}
    score = published.of_edition(engine, "index_scores", **where)
    if score.empty:
        raise NotPublished(f"{code}在{period}不参加考核（当期不在册，或没有领域）")
    rulebook = rules(edition)
    known = Known(engine, lake, district, scheme, Knowledge(edition.as_of, edition.known_seq))
    assessed = published.of_edition(engine, "organizations", **where)
    places, not_counted = _traced(known, spoken_of, assessed, rulebook)
    own, dimensions = score.iloc[0], published.of_edition(engine, "dimension_scores", **where)
    order = {dimension.code: place for place, dimension in enumerate(rulebook.dimensions)}
    dimensions = dimensions.sort_values("dimension", key=lambda codes: codes.map(order))
    lines = published.ledger_of(engine, **where)
    warned = published.of_edition(engine, "warnings", **where).sort_values("severity", ascending=False)
    changed = published.of_edition(engine, "restatements", **where)
    parts = [source.period for source in editions.sources(engine, edition.edition_id)]
    return Explanation(
        org_code=code,
        org_name=own["org_name"],
        domain_name=own["domain_name"],
        period=period,
        revision=edition.revision,
        is_provisional=edition.is_provisional,
        rulebook_version=edition.rulebook_version,
        index_name=rulebook.index_name,
        index_points=float(own["index_points"]),
        full_points=float(own["full_points"]),
        rank=int(own["rank"]),
        peers=int(own["peers"]),
        dimensions=tuple(
            (str(row.dimension), str(row.dimension_name), float(row.points), float(row.full_points))
            for row in dimensions.itertuples()
        ),
        lines=tuple(_line(row, places) for row in lines.to_dict("records")),
        warnings=tuple(
            Warned(str(row.colour), str(row.reason), str(row.responsible_name)) for row in warned.itertuples()
        ),
        not_counted=not_counted,
        changes=tuple(_change(row, rulebook, lines) for row in sorted(changed.to_dict("records"), key=_weight)),
        diagnosis=str(published.of_edition(engine, "diagnoses", **where)["text"].item()),
        parts=tuple(sorted(part for part in parts if Period.parse(part) in spoken_of.parts)),
    )


def _line(row: dict[str, object], places: dict[str, tuple[str, ...]]) -> Line:
    def number(name: str) -> float | None:
        return None if pd.isna(row[name]) else float(row[name])  # type: ignore[arg-type]

    code = str(row["item_code"])
    return Line(
        code,
        str(row["item_name"]),
        str(row["dimension"]),
        number("value"),
        number("target"),
        number("points") or 0.0,
        number("full_points") or 0.0,
        number("nominal_points") or 0.0,
        str(row["status"]),
        str(row["reason"]),
        str(row["evidence"]),
        places.get(code, ()),
    )


def _weight(change: dict[str, Any]) -> tuple[int, str]:
    """The index first, then rank and colour, dimensions, items, and what follows from them."""
    first = ("index_points", "rank", "colour", "dimension", "item")
    measure = str(change["measure"])
    kind = measure.partition(":")[0]
    return (first.index(kind) if kind in first else len(first), measure)


def _change(row: dict[str, Any], rulebook: RuleBook, lines: pd.DataFrame) -> Change:
    names = {
        "index_points": rulebook.index_name, "full_points": "满分", "rank": "名次", "peers": "同类组织数",
        "previous_rank": "上期名次", "colour": COLOUR_TITLE,
    }  # fmt: skip
    names |= {f"dimension:{dimension.code}": dimension.name for dimension in rulebook.dimensions}
    items = {item.code: item.name for item in rulebook.items}
    items |= {item.code: item.name for item in rulebook.negative_items}
    items |= dict(zip(lines["item_code"], lines["item_name"], strict=True))
    for code, name in items.items():
        names |= {f"item:{code}": f"{code} {name}", f"item_full:{code}": f"{code} {name}（满分）"}
    moved = tuple((title, float(row[f"from_{part}"])) for part, title in COMPONENTS.items() if row[f"from_{part}"])
    old, new = (None if pd.isna(row[side]) else float(row[side]) for side in ("old_value", "new_value"))
    name = names.get(row["measure"], row["measure"].partition(":")[2])
    return Change(name, old, new, moved, str(row["cause"]))


def _code(engine: Engine, edition: Edition, org: str) -> str:
    found = published.find(engine, edition.edition_id, org)
    exact = found[found["org_code"] == org]
    if len(exact) == 1 or len(found) == 1:
        return str((exact if len(exact) else found)["org_code"].iloc[0])
    if found.empty:
        raise NotPublished(f"{edition.period}的组织名册中没有“{org}”。请核对代码或名称")
    some = "、".join(f"{row.org_name}（{row.org_code}）" for row in found.head(5).itertuples())
    raise NotPublished(f"有{len(found)}个组织的名称含“{org}”，请写组织代码，例如：{some}")


def _traced(
    known: Known, period: Period, assessed: pd.DataFrame, rulebook: RuleBook
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Places (file and row) of the records behind each item of one organisation, and its records that did not count."""
    registry = registry_of(known.registry(), rulebook)
    frames = (known.events(period), known.declarations(period), known.submissions(period), known.findings(period))
    own = Records(*(_of_organization(frame, assessed, registry, period) for frame in frames))
    checked = check_records(own, registry, rulebook, period)
    observed = observe(checked, assessed, rulebook, period)
    file = known.files()
    named = ((observed.items.used, rulebook.items), (observed.findings.used, rulebook.negative_items))
    places: dict[str, list[str]] = {}
    for used, items in named:
        for row in used.sort_values(["item", "batch_id", "row_no"]).itertuples():
            places.setdefault(items[row.item].code, []).append(f"{file[row.batch_id]} 第{row.row_no}行")
    not_counted = tuple(
        f"{file[row.batch_id]} 第{row.row_no}行：{row.message}" for row in checked.rejections.itertuples()
    )
    return {item: tuple(found) for item, found in places.items()}, not_counted


def _of_organization(frame: pd.DataFrame, assessed: pd.DataFrame, registry: Registry, period: Period) -> pd.DataFrame:
    """Records that name the organisation: by a code that it has borne, or where they have none by its name."""
    day = period.end.toordinal()
    is_own = registry.code_on(frame["org_code"], day).isin(assessed["org_code"])
    if "org_name" in frame:
        is_own |= frame["org_code"].isna() & frame["org_name"].isin(assessed["org_name"])
    return frame[is_own].reset_index(drop=True)
