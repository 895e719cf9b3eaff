"""One period: from what is known to a published edition, composed from stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flows.jobs.context import Context
from flows.jobs.publishing import Draft, Outcome, publish
from flows.jobs.reading import Inputs
from flows.jobs.reading import inputs as read_inputs
from flows.jobs.replay import Replayed, replayed
from flows.jobs.scoring import SCORE, Scored
from flows.jobs.shelf import Shelf
from flows.jobs.waiting import held_back, incomplete
from flows.stages import Call, Stage, plain, run
from schemas.periods import Period, local_day
from schemas.rulebook import RuleBook
from warehouse import held
from warehouse.batches import Knowledge
from warehouse.editions import PointerMoved

ATTEMPTS = 3


def score_period(
    context: Context,
    period: Period,
    as_of: datetime | None = None,
    *,
    call: Call = plain,
    started: Callable[[str], None] | None = None,
) -> Outcome | Replayed:
    """Computes and publishes a period, one run at a time for a district and scheme.

    `as_of`: what is known goes by this moment, records and earlier editions alike; now where it is left out. Where an
    edition knows more already, that of the moment is computed again and compared, and nothing is published. A month
    that has not ended by then becomes a provisional edition.

    Raises Incomplete where the rule book wants somebody waited for, NothingDelivered, NobodyAssessed,
    MissingPredecessor, NotOver, RuleBookError, and GateFailed, after which the old edition stands.
    """
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

    def announced(stage: Stage, arguments: Mapping[str, Any]) -> Any:
        if started:
            started(stage.__name__)
        return call(stage, arguments)

    attempts = Retrying(retry=retry_if_exception_type(PointerMoved), stop=stop_after_attempt(ATTEMPTS), reraise=True)
    return attempts(_score_once, context, period, as_of, announced)


def _score_once(context: Context, period: Period, as_of: datetime | None, call: Call) -> Outcome | Replayed:
    with context.locked():
        moment = as_of or datetime.now(UTC)
        knowledge, current = context.knowledge(moment), Shelf(context).current(period)
        if current and moment < current.as_of:
            return replayed(context, period, knowledge)
        given = {
            "context": context,
            "period": period,
            "knowledge": knowledge,
            "shelf": Shelf(context, as_of),
            "is_provisional": local_day(moment) <= period.end,
        }
        with held_back(context, period, moment):
            outcome: Outcome = run(PERIOD, given, call)["published"]
        held.release(context.engine, context.district, context.scheme, str(period))
        return outcome


def inputs(context: Context, period: Period, knowledge: Knowledge, shelf: Shelf, is_provisional: bool) -> Inputs:
    """What the period is computed from."""
    return read_inputs(context, period, knowledge, shelf, is_provisional)


def rulebook(inputs: Inputs) -> RuleBook:
    """The rule book in force on the period's last day."""
    return inputs.rulebook


def judged(context: Context, period: Period, scored: Scored) -> Scored:
    """What may be published. Raises Incomplete where somebody is waited for."""
    if scored.completeness.is_held:
        raise incomplete(context, period, scored)
    return scored


def published(context: Context, inputs: Inputs, knowledge: Knowledge, judged: Scored) -> Outcome:
    """The edition, through the gate."""
    return publish(context, Draft(inputs, knowledge, judged, context.rules_files))


PERIOD: tuple[Stage, ...] = (inputs, rulebook, *SCORE, judged, published)
