"""Texts as people write and read them: full-width forms of ASCII, which input methods mix up with it; quotations."""

from __future__ import annotations

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""For str.translate: each full-width form to its ASCII character."""
_QUOTATION_MARKS = frozenset("“”")


def quoted(text: str) -> str:
    """`text` in Chinese quotation marks: “结对帮扶”, and 『“四清”合同清理率』 where it has such marks itself."""
    return f"『{text}』" if _QUOTATION_MARKS.intersection(text) else f"“{text}”"
