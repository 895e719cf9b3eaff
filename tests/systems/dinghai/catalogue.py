"""The coefficient method's rules as RULES §4 and the rule book's own choices state them; the rule book is not read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from tests.systems.arithmetic import POINT


@dataclass(frozen=True)
class Item:
    """An item, or one assessor's part of it."""

    code: str
    dimension: str
    points: Fraction
    rule: str
    parameter: object
    domains: tuple[str, ...]
    assessor: str = ""


ASSESSORS = ("纪委", "组织部", "宣传部", "统战部")
TOWN, UNIT, COMMUNITY, PERSON = "town", "unit", "community", "person"
CLASSES = (TOWN, UNIT)
BALLOTS = {
    "M01": (
        {"优秀": Fraction(1), "称职": Fraction(4, 5), "基本称职": Fraction(3, 5), "不称职": Fraction(0)},
        Fraction(4, 5),
    ),
    **dict.fromkeys(
        ("W01", "W02", "W03", "W04"),
        ({"满意": Fraction(1), "基本满意": Fraction(4, 5), "不满意": Fraction(0)}, Fraction(3, 5)),
    ),
}
"""Weights of the options, and the lowest turnout that counts."""
MILESTONES = {
    "K01": (("03-31", "0.15"), ("06-30", "0.45"), ("09-30", "0.75"), ("12-31", "1")),
    "T02": (("06-30", "0.5"), ("12-31", "1")),
    "T03": (("06-30", "0.4"), ("12-31", "1")),
}


def _item(code: str, dimension: str, points: object, rule: str, parameter: object, *domains: str) -> Item:
    return Item(code, dimension, Fraction(str(points)), rule, parameter, domains)


def _shared(code: str, dimension: str, points: int, *domains: str) -> tuple[Item, ...]:
    """All four assessors score the item, a quarter of its points each."""
    one = _item(code, dimension, Fraction(points, 4), "scored", 100, *domains)
    return tuple(replace(one, assessor=assessor) for assessor in ASSESSORS)


def _party_work(*domains: str) -> tuple[Item, ...]:
    alone = {"Z02": 20, "Z03": 10, "Z04": 10, "Z05": 10, "Z06": 10, "Z07": 12, "Z08": 8}
    return (
        *_shared("Z01", "party_work", 20, *domains),
        *(_item(code, "party_work", points, "scored", 100, *domains) for code, points in alone.items()),
    )


YEAR_2017 = (
    *_party_work(TOWN),
    _item("S01", "three_fold", 15, "proportional", 1, TOWN),
    _item("S02", "three_fold", 15, "proportional", 1, TOWN),
    _item("S03", "three_fold", 20, "proportional", 1, TOWN),
    _item("S04", "three_fold", 20, "scored", 100, TOWN),
    _item("S05", "comprehensive", 20, "scored", 100, TOWN),
    _item("S06", "comprehensive", 10, "scored", 100, TOWN),
)
YEAR_2018 = (
    *_party_work(*CLASSES),
    *_shared("Z09", "party_work", 20, UNIT),
    _item("E01", "economy", 10, "proportional", 1, TOWN),
    _item("E02", "economy", 10, "proportional", 1, TOWN),
    _item("E03", "economy", 10, "tiers", (("0.6", "0.6"), ("0.8", "0.8"), ("1", "1")), TOWN),
    _item("H01", "society", 10, "scored", 100, TOWN),
    _item("H02", "society", 8, "per_unit", 1, TOWN),
    _item("H03", "society", 7, "inverse", "0.5", TOWN),
    _item("O01", "other_work", 5, "inverse", "0.5", TOWN),
    _item("O02", "other_work", 5, "proportional", 1, TOWN),
    _item("M01", "democratic", 9, "proportional", 1, TOWN),
    _item("W01", "democratic", 4, "proportional", 1, TOWN),
    _item("W02", "democratic", 2, "proportional", 1, TOWN),
    _item("L01", "leaders", 20, "scored", 100, *CLASSES),
    _item("B01", "breakthrough", 30, "scored", 100, UNIT),
    _item("G01", "common_work", 10, "scored", 100, UNIT),
    _item("G02", "common_work", 10, "inverse", 1, UNIT),
    _item("G03", "common_work", 10, "scored", 100, UNIT),
    _item("F01", "grassroots", 14, "scored", 100, UNIT),
    _item("W03", "grassroots", 4, "proportional", 1, UNIT),
    _item("W04", "grassroots", 2, "proportional", 1, UNIT),
    *(_item(f"C0{quarter}", "contest", 25, "scored", 100, COMMUNITY) for quarter in (1, 2, 3, 4)),
    _item("P01", "personal_coefficient", 1, "proportional", 1, PERSON),
    _item("P02", "personal", 100, "scored", 100, PERSON),
)
ALL = (TOWN, UNIT, COMMUNITY)
MONTH = (
    _item("K01", "progress", 60, "milestones", "K01", *ALL),
    _item("K02", "progress", 30, "proportional", 1, *ALL),
    _item("K03", "progress", 10, "yes_no", None, *ALL),
)
HALF_YEAR = (
    _item("T01", "progress", 20, "yes_no", None, *ALL),
    _item("T02", "progress", 50, "milestones", "T02", *ALL),
    _item("T03", "progress", 30, "milestones", "T03", *ALL),
)

BASIS = ("party_work", "personal_coefficient")
ADJUSTING = ("coefficient_effect", "adjustment")
DIMENSIONS = {
    "2017": ("three_fold", "comprehensive", "progress", "party_work", *ADJUSTING),
    "2018": (
        "economy", "society", "other_work", "breakthrough", "common_work", "leaders", "democratic", "grassroots",
        "contest", "personal", "progress", *BASIS, *ADJUSTING,
    ),
}  # fmt: skip
MULTIPLIED = {
    "2017": ("comprehensive",),
    "2018": (
        "economy", "society", "other_work", "breakthrough", "common_work", "leaders", "democratic", "grassroots",
    ),
}  # fmt: skip
"""What the coefficient is applied to."""
STEPS = {TOWN: Fraction("0.005"), UNIT: Fraction("0.002")}
BONUSES = {"J01": ("0.5", "1"), "J02": ("0.5", "1"), "J03": ("1", "2"), "J04": ("0.5", "1"), "J05": ("0.3", "0.6")}
DEDUCTIONS = {"D01": ("0.5", "3"), "D02": ("0.2", "1"), "D03": ("0.3", "1.5")}
"""Points each and at most."""
VETOES = ("V01", "V02", "V03", "V04", "V05", "V06")
GRAVE = ("U01", "U02")
CONTEST_BONUS = (2 * POINT, 1 * POINT)
TALK = "Y01"
GRADES = {TOWN: "overall", UNIT: "level", COMMUNITY: "collective", PERSON: "personal"}
BANDS = {
    "overall": (("good", 90), ("fair", 75), ("plain", 50), ("poor", 0)),
    "collective": (("exemplary", 90), ("advanced", 80), ("standard", 0)),
    "personal": (("competent", 70), ("basic", 60), ("incompetent", 0)),
}
AWARDS = {"overall": ("good",), "level": ("A",), "collective": ("exemplary", "advanced"), "personal": ()}
TALKED_TO = ("plain", "poor")
LEVEL_QUOTAS = (("A", 15), ("B", 35), ("C", 35))
EXCELLENT = {"A": 25, "B": 20, "C": 15, "D": 5}
"""Per cent of a unit's people who may be excellent, by the unit's grade; they need 80 points, too."""
