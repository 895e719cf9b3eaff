"""What must hold inside one version of a rule book, beyond the shape of its entries.

Each check takes a rule book and yields faults: the entry's path, the keys under it, what was found and what to do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from schemas.layouts import EventFields
from schemas.rulebook import POINT, ByBody, Item, Measure, NearestKind, RuleBook, Streak


class Fault(NamedTuple):
    """A fault of an entry: its path, the keys under it, what was found, and what to do."""

    path: str
    keys: tuple[str | int, ...]
    found: str
    remedy: str


def check(rulebook: RuleBook) -> Iterator[Fault]:
    """Every fault of a version."""
    for one in _CHECKS:
        yield from one(rulebook)


def _references(rulebook: RuleBook) -> Iterator[Fault]:
    dimensions = {dimension.code for dimension in rulebook.dimensions}
    domains = {domain.code for domain in rulebook.domains}
    bodies = {body.code for body in rulebook.bodies}
    for item in rulebook.items:
        yield from _unknown(f"items.{item.code}", ("dimension",), "维度", item.dimension, dimensions)
        yield from _unknown(f"items.{item.code}", ("lead_unit",), "牵头单位", item.lead_unit, bodies)
        for place, domain in enumerate(item.domains):
            yield from _unknown(f"items.{item.code}", ("domains", place), "领域", domain, domains)
    for negative in rulebook.negative_items:
        yield from _unknown(f"negative_items.{negative.code}", ("dimension",), "维度", negative.dimension, dimensions)


def _conditions(rulebook: RuleBook) -> Iterator[Fault]:
    single = {condition.code for condition in rulebook.conditions if not isinstance(condition.when, Streak)}
    bodies = {body.code for body in rulebook.bodies}
    kinds = set(rulebook.organization_kinds.values())
    for condition in rulebook.conditions:
        path = f"conditions.{condition.code}"
        if isinstance(condition.when, Streak):
            yield from _unknown(path, ("when", "streak", "of"), "可供连续计算的条件", condition.when.of, single)
        if condition.colour and not condition.responsible:
            yield Fault(path, ("responsible",), "亮牌的条件没有责任主体", "请写明由谁督办")
        for place, responsible in enumerate(condition.responsible):
            keys = ("responsible", place)
            if isinstance(responsible, ByBody):
                yield from _unknown(path, (*keys, "body"), "责任主体", responsible.code, bodies)
            if isinstance(responsible, NearestKind):
                for number, kind in enumerate(responsible.kinds):
                    yield from _unknown(path, (*keys, "nearest_kind", number), "组织类型", kind, kinds)


def _progress_boards(rulebook: RuleBook) -> Iterator[Fault]:
    cadences = {item.code: item.cadence for item in rulebook.items}
    for board in rulebook.progress_boards:
        path = f"progress_boards.{board.code}"
        for place, code in enumerate(board.items):
            yield from _unknown(path, ("items", place), "得分指标", code, cadences)
            if code in board.items[:place]:
                yield Fault(path, ("items", place), f"指标“{code}”写了两遍", "请删去一个")
        if len({cadences[code] for code in board.items if code in cadences}) > 1:
            yield Fault(path, ("items",), "各指标的周期不同，不能同期公布", "请只列月度指标，或只列季度指标")


def _ways_in(rulebook: RuleBook) -> Iterator[Fault]:
    senders = rulebook.inbox.submissions.senders
    of_department = {item.code for item in rulebook.items if item.source == "department"}
    sent = Counter(code for sender in senders.values() for code in sender.items.values())
    for item in rulebook.items:
        path = f"items.{item.code}"
        if item.source == "platform" and item.measure is None:
            yield Fault(path, ("measure",), "平台抓取的指标没有写如何计量，谁也得不到分", "请写 measure，或改 source")
        if item.source != "platform" and item.measure is not None:
            yield Fault(path, ("measure",), "只有平台抓取的指标才计量", "请删去 measure，或把 source 改为 platform")
        if item.source == "department" and sent[item.code] != 1:
            found = f"有 {sent[item.code]} 个部门报送" if sent[item.code] else "没有部门报送，谁也得不到分"
            yield Fault(path, ("source",), found, "请在 departments.yaml 中写明且只写一个报送部门")
    for name, sender in senders.items():
        for heading, code in sender.items.items():
            yield from _unknown(f"senders.{name}", ("items", heading), "部门采集的指标", code, of_department)


def _event_kinds(rulebook: RuleBook) -> Iterator[Fault]:
    for code, kind in rulebook.inbox.events.kinds.items():
        numbers = set(kind.numbers)
        known = {"required": {*numbers, *kind.flags, *kind.dates}, "ascending": numbers, "not_negative": numbers}
        for key, allowed in known.items():
            for place, name in enumerate(getattr(kind, key)):
                yield from _unknown(f"event_kinds.{code}", (key, place), "字段", name, allowed)


_FIELD_TYPES = {
    "count": "numbers",
    "ratio": "numbers",
    "state_ratio": "numbers",
    "state_at_most": "numbers",
    "state_value": "numbers",
    "state_flag": "flags",
    "state_not_before_period_end": "dates",
}


def _measures(rulebook: RuleBook) -> Iterator[Fault]:
    kinds = rulebook.inbox.events.kinds
    for item in rulebook.items:
        if item.measure and item.measure.event in kinds:
            yield from _fields(item, item.measure, kinds[item.measure.event])
        elif item.measure and item.measure.event:
            keys = ("measure", item.measure.kind, "event")
            yield from _unknown(f"items.{item.code}", keys, "事件种类", item.measure.event, kinds)
        elif item.measure:
            remedy = "请在 inbox.yaml 的 event_kinds 中给且只给一种事件写 is_snapshot: true"
            yield Fault(f"items.{item.code}", ("measure", item.measure.kind), "没有唯一的快照事件可读", remedy)


def _fields(item: Item, measure: Measure, kind: EventFields) -> Iterator[Fault]:
    known = getattr(kind, _FIELD_TYPES[measure.kind])
    under = ("measure", measure.kind)
    second = "limit" if measure.kind == "state_at_most" else "over"
    named = [((*under, "of"), measure.of), ((*under, second), measure.over)] if measure.over else [(under, measure.of)]
    for keys, name in named:
        if name:
            yield from _unknown(f"items.{item.code}", keys, f"{measure.event} 的这类字段", name, known)


def _tiers(rulebook: RuleBook) -> Iterator[Fault]:
    for item in rulebook.items:
        path, tiers = f"items.{item.code}", item.rule.tiers
        for place, ((start, share), (next_start, next_share)) in enumerate(pairwise(tiers), start=1):
            if next_start == start:
                yield Fault(path, ("rule", "tiers", place), "起点与上一格相同，两格重叠", "每格的起点应当不同")
            if next_start < start:
                yield Fault(path, ("rule", "tiers", place), "起点比上一格低", "请由低到高排列")
            if next_share <= share:
                yield Fault(path, ("rule", "tiers", place), "得分比例不比上一格高", "格次越高得分比例应当越高")
        best = max((share for _, share in tiers), default=None)
        if best is not None and best < 1:
            yield Fault(path, ("rule", "tiers"), "没有一格得满分，满分谁也得不到", "最高一格的得分比例应当是 1")
        if best is not None and item.rule.pass_share is not None and not 0 < item.rule.pass_share <= best:
            yield Fault(path, ("rule", "pass"), "达标比例不在各格之内", "应当大于 0，且不高于最高一格")


def _domains(rulebook: RuleBook) -> Iterator[Fault]:
    texts = Counter(text for domain in rulebook.domains for text in (domain.name, *domain.aliases))
    for domain in rulebook.domains:
        path = f"domains.{domain.code}"
        mine = [item for item in rulebook.items if domain.code in item.domains]
        if not mine:
            yield Fault(path, (), "这个领域没有指标", "请补充指标，或停用这个领域")
        if any(texts[text] > 1 for text in (domain.name, *domain.aliases)):
            yield Fault(path, ("name",), "名称或别名与其他领域重复", "请改用不同的写法")
        for cadence, full in rulebook.policies.full_points.items():
            total = sum(item.points for item in mine if item.cadence == cadence)
            if mine and total != full:
                found = f"{cadence} 指标满分合计 {total / POINT:g}，应当是 {full / POINT:g}"
                yield Fault(path, (), found, "请调整该领域各指标的 points，或修改 policies.full_points")


def _applicability(rulebook: RuleBook) -> Iterator[Fault]:
    groups: defaultdict[tuple[str, str, str], list[Item]] = defaultdict(list)
    for item in rulebook.items:
        for domain in item.domains:
            groups[domain, item.dimension, item.cadence].append(item)
    for (domain, _, _), items in groups.items():
        if all(item.applies_when for item in items):
            for item in items:
                found = f"领域 {domain} 里同维度、同周期的指标都有适用条件，不适用时分值无处可去"
                yield Fault(f"items.{item.code}", ("applies_when",), found, "请补充一个人人适用的指标，或去掉适用条件")


def _unknown(path: str, keys: tuple[str | int, ...], what: str, given: str, known: Collection[str]) -> Iterator[Fault]:
    if given not in known:
        yield Fault(path, keys, f"没有{what}“{given}”", f"现有：{'、'.join(sorted(known))}" if known else "请先补上")


_CHECKS = (
    _references,
    _conditions,
    _progress_boards,
    _ways_in,
    _event_kinds,
    _measures,
    _tiers,
    _domains,
    _applicability,
)
