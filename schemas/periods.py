"""Months, quarters, half-years and years of Asia/Shanghai, written 2024-07, 2024Q3, 2024H2 and 2024 (RULES §0)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo

from schemas.errors import ClearError

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
Cadence = Literal["month", "quarter", "half_year", "year"]
CADENCES: tuple[Cadence, ...] = get_args(Cadence)
"""From the shortest to the longest; each is made of whole ones of those before it."""
CADENCE_TITLES: dict[str, str] = {"month": "月度", "quarter": "季度", "half_year": "半年", "year": "年度"}
CADENCE_NAMES: dict[Cadence, str] = {
    "month": "月份，写作2024-07",
    "quarter": "季度，写作2024Q3",
    "half_year": "半年，写作2024H2",
    "year": "年度，写作2024",
}
_FORMS: tuple[tuple[re.Pattern[str], Cadence], ...] = (
    (re.compile(r"([1-9][0-9]{3})-(0[1-9]|1[0-2])"), "month"),
    (re.compile(r"([1-9][0-9]{3})Q([1-4])"), "quarter"),
    (re.compile(r"([1-9][0-9]{3})H([12])"), "half_year"),
    (re.compile(r"([1-9][0-9]{3})"), "year"),
)
_MONTHS_IN: dict[Cadence, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class NotAPeriod(ClearError, ValueError):
    """A text that names no period or day."""


def day_of(text: str) -> date:
    """The day that `text` names as 2024-07-31. Raises NotAPeriod for any other spelling."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAPeriod(f"“{text}”不是日期。日期写作2024-07-31") from None


def in_local_zone(moment: datetime) -> datetime:
    """The moment; one without an offset is meant as local time."""
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)


def local_day(moment: datetime) -> date:
    """The local day that the moment lies in."""
    return moment.astimezone(LOCAL_ZONE).date()


def local_time(moment: datetime) -> str:
    """The moment for people, as local time: 2024-08-05 06:00."""
    return f"{moment.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"


@dataclass(frozen=True, order=True)
class Period:
    """A month, quarter, half-year or year; ordered by first day, a longer one after the shorter ones it begins with."""

    start: date
    cadence_months: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period that `text` names. Raises NotAPeriod for any other spelling."""
        for form, cadence in _FORMS:
            if found := form.fullmatch(text):
                months = _MONTHS_IN[cadence]
                number = int(found[2]) if len(found.groups()) > 1 else 1
                return cls(date(int(found[1]), (number - 1) * months + 1, 1), months)
        raise NotAPeriod(f"“{text}”不是考核期。月份写作2024-07，季度写作2024Q3，半年写作2024H2，年度写作2024")

    @classmethod
    def month_of(cls, day: date) -> Self:
        """The month that `day` lies in."""
        return cls(day.replace(day=1), 1)

    @property
    def cadence(self) -> Cadence:
        """month, quarter, half_year or year."""
        return next(name for name, months in _MONTHS_IN.items() if months == self.cadence_months)

    @property
    def end(self) -> date:
        """The last day, inclusive."""
        last = self._shifted(self.cadence_months - 1)
        return last.replace(day=monthrange(last.year, last.month)[1])

    @property
    def months(self) -> tuple[Self, ...]:
        """The months inside, in order; a month has itself."""
        return tuple(type(self)(self._shifted(n), 1) for n in range(self.cadence_months))

    def inside(self, cadence: Cadence) -> tuple[Self, ...]:
        """The periods of a cadence inside this one, in order; none where they are longer."""
        months = _MONTHS_IN[cadence]
        return tuple(
            type(self)(self._shifted(n), months)
            for n in range(0, self.cadence_months, months)
            if months <= self.cadence_months
        )

    def around(self, cadence: Cadence) -> Self:
        """The period of a cadence that this one lies in."""
        months = _MONTHS_IN[cadence]
        return type(self)(self.start.replace(month=(self.start.month - 1) // months * months + 1), months)

    @property
    def next(self) -> Self:
        """The period of the same length that begins when this one ends."""
        return self.previous(-1)

    def previous(self, steps: int = 1) -> Self:
        """The period of the same length that ends before this one begins, `steps` times."""
        return type(self)(self._shifted(-steps * self.cadence_months), self.cadence_months)

    def contains(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return self.start <= day <= self.end

    def _shifted(self, months: int) -> date:
        index = self.start.year * 12 + self.start.month - 1 + months
        return date(index // 12, index % 12 + 1, 1)

    def __str__(self) -> str:
        if self.cadence == "month":
            return f"{self.start:%Y-%m}"
        if self.cadence == "year":
            return str(self.start.year)
        letter = "Q" if self.cadence == "quarter" else "H"
        return f"{self.start.year}{letter}{(self.start.month - 1) // self.cadence_months + 1}"
