"""Whole processes under the clock: wall seconds, processor seconds and peak memory, as the kernel counts them.

This module imports little on purpose: a child's peak memory is never counted as less than that of the process which
started it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
_OURS = ("ZUZHILI_", "PREFECT_")
_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of ru_maxrss."""


class ChildFailedError(Exception):
    """A child process ended with an error; the message holds its command and what it wrote to standard error."""


@dataclass(frozen=True)
class Run:
    """One process; `began` and `ended` by the monotonic clock, `output` is what it wrote to standard output."""

    began: float
    ended: float
    cpu_seconds: float
    peak_mb: float
    output: str

    @property
    def seconds(self) -> float:
        """Wall seconds from start to end."""
        return self.ended - self.began


@dataclass(frozen=True)
class Runs:
    """Several runs of one command."""

    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """Median of the wall seconds."""
        return median(run.seconds for run in self.runs)

    @property
    def span(self) -> str:
        """The fastest and the slowest, in seconds."""
        every = [run.seconds for run in self.runs]
        return f"{min(every):.2f} to {max(every):.2f}"

    @property
    def cpu_seconds(self) -> float:
        """Median of the seconds of all processors together."""
        return median(run.cpu_seconds for run in self.runs)

    @property
    def peak_mb(self) -> float:
        """Median of the peak resident memory, in MB."""
        return median(run.peak_mb for run in self.runs)


def run(command: Sequence[str], settings: Mapping[str, str] | None = None, folder: Path = ROOT) -> Run:
    """Runs a command in `folder` and waits for its end. Raises ChildFailedError.

    The command sees this process's environment without settings of ours, and with `settings`.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    environment = inherited | {"PYTHONPATH": str(ROOT)} | dict(settings or {})
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        child = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
        )
        _, status, used = os.wait4(child.pid, 0)
        ended = time.monotonic()
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if child.returncode:
            raise ChildFailedError(f"{' '.join(command)}: {child.returncode}\n{errors.read().decode(errors='replace')}")
        told = output.read().decode()
    return Run(began, ended, used.ru_utime + used.ru_stime, used.ru_maxrss * _UNIT / 1e6, told)


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module with this interpreter."""
    return [sys.executable, "-m", name, *arguments]


def command(*arguments: str) -> list[str]:
    """The command `zuzhili` of this interpreter's environment."""
    return [str(Path(sys.executable).with_name("zuzhili")), *arguments]
