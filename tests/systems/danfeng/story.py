"""The invented county: who is in it, and what everybody did in two years: first as a plan of values, then as facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from tests.systems.danfeng import naive
from tests.systems.danfeng.catalogue import CONSEQUENCES, COUNTED, FROM_UNITS, ITEMS, SEVEN, STATES
from tests.systems.danfeng.naive import Event, Facts, Finding, Unit

YEARS = ("2022", "2023")
MONTHS = {year: [f"{year}-{month}" for month in (10, 11, 12)] for year in YEARS}
PERIODS = [period for year in YEARS for period in (*MONTHS[year], f"{year}Q4", year)]
COUNTY = "061022"

# --- who there is

KINDS = {
    "county": "县委", "committee": "党委", "general_branch": "党总支", "branch": "党支部",
    "community_committee": "社区党委",
    "grid_branch": "网格党支部", "building_group": "楼栋党小组", "committee_secretary": "党（工）委书记",
    "branch_secretary": "党组织书记", "leader": "领导班子成员", "member": "党员",
}  # fmt: skip
DOMAIN_TEXTS = {
    "village": "农村", "community": "城市社区", "agency": "机关", "soe": "国有企业", "school": "学校",
    "private": "非公企业", "social": "社会组织",
}  # fmt: skip
COMMITTEES = {
    "1": "丹水镇党委",
    "2": "凤岭镇党委",
    "3": "龙桥街道党工委",
    "4": "县直机关党工委",
    "5": "教体局党委",
    "6": "“两新”组织党工委",
}
TOWNS = {"1": "丹水镇", "2": "凤岭镇", "3": "龙桥街道"}
# code after the county's digits: name, kind, domain, members, groups
BRANCHES: dict[str, tuple[str, str, str, int, int | None]] = {
    "100001": ("石门村党总支", "general_branch", "village", 46, 3),
    "100002": ("柳湾村党支部", "branch", "village", 31, 2),
    "100003": ("新华村党支部", "branch", "village", 28, 2),
    "200001": ("新华村党支部", "branch", "village", 33, 2),
    "200002": ("竹林村党支部", "branch", "village", 24, 1),
    "200003": ("花园村党支部", "branch", "village", 31, 2),
    "300001": ("东关社区党委", "community_committee", "community", 120, 6),
    "300002": ("西街社区党委", "community_committee", "community", 96, 5),
    "300003": ("河滨社区党委", "community_committee", "community", 84, 4),
    "400001": ("发改局机关党支部", "branch", "agency", 30, 2),
    "400002": ("水利局机关党支部", "branch", "agency", 26, 2),
    "400003": ("交通局机关党支部", "branch", "agency", 35, 3),
    "400004": ("文旅局机关党支部", "branch", "agency", 22, 0),
    "400011": ("供水公司党支部", "branch", "soe", 25, 2),
    "400012": ("城投集团党总支", "general_branch", "soe", 52, 4),
    "400013": ("粮油公司党支部", "branch", "soe", 18, 0),
    "500001": ("第一中学党总支", "general_branch", "school", 64, 4),
    "500002": ("第一中学高中部党支部", "branch", "school", 29, 2),
    "500003": ("实验小学党支部", "branch", "school", 32, 2),
    "500004": ("职教中心党支部", "branch", "school", 32, 2),
    "600001": ("丹泉食品公司党支部", "branch", "private", 16, 0),
    "600002": ("恒信建材公司党支部", "branch", "private", 12, None),  # 党小组数填的是“两个”
    "600003": ("秦岭药业公司党支部", "branch", "private", 21, 2),
    "600004": ("凤翔商贸公司党支部", "branch", "private", 9, 0),
    "600005": ("云帆科技公司党支部", "branch", "private", 8, 0),
    "600011": ("电商协会党支部", "branch", "social", 14, 0),
    "600012": ("律师事务所联合党支部", "branch", "social", 19, 2),
    "600013": ("民办幼儿园联合党支部", "branch", "social", 11, 0),
    "600014": ("志愿者协会党支部", "branch", "social", 10, 0),
}
GRIDS = {"011": "东关第一", "012": "东关第二", "021": "西街第一", "022": "西街第二", "031": "河滨第一"}
BUILDINGS = {"111": "东关一网格1号楼", "112": "东关一网格2号楼", "121": "东关二网格1号楼", "211": "西街一网格1号楼",
             "212": "西街一网格2号楼", "311": "河滨一网格1号楼"}  # fmt: skip
SECRETARY_OF = ("100001", "100002", "300001", "400001", "500001", "600003")
MEMBERS_OF = {"100002": 4, "300001": 3, "600001": 3}
NEW, GONE = f"{COUNTY}600005", f"{COUNTY}600014"
WORKED = f"{COUNTY}100002"


def units() -> list[Unit]:
    found = [Unit(f"{COUNTY}000000", "示例县委", "county", "")]
    for digit, name in COMMITTEES.items():
        found.append(
            Unit(f"{COUNTY}{digit}00000", name, "committee", "committee", f"{COUNTY}000000", TOWNS.get(digit, ""))
        )
    for code, (name, kind, domain, members, groups) in BRANCHES.items():
        parent = "500001" if code == "500002" else f"{code[0]}00000"
        town = TOWNS.get(code[0], "")
        found.append(Unit(COUNTY + code, name, kind, domain, COUNTY + parent, town, members=members, groups=groups))
    for code, name in GRIDS.items():
        parent = f"{COUNTY}30000{code[1]}"
        found.append(
            Unit(
                f"{COUNTY}300{code}", f"{name}网格党支部", "grid_branch", "grid_branch", parent, TOWNS["3"], members=20
            )
        )
    for code, name in BUILDINGS.items():
        parent = f"{COUNTY}3000{code[:2]}"
        found.append(
            Unit(
                f"{COUNTY}300{code}", f"{name}党小组", "building_group", "building_group", parent, TOWNS["3"], members=5
            )
        )
    found += _people()
    days = {NEW: {"first": date(2023, 10, 15)}, GONE: {"last": date(2023, 11, 30)}}
    return sorted((replace(unit, **days.get(unit.code, {})) for unit in found), key=lambda unit: unit.code)


def _people() -> Iterable[Unit]:
    def person(key: str, kind: str, parent: str) -> Unit:
        return Unit(key, key, kind, kind, COUNTY + parent)

    for place, digit in enumerate(COMMITTEES, start=1):
        yield person(f"SJ{place:04d}", "committee_secretary", f"{digit}00000")
    for place, code in enumerate(SECRETARY_OF, start=101):
        yield person(f"SJ{place:04d}", "branch_secretary", code)
    for place, digit in enumerate(("1", *COMMITTEES, *COMMITTEES), start=1):  # three in the first, two elsewhere
        yield person(f"LD{place:04d}", "leader", f"{digit}00000")
    above = [code for code, count in MEMBERS_OF.items() for _ in range(count)]
    for place, code in enumerate(above, start=1):
        yield person(f"DY{place:04d}", "member", code)


# --- what the seven domains did: a plan of values that comes to about the index aimed at

STORY = {
    # code: aimed at in 2022 and 2023; the star each comes to, and what limits it
    "100001": (85, 93, "four", "five"),
    "100002": (75, 94, "three", "four one_step"),
    "100003": (84, 85, "four", "four"),
    "200001": (94, 74, "five", "three"),
    "200002": (64, 55, "two", "one"),
    "200003": (88, 85, "two acceptance_failed", "three one_step"),
    "300001": (85, 93, "four", "five"),
    "300002": (76, 74, "three", "three"),
    "300003": (65, 75, "two", "three"),
    "400001": (94, 90, "five", "five"),
    "400002": (86, 90, "four", "four"),
    "400003": (85, 65, "four", "two"),
    "400004": (74, 85, "three", "four"),
    "400011": (84, 85, "four", "four"),
    "400012": (75, 66, "three", "two"),
    "400013": (56, 75, "one", "two one_step"),
    "500001": (86, 86, "four", "four"),
    "500002": (93, 94, "five", "five"),
    "500003": (76, 84, "three", "four"),
    "500004": (76, 84, "three", "four"),
    "600001": (84, 94, "four", "five"),
    "600002": (76, 76, "three", "three"),
    "600003": (65, 75, "two", "three"),
    "600004": (52, 55, "one", "one"),
    "600005": (0, 85, "", "four"),
    "600011": (84, 75, "four", "three"),
    "600012": (76, 84, "three", "four"),
    "600013": (65, 65, "two", "two"),
    "600014": (84, 0, "four", ""),
}
FULL = {
    "B01": 1, "B02": 1, "B03": "0.95", "B04": 1, "B05": 5, "B06": 12, "B07": 3, "B08": 1, "B09": 9, "B11": 1, "B12": 1,
    "B13": 1, "B14": 3, "B15": 0, "B16": "0.97", "B17": "0.98", "B18": 4, "B20": 1, "B21": 1, "B22": 1, "B24": 1,
    "B25": "0.93", "B26": "0.95", "B27": (60, 46, 6, 0), "B28": 3, "B31": "26.4", "B33": 0, "B34": 1, "B36": 1,
    "B37": 2,
}  # fmt: skip
"""A value that earns all. B05: posts filled of five; B27: questionnaires sent out, and the three answers."""
LESS: dict[str, list[tuple[Any, str]]] = {
    "B01": [(0, "1")], "B02": [(0, "1.75")], "B03": [("0.6", "0.25")], "B04": [("0.8", "0.2")], "B05": [(4, "0.2")],
    "B06": [(6, "0.4"), (0, "1")], "B07": [(2, "0.2"), (1, "0.4"), (None, "1")], "B08": [(0, "1")], "B09": [(5, "1")],
    "B11": [(0, "1")], "B12": [(0, "1")], "B13": [(0, "1")], "B14": [(2, "1")], "B15": [(1, "0.3333"), (2, "0.6667")],
    "B16": [("0.76", "0.2"), (None, "1")], "B17": [("0.57", "0.4")], "B18": [(1, "0.6667"), (0, "1")],
    "B20": [("0.5", "0.5")], "B21": [(0, "1")], "B22": [(0, "1")], "B24": [("0.7", "0.3"), (0, "1")],
    "B25": [("0.72", "0.2")], "B26": [("0.63", "0.3"), (None, "1")], "B27": [((50, 20, 15, 10), "0.2839")],
    "B28": [(1, "0.5"), (0, "1")], "B31": [("12.5", "0.2"), ("6.8", "0.4")], "B33": [(1, "0.25"), (2, "0.5")],
    "B34": [("0.75", "0.25")], "B36": [(0, "1")], "B37": [(1, "0.5")],
}  # fmt: skip
"""Values that earn less, with the share of the item's points that they cost; None: nothing is sent."""
SCORES = ("B10", "B19", "B23", "B29", "B30", "B35")
FORCED: dict[tuple[str, str], dict[tuple[str, str], Any]] = {
    ("200003", "2022"): {("2022", "B29"): 55},  # acceptance failed
    ("200001", "2023"): {("2023", "B31"): None},  # the department's sheet says only 新华村党支部
    ("300002", "2022"): {("2022", "B23"): None},  # “优秀” instead of a number
    ("600004", "2022"): {("2022", code): None for code in ("B21", "B23", "B28", "B29")},  # row not verified
    ("400003", "2023"): {("2023-11", "B10"): None},  # 105
    ("600002", "2023"): {("2023-12", "B10"): None},  # twice, differently
    ("400012", "2023"): {("2023", "B27"): (60, 15, 5, 4)},  # 24 of 60 came back
    ("400013", "2022"): {("2022-10", "B06"): None},  # “十户”
    ("200002", "2022"): {("2022-12", "B08"): None},  # two of one moment that contradict each other
    ("600013", "2022"): {("2022-10", "B09"): None, ("2022", "B37"): None},  # review “已阅”; no sheet came
    ("600011", "2022"): {("2022", "B37"): None},
    ("600012", "2022"): {("2022", "B37"): None},
    ("600014", "2022"): {("2022", "B37"): None},
    ("300003", "2022"): {("2022-11", "B07"): None},  # the last declaration has not been reviewed
    ("100003", "2022"): {("2022-11", "B06"): 6},  # declared 15, re-checked: 6
}
EXACTLY = {"400001": "100", "400002": "99.99"}
"""2023: everything full but B21, B24 and B28, ten points: 90.0000; and with an acceptance of 99.99, 89.9995."""
Plan = dict[tuple[str, str, str], Any]


def plan() -> Plan:
    found: Plan = {}
    for code, (first, second, *_) in STORY.items():
        for year, aim in zip(YEARS, (first, second), strict=True):
            if aim:
                found |= {(COUNTY + code, *cell): value for cell, value in _planned(code, year, aim).items()}
    for (org, period, item), value in list(found.items()):
        if org.endswith("500003"):  # twins: the same in everything, so the same place
            found[f"{COUNTY}500004", period, item] = value
        if org.endswith("100002") and period == "2022-11":  # a tie at the bottom of the villages
            found[f"{COUNTY}200003", period, item] = value
    return found


def _planned(code: str, year: str, aim: int) -> dict[tuple[str, str], Any]:
    chance = Random(f"{code} {year}")
    domain, groups = BRANCHES[code][2], BRANCHES[code][4]
    months = [m for m in MONTHS[year] if not (COUNTY + code == NEW and m == "2023-10")]
    months = [m for m in months if not (COUNTY + code == GONE and m == "2023-12")]
    cells = {"month": months, "quarter": [f"{year}Q4"], "year": [year]}
    own = [
        (period, item)
        for item in ITEMS
        if domain in item.domains and item.code != "B32" and (item.code != "B14" or groups)
        for period in cells[item.cadence]
    ]
    if year == "2023" and code in EXACTLY:
        none = dict.fromkeys(("B21", "B24", "B28"), 0)
        best = {(period, i.code): none.get(i.code, 100 if i.code in SCORES else FULL.get(i.code)) for period, i in own}
        return best | {(year, "B29"): EXACTLY[code]}
    values = {(period, item.code): _full(chance, item.code, aim) for period, item in own} | FORCED.get((code, year), {})
    worth = {(period, item.code): Fraction(item.points, 10_000) / len(cells[item.cadence]) for period, item in own}
    left = 100 - aim - sum(_lost(code, values[period, code]) * worth[period, code] for period, code in values)
    lesser = [(cell, value, Fraction(cost)) for cell in values for value, cost in LESS.get(cell[1], ())]
    chance.shuffle(lesser)
    touched = set(FORCED.get((code, year), ()))
    for cell, value, cost in lesser:
        period, item = cell
        twin = {"B02": "B03", "B03": "B02"}.get(item)  # without a theme day nobody attended it
        if cell in touched or (period, twin) in touched or cost * worth[cell] > left:
            continue
        values[cell] = value
        touched.add(cell)
        left -= cost * worth[cell]
    return values


def _full(chance: Random, item: str, aim: int) -> Any:
    if item in SCORES:
        return max(62, min(99, round(100 - (100 - aim) / 2 + chance.uniform(-3, 3))))
    return FULL[item]


def _lost(item: str, value: Any) -> Fraction:
    """The share that a planned value costs from the start: of scores, and of what is missing."""
    if value is None or (item == "B27" and sum(value[1:]) * 2 < value[0]):
        return Fraction(1)
    return 1 - Fraction(value) / 100 if item in SCORES else Fraction(0)


# --- the plan as facts
MIDNIGHT = datetime(2022, 12, 1, 0, 30)  # noqa: DTZ001
"""The local time of a theme day that is sent as 2022-11-30T16:30:00Z, in November's file: December's all the same."""


def facts() -> Facts:
    found = Facts(units=units())
    unit = {unit.code: unit for unit in found.units}
    given = plan()
    platform = {*COUNTED, *STATES, "B03", "B04"}
    for (org, period, item), value in given.items():
        if item == "B27":
            names = ("发放问卷", "满意", "基本满意", "不满意")
            found.values |= {(period, org, f"B27/{name}"): Fraction(n) for name, n in zip(names, value, strict=True)}
        elif item not in platform and value is not None:
            found.values[period, org, item] = Fraction(value)
    for year in YEARS:
        for org in sorted({org for org, period, _ in given if period.startswith(year)}):
            _branch_events(found, unit[org], year, given)
        for one in found.units:
            _others(found, one, year)
    for place, event in enumerate(found.events):
        if (event.org, event.topic, f"{event.when:%Y-%m}") == (f"{COUNTY}100003", "主题党日", "2022-12"):
            found.events[place] = replace(event, when=MIDNIGHT)
    found.findings = FINDINGS
    found.done = _done(found)
    return found


def at(month: str, day: int, hour: int = 15, minute: int = 0) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), day, hour, minute)  # noqa: DTZ001  local


def _branch_events(found: Facts, unit: Unit, year: str, given: Plan) -> None:
    chance = Random(f"events {unit.code} {year}")
    quarter = f"{year}Q4"

    def meeting(topic: str, month: str, share: Fraction = Fraction(9, 10)) -> None:
        when = at(month, chance.randint(2, 23), chance.choice((9, 15, 19)), chance.choice((0, 30)))
        expected = unit.members or 0
        data = {"attended": -(-expected * share.numerator // share.denominator), "expected": expected}
        found.events.append(Event(unit.code, "meeting", topic, when, data))

    def value(period: str, item: str) -> Any:
        return given.get((unit.code, period, item), 0)

    months = [month for month in MONTHS[year] if (unit.code, month, "B01") in given]
    for month in months:
        if value(month, "B01"):
            meeting("支委会", month)
        if value(month, "B02"):
            meeting("主题党日", month, Fraction(value(month, "B03")))
        due = (unit.members or 0) * 5
        paid = due if value(month, "B04") == 1 else due * 4 // 5
        found.events.append(Event(unit.code, "dues", "", at(month, 26, 10), {"due": due, "paid": paid}))
        roster = {
            "posts_filled": value(month, "B05"),
            "posts_quota": 5,
            "term_expires_on": "2025-06-30" if value(quarter, "B13") else f"{year}-12-15",
            "trained_on": f"{year}-06-20" if value(year, "B22") else f"{int(year) - 1}-11-08",
        }
        found.events.append(Event(unit.code, "roster", "", at(month, 27, 9), roster))
    for topic, item in (("党员大会", "B11"), ("党课", "B12"), ("党小组会", "B14")):
        for place in range(value(quarter, item)):
            meeting(topic, months[place % len(months)])


LAPSES: dict[tuple[str, str, str], Any] = {
    # what others failed to do; None: nothing was sent, 0 of an event: it did not take place
    ("300000", "2022-11", "W01"): 0,
    ("200000", "2022-12", "W02"): 0,
    ("600000", "2022Q4", "W04"): 0,
    ("600000", "2022Q4", "W05"): None,
    ("500000", "2023-10", "W01"): 0,
    ("400000", "2023Q4", "W05"): 0,
    ("300022", "2022-10", "G01"): 0,
    ("300022", "2023-12", "G02"): None,
    ("300031", "2022Q4", "G03"): "0.57",
    ("300031", "2023Q4", "G03"): "0.5",
    ("300121", "2022Q4", "H02"): 0,
    ("300212", "2023-11", "H01"): 0,
    ("LD0003", "2022Q4", "L02"): "0.8",
    ("LD0007", "2022Q4", "L03"): 0,
    ("LD0012", "2023Q4", "L02"): "0.95",
    ("LD0012", "2023Q4", "L04"): None,
    ("SJ0102", "2022-10", "J01"): 0,
    ("SJ0004", "2023Q4", "J04"): 0,
    ("DY0004", "2022Q4", "M03"): 1,
    ("DY0009", "2023Q4", "M03"): 4,
    ("DY0007", "2023Q4", "M04"): 0,
    ("DY0004", "2022", "M07"): 0,
    ("DY0003", "2022", "M06"): (30, 10, 8, 2, 1),  # 21 of 30 voted: too few
}
OTHERS: dict[str, Callable[[Random], Any]] = {
    "G01": lambda _: 1, "G02": lambda chance: chance.randint(8, 14),
    "G03": lambda chance: f"0.{chance.randint(90, 99)}",
    "G05": lambda chance: chance.randint(70, 96), "H01": lambda chance: chance.randint(3, 7), "H02": lambda _: 1,
    "H03": lambda chance: chance.randint(68, 95), "W01": lambda _: 1, "W02": lambda _: 1,
    "W03": lambda chance: chance.randint(75, 96), "W04": lambda _: 1, "W05": lambda _: 1,
    "W09": lambda chance: chance.randint(76, 95), "J01": lambda _: 1, "J02": lambda chance: chance.randint(2, 6),
    "J03": lambda chance: chance.choice(("1", "1", "0.8")), "J04": lambda _: 1,
    "J06": lambda chance: chance.randint(78, 96), "L01": lambda chance: chance.randint(1, 3), "L02": lambda _: 1,
    "L03": lambda _: 1, "L04": lambda chance: chance.randint(1, 2), "L05": lambda chance: chance.randint(75, 96),
    "M01": lambda chance: chance.randint(0, 3), "M02": lambda chance: chance.randint(0, 4),
    "M05": lambda chance: chance.randint(4, 24), "M03": lambda _: 0, "M04": lambda _: 1,
    "M06": lambda chance: (30, votes := chance.randint(12, 22), 28 - votes, 0, 0), "M07": lambda _: 1,
}  # fmt: skip
TOPICS = {"G01": "主题党日", "W01": "月例会", "W02": "中心组学习"}
VOTES = ("发出票数", "优秀", "合格", "基本合格", "不合格")


def _others(found: Facts, unit: Unit, year: str) -> None:
    """Committees, grid branches, building groups and people."""
    chance = Random(f"others {unit.code} {year}")
    periods = {"month": MONTHS[year], "quarter": [f"{year}Q4"], "year": [year]}
    for item in ITEMS:
        if item.domains[0] in SEVEN or unit.domain not in item.domains or item.code in FROM_UNITS:
            continue
        for period in periods[item.cadence]:
            value = LAPSES.get((unit.code.removeprefix(COUNTY), period, item.code), OTHERS[item.code](chance))
            if value is None:
                continue
            if item.code == "M06":
                found.values |= {
                    (period, unit.code, f"M06/{name}"): Fraction(n) for name, n in zip(VOTES, value, strict=True)
                }
            elif item.code in TOPICS:
                expected = unit.members or 11
                for _ in range(value):
                    data = {"attended": expected - chance.randint(0, 2), "expected": expected}
                    when = at(period, chance.randint(2, 24), 14, 30)
                    found.events.append(Event(unit.code, "meeting", TOPICS[item.code], when, data))
            elif item.code == "M02":
                for _ in range(value):
                    topic = chance.choice(("志愿服务", "为民办实事"))
                    found.events.append(Event(unit.code, "practice", topic, at(period, chance.randint(1, 28), 16), {}))
            else:
                found.values[period, unit.code, item.code] = Fraction(value)


def _found(day: str, code: str, item: str, times: int = 1, closed: str = "", *, reviewed: bool = True) -> Finding:
    when = date.fromisoformat(closed) if closed else None
    return Finding(date.fromisoformat(day), COUNTY + code, item, times, reviewed, when)


FINDINGS = [
    _found("2022-10-20", "200002", "F01"),  # due on 11-19, never done: overdue
    _found("2022-11-08", "200002", "F04", 3, "2022-11-20"),  # three times one point, the cap is two
    _found("2022-11-25", "600004", "F02", 1, "2022-12-28"),  # late, but done
    _found("2022-12-06", "300002", "F05", reviewed=False),
    _found("2022-12-20", "400003", "F03"),  # due on 2023-01-04: still open
    _found("2023-10-12", "400012", "F01", 1, "2023-11-02"),
    _found("2023-10-25", "200002", "F03"),  # overdue
    _found("2023-11-14", "100002", "F05", 1, "2023-11-22"),
    _found("2023-12-05", "400012", "F02"),  # due on 2024-01-04: still open
    _found("2023-12-11", "600003", "F04", reviewed=False),
]


def _done(found: Facts) -> list[tuple[date, str, str]]:
    """All of 2022's consequences are seen to in the spring; of 2023's, the plaques of the first three domains."""
    results = naive.scored(found, PERIODS)
    given = naive.stars(results)
    entries = []
    for place, (org, one) in enumerate(given["2022"].items()):
        days = {"hang": 9 + place % 12, "commend": 37, "rectify": 60 + place % 20, "talk": 12 + place % 9}
        entries += [(date(2023, 1, 1) + timedelta(days[code]), org, code) for code in CONSEQUENCES[one.star]]
    for org, one in given["2023"].items():
        if "hang" in CONSEQUENCES[one.star] and results["2023"][org].unit.domain in SEVEN[:3]:
            entries.append((date(2024, 1, 18), org, "hang"))
    return sorted(entries)
