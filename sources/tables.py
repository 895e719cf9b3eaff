"""Tables as delivered: the sheets of a file as rows of text, its header row, and the data rows under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.receipts import EXCERPT_SHEET, OWN_SHEETS, REMEDY, RETURNED, SUMMARY_SHEET
from schemas.texts import BLANKS, heading_key, quoted
from sources.delivery import UnreadableError
from sources.text import join

Row = Sequence[str]
Rectangle = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell, inclusive, as (row, column) counted from 0."""
_HEADER_SOUGHT = 30
"""Rows of a table among which the one that looks most like a header is sought."""
_LEAST_NAMES = 2
_LONGEST_NAME = 30
_CELLS_NAMED = 20


@dataclass(frozen=True)
class Table:
    """One sheet, or a CSV file: its rows from the first on, so that a row's number is its position plus 1.

    `faults` says by position why a row could not be read; `uncomputed` are cells with a formula but no value, `merged`
    the ranges of merged cells.
    """

    rows: Sequence[Row]
    name: str | None = None
    is_delimited: bool = False
    ends_complete: bool = True
    faults: tuple[tuple[int, str], ...] = ()
    uncomputed: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[Rectangle, ...] = ()


@dataclass(frozen=True)
class Region:
    """A header row and the data rows under it, as wide as the header, with their numbers counted from 1.

    `header` is the position of the header row. `faults` says by row number why a row cannot be read (it is not among
    `rows`), `set_aside` how many rows were not data, by a Chinese label; `remarks` are the totals and notes among them,
    by row number.
    """

    table: Table
    header: int
    titles: tuple[str, ...]
    headings: tuple[str, ...]
    rows: list[Row]
    row_numbers: list[int]
    faults: dict[int, str]
    set_aside: dict[str, int]
    remarks: dict[int, Row]

    def column(self, place: int) -> list[str]:
        """The cells of one column."""
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Located:
    """The table of a file, and the names of the sheets left unread."""

    region: Region
    other_sheets: tuple[str, ...]


def is_blank(row: Row) -> bool:
    """Whether no cell of the row has anything in it."""
    return not any(cell.strip(BLANKS) for cell in row)


def find_header(table: Table, is_header: Callable[[Row], bool]) -> int | None:
    """Position of the first row that is a header, None where there is none."""
    return next((n for n, row in enumerate(table.rows) if is_header(row)), None)


def choose(
    tables: Sequence[Table], is_header: Callable[[Row], bool], wanted: str | None
) -> tuple[Table, int, tuple[str, ...]]:
    """The one table to read, the position of its header row, and the names of the sheets left unread.

    The sheet `wanted` where one is named, else the one with a header row and something under it. What a receipt has
    added is passed over; sheets that the product itself adds are not named. Raises UnreadableError where there is no
    header row, or where two sheets could be meant.
    """
    tables = _without_receipt(tables)
    if wanted is not None and any(table.name for table in tables):
        named = [table for table in tables if table.name == wanted]
        if not named:
            names = join(table.name or "" for table in tables)
            raise UnreadableError(f"没有工作表“{wanted}”", f"现有工作表{names}，请把数据表改回原名")
        tables = named
    if all(is_blank(row) for table in tables for row in table.rows):
        raise UnreadableError("文件是空白的，一个字也没有", "请确认导出成功后重新报送")
    headers = [(table, header) for table in tables if (header := find_header(table, is_header)) is not None]
    if not headers:
        raise _no_header(tables)
    filled = [(table, header) for table, header in headers if not all(map(is_blank, table.rows[header + 1 :]))]
    if len(filled) > 1:
        names = join(table.name or "" for table, _ in filled)
        raise UnreadableError(f"工作表{names}都有表头和数据，无法判断读哪一个", "请只保留要报送的一个工作表")
    table, header = (filled or headers)[0]
    others = (other.name for other in tables if other is not table)
    return table, header, tuple(name for name in others if name and name not in OWN_SHEETS)


def region(
    table: Table,
    header: int,
    is_header: Callable[[Row], bool],
    is_remark: Callable[[Row], bool] = lambda _: False,
) -> Region:
    """The data under the header at position `header`; remarks and repeated headers are counted and set aside.

    Raises UnreadableError for a delimited file that breaks off inside its last record, and for a second header that
    differs from the first.
    """
    headings = table.rows[header]
    width = max(place for place, cell in enumerate(headings, start=1) if cell.strip(BLANKS))
    first = next(place for place, cell in enumerate(headings) if cell.strip(BLANKS))
    faults = {position + 1: fault for position, fault in table.faults if position > header}
    rows, numbers, set_aside, remarks = [], [], Counter[str](), dict[int, Row]()
    for number, row in enumerate(table.rows[header + 1 :], start=header + 2):
        if is_blank(row):
            continue
        if is_remark(row):
            set_aside["合计、说明行"] += 1
            remarks[number] = row
        elif row[first : first + 1] == headings[first : first + 1] and is_header(row):
            _refuse_other_header(headings, row, number)
            set_aside["重复的表头行"] += 1
        elif table.is_delimited and (fault := _width_fault(row, width, len(headings))):
            faults[number] = fault
        else:
            rows.append(row)
            numbers.append(number)
    if len(table.rows) in faults and not table.ends_complete and len(table.rows[-1]) < width:
        raise UnreadableError(f"最后一条（第 {len(table.rows)} 条）记录不完整，文件没有传完", "请重新导出并完整上传")
    titles = tuple(cell.strip(BLANKS) for row in table.rows[:header] for cell in row if cell.strip(BLANKS))
    names = tuple(cell.strip(BLANKS) for cell in headings[:width])
    return Region(table, header, titles, names, rows, numbers, faults, dict(set_aside), remarks)


def check_cells(found: Region, places: Sequence[int]) -> None:
    """Raises UnreadableError for cells of data rows in the columns `places` that a reader would silently see empty."""
    data, columns = {number - 1 for number in found.row_numbers}, set(places)
    uncomputed = sorted((row, column) for row, column in found.table.uncomputed if row in data and column in columns)
    if uncomputed:
        cells = "、".join(cell_name(row, column) for row, column in uncomputed[:_CELLS_NAMED])
        more = f"等 {len(uncomputed)} 个" if len(uncomputed) > _CELLS_NAMED else ""
        raise UnreadableError(
            f"单元格 {cells} {more}是公式，没有保存计算结果",
            "请用 Excel 或 WPS 打开、重新计算后保存，或把公式粘贴为数值",
        )
    for (top, left), (bottom, right) in found.table.merged:
        if data.intersection(range(top, bottom + 1)) and columns.intersection(range(left, right + 1)):
            raise UnreadableError(
                f"第 {top + 1} 至 {bottom + 1} 行有合并单元格，除第一格外都会读成空白",
                "请取消合并，在每一行分别填写",
            )


def cell_name(row: int, column: int) -> str:
    """A cell, counted from 0, as spreadsheets name it: E4."""
    letters, place = "", column + 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def _no_header(tables: Sequence[Table]) -> UnreadableError:
    """That there is no header row, with the row that looks most like one."""
    remedy = "请保留规定模板的表头（各列名称）"
    if all(table.is_delimited for table in tables):
        remedy += "；CSV 文件须用英文逗号或制表符分隔"
    rows = [(number, row) for table in tables for number, row in enumerate(table.rows[:_HEADER_SOUGHT], start=1)]
    number, likely = max(rows, key=lambda numbered: _names_in(numbered[1]), default=(0, ()))
    if _names_in(likely) < _LEAST_NAMES:
        return UnreadableError("找不到表头行", remedy)
    first = next(cell for cell in likely if cell.strip(BLANKS)).strip(BLANKS)
    return UnreadableError(
        f"找不到表头行，最像表头的是第 {number} 行（第一格是{quoted(first[:_LONGEST_NAME])}），但与规定模板不同", remedy
    )


def _names_in(row: Row) -> int:
    """How many cells of a row could be headings: they are short, and no numbers."""
    texts = (heading_key(cell) for cell in row)
    return sum(0 < len(text) <= _LONGEST_NAME and not any(map(str.isdigit, text)) for text in texts)


def _without_receipt(tables: Sequence[Table]) -> Sequence[Table]:
    sent = [table for table in tables if table.name not in (SUMMARY_SHEET, EXCERPT_SHEET)]
    if tables and not sent:
        raise UnreadableError(
            f"只有工作表“{tables[0].name}”，这是系统回执的一部分，不是报送的表格",
            "请在原来的文件里改正后重新报送；如果不是回执，请给工作表另取一个名字",
        )
    return sent


def _own_headings(row: Row) -> list[str]:
    return [key for cell in row if (key := heading_key(cell)) and key not in (RETURNED, REMEDY)]


def _refuse_other_header(header: Row, row: Row, number: int) -> None:
    if _own_headings(row) != _own_headings(header):
        raise UnreadableError(f"第 {number} 行又出现一个不同的表头", "请把两个表格分成两个文件，或合并为一个表格")


def _width_fault(row: Row, width: int, header_cells: int) -> str | None:
    if width <= len(row) and is_blank(row[header_cells:]):
        return None
    return f"这条记录有 {len(row)} 格，表头有 {width} 列；内容里有逗号、制表符或换行的，须整格用英文双引号括起"
