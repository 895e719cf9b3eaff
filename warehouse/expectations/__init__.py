"""What must hold of an edition's rows before anybody sees them.

Points are compared as whole ten-thousandths, so sums must agree to the last digit. Thresholds are the rule book's and
not in the warehouse: that one was applied alike to all is seen from the rows on both sides of it.
"""

from __future__ import annotations

from warehouse.expectations import (
    adjustments,
    completeness,
    diagnosis,
    edition,
    grades,
    ledger,
    progress,
    registers,
    roll_ups,
    scores,
    warnings,
)
from warehouse.expectations.expectation import Expectation

EXPECTATIONS: tuple[Expectation, ...] = (
    *scores.SCORES,
    *scores.STANDINGS,
    *ledger.LEDGER,
    *adjustments.ADJUSTMENTS,
    *grades.GRADES,
    *grades.TASKS,
    *roll_ups.ROLL_UPS,
    *warnings.WARNINGS,
    *diagnosis.DIAGNOSIS,
    *progress.PROGRESS,
    *completeness.COMPLETENESS,
    *registers.REGISTERS,
    *edition.EDITION,
)

__all__ = ["EXPECTATIONS", "Expectation"]
