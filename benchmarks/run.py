"""Measures the product and prints what it took: the command's start, intake, a month, a quarter, scoring and its peers.

Nothing is passed or failed by its time: budgets stand beside what was measured. Only engines that come to different
numbers are an error.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from benchmarks import district, peers

PARTS = ("start", "intake", "month", "quarter", "peers")
ADDRESS = "ZUZHILI_BENCH_POSTGRESQL"


def main() -> None:
    """Runs the parts that were asked for."""
    asked = _options().parse_args()
    print(f"{platform.platform(terse=True)}, Python {platform.python_version()}, {os.cpu_count()} processors")
    if "start" in asked.only:
        district.start(max(asked.runs, 5))
    if {"intake", "month", "quarter"} & set(asked.only):
        _measure_district(asked)
    if "peers" in asked.only:
        for organizations in asked.organizations:
            peers.score(organizations, asked.runs)


def _measure_district(asked: argparse.Namespace) -> None:
    servers = {"SQLite": ""} | ({"PostgreSQL": asked.postgresql} if asked.postgresql else {})
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        inbox = district.make_inbox(Path(folder, "inbox"), asked.district, district.MONTH)
        if "intake" in asked.only:
            district.take(inbox, asked.district, asked.runs, servers)
        if "month" in asked.only:
            district.score(inbox, asked.district, asked.runs, servers)
        if "quarter" in asked.only:
            whole = district.make_inbox(Path(folder, "quarter"), asked.district, *district.QUARTER)
            district.backfill(whole, asked.district, asked.runs, servers)


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.partition("\n")[0])
    options.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure; all where left out")
    options.add_argument("--runs", type=_positive, default=3, help="runs of each; medians are shown (3)")
    options.add_argument("--district", type=_positive, default=2000, help="organisations of the month (2000)")
    options.add_argument(
        "--organizations", type=_positive, nargs="+", default=[100_000], metavar="N",
        help="organisations of the scoring beside its peers, one size or several (100000)",
    )  # fmt: skip
    options.add_argument(
        "--postgresql", default=os.environ.get(ADDRESS, ""), metavar="ADDRESS",
        help=f"a PostgreSQL server on which databases may be made; with a password rather in {ADDRESS}",
    )  # fmt: skip
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


if __name__ == "__main__":
    main()
