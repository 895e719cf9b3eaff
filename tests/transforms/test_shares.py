"""Factors of people: the coefficient of their unit times their own value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from schemas.outcomes import Share
from schemas.stages import STAGES
from transforms.shares import shares

SINCE = {"effective_from": date(2018, 1, 1), "adopted_on": date(2017, 12, 1), "reference": "办法第三条"}
ASSESSED = pd.DataFrame(
    [("u1", "town", None), ("u2", "town", None), ("p1", "member", "u1"), ("p2", "member", "u2"), ("p3", "member", "u1"),
     ("p4", "member", "u3"), ("p5", "member", None), ("q1", "guest", "u1")],
    columns=["org_code", "domain", "parent_code"],
).astype("str")  # fmt: skip


def coefficients(*rows):
    return pd.DataFrame(rows, columns=["org", "code", "value_num", "value_den"])


def lines(*rows):
    return pd.DataFrame(rows, columns=["org", "item_code", "value_num", "value_den"])


C = coefficients((0, "party", 205, 200), (1, "party", 197, 200), (0, "other", 1, 2), (1, "other", 1, 2))
OWN = lines((2, "P01", 9, 10), (3, "P01", 11, 10), (4, "P01", 0, 0), (5, "P01", 1, 1), (6, "P01", 1, 1),
            (7, "P01", 1, 1), (2, "P02", 5, 1))  # fmt: skip


@pytest.fixture(scope="module")
def rules(rulebook):
    pay = Share("pay", "个人绩效系数", ("member",), "year", "party", "P01", **SINCE)
    return replace(rulebook, shares=(pay, replace(pay, code="half", coefficient="other", personal="P02")))


def test_a_factor_is_the_units_coefficient_times_the_persons_value(rules):
    frame = STAGES["person_share"].validated(shares(C, OWN, ASSESSED, rules, "year"))
    found = {
        (row.org_code, row.share): (row.unit_code, Fraction(int(row.factor_num), int(row.factor_den)))
        for row in frame.itertuples()
    }
    assert found == {
        ("p1", "pay"): ("u1", Fraction("0.9225")),
        ("p2", "pay"): ("u2", Fraction("1.0835")),
        ("p1", "half"): ("u1", Fraction("2.5")),
    }
    assert frame[["factor_num", "factor_den"]].iloc[0].tolist() == [369, 400]


@pytest.mark.parametrize("cadence", ["month", "quarter"])
def test_shares_are_of_their_cadence(rules, cadence):
    assert STAGES["person_share"].validated(shares(C, OWN, ASSESSED, rules, cadence)).empty


def test_without_shares_or_coefficients_nobody_has_a_factor(rules, rulebook):
    assert shares(C.iloc[:0], OWN, ASSESSED, rules, "year").empty
    assert shares(C, OWN, ASSESSED, rulebook, "year").empty
