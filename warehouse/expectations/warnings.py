"""What must hold of warnings and their runs."""

from __future__ import annotations

from schemas.stages import COLOURS
from warehouse.expectations.expectation import column, one_of, rows

WARNINGS = (
    column(
        "warning_unique", "warning", "每个预警触发只记一次", "ExpectCompoundColumnsToBeUnique",
        column_list=["org_code", "warning_code", "item_code"],
    ),
    one_of("colours_known", "warning", "预警颜色只有蓝、黄、红", "colour", COLOURS),
    rows(
        "warnings_have_responsible", "warning", "每个预警都有责任主体（代码和名称）",
        """
        SELECT org_code, warning_code, item_code, responsible_code, responsible_name FROM {batch}
        WHERE coalesce(responsible_code, '') = '' OR coalesce(responsible_name, '') = ''
        """,
    ),
    rows(
        "warnings_known", "warning", "预警的组织在名册中，预警条件有名称",
        """
        SELECT warned.org_code, warned.warning_code
        FROM {batch} AS warned
        LEFT JOIN organization AS org ON org.edition_id = :edition AND org.org_code = warned.org_code
        LEFT JOIN label
          ON label.edition_id = :edition AND label.label_kind = 'condition' AND label.code = warned.warning_code
        WHERE org.org_code IS NULL OR label.code IS NULL
        """,
    ),
    *(
        rows(
            f"{table}_not_later", table, "持续的起始期不晚于本期，持续至少一期",
            """
            SELECT held.org_code, held.warning_code, held.since_period, held.months
            FROM {batch} AS held
            JOIN edition ON edition.edition_id = :edition
            WHERE held.since_period > edition.period OR held.months < 1
            """,
        )
        for table in ("warning", "streak")
    ),
)  # fmt: skip
