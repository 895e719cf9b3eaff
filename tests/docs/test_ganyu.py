"""The organisation that docs/systems/ganyu.md works through has the numbers that an independent program worked out."""

from __future__ import annotations

import csv
import re
from fractions import Fraction

from tests.districts import EXAMPLE, ROOT

PAGE = (ROOT / "docs/systems/ganyu.md").read_text(encoding="utf-8")
ORGANIZATION = "032000100021"
QUARTER = "2024Q3"
ROW = re.compile(r"^\| (?P<item>[A-Z]\d\d) .*$", re.MULTILINE)
POINTS = re.compile(r"-?\d+\.\d{4}")
TOTALS = re.compile(r"^\| \*\*合计\*\* \|.*$", re.MULTILINE)


def _expected(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / f"expected/{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["org_code"] == ORGANIZATION]


def _rows() -> dict[str, list[str]]:
    return {row["item"]: POINTS.findall(row[0]) for row in ROW.finditer(PAGE)}


def test_every_line_of_the_months_and_the_quarter_is_on_the_page() -> None:
    months = sorted({row["period"] for row in _expected("ledger")} - {QUARTER})
    periods = {4: [*months, QUARTER], 1: [QUARTER]}
    told = {
        (period, item, points)
        for item, numbers in _rows().items()
        for period, points in zip(periods[len(numbers)], numbers, strict=True)
    }
    assert told == {(row["period"], row["item_code"], row["points"]) for row in _expected("ledger")}


def test_totals_and_places_are_those_of_the_index() -> None:
    scores = {row["period"]: row for row in _expected("index_scores")}
    *months, mean = POINTS.findall(TOTALS.findall(PAGE)[0])
    assert months == [row["index_score"] for period, row in sorted(scores.items()) if period != QUARTER]
    own = sum(Fraction(numbers[0]) for numbers in _rows().values() if len(numbers) == 1)
    assert Fraction(mean) + own == Fraction(scores[QUARTER]["index_score"])
    for row in scores.values():
        assert f"{row['domain_size']}个村中" in PAGE
        assert f"第{row['rank']}名" in PAGE
    assert f"**{scores[QUARTER]['index_score']}分**" in PAGE


def test_the_colours_are_those_of_the_pool() -> None:
    triggers = [(row["period"], row["colour"]) for row in _expected("warnings")]
    for period, colour in triggers:
        worst = "**红**" if (period, "red") in triggers else {"blue": "蓝"}[colour]
        assert f"{int(period[-2:])}月{worst}" in PAGE
