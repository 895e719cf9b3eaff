"""Progress at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

Progress = Callable[[int, int, str], None]


@contextmanager
def bar(title: str) -> Iterator[Progress]:
    """A progress bar on standard error while it is a terminal; otherwise nothing is shown."""
    if not sys.stderr.isatty():
        yield lambda done, total, what: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}"),
    )
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(title, total=None, what="")
        yield lambda done, total, what: shown.update(task, completed=done, total=total, what=what)


def counted(progress: Progress, total: int) -> Callable[[str], None]:
    """To be told the name of each step as it starts; passes it on with how many of `total` are done."""
    done = count()
    return lambda what: progress(next(done), total, what)
