"""The list of weak and lax organisations and its circumstances."""

from __future__ import annotations

from collections.abc import Iterator

from rulebooks.checks.faults import Fault, all_unknown
from schemas.rulebook import RuleBook

_PATH = "watch_list.list"


def watch_list(rulebook: RuleBook) -> Iterator[Fault]:
    """Organisations can come into question in every colour that is named."""
    if rulebook.watch_list is None:
        return
    monthly = {one.colour for one in rulebook.conditions if one.colour and one.cadence == "month"}
    if not monthly:
        found = "没有亮牌的月度预警条件，谁也不会列入考虑"
        yield Fault(_PATH, ("colours",), found, "请在 warnings.yaml 中写 cadence 为 month 的条件，或停用")
        return
    yield from all_unknown(_PATH, ("colours",), "月度预警的颜色", rulebook.watch_list.colours, monthly)


def circumstances(rulebook: RuleBook) -> Iterator[Fault]:
    """Circumstances have a list that they speak for."""
    if rulebook.watch_list is None:
        for entry in rulebook.circumstances:
            found = "没有整顿名单，登记了这种情形也没有用处"
            yield Fault(f"circumstances.{entry.code}", (), found, "请补上 watch_list.list，或停用")
