"""The organisations of an invented district, and what becomes of them: the registry of the naive side."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tests.second.counted import first_day, last_day
from tests.second.records import Span

FOUNDED = date(2019, 1, 1)
ROOT = "032000000000"
AGENCIES = "032090000000"
TOWNS = ("青石镇", "柳河镇", "南浦街道", "云岗镇", "白塔街道", "沙溪镇")
SUFFIXES = {"village": "村", "community": "社区", "agency": "中心", "new_org": "商会", "soe": "公司"}
DAY = timedelta(days=1)


@dataclass
class Actor:
    """An organisation through time: its rows in the registry, and what it is meant to do in each month.

    `roles` names a month's conduct where it is not an ordinary one, `unmet` the items that it must then miss, `degree`
    tells actors of one role apart.
    """

    spans: list[Span]
    degree: int = 0
    roles: dict[str, str] = field(default_factory=dict)
    unmet: dict[str, set[str]] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code that it bore last."""
        return self.spans[-1].code

    def on(self, day: date) -> Span | None:
        return next((span for span in self.spans if span.covers(day)), None)

    def other_codes(self, code: str) -> list[str]:
        """The codes that it ever bore but this one."""
        return sorted({span.code for span in self.spans} - {code})

    def change(self, day: date, **what: Any) -> Actor:
        """From `day` on the registry says otherwise."""
        former = self.spans[-1]
        self.spans[-1] = replace(former, last=day - DAY)
        self.spans.append(replace(former, first=day, predecessors=(), succession="", **what))
        return self

    def recode(self, day: date, **what: Any) -> Actor:
        """From `day` on it goes on under another code."""
        code = self.code
        self.change(day, code=next_code(code), **what)
        self.spans[-1] = replace(self.spans[-1], predecessors=(code,), succession="改码")
        return self

    def leave(self, last: date) -> Actor:
        self.spans[-1] = replace(self.spans[-1], last=last)
        return self

    def back(self, day: date) -> Actor:
        """In the registry again after it had left."""
        self.spans.append(replace(self.spans[-1], first=day, last=None, predecessors=(), succession=""))
        return self

    def acts(self, role: str, *months: str) -> Actor:
        self.roles |= dict.fromkeys(months, role)
        return self

    def misses(self, item: str, *months: str) -> Actor:
        for month in months:
            self.unmet.setdefault(month, set()).add(item)
        return self


def days_of(month: str) -> list[date]:
    start = first_day(month)
    return [start + place * DAY for place in range((last_day(month) - start).days + 1)]


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def next_code(code: str) -> str:
    """The code with its generation, the sixth digit from the end, one higher."""
    return f"{code[:6]}{int(code[6]) + 1}{code[7:]}"


def committees() -> list[Actor]:
    """The committees above all organisations; one is recoded in August, and its branches go on naming its old code."""
    kinds = ["work_committee" if "街道" in name else "committee" for name in TOWNS]
    towns = [
        Actor([Span(_code(town, 0), f"{name}党（工）委", kinds[town], "", ROOT, name, FOUNDED)])
        for town, name in enumerate(TOWNS)
    ]
    towns[-1].recode(date(2024, 8, 5), name="沙溪街道党工委", kind="work_committee")
    agencies = Actor([Span(AGENCIES, "机关党工委", "work_committee", "", ROOT, "", FOUNDED)])
    return [Actor([Span(ROOT, "清源区委", "committee", "", "", "", FOUNDED)]), agencies, *towns]


class Population:
    """Makes organisations with codes and names of their own."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._made = 0
        self._general: dict[int, Actor] = {}

    def found(self, domain: str, count: int) -> list[Actor]:
        return [self.one(domain) for _ in range(count)]

    def one(self, domain: str, first: date = FOUNDED, predecessors: Sequence[str] = (), succession: str = "") -> Actor:
        self._made += 1
        number, town = self._made, self._made % len(TOWNS)
        span = Span(
            code=_code(town, number),
            name=f"{TOWNS[town][:2]}{number:03d}{SUFFIXES[domain or 'agency']}党支部",
            kind="branch",
            domain=domain,
            parent=self._parent(domain, town, number),
            town=TOWNS[town],
            first=first,
            members=self._chance.randint(3, 120),
            groups=self._chance.choice((0, 0, 1, 1, 2, 3, None)),
            predecessors=tuple(predecessors),
            succession=succession,
        )
        actor = Actor([span], degree=number)
        if domain == "village" and town not in self._general:
            actor.spans = [replace(span, kind="general_branch", name=f"{span.name[:-2]}总支", parent=_code(town, 0))]
            self._general[town] = actor
        return actor

    def _parent(self, domain: str, town: int, number: int) -> str:
        if domain == "village" and town in self._general and number % 4 == 0:
            return self._general[town].code
        return AGENCIES if domain == "agency" and number % 3 else _code(town, 0)


def _code(town: int, number: int) -> str:
    return f"0320{town + 1:02d}{number:06d}"
