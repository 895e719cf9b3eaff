"""Makes the inbox of an invented district of any size, as its senders would deliver it; the same seed, the same bytes.

python -m benchmarks.inbox FOLDER ORGANIZATIONS MONTH [MONTH …]
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from flows.demo import FIRST
from rulebooks.loader import load
from schemas.periods import LOCAL_ZONE, Period
from schemas.rulebook import Item, RuleBook

SHARES = (48, 14, 23, 11, 4)
"""Organisations of a hundred in each domain, in the rule book's order."""
TOWNS = 16
ROOT = "039000000000"


def make(folder: Path, organizations: int, months: list[Period], scheme: str, seed: int = 1) -> None:
    """Writes registry, platform events, declarations and inspections of the months below `folder`, and departments'
    sheets of the quarters that lie wholly in them."""
    chance = Random(seed)
    rulebook = load(scheme, months[-1].end)
    declarations, findings, sheets = rulebook.inbox.declarations, rulebook.inbox.findings, rulebook.inbox.submissions
    assert declarations is not None
    assert findings is not None
    assert sheets is not None
    members = [_organization(number, rulebook, chance) for number in range(organizations)]
    _write(
        folder / "registry/organizations.csv",
        rulebook.inbox.registry.columns,
        [*_committees(rulebook), *members],
        "utf-8-sig",
    )
    for month in months:
        events = [event for member in members for event in _events(member, month, rulebook, chance)]
        chance.shuffle(events)
        _write_lines(folder / f"platform/{month}.jsonl", events)
        declared = [row for member in members for row in _declarations(member, month, rulebook, chance)]
        _write(folder / f"declarations/{month}.csv", declarations.columns, declared, "utf-8-sig")
        found = [_finding(chance.choice(members), month, rulebook, chance) for _ in range(organizations // 8)]
        _write(folder / f"inspections/{month}.csv", findings.columns, found, "gb18030")
    quarters = sorted({month.around("quarter") for month in months})
    for quarter in (quarter for quarter in quarters if set(quarter.months) <= set(months)):
        for sender, layout in sheets.senders.items():
            columns = {sheets.header: "number", "组织代码": "org_code"}
            columns |= {heading: f"value:{code}" for heading, code in layout.items.items()}
            sheet = [
                row for member in members if (row := _submission(member, list(layout.items.values()), rulebook, chance))
            ]
            _write(folder / f"departments/{quarter}/{sender}.csv", columns, sheet, "utf-8-sig")


def _committees(rulebook: RuleBook) -> Iterator[dict[str, str]]:
    committee = next(text for text, kind in rulebook.organization_kinds.items() if kind.code == "committee")
    yield _span(ROOT, "示例区委", committee, "", "", "")
    for town in range(TOWNS):
        yield _span(_town_code(town), f"第{town + 1}镇党委", committee, "", ROOT, f"第{town + 1}镇")


def _organization(number: int, rulebook: RuleBook, chance: Random) -> dict[str, str]:
    domain = chance.choices(rulebook.domains, SHARES)[0]
    branch = next(text for text, kind in rulebook.organization_kinds.items() if kind.code == "branch")
    town = number % TOWNS
    row = _span(
        f"0391{number:08d}",
        f"第{number + 1}{domain.name}党支部",
        branch,
        domain.name,
        _town_code(town),
        f"第{town + 1}镇",
    )
    return row | {
        "members": str(chance.randint(3, 60)),
        "groups": str(chance.choice([0, 1, 1, 2, 3])),
        "code": domain.code,
    }


def _span(code: str, name: str, kind: str, domain: str, parent: str, town: str) -> dict[str, str]:
    return {"org_code": code, "org_name": name, "kind": kind, "domain": domain, "parent_code": parent, "town": town,
            "valid_from": "2019-01-01"}  # fmt: skip


def _town_code(town: int) -> str:
    return f"0390{town + 1:08d}"


def _events(member: dict[str, str], month: Period, rulebook: RuleBook, chance: Random) -> Iterator[dict[str, object]]:
    """About two meetings for every topic that an item counts, dues, and one roster with all that a state reads."""
    roster: dict[str, object] = {}
    topics: dict[tuple[str, str], None] = {}
    for item in _items(member, rulebook, "platform"):
        measure = item.measure
        if measure is None:
            continue
        if measure.kind.startswith("state_"):
            roster |= _state(item, month, chance)
        else:
            topics |= {(measure.event, topic): None for topic in measure.topics or ("",)}
    for event, topic in topics:
        for _ in range(chance.choice([1, 2, 2, 3]) if chance.random() < 0.96 else 0):
            yield _event(member, month, event, topic, _data(event, chance), chance)
    yield _event(member, month, "roster", "", roster, chance)


def _state(item: Item, month: Period, chance: Random) -> dict[str, object]:
    assert item.measure is not None
    of, over = str(item.measure.of), item.measure.over
    match item.measure.kind:
        case "state_flag":
            return {of: chance.random() < 0.97}
        case "state_not_before_period_end":
            return {of: str(month.end + timedelta(days=chance.randint(-20, 900)))}
        case "state_value":
            return {of: round(chance.uniform(15, 25), 1)}
    whole = chance.randint(3, 12)
    return {str(over): whole, of: whole if chance.random() < 0.9 else whole - 1}


def _data(event: str, chance: Random) -> dict[str, object]:
    whole = chance.randint(5, 60)
    if event == "dues":
        return {"due": whole * 10, "paid": whole * 10 if chance.random() < 0.95 else whole * 8.5}
    return {"attended": chance.randint(whole * 3 // 4, whole), "expected": whole}


def _event(
    member: dict[str, str], month: Period, kind: str, topic: str, data: dict[str, object], chance: Random
) -> dict[str, object]:
    occurred = _moment(month, chance)
    number = chance.getrandbits(48)
    captured = occurred + timedelta(minutes=chance.randint(5, 2000))
    return {"event_id": f"E{month.start:%y%m}{number:015d}", "org_code": member["org_code"],
            "kind": kind, "topic": topic, "occurred_at": occurred.isoformat(), "captured_at": captured.isoformat(),
            "data": data}  # fmt: skip


def _declarations(
    member: dict[str, str], month: Period, rulebook: RuleBook, chance: Random
) -> Iterator[dict[str, str]]:
    for item in _items(member, rulebook, "declaration"):
        if chance.random() < 0.97:
            declared = datetime.combine(month.end, datetime.min.time()) + timedelta(minutes=chance.randint(1500, 4300))
            yield {"org_code": member["org_code"], "org_name": member["org_name"], "item_code": item.code,
                   "item_name": item.name, "value_text": _value(item, chance),
                   "declared_at": f"{declared:%Y-%m-%d %H:%M}",
                   "review_status": "通过" if chance.random() < 0.97 else "退回"}  # fmt: skip


def _submission(member: dict[str, str], codes: list[str], rulebook: RuleBook, chance: Random) -> dict[str, str]:
    """A row of a department's sheet; empty for an organisation that none of its items is for."""
    own = [item for item in rulebook.items if item.code in codes and member["code"] in item.domains]
    values = {f"value:{item.code}": _value(item, chance) for item in own}
    return {"number": "1", "org_code": member["org_code"]} | values if values else {}


def _value(item: Item, chance: Random) -> str:
    if item.rule.kind == "yes_no":
        return "是" if chance.random() < 0.95 else "否"
    if item.rule.target is not None and item.rule.target <= 1:
        return f"{chance.uniform(80, 100):.1f}%"
    top = int(item.rule.target or 3)
    return str(chance.randint(max(top - 2, 0), top + 3))


def _finding(member: dict[str, str], month: Period, rulebook: RuleBook, chance: Random) -> dict[str, str]:
    return {"found_on": str(_moment(month, chance).date()),
            "org_code": member["org_code"], "org_name": member["org_name"],
            "item_code": chance.choice(rulebook.negative_items).code, "description_text": "现场检查发现",
            "findings_count": "1", "fixed_text": "是", "review_status": "已审核"}  # fmt: skip


def _items(member: dict[str, str], rulebook: RuleBook, source: str) -> list[Item]:
    return [item for item in rulebook.items if item.source == source and member["code"] in item.domains]


def _moment(month: Period, chance: Random) -> datetime:
    minutes = chance.randrange(((month.end - month.start).days + 1) * 1440)
    return datetime.combine(month.start, datetime.min.time(), LOCAL_ZONE) + timedelta(minutes=minutes)


def _write(path: Path, columns: dict[str, str], rows: list[dict[str, str]], encoding: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([row.get(field, "") for field in columns.values()] for row in rows)


def _write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), [Period.parse(text) for text in sys.argv[3:]], FIRST)
