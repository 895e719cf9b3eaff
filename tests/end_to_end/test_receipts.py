"""Receipts of a whole intake: for every file, marked, mended in the receipt itself and sent back, made up for after a
kill."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from boards.receipts import receipt_lines
from boards.status import status_lines, status_of
from flows.jobs.receipts import renew_receipts
from schemas.receipts import EXCERPT_SHEET, REMEDY, RETURNED, SUMMARY_SHEET
from tests.boards.sheets import FAULTS, FILE, HEADER, MENDED, ROWS, SUMS, department_book
from tests.boards.test_receipt_book import marked
from tests.districts import EXAMPLE, District, local
from tests.end_to_end.conftest import Opened
from tests.sources.conftest import csv_bytes, xls_bytes
from warehouse import published

FIRST, SECOND = local("2024-10-08T09:00"), local("2024-10-09T09:00")
Deliver = Callable[[str, bytes], Path]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An inbox with the example's registry alone."""
    return Path(shutil.copytree(EXAMPLE / "inbox/registry", tmp_path / "inbox/registry")).parent


@pytest.fixture
def deliver(inbox: Path) -> Deliver:
    """Puts a file into the inbox."""

    def put(file: str, data: bytes) -> Path:
        path = inbox / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return put


def book_of(own: District, file: str) -> Path:
    return own.settings.receipts / f"test/ganyu/{file}.回执.xlsx"


def told_of(own: District, file: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(book_of(own, file).with_suffix(".json").read_text(encoding="utf-8"))
    return told


def summary_of(own: District, file: str) -> str:
    sheet = load_workbook(book_of(own, file))[SUMMARY_SHEET]
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)


def test_ten_faults_come_back_marked_and_the_receipt_mended_and_sent_back_resolves_all_ten(
    inbox: Path, deliver: Deliver, district: Opened
) -> None:
    deliver(FILE, department_book())
    own = district(inbox)
    receipt = next(one for one in own.take(FIRST).receipts if one.file == FILE)
    assert (receipt.rejected, receipt.book) == (30, str(book_of(own, FILE)))
    book = load_workbook(book_of(own, FILE))
    sheet = book["第三季度"]
    assert marked(sheet) == FAULTS
    assert sheet["N4"].value.startswith("“村集体经济收入（万元）”填的“见附件”")
    before = told_of(own, FILE)
    assert {one["cell"] for one in before["rejections"]} == FAULTS
    assert [one["agrees"] for one in before["totals"]] == [False, True, True, True, False]
    for place, value in MENDED.items():
        sheet[place] = value
    content = io.BytesIO()
    book.save(content)
    deliver(FILE, content.getvalue())
    again = next(one for one in own.take(SECOND).receipts if one.file == FILE)
    assert (again.status, again.rejected) == ("taken", 0)
    assert not [note for note in again.notes if RETURNED in note or REMEDY in note or SUMMARY_SHEET in note]
    resolved = published.view(own.engine, "rejections", batch_id=before["batch_id"])
    assert resolved["resolved_by"].tolist() == [again.batch_id] * 10
    assert "原来退回10处，已改正10处" in summary_of(own, FILE)
    assert marked(load_workbook(book_of(own, FILE))["第三季度"]) == set()


def test_what_was_not_mended_is_named_in_the_next_receipt(inbox: Path, deliver: Deliver, embedded: Opened) -> None:
    deliver(FILE, department_book())
    own = embedded(inbox)
    own.take(FIRST)
    book = load_workbook(book_of(own, FILE))
    for place in sorted(FAULTS - {"E4", "B8"}):
        book["第三季度"][place] = MENDED.get(place)
    book["第三季度"]["B10"] = MENDED["B10"]
    content = io.BytesIO()
    book.save(content)
    deliver(FILE, content.getvalue())
    own.take(SECOND)
    [former] = told_of(own, FILE)["replaces"]
    assert (former["rejections"], former["mended"]) == (10, 8)
    assert {(one["row"], one["value"]) for one in former["standing"]} == {(4, "见附件"), (8, "032000200999")}
    assert marked(load_workbook(book_of(own, FILE))["第三季度"]) == {"E4", "B8"}


@pytest.mark.parametrize(("ending", "as_bytes"), [("csv", lambda rows: csv_bytes(rows, "gb18030")), ("xls", xls_bytes)])
def test_a_gbk_csv_and_an_xls_come_back_at_the_same_places_and_can_be_sent_back(
    ending: str, as_bytes: Callable[[Any], bytes], inbox: Path, deliver: Deliver, embedded: Opened
) -> None:
    file = f"departments/2024Q3/农业农村局.{ending}"
    rows = [
        ["报送表"],
        HEADER,
        *([cell if cell is not None else "" for cell in row] for row in (*ROWS[:3], *ROWS[4:], SUMS)),
    ]
    deliver(file, as_bytes(rows))
    own = embedded(inbox)
    own.take(FIRST)
    book = load_workbook(book_of(own, file))
    sheet = book.worksheets[0]
    shown = [
        [cell.value if cell.value is not None else "" for cell in row[: len(HEADER)]]
        for row in sheet.iter_rows(max_row=len(rows))
    ]
    assert [row[1:4] for row in shown[2:]] == [row[1:4] for row in rows[2:]]
    moved = {
        "E3": "E4",
        "E4": "E5",
        "F5": "F6",
        "B6": "B8",
        "B7": "B9",
        "C8": "C10",
        "J9": "J11",
        "K10": "K12",
        "K11": "K13",
    }
    assert marked(sheet) == set(moved)
    for place, mended in moved.items():
        sheet[place] = MENDED.get(mended)
    sheet["B8"] = MENDED["B10"]
    content = io.BytesIO()
    book.save(content)
    (inbox / file).unlink()
    deliver(FILE, content.getvalue())
    again = next(one for one in own.take(SECOND).receipts if one.file == FILE)
    assert (again.status, again.rejected) == ("taken", 0)
    assert [former["mended"] for former in told_of(own, FILE)["replaces"]] == [9]


def test_a_torn_line_of_events_is_shown_as_it_came(inbox: Path, deliver: Deliver, embedded: Opened) -> None:
    lines = (EXAMPLE / "inbox/platform/2024-07.jsonl").read_bytes().split(b"\n")[:20]
    lines[4] = lines[4][:40]
    deliver("platform/2024-07.jsonl", b"\n".join(lines))
    own = embedded(inbox)
    own.take(FIRST)
    sheet = load_workbook(book_of(own, "platform/2024-07.jsonl"))[EXCERPT_SHEET]
    torn = next([cell.value for cell in row] for row in sheet.iter_rows(min_row=2) if row[0].value == 5)
    assert torn[2] == lines[4].decode()
    assert "不是完整的 JSON" in torn[4]
    assert sheet.max_row == 21


def test_a_refused_file_gets_its_message_and_what_was_sent(inbox: Path, deliver: Deliver, embedded: Opened) -> None:
    deliver("departments/2024Q3/住房局.xlsx", department_book())
    deliver("departments/2024Q3/住建局.xlsx", b"%PDF-1.7")
    own = embedded(inbox)
    taken = own.take(FIRST)
    assert all(receipt.book for receipt in taken.having("refused"))
    misnamed = load_workbook(book_of(own, "departments/2024Q3/住房局.xlsx"))
    assert misnamed.sheetnames == ["第三季度", "填报说明", SUMMARY_SHEET]
    assert "“住房局”不是已登记的报送单位" in summary_of(own, "departments/2024Q3/住房局.xlsx")
    assert "文件是 PDF，不是表格" in summary_of(own, "departments/2024Q3/住建局.xlsx")
    lines = "\n".join(receipt_lines(taken))
    assert f"    回执：{book_of(own, 'departments/2024Q3/住建局.xlsx')}" in lines


def test_a_receipt_is_written_once_and_made_up_for_where_it_is_missing(
    inbox: Path, deliver: Deliver, embedded: Opened
) -> None:
    deliver(FILE, department_book())
    own = embedded(inbox)
    own.take(FIRST)
    path = book_of(own, FILE)
    told, written = told_of(own, FILE), path.stat().st_mtime_ns
    assert own.take(SECOND).having("unchanged")
    assert path.stat().st_mtime_ns == written
    path.unlink()
    own.take(SECOND)
    assert marked(load_workbook(path)["第三季度"]) == FAULTS
    path.with_suffix(".json").write_text("{")
    own.take(SECOND)
    assert told_of(own, FILE) == told


def test_a_receipt_that_cannot_be_written_undoes_nothing_and_is_tried_again(
    inbox: Path, deliver: Deliver, embedded: Opened
) -> None:
    deliver(FILE, department_book())
    own = embedded(inbox)
    blocked = own.settings.receipts / "test/ganyu/departments"
    blocked.parent.mkdir(parents=True)
    blocked.write_text("a file where a folder should be")
    receipt = next(one for one in own.take(FIRST).receipts if one.file == FILE)
    assert (receipt.status, receipt.book) == ("taken", "")
    blocked.unlink()
    own.take(SECOND)
    assert book_of(own, FILE).exists()


def test_after_a_scoring_the_receipts_say_what_it_resolved(inbox: Path, deliver: Deliver, embedded: Opened) -> None:
    registry = inbox / "registry/organizations.csv"
    whole = registry.read_text(encoding="utf-8-sig")
    short = "".join(line for line in whole.splitlines(keepends=True) if not line.startswith("032000200002"))
    registry.write_text(short, encoding="utf-8-sig")
    for file in ("platform/2024-07.jsonl", "declarations/2024-07.csv"):
        deliver(file, (EXAMPLE / "inbox" / file).read_bytes())
    own = embedded(inbox)
    own.take(local("2024-08-04T09:00"))
    unknown = len(
        [one for one in told_of(own, "declarations/2024-07.csv")["rejections"] if one["value"] == "032000200002"]
    )
    assert unknown
    registry.write_text(whole, encoding="utf-8-sig")
    own.take(local("2024-08-05T09:00"))
    own.score("2024-07")
    renew_receipts(own.context, FIRST)
    resolved = [one for one in told_of(own, "declarations/2024-07.csv")["rejections"] if one["resolved_by"]]
    assert [one["resolution"] for one in resolved] == ["2024-07 第1版计分时已能计入"] * unknown


def test_totals_that_do_not_agree_are_noted_and_reject_nothing(inbox: Path, deliver: Deliver, embedded: Opened) -> None:
    sound = [list(row) for row in ROWS[:1]]
    sound[0][4] = 20
    rows = [["共2条"], HEADER, *sound, ["合计", None, None, None, "1,020", None, None, None, 3, None, None, None]]
    deliver(
        "departments/2024Q3/农业农村局.csv", csv_bytes([["" if cell is None else cell for cell in row] for row in rows])
    )
    own = embedded(inbox)
    receipt = next(one for one in own.take(FIRST).receipts if one.kind == "submissions")
    assert receipt.rejected == 0
    assert receipt.notes == (
        "“共2条”是2，数据有1行，相差1，请核对有没有漏行或重复的行",
        "第 4 行合计“村集体经济收入（万元）”是1,020，各行相加是20，相差1000，请核对有没有漏行或重复的行",
    )
    assert renew_receipts(own.context, SECOND)
    shown = "\n".join(status_lines(status_of(own.engine, "test", "ganyu")))
    assert all(f"  {receipt.file}  {note}" in shown for note in receipt.notes)
    assert [one["agrees"] for one in told_of(own, receipt.file)["totals"]] == [False, False, True]


def test_a_receipt_put_back_under_its_own_name_is_told_its_right_name_and_gets_no_receipt(
    inbox: Path, deliver: Deliver, embedded: Opened
) -> None:
    deliver(FILE, department_book())
    own = embedded(inbox)
    own.take(FIRST)
    deliver(f"{FILE}.回执.xlsx", book_of(own, FILE).read_bytes())
    for moment in (SECOND, local("2024-10-10T09:00")):
        taken = own.take(moment)
        [refused] = taken.having("refused")
        assert refused.message.endswith("这是回执。请改名为“农业农村局.xlsx”，替换收件箱里原来的文件")
        assert not book_of(own, f"{FILE}.回执.xlsx").exists()
        assert FILE in {one.file for one in taken.having("unchanged")}


def test_a_value_that_was_changed_and_is_still_wrong_is_no_mended_one(
    inbox: Path, deliver: Deliver, embedded: Opened
) -> None:
    deliver(FILE, department_book())
    own = embedded(inbox)
    own.take(FIRST)
    book = load_workbook(book_of(own, FILE))
    sheet = book["第三季度"]
    for place in sorted(FAULTS - {"E4"}):
        sheet[place] = MENDED.get(place)
    sheet["B10"], sheet["E4"] = MENDED["B10"], "约20"
    content = io.BytesIO()
    book.save(content)
    deliver(FILE, content.getvalue())
    own.take(SECOND)
    said = summary_of(own, FILE)
    assert "原来退回10处，已改正9处，改过仍不对1处" in said
    assert "改过，仍不对：第4行“村集体经济收入（万元）”原来填的“见附件”，现在填的“约20”" in said


def test_after_a_refusal_the_receipt_says_why_the_file_before_was_refused(
    inbox: Path, deliver: Deliver, embedded: Opened
) -> None:
    deliver(FILE, b"%PDF-1.7")
    own = embedded(inbox)
    own.take(FIRST)
    deliver(FILE, department_book())
    own.take(SECOND)
    said = summary_of(own, FILE)
    assert "上次拒收的原因：departments/2024Q3/农业农村局.xlsx：文件是 PDF" in said
    assert "没有改" not in said
