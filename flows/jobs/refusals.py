"""Refusals that are over: the delivery in force lies in the inbox again, or the refused file has been taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pandas as pd

from flows.jobs.arrivals import Arrived
from flows.jobs.context import Context
from schemas.kinds import KIND_NAMES
from schemas.periods import local_time
from schemas.receipts import Receipt
from warehouse import batches


def restored(context: Context, receipts: Sequence[Receipt], moment: datetime) -> list[Receipt]:
    """The receipts; those of unchanged files that closed a refusal say so. Call it under the lock.

    Such a file is the delivery in force, and what was refused at its place, or for the same sender and period, is in
    the inbox no more.
    """
    where = (context.engine, context.district, context.scheme)
    still = {receipt.file for receipt in receipts if receipt.status == "refused"}
    refused = batches.open_refusals(*where, moment)
    over = refused[~refused["file"].isin(still)]
    if over.empty:
        return list(receipts)
    in_force = batches.in_force(*where, list(KIND_NAMES)).set_index("batch_id")["received_at"]
    told = []
    for receipt in receipts:
        is_back = receipt.status == "unchanged" and receipt.batch_id in in_force.index
        closed = over[_is_meant(over, receipt)] if is_back else over[:0]
        if closed.empty:
            told.append(receipt)
            continue
        batches.close(context.engine, closed["batch_id"].tolist(), receipt.batch_id)
        over = over.drop(closed.index)
        note = f"恢复为{local_time(in_force[receipt.batch_id])}收到的那一份"
        told.append(replace(receipt, notes=(*receipt.notes, note)))
    return told


def withdrawn(context: Context, arrivals: Arrived, moment: datetime) -> tuple[str, ...]:
    """The files refused before that have gone; what stood against them is closed. Call it under the lock."""
    refused = batches.open_refusals(context.engine, context.district, context.scheme, moment)
    gone = refused[refused["file"].map(arrivals.lacks).astype("bool")]
    if gone.empty:
        return ()
    batches.close(context.engine, gone["batch_id"].tolist(), batches.WITHDRAWN)
    return tuple(gone["file"].unique())


def _is_meant(refused: pd.DataFrame, receipt: Receipt) -> pd.Series:
    """Which refusals were of the receipt's file or delivery; registers and events are known by their files alone."""
    of_file = refused["file"] == receipt.file
    if not receipt.period or receipt.kind == batches.NEVER_REPLACED:
        return of_file
    of_sender = (refused["kind"] == receipt.kind) & (refused["sender"] == receipt.sender)
    return of_file | (of_sender & (refused["period"] == receipt.period))
