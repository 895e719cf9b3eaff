"""Items looked up for whole columns."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from schemas.layouts import SenderLayout
from schemas.periods import Period
from schemas.rulebook import Ballot, Rule
from transforms.items import ItemTable, due_inbox


@pytest.fixture(scope="module")
def table(rulebook):
    return ItemTable(rulebook.items, rulebook)


def _codes(*codes):
    return pd.Series(codes, dtype="str")


def test_positions_are_places_in_the_rule_book(table, rulebook):
    expected = [next(place for place, item in enumerate(rulebook.items) if item.code == "OPEN"), 0, -1, -1]
    assert table.positions(_codes("OPEN", "COUNT", "NONE", None)).tolist() == expected


@pytest.mark.parametrize(
    ("code", "domain", "state"),
    [
        ("FLAG", "hill", "known"),
        ("FLAG", "plain", "not_applicable"),
        ("OPEN", "plain", "known"),
        ("OPEN", None, "not_applicable"),
        ("OPEN", "elsewhere", "not_applicable"),
        ("NONE", "hill", "unknown"),
        ("NONE", None, "unknown"),
    ],
)
def test_an_item_is_known_where_it_is_one_of_the_domain(table, code, domain, state):
    assert list(table.state(table.positions(_codes(code)), np.array([domain], dtype=object))) == [state]


def test_values_are_written_as_the_rule_asks(table):
    positions = table.positions(_codes("OPEN", "VISITS", "NONE"))
    assert table.is_yes_no(positions).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("rule", "most"),
    [
        (Rule("proportional", target=Fraction("0.95")), "1.5"),
        (Rule("proportional", target=Fraction(1)), "1.5"),
        (Rule("proportional", target=Fraction("1.01")), "1000000"),
        (Rule("at_least", target=Fraction("0.95")), "1000000"),
        (Rule("per_unit", each=1), "1000000"),
        (Rule("scored", target=Fraction(100), pass_share=Fraction("0.6")), "100"),
    ],
)
def test_a_share_and_a_score_have_bounds_of_their_own(item_of, rulebook, rule, most):
    table = ItemTable((item_of("X", rule),), rulebook)
    assert table.most(np.array([0, -1])).tolist() == [Fraction(most), 1_000_000]


def test_an_item_with_assessors_is_each_of_them_to_the_one_who_sends_it(item_of, rulebook):
    items = [item_of("A", Rule("yes_no"))] + [item_of("T", Rule("yes_no"), assessor=name) for name in ("甲局", "乙局")]
    table = ItemTable(items, rulebook)
    senders = _codes("甲局", "乙局", "丙局", None, "丙局", None)
    assert table.positions(_codes("T", "T", "T", "T", "A", "A"), senders).tolist() == [1, 2, -1, -1, 0, 0]
    assert table.positions(_codes(None, "NONE"), _codes("甲局", "甲局")).tolist() == [-1, -1]


def test_a_ballot_is_sent_cell_by_cell_and_each_counts_votes(item_of, rulebook):
    ballot = Ballot("发出票数", {"好": Fraction(1), "差": Fraction(0)}, Fraction("0.8"))
    share = Rule("proportional", target=Fraction(1))
    table = ItemTable((item_of("B", share, ballot=ballot), item_of("A", share)), rulebook)
    positions = table.positions(_codes("B/发出票数", "B/好", "B/差", "A", "B", "B/中"))
    assert positions.tolist() == [0, 1, 2, 3, -1, -1]
    assert table.is_count(positions).tolist() == [True, True, True, False, False, False]
    assert table.most(positions[:4]).tolist() == [1_000_000, 1_000_000, 1_000_000, Fraction("1.5")]
    assert list(table.state(positions[:1], np.array(["hill"], dtype=object))) == ["known"]


def test_a_department_is_asked_for_the_items_of_the_period_or_where_it_has_none_for_all(item_of, rulebook):
    ballot = Ballot("发出票数", {"好": Fraction(1)}, Fraction(0))
    items = (item_of("M", Rule("yes_no")), item_of("Q", Rule("yes_no"), cadence="quarter"),
             item_of("B", Rule("yes_no"), cadence="quarter", ballot=ballot))  # fmt: skip
    sender = SenderLayout(items={"月": "M", "季": "Q", "发": "B/发出票数", "好": "B/好"})
    layout = rulebook.inbox.submissions.model_copy(update={"senders": {"甲局": sender, "乙局": SenderLayout(items={})}})
    rules = replace(rulebook, items=items, inbox=rulebook.inbox.model_copy(update={"submissions": layout}))
    asked = {
        period: list(due_inbox(rules, Period.parse(period)).submissions.senders["甲局"].items.values())
        for period in ("2024-07", "2024Q3", "2024")
    }
    of_quarter = ["Q", "B/发出票数", "B/好"]
    assert asked == {"2024-07": ["M"], "2024Q3": of_quarter, "2024": ["M", *of_quarter]}
    without = replace(rules, inbox=rules.inbox.model_copy(update={"submissions": None}))
    assert due_inbox(without, Period.parse("2024")) is without.inbox


def test_a_table_without_items_or_domains_knows_nothing(rulebook):
    nothing = ItemTable((), rulebook)
    positions = nothing.positions(_codes("OPEN"))
    assert list(nothing.state(positions, np.array(["hill"], dtype=object))) == ["unknown"]
    nowhere = ItemTable(rulebook.items, replace(rulebook, domains=()))
    assert list(nowhere.state(np.array([0]), np.array(["hill"], dtype=object))) == ["not_applicable"]
