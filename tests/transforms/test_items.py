"""Items looked up for whole columns."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from schemas.rulebook import Rule
from transforms.items import ItemTable


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
    ("rule", "is_share"),
    [
        (Rule("proportional", target=Fraction("0.95")), True),
        (Rule("proportional", target=Fraction(1)), True),
        (Rule("proportional", target=Fraction("1.01")), False),
        (Rule("at_least", target=Fraction("0.95")), False),
        (Rule("per_unit", each=1), False),
    ],
)
def test_a_share_is_a_proportional_item_with_a_target_of_at_most_1(item_of, rulebook, rule, is_share):
    table = ItemTable((item_of("X", rule),), rulebook)
    assert table.is_share(np.array([0, -1])).tolist() == [is_share, False]


def test_a_table_without_items_or_domains_knows_nothing(rulebook):
    nothing = ItemTable((), rulebook)
    positions = nothing.positions(_codes("OPEN"))
    assert list(nothing.state(positions, np.array(["hill"], dtype=object))) == ["unknown"]
    nowhere = ItemTable(rulebook.items, replace(rulebook, domains=()))
    assert list(nowhere.state(np.array([0]), np.array(["hill"], dtype=object))) == ["not_applicable"]
