"""Values as senders write them: yes and no, numbers, per cents; exact, bounded, and never completed by a guess."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

from schemas.layouts import Inbox
from transforms.exact import at_least, numbers, product
from transforms.items import MALFORMED, OK, OUT_OF_RANGE


def read(texts: pd.Series, is_yes_no: np.ndarray, inbox: Inbox) -> tuple[np.ndarray, np.ndarray]:
    """Exact values of a text column: yes is 1 and no is 0 where yes or no is asked for, a number elsewhere.

    Returns numerators and denominators; the denominator is 0 where the text is neither.
    """
    num, den = numbers(texts)
    yes, no = texts.isin(inbox.yes).to_numpy(), texts.isin(inbox.no).to_numpy()
    return np.where(is_yes_no, yes, num), np.where(is_yes_no, yes | no, den)


def in_units(
    num: np.ndarray, den: np.ndarray, texts: pd.Series, units: pd.Series, inbox: Inbox
) -> tuple[np.ndarray, np.ndarray]:
    """The same values in lowest terms and in the item's unit, where the heading names another.

    A value with its own % keeps to that; in a unit that the inbox does not know it has no meaning: denominator 0.
    """
    units_known = inbox.submissions.units if inbox.submissions else {}
    worth = {unit: value.as_integer_ratio() for unit, value in units_known.items()}
    from_heading = units.where(~texts.str.endswith("%").fillna(False).astype(bool))
    codes, names = pd.factorize(from_heading)
    times = np.array([worth.get(name, (0, 0))[0] for name in names] + [1])[codes]
    parts = np.array([worth.get(name, (0, 0))[1] for name in names] + [1])[codes]
    return reduced(product(num, times), product(den, parts))


def reduced(num: np.ndarray, den: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same fractions in lowest terms."""
    common = np.maximum(np.gcd(num, den), 1)
    return num // common, den // common


def verdict(
    num: np.ndarray, den: np.ndarray, most: np.ndarray | Fraction, is_count: np.ndarray | bool = False
) -> pd.Categorical:
    """Whether each value could be read and lies between 0 and `most` (bounds included), a Fraction for each or for all.

    What counts votes and is not whole cannot be read.
    """
    which, bounds = pd.factorize(most if isinstance(most, np.ndarray) else np.full(len(num), most))
    over = np.zeros(len(num), dtype=bool)
    for place, bound in enumerate(bounds):
        over |= (which == place) & ~at_least(-num, den, -bound)
    is_broken = np.asarray(np.where(den == 0, 1, num) % np.maximum(den, 1) != 0, dtype=bool) & is_count
    values = np.where((den == 0) | is_broken, MALFORMED, np.where((num < 0) | over, OUT_OF_RANGE, OK))
    return pd.Categorical(values, categories=[OK, MALFORMED, OUT_OF_RANGE])
