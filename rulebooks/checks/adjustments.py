"""The event register, coefficients, limits and people's factors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rulebooks.checks.faults import Fault, Keys, all_unknown, by_code, codes, dimensions_of, unknown
from schemas.outcomes import (
    Adjustment,
    BarAwards,
    CapGrade,
    Effect,
    EventOccurred,
    ItemsUnmet,
    Limit,
    Scale,
)
from schemas.rulebook import Item, RuleBook


def adjustments(rulebook: RuleBook) -> Iterator[Fault]:
    """Bonus and deductions have points and a dimension, vetoes have neither and are referred to."""
    used = {code for limit in rulebook.limits for code in _events(limit)}
    for entry in rulebook.adjustments:
        path = f"adjustments.{entry.code}"
        if entry.kind == "veto":
            yield from _veto(path, entry)
            if entry.code not in used:
                yield Fault(path, (), "没有一条限制（limits）用到这个否决事项，登记了也没有后果", "请补上限制，或停用")
        else:
            yield from _dimension(rulebook, path, entry.dimension)
            yield from _worth(rulebook, path, entry)


def coefficients(rulebook: RuleBook) -> Iterator[Fault]:
    """Coefficients rank by what is scored, multiply what counts, and are booked in an adjustment dimension."""
    scored, counted = dimensions_of(rulebook, "counted", "basis"), dimensions_of(rulebook, "counted")
    for coefficient in rulebook.coefficients:
        path = f"coefficients.{coefficient.code}"
        yield from all_unknown(path, ("ranked_by",), "计分维度", coefficient.ranked_by, scored)
        yield from all_unknown(path, ("applies_to",), "计入指数的维度", coefficient.applies_to, counted)
        yield from _dimension(rulebook, path, coefficient.dimension)
        for place, domain in enumerate(coefficient.domains):
            own = [item for item in rulebook.items if domain in item.domains]
            for key in ("ranked_by", "applies_to"):
                if own and not any(item.dimension in getattr(coefficient, key) for item in own):
                    found = f"领域 {domain} 在 {key} 的维度里没有指标，系数没有作用"
                    yield Fault(path, ("domains", place), found, "请核对领域和维度")


def limits(rulebook: RuleBook) -> Iterator[Fault]:
    """Limits hold on what exists and do something to a grade that exists."""
    events, items, scales = by_code(rulebook.adjustments), by_code(rulebook.items), by_code(rulebook.scales)
    for limit in rulebook.limits:
        path = f"limits.{limit.code}"
        near = {code for code, event in events.items() if _meet(event, limit)}
        own = {code for code, item in items.items() if _meet(item, limit)}
        for place, condition in enumerate(limit.conditions):
            if isinstance(condition, EventOccurred):
                what = f"这些领域的 {limit.cadence} 登记事项"
                yield from all_unknown(path, ("when", place, "event"), what, condition.codes, near)
            if isinstance(condition, ItemsUnmet):
                what = f"这些领域的 {limit.cadence} 指标"
                yield from all_unknown(path, ("when", place, "unmet"), what, condition.items, own)
        if not limit.effects:
            yield Fault(path, ("effects",), "没有后果，成立了也不起作用", "请写 bar_awards 或 cap_grade，或停用")
        for place, effect in enumerate(limit.effects):
            yield from _effect(path, ("effects", place), limit, effect, scales)


def shares(rulebook: RuleBook) -> Iterator[Fault]:
    """People's factors are of people only, from a coefficient and an item that there are."""
    restricted = {kind.code for kind in rulebook.organization_kinds.values() if kind.is_restricted}
    domains, items = by_code(rulebook.domains), by_code(rulebook.items)
    for share in rulebook.shares:
        path = f"shares.{share.code}"
        near = {entry.code for entry in rulebook.coefficients if entry.cadence == share.cadence}
        yield from unknown(path, ("coefficient",), f" {share.cadence} 系数", share.coefficient, near)
        for place, domain in enumerate(share.domains):
            own = {code for code, item in items.items() if domain in item.domains and item.cadence == share.cadence}
            yield from unknown(path, ("personal",), f"领域 {domain} 的 {share.cadence} 指标", share.personal, own)
            kinds = set(domains[domain].where.get("kind", ())) if domain in domains else restricted
            if not kinds or not kinds <= restricted:
                found = f"领域 {domain} 的结果是公布的，个人系数不能放在那里"
                remedy = "请用 where.kind 限定到 is_restricted 的组织类型"
                yield Fault(path, ("domains", place), found, remedy)


def _events(limit: Limit) -> list[str]:
    occurred = [condition for condition in limit.conditions if isinstance(condition, EventOccurred)]
    return [code for condition in occurred for code in condition.codes]


def _veto(path: str, entry: Adjustment) -> Iterator[Fault]:
    for key in ("dimension", "each", "cap", "by_rank"):
        if getattr(entry, key):
            yield Fault(path, (key,), "否决事项没有分值", f"请删去 {key}；它的后果写在 limits 里")


def _worth(rulebook: RuleBook, path: str, entry: Adjustment) -> Iterator[Fault]:
    if entry.by_rank is None:
        for key in ("each", "cap"):
            if not getattr(entry, key):
                yield Fault(path, (key,), "缺少", "请补上")
        return
    for key in ("each", "cap"):
        if getattr(entry, key):
            yield Fault(path, (key,), "按名次加分的不再按次数加分", f"请删去 {key}，或删去 by_rank")
    if entry.kind != "bonus":
        yield Fault(path, ("by_rank",), "只有加分可以按名次", "请把 kind 改为 bonus，或改写 each 和 cap")
    scored = dimensions_of(rulebook, "counted", "basis")
    yield from all_unknown(path, ("by_rank", "dimensions"), "计分维度", entry.by_rank.dimensions, scored)
    for place, (better, worse) in enumerate(pairwise(entry.by_rank.points), start=1):
        if worse > better:
            yield Fault(path, ("by_rank", "points", place), "后一名得分比前一名高", "请从第一名起由高到低写")


def _dimension(rulebook: RuleBook, path: str, dimension: str | None) -> Iterator[Fault]:
    if dimension is None:
        yield Fault(path, ("dimension",), "缺少", "请写明计入哪个加减分维度")
        return
    known = dimensions_of(rulebook, "adjustment")
    if dimension in codes(rulebook.dimensions) - known:
        remedy = "请改用 role: adjustment 的维度"
        yield Fault(path, ("dimension",), f"“{dimension}”不是加减分维度", remedy)
    else:
        yield from unknown(path, ("dimension",), "加减分维度", dimension, known)


def _effect(path: str, keys: Keys, limit: Limit, effect: Effect, scales: dict[str, Scale]) -> Iterator[Fault]:
    if isinstance(effect, BarAwards):
        return
    assert isinstance(effect, CapGrade)
    yield from unknown(path, (*keys, "cap_grade"), "等次体系", effect.scale, scales)
    if effect.scale not in scales:
        return
    scale = scales[effect.scale]
    yield from unknown(path, (*keys, "cap_grade", effect.scale), "等次", effect.grade, codes(scale.grades))
    if effect.grade == scale.grades[0].code:
        found = "封顶在最高一等，不起作用"
        yield Fault(path, (*keys, "cap_grade", effect.scale), found, "请写较低的等次")
    if not _meet(scale, limit):
        found = f"等次体系 {scale.code} 不在这些领域、这个周期评，不起作用"
        yield Fault(path, (*keys, "cap_grade"), found, "请核对领域和周期")


def _meet(entry: Adjustment | Item | Scale, limit: Limit) -> bool:
    return entry.cadence == limit.cadence and bool(set(entry.domains) & set(limit.domains))
