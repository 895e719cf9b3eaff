"""The check of known errors of sources (更正登记)."""

from __future__ import annotations

import pandas as pd

from schemas.rulebook import RuleBook
from transforms.checks.checked import REJECTION_COLUMNS, Checked


def check_corrections(records: pd.DataFrame, rulebook: RuleBook) -> Checked:
    """To be written."""
    return Checked(records, pd.DataFrame(columns=REJECTION_COLUMNS), 0)
