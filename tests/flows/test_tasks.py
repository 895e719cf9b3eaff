"""Artifacts on the orchestrator's page: their keys are ones that Prefect takes, whatever the period."""

from __future__ import annotations

import re
from typing import Any

import pytest

from flows import tasks
from schemas.periods import CADENCES, Period


@pytest.mark.parametrize("cadence", CADENCES)
def test_a_key_is_made_of_lowercase_letters_digits_and_dashes(cadence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []

    def left(*_: Any, key: str, **__: Any) -> None:
        keys.append(key)

    monkeypatch.setattr(tasks, "create_markdown_artifact", left)
    monkeypatch.setattr(tasks, "create_progress_artifact", left)
    tasks.leave_summary(f"{cadence}-{Period.parse('2024-07').around(cadence)}", "")  # type: ignore[arg-type]
    tasks.ProgressArtifact(f"{cadence}-progress", "")
    assert all(re.fullmatch("[a-z0-9-]+", key) for key in keys)
    assert len(keys) == 2
