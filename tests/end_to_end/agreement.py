"""What a warehouse publishes beside what an independent program expects, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from warehouse import published

RED_BODY = "区委组织部"
PERIOD_KEY = ["period", "org_code"]


def differences(engine: sa.Engine, expected: Path, periods: list[str]) -> list[str]:
    """A line per kind of row that disagrees: scores, dimensions, rankings, TOP10, warnings, ledger."""
    return [
        *_scores(engine, expected, periods),
        *_warnings(engine, expected, periods),
        *_ledger(engine, expected, periods),
    ]


def rejection_differences(engine: sa.Engine, expected: Path) -> list[str]:
    """Open rejections that are not expected, expected ones that are missing; any expected reason of a row is right."""
    wanted = _reasons(pd.read_csv(expected / "rejections.csv").rename(columns={"row": "row_no"}))
    found = _reasons(published.view(engine, "rejections", ["file", "row_no", "reason"], resolved_by=None))
    return [
        *(f"missing {place}" for place in sorted(wanted.keys() - found.keys())),
        *(f"extra {place}" for place in sorted(found.keys() - wanted.keys())),
        *(f"other reason {place}" for place in wanted.keys() & found.keys() if not wanted[place] & found[place]),
    ]


def _reasons(rejections: pd.DataFrame) -> dict[tuple[str, int], set[str]]:
    reasons: dict[tuple[str, int], set[str]] = {}
    for row in rejections.itertuples():
        reasons.setdefault((row.file, int(row.row_no)), set()).add(row.reason)
    return reasons


def _scores(engine: sa.Engine, expected: Path, periods: list[str]) -> Iterator[str]:
    theirs = pd.read_csv(expected / "index_scores.csv", dtype={"org_code": str}).query("period in @periods")
    dimensions = [name for name in theirs if name not in (*PERIOD_KEY, "domain", "index_score", "rank", "domain_size")]
    index = theirs.rename(columns={"index_score": "index_points", "domain_size": "peers"}).drop(columns=dimensions)
    yield from _compare("index_scores", _view(engine, "index_scores", periods), index, PERIOD_KEY)
    melted = theirs.melt(PERIOD_KEY, dimensions, "dimension", "points")
    yield from _compare(
        "dimension_scores", _view(engine, "dimension_scores", periods), melted, [*PERIOD_KEY, "dimension"]
    )
    places = index[[*PERIOD_KEY, "domain", "rank"]]
    yield from _compare("rankings", _view(engine, "rankings", periods), places, PERIOD_KEY)
    yield from _compare(
        "top_rankings", _view(engine, "top_rankings", periods), places[places["rank"] <= 10], PERIOD_KEY
    )


def _warnings(engine: sa.Engine, expected: Path, periods: list[str]) -> Iterator[str]:
    theirs = pd.read_csv(expected / "warnings.csv", dtype=str).query("period in @periods")
    ours = _view(engine, "warnings", periods)
    wanted = set(theirs[["period", "org_code", "colour", "responsible"]].itertuples(index=False, name=None))
    colours = set(ours[["period", "org_code", "colour"]].itertuples(index=False, name=None))
    told = {
        (row.period, row.org_code, row.colour, body)
        for row in ours.itertuples()
        for body in (row.responsible_code, row.responsible_name)
    }
    yield from (f"warnings: missing {row}" for row in sorted(wanted - told)[:5])
    yield from (f"warnings: extra {row}" for row in sorted(colours - {row[:3] for row in wanted})[:5])


def _ledger(engine: sa.Engine, expected: Path, periods: list[str]) -> Iterator[str]:
    path = next(path for path in (expected / "ledger.csv", expected / "ledger.csv.gz") if path.exists())
    theirs = pd.read_csv(path, dtype={"org_code": str}).query("period in @periods").rename(columns={"met": "is_met"})
    key = [*PERIOD_KEY, "item_code"]
    ours = _view(engine, "ledger", periods)
    yield from _compare("ledger", ours, theirs.drop(columns="is_met"), key)
    both = theirs.dropna(subset="is_met").merge(ours[[*key, "is_met"]], on=key, suffixes=("", "_ours"), validate="1:1")
    yield from (
        f"ledger: is_met {row}"
        for row in both[both["is_met"].ne(both["is_met_ours"].astype(float))][key].to_numpy()[:5]
    )


def _view(engine: sa.Engine, name: str, periods: list[str]) -> pd.DataFrame:
    return published.view(engine, name, period=periods)


def _compare(name: str, ours: pd.DataFrame, theirs: pd.DataFrame, key: list[str]) -> Iterator[str]:
    columns = list(theirs.columns)
    merged = ours[columns].merge(theirs, on=key, how="outer", suffixes=("_ours", ""), indicator=True, validate="1:1")
    apart = merged["_merge"].ne("both")
    for column in set(columns) - set(key):
        mine, other = merged[f"{column}_ours"], merged[column]
        is_number = pd.api.types.is_numeric_dtype(other)
        apart |= (mine.astype(float) - other.astype(float)).abs().gt(0.00005) if is_number else mine.ne(other)
    yield from (f"{name}: {row}" for row in merged[apart].head(5).to_dict("records"))
