"""Completeness: who has delivered what was due for a period, and what becomes of a period where somebody has not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from schemas.kinds import Kind, kinds_read
from schemas.layouts import Expected, Policy
from schemas.periods import Cadence, Period
from schemas.rulebook import RuleBook
from schemas.stages import POLICIES, STAGES
from transforms.items import sent_codes
from transforms.lookup import line_key, line_keys, positions

COMPLETE, PARTIAL, MISSING, STALE = "complete", "partial", "missing", "stale"
HELD: frozenset[Policy] = frozenset({"wait", "refuse"})
"""What keeps a period from being published at all."""
SENT_WITHOUT_CADENCE: tuple[Kind, ...] = ("registry", "totals")
"""Kinds that are due whatever items the cadence has."""
DELIVERY_COLUMNS = {
    "kind": "str", "sender": "str", "period": "str", "first_day": "datetime64[us]", "last_day": "datetime64[us]",
    "received_on": "datetime64[us]",
}  # fmt: skip
"""A row per delivery in force; `received_on` is the local day of receipt."""


@dataclass(frozen=True)
class Completeness:
    """What has come of what was due, and what the rule book makes of it.

    `rows` is the stage `due_delivery`: one row per kind and sender. `undeclared` has org_code and item_code of every
    declaration that is due and has not been made. `verdict` is the strictest policy among what is incomplete; `until`
    the last day on which a verdict of `wait` holds.
    """

    rows: pd.DataFrame
    undeclared: pd.DataFrame
    verdict: Policy
    is_provisional: bool
    until: date | None = None

    @property
    def is_held(self) -> bool:
        """Whether the period must not be published."""
        return self.verdict in HELD


@dataclass(frozen=True)
class Came:
    """What is known of a period: deliveries in force, lines that are due with whether they were reported, events."""

    deliveries: pd.DataFrame
    due: pd.DataFrame
    events: pd.DataFrame
    rulebook: RuleBook
    period: Period

    def of(self, kind: Kind) -> pd.DataFrame:
        """Deliveries of the kind for the period."""
        held = self.deliveries
        return held[held["kind"].eq(kind) & held["period"].eq(str(self.period))]


def no_deliveries() -> pd.DataFrame:
    """The frame of deliveries without rows."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in DELIVERY_COLUMNS.items()})


def completeness(came: Came, today: date | None, is_open: bool) -> Completeness:
    """What has come of what is due in the period, by kind and sender, and the verdict as of `today`.

    No policy applies to a period that is open, nor where `today` is None: what was published once stays published.
    """
    found = [row for entry in _expected(came) for row in _ROWS[entry.kind](entry, came)]
    columns = STAGES["due_delivery"].dtypes
    rows = STAGES["due_delivery"].validated(pd.DataFrame(found, columns=list(columns)))
    rows = rows.sort_values(["kind", "sender"], ignore_index=True)
    verdict, until = ("publish", None) if today is None or is_open else _verdict(rows, today)
    is_due = came.due["source"].eq("declaration") & ~came.due["is_reported"]
    undeclared = came.due.loc[is_due, ["org_code", "item_code"]].reset_index(drop=True)
    return Completeness(rows, undeclared, verdict, is_open or verdict == "provisional", until)


def incomplete(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that a policy goes by: missing, stale, and declarations that some have not made.

    A department's blank cells are its own affair: a sheet that came is there.
    """
    undeclared = rows["kind"].eq("declarations") & rows["status"].eq(PARTIAL)
    return rows[rows["status"].isin([MISSING, STALE]) | undeclared].reset_index(drop=True)


def due_lines(
    lines: pd.DataFrame, reported: pd.DataFrame, codes: pd.Series, rulebook: RuleBook, cadence: Cadence
) -> pd.DataFrame:
    """The ledger lines of the period's own items, and whether anything was reported of each, counted or not.

    An item that does not apply to an organisation has no line, so it is not due. `reported`: the values observed (org,
    item); `codes`: those of the organisations. Columns: org_code, item_code, item (place in the rule book), source,
    is_reported.
    """
    own = [(place, item) for place, item in enumerate(rulebook.items) if item.cadence == cadence]
    keys = pd.Index([line_key(item.code, item.assessor) for _, item in own])
    place = positions(line_keys(lines["item_code"], lines["assessor"]), keys)
    is_own = (place >= 0) & lines["status"].isin(["met", "unmet", "missing"]).to_numpy()
    item = np.array([number for number, _ in own] + [-1])[place[is_own]]
    org = lines["org"].to_numpy()[is_own]
    size = len(rulebook.items) + 1
    known = reported["org"].to_numpy(dtype=np.int64) * size + reported["item"].to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "org_code": codes.take(org).to_numpy(),
            "item_code": lines["item_code"].to_numpy()[is_own],
            "item": item,
            "source": np.array([entry.source for entry in rulebook.items] + [""])[item],
            "is_reported": np.isin(org * size + item, known),
        }
    )


def sent_by(rulebook: RuleBook, cadence: Cadence) -> dict[str, list[int]]:
    """The items of the cadence that each department sends, as places in the rule book; those without any are absent."""
    layout = rulebook.inbox.submissions
    found: dict[str, list[int]] = {}
    for sender, own in (layout.senders if layout else {}).items():
        sent = set(own.items.values())
        for place, item in enumerate(rulebook.items):
            is_theirs = item.assessor in ("", sender) and not sent.isdisjoint(sent_codes(item))
            if item.source == "department" and item.cadence == cadence and is_theirs:
                found.setdefault(sender, []).append(place)
    return found


def _expected(came: Came) -> Iterator[Expected]:
    read = kinds_read(came.rulebook.sources(came.period.cadence)).union(SENT_WITHOUT_CADENCE)
    for entry in came.rulebook.inbox.expected:
        if entry.cadence == came.period.cadence and entry.kind in read:
            yield entry


def _verdict(rows: pd.DataFrame, today: date) -> tuple[Policy, date | None]:
    found: list[Policy] = ["publish"]
    waited_for: list[date] = []
    for row in incomplete(rows).itertuples():
        if row.policy == "wait":
            if today <= row.due_on.date():
                waited_for.append(row.due_on.date())
                found.append("wait")
        else:
            found.append(row.policy)
    verdict = max(found, key=POLICIES.index)
    return verdict, max(waited_for) if verdict == "wait" else None


def _row(
    entry: Expected, came: Came, sender: str, counts: tuple[int, int], status: str, last_day: Any = None
) -> dict[str, Any]:
    """A row of the frame. `counts`: expected and delivered."""
    return {
        "kind": entry.kind,
        "sender": sender,
        "expected_count": counts[0],
        "delivered_count": counts[1],
        "status": status,
        "policy": entry.policy,
        "due_on": pd.Timestamp(came.period.end + timedelta(entry.due_days)),
        "last_day": pd.Timestamp(last_day) if last_day is not None else pd.NaT,
    }


def _by_count(is_there: bool, expected: int, delivered: int) -> str:
    if not is_there and not delivered:
        return MISSING
    return COMPLETE if delivered == expected else PARTIAL


def _submissions(entry: Expected, came: Came) -> Iterator[dict[str, Any]]:
    """A row per department with items due; organisations that its items apply to, and those with a value of any."""
    came_from = set(came.of("submissions")["sender"])
    for sender, items in sent_by(came.rulebook, came.period.cadence).items():
        own = came.due[came.due["item"].isin(items)]
        expected = own["org_code"].nunique()
        if expected:
            delivered = own.loc[own["is_reported"], "org_code"].nunique()
            status = _by_count(sender in came_from, expected, delivered)
            yield _row(entry, came, sender, (expected, delivered), status)


def _declarations(entry: Expected, came: Came) -> Iterator[dict[str, Any]]:
    """One row: organisations with anything to declare, and those that have declared all of it, counted or not."""
    layout = came.rulebook.inbox.declarations
    is_whole = came.due[came.due["source"].eq("declaration")].groupby("org_code")["is_reported"].all()
    if layout and len(is_whole):
        counts = len(is_whole), int(is_whole.sum())
        yield _row(entry, came, layout.sender, counts, _by_count(len(came.of("declarations")) > 0, *counts))


def _findings(entry: Expected, came: Came) -> Iterator[dict[str, Any]]:
    layout = came.rulebook.inbox.findings
    if layout:
        yield _one_delivery(entry, came, layout.sender)


def _totals(entry: Expected, came: Came) -> Iterator[dict[str, Any]]:
    layout = came.rulebook.inbox.totals
    if layout:
        yield _one_delivery(entry, came, layout.sender)


def _one_delivery(entry: Expected, came: Came, sender: str) -> dict[str, Any]:
    delivered = int(len(came.of(entry.kind)) > 0)
    return _row(entry, came, sender, (1, delivered), COMPLETE if delivered else MISSING)


def _events(entry: Expected, came: Came) -> Iterator[dict[str, Any]]:
    """One row: stale where the last day with events is too long before the period's end."""
    layout, period, held = came.rulebook.inbox.events, came.period, came.deliveries
    if layout is None:
        return
    touches = held["first_day"].le(str(period.end)) & held["last_day"].ge(str(period.start))
    is_there = bool((held["kind"].eq("events") & (touches | held["period"].eq(str(period)))).any())
    day = came.events["day"]
    last = day[day.between(str(period.start), str(period.end))].max()
    is_old = entry.stale_days is not None and (pd.isna(last) or (period.end - last.date()).days >= entry.stale_days)
    status = MISSING if not is_there else STALE if is_old else COMPLETE
    yield _row(entry, came, layout.sender, (1, int(is_there)), status, None if pd.isna(last) else last)


def _registry(entry: Expected, came: Came) -> Iterator[dict[str, Any]]:
    """One row: stale where the registry was received too long before the period's end; `last_day` is that day."""
    received = came.deliveries.loc[came.deliveries["kind"].eq("registry"), "received_on"].max()
    sender = came.rulebook.inbox.registry.sender
    if pd.isna(received):
        yield _row(entry, came, sender, (1, 0), MISSING)
        return
    is_old = entry.stale_days is not None and (came.period.end - received.date()).days > entry.stale_days
    yield _row(entry, came, sender, (1, 1), STALE if is_old else COMPLETE, received)


_ROWS: dict[Kind, Callable[[Expected, Came], Iterator[dict[str, Any]]]] = {
    "registry": _registry,
    "events": _events,
    "declarations": _declarations,
    "submissions": _submissions,
    "findings": _findings,
    "totals": _totals,
}
