"""Items: their codes, rules, whether they apply, and whose results they are taken from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from rulebooks.checks.faults import Fault, all_unknown, by_code, codes, unknown
from rulebooks.checks.scheme import LEAP_YEAR
from schemas.periods import CADENCES, Cadence, Period
from schemas.rulebook import Item, Relatives, RuleBook

_NOT_IN_CODES = "/:"
"""What parts a cell's name from the item's, and a ledger line's kind from its code."""


def item_codes(rulebook: RuleBook) -> Iterator[Fault]:
    """Codes of what has ledger lines can be told from codes that the ledger makes."""
    for section in ("items", "negative_items", "adjustments", "coefficients"):
        for code in by_code(getattr(rulebook, section)):
            if any(sign in code for sign in _NOT_IN_CODES):
                yield Fault(f"{section}.{code}", (), "代码里不能有“/”和“:”", "请改用别的代码")


def tiers(rulebook: RuleBook) -> Iterator[Fault]:
    """Tiers ascend without overlap, reach the full points, and the share that passes is one of theirs."""
    for code, item in by_code(rulebook.items).items():
        path, written = f"items.{code}", item.rule.tiers
        for place, ((start, share), (next_start, next_share)) in enumerate(pairwise(written), start=1):
            if next_start == start:
                yield Fault(path, ("rule", "tiers", place), "起点与上一格相同，两格重叠", "每格的起点应当不同")
            if next_start < start:
                yield Fault(path, ("rule", "tiers", place), "起点比上一格低", "请由低到高排列")
            if next_share <= share:
                yield Fault(path, ("rule", "tiers", place), "得分比例不比上一格高", "格次越高得分比例应当越高")
        best = max((share for _, share in written), default=1)
        if best < 1:
            yield Fault(path, ("rule", "tiers"), "没有一格得满分，满分谁也得不到", "最高一格的得分比例应当是 1")
        if item.rule.pass_share is not None and not 0 < item.rule.pass_share <= best:
            found = "达标比例不在各格之内" if written else "达标比例是 0，人人达标"
            yield Fault(path, ("rule", "pass"), found, "应当大于 0，且不高于最高一格")


def milestones(rulebook: RuleBook) -> Iterator[Fault]:
    """Milestones come one after the other and ask for no less each time."""
    for code, item in by_code(rulebook.items).items():
        for place, (earlier, later) in enumerate(pairwise(item.rule.milestones), start=1):
            keys = ("rule", "milestones", place)
            if later[:2] <= earlier[:2]:
                yield Fault(f"items.{code}", (*keys, "by"), "时间节点不晚于上一个", "请由早到晚排列")
            if later[2] < earlier[2]:
                yield Fault(f"items.{code}", (*keys, "at_least"), "目标比上一个节点低", "越晚的节点目标应当越高")


def applicability(rulebook: RuleBook) -> Iterator[Fault]:
    """Where an item may not apply, another takes its points."""
    groups: defaultdict[tuple[str, str, Cadence], dict[str, Item]] = defaultdict(dict)
    for item in rulebook.items:
        for domain in item.domains:
            groups[domain, item.dimension, item.cadence][item.code] = item
    for (domain, _, _), items in groups.items():
        if not all(_may_not_apply(item) for item in items.values()):
            continue
        for code, item in items.items():
            keys = ("applies_when",) if item.applies_when else ("rule", "milestones")
            found = f"领域 {domain} 里同维度、同周期的指标都有适用条件，不适用时分值无处可去"
            yield Fault(f"items.{code}", keys, found, "请补充一个人人适用的指标，或去掉适用条件")


def _may_not_apply(item: Item) -> bool:
    """Whether there are units or periods to which the item does not apply."""
    if item.applies_when or not item.rule.milestones:
        return item.applies_when is not None
    month, day, _ = item.rule.milestones[0]
    first_end = Period.month_of(date(LEAP_YEAR, 1, 1)).around(item.cadence).end
    return (month, day) > (first_end.month, first_end.day)


def relatives(rulebook: RuleBook) -> Iterator[Fault]:
    """Items of the source `units` say whose results they read, and these results exist."""
    items, domains = by_code(rulebook.items), codes(rulebook.domains)
    for code, item in items.items():
        path, keys = f"items.{code}", ("relatives",)
        if item.source == "units" and item.relatives is None:
            yield Fault(path, keys, "取自上下级组织的指标没有写看谁的结果", "请写 relatives，或改 source")
        if item.relatives is None:
            continue
        if item.source != "units":
            yield Fault(path, keys, "只有取自上下级组织的指标才写 relatives", "请删去，或把 source 改为 units")
        yield from all_unknown(path, (*keys, "domains"), "领域", item.relatives.domains, domains)
        yield from _what_is_read(path, item, item.relatives, items)


def _what_is_read(path: str, item: Item, read: Relatives, items: dict[str, Item]) -> Iterator[Fault]:
    keys = ("relatives", "item")
    if (read.of == "met") != (read.item is not None):
        found = "没有写看哪项指标的达标率" if read.of == "met" else "看得分率的不写 item"
        yield Fault(path, keys, found, "of: met 与 item 应当一起写")
    elif read.item is not None:
        near = {
            code
            for code, other in items.items()
            if other.cadence == item.cadence and set(other.domains) & set(read.domains)
        }
        yield from unknown(path, keys, f"这些领域的 {item.cadence} 指标", read.item, near)


def circles(rulebook: RuleBook) -> Iterator[Fault]:
    """No domain's results hang, through those of others, on themselves."""
    for cadence in CADENCES:
        reads: defaultdict[str, set[str]] = defaultdict(set)
        related = [item for item in rulebook.items if item.relatives and item.cadence == cadence]
        for item in related:
            for domain in item.domains:
                reads[domain] |= set(item.relatives.domains) if item.relatives else set()
        for item in related:
            assert item.relatives
            back = [domain for domain in item.relatives.domains if set(item.domains) & _reached(domain, reads)]
            if back:
                found = f"领域 {back[0]} 的得分又取自本指标的领域，互相等对方的结果"
                yield Fault(f"items.{item.code}", ("relatives", "domains"), found, "请去掉其中一头")


def _reached(domain: str, reads: dict[str, set[str]]) -> set[str]:
    """A domain and all whose results its own hang on."""
    reached, new = {domain}, {domain}
    while new:
        new = {further for one in new for further in reads.get(one, ())} - reached
        reached |= new
    return reached
