"""The inbox: what has arrived, and the reading of it; what cannot be read is refused by name, the rest goes on."""

from __future__ import annotations

import hashlib
import logging
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

from schemas.layouts import EventLayout, Inbox, SubmissionLayout, TableLayout
from schemas.periods import Period
from sources.delivery import Contents, Delivery, Found, Refusal, SourceError, UnreadableError, refusal
from sources.places import Entry, Place, places, walk
from sources.settling import STILL_WRITTEN, still_written
from sources.text import join

MAX_FILE_BYTES = 512 * 1024 * 1024
LOG = logging.getLogger(__name__)


def discover(root: Path, inbox: Inbox, settle_seconds: float = 0) -> tuple[list[Found], list[Refusal], list[str]]:
    """The deliveries in the inbox, the registry first; the files refused for where they lie; those left alone and why.

    Refused are names that are no period or no known sender, two files for one delivery, and a file with the bytes of
    an earlier period's. Left alone is what is still being written: files younger than `settle_seconds` are looked at
    again after that time. Raises SourceError where there is no inbox.
    """
    if not root.is_dir():
        raise SourceError(f"没有收件箱文件夹{root}。请把ZUZHILI_INBOX（或zuzhili.toml的inbox）设为投放报送文件的文件夹")
    found: list[Found] = []
    refused: list[Refusal] = []
    alone: list[str] = []
    known = places(inbox)
    files = {root.joinpath(*parts): parts for parts in walk(partial(_entries, root), known, alone)}
    writing = still_written(list(files), settle_seconds)
    alone += [f"{'/'.join(files[path])}：{STILL_WRITTEN}" for path in writing]
    for parts in (parts for path, parts in files.items() if path not in writing):
        located = _locate(root, parts, [place for place in known if place.holds(parts)])
        if isinstance(located, Found):
            found.append(located)
        else:
            refused.append(located)
    found = _without_twins(found, refused)
    found = _without_repeats(found, refused, inbox)
    return sorted(found, key=_registry_first), sorted(refused, key=_registry_first), sorted(alone)


def read(found: Found, inbox: Inbox) -> Delivery | Refusal | None:
    """The delivery's records, or why the file could not be read whole; None where it has changed since it was found.

    Raises nothing for what a file may hold.
    """
    try:
        data = found.path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != found.content_hash:
        return None
    try:
        contents = _contents(data, found, inbox)
    except UnreadableError as problem:
        return refusal(found, problem)
    except Exception as error:
        LOG.exception("reading %s failed", found.file)
        return refusal(found, UnreadableError(f"读取程序出错（{type(error).__name__}）", "请把这个文件交给系统管理员"))
    return Delivery(
        found.kind, found.sender, found.period, found.file, found.content_hash,
        contents.records, contents.ignored, contents.notes, contents.totals,
    )  # fmt: skip


def _contents(data: bytes, found: Found, inbox: Inbox) -> Contents:
    match getattr(inbox, found.kind):
        case EventLayout() as layout:
            from sources.events import read_events

            return read_events(data, layout, inbox.code_digits)
        case SubmissionLayout() as layout:
            from sources.submissions import read_submission

            return read_submission(data, layout, found.sender, found.period, inbox.code_digits)
        case TableLayout() as layout:
            from sources.lists import read_list

            return read_list(data, found.kind, layout, found.period, inbox.code_digits)
    raise UnreadableError(f"{found.period}的规则手册里没有这种材料", "请核对是哪一期的；要新增请先由组织部登记")


def _entries(root: Path, folder: tuple[str, ...]) -> list[Entry]:
    return [Entry(entry.name, entry.is_dir(follow_symlinks=False)) for entry in os.scandir(root.joinpath(*folder))]


def _locate(root: Path, parts: tuple[str, ...], holding: Sequence[Place]) -> Found | Refusal:
    """The file as a delivery of the place that it fits, or the refusal of what is nobody's or cannot be opened."""
    fits = [(place, place.address(parts)) for place in holding]
    place, address = next(((place, address) for place, address in fits if address.problem is None), fits[0])
    path, file = root.joinpath(*parts), "/".join(parts)
    found = Found(place.kind, address.sender, address.period, file, path, "")
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            problem = UnreadableError(f"文件超过 {MAX_FILE_BYTES >> 20} MB，远远超出正常大小", "请核对是否传错了文件")
            return refusal(found, problem)
        with path.open("rb") as stream:
            found = replace(found, content_hash=hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError:
        return refusal(found, UnreadableError("文件打不开", "请检查文件是否还在、是否允许读取"))
    return refusal(found, address.problem) if address.problem else found


def _without_twins(found: list[Found], refused: list[Refusal]) -> list[Found]:
    """Those that are the only file of their delivery; of two for one, nobody guesses which is meant."""
    same: dict[tuple[str, str, str], list[Found]] = defaultdict(list)
    for one in found:
        same[one.kind, one.sender, one.period].append(one)
    for group in same.values():
        for one in group if len(group) > 1 else ():
            others = join(other.file for other in group if other is not one)
            refused.append(
                refusal(one, UnreadableError(f"与{others}是同一份报送，无法判断以哪个为准", "请只保留一个文件"))
            )
    return [group[0] for group in same.values() if len(group) == 1]


def _without_repeats(found: list[Found], refused: list[Refusal], inbox: Inbox) -> list[Found]:
    """Those that are not a copy of an earlier period's file; copies without any record are no copies."""
    ordered = sorted((one for one in found if one.period), key=_copy_order)
    kept = [one for one in found if not one.period]
    for _, copies in groupby(ordered, key=lambda one: (one.kind, one.sender, one.content_hash)):
        first, *later = copies
        kept.append(first)
        if not later:
            continue
        original = read(first, inbox)
        if not isinstance(original, Delivery) or original.records.empty:
            kept.extend(later)
            continue
        for one in later:
            problem = UnreadableError(
                f"内容与“{first.file}”（{first.period}）完全相同，像是放错了期别",
                f"请换成 {one.period} 的文件；如果两期数据确实相同，请在表头上方写明所属期后重新报送",
            )
            refused.append(refusal(one, problem))
    return kept


def _copy_order(found: Found) -> tuple[str, str, str, Period]:
    return found.kind, found.sender, found.content_hash, Period.parse(found.period)


def _registry_first(one: Found | Refusal) -> tuple[bool, str]:
    return one.kind != "registry", one.file
