"""The three lists and their grades as the plan's three years state them. Nothing here is read from the rule book."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

F = Fraction
DIMENSIONS = ("ideology", "growth", "norms", "team", "members", "service", "support")
OPINION = "superior_opinion"
"""Scored and published; not in the index."""
LISTS = {
    "branch": "branch", "general_branch": "branch", "committee": "committee", "work_committee": "committee",
    "member": "member",
}  # fmt: skip
"""Which list a kind of unit is assessed by."""

BOOK_2017: dict[str, tuple[str, str, int, str, Any]] = {
    "T01": ("branch", "ideology", 4, "proportional", 12),
    "T02": ("branch", "ideology", 4, "tiers", ([(1, F(6, 10)), (2, F(8, 10)), (4, F(1))], F(6, 10))),
    "T03": ("branch", "ideology", 4, "yes_no", None),
    "T04": ("branch", "ideology", 4, "proportional", F(9, 10)),
    "T05": ("branch", "growth", 4, "yes_no", None),
    "T06": ("branch", "growth", 4, "proportional", 1),
    "T07": ("branch", "growth", 4, "proportional", 1),
    "T08": ("branch", "growth", 3, "per_unit", F(3, 2)),
    "T09": ("branch", "norms", 4, "proportional", 4),
    "T10": ("branch", "norms", 4, "proportional", 12),
    "T11": ("branch", "norms", 3, "proportional", 12),
    "T12": ("branch", "norms", 4, "at_least", 12),
    "T13": ("branch", "norms", 4, "yes_no", None),
    "T14": ("branch", "norms", 4, "proportional", 1),
    "T15": ("branch", "team", 4, "yes_no", None),
    "T16": ("branch", "team", 5, "scored", (100, F(6, 10))),
    "T17": ("branch", "team", 4, "yes_no", None),
    "T18": ("branch", "members", 4, "proportional", 1),
    "T19": ("branch", "members", 3, "proportional", F(8, 10)),
    "T20": ("branch", "members", 3, "proportional", 8),
    "T21": ("branch", "members", 3, "inverse", F(3, 2)),
    "T22": ("branch", "service", 4, "proportional", F(9, 10)),
    "T23": ("branch", "service", 4, "tiers", ([(20, F(4, 10)), (50, F(7, 10)), (100, F(1))], F(7, 10))),
    "T24": ("branch", "service", 4, "proportional", F(95, 100)),
    "T25": ("branch", "support", 4, "yes_no", None),
    "T26": ("branch", "support", 4, "proportional", 1),
    "Q01": ("branch", OPINION, 100, "scored", (100, F(6, 10))),
    "W01": ("committee", "ideology", 6, "at_least", 4),
    "W02": ("committee", "ideology", 6, "at_least", 12),
    "W03": ("committee", "ideology", 6, "inverse", 3),
    "W04": ("committee", "growth", 6, "at_least", F(95, 100)),
    "W05": ("committee", "growth", 6, "at_least", 1),
    "W06": ("committee", "norms", 6, "at_least", F(9, 10)),
    "W07": ("committee", "norms", 6, "inverse", 3),
    "W08": ("committee", "team", 8, "at_least", 1),
    "W09": ("committee", "team", 8, "at_least", 1),
    "W10": ("committee", "members", 8, "inverse", 2),
    "W11": ("committee", "members", 6, "inverse", F(3, 2)),
    "W12": ("committee", "service", 6, "at_least", 10),
    "W13": ("committee", "service", 6, "inverse", 2),
    "W14": ("committee", "support", 8, "at_least", 1),
    "W15": ("committee", "support", 8, "at_least", F(75, 100)),
    "Q02": ("committee", OPINION, 100, "scored", (100, F(6, 10))),
    "R01": ("member", "ideology", 15, "proportional", F(9, 10)),
    "R02": ("member", "ideology", 5, "per_unit", F(5, 2)),
    "R03": ("member", "growth", 10, "proportional", 12),
    "R04": ("member", "norms", 10, "yes_no", None),
    "R05": ("member", "norms", 10, "tiers", ([(2, F(6, 10)), (3, F(9, 10)), (4, F(1))], F(6, 10))),
    "R06": ("member", "team", 10, "proportional", 1),
    "R07": ("member", "members", 10, "inverse", 10),
    "R08": ("member", "service", 10, "proportional", 20),
    "R09": ("member", "service", 10, "proportional", 5),
    "R10": ("member", "support", 10, "yes_no", None),
}
"""Code: list, dimension, points, rule, what the rule asks."""
CHANGES: dict[int, dict[str, tuple[str, str, int, str, Any] | None]] = {
    2018: {
        "T09": ("branch", "norms", 3, "proportional", 4),
        "T15": ("branch", "team", 5, "yes_no", None),
        "T19": ("branch", "members", 3, "proportional", F(9, 10)),
        "W15": ("committee", "support", 8, "at_least", F(8, 10)),
    },
    2019: {
        "T04": None,
        "T27": ("branch", "ideology", 4, "proportional", F(9, 10)),
        "T16": ("branch", "team", 4, "scored", (100, F(6, 10))),
        "T17": ("branch", "team", 5, "yes_no", None),
        "T20": ("branch", "members", 4, "proportional", 8),
        "T25": ("branch", "support", 3, "yes_no", None),
        "W03": ("committee", "ideology", 5, "inverse", 3),
        "W12": ("committee", "service", 7, "at_least", 10),
        "W15": ("committee", "support", 8, "at_least", F(85, 100)),
        "R02": None,
        "R11": ("member", "ideology", 5, "proportional", 6000),
        "R08": ("member", "service", 10, "proportional", 24),
    },
}
"""What each later year's version puts in place of an item; None retires it."""
OF_BRANCHES = {"W05": "T05", "W06": "T12", "W08": "T15"}
"""Committee's items: the share of its branches that met an item; W15 is the mean of what they attained."""
GRADES = (("model", 90), ("lively", 80), ("standard", 60), ("improvement", 0))
VETO, LOWEST = "one_vote_veto", "improvement"
CONSEQUENCES = {"Z01": 210, "Z02": 270, "Z03": 300}
"""Of the improvement zone, with the days that they may take from the end of the year."""


def book(year: int, changes: dict[int, Any] = CHANGES) -> dict[str, tuple[str, str, int, str, Any]]:
    """The items in force on the last day of a year."""
    items = dict(BOOK_2017)
    for start, changed in changes.items():
        if start <= year:
            items |= {code: item for code, item in changed.items() if item}
            items = {code: item for code, item in items.items() if changed.get(code, item)}
    return items
