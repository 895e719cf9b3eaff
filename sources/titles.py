"""Periods named in the title rows above a header, against the period of the folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemas.periods import Period
from schemas.texts import heading_key
from sources.delivery import UnreadableError

_DIGITS = {"〇": "0", "零": "0", "一": "1", "二": "2", "三": "3", "四": "4"}
_CHINESE_DIGITS = {**_DIGITS, "五": "5", "六": "6", "七": "7", "八": "8", "九": "9"}
_CHINESE_YEAR = re.compile(f"[{''.join(_CHINESE_DIGITS)}]{{4}}(?=年)")
_QUARTER = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年度?|[-.])?第?(?:([1-4一二三四])季|[Qq]([1-4]))")
_QUARTER_OF_THIS_YEAR = re.compile(r"第([1-4一二三四])季度")
_HALF = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?:度|的)?([上下])半年")
_WHOLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?:度|全年)")
_MONTHS = re.compile(r"(?<!\d)((?:19|20)\d\d)年(0?[1-9]|1[0-2])(?:月份?)?[-—–~至到](0?[1-9]|1[0-2])月")
_MONTH = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:年(0?[1-9]|1[0-2])月(?!\d{1,2}[日号])|[-/.](0[1-9]|[1-9]|1[0-2])(?![-/.\d]))"
)
_OTHER_DATES = ("日期", "时间")


def periods_in(title: str, year: int) -> Iterator[Period]:
    """The half-years, quarters and months that a title names; a quarter without a year is of `year`. Days name none."""
    text = _with_digits(title)
    for found in _QUARTER.finditer(text):
        yield _quarter(found[1], found[2] or found[3])
    if not _QUARTER.search(text):
        yield from (_quarter(year, found[1]) for found in _QUARTER_OF_THIS_YEAR.finditer(text))
    for found in _HALF.finditer(text):
        yield Period.parse(f"{found[1]}H{1 if found[2] == '上' else 2}")
    for found in _MONTHS.finditer(text):
        yield from (_month(found[1], number) for number in (found[2], found[3]))
    for found in _MONTH.finditer(text):
        yield _month(found[1], found[2] or found[3])


def years_in(title: str) -> Iterator[Period]:
    """The years that a title names as such: 2018年度."""
    return (Period.parse(found[1]) for found in _WHOLE_YEAR.finditer(_with_digits(title)))


def check_titles(titles: Sequence[str], period: str) -> None:
    """Raises UnreadableError where the first title that names periods names none that touches `period`.

    A `period` of "" is never checked; cells that say when something was filled in name no period. A year is looked at
    where the period is one: a month's sheet may well name the year that it is assessed for.
    """
    if not period:
        return
    ours = Period.parse(period)
    for title in titles:
        if any(word in title for word in _OTHER_DATES):
            continue
        named = list(periods_in(title, ours.start.year)) or [*years_in(title)] * (ours.cadence == "year")
        if any(one.start <= ours.end and ours.start <= one.end for one in named):
            return
        if named:
            raise UnreadableError(
                f"标题“{title}”写的是 {named[0]}，文件却放在 {period}",
                "请核对报送的是哪一期：放错了请移到对应的文件夹，标题没改请改正标题",
            )


def _with_digits(title: str) -> str:
    """The title without blanks, its years in figures."""
    return _CHINESE_YEAR.sub(lambda found: "".join(_CHINESE_DIGITS[digit] for digit in found[0]), heading_key(title))


def _quarter(year: str | int, number: str) -> Period:
    return Period.parse(f"{year}Q{_DIGITS.get(number, number)}")


def _month(year: str, number: str) -> Period:
    return Period.parse(f"{year}-{int(number):02d}")
