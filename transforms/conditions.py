"""Which organisations a rule book's conditions hold for in one period: unmet items, findings, dates, the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from schemas.conditions import (
    BottomPercent,
    Condition,
    DateDue,
    FindingReviewed,
    IndexBelow,
    ItemUnmet,
    OrderOverdue,
    UnmetCount,
)
from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms import wording
from transforms.lookup import positions
from transforms.observations import Observed
from transforms.responsible import UNIT, points_by_unit
from transforms.standings import bottom

GROUP_COLUMNS = ["peer_group", "peers", "bottom_count", "is_too_small"]
NO_CASES = pd.DataFrame(
    {"org": pd.Series(dtype="int64")} | dict.fromkeys(("item_code", "reason"), pd.Series(dtype="str"))
)


@dataclass(frozen=True)
class Scene:
    """What the conditions look at.

    Organisations in `lines`, `found` and `dates` are positions in `assessed`, whose order `scores` has too.
    `organizations` is the whole registry as at the period's end, `found` the period's reviewed findings, `dates` those
    that conditions look ahead to (org, condition, due), `tasks` the work that is open or done (org_code, …).
    """

    period: Period
    organizations: pd.DataFrame
    assessed: pd.DataFrame
    lines: pd.DataFrame
    scores: pd.DataFrame
    found: Observed
    dates: pd.DataFrame
    tasks: pd.DataFrame


@dataclass(frozen=True)
class Held:
    """`holds`: org, item_code ("" where no item is meant) and reason of every case; `groups`: each bottom's size."""

    holds: pd.DataFrame
    groups: pd.DataFrame


def held(condition: Condition, scene: Scene, rulebook: RuleBook) -> Held:
    """The cases in which one condition holds.

    Raises TypeError for a condition on runs, which looks at other periods.
    """
    match condition.when:
        case BottomPercent(basis="index"):
            return _bottom_by_index(condition.when, scene)
        case BottomPercent():
            return _bottom_by_unit(condition.when, scene, rulebook)
    return Held(_cases_of(condition, scene, rulebook), pd.DataFrame(columns=GROUP_COLUMNS))


def _cases_of(condition: Condition, scene: Scene, rulebook: RuleBook) -> pd.DataFrame:
    found: pd.DataFrame
    match condition.when:
        case ItemUnmet():
            found = _unmet(scene, rulebook, condition.when)
        case UnmetCount():
            found = _many_unmet(scene, condition.when)
        case IndexBelow(points=points):
            found = _below(scene, points)
        case DateDue():
            found = _due(scene, condition, condition.when)
        case OrderOverdue():
            found = _overdue(scene)
        case FindingReviewed():
            found = _found(scene, rulebook)
        case _:
            raise TypeError(f"condition {condition.code} looks at other periods")
    return found


def _unmet(scene: Scene, rulebook: RuleBook, when: ItemUnmet) -> pd.DataFrame:
    items = {
        item.code: item
        for item in rulebook.items
        if (item.is_dynamic or not when.dynamic) and (item.code in when.items or not when.items)
    }
    rows = _unmet_lines(scene)
    rows = rows[rows["item_code"].isin(items)].drop_duplicates(["org", "item_code"])
    reasons = [
        f"{'动态监测要素' if items[code].is_dynamic else '指标'}{wording.quoted(items[code].name)}未达标："
        + (f"实际：{wording.observed(items[code], num, den)}" if den else "本期没有数据")
        for code, num, den in zip(rows["item_code"], rows["value_num"], rows["value_den"], strict=True)
    ]
    return _cases(rows["org"].to_numpy(), rows["item_code"].to_numpy(), reasons)


def _unmet_lines(scene: Scene) -> pd.DataFrame:
    is_item = scene.lines["status"].isin(["met", "unmet", "missing"])
    return scene.lines[is_item & scene.lines["is_met"].eq(False).fillna(False)]


def unmet_counts(scene: Scene, when: UnmetCount) -> pd.Series:
    """How many of the condition's items each organisation has not met, by position."""
    rows = _unmet_lines(scene)
    own = rows[rows["item_code"].isin(when.items)] if when.items else rows
    counts = own.drop_duplicates(["org", "item_code"]).groupby("org").size()
    return counts.reindex(range(len(scene.assessed)), fill_value=0)


def _many_unmet(scene: Scene, when: UnmetCount) -> pd.DataFrame:
    count = unmet_counts(scene, when)
    holds = count[(count >= when.at_least) & (count < (np.inf if when.below is None else when.below))]
    return _cases(holds.index.to_numpy(), "", [f"有{number}项指标未达标" for number in holds])


def _below(scene: Scene, points: int) -> pd.DataFrame:
    index = scene.scores["index_points"]
    place = np.flatnonzero(index < points)
    told = [f"得{wording.points(int(index.iloc[n]))}分，低于{wording.points(points)}分" for n in place]
    return _cases(place, "", told)


def _due(scene: Scene, condition: Condition, when: DateDue) -> pd.DataFrame:
    limit = Period.month_of(scene.period.end).previous(-when.within_months).end
    own = scene.dates[(scene.dates["condition"] == condition.code) & (scene.dates["due"] <= str(limit))]
    is_over = own["due"] < pd.Timestamp(scene.period.end)
    told = [
        f"期限{day:%Y-%m-%d}已过" if over else f"期限{day:%Y-%m-%d}，在期末以后{when.within_months}个月之内"
        for day, over in zip(own["due"], is_over, strict=True)
    ]
    return _cases(own["org"].to_numpy(), "", told)


def _overdue(scene: Scene) -> pd.DataFrame:
    is_order = scene.tasks["kind"].eq("rectification") & scene.tasks["due_on"].lt(pd.Timestamp(scene.period.end))
    by_then = scene.tasks["done_on"].isna() | scene.tasks["done_on"].gt(pd.Timestamp(scene.period.end))
    own = scene.tasks[is_order & by_then]
    own = own.assign(org=positions(own["org_code"], pd.Index(scene.assessed["org_code"])))
    cases = own[own["org"] >= 0].groupby(["org", "item_code"])["due_on"].agg(["min", "size"]).reset_index()
    told = [
        f"整改期限{day:%Y-%m-%d}已过，还没有完成" + (f"（共{size}件）" if size > 1 else "")
        for day, size in zip(cases["min"], cases["size"], strict=True)
    ]
    return _cases(cases["org"].to_numpy(), cases["item_code"].to_numpy(), told)


def _found(scene: Scene, rulebook: RuleBook) -> pd.DataFrame:
    values = scene.found.values
    entries = [rulebook.negative_items[place] for place in values["item"]]
    times = [Fraction(int(num), int(den)) for num, den in zip(values["value_num"], values["value_den"], strict=True)]
    reasons = [
        f"反向指标{wording.quoted(entry.name)}本期发现{wording.number(count)}次"
        for entry, count in zip(entries, times, strict=True)
    ]
    return _cases(values["org"].to_numpy(), [entry.code for entry in entries], reasons)


def _bottom_by_index(when: BottomPercent, scene: Scene) -> Held:
    flagged, groups = bottom(scene.scores["index_points"], scene.scores["peer_group"], when)
    rows = scene.scores[flagged]
    percent = wording.number(when.percent)
    reasons = [
        f"本期指数在本领域{peers}个组织中列第{rank}名，位于后{percent}%"
        for peers, rank in zip(rows["peers"], rows["rank"], strict=True)
    ]
    return Held(_cases(np.flatnonzero(flagged), "", reasons), groups)


def _bottom_by_unit(when: BottomPercent, scene: Scene, rulebook: RuleBook) -> Held:
    earned, full = (
        points_by_unit(scene.lines, column, len(scene.assessed), rulebook) for column in ("points", "full_points")
    )
    cases, groups = [NO_CASES], pd.DataFrame(columns=GROUP_COLUMNS)
    for unit in earned:
        flagged, groups = bottom(earned[unit], scene.scores["peer_group"], when)
        place = np.flatnonzero(flagged & (full[unit] > 0))
        reason = f"{unit}牵头的指标得分位于本领域后{wording.number(when.percent)}%"
        cases.append(_cases(place, f"{UNIT}{unit}", [reason] * len(place)))
    return Held(pd.concat(cases, ignore_index=True), groups)


def _cases(org: np.ndarray, item_code: object, reasons: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"org": org, "item_code": item_code, "reason": reasons}, columns=["org", "item_code", "reason"]
    )
    return frame.astype({"org": "int64", "item_code": "str", "reason": "str"})
