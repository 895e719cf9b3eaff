"""What must hold of scores: complete, in range, adding up by the roles of dimensions, ranked by them."""

from __future__ import annotations

from schemas.stages import DIMENSION_ROUNDING, ROLES
from warehouse.expectations.expectation import column, one_of, rows

_ROUNDED = f"""
    CASE WHEN EXISTS (SELECT 1 FROM ledger_line AS mean WHERE mean.edition_id = :edition AND mean.status = 'mean')
         THEN {DIMENSION_ROUNDING} ELSE 0 END
"""  # noqa: S608
"""What points of a dimension may exceed full points by where they are means: both are rounded, each by itself."""

SCORES = (
    column("score_unique", "score", "每个组织只有一个指数", "ExpectColumnValuesToBeUnique", column="org_code"),
    rows(
        "assessed_have_scores", "organization", "名册中每个应考核的组织都有且只有一个指数",
        """
        SELECT org.org_code, org.org_name, count(score.org_code) AS scores
        FROM {batch} AS org
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = org.org_code
        WHERE org.is_assessed
        GROUP BY org.org_code, org.org_name HAVING count(score.org_code) <> 1
        """,
    ),
    rows(
        "scores_are_of_assessed", "score", "有指数的都是名册中应考核的组织，领域、同类组与名册一致",
        """
        SELECT score.org_code, score.domain, score.peer_group
        FROM {batch} AS score
        LEFT JOIN organization AS org ON org.edition_id = :edition AND org.org_code = score.org_code
        WHERE org.org_code IS NULL OR NOT org.is_assessed OR org.domain IS NULL OR org.domain <> score.domain
           OR org.peer_group <> score.peer_group
        """,
    ),
    rows(
        "dimensions_complete", "score", "每个有指数的组织在每个维度都有一个得分",
        """
        SELECT score.org_code, count(DISTINCT scored.dimension) AS dimensions
        FROM {batch} AS score
        LEFT JOIN dimension_score AS scored ON scored.edition_id = :edition AND scored.org_code = score.org_code
        GROUP BY score.org_code
        HAVING count(DISTINCT scored.dimension) <> (
            SELECT count(*) FROM label WHERE label.edition_id = :edition AND label.label_kind = 'dimension')
        """,
    ),
    rows(
        "dimensions_are_of_scored", "dimension_score", "维度得分都属于有指数的组织和规则中的维度",
        """
        SELECT scored.org_code, scored.dimension
        FROM {batch} AS scored
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = scored.org_code
        LEFT JOIN label
          ON label.edition_id = :edition AND label.label_kind = 'dimension' AND label.code = scored.dimension
        WHERE score.org_code IS NULL OR label.code IS NULL
        """,
    ),
    rows(
        "domains_known", "score", "指数的领域都有名称",
        """
        SELECT score.org_code, score.domain FROM {batch} AS score
        LEFT JOIN label ON label.edition_id = :edition AND label.label_kind = 'domain' AND label.code = score.domain
        WHERE label.code IS NULL
        """,
    ),
    one_of("roles_known", "dimension_score", "维度的作用只有计入、依据、加减分", "role", ROLES),
    rows(
        "roles_agree", "dimension_score", "同一维度对所有组织的作用相同",
        """
        SELECT dimension, min(role) AS one_role, max(role) AS another_role
        FROM {batch} GROUP BY dimension HAVING min(role) <> max(role)
        """,
    ),
    column(
        "index_not_negative", "score", "指数不小于0", "ExpectColumnValuesToBeBetween",
        column="index_points", min_value=0,
    ),
    rows(
        "base_within_full", "score", "基础得分在0和满分之间（各期的平均可有尾差）",
        f"""
        SELECT org_code, base_points, full_points
        FROM {{batch}}
        WHERE NOT base_points BETWEEN 0 AND full_points + {_ROUNDED} * (
            SELECT count(*) FROM label WHERE label.edition_id = :edition AND label.label_kind = 'dimension')
        """,  # noqa: S608
    ),
    rows(
        "dimension_not_negative", "dimension_score", "加减分以外的维度得分不小于0",
        "SELECT org_code, dimension, points FROM {batch} WHERE role <> 'adjustment' AND points < 0",
    ),
    rows(
        "dimension_within_full", "dimension_score", "维度得分不超过满分（各期的平均可有尾差），加减分维度没有满分",
        f"""
        SELECT org_code, dimension, role, points, full_points
        FROM {{batch}}
        WHERE CASE role WHEN 'adjustment' THEN full_points <> 0 ELSE points > full_points + {_ROUNDED} END
        """,  # noqa: S608
    ),
    rows(
        "dimensions_add_up", "dimension_score", "计入的维度合计等于基础得分和满分，加上加减分等于指数，分毫不差",
        """
        SELECT org_code, sum(base) AS base_points_too_many, sum(whole) AS points_too_many,
               sum(full_points) AS full_points_too_many
        FROM (
            SELECT org_code,
                   CASE role WHEN 'counted' THEN points ELSE 0 END AS base,
                   CASE role WHEN 'basis' THEN 0 ELSE points END AS whole,
                   CASE role WHEN 'counted' THEN full_points ELSE 0 END AS full_points
            FROM {batch}
            UNION ALL
            SELECT org_code, -base_points, -index_points, -full_points FROM score WHERE edition_id = :edition
        ) AS both_sides
        GROUP BY org_code HAVING sum(base) <> 0 OR sum(whole) <> 0 OR sum(full_points) <> 0
        """,
    ),
    rows(
        "full_points_equal", "score", "不是各期平均的，同一领域所有组织的满分相等",
        """
        SELECT domain, min(full_points) AS least, max(full_points) AS most
        FROM {batch}
        WHERE NOT EXISTS (
            SELECT 1 FROM ledger_line AS mean WHERE mean.edition_id = :edition AND mean.status = 'mean')
        GROUP BY domain HAVING min(full_points) <> max(full_points)
        """,
    ),
)  # fmt: skip

STANDINGS = (
    rows(
        "ranks_follow_points", "score", "名次等于同类组指数更高的组织数加1（并列同名次，后面空出）",
        """
        SELECT org_code, peer_group, index_points, rank, true_rank
        FROM (
            SELECT org_code, peer_group, index_points, rank,
                   rank() OVER (PARTITION BY peer_group ORDER BY index_points DESC) AS true_rank
            FROM {batch}
        ) AS ranked
        WHERE rank <> true_rank
        """,
    ),
    rows(
        "peers_counted", "score", "同类组织数等于同类组有指数的组织数",
        """
        SELECT org_code, peer_group, peers, size
        FROM (
            SELECT org_code, peer_group, peers, count(*) OVER (PARTITION BY peer_group) AS size FROM {batch}
        ) AS counted
        WHERE peers <> size
        """,
    ),
    rows(
        "peer_groups_counted", "peer_group", "末位组的组织数与指数表一致，末位数不超过它",
        """
        SELECT peer.peer_group, peer.warning_code, peer.peers, peer.bottom_count, count(score.org_code) AS size
        FROM {batch} AS peer
        LEFT JOIN score ON score.edition_id = :edition AND score.peer_group = peer.peer_group
        GROUP BY peer.peer_group, peer.warning_code, peer.peers, peer.bottom_count
        HAVING peer.peers <> count(score.org_code) OR NOT peer.bottom_count BETWEEN 0 AND peer.peers
        """,
    ),
)  # fmt: skip
