"""One month's scoring by our transforms beside DuckDB, Polars and pandas: same files, same numbers, whole processes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.processes import Run, Runs, module, run
from benchmarks.tables import shares, show

OURS = "zuzhili_kernel"
ENGINES = {
    "duckdb_sql": "DuckDB, SQL",
    "polars_lazy": "Polars, lazy",
    "pandas_merges": "pandas, merges",
    OURS: "Zuzhili",
}


class EnginesDisagreeError(Exception):
    """Two engines came to different numbers; the message says which and where."""


def score(organizations: int, runs: int) -> None:
    """Prints how long each engine takes. Raises EnginesDisagreeError where one comes to other numbers than the rest."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        data, results = Path(folder, "data"), Path(folder, "results")
        run(module("benchmarks.engines.data", str(data), str(organizations)))
        measured = compute(data, results, runs)
        rows = agreed(results)
    _show(organizations, rows, measured)
    _show_parts(measured[OURS])


def compute(data: Path, results: Path, runs: int) -> dict[str, Runs]:
    """Runs every engine so many times, in turn, so that all see the same ups and downs of the machine."""
    made: dict[str, list[Run]] = {engine: [] for engine in ENGINES}
    for engine in ENGINES:
        (results / engine).mkdir(parents=True)
    for _ in range(runs):
        for engine, done in made.items():
            done.append(run(module(f"benchmarks.engines.{engine}", str(data), str(results / engine))))
    return {engine: Runs(tuple(done)) for engine, done in made.items()}


def agreed(results: Path) -> dict[str, int]:
    """Rows of each result. Raises EnginesDisagreeError unless all engines wrote the same rows, in whatever order."""
    folders = {str(results / engine): engine for engine in ENGINES}
    found = {
        folders[name]: seen
        for name, seen in json.loads(run(module("benchmarks.engines.agree", *folders)).output).items()
    }
    for engine, seen in found.items():
        if other := [table for table in seen if seen[table] != found[OURS][table]]:
            raise EnginesDisagreeError(f"{ENGINES[engine]} and {ENGINES[OURS]} differ in {', '.join(other)}")
    return {table: count for table, (count, _) in found[OURS].items()}


def _show(organizations: int, rows: dict[str, int], measured: dict[str, Runs]) -> None:
    fastest = min(runs.seconds for runs in measured.values())
    show(
        f"One month's scoring: {organizations:,} organisations, files to files",
        ("", "median s", "fastest to slowest", "cpu s", "peak MB", "of the fastest"),
        [
            (ENGINES[engine], runs.seconds, runs.span, runs.cpu_seconds, round(runs.peak_mb), f"{runs.seconds / fastest:.1f} ×")
            for engine, runs in sorted(measured.items(), key=lambda pair: pair[1].seconds)
        ],
        f"All came to the same {rows['dimensions']:,} sums, {rows['totals']:,} totals and ranks, and"
        f" {rows['warnings']:,} warnings. Ours also makes the ledger, reasons and responsible bodies.",
    )  # fmt: skip


def _show_parts(ours: Runs) -> None:
    every = [json.loads(one.output) for one in ours.runs]
    parts = {part: median(seconds[part] for seconds in every) for part in every[0]}
    show("Where our time goes", ("", "median s", "of all"), shares(parts, ours.seconds))
