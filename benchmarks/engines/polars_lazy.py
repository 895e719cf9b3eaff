"""The month as lazy frames, by Polars.

python -m benchmarks.engines.polars_lazy DATA RESULTS
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from polars import col, lit, when

RUN = ["org_code", "warning_code", "item_code"]


def score(data: Path, results: Path) -> None:
    """Reads the records of `data`, scores them and writes the results."""
    organizations = pl.scan_parquet(data / "organizations.parquet").filter("is_assessed").select("org_code", "domain")
    lines = _lines(data, organizations).collect(engine="streaming").lazy()
    deductions = _deductions(data, organizations).collect().lazy()
    earned = lines.select("org_code", "dimension", "points")
    lost = deductions.select("org_code", "dimension", -col("points"))
    dimensions = (
        pl.concat([earned, lost]).group_by("org_code", "dimension").agg(col("points").sum().clip(lower_bound=0))
    )
    dimensions = dimensions.collect(engine="streaming").lazy()
    totals = (
        dimensions.group_by("org_code").agg(col("points").sum()).join(organizations, on="org_code")
        .with_columns(rank=col("points").rank("min", descending=True).over("domain").cast(pl.Int64),
                      peers=pl.len().over("domain").cast(pl.Int64))
        .collect(engine="streaming").lazy()
    )  # fmt: skip
    held = _held(lines, deductions, totals)
    pl.collect_all(
        [
            dimensions.sink_parquet(results / "dimensions.parquet", lazy=True),
            totals.select("org_code", "domain", "points", "rank").sink_parquet(results / "totals.parquet", lazy=True),
            _warnings(held, pl.scan_parquet(data / "streaks.parquet")).sink_parquet(
                results / "warnings.parquet", lazy=True
            ),
        ],
        engine="streaming",
    )


def _lines(data: Path, organizations: pl.LazyFrame) -> pl.LazyFrame:
    declared = pl.scan_parquet(data / "observations/*.parquet")
    last = (
        declared.group_by("org_code", "item_code")
        .agg(col("value").max_by("declared_at"), col("status").max_by("declared_at"))
        .filter(col("status") == "approved")
    )
    value, points, target = col("value"), col("points"), col("target")
    goal = (
        when(col("rule") == "tiers").then(col("tier_2")).when(col("rule") == "per_unit").then(100)
        .when(col("rule") == "yes_no").then(1).otherwise(target)
    )  # fmt: skip
    fifths = pl.sum_horizontal((value >= col(f"tier_{n}")).cast(pl.Int64) * (2 if n == 1 else 1) for n in range(1, 5))
    earned = (
        when(value.is_null()).then(0).when(col("rule") == "proportional")
        .then(when(value >= target).then(points).otherwise((2 * points * value + target) // (2 * target)))
        .when(col("rule") == "tiers").then(points * fifths // 5)
        .when(col("rule") == "per_unit").then(pl.min_horizontal((2 * value * col("each") + 100) // 200, points))
        .otherwise(when(value >= goal).then(points).otherwise(0))
    )  # fmt: skip
    return (
        organizations.join(pl.scan_parquet(data / "item_domains.parquet"), on="domain")
        .join(pl.scan_parquet(data / "items.parquet"), on="item_code")
        .join(last, on=["org_code", "item_code"], how="left")
        .select("org_code", "item_code", "dimension", "is_dynamic",
                is_met=(value >= goal).fill_null(False), points=earned)
    )  # fmt: skip


def _deductions(data: Path, organizations: pl.LazyFrame) -> pl.LazyFrame:
    return (
        pl.scan_parquet(data / "findings.parquet").join(organizations, on="org_code")
        .group_by("org_code", "item_code").agg(col("findings_count").sum())
        .join(pl.scan_parquet(data / "negative_items.parquet"), on="item_code")
        .with_columns(points=pl.min_horizontal(col("findings_count") * col("each"), "cap"))
    )  # fmt: skip


def _held(lines: pl.LazyFrame, deductions: pl.LazyFrame, totals: pl.LazyFrame) -> pl.LazyFrame:
    from_bottom = col("peers") - col("rank")
    cases = {
        "unmet": lines.filter(col("is_dynamic") & ~col("is_met")),
        "finding": deductions,
        "bottom_10": totals.filter(from_bottom < col("peers") * 10 // 100).with_columns(item_code=lit("")),
        "bottom_5": totals.filter(from_bottom < col("peers") * 5 // 100).with_columns(item_code=lit("")),
    }
    return pl.concat(rows.with_columns(warning_code=lit(code)).select(RUN) for code, rows in cases.items())


def _warnings(held: pl.LazyFrame, streaks: pl.LazyFrame) -> pl.LazyFrame:
    months = col("months").fill_null(0) + 1
    runs = held.join(streaks.select(*RUN, "months"), on=RUN, how="left").with_columns(months=months)
    colour = when(col("warning_code") == "bottom_10").then(lit("yellow")).otherwise(lit("blue"))
    now = runs.filter(col("warning_code") != "bottom_5").select(*RUN, colour=colour, months=col("months"))
    long = runs.filter(col("warning_code").is_in(["unmet", "bottom_5"]) & (col("months") >= 3))
    return pl.concat(
        [now, long.select("org_code", col("warning_code") + "_3", "item_code", colour=lit("red"), months=col("months"))]
    )


if __name__ == "__main__":
    score(Path(sys.argv[1]), Path(sys.argv[2]))
