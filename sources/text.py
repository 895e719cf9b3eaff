"""Text as it was received: encodings, outer blanks, full-width forms of ASCII, codes and numbers as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from schemas.kinds import CODE
from schemas.texts import BLANKS, plain, quoted
from sources.delivery import UnreadableError

UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_SEPARATORS = frozenset("\n,\t")
_LONGEST_CHARACTER = 4
_HAS_FULL_WIDTH = "[\uff01-\uff5e]"
_SAVE_AGAIN = "请用 Excel 或 WPS 打开，另存为“CSV UTF-8（逗号分隔）”后重新报送"


def from_utf16(data: bytes) -> bytes:
    """The data in UTF-8 where a mark at its beginning says that it is UTF-16, otherwise as it is.

    Raises UnreadableError for a text that ends inside a character or is no UTF-16 after all, and for UTF-16 without a
    mark: nothing says for certain that it is.
    """
    encoding = _UTF16_MARKS.get(data[:2])
    if encoding is None:
        if b"\x00" in data and any(_is_text(data, known) for known in _UTF16_MARKS.values()):
            raise UnreadableError("文件像是 UTF-16 编码，但开头没有编码标记（BOM），不能确定", _SAVE_AGAIN)
        return data
    try:
        return data[2:].decode(encoding).encode()
    except UnicodeDecodeError as error:
        if len(data) - 2 - error.start < _LONGEST_CHARACTER:
            raise UnreadableError("文件在一个字中间中断，没有传完", "请重新导出并完整上传") from None
        raise UnreadableError(f"第 {error.start + 3} 个字节起不是 UTF-16 编码", _SAVE_AGAIN) from None


def _is_text(data: bytes, encoding: str) -> bool:
    """Whether the data make sense as lines or cells in that encoding."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return "\x00" not in text and not _SEPARATORS.isdisjoint(text)


def decode(data: bytes) -> str:
    """The text of a CSV file: UTF-8 with or without a mark, or GB18030 (which GBK is a part of).

    Raises UnreadableError for any other encoding and for a text that ends inside a character.
    """
    is_marked = data.startswith(UTF8_MARK)
    data = data.removeprefix(UTF8_MARK)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        _refuse_torn(data, error)
        if is_marked:
            raise UnreadableError(f"第 {error.start + 1} 个字节起不是 UTF-8 编码", _SAVE_AGAIN) from None
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        _refuse_torn(data, error)
        raise UnreadableError("文字编码无法识别，既不是 UTF-8 也不是 GBK/GB18030", _SAVE_AGAIN) from None


def _refuse_torn(data: bytes, error: UnicodeDecodeError) -> None:
    is_at_end = len(data) - error.start < _LONGEST_CHARACTER
    if is_at_end and not data[: error.start].isascii() and error.reason.startswith(("unexpected end", "incomplete")):
        raise UnreadableError("文件在一个汉字中间中断，没有传完", "请重新导出并完整上传") from None


def text_column(values: Sequence[str | None]) -> pd.Series:
    """`values` as a text column without outer blanks; NaN where nothing is left."""
    column = pd.Series(values, dtype="str").str.strip(BLANKS)
    return column.mask(column == "")


def ascii_forms(column: pd.Series) -> pd.Series:
    """`column` with its full-width ASCII forms (U+FF01 to U+FF5E) translated."""
    wide = column.str.contains(_HAS_FULL_WIDTH, regex=True, na=False)
    if not wide.any():
        return column
    return column.mask(wide, column[wide].map(plain).astype("str"))


def codes(column: pd.Series, digits: int) -> pd.Series:
    """Organisation codes: a numeric cell's ".0" gone, and leading zeros back where digits alone are too short."""
    column = column.str.replace(r"^([0-9]+)\.0+$", r"\1", regex=True)
    is_number = column.str.fullmatch("[0-9]+", na=False)
    return column.mask(is_number, column.str.zfill(digits))


def code_lists(column: pd.Series, digits: int) -> pd.Series:
    """Cells that may hold several organisation codes: each as `codes` has it, what stands between them as received."""

    def whole(code: re.Match[str]) -> str:
        number = re.fullmatch(r"([0-9]+)(?:\.0+)?", code[0])
        return number[1].zfill(digits) if number else code[0]

    return column if column.isna().all() else column.str.replace(re.compile(CODE), whole, regex=True)


def empty_column(rows: int) -> pd.Series:
    """A text column of `rows` empty cells."""
    return pd.Series([None] * rows, dtype="str")


def cell_text(value: Any) -> str:
    """A workbook cell as text: numbers as Excel shows them (at most 15 digits), dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime):
        has_time = (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0)
        return value.isoformat(sep=" ") if has_time else value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _number_text(value: float) -> str:
    text = f"{value:.15g}"
    return f"{Decimal(text):f}" if "e" in text else text


def join(names: Iterable[str]) -> str:
    """Names in Chinese quotation marks, one after another."""
    return "、".join(map(quoted, names))
