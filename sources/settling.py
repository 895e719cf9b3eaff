"""Files that are still being written: looked at twice before anybody reads them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

STILL_WRITTEN = "还在写入，下次取件再读"


class Look(NamedTuple):
    """Size and time of the last change of a file."""

    bytes: int
    changed_ns: int


def still_written(paths: Sequence[Path], settle_seconds: float) -> set[Path]:
    """Those of the files that change, or vanish, while one waits for the youngest to be `settle_seconds` old.

    Only files younger than that, or from the future, are looked at again; one wait does for all of them.
    """
    now = time.time_ns()
    looks = {path: look for path in paths if (look := _look(path)) is not None}
    young = {path: look for path, look in looks.items() if pause(look.changed_ns, now, settle_seconds) > 0}
    if not young:
        return set()
    time.sleep(max(pause(look.changed_ns, now, settle_seconds) for look in young.values()))
    return {path for path, look in young.items() if _look(path) != look}


def pause(changed_ns: int, now_ns: int, settle_seconds: float) -> float:
    """Seconds until a file that was changed then is `settle_seconds` old: at most that, 0 for one that is older."""
    age = (now_ns - changed_ns) / 1e9
    return settle_seconds if age < 0 else max(0.0, settle_seconds - age)


def _look(path: Path) -> Look | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return Look(stat.st_size, stat.st_mtime_ns)
