"""Receipts for senders: a workbook and the same as JSON for every file of the inbox whose batch is in the warehouse."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from boards.receipt_book import receipt_book, receipt_json
from boards.receipt_told import WHOSE, receipt_told, whose
from boards.workbooks import keep_bytes
from flows.jobs.arrivals import Arrived, arrived
from flows.jobs.context import Context
from rulebooks.findings import RuleBookError
from schemas.layouts import Inbox
from schemas.periods import Period, local_day
from schemas.receipts import RECEIPT_ENDINGS, Control
from schemas.rulebook import RuleBook
from sources.delivery import Found, Refusal
from sources.places import is_receipt
from sources.sent import Sent, look
from transforms.checks.controls import controls
from transforms.items import due_inbox
from warehouse import answers, batches

LOG = logging.getLogger(__name__)
_BOOK, _JSON = RECEIPT_ENDINGS
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

    `files` are those found in the inbox at `root`; one that no batch has the bytes of gets none. A receipt that
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


def remove_receipts(context: Context, arrivals: Arrived) -> None:
    """Removes the receipts of files that were refused last and have gone from the inbox: nothing is to be mended."""
    last = batches.taken(context.engine, context.district, context.scheme)
    for file in last.loc[last["status"] == batches.REFUSED, "file"]:
        if not arrivals.lacks(file):
            continue
        for ending in (_BOOK, _JSON):
            try:
                _folder(context).joinpath(f"{file}{ending}").unlink(missing_ok=True)
            except OSError:
                LOG.exception("the receipt of %s could not be removed", file)


def _with_batch(context: Context, files: Sendings) -> list[_Due]:
    """The files of whose bytes there is a batch; receipts that lie there themselves get none."""
    history = batches.history(context.engine, context.district, context.scheme)
    candidates: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in history.to_dict("records"):
        candidates[row["content_hash"]].append(row)
    meant = [(one, _meant(one, candidates[one.content_hash])) for one in files if not is_receipt(one.file)]
    return [_Due(one, batch, _folder(context) / f"{one.file}{_BOOK}") for one, batch in meant if batch]


def _meant(one: Found | Refusal, candidates: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Of the batches with the file's bytes the one that answers it; None where there is none.

    One that stands comes before one that is over, one of the same file before one of the same delivery at another
    place, a later before an earlier.
    """
    delivery = (one.kind, one.sender, one.period)
    own = [
        row for row in candidates if row["file"] == one.file or (row["kind"], row["sender"], row["period"]) == delivery
    ]
    return max(own, key=lambda row: (row["stands"], row["file"] == one.file, row["seq"]), default=None)


def _folder(context: Context) -> Path:
    return context.settings.receipts / context.district / context.scheme


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
    is_former = replaced["received_at"] <= due.batch["received_at"]
    formers = replaced[is_former & (replaced["superseded_by"] == due.batch["batch_id"])].to_dict("records")
    before = [(former, _of_batch(context, answered, former)) for former in formers]
    own = _of_batch(context, answered, due.batch)
    told = receipt_told(due.batch, own, before, _totals(sent, rulebook), sent.region)
    keep_bytes(receipt_book(data, sent, told), due.book)
    keep_bytes(receipt_json(told), due.json)


def _of_batch(context: Context, answered: pd.DataFrame, batch: Mapping[str, Any]) -> pd.DataFrame:
    """The batch's rejections, with what their rows are about; that is empty for a file that was refused."""
    own = answered[answered["batch_id"] == batch["batch_id"]]
    if own.empty or not batch["path"]:
        return own.assign(whose="")
    about = whose(context.lake.read([batch["path"]], [*WHOSE, "row_no"]), batch["kind"])
    return own.assign(whose=own["row_no"].map(about).fillna(""))


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
