"""What must hold of an edition as a whole: nothing empty, sources published, restatements that add up."""

from __future__ import annotations

from warehouse.expectations.expectation import Expectation, rows
from warehouse.tables import EDITION_TABLES


def _filled(table: str) -> Expectation:
    """No required cell is empty."""
    required = [column.name for column in EDITION_TABLES[table].columns if not column.nullable]
    is_empty = " OR ".join(f"{name} IS NULL" for name in required)
    return rows(f"{table}_filled", table, "必填的列没有空值", f"SELECT * FROM {{batch}} WHERE {is_empty}")  # noqa: S608


EDITION = (
    rows(
        "sources_published", "edition_source", "所依据的上期和各期版次都已发布，且不是即时版",
        """
        SELECT source.source_id
        FROM {batch} AS source
        LEFT JOIN edition ON edition.edition_id = source.source_id
        WHERE edition.edition_id IS NULL OR edition.status <> 'published' OR edition.is_provisional
        """,
    ),
    rows(
        "restatements_add_up", "restatement", "每个改变的数，各部分合计等于新值减原值，分毫不差",
        """
        SELECT org_code, measure, old_value, new_value FROM {batch}
        WHERE coalesce(new_value, 0) - coalesce(old_value, 0)
              <> from_data + from_registry + from_rules + from_code + from_streaks
           OR coalesce(new_value = old_value, FALSE)
        """,
    ),
    *(_filled(table) for table in EDITION_TABLES),
)  # fmt: skip
