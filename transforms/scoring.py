"""A period's own records, from what was delivered to ledger lines: checked, observed, scored."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from schemas.kinds import Kind, kinds_read, no_records
from schemas.periods import CADENCES, Cadence, Period
from schemas.rulebook import RuleBook
from transforms import observations
from transforms.ballots import counted
from transforms.checks.checked import REJECTION_COLUMNS
from transforms.checks.declarations import check_declarations
from transforms.checks.events import check_events
from transforms.checks.findings import check_findings
from transforms.checks.rechecks import check_rechecks, rechecked
from transforms.checks.submissions import check_submissions
from transforms.checks.totals import check_totals
from transforms.observations import Observed
from transforms.registry import Registry


@dataclass(frozen=True)
class Records:
    """Record frames of a period by kind, as the lake keeps them, each row with its batch_id and the day it speaks of.

    `events` holds every known copy of each event that some copy places in the period. `followed` are findings and
    register entries from before the period and after it, as far as work that is still open can hang on them.
    """

    events: pd.DataFrame
    declarations: pd.DataFrame
    submissions: pd.DataFrame
    findings: pd.DataFrame
    totals: pd.DataFrame
    followed: pd.DataFrame
    corrections: pd.DataFrame = field(default_factory=lambda: no_records("corrections"))
    exemptions: pd.DataFrame = field(default_factory=lambda: no_records("exemptions"))
    rechecks: pd.DataFrame = field(default_factory=lambda: no_records("rechecks"))


@dataclass(frozen=True)
class CheckedRecords:
    """What the checks leave of each kind, organisations under the code that they bear on the period's last day.

    `rejections` and `considered` (batch_id, row_no) are of the records that this period answers for: events and
    findings are answered for by the shortest period that reads them.
    """

    events: pd.DataFrame
    declarations: pd.DataFrame
    rechecks: pd.DataFrame
    submissions: pd.DataFrame
    findings: pd.DataFrame
    followed: pd.DataFrame
    rejections: pd.DataFrame
    considered: pd.DataFrame


@dataclass(frozen=True)
class Observations:
    """Values of the period's own items, its reviewed findings of the whole negative list, what its register says, and
    the dates that conditions look ahead to."""

    items: Observed
    findings: Observed
    registered: Observed
    dates: pd.DataFrame


def check_records(records: Records, registry: Registry, rulebook: RuleBook, period: Period) -> CheckedRecords:
    """Runs the checks of intake again with what registry and rule book know now.

    A record's organisation must exist under the code that was delivered; what counts then bears the code of the
    period's last day.
    """
    rechecks = check_rechecks(records.rechecks, records.declarations, registry, rulebook, period)
    declarations = rechecked(records.declarations, rechecks.accepted)
    checks = {
        "events": check_events(records.events, registry, rulebook),
        "declarations": check_declarations(declarations, registry, rulebook, period),
        "rechecks": rechecks,
        "submissions": check_submissions(records.submissions, registry, rulebook, period),
        "findings": check_findings(records.findings, registry, rulebook),
        "totals": check_totals(records.totals, registry, rulebook, period),
    }
    answered = kinds_answered(rulebook, period.cadence)
    considered = pd.concat([_rows_in(getattr(records, kind), period) for kind in answered])
    rejections = pd.concat([checks[kind].rejections for kind in answered], ignore_index=True)
    rejections = rejections.merge(considered, on=["batch_id", "row_no"], validate="m:1")[REJECTION_COLUMNS]
    followed = check_findings(records.followed, registry, rulebook).accepted
    accepted = {kind: found.accepted for kind, found in checks.items() if kind != "totals"} | {"followed": followed}
    accepted["events"] = observations.latest_events(accepted["events"])
    now = {kind: _as_called(frame, registry, period) for kind, frame in accepted.items()}
    return CheckedRecords(**now, rejections=rejections, considered=considered)


def kinds_answered(rulebook: RuleBook, cadence: Cadence) -> list[Kind]:
    """The kinds of record that a period of the cadence answers for.

    What is delivered for a period is that period's; events and findings, which have only a day, are of the shortest
    cadence that reads them.
    """
    shorter = CADENCES[: CADENCES.index(cadence)]
    read_before = {kind for other in shorter for kind in kinds_read(rulebook.sources(other))}
    of_day: tuple[Kind, ...] = ("events", "findings")
    kept = [kind for kind in of_day if kind in kinds_read(rulebook.sources(cadence)) and kind not in read_before]
    return [*kept, "declarations", "rechecks", "submissions", "totals"]


def observe(
    checked: CheckedRecords,
    assessed: pd.DataFrame,
    rulebook: RuleBook,
    period: Period,
    deducting: pd.DataFrame | None = None,
) -> Observations:
    """The value of every item of the period's cadence for every assessed organisation, and what inspectors found.

    `deducting`: the findings that may deduct; all of them where it is left out.
    """
    items = observations.together(
        observations.platform(checked.events, assessed, rulebook, period),
        observations.declared(checked.declarations, assessed, rulebook),
        observations.rechecked(checked.rechecks, checked.declarations, assessed, rulebook),
        observations.submitted(counted(checked.submissions, rulebook), assessed, rulebook),
    )
    return Observations(
        items,
        observations.deducted(checked.findings if deducting is None else deducting, assessed, rulebook, period),
        observations.registered(checked.findings, assessed, rulebook, period),
        observations.snapshot_dates(checked.events, assessed, rulebook, period),
    )


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
