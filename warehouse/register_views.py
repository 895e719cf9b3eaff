"""The published views of what people registered beside the deliveries: corrections of sources, and exemptions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from warehouse.tables import correction, exemption, item, organization
from warehouse.view_columns import common_columns, rows_of, to_item, to_organization


def corrections() -> sa.Select[Any]:
    """A row per record that a correction changed; organisations that have left by the period's end have no name."""
    names = "record kind column_name item_code expected corrected cause provider recorded_on"
    return sa.select(
        *common_columns(),
        correction.c.correction,
        correction.c.org_code,
        organization.c.org_name,
        *(correction.c[name] for name in names.split()),
    ).select_from(rows_of(correction).outerjoin(organization, to_organization(correction)))


def exemptions() -> sa.Select[Any]:
    """A row per assessed organisation and item of the period's cadence that it is exempted from."""
    joined = rows_of(exemption).join(organization, to_organization(exemption)).join(item, to_item(exemption))
    return sa.select(
        *common_columns(),
        exemption.c.org_code,
        organization.c.org_name,
        exemption.c.item_code,
        item.c.item_name,
        *(exemption.c[name] for name in ("valid_from", "valid_to", "cause", "approved_by", "approved_on")),
    ).select_from(joined)
