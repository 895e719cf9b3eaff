"""The receipt that goes back to a sender: what was sent with its faulty cells marked, and a sheet that sums up."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from boards.receipt_sheets import as_sent, is_small, name_of
from boards.receipt_told import own_places, place_of, titled
from boards.workbooks import Column, Table, add_table, put
from schemas.receipts import CHECK_IT, EXCERPT_SHEET, REMEDY, RETURNED, SUMMARY_SHEET
from sources.sent import Sent
from sources.tables import Region

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_LISTED = 5_000
"""Rejections that the workbook shows; the JSON file has all."""
MAX_LINES = 2_000
"""Lines of platform events that are shown whole; of more, the faulty ones."""
_MARK, _HEADING = "FFFFC7CE", "FFFFE699"
_WIDTHS = {RETURNED: 24, REMEDY: 60}
_LISTED = (
    Column("行", 8), Column("单元格", 12), Column("列", 20), Column("填的值", 20), Column("原因", 18),
    Column(REMEDY, 60), Column("现状", 24),
)  # fmt: skip
_HOW = "怎么改：直接在标红的格里改，存成原来的文件名报送。“退回原因”“修改办法”两列和“回执”这张表不用删，系统不读"
_NOT_HERE = "表太大，这里只列有问题的行。请在原来的文件里改，不要把本回执报回来"
_Faults = Mapping[int, Sequence[Mapping[str, Any]]]


def receipt_book(data: bytes, sent: Sent, told: Mapping[str, Any]) -> bytes:
    """The workbook of a receipt: the sheets that were sent, cells in their places, then the one that sums up.

    `data` is the file, `sent` how it was read, `told` what the receipt says. Beside a faulty row stand its reasons and
    remedies. Of tables and event files that are too large, and of files that are no table, only faulty rows are shown.
    """
    from openpyxl import Workbook

    faults = _open_by_row(told)
    is_whole = bool(sent.tables) and is_small(sent.tables, bool(faults))
    book = as_sent(data, sent.tables) if is_whole else Workbook()
    if not is_whole:
        book.remove(book.worksheets[0])
    for name in (SUMMARY_SHEET, EXCERPT_SHEET):
        if name in book.sheetnames:
            book.remove(book[name])
    if is_whole and sent.region is not None:
        _mark(book[name_of(sent.region.table)], sent.region, faults)
        book.active = book.sheetnames.index(name_of(sent.region.table))
    elif excerpt := _excerpt(sent, faults):
        add_table(book, excerpt)
    _sum_up(book, told, is_whole)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def receipt_json(told: Mapping[str, Any]) -> bytes:
    """The receipt for programs."""
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _open_by_row(told: Mapping[str, Any]) -> _Faults:
    found = defaultdict(list)
    for rejection in told["rejections"][:MAX_LISTED]:
        if rejection["resolved_by"] is None and rejection["row"]:
            found[rejection["row"]].append(rejection)
    return dict(found)


def _mark(sheet: Worksheet, region: Region, faults: _Faults) -> None:
    """Marks the faulty cells, and puts beside their rows what is wrong; marks of a former receipt go."""
    from openpyxl.styles import PatternFill

    own, beside = own_places(region), _beside(sheet, region)
    _unmark(sheet, region, own, beside)
    if not faults:
        return
    header = region.header + 1
    for name, place in beside.items():
        _put_beside(sheet, header, place, name, _HEADING)
        _widen(sheet, place, _WIDTHS[name])
    red = PatternFill("solid", fgColor=_MARK)
    for number, found in faults.items():
        sheet.row_dimensions[number].hidden = False
        places = {place_of(one["column"], region) for one in found}
        for place in own if None in places else sorted(place for place in places if place is not None):
            sheet.cell(number, place + 1).fill = red
        _put_beside(sheet, number, beside[RETURNED], _reasons(found))
        _put_beside(sheet, number, beside[REMEDY], "\n".join(one["message"] for one in found))


def _beside(sheet: Worksheet, region: Region) -> dict[str, int]:
    """Where the two columns beside the table are: where a former receipt has them, else right of everything."""
    if RETURNED in region.headings and REMEDY in region.headings:
        return {name: region.headings.index(name) for name in (RETURNED, REMEDY)}
    widths = (max((place for place, cell in enumerate(row, 1) if cell), default=0) for row in region.table.rows)
    right = max(*widths, *(merged.max_col for merged in sheet.merged_cells.ranges), len(region.headings))
    return {RETURNED: right, REMEDY: right + 1}


def _unmark(sheet: Worksheet, region: Region, own: Sequence[int], beside: Mapping[str, int]) -> None:
    from openpyxl.styles import PatternFill

    if RETURNED not in region.headings:
        return
    for number in range(region.header + 1, len(region.table.rows) + 1):
        for place in beside.values():
            sheet.cell(number, place + 1).value = None
        for place in own:
            cell = sheet.cell(number, place + 1)
            if cell.fill.fgColor.rgb == _MARK:
                cell.fill = PatternFill()


def _put_beside(sheet: Worksheet, number: int, place: int, text: str, fill: str = "") -> None:
    from openpyxl.styles import Alignment, PatternFill

    cell: Any = sheet.cell(number, place + 1)
    put(cell, text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)


def _widen(sheet: Worksheet, place: int, width: int) -> None:
    """Sets a column's width; one that the sender's sheet sets together with others stays, or the sheet would break."""
    from openpyxl.utils import get_column_letter

    number = place + 1
    if not any((known.min or 0) <= number <= (known.max or 0) for known in sheet.column_dimensions.values()):
        sheet.column_dimensions[get_column_letter(number)].width = width


def _reasons(found: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong in a row; where several cells are, each by its column."""
    if len(found) == 1:
        return str(found[0]["title"])
    return "\n".join(f"“{one['column']}”{one['title']}" for one in found)


def _excerpt(sent: Sent, faults: _Faults) -> Table | None:
    """The faulty rows of what is too large to be shown, or the lines of platform events."""
    reasons = [Column(name, width) for name, width in _WIDTHS.items()]
    if sent.lines:
        columns = [Column("行号", 8), Column("事件编号", 24), Column("原文", 80), *reasons]
        return Table(EXCERPT_SHEET, columns, _lines(sent.lines, faults))
    if sent.region is None:
        return None
    headings = [Column(sent.region.headings[place]) for place in own_places(sent.region)]
    return Table(EXCERPT_SHEET, [Column("行号", 8), *headings, *reasons], _rows(sent.region, faults), (_NOT_HERE,))


def _lines(lines: Sequence[bytes], faults: _Faults) -> Iterator[list[Any]]:
    shown = range(1, len(lines) + 1) if len(lines) <= MAX_LINES else sorted(faults)
    for number in shown:
        line = lines[number - 1]
        if line.strip():
            yield [number, _event_id(line), line.decode(errors="replace"), *_answers(faults.get(number, ()))]


def _rows(region: Region, faults: _Faults) -> Iterator[list[Any]]:
    own = own_places(region)
    for number in sorted(faults):
        row = region.table.rows[number - 1]
        yield [number, *(row[place] if place < len(row) else "" for place in own), *_answers(faults[number])]


def _answers(found: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_reasons(found), "\n".join(one["message"] for one in found)] if found else ["", ""]


def _event_id(line: bytes) -> str:
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return ""
    return str(event.get("event_id", "")) if isinstance(event, dict) else ""


def _sum_up(book: Workbook, told: Mapping[str, Any], is_whole: bool) -> None:
    rows = [
        [one["row"] or "", one["cell"], one["column"], one["value"], one["title"], one["message"],
         one["resolution"] or "未解决"]
        for one in told["rejections"][:MAX_LISTED]
    ]  # fmt: skip
    add_table(book, Table(SUMMARY_SHEET, _LISTED, rows, tuple(_lines_above(told, is_whole))))


def _lines_above(told: Mapping[str, Any], is_whole: bool) -> Iterator[str]:
    yield f"回执：{told['file']}"
    yield f"{titled(told)}；{told['received_at']}收到；批次{told['batch_id']}"
    if told["status"] == "refused":
        yield f"拒收，整个文件没有读：{told['note']}"
    else:
        counted = (
            f"{name}{told[key]}" for name, key in (("采纳", "accepted"), ("退回", "rejected"), ("略去", "ignored"))
        )
        yield f"收到{told['received']} = {' + '.join(counted)}"
        yield from (f"提示：{note}" for note in told["note"].split("；") if note)
    yield from _totals_above(told["totals"])
    for former in told["replaces"]:
        was = "拒收" if former["status"] == "refused" else f"退回{former['rejections']}条"
        yield (
            f"替换了{former['received_at']}收到的一份：原来{was}，"
            f"已改正{former['mended']}条，仍有{len(former['standing'])}条"
        )
        yield from (
            f"　仍没有改正：原第{one['row']}行“{one['column']}”填的“{one['value']}”"
            for one in former["standing"][:MAX_LISTED]
        )
    if len(told["rejections"]) > MAX_LISTED:
        yield f"退回共{len(told['rejections'])}条，这里列出前{MAX_LISTED}条，全部见同名的 .json 文件"
    if is_whole and told["rejection_count"] > told["resolved_count"]:
        yield _HOW


def _totals_above(totals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if totals:
        wrong = sum(not total["agrees"] for total in totals)
        yield f"核对表中的合计、共计{len(totals)}处：" + (f"{wrong}处不一致，见提示，{CHECK_IT}" if wrong else "都一致")
