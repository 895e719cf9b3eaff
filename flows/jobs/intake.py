"""Intake: takes what is new in the inbox, checks it, keeps it in the lake, and says what became of every file."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import pandas as pd

from flows.jobs.arrivals import arrived
from flows.jobs.context import Context
from flows.jobs.decisions import record_decisions
from flows.jobs.feed import take_new_events
from flows.jobs.receipts import remove_receipts, write_receipts
from flows.jobs.recheck import record_results
from flows.jobs.refusals import restored, withdrawn
from flows.progress import Progress
from flows.stages import Call, plain
from rulebooks.findings import RuleBookError
from schemas.kinds import REGISTERS, Kind
from schemas.layouts import Inbox
from schemas.periods import Period, local_day
from schemas.receipts import Receipt, Receipts
from schemas.rulebook import RuleBook
from sources.api import is_api
from sources.delivery import Delivery, Found, Refusal, SourceError
from sources.inbox import read
from sources.settling import STILL_WRITTEN
from transforms.checks.checked import REJECTION_COLUMNS, Checked
from transforms.checks.controls import controls, disagreements
from transforms.checks.corrections import check_corrections
from transforms.checks.decisions import check_decisions
from transforms.checks.declarations import check_declarations
from transforms.checks.events import check_events
from transforms.checks.exemptions import check_exemptions
from transforms.checks.findings import check_findings
from transforms.checks.rechecks import check_rechecks
from transforms.checks.registry import check_registry, registry_of
from transforms.checks.submissions import check_submissions
from transforms.checks.totals import check_totals
from transforms.dates import days, local_days, moments
from transforms.items import due_inbox
from warehouse import batches
from warehouse.known import Known

CHECKS: dict[Kind, Callable[..., Checked]] = {
    "registry": check_registry,
    "events": check_events,
    "declarations": check_declarations,
    "submissions": check_submissions,
    "findings": check_findings,
    "totals": check_totals,
    "corrections": check_corrections,
    "exemptions": check_exemptions,
    "rechecks": check_rechecks,
    "decisions": check_decisions,
}
REPEATED = "同一事件的较早版本"
Job = Found | Refusal | Delivery


class Before(NamedTuple):
    """The last batch of a file; status and note only where it had the same content and still stands."""

    batch_id: str = ""
    status: str = ""
    note: str = ""


def intake(context: Context, received_at: datetime, call: Call = plain, progress: Progress | None = None) -> Receipts:
    """Takes everything new in the inbox, and in the platform's table or API where one is set; the registry first.

    A file that was taken before is unchanged; one that cannot be read is refused by name, and the rest goes on.
    """
    inbox = context.rules(local_day(received_at), received_at).inbox
    arrivals = arrived(context, inbox)
    files: list[Found | Refusal] = [*arrivals.refused, *arrivals.found]
    jobs: list[Job] = [*files, *_from_platform_table(context, inbox)]
    receipts: list[Receipt] = []
    left_alone = list(arrivals.left_alone)

    def take(job: Job) -> Receipt | None:
        before = _before(last, job)
        return call(take_file, {"context": context, "job": job, "received_at": received_at, "before": before})

    with context.locked():
        batches.sweep(context.engine, context.lake, context.district, context.scheme)
        last = batches.taken(context.engine, context.district, context.scheme).set_index("file")
        for number, job in enumerate(jobs):
            if progress:
                progress(number, len(jobs), job.file)
            if receipt := take(job):
                receipts.append(receipt)
            else:
                left_alone.append(f"{job.file}：{STILL_WRITTEN}")
        receipts += take_new_events(context, inbox.events, inbox.code_digits, take)
        for period in sorted({one.period for one in receipts if one.kind == "decisions" and one.status != "refused"}):
            record_decisions(context, Period.parse(period))
        receipts = restored(context, receipts, received_at)
        gone = withdrawn(context, arrivals, received_at)
        answered = {"context": context, "root": arrivals.root, "files": files, "moment": received_at}
        books = call(write_receipts, answered)
        remove_receipts(context, arrivals)
    if progress:
        progress(len(jobs), len(jobs), "")
    with_books = (replace(receipt, book=books.get(receipt.file, "")) for receipt in receipts)
    return Receipts(tuple(with_books), tuple(left_alone), gone)


def take_file(context: Context, job: Job, received_at: datetime, before: Before) -> Receipt | None:
    """Reads, checks and keeps one delivery, or records why it is refused; None where it has changed since it was found.

    A file that was refused before is read again, for the rule book may have learned to read it.
    """
    if before.status == batches.TAKEN:
        return _receipt(job, "unchanged", batch_id=before.batch_id)
    try:
        on = Period.parse(job.period).end if job.period else local_day(received_at)
        rulebook = context.rules(on, received_at)
    except RuleBookError:
        return _refused(context, _without_rules(job), received_at, before)
    inbox = due_inbox(rulebook, Period.parse(job.period)) if job.period else rulebook.inbox
    delivery = read(job, inbox) if isinstance(job, Found) else job
    if delivery is None:
        return None
    if isinstance(delivery, Refusal):
        return _refused(context, delivery, received_at, before)
    in_force = batches.in_force(context.engine, context.district, context.scheme, [delivery.kind])
    same = in_force[(in_force["sender"] == delivery.sender) & (in_force["period"] == delivery.period)]
    equal = same.loc[same["content_hash"] == delivery.content_hash, "batch_id"]
    if not equal.empty:
        return _receipt(delivery, "unchanged", batch_id=str(equal.iloc[-1]))
    replaced = "" if delivery.kind == batches.NEVER_REPLACED or same.empty else str(same["batch_id"].iloc[0])
    return _taken(context, delivery, rulebook, received_at, replaced)


def _taken(context: Context, delivery: Delivery, rulebook: RuleBook, received_at: datetime, replaced: str) -> Receipt:
    batch_id = _batch_id(context, delivery, replaced)
    records = delivery.records.assign(batch_id=batch_id)
    known = context.known(context.knowledge(received_at))
    checked = _check(delivery, records, known, rulebook)
    ignored = dict(delivery.ignored) | dict(checked.ignored)
    if delivery.kind == "events" and (repeated := int(checked.accepted["event_id"].duplicated().sum())):
        ignored[REPEATED] = repeated
    totals = controls(delivery.totals, rulebook)
    receipt = _receipt(
        delivery,
        "taken",
        batch_id=batch_id,
        received=len(records) + sum(delivery.ignored.values()),
        accepted=len(records) - checked.rejected_count - sum(checked.ignored.values()) - ignored.get(REPEATED, 0),
        rejected=checked.rejected_count,
        ignored=ignored,
        notes=(*delivery.notes, *checked.notes, *disagreements(totals)),
        totals=totals,
    )
    day = _days(delivery, records)
    batch = _batch(context, receipt, delivery.content_hash, received_at, day)
    batches.take(context.engine, context.lake, batch, records.assign(day=day), checked.rejections)
    if delivery.kind in ("declarations", "rechecks"):
        record_results(context, Period.parse(delivery.period), context.known(context.knowledge(datetime.now(UTC))))
    return receipt


def _check(delivery: Delivery, records: pd.DataFrame, known: Known, rulebook: RuleBook) -> Checked:
    """What the check of the kind makes of the records; its parameters name what it needs."""
    period = Period.parse(delivery.period) if delivery.period else None
    registry = registry_of(known.registry(), rulebook)
    given = {"records": records, "registry": registry, "rulebook": rulebook, "period": period}
    check = CHECKS[delivery.kind]
    needed = inspect.signature(check).parameters
    if "declarations" in needed:
        given["declarations"] = known.declarations(Period.parse(delivery.period))
    return check(**{name: given[name] for name in needed})


def _days(delivery: Delivery, records: pd.DataFrame) -> pd.Series:
    """The local day that each record speaks of; NaT where it names none that can be read."""
    if delivery.kind in REGISTERS:
        return pd.Series(pd.NaT, index=records.index, dtype="datetime64[us]")
    match delivery.kind:
        case "events":
            return local_days(moments(records["occurred_at"]))
        case "findings":
            return days(records["found_on"])
    end = pd.Timestamp(Period.parse(delivery.period).end)
    return pd.Series(end, index=records.index).astype("datetime64[us]")


def _refused(context: Context, refusal: Refusal, received_at: datetime, before: Before) -> Receipt:
    """The receipt of a refusal, which is recorded unless the same stands already.

    Its batch is known by the file's last batch too, so that what is refused again after that was closed is a new one.
    """
    receipt = _receipt(refusal, "refused", message=refusal.message)
    if (before.status, before.note) != (batches.REFUSED, batches.noted(refusal.message)):
        batch_id = _hash(context.district, context.scheme, refusal.file, refusal.content_hash, before.batch_id)
        batch = _batch(context, replace(receipt, batch_id=batch_id), refusal.content_hash, received_at, pd.Series())
        row = (batch_id, 0, "", "", refusal.reason, refusal.message)
        batches.take(context.engine, context.lake, batch, None, pd.DataFrame([row], columns=REJECTION_COLUMNS))
    return receipt


def _without_rules(job: Job) -> Refusal:
    message = f"{job.file}：{job.period}没有可用的规则手册。请核对文件所在的期，或先检查规则手册：zuzhili rules check"
    return Refusal(job.kind, job.sender, job.period, job.file, job.content_hash, message)


def _batch(
    context: Context, receipt: Receipt, content_hash: str, received_at: datetime, day: pd.Series
) -> batches.Batch:
    spoken_of = day.dropna()
    return batches.Batch(
        batch_id=receipt.batch_id,
        district=context.district,
        scheme=context.scheme,
        kind=receipt.kind,
        sender=receipt.sender,
        period=receipt.period,
        file=receipt.file,
        content_hash=content_hash,
        received_at=received_at,
        received=receipt.received,
        accepted=receipt.accepted,
        rejected=receipt.rejected,
        ignored=sum(receipt.ignored.values()),
        first_day=spoken_of.min().date() if len(spoken_of) else None,
        last_day=spoken_of.max().date() if len(spoken_of) else None,
        status=receipt.status,
        note="；".join(
            [*(f"{label}{count}" for label, count in receipt.ignored.items()), *receipt.notes, receipt.message]
        ),
    )


def _batch_id(context: Context, delivery: Delivery, replaced: str) -> str:
    """Hash of what came in and for whom; of what it replaces too, so that a former version sent again is a new one."""
    address = (delivery.kind, delivery.sender, delivery.period, delivery.content_hash, replaced)
    return _hash(context.district, context.scheme, *address)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _before(last: pd.DataFrame, job: Job) -> Before:
    if job.file not in last.index:
        return Before()
    row = last.loc[job.file]
    is_same = row["content_hash"] == job.content_hash and row["stands"]
    return Before(row["batch_id"], row["status"], row["note"]) if is_same else Before(row["batch_id"])


def _receipt(job: Job, status: str, **said: object) -> Receipt:
    return Receipt(job.file, job.kind, job.sender, job.period, status, **said)  # type: ignore[arg-type]


def _from_platform_table(context: Context, inbox: Inbox) -> Sequence[Delivery | Refusal]:
    """The table's deliveries; a table that cannot be read is refused like a file, and the files go on."""
    if context.settings.platform_url is None or inbox.events is None:
        return []
    url, table = context.settings.platform_url.get_secret_value(), context.settings.platform_table
    if is_api(url):
        return []
    from sources.sql import read_events

    try:
        return read_events(url, table, inbox.events, inbox.code_digits)
    except SourceError as error:
        return [Refusal("events", inbox.events.sender, "", f"table:{table}", "", f"table:{table}：{error}")]
