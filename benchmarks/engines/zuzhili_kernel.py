"""The month by our own transforms, exactly as the product calls them; prints the seconds of each step as JSON.

python -m benchmarks.engines.zuzhili_kernel DATA RESULTS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.clock import Clock

CLOCK = Clock()
with CLOCK("import"):
    import pandas as pd

    from benchmarks.engines.catalogue import MONTH, rulebook
    from schemas.rulebook import RuleBook
    from schemas.stages import STAGES
    from transforms import observations
    from transforms.conditions import Scene
    from transforms.lines import period_lines
    from transforms.registry import grouped
    from transforms.scoring import Observations
    from transforms.standings import dimension_scores, scores
    from transforms.warnings import warnings
    from warehouse.lake import Lake


def score(data: Path, results: Path) -> None:
    """Reads the records of `data`, scores them and writes the results."""
    rules = rulebook()
    with CLOCK("read"):
        lake = Lake(str(data))
        declared = lake.read(sorted(str(path.relative_to(data)) for path in data.glob("observations/*.parquet")))
        findings, organizations, streaks = (
            lake.read([f"{name}.parquet"]) for name in ("findings", "organizations", "streaks")
        )
    organizations = grouped(organizations, rules)
    assessed = organizations[organizations["is_assessed"]].reset_index(drop=True)
    with CLOCK("observations"):
        observed = _observed(declared, findings, assessed, rules)
    with CLOCK("ledger"):
        lines = period_lines(observed, [], organizations, assessed, rules, MONTH).lines
    with CLOCK("standings"):
        by_dimension = dimension_scores(lines, assessed, rules)
        totals = scores(by_dimension, assessed, STAGES["score"].empty())
    with CLOCK("warnings"):
        work = STAGES["task"].empty()
        scene = Scene(MONTH, organizations, assessed, lines, totals, observed.findings, observed.dates, work)
        warned = warnings(scene, rules, streaks).warnings
    with CLOCK("write"):
        codes = assessed["org_code"].take(by_dimension["org"]).to_numpy()
        by_code = by_dimension.assign(org_code=codes)[["org_code", "dimension", "points"]]
        by_code.to_parquet(results / "dimensions.parquet", index=False)
        totals = totals[["org_code", "domain", "index_points", "rank"]].rename(columns={"index_points": "points"})
        totals.to_parquet(results / "totals.parquet", index=False)
        warned = warned[["org_code", "warning_code", "item_code", "colour", "months"]]
        warned.to_parquet(results / "warnings.parquet", index=False)


def _observed(declared: pd.DataFrame, findings: pd.DataFrame, assessed: pd.DataFrame, rules: RuleBook) -> Observations:
    """The files' whole hundredths and counts as the exact fractions that checked records have."""
    records = declared.rename(columns={"value": "value_num"}).assign(
        value_den=100, counts=declared["status"] == "approved", recheck=""
    )
    found = findings.rename(columns={"findings_count": "value_num"}).assign(value_den=1, counts=True)
    return Observations(
        observations.declared(records, assessed, rules),
        observations.deducted(found, assessed, rules, MONTH),
        observations.registered(found, assessed, rules, MONTH),
        pd.DataFrame(),
    )


if __name__ == "__main__":
    score(Path(sys.argv[1]), Path(sys.argv[2]))
    print(json.dumps(CLOCK.seconds))
