"""The reference catalogue as the rules' table gives it: read from its two files, not from the product's rule book."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "data/catalogue"
DIMENSIONS = (
    "political_leadership",
    "organizational_coverage",
    "mass_cohesion",
    "development_service",
    "basic_support",
)


@dataclass(frozen=True, eq=False)
class Item:
    """An indicator; points in ten-thousandths."""

    order: int
    code: str
    domains: frozenset[str]
    dimension: str
    source: str
    cadence: str
    points: int
    rule: str
    parameters: dict[str, Any]
    is_dynamic: bool
    applies_when: str
    lead_unit: str
    measure: str


@dataclass(frozen=True)
class Negative:
    """An item of the negative list; `each` and `cap` in ten-thousandths."""

    order: int
    code: str
    dimension: str
    each: int
    cap: int
    cadence: str


def ten_thousandths(text: str) -> int:
    return int(Fraction(text) * 10_000)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


ITEMS = [
    Item(
        order=int(row["order"]),
        code=row["code"],
        domains=frozenset(row["domains"].split("|")),
        dimension=row["dimension"],
        source=row["source"],
        cadence=row["cadence"],
        points=ten_thousandths(row["points"]),
        rule=row["rule"],
        parameters=json.loads(row["parameters"], parse_float=Fraction, parse_int=Fraction),
        is_dynamic=row["dynamic"] == "1",
        applies_when=row["applies_when"],
        lead_unit=row["lead_unit"],
        measure=row["measure"],
    )
    for row in _rows("indicators.csv")
]
NEGATIVE_LIST = [
    Negative(
        order=1000 + place,
        code=row["code"],
        dimension=row["dimension"],
        each=ten_thousandths(row["each"]),
        cap=ten_thousandths(row["cap"]),
        cadence=row["cadence"],
    )
    for place, row in enumerate(_rows("negative_list.csv"))
]
ITEM = {item.code: item for item in ITEMS}
NAMES = {row["code"]: row["name"] for row in _rows("indicators.csv")}
