"""An invented district of half a year in which everything happens that the rules speak of, by design and by chance."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from tests.second.catalogue import NEGATIVE_LIST
from tests.second.conduct import Conduct
from tests.second.counted import first_day, last_day
from tests.second.lives import DAY, Actor, Population, committees, next_code
from tests.second.records import Records

MONTHS = ("2024-04", "2024-05", "2024-06", "2024-07", "2024-08", "2024-09")
QUARTERS = ("2024Q2", "2024Q3")
YEAR = "2024"
DYNAMIC = ("P01", "P02", "C01", "C02", "S01")
OWN_DYNAMIC = {"village": ("V01", "V02"), "community": ("U03",), "new_org": ("N01",), "soe": ("E01", "E02", "E08")}
LEAVING = (date(2024, 4, 30), date(2024, 6, 18), date(2024, 7, 1), date(2024, 8, 31), date(2024, 9, 29))
MONTHLY_CAPPED = ("X02", "X03", "X04", "X12", "X05")
QUARTERLY_CAPPED = ("X14", "X08", "X09")
REVIEWED = "已审核"
TOWN_CODES = [committee.spans[0].code for committee in committees()[2:]]
SPRING, SUMMER = MONTHS[:3], MONTHS[3:]


def district(seed: int = 7) -> Records:
    """All that was ever delivered about the district."""
    chance = random.Random(seed)
    cast = _Cast(Population(chance))
    _bottoms(cast)
    _dynamic(cast)
    _lives(cast)
    conduct = Conduct(chance, MONTHS)
    for actor in cast.everybody():
        for month in MONTHS:
            conduct.month(actor, month)
        for quarter in QUARTERS:
            conduct.quarter(actor, quarter)
    _inspections(cast, conduct)
    records = conduct.records
    records.spans = [span for actor in (*committees(), *cast.everybody()) for span in actor.spans]
    return records


class _Cast:
    """Who plays: by domain, those without a part yet in front; and those who join later."""

    def __init__(self, population: Population) -> None:
        sizes = {"village": 168, "community": 113, "agency": 63, "new_org": 63, "soe": 9}
        self.population = population
        self._all = {domain: population.found(domain, size) for domain, size in sizes.items()}
        self._free = {domain: iter(actors) for domain, actors in self._all.items()}
        self._joined: list[Actor] = []

    def take(self, domain: str, count: int = 1) -> list[Actor]:
        return [next(self._free[domain]) for _ in range(count)]

    def joins(self, domain: str, first: date, predecessors: tuple[str, ...] = (), succession: str = "") -> Actor:
        actor = self.population.one(domain, first, predecessors, succession)
        self._joined.append(actor)
        return actor

    def everybody(self) -> list[Actor]:
        return [*(actor for actors in self._all.values() for actor in actors), *self._joined]


def _bottoms(cast: _Cast) -> None:
    """Who is last in which months, and the tied blocks: counted from the end, a block begins after those before it."""
    village_spring = _stage(cast, "village", SPRING, bottom=8, filler=5, tied=6)
    village_summer = _stage(cast, "village", SUMMER, bottom=8, filler=5, tied=6)
    community_spring = _stage(cast, "community", SPRING, bottom=5, filler=4, tied=4)
    _stage(cast, "community", SUMMER, bottom=3, low=5, filler=2, tied=4)
    _stage(cast, "agency", SPRING, bottom=2, tied=6)
    _stage(cast, "agency", SUMMER, bottom=3, filler=2, tied=3)
    new_org_spring = _stage(cast, "new_org", SPRING, bottom=3, filler=4)
    _stage(cast, "new_org", SUMMER, bottom=3, filler=2, tied=4)
    # four months running, and only two for whoever had that place afterwards
    village_spring[0].acts("bottom", "2024-07")
    del village_summer[0].roles["2024-07"]
    # the third month in the bottom of another domain
    del village_spring[1].roles["2024-06"]
    community_spring[0].change(date(2024, 6, 5), domain="village", name="湖滨新村党支部", groups=2)
    # recoded while last, once and twice over, and in a tied block
    village_spring[2].recode(date(2024, 5, 17))
    village_spring[3].recode(date(2024, 5, 10)).recode(date(2024, 6, 20))
    village_summer[1].recode(date(2024, 9, 1))
    village_spring[14].recode(date(2024, 6, 30))
    new_org_spring[0].recode(date(2024, 6, 1))
    # left in the middle of the run; nobody takes the place
    new_org_spring[1].leave(date(2024, 6, 29))


def _stage(cast: _Cast, domain: str, months: tuple[str, ...], **roles: int) -> list[Actor]:
    actors = []
    for role, count in roles.items():
        for place, actor in enumerate(cast.take(domain, count)):
            ways = ("tied", "tied otherwise", "tied and deducted")
            actor.acts(ways[place % 3] if role == "tied" else role, *months)
            actor.spans = [replace(span, groups=2) for span in actor.spans]
            actors.append(actor)
    return actors


def _dynamic(cast: _Cast) -> None:
    """Who misses which item three months running or longer, and who only almost does."""
    for domain, count in {"village": 16, "community": 12, "agency": 8, "new_org": 10, "soe": 3}.items():
        items = [*DYNAMIC, *OWN_DYNAMIC.get(domain, ())]
        for place, actor in enumerate(cast.take(domain, count)):
            start = place % 4
            actor.misses(items[place % len(items)], *MONTHS[start : start + 3 + place % 2])
            if place % 5 == 1:
                actor.recode(date(2024, 5 + start, 1 + 4 * (place % 7)))
    for place, actor in enumerate([*cast.take("village", 5), *cast.take("agency", 3)]):
        item = DYNAMIC[place % len(DYNAMIC)]
        actor.misses(item, "2024-04", "2024-05", "2024-07", "2024-08")
    for actor in cast.take("community", 4):
        actor.misses("P01", "2024-04").misses("P02", "2024-05").misses("S01", "2024-06").misses("C01", "2024-07")
    _dynamic_through_changes(cast)


def _dynamic_through_changes(cast: _Cast) -> None:
    stays, loses = cast.take("village", 2)
    stays.misses("P02", *SPRING).change(date(2024, 5, 20), domain="community")
    loses.misses("V01", *SPRING).change(date(2024, 6, 12), domain="community", name="东渡新社区党支部")
    absent, without = cast.take("village", 2)
    absent.misses("P01", *MONTHS).leave(date(2024, 5, 10)).back(date(2024, 6, 20))
    without.misses("P02", *MONTHS).change(date(2024, 5, 10), domain="").change(date(2024, 6, 10), domain="village")
    first, second, parted = cast.take("village", 3)
    for actor in (first, second):
        actor.misses("P02", "2024-04", "2024-05").leave(date(2024, 5, 31))
    merged = cast.joins("village", date(2024, 6, 1), (first.code, second.code), "合并")
    merged.misses("P02", "2024-06", "2024-07")
    parted.misses("S01", "2024-05", "2024-06", "2024-07").leave(date(2024, 7, 15))
    for _ in range(2):
        half = cast.joins("village", date(2024, 7, 16), (parted.code,), "拆分")
        half.misses("S01", "2024-07", "2024-08", "2024-09")


def _lives(cast: _Cast) -> None:
    _arrivals_and_departures(cast)
    _recodings(cast)
    changing = cast.take("village", 2)
    changing[0].change(date(2024, 5, 16), domain="community", name="西关社区党支部")
    changing[1].change(date(2024, 8, 1), domain="community")
    cast.take("agency")[0].change(date(2024, 9, 30), domain="new_org")
    cast.take("new_org")[0].change(date(2024, 7, 31), domain="agency").change(date(2024, 8, 31), domain="new_org")
    cast.take("community")[0].change(date(2024, 6, 1), domain="")
    cast.take("community")[0].change(date(2024, 7, 10), domain="").change(date(2024, 9, 30), domain="community")
    for place, actor in enumerate(cast.take("village", 4)):
        actor.change(date(2024, 4 + place, 12), name=f"新河{place}村党支部", groups=place)
    for place, actor in enumerate(cast.take("new_org", 4)):
        elsewhere = next(code for code in TOWN_CODES if code != actor.spans[0].parent)
        actor.change(date(2024, 5 + place, 15 - place), parent=elsewhere)
    _after_the_summer(cast)
    deducted = cast.take("soe")[0]
    deducted.acts("perfect and deducted", *SUMMER)


def _arrivals_and_departures(cast: _Cast) -> None:
    for domain, day in {
        "village": date(2024, 4, 10),
        "community": date(2024, 5, 1),
        "agency": date(2024, 6, 15),
        "new_org": date(2024, 8, 31),
        "soe": date(2024, 6, 12),
    }.items():
        cast.joins(domain, day)
    cast.joins("", date(2024, 5, 2)).change(date(2024, 7, 30), domain="village")
    leaving = [*cast.take("village", 2), *cast.take("community", 2), *cast.take("agency", 1)]
    for actor, day in zip(leaving, LEAVING, strict=True):
        actor.leave(day)


def _recodings(cast: _Cast) -> None:
    """In mid-month, between months, on a last day, twice in a month, with a gap, with another change."""
    mid, between, last, twice, gap, turned = cast.take("village", 6)
    mid.recode(date(2024, 8, 17))
    between.recode(date(2024, 7, 1))
    last.recode(date(2024, 9, 30))
    twice.recode(date(2024, 5, 8)).recode(date(2024, 5, 21))
    gap.leave(date(2024, 7, 9)).back(date(2024, 7, 15))
    gap.spans[-1] = replace(gap.spans[-1], code=next_code(gap.code), predecessors=(gap.code,), succession="改码")
    turned.recode(date(2024, 8, 6), domain="community", name="北塘社区党支部")
    apart, left, moved = cast.take("community", 3)
    apart.recode(date(2024, 5, 31)).recode(date(2024, 8, 1))
    left.recode(date(2024, 6, 11)).leave(date(2024, 8, 20))
    moved.recode(date(2024, 7, 22), parent=TOWN_CODES[1]).change(date(2024, 9, 2), groups=4)


def _after_the_summer(cast: _Cast) -> None:
    """What only the year sees; and a code changed before the first month."""
    cast.take("village")[0].recode(date(2024, 11, 5))
    cast.take("village")[0].change(date(2024, 10, 20), domain="community")
    cast.take("community")[0].leave(date(2024, 12, 1))
    cast.take("community")[0].change(date(2024, 12, 31), domain="")
    cast.take("new_org")[0].recode(date(2024, 3, 15))


def _inspections(cast: _Cast, conduct: Conduct) -> None:
    """Findings by design: tied blocks, caps, floors, and months in which an organisation is not assessed."""
    for actor in cast.everybody():
        _in_their_roles(actor, conduct)
        if len({span.code for span in actor.spans}) > 1 and not actor.roles:
            _before_and_after(actor, conduct)
        _at_the_edges(actor, conduct)
    for place, actor in enumerate([*cast.take("village", 4), *cast.take("agency", 3), *cast.take("new_org", 2)]):
        items = (*MONTHLY_CAPPED, *(QUARTERLY_CAPPED if place % 2 else ()))
        for month in MONTHS[place % 3 :: 2]:
            for item in items:
                conduct.finding(actor, first_day(month) + place * DAY, item, 5, REVIEWED)


def _in_their_roles(actor: Actor, conduct: Conduct) -> None:
    """What makes a tied organisation equal to its block, and what alone puts a perfect one last."""
    monthly = [item.code for item in NEGATIVE_LIST if item.cadence == "month"]
    for month, role in actor.roles.items():
        middle = first_day(month) + 14 * DAY
        items = {"tied and deducted": {"X02": 2}, "perfect and deducted": dict.fromkeys(monthly, 7)}.get(role, {})
        for item, count in items.items():
            if actor.on(middle):
                conduct.finding(actor, middle, item, count, REVIEWED)


def _before_and_after(actor: Actor, conduct: Conduct) -> None:
    """Of one organisation under several codes: the caps of a month and of a quarter are its own."""
    for day in (day for span in actor.spans for day in (span.first - DAY, span.first)):
        if actor.on(day) and MONTHS[0] <= f"{day:%Y-%m}" <= MONTHS[-1]:
            conduct.finding(actor, day, "X05", 2, REVIEWED)
            conduct.finding(actor, day, "X08", 1, REVIEWED)


def _at_the_edges(actor: Actor, conduct: Conduct) -> None:
    """On the first and last days of whoever arrives or leaves; where not assessed, neither colour nor deduction."""
    for day in (actor.spans[0].first, actor.spans[-1].last):
        if day and first_day(MONTHS[0]) <= day <= last_day(MONTHS[-1]):
            for item in ("X01", "X08", "X13"):
                conduct.finding(actor, day, item, 1, REVIEWED)
