"""How things stand, as text."""

from __future__ import annotations

from typing import Any

from boards.status import status_lines

NOTHING: dict[str, Any] = {
    "district": "test", "scheme": "demo", "editions": [], "held": [], "stopped": [], "deliveries": [], "rejections": [],
    "totals": [], "rechecks": [], "weak_and_lax": [],
}  # fmt: skip


def _rejected(file: str, reason: str, count: int, period: str = "2024-07") -> dict[str, Any]:
    return {"period": period, "sender": "住建局", "file": file, "reason": reason, "rejections": count}


def test_open_rejections_are_one_line_a_file_with_the_most_frequent_reason_first() -> None:
    rejections = [
        _rejected("a.xlsx", "malformed", 1),
        _rejected("a.xlsx", "unknown_organization", 2),
        _rejected("b.xlsx", "unreadable", 1),
        _rejected("a.xlsx", "malformed", 2, "2024-08"),
    ]
    lines = list(status_lines(NOTHING | {"rejections": rejections}))
    found = lines[lines.index("仍未解决的退回：") + 1 :][:2]
    assert found == ["  a.xlsx  5条（格式错误3，组织不存在2）", "  b.xlsx  1条（文件无法读取1）"]
