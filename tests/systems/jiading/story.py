"""The invented district: who is in it, what everybody did in three years, and what senders got wrong."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from tests.systems.jiading.catalogue import LISTS, book
from tests.systems.jiading.naive import Facts, Span, alive

F = Fraction
YEARS = (2017, 2018, 2019)
THEMES = {2017: "规范建设年", 2018: "巩固提高年", 2019: "全面提升年"}
Cell = str | int | float | None
Row = Sequence[Cell]

# --- who there is


def code_of(number: int) -> str:
    return f"031014{number:06d}"


def _unit(number: int, name: str, kind: str, parent: int, field: str, **more: Any) -> Span:
    town = {1: "安南镇", 2: "云桥镇", 3: "新河街道"}.get(number // 100_000, "")
    given = {"first": date(2014, 1, 1), "town": town} | more
    return Span(code_of(number), name, kind, code_of(parent) if parent >= 0 else "", field=field, **given)


def _member(number: int, parent: int, **more: Any) -> Span:
    key = f"DY{number:04d}"
    return Span(key, key, "member", code_of(parent), "", "", more.pop("first", date(2014, 1, 1)), **more)


UNITS = [
    _unit(0, "示例区委", "district", -1, ""),
    _unit(100000, "安南镇党委", "committee", 0, "", members=260),
    _unit(200000, "云桥镇党委", "committee", 0, "", members=240),
    _unit(300000, "新河街道党工委", "work_committee", 0, "", members=210),
    _unit(900000, "区级机关党工委", "work_committee", 0, "", members=150),
    _unit(100001, "北桥村党总支", "general_branch", 100000, "农村", members=62, groups=4),
    _unit(100002, "北桥村第一党支部", "branch", 100001, "农村", members=31, groups=2),
    _unit(100003, "北桥村第二党支部", "branch", 100001, "农村", members=31, groups=2),
    _unit(100004, "南浜村党支部", "branch", 100000, "农村", members=28, groups=2, last=date(2018, 6, 30)),
    _unit(100004, "南浜居民区党支部", "branch", 100000, "居民区", members=30, groups=2, first=date(2018, 7, 1)),
    _unit(100005, "东泾村党支部", "branch", 100000, "农村", members=24, groups=2),
    _unit(100006, "石桥居民区党支部", "branch", 100000, "居民区", members=40, groups=3),
    _unit(100007, "安南中学党支部", "branch", 100000, "学校", members=22, groups=2),
    _unit(100008, "安南工业公司党支部", "branch", 100000, "“两新”组织", members=9, groups=0),
    _unit(100009, "塘湾村党支部", "branch", 100000, "农村", members=18, groups=1, last=date(2019, 3, 31)),
    _unit(200001, "云桥居民区党总支", "general_branch", 200000, "居民区", members=58, groups=4),
    _unit(200002, "云桥居民区第一党支部", "branch", 200001, "居民区", members=29, groups=2),
    _unit(200003, "云东村党支部", "branch", 200000, "农村", members=16, groups=0),
    _unit(200004, "云西村党支部", "branch", 200000, "农村", members=27, groups=2),
    _unit(200005, "建业物流公司党支部", "branch", 200000, "“两新”组织", members=7),
    _unit(200006, "云桥小学党支部", "branch", 200000, "学校", members=19, groups=1),
    _unit(200007, "安居居民区党支部", "branch", 200000, "居民区", members=33, groups=3),
    _unit(200008, "汇智科技公司党支部", "branch", 200000, "“两新”组织", members=8, groups=0, first=date(2018, 6, 1)),
    _unit(300001, "新河居民区党总支", "general_branch", 300000, "居民区", members=64, groups=5),
    _unit(300002, "新河居民区第一党支部", "branch", 300001, "居民区", members=30, groups=2),
    _unit(300003, "安居居民区党支部", "branch", 300000, "居民区", members=26, groups=2),
    _unit(300004, "桃园居民区党支部", "branch", 300000, "居民区", members=35, groups=3),
    _unit(300005, "恒通公司党支部", "branch", 300000, "“两新”组织", members=6, groups=0),
    _unit(300006, "新河卫生中心党支部", "branch", 300000, "机关事业单位", members=21, groups=1),
    _unit(300007, "梅园居民区党支部", "branch", 300000, "居民区", members=15, groups=1, first=date(2018, 12, 10)),
    _unit(900001, "区档案局党支部", "branch", 900000, "机关事业单位", members=17, groups=1),
    _unit(900002, "区图书馆党支部", "branch", 900000, "机关事业单位", members=14, groups=1),
    _unit(900003, "区水务局党总支", "general_branch", 900000, "机关事业单位", members=44, groups=3),
    _unit(900004, "区水务局机关党支部", "branch", 900003, "机关事业单位", members=20, groups=1),
    _unit(900005, "区粮油公司党支部", "branch", 900000, "国企", members=25, groups=2),
    _unit(900006, "区公交公司党支部", "branch", 900000, "国企", members=38, groups=3),
]
MEMBERS = [
    *(_member(number, 100002) for number in (1, 2, 3)),
    _member(4, 100009, last=date(2019, 3, 31)),
    _member(4, 100002, first=date(2019, 4, 1)),
    *(_member(number, 200003) for number in (5, 6, 7, 8)),
    *(_member(number, 300004) for number in (9, 10, 11)),
    _member(12, 300004, last=date(2018, 12, 31)),
    *(_member(number, 900001) for number in (13, 14, 15)),
    _member(16, 900001, first=date(2018, 7, 1)),
]

# --- what they did: everything in full, but for what departs from it

FULL: dict[str, Sequence[Any]] = {
    "T01": (12, 12, 13), "T02": (4, 5), "T03": (1,), "T04": (F(92, 100), F(95, 100)), "T27": (F(91, 100), F(94, 100)),
    "T07": (1,), "T08": (2, 3), "T09": (4, 5), "T10": (12, 13), "T11": (12,), "T12": (12,), "T13": (1,), "T16": (100,),
    "T18": (1,), "T19": (F(92, 100), F(95, 100)), "T20": (8, 9), "T21": (0,), "T22": (F(91, 100), F(93, 100)),
    "T23": (100, 120), "T24": (F(96, 100), F(98, 100)), "T25": (1,), "T26": (1,), "Q01": (88, 92, 95),
}  # fmt: skip
WEAK: dict[str, Sequence[Any]] = {
    "T01": (9, 10, 11), "T02": (1, 2), "T04": (F(8, 10), F(85, 100)), "T27": (F(72, 100), F(81, 100)),
    "T07": (F(5, 10), F(67, 100)), "T08": (1,), "T09": (2, 3), "T10": (9, 10, 11), "T11": (8, 10),
    "T18": (F(9, 10), F(85, 100)), "T19": (F(6, 10), F(7, 10)), "T20": (5, 6), "T21": (1,),
    "T22": (F(8, 10), F(85, 100)), "T23": (50, 60), "T24": (F(88, 100), F(9, 10)), "T26": (F(8, 10), F(9, 10)),
}  # fmt: skip
POOR: dict[str, Sequence[Any]] = {
    "T01": (3, 4), "T02": (0,), "T03": (0,), "T04": (F(4, 10), None), "T27": (F(3, 10), None), "T07": (0,),
    "T08": (0,), "T09": (1, None), "T10": (4, 5), "T11": (2,), "T12": (9, 10, 11), "T13": (0,), "T18": (F(5, 10),),
    "T19": (F(3, 10),), "T20": (2,), "T21": (2, 3), "T22": (F(6, 10),), "T23": (10, 25), "T24": (F(5, 10),),
    "T25": (0,), "T26": (F(5, 10),),
}  # fmt: skip
LEVELS = {"A": (2, 0, (94, 99)), "B": (5, 2, (84, 92)), "C": (7, 6, (68, 82)), "D": (6, 11, (45, 58))}
"""How many items a branch of a level is weak in, how many poor in, and its score at the secretary's review."""
PLANS = {
    100001: "ABA", 100004: "BBB", 100006: "BAA", 100007: "CBB", 100008: "CCB", 100009: "CC-", 200001: "BBA",
    200002: "CBB", 200004: "BCC", 200005: "DCC", 200006: "BBA", 200007: "CBC", 200008: "-CB", 300001: "AAA",
    300002: "BCB", 300003: "CCB", 300005: "CCD", 300006: "AAB", 300007: "--C", 900001: "AA-", 900002: "BB-",
    900003: "ABA", 900004: "BAA", 900006: "CCB",
}  # fmt: skip
"""Level by year; the years of the others, and those with “-”, are told one by one below."""
TOLD: dict[tuple[int, int], dict[str, Any]] = {
    (100002, 2017): {"T13": 0, "T24": F(475, 1000), "T16": 80, "Q01": 45},
    (100002, 2018): {"T13": 0, "T25": 0, "T24": F(475, 1000), "T16": F(999, 10), "Q01": 90},
    (100002, 2019): {"T24": F(9, 10), "T16": 92},
    (100003, 2017): {"T13": 0, "T25": 0, "expired": True, "T24": F(475, 1000), "T16": 40},
    (100003, 2018): {"T13": 0, "T01": 9, "T23": 50, "T16": 83},
    (100003, 2019): {"T12": 11, "T23": 60, "T16": 81, "T20": 6},
    (100005, 2017): {
        "T13": 0, "T25": 0, "expired": True, "mentors": 1, "untrained": True, "T03": 0, "T12": 10, "T16": 0,
        "T24": F(475, 1000), "T26": F(1, 2), "Q01": 82,
    },
    (100005, 2018): {
        "T13": 0, "T25": 0, "expired": True, "mentors": 1, "untrained": True, "T03": 0, "T12": 10, "T16": 0,
        "T24": F(475, 1000), "T26": F(1, 2), "T07": F(1, 2), "T22": F(8991, 10000), "Q01": 96,
    },
    (100005, 2019): {"T13": 0, "T07": F(1, 2), "T12": 11, "T16": 72, "T01": 9, "T22": F(8, 10), "mentors": 1, "T02": 0,
                     "T09": 1, "T10": 6},
    (200003, 2017): {"T02": 2, "T10": 11, "T16": 82, "T22": F(87, 100)},
    (200003, 2018): {"T02": 2, "T10": 11, "paid": 960, "T16": F(885, 10), "T21": 1, "T22": F(87, 100), "T23": 60,
                     "Q01": 93},
    (200003, 2019): {"T02": 2, "T16": 85, "T23": 60, "T20": 7},
    (300004, 2017): {"T02": 1, "T16": 76, "T12": 11, "T08": 1, "T26": F(9, 10), "T24": F(9, 10), "T19": F(7, 10)},
    (300004, 2018): {"T12": 11, "T16": 80, "T13": 0, "T08": 1, "T22": F(8, 10)},
    (300004, 2019): {"T13": 0, "T25": 0, "T16": 71, "T12": 10, "T23": 25, "T22": F(8, 10), "T02": 1, "T07": F(1, 2)},
    (900001, 2019): {"T13": 0, "T16": 90},
    (900002, 2019): {"T13": 0, "T16": 90},
    (900005, 2017): {
        "T13": 0, "T25": 0, "expired": True, "mentors": 0, "untrained": True, "T03": 0, "T12": 8, "T16": 30, "T01": 6,
        "T24": F(475, 1000), "T26": F(1, 2), "T07": 0, "T22": F(72, 100), "Q01": 98,
    },
    (900005, 2018): {"T13": 0, "T12": 11, "T16": 70, "T01": 9, "T07": F(1, 2), "T23": 25, "T22": F(8, 10),
                     "T24": F(9, 10), "T02": 1, "T19": F(6, 10)},
    (900005, 2019): {"T12": 11, "T16": 84, "T01": 10, "T22": F(85, 100)},
}  # fmt: skip
TRAINED = {
    100004: {2017: date(2015, 1, 1), 2018: date(2015, 1, 1), 2019: date(2019, 5, 20)},
    100006: {2017: date(2014, 12, 31), 2018: date(2018, 5, 16), 2019: date(2018, 5, 16)},
    900004: {2017: date(2016, 9, 8), 2018: date(2016, 9, 8), 2019: date(2016, 9, 8)},
}
"""The secretary's last training as known in a year: on the edges of the 36 months. The others were trained in 2017."""
NEVER_TRAINED = {(200005, 2017), (200005, 2018), (300003, 2017)}
"""Secretaries without any date of training: missing, not unmet."""
NO_ROSTER = {(300005, 2018)}
WITHOUT_TRAINEES = {100008, 200005, 300005, 900001, 900002, 900004}
COMMITTEES = """\
unit   year W01 W02 W03 W04 W07 W10 W11 W12 W13 W14 Q02 mentors trainees
100000 2017   4  12   0 0.95   1   3   2  12   1   1  90       9       10
100000 2018   5  12   0 0.96   0   1   0  12   0   1  91      11       11
100000 2019   6  13   0 0.97   0   0   0  14   0   1  94      12       12
200000 2017   3  12   1 0.949   3   5   5   9   4 0.9  55       6        8
200000 2018   4  11   0 0.95   1   2   1  10   1   1  78       8        8
200000 2019   4  12   1 0.96   0   1   0   9   0   1  85       9        8
300000 2017   4  12   0 0.93   0   0   1  11   2   1  86       7        7
300000 2018   4  12   2 0.95   0   1   0  10   1   1  84       7        8
300000 2019   4  12   0 0.97   0   2   0  11   1 0.95  83       8        8
900000 2017   5  12   0   1   0   0   0  10   0   1  93       0        0
900000 2018   5  12   0   1   0   0   0  12   0   1  95       4        4
900000 2019   5  12   0   1   1   1   0  12   0   1  92       4        4
"""
"""Committees one by one."""
MEMBER_VALUES: dict[str, Sequence[Any]] = {
    "R01": (F(95, 100), F(9, 10), F(8, 10), F(1)), "R02": (0, 1, 2, 2), "R11": (6500, 5000, 7000),
    "R03": (12, 12, 12, 11), "R04": (1, 1, 1, 0), "R05": (3, 3, 4, 2), "R06": (1, 1, F(9, 10)),
    "R08": (20, 24, 15, 30), "R09": (5, 6, 3), "R10": (1, 1, 1, 0),
}  # fmt: skip
REGISTER: list[tuple[int, date | str, int, str, str, int, str, str]] = [
    (2017, date(2017, 11, 3), 900001, "V02", "反映委员违规接受宴请，正在核实", 1, "待审核", ""),
    (2018, date(2018, 7, 10), 900005, "Z01", "由区水务局党总支结对", 1, "已审核", ""),
    (2018, date(2018, 9, 12), 200003, "V02", "支部委员一人受党内严重警告处分，\n见处分决定", 1, "已审核", ""),
    (2018, date(2018, 9, 30), 100007, "V01", "网帖经查与本支部党员无关", 1, "驳回", ""),
    (2018, date(2018, 10, 20), 900005, "Z02", "整改通知书第1号，逾期23天发出", 1, "已审核", ""),
    (2018, date(2018, 11, 2), 100008, "V09", "事项编号填错", 1, "已审核", "unknown_indicator"),
    (2018, "2018-13-05", 300003, "V01", "日期填错", 1, "已审核", "malformed"),
    (2019, date(2019, 4, 18), 300004, "V01", "党员一人在群聊中发表抹黑党的言论，属实", 1, "已审核", ""),
    (2019, date(2019, 7, 2), 200003, "Z01", "由云桥居民区党总支结对", 1, "已审核", ""),
    (2019, date(2019, 7, 15), 100005, "Z01", "由镇党委副书记联系", 1, "已审核", ""),
    (2019, date(2019, 8, 30), 200003, "Z02", "整改通知书第2号", 1, "已审核", ""),
    (2019, date(2019, 9, 5), 100005, "Z02", "整改通知书第3号，待签发", 1, "待审核", ""),
    (2019, date(2019, 9, 20), 100005, "Z03", "研判结果：调整书记，新书记10月到任", 1, "已审核", ""),
    (2019, date(2019, 10, 8), 100099, "V02", "代码填错", 1, "已审核", "unknown_organization"),
    (2019, date(2019, 10, 9), 200002, "V02", "件数填错", -1, "已审核", "out_of_range"),
]
"""Year of the workbook, day, unit, entry, what is said, how many, status, and the reason why it is rejected."""

# --- what senders got wrong

BAD_CELLS: dict[tuple[int, str, str, str], tuple[Cell, str]] = {
    (2018, "组织部", code_of(200004), "T16"): (105, "out_of_range"),
    (2018, "财政局", code_of(900006), "T26"): ("1,050%", "out_of_range"),
    (2018, "各党支部", "DY0007", "R01"): ("980%", "out_of_range"),
    (2019, "信访办", code_of(300003), "T24"): ("约90%", "malformed"),
    (2019, "纪委", code_of(100006), "T21"): ("无", "malformed"),
}
"""Cells that are rejected, so that the value is missing."""
BAD_STATUS = {(2018, code_of(200006)): ("未核实", ""), (2019, code_of(300006)): ("待核", "unknown_status")}
"""Rows of the propaganda department that do not count; only the unknown word is rejected."""
BAD_NAMES = {
    (2018, code_of(300003)): ("", "ambiguous_name"),
    (2019, code_of(100008)): ("云桥镇", "unknown_organization"),
}
"""Towns as the statistics bureau wrote them."""
MISSING_SHEETS = {(2017, "文明办")}
TWICE = {(2018, code_of(200005)): (6, 7), (2019, code_of(900004)): (9, 9)}
"""Hours of service in two rows: different ones, neither of which counts, and equal ones, which are one."""
Said = tuple[str, int, str, str, str, str]
"""Value, day of January, review, re-check, value of the re-check, reason of the rejection."""
SAID: dict[tuple[int, int, str], tuple[list[Said], Any]] = {
    (2017, 100004, "T10"): ([("14", 4, "退回", "", "", ""), ("11", 9, "通过", "", "", "")], 11),
    (2017, 200006, "T01"): ([("12", 5, "通过", "", "", "conflicting_duplicate"),
                             ("10", 5, "通过", "", "", "conflicting_duplicate")], None),
    (2018, 200003, "T10"): ([("12", 6, "通过", "不通过", "11", "")], 11),
    (2018, 200007, "T25"): ([("是", 6, "通过", "不通过", "", "")], None),
    (2018, 300004, "T23"): ([("约60户", 7, "通过", "", "", "malformed")], None),
    (2019, 100006, "T02"): ([("4", 5, "通过", "", "", ""), ("四次", 8, "通过", "", "", "malformed")], 4),
    (2019, 100007, "T12"): ([("12", 5, "待审核", "", "", "")], None),
    (2019, 200001, "T18"): ([("180%", 5, "通过", "", "", "out_of_range")], None),
    (2019, 900003, "T09"): ([("4", 6, "已阅", "", "", "unknown_status")], None),
}  # fmt: skip
"""Declarations told one by one, and what counts of them."""
STRAY_SAID = [
    (2017, 100098, "T01", "12", "unknown_organization"),
    (2017, 100006, "T99", "是", "unknown_indicator"),
    (2018, 200000, "T13", "是", "not_applicable"),
    (2018, 300007, "T01", "1", ""),
    (2019, 100009, "T01", "3", "inactive_organization"),
]
"""Declarations that change nothing: rejected, or of a branch that is not assessed in the year."""


def facts() -> Facts:
    """What is so, once all that senders got wrong has been set aside."""
    made = Facts([*UNITS, *MEMBERS])
    _do(made, random.Random("jiading"))
    made.values["DY0010", 2017] = dict(made.values["DY0009", 2017])  # equals
    _send(made)
    for _, day, number, entry, _, _, status, reason in REGISTER:
        if status == "已审核" and not reason:
            assert isinstance(day, date)
            (made.vetoes if entry.startswith("V") else made.done).append((code_of(number), entry, day))
    return made


def _do(made: Facts, chance: random.Random) -> None:
    """What everybody did in every year."""
    committees = [line.split() for line in COMMITTEES.split("\n")[1:-1]]
    for year in YEARS:
        for span in alive(made, date(year, 12, 31)).values():
            key, kind = (span.code, year), LISTS.get(span.kind)
            if kind == "branch":
                _branch(made, key, span, chance)
            elif kind == "member":
                asked = [item for item, entry in book(year).items() if entry[0] == "member" and item != "R07"]
                made.values[key] = {item: F(chance.choice(MEMBER_VALUES[item])) for item in asked}
                made.values[key]["R07"] = F(key == ("DY0006", 2018))
    for unit, year_text, *cells in committees:
        key = code_of(int(unit)), int(year_text)
        told = dict(zip(COMMITTEES.split("\n", 1)[0].split()[2:], map(F, cells), strict=True))
        made.rosters[key] = {name: int(told.pop(name)) for name in ("mentors", "trainees")}
        made.values[key] = told


def _send(made: Facts) -> None:
    """Takes back what was sent so that it does not count."""
    gone = [(year, code, item) for year, _, code, item in BAD_CELLS]
    gone += [(year, code, "T03") for year, code in BAD_STATUS]
    gone += [(year, code, "T22") for year, code in BAD_NAMES]
    gone += [(year, code, "T20") for year, code in TWICE]
    gone += [(year, code_of(number), item) for year, number, item in SAID]
    for year, sender in MISSING_SHEETS:
        gone += [(year, code, item) for code, when in made.values if when == year for item in _items(sender, year)]
    for year, code, item in gone:
        made.values[code, year].pop(item, None)
    for (year, code), hours in TWICE.items():
        if len(set(hours)) == 1:
            made.values[code, year]["T20"] = F(hours[0])
    for (year, number, item), (_, value) in SAID.items():
        if value is not None:
            made.values[code_of(number), year][item] = F(value)


def _items(sender: str, year: int) -> list[str]:
    return list(dict(SENDERS)[sender](year).values())


def _branch(made: Facts, key: tuple[str, int], span: Span, chance: random.Random) -> None:
    number, year = int(span.code[6:]), key[1]
    plan = PLANS.get(number, "---")[year - 2017]
    told = TOLD.get((number, year), {})
    values: dict[str, Any] = {}
    for item, full in FULL.items():
        values[item] = chance.choice(full)
    weak, poor, scores = LEVELS.get(plan, (0, 0, (0, 0)))
    for item in chance.sample(sorted(POOR), poor):
        values[item] = chance.choice(POOR[item])
    for item in chance.sample(sorted(WEAK), weak):
        values[item] = chance.choice(WEAK[item])
    if plan != "-":
        values["T16"] = chance.randint(*scores)
    values |= {item: value for item, value in told.items() if item in FULL}
    in_force = book(year)
    made.values[key] = {
        item: F(value)
        for item, value in values.items()
        if value is not None and item in in_force and not (item == "T11" and not span.groups)
    }
    due = 40 * (span.members or 10)
    is_poor = plan in ("C", "D") and chance.random() < 0.5
    made.dues[key] = (1000, told["paid"]) if "paid" in told else (due, due - 40 * is_poor)
    if (number, year) not in NO_ROSTER:
        made.rosters[key] = _roster(number, year, told, is_poor, plan)


def _roster(number: int, year: int, told: dict[str, Any], is_poor: bool, plan: str) -> dict[str, Any]:
    trainees = 0 if number in WITHOUT_TRAINEES else 2
    roster: dict[str, Any] = {
        "posts_filled": 4 if is_poor else 5,
        "posts_quota": 5,
        "term_expires_on": date(year, 6, 30) if told.get("expired") or plan == "D" else date(2020, 6, 30),
        "trainees": trainees,
        "mentors": told.get("mentors", trainees),
    }
    if (number, year) not in NEVER_TRAINED:
        since = TRAINED.get(number, {}).get(year, date(2017, 4, 18))
        roster["secretary_trained_on"] = date(2013, 10, 15) if told.get("untrained") else since
    return roster


def _of_organisation_department(year: int) -> dict[str, str]:
    first = {"远程教育收看率（%）": "T04"} if year < 2019 else {"“学习强国”参与率（%）": "T27"}
    return first | {
        "发展党员计划完成率": "T07", "述职评议得分": "T16", "在职党员双报到率": "T19", "专题研究党建次数": "W01",
        "“两新”组织覆盖率": "W04", "党费管理问题": "W07", "失联党员人数": "W11", "领导干部走访支部次数": "W12",
        "上年问题整改完成率": "W14", "区委评价": "Q02",
    }  # fmt: skip


def _of_branches(year: int) -> dict[str, str]:
    second = {"学习心得篇数": "R02"} if year < 2019 else {"“学习强国”学习积分": "R11"}
    return {"集中学习出勤率": "R01"} | second | {
        "按月交纳党费月数": "R03", "参加组织生活会": "R04", "民主评议等次": "R05", "岗位承诺完成率": "R06",
        "志愿服务时长": "R08", "联系群众户数": "R09", "参加党内选举表决": "R10",
    }  # fmt: skip


SENDERS = [
    ("组织部", _of_organisation_department),
    ("宣传部", lambda _: {"意识形态责任制落实": "T03", "中心组学习次数": "W02", "意识形态问题通报次数": "W03"}),
    ("纪委", lambda _: {"党员违纪违法件数": "T21", "所属党员违纪违法件数": "W10", "本人违纪次数": "R07"}),
    ("文明办", lambda _: {"人均志愿服务时长": "T20"}),
    ("统计局", lambda _: {"群众满意率": "T22"}),
    ("信访办", lambda _: {"群众诉求办结率": "T24", "信访积案件数": "W13"}),
    ("财政局", lambda _: {"党建经费到位率": "T26"}),
    ("基层党委", lambda _: {"上级党组织评价": "Q01"}),
    ("各党支部", _of_branches),
]
"""Who sends which items under which heading."""
