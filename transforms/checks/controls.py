"""Control totals: what a sender's table states of itself against what its rows come to. They reject nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from typing import Literal

from schemas.receipts import CHECK_IT, Control, Stated
from schemas.rulebook import Item, RuleBook
from schemas.texts import quoted
from transforms.exact import parse_number
from transforms.items import is_share

_PER_CENT = "%"
_LEAST_NUMBER = 2
"""A whole number from here on that no mean of its column can be says how many there are."""
_COLUMNS_NAMED = 3
_Basis = Literal["sum", "rows", "filled", "alike"]
_COUNTED: dict[_Basis, str] = {"sum": "各行相加是{}", "rows": "数据有{}行", "filled": "填了{}格"}


def controls(stated: Sequence[Stated], rulebook: RuleBook) -> tuple[Control, ...]:
    """How each stated total came out, exactly; those that may mean something else than sum or number are left out.

    A row of totals may hold sums or numbers of organisations. It agrees with either; where it agrees with neither it is
    held against what is closest. Shares have no sum, and their mean cannot be told from a wrong number in per cent.
    """
    shares = {item.code for item in rulebook.items if is_share(item) or _is_below_one(item)}
    found = (_control(one, one.item_code in shares) for one in stated)
    return tuple(control for control in found if control)


def disagreements(found: Sequence[Control]) -> tuple[str, ...]:
    """What the sender reads of totals that do not agree; columns of one row that differ alike are told at once."""
    wrong = [control for control in found if not control.agrees]
    return tuple(_note(list(alike)) for _, alike in groupby(sorted(wrong, key=_likeness), key=_likeness))


def comparison(control: Control) -> str:
    """What a total states and what its rows come to: 是12，各行相加是10，相差2."""
    return f"是{control.stated}，{_COUNTED[control.basis].format(control.counted)}，相差{control.difference}"


def _control(one: Stated, is_share: bool) -> Control | None:
    total = parse_number(one.text)
    if total is None:
        return None
    numbers = [value for cell in one.cells if (value := parse_number(cell)) is not None]
    has_sum = bool(numbers) and not is_share and not _is_in_per_cent(one)
    readings = list(_readings(one, sum(numbers, Fraction()) if has_sum else None))
    if not numbers and total in Counter(one.cells).values():
        readings.append(("alike", total))
    basis, counted = min(readings, key=lambda reading: abs(reading[1] - total))
    if counted != total and one.column and not has_sum and numbers and not _is_number_of_rows(one, total, numbers):
        return None
    return Control(one.where, one.column, one.text, _text(counted), basis, _text(abs(total - counted)), one.row)


def _readings(one: Stated, added: Fraction | None) -> Iterator[tuple[_Basis, Fraction]]:
    """What the total may rightly be, the likeliest first."""
    if added is not None:
        yield "sum", added
    yield "rows", Fraction(one.rows)
    if one.column:
        yield "filled", Fraction(len(one.cells))


def _is_below_one(item: Item) -> bool:
    return item.rule.target is not None and item.rule.target < 1


def _is_in_per_cent(one: Stated) -> bool:
    return one.unit == _PER_CENT or any(text.endswith(_PER_CENT) for text in (one.text, *one.cells))


def _is_number_of_rows(one: Stated, total: Fraction, numbers: Sequence[Fraction]) -> bool:
    """Whether a total under shares says how many there are: it may not be their mean, in per cent or not, rounded."""
    if one.text.endswith(_PER_CENT) or total.denominator != 1 or total < _LEAST_NUMBER:
        return False
    means = [numbers, [100 * number for number in numbers]]
    return not any(floor(min(mean)) <= total <= ceil(max(mean)) for mean in means)


def _likeness(control: Control) -> tuple[str, str, str, str]:
    return control.where, control.stated, control.basis, control.counted


def _note(alike: Sequence[Control]) -> str:
    first = alike[0]
    named = "、".join(quoted(control.column) for control in alike[:_COLUMNS_NAMED] if control.column)
    named += f"等{len(alike)}列" if len(alike) > _COLUMNS_NAMED else ""
    return f"{first.where}{named}{comparison(first)}，{CHECK_IT}"


def _text(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
