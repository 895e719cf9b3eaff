"""Ended periods that wait for somebody, tried again after every intake: the last sender's arrival publishes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.jobs.context import Context
from flows.jobs.whole import score_whole
from flows.stages import Call, plain
from schemas.errors import ClearError, HeldBack
from schemas.periods import CADENCES, Period, local_day
from warehouse import editions, held
from warehouse.editions import Edition


@dataclass(frozen=True)
class TriedAgain:
    """What became of a period that waits, after an intake. `is_new`: it has a new edition; `is_waiting`: not yet, as
    the rule book wants it. `message` says either, or what went wrong."""

    period: str
    message: str
    is_new: bool = False
    is_waiting: bool = False

    @property
    def is_wrong(self) -> bool:
        """Whether somebody must look into it."""
        return not self.is_new and not self.is_waiting


def ended_periods(context: Context, moment: datetime, call: Call = plain) -> list[TriedAgain]:
    """Tries those that wait again, shorter ones first, each with all that it is made of."""
    return [_tried(context, period, moment, call) for period in waiting(context, moment)]


def waiting(context: Context, moment: datetime) -> list[Period]:
    """The periods that had ended by a moment and are held back, or have a provisional edition that was made since.

    A provisional edition from before its period's end is only of the open period, and waits for its schedule.
    """
    where = (context.engine, context.district, context.scheme)
    found = {Period.parse(one.period) for one in held.all_held(*where)}
    current = {Period.parse(edition.period): edition for edition in editions.all_current(*where)}
    found |= {period for period, edition in current.items() if _waits(edition)}
    due = [
        period
        for period in found
        if period.end < local_day(moment) and (period not in current or current[period].as_of <= moment)
    ]
    return sorted(due, key=lambda period: (CADENCES.index(period.cadence), period))


def _waits(edition: Edition) -> bool:
    return edition.is_provisional and local_day(edition.as_of) > edition.period_end


def _tried(context: Context, period: Period, moment: datetime, call: Call) -> TriedAgain:
    try:
        outcome = score_whole(context, period, moment, call)[-1]
    except HeldBack as error:
        return TriedAgain(str(period), f"还在等：{error.waits_for}", is_waiting=True)
    except ClearError as error:
        return TriedAgain(str(period), str(error))
    current = editions.current(context.engine, context.district, context.scheme, str(period))
    is_waiting = current is not None and current.is_provisional
    return TriedAgain(str(period), outcome.told(), outcome.is_new, is_waiting or not outcome.is_new)
