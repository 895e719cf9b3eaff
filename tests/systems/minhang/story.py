"""The invented district: who is in it, what happened in every month, what departments and inspectors found."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.systems.arithmetic import last_day
from tests.systems.minhang import catalogue, naive
from tests.systems.minhang.naive import Event, Facts, Finding, Span

PERIODS = ["2017-12", "2017", "2018-10", "2018-11", "2018-12", "2018"]
MONTHS = [period for period in PERIODS if len(period) == 7]
EVER = date(9999, 12, 31)
FOUNDED, DISSOLVED, MOVED = date(2018, 11, 10), date(2018, 6, 30), date(2018, 11, 1)
START = date(2016, 1, 1)
TOWN, STREET, AGENCIES = "荷溪镇", "云浜街道", "区级机关"

# --- the registry: short name → code, name, kind, domain, above, town, members, groups

UNITS: dict[str, tuple[str, str, str, str, str, str, int | None, int | None]] = {
    "district": ("031200000000", "示例区委", "district", "", "", "", None, None),
    "c1": ("031200100000", "荷溪镇党委", "committee", "", "district", TOWN, 218, None),
    "c2": ("031200200000", "云浜街道党工委", "committee", "", "district", STREET, None, None),
    "c3": ("031200300000", "区级机关党工委", "committee", "", "district", AGENCIES, 250, None),
    "g1": ("031200110000", "杨浜村党总支", "general_branch", "", "c1", TOWN, None, None),
    "g2": ("031200120000", "沈泾村党总支", "general_branch", "", "c1", TOWN, None, None),
    "g3": ("031200210000", "梅苑居民区党总支", "general_branch", "", "c2", STREET, None, None),
    "g4": ("031200310000", "区建管委机关党总支", "general_branch", "", "c3", AGENCIES, None, None),
    "g5": ("031200320000", "云浜医院党总支", "general_branch", "", "c3", AGENCIES, None, None),
    "R1": ("031200110001", "杨浜村第一党支部", "branch", "rural", "g1", TOWN, 32, 3),
    "R2": ("031200110002", "杨浜村第二党支部", "branch", "rural", "g1", TOWN, 28, 2),
    "R3": ("031200110003", "杨浜村第三党支部", "branch", "rural", "g1", TOWN, 25, 2),
    "R4": ("031200120001", "沈泾村第一党支部", "branch", "rural", "g2", TOWN, 41, 4),
    "R5": ("031200120002", "沈泾村第二党支部", "branch", "rural", "g2", TOWN, 30, 3),
    "R6": ("031200120003", "沈泾村第三党支部", "branch", "rural", "g2", TOWN, 22, 2),
    "R7": ("031200120004", "沈泾村第四党支部", "branch", "rural", "g2", TOWN, 18, 0),
    "P1": ("031200100031", "荷溪精工公司党支部", "branch", "private", "c1", TOWN, 12, None),
    "C2": ("031200100041", "商贸联合党支部", "branch", "social", "c1", TOWN, 10, None),
    "U1": ("031200210001", "梅苑第一居民党支部", "branch", "community", "g3", STREET, 46, 4),
    "U2": ("031200210002", "梅苑第二居民党支部", "branch", "community", "g3", STREET, 38, 3),
    "U3": ("031200210003", "梅苑第三居民党支部", "branch", "community", "g3", STREET, 52, 5),
    "U4": ("031200210004", "梅苑第四居民党支部", "branch", "community", "g3", STREET, 35, 3),
    "P2": ("031200200031", "云浜软件园联合党支部", "branch", "private", "c2", STREET, 9, None),
    "P3": ("031200200032", "商贸联合党支部", "branch", "private", "c2", STREET, 11, None),
    "C1": ("031200200041", "云浜公益服务社党支部", "branch", "social", "c2", STREET, 8, None),
    "A1": ("031200310001", "区建管委机关第一党支部", "branch", "agency", "g4", AGENCIES, 24, 2),
    "A2": ("031200310002", "区建管委机关第二党支部", "branch", "agency", "g4", AGENCIES, 21, 2),
    "A3": ("031200310003", "区建管委机关第三党支部", "branch", "agency", "g4", AGENCIES, 19, None),
    "A4": ("031200310004", "区建管委机关第四党支部", "branch", "agency", "g4", AGENCIES, 16, None),
    "H1": ("031200320001", "云浜医院内科党支部", "branch", "hospital", "g5", AGENCIES, 33, 3),
    "H2": ("031200320002", "云浜医院外科党支部", "branch", "hospital", "g5", AGENCIES, 29, 2),
    "E1": ("031200300011", "云浜中学党支部", "branch", "school", "c3", AGENCIES, 27, 2),
    "E2": ("031200300012", "荷溪小学党支部", "branch", "school", "c3", AGENCIES, 14, None),
    "Q1": ("031200300021", "区城投公司党支部", "branch", "soe", "c3", AGENCIES, 31, 3),
    "Q2": ("031200300022", "区公交公司党支部", "branch", "soe", "c3", AGENCIES, 36, 3),
}
CODE = {short: unit[0] for short, unit in UNITS.items()}
SHORT = {code: short for short, code in CODE.items()}
ORG_NAME = {short: unit[1] for short, unit in UNITS.items()}
KIND_NAMES = {"district": "区委", "committee": "党委", "general_branch": "党总支", "branch": "党支部"}
DOMAIN_NAMES = {"rural": "农村", "community": "社区", "agency": "机关", "school": "学校", "hospital": "医院",
                "soe": "国企", "private": "非公企业", "social": "社会组织", "": ""}  # fmt: skip


def spans() -> list[Span]:
    made = []
    for short, (code, name, kind, domain, above, town, members, groups) in UNITS.items():
        first = FOUNDED if short == "P3" else START
        last = DISSOLVED if short == "P2" else EVER
        span = Span(code, name, kind, domain, CODE.get(above, ""), town, first, last, members, groups)
        if short == "R3":
            made.append(span._replace(last=MOVED - timedelta(1)))
            span = span._replace(first=MOVED, parent=CODE["g2"])
        made.append(span)
    return made


# --- months: what differs from a month in which everything is in order

USUAL: dict[str, Any] = {
    "theme": (15, "4.5", ""),  # day, hours, topic: that of the month where none is named
    "came": (20, 18, 1, 1),  # attended, expected, applicants, candidates
    "支委会": 1,
    "党小组会": 1,
    "党课": 1,
    "dues": (300, 300),
    "posts": (5, 5),
    "trained": "",
}
TOPIC_OF = {"2017-12": "党性实践", "2018-10": "理论学习", "2018-11": "调查研究", "2018-12": "志愿服务"}
TERMS = {"R7": "2018-11-30", "Q1": "2019-04-30", "U2": "2019-06-30", "U3": "2019-07-01"}
"""When the team's term expires, where it is not 2021-05-31."""
TRAINED = {"2017": "2017-09-20", "2018": "2018-05-18"}
DIFFERENT: dict[str, dict[str, dict[str, Any]]] = {
    "2017-12": {
        "R1": {"came": (15, 18, 1, 1)},
        "R3": {"支委会": 0},
        "R6": {"dues": (220, 176)},
        "R7": {"theme": None, "党课": 0},
        "U1": {"党小组会": 0},
        "A1": {"term": "2018-09-30"},
        "U4": {"theme": (16, "4.5", ""), "dues": None},
        "A4": {"trained": "2017-12-31"},
        "P1": {"roster": False},
        "C1": {"theme": (15, "4", "观影活动")},
    },
    "2018-10": {
        "R1": {"came": (17, 18, 1, 1)},
        "R4": {"dues": (410, 369)},
        "R5": {"posts": (4, 5)},
        "R6": {"theme": (16, "4.5", ""), "支委会": 0},
        "R7": {"党课": 0},
        "U2": {"came": (18, 18, 2, 4)},
        "U3": {"theme": (15, "4", "")},
        "A1": {"term": "2018-09-30"},
        "A3": {"posts": (2, 4)},
        "A4": {"theme": (15, "3.9", "")},
        "E1": {"came": (14, 14, 1, 1)},
        "C2": {"dues": (100, 100)},
    },
    "2018-11": {
        "R4": {"dues": (410, 328)},
        "R5": {"theme": (15, "3.5", "民主议事"), "posts": (4, 5), "came": (21, 30, 2, 1)},
        "R6": {"theme": None, "支委会": 0, "roster": False},
        "R7": {"theme": (15, "4.5", "文艺汇演"), "dues": (180, 90)},
        "U3": {"党小组会": 0},
        "U4": {"支委会": 0, "posts": (3, 5)},
        "A3": {"posts": (2, 4)},
        "A4": {"dues": None},
        "Q2": {"党课": 2},
        "P1": {"党课": 0},
    },
    "2018-12": {
        "R4": {"dues": (410, 410)},
        "R5": {"posts": (5, 5)},
        "R6": {"theme": (14, "4.5", ""), "trained": "2017-03-15"},
        "R7": {"支委会": 0, "党课": 0, "theme": (15, "2", "")},
        "U3": {"党小组会": 0},
        "U4": {"theme": (15, "4", "民主议事")},
        "A3": {"posts": (2, 4), "trained": "2018-01-01"},
        "A4": {"trained": "2017-12-31"},
        "H2": {"posts": (4, 5)},
        "C1": {"came": (15, 18, 1, 1)},
    },
}  # fmt: skip
ABOVE_ABSENT = {("2017-12", "c2"), ("2018-11", "c1"), ("2018-11", "district")}


def month_of(month: str, short: str) -> dict[str, Any]:
    usual = USUAL | {"roster": True, "term": TERMS.get(short, "2021-05-31")}
    return {**usual, **DIFFERENT[month].get(short, {})}


def events_of(month: str, short: str) -> list[Event]:
    """What a branch did in a month, or a committee above it."""
    org, year, number = CODE[short], int(month[:4]), int(month[5:])

    def on(day: int, kind: str, topic: str, data: dict[str, Any]) -> Event:
        return Event(org, kind, topic, date(year, number, day), data)

    if UNITS[short][2] != "branch":
        topic = {"committee": "中心组学习", "district": "专题研究基层党建"}.get(UNITS[short][2])
        if topic is None or (month, short) in ABOVE_ABSENT:
            return []
        return [on(12, "meeting", topic, {"attended": 9, "expected": 10})]
    facts, made = month_of(month, short), []
    if facts["dues"]:
        due, paid = facts["dues"]
        made.append(on(1, "dues", "", {"due": due, "paid": paid}))
    for day, topic in ((6, "支委会"), (9, "党小组会"), (22, "党课")):
        times = facts[topic] if topic != "党小组会" or UNITS[short][7] else 0
        held = "党员大会" if topic == "党课" and month == "2018-12" else topic
        made += [on(day + n, "meeting", held, {"attended": 5, "expected": 5}) for n in range(times)]
    if facts["theme"]:
        day, hours, topic = facts["theme"]
        attended, expected, applicants, candidates = facts["came"]
        data = {"hours": float(hours), "attended": attended, "expected": expected, "applicants": applicants}
        made.append(on(day, "theme_day", topic or TOPIC_OF[month], data | {"candidates": candidates}))
    if facts["roster"]:
        filled, quota = facts["posts"]
        trained = facts["trained"] or TRAINED[month[:4]]
        state = {"posts_filled": filled, "posts_quota": quota, "term_expires_on": facts["term"]}
        made.append(on(25, "roster", "", state | {"secretary_trained_on": trained}))
    return made


# --- sheets: the acceptance of the standards; what is not named is met in full

FULL = {"yes_no": 1, "proportional": 1, "scored": 100, "tiers": 3, "per_unit": 2, "inverse": 0, "at_least": 40}
SHEETS: dict[str, dict[str, dict[str, Any]]] = {
    "2017": {
        "R1": {"R02": 0, "R06": 1},
        "R2": {"R08": 1},
        "R3": {"R05": "0.76"},
        "R4": {"R07": "0.6"},
        "R5": {"R04": "0.45", "R08": 0},
        "R6": {"R03": 70, "R06": 2},
        "R7": {"R02": 0, "R08": 1},
        "U1": {"U08": 84, "U04": "0.4", "U06": 36},
        "U2": {"U08": 92},
        "U3": {"U07": "0.63"},
        "A1": {"A06": 0, "A08": 2, "A07": 0},
        "A2": {"A04": "0.6"},
        "A4": {"A05": "0.5"},
        "E1": {"E08": 90},
        "E2": {"E04": 1, "E06": 1},
        "Q1": {"Q06": 2},
        "Q2": {"Q02": 0, "Q08": "0.8"},
        "P1": {"P03": 1, "P06": 0},
        "P2": {"P06": 0, "P08": 1},
        "C1": {"C04": 1, "C07": 0},
        "C2": {"C06": 0},
        "g1": {"G05": 90},
        "g2": {"G04": 3, "G05": 82},
        "g3": {"G05": 75},
        "g4": {"G05": 58},
        "g5": {"G04": 5, "G05": 88},
        "c1": {"K05": 91, "K06": "0.8"},
        "c2": {"K05": 87},
        "c3": {"K05": 94},
        "district": {"D06": "0.9"},
    },
    "2018": {
        "R2": {"R06": 2},
        "R3": {"R06": 2},
        "R4": {"R03": 80, "R04": "0.72", "R07": "0.5", "R08": 1},
        "R5": {"R03": 75, "R04": "0.45", "R05": "0.76", "R06": 2, "R07": "0.8", "R08": 0},
        "R6": {"R01": "0.5", "R04": "0.45", "R08": 1},
        "R7": {"R02": 0, "R03": 40, "R06": 0, "R04": "0.3", "R08": None, "R05": "0.76"},
        "U1": {"U08": 96},
        "U2": {"U08": 90, "U04": "0.76"},
        "U3": {"U06": 38, "U08": None},
        "U4": {"U04": "0.2", "U06": 35, "U08": 60, "U07": "0.18"},
        "A1": {"A06": 0, "A08": 1},
        "A2": {"A08": 2, "A06": 0, "A04": "0.75"},
        "A3": {"A06": 0, "A07": 0, "A08": 2},
        "A4": {"A06": 0, "A08": 4},
        "E1": {"E08": 95},
        "E2": {"E04": None, "E06": 1},
        "H1": {"H08": 2},
        "H2": {"H04": 1, "H06": "0.9"},
        "Q1": {"Q06": 2, "Q08": "1.05"},
        "Q2": {"Q08": None, "Q04": 1},
        "P1": {"P03": 2, "P08": 3},
        "P3": {"P08": 0, "P06": 0},
        "C1": {"C02": 0, "C04": 1},
        "C2": {"C03": 79},
        "g1": {"G05": 93},
        "g2": {"G04": 6, "G05": 85},
        "g3": {"G05": 80},
        "g4": {"G05": 66},
        "g5": {"G05": 90},
        "c1": {"K05": 89, "K06": "0.75"},
        "c2": {"K05": 92},
        "c3": {"K05": 95, "K06": "0.9"},
        "district": {"D06": "0.96"},
    },
}  # fmt: skip
LACKING = {("2017", "H1"), ("2017", "H2"), ("2017", "U4")}
"""The health commission sent nothing for 2017; of U4 the sheet was not verified."""
EXCEPT = {"P03": 2, "G04": 4}
"""What is enough where `at_least` asks for less than 40."""


def cell(item: catalogue.Item, year: str, short: str) -> Any:
    """The value that a department found: a number, or None where it gave none that counts."""
    value = SHEETS[year].get(short, {}).get(item.code, EXCEPT.get(item.code, FULL[item.rule[0]]))
    return None if value is None else Fraction(value)


def domain_of(short: str) -> str:
    return UNITS[short][3] or UNITS[short][2]


def domain_items(domain: str) -> list[catalogue.Item]:
    """The items of a domain that departments send."""
    elsewhere = {*naive.MEASURES, *catalogue.RELATIVES}
    yearly = [item for item in catalogue.ITEMS if domain in item.domains and item.cadence == "year"]
    return [item for item in yearly if item.code not in elsewhere]


def sheet_items(short: str) -> list[catalogue.Item]:
    return domain_items(domain_of(short))


def in_force(short: str, year: str) -> bool:
    return not (short == "P2" and year == "2018") and not (short == "P3" and year == "2017")


# --- inspections and what followed: (found or done on, short, code, text, on the spot, review, closed on)

INSPECTED: dict[str, list[tuple[str, str, str, str, str, str, str]]] = {
    "2017-12": [
        ("2017-12-05", "R4", "X04", "活动室堆放防汛物资", "否", "已审核", "2018-10-22"),
        ("2017年12月12日", "U3", "X05", "三季度党务公开栏未更新", "是", "已审核", "2017-12-20"),
        ("2017-12-19", "A1", "X05", "公开内容不全", "否", "驳回", ""),
    ],
    "2018-10": [
        ("2018-10-09", "R4", "X03", "九月党费收缴情况未公示", "是", "已审核", "2018-10-12"),
        ("2018/10/16", "R4", "X03", "公示名单与台账不一致", "否", "已审核", "2018-10-19"),
        ("2018-10-23", "R4", "X03", "补缴党费未公示", "否", "已审核", "2018-10-30"),
        ("2018-10-12", "R5", "X02", "八月支委会记录为事后补记", "否", "已审核", "2018-11-06"),
        ("2018-10-17", "R6", "X01", "主题党日改在次日，且以文艺活动代替", "否", "已审核", ""),
        ("2018-10-25", "A2", "X06", "购书发票无经办人签字", "否", "已审核", "2018-11-20"),
        ("2018-10-30", "U4", "X04", "活动室出租给培训班", "否", "已审核", ""),
    ],
    "2018-11": [
        ("2018-11-05", "R7", "X05", "公开栏内容为去年", "否", "已审核", ""),
        ("2018-11-21", "P1", "X01", "以聚餐代替主题党日", "否", "待审核", ""),
    ],
    "2018-12": [
        ("2018-12-03", "Q2", "X01", "主题党日无签到、无记录", "是", "已审核", "2018-12-15"),
        ("2018-12-04", "R7", "X04", "活动室锁闭，用作仓库", "否", "已审核", ""),
        ("2018-12-08", "E2", "X05", "党务公开栏未更新", "否", "已审核", "2019-01-08"),
        ("2018-12-20", "C1", "X02", "党小组会记录缺签字", "否", "已审核", ""),
    ],
}  # fmt: skip
FOLLOWED: dict[str, list[tuple[str, str, str, str, str, str, str]]] = {
    "2018": [
        ("2018-01-25", "H1", "Z02", "结对帮扶协议已签订，医院党委副书记结对", "", "已审核", ""),
        ("2018-02-05", "H2", "Z02", "结对帮扶协议已签订", "", "已审核", ""),
        *(("2018-02-08", short, "Z01", "五星党支部授牌", "", "已审核", "") for short in ("R2", "R4", "U2", "A3")),
        *(("2018-03-10", short, "Z03", "复验合格", "", "已审核", "") for short in ("R1", "R3", "U4", "P1")),
        *(("2018-03-12", short, "Z03", "补验合格", "", "已审核", "") for short in ("Q2", "H1", "H2")),
    ],
    "2019": [("2019-01-20", "R7", "Z02", "镇党委副书记结对帮扶", "", "已审核", "")],
}  # fmt: skip
"""What was done about the grades: nothing of 2017 about what R6, R7 and A4 lack, nor about the stars of U4."""
BAD_INSPECTED = {
    "2018-10": [
        ("2018-10-11", "R1", "X99", "资料不全", "否", "已审核", "", "unknown_indicator"),
        ("2018-10-18", "P2", "X05", "公开栏缺失", "否", "已审核", "", "inactive_organization"),
    ],
    "2018-11": [
        ("2018-13-05", "U1", "X05", "公开栏缺失", "否", "已审核", "", "malformed"),
        ("2018-11-14", "U2", "X02", "党课无讲稿", "否", "已复核", "", "unknown_status"),
    ],
}  # fmt: skip


TOTALS = {
    "2017": {"在职党员": 36_139, "离退休党员": 52_259, "其他党员": 9_188, "党员总数": 101_599},
    "2018": {"在职党员": 371, "离退休党员": 241, "其他党员": 46, "党员总数": 658},
}


def day_of(text: str) -> date:
    year, month, day = map(int, re.findall(r"\d+", text))
    return date(year, month, day)


def is_live(code: str, day: date) -> bool:
    return any(span.code == code and span.first <= day <= span.last for span in spans())


def sent_events() -> list[Event]:
    """What the platform sends in the order in which it happened, also of P3 before it was founded."""
    acting = [(month, short) for month in MONTHS for short in UNITS if is_live(CODE[short], last_day(month))]
    return sorted((event for month, short in acting for event in events_of(month, short)), key=lambda event: event.day)


def facts() -> Facts:
    events = [event for event in sent_events() if is_live(event.org, event.day)]
    sheets = {}
    for year in SHEETS:
        for short in UNITS:
            for item in sheet_items(short):
                value = cell(item, year, short) if in_force(short, year) and (year, short) not in LACKING else None
                if value is not None:
                    sheets[year, item.code, CODE[short]] = value
    found = [
        Finding(CODE[short], code, day_of(day), day_of(closed) if closed else None)
        for rows in INSPECTED.values()
        for day, short, code, _, _, review, closed in rows
        if review == "已审核"
    ]
    register = [(CODE[short], code, day_of(day)) for rows in FOLLOWED.values() for day, short, code, *_ in rows]
    return Facts(spans(), events, sheets, found, register)
