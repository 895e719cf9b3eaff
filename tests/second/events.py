"""What the platform captures of an actor's month, and how its copies arrive: late, twice, wrong, misplaced."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

from tests.second.counted import LOCAL, last_day
from tests.second.lives import DAY, Actor, days_of, month_of
from tests.second.records import Event

Data = dict[str, int | float | bool | str]

RATIOS = {
    "C01": ("posts_filled", "posts_quota", 20),
    "U03": ("grids_covered", "grids", 20),
    "U04": ("reported", "in_service", 18),
    "U06": ("blocks_covered", "blocks", 20),
    "G03": ("reported", "in_service", 18),
    "G08": ("cross_posts", "posts_quota", 10),
    "N03": ("cross_posts", "posts_quota", 6),
    "E08": ("party_staff", "party_staff_quota", 20),
}
"""Keys of a roster snapshot, and how many of 20 just meet the item."""
FLAGS = {"V01": "concurrent", "E02": "concurrent", "N01": "covered", "E01": "in_charter"}
MEETINGS = ("党课", "联席会议", "组织生活会")
SOUND: Data = {"attended": 8, "expected": 9}
SPOILT: dict[str, Data] = {"meeting": {"attended": 0}, "dues": {"paid": 1}}


class Platform:
    """Writes events down."""

    def __init__(self, chance: random.Random, months: tuple[str, ...], into: list[Event]) -> None:
        self._chance = chance
        self._months = months
        self._into = into
        self._events = 0

    def capture(self, actor: Actor, days: list[date], outcomes: dict[str, str]) -> None:
        """Everything on the days that makes the items of the platform come to their outcomes."""
        self._meetings(actor, days, outcomes)
        self._dues(actor, days, outcomes["S01"])
        self._roster(actor, days, outcomes)

    def _meetings(self, actor: Actor, days: list[date], outcomes: dict[str, str]) -> None:
        if outcomes["P01"] in ("full", "part"):
            for _ in range(self._chance.choice((1, 1, 2))):
                self._meeting(actor, days, self._chance.choice(("支委会", "党员大会")))
        if outcomes["P02"] in ("full", "part"):
            self._meeting(actor, days, "主题党日")
        if outcomes["C03"] == "full":
            self._meeting(actor, days, "党小组会")
        if outcomes.get("N02") == "full":
            self._event(actor, days, "visit", "党建指导员", {})
        if outcomes["P03"] != "missing":
            self._study(actor, days, outcomes["P03"])
        for topic in MEETINGS:
            if self._happens(0.3):
                self._meeting(actor, days, topic)

    def _study(self, actor: Actor, days: list[date], outcome: str) -> None:
        """One or two meetings; at 19 of 20 the item is just met."""
        attended = {"full": (19, 20), "part": (11, 18), "zero": (0, 0)}[outcome]
        expected = 20
        for _ in range(self._chance.choice((1, 2))):
            data: Data = {"attended": self._chance.randint(*attended), "expected": expected}
            self._event(actor, days, "meeting", "理论学习", data)

    def _meeting(self, actor: Actor, days: list[date], topic: str) -> None:
        expected = self._chance.randint(5, 40)
        data: Data = {"attended": self._chance.randint(3, expected), "expected": expected}
        self._event(actor, days, "meeting", topic, data)

    def _dues(self, actor: Actor, days: list[date], outcome: str) -> None:
        due = self._chance.choice((40, 60, 100, 112.5))
        paid = {"full": due + self._chance.choice((0, 0, 20)), "part": due * 0.75, "zero": 0}.get(outcome)
        if paid is not None:
            self._event(actor, days, "dues", "", {"due": due, "paid": paid})
        elif self._happens(0.3):
            self._event(actor, days, "dues", "", {"due": 0, "paid": 0})

    def _roster(self, actor: Actor, days: list[date], outcomes: dict[str, str]) -> None:
        """The month's last snapshot tells the truth; one before it, or captured before it, does not."""
        end = last_day(month_of(days[0]))
        truth: Data = {"posts_quota": 20}
        for code, outcome in outcomes.items():
            truth |= self._state(code, outcome, end)
        if len(truth) == 1 and self._happens(0.5):
            return
        first, second = sorted(self._moments(days) for _ in range(2))
        if self._happens(0.2):
            lie: Data = dict(truth) | {"posts_filled": self._chance.randint(0, 20), "concurrent": self._happens(0.5)}
            is_at_once = self._happens(0.3)
            occurred = second if is_at_once else first
            self._deliver(actor, occurred, occurred + timedelta(minutes=1), "roster", "", lie)
        self._send(actor, second, "roster", "", truth)

    def _state(self, code: str, outcome: str, end: date) -> Data:
        """The keys of a snapshot that come to the outcome; none where the value is missing."""
        if outcome == "missing":
            return {"grids": 0, "grids_covered": 0} if code == "U03" and self._happens(0.5) else {}
        is_good = outcome == "full"
        if code in RATIOS:
            of, over, target = RATIOS[code]
            reached = {"full": (target, target), "part": (1, target - 1), "zero": (0, 0)}[outcome]
            return {of: self._chance.randint(*reached), over: 20}
        if code in FLAGS:
            return {FLAGS[code]: is_good}
        late = self._chance.choice((0, 0, 1, 400)) * DAY
        others: dict[str, Data] = {
            "C02": {"term_expires_on": str(end + late if is_good else end - late - DAY)},
            "V02": {"cadre_quota": 5, "cadres": self._chance.choice((3, 5)) if is_good else 6},
            "U10": {"workers_per_10k": self._chance.choice((18, 18.5, 21)) if is_good else 17.9},
        }
        return others.get(code, {})

    def _event(self, actor: Actor, days: list[date], kind: str, topic: str, data: Data) -> None:
        self._send(actor, self._moments(days), kind, topic, data)

    def _moments(self, days: list[date]) -> datetime:
        """A moment on one of the days, now and then the first or the last of them all."""
        first = datetime.combine(days[0], time(), LOCAL)
        last = datetime.combine(days[-1], time(23, 59, 59), LOCAL)
        within = datetime.combine(self._chance.choice(days), time(self._chance.randint(7, 21), 5), LOCAL)
        moment = self._chance.choices((first, last, within), (5, 5, 90))[0]
        return moment.astimezone(UTC) if self._happens(0.5) else moment

    def _send(self, actor: Actor, occurred: datetime, kind: str, topic: str, data: Data) -> None:
        """An event; some come twice: with a first copy that is wrong or misplaced, or a later one that is rejected."""
        captured = occurred + timedelta(hours=self._chance.randint(1, 40))
        way = self._chance.choices(("once", "corrected", "repeated"), (92, 6, 2))[0]
        if way == "corrected":
            captured += 40 * DAY
        event = self._deliver(actor, occurred, captured, kind, topic, data)
        if event and way == "corrected":
            self._first_said(event)
        if event and way == "repeated":
            ways = (self._unknown, self._future, self._impossible, self._under_another_code)
            self._chance.choice(ways)(event.event_id, actor, kind, captured + 2 * DAY)

    def _first_said(self, event: Event) -> None:
        """The copy captured first, which counts no more: of another moment or topic, or with other data."""
        occurred = event.occurred + self._chance.choice((-35, -1, 0, 0, 33)) * DAY
        captured = max(occurred, event.occurred) + timedelta(seconds=self._chance.choice((0, 1)))
        topic, data = event.topic, event.data
        if event.kind == "meeting" and self._happens(0.5):
            topic = self._chance.choice(MEETINGS)
        elif event.kind in SPOILT:
            data = data | SPOILT[event.kind]
        self._add(event.event_id, event.code, event.kind, topic, occurred, captured, data)

    def _unknown(self, event_id: str, _actor: Actor, kind: str, later: datetime) -> None:
        self._add(event_id, "032099999999", kind, "党课", later, later, dict(SOUND))

    def _future(self, event_id: str, actor: Actor, kind: str, later: datetime) -> None:
        self._add(event_id, actor.code, kind, "党课", later + DAY, later, dict(SOUND))

    def _impossible(self, event_id: str, actor: Actor, _kind: str, later: datetime) -> None:
        self._add(event_id, actor.code, "meeting", "党课", later - DAY, later, {"attended": 9, "expected": 8})

    def _under_another_code(self, event_id: str, actor: Actor, _kind: str, later: datetime) -> None:
        """A copy under a code that the organisation does not bear on that day."""
        occurred = later - DAY
        span = actor.on(occurred.astimezone(LOCAL).date())
        others = [former.code for former in actor.spans if span and former.code != span.code]
        for code in others or ["032099999998"]:
            self._add(event_id, code, "meeting", "党课", occurred, later, dict(SOUND))

    def _deliver(
        self, actor: Actor, occurred: datetime, captured: datetime, kind: str, topic: str, data: Data
    ) -> Event | None:
        span = actor.on(occurred.astimezone(LOCAL).date())
        if span is None:
            return None
        self._events += 1
        return self._add(f"E{self._events:07d}", span.code, kind, topic, occurred, captured, data)

    def _add(
        self, event_id: str, code: str, kind: str, topic: str, occurred: datetime, captured: datetime, data: Data
    ) -> Event:
        """Delivered with the month that it happened in, or late with one after it."""
        month = max(month_of(occurred.astimezone(LOCAL).date()), self._months[0])
        later = [other for other in self._months if other > month]
        delivered = self._chance.choice(later) if later and self._happens(0.04) else min(month, self._months[-1])
        event = Event(event_id, code, kind, topic, occurred, captured, data, delivered)
        self._into.append(event)
        return event

    def stray(self, actor: Actor, month: str) -> None:
        """Events under a code that the organisation does not bear on that day: all that some items have."""
        code = self._chance.choice(actor.spans).code
        day = self._chance.choice(days_of(month))
        span = actor.on(day)
        if span is None or span.code != code:
            self._events += 1
            occurred = datetime.combine(day, time(self._chance.choice((0, 12))), LOCAL)
            topic = self._chance.choice(("主题党日", "党小组会", "党员大会"))
            self._add(f"E{self._events:07d}", code, "meeting", topic, occurred, occurred + DAY, dict(SOUND))

    def _happens(self, probability: float) -> bool:
        return self._chance.random() < probability
