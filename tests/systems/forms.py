"""How the examples are written: workbooks, tables and platform lines as senders make them, the same bytes each time."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

EXAMPLES = Path(__file__).parents[2] / "examples"
Row = Sequence[Any]
_COLUMNS = {
    "index_scores": "period org_code domain index_points full_points rank peers",
    "dimension_scores": "period org_code dimension points full_points",
    "ledger": "period org_code item_code assessor points full_points status",
    "adjustments": "period org_code code kind coefficient points places_moved",
    "grades": "period org_code scale grade previous movement limited_by",
    "tasks": "period org_code task_code item_code kind due_on status done_on",
    "warnings": "period org_code warning_code colour item_code responsible_code",
    "roll_ups": "period org_code figure own children total stated",
    "rejections": "file row reason",
    "restricted": "period org_code index_points rank",
    "shares": "period org_code share factor",
}
"""The files of expected/."""


@dataclass
class Inbox:
    """Files by their path in inbox/; file, row and reason of every record in them that is to be rejected."""

    files: dict[str, bytes] = field(default_factory=dict)
    rejections: list[tuple[str, int, str]] = field(default_factory=list)

    def reject(self, file: str, row: int, reason: str) -> None:
        self.rejections.append((file, row, reason))


def write(root: Path, inbox: Inbox, expected: Mapping[str, Iterable[Row]]) -> None:
    """Writes inbox/ and expected/ below `root`, in place of what is there; the rejections are those of the inbox."""
    tables = {**expected, "rejections": sorted(inbox.rejections)}
    files = {f"inbox/{path}": data for path, data in inbox.files.items()}
    files |= {
        f"expected/{name}.csv": table([_COLUMNS[name].split(), *rows], "utf-8", "\n") for name, rows in tables.items()
    }
    for folder in ("inbox", "expected"):
        shutil.rmtree(root / folder, ignore_errors=True)
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def contents(root: Path) -> dict[str, bytes]:
    """Every file of inbox/ and expected/ below `root`, by path."""
    paths = [path for folder in ("inbox", "expected") for path in (root / folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


def table(rows: Iterable[Row], encoding: str = "utf-8-sig", ending: str = "\r\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=ending).writerows(rows)
    return text.getvalue().encode(encoding)


def lines(texts: Iterable[str]) -> bytes:
    return "".join(f"{text}\n" for text in texts).encode()


def workbook(rows: Sequence[Row], titles: int, saved_on: str, sheet: str = "Sheet1") -> bytes:
    """An xlsx of one sheet: title rows, merged where they say one thing, a header row in bold, rows.

    Every moment in it is nine o'clock of `saved_on`.
    """
    book, written = Workbook(), io.BytesIO()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append([None if cell == "" else cell for cell in row])
    for number, row in enumerate(rows[:titles], start=1):
        if sum(cell not in (None, "") for cell in row) == 1:
            page.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(rows[titles]))
    if titles:
        page["A1"].font, page["A1"].alignment = Font(bold=True, size=14), Alignment(horizontal="center")
    for cell in page[titles + 1]:
        cell.font = Font(bold=True)
    page.freeze_panes = f"A{titles + 2}"
    book.save(written)
    return _saved_on(written.getvalue(), saved_on)


def number(value: Fraction) -> int | float:
    """As a spreadsheet holds it."""
    return int(value) if value.denominator == 1 else float(value)


def _saved_on(data: bytes, day: str) -> bytes:
    """The workbook without the moment of its making."""
    made = io.BytesIO()
    year, month, number = (int(part) for part in day.split("-"))
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{day}T09:00:00Z".encode(), content)
            entry = zipfile.ZipInfo(name, (year, month, number, 9, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(entry, content)
    return made.getvalue()
