"""The invented district, and all that the naive implementation makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.second.counted import Counted, counted
from tests.second.district import MONTHS, QUARTERS, YEAR, district
from tests.second.longer import quarters, year
from tests.second.naive import Result, months
from tests.second.records import Records


@dataclass(frozen=True)
class HalfYear:
    """What was delivered, what of it counts, and every period's result in the order of time."""

    records: Records
    known: Counted
    results: dict[str, Result]

    @property
    def months(self) -> list[Result]:
        return [self.results[month] for month in MONTHS]


def half_year() -> HalfYear:
    records = district()
    known = counted(records)
    by_month = months(known, list(MONTHS))
    by_quarter = quarters(known, by_month, list(QUARTERS))
    return HalfYear(records, known, by_month | by_quarter | {YEAR: year(known, by_quarter, YEAR)})
