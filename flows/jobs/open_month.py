"""The open month as it stands (即时展示、动态更新): a provisional edition after every intake."""

from __future__ import annotations

from datetime import datetime

from flows.jobs.context import Context
from flows.jobs.period import score_period
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.jobs.shelf import Shelf
from flows.stages import Call, plain
from schemas.periods import LOCAL_ZONE, Period


def open_month(context: Context, moment: datetime, call: Call = plain) -> Outcome | Replayed | None:
    """Scores the month that runs at `moment` as it stands; None where nothing has been delivered for it, or where it
    has its final edition already."""
    running = Period.month_of(moment.astimezone(LOCAL_ZONE).date())
    if not context.known(context.knowledge(moment)).has_deliveries(running) or Shelf(context).final(running):
        return None
    return score_period(context, running, moment, call=call)
