"""A period scored: stages from what it is computed from to the rows of an edition. Nothing is read or written here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

import pandas as pd

from flows.jobs.reading import Before, Inputs, said_before
from flows.stages import Call, Stage, plain, run
from schemas.errors import ClearError
from schemas.periods import Period
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms import completeness as of_deliveries
from transforms import parts as of_parts
from transforms import registry as of_registry
from transforms.checks.registry import registry_of
from transforms.completeness import Came, Completeness
from transforms.conditions import Scene
from transforms.corrections import Corrected, applied, correction_rows
from transforms.edition import content_hash, edition_frames
from transforms.exemptions import Exempted
from transforms.exemptions import exempted as exempted_in
from transforms.figures import Figures, figures_of
from transforms.lines import Lines, period_lines
from transforms.outcomes import Outcomes, Standing, outcomes_of
from transforms.parts import Parts
from transforms.registry import Registry
from transforms.scoring import CheckedRecords, Observations, check_records, observe
from transforms.standings import dimension_scores, scores
from transforms.succession import carried
from transforms.warning_tasks import still_open, warning_tasks
from transforms.warnings import NOBODY_WARNED, Warnings
from transforms.warnings import warnings as warned_about


class NobodyAssessed(ClearError):
    """No organisation is assessed in the period: the registry is missing, or speaks of other times."""


@dataclass(frozen=True)
class Scored:
    """Rows of an edition by table, what the checks came to, a hash of all that the rows were made of, and whether
    everything has come that was due."""

    frames: dict[str, pd.DataFrame]
    checked: CheckedRecords
    inputs_hash: str
    completeness: Completeness

    @property
    def is_provisional(self) -> bool:
        """Whether the edition is, because the period is open or because something is waited for."""
        return self.completeness.is_provisional


def score(inputs: Inputs, call: Call = plain) -> Scored:
    """The period as its inputs make it. Raises NobodyAssessed."""
    given = {"inputs": inputs, "period": inputs.period, "rulebook": inputs.rulebook}
    return run(SCORE, given, call)["scored"]


def corrected(inputs: Inputs, rulebook: RuleBook, period: Period) -> Corrected:
    """The registry and the period's records with their known errors put right."""
    return applied(inputs.registry_rows, inputs.records, rulebook, period)


def registry(corrected: Corrected, rulebook: RuleBook) -> Registry:
    """Who exists on which day."""
    return registry_of(corrected.registry_rows, rulebook)


def organizations(inputs: Inputs, registry: Registry, period: Period, rulebook: RuleBook) -> pd.DataFrame:
    """The registry as at the period's last day, with peer groups and who is assessed."""
    if inputs.parts:
        frame = of_parts.organizations(registry, period, inputs.parts)
    else:
        frame = of_registry.organizations(registry, period, rulebook)
    return STAGES["organization"].validated(of_registry.grouped(frame, rulebook))


def assessed(organizations: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The organisations that are assessed; their positions number them from here on. Raises NobodyAssessed."""
    those = organizations[organizations["is_assessed"]].reset_index(drop=True)
    if those.empty:
        raise NobodyAssessed(f"{period}没有参加考核的组织。请核对是否收到组织名册，以及其中的领域和生效、失效日期")
    return those


def before(inputs: Inputs, registry: Registry, period: Period) -> Before:
    """What the period before left, under the codes that organisations bear now."""
    day = period.end.toordinal()
    return Before(**{name: carried(frame, registry, day) for name, frame in vars(inputs.before).items()})


def exempted(
    inputs: Inputs, assessed: pd.DataFrame, registry: Registry, rulebook: RuleBook, period: Period
) -> Exempted:
    """Which items somebody has exempted whom from."""
    return exempted_in(inputs.records.exemptions, assessed, registry, rulebook, period)


def checked(
    corrected: Corrected, exempted: Exempted, registry: Registry, period: Period, rulebook: RuleBook
) -> CheckedRecords:
    """The period's records, corrections and exemptions, checked again with what registry and rule book know."""
    found = check_records(corrected.records, registry, rulebook, period)
    all_found = (found, corrected, exempted)
    return replace(
        found,
        rejections=pd.concat([one.rejections for one in all_found], ignore_index=True),
        considered=pd.concat([one.considered for one in all_found], ignore_index=True),
    )


def parts(inputs: Inputs, assessed: pd.DataFrame, registry: Registry, period: Period) -> list[Parts]:
    """The editions that the period is made of, by cadence, under the codes that organisations bear now."""
    by_cadence = groupby(inputs.parts, key=lambda part: part.period.cadence)
    return [of_parts.together(list(own), assessed, registry, period) for _, own in by_cadence]


def observed(
    checked: CheckedRecords, parts: list[Parts], assessed: pd.DataFrame, rulebook: RuleBook, period: Period
) -> Observations:
    """The value of every item of the period's cadence for every assessed organisation."""
    deducting = of_parts.findings_while_assessed(checked.findings, parts[0], assessed) if parts else None
    values = observe(checked, assessed, rulebook, period, deducting)
    STAGES["observation"].validated(values.items.values)
    return values


def lines(
    observed: Observations,
    parts: list[Parts],
    organizations: pd.DataFrame,
    assessed: pd.DataFrame,
    exempted: Exempted,
    rulebook: RuleBook,
    period: Period,
) -> Lines:
    """The ledger: what the parts bring along and the period's own."""
    return period_lines(observed, parts, organizations, assessed, rulebook, period, exempted.cells)


def completeness(
    inputs: Inputs,
    checked: CheckedRecords,
    observed: Observations,
    assessed: pd.DataFrame,
    lines: Lines,
    rulebook: RuleBook,
    period: Period,
) -> Completeness:
    """Who has delivered what was due, and whether the edition waits for somebody."""
    codes, reported = assessed["org_code"], observed.items.values
    due = of_deliveries.due_lines(lines.lines, reported, codes, rulebook, period.cadence)
    came = Came(inputs.deliveries, due, checked.events, rulebook, period)
    return of_deliveries.completeness(came, inputs.today, inputs.is_provisional)


def standing(
    inputs: Inputs,
    organizations: pd.DataFrame,
    assessed: pd.DataFrame,
    lines: Lines,
    before: Before,
    rulebook: RuleBook,
) -> Standing:
    """Points by dimension, index and ranks."""
    by_dimension = dimension_scores(lines.lines, assessed, rulebook)
    ranked = scores(by_dimension, assessed, before.scores)
    items = pd.concat([part.items for part in inputs.parts], ignore_index=True) if inputs.parts else None
    return Standing(organizations, assessed, lines, by_dimension, ranked, items)


def outcomes(
    completeness: Completeness,
    checked: CheckedRecords,
    observed: Observations,
    standing: Standing,
    before: Before,
    rulebook: RuleBook,
    period: Period,
) -> Outcomes:
    """What moved the numbers, grades and the work that they lead to; a provisional edition grades nobody."""
    return outcomes_of(
        standing, observed, checked.followed, before.grades, before.tasks, rulebook, period, completeness.is_provisional
    )


def scene(standing: Standing, observed: Observations, outcomes: Outcomes, period: Period) -> Scene:
    """What the conditions look at."""
    return Scene(
        period,
        standing.organizations,
        standing.assessed,
        standing.lines.lines,
        standing.scores,
        observed.findings,
        observed.dates,
        outcomes.tasks,
    )


def warnings(
    completeness: Completeness, period: Period, scene: Scene, before: Before, rulebook: RuleBook
) -> Warnings | None:
    """The conditions of the period's cadence; a provisional edition has none: nobody is warned of what can still be
    done."""
    if completeness.is_provisional or all(condition.cadence != period.cadence for condition in rulebook.conditions):
        return None
    return warned_about(scene, rulebook, before.streaks)


def work(
    completeness: Completeness,
    period: Period,
    scene: Scene,
    outcomes: Outcomes,
    warnings: Warnings | None,
    before: Before,
    rulebook: RuleBook,
) -> Outcomes:
    """The outcomes with the tasks of warnings, which are known only now; a provisional edition leaves them as they
    were."""
    if completeness.is_provisional:
        made = still_open(before.tasks, scene.organizations, period)
    else:
        made = warning_tasks(warnings or NOBODY_WARNED, scene, before.tasks, rulebook)
    return replace(outcomes, tasks=pd.concat([outcomes.tasks, made], ignore_index=True))


def figures(
    standing: Standing, observed: Observations, warnings: Warnings | None, rulebook: RuleBook, period: Period
) -> Figures:
    """What is added up along the tree, and what people's work is weighed with."""
    return figures_of(standing, observed.findings, warnings, rulebook, period.cadence)


def scored(
    inputs: Inputs,
    corrected: Corrected,
    registry: Registry,
    exempted: Exempted,
    completeness: Completeness,
    checked: CheckedRecords,
    observed: Observations,
    standing: Standing,
    work: Outcomes,
    warnings: Warnings | None,
    figures: Figures,
    rulebook: RuleBook,
    period: Period,
) -> Scored:
    """The edition's rows with a hash of what they were made of."""
    frames = edition_frames(standing, observed, work, warnings, figures, rulebook, period.cadence)
    frames["due_delivery"] = completeness.rows
    frames["correction"] = correction_rows(corrected.cells, registry, period)
    frames["exemption"] = exempted.rows
    stored = {table: STAGES[table].validated(frame) for table, frame in frames.items()}
    codes = standing.assessed["org_code"]
    read = content_hash(
        *(
            frame.drop(columns=["batch_id", "row_no"], errors="ignore").assign(org=codes.take(frame["org"]).to_numpy())
            for part in (observed.items, observed.findings, observed.registered)
            for frame in (part.values, part.used)
        ),
        stored["organization"],
        stored["due_delivery"].drop(columns=["policy", "due_on", "last_day"]),
        *(stored[register] for register in ("correction", "exemption") if len(stored[register])),
        *said_before(inputs.before),
        observed.dates,
        checked.followed.drop(columns=["batch_id", "row_no"]),
        *(
            frame[columns]
            for part in inputs.parts
            for frame, columns in (
                (part.scores, ["org_code"]),
                (
                    part.lines,
                    ["org_code", "item_code", "assessor", "points", "full_points", "value_num", "value_den", "status"],
                ),
            )
        ),
    )
    return Scored(stored, checked, read, completeness)


SCORE: tuple[Stage, ...] = (
    corrected, registry, organizations, assessed, parts, before, exempted, checked, observed, lines, completeness,
    standing, outcomes, scene, warnings, work, figures, scored,
)  # fmt: skip
