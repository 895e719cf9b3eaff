"""The platform's HTTP API at intake: read on from where the last intake stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

from flows.jobs.context import Context
from schemas.layouts import EventLayout
from schemas.receipts import Receipt
from sources.api import Stand, fetch, is_api, name_of
from sources.delivery import Delivery, Refusal, SourceError
from warehouse import feeds


def take_new_events(
    context: Context, layout: EventLayout | None, code_digits: int, take: Callable[[Delivery | Refusal], Receipt | None]
) -> list[Receipt]:
    """The receipts of what is new in the API, by month; none where no API is set. Call it under the lock.

    How far it has been read is kept after each chunk that was taken whole, so that a run that is killed goes on there,
    and nothing is passed over that no rule book can take yet. An API that fails is refused like a file, and what came
    before that is taken.
    """
    address, token = context.settings.platform_url, context.settings.platform_token
    if address is None or layout is None or not is_api(address.get_secret_value()):
        return []
    url, where = address.get_secret_value(), (context.engine, context.district, context.scheme)
    name, receipts, events = "api:", [], 0
    try:
        name = name_of(url)
        mark = feeds.where_left(*where, name)
        start = Stand(**asdict(mark)) if mark else None
        is_whole = True
        for chunk in fetch(url, token.get_secret_value() if token else None, layout, code_digits, start):
            taken = [receipt for delivery in chunk.deliveries if (receipt := take(delivery))]
            receipts += taken
            events += chunk.events
            is_whole = is_whole and not any(receipt.status == "refused" for receipt in taken)
            if is_whole and chunk.stand.page_hash:
                feeds.keep(*where, name, feeds.Mark(**asdict(chunk.stand)))
    except SourceError as error:
        if receipt := take(_failed(layout, name, events, error)):
            receipts.append(receipt)
    return receipts


def _failed(layout: EventLayout, name: str, events: int, error: SourceError) -> Refusal:
    """The refusal of an API that stopped answering; each is one of its own, for the next success closes it."""
    message = f"{name}：已取到{events}个事件，下次接着取。{error}"
    own = hashlib.sha256(f"{message}{datetime.now(UTC).isoformat()}".encode()).hexdigest()
    return Refusal("events", layout.sender, "", name, own, message)
