"""Warnings and progress boards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from rulebooks.checks.faults import Fault, all_unknown, by_code, unknown
from schemas.conditions import Condition, FindingReviewed, ItemUnmet, OrderOverdue, Streak, UnmetCount
from schemas.rulebook import RuleBook


def conditions(rulebook: RuleBook) -> Iterator[Fault]:
    """What conditions speak of exists, so that they can hold."""
    single = {
        (condition.code, condition.cadence)
        for condition in rulebook.conditions
        if not isinstance(condition.when, Streak)
    }
    for condition in rulebook.conditions:
        path, when = f"conditions.{condition.code}", condition.when
        if isinstance(when, Streak):
            near = {code for code, cadence in single if cadence == condition.cadence}
            yield from unknown(path, ("when", "streak", "of"), "可供连续计算的条件", when.of, near)
        if isinstance(when, ItemUnmet | UnmetCount):
            yield from _items(rulebook, condition, when)
        if isinstance(when, FindingReviewed) and not rulebook.negative_items:
            yield Fault(path, ("when",), "没有反向指标，这个条件永远不成立", "请补上 negative_list.yaml，或删去")
        if isinstance(when, OrderOverdue) and all(one.rectify_days is None for one in rulebook.negative_items):
            found = "没有一项反向指标限期整改，这个条件永远不成立"
            yield Fault(path, ("when",), found, "请在 negative_list.yaml 中写 rectify_days，或删去")
        if condition.due_days is not None and not condition.colour:
            found = "不亮牌的条件没有预警可以消除，却写了期限"
            yield Fault(path, ("due_days",), found, "请写 colour，或删去 due_days")


def unmet_bands(rulebook: RuleBook) -> Iterator[Fault]:
    """Colours by the number of the same items unmet neither overlap nor leave a gap."""
    bands: defaultdict[tuple[object, ...], list[tuple[UnmetCount, str]]] = defaultdict(list)
    for condition in rulebook.conditions:
        if isinstance(condition.when, UnmetCount) and condition.colour:
            of_same = (condition.cadence, frozenset(condition.when.items))
            bands[of_same].append((condition.when, condition.code))
    for band in bands.values():
        ordered = sorted(band, key=lambda pair: (pair[0].at_least, pair[1]))
        for (lower, lower_code), (upper, code) in pairwise(ordered):
            keys = ("when", "unmet_count", "from")
            if lower.below is None or upper.at_least < lower.below:
                found = f"与 {lower_code} 重叠：{upper.at_least} 项时两个条件都成立"
                yield Fault(f"conditions.{code}", keys, found, "请写清从几项起、不到几项（below）或到几项为止（to）")
            elif upper.at_least > lower.below:
                found = f"与 {lower_code} 之间有空档：{lower.below} 项时哪个条件都不成立"
                yield Fault(f"conditions.{code}", keys, found, "请让两段首尾相接")


def progress_boards(rulebook: RuleBook) -> Iterator[Fault]:
    """Boards are of known items of one cadence, each with one value."""
    cadences = {item.code: item.cadence for item in rulebook.items}
    assessed = {item.code for item in rulebook.items if item.assessor}
    for board in rulebook.progress_boards:
        path = f"progress_boards.{board.code}"
        yield from all_unknown(path, ("items",), "得分指标", board.items, cadences)
        if len({cadences[code] for code in board.items if code in cadences}) > 1:
            yield Fault(path, ("items",), "各指标的周期不同，不能同期公布", "请只列同一周期的指标")
        for place, code in enumerate(board.items):
            if code in assessed:
                found = f"指标“{code}”由几个单位各评各的，没有一个实际值"
                yield Fault(path, ("items", place), found, "请改列一个单位报送的指标")


def _items(rulebook: RuleBook, condition: Condition, when: ItemUnmet | UnmetCount) -> Iterator[Fault]:
    path = f"conditions.{condition.code}"
    own = {code: item for code, item in by_code(rulebook.items).items() if item.cadence == condition.cadence}
    key = "item_unmet" if isinstance(when, ItemUnmet) else "unmet_count"
    yield from all_unknown(path, ("when", key, "items"), f" {condition.cadence} 指标", when.items, own)
    named = [item for code, item in own.items() if not when.items or code in when.items]
    if isinstance(when, ItemUnmet) and when.dynamic and not any(item.is_dynamic for item in named):
        found = f"没有 {condition.cadence} 的动态监测要素，这个条件永远不成立"
        yield Fault(path, ("when", key, "dynamic"), found, "请给指标写 is_dynamic: true，或改写条件")
    if isinstance(when, UnmetCount) and when.at_least > len(named):
        found = f"只有 {len(named)} 项指标，到不了 {when.at_least} 项"
        yield Fault(path, ("when", key, "from"), found, "请核对项数")
