"""Prefect on this machine: a server, the deployments of prefect.yaml and one worker, in processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.states import Crashed

from schemas.errors import ClearError

POOL = "zuzhili"
POOL_LIMIT = 2
START_SECONDS = 120
STOP_SECONDS = 60
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_CLI_COLORS": "false",
}


class LocalFailed(ClearError):
    """Prefect's server or worker on this machine did not start, or refused a command."""


@dataclass(frozen=True)
class Local:
    """A running server: the environment of everything that talks to it, and the folder of its database and logs."""

    environment: dict[str, str]
    home: Path

    @property
    def page(self) -> str:
        """Address of its pages."""
        return self.environment["PREFECT_API_URL"].removesuffix("/api")

    def client(self) -> SyncPrefectClient:
        """A client of this server; it retries while SQLite is busy (503)."""
        return SyncPrefectClient(self.environment["PREFECT_API_URL"])


@contextmanager
def server(home: Path, port: int = 0, settings: Mapping[str, str] | None = None) -> Iterator[Local]:
    """A server on the loopback (port 0: any that is free) whose state lies in `home` alone.

    `settings`: environment of the server and of all that talks to it. Raises LocalFailed, also for a port in use.
    """
    home = home.resolve()
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    port = _free_port(port)
    api = {"PREFECT_HOME": str(home), "PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
    own = {"TMPDIR": str(home / "tmp")}  # a worker's folder in the common one belongs to whoever ran the first
    local = Local(os.environ | QUIET | api | own | dict(settings or {}), home)
    with _running("server", local, "server", "start", "--host", "127.0.0.1", "--port", str(port)) as process:
        with local.client() as client:
            _wait_for("server", process, lambda: client.api_healthcheck() is None, home / "server.log")
        yield local


@contextmanager
def worker(local: Local) -> Iterator[None]:
    """One worker of the pool. Leave it before the server; what it was running is then set to Crashed."""
    free_left_runs(local)
    arguments = ["worker", "start", "--pool", POOL, "--type", "process", "--name", "local", "--install-policy", "never"]
    try:
        with _running("worker", local, *arguments) as process:
            with local.client() as client:
                _wait_for(
                    "worker", process, lambda: bool(client.read_workers_for_work_pool(POOL)), local.home / "worker.log"
                )
            yield
    finally:
        free_left_runs(local)


def deploy(local: Local, root: Path) -> None:
    """Makes the work pool and every deployment of `root`/prefect.yaml, or brings them up to date.

    Raises LocalFailed with what Prefect said.
    """
    for arguments in (
        ["work-pool", "create", POOL, "--type", "process", "--overwrite"],
        ["work-pool", "set-concurrency-limit", POOL, str(POOL_LIMIT)],
        ["deploy", "--all"],
    ):
        done = subprocess.run(
            [_prefect(), "--no-prompt", *arguments],
            cwd=root,
            env=local.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LocalFailed(f"prefect {' '.join(arguments)}：\n{done.stdout}{done.stderr}")


def free_left_runs(local: Local) -> int:
    """Sets runs that no worker runs any more to Crashed: otherwise they hold their deployment's concurrency slot."""
    active = FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
    with local.client() as client:
        left = client.read_flow_runs(flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=active)))
        for run in left:
            client.set_flow_run_state(run.id, Crashed(message="its worker was stopped"), force=True)
    return len(left)


def _prefect() -> str:
    return str(Path(sys.executable).with_name("prefect"))


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            raise LocalFailed(f"端口{wanted}已被占用，可能已经有一个Prefect服务在运行。请停掉它或换端口") from None
        return int(probe.getsockname()[1])


@contextmanager
def _running(name: str, local: Local, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """In a session of its own, so that Ctrl-C reaches it through us alone and in our order."""
    with (local.home / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [_prefect(), *arguments],
            env=local.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(name: str, process: subprocess.Popen[bytes], is_ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise LocalFailed(f"Prefect的{name}没有启动，详见日志{log}")
        time.sleep(0.1)
