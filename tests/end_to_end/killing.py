"""Kills an intake and a backfill at every commit and every rename in turn, runs the same again, and says what differs.

python -m tests.end_to_end.killing FOLDER [URL]

A process of its own, because it imports everything once and then forks: children that die, and children that go on
where those stopped. Nothing is connected while it forks.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pyarrow import fs
from sqlalchemy.engine.default import DefaultDialect

from flows.jobs.context import Context
from tests.end_to_end.late_data import Place, catch_up, contents, differing, publish_early, take_late


@dataclass
class Points:
    """The moments around every commit and every rename, as they pass; at one of them the process dies."""

    passed: list[str] = field(default_factory=list)
    fatal: int | None = None

    def die_at(self, number: int | None) -> None:
        """Counts anew from here, to the end at that number."""
        self.passed, self.fatal = [], number

    def around(self, owner: Any, name: str) -> None:
        """A point right before every call of `owner.name`, and one right after it."""
        original = getattr(owner, name)

        def act(*arguments: Any, **named: Any) -> Any:
            self._reached(f"before {name}")
            result = original(*arguments, **named)
            self._reached(f"after {name}")
            return result

        setattr(owner, name, act)

    def _reached(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) - 1 == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


class Files(fs.LocalFileSystem):
    """The lake's file system, in which a move can be watched: that of pyarrow itself takes no attributes."""

    def move(self, src: str, dest: str) -> None:
        """Moves a file."""
        super().move(src, dest)


class Children:
    """Forked children by name, as many at once as there are processors."""

    def __init__(self) -> None:
        self._running: dict[int, str] = {}
        self._ended: dict[str, int] = {}

    def fork(self, name: str) -> bool:
        """Whether this is the child."""
        while len(self._running) >= (os.cpu_count() or 1):
            self._wait()
        pid = os.fork()
        if pid:
            self._running[pid] = name
        return pid == 0

    def run(self, name: str, act: Callable[[], object]) -> None:
        """Lets a child act and end."""
        if not self.fork(name):
            return
        try:
            act()
        except BaseException:  # noqa: BLE001 - whatever it is, the child must not go on as its parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def ended(self) -> dict[str, int]:
        """How all children ended, by name: 0, or less than that for a signal."""
        while self._running:
            self._wait()
        return self._ended

    def _wait(self) -> None:
        pid, status = os.wait()
        self._ended[self._running.pop(pid)] = os.waitstatus_to_exitcode(status)


@dataclass
class Told:
    """What came of killing one command.

    `points`: how often it passed which; `survived`: kills that did not kill; `distinct`: different states that were
    left behind; `differing`: what the same command made of a state that an undisturbed run did not.
    """

    done: list[str]
    points: dict[str, int]
    survived: list[str]
    distinct: int
    differing: dict[str, list[str]]


POINTS = Points()
Command = Callable[[Context], object]


def main(folder: Path, url: str) -> None:
    """Prints as JSON what came of killing the intake, then the backfill of what it took."""
    POINTS.around(DefaultDialect, "do_commit")
    POINTS.around(os, "rename")
    POINTS.around(os, "replace")
    POINTS.around(Files, "move")
    start = Place(folder, url)
    publish_early(start)
    told = {"intake": _killed(start, "intake", take_late, _at_once)}
    taken = start.copied("taken")
    context = taken.opened()
    take_late(context)
    context.engine.dispose()
    told["backfill"] = _killed(taken, "backfill", catch_up, _branching)
    print(json.dumps({command: asdict(result) for command, result in told.items()}, ensure_ascii=False))  # noqa: T201


def _killed(start: Place, name: str, command: Command, kill: Callable[..., dict[str, tuple[Place, int]]]) -> Told:
    whole = start.copied(f"{name}_undisturbed")
    undisturbed = _in_child(whole, lambda context: _noted(context, command))
    points = undisturbed["points"]
    left = kill(start, name, command, points)
    children = Children()
    for place, _ in left.values():
        _note(children, place, "left", lambda context: None)
    assert set(children.ended().values()) == {0}
    states: dict[str, list[str]] = {}
    for point, (place, _) in left.items():
        states.setdefault(json.dumps(_read(place, "left")["contents"]), []).append(point)
    for same in states.values():
        _note(children, left[same[0]][0], "again", command)
    assert set(children.ended().values()) == {0}
    found = {
        " = ".join(same): differing(undisturbed["contents"], _read(left[same[0]][0], "again")["contents"])
        for same in states.values()
    }
    return Told()
