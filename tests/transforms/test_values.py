"""Values as senders write them: yes and no, numbers, per cents, units, and the ranges that items allow."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from transforms import values


def _read(text, is_yes_no, unit, inbox):
    texts, units = pd.Series([text], dtype="str"), pd.Series([unit], dtype="str")
    num, den = values.read(texts, np.array([is_yes_no]), inbox)
    return values.in_units(num, den, texts, units, inbox)


@pytest.mark.parametrize(
    ("text", "is_yes_no", "value"),
    [
        ("是", True, 1),
        ("√", True, 1),
        ("否", True, 0),
        ("×", True, 0),
        ("对", True, None),
        ("1", True, None),
        ("true", True, None),
        (None, True, None),
        ("是", False, None),
        ("1", False, 1),
        ("95.5%", False, Fraction(955, 1000)),
        ("九十五", False, None),
        (None, False, None),
    ],
)
def test_yes_and_no_where_they_are_asked_for_and_numbers_elsewhere(rulebook, text, is_yes_no, value):
    num, den = _read(text, is_yes_no, None, rulebook.inbox)
    assert (Fraction(int(num[0]), int(den[0])) if den[0] else None) == value


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("95.5", "%", Fraction(955, 1000)),
        ("95.5%", "%", Fraction(955, 1000)),
        ("0.955", None, Fraction(955, 1000)),
        ("95.5%", "万元", Fraction(955, 1000)),
        ("50000", "元", Fraction(5)),
        ("5", "万元", Fraction(5)),
        ("0", "%", Fraction(0)),
        ("5", "亩", None),
    ],
)
def test_the_unit_of_the_heading_counts_unless_the_value_has_its_own_per_cent_sign(rulebook, text, unit, value):
    num, den = _read(text, False, unit, rulebook.inbox)
    assert (Fraction(int(num[0]), int(den[0])) if den[0] else None) == value


def test_one_value_has_one_form_however_it_is_written(rulebook):
    cells = [("50", "%"), ("50%", "%"), ("50%", None), ("0.5", None), ("0.50", None), ("5000", "元"), ("0.5", "万元")]
    forms = {tuple(int(part[0]) for part in _read(text, False, unit, rulebook.inbox)) for text, unit in cells}
    assert forms == {(1, 2)}


@pytest.mark.parametrize(
    ("value", "is_share", "verdict"),
    [
        (Fraction(0), True, "ok"),
        (Fraction(-1, 10**9), True, "out_of_range"),
        (Fraction(1), True, "ok"),
        (Fraction("1.5"), True, "ok"),
        (Fraction("1.5") + Fraction(1, 10**9), True, "out_of_range"),
        (Fraction("1.51"), False, "ok"),
        (Fraction(1_000_000), False, "ok"),
        (Fraction(1_000_000) + Fraction(1, 10**9), False, "out_of_range"),
        (Fraction(-1), False, "out_of_range"),
        (Fraction(10**40), False, "out_of_range"),
        (None, False, "malformed"),
        (None, True, "malformed"),
    ],
)
def test_the_bounds_themselves_are_in_range(rulebook, value, is_share, verdict):
    num, den = (0, 0) if value is None else (value.numerator, value.denominator)
    wide = object if max(abs(num), den) >= 2**63 else np.int64
    most = rulebook.policies.share_at_most if is_share else rulebook.policies.number_at_most
    assert list(values.verdict(np.array([num], wide), np.array([den], wide), most)) == [verdict]


def test_each_value_is_held_against_its_own_bound():
    num, den = np.array([3, 3, 101, 100]), np.array([2, 1, 1, 1])
    most = np.array([Fraction(3, 2), Fraction(3, 2), Fraction(100), Fraction(100)])
    assert list(values.verdict(num, den, most)) == ["ok", "out_of_range", "out_of_range", "ok"]


@pytest.mark.parametrize(
    ("num", "den", "verdict"),
    [(12, 1, "ok"), (0, 1, "ok"), (25, 2, "malformed"), (-1, 1, "out_of_range"), (0, 0, "malformed")],
)
def test_a_count_is_whole(num, den, verdict):
    found = values.verdict(np.array([num]), np.array([den]), Fraction(100), np.array([True]))
    assert list(found) == [verdict]


def test_fractions_are_reduced_also_where_they_are_wide():
    assert [part.tolist() for part in values.reduced(np.array([6, 0]), np.array([4, 0]))] == [[3, 0], [2, 0]]
    wide = np.array([10**30, 3], dtype=object), np.array([10**31, 7], dtype=object)
    assert [part.tolist() for part in values.reduced(*wide)] == [[1, 3], [10, 7]]
