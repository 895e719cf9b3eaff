"""What must hold of ledger lines: known items, points that their kind can have, sums that are the dimensions'."""

from __future__ import annotations

from schemas.stages import LINE_STATUSES, ROUNDING
from warehouse.expectations.expectation import column, one_of, rows

_LOST_IN_PARTS = """
    EXISTS (SELECT 1 FROM ledger_line AS lost
            JOIN item AS loss ON loss.edition_id = :edition AND loss.item_code = lost.item_code
            WHERE lost.edition_id = :edition AND lost.org_code = line.org_code
              AND loss.kind IN ('negative', 'deduction') AND lost.is_met IS NULL)
"""
"""Whether the organisation's deductions are means, and its floors with them: those of its own lines are not met."""

LEDGER = (
    column(
        "ledger_unique", "ledger_line", "每个组织的每项指标（每位评分人）只有一行明细",
        "ExpectCompoundColumnsToBeUnique", column_list=["org_code", "item_code", "assessor"],
    ),
    rows(
        "ledger_is_of_scored", "ledger_line", "明细都属于有指数的组织",
        """
        SELECT line.org_code, line.item_code FROM {batch} AS line
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = line.org_code
        WHERE score.org_code IS NULL
        """,
    ),
    rows(
        "ledger_items_known", "ledger_line", "明细中的指标都在指标目录中",
        """
        SELECT line.org_code, line.item_code FROM {batch} AS line
        LEFT JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        WHERE item.item_code IS NULL
        """,
    ),
    rows(
        "item_dimensions_known", "item", "指标的维度都有名称",
        """
        SELECT item.item_code, item.dimension
        FROM {batch} AS item
        LEFT JOIN label
          ON label.edition_id = :edition AND label.label_kind = 'dimension' AND label.code = item.dimension
        WHERE label.code IS NULL
        """,
    ),
    one_of("line_statuses_known", "ledger_line", "明细的状态都在规定的写法之内", "status", LINE_STATUSES),
    column(
        "value_denominator_positive", "ledger_line", "实际值的分母大于0", "ExpectColumnValuesToBeBetween",
        column="value_den", min_value=1,
    ),
    rows(
        "line_points_in_range", "ledger_line", "一般指标得分在0和满分之间（各期的平均可有2个万分之一分的尾差）",
        f"""
        SELECT line.org_code, line.item_code, line.points, line.full_points
        FROM {{batch}} AS line
        JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        WHERE item.kind IN ('common', 'specific')
          AND NOT line.points BETWEEN 0 AND line.full_points + CASE line.status WHEN 'mean' THEN {ROUNDING} ELSE 0 END
        """,  # noqa: S608
    ),
    rows(
        "deductions_not_positive", "ledger_line", "反向指标只扣分，没有满分",
        """
        SELECT line.org_code, line.item_code, line.points, line.full_points
        FROM {batch} AS line
        JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        WHERE item.kind = 'negative' AND (line.points > 0 OR line.full_points <> 0)
        """,
    ),
    rows(
        "adjusted_lines_signed", "ledger_line", "系数、加减分的行没有满分；加分不为负，扣分不为正",
        """
        SELECT line.org_code, line.item_code, line.points, line.full_points, line.status
        FROM {batch} AS line
        JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        WHERE (item.kind IN ('bonus', 'deduction', 'coefficient')) <> (line.status = 'adjusted')
           OR (line.status = 'adjusted' AND (line.full_points <> 0
               OR (item.kind = 'bonus' AND line.points < 0) OR (item.kind = 'deduction' AND line.points > 0)))
        """,
    ),
    rows(
        "adjusted_items_placed", "item", "系数、加减分都在加减分维度",
        """
        SELECT item.item_code, item.dimension, other.role
        FROM {batch} AS item
        JOIN (
            SELECT DISTINCT dimension, role FROM dimension_score WHERE edition_id = :edition AND role <> 'adjustment'
        ) AS other ON other.dimension = item.dimension
        WHERE item.kind IN ('bonus', 'deduction', 'coefficient')
        """,
    ),
    rows(
        "floors_make_up_to_zero", "ledger_line", "保底行只把负的维度得分或指数补到0（各期平均而来的除外）",
        f"""
        SELECT line.org_code, line.item_code, line.points, scored.points AS dimension_points, score.index_points
        FROM {{batch}} AS line
        JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        LEFT JOIN dimension_score AS scored
          ON scored.edition_id = :edition AND scored.org_code = line.org_code AND scored.dimension = item.dimension
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = line.org_code
        WHERE item.kind = 'floor' AND NOT {_LOST_IN_PARTS}
          AND (line.points <= 0 OR line.full_points <> 0
               OR coalesce(CASE line.item_code WHEN 'floor:index' THEN score.index_points ELSE scored.points END, 1)
                  <> 0)
        """,  # noqa: S608
    ),
    rows(
        "is_met_known", "ledger_line", "达标与否和状态一致；平均、保底没有达标与否，扣分不算达标",
        """
        SELECT org_code, item_code, status, is_met
        FROM {batch}
        WHERE CASE WHEN status IN ('met', 'unmet', 'missing') THEN is_met IS NULL OR is_met <> (status = 'met')
                   WHEN status IN ('mean', 'floor') THEN is_met IS NOT NULL
                   ELSE coalesce(is_met, FALSE) END
        """,
    ),
    rows(
        "ledger_adds_up", "ledger_line", "明细合计等于维度得分，满分也相等，分毫不差",
        """
        SELECT org_code, dimension, sum(points) AS points_too_many, sum(full_points) AS full_points_too_many
        FROM (
            SELECT line.org_code, item.dimension, line.points, line.full_points
            FROM {batch} AS line
            JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
            UNION ALL
            SELECT org_code, dimension, -points, -full_points FROM dimension_score WHERE edition_id = :edition
        ) AS both_sides
        GROUP BY org_code, dimension HAVING sum(points) <> 0 OR sum(full_points) <> 0
        """,
    ),
)  # fmt: skip
