"""What a rule book says of periods, grades, work that follows, factors, warnings, figures: a sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemas.conditions import Condition
from schemas.outcomes import ByBody, Consequence, Itself, MostPointsLost, NearestKind, Responsible, RollUp, Scale, Share
from schemas.periods import CADENCE_TITLES
from schemas.rulebook import CadenceRule, ControlTotal, NegativeItem, RuleBook
from schemas.watch_list import WatchList
from transforms import wording
from transforms.rule_texts import scale_text

_FIGURES = {
    "organizations": "组织数",
    "assessed": "参加考核的组织数",
    "members": "名册上的党员人数",
    "points": "总得分",
    "value": "“{}”的实际值",
    "met": "“{}”达标的组织数",
    "findings": "检查发现的次数",
    "warnings": "预警条数",
}
_EQUALS = {"members": "名册上的党员人数之和", "organizations": "名册上的组织数"}


def cadence_rule(rule: CadenceRule, rulebook: RuleBook) -> str:
    """What a period of the cadence is made of, and by when it is to be published."""
    parts = [f"{CADENCE_TITLES[part]}平均分" for part in rule.parts]
    own = [f"本期指标{wording.points(rule.full_points)}分"] if rule.full_points else []
    other = [
        domain.name + (f"{wording.points(full_points)}分" if full_points else "没有")
        for domain in rulebook.domains
        if (full_points := domain.full_points.get(rule.cadence)) is not None
    ]
    made = "，加".join([*own, *parts]) + (f"（其中{'，'.join(other)}）" if other else "")
    summed = "，其中扣分累计" if rule.parts and rule.deductions == "sum" else ""
    before = "，次年{}月{}日前公布".format(*rule.publish_before) if rule.publish_before else ""
    return made + summed + before


def negative_rule(item: NegativeItem) -> str:
    """How an entry of the negative list deducts, and by when a finding is to be put right."""
    mended = f"，{item.rectify_days}日内整改" if item.rectify_days is not None else ""
    return wording.deduction_text(item) + mended


def scale_rule(scale: Scale, rulebook: RuleBook) -> str:
    """What each grade asks for, and how grades move."""
    told = [scale_text(scale)]
    if scale.by_unit:
        told += _quotas_by_unit(scale, rulebook)
    if scale.movement == "one_step":
        told.append("逐级晋升，每期至多升一级")
    if scale.by_unit or any(grade.at_most_percent is not None for grade in scale.grades):
        told.append(f"并列跨名额线的{'一并计入' if scale.ties == 'include' else '都不计入'}")
    return "；".join(told)


def consequence_rule(entry: Consequence, rulebook: RuleBook) -> str:
    """Which grades lead to it, within how many days, and who sees to it."""
    grades = {
        scale.name: "".join(f"“{grade.name}”" for grade in scale.grades if entry.code in grade.consequences)
        for scale in rulebook.scales
    }
    after = [scale + named for scale, named in grades.items() if named]
    return f"{'、'.join(after)}，期末后{entry.due_days}日内，责任主体：{responsible_text(entry.responsible, rulebook)}"


def share_rule(entry: Share, rulebook: RuleBook) -> str:
    """What a person's factor is made of."""
    unit = next(one.name for one in rulebook.coefficients if one.code == entry.coefficient)
    personal = next(item.name for item in rulebook.items if item.code == entry.personal)
    return f"所在单位的{unit} × 本人的{personal}；内部数据，不公开发布"


def condition_rule(entry: Condition, rulebook: RuleBook) -> str:
    """The colour, who sees to it and within how many days; one without a colour only counts how often it held."""
    if not entry.colour:
        return "只作连续计数，不单独预警"
    due = f"，期末后{entry.due_days}日内消除" if entry.due_days is not None else ""
    return f"{wording.COLOUR_NAMES[entry.colour]}色{due}，责任主体：{responsible_text(entry.responsible, rulebook)}"


def roll_up_rule(entry: RollUp, rulebook: RuleBook) -> str:
    """What is added up, and of which kinds of unit."""
    item = next((item.name for item in rulebook.items if item.code == entry.item), "")
    of = f"（{'、'.join(_kind_names(entry.kinds, rulebook))}）" if entry.kinds else ""
    return f"{_FIGURES[entry.figure].format(item)}{of}，逐级相加"


def control_total_rule(entry: ControlTotal) -> str:
    """What the stated total must be."""
    equals = f"，并等于{_EQUALS[entry.equals]}" if entry.equals else ""
    return f"等于{' + '.join(entry.parts)}{equals}，不等的退回"


def watch_list_rule(entry: WatchList) -> str:
    """Whom the program proposes, in which order, how many, and by when who is listed is to be converted."""
    colours = "、".join(f"{wording.COLOUR_NAMES[colour]}色" for colour in entry.colours)
    return (
        f"进过{colours}池的，依次按颜色、查实情形种数、在池月数、最近得分率排位，一年建议{entry.places}个，并列的一并建议，"
        f"由人决定；列入后{entry.convert_days}日内转化"
    )


def responsible_text(chosen: Sequence[Responsible], rulebook: RuleBook) -> str:
    """Who is responsible: the first of those named that there is."""
    return "，没有的由".join(_responsible(one, rulebook) for one in chosen)


def _responsible(one: Responsible, rulebook: RuleBook) -> str:
    match one:
        case NearestKind(kinds=kinds):
            return f"最近的上级{'、'.join(_kind_names(kinds, rulebook))}"
        case ByBody(code=code):
            return next(body.name for body in rulebook.bodies if body.code == code)
        case MostPointsLost():
            return "失分最多的牵头单位"
        case Itself():
            return "本组织"


def _kind_names(codes: Sequence[str], rulebook: RuleBook) -> list[str]:
    names = {kind.code: kind.name for kind in rulebook.organization_kinds.values()}
    return [names[code] for code in codes]


def _quotas_by_unit(scale: Scale, rulebook: RuleBook) -> Iterator[str]:
    """The quotas of people by the grade of their unit."""
    assert scale.by_unit is not None
    of_units = next(other for other in rulebook.scales if other.code == scale.by_unit.scale)
    unit_names = {grade.code: grade.name for grade in of_units.grades}
    own_names = {grade.code: grade.name for grade in scale.grades}
    for unit, quotas in scale.by_unit.quotas.items():
        told = "，".join(f"{own_names[code]}至多{wording.number(percent)}%" for code, percent in quotas.items())
        yield f"所在单位{of_units.name}为{unit_names[unit]}的，{told}"
