"""The plain jobs of the command, timed stage by stage from inside; prints seconds by name as JSON.

python -m benchmarks.stages month PERIOD
python -m benchmarks.stages intake
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from benchmarks.clock import Clock

INSIDE = "  "
"""Begins the name of a part of the stage above it."""
OTHERS = ("pyarrow", "pandas", "sqlalchemy", "pandera.pandas", "pydantic_settings")
OURS = ("boards.summary", "boards.receipts", "flows.running", "flows.jobs.month", "flows.jobs.intake")


def month(period: str) -> dict[str, float]:
    """Seconds of imports, stages and what the last stage does, as `zuzhili month` runs them."""
    clock = _imported()
    from boards.summary import summary
    from flows.jobs import month as job
    from schemas.periods import Period

    _look_inside_publishing(clock)
    with clock("open the warehouse"):
        context = _context()
    outcome = job.month(context, Period.parse(period), _timed_by_stage(clock))
    assert outcome.is_new, "nothing was published, so nothing was measured"
    with clock("summary"):
        summary(context.engine, outcome.edition)
    return clock.seconds


def intake() -> dict[str, float]:
    """Seconds of imports and of each file, as `zuzhili intake` takes them."""
    clock = _imported()
    from flows.jobs.intake import intake as job

    with clock("open the warehouse"):
        context = _context()
    receipts = job(context, datetime.now(UTC), _timed_by_file(clock))
    assert len(receipts.having("taken")) == len(receipts.receipts), "not every file was taken"
    return clock.seconds


def _imported() -> Clock:
    clock = Clock()
    for name in OTHERS:
        with clock(f"import {name.partition('.')[0]}"):
            import_module(name)
    with clock("import our own"):
        for name in OURS:
            import_module(name)
    return clock


def _context() -> Any:
    from flows.jobs.context import opened
    from flows.settings import settings_for

    return opened(settings_for())


def _timed_by_stage(clock: Clock) -> Callable[[Callable[..., Any], Mapping[str, Any]], Any]:
    def call(stage: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        with clock(stage.__name__):
            return stage(**arguments)

    return call


def _timed_by_file(clock: Clock) -> Callable[[Callable[..., Any], Mapping[str, Any]], Any]:
    def call(stage: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        with clock(arguments["job"].file):
            return stage(**arguments)

    return call


def _look_inside_publishing(clock: Clock) -> None:
    """Times what `publish` calls; the gate's import is drawn out of it, so that it can be told from its checks."""
    from warehouse import editions, gate

    check = clock.timing(f"{INSIDE}gate: check", gate.check)

    def check_after_import(*args: Any) -> Any:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        with clock(f"{INSIDE}gate: import"):
            import_module("great_expectations.expectations")
        return check(*args)

    editions.write = clock.timing(f"{INSIDE}write", editions.write)
    gate.check = check_after_import
    editions.publish = clock.timing(f"{INSIDE}publish", editions.publish)


if __name__ == "__main__":
    job, *given = sys.argv[1:]
    print(json.dumps({"month": month, "intake": intake}[job](*given)))
