"""The kinds of delivery, and the columns of their records in the lake (text as received, unless said otherwise)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import pandas as pd

Kind = Literal[
    "registry", "events", "declarations", "submissions", "findings", "totals", "corrections", "exemptions", "rechecks",
    "decisions",
]  # fmt: skip

_ALWAYS = ("row_no", "fault", "batch_id", "day")
"""row_no is a whole number; day (the local day that the record speaks of, where it names one) a timestamp."""

RECORD_COLUMNS: dict[Kind, tuple[str, ...]] = {
    "registry": (
        "org_code", "org_name", "kind", "domain", "parent_code", "town", "valid_from", "valid_to", "members", "groups",
        "predecessor_code", "succession", *_ALWAYS,
    ),
    "events": ("event_id", "org_code", "kind", "topic", "occurred_at", "captured_at", *_ALWAYS),
    "declarations": (
        "org_code", "org_name", "item_code", "item_name", "value_text", "declared_at", "review_status",
        "recheck_status", "recheck_value", *_ALWAYS,
    ),
    "submissions": (
        "org_code", "org_name", "town", "item_code", "value_text", "unit_text", "verification", "column_name", "sender",
        *_ALWAYS,
    ),
    "findings": (
        "found_on", "org_code", "org_name", "item_code", "description_text", "findings_count", "fixed_text",
        "review_status", "closed_on", *_ALWAYS,
    ),
    "totals": ("figure", "value_text", *_ALWAYS),
    "corrections": (
        "correction", "material", "of_period", "sender", "organization", "item_code", "record", "column_name",
        "expected", "corrected", "cause", "provider", "recorded_on", *_ALWAYS,
    ),
    "exemptions": (
        "org_code", "org_name", "item_code", "item_name", "valid_from", "valid_to", "cause", "approved_by",
        "approved_on", *_ALWAYS,
    ),
    "rechecks": (
        "org_code", "org_name", "item_code", "item_name", "declared_at", "value_text", "recheck_status",
        "recheck_value", "checked_by", "checked_on", *_ALWAYS,
    ),
    "decisions": (
        "org_code", "org_name", "decision", "cause", "decided_by", "decided_on", "due_on", "converted_on",
        "outcome_text", *_ALWAYS,
    ),
}  # fmt: skip
"""Events have a column `data.<key>` for every key of their data besides."""

KIND_NAMES: dict[Kind, str] = {
    "registry": "组织名册",
    "events": "平台事件",
    "declarations": "支部申报",
    "submissions": "部门报送",
    "findings": "检查发现",
    "totals": "统计总数",
    "corrections": "更正登记",
    "exemptions": "豁免登记",
    "rechecks": "复核结果",
    "decisions": "整顿决定",
}

AS_WRITTEN = frozenset(
    {
        "org_name", "item_name", "kind", "domain", "town", "description_text", "column_name", "figure", "correction",
        "expected", "corrected", "cause", "provider", "approved_by",
    }
)  # fmt: skip
"""Names and sentences in lists: their full-width characters stay."""

REGISTERS: tuple[Kind, ...] = ("registry", "corrections", "exemptions")
"""Kinds that are for no one period: each delivery replaces the former whole, and speaks of all times."""

_DTYPES = {"row_no": "int64", "day": "datetime64[us]"}

CODE = r"[^、,;\s]+"
"""One of the organisation codes in a cell that may hold several."""

KIND_OF: dict[str, Kind] = {
    "platform": "events", "declaration": "declarations", "department": "submissions", "inspection": "findings",
    "register": "findings",
}  # fmt: skip
"""What a value of an item is taken from, by the item's source; other sources have no records of their own."""


def no_records(kind: Kind) -> pd.DataFrame:
    """The record frame of a kind without rows."""
    return pd.DataFrame({name: pd.Series(dtype=_DTYPES.get(name, "str")) for name in RECORD_COLUMNS[kind]})


def kinds_read(sources: Iterable[str]) -> set[Kind]:
    """The kinds of records that a period reads itself, beside the registry; `sources` are those of its own items.

    With declarations go the re-checks of them. The rest reaches a longer period through its parts.
    """
    read = {KIND_OF[source] for source in sources if source in KIND_OF}
    return read | {"rechecks"} if "declarations" in read else read
