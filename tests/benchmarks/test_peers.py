from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import peers
from benchmarks.engines.agree import contents
from benchmarks.engines.catalogue import RULES, rulebook
from benchmarks.engines.data import make

ORGANIZATIONS = 500


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What every engine makes of the same small district."""
    folder = tmp_path_factory.mktemp("engines")
    make(folder / "data", ORGANIZATIONS)
    peers.compute(folder / "data", folder / "results", 1)
    return folder / "results"


def test_all_engines_come_to_the_same_numbers(results: Path) -> None:
    counts = peers.agreed(contents(results))

    assert counts["dimensions"] == ORGANIZATIONS * len(rulebook().dimensions)
    assert counts["totals"] == ORGANIZATIONS


def test_the_district_makes_every_rule_and_every_warning_speak(results: Path) -> None:
    rules = rulebook()
    found = pd.read_parquet(results / peers.OURS / "warnings.parquet")

    assert {item.rule.kind for item in rules.items} == set(RULES)
    assert set(found["warning_code"]) == {condition.code for condition in rules.conditions if condition.colour}


def test_one_point_of_difference_is_an_error(results: Path) -> None:
    path = results / "duckdb_sql" / "totals.parquet"
    kept = path.read_bytes()
    totals = pd.read_parquet(path)
    totals.loc[0, "points"] += 1
    totals.to_parquet(path, index=False)

    with pytest.raises(peers.EnginesDisagreeError, match="differ in totals"):
        peers.agreed(contents(results))

    path.write_bytes(kept)


def test_the_order_of_rows_is_no_difference(results: Path) -> None:
    path = results / "polars_lazy" / "dimensions.parquet"
    pd.read_parquet(path).iloc[::-1].to_parquet(path, index=False)

    assert peers.agreed(contents(results))
