"""What must hold of an edition's rows before anybody sees them, as data: the gate makes it Great Expectations' own.

Each expectation judges the rows that the edition has in one table. A query selects the rows that break it: `{batch}`
stands for the judged rows, `:edition` for the edition's id. Points are compared as whole ten-thousandths, so sums must
agree to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schemas.stages import ROUNDING
from warehouse import diagnosis_expectations
from warehouse.tables import EDITION_TABLES


@dataclass(frozen=True)
class Expectation:
    """`kind` is the name of Great Expectations' class, `message` says in Chinese what must hold."""

    name: str
    table: str
    message: str
    kind: str
    arguments: dict[str, Any]


def _rows(name: str, table: str, message: str, query: str) -> Expectation:
    return Expectation(name, table, message, "UnexpectedRowsExpectation", {"unexpected_rows_query": query})


def _column(name: str, table: str, message: str, kind: str, **arguments: Any) -> Expectation:
    return Expectation(name, table, message, kind, arguments)


def _filled(table: str) -> Expectation:
    """No required cell is empty."""
    required = [column.name for column in EDITION_TABLES[table].columns if not column.nullable]
    is_empty = " OR ".join(f"{name} IS NULL" for name in required)
    return _rows(f"{table}_filled", table, "必填的列没有空值", f"SELECT * FROM {{batch}} WHERE {is_empty}")  # noqa: S608


UNIQUE = (
    _column("score_unique", "score", "每个组织只有一个指数", "ExpectColumnValuesToBeUnique", column="org_code"),
    _column(
        "ledger_unique", "ledger_line", "每个组织的每项指标（每位评分人）只有一行明细",
        "ExpectCompoundColumnsToBeUnique", column_list=["org_code", "item_code", "assessor"],
    ),
    _column(
        "warning_unique", "warning", "每个预警触发只记一次", "ExpectCompoundColumnsToBeUnique",
        column_list=["org_code", "warning_code", "item_code"],
    ),
)  # fmt: skip

COMPLETE = (
    _rows(
        "assessed_have_scores", "organization", "名册中每个应考核的组织都有且只有一个指数",
        """
        SELECT org.org_code, org.org_name, count(score.org_code) AS scores
        FROM {batch} AS org
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = org.org_code
        WHERE org.is_assessed
        GROUP BY org.org_code, org.org_name HAVING count(score.org_code) <> 1
        """,
    ),
    _rows(
        "scores_are_of_assessed", "score", "有指数的都是名册中应考核的组织，领域与名册一致",
        """
        SELECT score.org_code, score.domain
        FROM {batch} AS score
        LEFT JOIN organization AS org ON org.edition_id = :edition AND org.org_code = score.org_code
        WHERE org.org_code IS NULL OR NOT org.is_assessed OR org.domain IS NULL OR org.domain <> score.domain
        """,
    ),
    _rows(
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
    _rows(
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
    _rows(
        "sources_published", "edition_source", "所依据的上期和各期版次都已发布，且不是即时版",
        """
        SELECT source.source_id
        FROM {batch} AS source
        LEFT JOIN edition ON edition.edition_id = source.source_id
        WHERE edition.edition_id IS NULL OR edition.status <> 'published' OR edition.is_provisional
        """,
    ),
    _rows(
        "ledger_is_of_scored", "ledger_line", "明细都属于有指数的组织",
        """
        SELECT line.org_code, line.item_code FROM {batch} AS line
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = line.org_code
        WHERE score.org_code IS NULL
        """,
    ),
    _rows(
        "ledger_items_known", "ledger_line", "明细中的指标都在指标目录中",
        """
        SELECT line.org_code, line.item_code FROM {batch} AS line
        LEFT JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        WHERE item.item_code IS NULL
        """,
    ),
    _rows(
        "item_dimensions_known", "item", "指标的维度都有名称",
        """
        SELECT item.item_code, item.dimension
        FROM {batch} AS item
        LEFT JOIN label
          ON label.edition_id = :edition AND label.label_kind = 'dimension' AND label.code = item.dimension
        WHERE label.code IS NULL
        """,
    ),
    _rows(
        "domains_known", "score", "指数的领域都有名称",
        """
        SELECT score.org_code, score.domain FROM {batch} AS score
        LEFT JOIN label ON label.edition_id = :edition AND label.label_kind = 'domain' AND label.code = score.domain
        WHERE label.code IS NULL
        """,
    ),
    *(_filled(table) for table in EDITION_TABLES),
)  # fmt: skip

_ROUNDED = f"CASE edition.cadence WHEN 'month' THEN 0 ELSE {ROUNDING} END"
"""What points may exceed full points by: both means are rounded, each to its own total."""

RANGES = (
    _column(
        "index_not_negative", "score", "指数不小于0", "ExpectColumnValuesToBeBetween",
        column="index_points", min_value=0,
    ),
    _column(
        "index_within_full", "score", "指数不超过满分", "ExpectColumnPairValuesAToBeGreaterThanB",
        column_A="full_points", column_B="index_points", or_equal=True,
    ),
    _column(
        "dimension_not_negative", "dimension_score", "维度得分不小于0", "ExpectColumnValuesToBeBetween",
        column="points", min_value=0,
    ),
    _rows(
        "dimension_within_full", "dimension_score", "维度得分不超过满分（季度、年度的平均可有2个万分之一分的尾差）",
        f"""
        SELECT scored.org_code, scored.dimension, scored.points, scored.full_points
        FROM {{batch}} AS scored
        JOIN edition ON edition.edition_id = :edition
        WHERE scored.points > scored.full_points + {_ROUNDED}
        """,  # noqa: S608
    ),
    _column(
        "value_denominator_positive", "ledger_line", "实际值的分母大于0", "ExpectColumnValuesToBeBetween",
        column="value_den", min_value=1,
    ),
    _rows(
        "line_points_in_range", "ledger_line", "一般指标得分在0和满分之间（季度、年度的平均可有2个万分之一分的尾差）",
        f"""
        SELECT line.org_code, line.item_code, line.points, line.full_points
        FROM {{batch}} AS line
        JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        JOIN edition ON edition.edition_id = :edition
        WHERE item.kind IN ('common', 'specific') AND NOT line.points BETWEEN 0 AND line.full_points + {_ROUNDED}
        """,  # noqa: S608
    ),
    _rows(
        "deductions_not_positive", "ledger_line", "反向指标只扣分，没有满分",
        """
        SELECT line.org_code, line.item_code, line.points, line.full_points
        FROM {batch} AS line
        JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        WHERE item.kind = 'negative' AND (line.points > 0 OR line.full_points <> 0)
        """,
    ),
    _rows(
        "floors_make_up_to_zero", "ledger_line", "保底行只把负的维度得分补到0（年度是各季的平均）",
        """
        SELECT line.org_code, line.item_code, line.points, scored.points AS dimension_points
        FROM {batch} AS line
        JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        LEFT JOIN dimension_score AS scored
          ON scored.edition_id = :edition AND scored.org_code = line.org_code AND scored.dimension = item.dimension
        JOIN edition ON edition.edition_id = :edition
        WHERE item.kind = 'floor' AND edition.cadence <> 'year'
          AND (line.points <= 0 OR line.full_points <> 0 OR scored.points IS NULL OR scored.points <> 0)
        """,
    ),
    _rows(
        "is_met_known", "ledger_line", "月度明细除保底行外都有达标与否",
        """
        SELECT line.org_code, line.item_code, line.is_met
        FROM {batch} AS line
        JOIN item ON item.edition_id = :edition AND item.item_code = line.item_code
        JOIN edition ON edition.edition_id = :edition
        WHERE edition.cadence = 'month' AND (line.is_met IS NULL) <> (item.kind = 'floor')
        """,
    ),
    _column(
        "colours_known", "warning", "预警颜色只有蓝、黄、红", "ExpectColumnValuesToBeInSet",
        column="colour", value_set=["blue", "yellow", "red"],
    ),
)  # fmt: skip

SUMS = (
    _rows(
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
    _rows(
        "dimensions_add_up", "dimension_score", "维度得分合计等于指数，满分也相等，分毫不差",
        """
        SELECT org_code, sum(points) AS points_too_many, sum(full_points) AS full_points_too_many
        FROM (
            SELECT org_code, points, full_points FROM {batch}
            UNION ALL
            SELECT org_code, -index_points, -full_points FROM score WHERE edition_id = :edition
        ) AS both_sides
        GROUP BY org_code HAVING sum(points) <> 0 OR sum(full_points) <> 0
        """,
    ),
    _rows(
        "full_points_equal", "score", "同一领域所有组织的月度满分相等",
        """
        SELECT score.domain, min(score.full_points) AS least, max(score.full_points) AS most
        FROM {batch} AS score
        JOIN edition ON edition.edition_id = :edition AND edition.cadence = 'month'
        GROUP BY score.domain HAVING min(score.full_points) <> max(score.full_points)
        """,
    ),
    _rows(
        "restatements_add_up", "restatement", "每个改变的数，各部分合计等于新值减原值，分毫不差",
        """
        SELECT org_code, measure, old_value, new_value FROM {batch}
        WHERE coalesce(new_value, 0) - coalesce(old_value, 0)
              <> from_data + from_registry + from_rules + from_code + from_streaks
           OR coalesce(new_value = old_value, FALSE)
        """,
    ),
)  # fmt: skip

STANDINGS = (
    _rows(
        "ranks_follow_points", "score", "名次等于同领域指数更高的组织数加1（并列同名次，后面空出）",
        """
        SELECT org_code, domain, index_points, rank, true_rank
        FROM (
            SELECT org_code, domain, index_points, rank,
                   rank() OVER (PARTITION BY domain ORDER BY index_points DESC) AS true_rank
            FROM {batch}
        ) AS ranked
        WHERE rank <> true_rank
        """,
    ),
    _rows(
        "peers_counted", "score", "同类组织数等于同领域有指数的组织数",
        """
        SELECT org_code, domain, peers, size
        FROM (SELECT org_code, domain, peers, count(*) OVER (PARTITION BY domain) AS size FROM {batch}) AS counted
        WHERE peers <> size
        """,
    ),
    _rows(
        "peer_groups_counted", "peer_group", "末位组的组织数与指数表一致，末位数不超过它",
        """
        SELECT peer.domain, peer.warning_code, peer.peers, peer.bottom_count, count(score.org_code) AS size
        FROM {batch} AS peer
        LEFT JOIN score ON score.edition_id = :edition AND score.domain = peer.domain
        GROUP BY peer.domain, peer.warning_code, peer.peers, peer.bottom_count
        HAVING peer.peers <> count(score.org_code) OR NOT peer.bottom_count BETWEEN 0 AND peer.peers
        """,
    ),
    _rows(
        "warnings_have_responsible", "warning", "每个预警都有责任主体（代码和名称）",
        """
        SELECT org_code, warning_code, item_code, responsible_code, responsible_name FROM {batch}
        WHERE coalesce(responsible_code, '') = '' OR coalesce(responsible_name, '') = ''
        """,
    ),
    _rows(
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
        _rows(
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

DIAGNOSED = tuple(_rows(*told) for told in diagnosis_expectations.RADAR + diagnosis_expectations.PROGRESS)

EXPECTATIONS: tuple[Expectation, ...] = UNIQUE + COMPLETE + RANGES + SUMS + STANDINGS + DIAGNOSED
