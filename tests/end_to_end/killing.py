"""Kills an intake and a backfill before every commit and every rename in turn, and at the end; then runs the same again
and says what differs from an undisturbed run.

python -m tests.end_to_end.killing FOLDER URL [FILE or PERIOD …]

URL is blank for SQLite in the folder. With files or periods only those are tried in which one of them is worked on.

A process of its own, that imports everything once and then forks: children that die, and children that go on where
those stopped. Nothing is connected while it forks.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Any

from pyarrow import fs
from sqlalchemy.engine.default import DefaultDialect

from flows.jobs.backfill import backfill
from flows.jobs.context import Context
from flows.progress import Progress
from tests.end_to_end.late_data import (
    AS_OF,
    CLOCKS,
    MONTHS,
    Place,
    contents,
    differing,
    last_lines,
    publish_early,
    take_late,
)

Command = Callable[[Context, Progress], list[str]]
Point = tuple[str, str]
"""The file or period that is worked on, and what is about to happen."""


class Points:
    """The moments before every commit and every rename, as they pass; at the one of number `fatal` the process dies."""

    def __init__(self) -> None:
        self.passed: list[Point] = []
        self.fatal: int | None = None
        self._about = ""

    def about(self, _done: int, _of: int, name: str) -> None:
        """That file or period is worked on from here; a blank name says that the last one is done."""
        self._about = name or self._about

    def watch(self, owner: Any, name: str) -> None:
        """Every call of `owner.name` is a point."""
        original = getattr(owner, name)

        def watched(*arguments: Any) -> Any:
            self.reached(name)
            return original(*arguments)

        setattr(owner, name, watched)

    def reached(self, name: str) -> None:
        """A point."""
        if len(self.passed) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append((self._about, name))


class Files(fs.LocalFileSystem):
    """The lake's file system, with a `move` that can be watched."""

    def move(self, src: str, dest: str) -> None:
        """Moves a file."""
        super().move(src, dest)


class Children:
    """Forked children by name, as many at once as there are processors, and what they have told in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[int, str] = {}
        self._statuses: dict[str, int] = {}

    def fork(self, name: str) -> bool:
        """Whether this is the child."""
        while len(self._running) >= (os.cpu_count() or 1):
            self._reap()
        pid = os.fork()
        if pid:
            self._running[pid] = name
        return pid == 0

    def ask(self, name: str, act: Callable[[], object]) -> None:
        """Lets a child act and tell what came of it."""
        if not self.fork(name):
            return
        try:
            (self._folder / f"{name}.json").write_text(json.dumps(act()))
        except BaseException:  # noqa: BLE001 - whatever it is, the child must not go on as its parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def statuses(self) -> dict[str, int]:
        """How the children since the last time ended: 0, or the number of a signal, negative."""
        while self._running:
            self._reap()
        ended, self._statuses = self._statuses, {}
        return ended

    def answers(self) -> dict[str, Any]:
        """What the children since the last time told. Raises RuntimeError if one has failed."""
        ended = self.statuses()
        if any(ended.values()):
            raise RuntimeError(f"children failed: {ended}")
        return {name: json.loads((self._folder / f"{name}.json").read_text()) for name in ended}

    def _reap(self) -> None:
        pid, status = os.wait()
        self._statuses[self._running.pop(pid)] = os.waitstatus_to_exitcode(status)


NOT_READ = (*CLOCKS, "report")
"""What the next run does not look at in what it finds."""
POINTS = Points()
Kill = Callable[[Children, Place, Command, dict[int, str]], None]
"""Kills at the points of those numbers, each with the file or period that is worked on there."""


def main(folder: Path, url: str, wanted: Collection[str]) -> None:
    """Prints as JSON what came of killing the intake, and the backfill of what it took."""
    POINTS.watch(DefaultDialect, "do_commit")
    POINTS.watch(Files, "move")
    POINTS.watch(os, "rename")
    POINTS.watch(os, "replace")
    told = folder.with_name("told")
    told.mkdir()
    children = Children(told)
    start = Place(folder, url)
    publish_early(start, last_lines)
    gc.collect()
    gc.freeze()
    results = {"intake": _killed(children, start, _intake, _killed_from_the_start, wanted)}
    taken = start.copied("taken")
    _run(taken, _intake)
    results["backfill"] = _killed(children, taken, _backfill, _killed_on_the_way, wanted)
    taken.removed()
    print(json.dumps(results, ensure_ascii=False))  # noqa: T201


def _intake(context: Context, progress: Progress) -> list[str]:
    return [receipt.file for receipt in take_late(context, progress).having("taken")]


def _backfill(context: Context, progress: Progress) -> list[str]:
    """Two months; the third goes with them, because they change, and then the quarter."""
    done = backfill(context, MONTHS[0], MONTHS[1], AS_OF, progress=progress)
    return [outcome.period for outcome in done if outcome.is_new]


def _run(place: Place, command: Command) -> dict[str, Any]:
    """What the command did in that place, which points it passed, and what there is then."""
    context = _opened(place)
    POINTS.passed.clear()
    done = command(context, POINTS.about)
    POINTS.reached("end")
    return {"done": done, "points": POINTS.passed, "contents": contents(context)}


def _killed(children: Children, start: Place, command: Command, kill: Kill, wanted: Collection[str]) -> dict[str, Any]:
    """What came of killing the command at each of its points and running it again.

    Kills that left the very same behind, but for when and where, are followed by one run for all of them; those that
    left everything as it was are followed by none, for that is the undisturbed run.
    """
    whole = start.copied("whole")
    children.ask("untouched", partial(_left, start))
    children.ask("whole", partial(_run, whole, command))
    before = children.answers()
    undisturbed = before["whole"]
    points = [(about, name) for about, name in undisturbed["points"]]
    kill(children, start, command, {n: about for n, (about, _) in enumerate(points) if not wanted or about in wanted})
    statuses = children.statuses()
    left = {name: start.beside(name) for name in statuses}
    for name, place in left.items():
        children.ask(name, partial(_left, place))
    states: dict[str, list[str]] = {}
    for name, state in children.answers().items():
        states.setdefault(json.dumps(state), []).append(name)
    states.pop(json.dumps(before["untouched"]), None)
    for same in states.values():
        children.ask(", ".join(same), partial(_run, left[same[0]], command))
    again = children.answers()
    for place in (whole, *left.values()):
        place.removed()
    found = {name: differing(undisturbed["contents"], result["contents"]) for name, result in again.items()}
    return {
        "done": undisturbed["done"],
        "points": points,
        "statuses": statuses,
        "runs": len(again),
        "differing": {name: names for name, names in found.items() if names},
    }


def _killed_from_the_start(children: Children, start: Place, command: Command, about: dict[int, str]) -> None:
    for number in about:
        place = start.copied(str(number))
        if children.fork(str(number)):
            POINTS.fatal = number
            _run(place, command)
            os._exit(1)


def _killed_on_the_way(children: Children, start: Place, command: Command, about: dict[int, str]) -> None:
    """One run that branches before each period into as many as it has points, each in a copy, to die at one of them."""
    way = start.copied("way")
    context = _opened(way)

    def branch(done: int, of: int, name: str) -> None:
        POINTS.about(done, of, name)
        if POINTS.fatal is not None:
            return
        context.engine.dispose()
        for number in (number for number, period in about.items() if period == name):
            place = way.copied(str(number))
            if children.fork(str(number)):
                POINTS.fatal = number
                vars(context).update(vars(_opened(place)))
                return

    POINTS.passed.clear()
    command(context, branch)
    POINTS.reached("end")
    if POINTS.fatal is not None:
        os._exit(1)
    context.engine.dispose()
    way.removed()


def _left(place: Place) -> dict[str, str]:
    return contents(_opened(place), NOT_READ)


def _opened(place: Place) -> Context:
    context = place.opened()
    context.lake._files = Files()
    return context


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
