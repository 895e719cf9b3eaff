"""How things stand: what is published, what was delivered last, and what still stands rejected."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from boards.recheck_list import progress_text
from boards.watched import count_lines, counts_told
from schemas.kinds import KIND_NAMES, REGISTERS, Kind, kinds_read
from schemas.periods import local_day, local_time
from schemas.reasons import REASONS
from schemas.receipts import CHECK_IT
from transforms.absence_wording import waiting_until
from warehouse import batches, published, worklists
from warehouse.held import all_held

if TYPE_CHECKING:
    from sqlalchemy import Engine

_EDITION_COLUMNS = [
    "period",
    "cadence",
    "revision",
    "is_provisional",
    "cause",
    "published_at",
    "rulebook_version",
    "organizations",
    "in_pool",
    "not_counted",
    "note",
]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
CAUSES = {
    "routine": "例行",
    "late data": "数据变化",
    "rule change": "规则变化",
    "code change": "程序变化",
    "provisional": "即时版",
}


def status_of(engine: Engine, district: str, scheme: str) -> dict[str, Any]:
    """Current editions, periods held back, deliveries in force by kind, and what is open against them.

    That is rejections by period, sender and reason, and totals that their rows do not come to.
    """
    editions = published.status(engine, district, scheme)
    held = batches.in_force(engine, district, scheme, list(KIND_NAMES))
    kinds = held.groupby("kind").agg(
        batches=("batch_id", "size"),
        received=("received", "sum"),
        rejected=("rejected", "sum"),
        last=("received_at", "max"),
    )
    read = _kinds_read(engine, district, scheme, editions)
    editions["not_counted"] = [_newer(held, row, read[row.period]) for row in editions.itertuples()]
    failed = published.view(engine, "editions", district=district, scheme=scheme, status="failed")
    last = dict(zip(editions["period"], editions["confirmed_at"], strict=True))
    stopped = [
        row
        for row in failed.to_dict("records")
        if row["report"] and row["created_at"] > last.get(row["period"], _LONG_AGO)
    ]
    rejected = published.open_rejections(engine, district, scheme)
    return {
        "district": district,
        "scheme": scheme,
        "editions": editions[_EDITION_COLUMNS].to_dict("records"),
        "held": [asdict(one) for one in all_held(engine, district, scheme)],
        "stopped": [{name: row[name] for name in ("period", "created_at", "note", "report")} for row in stopped],
        "deliveries": kinds.reset_index().to_dict("records"),
        "rejections": rejected.to_dict("records"),
        "totals": list(_totals(held)),
        "rechecks": worklists.progress(engine, district, scheme).to_dict("records"),
        "weak_and_lax": counts_told(engine, district, scheme, local_day(datetime.now(UTC))),
    }


def status_lines(told: dict[str, Any]) -> Iterator[str]:
    """The same as text."""
    yield f"{told['district']} · {told['scheme']}"
    yield (
        "已发布版次："
        if told["editions"]
        else "还没有发布过版次。先取件：zuzhili intake，再计分：zuzhili month 2024-07（或quarter、half、year）"
    )
    for row in told["editions"]:
        pool = f"，池内{row['in_pool']}个" if row["in_pool"] else ""
        yield (
            f"  {row['period']} 第{row['revision']}版  {row['organizations']}个组织{pool}  "
            f"发布于{local_time(row['published_at'])}（{CAUSES[row['cause']]}）"
        )
        if row["not_counted"]:
            remedy = f"zuzhili backfill {row['period']} {row['period']} --plan"
            yield f"      发布后又收到{row['not_counted']}批有关的报送，尚未计入。先看会改变什么：{remedy}"
    for row in told["held"]:
        until = waiting_until(row["until"])
        yield f"  {row['period']} 在等：{row['note']}（自{local_time(row['held_since'])}，{until}）"
    for row in told["stopped"]:
        yield f"  {row['period']} {local_time(row['created_at'])}算出的一版没有通过质量关，没有发布：{row['note']}"
        yield f"      报告：{row['report']}"
    yield "在用的报送：" if told["deliveries"] else "还没有收到报送"
    for row in told["deliveries"]:
        yield (
            f"  {KIND_NAMES[row['kind']]}  {row['batches']}批，收到{row['received']}，退回{row['rejected']}，"
            f"最近{local_time(row['last'])}"
        )
    if told["rejections"]:
        yield "仍未解决的退回："
    yield from _rejection_lines(told["rejections"])
    if told["totals"]:
        yield "与各行对不上的合计："
    yield from (f"  {row['file']}  {row['note']}" for row in told["totals"])
    yield from (f"复核抽查 {row['period']}：{progress_text(row)}" for row in told["rechecks"])
    yield from count_lines(told["weak_and_lax"])


def _rejection_lines(rejections: list[dict[str, Any]]) -> Iterator[str]:
    """One line a file: its rejections, and how many there are for each reason, the most frequent first."""
    files: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rejections:
        files[row["file"]][REASONS[row["reason"]].title] += row["rejections"]
    for file, titles in files.items():
        yield f"  {file}  {titles.total()}条（{'，'.join(f'{title}{count}' for title, count in titles.most_common())}）"


def _totals(held: pd.DataFrame) -> Iterator[dict[str, str]]:
    """The notes of deliveries in force on totals that do not agree, with their files."""
    for row in held.itertuples():
        yield from ({"file": row.file, "note": note} for note in row.note.split("；") if note.endswith(CHECK_IT))


def _kinds_read(engine: Engine, district: str, scheme: str, editions: pd.DataFrame) -> dict[str, set[Kind]]:
    """The kinds of delivery that each period read itself, by the items that it had of its own."""
    columns = ["period", "period_cadence", "cadence", "source"]
    items = published.view(engine, "items", columns, district=district, scheme=scheme)
    sources = items[items["cadence"] == items["period_cadence"]].groupby("period")["source"].unique()
    return {row.period: kinds_read(sources.get(row.period, ())) for row in editions.itertuples()}


def _newer(held: pd.DataFrame, edition: Any, read: set[Kind]) -> int:
    """Deliveries in force that no run of the period has known yet and that speak of it; registers speak of all."""
    first, last = (pd.to_datetime(held[name]) for name in ("first_day", "last_day"))
    touches = (first <= edition.period_end) & (last >= edition.period_start)
    speaks = (touches & held["kind"].isin(read)) | held["kind"].isin(REGISTERS)
    return int(((held["seq"] > edition.confirmed_seq) & speaks).sum())
