"""Platform events from a real paged HTTP API that fails, stalls, breaks off and turns in circles."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import orjson
import pandas as pd
import pytest

from schemas.layouts import ApiLayout, Inbox
from sources import api
from sources.api import Chunk, Stand, fetch, name_of
from sources.delivery import SourceError
from sources.events import read_events
from sources.monthly import COPIES
from sources.patience import Patience
from tests.platform_api import TOKEN, Fault, PlatformApi, body, reset, serving, stall, status

QUICK = Patience(pause_seconds=0.01, longest_pause_seconds=0.05, read_seconds=0.5, connect_seconds=0.5)


def event(number: int, month: int = 7) -> dict[str, Any]:
    return {
        "event_id": f"E{number:05d}",
        "org_code": "032000300111",
        "kind": "meeting",
        "topic": "党课",
        "occurred_at": f"2024-{month:02d}-04T15:45:00+08:00",
        "captured_at": f"2024-{month:02d}-05T10:41:31Z",
        "data": {"attended": number, "expected": 13.5},
    }


EVENTS = [event(number, 7 + number % 2) for number in range(12)]


@pytest.fixture
def platform() -> Iterator[PlatformApi]:
    """A platform with twelve events of July and August."""
    with serving(PlatformApi(EVENTS)) as server:
        yield server


Fetch = Callable[..., list[Chunk]]


@pytest.fixture
def fetched(platform: PlatformApi, inbox: Inbox) -> Fetch:
    """All chunks of a fetch, in pages of five."""

    def all_chunks(start: Stand | None = None, **given: Any) -> list[Chunk]:
        layout = inbox.events.model_copy(update={"api": ApiLayout(page_size=5, **given.pop("layout", {}))})
        url, token = given.pop("url", platform.url), given.pop("token", TOKEN)
        return list(fetch(url, token, layout, 12, start, given.pop("limits", QUICK), **given))

    return all_chunks


def ids(chunks: list[Chunk]) -> list[str]:
    return sorted(one for chunk in chunks for delivery in chunk.deliveries for one in delivery.records["event_id"])


ALL = [one["event_id"] for one in EVENTS]


def test_all_pages_are_one_delivery_a_month(fetched: Fetch, platform: PlatformApi) -> None:
    [chunk] = fetched()
    assert [(one.kind, one.sender, one.period, len(one.records)) for one in chunk.deliveries] == [
        ("events", "平台", "2024-07", 6),
        ("events", "平台", "2024-08", 6),
    ]
    assert chunk.deliveries[0].file == f"api:127.0.0.1:{platform.server_port}/api/events"
    assert [path.partition("?")[2] for path in platform.asked] == [
        "limit=5", "limit=5&cursor=p5", "limit=5&cursor=p10",
    ]  # fmt: skip


def test_the_records_are_those_of_json_lines(fetched: Fetch, inbox: Inbox) -> None:
    [chunk] = fetched()
    lines = b"\n".join(orjson.dumps(one) for one in EVENTS if one["occurred_at"].startswith("2024-07"))
    expected = read_events(lines, inbox.events, 12).records
    pd.testing.assert_frame_equal(
        chunk.deliveries[0].records.sort_values("event_id", ignore_index=True).drop(columns="row_no"),
        expected.drop(columns="row_no"),
    )


def test_a_fetch_goes_on_where_the_last_one_stopped(fetched: Fetch, platform: PlatformApi) -> None:
    stand = fetched()[-1].stand
    platform.asked.clear()
    [nothing] = fetched(stand)
    assert (nothing.deliveries, nothing.stand) == ([], stand)
    assert len(platform.asked) == 1
    platform.events += [event(number) for number in range(12, 18)]
    assert ids(fetched(stand)) == [f"E{number:05d}" for number in range(12, 18)]


def test_a_last_page_that_was_rewritten_is_taken_again(fetched: Fetch, platform: PlatformApi) -> None:
    stand = fetched()[-1].stand
    platform.events[11] = event(99)
    assert ids(fetched(stand)) == ["E00010", "E00099"]


@pytest.mark.parametrize("gone", [400, 404, 410])
def test_a_cursor_that_the_server_forgot_starts_anew(fetched: Fetch, platform: PlatformApi, gone: int) -> None:
    stand = fetched()[-1].stand
    platform.faults.append(status(gone))
    chunks = fetched(stand)
    assert ids(chunks) == ALL
    assert chunks[-1].deliveries[-1].notes == ("平台已不认上次取到的位置，从头取了一遍",)


def test_chunks_keep_what_is_in_memory_small(fetched: Fetch) -> None:
    chunks = fetched(chunk_events=5)
    assert [chunk.events for chunk in chunks] == [5, 5, 2]
    assert [chunk.stand.cursor for chunk in chunks] == ["", "p5", "p10"]
    assert ids(chunks) == ALL


@pytest.mark.parametrize(
    "fault",
    [status(500), status(503, Retry_After="0"), status(429), stall(0.8), reset, body(b"<html>busy"), body(b'{"ev')],
    ids=["500", "503", "429", "stall", "reset", "no JSON", "torn"],
)
def test_what_may_pass_is_tried_again(fetched: Fetch, platform: PlatformApi, fault: Fault) -> None:
    platform.faults += [fault, lambda _: False, fault, fault]
    assert ids(fetched()) == ALL


def test_the_server_says_how_long_to_wait(fetched: Fetch, platform: PlatformApi) -> None:
    platform.faults.append(status(429, Retry_After="0.7"))
    start = time.monotonic()
    assert ids(fetched()) == ALL
    assert time.monotonic() - start >= 0.7


def test_nobody_may_ask_to_wait_for_ever(fetched: Fetch, platform: PlatformApi) -> None:
    platform.faults.append(status(503, Retry_After="86400"))
    start = time.monotonic()
    fetched(limits=Patience(pause_seconds=0.01, longest_pause_seconds=0.05, longest_wish_seconds=0.2))
    assert 0.2 <= time.monotonic() - start < 5


def test_retry_after_may_be_a_date(fetched: Fetch, platform: PlatformApi) -> None:
    platform.faults.append(status(503, Retry_After=format_datetime(datetime.now(UTC) + timedelta(seconds=2), True)))
    start = time.monotonic()
    fetched()
    assert time.monotonic() - start > 0.5


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (status(500), "接口一直回答500"),
        (stall(0.8), "没有在规定时间内回答"),
        (reset, "连接中断"),
        (body(b"<html>"), "不是JSON"),
        (status(403), "平台管理员"),
        (status(404), "ZUZHILI_PLATFORM_URL"),
        (status(409), "接口回答409：不接受这个请求"),
        (status(302, Location="http://127.0.0.1:1/elsewhere"), "转到了别的地址"),
        (body(b'{"items": []}'), "没有事件列表“events”"),
        (body(b"[]"), "没有事件列表“events”"),
        (body(b'{"events": [], "next": {"page": 2}}'), "不是翻页标记"),
        (body(b'{"events": [], "next": true}'), "不是翻页标记"),
        (body(b'{"events": [], "next": "http://127.0.0.1:1/api/events?cursor=p5"}'), "另一台服务器"),
        (body(b'{"events": [], "next": "//example.invalid/events?cursor=p5"}'), "另一台服务器"),
        (body(b'{"events": [], "next": "http://[broken?"}'), "另一台服务器"),
    ],
)
def test_what_stays_wrong_is_said_after_what_has_come(
    inbox: Inbox, platform: PlatformApi, fault: Fault, said: str
) -> None:
    platform.faults += [lambda _: False, *[fault] * 6]
    layout = inbox.events.model_copy(update={"api": ApiLayout(page_size=5)})
    chunks: list[Chunk] = []
    with pytest.raises(SourceError, match=said) as raised:
        chunks.extend(fetch(platform.url, TOKEN, layout, 12, None, QUICK))
    assert "请" in str(raised.value)
    assert ids(chunks) == ALL[:5]
    platform.faults.clear()
    assert ids(list(fetch(platform.url, TOKEN, layout, 12, chunks[-1].stand, QUICK))) == ALL[5:]


def test_a_page_that_comes_again_counts_its_events_once(fetched: Fetch, platform: PlatformApi) -> None:
    platform.faults += [
        body(orjson.dumps({"events": EVENTS[:5], "next": "again"})),
        body(orjson.dumps({"events": EVENTS[:5], "next": "p5"})),
    ]
    [chunk] = fetched()
    assert ids([chunk]) == ALL
    assert sum(delivery.ignored[COPIES] for delivery in chunk.deliveries) == 5


def test_turning_in_circles_is_noticed(inbox: Inbox, platform: PlatformApi) -> None:
    layout = inbox.events.model_copy(update={"api": ApiLayout(page_size=5)})
    platform.faults += [body(orjson.dumps({"events": EVENTS[:5], "next": "p5"})) for _ in range(3)]
    chunks: list[Chunk] = []
    with pytest.raises(SourceError, match="回到了已经取过的一页"):
        chunks.extend(fetch(platform.url, TOKEN, layout, 12, None, QUICK))
    assert ids(chunks) == ALL[:5]


@pytest.mark.parametrize("form", ["{url}?limit=5&cursor=p5", "/api/events?limit=5&cursor=p5", "?limit=5&cursor=p5"])
def test_next_may_be_an_address_on_the_same_server(fetched: Fetch, platform: PlatformApi, form: str) -> None:
    platform.faults.append(body(orjson.dumps({"events": EVENTS[:5], "next": form.format(url=platform.url)})))
    assert ids(fetched()) == ALL
    assert platform.asked[1] == "/api/events?limit=5&cursor=p5"


def test_the_query_of_the_address_is_kept_and_not_filed(fetched: Fetch, platform: PlatformApi) -> None:
    [chunk] = fetched(url=f"{platform.url}?district=east")
    assert platform.asked[1] == "/api/events?district=east&limit=5&cursor=p5"
    assert "east" not in chunk.deliveries[0].file


def test_paths_and_parameters_are_declared(fetched: Fetch, platform: PlatformApi) -> None:
    answer = {"data": {"items": EVENTS[:2], "page": {"next": 2, "total": 12}}}
    last = {"data": {"items": EVENTS[2:], "page": {"next": None, "total": 12}}}
    platform.faults += [body(orjson.dumps(answer)), body(orjson.dumps(last))]
    declared = {"events": "data.items", "next": "data.page.next", "total": "data.page.total"}
    [chunk] = fetched(layout=declared | {"cursor": "page", "limit": "size"})
    assert ids([chunk]) == ALL
    assert platform.asked == ["/api/events?size=5", "/api/events?size=5&page=2"]
    assert chunk.deliveries[-1].notes == ()


def test_a_total_that_differs_is_noted(fetched: Fetch, platform: PlatformApi) -> None:
    platform.extra = {"total": 15}
    assert fetched()[-1].deliveries[-1].notes == ("平台说共有15个事件，实际收到12个，请与平台核对",)


def test_what_is_no_event_is_a_fault_of_its_record(fetched: Fetch, platform: PlatformApi) -> None:
    deep = b'{"data": {"a": ' + b"[" * 400 + b"]" * 400 + b"}}"
    answer = b'{"events": [12, {"event_id": "a\\u0000b"}, ' + deep + b"," + orjson.dumps(EVENTS[0]) + b"]}"
    platform.faults.append(body(answer))
    [chunk] = fetched()
    faults = [fault for delivery in chunk.deliveries for fault in delivery.records["fault"].dropna()]
    assert sorted(faults) == ["data 嵌套过深", "不是一个 JSON 对象，每个事件应占一行", "含有空字符（\\u0000）"]
    assert ids([Chunk([one for one in chunk.deliveries if one.period], 1, Stand())]) == ALL[:1]


def test_a_bad_token_is_not_repeated_in_the_message(fetched: Fetch, platform: PlatformApi) -> None:
    with pytest.raises(SourceError, match="ZUZHILI_PLATFORM_TOKEN") as raised:
        fetched(token="wr0ng-token")
    assert "wr0ng" not in str(raised.value)
    assert len(platform.asked) == 1


@pytest.mark.parametrize(
    "url", ["http://me:s3cret@127.0.0.1:1/x", "http://[::1/s3cret", "http://127.0.0.1:99999/s3cret"]
)
def test_an_address_that_will_not_do_is_not_repeated(inbox: Inbox, url: str) -> None:
    with pytest.raises(SourceError, match="请") as raised:
        list(fetch(url, None, inbox.events, 12, None, QUICK))
    assert "s3cret" not in str(raised.value)


def test_a_page_may_not_be_endless(fetched: Fetch, platform: PlatformApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "MAX_BODY_BYTES", 1024 * 1024)
    platform.faults.append(body(b" " * 1_100_000))
    with pytest.raises(SourceError, match="page_size改小"):
        fetched()


def test_a_fetch_ends_when_its_time_is_over(fetched: Fetch, platform: PlatformApi) -> None:
    platform.faults += [status(500)] * 100
    start = time.monotonic()
    with pytest.raises(SourceError, match="500"):
        fetched(limits=Patience(attempts=1000, pause_seconds=0.05, longest_pause_seconds=0.1, whole_seconds=1))
    assert time.monotonic() - start < 3


def test_a_body_in_drops_ends_with_the_time_of_the_fetch(fetched: Fetch, platform: PlatformApi) -> None:
    def drip(handler: Any) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)
        return True

    platform.faults.append(drip)
    start = time.monotonic()
    with pytest.raises(SourceError, match="规定的总时间"):
        fetched(limits=Patience(read_seconds=0.5, whole_seconds=1))
    assert time.monotonic() - start < 3


def test_names_hold_no_secrets() -> None:
    assert name_of("https://me:pw@platform.example/api/v1/events?key=secret#x") == "api:platform.example/api/v1/events"
