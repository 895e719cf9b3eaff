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
RECEIPT_ENDINGS = (".回执.xlsx", ".回执.json")
"""What the names of receipts end in, the workbook's and the one for programs, after the name of the file."""
OTHERS_SHEET, CIRCUMSTANCES_SHEET = "其他在池组织", "情形"
"""Sheets of a work list that are there to be read by people; the list is sent back with them."""
OWN_SHEETS = (SUMMARY_SHEET, EXCERPT_SHEET, OTHERS_SHEET, CIRCUMSTANCES_SHEET)
"""Sheets that a delivery need not explain, for they come with what it was filled in on."""
CHECK_IT = "请核对有没有漏行或重复的行"
"""How the note on a total ends that its rows do not come to."""


@dataclass(frozen=True)
class Stated:
    """A total as its sender states it: where it stands, as written, and what it is to be held against.

    `rows` is the number of data rows. A total of a column (`column`: its heading, with its item and unit) has the
    filled cells of its data rows too, and `row`, the number of its own row. All but the headings are in ASCII forms.
    """

    where: str
    text: str
    rows: int
    column: str = ""
    cells: tuple[str, ...] = ()
    item_code: str = ""
    unit: str = ""
    row: int = 0


@dataclass(frozen=True)
class Control:
    """A stated total and what the rows come to, as texts.

    That is their sum, how many there are, how many cells of the column are filled, or how many of them say one word.
    `difference` is "0" where they agree. `row` is the number of the total's row, 0 where it stands in a sentence.
    """

    where: str
    column: str
    stated: str
    counted: str
    basis: Literal["sum", "rows", "filled", "alike"]
    difference: str
    row: int = 0

    @property
    def agrees(self) -> bool:
        """Whether the rows come to what is stated."""
        return self.difference == "0"


@dataclass(frozen=True)
class Receipt:
    """What became of one file; received = accepted + rejected + ignored, of events, declarations, findings or cells.

    `message` says why a refused file was refused, `notes` what its sender should know of one that was not,
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
    """The receipts of one intake in the order of taking, and the files that it left alone, each with why.

    `withdrawn` are files that were refused before and are no longer in the inbox.
    """

    receipts: tuple[Receipt, ...]
    left_alone: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()

    def having(self, status: str) -> tuple[Receipt, ...]:
        """The receipts with this status."""
        return tuple(receipt for receipt in self.receipts if receipt.status == status)
