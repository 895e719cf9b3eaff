"""Small tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


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


def shares(seconds: Mapping[str, float], whole: float) -> list[tuple[str, float, str]]:
    """Rows of name, seconds and per cent of `whole`; the last row is what no name accounts for."""
    named = {**seconds, "everything else": whole - sum(seconds.values())}
    return [(name, value, f"{100 * value / whole:.0f} %") for name, value in named.items()]


def _text(cell: object) -> str:
    return f"{cell:,.2f}" if isinstance(cell, float) else str(cell)
