"""Frames of what was due and what came, made by hand: one of every status."""

from __future__ import annotations

import pandas as pd


def due_deliveries(size: int) -> pd.DataFrame:
    """What `size` organisations and four senders had to deliver for July 2024."""
    rows = [
        ("declarations", "党支部", size, size - 1, "partial", "publish", "2024-08-05", None),
        ("events", "平台", 1, 1, "stale", "wait", "2024-08-03", "2024-07-20"),
        ("registry", "组织部", 1, 1, "complete", "refuse", "2024-08-05", "2024-06-30"),
        ("submissions", "住建局", size, 0, "missing", "publish", "2024-08-10", None),
    ]
    columns = [
        "kind", "sender", "expected_count", "delivered_count", "status", "policy", "due_on", "last_day",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(**{name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in columns[-2:]})
