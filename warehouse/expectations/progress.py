"""What must hold of progress boards and their totals."""

from __future__ import annotations

from warehouse.expectations.expectation import rows

_LINES = """
    SELECT org_code, item_code, sum(points) AS points, sum(full_points) AS full_points, count(*) AS assessors,
           max(value_num) AS value_num, max(value_den) AS value_den
    FROM ledger_line
    WHERE edition_id = :edition AND item_code IN (SELECT item_code FROM progress WHERE edition_id = :edition)
    GROUP BY org_code, item_code
"""
"""Ledger lines of items on boards, those of several assessors added up."""
_SHARE = "CAST(line.points AS DOUBLE PRECISION) / nullif(line.full_points, 0)"
_NEARLY = "0.000001 * (1 + abs(own.total))"
_INT64_MAX = 2**63 - 1
"""A value too wide for the ledger is cut off there, so that no sum can be compared with it."""

PROGRESS = (
    rows(
        "progress_is_of_ledger", "progress", "进度榜的每一行都有明细，进度榜都有名称",
        """
        SELECT shown.org_code, shown.board, shown.item_code
        FROM {batch} AS shown
        LEFT JOIN ledger_line AS line
          ON line.edition_id = :edition AND line.org_code = shown.org_code AND line.item_code = shown.item_code
        LEFT JOIN label ON label.edition_id = :edition AND label.label_kind = 'board' AND label.code = shown.board
        WHERE line.org_code IS NULL OR label.code IS NULL
        """,
    ),
    rows(
        "progress_complete", "progress", "进度榜上的指标，有明细的组织都在榜上",
        """
        SELECT line.org_code, own.board, line.item_code
        FROM (SELECT DISTINCT board, item_code FROM {batch} AS every_one) AS own
        JOIN ledger_line AS line ON line.edition_id = :edition AND line.item_code = own.item_code
        LEFT JOIN progress AS shown
          ON shown.edition_id = :edition AND shown.board = own.board AND shown.org_code = line.org_code
         AND shown.item_code = line.item_code
        WHERE shown.org_code IS NULL
        """,
    ),
    rows(
        "lagging_follows_points", "progress", "同一进度榜上滞后的都比不滞后的得分率低",
        f"""
        SELECT org_code, board, item_code, points, full_points
        FROM (
            SELECT shown.org_code, shown.board, shown.item_code, shown.is_lagging, line.points, line.full_points,
                   {_SHARE} AS share,
                   max(CASE WHEN shown.is_lagging THEN {_SHARE} END) OVER (PARTITION BY shown.board) AS best_lagging
            FROM {{batch}} AS shown
            JOIN ({_LINES}) AS line ON line.org_code = shown.org_code AND line.item_code = shown.item_code
        ) AS compared
        WHERE NOT is_lagging AND share <= best_lagging
        """,  # noqa: S608
    ),
    rows(
        "named_are_those_that_lag", "progress", "亮牌的正是有指标滞后的组织",
        """
        SELECT org_code, board
        FROM {batch}
        GROUP BY org_code, board
        HAVING min(CASE WHEN is_named THEN 1 ELSE 0 END) <> max(CASE WHEN is_lagging THEN 1 ELSE 0 END)
            OR max(CASE WHEN is_named THEN 1 ELSE 0 END) <> max(CASE WHEN is_lagging THEN 1 ELSE 0 END)
        """,
    ),
    rows(
        "progress_has_totals", "progress", "进度榜的每项指标都有合计",
        """
        SELECT DISTINCT shown.board, shown.item_code
        FROM {batch} AS shown
        LEFT JOIN progress_total AS whole
          ON whole.edition_id = :edition AND whole.board = shown.board AND whole.item_code = shown.item_code
        WHERE whole.board IS NULL
        """,
    ),
    rows(
        "progress_totals_add_up", "progress_total", "进度榜合计的组织数、合计、平均与各组织的行和实际值一致",
        f"""
        SELECT shown.board, shown.item_code, shown.organizations, shown.lagging, shown.reported, shown.total, shown.mean
        FROM {{batch}} AS shown
        LEFT JOIN (
            SELECT one.board, one.item_code, count(*) AS organizations,
                   sum(CASE WHEN one.is_lagging THEN 1 ELSE 0 END) AS lagging, count(line.value_den) AS reported,
                   sum(CAST(line.value_num AS DOUBLE PRECISION) / line.value_den) AS total,
                   max(line.value_num) AS widest, max(line.assessors) AS assessors
            FROM progress AS one
            LEFT JOIN ({_LINES}) AS line ON line.org_code = one.org_code AND line.item_code = one.item_code
            WHERE one.edition_id = :edition
            GROUP BY one.board, one.item_code
        ) AS own ON own.board = shown.board AND own.item_code = shown.item_code
        WHERE own.board IS NULL OR shown.organizations <> own.organizations OR shown.lagging <> own.lagging
           OR (own.assessors = 1 AND (shown.reported <> own.reported OR (shown.mean IS NULL) <> (own.reported = 0)))
           OR (own.assessors = 1 AND own.widest < {_INT64_MAX} AND (abs(shown.total - own.total) > {_NEARLY}
               OR abs(shown.mean * shown.reported - own.total) > {_NEARLY}))
        """,  # noqa: S608
    ),
)  # fmt: skip
