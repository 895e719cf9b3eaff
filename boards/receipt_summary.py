"""The sheet of a receipt that sums up: what became of the file, what is to be mended and how, every fault in a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from boards.receipt_told import titled
from boards.workbooks import Column, Table, add_table, fit_heights, font, put
from schemas.receipts import CHECK_IT, REMEDY, SUMMARY_SHEET
from schemas.texts import quoted

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_LISTED = 5_000
"""Rejections that the workbook shows; the JSON file has all."""
_LISTED = (
    Column("行", 8), Column("单元格", 12), Column("列", 20), Column("填的值", 20), Column("原因", 18),
    Column(REMEDY, 60), Column("现状", 24),
)  # fmt: skip
_CELL = 2
"""The column that leads to the cell."""
_LINK = "FF0563C1"
_XLSX = ".xlsx"
_WIDTH_ALONE = 100


def sum_up(book: Workbook, told: Mapping[str, Any], data_sheet: str | None) -> None:
    """Adds the sheet; its cells lead to those of `data_sheet`, None where what was sent is not shown whole."""
    above = tuple(_lines_above(told, data_sheet is not None))
    listed = [*told["rejections"][:MAX_LISTED], *told["formulas"][:MAX_LISTED]]
    if not listed:
        _put_lines(book.create_sheet(SUMMARY_SHEET), above)
        return
    rows = [
        [one["row"] or "", one["cell"], one["column"], one["value"], one["title"], one["message"],
         one["resolution"] or "未解决"]
        for one in listed
    ]  # fmt: skip
    sheet = add_table(book, Table(SUMMARY_SHEET, _LISTED, rows, above))
    if data_sheet is not None:
        for number, one in enumerate(listed, start=len(above) + 2):
            _lead(sheet, number, data_sheet, one["cell"])


def _put_lines(sheet: Worksheet, lines: Sequence[str]) -> None:
    """The lines alone, where there is nothing to list."""
    from openpyxl.styles import Alignment

    sheet.column_dimensions["A"].width = _WIDTH_ALONE
    for number, text in enumerate(lines, start=1):
        cell: Any = sheet.cell(number, 1)
        put(cell, text)
        cell.font = font(size=14, bold=True) if number == 1 else font()
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    fit_heights(sheet, 1, len(lines))


def _lead(sheet: Worksheet, number: int, data_sheet: str, place: str) -> None:
    """Makes the listed cell lead to where it is in the sheet that was sent, inside the workbook alone."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    if place:
        cell: Any = sheet.cell(number, _CELL)
        name = data_sheet.replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{place}")
        cell.font = font(color=_LINK)


def _lines_above(told: Mapping[str, Any], is_whole: bool) -> Iterator[str]:
    yield f"回执：{told['file']}"
    yield f"{titled(told)}；{told['received_at']}收到；批次{told['batch_id']}"
    if told["status"] == "refused":
        yield f"拒收，整个文件没有读：{told['note']}"
    else:
        yield _counted(told)
        yield _to_mend(told)
        yield from (f"提示：{note}" for note in told["note"].split("；") if note)
    yield from _totals_above(told["totals"])
    for former in told["replaces"]:
        yield from _replaced(former)
    if len(told["rejections"]) > MAX_LISTED:
        yield f"退回共{len(told['rejections'])}处，这里列出前{MAX_LISTED}处，全部见同名的 .json 文件"
    if is_whole and told["status"] != "refused" and told["rejection_count"] > told["resolved_count"]:
        yield _how(told["file"])


def _counted(told: Mapping[str, Any]) -> str:
    """What became of the records, in what its sender can count: the filled cells of a department's table, else rows."""
    unit = "格" if told["kind"] == "submissions" else "条"
    rows = f"（{told['rows']}行）" if told["kind"] == "submissions" and told["rows"] is not None else ""
    parts = (f"{name}{told[key]}{unit}" for name, key in _PARTS)
    return f"收到{told['received']}{unit}{rows} = {' + '.join(parts)}"


_PARTS = (("采纳", "accepted"), ("退回", "rejected"), ("略去", "ignored"))


def _to_mend(told: Mapping[str, Any]) -> str:
    if not told["rejection_count"]:
        return "全部采纳，不用再改"
    still = told["rejection_count"] - told["resolved_count"]
    if not still:
        return f"退回的{told['rejection_count']}处都已解决，不用再改"
    return f"要改的有{still}处，列在下面"


def _totals_above(totals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if totals:
        wrong = sum(not total["agrees"] for total in totals)
        yield f"核对表中的合计、共计{len(totals)}处：" + (f"{wrong}处不一致，见提示，{CHECK_IT}" if wrong else "都一致")


def _replaced(former: Mapping[str, Any]) -> Iterator[str]:
    """What became of a former delivery's faults; nothing of one that had none."""
    if former["status"] == "refused":
        yield f"{former['received_at']}收到的一份拒收，没有读。上次拒收的原因：{former['note']}"
        return
    if not former["rejections"]:
        return
    tried = sum(one["value"] != one["was"] for one in former["standing"])
    parts = (
        f"已改正{former['mended']}处",
        f"改过仍不对{tried}处" if tried else "",
        f"没有改{len(former['standing']) - tried}处" if tried < len(former["standing"]) else "",
    )
    yield f"替换了{former['received_at']}收到的一份：原来退回{former['rejections']}处，{'，'.join(filter(None, parts))}"
    for one in former["standing"][:MAX_LISTED]:
        where = f"第{one['row']}行{quoted(one['column'])}"
        if one["value"] == one["was"]:
            yield f"　没有改：{where}{_filled(one['value'], '还是')}"
        else:
            yield f"　改过，仍不对：{where}原来{_filled(one['was'])}，现在{_filled(one['value'])}"


def _filled(value: str, still: str = "") -> str:
    return f"填的{still}{quoted(value)}" if value else f"{still}没有填"


def _how(file: str) -> str:
    """How to mend the file in its receipt; one that is no xlsx has to make way for the mended one."""
    name = PurePosixPath(file).name
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix
    if ending.lower() == _XLSX:
        saved = f"存成原来的文件名“{name}”报送"
    else:
        saved = f"存成“{stem}{_XLSX}”报送，并把收件箱里的“{name}”拿走"
    return f"怎么改：直接在标红的格里改，{saved}。“退回原因”“修改办法”两列和“回执”这张表不用删，系统不读"
