"""Receipts: what became of every file of an intake, for its sender and for whoever ran it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Receipt:
    """What became of one file; received = accepted + rejected + ignored, of events, declarations, findings or cells.

    `message` says why a refused file was refused, `notes` what its sender should know of a file that was taken.
    """

    file: str
    kind: str
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


@dataclass(frozen=True)
class Receipts:
    """The receipts of one intake in the order of taking, and the files that it left alone, each with why."""

    receipts: tuple[Receipt, ...]
    left_alone: tuple[str, ...] = ()

    def having(self, status: str) -> tuple[Receipt, ...]:
        """The receipts with this status."""
        return tuple(receipt for receipt in self.receipts if receipt.status == status)
