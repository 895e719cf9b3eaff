"""The month as one writes it in pandas: merges, drop_duplicates, groupby and rank.

python -m benchmarks.engines.pandas_merges DATA RESULTS
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

RUN = ["org_code", "warning_code", "item_code"]


def score(data: Path, results: Path) -> None:
    """Reads the records of `data`, scores them and writes the results."""
    organizations = pd.read_parquet(data / "organizations.parquet")
    organizations = organizations.loc[organizations["is_assessed"], ["org_code", "domain"]]
    lines = _lines(data, organizations)
    deductions = _deductions(data, organizations)
    both = pd.concat([lines[["org_code", "dimension", "points"]], deductions.assign(points=-deductions["points"])])
    dimensions = both.groupby(["org_code", "dimension"], as_index=False)["points"].sum()
    dimensions["points"] = dimensions["points"].clip(lower=0)
    totals = organizations.merge(dimensions.groupby("org_code", as_index=False)["points"].sum(), on="org_code")
    by_domain = totals.groupby("domain")["points"]
    totals["rank"] = by_domain.rank(method="min", ascending=False).astype("int64")
    held = _held(lines, deductions, totals.assign(peers=by_domain.transform("size")))
    dimensions.to_parquet(results / "dimensions.parquet", index=False)
    totals.to_parquet(results / "totals.parquet", index=False)
    _warnings(held, pd.read_parquet(data / "streaks.parquet")).to_parquet(results / "warnings.parquet", index=False)


def _lines(data: Path, organizations: pd.DataFrame) -> pd.DataFrame:
    columns = ["org_code", "item_code", "value", "status", "declared_at"]
    declared = pd.read_parquet(data / "observations", columns=columns)
    last = declared.sort_values("declared_at").drop_duplicates(["org_code", "item_code"], keep="last")
    last = last.loc[last["status"] == "approved", ["org_code", "item_code", "value"]]
    lines = (
        organizations.merge(pd.read_parquet(data / "item_domains.parquet"), on="domain")
        .merge(pd.read_parquet(data / "items.parquet"), on="item_code")
        .merge(last, on=["org_code", "item_code"], how="left")
    )
    rule, value, points, target = (
        lines["rule"],
        lines["value"].fillna(-1).astype("int64"),
        lines["points"],
        lines["target"],
    )
    reached = sum((value >= lines[f"tier_{n}"]).astype("int64") * (2 if n == 1 else 1) for n in range(1, 5))
    goal = np.select([rule == "tiers", rule == "per_unit", rule == "yes_no"], [lines["tier_2"], 100, 1], target)
    lines["is_met"] = value >= goal
    lines["points"] = np.select(
        [value < 0, rule == "proportional", rule == "tiers", rule == "per_unit"],
        [
            0,
            np.where(value >= target, points, (2 * points * value + target) // (2 * target).clip(lower=1)),
            points * reached // 5,
            np.minimum((2 * value * lines["each"] + 100) // 200, points),
        ],
        np.where(lines["is_met"], points, 0),
    )
    return lines


def _deductions(data: Path, organizations: pd.DataFrame) -> pd.DataFrame:
    findings = pd.read_parquet(data / "findings.parquet").merge(organizations, on="org_code")
    found = findings.groupby(["org_code", "item_code"], as_index=False)["findings_count"].sum()
    found = found.merge(pd.read_parquet(data / "negative_items.parquet"), on="item_code")
    found["points"] = np.minimum(found["findings_count"] * found["each"], found["cap"])
    return found[["org_code", "item_code", "dimension", "points"]]


def _held(lines: pd.DataFrame, deductions: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    from_bottom = totals["peers"] - totals["rank"]
    cases = {
        "unmet": lines.loc[lines["is_dynamic"] & ~lines["is_met"], ["org_code", "item_code"]],
        "finding": deductions[["org_code", "item_code"]],
        "bottom_10": totals.loc[from_bottom < totals["peers"] * 10 // 100, ["org_code"]],
        "bottom_5": totals.loc[from_bottom < totals["peers"] * 5 // 100, ["org_code"]],
    }
    held = pd.concat([rows.assign(warning_code=code) for code, rows in cases.items()], ignore_index=True)
    return held.fillna({"item_code": ""})


def _warnings(held: pd.DataFrame, streaks: pd.DataFrame) -> pd.DataFrame:
    held = held.merge(streaks[[*RUN, "months"]], on=RUN, how="left")
    held["months"] = held["months"].fillna(0).astype("int64") + 1
    colours = {"unmet": "blue", "finding": "blue", "bottom_10": "yellow"}
    now = held.assign(colour=held["warning_code"].map(colours)).dropna(subset="colour")
    long = held[held["warning_code"].isin(["unmet", "bottom_5"]) & (held["months"] >= 3)]
    long = long.assign(warning_code=long["warning_code"] + "_3", colour="red")
    return pd.concat([now, long], ignore_index=True)[[*RUN, "colour", "months"]]


if __name__ == "__main__":
    score(Path(sys.argv[1]), Path(sys.argv[2]))
