"""Scales of grades: every grade can be reached, every score has one, quotas hold together."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from rulebooks.checks.attainable import highest_index
from rulebooks.checks.faults import Fault, all_unknown, by_code, codes, shown, unknown
from schemas.outcomes import Grade, QuotasByUnit, Scale
from schemas.rulebook import RuleBook

_ALL = 100
"""Per cent that are the whole."""
_DEMANDS = ("at_least", "at_most_percent", "mandatory", "percent_of_first")


def demands(rulebook: RuleBook) -> Iterator[Fault]:
    """The last grade is open to all and every better one asks for something; names are known and used once."""
    consequences = codes(rulebook.consequences)
    for scale in rulebook.scales:
        path, by_unit = f"scales.{scale.code}", _with_quota(scale)
        seen: set[str] = set()
        for place, grade in enumerate(scale.grades):
            keys, is_last = ("grades", place), place == len(scale.grades) - 1
            asked = [key for key in _DEMANDS if getattr(grade, key) not in {None, False}]
            if is_last and (asked or grade.code in by_unit):
                remedy = "请删去要求，或在后面补一个没有要求的等次"
                yield Fault(path, (*keys, *asked[:1]), "最后一等也有要求，达不到的无等次可评", remedy)
            if is_last and grade.is_award and len(scale.grades) > 1:
                yield Fault(path, (*keys, "is_award"), "最后一等是表彰等次，不得表彰的无等次可评", "请删去 is_award")
            if not is_last and not asked and grade.code not in by_unit:
                remedy = "请写分数线、名额或其他要求"
                yield Fault(path, keys, "没有要求，人人可评，后面的等次谁也评不上", remedy)
            if grade.code in seen:
                yield Fault(path, (*keys, "code"), f"等次“{grade.code}”写了两遍", "请改用别的代码")
            seen.add(grade.code)
            yield from all_unknown(path, (*keys, "consequences"), "后果", grade.consequences, consequences)


def mandatory(rulebook: RuleBook) -> Iterator[Fault]:
    """A grade for meeting what is mandatory is of domains in which something is."""
    for scale in rulebook.scales:
        having = {
            domain
            for item in rulebook.items
            if item.is_mandatory and item.cadence == scale.cadence
            for domain in item.domains
        }
        for place, grade in enumerate(scale.grades):
            for domain in [domain for domain in scale.domains if grade.mandatory and domain not in having]:
                found = f"领域 {domain} 没有 {scale.cadence} 的必达指标，人人算达标"
                remedy = "请给指标写 is_mandatory: true，或改写要求"
                yield Fault(f"scales.{scale.code}", ("grades", place, "mandatory"), found, remedy)


def lines(rulebook: RuleBook) -> Iterator[Fault]:
    """Lines fall from grade to grade, and every one can be reached in every domain."""
    for scale in rulebook.scales:
        path = f"scales.{scale.code}"
        for key in ("at_least", "percent_of_first"):
            drawn = [(place, getattr(grade, key)) for place, grade in enumerate(scale.grades)]
            for (_, better), (place, line) in pairwise([pair for pair in drawn if pair[1] is not None]):
                if line >= better:
                    yield Fault(path, ("grades", place, key), "不低于更高一等的，这一等谁也评不上", "请由高到低写")
        for place, grade in enumerate(scale.grades):
            for domain in scale.domains if grade.at_least is not None else ():
                highest = highest_index(rulebook, domain, scale.cadence)
                if grade.at_least is not None and grade.at_least > highest:
                    found = f"领域 {domain} 最高只能得 {shown(int(highest))} 分，评不上“{grade.name}”"
                    remedy = "请降低分数线，或核对满分、加分上限和系数"
                    yield Fault(path, ("grades", place, "at_least"), found, remedy)


def bands(rulebook: RuleBook) -> Iterator[Fault]:
    """Upper ends, where written, meet the next better line: no overlap, no gap."""
    for scale in rulebook.scales:
        better: int | None = None
        for place, grade in enumerate(scale.grades):
            yield from _upper_end(rulebook, scale, place, grade, better)
            better = grade.at_least if grade.at_least is not None else better


def quotas(rulebook: RuleBook) -> Iterator[Fault]:
    """Quotas together are at most the whole."""
    for scale in rulebook.scales:
        path, total = f"scales.{scale.code}", Fraction(0)
        for place, grade in enumerate(scale.grades):
            total += grade.at_most_percent or 0
            if grade.at_most_percent and total > _ALL:
                found = f"名额合计 {float(total):g}%，超过100%"
                yield Fault(path, ("grades", place, "at_most_percent"), found, "请调整各等次的名额")
        if scale.by_unit:
            yield from _by_unit(rulebook, scale, scale.by_unit)


def _with_quota(scale: Scale) -> set[str]:
    return {code for quotas in scale.by_unit.quotas.values() for code in quotas} if scale.by_unit else set()


def _upper_end(rulebook: RuleBook, scale: Scale, place: int, grade: Grade, better: int | None) -> Iterator[Fault]:
    path, keys = f"scales.{scale.code}", ("grades", place, "below" if grade.below is not None else "to")
    if grade.below is not None and grade.at_most is not None:
        yield Fault(path, keys, "below（不含）和 to（含）只能写一个", "请删去一个")
        return
    end = grade.below if grade.at_most is None else grade.at_most + 1
    if end is None:
        return
    if grade.at_least is not None and end <= grade.at_least:
        yield Fault(path, keys, "上限不高于 at_least", "请核对分数线")
    elif better is None:
        highest = max((highest_index(rulebook, domain, scale.cadence) for domain in scale.domains), default=0)
        if end <= highest:
            found = f"更高的分没有等次可评（最高可得 {shown(int(highest))} 分）"
            yield Fault(path, keys, found, "请删去上限")
    elif end != better:
        wrong = "重叠" if end > better else "之间有空档"
        found = f"与更高一等的 at_least {shown(better)} {wrong}"
        yield Fault(path, keys, found, f"请写成 below: {shown(better)}，或删去（没有评上更高一等的自然评这一等）")


def _by_unit(rulebook: RuleBook, scale: Scale, by_unit: QuotasByUnit) -> Iterator[Fault]:
    path, keys = f"scales.{scale.code}", ("by_unit", "quotas")
    scales, domains = by_code(rulebook.scales), by_code(rulebook.domains)
    others = {code for code, other in scales.items() if code != scale.code and other.cadence == scale.cadence}
    yield from unknown(path, ("by_unit", "scale"), f" {scale.cadence} 等次体系", by_unit.scale, others)
    for place, domain in enumerate(scale.domains):
        if domain in domains and domains[domain].peers_by != "parent_code":
            found = f"领域 {domain} 不是按上级组织分组排名，不能按单位分名额"
            yield Fault(path, ("domains", place), found, "请给这个领域写 peers_by: parent_code")
    own, above = codes(scale.grades), codes(scales[by_unit.scale].grades) if by_unit.scale in others else set()
    for unit_grade, given in by_unit.quotas.items():
        if above:
            yield from unknown(path, (*keys, unit_grade), "单位等次", unit_grade, above)
        for code in given:
            yield from unknown(path, (*keys, unit_grade, code), "等次", code, own)
        if sum(given.values()) > _ALL:
            found = f"名额合计 {float(sum(given.values())):g}%，超过100%"
            yield Fault(path, (*keys, unit_grade), found, "请调整各等次的名额")
    for unit_grade in sorted(above - by_unit.quotas.keys()):
        yield Fault(path, keys, f"没有写单位等次“{unit_grade}”的名额", "请补上；没有名额的写 0")
