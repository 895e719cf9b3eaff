"""The published views of what an edition comes to: scores, ledger, warnings, and what they speak of."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from warehouse.tables import (
    dimension_score,
    edition,
    item,
    ledger_line,
    organization,
    peer_group,
    score,
    warning,
)
from warehouse.view_columns import (
    attainment,
    common_columns,
    name_of,
    observed_value,
    points,
    rows_of,
    to_item,
    to_organization,
)


def rankings() -> sa.Select[Any]:
    """A row per assessed organisation, with its place and the one before."""
    change = (score.c.previous_rank - score.c.rank).label("rank_change")
    return sa.select(
        *common_columns(),
        score.c.domain,
        name_of("domain", score.c.domain, "domain_name"),
        score.c.rank,
        score.c.peers,
        score.c.org_code,
        organization.c.org_name,
        organization.c.town,
        points(score.c.index_points),
        score.c.previous_rank,
        change,
        score.c.peer_group,
        points(score.c.base_points),
    ).select_from(rows_of(score).join(organization, to_organization(score)))


def index_scores() -> sa.Select[Any]:
    """A row per assessed organisation."""
    return sa.select(
        *common_columns(),
        score.c.org_code,
        organization.c.org_name,
        organization.c.kind,
        score.c.domain,
        name_of("domain", score.c.domain, "domain_name"),
        organization.c.town,
        organization.c.parent_code,
        points(score.c.index_points),
        points(score.c.full_points),
        attainment(score.c.index_points, score.c.full_points),
        score.c.rank,
        score.c.peers,
        score.c.peer_group,
        points(score.c.base_points),
    ).select_from(rows_of(score).join(organization, to_organization(score)))


def dimension_scores() -> sa.Select[Any]:
    """A row per assessed organisation and dimension."""
    return sa.select(
        *common_columns(),
        dimension_score.c.org_code,
        dimension_score.c.dimension,
        name_of("dimension", dimension_score.c.dimension, "dimension_name"),
        points(dimension_score.c.points),
        points(dimension_score.c.full_points),
        attainment(dimension_score.c.points, dimension_score.c.full_points),
        dimension_score.c.domain_median_pct,
        dimension_score.c.standing,
        dimension_score.c.role,
    ).select_from(rows_of(dimension_score))


def ledger() -> sa.Select[Any]:
    """A row per assessed organisation, item and assessor."""
    return sa.select(
        *common_columns(),
        ledger_line.c.org_code,
        ledger_line.c.item_code,
        item.c.item_name,
        item.c.dimension,
        item.c.kind,
        item.c.source,
        ledger_line.c.assessor,
        observed_value(),
        item.c.target,
        points(ledger_line.c.points),
        points(ledger_line.c.full_points),
        points(item.c.full_points, "nominal_points"),
        ledger_line.c.is_met,
        ledger_line.c.status,
        ledger_line.c.reason,
        ledger_line.c.evidence,
    ).select_from(rows_of(ledger_line).join(item, to_item(ledger_line)))


def warnings() -> sa.Select[Any]:
    """A row per trigger."""
    return sa.select(
        *common_columns(),
        warning.c.org_code,
        organization.c.org_name,
        organization.c.domain,
        organization.c.town,
        warning.c.warning_code,
        warning.c.colour,
        warning.c.severity,
        warning.c.item_code,
        warning.c.reason,
        warning.c.responsible_code,
        warning.c.responsible_name,
        warning.c.since_period,
        warning.c.months,
        name_of("condition", warning.c.warning_code, "warning_name"),
    ).select_from(rows_of(warning).join(organization, to_organization(warning)))


def warning_pool() -> sa.Select[Any]:
    """A row per organisation with a trigger, in its gravest colour."""
    own = (warning.c.edition_id, warning.c.org_code)
    worst_first = (warning.c.severity.desc(), warning.c.warning_code, warning.c.item_code)
    ranked = sa.select(
        warning.c.edition_id,
        warning.c.org_code,
        warning.c.colour,
        sa.func.count().over(partition_by=own).label("triggers"),
        sa.func.row_number().over(partition_by=own, order_by=worst_first).label("place"),
    ).subquery("ranked")
    belongs = (organization.c.edition_id == ranked.c.edition_id) & (organization.c.org_code == ranked.c.org_code)
    return (
        sa.select(
            *common_columns(),
            ranked.c.org_code,
            organization.c.org_name,
            organization.c.domain,
            organization.c.town,
            ranked.c.colour,
            ranked.c.triggers,
        )
        .select_from(rows_of(organization).join(ranked, belongs))
        .where(ranked.c.place == 1)
    )


def peer_groups() -> sa.Select[Any]:
    """A row per peer group and condition about its bottom."""
    names = "warning_code peers bottom_count is_too_small peer_group"
    own = (score.c.edition_id == peer_group.c.edition_id) & (score.c.peer_group == peer_group.c.peer_group)
    domain = sa.select(sa.func.min(score.c.domain, type_=score.c.domain.type)).where(own).scalar_subquery()
    return sa.select(
        *common_columns(),
        sa.cast(domain, score.c.domain.type).label("domain"),
        *(peer_group.c[name] for name in names.split()),
    ).select_from(rows_of(peer_group))


def organizations() -> sa.Select[Any]:
    """A row per organisation as at the period's end, assessed or not."""
    names = (
        "org_code org_name kind domain parent_code town members groups is_assessed predecessor_code succession"
        " peer_group"
    )
    return sa.select(*common_columns(), *(organization.c[name] for name in names.split())).select_from(
        rows_of(organization)
    )


def items() -> sa.Select[Any]:
    """`cadence` is the item's own here, that of the edition is `period_cadence`."""
    of_period = [column for column in common_columns() if column.key != "cadence"]
    before = "item_code item_name dimension category kind source cadence"
    after = "rule target lead_unit reference item_order rule_text"
    return sa.select(
        *of_period,
        *(item.c[name] for name in before.split()),
        points(item.c.full_points),
        *(item.c[name] for name in after.split()),
        edition.c.cadence.label("period_cadence"),
    ).select_from(rows_of(item))
