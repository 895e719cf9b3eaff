"""A period's own records, from what was delivered to ledger lines: checked, observed, scored."""

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
from transforms.checks.submissions import check_submissions
from transforms.ledger import deductions, floors, ledger
from transforms.observations import Observed
from transforms.registry import Registry


@dataclass(frozen=True)
class Records:
    """Record frames of a period by kind, as the lake keeps them, each row with its batch_id and the day it speaks of.

    `events` holds every known copy of each event that some copy places in the period. Declarations are a month's,
    submissions a quarter's.
    """

    events: pd.DataFrame
    declarations: pd.DataFrame
    submissions: pd.DataFrame
    findings: pd.DataFrame


@dataclass(frozen=True)
class CheckedRecords:
    """What the checks leave of each kind, organisations under the code that they bear on the period's last day.

    `rejections` and `considered` (batch_id, row_no) are of the records that this period answers for: events and
    findings are answered for by their month, also where a quarter reads them again.
    """

    events: pd.DataFrame
    declarations: pd.DataFrame
    submissions: pd.DataFrame
    findings: pd.DataFrame
    rejections: pd.DataFrame
    considered: pd.DataFrame


@dataclass(frozen=True)
class Observations:
    """Values of the period's own items, and its reviewed findings of the whole negative list."""

    items: Observed
    findings: Observed


def check_records(records: Records, registry: Registry, rulebook: RuleBook, period: Period) -> CheckedRecords:
    """Runs the checks of intake again with what registry and rule book know now.

    A record's organisation must exist under the code that was delivered; what counts then bears the code of the
    period's last day.
    """
    events = check_events(records.events, registry, rulebook)
    declarations = check_declarations(records.declarations, registry, rulebook, period)
    submissions = check_submissions(records.submissions, registry, rulebook, period)
    findings = check_findings(records.findings, registry, rulebook)
    if period.cadence == "month":
        own = [(records.events, events), (records.declarations, declarations), (records.findings, findings)]
    else:
        own = [(records.submissions, submissions)]
    considered = pd.concat([_rows_in(frame, period) for frame, _ in own])
    rejections = pd.concat([part.rejections for _, part in own], ignore_index=True)
    rejections = rejections.merge(considered, on=["batch_id", "row_no"], validate="m:1")[REJECTION_COLUMNS]
    latest = observations.latest_events(events.accepted)
    return CheckedRecords(
        events=_as_called(latest, registry, period),
        declarations=_as_called(declarations.accepted, registry, period),
        submissions=_as_called(submissions.accepted, registry, period),
        findings=_as_called(findings.accepted, registry, period),
        rejections=rejections,
        considered=considered,
    )


def observe(checked: CheckedRecords, assessed: pd.DataFrame, rulebook: RuleBook, period: Period) -> Observations:
    """The value of every item of the period's cadence for every assessed organisation, and what inspectors found."""
    items = observations.together(
        observations.platform(checked.events, assessed, rulebook, period),
        observations.declared(checked.declarations, assessed, rulebook),
        observations.submitted(checked.submissions, assessed, rulebook),
    )
    return Observations(items, observations.deducted(checked.findings, assessed, rulebook, period))


def month_lines(observed: Observations, assessed: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """All ledger lines of a month: items, deductions of the monthly negative list, and floors."""
    earned = ledger(observed.items, assessed, rulebook, "month")
    lost = deductions(observed.findings, rulebook, "month")
    lines = pd.concat([earned, lost], ignore_index=True) if len(lost) else earned
    lifted = floors(lines)
    return pd.concat([lines, lifted], ignore_index=True) if len(lifted) else lines


def settled(open_rejections: pd.DataFrame, checked: CheckedRecords) -> tuple[pd.DataFrame, list[str]]:
    """Rejections that are new with this scoring, and the ids of those that no longer hold.

    `open_rejections`: rejection_id, batch_id, row_no, column_name, reason of what stands against the batches read. Only
    rows that the period considered can be settled by it.
    """
    key = ["batch_id", "row_no", "column_name", "reason"]
    standing = open_rejections.merge(checked.considered, on=["batch_id", "row_no"], validate="m:1")
    now = pd.MultiIndex.from_frame(checked.rejections[key])
    before = pd.MultiIndex.from_frame(standing[key])
    resolved = standing.loc[~before.isin(now), "rejection_id"].tolist()
    return checked.rejections[~now.isin(before)].reset_index(drop=True), resolved


def _as_called(frame: pd.DataFrame, registry: Registry, period: Period) -> pd.DataFrame:
    """The records under the code that their organisation bears on the period's last day."""
    return frame.assign(org_code=registry.code_on(frame["org_code"], period.end.toordinal()))


def _rows_in(frame: pd.DataFrame, period: Period) -> pd.DataFrame:
    inside = frame[(frame["day"] >= str(period.start)) & (frame["day"] <= str(period.end))]
    return inside[["batch_id", "row_no"]].drop_duplicates()
