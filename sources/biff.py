"""A look into an xls file before it is parsed: encrypted, torn, far cells, error values.

Reads as much of the compound file (MS-CFB) and of its workbook stream (MS-XLS) as that takes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from sources.delivery import UnreadableError
from sources.workbook import REPAIR, Sheet

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER_BYTES = 512
_HEADER_FAT_ENTRIES = 109
_ENTRY_BYTES = 128
_ENTRY_START = 116
_LAST_SECTOR = 0xFFFFFFFA
"""Sector numbers from here on are marks: free, end of chain."""
_FORMULA, _FILEPASS, _EOF, _BOUNDSHEET, _BOOLERR, _DIMENSIONS = 0x0006, 0x002F, 0x000A, 0x0085, 0x0205, 0x0200
_CELL_RECORDS = frozenset({_FORMULA, _BOOLERR, 0x0201, 0x0203, 0x0204, 0x00FD, 0x027E, 0x00BD, 0x00BE})
"""FORMULA, BOOLERR, BLANK, NUMBER, LABEL, LABELSST, RK, MULRK, MULBLANK: all begin with row and column."""
_MULTIPLE_RECORDS = frozenset({0x00BD, 0x00BE})
_DIMENSIONS_FORMS = {10: "<HHHH", 14: "<IIHH"}
"""First row, end row, first column, end column, by the record's length; calamine trusts them."""
_WORKSHEET = 0
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_TORN = "请重新导出并完整上传"
_ERROR_RESULT, _NOT_A_NUMBER = 2, 0xFFFF


def inspect(data: bytes) -> list[Sheet]:
    """What each worksheet of the xls file spans and holds, in the workbook's order.

    Raises UnreadableError for a file with a password, a torn one, and one that is no workbook.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableError("文件带密码，打不开", "请取消密码后重新报送")
    try:
        stream = _workbook_stream(data)
        sheets = [body for kind, body in _records(stream, 0) if kind == _BOUNDSHEET]
        return [_sheet(stream, body) for body in sheets if body[5] == _WORKSHEET]
    except (struct.error, LookupError, ValueError):
        raise UnreadableError("工作簿不完整或已损坏，没有传完", _TORN) from None


def _workbook_stream(data: bytes) -> bytes:
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    directory, cutoff, mini_fat_start, _, more = struct.unpack_from("<I4xIIII", data, 48)
    size = 1 << shift
    sectors = list(struct.unpack_from(f"<{_HEADER_FAT_ENTRIES}I", data, 76))
    while more < _LAST_SECTOR and len(sectors) * size <= len(data):
        *numbers, more = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        sectors += numbers
    places = [(number + 1) * size for number in sectors if number < _LAST_SECTOR]
    fat = b"".join(data[place : place + size] for place in places)
    entries = _chain(data, fat, directory, size, size)
    start, length = _directory_entry(entries)
    if length >= cutoff:
        return _whole(_chain(data, fat, start, size, size), length)
    (root,) = struct.unpack_from("<I", entries, _ENTRY_START)
    minis, mini_fat = _chain(data, fat, root, size, size), _chain(data, fat, mini_fat_start, size, size)
    return _whole(_chain(minis, mini_fat, start, 1 << mini_shift, 0), length)


def _directory_entry(entries: bytes) -> tuple[int, int]:
    for at in range(0, len(entries), _ENTRY_BYTES):
        (name_bytes,) = struct.unpack_from("<H", entries, at + 64)
        if entries[at : at + max(name_bytes - 2, 0)].decode("utf-16-le", "replace") in {"Workbook", "Book"}:
            start, length = struct.unpack_from("<II", entries, at + _ENTRY_START)
            return start, length
    raise UnreadableError("文件不是 Excel 工作簿（可能是 Word 文档）", REPAIR)


def _whole(stream: bytes, length: int) -> bytes:
    if len(stream) < length:
        raise IndexError(length)
    return stream[:length]


def _chain(data: bytes, fat: bytes, number: int, size: int, offset: int) -> bytes:
    parts: list[bytes] = []
    while number < _LAST_SECTOR:
        at = number * size + offset
        if at >= len(data) or len(parts) * size > len(data):
            raise IndexError(number)
        parts.append(data[at : at + size])
        (number,) = struct.unpack_from("<I", fat, number * 4)
    return b"".join(parts)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of the substream that begins at `at`, up to its end; raises UnreadableError for an encrypted one."""
    while True:
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _FILEPASS:
            raise UnreadableError("文件带密码，打不开", "请取消密码后重新报送")
        if kind == _EOF:
            return
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheet(stream: bytes, about: bytes) -> Sheet:
    (start,) = struct.unpack_from("<I", about)
    name = about[8:].decode("utf-16-le" if about[7] & 1 else "latin-1", "replace")
    rows = columns = 0
    errors = {}
    for kind, body in _records(stream, start):
        if kind == _DIMENSIONS:
            first_row, end_row, first_column, end_column = struct.unpack_from(_DIMENSIONS_FORMS[len(body)], body)
            if first_row > end_row or first_column > end_column:
                raise ValueError("the sheet ends before it begins")
            rows, columns = max(rows, end_row), max(columns, end_column)
        if kind not in _CELL_RECORDS:
            continue
        row, column = place = struct.unpack_from("<HH", body)
        last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind in _MULTIPLE_RECORDS else column
        rows, columns = max(rows, row + 1), max(columns, last + 1)
        if kind == _BOOLERR and body[7]:
            errors[place] = _ERRORS.get(body[6], "#N/A")
        elif kind == _FORMULA and struct.unpack_from("<B5xH", body, 6) == (_ERROR_RESULT, _NOT_A_NUMBER):
            errors[place] = _ERRORS.get(body[8], "#N/A")
    return Sheet(name, rows, columns, errors=errors)
