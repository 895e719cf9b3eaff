"""Refusals that end: the good file is back, the same fault comes again, the refused file is taken away."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from boards.receipts import receipt_lines
from boards.status import status_lines, status_of
from schemas.receipts import Receipt
from tests.districts import EXAMPLE, District, local
from tests.end_to_end.conftest import Opened
from tests.end_to_end.test_receipts import book_of, told_of
from warehouse import batches, published

FILE = "departments/2024Q3/应急局.csv"
TWIN = "departments/2024Q3/应急局.xlsx"
MISNAMED = "departments/2024Q3/应急所.csv"
MOVED = "departments/2024Q3/应急局.CSV"
BROKEN = b"%PDF-1.7"
FIRST = local("2024-10-08T09:00")
Put = Callable[[str, bytes], Path]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An inbox with the example's registry and the sheet of one department."""
    shutil.copytree(EXAMPLE / "inbox/registry", tmp_path / "inbox/registry")
    (tmp_path / "inbox" / FILE).parent.mkdir(parents=True)
    shutil.copy(EXAMPLE / "inbox" / FILE, tmp_path / "inbox" / FILE)
    return tmp_path / "inbox"


@pytest.fixture
def put(inbox: Path) -> Put:
    """Puts a file into the inbox."""

    def putting(file: str, data: bytes) -> Path:
        (inbox / file).write_bytes(data)
        return inbox / file

    return putting


@pytest.fixture
def own(inbox: Path, district: Opened) -> District:
    """The district, its good sheet taken on the first day."""
    opened = district(inbox)
    assert _day(opened, 0).status == "taken"
    return opened


def _moment(day: int) -> datetime:
    return FIRST + timedelta(days=day)


def _day(own: District, day: int, file: str = FILE) -> Receipt:
    """What became of a file at the intake of a day."""
    return next(receipt for receipt in own.take(_moment(day)).receipts if receipt.file == file)


def _open(own: District) -> list[str]:
    """The files that stand refused."""
    return sorted(published.view(own.engine, "rejections", reason="unreadable", resolved_by=None)["file"])


def _status(own: District) -> str:
    return "\n".join(status_lines(status_of(own.engine, "test", "ganyu")))


def test_the_good_file_put_back_closes_the_refusal_and_its_receipt_is_that_of_the_good_file(
    own: District, put: Put, inbox: Path
) -> None:
    good = (inbox / FILE).read_bytes()
    before = told_of(own, FILE)
    put(FILE, BROKEN)
    assert _day(own, 1).status == "refused"
    assert (told_of(own, FILE)["status"], _open(own)) == ("refused", [FILE])
    put(FILE, good)
    taken = own.take(_moment(2))
    again = next(receipt for receipt in taken.receipts if receipt.file == FILE)
    assert (again.status, again.notes) == ("unchanged", ("恢复为2024-10-08 09:00收到的那一份",))
    lines = "\n".join(receipt_lines(taken))
    assert f"  未变 {FILE}：恢复为2024-10-08 09:00收到的那一份\n    回执：{book_of(own, FILE)}" in lines
    assert (told_of(own, FILE), _open(own)) == (before, [])
    assert "文件无法读取" not in _status(own)
    refused = published.view(own.engine, "batches", status="refused")
    assert refused["superseded_by"].tolist() == [before["batch_id"]]
    assert _day(own, 3).notes == ()


def test_the_same_broken_file_after_a_good_one_is_refused_anew(own: District, put: Put, inbox: Path) -> None:
    good = (inbox / FILE).read_bytes()
    for day, data in enumerate((BROKEN, good, BROKEN, good + b"\n,,,\n", BROKEN), start=1):
        put(FILE, data)
        receipt = _day(own, day)
        assert receipt.status == {BROKEN: "refused", good: "unchanged"}.get(data, "taken")
        assert _open(own) == ([FILE] if data == BROKEN else [])
        assert told_of(own, FILE)["status"] == ("refused" if data == BROKEN else "taken")
    assert f"  {FILE}  1条（文件无法读取1）" in _status(own)
    assert len(published.view(own.engine, "batches", status="refused")) == 3
    assert _day(own, 6).status == "refused"
    assert len(published.view(own.engine, "batches", status="refused")) == 3


@pytest.mark.parametrize("other", [FILE, TWIN])
def test_of_two_files_for_one_delivery_the_one_that_stays_closes_what_was_refused(
    own: District, inbox: Path, put: Put, other: str
) -> None:
    """The one that stays has the bytes that were taken, at a new place; the other is the old one or a broken one."""
    good = (inbox / FILE).read_bytes()
    (inbox / FILE).unlink()
    put(other, good if other == FILE else BROKEN)
    put(MOVED, good)
    own.take(_moment(1))
    assert _open(own) == sorted({MOVED, other} - {FILE})
    assert told_of(own, MOVED)["status"] == "refused"
    (inbox / other).unlink()
    taken = own.take(_moment(2))
    again = next(receipt for receipt in taken.receipts if receipt.file == MOVED)
    assert (again.status, again.notes) == ("unchanged", ("恢复为2024-10-08 09:00收到的那一份",))
    assert (_open(own), taken.withdrawn) == ([], ())
    assert told_of(own, MOVED)["status"] == "taken"
    assert book_of(own, other).exists() == (other == FILE)


def test_a_twin_that_is_refused_for_another_reason_when_it_is_alone_says_that_one(
    own: District, put: Put, inbox: Path
) -> None:
    put(TWIN, BROKEN)
    own.take(_moment(1))
    (inbox / FILE).unlink()
    own.take(_moment(2))
    [message] = published.view(own.engine, "rejections", file=TWIN, resolved_by=None)["message"]
    assert "文件是 PDF" in message
    assert told_of(own, TWIN)["rejections"][0]["message"] == message


def test_a_refused_file_that_has_gone_is_closed_once_with_its_receipt(own: District, put: Put) -> None:
    path = put(MISNAMED, BROKEN)
    assert _day(own, 1, MISNAMED).status == "refused"
    path.unlink()
    taken = own.take(_moment(2))
    assert taken.withdrawn == (MISNAMED,)
    assert f"  撤走 {MISNAMED}：上次拒收的文件已不在收件箱" in list(receipt_lines(taken))
    refused = published.view(own.engine, "rejections", file=MISNAMED)
    assert refused["resolved_by"].tolist() == [batches.WITHDRAWN]
    assert not list(book_of(own, MISNAMED).parent.glob("应急所*"))
    assert own.take(_moment(3)).withdrawn == ()
    put(MISNAMED, BROKEN)
    assert _day(own, 4, MISNAMED).status == "refused"
    assert _open(own) == [MISNAMED]
    assert book_of(own, MISNAMED).exists()


def test_nothing_is_withdrawn_that_an_empty_inbox_or_an_earlier_moment_does_not_show(
    own: District, put: Put, inbox: Path
) -> None:
    path = put(MISNAMED, BROKEN)
    own.take(_moment(2))
    path.unlink()
    assert own.take(_moment(1)).withdrawn == ()
    away = inbox.rename(inbox.with_name("away"))
    inbox.mkdir()
    assert own.take(_moment(3)).withdrawn == ()
    assert _open(own) == [MISNAMED]
    inbox.rmdir()
    away.rename(inbox)
    assert own.take(_moment(4)).withdrawn == (MISNAMED,)


def test_a_refused_file_that_is_being_written_has_not_gone(own: District, put: Put) -> None:
    put(MISNAMED, BROKEN)
    own.take(_moment(1))
    put(MISNAMED, BROKEN + b"more")
    taken = own.under(settle_seconds=0.2).take(_moment(2))
    assert taken.withdrawn == ()
    assert _open(own) == [MISNAMED]


def test_a_former_file_put_back_at_its_place_is_no_unchanged_one(own: District, inbox: Path) -> None:
    """What is in force came under another name meanwhile."""
    good = (inbox / FILE).read_bytes()
    (inbox / FILE).unlink()
    (inbox / MOVED).write_bytes(good + b"\n,,,\n")
    assert _day(own, 1, MOVED).status == "taken"
    (inbox / MOVED).unlink()
    (inbox / FILE).write_bytes(good)
    again = _day(own, 2)
    assert again.status == "taken"
    in_force = batches.in_force(own.engine, "test", "ganyu", ["submissions"])
    assert in_force["batch_id"].tolist() == [again.batch_id]
    assert _day(own, 3).status == "unchanged"
