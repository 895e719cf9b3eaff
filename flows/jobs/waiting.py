"""Periods that wait for somebody: why they are held back, and how they go on by themselves once everybody is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from boards.absence import absence_message, pending_workbook
from boards.lists import PENDING_LIST
from boards.workbooks import keep
from flows.jobs.context import Context
from flows.jobs.scoring import Scored
from schemas.errors import HeldBack
from schemas.periods import Period
from transforms.absence_wording import absent
from warehouse import held


class Incomplete(HeldBack):
    """Somebody has not delivered, and the rule book lets nothing be published before; the message names them."""


def incomplete(context: Context, period: Period, scored: Scored) -> Incomplete:
    """Why the period is held back. Keeps the list of what is still to be declared, where there is any."""
    found = scored.completeness
    place = ""
    if len(found.undeclared):
        path = context.settings.lists.resolve() / context.district / context.scheme / str(period) / PENDING_LIST
        keep(pending_workbook(period, scored.frames), path)
        place = str(path)
    message = absence_message(period, found, scored.frames, place)
    return Incomplete(message, "；".join(absent(found.rows)), found.until)


@contextmanager
def held_back(context: Context, period: Period, moment: datetime) -> Iterator[None]:
    """Records that the period is held back, where something that is done for it meets with a period that waits."""
    try:
        yield
    except HeldBack as error:
        where = (context.engine, context.district, context.scheme, str(period))
        held.hold(*where, moment, error.waits_for, error.until)
        raise
