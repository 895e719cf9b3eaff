"""Why a unit has its grade, in Chinese: its points and place, what it met and missed, and what limited it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd

from schemas.outcomes import BarAwards, CapGrade, Scale
from schemas.rulebook import RuleBook
from transforms.quotas import places, quotas
from transforms.wording import number, points, quoted

ONE_STEP = "one_step"
"""What a grade is limited by that rises by one step only."""


@dataclass(frozen=True)
class Told:
    """What came of each unit (rows): kinds of demands met and how many places there are, by grade (columns).

    earned, given: positions of the grade without and with what limits it.
    """

    demands: dict[str, np.ndarray]
    reach: np.ndarray
    earned: np.ndarray
    given: np.ndarray
    limited_by: np.ndarray
    is_barred: np.ndarray


def grade_reasons(scale: Scale, units: pd.DataFrame, told: Told, rulebook: RuleBook) -> list[str]:
    """One sentence per unit. `units` has index_points, place, peers, unmet, unit and before as `grades` makes them.

    What follows points and place is worded once for all units of which the same is to be said.
    """
    row, better = np.arange(len(units)), np.maximum(told.earned - 1, 0)
    said = units[["peers", "unit", "before", "unmet"]].assign(
        **{f"missed_{name}": ~met[row, better] & (told.earned > 0) for name, met in told.demands.items()},
        is_tied=units["place"].to_numpy() <= told.reach[row, better],
        earned=told.earned,
        given=told.given,
        limited_by=pd.Series(told.limited_by, index=units.index, dtype="object").fillna(""),
        is_barred=told.is_barred,
    )
    group, distinct = pd.factorize(pd.MultiIndex.from_frame(said))
    cases = pd.DataFrame(list(distinct), columns=list(said)).itertuples()
    endings = [_ending(scale, case, rulebook) for case in cases]
    who = "人" if scale.by_unit else "个组织"
    standing = zip(units["index_points"], units["peers"], units["place"], group, strict=True)
    return [f"得{points(own)}分，居{peers}{who}中第{place}名，{endings[n]}" for own, peers, place, n in standing]


def _ending(scale: Scale, case: Any, rulebook: RuleBook) -> str:
    names = [grade.name for grade in scale.grades]
    earned, given = names[case.earned], names[case.given]
    limit = next((limit for limit in rulebook.limits if limit.code == case.limited_by), None)
    bars = limit is not None and any(isinstance(effect, BarAwards) for effect in limit.effects)
    barred = "；取消评先评优资格" if case.is_barred and not bars else ""
    if case.limited_by == ONE_STEP:
        if case.given == case.before - 1:
            return f"由{names[case.before]}升一级为{given}（按得分可为{earned}，逐级晋升）{barred}"
        return f"按得分可为{earned}，但须逐级晋升，定为{given}{barred}"
    if limit is None:
        reached = f"达到{earned}{asked}" if (asked := _asked(scale, case, rulebook)) else f"定为{earned}"
        return f"{reached}{_missed(scale, case)}{barred}"
    caps = [effect for effect in limit.effects if isinstance(effect, CapGrade) and effect.scale == scale.code]
    capped = [f"不得高于{grade.name}" for cap in caps for grade in scale.grades if grade.code == cap.grade]
    does = "、".join(["取消评先评优资格"] * bars + capped)
    return f"本应为{earned}{_asked(scale, case, rulebook)}，因{quoted(limit.name)}{does}，定为{given}{barred}"


def _asked(scale: Scale, case: Any, rulebook: RuleBook) -> str:
    """What the earned grade asks for, in brackets; nothing where it asks for nothing."""
    grade, own = scale.grades[case.earned], quotas(scale, case.unit)
    quota = own[case.earned]
    asked = [f"{points(grade.at_least)}分以上"] if grade.at_least is not None else []
    if quota is not None:
        shared = list(accumulate(quota or 0 for quota in own))[case.earned]
        together = "" if shared == quota else "与以上等次合计"
        place = places(own, case.peers)[case.earned]
        asked.append(f"{_of_unit(scale, case, rulebook)}{together}至多占{number(shared, 2)}%，即前{place}名")
    if grade.mandatory:
        asked.append("必达指标全部达标")
    if grade.percent_of_first is not None:
        asked.append(f"不低于第一名的{number(grade.percent_of_first, 2)}%")
    return f"（{'，'.join(asked)}）" if asked else ""


def _of_unit(scale: Scale, case: Any, rulebook: RuleBook) -> str:
    if not scale.by_unit or not case.unit:
        return ""
    names = {
        grade.code: grade.name
        for other in rulebook.scales
        if other.code == scale.by_unit.scale
        for grade in other.grades
    }
    return f"所在单位为{names[case.unit]}，"


def _missed(scale: Scale, case: Any) -> str:
    """What of the next better grade's demands was missed; nothing below the best one."""
    if not case.earned:
        return ""
    better = scale.grades[case.earned - 1]
    missed = []
    if case.missed_points and better.at_least is not None:
        missed.append(f"不足{points(better.at_least)}分")
    if case.missed_quota:
        places_open = places(quotas(scale, case.unit), case.peers)[case.earned - 1]
        why = f"与他人并列，超出前{places_open}名" if case.is_tied else f"不在前{places_open}名"
        missed.append(why if places_open else "没有名额")
    if case.missed_mandatory:
        missed.append(f"必达指标{case.unmet}未达标")
    if case.missed_first and better.percent_of_first is not None:
        missed.append(f"低于第一名的{number(better.percent_of_first, 2)}%")
    return f"；未达到{better.name}：{'，'.join(missed)}"
