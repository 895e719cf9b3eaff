"""What must hold of radar, common problems, diagnoses and progress boards: queries for `warehouse.expectations`.

Each is name, table, what must hold in Chinese, and the query of the rows that break it. Thresholds are the rule book's
and not in the warehouse: that one was applied alike to all is seen from the rows on both sides of it.
"""

from __future__ import annotations

_UNMET = """
    SELECT score.domain, line.item_code, count(*) AS unmet
    FROM ledger_line AS line
    JOIN score ON score.edition_id = :edition AND score.org_code = line.org_code
    JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
    WHERE line.edition_id = :edition AND NOT line.is_met AND item.kind IN ('common', 'specific')
    GROUP BY score.domain, line.item_code
"""
_SIZES = "SELECT domain, count(*) AS size FROM score WHERE edition_id = :edition GROUP BY domain"
_NEARLY = "0.000001 * (1 + abs(own.total))"
_INT64_MAX = 2**63 - 1
"""A value too wide for the ledger is cut off there, so that no sum can be compared with it."""

RADAR = (
    (
        "standings_follow_medians", "dimension_score", "强项高于、弱项低于领域中位数，且都比不强不弱的维度离中位数远",
        """
        SELECT org_code, dimension, standing, ahead
        FROM (
            SELECT org_code, dimension, standing, ahead,
                   min(CASE WHEN standing <> '' THEN abs(ahead) END) OVER () AS nearest
            FROM (
                SELECT org_code, dimension, standing,
                       coalesce((2000000 * points + full_points) / nullif(2 * full_points, 0)
                                - CAST(round(domain_median_pct * 10000) AS BIGINT), 0) AS ahead
                FROM {batch}
            ) AS measured
        ) AS compared
        WHERE standing NOT IN ('strength', 'weak', '')
           OR (standing = 'strength' AND ahead <= 0) OR (standing = 'weak' AND ahead >= 0)
           OR (standing = '' AND abs(ahead) >= nearest)
        """,
    ),
    (
        "common_problems_counted", "common_problem", "共性问题的组织数等于明细中未达标的组织数，同类组织数与指数表一致",
        f"""
        SELECT problem.domain, problem.item_code, problem.organizations, problem.peers, counted.unmet, sized.size
        FROM {{batch}} AS problem
        LEFT JOIN ({_UNMET}) AS counted
          ON counted.domain = problem.domain AND counted.item_code = problem.item_code
        LEFT JOIN ({_SIZES}) AS sized ON sized.domain = problem.domain
        WHERE problem.organizations <> coalesce(counted.unmet, 0) OR problem.peers <> coalesce(sized.size, 0)
        """,  # noqa: S608
    ),
    (
        "common_problems_complete", "common_problem", "没有列入的指标，未达标的占比都低于列入的共性问题",
        f"""
        SELECT counted.domain, counted.item_code, counted.unmet, sized.size
        FROM ({_UNMET}) AS counted
        JOIN ({_SIZES}) AS sized ON sized.domain = counted.domain
        LEFT JOIN {{batch}} AS problem
          ON problem.domain = counted.domain AND problem.item_code = counted.item_code
        WHERE problem.item_code IS NULL
          AND CAST(counted.unmet AS DOUBLE PRECISION) / sized.size >= (
              SELECT min(CAST(listed.organizations AS DOUBLE PRECISION) / listed.peers) FROM {{batch}} AS listed)
        """,  # noqa: S608
    ),
    (
        "assessed_have_diagnoses", "score", "每个有指数的组织都有且只有一份诊断",
        """
        SELECT score.org_code, count(told.org_code) AS diagnoses
        FROM {batch} AS score
        LEFT JOIN diagnosis AS told ON told.edition_id = :edition AND told.org_code = score.org_code
        GROUP BY score.org_code HAVING count(told.org_code) <> 1
        """,
    ),
    (
        "diagnoses_are_of_scored", "diagnosis", "诊断都属于有指数的组织",
        """
        SELECT told.org_code FROM {batch} AS told
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = told.org_code
        WHERE score.org_code IS NULL
        """,
    ),
    (
        "diagnoses_name_standings", "diagnosis", "诊断有强项、弱项，当且仅当组织有这样的维度",
        """
        SELECT told.org_code, told.strengths, told.weaknesses
        FROM {batch} AS told
        LEFT JOIN dimension_score AS scored ON scored.edition_id = :edition AND scored.org_code = told.org_code
        GROUP BY told.org_code, told.strengths, told.weaknesses
        HAVING (told.strengths = '') <> (sum(CASE WHEN scored.standing = 'strength' THEN 1 ELSE 0 END) = 0)
            OR (told.weaknesses = '') <> (sum(CASE WHEN scored.standing = 'weak' THEN 1 ELSE 0 END) = 0)
        """,
    ),
    (
        "diagnoses_count_problems", "diagnosis", "诊断的共性问题数等于组织未达标的、列为本领域共性问题的指标数",
        """
        SELECT told.org_code, told.common_problems, count(problem.item_code) AS found
        FROM {batch} AS told
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = told.org_code
        LEFT JOIN ledger_line AS line
          ON line.edition_id = :edition AND line.org_code = told.org_code AND NOT line.is_met
        LEFT JOIN common_problem AS problem
          ON problem.edition_id = :edition AND problem.domain = score.domain AND problem.item_code = line.item_code
        GROUP BY told.org_code, told.common_problems HAVING told.common_problems <> count(problem.item_code)
        """,
    ),
)  # fmt: skip

PROGRESS = (
    (
        "progress_is_of_ledger", "progress", "进度榜的每一行都有明细，进度榜都有名称",
        """
        SELECT shown.org_code, shown.board, shown.item_code
        FROM {batch} AS shown
        LEFT JOIN ledger_line AS line
          ON line.edition_id = :edition AND line.org_code = shown.org_code AND line.item_code = shown.item_code
         AND line.assessor = ''
        LEFT JOIN label ON label.edition_id = :edition AND label.label_kind = 'board' AND label.code = shown.board
        WHERE line.org_code IS NULL OR label.code IS NULL
        """,
    ),
    (
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
    (
        "lagging_follows_points", "progress", "同一进度榜上滞后的都比不滞后的得分率低",
        """
        SELECT org_code, board, item_code, points, full_points
        FROM (
            SELECT shown.org_code, shown.board, shown.item_code, shown.is_lagging, line.points, line.full_points,
                   CAST(line.points AS DOUBLE PRECISION) / nullif(line.full_points, 0) AS share,
                   max(CASE WHEN shown.is_lagging
                            THEN CAST(line.points AS DOUBLE PRECISION) / nullif(line.full_points, 0) END)
                       OVER (PARTITION BY shown.board) AS best_lagging
            FROM {batch} AS shown
            JOIN ledger_line AS line
              ON line.edition_id = :edition AND line.org_code = shown.org_code AND line.item_code = shown.item_code
             AND line.assessor = ''
        ) AS compared
        WHERE NOT is_lagging AND share <= best_lagging
        """,
    ),
    (
        "named_are_those_that_lag", "progress", "亮牌的正是有指标滞后的组织",
        """
        SELECT org_code, board
        FROM {batch}
        GROUP BY org_code, board
        HAVING min(CASE WHEN is_named THEN 1 ELSE 0 END) <> max(CASE WHEN is_lagging THEN 1 ELSE 0 END)
            OR max(CASE WHEN is_named THEN 1 ELSE 0 END) <> max(CASE WHEN is_lagging THEN 1 ELSE 0 END)
        """,
    ),
    (
        "progress_has_totals", "progress", "进度榜的每项指标都有合计",
        """
        SELECT DISTINCT shown.board, shown.item_code
        FROM {batch} AS shown
        LEFT JOIN progress_total AS whole
          ON whole.edition_id = :edition AND whole.board = shown.board AND whole.item_code = shown.item_code
        WHERE whole.board IS NULL
        """,
    ),
    (
        "progress_totals_add_up", "progress_total", "进度榜合计的组织数、合计、平均与各组织的行和实际值一致",
        f"""
        SELECT shown.board, shown.item_code, shown.organizations, shown.lagging, shown.reported, shown.total, shown.mean
        FROM {{batch}} AS shown
        LEFT JOIN (
            SELECT one.board, one.item_code, count(*) AS organizations,
                   sum(CASE WHEN one.is_lagging THEN 1 ELSE 0 END) AS lagging, count(line.value_den) AS reported,
                   sum(CAST(line.value_num AS DOUBLE PRECISION) / line.value_den) AS total,
                   max(line.value_num) AS widest
            FROM progress AS one
            LEFT JOIN ledger_line AS line
              ON line.edition_id = :edition AND line.org_code = one.org_code AND line.item_code = one.item_code
             AND line.assessor = ''
            WHERE one.edition_id = :edition
            GROUP BY one.board, one.item_code
        ) AS own ON own.board = shown.board AND own.item_code = shown.item_code
        WHERE own.board IS NULL OR shown.organizations <> own.organizations OR shown.lagging <> own.lagging
           OR shown.reported <> own.reported OR (shown.mean IS NULL) <> (own.reported = 0)
           OR (own.widest < {_INT64_MAX} AND (abs(shown.total - own.total) > {_NEARLY}
               OR abs(shown.mean * shown.reported - own.total) > {_NEARLY}))
        """,  # noqa: S608
    ),
)  # fmt: skip
