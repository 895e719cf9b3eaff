"""Patience with what answers over a network: which failures are tried again, how often, and after which pauses."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tenacity


class SlowDownError(Exception):
    """A server cannot answer just now: its status, and what it says of when to come again (Retry-After)."""

    def __init__(self, status: int, retry_after: str) -> None:
        super().__init__(str(status))
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True)
class Patience:
    """How long to wait: for a connection, for the next bytes, for everything; and how often to try one request.

    Pauses double from `pause_seconds` up to `longest_pause_seconds`, with some chance in them; a server may ask for a
    longer one, up to `longest_wish_seconds`.
    """

    attempts: int = 6
    pause_seconds: float = 1.0
    longest_pause_seconds: float = 30.0
    longest_wish_seconds: float = 120.0
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    whole_seconds: float = 1800.0

    def retrying(self) -> tenacity.Retrying:
        """Tries a request again after failures that may pass, all of it within `whole_seconds` from now."""
        import httpx
        import orjson
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

        deadline = time.monotonic() + self.whole_seconds
        usual = wait_exponential_jitter(
            multiplier=self.pause_seconds, max=self.longest_pause_seconds, jitter=self.pause_seconds
        )
        enough = stop_after_attempt(self.attempts)

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            wished = _seconds(error.retry_after) if isinstance(error, SlowDownError) else 0.0
            return max(usual(state), min(wished, self.longest_wish_seconds))

        def stop(state: tenacity.RetryCallState) -> bool:
            return enough(state) or time.monotonic() + (state.upcoming_sleep or 0.0) > deadline

        transient = (httpx.RequestError, SlowDownError, orjson.JSONDecodeError)
        return Retrying(retry=retry_if_exception_type(transient), stop=stop, wait=wait, reraise=True)


def _seconds(retry_after: str) -> float:
    """Retry-After in seconds from now: a number, or the date of an HTTP header; 0 for anything else."""
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
