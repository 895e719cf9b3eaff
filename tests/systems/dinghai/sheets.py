"""The sheets on which departments report, and what is wrong with some of them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.systems.dinghai.catalogue import BALLOTS
from tests.systems.dinghai.naive import Facts
from tests.systems.dinghai.story import COMMUNITIES, MONTHS, UNITS, UNSCORED, K

VOTE_HEADINGS = {
    "M01": ("民主测评", "优秀票", "称职票", "基本称职票", "不称职票"),
    "W01": ("群众", "满意票", "基本满意票", "不满意票"),
    "W02": ("第三方", "满意票", "基本满意票", "不满意票"),
    "W03": ("服务对象", "满意票", "基本满意票", "不满意票"),
    "W04": ("第三方", "满意票", "基本满意票", "不满意票"),
}


@dataclass(frozen=True)
class Column:
    """A column of a sheet: what it is headed by, the item (with the option of a ballot), how values are written."""

    heading: str
    item: str
    written: str = "number"
    option: str = ""


@dataclass(frozen=True)
class Sheet:
    """A department's sheet. `who`: how it names units; `status`: whether it has the column 核实状态."""

    title: str
    columns: tuple[Column, ...]
    who: str = "code"
    status: bool = False
    note: str = "注：由本单位扎口统计，经分管领导签字。"


def _ballot(item: str, issued: str = "") -> tuple[Column, ...]:
    prefix, *headings = VOTE_HEADINGS[item]
    options = zip(BALLOTS[item][0], headings, strict=True)
    return (
        Column(issued or f"{prefix}发出票数", item, option="issued"),
        *(Column(prefix + heading, item, option=option) for option, heading in options),
    )


DUTY = Column("主体责任落实", "Z01")
OFFICES = Column("机关党建", "Z09")
SECOND_LEVEL = {
    "纪委": (Column("党风廉政建设", "Z02"),),
    "组织部": (Column("干部队伍和人才", "Z03"), Column("基层组织建设", "Z04")),
    "宣传部": (Column("宣传思想和意识形态", "Z05"), Column("精神文明建设", "Z06")),
    "统战部": (Column("统一战线工作", "Z07"), Column("民族宗教工作", "Z08")),
}
OWN_WORK = {"纪委": (Column("机关效能投诉查实件数", "G02"),), "组织部": _ballot("M01")}
MONTHLY = (
    Column("形象进度", "K01", "percent"),
    Column("投资按计划完成率", "K02", "percent"),
    Column("按时报送", "K03", "yes"),
)
SHEETS_BY_PERIOD: dict[str, dict[str, Sheet]] = {
    "2017": {
        **{
            sender: Sheet(f"2017年度镇街道党建工作评分表（{sender}）", (DUTY, *columns))
            for sender, columns in SECOND_LEVEL.items()
        },
        "财政局": Sheet("2017年度财政总收入目标完成情况", (Column("财政总收入目标完成率", "S01", "percent"),)),
        "发改局": Sheet("2017年度重点项目投资完成情况", (Column("重点项目投资完成率(%)", "S02", "hundredths"),)),
        "民政局": Sheet("2017年度民生实事完成情况", (Column("民生实事完成率", "S03"),)),
        "政法委": Sheet("2017年度平安建设考核得分", (Column("平安建设", "S04"),)),
        "考评办": Sheet("2017年度综合考评得分", (Column("班子综合评价", "S05"), Column("社会满意度", "S06"))),
    },
    **{month: {"重点办": Sheet(f"2018年{int(month[5:])}月重点项目进度表", MONTHLY)} for month in MONTHS},
    "2018H1": {
        "督查室": Sheet(
            "2018年上半年目标任务进度表",
            (Column("目标责任书", "T01", "signed"), Column("年度目标任务进度", "T02", "percent")),
        ),
    },
    "2018": {
        **{
            sender: Sheet(f"2018年度党建工作评分表（{sender}）", (DUTY, *columns, OFFICES, *OWN_WORK.get(sender, ())))
            for sender, columns in SECOND_LEVEL.items()
        },
        "财政局": Sheet(
            "2018年度财政考核情况",
            (Column("财政总收入目标完成率", "E01", "percent"), Column("财务和资产管理", "G03")),
            status=True,
        ),
        "发改局": Sheet(
            "2018年度投资和招商目标完成情况",
            (Column("固定资产投资目标完成率(%)", "E02", "hundredths"), Column("招商引资到位资金目标完成率", "E03")),
            who="short code",
        ),
        "民政局": Sheet("2018年度民生实事验收清单汇总", (Column("办成民生实事项目数", "H02"),)),
        "政法委": Sheet("2018年度平安建设考核得分", (Column("平安建设", "H01"),)),
        "环保局": Sheet("2018年度环境问题交办整改情况", (Column("环境问题未按期整改件数", "H03"),)),
        "信访局": Sheet("2018年度信访积案化解情况", (Column("信访积案未化解件数", "O01"),)),
        "审批局": Sheet("2018年度政务服务事项办结情况", (Column("政务服务按时办结率", "O02", "percent"),)),
        "司法局": Sheet("2018年度依法行政考核得分", (Column("依法行政", "G01"),)),
        "考评办": Sheet(
            "2018年度领导评价和基层评价汇总",
            (
                Column("区领导评价", "L01"),
                Column("突破性工作", "B01"),
                Column("镇街道评价", "F01"),
                *_ballot("W03"),
                *_ballot("W04"),
            ),
        ),
        "统计局": Sheet(
            "2018年度镇街道群众评议和第三方评价票数", (*_ballot("W01", "群众评议发出票数"), *_ballot("W02")), who="csv"
        ),
        "社区办": Sheet(
            "2018年社区竞赛积分表",
            tuple(Column(f"第{quarter}季度积分", f"C0{n}") for n, quarter in enumerate("一二三四", start=1)),
            who="name",
        ),
        "人社局": Sheet(
            "2018年度个人考核汇总（编号）", (Column("个人系数", "P01"), Column("年度考核得分", "P02")), who="key"
        ),
    },
}
"""By period and sender. The half-year's sheet on projects for the people never came: T03 is missing for everyone."""

NOT_LISTED = {("2018", "统战部", UNSCORED)}
STATUS = {("2018", "财政局", UNITS[10]): ("未核实", ""), ("2018", "财政局", UNITS[11]): ("待核", "unknown_status")}
"""What 核实状态 says where it does not say 已核实, and the reason of the rejection."""
BAD_CELLS = {
    ("2018", "宣传部", UNITS[18], "精神文明建设"): ("105", "out_of_range"),
    ("2018", "宣传部", UNITS[20], "机关党建"): ("约90", "malformed"),
    ("2018", "司法局", UNITS[16], "依法行政"): (None, "conflicting_duplicate"),
    ("2018", "人社局", "DY0018", "年度考核得分"): ("108", "out_of_range"),
    ("2018-06", "重点办", COMMUNITIES[4], "按时报送"): ("基本按时", "malformed"),
    ("2018H1", "督查室", UNITS[21], "年度目标任务进度"): ("过半", "malformed"),
}
"""Cells that are refused, and what is written there (None: the value itself)."""
STRANGE_CELLS = {("2018", "组织部", K, "机关党建"): ("80", "not_applicable")}
"""Cells of an item that is not the unit's."""
STRANGE_ROWS = {
    ("2018", "司法局"): [((UNITS[16], "区农机站"), ("61",), "conflicting_duplicate")],
    ("2018", "纪委"): [(("090288000000", "区某中心"), ("80", "80", "80", "0"), "unknown_organization")],
    ("2018", "考评办"): [
        (("090277000000", "区某局"), ("80", "80", "80", *[""] * 8), "unknown_organization"),
    ],
    ("2018", "社区办"): [
        (("海湾社区", ""), ("90", "90", "90", "90"), "ambiguous_name"),
        (("梧桐社区", "北礁镇"), ("88", "88", "88", "88"), "unknown_organization"),
    ],
}


def reported(facts: Facts) -> Facts:
    """The facts that reach the assessment: without what was not sent, not verified or refused."""
    left_out = set()
    for period, sheets in SHEETS_BY_PERIOD.items():
        for sender, sheet in sheets.items():
            for key in facts.values:
                if key[0] == period and (column := _column_of(sheet, key, sender)):
                    place = (period, sender, key[1])
                    if place in NOT_LISTED or place in STATUS or (*place, column.heading) in BAD_CELLS:
                        left_out.add(key)
    values = {key: value for key, value in facts.values.items() if key not in left_out}
    return Facts(facts.organisations, values, facts.votes, facts.events)


def _column_of(sheet: Sheet, key: tuple[str, str, str, str], sender: str) -> Column | None:
    _, _, item, assessor = key
    return next((one for one in sheet.columns if one.item == item and assessor in ("", sender)), None)
