"""What each engine came to, whatever order its rows are in: rows and a hash of every table, printed as JSON.

python -m benchmarks.engines.agree RESULTS
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


def contents(results: Path) -> dict[str, dict[str, list[object]]]:
    """Rows and hash of every table, by engine: each has a folder of its own in `results`."""
    return {
        folder.name: {table: _content(folder / f"{table}.parquet", types) for table, types in TABLES.items()}
        for folder in sorted(results.iterdir())
    }


def _content(path: Path, types: dict[str, str]) -> list[object]:
    frame = pd.read_parquet(path, columns=list(types)).astype(types)
    return [len(frame), f"{pd.util.hash_pandas_object(frame, index=False).sum():016x}"]


if __name__ == "__main__":
    print(json.dumps(contents(Path(sys.argv[1]))))
