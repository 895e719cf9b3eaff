"""Work that grades and findings lead to, followed from period to period: the naive calculations say what is raised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from tests.systems.arithmetic import first_day, last_day, period_before


class Task(NamedTuple):
    """`kind`: consequence or rectification. `done`: when it was seen to, whenever that was."""

    org: str
    code: str
    item: str
    kind: str
    raised: date
    days: int
    done: date | None

    @property
    def due(self) -> date:
        return self.raised + timedelta(days=self.days)


def first_since(days: Iterable[date], raised: date) -> date | None:
    """The first of the days that is not before the task."""
    return min((day for day in days if day >= raised), default=None)


def rows(raised: dict[str, list[Task]], lives: Callable[[str, date], bool]) -> Iterator[tuple[str, ...]]:
    """The rows of tasks.csv: what each period raises, and what the one before it left.

    A task stays as long as it was not done before the period began. The status is that of the period's end, save that
    what is known to be done is done. Who is gone by then has no tasks.
    """
    standing: dict[str, list[Task]] = {}
    for period, new in raised.items():
        start, end = first_day(period), last_day(period)
        left = [task for task in standing.get(period_before(period), []) if task.done is None or task.done >= start]
        standing[period] = [task for task in (*new, *left) if lives(task.org, end)]
        for task in sorted(standing[period]):
            status = "done" if task.done else "overdue" if task.due < end else "open"
            yield period, task.org, task.code, task.item, task.kind, str(task.due), status, str(task.done or "")
