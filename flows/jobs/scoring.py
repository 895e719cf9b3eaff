"""A period scored: stages from what it is computed from to the rows of an edition. Nothing is read or written here."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from flows.jobs.reading import Before, Inputs
from flows.stages import Call, Stage, plain, run
from schemas.errors import ClearError
from schemas.periods import Period
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms import parts as of_parts
from transforms import registry as of_registry
from transforms.checks.registry import registry_of
from transforms.conditions import Month
from transforms.edition import Standing, content_hash, edition_frames
from transforms.parts import Parts, mean_lines, quarter_lines
from transforms.registry import Registry
from transforms.scoring import CheckedRecords, Observations, check_records, month_lines, observe
from transforms.standings import dimension_scores, scores
from transforms.succession import carried
from transforms.warnings import Warnings
from transforms.warnings import warnings as warned_about


class NobodyAssessed(ClearError):
    """No organisation is assessed in the period: the registry is missing, or speaks of other times."""


@dataclass(frozen=True)
class Scored:
    """Rows of an edition by table, what the checks came to, and a hash of all that the rows were made of."""

    frames: dict[str, pd.DataFrame]
    checked: CheckedRecords
    inputs_hash: str


def score(inputs: Inputs, call: Call = plain) -> Scored:
    """The period as its inputs make it. Raises NobodyAssessed."""
    given = {"inputs": inputs, "period": inputs.period, "rulebook": inputs.rulebook}
    return run(SCORE, given, call)["scored"]


def registry(inputs: Inputs, rulebook: RuleBook) -> Registry:
    """Who exists on which day."""
    return registry_of(inputs.registry_rows, rulebook)


def organizations(inputs: Inputs, registry: Registry, period: Period, rulebook: RuleBook) -> pd.DataFrame:
    """The registry as at the period's last day, with who is assessed."""
    if period.parts:
        frame = of_parts.organizations(registry, period, inputs.parts)
    else:
        frame = of_registry.organizations(registry, period, rulebook)
    return STAGES["organization"].validated(frame)


def assessed(organizations: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The organisations that are assessed; their positions number them from here on. Raises NobodyAssessed."""
    those = organizations[organizations["is_assessed"]].reset_index(drop=True)
    if those.empty:
        raise NobodyAssessed(f"{period}没有参加考核的组织。请核对是否收到组织名册，以及其中的领域和生效、失效日期")
    return those


def before(inputs: Inputs, registry: Registry, period: Period) -> Before:
    """What the period before left, under the codes that organisations bear now."""
    day = period.end.toordinal()
    return Before(carried(inputs.before.scores, registry, day), carried(inputs.before.streaks, registry, day))


def checked(inputs: Inputs, registry: Registry, period: Period, rulebook: RuleBook) -> CheckedRecords:
    """The period's records, checked again with what registry and rule book know."""
    return check_records(inputs.records, registry, rulebook, period)


def parts(inputs: Inputs, assessed: pd.DataFrame, registry: Registry, period: Period) -> Parts | None:
    """The editions that the period is made of, under the codes that organisations bear now; a month has none."""
    return of_parts.together(inputs.parts, assessed, registry, period) if period.parts else None


def observed(
    checked: CheckedRecords, parts: Parts | None, assessed: pd.DataFrame, rulebook: RuleBook, period: Period
) -> Observations:
    """The value of every item of the period's cadence for every assessed organisation."""
    if parts:
        findings = of_parts.findings_while_assessed(checked.findings, parts, assessed)
        checked = replace(checked, findings=findings)
    values = observe(checked, assessed, rulebook, period)
    STAGES["observation"].validated(values.items.values)
    return values


def lines(
    observed: Observations, parts: Parts | None, assessed: pd.DataFrame, rulebook: RuleBook, period: Period
) -> pd.DataFrame:
    """The ledger: a month's own, a quarter's from its months and its own, a year's from its quarters."""
    if parts is None:
        return month_lines(observed, assessed, rulebook)
    if period.cadence == "quarter":
        return quarter_lines(parts, observed.items, observed.findings, assessed, rulebook)
    return mean_lines(parts, parts.lines["org"] >= 0, assessed, rulebook)


def standing(
    inputs: Inputs,
    organizations: pd.DataFrame,
    assessed: pd.DataFrame,
    lines: pd.DataFrame,
    before: Before,
    rulebook: RuleBook,
) -> Standing:
    """Points by dimension, index and ranks."""
    by_dimension = dimension_scores(lines, assessed, rulebook)
    ranked = scores(by_dimension, assessed, before.scores)
    items = pd.concat([part.items for part in inputs.parts], ignore_index=True) if inputs.parts else None
    return Standing(organizations, assessed, lines, by_dimension, ranked, items)


def warnings(
    inputs: Inputs,
    period: Period,
    standing: Standing,
    observed: Observations,
    before: Before,
    rulebook: RuleBook,
) -> Warnings | None:
    """The three-colour pool, monthly; an open month has none: nobody is warned of what there is still time to do."""
    if inputs.is_provisional or period.parts:
        return None
    month = Month(period, standing.organizations, standing.assessed, standing.lines, standing.scores, observed.findings)
    return warned_about(month, rulebook, before.streaks)


def scored(
    inputs: Inputs,
    checked: CheckedRecords,
    observed: Observations,
    standing: Standing,
    warnings: Warnings | None,
    rulebook: RuleBook,
    period: Period,
) -> Scored:
    """The edition's rows with a hash of what they were made of."""
    frames = edition_frames(standing, observed, warnings, rulebook, period.cadence)
    stored = {table: STAGES[table].validated(frame) for table, frame in frames.items()}
    codes = standing.assessed["org_code"]
    read = content_hash(
        *(
            frame.drop(columns=["batch_id", "row_no"], errors="ignore").assign(org=codes.take(frame["org"]).to_numpy())
            for part in (observed.items, observed.findings)
            for frame in (part.values, part.used)
        ),
        stored["organization"],
        inputs.before.streaks,
        inputs.before.scores[["org_code", "domain", "rank"]],
        *(
            frame[columns]
            for part in inputs.parts
            for frame, columns in (
                (part.scores, ["org_code"]),
                (part.lines, ["org_code", "item_code", "points", "full_points", "value_num", "value_den", "status"]),
            )
        ),
    )
    return Scored(stored, checked, read)


SCORE: tuple[Stage, ...] = (
    registry, organizations, assessed, parts, before, checked, observed, lines, standing, warnings, scored,
)  # fmt: skip
