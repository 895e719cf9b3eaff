"""What a backfill would change, before it does: scores, ranks, colours, grades and TOP10 places, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from boards.registers_told import returned_lines
from transforms.restatements import COLOUR, GRADE, UNIT, Planned

SHOWN = 20
"""Organisations of a kind of change that the text names; all of them are in the data."""
TOP = 10
_NONE: Mapping[str, int] = MappingProxyType({})


def plan_data(planned: Sequence[Planned]) -> list[dict[str, Any]]:
    """The whole plan, a period each, for machines; points in points."""
    return [
        {
            "period": str(one.period),
            "is_new": one.differences is None,
            "is_changed": one.is_changed,
            "organizations": one.organizations,
            "waits_for": one.waits_for,
            "is_held": one.is_held,
            "index": _rows(one, "index_points"),
            "rank": _rows(one, "rank"),
            "top": [row | {"enters": enters} for row, enters in _top(one)],
            "colour": _rows(one, COLOUR),
            "grade": _rows(one, GRADE),
        }
        for one in planned
    ]


def plan_lines(planned: Sequence[Planned], registers: Mapping[str, int] = _NONE) -> Iterator[str]:
    """The plan as text; nothing has been written. `registers`: open rejections of corrections and exemptions by kind,
    which the plan leaves aside."""
    for one, data in zip(planned, plan_data(planned), strict=True):
        if one.differences is None:
            yield f"{one.period}：{_first(one)}"
        elif not one.is_changed:
            yield f"{one.period}：没有变化"
        else:
            counts = (("指数", "index"), ("名次", "rank"), ("TOP10", "top"), ("预警颜色", "colour"), ("等次", "grade"))
            moved = [f"{title}变化{len(data[key])}个" for title, key in counts if data[key]]
            yield f"{one.period}：将发布新版；" + (
                "，".join(moved) or "指数、名次、TOP10、颜色和等次都不变，变的是明细、上期名次或规则"
            )
            yield from _listed("颜色", [f"{_who(row)} {row['told']}" for row in data["colour"]])
            yield from _listed("等次", [f"{_who(row)} {row['told']}" for row in data["grade"]])
            yield from _listed(
                "TOP10", [f"{'进' if row['enters'] else '出'} {_who(row)} 名次{_moved(row)}" for row in data["top"]]
            )
            yield from _listed("指数", [f"{_who(row)} {_moved(row)}" for row in data["index"]])
            yield from _listed("名次", [f"{_who(row)} {_moved(row)}" for row in data["rank"]])
    yield from returned_lines(registers)
    changed = sum(one.is_changed for one in planned)
    yield f"以上是补算计划，没有写入任何数据：{len(planned)}个考核期中{changed}个将有新版。执行请去掉--plan"


def plan_markdown(planned: Sequence[Planned], registers: Mapping[str, int] = _NONE) -> str:
    """The plan for the orchestrator's page."""
    return "\n".join(f"    {line}" for line in plan_lines(planned, registers))


def _first(one: Planned) -> str:
    """What would become of a period that has no final edition yet."""
    if one.is_held:
        return f"不会发布，还在等：{one.waits_for}"
    mark = f"（即时版，还在等：{one.waits_for}）" if one.waits_for else ""
    return f"还没有版次，将首次发布{mark}，{one.organizations}个组织"


def _rows(one: Planned, measure: str) -> list[dict[str, Any]]:
    if one.differences is None:
        return []
    measures = one.differences["measure"]
    rows = one.differences[measures.str.startswith(measure) if measure == GRADE else measures == measure]
    return [
        {
            "org_code": row.org_code,
            "org_name": row.org_name,
            "old": _number(row.old_value),
            "new": _number(row.new_value),
            **({"told": row.told} if measure in (COLOUR, GRADE) else {}),
        }
        for row in rows.itertuples()
    ]


def _top(one: Planned) -> Iterator[tuple[dict[str, Any], bool]]:
    """Changes of rank that cross the last place of a TOP10, and whether they enter it."""
    for row in _rows(one, "rank"):
        was, will_be = (place is not None and place <= TOP for place in (row["old"], row["new"]))
        if was != will_be:
            yield row, will_be


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else int(value) / UNIT


def _who(row: dict[str, Any]) -> str:
    return f"{row['org_name']}（{row['org_code']}）"


def _moved(row: dict[str, Any]) -> str:
    return "→".join("无" if row[side] is None else f"{row[side]:g}" for side in ("old", "new"))


def _listed(title: str, texts: list[str]) -> Iterator[str]:
    yield from (f"  {title}  {text}" for text in texts[:SHOWN])
    if len(texts) > SHOWN:
        yield f"  {title}  ……另有{len(texts) - SHOWN}个，全部见--json"
