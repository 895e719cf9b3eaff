"""Exact arithmetic: what numbers are, and that no sum, product or share ever loses or gains anything."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transforms.exact import (
    at_least,
    common_denominator,
    half_up,
    integers,
    largest_remainder,
    numbers,
    parse_number,
    product,
    sums,
)

ANY = st.integers(-(2**70), 2**70)
NUM, DEN = st.integers(0, 2**70), st.integers(1, 2**70)
SMALL = st.integers(-1000, 1000)


@pytest.mark.cases("numbers")
def test_a_number_is_read_exactly_or_not_at_all(case):
    expected = None if case["value"] == "refused" else Fraction(case["value"])
    assert parse_number(case["text"]) == expected


def test_a_column_of_numbers_has_no_denominator_where_there_is_no_number():
    num, den = numbers(pd.Series(["95.5%", None, "x", "", "12", "95.5%"], dtype="str"))
    assert num.tolist() == [191, 0, 0, 0, 12, 191]
    assert den.tolist() == [200, 0, 0, 0, 1, 200]


def test_an_empty_column_of_numbers_is_two_empty_arrays():
    num, den = numbers(pd.Series(dtype="str"))
    assert (len(num), len(den)) == (0, 0)


def test_a_number_beyond_64_bits_keeps_every_digit():
    num, den = numbers(pd.Series(["9223372036854775808", "1"], dtype="str"))
    assert num.tolist() == [2**63, 1]
    assert den.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("values", "dtype"),
    [([2**63 - 1], np.int64), ([-(2**63) + 1], np.int64), ([2**63], object), ([-(2**63)], object), ([], np.int64)],
)
def test_integers_are_64_bits_wide_while_all_fit(values, dtype):
    assert integers(values).dtype == dtype
    assert integers(values).tolist() == values


@given(st.lists(st.tuples(ANY, ANY, SMALL), min_size=1, max_size=6))
@example([(2**32, 2**31, 1)])
@example([(-(2**62), 2, 1)])
def test_a_product_is_that_of_python_integers(rows):
    first, second, third = (integers(list(column)) for column in zip(*rows, strict=True))
    assert product(first, second, third, 3).tolist() == [a * b * c * 3 for a, b, c in rows]


def test_a_product_stays_at_64_bits_while_it_fits():
    assert product(np.array([2**31]), np.array([2**31])).dtype == np.int64
    assert product(np.array([2**32]), np.array([2**31])).tolist() == [2**63]


@given(st.lists(st.tuples(NUM, DEN), min_size=1, max_size=6))
@example([(1, 2), (3, 2), (2**61, 2)])
@example([(2**62, 2**62 + 1)])
def test_half_up_is_the_floor_of_a_half_more(rows):
    values = [(num, den) for num, den in rows if num // den < 2**62]
    num, den = integers([num for num, _ in values]), integers([den for _, den in values])
    assert half_up(num, den).tolist() == [floor(Fraction(n, d) + Fraction(1, 2)) for n, d in values]


@pytest.mark.parametrize(("num", "rounded"), [(0, 0), (4, 0), (5, 1), (6, 1), (14, 1), (15, 2), (25, 3)])
def test_halves_are_rounded_up_and_not_to_even(num, rounded):
    assert half_up(np.array([num]), 10).tolist() == [rounded]


@given(ANY, DEN, st.fractions(-100, 100))
@example(2**62, 1, Fraction(2**62))
def test_at_least_compares_exactly(num, den, bound):
    assert at_least(integers([num]), integers([den]), bound).tolist() == [Fraction(num, den) >= bound]


def test_at_least_is_not_deceived_by_floating_point():
    almost = Fraction(95, 100) - Fraction(1, 10**17)
    num, den = integers([almost.numerator]), integers([almost.denominator])
    assert float(almost) >= 0.95
    assert at_least(num, den, Fraction(95, 100)).tolist() == [False]


@given(st.lists(st.tuples(ANY, st.integers(0, 2**62)), max_size=6))
@example([(1, 2**60), (1, 10**18)])
def test_values_over_a_common_denominator_are_the_same_values(rows):
    num, den = integers([num for num, _ in rows]), integers([den for _, den in rows])
    over, shared = common_denominator(num, den)
    assert [Fraction(int(n), shared) for n in over] == [Fraction(n, d) if d else 0 for n, d in rows]


@given(st.lists(st.tuples(ANY, st.integers(0, 3)), max_size=8))
@example([(2**62, 0), (2**62, 0)])
def test_sums_are_those_of_python_integers(rows):
    values, groups = integers([value for value, _ in rows]), np.array([group for _, group in rows], dtype=np.int64)
    assert sums(values, groups, 4).tolist() == [sum(value for value, of in rows if of == group) for group in range(4)]


WEIGHTS = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 100_000), min_size=width, max_size=width), min_size=1, max_size=4)
)


@given(WEIGHTS, st.integers(0, 1_000_000))
def test_shares_add_up_and_lie_within_one_of_the_exact_share(weights, total):
    parts = largest_remainder(np.full(len(weights), total), np.array(weights))
    for row, given_weights in zip(parts.tolist(), weights, strict=True):
        whole = sum(given_weights)
        assert sum(row) == (total if whole else 0)
        for part, weight in zip(row, given_weights, strict=True):
            exact = Fraction(total * weight, whole) if whole else Fraction(0)
            assert floor(exact) <= part < exact + 1


@given(WEIGHTS, st.integers(0, 1_000_000))
def test_the_larger_remainder_gets_the_part_and_at_a_tie_the_one_named_first(weights, total):
    parts = largest_remainder(np.full(len(weights), total), np.array(weights))
    for row, given_weights in zip(parts.tolist(), weights, strict=True):
        whole = sum(given_weights) or 1
        rest = [(total * weight % whole, -place) for place, weight in enumerate(given_weights)]
        is_up = [part > total * weight // whole for part, weight in zip(row, given_weights, strict=True)]
        got, left = ([key for key, up in zip(rest, is_up, strict=True) if up is want] for want in (True, False))
        assert not got or not left or min(got) > max(left)


def test_shares_stay_exact_where_64_bits_would_overflow():
    parts = largest_remainder(np.array([2**62]), np.array([[2**61, 2**61]]))
    assert parts.tolist() == [[2**61, 2**61]]


def test_a_weight_of_0_gets_nothing_even_where_parts_are_left_over():
    assert largest_remainder(np.array([2]), np.array([[0, 1, 1, 1]])).tolist() == [[0, 1, 1, 0]]
