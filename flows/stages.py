"""Runs stages in order, each with what the ones before it gave; the caller says how a stage is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

Stage = Callable[..., Any]


class Call(Protocol):
    """How a stage is called: as the plain function, or as a task of an orchestrator."""

    def __call__(self, stage: Stage, arguments: Mapping[str, Any]) -> Any:
        """The stage's result."""
        ...


def plain(stage: Stage, arguments: Mapping[str, Any]) -> Any:
    """Calls the stage as the function that it is."""
    return stage(**arguments)


def run(stages: Sequence[Stage], given: Mapping[str, Any], call: Call = plain) -> dict[str, Any]:
    """Everything that was given and that the stages made, by name.

    A stage's parameters name what it needs; its result is known under its own name.
    """
    known = dict(given)
    for stage in stages:
        known[stage.__name__] = call(stage, {name: known[name] for name in inspect.signature(stage).parameters})
    return known
