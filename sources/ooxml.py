"""A look into an xlsx file before it is parsed: torn, encrypted, absurdly large, far cells, formulas, error values."""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
import zlib

from sources.delivery import UnreadableError
from sources.workbook import REPAIR, Sheet

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
_LETTERS = 26
_ENCRYPTED = 0x1
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_UNPLACED_CELL = re.compile(rb"<(?:\w+:)?c(?![^>]*\sr\s*=)[\s>/]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_CELL = re.compile(rb"<(?:\w+:)?c((?:\s[^>]*?)?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_ERROR_TYPE = re.compile(rb"""\st=["']e["']""")
_TEXT_TYPE = re.compile(rb"""\st=["']str["']""")
_TORN = "请重新导出并完整上传"


def inspect(data: bytes) -> list[Sheet]:
    """What each worksheet of the xlsx file spans and holds, in the workbook's order.

    Raises UnreadableError for a broken or encrypted zip, one that unpacks to more than MAX_UNPACKED_BYTES, and one that
    holds something else than an xlsx workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_entries(package)
            return [_sheet(name, package.read(part)) for name, part in _parts(package)]
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError, ValueError):
        raise UnreadableError("工作簿不完整或已损坏，没有传完", _TORN) from None


def _check_entries(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnreadableError("文件带密码，打不开", "请取消密码后重新报送")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise UnreadableError(
            f"工作簿解压后超过 {MAX_UNPACKED_BYTES >> 20} MB，远远超出正常大小",
            "请删除数据区以外的行、列、图片和多余工作表，保存后重新报送",
        )
    if broken := package.testzip():
        raise zipfile.BadZipFile(broken)


def _parts(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    names = set(package.namelist())
    book = next((name for name in sorted(names) if name.lower().endswith("xl/workbook.xml")), None)
    if book is None:
        raise UnreadableError("文件不是 xlsx 工作簿（可能是 xlsb、ods、Word 或压缩包）", REPAIR)
    folder, file = posixpath.split(book)
    relations = package.read(posixpath.join(folder, "_rels", f"{file}.rels")).decode()
    parts = {
        relation.get("Id", ""): posixpath.normpath(posixpath.join(folder, relation.get("Target", ""))).lstrip("/")
        for relation in map(_attributes, _RELATION.findall(relations))
        if relation.get("Type", "").endswith("/worksheet")
    }
    sheets = map(_attributes, _SHEET.findall(package.read(book).decode("utf-8-sig")))
    return [(sheet.get("name", ""), parts[key]) for sheet in sheets if (key := _relation_id(sheet)) in parts]


def _attributes(tag: str) -> dict[str, str]:
    return {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}


def _relation_id(sheet: dict[str, str]) -> str:
    return next((value for name, value in sheet.items() if name.endswith(":id")), "")


def _sheet(name: str, xml: bytes) -> Sheet:
    references = _REFERENCE.findall(xml)
    rows = max((int(number) for _, number in references), default=0)
    columns = max((_column(letters) for letters in {letters for letters, _ in references}), default=0)
    if _UNPLACED_CELL.search(xml):
        columns = max(columns, *(len(_UNPLACED_CELL.findall(row)) for row in _ROW.split(xml)))
    has_formulas, has_errors = _FORMULA.search(xml) is not None, _ERROR_TYPE.search(xml) is not None
    formulas, errors = set(), {}
    for attributes, inside in _CELL.findall(xml) if has_formulas or has_errors else ():
        at = _REFERENCE.search(attributes)
        if at is None:
            continue
        place = int(at[2]) - 1, _column(at[1]) - 1
        value = _VALUE.search(inside)
        if value is None and _FORMULA.search(inside) and not _TEXT_TYPE.search(attributes):
            formulas.add(place)
        elif value is not None and _ERROR_TYPE.search(attributes):
            errors[place] = value[1].decode()
    return Sheet(name, max(rows, len(_ROW.findall(xml))), columns, frozenset(formulas), errors)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * _LETTERS + letter - ord("A") + 1
    return number
