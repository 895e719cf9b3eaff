"""Platform events from a paged HTTP API: read on from where the last fetch stopped, in chunks of bounded size."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urljoin, urlsplit

import orjson

from schemas.layouts import ApiLayout, EventLayout
from sources.delivery import Delivery, SourceError
from sources.events import NOT_AN_EVENT, NULL_CHARACTER, TOO_DEEP
from sources.monthly import Row, by_month, hash_of
from sources.patience import Patience, SlowDownError

if TYPE_CHECKING:
    import httpx

MAX_BODY_BYTES = 64 * 1024 * 1024
CHUNK_EVENTS = 100_000
MAX_CURSOR = 2000
LIMITS = Patience()
_IS_ADDRESS = re.compile(r"https?://|\?|/.*\?")
"""A `next` that is the address of a page. Anything else is a cursor: not even one in base64 has a question mark."""
_GONE = (400, 404, 410, 422)
"""Answers by which a server says that it no longer knows a cursor."""
_NOT_ACCEPTED = "不接受这个请求。请与平台核对地址和查询参数"
_REMEDIES = {
    401: "没有通过身份验证。请核对ZUZHILI_PLATFORM_TOKEN是否填写、是否过期",
    403: "不允许读取。请平台管理员给这个令牌开通读取事件的权限",
    404: "没有这个地址。请核对ZUZHILI_PLATFORM_URL",
}


@dataclass(frozen=True)
class Page:
    """Where a page begins ("" for the first), the events in it, and where the one after it begins (None: the last)."""

    cursor: str
    rows: Sequence[Row]
    next: str | None
    total: int | None = None


@dataclass(frozen=True)
class Stand:
    """The page that was asked for last, and the hash and number of its events."""

    cursor: str = ""
    page_hash: str = ""
    page_events: int = 0


@dataclass(frozen=True)
class Chunk:
    """Part of what a fetch brings: its deliveries, how many events these are of, and where the fetch stands then."""

    deliveries: list[Delivery]
    events: int
    stand: Stand


class _CursorGoneError(Exception):
    """The server does not know the cursor that it gave some time ago."""


@dataclass
class _Tally:
    """What one fetch has come to so far."""

    rows: list[Row] = field(default_factory=list)
    received: int = 0
    visited: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def is_api(url: str) -> bool:
    """Whether an address of the platform is that of an HTTP API."""
    return url.lower().startswith(("http://", "https://"))


def name_of(url: str) -> str:
    """What the API's deliveries are filed under: api:<host><path>, without query and credentials."""
    address = _split(url)
    return f"api:{address.netloc.rpartition('@')[2]}{address.path}"


def fetch(
    url: str,
    token: str | None,
    layout: EventLayout,
    code_digits: int,
    start: Stand | None = None,
    limits: Patience = LIMITS,
    chunk_events: int = CHUNK_EVENTS,
) -> Iterator[Chunk]:
    """The events from `start` on (None: from the first page), a chunk about every `chunk_events` events.

    The page at which the last fetch stopped is asked for again: of events that were only added to it those are new. If
    the server no longer knows that page's cursor, the fetch begins anew; an event that comes twice counts once by its
    `event_id`. Raises SourceError where the API cannot be read on, after a chunk with what has come until then.
    """
    import httpx

    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    timeout = httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds)
    if "@" in _split(url).netloc:
        raise SourceError("接口地址里不能写账号口令。请从ZUZHILI_PLATFORM_URL里去掉，把令牌填在ZUZHILI_PLATFORM_TOKEN")
    reader = _Reader(url, layout.api, limits)
    with httpx.Client(headers=headers, timeout=timeout, follow_redirects=False) as client:
        yield from _chunks(reader, client, layout, code_digits, start, chunk_events)


def _chunks(
    reader: _Reader,
    client: httpx.Client,
    layout: EventLayout,
    code_digits: int,
    start: Stand | None,
    chunk_events: int,
) -> Iterator[Chunk]:
    tally, stand = _Tally(), start or Stand()
    name = name_of(reader.url)
    pages = _pages(reader, client, start, tally)
    while True:
        problem = None
        try:
            page = next(pages, None)
        except SourceError as error:
            page, problem = None, error
        if page is not None:
            tally.rows += page.rows if page.cursor != stand.cursor else _added(page, stand)
            stand = Stand(page.cursor, hash_of(page.rows), len(page.rows))
        if page is None or len(tally.rows) >= chunk_events:
            deliveries = by_month(tally.rows, name, layout, code_digits)
            yield Chunk(_with_notes(deliveries, tally.notes), len(tally.rows), stand)
            tally.rows = []
        if problem is not None:
            raise problem
        if page is None:
            return


def _pages(reader: _Reader, client: httpx.Client, start: Stand | None, tally: _Tally) -> Iterator[Page]:
    """The pages from `start` on to the last one; raises SourceError where the API turns in a circle or fails."""
    cursor: str | None = start.cursor if start else ""
    is_whole = not cursor
    while cursor is not None:
        if cursor in tally.visited:
            raise SourceError("接口的翻页又回到了已经取过的一页。请平台核对翻页标记，每页应不同，最后一页不给下一页")
        tally.visited.add(cursor)
        try:
            page = reader.page(client, cursor, is_kept=not is_whole and len(tally.visited) == 1)
        except _CursorGoneError:
            tally.notes.append("平台已不认上次取到的位置，从头取了一遍")
            tally.visited.clear()
            cursor, is_whole = "", True
            continue
        tally.received += len(page.rows)
        if page.next is None and is_whole and page.total is not None and page.total != tally.received:
            tally.notes.append(f"平台说共有{page.total}个事件，实际收到{tally.received}个，请与平台核对")
        yield page
        cursor = page.next


def _added(page: Page, stand: Stand) -> Sequence[Row]:
    """What has come to a page since it was asked for; all of it where it is no longer the same page."""
    is_same = hash_of(page.rows[: stand.page_events]) == stand.page_hash
    return page.rows[stand.page_events :] if is_same else page.rows


def _with_notes(deliveries: list[Delivery], notes: Sequence[str]) -> list[Delivery]:
    if not deliveries or not notes:
        return deliveries
    last = deliveries[-1]
    return [*deliveries[:-1], replace(last, notes=(*last.notes, *notes))]


class _Reader:
    """Reads single pages of one API."""

    def __init__(self, url: str, layout: ApiLayout, limits: Patience) -> None:
        self.url = url
        self._layout = layout
        self._patient = limits.retrying()
        self._deadline = time.monotonic() + limits.whole_seconds

    def page(self, client: httpx.Client, cursor: str, *, is_kept: bool) -> Page:
        """The page at `cursor`; raises SourceError, or _CursorGoneError for one kept from an earlier fetch."""
        import httpx

        try:
            answer = self._patient(self._asked, client, self._address(cursor), is_kept=is_kept)
        except (httpx.RequestError, httpx.InvalidURL, orjson.JSONDecodeError, SlowDownError) as error:
            raise SourceError(_said(error)) from None
        return self._read(answer, cursor)

    def _address(self, cursor: str) -> httpx.URL:
        import httpx

        if _IS_ADDRESS.match(cursor):
            return httpx.URL(urljoin(self.url, cursor))
        asked = {self._layout.limit: str(self._layout.page_size)} | ({self._layout.cursor: cursor} if cursor else {})
        return httpx.URL(self.url).copy_merge_params(asked)

    def _asked(self, client: httpx.Client, url: httpx.URL, *, is_kept: bool) -> Any:
        """The answer as JSON; raises what is to be tried again, and SourceError for what is not."""
        with client.stream("GET", url) as response:
            status = response.status_code
            if is_kept and status in _GONE:
                raise _CursorGoneError
            if response.is_redirect:
                raise SourceError("接口转到了别的地址，没有跟随。请把ZUZHILI_PLATFORM_URL改成最终的地址")
            if status == HTTPStatus.TOO_MANY_REQUESTS or response.is_server_error:
                raise SlowDownError(status, response.headers.get("Retry-After", ""))
            if not response.is_success:
                raise SourceError(f"接口回答{status}：{_REMEDIES.get(status, _NOT_ACCEPTED)}")
            return orjson.loads(self._body(response))

    def _body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for part in response.iter_bytes():
            body += part
            if len(body) > MAX_BODY_BYTES:
                raise SourceError(
                    f"接口的一页超过{MAX_BODY_BYTES >> 20} MB。请在inbox.yaml的platform.api里把page_size改小"
                )
            if time.monotonic() > self._deadline:
                raise SourceError("取数超过了规定的总时间。已取到的先用，下次接着取；请确认平台的速度")
        return bytes(body)

    def _read(self, answer: Any, cursor: str) -> Page:
        events = _at(answer, self._layout.events)
        if not isinstance(events, list):
            raise SourceError(f"接口的回答里没有事件列表“{self._layout.events}”。请核对inbox.yaml的platform.api.events")
        total = _at(answer, self._layout.total)
        rows = [_row(event, place) for place, event in enumerate(events)]
        return Page(cursor, rows, self._next(_at(answer, self._layout.next)), total if type(total) is int else None)

    def _next(self, given: Any) -> str | None:
        if given is None or given == "":
            return None
        if isinstance(given, bool) or not isinstance(given, str | int) or len(str(given)) > MAX_CURSOR:
            raise SourceError(
                f"接口给的下一页“{self._layout.next}”不是翻页标记或地址。请核对inbox.yaml的platform.api.next"
            )
        cursor = str(given)
        if _IS_ADDRESS.match(cursor) and _origin(self.url, cursor) != _origin(self.url):
            raise SourceError("接口给的下一页在另一台服务器上，没有去取。请平台改为同一地址，或只给翻页标记")
        return cursor


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise SourceError("接口地址无法识别。请核对ZUZHILI_PLATFORM_URL") from None


def _said(error: Exception) -> str:
    """Why a page could not be had after all attempts, without the address: its query may hold secrets."""
    import httpx

    match error:
        case SlowDownError():
            return f"接口一直回答{error.status}，重试后仍不行。请稍后再取，或请平台放宽限流"
        case orjson.JSONDecodeError():
            return "接口的回答不是JSON。请核对ZUZHILI_PLATFORM_URL是不是事件接口的地址"
        case httpx.TimeoutException():
            return "接口没有在规定时间内回答，重试后仍不行。请确认平台正常、网络通畅后再取"
        case httpx.InvalidURL():
            return "接口地址无法识别。请核对ZUZHILI_PLATFORM_URL"
    return f"连不上接口，或连接中断（{type(error).__name__}），重试后仍不行。请确认平台正常、网络通畅后再取"


def _origin(url: str, link: str = "") -> tuple[str, str, int]:
    """Scheme, host and port that a link on the page `url` leads to; blank for one that is none."""
    try:
        address = urlsplit(urljoin(url, link))
        return address.scheme, address.hostname or "", address.port or {"http": 80, "https": 443}.get(address.scheme, 0)
    except ValueError:
        return "", "", 0


def _at(answer: Any, path: str) -> Any:
    """What is at the dotted path; None where there is nothing."""
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def _row(event: Any, place: int) -> Row:
    """An event of a page; what is none is kept as a record with a fault, as a line of a file would be."""
    try:
        canonical = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        return Row({}, f"{place}".encode(), TOO_DEEP)
    if not isinstance(event, dict):
        return Row({}, canonical, NOT_AN_EVENT)
    return Row({}, canonical, NULL_CHARACTER) if b"\\u0000" in canonical else Row(event, canonical)
