"""Standards, lists and stars as the county's documents state them; the rule book is not read.

Points are whole ten-thousandths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

DIMENSIONS = ("organization", "members", "service", "supervision")
SEVEN = ("village", "community", "agency", "soe", "school", "private", "social")
SECRETARIES = ("committee_secretary", "branch_secretary")
PEOPLE = (*SECRETARIES, "leader", "member")
WAVES = ("building_group", "grid_branch", *SEVEN, "leader", "member", "committee", *SECRETARIES)
"""Domains in the order in which they are scored: whoever reads others' results comes after them."""


@dataclass(frozen=True)
class Item:
    code: str
    dimension: str
    domains: tuple[str, ...]
    cadence: str
    points: int
    rule: str
    argument: Any = None


def _items(domains: tuple[str, ...], text: str) -> Iterator[Item]:
    for line in text.strip().splitlines():
        code, dimension, cadence, points, rule, *argument = line.split()
        full = int(points) * 10_000
        yield Item(code, dimension, domains, cadence, full, rule, Fraction(argument[0]) if argument else None)


ITEMS = [
    *_items(
        SEVEN,
        """
        B01 organization month 2 at_least 1
        B02 organization month 4 at_least 1
        B03 members month 3 proportional 0.8
        B04 members month 3 proportional 1
        B05 organization month 3 proportional 1
        B06 service month 3 proportional 10
        B07 service month 3 volunteering
        B08 supervision month 2 yes_no
        B09 service month 2 at_least 8
        B10 supervision month 5 scored
        B11 organization quarter 3 at_least 1
        B12 members quarter 3 at_least 1
        B13 organization quarter 3 yes_no
        B14 organization quarter 3 at_least 3
        B15 members quarter 3 inverse 1
        B16 members quarter 3 proportional 0.95
        B17 service quarter 4 proportional 0.95
        B18 service quarter 3 per_unit 1
        B19 supervision quarter 3 scored
        B20 supervision quarter 2 proportional 1
        B21 organization year 3 yes_no
        B22 organization year 3 yes_no
        B23 organization year 4 scored
        B24 service year 3 proportional 1
        B25 members year 3 proportional 0.9
        B26 members year 4 proportional 0.9
        B27 service year 4 proportional 0.9
        B28 service year 4 per_unit 2
        B29 supervision year 5 scored
        B30 supervision year 3 scored
        """,
    ),
    *_items(("village",), "B31 service year 4 income"),
    *_items(("community",), "B32 organization year 4 proportional 1"),
    *_items(("agency",), "B33 supervision year 4 inverse 1"),
    *_items(("soe",), "B34 organization year 4 proportional 1"),
    *_items(("school",), "B35 members year 4 scored"),
    *_items(("private",), "B36 supervision year 4 yes_no"),
    *_items(("social",), "B37 service year 4 per_unit 2"),
    *_items(
        ("grid_branch",),
        """
        G01 organization month 15 at_least 1
        G02 service month 15 proportional 12
        G03 service quarter 30 proportional 0.95
        G04 organization year 20 proportional 1
        G05 supervision year 20 scored
        """,
    ),
    *_items(
        ("building_group",),
        """
        H01 service month 30 per_unit 5
        H02 supervision quarter 30 yes_no
        H03 supervision year 40 scored
        """,
    ),
    *_items(
        ("committee",),
        """
        W01 organization month 12 at_least 1
        W02 members month 8 at_least 1
        W03 supervision month 10 scored
        W04 supervision quarter 8 at_least 1
        W05 organization quarter 7 yes_no
        W06 service quarter 5 proportional 1
        W07 organization quarter 5 proportional 1
        W08 service quarter 5 proportional 1
        W09 supervision year 15 scored
        W10 organization year 25 proportional 1
        """,
    ),
    *_items(
        SECRETARIES,
        """
        J01 organization month 15 yes_no
        J02 service month 15 proportional 4
        J03 supervision quarter 15 proportional 1
        J04 organization quarter 15 yes_no
        J05 organization year 24 proportional 1
        J06 supervision year 16 scored
        """,
    ),
    *_items(
        ("leader",),
        """
        L01 service month 30 per_unit 15
        L02 service quarter 10 project
        L03 organization quarter 10 yes_no
        L04 service quarter 10 at_least 1
        L05 supervision year 40 scored
        """,
    ),
    *_items(
        ("member",),
        """
        M01 members month 5 per_unit 2.5
        M02 service month 15 per_unit 5
        M03 supervision quarter 15 inverse 5
        M04 supervision quarter 15 yes_no
        M05 members month 10 per_unit 0.5
        M06 members year 25 proportional 1
        M07 members year 15 yes_no
        """,
    ),
]
ITEM = {item.code: item for item in ITEMS}
FROM_UNITS = {"B32", "G04", "W06", "W07", "W08", "W10", "J05"}
OWNED = {"W06": "L02", "W07": "L03", "W08": "L04"}
"""三个一: what each leader owns, by the committee's item that asks how many of them do."""
COUNTED = {
    "B01": {"支委会"}, "B02": {"主题党日"}, "B11": {"党员大会"}, "B12": {"党课"}, "B14": {"党小组会"},
    "G01": {"主题党日"}, "W01": {"月例会"}, "W02": {"中心组学习"}, "M02": {"志愿服务", "为民办实事"},
}  # fmt: skip
STATES = {"B05", "B13", "B22"}
BALLOTS = {
    "B27": ("发放问卷", {"满意": "1", "基本满意": "0.6", "不满意": "0"}, "0.5"),
    "M06": ("发出票数", {"优秀": "1", "合格": "0.8", "基本合格": "0.6", "不合格": "0"}, "0.8"),
}
NEGATIVE = {
    "F01": ("organization", 10_000, 20_000, 30), "F02": ("organization", 10_000, 20_000, 30),
    "F03": ("members", 5_000, 10_000, 15), "F04": ("service", 10_000, 20_000, 15),
    "F05": ("supervision", 5_000, 10_000, 10),
}  # fmt: skip
"""Dimension, each, cap, days to put it right; all of the quarter."""
STARS = [("five", 90), ("four", 80), ("three", 70), ("two", 60), ("one", 0)]
STAR = [star for star, _ in STARS]
CONSEQUENCES = {
    "five": ("hang", "commend"), "four": ("hang",), "three": ("hang",), "two": ("rectify",), "one": ("rectify", "talk"),
}  # fmt: skip
DUE_DAYS = {"hang": 30, "commend": 60, "rectify": 90, "talk": 30}
