"""The check of re-checks of declarations (复核结果)."""

from __future__ import annotations

import pandas as pd

from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms.checks.checked import REJECTION_COLUMNS, Checked
from transforms.registry import Registry


def check_rechecks(records: pd.DataFrame, registry: Registry, rulebook: RuleBook, period: Period) -> Checked:
    """To be written."""
    return Checked(records, pd.DataFrame(columns=REJECTION_COLUMNS), 0)
