"""Loading: what is in force on a day, as known at a moment; exact, and the same whatever the order of keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import pytest
import yaml

from rulebooks.findings import RuleBookError
from rulebooks.loader import load, schemes
from schemas.outcomes import NearestKind
from schemas.periods import LOCAL_ZONE
from schemas.rulebook import Item, RuleBook


class Copy(Protocol):
    """What the fixture `copy` offers."""

    root: Path

    def replace(self, file: str, old: str, new: str) -> None: ...
    def append(self, file: str, text: str) -> None: ...


P03 = "    rule: {proportional: 0.95}\n    reference: 《赣榆区党组织组织力指数指标体系（参考目录）》第3项\n"
TIGHTER = (
    "    changes:\n"
    "      - {effective_from: 2024-07-01, adopted_on: 2024-06-20, reference: 通知一, rule: {proportional: 0.97}}\n"
)
CORRECTED = TIGHTER + (
    "      - {effective_from: 2024-07-01, adopted_on: 2024-08-05, reference: 更正, rule: {proportional: 0.96}}\n"
)
RETIRED = "    changes:\n      - {effective_from: 2024-07-01, adopted_on: 2024-06-20, reference: 通知, retired: true}\n"


def _item(book: RuleBook, code: str) -> Item:
    return next(item for item in book.items if item.code == code)


def _load(copy: Copy, on: date, known_at: datetime | None = None) -> RuleBook:
    return load("ganyu", on, known_at, root=copy.root)


@pytest.mark.parametrize(
    ("on", "target", "reference"),
    [
        (date(2024, 6, 30), Fraction(95, 100), "《赣榆区党组织组织力指数指标体系（参考目录）》第3项"),
        (date(2024, 7, 1), Fraction(97, 100), "通知一"),
        (date(2024, 12, 31), Fraction(97, 100), "通知一"),
    ],
)
def test_a_change_holds_from_its_day_on(copy: Copy, on: date, target: Fraction, reference: str) -> None:
    copy.replace("items/common.yaml", P03, P03 + TIGHTER)
    item = _item(_load(copy, on), "P03")
    assert (item.rule.target, item.reference) == (target, reference)
    assert item.name == "理论学习参学率"


@pytest.mark.parametrize(
    ("known_at", "target"),
    [
        (datetime(2024, 6, 19, 23, 59, tzinfo=LOCAL_ZONE), Fraction(95, 100)),
        (datetime(2024, 6, 20, tzinfo=LOCAL_ZONE), Fraction(97, 100)),
        (datetime.fromisoformat("2024-08-04T15:59:59Z"), Fraction(97, 100)),
        (datetime.fromisoformat("2024-08-04T16:00:00Z"), Fraction(96, 100)),
        (None, Fraction(96, 100)),
    ],
)
def test_what_was_adopted_later_was_not_known(copy: Copy, known_at: datetime | None, target: Fraction) -> None:
    copy.replace("items/common.yaml", P03, P03 + CORRECTED)
    assert _item(_load(copy, date(2024, 7, 31), known_at), "P03").rule.target == target


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        load("ganyu", date(2024, 7, 31), datetime(2024, 7, 31))  # noqa: DTZ001


def test_the_version_is_the_latest_start_applied(copy: Copy) -> None:
    copy.replace("items/common.yaml", P03, P03 + TIGHTER)
    assert _load(copy, date(2024, 6, 30)).version == "2024-01-01"
    assert _load(copy, date(2024, 7, 31)).version == "2024-07-01"


def test_a_later_rule_leaves_the_earlier_version_as_it_was(copy: Copy) -> None:
    before = _load(copy, date(2024, 6, 30))
    copy.replace("items/common.yaml", P03, P03 + TIGHTER)
    assert _load(copy, date(2024, 6, 30)) == before
    assert _load(copy, date(2024, 7, 1)).hash != before.hash


def test_a_retired_entry_is_gone_from_its_day_on(copy: Copy) -> None:
    copy.append("departments.yaml", "\n  退役军人局:\n    items: {}\n" + RETIRED)
    before, after = (_load(copy, day).inbox.submissions for day in (date(2024, 6, 30), date(2024, 7, 1)))
    assert before
    assert "退役军人局" in before.senders
    assert after
    assert "退役军人局" not in after.senders


def test_an_item_is_added_with_one_entry(copy: Copy) -> None:
    last = "第66项\n"
    copy.replace(
        "items/soe.yaml",
        last,
        last + "    changes: [{effective_from: 2025-01-01, adopted_on: 2024-12-01, reference: 通知, points: 2}]\n"
        "  E11:\n    order: 67\n    name: 党员安全岗\n    dimension: development_service\n    category: 作用发挥\n"
        "    source: platform\n    cadence: quarter\n    points: 1\n    lead_unit: 应急局\n"
        "    measure: {count: {event: meeting, topics: [安全岗]}}\n    rule: {at_least: 1}\n"
        "    effective_from: 2025-01-01\n    adopted_on: 2024-12-01\n    reference: 通知\n",
    )
    assert len(_load(copy, date(2024, 12, 31)).items) == 66
    added = _load(copy, date(2025, 1, 1)).items[-1]
    assert (added.code, added.points, added.domains, added.kind) == ("E11", 10_000, ("soe",), "specific")


def test_numbers_are_exact() -> None:
    book = load("ganyu", date(2024, 7, 31))
    assert _item(book, "P03").rule.target == Fraction(19, 20)
    assert _item(book, "V08").rule.each == 15_000
    assert _item(book, "E06").rule.tiers[0] == (Fraction(3, 5), Fraction(2, 5))
    assert book.policies.share_at_most == Fraction(3, 2)
    assert book.inbox.submissions
    assert book.inbox.submissions.units["%"] == Decimal("0.01")
    assert book.conditions[0].when.percent == 5  # type: ignore[union-attr]
    assert book.conditions[2].responsible[0] == NearestKind(("committee", "work_committee"))


def test_the_hash_does_not_hang_on_the_order_of_keys_or_the_spelling_of_numbers(copy: Copy) -> None:
    before = _load(copy, date(2024, 7, 31))
    copy.replace("items/common.yaml", "points: 5.0", "points: 5.000")
    for path in (copy.root / "ganyu").rglob("*.yaml"):
        _turn_keys_round(path)
    (copy.root / "ganyu/items/soe.yaml").rename(copy.root / "ganyu/items/a.yaml")
    assert _load(copy, date(2024, 7, 31)).hash == before.hash


def _turn_keys_round(path: Path) -> None:
    document = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    nodes = [document]
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            nodes += [child for _, child in node.value]
            node.value.reverse()
    path.write_text(yaml.serialize(document, allow_unicode=True), encoding="utf-8")


def test_the_hash_tells_contents_apart(copy: Copy) -> None:
    before = _load(copy, date(2024, 7, 31))
    copy.replace("scheme.yaml", "share_at_most: {value: 1.5", "share_at_most: {value: 2")
    after = _load(copy, date(2024, 7, 31))
    assert after.policies == replace(before.policies, share_at_most=Fraction(2))
    assert after.hash != before.hash


def test_a_scheme_is_a_folder_with_a_scheme_file(copy: Copy) -> None:
    (copy.root / "schema").mkdir()
    assert schemes(copy.root) == ["ganyu"]
    assert "ganyu" in schemes()


def test_an_unknown_scheme_is_refused(copy: Copy) -> None:
    with pytest.raises(RuleBookError, match="没有考核体系“nowhere”。现有：ganyu"):
        load("nowhere", date(2024, 7, 31), root=copy.root)


def test_a_day_before_the_scheme_is_refused(copy: Copy) -> None:
    with pytest.raises(RuleBookError) as refused:
        _load(copy, date(2023, 12, 31))
    assert [finding.path for finding in refused.value.findings] == ["names.scheme"]
    assert "2023-12-31 没有施行中的规则" in str(refused.value)


def test_loading_refuses_every_fault_of_its_version_at_once(copy: Copy) -> None:
    copy.replace("items/village.yaml", "rule: yes_no", "rule: {at_leest: 1}")
    copy.replace("negative_list.yaml", "each: 1.0", "each: 1.00001")
    with pytest.raises(RuleBookError) as refused:
        _load(copy, date(2024, 7, 31))
    assert {(finding.file, finding.path) for finding in refused.value.findings} == {
        ("items/village.yaml", "items.V01.rule.at_leest"),
        ("negative_list.yaml", "negative_items.X01.each"),
    }


def test_loading_refuses_points_that_do_not_add_up(copy: Copy) -> None:
    copy.replace("items/village.yaml", "points: 4.0", "points: 5.0")
    with pytest.raises(RuleBookError, match="month 指标满分合计 61，应当是 60"):
        _load(copy, date(2024, 7, 31))


def test_faults_of_a_later_version_do_not_stop_an_earlier_one(copy: Copy) -> None:
    copy.replace("items/common.yaml", P03, P03 + TIGHTER.replace("rule: {proportional: 0.97}", "points: 9"))
    assert _item(_load(copy, date(2024, 6, 30)), "P03").points == 40_000
    with pytest.raises(RuleBookError, match="合计 65"):
        _load(copy, date(2024, 7, 1))


def test_one_more_department_is_no_other_rule(copy: Copy) -> None:
    before = _load(copy, date(2024, 7, 31))
    copy.replace("inbox.yaml", "not_data: [合计, 小计, 总计, 注]", "not_data: [合计, 小计, 总计, 注, 填表人]")
    after = _load(copy, date(2024, 7, 31))
    assert after.inbox != before.inbox
    assert after.hash == before.hash
