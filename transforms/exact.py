"""Exact arithmetic on whole columns: values are fractions of two integer arrays, rounded once, half up (RULES §0).

Arrays are int64 while every product fits and Python integers (dtype object) where one would not, so that no value is
ever rounded or wraps round. A denominator of 0 means that the value is missing.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import lcm

import numpy as np
import pandas as pd

_INT64 = 2**63
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?(%?)", re.ASCII)
_HUNDREDTH = Fraction(1, 100)


def parse_number(text: str) -> Fraction | None:
    """The exact value of a number as people write it: 1,234.5, 95.5% or -3; None for anything else.

    Only ASCII digits are read; senders' full-width digits have been translated by then.
    """
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    value = Fraction(Decimal(text.rstrip("%").replace(",", "")))
    return value * _HUNDREDTH if found[1] else value


def integers(values: list[int]) -> np.ndarray:
    """`values` as int64 where all fit, otherwise as Python integers."""
    fits = all(-_INT64 < value < _INT64 for value in values)
    return np.array(values, dtype=np.int64 if fits else object)


def numbers(texts: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Numerators and denominators of a text column; the denominator is 0 where the text is empty or no number."""
    codes, uniques = pd.factorize(texts)
    parsed = [parse_number(text) for text in uniques]
    num = integers([0 if value is None else value.numerator for value in parsed] + [0])
    den = integers([0 if value is None else value.denominator for value in parsed] + [0])
    return num[codes], den[codes]


def product(*factors: np.ndarray | int) -> np.ndarray:
    """The product of integer arrays and integers, widened to Python integers where int64 would overflow."""
    bound = 1
    for factor in factors:
        bound *= _largest(factor)
    wide = bound >= _INT64
    result: np.ndarray | int = 1
    for factor in factors:
        result = result * (np.asarray(factor).astype(object) if wide else factor)
    return np.asarray(result)


def half_up(num: np.ndarray, den: np.ndarray | int) -> np.ndarray:
    """num / den rounded to whole numbers, halves up; num >= 0 and den > 0. Returns int64."""
    doubled = product(num, 2)
    if _largest(doubled) + _largest(den) >= _INT64:
        doubled = doubled.astype(object)
    return ((doubled + den) // product(den, 2)).astype(np.int64)


def at_least(num: np.ndarray, den: np.ndarray, bound: Fraction) -> np.ndarray:
    """Whether num / den >= bound, compared exactly; den >= 0."""
    return np.asarray(product(num, bound.denominator) >= product(den, bound.numerator), dtype=bool)


def common_denominator(num: np.ndarray, den: np.ndarray) -> tuple[np.ndarray, int]:
    """The same values over one denominator, so that they can be added; missing values become 0."""
    shared = lcm(*(int(d) for d in np.unique(den[den != 0])))
    safe = np.where(den == 0, 1, den)
    scale = np.where(den == 0, 0, shared // (safe.astype(object) if shared >= _INT64 else safe))
    return product(num, scale), shared


def sums(values: np.ndarray, groups: np.ndarray, size: int) -> np.ndarray:
    """Sum of `values` by group number 0 … size - 1, exactly."""
    wide = _largest(values) * max(len(values), 1) >= _INT64
    total = np.zeros(size, dtype=object if wide else np.int64)
    np.add.at(total, groups, values.astype(total.dtype))
    return total


def largest_remainder(total: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Shares `total` out over the columns of `weights` in whole parts by largest remainder; ties go to the left.

    total: n integers >= 0; weights: n × k integers >= 0, columns in rule-book order. Returns n × k integers whose rows
    add up to `total`; a row without any weight gets nothing.
    """
    weight_sum = weights.sum(axis=1)
    safe = np.where(weight_sum == 0, 1, weight_sum)[:, None]
    exact = product(np.where(weight_sum == 0, 0, total)[:, None], weights)
    return _rounded(exact, safe, np.where(weight_sum == 0, 0, total))


def means(sums: np.ndarray, count: np.ndarray, total: np.ndarray) -> np.ndarray:
    """The means sums / count in whole parts that add up to `total` by largest remainder; ties go to the left.

    sums: n × k integers, columns in rule-book order; count: n integers > 0; total: n integers, the exact mean of each
    row's sum rounded up or down.
    """
    return _rounded(sums, count[:, None], total)


def _rounded(num: np.ndarray, den: np.ndarray, total: np.ndarray) -> np.ndarray:
    """num / den rounded down, and what its rows lack of `total` given to the largest remainders, one each."""
    parts = num // den
    left = (total - parts.sum(axis=1)).astype(np.int64)
    order = np.argsort(-(num - parts * den), axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(num.shape[1])[None, :], axis=1)
    return (parts + (place < left[:, None])).astype(np.int64)


def _largest(values: np.ndarray | int) -> int:
    array = np.asarray(values)
    return max(int(abs(array.max())), int(abs(array.min())), 1) if array.size else 1
