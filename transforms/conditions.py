"""Which organisations a rule book's conditions hold for in one month: unmet items, findings, the bottom of a domain."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from schemas.periods import Period
from schemas.rulebook import BottomPercent, Condition, FindingReviewed, ItemUnmet, RuleBook
from transforms import wording
from transforms.observations import Observed
from transforms.responsible import UNIT, points_by_unit
from transforms.standings import bottom

GROUP_COLUMNS = ["domain", "peers", "bottom_count", "is_too_small"]
NO_CASES = pd.DataFrame(
    {"org": pd.Series(dtype="int64")} | dict.fromkeys(("item_code", "reason"), pd.Series(dtype="str"))
)


@dataclass(frozen=True)
class Month:
    """What the conditions look at.

    Organisations in `lines` and `found` are positions in `assessed`, whose order `scores` has too. `organizations` is
    the whole registry as at the period's end, `found` the month's reviewed findings.
    """

    period: Period
    organizations: pd.DataFrame
    assessed: pd.DataFrame
    lines: pd.DataFrame
    scores: pd.DataFrame
    found: Observed


@dataclass(frozen=True)
class Held:
    """`holds`: org, item_code ("" where no item is meant) and reason of every case; `groups`: each bottom's size."""

    holds: pd.DataFrame
    groups: pd.DataFrame


def held(condition: Condition, month: Month, rulebook: RuleBook) -> Held:
    """The cases in which one condition holds. Raises TypeError for a condition on runs, which looks at other months."""
    no_groups = pd.DataFrame(columns=GROUP_COLUMNS)
    match condition.when:
        case ItemUnmet(dynamic=dynamic):
            return Held(_unmet(month, rulebook, dynamic), no_groups)
        case FindingReviewed():
            return Held(_found(month, rulebook), no_groups)
        case BottomPercent(basis="index"):
            return _bottom_by_index(condition.when, month)
        case BottomPercent():
            return _bottom_by_unit(condition.when, month, rulebook)
    raise TypeError(f"condition {condition.code} looks at other months")


def _unmet(month: Month, rulebook: RuleBook, dynamic: bool) -> pd.DataFrame:
    items = {item.code: item for item in rulebook.items if item.is_dynamic or not dynamic}
    rows = month.lines[month.lines["item_code"].isin(items) & month.lines["is_met"].eq(False).fillna(False)]
    reasons = [
        f"{'动态监测要素' if items[code].is_dynamic else '指标'}“{items[code].name}”未达标："
        + (f"实际：{wording.observed(items[code], num, den)}" if den else "本期没有数据")
        for code, num, den in zip(rows["item_code"], rows["value_num"], rows["value_den"], strict=True)
    ]
    return _cases(rows["org"].to_numpy(), rows["item_code"].to_numpy(), reasons)


def _found(month: Month, rulebook: RuleBook) -> pd.DataFrame:
    values = month.found.values
    entries = [rulebook.negative_items[place] for place in values["item"]]
    times = [Fraction(int(num), int(den)) for num, den in zip(values["value_num"], values["value_den"], strict=True)]
    reasons = [
        f"反向指标“{entry.name}”本月发现{wording.number(count)}次" for entry, count in zip(entries, times, strict=True)
    ]
    return _cases(values["org"].to_numpy(), [entry.code for entry in entries], reasons)


def _bottom_by_index(when: BottomPercent, month: Month) -> Held:
    flagged, groups = bottom(month.scores["index_points"], month.scores["domain"], when)
    rows = month.scores[flagged]
    percent = wording.number(when.percent)
    reasons = [
        f"本月指数在本领域{peers}个组织中列第{rank}名，位于后{percent}%"
        for peers, rank in zip(rows["peers"], rows["rank"], strict=True)
    ]
    return Held(_cases(np.flatnonzero(flagged), "", reasons), groups)


def _bottom_by_unit(when: BottomPercent, month: Month, rulebook: RuleBook) -> Held:
    earned, full = (
        points_by_unit(month.lines, column, len(month.assessed), rulebook) for column in ("points", "full_points")
    )
    cases, groups = [NO_CASES], pd.DataFrame(columns=GROUP_COLUMNS)
    for unit in earned:
        flagged, groups = bottom(earned[unit], month.scores["domain"], when)
        place = np.flatnonzero(flagged & (full[unit] > 0))
        reason = f"{unit}牵头的指标得分位于本领域后{wording.number(when.percent)}%"
        cases.append(_cases(place, f"{UNIT}{unit}", [reason] * len(place)))
    return Held(pd.concat(cases, ignore_index=True), groups)


def _cases(org: np.ndarray, item_code: object, reasons: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"org": org, "item_code": item_code, "reason": reasons}, columns=["org", "item_code", "reason"]
    )
    return frame.astype({"org": "int64", "item_code": "str", "reason": "str"})
