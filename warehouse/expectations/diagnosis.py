"""What must hold of radar, common problems and diagnoses."""

from __future__ import annotations

from warehouse.expectations.expectation import rows

_UNMET = """
    SELECT score.domain, line.item_code, count(DISTINCT line.org_code) AS unmet
    FROM ledger_line AS line
    JOIN score ON score.edition_id = :edition AND score.org_code = line.org_code
    JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
    WHERE line.edition_id = :edition AND NOT line.is_met AND item.kind IN ('common', 'specific')
    GROUP BY score.domain, line.item_code
"""
"""An item that several assessors score is not met by an organisation where any of its lines is not."""
_SIZES = "SELECT domain, count(*) AS size FROM score WHERE edition_id = :edition GROUP BY domain"

DIAGNOSIS = (
    rows(
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
    rows(
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
    rows(
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
    rows(
        "assessed_have_diagnoses", "score", "每个有指数的组织都有且只有一份诊断",
        """
        SELECT score.org_code, count(told.org_code) AS diagnoses
        FROM {batch} AS score
        LEFT JOIN diagnosis AS told ON told.edition_id = :edition AND told.org_code = score.org_code
        GROUP BY score.org_code HAVING count(told.org_code) <> 1
        """,
    ),
    rows(
        "diagnoses_are_of_scored", "diagnosis", "诊断都属于有指数的组织",
        """
        SELECT told.org_code FROM {batch} AS told
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = told.org_code
        WHERE score.org_code IS NULL
        """,
    ),
    rows(
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
    rows(
        "diagnoses_count_problems", "diagnosis", "诊断的共性问题数等于组织未达标的、列为本领域共性问题的指标数",
        """
        SELECT told.org_code, told.common_problems, count(DISTINCT problem.item_code) AS found
        FROM {batch} AS told
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = told.org_code
        LEFT JOIN ledger_line AS line
          ON line.edition_id = :edition AND line.org_code = told.org_code AND NOT line.is_met
        LEFT JOIN common_problem AS problem
          ON problem.edition_id = :edition AND problem.domain = score.domain AND problem.item_code = line.item_code
        GROUP BY told.org_code, told.common_problems HAVING told.common_problems <> count(DISTINCT problem.item_code)
        """,
    ),
)  # fmt: skip
