"""Seconds by name, for a process that times its own parts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any


class Clock:
    """Adds up the seconds that named parts take, in the order in which they were first begun."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Times what is done inside."""
        self.seconds.setdefault(name, 0.0)
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - began

    def timing(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, timed under `name` whenever it is called."""

        @wraps(function)
        def timed(*args: Any, **named: Any) -> Any:
            with self(name):
                return function(*args, **named)

        return timed
