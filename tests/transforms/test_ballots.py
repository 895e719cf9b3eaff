"""Ballots: the numbers of a vote become one value, or none."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rulebook import Ballot, Rule
from transforms.ballots import counted

NAMES = ("发出票数", "优秀", "称职", "不称职")
BALLOT = Ballot("发出票数", {"优秀": Fraction(1), "称职": Fraction("0.8"), "不称职": Fraction(0)}, Fraction("0.8"))


@pytest.fixture(scope="module")
def rules(rulebook, item_of):
    votes = item_of("B", Rule("proportional", target=Fraction(1)), source="department", ballot=BALLOT)
    return replace(rulebook, items=(item_of("A", Rule("yes_no")), votes))


def cells(*rows):
    """Accepted cells from (org, item, sender, counts, number), each in a row of its own."""
    org, item, sender, counts, number = zip(*rows, strict=True) if rows else ([],) * 5
    texts = {"org_code": org, "item_code": item, "sender": sender, "batch_id": ["b"] * len(org)}
    frame = pd.DataFrame({name: pd.Series(list(values), dtype="str") for name, values in texts.items()})
    whole = {"row_no": range(len(frame)), "value_num": list(number), "value_den": [1] * len(frame)}
    return frame.assign(**whole, counts=pd.Series(list(counts), dtype="bool"))


def vote(*numbers, org="1", sender="甲局", counts=True):
    """The cells of one ballot; None for a cell that was not sent."""
    return [
        (org, f"B/{name}", sender, counts, number)
        for name, number in zip(NAMES, numbers, strict=True)
        if number is not None
    ]


def values(frame):
    """The values of item B by organisation and sender, None where missing."""
    own = frame[frame["item_code"] == "B"]
    return {
        (row.org_code, row.sender): Fraction(int(row.value_num), int(row.value_den)) if row.value_den else None
        for row in own.itertuples()
    }


@pytest.mark.parametrize(
    ("numbers", "value"),
    [
        ((30, 20, 10, 0), Fraction(28, 30)),
        ((30, 24, 0, 0), Fraction(1)),
        ((30, 0, 0, 30), Fraction(0)),
        ((30, 3, 5, 16), Fraction(7, 24)),
        ((30, 23, 0, 0), None),
        ((30, 31, 0, 0), None),
        ((30, 30, 0, 0), Fraction(1)),
        ((0, 0, 0, 0), None),
        ((None, 20, 10, 0), None),
        ((30, 20, 10, None), None),
    ],
)
def test_the_value_is_the_weighted_mean_of_the_votes_where_enough_came_back(rules, numbers, value):
    found = counted(cells(*vote(*numbers)), rules)
    assert values(found) == {("1", "甲局"): value}
    assert len(found) == 1


def test_each_organisation_and_sender_has_a_ballot_of_its_own_and_other_cells_stay(rules):
    other = [("1", "A", "甲局", True, 1)]
    given_cells = cells(*vote(10, 10, 0, 0), *vote(10, 0, 10, 0, org="2"), *other, *vote(10, 0, 0, 10, sender="乙局"))
    found = counted(given_cells, rules)
    assert values(found) == {("1", "甲局"): 1, ("2", "甲局"): Fraction("0.8"), ("1", "乙局"): 0}
    assert found["item_code"].tolist() == ["A", "B", "B", "B"]
    assert list(found) == list(given_cells)


def test_a_cell_that_was_not_verified_leaves_the_whole_ballot_out(rules):
    first, *rest = vote(10, 10, 0, 0)
    found = counted(cells((*first[:3], False, first[4]), *rest), rules)
    assert found["counts"].tolist() == [False]


def test_a_ballot_sent_twice_counts_once_and_what_counts_goes_before_what_does_not(rules):
    twice = vote(10, 10, 0, 0) + vote(10, 10, 0, 0)
    assert values(counted(cells(*twice), rules)) == {("1", "甲局"): 1}
    replaced = counted(cells(*vote(10, 10, 0, 0), *vote(10, 0, 0, 10, counts=False)), rules)
    assert (values(replaced), replaced["counts"].tolist()) == ({("1", "甲局"): 1}, [True])


def test_without_ballots_the_cells_are_as_they_were(rules, rulebook):
    given_cells = cells(("1", "A", "甲局", True, 1))
    assert counted(given_cells, rulebook) is given_cells
    assert counted(cells(), rules).empty


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=6))
def test_every_ballot_is_counted_exactly(rules, ballots):
    rows = [cell for n, numbers in enumerate(ballots) for cell in vote(*numbers, org=str(n))]
    found = values(counted(cells(*rows), rules))
    for n, (issued, *votes) in enumerate(ballots):
        holds = 0 < sum(votes) <= issued and Fraction(sum(votes), issued) >= BALLOT.minimum_turnout
        weighted = sum(weight * own for weight, own in zip(BALLOT.options.values(), votes, strict=True))
        assert found[str(n), "甲局"] == (weighted / sum(votes) if holds else None)
