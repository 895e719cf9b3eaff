"""Every fault of one version of a rule book."""

from __future__ import annotations

from collections.abc import Iterator

from rulebooks.checks import (
    adjustments,
    grades,
    inbox,
    items,
    measures,
    references,
    scheme,
    totals,
    warnings,
    watch_list,
)
from rulebooks.checks.faults import Fault
from schemas.rulebook import RuleBook

_CHECKS = (
    references.references,
    references.placed,
    references.responsible,
    warnings.conditions,
    warnings.unmet_bands,
    warnings.progress_boards,
    inbox.layouts,
    inbox.columns,
    inbox.closing,
    inbox.conventions,
    inbox.measures_given,
    inbox.sent,
    inbox.senders,
    inbox.expected,
    measures.event_kinds,
    measures.measures,
    measures.dates_due,
    items.item_codes,
    items.tiers,
    items.milestones,
    items.applicability,
    items.relatives,
    items.circles,
    scheme.cadences,
    scheme.domains,
    scheme.claims,
    scheme.points,
    adjustments.adjustments,
    adjustments.coefficients,
    adjustments.limits,
    adjustments.shares,
    grades.demands,
    grades.mandatory,
    grades.lines,
    grades.bands,
    grades.quotas,
    totals.roll_ups,
    totals.control_totals,
    watch_list.watch_list,
    watch_list.circumstances,
)


def check(rulebook: RuleBook) -> Iterator[Fault]:
    """Every fault of a version."""
    for one in _CHECKS:
        yield from one(rulebook)
