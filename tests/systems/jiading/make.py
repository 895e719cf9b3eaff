"""Writes examples/jiading: an invented district of three years as it would send it, and what it must come to.

From the repository: PYTHONPATH=. python -m tests.systems.jiading.make. The same bytes every time.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tests.systems import forms
from tests.systems.forms import EXAMPLES, Inbox
from tests.systems.jiading.catalogue import LISTS, book
from tests.systems.jiading.naive import Facts, Span, alive, rows, years
from tests.systems.jiading.story import (
    BAD_CELLS,
    BAD_NAMES,
    BAD_STATUS,
    MISSING_SHEETS,
    REGISTER,
    SAID,
    SENDERS,
    STRAY_SAID,
    THEMES,
    TWICE,
    YEARS,
    Cell,
    F,
    Row,
    Said,
    code_of,
    facts,
)

ROOT = EXAMPLES / "jiading"

# --- the inbox


def _table(inbox: Inbox, file: str, above: list[str], header: Row, body: Iterable[tuple[Row, str]]) -> None:
    """A workbook or a GBK csv: title rows, header, rows, each with the reasons why it is rejected ("" for none)."""
    lines: list[Row] = [*([text] for text in above), header]
    for row, reasons in body:
        lines.append(row)
        for reason in reasons.split():
            inbox.reject(file, len(lines), reason)
    is_csv = file.endswith(".csv")
    inbox.files[file] = forms.table(lines, "gb18030") if is_csv else forms.workbook(lines, len(above), "2020-01-06")


KINDS = {
    "district": "区委", "committee": "党委", "work_committee": "党工委", "general_branch": "党总支", "branch": "党支部",
    "member": "党员",
}  # fmt: skip


def _registry(inbox: Inbox, made: Facts) -> None:
    header = [
        "组织代码",
        "组织名称",
        "组织类型",
        "所属领域",
        "上级组织代码",
        "所在镇街",
        "生效日期",
        "失效日期",
        "党员人数",
        "党小组数",
    ]
    body: list[tuple[Row, str]] = []
    for span in made.spans:
        is_bad = span.code == code_of(900004)
        until = "" if span.last is None else f"{span.last.year}年{span.last.month}月{span.last.day}日"
        row = [span.code, span.name, KINDS[span.kind], span.field, span.parent, span.town, str(span.first), until,
               "约20" if is_bad else span.members, span.groups]  # fmt: skip
        body.append((row, "malformed" if is_bad else ""))
    above = ["示例区基层党组织和清单党员名册", "党员只写编号，不写姓名；更名、调换支部的另起一行"]
    _table(inbox, "registry/organizations.xlsx", above, header, body)


NAMES = {
    "T01": "党员集中学习", "T02": "书记和班子成员讲党课", "T08": "入党积极分子培养", "T09": "支部党员大会",
    "T10": "支部委员会会议", "T11": "党小组会", "T12": "主题党日", "T13": "组织生活会和民主评议党员",
    "T18": "党员公开承诺践诺率", "T23": "走访联系群众", "T25": "党组织活动阵地",
}  # fmt: skip
"""What branches declare of themselves."""
YES_NO = {"T03", "T13", "T25", "R04", "R10"}
SHARES = {"T04", "T07", "T18", "T19", "T22", "T24", "T26", "T27", "W04", "W14", "R01", "R06"}


def _declarations(inbox: Inbox, made: Facts, year: int) -> None:
    chance = random.Random(year)
    header = [
        "组织代码",
        "组织名称",
        "条目代码",
        "条目名称",
        "自评值",
        "自评时间",
        "党委核验",
        "组织部抽查",
        "抽查值",
        "备注",
    ]
    body: list[tuple[Row, str]] = []
    for span in _assessed(made, year, "branch"):
        for item, name in NAMES.items():
            told = SAID.get((year, int(span.code[6:]), item), ([], None))[0] or _said(made, span, year, item, chance)
            for value, day, review, recheck, found, reason in told:
                at = f"{year + 1}-01-{day:02d} 09:30"
                body.append(([span.code, span.name, item, name, value, at, review, recheck, found, ""], reason))
    for when, number, item, value, reason in STRAY_SAID:
        if when == year:
            at = f"{year + 1}-01-06 10:00"
            body.append(([code_of(number), "", item, NAMES.get(item, "其他"), value, at, "通过", "", "", ""], reason))
    title = f"示例区{year}年度党支部任务清单自评核验汇总表（{THEMES[year]}）"
    above = [title, "支部自评，上级党委核验，区委组织部抽查"]
    _table(inbox, f"declarations/{year}.xlsx", above, header, body)


def _said(made: Facts, span: Span, year: int, item: str, chance: random.Random) -> list[Said]:
    value = made.values[span.code, year].get(item)
    if value is None:
        return []
    text = _shown(item, value, chance)
    return [(text, chance.randint(3, 12), "通过", "通过" if chance.random() < 0.1 else "", "", "")]


def _shown(item: str, value: F, chance: random.Random) -> str:
    """The value as somebody writes it."""
    if item in YES_NO:
        return chance.choice({1: ["是", "是", "√", "达标"], 0: ["否", "×"]}[int(value)])
    if item in SHARES:
        return f"{float(value * 100):g}%" if chance.random() < 0.7 else f"{float(value):g}"
    wide = {ord(digit): 0xFF10 + int(digit) for digit in "0123456789"} if chance.random() < 0.1 else {}
    return f"{float(value):g}".translate(wide)


def _assessed(made: Facts, year: int, kind: str) -> list[Span]:
    before = alive(made, date(year, 12, 1))
    found = alive(made, date(year, 12, 31)).values()
    return sorted(
        (span for span in found if LISTS.get(span.kind) == kind and span.code in before), key=lambda span: span.code
    )


def _departments(inbox: Inbox, made: Facts, year: int) -> None:
    for sender, items_of in SENDERS:
        if (year, sender) in MISSING_SHEETS:
            continue
        chance, items = random.Random(f"{sender}{year}"), items_of(year)
        who = ["组织名称", "所在镇街"] if sender == "统计局" else ["组织代码", "组织名称"]
        header = ["序号", *who, *items, *(["核实状态"] if sender == "宣传部" else []), "备注"]
        lists = {book(year)[item][0] for item in items.values()}
        kinds = [kind for kind in ("committee", "branch", "member") if kind in lists]
        spans = [span for kind in kinds for span in _assessed(made, year, kind)]
        body = [line for span in spans for line in _lines(made, year, sender, span, items, chance)]
        body += _strays(year, sender, items)
        numbered = [([place, *row], reason) for place, (row, reason) in enumerate(body, start=1)]
        numbered += [(["合计", "", "", len(numbered)], ""), (["注：数据截至12月31日。"], "")]
        ending = "csv" if sender == "纪委" else "xlsx"
        above = [f"示例区{year}年度“三张清单”考核表", f"填报单位：{sender}"]
        _table(inbox, f"departments/{year}/{sender}.{ending}", above, header, numbered)


def _lines(
    made: Facts, year: int, sender: str, span: Span, items: dict[str, str], chance: random.Random
) -> Iterator[tuple[Row, str]]:
    """The rows of a unit in a sender's sheet: one, but for those that are named twice."""
    town, reason = BAD_NAMES.get((year, span.code), (span.town, "")) if sender == "统计局" else ("", "")
    code: Cell = int(span.code) if sender == "财政局" else span.code  # Excel has eaten the zero
    who: list[Cell] = [span.name, town] if sender == "统计局" else [code, span.name]
    hours = TWICE.get((year, span.code)) if sender == "文明办" else None
    if hours:
        clash = "conflicting_duplicate" if len(set(hours)) > 1 else ""
        yield from (([*who, value, ""], clash) for value in hours)
        return
    cells: list[Cell] = []
    for heading, item in items.items():
        raw, bad = BAD_CELLS.get((year, sender, span.code, item), (None, ""))
        reason = f"{reason} {bad}".strip()
        cells.append(raw if bad else _cell(made, span.code, year, heading, item, chance))
    if sender == "宣传部":
        status, bad = BAD_STATUS.get((year, span.code), ("已核实", ""))
        cells[0] = "是" if (year, span.code) in BAD_STATUS else cells[0]
        cells.append(status)
        reason = f"{reason} {bad}".strip()
    if sender == "统计局" and reason:
        cells = ["95%"]
    yield [*who, *cells, "已核对" if chance.random() < 0.1 else ""], reason


def _cell(made: Facts, code: str, year: int, heading: str, item: str, chance: random.Random) -> Cell:
    value = made.values[code, year].get(item)
    if value is None:
        return "—" if chance.random() < 0.5 else ""
    if heading.endswith("（%）"):
        return float(value * 100)
    if item in YES_NO or item in SHARES:
        return _shown(item, value, chance)
    return int(value) if value.denominator == 1 else float(value)


def _strays(year: int, sender: str, items: dict[str, str]) -> list[tuple[list[Cell], str]]:
    """Rows of units that are not to be there, and a committee's item filled in for a branch."""
    empty: list[Cell] = [""] * len(items)
    if (year, sender) == (2018, "组织部"):
        place = list(items.values()).index("W01")
        return [
            ([code_of(100006), "石桥居民区党支部", *empty[:place], 4, *empty[place + 1 :], "多填"], "not_applicable")
        ]
    if (year, sender) == (2018, "信访办"):
        return [([code_of(100097), "北桥村第三党支部", "100%", "", ""], "unknown_organization")]
    if (year, sender) == (2019, "财政局"):
        return [([int(code_of(100009)), "塘湾村党支部", "100%", ""], "inactive_organization")]
    return []


def _register(inbox: Inbox, made: Facts, year: int) -> None:
    header = ["登记日期", "组织代码", "组织名称", "事项编号", "情况说明", "件数", "现场整改", "审核状态"]
    body: list[tuple[Row, str]] = []
    for when, day, number, entry, text, count, status, reason in REGISTER:
        if when == year:
            known = alive(made, day if isinstance(day, date) else date(year, 12, 31)).get(code_of(number))
            row = [str(day), code_of(number), known.name if known else "", entry, text, count, "", status]
            body.append((row, reason))
    above = [f"示例区{year}年度一票否决和结果运用登记表", "事项编号：V01、V02为一票否决，Z01、Z02、Z03为改进区任务办结"]
    _table(inbox, f"inspections/{year}.xlsx", above, header, body)


class Platform:
    """Events by the year of the file in which they are delivered."""

    def __init__(self) -> None:
        self.sent: dict[int, list[tuple[dict[str, Any] | str, str]]] = {year: [] for year in YEARS}
        self.number = 0

    def send(self, year: int, unit: str, kind: str, data: dict[str, Any], at: tuple[str, str], reason: str = "") -> str:
        """A new event that happened and was captured at two moments; its number."""
        self.number += 1
        self.again(f"J{self.number:06d}", year, unit, kind, data, at, reason)
        return f"J{self.number:06d}"

    def again(
        self, event: str, year: int, unit: str, kind: str, data: dict[str, Any], at: tuple[str, str], reason: str = ""
    ) -> None:
        """A delivery of an event."""
        told = {"event_id": event, "org_code": unit, "kind": kind, "topic": "", "occurred_at": at[0]}
        told |= {"captured_at": at[1]}
        plain = {key: str(value) if isinstance(value, date) else value for key, value in data.items()}
        self.sent[year].append((told | {"data": plain}, reason))


def _platform(inbox: Inbox, made: Facts) -> None:
    """Snapshots of 20 December, dues of the year's end; what is odd about some of them."""
    platform = Platform()
    for year in YEARS:
        for span in [*_assessed(made, year, "branch"), *_assessed(made, year, "committee")]:
            _of_unit(platform, made, year, span.code)
    # local 2018: says nothing of 2017, and is not the last of 2018
    night = "2017-12-31T16:30:00Z", "2017-12-31T16:40:00Z"
    platform.send(2018, code_of(200002), "roster", {"posts_filled": 2, "posts_quota": 5}, night)
    backwards = "2017-12-30T15:00:00+08:00", "2017-12-29T15:00:00+08:00"
    platform.send(2017, code_of(100006), "dues", {"due": 500, "paid": 0}, backwards, "future_dated")
    wrong = "2018-12-27T15:00:00+08:00", "2018-12-28T15:00:00+08:00"
    platform.send(2018, code_of(100096), "dues", {"due": 500, "paid": 0}, wrong, "unknown_organization")
    platform.sent[2018].append(('{"event_id": "J999999", "org_code": "0310', "malformed"))
    for year, events in platform.sent.items():
        file = f"platform/{year}.jsonl"
        inbox.rejections += [(file, line, reason) for line, (_, reason) in enumerate(events, start=1) if reason]
        texts = [event if isinstance(event, str) else json.dumps(event, ensure_ascii=False) for event, _ in events]
        inbox.files[file] = forms.lines(texts)


def _of_unit(platform: Platform, made: Facts, year: int, unit: str) -> None:
    key = unit, year
    if roster := made.rosters.get(key):
        if unit.endswith("2"):  # an older state of the same year
            june = f"{year}-06-20T02:00:00Z", f"{year}-06-20T02:10:00Z"
            platform.send(year, unit, "roster", roster | {"posts_filled": 3, "mentors": 0}, june)
        platform.send(year, unit, "roster", roster, (f"{year}-12-20T10:00:00+08:00", f"{year}-12-20T10:05:00+08:00"))
    if dues := made.dues.get(key):
        due, paid = dues
        at = f"{year}-12-27T15:00:00+08:00", f"{year}-12-28T09:00:00+08:00"
        if key == (code_of(300002), 2019):
            platform.send(year, unit, "dues", {"due": due}, at, "malformed")
        elif key == (code_of(100007), 2017):  # comes with the next year's
            platform.send(year + 1, unit, "dues", {"due": due, "paid": paid}, (at[0], "2018-01-15T09:00:00+08:00"))
        elif key == (code_of(100004), 2018):  # comes twice; the later captured counts
            event = platform.send(year, unit, "dues", {"due": due, "paid": paid // 2}, at)
            corrected = at[0], "2018-12-29T09:00:00+08:00"
            platform.again(event, year, unit, "dues", {"due": due, "paid": paid}, corrected)
        else:
            platform.send(year, unit, "dues", {"due": due, "paid": paid}, at)


def make(root: Path = ROOT) -> None:
    """Writes inbox and expected below `root`, in place of what is there, from one set of facts."""
    made, complete, inbox = facts(), facts(), Inbox()
    made.dues.pop((code_of(300002), 2019))  # sent without what was paid, so it does not count
    _registry(inbox, complete)
    _platform(inbox, complete)
    for year in YEARS:
        _declarations(inbox, complete, year)
        _departments(inbox, complete, year)
        _register(inbox, complete, year)
    forms.write(root, inbox, rows(made, years(made, YEARS[0], YEARS[-1])))


if __name__ == "__main__":
    make()
