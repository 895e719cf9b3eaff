"""Compares the results of engines, whatever order their rows are in; prints rows and a hash of each as JSON.

python -m benchmarks.engines.agree RESULTS [RESULTS …]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd

TABLES = {
    "dimensions": {"org_code": "str", "dimension": "str", "points": "int64"},
    "totals": {"org_code": "str", "domain": "str", "points": "int64", "rank": "int64"},
    "warnings": {"org_code": "str", "warning_code": "str", "item_code": "str", "colour": "str", "months": "int64"},
}


def results(folder: Path, table: str) -> pd.DataFrame:
    """An engine's table with its columns typed and its rows in order."""
    types = TABLES[table]
    frame = pd.read_parquet(folder / f"{table}.parquet", columns=list(types)).astype(types)
    return frame.sort_values(list(types), ignore_index=True)


def content(folder: Path) -> dict[str, tuple[int, str]]:
    """Rows and hash of every table."""
    return {table: _content(folder, table) for table in TABLES}


def _content(folder: Path, table: str) -> tuple[int, str]:
    frame = pd.read_parquet(folder / f"{table}.parquet", columns=list(TABLES[table])).astype(TABLES[table])
    return len(frame), f"{pd.util.hash_pandas_object(frame, index=False).sum():016x}"


if __name__ == "__main__":
    print(json.dumps({folder: content(Path(folder)) for folder in sys.argv[1:]}))
