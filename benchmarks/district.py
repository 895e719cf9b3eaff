"""A month of an invented district by the command itself: intake and scoring as whole processes, and where the time goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median

from benchmarks.places import Place, copy_of, empty
from benchmarks.processes import Runs, command, module, run
from benchmarks.stages import INSIDE
from benchmarks.tables import shares, show

MONTH = "2024-07"
HELP_BUDGET, MONTH_BUDGET = 0.5, 8.0
WHOLE = ("", "median s", "fastest to slowest", "cpu s", "peak MB", "budget s")
PARTS = ("", "median s", "of all")
Opening = Callable[[], AbstractContextManager[Place]]


def start(runs: int) -> None:
    """How long the command takes to say what it can do."""
    taken = Runs(tuple(run(command("--help")) for _ in range(runs)))
    show("The command starts", WHOLE, [_whole("zuzhili --help", taken, HELP_BUDGET)])


def make_inbox(folder: Path, organizations: int) -> Path:
    """The inbox of an invented district for one month."""
    run(module("benchmarks.inbox", str(folder), str(organizations), MONTH))
    return folder


def take(inbox: Path, organizations: int, runs: int, servers: dict[str, str]) -> None:
    """Intake of the month's files into an empty warehouse."""
    rows = []
    for name, server in servers.items():
        taken = _in_fresh_places(command("intake"), lambda server=server: empty(inbox, server), runs)
        rows.append(_whole(f"zuzhili intake, {name}", taken, None))
    megabytes = sum(path.stat().st_size for path in inbox.rglob("*") if path.is_file()) / 1e6
    show(f"Intake: {organizations:,} organisations, one month, {megabytes:.1f} MB of files", WHOLE, rows)
    for name, server in servers.items():
        _show_parts("intake", name, lambda server=server: empty(inbox, server), runs)


def score(inbox: Path, organizations: int, runs: int, servers: dict[str, str]) -> None:
    """Scoring of a month that has been taken but never scored, so that every run publishes."""
    rows = []
    for name, server in servers.items():
        with empty(inbox, server) as taken:
            run(command("intake"), taken.settings, taken.folder)
            measured = _in_fresh_places(command("month", MONTH), lambda taken=taken: copy_of(taken), runs)
            rows.append(_whole(f"zuzhili month, {name}", measured, MONTH_BUDGET))
    show(f"The month: {organizations:,} organisations, scored, gated and published", WHOLE, rows)
    for name, server in servers.items():
        with empty(inbox, server) as taken:
            run(command("intake"), taken.settings, taken.folder)
            _show_parts("month", name, lambda taken=taken: copy_of(taken), runs, MONTH)


def _in_fresh_places(arguments: list[str], opening: Opening, runs: int) -> Runs:
    made = []
    for _ in range(runs):
        with opening() as place:
            made.append(run(arguments, place.settings, place.folder))
    return Runs(tuple(made))


def _show_parts(job: str, name: str, opening: Opening, runs: int, *given: str) -> None:
    """Medians of every part over several runs, and what is left of the whole process."""
    measured = _in_fresh_places(module("benchmarks.stages", job, *given), opening, runs)
    every = [json.loads(one.output) for one in measured.runs]
    parts = {part: median(seconds[part] for seconds in every) for part in every[0]}
    stages = {part: seconds for part, seconds in parts.items() if not part.startswith(INSIDE)}
    inner = {part: seconds for part, seconds in parts.items() if part.startswith(INSIDE)}
    rows = shares(stages, measured.seconds)
    for row in reversed(shares(inner, measured.seconds)[:-1]):
        rows.insert(next(place for place, stage in enumerate(rows) if stage[0] == "outcome") + 1, row)
    show(
        f"Where the {job}'s time goes, {name}: {measured.seconds:.2f} s",
        PARTS,
        rows,
        "Everything else: the interpreter's start and end, locks, and what lies between the stages.",
    )


def _whole(name: str, runs: Runs, budget: float | None) -> tuple[object, ...]:
    return name, runs.seconds, runs.span, runs.cpu_seconds, round(runs.peak_mb), "" if budget is None else budget
