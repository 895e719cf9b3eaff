"""Receipts as data, and a rule book to read what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from rulebooks.loader import load
from schemas.rulebook import RuleBook
from sources.delivery import Found

BATCH: dict[str, Any] = {
    "file": "departments/2024Q3/农业农村局.xlsx", "kind": "submissions", "sender": "农业农村局", "period": "2024Q3",
    "batch_id": "b2", "status": "taken", "received_at": pd.Timestamp("2024-10-09T01:00Z"), "received": 60,
    "accepted": 59, "rejected": 1, "ignored": 0, "note": "", "path": "b2.parquet",
}  # fmt: skip
ANSWER: dict[str, Any] = {
    "row_no": 4, "column_name": "组织代码", "value_text": "", "reason": "malformed", "message": "请改正", "whose": "",
    "resolved_by": None, "mended_at": pd.NaT, "edition_period": None, "edition_revision": None,
}  # fmt: skip
NONE = pd.DataFrame([ANSWER]).iloc[:0]
"""No rejection."""


@cache
def rulebook() -> RuleBook:
    return load("ganyu", date(2024, 9, 30))


def found_at(file: str) -> Found:
    return Found("submissions", PurePosixPath(file).stem, "2024Q3", file, Path(file), "")


def rejection(row: int, column: str, resolution: str = "") -> dict[str, Any]:
    return {
        "row": row, "cell": "", "column": column, "value": "", "reason": "malformed", "title": "格式错误",
        "message": f"“{column}”请改正", "resolved_by": "b2" if resolution else None, "resolution": resolution,
    }  # fmt: skip


def told(file: str, rejections: Sequence[dict[str, Any]], status: str = "taken", note: str = "") -> dict[str, Any]:
    resolved = sum(one["resolved_by"] is not None for one in rejections)
    return {
        "file": file, "kind": "submissions", "sender": "农业农村局", "period": "2024Q3", "batch_id": "b1",
        "status": status, "received_at": "2024-10-08 05:00", "received": 60, "accepted": 50, "rejected": 10,
        "ignored": 0, "note": note, "rejection_count": len(rejections), "resolved_count": resolved, "rows": 11,
        "totals": [], "rejections": list(rejections), "formulas": [], "replaces": [],
    }  # fmt: skip
