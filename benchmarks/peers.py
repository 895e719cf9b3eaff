"""One month's scoring by our transforms beside DuckDB, Polars and pandas: same files, same numbers, whole processes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from benchmarks.processes import Run, Runs, module, run
from benchmarks.tables import WHOLE, of_whole, show, show_parts

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
        counts = agreed(json.loads(run(module("benchmarks.engines.agree", str(results))).output))
    _show(organizations, counts, measured)
    ours = measured[OURS]
    show_parts("Where our time goes", [_parts(one) for one in ours.runs], ours.seconds)


def compute(data: Path, results: Path, runs: int) -> dict[str, Runs]:
    """Runs every engine so many times, in turn, so that all see the same ups and downs of the machine."""
    made: dict[str, list[Run]] = {engine: [] for engine in ENGINES}
    for engine in ENGINES:
        (results / engine).mkdir(parents=True)
    for _ in range(runs):
        for engine, done in made.items():
            done.append(run(module(f"benchmarks.engines.{engine}", str(data), str(results / engine))))
    return {engine: Runs(tuple(done)) for engine, done in made.items()}


def agreed(contents: dict[str, dict[str, list[object]]]) -> dict[str, object]:
    """Rows of each table, of what `engines.agree` says of all engines. Raises EnginesDisagreeError if one differs."""
    for engine, tables in contents.items():
        if other := [table for table, content in tables.items() if content != contents[OURS][table]]:
            raise EnginesDisagreeError(f"{ENGINES[engine]} and {ENGINES[OURS]} differ in {', '.join(other)}")
    return {table: rows for table, (rows, _) in contents[OURS].items()}


def _parts(one: Run) -> dict[str, float]:
    parts: dict[str, float] = json.loads(one.output)
    return {**parts, "the interpreter's start and end": one.seconds - sum(parts.values())}


def _show(organizations: int, counts: dict[str, object], measured: dict[str, Runs]) -> None:
    fastest = min(runs.seconds for runs in measured.values())
    rows = [
        (ENGINES[engine], *of_whole(runs), f"{runs.seconds / fastest:.1f} ×")
        for engine, runs in sorted(measured.items(), key=lambda pair: pair[1].seconds)
    ]
    show(
        f"One month's scoring: {organizations:,} organisations, files to files",
        (*WHOLE, "of the fastest"),
        rows,
        "All came to the same {dimensions:,} sums, {totals:,} totals and ranks, and {warnings:,} warnings."
        "\n  Ours also makes the ledger, reasons and responsible bodies."
        " DuckDB and Polars use every processor, the others one.".format(**counts),
    )
