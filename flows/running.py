"""Runs a job the way this machine is set up: as a Prefect flow where an API is configured, plainly otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.progress import bar, counted
from schemas.errors import ClearError
from schemas.periods import LOCAL_ZONE, Period
from schemas.receipts import Receipts

if TYPE_CHECKING:
    from flows.jobs.publishing import Outcome
    from flows.settings import Settings

Say = Callable[[str], None]


def has_orchestrator() -> bool:
    """Whether a Prefect API is configured (PREFECT_API_URL)."""
    return bool(os.environ.get("PREFECT_API_URL"))


def run_intake(settings: Settings, received_at: str, say: Say) -> Receipts:
    """Takes what is new; `received_at` in ISO form, local time where it has no offset, now where it is empty."""
    moment = _moment(received_at)
    if has_orchestrator():
        from flows.intake import intake as as_flow

        return as_flow(settings.district, settings.scheme, str(settings.inbox), moment)
    from flows.jobs.context import opened
    from flows.jobs.intake import intake

    say("没有设置PREFECT_API_URL，直接运行")
    with bar("取件") as progress:
        return intake(opened(settings), moment, progress=progress)


def run_months(settings: Settings, periods: Sequence[str], say: Say) -> Iterator[Outcome]:
    """Scores months one after the other. Raises ClearError for what is no month, before anything runs."""
    months = [Period.parse(text) for text in periods]
    if other := [str(period) for period in months if period.cadence != "month"]:
        raise ClearError(f"{'、'.join(other)}不是月份。月份写作2024-07")
    if has_orchestrator():
        from flows.monthly import monthly as as_flow

        for period in months:
            yield as_flow(str(period), settings.district, settings.scheme)
        return
    from flows.jobs.context import opened
    from flows.jobs.month import MONTH, month

    say("没有设置PREFECT_API_URL，直接运行")
    context = opened(settings)
    for period in months:
        with bar(str(period)) as progress:
            yield month(context, period, started=counted(progress, len(MONTH)))


def _moment(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ClearError(f"接收时间“{text}”无法识别。请写作2024-08-01T09:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)
