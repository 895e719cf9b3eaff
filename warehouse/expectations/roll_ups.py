"""What must hold of figures along the tree: every level agrees with the one below.

Units that stand above themselves, by a loop in the registry, are roots; no unit with a level is in a loop.
"""

from __future__ import annotations

from warehouse.expectations.expectation import rows

ROLL_UPS = (
    rows(
        "roll_ups_add_up", "roll_up", "每级的合计等于本级加下级合计，下级合计等于直接下级的合计之和",
        """
        SELECT rolled.org_code, rolled.figure, rolled.own, rolled.children, rolled.total, below.total AS below
        FROM {batch} AS rolled
        LEFT JOIN (
            SELECT org.parent_code, one.figure, sum(one.total) AS total
            FROM roll_up AS one
            JOIN organization AS org ON org.edition_id = :edition AND org.org_code = one.org_code
            WHERE one.edition_id = :edition AND one.level > 0
            GROUP BY org.parent_code, one.figure
        ) AS below ON below.parent_code = rolled.org_code AND below.figure = rolled.figure
        WHERE rolled.total <> rolled.own + rolled.children OR rolled.children <> coalesce(below.total, 0)
        """,
    ),
    rows(
        "roll_ups_have_their_level", "roll_up", "汇总的单位在名册中，层级比上级多1，没有上级的是0",
        """
        WITH RECURSIVE upward(org_code, at) AS (
            SELECT root.org_code, org.parent_code
            FROM roll_up AS root
            JOIN organization AS org ON org.edition_id = :edition AND org.org_code = root.org_code
            WHERE root.edition_id = :edition AND root.level = 0 AND org.parent_code IS NOT NULL
            UNION
            SELECT upward.org_code, org.parent_code
            FROM upward
            JOIN organization AS org ON org.edition_id = :edition AND org.org_code = upward.at
            WHERE org.parent_code IS NOT NULL
        )
        SELECT rolled.org_code, rolled.figure, rolled.level, above.level AS level_above
        FROM {batch} AS rolled
        LEFT JOIN organization AS org ON org.edition_id = :edition AND org.org_code = rolled.org_code
        LEFT JOIN roll_up AS above
          ON above.edition_id = :edition AND above.figure = rolled.figure AND above.org_code = org.parent_code
        LEFT JOIN upward AS loop ON loop.org_code = rolled.org_code AND loop.at = rolled.org_code
        WHERE org.org_code IS NULL
           OR rolled.level <> CASE WHEN loop.org_code IS NOT NULL THEN 0 ELSE coalesce(above.level + 1, 0) END
        """,
    ),
    rows(
        "roll_up_figures_known", "roll_up", "汇总项都有名称",
        """
        SELECT rolled.org_code, rolled.figure FROM {batch} AS rolled
        LEFT JOIN label ON label.edition_id = :edition AND label.label_kind = 'figure' AND label.code = rolled.figure
        WHERE label.code IS NULL
        """,
    ),
)  # fmt: skip
