"""What scores lead to: what moved them, grades, and the work that follows from grades and findings."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from schemas.periods import Period
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms.adjustments import adjustment_rows
from transforms.grades import grades
from transforms.limits import limited
from transforms.lines import Lines
from transforms.responsible import points_lost
from transforms.scoring import Observations
from transforms.tasks import tasks


@dataclass(frozen=True)
class Standing:
    """Who is assessed and with what result: organisations by position in `assessed`, whose order `scores` has too.

    `organizations` is the whole registry as at the period's end. `parts_items` are the items of the editions that the
    period was scored from, some of which may be of rule books before its own.
    """

    organizations: pd.DataFrame
    assessed: pd.DataFrame
    lines: Lines
    by_dimension: pd.DataFrame
    scores: pd.DataFrame
    parts_items: pd.DataFrame | None = None


@dataclass(frozen=True)
class Outcomes:
    """The frames `adjustment`, `grade` and `task`."""

    adjustments: pd.DataFrame
    grades: pd.DataFrame
    tasks: pd.DataFrame


def outcomes_of(
    standing: Standing,
    observed: Observations,
    followed: pd.DataFrame,
    previous_grades: pd.DataFrame,
    previous_tasks: pd.DataFrame,
    rulebook: RuleBook,
    period: Period,
    is_open: bool,
) -> Outcomes:
    """What a period's scores lead to. `followed` are checked findings and register entries, before and after it too.

    While the period is open nobody is graded and no work is made.
    """
    lines, assessed, cadence = standing.lines.lines, standing.assessed, period.cadence
    found = limited(observed.registered, lines, standing.scores, assessed, rulebook, cadence)
    moved = adjustment_rows(observed.registered, lines, standing.lines.coefficients, found, assessed, rulebook, cadence)
    if is_open:
        return Outcomes(moved, STAGES["grade"].empty(), STAGES["task"].empty())
    graded = grades(standing.scores, lines, assessed, found, previous_grades, rulebook, cadence)
    lost = points_lost(lines, assessed, rulebook)
    made = tasks(graded, followed, standing.organizations, lost, previous_tasks, rulebook, period)
    return Outcomes(moved, graded, made)
