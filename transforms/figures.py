"""What is added up along the tree, and the factors of people's work: made of everything that a period came to."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms.observations import Observed
from transforms.outcomes import Standing
from transforms.roll_ups import roll_ups
from transforms.shares import shares
from transforms.warnings import Warnings


@dataclass(frozen=True)
class Figures:
    """The frames `roll_up` and `person_share`."""

    roll_ups: pd.DataFrame
    shares: pd.DataFrame


def figures_of(
    standing: Standing, findings: Observed, warned: Warnings | None, rulebook: RuleBook, cadence: str
) -> Figures:
    """The period's figures. `findings` are the reviewed ones; `warned` is None where there are no warnings."""
    lines, assessed = standing.lines.lines, standing.assessed
    warnings = warned.warnings if warned else STAGES["warning"].empty()
    added_up = roll_ups(standing.organizations, assessed, standing.scores, lines, warnings, findings, rulebook, cadence)
    return Figures(added_up, shares(standing.lines.coefficients, lines, assessed, rulebook, cadence))
