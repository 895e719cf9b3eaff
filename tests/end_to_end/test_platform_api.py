"""Platform events from an HTTP API instead of files: every event once and the same scores, whatever happens between."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pandas as pd
import pytest
from pydantic import SecretStr

from flows.jobs import feed
from sources.api import fetch
from sources.patience import Patience
from tests.districts import EXAMPLE, EXAMPLE_MONTHS, ROOT, District, settings_in
from tests.platform_api import TOKEN, PlatformApi, events_in, reset, serving, status
from warehouse import batches, published

QUICK = Patience(pause_seconds=0.02, longest_pause_seconds=0.1, read_seconds=5)
EVENTS = events_in(EXAMPLE / "inbox/platform")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses, and chunks that an example fills."""
    monkeypatch.setattr(feed, "fetch", lambda *given: fetch(*given, QUICK, 1000))


def test_events_from_an_api_score_like_those_from_files(quick: None, scored: District, own: District) -> None:
    with serving(PlatformApi(EVENTS)) as platform:
        own = _fed_by(own, platform.url)
        platform.faults += [reset, status(500), lambda _: False, status(429, Retry_After="0"), reset]
        taken = own.take()
        assert not taken.having("refused")
        assert {receipt.status for receipt in own.take().receipts} == {"unchanged"}
    _assert_every_event_is_there_once(own)
    _assert_same_scores(own, scored, *EXAMPLE_MONTHS)


def test_what_comes_later_is_added(quick: None, own: District) -> None:
    with serving(PlatformApi(EVENTS[:2001])) as platform:
        own = _fed_by(own, platform.url)
        own.take()
        platform.events = EVENTS
        later = [receipt for receipt in own.take().having("taken") if receipt.file.startswith("api:")]
    assert sum(receipt.received for receipt in later) == len(EVENTS) - 2001
    _assert_every_event_is_there_once(own)


def test_an_api_that_fails_half_way_is_gone_on_with(quick: None, own: District) -> None:
    with serving(PlatformApi(EVENTS)) as platform:
        own = _fed_by(own, platform.url)
        platform.faults += [lambda _: False, lambda _: False, *[status(500)] * 6]
        first = own.take()
        [refused] = first.having("refused")
        assert refused.message.startswith(f"{refused.file}：已取到1000个事件，下次接着取。接口一直回答500")
        platform.asked.clear()
        assert not own.take().having("refused")
        assert platform.asked[0].endswith("cursor=p500")
    _assert_every_event_is_there_once(own)
    assert published.view(own.engine, "rejections", reason="unreadable")["resolved_by"].notna().all()


def test_each_failure_is_a_refusal_of_its_own(quick: None, own: District) -> None:
    with serving(PlatformApi(EVENTS[:10])) as platform:
        own = _fed_by(own, platform.url)
        for _ in range(2):
            platform.faults += [status(500)] * 6
            own.take()
            assert own.take().having("refused") == ()
    refused = published.view(own.engine, "rejections", reason="unreadable")
    assert len(refused) == 2


def test_events_that_come_twice_count_once(quick: None, scored: District, own: District) -> None:
    with serving(PlatformApi(EVENTS)) as platform:
        own = _fed_by(own, platform.url)
        own.take()
        platform.events = [*EVENTS[700:], *EVENTS[:700]]
        platform.faults.append(status(410))
        again = [receipt for receipt in own.take().having("taken") if receipt.file.startswith("api:")]
    assert sum(receipt.received for receipt in again) > 2000
    assert any("平台已不认上次取到的位置，从头取了一遍" in receipt.notes for receipt in again)
    _assert_same_scores(own, scored, EXAMPLE_MONTHS[0])


def test_a_bad_token_stops_nothing_else_and_is_nowhere(quick: None, own: District) -> None:
    with serving(PlatformApi(EVENTS)) as platform:
        taken = _fed_by(own, platform.url, "wr0ng-token").take()
    [refused] = taken.having("refused")
    assert "没有通过身份验证" in refused.message
    assert "wr0ng" not in repr(taken) + repr(own.settings)
    assert len(taken.having("taken")) == 25


def test_a_server_that_is_restarted_meanwhile_is_waited_for(own: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "fetch", lambda *given: fetch(*given, Patience(pause_seconds=0.3), 1000))
    port = _free_port()
    own = _fed_by(own, f"http://127.0.0.1:{port}/api/events")
    with _server(port, 0.2) as server:
        taking = subprocess.Popen(_intake(own), env=_environment(own), cwd=own.settings.reports.parent)
        time.sleep(0.2)
        _wait_for(lambda: _batches(own) > 10, taking)
        server.kill()
        server.wait()
        time.sleep(0.5)
        with _server(port, 0):
            assert taking.wait(120) == 0
    _assert_every_event_is_there_once(own)


def test_an_intake_that_is_killed_goes_on_where_it_was(quick: None, scored: District, own: District) -> None:
    port = _free_port()
    own = _fed_by(own, f"http://127.0.0.1:{port}/api/events")
    with _server(port, 0.4):
        taking = subprocess.Popen(_intake(own), env=_environment(own), cwd=own.settings.reports.parent)
        _wait_for(lambda: _batches(own) >= 26, taking)
        taking.send_signal(signal.SIGKILL)
        assert taking.wait() == -signal.SIGKILL
    with _server(port, 0):
        assert not own.take().having("refused")
    _assert_every_event_is_there_once(own)
    _assert_same_scores(own, scored, EXAMPLE_MONTHS[0])


@pytest.fixture
def own(tmp_path: Path) -> District:
    """The example district without its platform files, nothing taken yet."""
    folder = Path(shutil.copytree(EXAMPLE / "inbox", tmp_path / "inbox"))
    shutil.rmtree(folder / "platform")
    return District(settings_in(tmp_path, folder))


def _fed_by(district: District, url: str, token: str = TOKEN) -> District:
    return district.under(platform_url=SecretStr(url), platform_token=SecretStr(token))


def _assert_every_event_is_there_once(district: District) -> None:
    context = district.context
    paths = batches.in_force(context.engine, context.district, context.scheme, ["events"])["path"]
    ids = context.lake.read(paths.tolist(), ["event_id"])["event_id"].dropna().value_counts()
    expected = pd.Series([event["event_id"] for event in EVENTS]).value_counts()
    pd.testing.assert_series_equal(ids.sort_index(), expected.sort_index(), check_names=False, check_index_type=False)


def _assert_same_scores(ours: District, theirs: District, *periods: str) -> None:
    columns = ["org_code", "item_code", "points", "value", "evidence"]
    ours.score(*periods)
    for period in periods:
        one, other = (published.view(each.engine, "ledger", columns, period=period) for each in (ours, theirs))
        pd.testing.assert_frame_equal(one, other)


def _batches(district: District) -> int:
    return len(published.view(district.engine, "batches", status="taken"))


def _wait_for(reached: object, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not reached():  # type: ignore[operator]
        assert process.poll() is None, "the intake ended before it was disturbed"
        assert time.monotonic() < deadline
        time.sleep(0.02)


_TAKE = """
import sys
from datetime import UTC, datetime
from flows.jobs import feed
from flows.jobs.context import opened
from flows.jobs.intake import intake
from flows.settings import Settings
from sources.api import fetch
from sources.patience import Patience

feed.fetch = lambda *given: fetch(*given, Patience(pause_seconds=0.3), 1000)
sys.exit(len(intake(opened(Settings()), datetime.now(UTC)).having("refused")))
"""


def _intake(_: District) -> list[str]:
    return [sys.executable, "-c", _TAKE]


def _environment(district: District) -> dict[str, str]:
    settings = district.settings
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "ZUZHILI_DISTRICT": settings.district,
        "ZUZHILI_SCHEME": settings.scheme,
        "ZUZHILI_INBOX": settings.inbox,
        "ZUZHILI_LAKE": settings.lake,
        "ZUZHILI_REPORTS": str(settings.reports),
        "ZUZHILI_WAREHOUSE_URL": settings.warehouse_url.get_secret_value(),
        "ZUZHILI_PLATFORM_URL": settings.platform_url.get_secret_value() if settings.platform_url else "",
        "ZUZHILI_PLATFORM_TOKEN": TOKEN,
    }


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def _server(port: int, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """The platform in a process of its own."""
    folder = str(EXAMPLE / "inbox/platform")
    command = [sys.executable, "-m", "tests.platform_api", str(port), folder, str(seconds)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield server
    finally:
        server.kill()
        server.wait()
