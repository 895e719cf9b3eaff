"""Texts as people write and read them: blanks, full-width forms of ASCII that are mixed up with it, quotations."""

from __future__ import annotations

import re

BLANKS = (
    " \t\n\r\v\f\x00\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
)
"""White space, and the marks without width that copying from web pages leaves behind."""
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""For str.translate: each full-width form to its ASCII character."""
_INNER_BLANKS = re.compile(f"[{re.escape(BLANKS)}]+")
_QUOTATION_MARKS = frozenset("“”")


def plain(text: str) -> str:
    """`text` without outer blanks, its full-width ASCII forms translated."""
    return text.translate(FULL_WIDTH).strip(BLANKS)


def heading_key(text: str) -> str:
    """What a heading or a name is compared by: no blanks or line breaks anywhere, full-width ASCII forms translated."""
    return _INNER_BLANKS.sub("", text.translate(FULL_WIDTH))


def quoted(text: str) -> str:
    """`text` in Chinese quotation marks: “结对帮扶”, and 『“四清”合同清理率』 where it has such marks itself."""
    return f"『{text}』" if _QUOTATION_MARKS.intersection(text) else f"“{text}”"
