"""A run that is killed loses nothing: the same command again comes to what an undisturbed run comes to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.districts import ROOT
from tests.end_to_end.late_data import PERIODS

SOME = ("declarations/2024-08.csv", "departments/2024Q3/司法局.csv", "platform/2024-07.jsonl", *PERIODS)
FEW = ("declarations/2024-08.csv", "2024-08")
"""What is worked on when the kills come: on SQLite one file of each sort and every period; on PostgreSQL a sample."""


def test_killed_at_every_commit_and_rename_the_same_again_is_as_if_undisturbed(
    warehouse_url: str, tmp_path: Path
) -> None:
    """Intake and backfill die by SIGKILL right before each commit and each rename, and at their end.

    Right after a commit is, for whoever comes next, right before the one that follows. Then the same command runs to
    its end. Every view, every table and every file of the lake must be as after an undisturbed run, except when rows
    were written (created_at, published_at, confirmed_at) and in which folder a report is.
    """
    is_embedded = warehouse_url.startswith("sqlite")
    told = _killing(tmp_path, "" if is_embedded else warehouse_url, SOME if is_embedded else FEW)
    assert told["intake"]["done"][:3] == list(SOME[:3])
    assert told["backfill"]["done"] == list(PERIODS)
    assert {status for result in told.values() for status in result["statuses"].values()} == {-signal.SIGKILL}
    assert {command: result["differing"] for command, result in told.items()} == {"intake": {}, "backfill": {}}
    wanted = SOME if is_embedded else FEW
    assert sum(len(result["statuses"]) for result in told.values()) >= 3 * len(wanted)
    assert {name for result in told.values() for _, name in result["points"]} == {"do_commit", "move", "replace", "end"}


def _killing(folder: Path, url: str, wanted: tuple[str, ...]) -> dict[str, Any]:
    (folder / "temporary").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.killing", str(folder / "start"), url, *wanted],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder / "temporary")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
