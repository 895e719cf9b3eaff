"""Roll-ups and control totals."""

from __future__ import annotations

from collections.abc import Iterator

from rulebooks.checks.faults import Fault, all_unknown, codes, unknown
from schemas.rulebook import RuleBook

_OF_AN_ITEM = ("value", "met")
_FEWEST_PARTS = 2


def roll_ups(rulebook: RuleBook) -> Iterator[Fault]:
    """Figures are of kinds and items that there are."""
    kinds = codes(rulebook.organization_kinds.values())
    for figure in rulebook.roll_ups:
        path = f"roll_ups.{figure.code}"
        yield from all_unknown(path, ("kinds",), "组织类型", figure.kinds, kinds)
        if (figure.figure in _OF_AN_ITEM) != (figure.item is not None):
            found = "没有写汇总哪项指标" if figure.item is None else f"{figure.figure} 不看指标"
            yield Fault(path, ("item",), found, "figure 是 value、met 的写 item，其余不写")
        elif figure.item is not None:
            own = {item.code for item in rulebook.items if item.cadence == figure.cadence}
            yield from unknown(path, ("item",), f" {figure.cadence} 指标", figure.item, own)


def control_totals(rulebook: RuleBook) -> Iterator[Fault]:
    """Totals are made of others, each once."""
    for total in rulebook.control_totals:
        path = f"control_totals.{total.code}"
        if len(total.parts) < _FEWEST_PARTS:
            yield Fault(path, ("parts",), "总数至少由两部分相加", "请写齐各部分")
        for place, part in enumerate(total.parts):
            if part == total.name:
                yield Fault(path, ("parts", place), "总数不能是自己的一部分", "请核对各部分的名称")
            elif part in total.parts[:place]:
                yield Fault(path, ("parts", place), f"“{part}”写了两遍", "请删去一个")
