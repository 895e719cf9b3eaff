"""The month: from what is known to a published edition, composed from stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from flows.jobs.context import Context, code_version
from flows.jobs.publishing import Draft, Outcome, publish
from flows.stages import Call, Stage, plain, run
from schemas.errors import ClearError
from schemas.periods import Period
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms.checks.registry import registry_of
from transforms.conditions import Month
from transforms.edition import content_hash, edition_frames
from transforms.month import CheckedMonth, ObservedMonth, Records, check_month, month_lines, observe_month, settled
from transforms.registry import Registry
from transforms.registry import organizations as organizations_on
from transforms.standings import dimension_scores, scores
from transforms.warnings import Warnings
from transforms.warnings import warnings as warned_about
from warehouse import batches, editions
from warehouse.known import Known


class MissingPredecessor(ClearError):
    """The month before has deliveries but no edition, so streaks would break silently; the message names the remedy."""


class NothingDelivered(ClearError):
    """Nobody has delivered anything for the month; everyone would silently get zero."""


class NobodyAssessed(ClearError):
    """No organisation is assessed in the month: the registry is missing, or speaks of other times."""


@dataclass(frozen=True)
class Before:
    """What the month before left: ranks by organisation and runs of conditions, both empty where it has no edition."""

    scores: pd.DataFrame
    streaks: pd.DataFrame


@dataclass(frozen=True)
class Standings:
    """Dimension scores and scores, organisations by position."""

    by_dimension: pd.DataFrame
    scores: pd.DataFrame


def month(
    context: Context, period: Period, call: Call = plain, started: Callable[[str], None] | None = None
) -> Outcome:
    """Computes and publishes the month, one run at a time for a district and scheme.

    Raises NothingDelivered, NobodyAssessed, MissingPredecessor, RuleBookError, PointerMoved, and GateFailed, after
    which the old edition stands.
    """

    def announced(stage: Stage, arguments: Mapping[str, Any]) -> Any:
        if started:
            started(stage.__name__)
        return call(stage, arguments)

    with context.locked():
        given = {"context": context, "period": period, "as_of": datetime.now(UTC)}
        return run(MONTH, given, announced)["publish"]


def rulebook(context: Context, period: Period) -> RuleBook:
    """The rule book in force on the month's last day."""
    return context.rules(period.end)


def known(context: Context, period: Period) -> Known:
    """What the lake holds now. Raises NothingDelivered where it holds nothing for the month."""
    held = context.known()
    if not held.has_deliveries(period):
        raise NothingDelivered(f"{period}还没有收到平台事件或支部申报，不能计分。请先取件：zuzhili intake")
    return held


def before(context: Context, period: Period, known: Known) -> Before:
    """Ranks and runs of the month before, from its current edition."""
    previous = period.previous()
    edition = editions.current(context.engine, context.district, context.scheme, str(previous))
    if edition is None:
        if known.has_deliveries(previous):
            raise MissingPredecessor(
                f"{previous}有报送数据但还没有发布版次，连续月数会断档。请先运行：zuzhili month {previous}"
            )
        return Before(STAGES["score"].empty(), STAGES["streak"].empty())
    rows = {table: editions.rows(context.engine, edition.edition_id, table) for table in ("score", "streak")}
    return Before(rows["score"], rows["streak"])


def registry(known: Known, rulebook: RuleBook) -> Registry:
    """Who exists on which day."""
    return registry_of(known.registry(), rulebook)


def organizations(registry: Registry, period: Period, rulebook: RuleBook) -> pd.DataFrame:
    """The registry as at the month's last day, with who is assessed."""
    return STAGES["organization"].validated(organizations_on(registry, period, rulebook))


def checked(known: Known, registry: Registry, period: Period, rulebook: RuleBook) -> CheckedMonth:
    """The month's records, checked again with what registry and rule book know now."""
    records = Records(known.events(period), known.declarations(period), known.findings(period))
    return check_month(records, registry, rulebook, period)


def assessed(organizations: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The organisations that are assessed; their positions number them from here on. Raises NobodyAssessed."""
    those = organizations[organizations["is_assessed"]].reset_index(drop=True)
    if those.empty:
        raise NobodyAssessed(f"{period}没有参加考核的组织。请核对是否收到组织名册，以及其中的领域和生效、失效日期")
    return those


def observed(checked: CheckedMonth, assessed: pd.DataFrame, rulebook: RuleBook, period: Period) -> ObservedMonth:
    """The value of every item for every assessed organisation."""
    values = observe_month(checked, assessed, rulebook, period)
    STAGES["observation"].validated(values.items.values)
    return values


def lines(observed: ObservedMonth, assessed: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """The ledger."""
    return month_lines(observed, assessed, rulebook)


def standings(lines: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook, before: Before) -> Standings:
    """Points by dimension, index and ranks."""
    by_dimension = dimension_scores(lines, assessed, rulebook)
    return Standings(by_dimension, scores(by_dimension, assessed, before.scores))


def warnings(scene: Month, rulebook: RuleBook, before: Before) -> Warnings:
    """The three-colour pool."""
    return warned_about(scene, rulebook, before.streaks)


def scene(
    period: Period,
    organizations: pd.DataFrame,
    assessed: pd.DataFrame,
    lines: pd.DataFrame,
    standings: Standings,
    observed: ObservedMonth,
) -> Month:
    """All that the warning conditions look at."""
    return Month(period, organizations, assessed, lines, standings.scores, observed.findings)


def draft(
    context: Context,
    period: Period,
    as_of: datetime,
    rulebook: RuleBook,
    known: Known,
    checked: CheckedMonth,
    scene: Month,
    standings: Standings,
    observed: ObservedMonth,
    warnings: Warnings,
    before: Before,
) -> Draft:
    """The edition's rows with what they were computed from."""
    frames = edition_frames(scene, standings.by_dimension, observed, warnings, rulebook)
    stored = {table: STAGES[table].validated(frame) for table, frame in frames.items()}
    new, resolved = settled(batches.open_rejections(context.engine, known.batch_ids()), checked)
    read = content_hash(
        observed.items.values.assign(org=scene.assessed["org_code"].take(observed.items.values["org"]).to_numpy()),
        observed.findings.values.assign(
            org=scene.assessed["org_code"].take(observed.findings.values["org"]).to_numpy()
        ),
        stored["ledger_line"][["org_code", "item_code", "evidence"]],
        stored["organization"],
        before.streaks,
        before.scores[["org_code", "domain", "rank"]],
    )
    return Draft(period, as_of, rulebook, read, code_version(), stored, new, resolved)


MONTH: tuple[Stage, ...] = (
    rulebook, known, before, registry, organizations, checked, assessed, observed, lines, standings, scene, warnings,
    draft, publish,
)  # fmt: skip
