"""The command itself, timed from inside: runs it and prints, as the last line, the seconds of its parts as JSON.

python -m benchmarks.stages month 2024-07
python -m benchmarks.stages intake
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from benchmarks.clock import Clock

BEGAN = time.monotonic()
INSIDE = "  "
"""Begins the name of a part of the stage above it."""
OTHERS = ("pyarrow", "pandas", "sqlalchemy", "pandera.pandas", "pydantic_settings")
OURS = ("cli", "boards.summary", "boards.receipts", "flows.running", "flows.jobs.period", "flows.jobs.intake")


def run(arguments: Sequence[str]) -> None:
    """Runs `zuzhili` with `arguments` and prints what its parts took; ends as the command ends."""
    clock = _imported()
    _time_the_jobs(clock)
    _time_publishing(clock)
    sys.argv = ["zuzhili", *arguments]
    try:
        import_module("cli").main()
    finally:
        told = {"parts": clock.seconds, "began": BEGAN, "ended": time.monotonic()}
        print(f"\n{json.dumps(told)}", flush=True)


def _imported() -> Clock:
    clock = Clock()
    for name in OTHERS:
        with clock(f"import {name.partition('.')[0]}"):
            import_module(name)
    with clock("import our own"):
        for name in OURS:
            import_module(name)
    return clock


def _time_the_jobs(clock: Clock) -> None:
    """Puts timed stages in the place of the month's, a timed taking of each file in the place of intake's."""
    from boards import summary
    from flows.jobs import context, intake, period
    from flows.stages import Call, Stage
    from flows.stages import run as run_stages

    def run_timed(stages: Sequence[Stage], given: Mapping[str, Any], call: Call) -> dict[str, Any]:
        return run_stages([clock.timing(stage.__name__, stage) for stage in stages], given, call)

    def take_timed(**given: Any) -> Any:
        with clock(given["job"].file):
            return take_file(**given)

    take_file = intake.take_file
    _put(context, "opened", clock.timing("open the warehouse", context.opened))
    _put(summary, "summary", clock.timing("summary", summary.summary))
    _put(period, "run", run_timed)
    _put(intake, "take_file", take_timed)


def _time_publishing(clock: Clock) -> None:
    """Times what the last stage calls; the gate's import is drawn out of it, to tell it from the checks."""
    from warehouse import editions, gate

    check = clock.timing(f"{INSIDE}gate: check", gate.check)

    def check_after_import(*given: Any) -> Any:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        with clock(f"{INSIDE}gate: import"):
            import_module("great_expectations.expectations")
        return check(*given)

    _put(editions, "write", clock.timing(f"{INSIDE}write", editions.write))
    _put(gate, "check", check_after_import)
    _put(editions, "publish", clock.timing(f"{INSIDE}publish", editions.publish))


def _put(module: Any, name: str, function: Callable[..., Any]) -> None:
    assert hasattr(module, name)
    setattr(module, name, function)


if __name__ == "__main__":
    run(sys.argv[1:])
