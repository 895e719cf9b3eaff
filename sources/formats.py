"""The tables of a file by what it is, whatever its name ends in: CSV, xlsx, xls or Parquet."""

from __future__ import annotations

from schemas.texts import BLANKS
from sources import biff, ooxml, parquet
from sources.delimited import read_csv
from sources.delivery import UnreadableError
from sources.tables import Table
from sources.text import UTF8_MARK, from_utf16
from sources.workbook import read_workbook

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OTHERS = (
    (b"%PDF", "PDF"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")
_HEAD_BYTES = 512


def check_not_blank(data: bytes) -> None:
    """Raises UnreadableError for a file without bytes, or of blanks alone."""
    if not data:
        raise UnreadableError("文件是空的（0 字节）", "请确认导出成功后重新报送")
    if not data.removeprefix(UTF8_MARK).strip(BLANKS.encode("ascii", "ignore")):
        raise UnreadableError("文件是空白的，一个字也没有", "请确认导出成功后重新报送")


def read_tables(data: bytes) -> list[Table]:
    """The sheets of a workbook, or the one table of a CSV or Parquet file. Raises UnreadableError for any other."""
    check_not_blank(data)
    if data.startswith(_ZIP):
        return read_workbook(data, ooxml.inspect(data))
    if data.startswith(biff.SIGNATURE):
        return read_workbook(data, biff.inspect(data))
    if data.startswith(parquet.SIGNATURE):
        return [parquet.read_parquet(data)]
    data = from_utf16(data)
    _refuse_others(data)
    return [read_csv(data)]


def _refuse_others(data: bytes) -> None:
    remedy = "请报送 xlsx 或 CSV 表格（网页格式的可用 Excel 打开后另存）"
    for mark, name in _OTHERS:
        if data.startswith(mark):
            raise UnreadableError(f"文件是 {name}，不是表格", remedy)
    if data[:_HEAD_BYTES].removeprefix(UTF8_MARK).lstrip().lower().startswith(_MARKUP):
        raise UnreadableError("文件是网页或 XML，不是表格（有的系统把网页存成 .xls）", remedy)
