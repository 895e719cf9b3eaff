"""Writes examples/minhang: the inbox of an invented district as it would arrive, and what it must come to.

From the repository: PYTHONPATH=. python -m tests.systems.minhang.make. The same bytes every time.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.systems.arithmetic import last_day, points_text
from tests.systems.forms import EXAMPLES, Inbox, Row, lines, number, table, workbook, write
from tests.systems.minhang import following, naive
from tests.systems.minhang.catalogue import DIMENSIONS, Item
from tests.systems.minhang.naive import Event, Facts
from tests.systems.minhang.story import (
    BAD_INSPECTED,
    CODE,
    DOMAIN_NAMES,
    EVER,
    FOLLOWED,
    INSPECTED,
    KIND_NAMES,
    MONTHS,
    ORG_NAME,
    PERIODS,
    SHEETS,
    SHORT,
    TOTALS,
    UNITS,
    cell,
    domain_items,
    domain_of,
    facts,
    in_force,
    is_live,
    sent_events,
    sheet_items,
    spans,
)

ROOT = EXAMPLES / "minhang"
SAVED_ON = "2019-01-15"


# --- the inbox


def write_registry(inbox: Inbox) -> None:
    header = ["组织代码", "组织名称", "组织类型", "领域", "上级组织代码", "所在单位"]
    rows: list[list[Any]] = [["示例区党组织名册"], [*header, "生效日期", "失效日期", "党员人数", "党小组数"]]
    for span in spans():
        kind = "党工委" if span.name.endswith("党工委") else KIND_NAMES[span.kind]
        last = "" if span.last == EVER else span.last.isoformat()
        blank = [None if value is None else value for value in (span.members, span.groups)]
        domain = DOMAIN_NAMES[span.domain]
        rows.append([span.code, span.name, kind, domain, span.parent, span.town, span.first.isoformat(), last, *blank])
    inbox.files["registry/organizations.xlsx"] = workbook(rows, 1, SAVED_ON)


SOUND = {"attended": 20, "expected": 18, "applicants": 1, "candidates": 1}
BAD_EVENTS: dict[int, tuple[str, str, str, dict[str, Any], str]] = {
    7: ("031299999999", "09:00", "15", {"hours": 4.0}, "unknown_organization"),
    19: (CODE["P2"], "09:00", "15", {"hours": 4.0}, "inactive_organization"),
    33: (CODE["R6"], "09:00", "14", {"hours": 4.0}, "future_dated"),
    41: (CODE["A3"], "14:00", "15", {"hours": -4.0}, "out_of_range"),
    58: (CODE["R6"], "14:00", "15", {}, "malformed"),
}
"""By place among the lines of October: code, time of the 15th, day of capture, data, reason."""


def write_platform(inbox: Inbox) -> None:
    """One line an event; copies that say otherwise, a late delivery and lines that are no event beside them."""
    delivered: dict[str, list[dict[str, Any] | str]] = {month: [] for month in MONTHS}
    late, bad = random.Random(515), []
    for place, event in enumerate(sent_events(), start=1):
        month, short = event.day.isoformat()[:7], SHORT[event.org]
        moment, shown = _moment(event, short, month)
        line = {
            "event_id": f"MH{place:07d}",
            "org_code": event.org,
            "kind": event.kind,
            "topic": event.topic,
            "occurred_at": shown,
            "captured_at": f"{(moment + timedelta(hours=late.randint(2, 30))).isoformat()}+08:00",
            "data": event.data,
        }
        if (month, short, event.kind) == ("2018-10", "R1", "theme_day"):
            delivered[month].append(line | {"data": event.data | {"hours": 3.0}})
            line = line | {"captured_at": "2018-10-20T10:00:00+08:00"}
        if (month, short, event.kind) == ("2018-10", "R1", "roster"):
            earlier = line | {"event_id": "MH9000001", "occurred_at": "2018-10-08T10:00:00+08:00"}
            delivered[month].append(earlier | {"data": event.data | {"posts_filled": 2}})
        delivered["2018-11" if (month, short, event.topic) == ("2018-10", "U2", "党课") else month].append(line)
        if not is_live(event.org, event.day):
            bad.append((month, line, "inactive_organization"))
    for place, (org, occurred, captured, data, reason) in BAD_EVENTS.items():
        line = {"event_id": f"MH8{place:06d}", "org_code": org, "kind": "theme_day", "topic": "理论学习",
                "occurred_at": f"2018-10-15T{occurred}:00+08:00", "captured_at": f"2018-10-{captured}T20:00:00+08:00",
                "data": SOUND | data}  # fmt: skip
        delivered["2018-10"].insert(place, line)
        bad.append(("2018-10", line, reason))
    torn = '{"event_id": "MH8000099", "org_code": "031200110001", "kind": "theme_da'
    delivered["2018-10"].insert(70, torn)
    bad.append(("2018-10", torn, "malformed"))
    for month, own in delivered.items():
        texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in own]
        inbox.files[f"platform/{month}.jsonl"] = lines(texts)
    for month, line, reason in bad:
        inbox.reject(f"platform/{month}.jsonl", delivered[month].index(line) + 1, reason)


def _moment(event: Event, short: str, month: str) -> tuple[datetime, str]:
    """When it happened, and how the platform writes that: two of them lie on the day before in UTC."""
    hour = {"theme_day": 9, "roster": 17, "dues": 10, "meeting": 14}[event.kind]
    moment = datetime(event.day.year, event.day.month, event.day.day, hour)  # noqa: DTZ001
    if (month, short, event.kind) == ("2018-11", "A1", "theme_day"):
        return moment, "2018-11-14T23:00:00Z"
    if (month, short, event.kind) == ("2018-12", "A2", "dues"):
        return moment, "2018-11-30T16:05:00Z"
    return moment, f"{moment.isoformat()}+08:00"


SENDERS = {
    "农委": ("rural",), "民政局": ("community",), "机关工委": ("agency",), "教育局": ("school",),
    "卫计委": ("hospital",),
    "国资委": ("soe",), "社会工作党委": ("private", "social"), "组织部": ("general_branch", "committee", "district"),
}  # fmt: skip
NAMED_ONLY = ("农委", "社会工作党委")
VERIFIED = ("民政局", "组织部")
SHOWN: dict[tuple[str, str, str], Any] = {
    ("2018", "U1", "U08"): "９６",
    ("2018", "U2", "U04"): "76%",
    ("2018", "R4", "R04"): "72.0%",
    ("2018", "R7", "R08"): "—",
    ("2018", "E2", "E04"): "约3次",
    ("2018", "U3", "U08"): 105,
    ("2018", "H1", "H08"): "2",
    ("2017", "R1", "R02"): "×",
    ("2017", "R2", "R02"): "√",
    ("2018", "A1", "A06"): "未达标",
}
PER_CENT_HEADINGS = ("农委", "国资委")
"""Senders that write per cents as numbers under a heading with (%)."""


def write_sheets(inbox: Inbox) -> None:
    for year in SHEETS:
        for sender, domains in SENDERS.items():
            if (year, sender) != ("2017", "卫计委"):
                _write_sheet(inbox, year, sender, domains)


def _write_sheet(inbox: Inbox, year: str, sender: str, domains: tuple[str, ...]) -> None:
    units = [short for short in UNITS if domain_of(short) in domains and in_force(short, year)]
    items = [item for domain in domains for item in domain_items(domain)]
    headings = [f"{item.name}(%)" if _in_per_cent(sender, item) else item.name for item in items]
    who = ["组织名称", "所在单位"] if sender in NAMED_ONLY else ["组织代码", "组织名称"]
    status = ["核实状态"] if sender in VERIFIED else []
    file = f"departments/{year}/{sender}.{'csv' if (year, sender) == ('2018', '机关工委') else 'xlsx'}"
    rows: list[list[Any]] = [
        [f"示例区{year}年度基层党组织标准化建设验收清单"],
        [f"验收单位：{sender}"],
        ["序号", *who, *headings, *status, "备注"],
    ]
    for short in units:
        for changed, reason in BAD_ROWS.get((year, short), [({}, "")]):
            rows.append([len(rows) - 2, *_sheet_row(year, sender, short, items, changed)])
            if reason:
                inbox.reject(file, len(rows), reason)
    rows.append(["合计", None, None, *[len(units) for _ in items], *([None] if status else []), None])
    rows.append(["注：是否类填“是”“否”；未开展的填“—”。"])
    if file.endswith("csv"):
        inbox.files[file] = table(rows, "gbk")
    else:
        inbox.files[file] = workbook(rows, 2, SAVED_ON)


BAD_ROWS: dict[tuple[str, str], list[tuple[dict[str, Any], str]]] = {
    ("2018", "E2"): [({}, "malformed")],
    ("2018", "U3"): [({}, "out_of_range"), ({"status": "核实中", "U08": 88, "note": "满意度复测"}, "unknown_status")],
    ("2018", "Q2"): [
        ({"Q08": 96}, "conflicting_duplicate"),
        ({"Q08": 102, "note": "以此为准"}, "conflicting_duplicate"),
    ],
    ("2018", "C1"): [({"P08": 1}, "not_applicable")],
    ("2018", "C2"): [({}, ""), ({"town": None}, "ambiguous_name")],
    ("2018", "R7"): [({}, ""), ({"name": "沈泾村第五党支部", "R08": 1}, "unknown_organization")],
}
"""A unit's rows where one has a fault: what differs from its own values, and the reason."""


def _sheet_row(year: str, sender: str, short: str, items: list[Item], changed: dict[str, Any]) -> list[Any]:
    own = sheet_items(short)
    name, town = changed.get("name", ORG_NAME[short]), changed.get("town", UNITS[short][5])
    usual = [_shown(sender, item, year, short) if item in own else None for item in items]
    cells = [changed.get(item.code, value) for item, value in zip(items, usual, strict=True)]
    verified = "未核实" if (year, short) == ("2017", "U4") else "已核实"
    status = [changed.get("status", verified)] if sender in VERIFIED else []
    return [*([name, town] if sender in NAMED_ONLY else [CODE[short], name]), *cells, *status, changed.get("note")]


def _in_per_cent(sender: str, item: Item) -> bool:
    return sender in PER_CENT_HEADINGS and item.rule[0] == "proportional"


def _shown(sender: str, item: Item, year: str, short: str) -> Any:
    if (year, short, item.code) in SHOWN:
        shown = SHOWN[year, short, item.code]
        return shown if not _in_per_cent(sender, item) or isinstance(shown, str) else shown * 100
    value = cell(item, year, short)
    if value is None:
        return None
    if item.rule[0] == "yes_no":
        return "是" if value else "否"
    if _in_per_cent(sender, item):
        return number(value * 100)
    return number(value)


INSPECTION_HEADER = [
    "检查日期", "组织代码", "组织名称", "条目编号", "问题描述", "发现次数", "现场整改", "审核状态", "整改完成日期",
]  # fmt: skip


def write_inspections(inbox: Inbox) -> None:
    for period, rows in {**INSPECTED, **FOLLOWED}.items():
        month = f"{period[:4]}年{int(period[5:])}月" if period[5:] else f"{period}年度"
        what = "“一竿子到底”检查问题登记表" if period[5:] else "后续工作登记表（授牌、帮扶、复验）"
        file = f"inspections/{period}.xlsx"
        sheet: list[list[Any]] = [[f"示例区{month}{what}"], INSPECTION_HEADER]
        for day, short, code, text, spot, review, closed in rows:
            sheet.append([day, CODE[short], ORG_NAME[short], code, text, 1, spot or None, review, closed or None])
        for day, short, code, text, spot, review, closed, reason in BAD_INSPECTED.get(period, []):
            sheet.append([day, CODE[short], ORG_NAME[short], code, text, 1, spot, review, closed or None])
            inbox.reject(file, len(sheet), reason)
        inbox.files[file] = workbook(sheet, 1, SAVED_ON)


def write_totals(inbox: Inbox, known: Facts) -> None:
    """What the department states of its members; where it does not add up the row of the total is rejected."""
    for year, stated in TOTALS.items():
        file = f"totals/{year}.xlsx"
        figures = [[name, f"{count:,}"] for name, count in stated.items()]
        inbox.files[file] = workbook(
            [[f"示例区{year}年度党员总量统计（截至年末）"], ["项目", "数值"], *figures], 1, SAVED_ON
        )
        members = sum(span.members or 0 for span in known.live(last_day(year)).values() if span.kind == "branch")
        if not following.adds_up(stated, members):
            inbox.reject(file, 3 + list(stated).index("党员总数"), "control_total")


# --- expected


def expected(known: Facts, done: dict[str, naive.Result]) -> dict[str, Iterable[Row]]:
    cards = [(period, org, card) for period, result in done.items() for org, card in sorted(result.cards.items())]
    return {
        "index_scores": (
            (period, org, card.domain, points_text(card.index), points_text(card.full), card.rank, card.peers)
            for period, org, card in cards
        ),
        "dimension_scores": (
            (period, org, name, *map(points_text, card.of(name))) for period, org, card in cards for name in DIMENSIONS
        ),
        "ledger": (
            (period, org, code, "", points_text(line.points), points_text(line.full), line.status)
            for period, org, card in cards
            for code, line in sorted(card.lines.items())
        ),
        "grades": sorted((period, *row, "") for period in done for row in naive.moved(done, period)),
        "tasks": following.tasks(known, done),
        "warnings": sorted(following.warnings(known, done)),
        "roll_ups": sorted(following.roll_ups(known, done)),
    }


def make(folder: Path = ROOT) -> None:
    """Writes inbox and expected below `folder`, in place of what is there."""
    known, inbox = facts(), Inbox()
    write_registry(inbox)
    write_platform(inbox)
    write_sheets(inbox)
    write_inspections(inbox)
    write_totals(inbox, known)
    write(folder, inbox, expected(known, naive.results(known, PERIODS)))


if __name__ == "__main__":
    make()
