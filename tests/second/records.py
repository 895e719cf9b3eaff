"""A district as plain records: all that was ever delivered about it, before anything is worked out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Span:
    """A row of the registry; `last` is inclusive, None where it is open. `succession` is 改码, 合并, 拆分 or blank."""

    code: str
    name: str
    kind: str
    domain: str
    parent: str
    town: str
    first: date
    last: date | None = None
    members: int | None = None
    groups: int | None = None
    predecessors: tuple[str, ...] = ()
    succession: str = ""

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Event:
    """An event as the platform delivered it, in the file of the month `delivered`."""

    event_id: str
    code: str
    kind: str
    topic: str
    occurred: datetime
    captured: datetime
    data: dict[str, int | float | bool | str]
    delivered: str


@dataclass(frozen=True)
class Declaration:
    """A branch's declaration; values are 是, 否 or a decimal number."""

    month: str
    code: str
    item: str
    value: str
    declared: str
    review: str = "通过"
    recheck: str = ""
    recheck_value: str = ""


@dataclass(frozen=True)
class Submission:
    """A cell of a department's sheet; cells of the same `row` stand in one row."""

    quarter: str
    row: int
    code: str
    item: str
    value: str
    is_verified: bool = True


@dataclass(frozen=True)
class Finding:
    """An inspector's finding, in the file of the period `delivered`."""

    found: date
    code: str
    item: str
    count: int
    review: str
    delivered: str


@dataclass
class Records:
    """Everything delivered about a district."""

    spans: list[Span] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    declarations: list[Declaration] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
