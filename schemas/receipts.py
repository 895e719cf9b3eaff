"""Receipts: what became of every file of an intake, for its sender and for whoever ran it.

A receipt is a workbook too, which looks like what was sent: `RETURNED` and `REMEDY` head its columns beside the table,
`SUMMARY_SHEET` and `EXCERPT_SHEET` are its own sheets. Readers know these names, so that a mended receipt can be sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from schemas.kinds import Kind

RETURNED, REMEDY = "退回原因", "修改办法"
SUMMARY_SHEET, EXCERPT_SHEET = "回执", "回执（摘录）"
"""The sheet that sums up, and the one that shows faulty rows alone, out of their places."""
CHECK_IT = "请核对有没有漏行或重复的行"
"""How the note on a total ends that its rows do not come to."""


@dataclass(frozen=True)
class Stated:
    """A total as its sender states it: where it stands, as written, and what it is to be held against.

    `rows` is the number of data rows. A total of a column (`column`: its heading, with its item and unit) has the
    filled cells of its data rows too. All but the headings are in ASCII forms.
    """

    where: str
    text: str
    rows: int
    column: str = ""
    cells: tuple[str, ...] = ()
    item_code: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Control:
    """A stated total and what the rows come to, as texts.

    That is their sum, how many there are, how many cells of the column are filled, or how many of them say one word.
    `difference` is "0" where they agree.
    """

    where: str
    column: str
    stated: str
    counted: str
    basis: Literal["sum", "rows", "filled", "alike"]
    difference: str

    @property
    def agrees(self) -> bool:
        """Whether the rows come to what is stated."""
        return self.difference == "0"


@dataclass(frozen=True)
class Receipt:
    """What became of one file; received = accepted + rejected + ignored, of events, declarations, findings or cells.

    `message` says why a refused file was refused, `notes` what its sender should know of a file that was taken,
    `totals` how its stated totals came out. `book` is the path of the workbook for the sender, "" where there is none.
    """

    file: str
    kind: Kind
    sender: str
    period: str
    status: Literal["taken", "unchanged", "refused"]
    batch_id: str = ""
    received: int = 0
    accepted: int = 0
    rejected: int = 0
    ignored: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    message: str = ""
    totals: tuple[Control, ...] = ()
    book: str = ""


@dataclass(frozen=True)
class Receipts:
    """The receipts of one intake in the order of taking, and the files that it left alone, each with why."""

    receipts: tuple[Receipt, ...]
    left_alone: tuple[str, ...] = ()

    def having(self, status: str) -> tuple[Receipt, ...]:
        """The receipts with this status."""
        return tuple(receipt for receipt in self.receipts if receipt.status == status)
