"""The published views for those who act on an edition: problems, diagnoses, boards, changes, what is to declare."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from warehouse.tables import (
    common_problem,
    diagnosis,
    due_delivery,
    edition,
    item,
    ledger_line,
    organization,
    progress,
    progress_total,
    restatement,
)
from warehouse.view_columns import (
    attainment,
    common_columns,
    name_of,
    observed_value,
    per_cent,
    points,
    rows_of,
    to_item,
    to_organization,
)


def common_problems() -> sa.Select[Any]:
    """A row per item that many organisations of a domain have not met."""
    return sa.select(
        *common_columns(),
        common_problem.c.item_code,
        item.c.item_name,
        common_problem.c.domain,
        name_of("domain", common_problem.c.domain, "domain_name"),
        common_problem.c.organizations,
        common_problem.c.peers,
        per_cent(common_problem.c.organizations, common_problem.c.peers, "share_pct"),
    ).select_from(rows_of(common_problem).join(item, to_item(common_problem)))


def diagnoses() -> sa.Select[Any]:
    """A row per assessed organisation."""
    return sa.select(
        *common_columns(),
        diagnosis.c.org_code,
        organization.c.org_name,
        organization.c.domain,
        organization.c.town,
        *(diagnosis.c[name] for name in ("strengths", "weaknesses", "common_problems", "text")),
    ).select_from(rows_of(diagnosis).join(organization, to_organization(diagnosis)))


def progress_boards() -> sa.Select[Any]:
    """Values and points are those of the ledger, the unit is that of the totals.

    Several assessors' lines are added up, and have no value: each observed one of its own.
    """
    lines = rows_of(progress).join(organization, to_organization(progress)).join(item, to_item(progress))
    earned, full_points = (_over_assessors(sa.func.sum(ledger_line.c[name])) for name in ("points", "full_points"))
    value = _over_assessors(sa.case((sa.func.count() == 1, sa.func.max(observed_value().element))), sa.Double())
    own_total = (
        (progress_total.c.edition_id == progress.c.edition_id)
        & (progress_total.c.board == progress.c.board)
        & (progress_total.c.item_code == progress.c.item_code)
    )
    return sa.select(
        *common_columns(),
        progress.c.board,
        name_of("board", progress.c.board, "board_name"),
        progress.c.org_code,
        organization.c.org_name,
        organization.c.domain,
        organization.c.town,
        progress.c.item_code,
        item.c.item_name,
        value.label("value"),
        progress_total.c.unit,
        points(earned, "points"),
        points(full_points, "full_points"),
        attainment(earned, full_points),
        progress.c.is_lagging,
        progress.c.is_named,
    ).select_from(lines.join(progress_total, own_total))


def _over_assessors(
    total: sa.ColumnElement[Any], kind: sa.types.TypeEngine[Any] | None = None
) -> sa.ColumnElement[Any]:
    """Something of the ledger lines, one an assessor, that stand behind a row of a board."""
    own = (
        (ledger_line.c.edition_id == progress.c.edition_id)
        & (ledger_line.c.org_code == progress.c.org_code)
        & (ledger_line.c.item_code == progress.c.item_code)
    )
    found = sa.select(total).where(own).correlate(progress).scalar_subquery()
    return sa.cast(found, kind or sa.BigInteger())


def progress_totals() -> sa.Select[Any]:
    """A row per board and item."""
    return sa.select(
        *common_columns(),
        progress_total.c.board,
        name_of("board", progress_total.c.board, "board_name"),
        progress_total.c.item_code,
        item.c.item_name,
        *(progress_total.c[name] for name in ("organizations", "lagging", "reported", "total", "mean", "unit")),
    ).select_from(rows_of(progress_total).join(item, to_item(progress_total)))


def restatements() -> sa.Select[Any]:
    """A row per number that the edition changed against the one before."""
    values = "old_value new_value from_data from_registry from_rules from_code from_streaks"
    return sa.select(
        *common_columns(),
        restatement.c.org_code,
        restatement.c.measure,
        *(points(restatement.c[name]) for name in values.split()),
        restatement.c.cause,
    ).select_from(rows_of(restatement))


def completeness() -> sa.Select[Any]:
    """A row per kind of delivery and sender that was due."""
    names = "kind sender expected_count delivered_count status policy due_on last_day"
    return sa.select(*common_columns(), *(due_delivery.c[name] for name in names.split())).select_from(
        rows_of(due_delivery)
    )


def pending_declarations() -> sa.Select[Any]:
    """What each branch has still to declare while the edition is provisional, with who is above it (督促申报).

    An item from which a branch is exempt has no line, so nobody is reminded of it.
    """
    above = organization.alias("above")
    is_above = (above.c.edition_id == organization.c.edition_id) & (above.c.org_code == organization.c.parent_code)
    lines = rows_of(ledger_line).join(item, to_item(ledger_line)).join(organization, to_organization(ledger_line))
    return (
        sa.select(
            *common_columns(),
            organization.c.parent_code,
            above.c.org_name.label("parent_name"),
            ledger_line.c.org_code,
            *(organization.c[name] for name in ("org_name", "domain", "town")),
            ledger_line.c.item_code,
            item.c.item_name,
            points(ledger_line.c.full_points),
            ledger_line.c.reason,
        )
        .select_from(lines.outerjoin(above, is_above))
        .where(edition.c.is_provisional, ledger_line.c.status == "missing", item.c.source == "declaration")
    )
