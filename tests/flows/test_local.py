"""Prefect on this machine: what is said where it cannot start."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from flows.local import LocalFailed, server


def test_a_port_in_use_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LocalFailed, match=f"端口{port}已被占用"), server(tmp_path, port):
            pass
    assert not (tmp_path / "server.log").exists()
