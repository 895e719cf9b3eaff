"""What people read: values, rules and reasons in Chinese sentences."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

import numpy as np
import pandas as pd

from schemas.periods import Period
from schemas.rulebook import Item, NegativeItem, RuleBook
from transforms.rules import met_at

COLOUR_NAMES = {"red": "红", "yellow": "黄", "blue": "蓝"}
"""Colours of warnings, the gravest first."""
_ABSENT = np.iinfo(np.int64).min
COUNTED = {"month": "个月", "quarter": "个季度", "half_year": "个半年", "year": "年"}
"""So many periods of a cadence."""
_NOT_COUNTED = {
    "declaration": "已申报，但审核未通过或复核不通过，按缺失计0分",
    "department": "部门已报送，但未核实，按缺失计0分",
    "platform": "有平台数据，但没有这个字段，计0分",
}
_NO_BASE = "有平台数据，但没有要用的字段，或者分母为0，计0分"
_MISSING = {
    "units": "没有可以计入的上下级组织，计0分",
    "platform": "平台没有本期数据，计0分",
    "declaration": "本期没有申报，计0分",
    "department": "部门没有报送，计0分",
}


def number(value: Fraction, places: int = 4) -> str:
    """A value as a decimal: exact where it ends within so many places, otherwise rounded to them and marked 约."""
    scaled = value * 10**places
    nearest = floor(abs(scaled) + Fraction(1, 2)) * (-1 if scaled < 0 else 1)
    text = f"{Decimal(f'{nearest}E-{places}'):f}"
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    return plain if scaled.denominator == 1 else f"约{plain}"


def points(ten_thousandths: int) -> str:
    """Points with as many of their 4 decimals as they need."""
    return number(Fraction(ten_thousandths, 10_000))


def shown(item: Item, value: Fraction) -> str:
    """An item's value as its kind is read: yes or no, a per cent, or a number with its unit."""
    if item.rule.kind == "yes_no":
        return "是" if value else "否"
    if _is_per_cent(item):
        return f"{number(value * 100, 2)}%"
    return f"{number(value)}{item.unit}"


def _is_per_cent(item: Item) -> bool:
    """Whether values are parts of a whole: those in proportion to at most 1, and targets that are a part of 1."""
    rule = item.rule
    if rule.kind == "milestones":
        return all(target <= 1 for *_, target in rule.milestones) and rule.milestones[0][-1] < 1
    if rule.target is None or rule.kind not in ("proportional", "at_least"):
        return False
    return rule.target < 1 or (rule.kind == "proportional" and rule.target == 1)


def quoted(name: str) -> str:
    """A name in quotation marks; those that it has itself become single ones."""
    return f"“{name.replace('“', '‘').replace('”', '’')}”"


def observed(item: Item, num: int, den: int) -> str:
    """An item's observed value; one that is no finite decimal with the two counts that it was made of."""
    value = Fraction(num, den)
    text = shown(item, value)
    return f"{text}（{num}/{den}）" if "约" in text else text


def rule_text(item: Item) -> str:
    """How the item is scored, in one sentence."""
    rule, target = item.rule, shown(item, met_at(item))
    if rule.kind == "tiers":
        steps = "，".join(f"达{number(start)}{item.unit}得{number(share * 100)}%" for start, share in rule.tiers)
        return f"格次赋分：{steps}；{target}起为达标"
    each = points(rule.each or 0)
    return {
        "at_least": f"达到{target}得满分，否则不得分",
        "scored": f"满分{number(rule.target or Fraction(0))}，按得分比例计分，{target}起为达标",
        "milestones": "，".join(f"{month}月{day}日应达{shown(item, due)}" for month, day, due in rule.milestones),
        "proportional": f"达到{target}得满分，不足的按比例得分",
        "yes_no": "“是”得满分，“否”不得分",
        "per_unit": f"每1{item.unit or '个'}得{each}分，至多{points(item.points)}分",
        "inverse": f"每1{item.unit or '次'}扣{each}分，扣完为止",
    }[rule.kind]


def deduction_text(item: NegativeItem) -> str:
    """How a negative-list item deducts, in one sentence."""
    return f"每次扣{points(item.each)}分，至多扣{points(item.cap)}分"


def line_reasons(lines: pd.DataFrame, has_record: pd.Series, rulebook: RuleBook) -> pd.Series:
    """Why each ledger line has its points. `has_record`: whether any record stands behind the line."""
    items = {(item.code, item.assessor): item for item in rulebook.items}
    negative = {item.code: item for item in rulebook.negative_items}
    names = {f"floor:{dimension.code}": dimension.name for dimension in rulebook.dimensions}
    said = pd.DataFrame({"record": has_record.to_numpy()}).assign(
        **{name: lines[name].to_numpy() for name in ("item_code", "assessor", "value_num", "value_den", "status")}
    )
    group, cases = pd.factorize(pd.MultiIndex.from_frame(said))
    texts = []
    for record, code, assessor, num, den, status in cases:
        if status == "floor":
            texts.append(f"{quoted(names[code])}扣分超过得分，维度按0分计，补回差额")
        elif code in negative:
            texts.append(f"反向指标：本期发现{number(Fraction(num, den))}次，{deduction_text(negative[code])}")
        elif status == "missing":
            texts.append(_missing_told(items[code, assessor], record))
        else:
            verdict = "达标" if status == "met" else "未达标"
            item = items[code, assessor]
            texts.append(f"实际：{observed(item, num, den)}。{rule_text(item)}。{verdict}")
    return pd.Series(pd.array(texts, dtype="str").take(group), index=lines.index)


def _missing_told(item: Item, has_record: bool) -> str:
    if has_record and item.ballot:
        turnout = number(item.ballot.minimum_turnout * 100)
        return f"没有有效票，或有效票不足发出票数的{turnout}%，计票无效，按缺失计0分"
    if has_record and item.measure and item.measure.kind.endswith("ratio"):
        return _NO_BASE
    return _NOT_COUNTED.get(item.source, _MISSING[item.source]) if has_record else _MISSING[item.source]


def parts_told(
    periods: Sequence[Period], points_of: np.ndarray, seen: np.ndarray, count: np.ndarray | None
) -> dict[str, pd.api.extensions.ExtensionArray]:
    """Reason and evidence of lines made of the lines of several parts: their mean over `count` parts, or their sum.

    points_of, seen: parts × lines; count: in how many parts each line's organisation was assessed, None for sums. Each
    distinct case is worded once.
    """
    counted = np.zeros(seen.shape[1], dtype=np.int64) if count is None else count
    cases, which = np.unique(np.vstack([counted, np.where(seen, points_of, _ABSENT)]), axis=1, return_inverse=True)
    reasons, sources = [], []
    for number_of_parts, *earned in cases.T.tolist():
        own = [(period, value) for period, value in zip(periods, earned, strict=True) if value != _ABSENT]
        how = f"参加考核的{number_of_parts}期平均" if number_of_parts else "各期合计"
        parts = (f"{period}{'得' if value >= 0 else '扣'}{points(abs(value))}分" for period, value in own)
        reasons.append(f"{how}：{'，'.join(parts)}")
        sources.append("；".join(str(period) for period, _ in own))
    texts = {"reason": reasons, "evidence": sources}
    return {name: pd.array(told, dtype="str").take(which.reshape(-1)) for name, told in texts.items()}


def evidence(used: pd.DataFrame, at_most: int = 12) -> pd.DataFrame:
    """The keys of the records behind each line, in their order, `at_most` named and the rest counted.

    Grain: org, item; columns evidence.
    """
    ordered = used.sort_values(["org", "item", "key"], ignore_index=True)
    line = ordered[["org", "item"]].drop_duplicates()
    starts = line.index.to_list()
    ends = [*starts[1:], len(ordered)][: len(starts)]
    keys = ordered["key"].to_list()
    texts = [
        "；".join(keys[start : min(end, start + at_most)]) + (f"…共{end - start}条" if end - start > at_most else "")
        for start, end in zip(starts, ends, strict=True)
    ]
    return line.assign(evidence=pd.array(texts, dtype="str")).reset_index(drop=True)
