"""Stages run in order, each with what it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from flows.stages import Stage, run


def doubled(given: int) -> int:
    return 2 * given


def summed(given: int, doubled: int) -> int:
    return given + doubled


def test_a_stage_gets_what_its_parameters_name() -> None:
    assert run([doubled, summed], {"given": 3}) == {"given": 3, "doubled": 6, "summed": 9}


def test_the_caller_decides_how_a_stage_is_called() -> None:
    called = []

    def noted(stage: Stage, arguments: Mapping[str, Any]) -> Any:
        called.append((stage.__name__, dict(arguments)))
        return stage(**arguments)

    run([doubled, summed], {"given": 3}, noted)
    assert called == [("doubled", {"given": 3}), ("summed", {"given": 3, "doubled": 6})]


def test_a_stage_cannot_ask_for_what_nobody_gave() -> None:
    with pytest.raises(KeyError, match="doubled"):
        run([summed], {"given": 3})
