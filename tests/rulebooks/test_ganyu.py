"""The Ganyu rule book says what its reference catalogue says, column by column, and nothing is wrong with it."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from rulebooks.linter import lint
from rulebooks.loader import HERE, load
from schemas.conditions import Condition
from schemas.periods import Period
from schemas.rulebook import AppliesWhen, Item, Measure, NegativeItem, Rule, RuleBook, RuleKind

CATALOGUE = Path(__file__).parents[1] / "data" / "catalogue"
STATES = ("state_ratio", "state_flag", "state_value", "state_at_most", "state_not_before_period_end")


@pytest.fixture(scope="module")
def ganyu() -> RuleBook:
    return load("ganyu", date(2024, 7, 31))


def _catalogue(name: str) -> list[dict[str, Any]]:
    with (CATALOGUE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _points(text: str) -> int:
    return int(Decimal(text) * 10_000)


def _rule(kind: RuleKind, parameters: str) -> Rule:
    given = json.loads(parameters, parse_float=Fraction, parse_int=Fraction)
    each = int(given["each"] * 10_000) if "each" in given else None
    tiers = tuple((start, share) for start, share in given.get("tiers", []))
    return Rule(kind, given.get("target"), tiers, given.get("pass"), each)


def _measure(item: Item) -> str:
    """The measure in the catalogue's notation."""
    measure = item.measure or Measure("count", "")
    (of, over) = ("+".join(names) for names in (measure.of, measure.over))
    pair = {"state_at_most": f"{of}<={over}"}.get(measure.kind, f"{of}/{over}")
    topics = "|".join(measure.topics)
    if item.measure is None:
        return ""
    if measure.kind == "count":
        return f"count:{measure.event}:{topics}"
    if measure.kind == "ratio":
        return f"ratio:{measure.event}:{topics}:{pair}"
    return f"{measure.kind}:{pair if measure.over else of}"


def _applies_when(item: Item) -> str:
    return f"{item.applies_when.attribute}>={item.applies_when.at_least}" if item.applies_when else ""


def test_items_agree_with_the_catalogue(ganyu: RuleBook) -> None:
    ours = [
        {
            "order": str(item.order),
            "code": item.code,
            "name": item.name,
            "domains": "|".join(item.domains),
            "dimension": item.dimension,
            "category": item.category,
            "kind": item.kind,
            "source": item.source,
            "cadence": item.cadence,
            "points": item.points,
            "rule": item.rule,
            "dynamic": str(int(item.is_dynamic)),
            "applies_when": _applies_when(item),
            "lead_unit": item.lead_unit,
            "measure": _measure(item),
        }
        for item in ganyu.items
    ]
    theirs = [
        {**row, "points": _points(row["points"]), "rule": _rule(row["rule"], parameters)}
        for row in _catalogue("indicators.csv")
        if (parameters := row.pop("parameters"))
    ]
    assert len(ours) == 66
    assert ours == theirs


def test_negative_items_agree_with_the_catalogue(ganyu: RuleBook) -> None:
    ours = [(item.code, item.name, item.dimension, item.each, item.cap, item.cadence) for item in ganyu.negative_items]
    theirs = [
        (row["code"], row["name"], row["dimension"], _points(row["each"]), _points(row["cap"]), row["cadence"])
        for row in _catalogue("negative_list.csv")
    ]
    assert len(ours) == 14
    assert ours == theirs
    assert [item.order for item in ganyu.negative_items] == list(range(101, 115))


def test_every_domain_has_26_items_of_60_and_40_points(ganyu: RuleBook) -> None:
    for domain in ganyu.domains:
        items = [item for item in ganyu.items if domain.code in item.domains]
        assert len(items) == 26
        assert sum(item.points for item in items if item.cadence == "month") == 600_000
        assert sum(item.points for item in items if item.cadence == "quarter") == 400_000


def test_a_quarter_is_made_of_its_months_and_a_year_of_its_quarters(ganyu: RuleBook) -> None:
    rules = ganyu.cadences.values()
    assert [(rule.cadence, rule.full_points, rule.parts, rule.deductions) for rule in rules] == [
        ("month", 600_000, (), "mean"),
        ("quarter", 400_000, ("month",), "sum"),
        ("year", 0, ("quarter",), "mean"),
    ]
    assert ganyu.wholes(Period.parse("2024-07")) == (Period.parse("2024Q3"),)


def test_every_department_item_has_its_lead_unit_as_the_sender(ganyu: RuleBook) -> None:
    assert ganyu.inbox.submissions
    senders = ganyu.inbox.submissions.senders
    assert len(senders) == 17
    assert {
        (sender, heading, code) for sender, layout in senders.items() for heading, code in layout.items.items()
    } == {(item.lead_unit, item.name, item.code) for item in ganyu.items if item.source == "department"}


def test_every_value_says_which_document_says_so(ganyu: RuleBook) -> None:
    entries: list[Item | NegativeItem | Condition] = [*ganyu.items, *ganyu.negative_items, *ganyu.conditions]
    assert len(entries) == 66 + 14 + 6
    assert all(entry.adopted_on < entry.effective_from == date(2024, 1, 1) for entry in entries)
    assert ganyu.items[11].reference == "《赣榆区党组织组织力指数指标体系（参考目录）》第12项"


def test_state_measures_read_the_roster(ganyu: RuleBook) -> None:
    read = {item.measure.event for item in ganyu.items if item.measure and item.measure.kind in STATES}
    assert read == {"roster"}
    assert ganyu.items[5].applies_when == AppliesWhen("groups", 1)


def test_the_registry_may_say_whence_an_organisation_came(ganyu: RuleBook) -> None:
    assert ganyu.inbox.successions == {"改码": "recoded", "合并": "merged", "拆分": "split"}
    assert {ganyu.inbox.registry.columns[name] for name in ganyu.inbox.registry.optional} == {
        "predecessor_code",
        "succession",
    }


def test_the_three_colour_pool(ganyu: RuleBook) -> None:
    colours = {condition.code: condition.colour for condition in ganyu.conditions}
    assert colours == {
        "bottom_5": None,
        "dynamic_unmet": "blue",
        "finding": "blue",
        "bottom_10": "yellow",
        "bottom_5_3_months": "red",
        "dynamic_unmet_3_months": "red",
    }
    assert [body.name for body in ganyu.bodies if body.code == "组织部"] == ["区委组织部"]


def test_the_four_clearances_are_quarterly_items_of_villages(ganyu: RuleBook) -> None:
    (board,) = ganyu.progress_boards
    assert (board.code, board.name, board.lag_below) == ("four_clearances", "四清", Fraction(3, 5))
    items = {item.code: item for item in ganyu.items if item.code in board.items}
    assert list(items) == ["V04", "V05", "V06", "V07"]
    assert {(item.cadence, item.domains) for item in items.values()} == {("quarter", ("village",))}


def test_weak_and_lax_organisations_are_proposed_from_the_pool_against_seven_circumstances(ganyu: RuleBook) -> None:
    watched = ganyu.watch_list
    assert watched is not None
    assert (watched.places, watched.colours, watched.convert_days) == (15, ("red", "yellow"), 180)
    assert [one.code for one in ganyu.circumstances] == ["R01", "R02", "R03", "R04", "R05", "R06", "R07"]
    assert "7种情形的名称是本手册取定的" in watched.reference


def test_where_the_description_is_silent_the_policies_say_so(ganyu: RuleBook) -> None:
    assert (ganyu.policies.common_problem_percent, ganyu.policies.radar_margin_percent) == (30, 10)
    scheme = (HERE / "ganyu" / "scheme.yaml").read_text(encoding="utf-8")
    assert (ganyu.policies.recheck_percent, ganyu.policies.recheck_months) == (10, 12)
    for name in ("common_problem_percent", "radar_margin_percent", "recheck_percent", "recheck_months"):
        assert f"{name}: {{value: " in scheme
        assert "reference: 公开材料未规定，取产品缺省值" in scheme.partition(f"{name}:")[2].partition("}")[0]


def test_nothing_is_wrong_with_it() -> None:
    assert lint("ganyu") == []
