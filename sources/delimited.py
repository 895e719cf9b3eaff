"""CSV files as tables: every record kept with its place, quotes checked."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice

from sources.delivery import UnreadableError
from sources.tables import Table
from sources.text import decode

_FIRST_LINES = 50
"""Lines among which the header is."""
_QUOTED = re.compile(r'"[^"]*"')
_QUOTES = "请检查英文双引号是否成对，或从系统重新导出"


def read_csv(data: bytes) -> Table:
    """The records of a CSV file (RFC 4180), a quoted line break inside its record; or of one with tabs for commas.

    Cells are separated by tabs where the line with the most cells, of the first ones, has tabs and no commas. A
    record whose quotes are wrong inside one line is a fault of that record. Raises UnreadableError where a quote runs
    over lines and never closes properly, for no text would be certain after it, and for what `decode` refuses.
    """
    text = decode(data)
    if "\x00" in text:
        raise UnreadableError("文件里有空字符，内容已损坏", "请从系统重新导出")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[list[str]] = []
    faults: list[tuple[int, str]] = []
    line = 0
    while True:
        line = reader.line_num
        try:
            rows.append(next(reader))
        except StopIteration:
            break
        except csv.Error as error:
            if reader.line_num > line + 1 or "expected after" not in str(error):
                raise UnreadableError(
                    f"第 {len(rows) + 1} 条记录（第 {line + 1} 行）起的引号没有闭合", _QUOTES
                ) from None
            faults.append((len(rows), "引号不成对；内容里的双引号须写两遍，并整格用英文双引号括起"))
            rows.append([])
    return Table(rows, is_delimited=True, ends_complete=text.endswith(("\n", "\r")), faults=tuple(faults))


def _delimiter(text: str) -> str:
    lines = (_QUOTED.sub("", line) for line in islice(io.StringIO(text), _FIRST_LINES))
    header = max(lines, key=lambda line: max(line.count("\t"), line.count(",")), default="")
    return "\t" if "\t" in header and "," not in header else ","
