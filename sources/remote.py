"""An inbox at an address that fsspec knows (S3, SFTP …), mirrored into a local folder before it is read."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from schemas.layouts import Inbox
from sources.delivery import SourceError
from sources.inbox import MAX_FILE_BYTES
from sources.places import Entry, places, walk
from sources.settling import STILL_WRITTEN, pause

_ATTEMPTS = 4
_LONGEST_PAUSE_SECONDS = 10.0
_CREDENTIALS = re.compile(r"(?<=//)[^/@]*@")
_OVER_SSH = ("sftp", "ssh")
_SSH_OPTIONS: dict[str, Any] = {
    "known_hosts": (),  # left out, sshfs trusts every host; empty, asyncssh looks into the user's known_hosts
    "connect_timeout": 20,
    "login_timeout": 30,
    "keepalive_interval": 15,
}
_TIMES = ("mtime", "LastModified", "last_modified", "updated")
_TAGS = ("ETag", "etag", "md5Hash", "content_md5")
_INSTALL = "请先安装：pip install 'zuzhili[remote]'"
_SAID = {
    "FileNotFoundError": "没有这个文件夹。请核对地址",
    "NotADirectoryError": "这个地址不是文件夹。请核对地址",
    "PermissionError": "不允许读取。请核对账号、密钥和读取权限（在fsspec或SSH自己的配置里）",
    "HostKeyNotVerifiable": "不认识这台主机的密钥。请向主机管理员核对密钥后写入known_hosts",
    "NoCredentialsError": "没有账号和密钥。请在fsspec的配置里填写，如FSSPEC_S3_KEY和FSSPEC_S3_SECRET",
    "ImportError": f"缺少读取这种地址的软件包。{_INSTALL}",
    "ModuleNotFoundError": f"缺少读取这种地址的软件包。{_INSTALL}",
}
"""What is said of errors that a further attempt does not mend, by their names: their packages may be missing."""


@dataclass(frozen=True)
class _Look:
    """What a file looks like from outside: size, time of the last change (None where it is not told), and tag."""

    bytes: int
    changed: float | None
    tag: str

    def __str__(self) -> str:
        return f"{self.bytes} {self.changed} {self.tag}"


def mirror(address: str, folder: Path, inbox: Inbox, settle_seconds: float = 0) -> list[str]:
    """Makes `folder` hold the files of the inbox at `address` that lie in a place of the layouts; what is left alone.

    Only what has changed is fetched, each file whole or not at all, with its time. A file that changes while it is
    fetched, or until it is `settle_seconds` old, stays as it was here. Broken connections are tried again. Raises
    SourceError, naming the address without credentials. Nobody else may mirror into `folder` meanwhile.
    """
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

    shown = _CREDENTIALS.sub("", address)
    if (credentials := _CREDENTIALS.search(address)) and ":" in credentials[0]:
        raise SourceError(f"收件箱地址{shown}里不能写口令。请去掉，账号和密钥写在fsspec或SSH自己的配置里")
    attempts = Retrying(
        retry=retry_if_exception(_may_pass),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_exponential_jitter(max=_LONGEST_PAUSE_SECONDS),
        reraise=True,
    )
    try:
        return attempts(_mirror_once, address, folder, inbox, settle_seconds)
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 - every file system raises errors of its own
        said = _said(error) or f"连不上或中途断开（{type(error).__name__}）。请确认那台服务器正常、网络通畅后再取"
        raise SourceError(f"收件箱{shown}取不到：{said}") from None


def _mirror_once(address: str, folder: Path, inbox: Inbox, settle_seconds: float) -> list[str]:
    remote, local = _Remote(address), _Mirror(folder)
    alone: list[str] = []
    files = ["/".join(parts) for parts in walk(remote.entries, places(inbox), alone)]
    local.keep_only(files)
    fetched = [file for file in files if _is_fetched(remote, local, file, alone)]
    now = time.time_ns()
    changes = [remote.looks[file].changed for file in fetched]
    time.sleep(max((pause(round(at * 1e9), now, settle_seconds) for at in changes if at is not None), default=0))
    for file in fetched:
        look = remote.looks[file]
        if remote.look_again(file) == look:
            local.place(file, look)
        else:
            alone.append(f"{file}：{STILL_WRITTEN}")
    return alone


def _is_fetched(remote: _Remote, local: _Mirror, file: str, alone: list[str]) -> bool:
    """Whether the file has changed and was fetched; one that cannot be, and why, is added to `alone`."""
    look = remote.looks[file]
    if local.has(file, look):
        return False
    if look.bytes > MAX_FILE_BYTES:
        alone.append(f"{file}：超过 {MAX_FILE_BYTES >> 20} MB，远远超出正常大小，没有读取")
        return False
    try:
        remote.fetch(file, local.unfinished(file))
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        alone.append(f"{file}：打不开，没有读取")
        return False
    return True


class _Remote:
    """The files at an address. Connected anew by everyone who asks: a broken connection is of no more use."""

    def __init__(self, address: str) -> None:
        from fsspec.core import get_filesystem_class, url_to_fs

        protocol = address.partition("://")[0]
        is_ssh = protocol in _OVER_SSH
        try:
            kind = get_filesystem_class(protocol)
        except ValueError:
            raise SourceError(f"不认识“{protocol}”这种收件箱地址。请写作s3://桶/文件夹、sftp://主机/文件夹等") from None
        if is_ssh and not kind.__module__.startswith("sshfs"):
            raise ImportError("sshfs")  # fsspec's own SFTP takes any host for the right one
        options = _SSH_OPTIONS if is_ssh else {}
        self._files, base = url_to_fs(address, skip_instance_cache=True, **options)
        self._base = str(base)
        self.looks: dict[str, _Look] = {}

    def entries(self, parts: tuple[str, ...]) -> list[Entry]:
        """What a folder holds; what its files look like is remembered in `looks`."""
        folder = self._place("/".join(parts))
        found = []
        for about in self._files.ls(folder, detail=True):
            name = str(about["name"]).rstrip("/").rpartition("/")[2]
            if not name or str(about["name"]).strip("/") == folder.strip("/"):
                continue  # S3 lists the folder itself where somebody made a mark for it
            self.looks["/".join((*parts, name))] = _look(about)
            found.append(Entry(name, about["type"] == "directory"))
        return found

    def look_again(self, file: str) -> _Look | None:
        """What a file looks like now; None where it is gone."""
        self._files.invalidate_cache()
        try:
            return _look(self._files.info(self._place(file)))
        except FileNotFoundError:
            return None

    def fetch(self, file: str, into: Path) -> None:
        """Copies a file."""
        self._files.get_file(self._place(file), str(into))

    def _place(self, file: str) -> str:
        return f"{self._base.rstrip('/')}/{file}" if self._base and file else self._base or file


class _Mirror:
    """The local folder, and what its files looked like at their address when they were fetched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = folder.with_name(f"{folder.name}.json")
        self._unfinished = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(self._unfinished, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        self._unfinished.mkdir()
        self._known: dict[str, str] = {}
        with suppress(OSError, orjson.JSONDecodeError):
            self._known = dict(orjson.loads(self._index.read_bytes()))

    def has(self, file: str, look: _Look) -> bool:
        """Whether the file is here as it looks there."""
        return self._known.get(file) == str(look) and (self._folder / file).is_file()

    def unfinished(self, file: str) -> Path:
        """Where a file is put while it is being fetched."""
        return self._unfinished / hashlib.sha256(file.encode()).hexdigest()

    def place(self, file: str, look: _Look) -> None:
        """Puts a fetched file into its place."""
        place, fetched = self._folder / file, self.unfinished(file)
        if look.changed is not None:
            os.utime(fetched, (look.changed, look.changed))
        place.parent.mkdir(parents=True, exist_ok=True)
        fetched.replace(place)
        self._remember({**self._known, file: str(look)})

    def keep_only(self, files: Sequence[str]) -> None:
        """Removes what is gone from the address, and folders in which nothing is left."""
        for folder, _, names in os.walk(self._folder, topdown=False):
            for name in names:
                path = Path(folder, name)
                if path.relative_to(self._folder).as_posix() not in files:
                    path.unlink()
            if Path(folder) != self._folder and not any(Path(folder).iterdir()):
                Path(folder).rmdir()
        self._remember({file: look for file, look in self._known.items() if file in files})

    def _remember(self, known: dict[str, str]) -> None:
        self._known = known
        unfinished = self._unfinished / "index"
        unfinished.write_bytes(orjson.dumps(known))
        unfinished.replace(self._index)


def _look(about: Mapping[str, Any]) -> _Look:
    changed = next((about[name] for name in _TIMES if about.get(name) is not None), None)
    tag = next((about[name] for name in _TAGS if about.get(name)), "")
    at = changed.timestamp() if isinstance(changed, datetime) else changed
    return _Look(int(about.get("size") or 0), at if isinstance(at, int | float) else None, str(tag))


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, Exception) and not isinstance(error, SourceError) and _said(error) is None


def _said(error: BaseException) -> str | None:
    """What is said of an error that a further attempt does not mend; None for one that may pass."""
    return next((_SAID[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _SAID), None)
