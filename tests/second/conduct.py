"""What the organisations of an invented district do in each month, as the records that reach the product.

Every record that does not count (superseded, sent again, not reviewed, not in force) is put beside one that does.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from tests.second.catalogue import ITEMS, NEGATIVE_LIST, Item
from tests.second.counted import LOCAL, last_day
from tests.second.events import Platform
from tests.second.lives import DAY, Actor, days_of, month_of
from tests.second.records import Declaration, Finding, Records, Submission
from tests.second.values import value

COMMON_SIX = {"P01", "P02", "P03", "C01", "C02", "S01"}
VERIFYING = ("12345中心", "农业农村局", "纪委", "总工会", "国资办")
"""Departments whose sheets say of every row whether it was verified."""
LATEST = datetime(2024, 12, 31, 9, tzinfo=LOCAL)
"""Later than any declaration that counts."""
NOT_PASSED = ("退回", "待审核")


class Conduct:
    """Writes down the deeds of one actor after the other."""

    def __init__(self, chance: random.Random, months: tuple[str, ...]) -> None:
        self.records = Records()
        self._chance = chance
        self._platform = Platform(chance, months, self.records.events)
        self._rows = 0

    # --- a month

    def month(self, actor: Actor, month: str) -> None:
        days = [day for day in days_of(month) if actor.on(day)]
        if len(actor.spans) > 1 or actor.spans[-1].last:
            self._platform.stray(actor, month)
        if not days:
            return
        span = actor.on(days[-1])
        assert span is not None
        own = [item for item in ITEMS if item.cadence == "month" and span.domain in item.domains]
        outcomes = {item.code: self._outcome(actor, month, item) for item in own}
        if own:
            self._platform.capture(actor, days, outcomes)
        for item in own:
            if item.source == "declaration":
                self._declare(span.code, month, item, outcomes[item.code])
                for code in actor.other_codes(span.code):
                    _Declared(self.records, month, code, item.code)(LATEST, self._value(item, "full"))
        if self._happens(0.06) and month not in actor.roles:
            found = self._chance.choice(NEGATIVE_LIST).code
            self.finding(actor, self._chance.choice(days), found, self._chance.choice((1, 1, 2, 3)))

    def _outcome(self, actor: Actor, month: str, item: Item) -> str:
        """full, part, zero or missing."""
        if item.code in actor.unmet.get(month, ()):
            return self._chance.choice(("zero", "missing"))
        role = actor.roles.get(month)
        if role:
            return self._played(role, actor, item)
        weights = (965, 15, 10, 10) if item.is_dynamic else (800, 120, 50, 30)
        return self._chance.choices(("full", "part", "zero", "missing"), weights)[0]

    def _played(self, role: str, actor: Actor, item: Item) -> str:
        if item.code in _kept(role, actor) or role.startswith("perfect"):
            return "full"
        if item.code == "M02" and role in ("bottom", "filler"):
            return f"={actor.degree % 5 if role == 'bottom' else 5 + actor.degree % 5}"
        return self._chance.choice(("zero", "missing"))

    # --- declarations

    def _declare(self, code: str, month: str, item: Item, outcome: str) -> None:
        start = datetime.combine(last_day(month) + DAY, time(8))
        first = start + timedelta(minutes=self._chance.randint(0, 900))
        again = first + timedelta(hours=self._chance.randint(1, 60))
        declare = _Declared(self.records, month, code, item.code)
        if outcome == "missing":
            self._not_declared(declare, item, first, again)
            return
        value = self._value(item, outcome)
        other = self._value(item, "full" if outcome == "zero" else "zero")
        way = self._chance.choices(
            ("once", "again", "spoilt", "confirmed", "corrected", "refuted"), (80, 6, 3, 5, 3, 3)
        )[0]
        if way == "again":
            declare(first, other, self._chance.choice(("通过", "退回", "待审核")))
            declare(again, value)
        elif way == "spoilt":
            declare(first, value)
            declare(again, self._chance.choice(("见附件", "-3")))
        elif way == "once":
            declare(first, value)
        elif way == "confirmed":
            declare(first, value, recheck="通过")
        else:
            declare(first, other, recheck="通过" if way == "corrected" else "不通过", recheck_value=value)

    def _not_declared(self, declare: _Declared, item: Item, first: datetime, again: datetime) -> None:
        value = self._value(item, "full")
        way = self._chance.choice(("never", "refused", "withdrawn", "failed"))
        if way == "refused":
            declare(first, value, self._chance.choice(NOT_PASSED))
        elif way == "withdrawn":
            declare(first, value)
            declare(again, value, self._chance.choice(NOT_PASSED))
        elif way == "failed":
            declare(first, value, recheck="不通过")

    # --- departments

    def quarter(self, actor: Actor, quarter: str) -> None:
        """Its row in every department's sheet, under the code of the quarter's last day or the last one borne."""
        span = actor.on(last_day(quarter)) or actor.spans[-1]
        own = [item for item in ITEMS if item.source == "department" and span.domain in item.domains]
        for sender in sorted({item.lead_unit for item in own}):
            cells = {
                item: self._chance.choices(("full", "part", "zero", "missing"), (70, 15, 5, 10))[0]
                for item in own
                if item.lead_unit == sender
            }
            values = {item: self._value(item, outcome) for item, outcome in cells.items() if outcome != "missing"}
            self._row(quarter, span.code, values, can_wait=sender in VERIFYING)
            for code in actor.other_codes(span.code):
                self._row(
                    quarter, code, {item: self._value(item, "full") for item in own if item.lead_unit == sender}, False
                )

    def _row(self, quarter: str, code: str, values: dict[Item, str], can_wait: bool) -> None:
        """Some rows stand twice: the same again, or with other values, which may not be verified."""
        ways = ("no", "same", "other", "unverified") if can_wait else ("no", "same", "other")
        twice = self._chance.choices(ways, (94, 2, 2, 2)[: len(ways)])[0]
        is_verified = not (can_wait and self._happens(0.1))
        rows = [(values, is_verified)]
        if twice != "no":
            others = {item: self._value(item, self._chance.choice(("full", "part", "zero"))) for item in values}
            rows.append((values if twice == "same" else others, is_verified and twice != "unverified"))
        for row, verified in rows:
            self._rows += 1
            self.records.submissions += [
                Submission(quarter, self._rows, code, item.code, value, verified) for item, value in row.items()
            ]

    # --- inspections

    def finding(self, actor: Actor, day: date, item: str, count: int, review: str = "") -> None:
        span = actor.on(day)
        assert span is not None
        said = review or self._chance.choices(("已审核", "待审核", "驳回"), (60, 20, 20))[0]
        month = month_of(day)
        delivered = self._chance.choice((month, f"{month[:4]}Q{(day.month + 2) // 3}"))
        self.records.findings.append(Finding(day, span.code, item, count, said, delivered))

    def _value(self, item: Item, outcome: str) -> str:
        return value(self._chance, item, outcome)

    def _happens(self, probability: float) -> bool:
        return self._chance.random() < probability


class _Declared:
    """Adds declarations of one item for one month."""

    def __init__(self, records: Records, month: str, code: str, item: str) -> None:
        self._records, self._key = records, (month, code, item)

    def __call__(
        self, moment: datetime, value: str, review: str = "通过", recheck: str = "", recheck_value: str = ""
    ) -> None:
        said = Declaration(*self._key, value, f"{moment:%Y-%m-%d %H:%M}", review, recheck, recheck_value)
        self._records.declarations.append(said)


def _kept(role: str, actor: Actor) -> set[str]:
    """The items that an actor of the role meets; actors of a tied block meet others of equal points."""
    domain = actor.spans[-1].domain
    dynamic = {item.code for item in ITEMS if item.is_dynamic and item.cadence == "month" and domain in item.domains}
    is_thin = domain in ("agency", "new_org")
    if role == "bottom":
        return dynamic if is_thin else set()
    if role == "filler":
        return dynamic if is_thin else {"P01", "P02", "C01", "C02"}
    if role == "low":
        return {"P01", "P02", "C01"}
    block = dynamic | {"P03"} if is_thin else COMMON_SIX
    ways = (block, block - {"P03"} | {"S02"}, block | {"S03"})
    return set(ways[("tied", "tied otherwise", "tied and deducted").index(role)]) if role.startswith("tied") else set()
