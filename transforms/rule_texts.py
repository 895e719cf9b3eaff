"""How coefficients, the event register, limits and grades work, each in one Chinese sentence."""

from __future__ import annotations

from schemas.outcomes import (
    Adjustment,
    BelowPercentOfFirst,
    BelowPoints,
    CapGrade,
    Coefficient,
    EventOccurred,
    Grade,
    ItemsUnmet,
    LastPlaces,
    Limit,
    LimitCondition,
    Scale,
)
from schemas.rulebook import RuleBook
from transforms import wording


def adjustment_text(entry: Adjustment) -> str:
    """How an entry of the event register, or a place, counts, in one sentence."""
    if entry.by_rank:
        places = "，".join(
            f"第{n}名{wording.points(points)}分" for n, points in enumerate(entry.by_rank.points, start=1)
        )
        return f"按名次加分：{places}"
    does = "加" if entry.kind == "bonus" else "扣"
    return f"每次{does}{wording.points(entry.each)}分，至多{does}{wording.points(entry.cap)}分"


def coefficient_text(entry: Coefficient, rulebook: RuleBook) -> str:
    """How a coefficient is made and what it multiplies, in one sentence."""
    names = {dimension.code: dimension.name for dimension in rulebook.dimensions}
    basis, applied = ("、".join(names[code] for code in codes) for codes in (entry.ranked_by, entry.applies_to))
    return f"按{basis}得分排名，居中为1，每高一名加{wording.number(entry.step)}，每低一名减同数；乘以{applied}得分"


def limit_text(limit: Limit, rulebook: RuleBook) -> str:
    """When a limit holds and what it does."""
    joined = "，且" if limit.match == "all" else "，或"
    grades = {(scale.code, grade.code): (scale.name, grade.name) for scale in rulebook.scales for grade in scale.grades}
    does = [
        "{}不得高于{}".format(*grades[effect.scale, effect.grade])
        if isinstance(effect, CapGrade)
        else "取消评先评优资格"
        for effect in limit.effects
    ]
    return f"{joined.join(_condition(one, rulebook) for one in limit.conditions)}的，{'，'.join(does)}，得分不变"


def scale_text(scale: Scale) -> str:
    """What each grade asks for."""
    return "；".join(f"{grade.name}：{_asked(grade)}" for grade in scale.grades)


def _condition(condition: LimitCondition, rulebook: RuleBook) -> str:
    names = {entry.code: entry.name for entry in rulebook.adjustments}
    names |= {item.code: item.name for item in rulebook.items}
    match condition:
        case EventOccurred(codes=codes):
            told = f"登记{''.join(wording.quoted(names[code]) for code in codes)}{'之一' if len(codes) > 1 else ''}"
        case BelowPercentOfFirst(percent=percent):
            told = f"得分低于同类第一名的{wording.number(percent)}%"
        case BelowPoints(points=points):
            told = f"得分低于{wording.points(points)}分"
        case ItemsUnmet(items=items):
            told = f"{'、'.join(names[code] for code in items)}未达标"
        case LastPlaces(places=places):
            told = f"居同类最后{places}名"
    return told


def _asked(grade: Grade) -> str:
    asked = [
        *([f"{wording.points(grade.at_least)}分以上"] if grade.at_least is not None else []),
        *([f"名额至多{wording.number(grade.at_most_percent)}%"] if grade.at_most_percent is not None else []),
        *(["必达标准全部达标"] if grade.mandatory else []),
        *([f"不低于第一名的{wording.number(grade.percent_of_first)}%"] if grade.percent_of_first is not None else []),
    ]
    return "，".join(asked) or "其余"
