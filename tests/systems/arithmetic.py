"""What the naive calculations of all systems count with: points, shares, periods. Nothing here is the product's."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor

POINT = 10_000
_LETTER = {1: "-", 3: "Q", 6: "H", 12: ""}
_MONTHS = {letter: months for months, letter in _LETTER.items()}


def half_up(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))


def shared(total: int, exact: dict[str, Fraction]) -> dict[str, int]:
    """Whole parts that add up to `total`: rounded down, what is left to the largest remainders, the first of equals."""
    parts = {name: floor(part) for name, part in exact.items()}
    by_remainder = sorted(exact, key=lambda name: exact[name] - parts[name], reverse=True)
    for name in by_remainder[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def points_text(points: int) -> str:
    """Ten-thousandths as points with four decimals."""
    return f"{'-' if points < 0 else ''}{abs(points) // POINT}.{abs(points) % POINT:04d}"


# --- periods: 2018-10, 2018Q4, 2018H2, 2018


def months_of(period: str) -> int:
    return _MONTHS[period[4:5]]


def first_day(period: str) -> date:
    number = int(period[5:] or 1)
    return date(int(period[:4]), (number - 1) * months_of(period) + 1, 1)


def last_day(period: str) -> date:
    start, months = first_day(period), months_of(period)
    end = start.month + months - 1
    return date(start.year + end // 12, end % 12 + 1, 1) - timedelta(days=1)


def is_inside(day: date, period: str) -> bool:
    return first_day(period) <= day <= last_day(period)


def period_before(period: str) -> str:
    """The one of the same cadence that ends the day before."""
    end, months = first_day(period) - timedelta(days=1), months_of(period)
    number = (end.month - 1) // months + 1
    return f"{end.year}" if months == 12 else f"{end.year}{_LETTER[months]}{number:0{2 if months == 1 else 1}d}"
