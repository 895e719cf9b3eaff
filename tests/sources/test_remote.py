"""Inboxes at addresses, mirrored: from a real S3 server and a real SFTP server on loopback."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import fsspec.config
import pytest

from schemas.layouts import Inbox
from sources import remote
from sources.delivery import SourceError
from sources.inbox import discover
from sources.remote import mirror
from tests.districts import EXAMPLE
from tests.remote_servers import SECRET, SftpServer, s3_server, s3_settings, sftp_server

FILE = "declarations/2024-07.csv"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """What the other side holds."""
    return Path(shutil.copytree(EXAMPLE / "inbox", tmp_path / "server/inbox"))


@pytest.fixture
def sftp(there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    with sftp_server(there.parent, tmp_path / "home") as server:
        monkeypatch.setenv("HOME", str(server.home))
        yield server


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture
def s3(endpoint: str, there: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The S3 file system, with the inbox in a bucket of its own."""
    monkeypatch.setitem(fsspec.config.conf, "s3", s3_settings(endpoint))
    files = fsspec.filesystem("s3", skip_instance_cache=True, use_listings_cache=False)
    files.mkdir("bucket")
    files.put(str(there), "bucket/inbox", recursive=True)
    yield files
    files.rm("bucket", recursive=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_s3_is_mirrored(s3: Any, there: Path, tmp_path: Path, inbox: Inbox) -> None:
    assert mirror("s3://bucket/inbox", tmp_path / "here", inbox) == []
    assert contents(tmp_path / "here") == contents(there)


def test_sftp_is_mirrored_with_its_times(sftp: SftpServer, there: Path, tmp_path: Path, inbox: Inbox) -> None:
    os.utime(there / FILE, (1_720_000_000, 1_720_000_000))
    assert mirror(f"{sftp.address}/inbox", tmp_path / "here", inbox) == []
    assert contents(tmp_path / "here") == contents(there)
    assert (tmp_path / "here" / FILE).stat().st_mtime == 1_720_000_000


def test_a_local_folder_is_an_address_too(there: Path, tmp_path: Path, inbox: Inbox) -> None:
    mirror(there.as_uri(), tmp_path / "here", inbox)
    assert contents(tmp_path / "here") == contents(there)


def test_only_what_changed_is_fetched_and_what_is_gone_goes(
    there: Path, tmp_path: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    original = remote._Remote.fetch
    monkeypatch.setattr(
        remote._Remote, "fetch", lambda self, file, into: (fetched.append(file), original(self, file, into))[1]
    )
    here = tmp_path / "here"
    mirror(there.as_uri(), here, inbox)
    assert len(fetched) == len(contents(there))
    fetched.clear()
    (there / FILE).write_bytes(b"new")
    shutil.rmtree(there / "departments")
    mirror(there.as_uri(), here, inbox)
    assert fetched == [FILE]
    assert contents(here) == contents(there)
    assert not (here / "departments").exists()


def test_a_changed_object_of_the_same_size_is_fetched(s3: Any, there: Path, tmp_path: Path, inbox: Inbox) -> None:
    mirror("s3://bucket/inbox", tmp_path / "here", inbox)
    data = (there / FILE).read_bytes()
    s3.pipe_file(f"bucket/inbox/{FILE}", data[::-1])
    mirror("s3://bucket/inbox", tmp_path / "here", inbox)
    assert (tmp_path / "here" / FILE).read_bytes() == data[::-1]


def test_what_lies_elsewhere_is_left_alone_and_told(there: Path, tmp_path: Path, inbox: Inbox) -> None:
    for name in ("declarations/~$2024-08.xlsx", "declarations/2024-08.csv.part", "elsewhere/big.bin", ".hidden/x"):
        (there / name).parent.mkdir(exist_ok=True)
        (there / name).write_bytes(b"x")
    alone = mirror(there.as_uri(), tmp_path / "here", inbox)
    assert [said.partition("：")[0] for said in alone] == [
        ".hidden/", "declarations/2024-08.csv.part", "declarations/~$2024-08.xlsx", "elsewhere/",
    ]  # fmt: skip
    assert len(contents(tmp_path / "here")) == len(contents(there)) - 4


def test_a_folder_mark_of_s3_is_no_file(s3: Any, tmp_path: Path, inbox: Inbox) -> None:
    s3.pipe_file("bucket/inbox/declarations/", b"")
    assert mirror("s3://bucket/inbox", tmp_path / "here", inbox) == []


def test_a_file_that_takes_a_folders_place_is_mirrored(there: Path, tmp_path: Path, inbox: Inbox) -> None:
    (there / "declarations/2024-10.csv").mkdir()
    (there / "declarations/2024-10.csv/x").write_bytes(b"x")
    mirror(there.as_uri(), tmp_path / "here", inbox)
    shutil.rmtree(there / "declarations/2024-10.csv")
    (there / "declarations/2024-10.csv").write_bytes(b"file")
    mirror(there.as_uri(), tmp_path / "here", inbox)
    assert contents(tmp_path / "here") == contents(there)


def test_a_file_that_is_being_written_stays_as_it_was(there: Path, tmp_path: Path, inbox: Inbox) -> None:
    mirror(there.as_uri(), tmp_path / "here", inbox)
    before = (tmp_path / "here" / FILE).read_bytes()
    stop = threading.Event()

    def write() -> None:
        with (there / FILE).open("ab", buffering=0) as file:
            while not stop.is_set():
                file.write(b"x")
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        alone = mirror(there.as_uri(), tmp_path / "here", inbox, settle_seconds=0.3)
    finally:
        stop.set()
        writer.join()
    assert alone == [f"{FILE}：还在写入，下次取件再读"]
    assert (tmp_path / "here" / FILE).read_bytes() == before
    assert mirror(there.as_uri(), tmp_path / "here", inbox, settle_seconds=0.1) == []
    assert contents(tmp_path / "here") == contents(there)


def test_a_broken_connection_is_made_again(
    sftp: SftpServer, tmp_path: Path, inbox: Inbox, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = remote._Remote.fetch
    breaks = [5, 9]

    def fetch(self: Any, file: str, into: Path) -> None:
        breaks[:] = [left - 1 for left in breaks]
        if 0 in breaks:
            self._files.client.abort()
        original(self, file, into)

    monkeypatch.setattr(remote._Remote, "fetch", fetch)
    monkeypatch.setattr(remote, "_LONGEST_PAUSE_SECONDS", 0.1)
    mirror(f"{sftp.address}/inbox", tmp_path / "here", inbox)
    assert contents(tmp_path / "here") == contents(there)


def test_a_host_whose_key_is_not_known_is_not_trusted(sftp: SftpServer, tmp_path: Path, inbox: Inbox) -> None:
    (sftp.home / ".ssh/known_hosts").write_text("")
    with pytest.raises(SourceError, match="不认识这台主机的密钥。请向主机管理员核对"):
        mirror(f"{sftp.address}/inbox", tmp_path / "here", inbox)


def test_a_user_who_is_not_let_in_is_told_so(sftp: SftpServer, tmp_path: Path, inbox: Inbox) -> None:
    (sftp.home / ".ssh/id_ed25519").unlink()
    with pytest.raises(SourceError, match="不允许读取"):
        mirror(f"{sftp.address}/inbox", tmp_path / "here", inbox)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("{sftp}/nowhere", "没有这个文件夹"),
        ("sftp://tester@127.0.0.1:1/inbox", "连不上或中途断开"),
        ("sftp://tester:s3cret-key@127.0.0.1/inbox", "不能写口令"),
        ("nosuch://host/inbox", "不认识“nosuch”"),
        ("file:///nowhere/at/all", "没有这个文件夹"),
        ("gs://bucket/inbox", "pip install 'zuzhili"),
    ],
)
def test_what_cannot_be_reached_says_what_to_do(
    sftp: SftpServer, tmp_path: Path, inbox: Inbox, address: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_LONGEST_PAUSE_SECONDS", 0.05)
    with pytest.raises(SourceError, match=said) as raised:
        mirror(address.format(sftp=sftp.address), tmp_path / "here", inbox)
    assert "请" in str(raised.value)
    assert "tester" not in str(raised.value)
    assert SECRET not in str(raised.value)


def test_a_bucket_that_is_not_there_or_refuses_says_what_to_do(
    s3: Any, tmp_path: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceError, match="s3://nowhere/inbox取不到：没有这个文件夹"):
        mirror("s3://nowhere/inbox", tmp_path / "here", inbox)


def test_a_mirror_is_an_inbox_like_any_other(s3: Any, there: Path, tmp_path: Path, inbox: Inbox) -> None:
    mirror("s3://bucket/inbox", tmp_path / "here", inbox)
    ours, theirs = discover(tmp_path / "here", inbox), discover(there, inbox)
    assert [(one.file, one.content_hash) for one in ours[0]] == [(one.file, one.content_hash) for one in theirs[0]]
    assert ours[1:] == theirs[1:]
