"""Writes examples/dinghai from invented facts: what arrives (inbox/) and what it must come to (expected/).

From the repository: PYTHONPATH=. python -m tests.systems.dinghai.make. The same bytes every time.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tests.systems.dinghai.catalogue import COMMUNITY, PERSON, TOWN, UNIT
from tests.systems.dinghai.following import expected
from tests.systems.dinghai.naive import Facts, Organisation
from tests.systems.dinghai.sheets import (
    BAD_CELLS,
    NOT_LISTED,
    SHEETS_BY_PERIOD,
    STATUS,
    STRANGE_CELLS,
    STRANGE_ROWS,
    Column,
    Sheet,
    reported,
)
from tests.systems.dinghai.story import BAD_REGISTER, DISTRICT, PERIODS, REGISTER, facts_of_the_district
from tests.systems.forms import EXAMPLES, Inbox, number, table, workbook, write

ROOT = EXAMPLES / "dinghai"
SAVED_ON = "2019-01-18"


def _registry(everyone: list[Organisation]) -> bytes:
    kinds = {TOWN: "镇街道", UNIT: "区直二类单位", COMMUNITY: "社区", PERSON: "个人"}
    rows = [(DISTRICT, "示例区委", "区委", "", "", "2010-01-01", "")]
    for one in everyone:
        kind = one.name[-2:] if one.name.endswith("街道") else one.name[-1:] if one.kind == TOWN else kinds[one.kind]
        rows.append((one.code, one.name, kind, one.parent, one.town, one.first_day.isoformat(), ""))
    header = ("组织代码", "组织名称", "单位类型", "上级组织代码", "所在镇街", "生效日期", "失效日期")
    return table([header, *rows])


def _deliver(inbox: Inbox, facts: Facts, period: str, sender: str, sheet: Sheet) -> None:
    who = {"name": ("组织名称", "所在镇街"), "key": ("组织代码",)}.get(sheet.who, ("组织代码", "组织名称"))
    header = ["序号", *who, *(column.heading for column in sheet.columns), *(["核实状态"] if sheet.status else [])]
    titles = [[sheet.title]] if sheet.who == "csv" else [[sheet.title], [f"填报单位：{sender}"]]
    suffix = "csv" if sheet.who == "csv" else "xlsx"
    file = f"departments/{period}/{sender}.{suffix}"
    rows: list[list[object]] = [*titles, [*header, "备注"]]
    for one in facts.organisations:
        place = (period, sender, one.code)
        cells = [_cell(facts, period, sender, one.code, column) for column in sheet.columns]
        if place in NOT_LISTED or all(cell in ("", "—") for cell in cells):
            continue
        status, reason = STATUS.get(place, ("已核实", ""))
        reasons = [reason] if reason else []
        for n, column in enumerate(sheet.columns):
            text, fault = (BAD_CELLS | STRANGE_CELLS).get((*place, column.heading), (None, ""))
            cells[n] = cells[n] if text is None else text
            reasons += [fault] if fault else []
        rows.append([len(rows) - len(titles), *_who(one, sheet.who), *cells, *([status] if sheet.status else []), ""])
        inbox.rejections += [(file, len(rows), fault) for fault in reasons]
    for named, cells, fault in STRANGE_ROWS.get((period, sender), []):
        rows.append([len(rows) - len(titles), *named, *cells, ""])
        inbox.reject(file, len(rows), fault)
    rows += [["合计", *[""] * (len(header) - 2), f"{len(rows) - len(titles) - 1}家"], [sheet.note]]
    width = len(header) + 1
    if sheet.who == "csv":
        inbox.files[file] = table([row + [""] * (width - len(row)) for row in rows], "gbk")
    else:
        inbox.files[file] = workbook(rows, len(titles), SAVED_ON, "汇总表")


def _who(one: Organisation, who: str) -> list[object]:
    return {
        "name": [one.name, one.town],
        "key": [one.code],
        "short code": [int(one.code) if one.code.isdigit() else one.code, one.name],
    }.get(who, [one.code, one.name])


def _cell(facts: Facts, period: str, sender: str, org: str, column: Column) -> object:
    """What is written for a value; "" where there is none, — for a milestone that has not come."""
    if column.option:
        votes = facts.votes.get((period, org, column.item))
        return "" if votes is None else votes.issued if column.option == "issued" else votes.options[column.option]
    assessor = sender if column.item in ("Z01", "Z09") else ""
    value = facts.values.get((period, org, column.item, assessor))
    if value is None:
        return "—" if column.item == "K01" else ""
    if column.written in ("yes", "signed"):
        words = ("是", "否") if column.written == "yes" else ("已签订", "未签订")
        return words[0] if value else words[1]
    if column.written == "percent":
        return f"{_decimal(value * 100)}%"
    return number(value * 100 if column.written == "hundredths" else value)


def _decimal(number: Fraction) -> str:
    text = f"{float(number):.10f}".rstrip("0").rstrip(".")
    assert Fraction(text) == number
    return text


def _deliver_register(inbox: Inbox, everyone: list[Organisation], period: str) -> None:
    names = {one.code: one.name for one in everyone}
    file = f"inspections/{period}.xlsx"
    title = f"{period}年度加减分和一票否决事项登记簿"
    if "-" in period:
        title = f"{period[:4]}年{int(period[5:])}月约谈登记簿"
    header = ["发生日期", "组织代码", "组织名称", "事项编号", "事由和依据", "次数", "审核状态"]
    rows: list[list[object]] = [[title], ["登记单位：考评办"], header]
    for day, org, code, why, times, status in sorted(REGISTER[period]):
        rows.append([day, org, names[org], code, why, times, status])
    for (day, org, code, why, times, status), fault in BAD_REGISTER.get(period, []):
        rows.append([day, org, names.get(org, "区某单位"), code, why, times, status])
        inbox.reject(file, len(rows), fault)
    inbox.files[file] = workbook(rows, 2, SAVED_ON, "汇总表")


def make(folder: Path = ROOT) -> None:
    facts, inbox = facts_of_the_district(), Inbox()
    inbox.files["registry/organizations.csv"] = _registry(facts.organisations)
    for period, sheets in SHEETS_BY_PERIOD.items():
        for sender, sheet in sheets.items():
            _deliver(inbox, facts, period, sender, sheet)
    for period in REGISTER:
        _deliver_register(inbox, facts.organisations, period)
    write(folder, inbox, expected(reported(facts), PERIODS))


if __name__ == "__main__":
    make()
