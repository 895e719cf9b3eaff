"""The marks of a receipt on the sheet that was sent: faulty cells red, and beside them why and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from boards.receipt_told import own_places, place_of, surplus_places
from boards.workbooks import fit_heights, font, put
from schemas.receipts import CHECK_IT, REMEDY, RETURNED
from schemas.texts import quoted
from sources.tables import Region

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Faults = Mapping[int, Sequence[Mapping[str, Any]]]
"""What is wrong, by the number of the row."""
WIDTHS = {RETURNED: 24, REMEDY: 60}
_MARK, _DOUBT, _HEADING = "FFFFC7CE", "FFFFEB9C", "FFFFE699"
_DISAGREES = "合计不一致（只是提示）"
_FROZEN = ("frozen", "frozenSplit")
_ROWS_ABOVE, _PLACES_LEFT = 3, 8
"""Rows and columns that stay in sight before the first faulty cell."""


def mark(sheet: Worksheet, region: Region, faults: Faults, totals: Sequence[Mapping[str, Any]]) -> None:
    """Marks the faulty cells, and totals that do not agree; beside their rows stands why. A former receipt's marks go.

    Hidden rows and columns that hold any of this are shown, and the sheet opens at the first of it.
    """
    own, beside = own_places(region), _beside(sheet, region)
    _unmark(sheet, region, own, beside)
    doubts = [total for total in totals if total["row"] and not total["agrees"]]
    if not faults and not doubts:
        return
    for name, place in beside.items():
        _put_beside(sheet, region.header + 1, place, name, _HEADING)
        _show_column(sheet, place, WIDTHS[name])
    marked = [cell for number, found in faults.items() for cell in _mark_row(sheet, region, number, found, beside)]
    marked += [_mark_total(sheet, region, total, beside) for total in doubts]
    for number, place in marked:
        sheet.row_dimensions[number].hidden = False
        _show_column(sheet, place)
    for number in {number for number, _ in marked}:
        fit_heights(sheet, number, number)
    open_at(sheet, *min(marked))


def reasons(found: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong in a row; where several cells are, each by its column."""
    if len(found) == 1:
        return str(found[0]["title"])
    return "\n".join(f"{quoted(one['column'])}{one['title']}" for one in found)


def remedies(found: Sequence[Mapping[str, Any]]) -> str:
    """What to do about a row, a line for each of its faults."""
    return "\n".join(one["message"] for one in found)


def open_at(sheet: Worksheet, number: int, place: int) -> None:
    """Makes the sheet open with the cell chosen and in sight; `place` counts columns from 0."""
    from openpyxl.utils import get_column_letter

    view = sheet.sheet_view
    chosen = f"{get_column_letter(place + 1)}{number}"
    for selection in view.selection:
        selection.activeCell = selection.sqref = chosen
    row, column = number - _ROWS_ABOVE, place - _PLACES_LEFT
    if view.pane is None:
        view.topLeftCell = f"{get_column_letter(max(column, 0) + 1)}{max(row, 1)}"
    elif view.pane.state in _FROZEN:
        row, column = max(row, int(view.pane.ySplit or 0) + 1), max(column, int(view.pane.xSplit or 0))
        view.pane.topLeftCell = f"{get_column_letter(column + 1)}{row}"


def _mark_row(
    sheet: Worksheet, region: Region, number: int, found: Sequence[Mapping[str, Any]], beside: Mapping[str, int]
) -> list[tuple[int, int]]:
    """Marks the faults of a row; the marked cells, by row and column."""
    places = {place_of(one["column"], region) for one in found}
    if None in places:
        wrong = [*own_places(region), *surplus_places(region, number)]
    else:
        wrong = sorted(place for place in places if place is not None)
    for place in wrong:
        _fill(sheet, number, place, _MARK)
    _put_beside(sheet, number, beside[RETURNED], reasons(found))
    _put_beside(sheet, number, beside[REMEDY], remedies(found))
    return [(number, place) for place in wrong]


def _mark_total(
    sheet: Worksheet, region: Region, total: Mapping[str, Any], beside: Mapping[str, int]
) -> tuple[int, int]:
    number, place = total["row"], place_of(total["column"], region)
    marked = own_places(region)[0] if place is None else place
    _fill(sheet, number, marked, _DOUBT)
    _add_beside(sheet, number, beside[RETURNED], _DISAGREES)
    _add_beside(sheet, number, beside[REMEDY], f"{quoted(total['column'])}{total['told']}，{CHECK_IT}")
    return number, marked


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
        for place in (*own, *beside.values()):
            cell = sheet.cell(number, place + 1)
            if cell.fill.fgColor.rgb in (_MARK, _DOUBT) or (place in beside.values() and cell.fill.fill_type):
                cell.fill = PatternFill()


def _fill(sheet: Worksheet, number: int, place: int, colour: str) -> None:
    from openpyxl.styles import PatternFill

    sheet.cell(number, place + 1).fill = PatternFill("solid", fgColor=colour)


def _put_beside(sheet: Worksheet, number: int, place: int, text: str, fill: str = "") -> None:
    from openpyxl.styles import Alignment

    cell: Any = sheet.cell(number, place + 1)
    put(cell, text)
    cell.font = font(bold=bool(fill))
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if fill:
        _fill(sheet, number, place, fill)


def _add_beside(sheet: Worksheet, number: int, place: int, text: str) -> None:
    """Puts a line below what the cell says already; one that stands there is not said twice."""
    lines = str(sheet.cell(number, place + 1).value or "").split("\n")
    if text not in lines:
        _put_beside(sheet, number, place, "\n".join([*filter(None, lines), text]))


def _show_column(sheet: Worksheet, place: int, width: int | None = None) -> None:
    """Shows a column, at this width if one is given; others that the sender's sheet sets together with it stay so."""
    from openpyxl.utils import get_column_letter

    number, columns = place + 1, sheet.column_dimensions
    found = [known for known in columns.values() if (known.min or 0) <= number <= (known.max or 0)]
    if not width and not any(known.hidden for known in found):
        return
    for known in found:
        _split_off(sheet, known, number)
    own = columns[get_column_letter(number)]
    own.hidden = False
    if width:
        own.width = width


def _split_off(sheet: Worksheet, known: Any, number: int) -> None:
    """Takes a column out of those that are set together, so that it can be set alone."""
    from openpyxl.utils import get_column_letter

    first, last, columns = known.min, known.max, sheet.column_dimensions
    parts = [(first, number - 1), (number, number), (number + 1, last)]
    for begin, end in parts:
        if begin <= end:
            part = copy(known)
            part.min, part.max, part.index = begin, end, get_column_letter(begin)
            columns[part.index] = part
