"""The records of an invented district as the files of an inbox, each sender's in a form of its own."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from openpyxl import Workbook

from tests.second.catalogue import ITEM, NAMES
from tests.second.conduct import VERIFYING
from tests.second.counted import last_day
from tests.second.records import Declaration, Event, Finding, Records, Span, Submission

DOMAINS = {
    "village": "行政村",
    "community": "城市社区",
    "agency": "机关事业单位",
    "new_org": "“两新”组织",
    "soe": "国企",
    "": "",
}
KINDS = {"branch": "党支部", "general_branch": "党总支", "committee": "党委", "work_committee": "党工委"}
REGISTRY = [
    "组织代码",
    "组织名称",
    "组织类型",
    "领域",
    "上级组织代码",
    "所在镇街",
    "生效日期",
    "失效日期",
    "党员人数",
    "党小组数",
    "原组织代码",
    "变更方式",
]
DECLARATIONS = [
    "组织代码",
    "组织名称",
    "指标代码",
    "指标名称",
    "申报值",
    "申报时间",
    "审核状态",
    "审核时间",
    "复核状态",
    "复核值",
]
INSPECTIONS = ["检查日期", "组织代码", "组织名称", "条目编号", "问题描述", "发现次数", "现场整改", "审核状态"]
WITH_NAMES = "住建局"
"""The department that knows names and towns, but no codes."""
UNITS = {"村集体经济收入": "万元", "“四清”带动增收": "万元"}

Cell = str | int | float | None
T = TypeVar("T")


def deliver(records: Records, inbox: Path) -> None:
    """Writes the whole inbox below `inbox`; the order of the rows is nobody's."""
    chance = random.Random(len(records.events))
    _registry(chance.sample(records.spans, len(records.spans)), inbox / "registry/organizations.csv")
    for month, events in _by([(event.delivered, event) for event in records.events]).items():
        _platform(chance.sample(events, len(events)), inbox / f"platform/{month}.jsonl", chance)
    for month, said in _by([(one.month, one) for one in records.declarations]).items():
        rows = [_declaration(one, chance) for one in chance.sample(said, len(said))]
        _csv(inbox / f"declarations/{month}.csv", "utf-8-sig", [DECLARATIONS, *rows])
    for period, findings in _by([(finding.delivered, finding) for finding in records.findings]).items():
        _inspections(findings, inbox / f"inspections/{period}.csv")
    for quarter, cells in _by([(cell.quarter, cell) for cell in records.submissions]).items():
        for sender, own in _by([(ITEM[cell.item].lead_unit, cell) for cell in cells]).items():
            sheet = _sheet(own, quarter, sender, _alive(records.spans, last_day(quarter)), chance)
            _department(sheet, inbox / f"departments/{quarter}", sender)


def _by(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _registry(spans: list[Span], path: Path) -> None:
    rows: list[list[Cell]] = [[*REGISTRY]]
    for span in spans:
        row: list[Cell] = [span.code, span.name, KINDS[span.kind], DOMAINS[span.domain], span.parent, span.town]
        row += [str(span.first), str(span.last or ""), span.members, span.groups]
        rows.append([*row, "、".join(span.predecessors), span.succession])
    _csv(path, "utf-8-sig", rows)


def _platform(events: list[Event], path: Path, chance: random.Random) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for event in events:
        occurred, captured = event.occurred.isoformat(), event.captured.isoformat()
        if chance.random() < 0.5:
            occurred, captured = occurred.replace("+00:00", "Z"), captured.replace("+00:00", "Z")
        told = {"event_id": event.event_id, "org_code": event.code, "kind": event.kind, "topic": event.topic}
        told |= {"occurred_at": occurred, "captured_at": captured}
        lines.append(json.dumps(told | {"data": event.data}, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _declaration(one: Declaration, chance: random.Random) -> list[Cell]:
    said = [one.code, "", one.item, NAMES[one.item], _shown(one.item, one.value, chance), one.declared]
    return [*said, one.review, "", one.recheck, one.recheck_value]


def _inspections(findings: list[Finding], path: Path) -> None:
    rows: list[list[Cell]] = [
        [_spelt(one.found), one.code, "", one.item, "见“台账”，第1页", one.count, "是", one.review] for one in findings
    ]
    _csv(path, "gb18030", [INSPECTIONS, *rows])


def _spelt(day: date) -> str:
    return str(day) if day.day % 2 else f"{day.year}年{day.month}月{day.day}日"


def _alive(spans: list[Span], day: date) -> dict[str, Span]:
    return {span.code: span for span in spans if span.covers(day)}


def _sheet(
    cells: list[Submission], quarter: str, sender: str, alive: dict[str, Span], chance: random.Random
) -> list[list[Cell]]:
    """Title, sender, header, a line for each row, total and note, as departments send it."""
    items = sorted({cell.item for cell in cells})
    writes_per_cent = {item: chance.random() < 0.5 for item in items}
    who = ["组织名称", "所在镇街"] if sender == WITH_NAMES else ["组织代码", "组织名称"]
    header = ["序号", *who, *(_heading(item, writes_per_cent[item]) for item in items)]
    body: list[list[Cell]] = []
    for place, row in enumerate(_by([(str(cell.row), cell) for cell in cells]).values()):
        values = {cell.item: cell.value for cell in row}
        span = alive.get(row[0].code)
        named = [span.name, span.town] if span else [row[0].code, ""]
        line: list[Cell] = [place + 1, *(named if sender == WITH_NAMES else [row[0].code, named[0]])]
        for item in items:
            value = values.get(item)
            line.append(_cell(item, value, writes_per_cent[item], chance) if value else chance.choice(["", "—"]))
        body.append([*line, *(["已核实" if row[0].is_verified else "未核实"] if sender in VERIFYING else [])])
    title = f"清源区{quarter[:4]}年第{'一二三四'[int(quarter[5]) - 1]}季度党组织组织力指标报送表"
    header += ["核实状态"] if sender in VERIFYING else []
    return [[title], [f"填报单位：{sender}"], [*header], *body, ["合计"], ["注：数据截至季度末。"]]


def _heading(item: str, writes_per_cent: bool) -> str:
    name = NAMES[item]
    if is_share(item) and writes_per_cent:
        return f"{name}（%）"
    return f"{name}（{UNITS[name]}）" if name in UNITS else name


def _cell(item: str, value: str, writes_per_cent: bool, chance: random.Random) -> Cell:
    if is_share(item) and writes_per_cent:
        return _per_cent(value)
    return _shown(item, value, chance)


def _shown(item: str, value: str, chance: random.Random) -> str:
    """The value as somebody writes it: shares as per cents, numbers in full-width digits, yes in other words."""
    if chance.random() < 0.8:
        return value
    if value in ("是", "否"):
        return chance.choice({"是": ["√", "达标"], "否": ["×", "未达标"]}[value])
    if is_share(item) and value[0].isdigit():
        return f"{_per_cent(value)}%"
    return value.translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"})


def is_share(item: str) -> bool:
    own = ITEM[item]
    return own.rule == "proportional" and own.parameters["target"] <= 1


def _per_cent(value: str) -> str:
    return f"{float(Fraction(value) * 100):.3f}".rstrip("0").rstrip(".")


def _department(sheet: list[list[Cell]], folder: Path, sender: str) -> None:
    if len(sender) % 2:
        _csv(folder / f"{sender}.csv", "gb18030", sheet)
        return
    folder.mkdir(parents=True, exist_ok=True)
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet()
    for row in sheet:
        page.append(row)
    workbook.save(folder / f"{sender}.xlsx")


def _csv(path: Path, encoding: str, rows: Sequence[Sequence[Cell]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
