"""Spelling that means the same: full-width forms of ASCII, which input methods mix up with it."""

from __future__ import annotations

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""For str.translate: each full-width form to its ASCII character."""
