"""The month in SQL, by DuckDB.

python -m benchmarks.engines.duckdb_sql DATA RESULTS
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

JOB = """
CREATE TEMP TABLE org AS
SELECT row_number() OVER () AS org, org_code, domain FROM '{data}/organizations.parquet' WHERE is_assessed;

CREATE TEMP TABLE item AS
SELECT row_number() OVER () AS item, * FROM '{data}/items.parquet';

CREATE TEMP TABLE last AS
SELECT org, item, arg_max(CASE status WHEN 'approved' THEN value ELSE -1 END, declared_at) AS value
FROM '{data}/observations/*.parquet' JOIN org USING (org_code) JOIN item USING (item_code) GROUP BY ALL;

CREATE TEMP TABLE line AS
SELECT org, dimension, item_code, is_dynamic,
       CASE WHEN value IS NULL OR value < 0 THEN false
            WHEN rule IN ('at_least', 'proportional') THEN value >= target
            WHEN rule = 'tiers' THEN value >= tier_2
            WHEN rule = 'per_unit' THEN value >= 100
            ELSE value > 0 END AS is_met,
       CASE WHEN value IS NULL OR value < 0 THEN 0
            WHEN rule = 'at_least' THEN if(value >= target, points, 0)
            WHEN rule = 'proportional' THEN if(value >= target, points, (2 * points * value + target) // (2 * target))
            WHEN rule = 'tiers' THEN points // 5 * CASE WHEN value >= tier_4 THEN 5 WHEN value >= tier_3 THEN 4
                WHEN value >= tier_2 THEN 3 WHEN value >= tier_1 THEN 2 ELSE 0 END
            WHEN rule = 'per_unit' THEN least((2 * value * "each" + 100) // 200, points)
            ELSE if(value > 0, points, 0) END AS points
FROM org JOIN '{data}/item_domains.parquet' USING (domain) JOIN item USING (item_code) LEFT JOIN last USING (org, item);

CREATE TEMP TABLE deduction AS
SELECT org, item_code, dimension, least(sum(findings_count) * any_value("each"), any_value(cap)) AS points
FROM '{data}/findings.parquet' JOIN org USING (org_code) JOIN '{data}/negative_items.parquet' USING (item_code)
GROUP BY ALL;

CREATE TEMP TABLE dimension AS
SELECT org, dimension, greatest(sum(points), 0)::BIGINT AS points
FROM (SELECT org, dimension, points FROM line UNION ALL SELECT org, dimension, -points FROM deduction) GROUP BY ALL;

CREATE TEMP TABLE total AS
SELECT *, rank() OVER (PARTITION BY domain ORDER BY points DESC) AS rank, count(*) OVER (PARTITION BY domain) AS peers
FROM (SELECT org, org_code, domain, sum(points)::BIGINT AS points FROM dimension JOIN org USING (org) GROUP BY ALL);

CREATE TEMP TABLE held AS
SELECT now.*, coalesce(streak.months, 0) + 1 AS months FROM (
    SELECT org_code, 'unmet' AS warning_code, item_code
    FROM line JOIN org USING (org) WHERE is_dynamic AND NOT is_met
    UNION ALL SELECT org_code, 'finding', item_code FROM deduction JOIN org USING (org)
    UNION ALL SELECT org_code, 'bottom_10', '' FROM total WHERE rank > peers - peers * 10 // 100
    UNION ALL SELECT org_code, 'bottom_5', '' FROM total WHERE rank > peers - peers * 5 // 100
) AS now LEFT JOIN '{data}/streaks.parquet' AS streak USING (org_code, warning_code, item_code);

COPY (SELECT org_code, dimension, points FROM dimension JOIN org USING (org)) TO '{results}/dimensions.parquet';
COPY (SELECT org_code, domain, points, rank FROM total) TO '{results}/totals.parquet';
COPY (
    SELECT org_code, warning_code, item_code, if(warning_code = 'bottom_10', 'yellow', 'blue') AS colour, months
    FROM held WHERE warning_code <> 'bottom_5'
    UNION ALL SELECT org_code, warning_code || '_3', item_code, 'red', months
    FROM held WHERE warning_code IN ('unmet', 'bottom_5') AND months >= 3
) TO '{results}/warnings.parquet';
"""


def score(data: Path, results: Path) -> None:
    """Reads the records of `data`, scores them and writes the results."""
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(JOB.format(data=data, results=results))


if __name__ == "__main__":
    score(Path(sys.argv[1]), Path(sys.argv[2]))
