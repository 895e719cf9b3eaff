"""Stages as Prefect tasks, and the artifacts that a run leaves on the orchestrator's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE

from flows.stages import Stage


def as_task(stage: Stage, arguments: Mapping[str, Any]) -> Any:
    """Runs the stage as a task of its name; nothing is cached or stored: hashing frames costs more than it saves."""

    @task(name=stage.__name__, cache_policy=NO_CACHE, persist_result=False, log_prints=False)
    def run_stage() -> Any:
        return stage(**arguments)

    return run_stage()


class ProgressArtifact:
    """How far a run is, on the orchestrator's page; called as a progress bar is, with done, total and what is next."""

    def __init__(self, key: str, description: str) -> None:
        self._id = cast(UUID, create_progress_artifact(0.0, key=_as_key(key), description=description))

    def __call__(self, done: int, total: int, what: str) -> None:
        """Shows `done` of `total`."""
        update_progress_artifact(self._id, 100.0 * done / max(total, 1), description=what or "完成")


def leave_summary(key: str, markdown: str) -> None:
    """Leaves a page of Markdown on the run."""
    create_markdown_artifact(markdown, key=_as_key(key), description="结果摘要")


def _as_key(text: str) -> str:
    """The text with lowercase letters, digits and dashes alone, as Prefect wants keys of artifacts."""
    return text.lower().replace("_", "-")
