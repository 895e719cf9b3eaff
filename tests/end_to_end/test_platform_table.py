"""Platform events from a SQL table instead of files: the same scores, and a table that is away stops nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from pydantic import SecretStr

from tests.districts import District, settings_in
from warehouse import published

COLUMNS = ("event_id", "org_code", "kind", "topic", "occurred_at", "captured_at")


def test_events_from_a_table_score_like_those_from_files(scored: District, inbox: Path, tmp_path: Path) -> None:
    own = _fed_by_table(inbox, tmp_path)
    _fill(tmp_path / "platform.db", inbox / "platform")
    shutil.rmtree(inbox / "platform")
    taken = own.take()
    assert not taken.having("refused")
    assert {receipt.period for receipt in taken.receipts if receipt.file == "table:events"} >= {"2024-07", "2024-08"}
    own.score("2024-07")
    columns = ["org_code", "item_code", "points", "value"]
    ours, theirs = (
        published.view(district.context.engine, "ledger", columns, period="2024-07") for district in (own, scored)
    )
    pd.testing.assert_frame_equal(ours, theirs)
    assert {receipt.status for receipt in own.take().receipts} == {"unchanged"}


def test_a_table_that_is_away_is_refused_and_the_files_go_on(inbox: Path, tmp_path: Path) -> None:
    own = _fed_by_table(inbox, tmp_path)
    taken = own.take()
    assert [receipt.file for receipt in taken.having("refused")] == ["table:events"]
    assert len(taken.having("taken")) == 28
    _fill(tmp_path / "platform.db", inbox / "platform")
    assert not own.take().having("refused")
    assert published.view(own.context.engine, "rejections", reason="unreadable")["resolved_by"].notna().all()


def _fed_by_table(inbox: Path, tmp_path: Path) -> District:
    settings = settings_in(tmp_path, inbox)
    table = {"platform_url": SecretStr(f"sqlite:///{tmp_path / 'platform.db'}"), "platform_table": "events"}
    return District(settings.model_copy(update=table))


def _fill(database: Path, folder: Path) -> None:
    """The readable lines of the platform's files as rows of its table."""
    rows = []
    for path in sorted(folder.iterdir()):
        for line in path.read_text("utf-8").splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            rows.append({name: event[name] for name in COLUMNS} | {"data": json.dumps(event["data"])})
    engine = sa.create_engine(f"sqlite:///{database}")
    pd.DataFrame(rows).to_sql("events", engine, index=False)
    engine.dispose()
