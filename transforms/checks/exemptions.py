"""The check of exemptions (豁免登记)."""

from __future__ import annotations

import pandas as pd

from schemas.rulebook import RuleBook
from transforms.checks.checked import REJECTION_COLUMNS, Checked
from transforms.registry import Registry


def check_exemptions(records: pd.DataFrame, registry: Registry, rulebook: RuleBook) -> Checked:
    """To be written."""
    return Checked(records, pd.DataFrame(columns=REJECTION_COLUMNS), 0)
