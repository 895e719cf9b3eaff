"""How declarations and departments' sheets are sent, with the bad rows among them."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.systems.arithmetic import last_day, months_of
from tests.systems.danfeng.catalogue import ITEM
from tests.systems.danfeng.naive import CADENCE, Facts, Unit
from tests.systems.danfeng.story import COUNTY, GONE, MONTHS, PERIODS, VOTES, YEARS
from tests.systems.forms import Inbox, number, table, workbook

SAVED_ON = "2024-01-20"

# declarations

DECLARED = {
    "B06": "走访联系群众", "B07": "党员志愿服务", "B08": "党务公开", "B09": "活动阵地开放", "G02": "网格走访",
    "H01": "楼栋入户走访", "J01": "主持月例会", "J02": "走访联系群众", "L01": "联系点调研指导",
    "M01": "认领承诺事项", "M05": "当月积分",
}  # fmt: skip
# instead of the one row: value, hours after the first, 审核状态, 复核状态, 复核值, and why it is rejected
ODD: dict[tuple[str, str, str], list[tuple[str, int, str, str, str, str]]] = {
    ("2022-10", "400013", "B06"): [("十户", 0, "通过", "", "", "malformed")],
    ("2022-10", "600013", "B09"): [("9", 0, "已阅", "", "", "unknown_status")],
    ("2022-11", "100003", "B06"): [("15", 0, "通过", "不通过", "6", "")],
    ("2022-11", "300003", "B07"): [("2", 0, "通过", "", "", ""), ("3", 30, "待审核", "", "", "")],
    ("2022-12", "200002", "B08"): [
        ("是", 0, "通过", "", "", "conflicting_duplicate"),
        ("否", 0, "通过", "", "", "conflicting_duplicate"),
    ],
}
FIRST_TRIES = {("2022-10", "100001", "B06"): ("2", "退回"), ("2023-11", "500001", "B07"): ("1", "通过")}
"""Declared once before, with another value: sent back, and superseded."""
STRAY = {
    "2022-10": [(f"{COUNTY}100002", "B99", "读书会", "1", "unknown_indicator")],
    "2023-11": [(f"{COUNTY}100002", "M01", "认领承诺事项", "2", "not_applicable")],
    "2023-12": [(GONE, "B06", "走访联系群众", "12", "inactive_organization")],
}


def write_declarations(found: Facts, inbox: Inbox) -> None:
    header = [
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
    names = {unit.code: unit.name for unit in found.units}
    for month in lines_of_months():
        chance = Random(f"declarations {month}")
        file, rows = f"declarations/{month}.csv", [header]
        odd = {(COUNTY + org, item) for at_month, org, item in ODD if at_month == month}
        cells = {(org, item) for at_month, org, item in found.values if at_month == month and item in DECLARED}
        for org, item in sorted(cells | odd):
            first = datetime.combine(last_day(month), datetime.min.time()) + timedelta(days=1, hours=8)
            first += timedelta(minutes=chance.randint(0, 2000))
            key = (month, org.removeprefix(COUNTY), item)
            tries = ODD.get(key) or [(_declared(found, month, org, item, chance), 0, "通过", "", "", "")]
            if key in FIRST_TRIES:
                value, status = FIRST_TRIES[key]
                tries = [(value, -20, status, "", "", ""), *tries]
            for value, hours, status, recheck, rechecked, reason in tries:
                when = first + timedelta(hours=hours)
                rows.append(
                    [
                        org,
                        names[org],
                        item,
                        DECLARED[item],
                        value,
                        f"{when:%Y-%m-%d %H:%M}",
                        status,
                        "",
                        recheck,
                        rechecked,
                    ]
                )
                if reason:
                    inbox.reject(file, len(rows), reason)
        for org, item, name, value, reason in STRAY.get(month, ()):
            when = last_day(month) + timedelta(days=2)
            rows.append([org, names[org], item, name, value, f"{when} 09:30", "通过", "", "", ""])
            inbox.reject(file, len(rows), reason)
        inbox.files[file] = table(rows)


def lines_of_months() -> list[str]:
    return [month for year in YEARS for month in MONTHS[year]]


def _declared(found: Facts, month: str, org: str, item: str, chance: Random) -> str:
    value = found.values[month, org, item]
    if ITEM[item].rule == "yes_no":
        return "是" if value else "否"
    text = str(number(value))
    return text.translate({ord("0") + n: ord("０") + n for n in range(10)}) if chance.random() < 0.05 else text


# departments

SHEETS: dict[str, tuple[str, dict[str, str]]] = {
    # sender: cadence, heading → item, as departments.yaml has them
    "观摩评比组": ("month", {"观摩评比得分": "B10", "观摩组织得分": "W03"}),
    "督查室": (
        "quarter",
        {"季度督查得分": "B19", "督查问题整改率": "B20", "督查通报期数": "W04", "重点工作报告": "W05"},
    ),
    "组织部": ("quarter", {"发展党员工作差错（件）": "B15", "流动党员联系率（%）": "B16"}),
    "信访局": ("quarter", {"群众诉求办结率": "B17"}),
    "社会工作部": ("quarter", {"为民办实事（件）": "B18", "网格事项办结率": "G03", "楼栋公示栏更新": "H02"}),
    "干部考核组": (
        "quarter",
        {
            "督查问题牵头整改率": "J03",
            "书记重点工作报告": "J04",
            "领办项目进度": "L02",
            "建成示范点": "L03",
            "推广经验": "L04",
        },
    ),
    "党员积分办": ("quarter", {"群众监督反映问题": "M03", "承诺兑现公示": "M04"}),
    "综合验收组": (
        "year",
        {
            "组织设置规范": "B21",
            "活动阵地标准化": "B23",
            "服务项目落地": "B28",
            "年终综合验收": "B29",
            "网格年终验收": "G05",
            "楼栋年终评议": "H03",
        },
    ),
    "述职考评组": (
        "year",
        {"书记述职评议": "B30", "党委述职考评": "W09", "书记述职考评": "J06", "班子成员述职考评": "L05"},
    ),
    "党员教育中心": ("year", {"民主评议党员参评率": "B25", "党员积分管理覆盖率": "B26"}),
    "党员评议组": ("year", {**{name: f"M06/{name}" for name in VOTES}, "积分结果运用": "M07"}),
    "财政局": ("year", {"党建经费到位率": "B24"}),
    "统计局": ("year", {name: f"B27/{name}" for name in ("发放问卷", "满意", "基本满意", "不满意")}),
    "农业农村局": ("year", {"村集体经济收益（万元）": "B31"}),
    "纪委监委": ("year", {"作风效能投诉": "B33"}),
    "国资局": ("year", {"“三重一大”前置研究率": "B34"}),
    "教体局": ("year", {"师德师风建设": "B35"}),
    "市场监管局": ("year", {"诚信守法经营": "B36"}),
    "民政局": ("year", {"公益服务项目": "B37"}),
}
PERCENT_TEXT = {"督查室", "信访局", "社会工作部", "干部考核组", "党员教育中心", "国资局"}
BY_NAME = {"农业农村局"}
LOST_ZEROS = {"教体局"}
VERIFIED = {"综合验收组"}
NOT_SENT = {("民政局", "2022")}
TITLES = {
    "month": "{0}年{1}月观摩评比得分表",
    "quarter": "{0}年第四季度督查考核报送表",
    "year": "{0}年度标准化建设考核报送表",
}


def write_departments(found: Facts, inbox: Inbox) -> None:
    for sender, (cadence, columns) in SHEETS.items():
        for period in PERIODS:
            if CADENCE[months_of(period)] == cadence and (sender, period) not in NOT_SENT:
                _sheet(found, inbox, sender, period, columns)


def _sheet(found: Facts, inbox: Inbox, sender: str, period: str, columns: dict[str, str]) -> None:
    file = f"departments/{period}/{sender}.{'csv' if sender == '信访局' else 'xlsx'}"
    title = "示例县" + TITLES[CADENCE[months_of(period)]].format(period[:4], period[5:])
    who = ["组织名称", "所在镇街"] if sender in BY_NAME else ["组织代码", "组织名称"]
    status = ["核实状态"] if sender in VERIFIED else []
    header = ["序号", *who, *columns, *status, "备注"]
    rows: list[list[Any]] = [
        [title],
        [f"填报单位：{sender}", "", f"填报日期：{last_day(period) + timedelta(days=6)}"],
        header,
    ]
    wanted = {domain for code in columns.values() for domain in ITEM[code[:3]].domains}
    for unit in found.units:
        if unit.domain in wanted and unit.lives(last_day(period)):
            cells = [_cell(found, sender, period, unit, code) for code in columns.values()]
            rows.append([len(rows) - 2, *_who(sender, unit), *cells, *(["已核实"] if status else []), None])
    _spoil(inbox, file, rows, header)
    rows.append(["合计", *[None] * (len(header) - 1)])
    rows.append(["注：数据截至期末，由本单位扎口统计。"])
    rows = [[*row, *[None] * (len(header) - len(row))] for row in rows]
    inbox.files[file] = table(rows, "gb18030") if file.endswith("csv") else workbook(rows, 2, SAVED_ON, "报送表")


def _who(sender: str, unit: Unit) -> list[Any]:
    if sender in BY_NAME:
        return [unit.name, unit.town]
    return [int(unit.code) if sender in LOST_ZEROS else unit.code, unit.name]


def _cell(found: Facts, sender: str, period: str, unit: Unit, code: str) -> Any:
    item = ITEM[code[:3]]
    if unit.domain not in item.domains:
        return None
    value = found.values.get((period, unit.code, code))
    if value is None:
        return "—"
    if item.rule == "yes_no":
        return "是" if value else "否"
    is_share = item.rule == "proportional" and item.argument <= 1 and "/" not in code
    if is_share and code == "B16":
        return number(value * 100)
    return f"{float(value):.1%}" if is_share and sender in PERCENT_TEXT else number(value)


def _spoil(inbox: Inbox, file: str, rows: list[list[Any]], header: list[str]) -> None:
    """The bad cells of the departments' sheets."""

    def row_of(code: str) -> int:
        return next(place for place, row in enumerate(rows) if row[1:2] == [COUNTY + code])

    def put(code: str, heading: str, value: Any, reason: str) -> None:
        rows[row_of(code)][header.index(heading)] = value
        inbox.reject(file, row_of(code) + 1, reason)

    match file:
        case "departments/2023-11/观摩评比组.xlsx":
            put("400003", "观摩评比得分", 105, "out_of_range")
        case "departments/2023-12/观摩评比组.xlsx":
            first = row_of("600002")
            rows[first][3] = 71
            rows.append([len(rows) - 2, *rows[first][1:3], 78, None, "更正"])
            inbox.reject(file, first + 1, "conflicting_duplicate")
            inbox.reject(file, len(rows), "conflicting_duplicate")
        case "departments/2022/综合验收组.xlsx":
            put("300002", "活动阵地标准化", "优秀", "malformed")
            line = rows[row_of("600004")]
            line[3:7], line[header.index("核实状态")] = ["是", 61, 1, 66], "未核实"
        case "departments/2022Q4/信访局.csv":
            rows.append([len(rows) - 2, f"{COUNTY}100008", "柳树村党支部", "88.0%", None])
            inbox.reject(file, len(rows), "unknown_organization")
        case "departments/2022Q4/督查室.xlsx":
            put("100000", "季度督查得分", 90, "not_applicable")
        case "departments/2023/农业农村局.xlsx":
            place = next(n for n, row in enumerate(rows) if row[1:3] == ["新华村党支部", "凤岭镇"])
            rows[place][2:4] = [None, 15.2]
            inbox.reject(file, place + 1, "ambiguous_name")
