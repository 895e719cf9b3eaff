"""An invented scheme for the engines: 70 items, 26 to a domain, 14 deductions and the usual warning conditions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pandas as pd

from flows.demo import FIRST
from rulebooks.loader import load
from schemas.conditions import BottomPercent, Condition, FindingReviewed, ItemUnmet, Streak
from schemas.outcomes import NearestKind
from schemas.periods import Period
from schemas.rulebook import (
    POINT,
    CadenceRule,
    Dimension,
    Domain,
    Item,
    NegativeItem,
    OrganizationKind,
    Policies,
    Rule,
    RuleBook,
    RuleKind,
)

MONTH = Period.parse("2024-07")
DOMAINS = tuple(Domain(f"domain_{n}", f"领域{n}") for n in range(1, 6))
DIMENSIONS = tuple(Dimension(f"dimension_{n}", f"维度{n}") for n in range(1, 6))
COMMON, SPECIFIC = 15, 11
RULES: tuple[RuleKind, ...] = ("at_least", "proportional", "tiers", "per_unit", "yes_no")
SHARES = (Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), Fraction(1))
SINCE: dict[str, Any] = {"effective_from": date(2024, 1, 1), "adopted_on": date(2023, 12, 1), "reference": "invented"}
_BOTTOM_10 = BottomPercent(Fraction(10), "index", "floor", "spare")
_BOTTOM_5 = BottomPercent(Fraction(5), "index", "floor", "spare")
_UP = (NearestKind(("committee",)),)


def rulebook() -> RuleBook:
    """The invented scheme, always the same."""
    chance = Random(7)
    items = tuple(_item(number, chance) for number in range(COMMON + SPECIFIC * len(DOMAINS)))
    return RuleBook(
        scheme="invented",
        name="invented",
        index_name="index",
        version="2024-01-01",
        hash="0" * 64,
        dimensions=DIMENSIONS,
        domains=DOMAINS,
        organization_kinds={
            "党支部": OrganizationKind("branch", "党支部"),
            "党委": OrganizationKind("committee", "党委"),
        },
        bodies=(),
        items=items,
        negative_items=tuple(_negative_item(number, chance) for number in range(14)),
        conditions=(
            Condition("unmet", "未达标", "blue", 1, ItemUnmet(dynamic=True), _UP, **SINCE),
            Condition("finding", "反向指标", "blue", 1, FindingReviewed(), _UP, **SINCE),
            Condition("bottom_10", "后10%", "yellow", 2, _BOTTOM_10, _UP, **SINCE),
            Condition("bottom_5", "后5%", None, 0, _BOTTOM_5, (), **SINCE),
            Condition("unmet_3", "连续未达标", "red", 3, Streak("unmet", 3, "same_item"), _UP, **SINCE),
            Condition("bottom_5_3", "连续后5%", "red", 3, Streak("bottom_5", 3, "any_item"), _UP, **SINCE),
        ),
        cadences={"month": CadenceRule("month", 0)},
        policies=Policies("any_day", Fraction(3, 2), Fraction(1_000_000), Fraction(30), Fraction(10)),
        inbox=load(FIRST, MONTH.end).inbox,
    )


def item_table(rules: RuleBook) -> pd.DataFrame:
    """The items as the other engines read them: points and `each` in ten-thousandths, values in hundredths."""
    rows = [
        (item.code, item.dimension, item.rule.kind, item.points, item.is_dynamic, int((item.rule.target or 0) * 100),
         item.rule.each or 0, *(int(start * 100) for start, _ in item.rule.tiers or [(0, 0)] * len(SHARES)))
        for item in rules.items
    ]  # fmt: skip
    columns = ["item_code", "dimension", "rule", "points", "is_dynamic", "target", "each"]
    return pd.DataFrame(rows, columns=[*columns, *(f"tier_{n}" for n in range(1, len(SHARES) + 1))])


def item_domains(rules: RuleBook) -> pd.DataFrame:
    """Which items are assessed in which domain."""
    rows = [(domain, item.code) for item in rules.items for domain in item.domains]
    return pd.DataFrame(rows, columns=["domain", "item_code"])


def negative_table(rules: RuleBook) -> pd.DataFrame:
    """The negative list: what each finding takes and at most, in ten-thousandths."""
    rows = [(item.code, item.dimension, item.each, item.cap) for item in rules.negative_items]
    return pd.DataFrame(rows, columns=["item_code", "dimension", "each", "cap"])


def _item(number: int, chance: Random) -> Item:
    is_common = number < COMMON
    kind = RULES[number % len(RULES)]
    points = chance.randint(2, 6) * POINT
    return Item(
        code=f"I{number:02d}",
        order=number,
        name=f"指标{number}",
        dimension=DIMENSIONS[(number // len(DIMENSIONS) + number) % len(DIMENSIONS)].code,
        category="日常",
        kind="common" if is_common else "specific",
        source="declaration",
        cadence="month",
        domains=tuple(domain.code for domain in DOMAINS)
        if is_common
        else (DOMAINS[(number - COMMON) // SPECIFIC].code,),
        points=points,
        rule=_rule(kind, points, chance),
        measure=None,
        is_dynamic=number in {0, 4, 9, 14} or (not is_common and kind == "yes_no"),
        applies_when=None,
        lead_unit=f"unit_{number % 8}",
        unit="",
        **SINCE,
    )


def _rule(kind: RuleKind, points: int, chance: Random) -> Rule:
    match kind:
        case "at_least" | "proportional":
            return Rule(kind, target=Fraction(chance.randint(600, 950), 10))
        case "tiers":
            starts = sorted(chance.sample(range(100, 900), len(SHARES)))
            tiers = tuple((Fraction(start, 10), share) for start, share in zip(starts, SHARES, strict=True))
            return Rule(kind, tiers=tiers, pass_share=SHARES[1])
        case "per_unit":
            return Rule(kind, each=points // 5)
    return Rule(kind)


def _negative_item(number: int, chance: Random) -> NegativeItem:
    each = chance.randint(5, 30) * POINT // 10
    dimension = DIMENSIONS[number % len(DIMENSIONS)].code
    return NegativeItem(f"N{number:02d}", 100 + number, f"反向{number}", dimension, each, 2 * each, "month", **SINCE)
