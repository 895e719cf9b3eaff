"""A month of an invented district by the command itself: whole processes, and where their time goes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

from benchmarks.places import Place, copy_of, empty
from benchmarks.processes import Run, Runs, command, module, run
from benchmarks.stages import INSIDE
from benchmarks.tables import WHOLE, of_whole, show, show_parts

MONTH = "2024-07"
QUARTER = ("2024-07", "2024-08", "2024-09")
HELP_BUDGET, MONTH_BUDGET, QUARTER_BUDGET = 0.5, 8.0, 30.0
Opening = Callable[[], AbstractContextManager[Place]]


def start(runs: int) -> None:
    """How long the command takes to say what it can do."""
    measured = Runs(tuple(run(command("--help")) for _ in range(runs)))
    _show_whole("The command starts", {"zuzhili --help": measured}, HELP_BUDGET)


def make_inbox(folder: Path, organizations: int, *months: str) -> Path:
    """The inbox of an invented district for some months, and the quarters that these make up."""
    run(module("benchmarks.inbox", str(folder), str(organizations), *months))
    return folder


def take(inbox: Path, organizations: int, runs: int, servers: dict[str, str]) -> None:
    """Intake of the month's files into an empty warehouse."""
    megabytes = sum(path.stat().st_size for path in inbox.rglob("*") if path.is_file()) / 1e6
    title = f"Intake: {organizations:,} organisations, one month, {megabytes:.1f} MB of files"
    _measure(title, ["intake"], {name: partial(empty, inbox, server) for name, server in servers.items()}, runs)


def score(inbox: Path, organizations: int, runs: int, servers: dict[str, str]) -> None:
    """Scoring of a month that has been taken but never scored, so that every run publishes."""
    title = f"The month: {organizations:,} organisations, scored, gated and published"
    with ExitStack() as opened:
        taken = {name: opened.enter_context(_taken(inbox, server)) for name, server in servers.items()}
        openings = {name: partial(copy_of, place) for name, place in taken.items()}
        _measure(title, ["month", MONTH], openings, runs, MONTH_BUDGET)


def backfill(inbox: Path, organizations: int, runs: int, servers: dict[str, str]) -> None:
    """Backfill of a quarter that has been taken but never scored: three months and the quarter, gate included."""
    title = (
        f"The quarter's backfill: {organizations:,} organisations, three months and the quarter, gated and published"
    )
    with ExitStack() as opened:
        taken = {name: opened.enter_context(_taken(inbox, server)) for name, server in servers.items()}
        openings = {name: partial(copy_of, place) for name, place in taken.items()}
        _measure(title, ["backfill", QUARTER[0], QUARTER[-1]], openings, runs, QUARTER_BUDGET)


@contextmanager
def _taken(inbox: Path, server: str) -> Iterator[Place]:
    with empty(inbox, server) as place:
        run(command("intake"), place.settings, place.folder)
        yield place


def _measure(
    title: str, job: list[str], openings: Mapping[str, Opening], runs: int, budget: float | None = None
) -> None:
    """Measures the command as it is, then once more timed from inside; every run opens a place of its own."""
    whole = {name: _in_fresh_places(command(*job), opening, runs) for name, opening in openings.items()}
    _show_whole(title, {f"zuzhili {job[0]}, {name}": measured for name, measured in whole.items()}, budget)
    for name, opening in openings.items():
        timed = _in_fresh_places(module("benchmarks.stages", *job), opening, runs)
        show_parts(f"Where the time goes, {job[0]}, {name}", [_parts(one) for one in timed.runs], timed.seconds)


def _in_fresh_places(arguments: list[str], opening: Opening, runs: int) -> Runs:
    made = []
    for _ in range(runs):
        with opening() as place:
            made.append(run(arguments, place.settings, place.folder))
    return Runs(tuple(made))


def _parts(one: Run) -> dict[str, float]:
    """Seconds of the parts, with the interpreter's start and end and what none of them accounts for."""
    told = json.loads(one.output.splitlines()[-1])
    start, end = told["began"] - one.began, one.ended - told["ended"]
    parts = {"the interpreter starts": start, **told["parts"], "the interpreter ends": end}
    counted = sum(seconds for part, seconds in parts.items() if not part.startswith(INSIDE))
    return {**parts, "everything else": one.seconds - counted}


def _show_whole(title: str, measured: dict[str, Runs], budget: float | None) -> None:
    rows = [(name, *of_whole(runs), *([] if budget is None else [budget])) for name, runs in measured.items()]
    show(title, (*WHOLE, *([] if budget is None else ["budget s"])), rows)
