"""Writes examples/danfeng: an invented county as it would send what it did, and what must come out of it.

From the repository: PYTHONPATH=. python -m tests.systems.danfeng.make. The same bytes every time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.systems.arithmetic import is_inside, points_text
from tests.systems.danfeng import following, naive
from tests.systems.danfeng.catalogue import DIMENSIONS, PEOPLE
from tests.systems.danfeng.naive import Event, Facts
from tests.systems.danfeng.sheets import SAVED_ON, write_declarations, write_departments
from tests.systems.danfeng.story import (
    COUNTY,
    DOMAIN_TEXTS,
    GONE,
    KINDS,
    MIDNIGHT,
    MONTHS,
    PERIODS,
    STORY,
    YEARS,
    at,
    facts,
)
from tests.systems.forms import EXAMPLES, Inbox, Row, lines, workbook, write

ROOT = EXAMPLES / "danfeng"


def write_registry(found: Facts, inbox: Inbox) -> None:
    header = [
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
    ]
    rows: list[list[Any]] = [
        ["示例县党组织和人员名册（人员只列编号）"],
        ["报送单位：县委组织部", None, "制表日期：2024年1月20日"],
        header,
    ]
    for unit in found.units:
        kind = "党工委" if unit.name.endswith("党工委") else KINDS[unit.kind]
        last = None if unit.last.year == 9999 else str(unit.last)
        groups: Any = unit.groups
        if unit.code.endswith("600002"):
            groups = "两个"
            inbox.reject("registry/organizations.xlsx", len(rows) + 1, "malformed")
        domain = DOMAIN_TEXTS.get(unit.domain)
        rows.append(
            [
                unit.code,
                unit.name,
                kind,
                domain,
                unit.parent or None,
                unit.town or None,
                str(unit.first),
                last,
                unit.members,
                groups,
            ]
        )
    inbox.files["registry/organizations.xlsx"] = workbook(rows, 2, SAVED_ON, "名册")


# platform


def write_platform(found: Facts, inbox: Inbox) -> None:
    events = sorted(found.events, key=lambda event: (event.when, event.org, event.topic))
    delivered: dict[str, list[str]] = {month: [] for year in YEARS for month in MONTHS[year]}
    for place, event in enumerate(events, start=1):
        month = f"{event.when:%Y-%m}"
        one = _event(f"E{place:06d}", event)
        if event.when == MIDNIGHT:
            month = "2022-11"
        if (event.org, event.topic, month) == (f"{COUNTY}400011", "主题党日", "2022-10"):
            first = {**event.data, "attended": event.data["expected"] // 2}
            delivered[month].append(_event(f"E{place:06d}", replace(event, data=first)))
            later = replace(event, when=event.when)
            delivered["2022-11"].append(_event(f"E{place:06d}", later, captured=timedelta(days=20)))
            continue
        delivered[month].append(one)
    for month, bad in _bad_events().items():
        for line, _ in bad:
            delivered[month].insert(len(delivered[month]) // 2, line)
        for line, reason in bad:
            inbox.reject(f"platform/{month}.jsonl", delivered[month].index(line) + 1, reason)
    for month, own in delivered.items():
        inbox.files[f"platform/{month}.jsonl"] = lines(own)


def _event(identity: str, event: Event, captured: timedelta = timedelta(hours=9)) -> str:
    return _line(identity, event.org, event.kind, event.topic, event.when, event.when + captured, event.data)


def _line(
    identity: str, org: str, kind: str, topic: str, when: datetime, captured: datetime, data: dict[str, Any]
) -> str:
    in_utc = int(identity[1:]) % 3 == 0 or when.hour == 0

    def text(moment: datetime) -> str:
        utc = (moment - timedelta(hours=8)).replace(tzinfo=UTC)
        return f"{utc:%Y-%m-%dT%H:%M:%SZ}" if in_utc else f"{moment:%Y-%m-%dT%H:%M:%S}+08:00"

    record = {"event_id": identity, "org_code": org, "kind": kind, "topic": topic}
    return json.dumps(
        {**record, "occurred_at": text(when), "captured_at": text(captured), "data": data}, ensure_ascii=False
    )


def _bad_events() -> dict[str, list[tuple[str, str]]]:
    whole, many = {"attended": 10, "expected": 12}, {"attended": 30, "expected": 12}
    day, hour = timedelta(days=1), timedelta(hours=1)

    def line(identity: str, org: str, when: datetime, captured: timedelta, data: dict[str, Any]) -> str:
        return _line(identity, org, "meeting", "党课", when, when + captured, data)

    torn = line("E900001", f"{COUNTY}100001", at("2022-11", 9), hour, whole)[:70]
    return {
        "2022-11": [(torn, "malformed")],
        "2022-12": [(line("E900002", f"{COUNTY}100009", at("2022-12", 8), hour, whole), "unknown_organization")],
        "2023-10": [
            (line("E900003", f"{COUNTY}100001", at("2023-10", 17), -day, whole), "future_dated"),
            (line("E900004", f"{COUNTY}100001", at("2023-10", 18), hour, many), "out_of_range"),
        ],
        "2023-12": [(line("E900005", GONE, at("2023-12", 5), hour, whole), "inactive_organization")],
    }


# the register

REGISTER = {
    "2022Q4": "2022年第四季度",
    "2023Q1": "2023年第一季度",
    "2023Q4": "2023年第四季度",
    "2024Q1": "2024年第一季度",
}
WORDS = {"hang": "星级挂牌", "commend": "五星表彰", "rectify": "星级整改验收", "talk": "约谈党组织书记"}
BAD_ENTRIES: dict[str, list[tuple[str, str, str, str, str]]] = {
    "2022Q4": [
        ("2022-11-16", "500001", "F99", "已审核", "unknown_indicator"),
        ("2022年13月5日", "500002", "F01", "已审核", "malformed"),
    ],
    "2023Q4": [("2023-12-13", "600011", "F04", "已阅", "unknown_status")],
    "2024Q1": [("2024-01-19", "600001", "hang", "待审核", "")],  # not reviewed: the plaque is still to be hung
}


def write_register(found: Facts, inbox: Inbox) -> None:
    header = [
        "登记日期",
        "组织代码",
        "组织名称",
        "事项编号",
        "事项说明",
        "次数",
        "现场整改",
        "整改完成日期",
        "审核状态",
    ]
    names = {unit.code: unit.name for unit in found.units}
    for quarter, title in REGISTER.items():
        file = f"inspections/{quarter}.xlsx"
        rows: list[list[Any]] = [[f"示例县{title}督查和星级事项登记表"], header]
        for one in found.findings:
            if is_inside(one.day, quarter):
                status = "已审核" if one.reviewed else "待审核" if one.day.year == 2022 else "驳回"
                closed = str(one.closed) if one.closed else None
                rows.append(
                    [str(one.day), one.org, names[one.org], one.code, "现场督查发现", one.times, "否", closed, status]
                )
        for day, org, code in found.done:
            if is_inside(day, quarter):
                rows.append([f"{day:%Y/%m/%d}", org, names[org], code, WORDS[code], 1, None, None, "已审核"])
        for text, org, code, status, reason in BAD_ENTRIES.get(quarter, ()):
            rows.append([text, COUNTY + org, names[COUNTY + org], code, "补登", 1, None, None, status])
            if reason:
                inbox.reject(file, len(rows), reason)
        inbox.files[file] = workbook(rows, 1, SAVED_ON, "登记表")


# --- what must come out


def expected(found: Facts) -> dict[str, Iterable[Row]]:
    results = naive.scored(found, PERIODS)
    graded = naive.stars(results)
    _check(results, graded)
    cards = [(period, org, card) for period, own in results.items() for org, card in own.items()]
    shown = [row for row in cards if row[2].unit.domain not in PEOPLE]
    people = {org for _, org, card in cards if card.unit.domain in PEOPLE}
    return {
        "index_scores": (
            (period, org, c.unit.domain, points_text(c.index), points_text(c.full), c.rank, c.peers)
            for period, org, c in shown
        ),
        "dimension_scores": (
            (period, org, name, *map(points_text, c.of(name))) for period, org, c in shown for name in DIMENSIONS
        ),
        "ledger": (
            (period, org, code, "", points_text(line.points), points_text(line.full), line.status)
            for period, org, card in shown
            for code, line in sorted(card.lines.items())
        ),
        "adjustments": (
            (year, org, "acceptance_failed", "limit", "", points_text(0), "") for year, org in naive.limited(results)
        ),
        "grades": (
            (year, org, "star", one.star, one.previous, one.movement, one.limited_by)
            for year, own in graded.items()
            for org, one in own.items()
        ),
        "tasks": following.tasks(found, results),
        "warnings": (row for row in following.warnings(found, results) if row[1] not in people),
        "restricted": (
            (period, org, points_text(card.index), card.rank) for period, org, card in cards if org in people
        ),
    }


def _check(results: dict[str, naive.Cards], graded: dict[str, dict[str, naive.Graded]]) -> None:
    """The story comes true; nothing falls below 0 and every list has its full points."""
    for period, cards in results.items():
        for card in cards.values():
            assert card.full == {4: 1_000_000, 6: 300_000, 7: 300_000}[len(period)], (period, card.unit.code)
            assert min(card.of(name)[0] for name in naive.DIMENSIONS) >= 0, (period, card.unit.code)
    wrong = []
    for code, (_, _, *told) in STORY.items():
        for year, star in zip(YEARS, told, strict=True):
            got = graded[year].get(COUNTY + code)
            index = results[year][COUNTY + code].index / 10_000 if got else 0
            if (f"{got.star} {got.limited_by}".strip() if got else "") != star:
                wrong.append((code, year, star, got, index))
    assert not wrong, "\n".join(map(str, wrong))


def make(root: Path = ROOT) -> None:
    """Writes inbox and expected results below `root`."""
    found, inbox = facts(), Inbox()
    for send in (write_registry, write_platform, write_declarations, write_departments, write_register):
        send(found, inbox)
    write(root, inbox, expected(found))


if __name__ == "__main__":
    make()
