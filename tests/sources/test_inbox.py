import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.layouts import Inbox
from sources import inbox as module
from sources.delivery import Delivery, Refusal, SourceError
from sources.inbox import discover, read

Rows = Callable[..., list[list[Any]]]
Bytes = Callable[..., bytes]
Put = Callable[[str, bytes], Path]
FINDINGS = "检查日期,组织代码,组织名称,条目编号,问题描述,发现次数,现场整改,审核状态\n"
FINDING = "2024-07-05,032000200018,梅林村党总支,X01,活动室另挂3块牌子,3,否,已审核\n"


def messages(refused: list[Refusal]) -> dict[str, str]:
    assert all(one.message.startswith(f"{one.file}：") and "请" in one.message for one in refused)
    return {one.file: one.message for one in refused}


def test_what_has_arrived_is_found_the_registry_first(root: Path, inbox: Inbox, put: Put) -> None:
    for file in [
        "platform/2024-07.jsonl",
        "declarations/2024-07.csv",
        "departments/2024Q3/财政局.xlsx",
        "registry/organizations.csv",
    ]:
        put(file, file.encode())
    found, refused, alone = discover(root, inbox)
    assert [(one.kind, one.sender, one.period, one.file) for one in found] == [
        ("registry", "组织部", "", "registry/organizations.csv"),
        ("declarations", "党支部", "2024-07", "declarations/2024-07.csv"),
        ("submissions", "财政局", "2024Q3", "departments/2024Q3/财政局.xlsx"),
        ("events", "平台", "2024-07", "platform/2024-07.jsonl"),
    ]
    assert all(one.path == root / one.file and len(one.content_hash) == 64 for one in found)
    assert (refused, alone) == ([], [])


def test_files_of_programs_and_other_folders_are_left_alone(root: Path, inbox: Inbox, put: Put) -> None:
    for file in [
        "departments/2024Q3/~$财政局.xlsx",
        "departments/.DS_Store",
        "declarations/2024-07.csv.part",
        "platform/2024-07.jsonl.tmp",
        "Thumbs.db",
        ".git/config",
        "旧数据/2023.xlsx",
        "说明.docx",
    ]:
        put(file, b"x")
    found, refused, alone = discover(root, inbox)
    assert (found, refused) == ([], [])
    assert [line.partition("：")[0] for line in alone] == [
        ".git/", "Thumbs.db", "declarations/2024-07.csv.part", "departments/.DS_Store",
        "departments/2024Q3/~$财政局.xlsx", "platform/2024-07.jsonl.tmp", "旧数据/", "说明.docx",
    ]  # fmt: skip
    assert all("没有读取" in line for line in alone)
    assert "不在约定的位置" in alone[-1]
    assert "没有传完" in alone[2]


def test_a_kind_that_the_periods_rule_book_does_not_know_is_refused(root: Path, inbox: Inbox, put: Put) -> None:
    put("inspections/2024-07.csv", (FINDINGS + FINDING).encode())
    [found], _, _ = discover(root, inbox)
    result = read(found, inbox.model_copy(update={"findings": None}))
    assert isinstance(result, Refusal)
    assert "2024-07的规则手册里没有这种材料。请" in result.message


def test_names_that_say_no_period_or_no_sender_are_refused(root: Path, inbox: Inbox, put: Put) -> None:
    for file in [
        "declarations/7月.csv",
        "departments/2024Q3/财政.xlsx",
        "departments/财政局.xlsx",
        "registry/名册.csv",
    ]:
        put(file, b"x")
    found, refused, alone = discover(root, inbox)
    said = messages(refused)
    assert (found, alone) == ([], [])
    assert "“7月”不是规定写法的期别" in said["declarations/7月.csv"]
    assert "如果是“财政局”" in said["departments/2024Q3/财政.xlsx"]
    assert "应放在 departments/<季度>/<报送单位>" in said["departments/财政局.xlsx"]
    assert "应放在 registry/organizations" in said["registry/名册.csv"]
    unknown = next(one for one in refused if one.file.endswith("财政.xlsx"))
    assert (unknown.kind, unknown.sender, unknown.period, unknown.reason) == (
        "submissions",
        "财政",
        "2024Q3",
        "unreadable",
    )
    assert len(unknown.content_hash) == 64


@pytest.mark.parametrize(
    "files",
    [
        ["departments/2024Q3/财政局.xlsx", "departments/2024Q3/财政局.csv"],
        ["declarations/2024-07.csv", "declarations/2024-07.xlsx"],
        ["registry/organizations.csv", "registry/organizations.xls"],
    ],
)
def test_two_files_for_one_delivery_are_both_refused_by_name(
    root: Path, inbox: Inbox, put: Put, files: list[str]
) -> None:
    for number, file in enumerate(files):
        put(file, bytes([number]))
    found, refused, _ = discover(root, inbox)
    said = messages(refused)
    assert found == []
    assert f"与“{files[1]}”是同一份报送" in said[files[0]]
    assert f"与“{files[0]}”是同一份报送" in said[files[1]]
    assert all("请只保留一个" in message for message in said.values())


def test_a_copy_under_a_later_period_is_refused(root: Path, inbox: Inbox, put: Put) -> None:
    for period in ["2024Q3", "2024-08", "2024-07"]:
        put(f"inspections/{period}.csv", (FINDINGS + FINDING).encode())
    found, refused, _ = discover(root, inbox)
    said = messages(refused)
    assert [one.file for one in found] == ["inspections/2024-07.csv"]
    assert set(said) == {"inspections/2024-08.csv", "inspections/2024Q3.csv"}
    assert "内容与“inspections/2024-07.csv”（2024-07）完全相同" in said["inspections/2024-08.csv"]


def test_copies_without_any_record_are_no_copies(root: Path, inbox: Inbox, put: Put) -> None:
    for period in ["2024-07", "2024-08"]:
        put(f"inspections/{period}.csv", FINDINGS.encode())
        put(f"declarations/{period}.csv", b"")
    found, refused, _ = discover(root, inbox)
    assert (len(found), refused) == (4, [])


def test_the_same_bytes_from_two_senders_are_two_deliveries(root: Path, inbox: Inbox, put: Put) -> None:
    put("departments/2024Q3/财政局.csv", b"x")
    put("departments/2024Q3/纪委.csv", b"x")
    found, refused, _ = discover(root, inbox)
    assert (len(found), refused) == (2, [])


def test_a_copy_that_was_put_into_an_earlier_period_spares_the_right_one(
    root: Path, inbox: Inbox, put: Put, sheet: Rows, as_csv: Bytes
) -> None:
    for quarter in ["2024Q2", "2024Q3"]:
        put(f"departments/{quarter}/财政局.csv", as_csv(sheet()))
    found, refused, _ = discover(root, inbox)
    results = [read(one, inbox) for one in found]
    assert refused == []
    assert [type(one) for one in results] == [Refusal, Delivery]
    assert "写的是 2024Q3，文件却放在 2024Q2" in results[0].message


def test_there_must_be_an_inbox(tmp_path: Path, inbox: Inbox) -> None:
    with pytest.raises(SourceError, match="没有收件箱文件夹"):
        discover(tmp_path / "missing", inbox)


def test_a_file_that_cannot_be_opened_is_refused(root: Path, inbox: Inbox) -> None:
    (root / "declarations").mkdir()
    (root / "declarations" / "2024-07.csv").symlink_to(root / "nowhere")
    _, refused, _ = discover(root, inbox)
    assert "文件打不开。请检查文件是否还在" in messages(refused)["declarations/2024-07.csv"]


def test_an_absurdly_large_file_is_refused_unread(
    root: Path, inbox: Inbox, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 3 << 20)
    path = put("declarations/2024-07.csv", b"")
    os.truncate(path, (3 << 20) + 1)
    _, refused, _ = discover(root, inbox)
    assert "文件超过 3 MB" in messages(refused)["declarations/2024-07.csv"]


@pytest.mark.parametrize("change", [lambda path: path.write_bytes(b"new"), lambda path: path.unlink()])
def test_a_file_that_changes_before_it_is_read_is_left_for_the_next_time(
    root: Path, inbox: Inbox, put: Put, change: Callable[[Path], Any]
) -> None:
    path = put("declarations/2024-07.csv", b"old")
    [found], _, _ = discover(root, inbox)
    change(path)
    assert read(found, inbox) is None


def test_a_fault_of_the_reader_itself_stops_nothing(
    root: Path, inbox: Inbox, put: Put, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put("declarations/2024-07.csv", b"x")
    [found], _, _ = discover(root, inbox)
    monkeypatch.setattr(module, "_contents", lambda *_: 1 // 0)
    result = read(found, inbox)
    assert isinstance(result, Refusal)
    assert "读取程序出错（ZeroDivisionError）。请把这个文件交给系统管理员" in result.message
    assert "ZeroDivisionError" in caplog.text
