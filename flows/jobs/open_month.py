"""The open month as it stands (即时展示、动态更新): a provisional edition after every intake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.jobs.context import Context
from flows.jobs.period import score_period
from flows.jobs.reading import is_delivered
from flows.jobs.shelf import Shelf
from flows.stages import Call, plain
from schemas.errors import ClearError
from schemas.periods import Period, local_day


@dataclass(frozen=True)
class OpenMonth:
    """What became of the running month after an intake; `message` says why it could not be scored, where it could not.

    That undoes nothing of the intake.
    """

    period: str
    message: str
    is_scored: bool
    is_new: bool = False


def open_month(context: Context, moment: datetime, call: Call = plain) -> OpenMonth | None:
    """Scores the month that runs at `moment` as it stands; None where nothing has been delivered for it, or where it
    has its final edition already."""
    running = Period.month_of(local_day(moment))
    known = context.known(context.knowledge(moment))
    if not is_delivered(context, known, moment, running) or Shelf(context).final(running):
        return None
    try:
        outcome = score_period(context, running, moment, call=call)
    except ClearError as error:
        return OpenMonth(str(running), f"当月没有算出即时版：{error}", False)
    return OpenMonth(str(running), outcome.told(), True, outcome.is_new)
