from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.inbox import make
from flows.jobs.context import opened
from flows.jobs.intake import intake
from flows.settings import Settings
from schemas.periods import Period

MONTHS = [Period.parse("2024-07"), Period.parse("2024-08")]


def _contents(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in {"once": 1, "again": 1, "other": 2}.items():
        make(tmp_path / name, 30, MONTHS, "ganyu", seed)

    once = _contents(tmp_path / "once")
    assert sorted(once) == [
        *(f"declarations/{month}.csv" for month in MONTHS),
        *(f"inspections/{month}.csv" for month in MONTHS),
        *(f"platform/{month}.jsonl" for month in MONTHS),
        "registry/organizations.csv",
    ]
    assert _contents(tmp_path / "again") == once
    assert _contents(tmp_path / "other") != once


def test_intake_takes_all_of_it(tmp_path: Path) -> None:
    make(tmp_path / "inbox", 30, MONTHS, "ganyu")
    settings = Settings(
        district="test",
        scheme="ganyu",
        inbox=tmp_path / "inbox",
        lake=str(tmp_path / "lake"),
        reports=tmp_path / "reports",
        receipts=tmp_path / "receipts",
        lists=tmp_path / "lists",
        warehouse_url=f"sqlite:///{tmp_path / 'warehouse.db'}",
    )

    receipts = intake(opened(settings), datetime.now(UTC)).receipts

    assert {receipt.file: receipt.status for receipt in receipts} == dict.fromkeys(
        _contents(tmp_path / "inbox"), "taken"
    )
    assert all(receipt.accepted == receipt.received > 0 for receipt in receipts if receipt.kind != "findings")
    assert sum(receipt.rejected + sum(receipt.ignored.values()) for receipt in receipts) == 0
