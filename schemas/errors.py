"""Errors whose message tells a person what is wrong and what to do; they are shown without a traceback."""

from __future__ import annotations


class ClearError(Exception):
    """Something that whoever runs the product can put right; the message says how."""
