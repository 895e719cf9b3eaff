"""Errors whose message tells a person what is wrong and what to do; they are shown without a traceback."""

from __future__ import annotations

from datetime import date


class ClearError(Exception):
    """Something that whoever runs the product can put right; the message says how."""


class HeldBack(ClearError):
    """A period that is not published because something that was due has not come; it is tried again at every intake.

    `waits_for` says what for, in a few words; `until` is the last day on which it waits, None: until everything is
    there.
    """

    def __init__(self, message: str, waits_for: str = "", until: date | None = None) -> None:
        super().__init__(message)
        self.waits_for = waits_for or message
        self.until = until
