"""Small tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.processes import Runs

SHOWN_SECONDS = 0.01
WHOLE = ("", "median s", "fastest to slowest", "cpu s", "peak MB")
"""Heading of a table of whole processes."""


def show(title: str, heading: Sequence[str], rows: Sequence[Sequence[object]], note: str = "") -> None:
    """Prints a table: the first column to the left, the others to the right, floats with two decimals."""
    lines = [[_text(cell) for cell in row] for row in (heading, *rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    print(f"\n{title}")
    for first, *others in lines:
        aligned = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  " + "  ".join([first.ljust(widths[0]), *aligned]).rstrip())
    if note:
        print(f"  {note}")


def of_whole(runs: Runs) -> tuple[object, ...]:
    """The cells of a row below WHOLE, after its name."""
    return runs.seconds, runs.span, runs.cpu_seconds, f"{runs.peak_mb:,.0f}"


def show_parts(title: str, runs: Sequence[Mapping[str, float]], whole: float) -> None:
    """Prints what each part took, in medians over the runs, and its share of `whole`; the shortest are left out."""
    parts = {name: median(seconds[name] for seconds in runs) for name in runs[0]}
    rows = [(name, value, f"{100 * value / whole:.0f} %") for name, value in parts.items() if value >= SHOWN_SECONDS]
    show(f"{title}: {whole:.2f} s", ("", "median s", "of all"), rows)


def _text(cell: object) -> str:
    return f"{cell:,.2f}" if isinstance(cell, float) else str(cell)
