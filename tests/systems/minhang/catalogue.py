"""The Minhang system as its documents state it: standards, warnings, stars. Nothing here is read from the rule book.

Points are whole ten-thousandths.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

BRANCHES = ("rural", "community", "agency", "school", "hospital", "soe", "private", "social")
DOMAINS = (*BRANCHES, "general_branch", "committee", "district")  # units below are scored before those above
ASPECTS = ("org_setup", "team", "system", "activities", "members", "premises", "funding", "performance")
DIMENSIONS = (*ASPECTS, "branch_results")
THEMES = ("理论学习", "调查研究", "党性实践", "民主议事", "志愿服务")
MANDATORY_ASPECTS = ("org_setup", "team", "system", "members")


class Item(NamedTuple):
    code: str
    name: str
    domains: tuple[str, ...]
    dimension: str
    cadence: str
    points: int
    rule: tuple[Any, ...]
    mandatory: bool = False


class Negative(NamedTuple):
    code: str
    name: str
    dimension: str
    each: int
    cap: int
    rectify_days: int


YES_NO = ("yes_no",)
SCORED, SCORED_80 = ("scored", 100, Fraction(6, 10)), ("scored", 100, Fraction(8, 10))
TIERS = ("tiers", ((1, Fraction(6, 10)), (2, Fraction(8, 10)), (3, Fraction(1))), Fraction(6, 10))
EACH = ("per_unit", 35_000)
ALL = ("proportional", Fraction(1))


def _most(text: str) -> tuple[Any, ...]:
    return ("proportional", Fraction(text))


OWN_STANDARDS = {
    "rural": ("R", (
        ("村民小组党小组覆盖率", ALL), ("村党组织书记坐班值班", YES_NO), ("“四议两公开”执行情况", SCORED_80),
        ("党员联系走访农户率", _most("0.9")), ("外出流动党员纳管率", _most("0.95")), ("村党群服务点建设格次", TIERS),
        ("村级党建经费到位率", ALL), ("村集体经济增收项目", EACH))),
    "community": ("U", (
        ("楼组党小组覆盖率", ALL), ("社区“两委”交叉任职率", _most("0.5")), ("社区党建联席会议制度", YES_NO),
        ("在职党员“双报到”参与率", _most("0.8")), ("党员档案规范管理", SCORED),
        ("党群服务站每周开放时长", ("at_least", 40)), ("服务群众专项经费使用率", _most("0.9")),
        ("居民满意度", SCORED))),
    "agency": ("A", (
        ("党支部按规定设置和调整", YES_NO), ("部门主要负责人担任书记", YES_NO), ("“三会一课”台账规范", SCORED_80),
        ("在职党员进社区参与率", _most("0.8")), ("党员积分管理执行率", ALL), ("党员活动室建设", YES_NO),
        ("党建经费列入部门预算", YES_NO), ("服务对象有效投诉", ("inverse", 20_000)))),
    "school": ("E", (
        ("教研组党小组覆盖率", ALL), ("书记校长“双向进入”", YES_NO), ("党组织参与重大决策制度", SCORED_80),
        ("师德师风主题活动", EACH), ("骨干教师发展党员计划完成率", ALL), ("校园党建阵地格次", TIERS),
        ("党建经费列入学校预算", YES_NO), ("家长满意度", SCORED))),
    "hospital": ("H", (
        ("临床科室党小组覆盖率", ALL), ("“双带头人”支部书记", YES_NO), ("支部参与科室议事规则", SCORED_80),
        ("党员义诊活动", EACH), ("高知群体发展党员计划完成率", ALL), ("党员先锋岗挂牌率", ALL),
        ("医院党建经费到位率", ALL), ("查实医疗服务投诉", ("inverse", 10_000)))),
    "soe": ("Q", (
        ("党建工作写入公司章程", YES_NO), ("书记董事长“一肩挑”", YES_NO), ("“三重一大”前置研究率", ALL),
        ("党员攻坚项目", EACH), ("党员责任区覆盖率", ALL), ("党员之家建设格次", TIERS),
        ("党组织工作经费提取到位率", ALL), ("年度经营目标完成率", ALL))),
    "private": ("P", (
        ("工会等群团组织同步组建", YES_NO), ("书记进入企业管理层", YES_NO), ("党组织与管理层沟通会商", ("at_least", 2)),
        ("党员“亮身份”参与率", _most("0.8")), ("企业流动党员纳管率", _most("0.95")), ("党组织活动场所", YES_NO),
        ("返还党费使用率", _most("0.9")), ("党员合理化建议项目", EACH))),
    "social": ("C", (
        ("党建工作写入社会组织章程", YES_NO), ("书记与负责人交叉任职", YES_NO), ("重大事项听取党组织意见", SCORED_80),
        ("公益服务项目", EACH), ("党员组织关系接转完成率", ALL), ("共享党建阵地", YES_NO),
        ("兼职党务工作者补贴落实", YES_NO), ("社会组织年检合格", YES_NO))),
}  # fmt: skip
COMMON = [
    Item("M01", "515主题党日", BRANCHES, "activities", "month", 100_000, ("at_least", 1)),
    Item("M02", "主题党日参与率", BRANCHES, "activities", "month", 50_000, _most("0.9")),
    Item("M03", "支部委员会会议", BRANCHES, "system", "month", 50_000, ("at_least", 1)),
    Item("M04", "党小组会", BRANCHES, "system", "month", 40_000, ("at_least", 1)),
    Item("M05", "支部党员大会和党课", BRANCHES, "system", "month", 40_000, ("at_least", 1)),
    Item("M06", "党费收缴率", BRANCHES, "members", "month", 50_000, ALL),
    Item("M07", "班子配备率", BRANCHES, "team", "month", 40_000, ALL),
    Item("M08", "按期换届", BRANCHES, "org_setup", "month", 30_000, YES_NO),
    Item("S01", "书记每年参加培训", BRANCHES, "team", "year", 40_000, YES_NO, mandatory=True),
]
OWN = [
    Item(f"{letter}0{n + 1}", name, (domain,), ASPECTS[n], "year", 70_000, rule, ASPECTS[n] in MANDATORY_ASPECTS)
    for domain, (letter, standards) in OWN_STANDARDS.items()
    for n, (name, rule) in enumerate(standards)
]
GENERAL, COMMITTEE, DISTRICT = ("general_branch",), ("committee",), ("district",)
UPPER = [
    Item("G01", "所属支部515主题党日开展面", GENERAL, "branch_results", "month", 150_000, ALL),
    Item("G02", "所属支部月度得分率", GENERAL, "branch_results", "month", 250_000, ALL),
    Item("G03", "所属支部年度得分率", GENERAL, "branch_results", "year", 300_000, ALL),
    Item("G04", "总支委员会会议", GENERAL, "team", "year", 150_000, ("at_least", 4)),
    Item("G05", "对所属支部工作指导", GENERAL, "system", "year", 150_000, SCORED),
    Item("K01", "所属支部515主题党日开展面", COMMITTEE, "branch_results", "month", 100_000, ALL),
    Item("K02", "所属支部月度得分率（按党员数）", COMMITTEE, "branch_results", "month", 200_000, ALL),
    Item("K03", "党委理论学习中心组学习", COMMITTEE, "activities", "month", 100_000, ("at_least", 1)),
    Item("K04", "所属支部年度得分率（按党员数）", COMMITTEE, "branch_results", "year", 300_000, ALL),
    Item("K05", "书记抓基层党建述职评议", COMMITTEE, "team", "year", 150_000, SCORED),
    Item("K06", "检查问题整改完成率", COMMITTEE, "system", "year", 150_000, ALL),
    Item("D01", "所属党委月度得分率", DISTRICT, "branch_results", "month", 200_000, ALL),
    Item("D02", "全区支部515主题党日开展面", DISTRICT, "branch_results", "month", 100_000, ALL),
    Item("D03", "区委专题研究基层党建", DISTRICT, "system", "month", 100_000, ("at_least", 1)),
    Item("D04", "所属党委年度得分率", DISTRICT, "branch_results", "year", 300_000, ALL),
    Item("D05", "书记培训覆盖面", DISTRICT, "branch_results", "year", 150_000, ALL),
    Item("D06", "党建专项经费预算执行率", DISTRICT, "funding", "year", 150_000, _most("0.95")),
]
ITEMS = [*COMMON, *OWN, *UPPER]
NEGATIVES = [
    Negative("X01", "主题党日走过场", "activities", 10_000, 20_000, 15),
    Negative("X02", "“三会一课”记录不实", "system", 20_000, 40_000, 15),
    Negative("X03", "党费收缴公示不及时", "members", 5_000, 10_000, 10),
    Negative("X04", "党员活动室挪作他用", "premises", 10_000, 20_000, 30),
    Negative("X05", "党务公开不及时", "system", 5_000, 10_000, 15),
    Negative("X06", "党建经费使用不规范", "funding", 10_000, 20_000, 30),
]
NEGATIVE = {entry.code: entry for entry in NEGATIVES}
RELATIVES = {  # domains read, an item for the share that met it, weighted by members
    "G01": (BRANCHES, "M01", False), "G02": (BRANCHES, "", False), "G03": (BRANCHES, "", False),
    "K01": (BRANCHES, "M01", False), "K02": (BRANCHES, "", True), "K04": (BRANCHES, "", True),
    "D01": (COMMITTEE, "", False), "D02": (BRANCHES, "M01", False), "D04": (COMMITTEE, "", False),
    "D05": (BRANCHES, "S01", False),
}  # fmt: skip
STARS = (("five", 900_000), ("four", 800_000), ("three", 700_000), ("two", 600_000), ("one", 0))
FIVE_AT_MOST_PERCENT = 30
CONSEQUENCES = {("star", "five"): "Z01", ("star", "one"): "Z02", ("met", "not_met"): "Z03"}
DUE_DAYS = {"Z01": 60, "Z02": 30, "Z03": 90}
ORDER_DEPARTMENT = "组织部"
COLOURS = {"term_due": "blue", "dues_arrears": "blue", "meetings_lapsed": "blue", "theme_day_missed": "yellow",
           "posts_vacant": "yellow", "meetings_lapsed_2_months": "yellow", "rectification_overdue": "red",
           "theme_day_missed_3_months": "red"}  # fmt: skip
RUNS = {"meetings_lapsed": ("meetings_lapsed_2_months", 2), "theme_day_missed": ("theme_day_missed_3_months", 3)}
BY_BODY = ("rectification_overdue", "theme_day_missed_3_months")
BY_GENERAL_BRANCH = ("dues_arrears", "meetings_lapsed")
