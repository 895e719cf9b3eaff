"""Receipts for senders: a workbook and the same as JSON for every file of the inbox whose batch is in the warehouse."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from boards.receipt_book import receipt_book, receipt_json
from boards.receipt_told import receipt_told
from boards.workbooks import keep_bytes
from flows.jobs.arrivals import arrived
from flows.jobs.context import Context
from rulebooks.findings import RuleBookError
from schemas.layouts import Inbox
from schemas.periods import Period, local_day
from schemas.receipts import Control
from schemas.rulebook import RuleBook
from sources.delivery import Found, Refusal
from sources.sent import Sent, look
from transforms.checks.controls import controls
from transforms.items import due_inbox
from warehouse import answers, batches

LOG = logging.getLogger(__name__)
_BOOK, _JSON = ".回执.xlsx", ".回执.json"
_STATE = ("batch_id", "rejection_count", "resolved_count")
Sendings = Sequence[Found | Refusal]


@dataclass(frozen=True)
class _Due:
    """A file whose receipt is to be written: its batch, and where."""

    one: Found | Refusal
    batch: Mapping[str, Any]
    book: Path

    @property
    def json(self) -> Path:
        return self.book.with_name(self.book.name.removesuffix(_BOOK) + _JSON)


def write_receipts(
    context: Context, root: Path, files: Sendings, moment: datetime, is_anew: bool = False
) -> dict[str, str]:
    """Writes the receipts that are missing or no longer true, or all `is_anew`; returns every file's workbook.

    `files` are those found in the inbox at `root`; one whose last batch has other bytes gets none. A receipt that
    cannot be written undoes nothing of the intake: it is tried again at the next.
    """
    due = _with_batch(context, files)
    counts = answers.counts(context.engine, [one.batch["batch_id"] for one in due])
    stale = [one for one in due if is_anew or not _is_true(one, counts)]
    if stale:
        ids = [one.batch["batch_id"] for one in stale]
        replaced = answers.replaced(context.engine, ids)
        answered = answers.answered(context.engine, [*ids, *replaced["batch_id"]])
        for one in stale:
            try:
                _write(context, root, one, answered, replaced, moment)
            except Exception:
                LOG.exception("the receipt of %s could not be written", one.one.file)
    return {one.one.file: str(one.book) for one in due if one.book.exists()}


def renew_receipts(context: Context, moment: datetime) -> dict[str, str]:
    """Writes the receipts of all files in the inbox anew with what stands now; returns every file's workbook."""
    arrivals = arrived(context, context.rules(local_day(moment), moment).inbox)
    with context.locked():
        return write_receipts(context, arrivals.root, [*arrivals.refused, *arrivals.found], moment, is_anew=True)


def _with_batch(context: Context, files: Sendings) -> list[_Due]:
    """The files whose last batch has their bytes."""
    folder = context.settings.receipts / context.district / context.scheme
    last = batches.taken(context.engine, context.district, context.scheme).set_index("file", drop=False)
    known = {str(file): row for file, row in zip(last.index, last.to_dict("records"), strict=True)}
    return [
        _Due(one, known[one.file], folder / f"{one.file}{_BOOK}")
        for one in files
        if one.file in known and known[one.file]["content_hash"] == one.content_hash
    ]


def _is_true(due: _Due, counts: pd.DataFrame) -> bool:
    """Whether the receipt that is there is of this batch with these rejections, as many of them resolved."""
    batch_id = due.batch["batch_id"]
    now = counts.loc[batch_id].tolist() if batch_id in counts.index else [0, 0]
    try:
        told = orjson.loads(due.json.read_bytes())
        return due.book.exists() and [told[name] for name in _STATE] == [batch_id, *now]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return False


def _write(
    context: Context, root: Path, due: _Due, answered: pd.DataFrame, replaced: pd.DataFrame, moment: datetime
) -> None:
    data = root.joinpath(due.one.file).read_bytes() if due.one.content_hash else b""
    if due.one.content_hash and hashlib.sha256(data).hexdigest() != due.one.content_hash:
        return
    rulebook = _rules(context, due.one.period, moment)
    sent = look(data, due.one, _inbox(rulebook, due.one.period))
    own = answered[answered["batch_id"] == due.batch["batch_id"]]
    formers = replaced[replaced["superseded_by"] == due.batch["batch_id"]].to_dict("records")
    before = [(former, answered[answered["batch_id"] == former["batch_id"]]) for former in formers]
    told = receipt_told(due.batch, own, before, _totals(sent, rulebook), sent.region)
    keep_bytes(receipt_book(data, sent, told), due.book)
    keep_bytes(receipt_json(told), due.json)


def _rules(context: Context, period: str, moment: datetime) -> RuleBook | None:
    try:
        return context.rules(Period.parse(period).end if period else local_day(moment), moment)
    except RuleBookError:
        return None


def _inbox(rulebook: RuleBook | None, period: str) -> Inbox | None:
    if rulebook is None or not period:
        return rulebook.inbox if rulebook else None
    return due_inbox(rulebook, Period.parse(period))


def _totals(sent: Sent, rulebook: RuleBook | None) -> tuple[Control, ...]:
    return controls(sent.totals, rulebook) if rulebook else ()
