"""Files that are still being written are left for the next time; finished ones cost one short wait, or none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.layouts import Inbox
from sources.inbox import discover, read
from sources.settling import still_written

FILE = "declarations/2024-07.csv"
_WRITER = """
import sys, time
with open(sys.argv[1], "ab", buffering=0) as file:
    print("writing", flush=True)
    while True:
        file.write(b"x\\n")
        time.sleep(0.02)
"""


def test_a_file_that_grows_is_left_alone_and_read_the_next_time(
    root: Path, inbox: Inbox, put: Callable[[str, bytes], Path], declarations: Callable[..., Any], as_csv: Any
) -> None:
    done, growing = put("declarations/2024-08.csv", as_csv(declarations())), put(FILE, b"")
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(growing)], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        found, refused, alone = discover(root, inbox, 0.3)
    finally:
        writer.kill()
        writer.communicate()
    assert ([one.path for one in found], refused, alone) == ([done], [], [f"{FILE}：还在写入，下次取件再读"])
    growing.write_bytes(as_csv(declarations()).replace(b"2024-08-02", b"2024-07-02"))
    found, refused, alone = discover(root, inbox, 0.1)
    assert (len(found), refused, alone) == (2, [], [])
    assert all(read(one, inbox) is not None for one in found)


def test_one_wait_does_for_all_young_files(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(50)]
    for path in paths:
        path.touch()
    start = time.monotonic()
    assert still_written(paths, 0.5) == set()
    assert 0.3 < time.monotonic() - start < 1.5


def test_old_files_are_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.touch()
    os.utime(path, (1_720_000_000, 1_720_000_000))
    start = time.monotonic()
    assert still_written([path], 60) == set()
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("ahead", [1, 86_400])
def test_a_file_from_the_future_is_waited_for_no_longer_than_others(tmp_path: Path, ahead: float) -> None:
    path = tmp_path / "future"
    path.touch()
    os.utime(path, (time.time() + ahead,) * 2)
    start = time.monotonic()
    assert still_written([path], 0.2) == set()
    assert 0.15 < time.monotonic() - start < 1


def test_a_file_that_vanishes_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "moved"
    path.touch()
    mover = subprocess.Popen(["sh", "-c", f"sleep 0.2; rm {path}"])
    assert still_written([path], 1) == {path}
    mover.wait()
