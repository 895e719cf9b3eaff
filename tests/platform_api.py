"""A platform's paged HTTP API, for tests: a real server on loopback that can also fail, stall and break off.

python -m tests.platform_api PORT FOLDER [SECONDS] serves the events of the folder's JSON lines in a process of its own,
each page after so many seconds.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "s3cret-token"
Fault = Callable[["_Handler"], bool]
"""What a request meets instead of its answer; False: the answer comes all the same."""


class PlatformApi(ThreadingHTTPServer):
    """Serves `events` in pages, by cursors; the next requests meet `faults` first, one each."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, events: Sequence[Any] = (), port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.events = list(events)
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.extra: dict[str, Any] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/events"

    def page(self, query: dict[str, str]) -> dict[str, Any]:
        start = int(query.get("cursor", "p0")[1:])
        end = start + int(query["limit"])
        following = {"next": f"p{end}"} if end < len(self.events) else {}
        return {"events": self.events[start:end], **following, **self.extra}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested."""


class _Handler(BaseHTTPRequestHandler):
    server: PlatformApi
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.server.faults and self.server.faults.pop(0)(self):
            return
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.answer(401, b"{}")
            return
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.answer(200, json.dumps(self.server.page(query), ensure_ascii=False).encode())

    def answer(self, status: int, body: bytes, **headers: str) -> bool:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return True

    def log_message(self, *arguments: Any) -> None:
        pass


def status(code: int, **headers: str) -> Fault:
    """Answers with a status."""
    return lambda handler: handler.answer(code, b"{}", **headers)


def body(data: bytes) -> Fault:
    """Answers with these bytes."""
    return lambda handler: handler.answer(200, data)


def stall(seconds: float) -> Fault:
    """Says nothing for a while, then hangs up."""

    def wait(handler: _Handler) -> bool:
        time.sleep(seconds)
        handler.close_connection = True
        return True

    return wait


def reset(handler: _Handler) -> bool:
    """Resets the connection in the middle of the body."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"events": [')
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True
    return True


@contextmanager
def serving(server: PlatformApi) -> Iterator[PlatformApi]:
    """The server, answering in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def events_in(folder: Path) -> list[dict[str, Any]]:
    """The events of the readable lines of the folder's files."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
    return found


def main(port: int, folder: Path, seconds: float = 0) -> None:
    """Serves until the process is ended."""
    server = PlatformApi(events_in(folder), port)

    def slow(_: _Handler) -> bool:
        time.sleep(seconds)
        server.faults.append(slow)
        return False

    server.faults.append(slow)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), *map(float, sys.argv[3:]))
