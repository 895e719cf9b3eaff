"""Cadences, domains and their points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import combinations

from rulebooks.checks.faults import Fault, codes, dimensions_of, shown, unknown
from schemas.periods import CADENCES
from schemas.rulebook import CadenceRule, Domain, RuleBook

LEAP_YEAR = 2000


def cadences(rulebook: RuleBook) -> Iterator[Fault]:
    """There is one; parts are shorter ones, each once; it has something to score; the day to publish it by is one."""
    if not rulebook.cadences:
        yield Fault("names.scheme", (), "没有写考核周期", "请在 scheme.yaml 的 cadences 中写明")
    for rule in rulebook.cadences.values():
        path = f"cadences.{rule.cadence}"
        for part in rule.parts:
            if CADENCES.index(part) >= CADENCES.index(rule.cadence):
                yield Fault(path, ("parts",), f"“{part}”不比“{rule.cadence}”短，不能是它的一部分", "请只写较短的周期")
            yield from unknown(path, ("parts",), "考核周期", part, rulebook.cadences)
        others = (part for part in rule.parts if part in rulebook.cadences and part != rule.cadence)
        inside = {part: rulebook.cadences[part].parts for part in others}
        for part in rule.parts:
            if twice := [other for other, made_of in inside.items() if part in made_of]:
                found = f"“{part}”已经在“{twice[0]}”里，会算两遍"
                yield Fault(path, ("parts",), found, f"请删去“{part}”")
        own = [rule.full_points, *(domain.full_points.get(rule.cadence, 0) for domain in rulebook.domains)]
        if not rule.parts and not any(own):
            yield Fault(path, (), "没有自有指标，也没有 parts，无分可计", "请写 full_points 或 parts，或删去这个周期")
        if rule.publish_before and not _is_day(*rule.publish_before):
            yield Fault(path, ("publish_before",), "没有这一天", "请核对月份和日期")


def domains(rulebook: RuleBook) -> Iterator[Fault]:
    """Each has items, texts of its own, and known attributes."""
    texts = Counter(text for domain in rulebook.domains for text in {domain.name, *domain.aliases})
    kinds = codes(rulebook.organization_kinds.values())
    columns = set(rulebook.inbox.registry.columns.values())
    for domain in rulebook.domains:
        path = f"domains.{domain.code}"
        if not any(domain.code in item.domains for item in rulebook.items):
            yield Fault(path, (), "这个领域没有指标", "请补充指标，或停用这个领域")
        if any(texts[text] > 1 for text in (domain.name, *domain.aliases)):
            yield Fault(path, ("name",), "名称或别名与其他领域重复", "请改用不同的写法")
        for place, kind in enumerate(domain.where.get("kind", ())):
            yield from unknown(path, ("where", "kind", place), "组织类型", kind, kinds)
        for cadence in domain.full_points:
            yield from unknown(path, ("full_points", cadence), "考核周期", cadence, rulebook.cadences)
        for keys, attribute in _attributes(domain):
            if attribute not in columns:
                found = f"名册没有 {attribute} 一列，分不出这个领域" if keys else "名册没有 domain 一列，也没有写 where"
                yield Fault(path, keys, found, "请在 inbox.yaml 的 registry 中补上这一列，或改写条件")


def claims(rulebook: RuleBook) -> Iterator[Fault]:
    """No domain claims organisations that an earlier one has taken already; results of people stay apart."""
    restricted = {kind.code for kind in rulebook.organization_kinds.values() if kind.is_restricted}
    for domain in rulebook.domains:
        kinds = set(domain.where.get("kind", ()))
        if kinds & restricted and kinds - restricted:
            remedy = "请分成两个领域，让不公布的类型自成一类"
            yield Fault(f"domains.{domain.code}", ("where", "kind"), "公布的和不公布的组织类型在同一个领域", remedy)
    for earlier, later in combinations([domain for domain in rulebook.domains if domain.where], 2):
        both = earlier.where.keys() & later.where.keys()
        meet = all(set(earlier.where[key]) & set(later.where[key]) for key in both)
        if meet and earlier.where.keys() <= later.where.keys():
            found = f"与领域 {earlier.code} 争同样的组织，没有条件区分，排在前面的全拿走"
            yield Fault(f"domains.{later.code}", ("where",), found, "请加上能区分的条件，或把条件窄的排在前面")


def points(rulebook: RuleBook) -> Iterator[Fault]:
    """A domain's own items add up to the full points of every cadence. Source: RULES §1, month and quarter."""
    counted = dimensions_of(rulebook, "counted")
    for domain in rulebook.domains:
        mine = [item for item in rulebook.items if domain.code in item.domains]
        for rule in rulebook.cadences.values():
            of_cadence = [item for item in mine if item.cadence == rule.cadence and item.dimension in counted]
            total, full = sum(item.points for item in of_cadence), full_points(rule, domain)
            if mine and total != full:
                found = f"{rule.cadence} 指标满分合计 {shown(total)}，应当是 {shown(full)}"
                remedy = f"请调整该领域各指标的 points，或修改 cadences.{rule.cadence} 或该领域的 full_points"
                yield Fault(f"domains.{domain.code}", (), found, remedy)


def full_points(rule: CadenceRule, domain: Domain) -> int:
    """What a domain's own items of a cadence must come to."""
    return domain.full_points.get(rule.cadence, rule.full_points)


def _attributes(domain: Domain) -> Iterator[tuple[tuple[str, ...], str]]:
    if not domain.where:
        yield (), "domain"
    for attribute in domain.where:
        yield ("where", attribute), attribute
    if domain.peers_by:
        yield ("peers_by",), domain.peers_by


def _is_day(month: int, day: int) -> bool:
    try:
        return bool(date(LEAP_YEAR, month, day))
    except ValueError:
        return False
