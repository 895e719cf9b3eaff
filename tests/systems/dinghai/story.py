"""The invented district: who is in it, what everybody did in two years, what the register says."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

from tests.systems.arithmetic import POINT
from tests.systems.dinghai.catalogue import ASSESSORS, BALLOTS, COMMUNITY, PERSON, TOWN, UNIT
from tests.systems.dinghai.naive import Event, Facts, Organisation, Votes, scored

PERIODS = ("2017", "2018-02", "2018-03", "2018-06", "2018H1", "2018")
MONTHS = ("2018-02", "2018-03", "2018-06")
SEED = 2018

# --- who there is

DISTRICT = "090200000000"
TOWN_NAMES = (
    "岚东街道", "岚西街道", "云海街道", "清港镇", "白渡镇", "石岭镇", "桃溪镇", "松湾镇", "南汀镇", "望屿镇", "北礁镇",
)  # fmt: skip
A, B, C, D, E, F, G, H, N, J, K = (f"0902{number:02d}000000" for number in range(1, 12))
TOWNS = (A, B, C, D, E, F, G, H, N, J, K)
"""A, B and C are the worked cases of RULES §4, D and E those whose order the coefficient reverses in 2018."""
UNIT_NAMES = (
    "区委党校", "区档案馆", "区史志办", "区供销联社", "区红十字会", "区残联", "区文联", "区科协", "区妇联", "区侨联",
    "团区委", "区总工会", "区机关事务中心", "区公共资源交易中心", "区老干部局", "区人防办", "区农机站", "区粮食局",
    "区旅游局", "区气象局", "区地震办", "区房管中心", "区园林处", "区环卫处", "区水务处", "区公路段", "区体育中心",
    "区图书馆", "区文化馆",
)  # fmt: skip
UNITS = tuple(f"0902800000{number:02d}" for number in range(1, len(UNIT_NAMES) + 1))
FOUNDED_IN_DECEMBER = "090280000030"
COMMUNITY_NAMES = (
    "海湾社区", "海湾社区", "梧桐社区", "东桥社区", "西城社区", "南园社区", "北苑社区", "新河社区", "竹山社区",
    "菊园社区", "文昌社区", "望海社区",
)  # fmt: skip
COMMUNITIES = tuple(f"0902{1 + number % 3:02d}00010{1 + number // 3}" for number in range(len(COMMUNITY_NAMES)))
"""Four in each of the three streets; the first two have one name."""
STAFF = {"090280000001": 8, "090280000007": 6, "090280000016": 7, "090280000028": 5}
"""Units whose people are assessed, one of each grade from A to D, and how many they are."""


def organisations() -> list[Organisation]:
    towns = [Organisation(code, name, TOWN, DISTRICT, name) for code, name in zip(TOWNS, TOWN_NAMES, strict=True)]
    units = [Organisation(code, name, UNIT, DISTRICT) for code, name in zip(UNITS, UNIT_NAMES, strict=True)]
    founded = Organisation(FOUNDED_IN_DECEMBER, "区大数据中心", UNIT, DISTRICT, first_day=date(2018, 12, 10))
    communities = [
        Organisation(code, name, COMMUNITY, f"{code[:6]}000000", TOWN_NAMES[int(code[4:6]) - 1])
        for code, name in zip(COMMUNITIES, COMMUNITY_NAMES, strict=True)
    ]
    units_of_people = [unit for unit, count in STAFF.items() for _ in range(count)]
    people = [
        Organisation(key, key, PERSON, unit, first_day=date(2018, 7, 1))
        for number, unit in enumerate(units_of_people, start=1)
        for key in [f"DY{number:04d}"]
    ]
    return [*towns, *units, founded, *communities, *people]


# --- what they did: Party work

LEVELS = {
    "2017": {
        A: (95, 96, 94, 95), D: (94, 94, 93, 95), E: (92, 94, 93, 93), F: (93, 93, 94, 92), N: (91, 92, 92, 93),
        C: (90, 91, 92, 91), J: (90, 90, 91, 89), K: (88, 90, 89, 89), B: (87, 88, 89, 88), H: (85, 87, 86, 86),
        G: (84, 85, 84, 83),
    },
    "2018": {
        A: (96, 95, 95, 94), D: (95, 96, 94, 95), F: (94, 93, 94, 93), G: (93, 92, 93, 92), H: (92, 91, 92, 91),
        C: (91, 91, 90, 90), N: (90, 90, 89, 89), E: (89, 88, 89, 88), B: (88, 87, 87, 88), J: (86, 86, 85, 85),
        K: (82, 83, 82, 81),
    },
}  # fmt: skip
"""Out of 100, by assessor, in the order of the ranks; Party work comes to a quarter of their sum. In 2017 E and F
share the third rank, in 2018 A and D the first."""
SHEETS = {
    "纪委": ("Z01", "Z02"),
    "组织部": ("Z01", "Z03", "Z04"),
    "宣传部": ("Z01", "Z05", "Z06"),
    "统战部": ("Z01", "Z07", "Z08"),
}
ABOVE_LEVEL = {"Z03": 1, "Z04": -1, "Z05": 1, "Z06": -1, "Z07": 2, "Z08": -3}
"""How an assessor's second-level scores lie around its level; weighted with their points they cancel out."""


def party_work(facts: Facts, period: str, org: str, levels: tuple[int, ...], *, is_unit: bool) -> None:
    for assessor, level in zip(ASSESSORS, levels, strict=True):
        for item in (*SHEETS[assessor], *(["Z09"] if is_unit else [])):
            key = period, org, item, assessor if item in ("Z01", "Z09") else ""
            facts.values[key] = Fraction(level + ABOVE_LEVEL.get(item, 0))


# --- what the towns did

TOWNS_2017 = {
    A: ("1.02", "0.94", "0.85", "79.5", 94, 92),  # 62 + 28
    B: ("1.05", "0.96", "0.90", 83, 92, 91),  # 64 + 27.5
    C: ("0.98", "0.90", "0.80", 79, 90, 90),  # 60 + 27
    D: ("0.96", "0.92", "0.82", 77, 86, 88),
    E: ("1", "0.90", "0.83", "79.5", 87, 86),
    F: ("0.95", "0.91", "0.80", "75.5", 83, 84),
    G: ("0.70", "0.70", "0.50", "52.5", 46, 48),
    H: ("0.70", "0.60", "0.52", "48.7", 53, 54),  # 39.64 + 16 × 0.98 = 55.32, exactly 60 % of A's 92.2
    N: ("0.94", "0.90", "0.78", 74, 84, 82),
    J: ("0.97", "0.89", "0.80", "75.5", 87, 86),
    K: ("0.92", "0.90", "0.76", "72.5", 83, 84),
}
"""S01, S02, S03 as shares of the target, S04, S05, S06 out of 100."""

TOWNS_2018 = {
    A: ("1.03", "0.93", "0.95", 92, 7, 3, 2, "0.96"),
    B: ("1.06", "0.95", "0.98", 94, 8, 3, 2, "0.99"),
    C: ("0.95", "0.90", "0.92", 91, 6, 3, 3, "0.97"),
    D: ("0.93", "0.90", "0.95", 90, 7, 3, 2, "0.96"),
    E: ("1.04", "0.95", "0.98", 93, 8, 3, 2, "1"),
    F: ("1.01", "0.95", "0.96", 92, 7, 2, 1, "0.98"),
    G: ("0.86", "0.80", "0.84", 82, 5, 3, 2, "0.95"),
    H: ("0.88", "0.82", "0.81", 80, 5, 2, 3, "0.94"),
    N: ("0.78", "0.72", "0.80", 80, 4, 4, 3, "0.90"),
    J: ("0.52", "0.50", "0.62", 62, 4, 7, 5, "0.84"),
    K: ("0.60", "0.57", "0.62", 58, 4, 9, 6, "0.80"),
}
"""E01, E02, E03 as shares of the target, H01 out of 100, H02 done, H03 and O01 not done, O02 as a share."""
BASES = {
    A: "90", B: "91.5", C: "87", D: "88", E: "91", F: "91", G: "80", H: "80.398", N: "74", J: "56.5", K: "56",
}  # fmt: skip
"""What the base of 2018 comes to: the leaders' score makes up what the rest leaves."""
TOWN_VOTES = {
    A: ((100, 70, 26, 4, 0), (200, 160, 32, 8), (50, 40, 8, 2)),
    B: ((100, 66, 20, 4, 0), (250, 164, 30, 6), (100, 66, 12, 2)),
    C: ((80, 50, 26, 4, 0), (200, 150, 40, 10), (100, 60, 16, 4)),
    D: ((100, 68, 26, 6, 0), (200, 156, 36, 8), (100, 84, 12, 4)),
    E: ((100, 72, 20, 4, 0), (250, 162, 30, 8), (100, 70, 9, 1)),
    F: ((90, 60, 16, 4, 0), (200, 158, 36, 6), (100, 62, 14, 4)),
    G: ((100, 50, 34, 12, 4), (200, 120, 60, 20), (100, 50, 24, 6)),
    H: ((100, 48, 30, 10, 2), (200, 118, 64, 18), (100, 52, 22, 6)),
    N: ((100, 36, 30, 12, 2), (200, 100, 70, 30), (100, 40, 16, 4)),
    J: ((100, 24, 36, 20, 10), (200, 80, 76, 44), (100, 30, 8, 2)),
    K: ((100, 22, 36, 22, 10), (200, 76, 80, 44), (100, 36, 30, 14)),
}
"""M01, W01, W02: issued, then votes by option. N's M01 and W02 have just the least turnout (80 % and 60 %); J's W02 has
40 %, which is too little: missing."""


def towns(facts: Facts) -> None:
    for code in TOWNS:
        shares = dict(zip(("S01", "S02", "S03", "S04", "S05", "S06"), TOWNS_2017[code], strict=True))
        facts.values |= {("2017", code, item, ""): Fraction(str(value)) for item, value in shares.items()}
        party_work(facts, "2017", code, LEVELS["2017"][code], is_unit=False)
        work = dict(zip(("E01", "E02", "E03", "H01", "H02", "H03", "O01", "O02"), TOWNS_2018[code], strict=True))
        facts.values |= {("2018", code, item, ""): Fraction(str(value)) for item, value in work.items()}
        party_work(facts, "2018", code, LEVELS["2018"][code], is_unit=False)
        for item, (issued, *counts) in zip(("M01", "W01", "W02"), TOWN_VOTES[code], strict=True):
            facts.votes["2018", code, item] = Votes(issued, dict(zip(BALLOTS[item][0], counts, strict=True)))
    rest = {code: card.points_of(*BASE_DIMENSIONS) for code, card in scored(facts, "2018").items()}
    for code, base in BASES.items():
        facts.values["2018", code, "L01", ""] = (Fraction(base) - Fraction(rest[code], POINT)) * 5


BASE_DIMENSIONS = ("economy", "society", "other_work", "democratic", "leaders")

# --- what the units did: generated, but for those that a rule is to be seen on

FIRST, THIRD, TWIN, OTHER_TWIN = UNITS[0], UNITS[2], UNITS[3], UNITS[4]
"""The twins have the same points in other places, and the same Party work: they tie across the line between A and B."""
UNSCORED = UNITS[12]
"""Not on the sheet of the united front department."""
LAST = UNITS[28]


def units(facts: Facts, chance: random.Random) -> None:
    for place, code in enumerate(UNITS):
        height = Fraction(97) - Fraction(place * 9, 10)
        scores = {item: Fraction(round(height) + chance.randint(-2, 2)) for item in ("B01", "G01", "G03", "L01", "F01")}
        scores["G02"] = Fraction(chance.choice((0, 0, 1, 1, 2, 3)))
        facts.values |= {("2018", code, item, ""): value for item, value in scores.items()}
        for item, issued in (("W03", 100), ("W04", 40)):
            voting = issued - chance.randint(0, issued // 5)
            content = voting * (80 - place) // 100
            unhappy = chance.randint(0, 3)
            counts = (content, voting - content - unhappy, unhappy)
            facts.votes["2018", code, item] = Votes(issued, dict(zip(BALLOTS[item][0], counts, strict=True)))
        level = 95 - (place + chance.randint(-6, 6)) // 2
        party_work(facts, "2018", code, tuple(level + chance.randint(-1, 1) for _ in ASSESSORS), is_unit=True)
    for period, org, item, assessor in [key for key in facts.values if key[1] == TWIN]:
        other = {"G01": "G03", "G03": "G01"}.get(item, item)
        facts.values[period, OTHER_TWIN, other, assessor] = facts.values[period, org, item, assessor]
    for item in ("W03", "W04"):
        facts.votes["2018", OTHER_TWIN, item] = facts.votes["2018", TWIN, item]
    facts.values["2018", THIRD, "B01", ""] = Fraction(100)
    facts.values |= {("2018", LAST, item, ""): Fraction(score) for item, score in LAST_SCORES.items()}


LAST_SCORES = {"B01": 45, "G01": 60, "G02": 4, "G03": 62, "L01": 52, "F01": 58}

# --- communities, people, progress

CONTEST = (
    (96, 95, 94, 97),  # first
    (93, 93, 93, 93),  # the next two share the second place
    (92, 94, 93, 93),
    (91, 92, 90, 93),
    (90, 91, 92, 90),
    (89, 90, 90, 91),
    (88, 89, 90, 88),
    (87, 88, 86, 89),
    (86, 85, 87, 86),
    (84, 85, 83, 84),
    (80, 81, 80, 81),  # the last two are equal: both are barred
    (82, 79, 81, 80),
)


def communities(facts: Facts) -> None:
    for code, points in zip(COMMUNITIES, CONTEST, strict=True):
        for quarter, value in enumerate(points, start=1):
            facts.values["2018", code, f"C0{quarter}", ""] = Fraction(value)


def people(facts: Facts) -> None:
    """The personal coefficient goes by post, the score falls through the unit; the second and third are equal."""
    for unit in STAFF:
        staff = [one.code for one in facts.organisations if one.kind == PERSON and one.parent == unit]
        for place, key in enumerate(staff):
            post = ("1.2", "1.1", "1.05", "1", "0.95")[min(place, 4)]
            facts.values["2018", key, "P01", ""] = Fraction(post)
            facts.values["2018", key, "P02", ""] = Fraction((94, 91, 91, 85, 82, 79, 66, 58)[place])


def progress(facts: Facts, chance: random.Random) -> None:
    for number, code in enumerate((*TOWNS, *UNITS, *COMMUNITIES)):
        for month, planned in (("2018-02", None), ("2018-03", "0.15"), ("2018-06", "0.45")):
            if planned:
                reached = Fraction(planned) + Fraction(chance.randint(-4, 8), 100)
                facts.values[month, code, "K01", ""] = Fraction(planned) if number == 0 else reached
            facts.values[month, code, "K02", ""] = Fraction(chance.randint(78, 104), 100)
            facts.values[month, code, "K03", ""] = Fraction(chance.random() < 0.9)
        facts.values["2018H1", code, "T01", ""] = Fraction(number % 17 != 5)
        facts.values["2018H1", code, "T02", ""] = Fraction(50 + chance.randint(-5, 8), 100)


# --- the register

REGISTER: dict[str, list[tuple[str, str, str, str, int, str]]] = {
    "2017": [
        ("2017-03-16", A, "J01", "“红旗项目”：海岸带整治", 1, "已审核"),
        ("2017-10-20", A, "J03", "中央有关部门通报表彰", 1, "已审核"),
        ("2017-05-08", B, "D02", "办事窗口作风问题查实", 1, "已审核"),
        ("2017-09-13", B, "D03", "区里通报批评", 1, "已审核"),
        ("2017-06-02", C, "J05", "市领导批示，原件未到", 1, "待审核"),
        ("2017-07-11", F, "U02", "被市级公开通报批评", 1, "已审核"),
        ("2017-08-22", H, "U02", "被市级公开通报批评", 1, "已审核"),
        ("2017-11-05", K, "V03", "环保督察问题", 1, "已审核"),
    ],
    "2018": [
        ("2018-01-20", H, "Y01", "区委领导约谈党政主要负责人", 1, "已审核"),
        ("2018-04-12", A, "J01", "“红旗项目”：城中村改造", 1, "已审核"),
        ("2018-11-09", A, "J03", "国务院有关部门表彰", 1, "已审核"),
        ("2018-06-21", B, "D01", "班子成员违纪，受党内警告", 1, "已审核"),
        ("2018-08-30", F, "V06", "渔船安全生产责任事故", 1, "已审核"),
        ("2018-07-19", G, "U02", "被市级公开通报批评", 1, "已审核"),
        ("2018-05-17", N, "J02", "“双学双比”第一轮前三名", 1, "已审核"),
        ("2018-10-26", N, "J02", "“双学双比”第二、三轮前三名", 2, "已审核"),
        ("2018-03-28", J, "D02", "作风问题，全年分两次查实", 2, "已审核"),
        ("2018-09-05", J, "D02", "作风问题集中查实", 4, "已审核"),
        ("2018-09-18", K, "U01", "重大舆情事件，影响严重", 1, "已审核"),
        ("2018-04-03", D, "D03", "通报批评，经核不属实", 1, "驳回"),
        ("2018-05-24", FIRST, "J04", "省级表彰", 1, "已审核"),
        ("2018-12-03", UNITS[1], "V01", "单位内部治安案件", 1, "已审核"),
        ("2018-06-14", UNITS[6], "J05", "市领导批示肯定", 1, "已审核"),
        ("2018-08-08", UNITS[9], "D03", "区里通报批评", 1, "已审核"),
        ("2018-10-10", LAST, "U01", "档案库房失火，影响严重", 1, "已审核"),
    ],
    "2019-01": [("2019-01-15", N, "Y01", "区委组织部约谈党政主要负责人", 1, "已审核")],
}
BAD_REGISTER: dict[str, list[tuple[tuple[str, str, str, str, str, str], str]]] = {
    "2018": [
        (("2018-06-01", FOUNDED_IN_DECEMBER, "J04", "成立以前的表彰", "1", "已审核"), "inactive_organization"),
        (("2018-07-02", "090299000000", "J01", "代码填错", "1", "已审核"), "unknown_organization"),
        (("2018-07-03", C, "J99", "没有这个事项", "1", "已审核"), "unknown_indicator"),
        (("2018-13-05", C, "J01", "没有这一天", "1", "已审核"), "malformed"),
        (("2018-07-05", E, "J02", "状态不是规定写法", "1", "已阅"), "unknown_status"),
        (("2018-07-06", E, "J02", "次数是负的", "-1", "已审核"), "out_of_range"),
    ]
}


def register(facts: Facts) -> None:
    facts.events += [
        Event(date.fromisoformat(day), org, code, times)
        for rows in REGISTER.values()
        for day, org, code, _, times, status in rows
        if status == "已审核"
    ]


def facts_of_the_district() -> Facts:
    """Everything that happened and was reported in order; what was not reported in order is left out by `reported`."""
    facts = Facts(organisations())
    chance = random.Random(SEED)
    towns(facts)
    units(facts, chance)
    communities(facts)
    people(facts)
    progress(facts, chance)
    register(facts)
    return facts
