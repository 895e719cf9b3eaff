"""What a person can be told instead of being shown a picture."""

from __future__ import annotations

from schemas.errors import ClearError


class NotPublished(ClearError):
    """What was asked for is not published; the message says what to do."""
