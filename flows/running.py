"""Runs a job the way this machine is set up: as a Prefect flow where an API is configured, plainly otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from flows.progress import bar
from schemas.errors import ClearError
from schemas.periods import CADENCE_NAMES, Cadence, Period, in_local_zone
from schemas.receipts import Receipts

if TYPE_CHECKING:
    from flows.jobs.ended import TriedAgain
    from flows.jobs.open_month import OpenMonth
    from flows.jobs.propose import Proposed
    from flows.jobs.publishing import Outcome
    from flows.jobs.recheck import Sample
    from flows.jobs.replay import Replayed
    from flows.settings import Settings
    from transforms.restatements import Planned

Say = Callable[[str], None]
Tell = Callable[["Outcome | Replayed"], None]
_PLAINLY = "没有设置PREFECT_API_URL，直接运行"


def has_orchestrator() -> bool:
    """Whether a Prefect API is configured (PREFECT_API_URL)."""
    return bool(os.environ.get("PREFECT_API_URL"))


def run_intake(settings: Settings, received_at: str, say: Say) -> tuple[Receipts, list[TriedAgain], OpenMonth | None]:
    """Takes what is new, tries the periods again that wait for somebody, and brings the open month up to date.

    `received_at` as `moment_of`, now where it is empty.
    """
    moment = moment_of(received_at) or datetime.now(UTC)
    if has_orchestrator():
        from flows.intake import intake as as_flow

        return as_flow(settings.district, settings.scheme, str(settings.inbox), moment)
    from flows.jobs.context import opened
    from flows.jobs.ended import ended_periods
    from flows.jobs.intake import intake
    from flows.jobs.open_month import open_month

    say(_PLAINLY)
    context = opened(settings)
    with bar("取件") as progress:
        receipts = intake(context, moment, progress=progress)
    return receipts, ended_periods(context, moment), open_month(context, moment)


def run_periods(
    settings: Settings, cadence: Cadence, periods: Sequence[str], as_of: str, say: Say
) -> Iterator[Outcome | Replayed]:
    """Scores periods one after the other. Raises ClearError for one of another cadence, before anything runs."""
    asked, moment = [Period.parse(text) for text in periods], moment_of(as_of)
    if other := [str(period) for period in asked if period.cadence != cadence]:
        raise ClearError(f"{'、'.join(other)}不是{CADENCE_NAMES[cadence]}")
    if has_orchestrator():
        from flows import half_yearly, monthly, quarterly, yearly

        as_flow = {
            "month": monthly.monthly,
            "quarter": quarterly.quarterly,
            "half_year": half_yearly.half_yearly,
            "year": yearly.yearly,
        }[cadence]
        for period in asked:
            yield from as_flow(str(period), settings.district, settings.scheme, moment)
        return
    from flows.jobs.context import opened
    from flows.jobs.whole import score_whole

    say(_PLAINLY)
    context = opened(settings)
    for period in asked:
        with bar(str(period)) as progress:
            yield from score_whole(context, period, moment, progress=progress)


def run_backfill(settings: Settings, first: str, last: str, as_of: str, say: Say, tell: Tell) -> None:
    """Computes a range of periods again, with whatever hangs on them; each is told as it is done."""
    start, end, moment = Period.parse(first), Period.parse(last), moment_of(as_of)
    if has_orchestrator():
        from flows.backfill import backfill as as_flow

        for outcome in as_flow(first, last, settings.district, settings.scheme, moment):
            tell(outcome)
        return
    from flows.jobs.backfill import backfill
    from flows.jobs.context import opened

    say(_PLAINLY)
    with bar("补算") as progress:
        backfill(opened(settings), start, end, moment, progress=progress, tell=tell)


def run_plan(settings: Settings, first: str, last: str, as_of: str) -> list[Planned]:
    """What a backfill would change; always in this process, for nothing is written."""
    from flows.jobs.backfill import plan
    from flows.jobs.context import opened

    start, end, moment = Period.parse(first), Period.parse(last), moment_of(as_of)
    with bar("补算计划") as progress:
        return plan(opened(settings), start, end, moment, progress)


def run_recheck(settings: Settings, period: str, seed: str, say: Say) -> Sample:
    """Draws the re-check sample of a period. Raises ClearError where there is nothing to draw from."""
    of = Period.parse(period)
    if has_orchestrator():
        from flows.recheck import recheck as as_flow

        return cast("Sample", as_flow(str(of), settings.district, settings.scheme, seed))
    from flows.jobs.context import opened
    from flows.jobs.recheck import recheck

    say(_PLAINLY)
    return recheck(opened(settings), of, datetime.now(UTC), seed)


def run_propose(settings: Settings, year: str, say: Say) -> Proposed:
    """Proposes weak and lax organisations of a year. Raises ClearError where there is nothing to propose from."""
    period = Period.parse(year)
    if has_orchestrator():
        from flows.proposals import proposals as as_flow

        return cast("Proposed", as_flow(str(period), settings.district, settings.scheme))
    from flows.jobs.context import opened
    from flows.jobs.propose import propose

    say(_PLAINLY)
    return propose(opened(settings), period, datetime.now(UTC))


def moment_of(text: str) -> datetime | None:
    """A moment in ISO form, local time where it has no offset; None for nothing. Raises ClearError for another text."""
    if not text:
        return None
    try:
        return in_local_zone(datetime.fromisoformat(text))
    except ValueError:
        raise ClearError(f"时间“{text}”无法识别。请写作2024-08-01T09:00") from None
