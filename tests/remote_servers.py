"""Servers of files on loopback, for tests: S3 (moto, in a process of its own) and SFTP (asyncssh, in a thread)."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

SECRET = "s3cret-key"


@dataclass(frozen=True)
class SftpServer:
    """An SFTP server that shows `folder` as its root, and the home of a user whom it lets in."""

    port: int
    folder: Path
    home: Path

    @property
    def address(self) -> str:
        return f"sftp://tester@127.0.0.1:{self.port}"


@contextmanager
def sftp_server(folder: Path, home: Path) -> Iterator[SftpServer]:
    """Serves the folder by SFTP; `home` gets the user's key and known_hosts."""
    host_key, user_key = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    ssh = home / ".ssh"
    ssh.mkdir(parents=True)
    user_key.write_private_key(ssh / "id_ed25519")
    authorized = asyncssh.import_authorized_keys(user_key.export_public_key().decode())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> Any:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[host_key],
            authorized_client_keys=authorized,
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder).encode()),
        )

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(30)
    port = server.sockets[0].getsockname()[1]
    known = f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}"
    (ssh / "known_hosts").write_text(known)
    try:
        yield SftpServer(port, folder, home)
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)


@contextmanager
def s3_server() -> Iterator[str]:
    """Address of an empty S3 server."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def s3_settings(endpoint: str) -> dict[str, str]:
    """What fsspec is told of the server."""
    return {"key": "tester", "secret": SECRET, "endpoint_url": endpoint}
