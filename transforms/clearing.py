"""What cleared a warning, in Chinese: what the period shows of the thing that its condition looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pandas as pd

from schemas.conditions import (
    BottomPercent,
    Condition,
    DateDue,
    FindingReviewed,
    IndexBelow,
    ItemUnmet,
    OrderOverdue,
    Streak,
    UnmetCount,
)
from schemas.rulebook import Item, RuleBook
from transforms import wording
from transforms.conditions import Scene, unmet_counts
from transforms.lookup import positions
from transforms.responsible import UNIT
from transforms.rules import met_at
from transforms.tasks import RECTIFICATION

Told = Iterator[str]


def cleared_by(tasks: pd.DataFrame, streaks: pd.DataFrame, scene: Scene, rulebook: RuleBook) -> pd.Series:
    """What cleared each task of a warning (org_code, task_code, item_code) that the period does not give any more.

    `streaks` says what conditions hold in the period, those without a colour too. The text begins with the period.
    """
    org = positions(tasks["org_code"], pd.Index(scene.assessed["org_code"]))
    rows = tasks[["org_code", "task_code", "item_code"]].assign(org=org)
    texts = pd.Series("不再参加考核", index=tasks.index, dtype="str")
    conditions = {one.code: one for one in rulebook.conditions if one.cadence == scene.period.cadence}
    for code, own in rows[org >= 0].groupby("task_code"):
        texts[own.index] = _told(conditions.get(str(code)), own, streaks, scene, rulebook)
    return str(scene.period) + texts


def _told(
    condition: Condition | None, rows: pd.DataFrame, streaks: pd.DataFrame, scene: Scene, rulebook: RuleBook
) -> list[str]:
    """What cleared the tasks of one condition; None where the rule book has it no more."""
    if condition is None or condition.due_days is None:
        return ["起规则不再规定这项任务"] * len(rows)
    base = _looked_at(condition, rulebook)
    texts = list(_TOLD[type(base.when)](base, rows, scene, rulebook))
    still = streaks[streaks["warning_code"] == base.code].set_index(["org_code", "item_code"]).index
    holds = pd.MultiIndex.from_frame(rows[["org_code", "item_code"]]).isin(still)
    otherwise = f"已不符合{wording.quoted(condition.name)}的条件"
    return [otherwise if held else text for held, text in zip(holds, texts, strict=True)]


def _looked_at(condition: Condition, rulebook: RuleBook) -> Condition:
    """The condition itself, or the one whose run it is about."""
    when = condition.when
    return next(one for one in rulebook.conditions if one.code == when.of) if isinstance(when, Streak) else condition


def _items_met(condition: Condition, rows: pd.DataFrame, scene: Scene, rulebook: RuleBook) -> Told:
    """The value of the item; without one, for a run over whichever items, that there is no case."""
    items = {(item.code, item.assessor): item for item in rulebook.items}
    wanted = scene.lines["org"].isin(rows["org"]) & scene.lines["item_code"].isin(rows["item_code"])
    lines = dict(list(scene.lines[wanted].groupby(["org", "item_code"])))
    for org, code in zip(rows["org"], rows["item_code"], strict=True):
        own = lines.get((org, code))
        if not code:
            yield f"没有{wording.quoted(condition.name)}的情形"
        elif own is None:
            yield "该指标不适用"
        elif not own["is_met"].eq(True).all():
            yield f"已不符合{wording.quoted(condition.name)}的条件"
        else:
            yield f"：{code}已达标" + (_value(items, own.iloc[0]) if len(own) == 1 else "")


def _value(items: dict[tuple[str, str], Item], line: pd.Series) -> str:
    """The value of a line and the one at which it is met; a target that grows through the year is left out."""
    item = items.get((line["item_code"], line["assessor"]))
    if item is None or pd.isna(line["value_den"]):
        return ""
    target = "" if item.rule.kind == "milestones" else f"，目标{wording.shown(item, met_at(item))}"
    return f"（实际{wording.observed(item, int(line['value_num']), int(line['value_den']))}{target}）"


def _few_unmet(condition: Condition, rows: pd.DataFrame, scene: Scene, _: RuleBook) -> Told:
    assert isinstance(condition.when, UnmetCount)
    counts = unmet_counts(scene, condition.when)
    return (f"：有{counts[org]}项指标未达标" if counts[org] else "：没有指标未达标" for org in rows["org"])


def _not_below(condition: Condition, rows: pd.DataFrame, scene: Scene, _: RuleBook) -> Told:
    assert isinstance(condition.when, IndexBelow)
    index = scene.scores["index_points"].take(rows["org"])
    least = wording.points(condition.when.points)
    return (f"：得{wording.points(int(value))}分，不低于{least}分" for value in index)


def _not_due(condition: Condition, rows: pd.DataFrame, scene: Scene, _: RuleBook) -> Told:
    dates = scene.dates[scene.dates["condition"] == condition.code].groupby("org")["due"].min()
    return (f"：期限{dates[org]:%Y-%m-%d}" if org in dates.index else "没有登记期限" for org in rows["org"])


def _put_right(_: Condition, rows: pd.DataFrame, scene: Scene, __: RuleBook) -> Told:
    is_order = scene.tasks["kind"].eq(RECTIFICATION)
    done = scene.tasks[is_order & (scene.tasks["done_on"] <= pd.Timestamp(scene.period.end))]
    last = done.groupby(["org_code", "item_code"])["done_on"].max().to_dict()
    for key in zip(rows["org_code"], rows["item_code"], strict=True):
        yield f"：整改完成 {last[key]:%Y-%m-%d}" if key in last else "没有逾期的整改"


def _nothing_found(_: Condition, rows: pd.DataFrame, *__: Any) -> Told:
    return ("没有新的检查发现" for _ in rows["org"])


def _not_at_the_bottom(condition: Condition, rows: pd.DataFrame, scene: Scene, _: RuleBook) -> Told:
    assert isinstance(condition.when, BottomPercent)
    bottom = f"后{wording.number(Fraction(condition.when.percent))}%"
    standing = scene.scores[["rank", "peers"]].take(rows["org"])
    for code, rank, peers in zip(rows["item_code"], standing["rank"], standing["peers"], strict=True):
        unit = code.removeprefix(UNIT)
        by_unit = f"：{unit}牵头的指标得分不在本领域{bottom}"
        yield by_unit if code.startswith(UNIT) else f"：领域第{rank}名（共{peers}个），不在{bottom}"


_TOLD: dict[type, Callable[[Condition, pd.DataFrame, Scene, RuleBook], Told]] = {
    ItemUnmet: _items_met,
    UnmetCount: _few_unmet,
    IndexBelow: _not_below,
    DateDue: _not_due,
    OrderOverdue: _put_right,
    FindingReviewed: _nothing_found,
    BottomPercent: _not_at_the_bottom,
}
"""By what a condition looks at."""
