"""A month from checked records to the frames of an edition: the stages of scoring, each from the one before."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms import observations
from transforms.checks.checked import REJECTION_COLUMNS
from transforms.checks.declarations import check_declarations
from transforms.checks.events import check_events
from transforms.checks.findings import check_findings
from transforms.ledger import deductions, floors, ledger
from transforms.observations import Observed
from transforms.registry import Registry


@dataclass(frozen=True)
class Records:
    """Record frames of a period by kind, as the lake keeps them, each row with its batch_id and the day it speaks of.

    `events` holds every known copy of each event that some copy places in the period.
    """

    events: pd.DataFrame
    declarations: pd.DataFrame
    findings: pd.DataFrame


@dataclass(frozen=True)
class CheckedMonth:
    """What the checks leave of each kind; `rejections` and `considered` (batch_id, row_no) are the month's own."""

    events: pd.DataFrame
    declarations: pd.DataFrame
    findings: pd.DataFrame
    rejections: pd.DataFrame
    considered: pd.DataFrame


@dataclass(frozen=True)
class ObservedMonth:
    """Values of every item, and the month's reviewed findings of the whole negative list."""

    items: Observed
    findings: Observed


def check_month(records: Records, registry: Registry, rulebook: RuleBook, month: Period) -> CheckedMonth:
    """Runs the checks of intake again with what registry and rule book know now."""
    events = check_events(records.events, registry, rulebook)
    declarations = check_declarations(records.declarations, registry, rulebook, month)
    findings = check_findings(records.findings, registry, rulebook)
    considered = pd.concat(
        [_rows_in(frame, month) for frame in (records.events, records.declarations, records.findings)]
    )
    rejections = pd.concat([part.rejections for part in (events, declarations, findings)], ignore_index=True)
    rejections = rejections.merge(considered, on=["batch_id", "row_no"], validate="m:1")[REJECTION_COLUMNS]
    latest = observations.latest_events(events.accepted)
    return CheckedMonth(latest, declarations.accepted, findings.accepted, rejections, considered)


def observe_month(checked: CheckedMonth, assessed: pd.DataFrame, rulebook: RuleBook, month: Period) -> ObservedMonth:
    """The value of every monthly item for every assessed organisation, and what inspectors found."""
    items = observations.together(
        observations.platform(checked.events, assessed, rulebook, month),
        observations.declared(checked.declarations, assessed, rulebook),
    )
    return ObservedMonth(items, observations.deducted(checked.findings, assessed, rulebook, month))


def month_lines(observed: ObservedMonth, assessed: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """All ledger lines of the month: items, deductions of the monthly negative list, and floors."""
    earned = ledger(observed.items, assessed, rulebook, "month")
    lost = deductions(observed.findings, rulebook, "month")
    lines = pd.concat([earned, lost], ignore_index=True) if len(lost) else earned
    lifted = floors(lines)
    return pd.concat([lines, lifted], ignore_index=True) if len(lifted) else lines


def settled(open_rejections: pd.DataFrame, checked: CheckedMonth) -> tuple[pd.DataFrame, list[str]]:
    """Rejections that are new with this scoring, and the ids of those that no longer hold.

    `open_rejections`: rejection_id, batch_id, row_no, column_name, reason of what stands against the batches read. Only
    rows that the month considered can be settled by it.
    """
    key = ["batch_id", "row_no", "column_name", "reason"]
    standing = open_rejections.merge(checked.considered, on=["batch_id", "row_no"], validate="m:1")
    now = pd.MultiIndex.from_frame(checked.rejections[key])
    before = pd.MultiIndex.from_frame(standing[key])
    resolved = standing.loc[~before.isin(now), "rejection_id"].tolist()
    return checked.rejections[~now.isin(before)].reset_index(drop=True), resolved


def _rows_in(frame: pd.DataFrame, month: Period) -> pd.DataFrame:
    inside = frame[(frame["day"] >= str(month.start)) & (frame["day"] <= str(month.end))]
    return inside[["batch_id", "row_no"]].drop_duplicates()
