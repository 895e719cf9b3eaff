"""The example district's inbox at an address: the same batches as from the folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import fsspec.config
import pandas as pd
import pytest

from sources.delivery import SourceError
from tests.districts import EXAMPLE, District, settings_in
from tests.remote_servers import s3_server, s3_settings, sftp_server
from warehouse import published

COLUMNS = ["kind", "sender", "period", "file", "received", "accepted", "rejected", "ignored", "status"]


@contextmanager
def _s3(there: Path, _: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with s3_server() as endpoint:
        monkeypatch.setitem(fsspec.config.conf, "s3", s3_settings(endpoint))
        files = fsspec.filesystem("s3", skip_instance_cache=True)
        files.mkdir("district")
        files.put(str(there), "district/inbox", recursive=True)
        yield "s3://district/inbox"


@contextmanager
def _sftp(there: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with sftp_server(there.parent, home) as server:
        monkeypatch.setenv("HOME", str(home))
        yield f"{server.address}/inbox"


@pytest.mark.parametrize("at", [_s3, _sftp])
def test_an_inbox_at_an_address_comes_to_the_same_batches(
    at: Callable[..., Iterator[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Path(shutil.copytree(EXAMPLE / "inbox", tmp_path / "server/inbox"))
    local = District(settings_in(tmp_path / "local", there))
    local.take()
    with at(there, tmp_path / "home", monkeypatch) as address:
        settings = settings_in(tmp_path / "remote", there)
        remote = District(settings.model_copy(update={"inbox": address, "mirror": tmp_path / "remote/mirror"}))
        assert not remote.take().having("refused")
        assert {receipt.status for receipt in remote.take().receipts} == {"unchanged"}
    pd.testing.assert_frame_equal(_batches(remote), _batches(local))


def test_an_address_that_is_away_is_one_clear_message(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, tmp_path)
    own = District(settings.model_copy(update={"inbox": "file:///nowhere/inbox", "mirror": tmp_path / "mirror"}))
    with pytest.raises(SourceError, match="收件箱file:///nowhere/inbox取不到：没有这个文件夹"):
        own.take()


def _batches(district: District) -> pd.DataFrame:
    found = published.view(district.engine, "batches")
    hashes = found["content_hash"] if "content_hash" in found else found["batch_id"]
    return found[COLUMNS].assign(hash=hashes).sort_values("file", ignore_index=True)
