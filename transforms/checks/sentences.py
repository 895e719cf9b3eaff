"""What senders read of cells that cannot be taken: the form of a value, its range, and the words that are allowed.

The sentences have places for {column} and {value}, which come in quotation marks.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pandas as pd

from schemas.layouts import Inbox
from transforms.checks.checked import Sentences, literal
from transforms.items import ItemTable
from transforms.wording import number

NUMBER = "{column}填的{value}不是数字。请只填数字，如36.27"
WHOLE = "{column}填的{value}不是整数。请只填0或正整数"
SHARE = "{column}填的{value}不是比例。请填百分比或小数，如95.5%或0.955"
PER_CENT = "{column}填的{value}不是数字。列名已写明“%”，请只填数字，如95.5"
DAY = "{column}填的{value}不是日期，或没有这一天。请写作2024-07-05"
TIME = "{column}填的{value}不是时间，或没有这一刻。请写作2024-07-05 09:30"
MOMENT = "{column}填的{value}不是带时区的时间。请写作2024-07-05T09:30:00+08:00"
UNKNOWN_UNIT = "{column}里的单位没有登记，{value}不知是多少。请换算成规定模板的单位，改正列名"
PERIOD = "{column}填的{value}不是考核期。请写作2024-07（月）、2024Q3（季度）、2024H1（半年）或2024（年）"
_WORDS_NAMED = 40
"""Lists of words are no longer, so that a message can be kept whole."""


def allowed(words: Iterable[str]) -> str:
    """That a cell is none of the words, and which they are."""
    known = [word for word in dict.fromkeys(words) if word]
    more = "等" if len(known) > _WORDS_NAMED else ""
    return f"{{column}}填的{{value}}不在规定的写法之内。请填：{literal('、'.join(known[:_WORDS_NAMED]))}{more}"


def yes_or_no(inbox: Inbox) -> str:
    """That a cell says neither yes nor no, and how to say it."""
    words = f"{'、'.join(inbox.yes)}，或{'、'.join(inbox.no)}"
    return f"{{column}}填的{{value}}既不是“是”也不是“否”。请填：{literal(words)}"


def outside(most: Fraction) -> str:
    """That a number is not between 0 and `most`."""
    return f"{{column}}填的{{value}}超出允许范围（应在0到{_grouped(most)}之间）。请核对数值和单位"


def of_values(
    column: str, table: ItemTable, positions: np.ndarray, inbox: Inbox, units: pd.Series | None = None
) -> Sentences:
    """What is said of a column of items' values: the form that suits the item, or its range.

    `units`: the units in the headings, in which the range is said.
    """

    forms = (table.is_yes_no, table.is_count, table.is_share)

    def malformed(rows: np.ndarray) -> list[str]:
        place = positions[rows]
        in_per_cent = table.is_share(place) & (units.iloc[rows].eq("%").to_numpy() if units is not None else False)
        kinds = [_is_unknown(units, rows, inbox), in_per_cent, *(is_kind(place) for is_kind in forms)]
        said = [UNKNOWN_UNIT, PER_CENT, yes_or_no(inbox), WHOLE, SHARE]
        return np.select(kinds, said, NUMBER).tolist()

    def out_of_range(rows: np.ndarray) -> list[str]:
        place = positions[rows]
        unit = units.iloc[rows] if units is not None else [None] * len(rows)
        cases = zip(table.most(place), table.is_share(place), unit, strict=True)
        return [_beyond(most, is_share, unit, inbox) for most, is_share, unit in cases]

    return {(column, "malformed"): malformed, (column, "out_of_range"): out_of_range}


def _is_unknown(units: pd.Series | None, rows: np.ndarray, inbox: Inbox) -> np.ndarray:
    if units is None or inbox.submissions is None:
        return np.zeros(len(rows), dtype=bool)
    given = units.iloc[rows]
    return (given.notna() & ~given.isin(list(inbox.submissions.units))).to_numpy()


def _beyond(most: Fraction, is_share: bool, unit: str | None, inbox: Inbox) -> str:
    if is_share and unit == "%":
        return f"{{column}}填的{{value}}超出允许范围（应在0%到{_grouped(most * 100)}%之间）。请核对数值"
    if is_share:
        high = f"{_grouped(most)}，即{_grouped(most * 100)}%"
        return f"{{column}}填的{{value}}超出允许范围（应在0到{high}之间）。请核对数值，百分比请带“%”"
    units = inbox.submissions.units if inbox.submissions else {}
    worth = Fraction(units[unit]) if isinstance(unit, str) and unit in units else Fraction(1)
    return outside(most / worth)


def _grouped(value: Fraction) -> str:
    return f"{int(value):,}" if value.denominator == 1 else number(value)
