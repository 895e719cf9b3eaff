"""What must hold of coefficients, bonuses, deductions, vetoes and limits, and of the factors of persons."""

from __future__ import annotations

from warehouse.expectations.expectation import rows

_CODE_OF_LINE = "CASE given.kind WHEN 'coefficient' THEN 'coefficient:' || given.code ELSE given.code END"
_UNIT = "CAST(held.unit_num AS DOUBLE PRECISION) / held.unit_den"
_NEARLY = "0.000000001"

ADJUSTMENTS = (
    rows(
        "adjustments_are_of_scored", "adjustment", "系数、加减分、一票否决都属于有指数的组织",
        """
        SELECT given.org_code, given.code FROM {batch} AS given
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = given.org_code
        WHERE score.org_code IS NULL
        """,
    ),
    rows(
        "adjustments_known", "adjustment", "系数、加减分、一票否决都有名称，类别都在规定的写法之内",
        f"""
        SELECT given.org_code, given.code, given.kind
        FROM {{batch}} AS given
        LEFT JOIN label ON label.edition_id = :edition AND label.code = given.code
         AND label.label_kind = CASE given.kind WHEN 'limit' THEN 'limit' ELSE 'adjustment' END
        LEFT JOIN item ON item.edition_id = :edition AND item.item_code = {_CODE_OF_LINE}
        WHERE given.kind NOT IN ('coefficient', 'bonus', 'deduction', 'veto', 'limit')
           OR (label.code IS NULL AND (item.item_code IS NULL OR given.kind IN ('veto', 'limit')))
        """,  # noqa: S608
    ),
    rows(
        "adjustments_in_ledger", "adjustment", "每个有分的系数、加减分在明细中都有同分的一行，一票否决和限制没有分",
        f"""
        SELECT given.org_code, given.code, given.kind, given.points, line.points AS ledger_points
        FROM {{batch}} AS given
        LEFT JOIN ledger_line AS line
          ON line.edition_id = :edition AND line.org_code = given.org_code AND line.item_code = {_CODE_OF_LINE}
         AND line.assessor = ''
        WHERE given.points <> CASE WHEN given.kind IN ('veto', 'limit') THEN 0 ELSE coalesce(line.points, 0) END
        """,  # noqa: S608
    ),
    rows(
        "ledger_in_adjustments", "ledger_line", "明细中本期的每行系数、加减分都有同分的记录",
        f"""
        SELECT line.org_code, line.item_code, line.points
        FROM {{batch}} AS line
        JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        JOIN edition ON edition.edition_id = :edition AND edition.cadence = item.cadence
        LEFT JOIN adjustment AS given
          ON given.edition_id = :edition AND given.org_code = line.org_code AND {_CODE_OF_LINE} = line.item_code
        WHERE line.status = 'adjusted' AND coalesce(given.points, 0) <> line.points
        """,  # noqa: S608
    ),
    rows(
        "coefficients_follow_ranks", "adjustment", "同类组中名次靠后的系数不更大；系数为1的没有加减",
        """
        SELECT org_code, code, c, better_ranked_c, points
        FROM (
            SELECT given.org_code, given.code, given.points,
                   CAST(given.value_num AS DOUBLE PRECISION) / given.value_den AS c,
                   lag(CAST(given.value_num AS DOUBLE PRECISION) / given.value_den) OVER (
                       PARTITION BY given.code, score.peer_group
                       ORDER BY CAST(given.rank_num AS DOUBLE PRECISION) / given.rank_den) AS better_ranked_c
            FROM {batch} AS given
            JOIN score ON score.edition_id = :edition AND score.org_code = given.org_code
            WHERE given.kind = 'coefficient'
        ) AS compared
        WHERE c > better_ranked_c OR (c = 1 AND points <> 0)
        """,
    ),
    rows(
        "places_moved_by_coefficients", "adjustment", "系数所致名次变化等于没有系数时的名次减实际名次",
        """
        SELECT org_code, code, places_moved, plain_rank, rank
        FROM (
            SELECT org_code, code, places_moved, rank, peers,
                   rank() OVER (PARTITION BY code, peer_group
                                ORDER BY CASE WHEN plain > 0 THEN plain ELSE 0 END DESC) AS plain_rank,
                   count(*) OVER (PARTITION BY code, peer_group) AS compared
            FROM (
                SELECT given.org_code, given.code, given.places_moved, score.peer_group, score.rank, score.peers,
                       score.index_points - coalesce(lifted.points, 0) - given.points AS plain
                FROM {batch} AS given
                JOIN score ON score.edition_id = :edition AND score.org_code = given.org_code
                LEFT JOIN ledger_line AS lifted
                  ON lifted.edition_id = :edition AND lifted.org_code = given.org_code
                 AND lifted.item_code = 'floor:index' AND lifted.assessor = ''
                WHERE given.kind = 'coefficient'
            ) AS without_it
        ) AS ranked
        WHERE compared = peers AND places_moved <> plain_rank - rank
        """,
    ),
    rows(
        "person_shares_multiply", "person_share", "个人系数等于单位系数乘以本人系数，单位系数与系数表一致",
        f"""
        SELECT held.org_code, held.share, held.unit_code
        FROM {{batch}} AS held
        LEFT JOIN adjustment AS given
          ON given.edition_id = :edition AND given.org_code = held.unit_code AND given.kind = 'coefficient'
         AND abs(CAST(given.value_num AS DOUBLE PRECISION) / given.value_den - {_UNIT}) <= {_NEARLY}
        WHERE given.org_code IS NULL
           OR abs(CAST(held.factor_num AS DOUBLE PRECISION) / held.factor_den
                  - {_UNIT} * held.personal_num / held.personal_den) > {_NEARLY}
        """,  # noqa: S608
    ),
)  # fmt: skip
