"""The re-check sample: drawn from the declarations of a period, written as a work list, its results recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from boards.recheck_list import FILE, recheck_table
from boards.workbooks import keep, workbook
from flows.jobs.context import Context
from rulebooks.findings import RuleBookError
from schemas.errors import ClearError
from schemas.kinds import kinds_read
from schemas.periods import CADENCE_NAMES, LOCAL_ZONE, Period
from schemas.rulebook import RuleBook
from transforms import recheck as of_recheck
from transforms.checks.registry import registry_of
from transforms.corrections import applied
from transforms.registry import Registry, as_at, grouped
from transforms.scoring import CheckedRecords, Records, check_records
from warehouse import published, worklists
from warehouse.batches import Knowledge
from warehouse.known import Known


class NothingToRecheck(ClearError):
    """Branches declare nothing for such periods, or nothing has come yet; the message says what to do."""


class SeedFixed(ClearError):
    """The period was drawn with another seed than the one asked for."""


@dataclass(frozen=True)
class Sample:
    """A period's sample as it stands now: who could be drawn and who was, how many results there are, the work list.

    `added`: declarations that this run drew.
    """

    period: str
    seed: str
    candidates: int
    organizations: int
    declarations: int
    added: int
    done: int
    path: str

    def told(self) -> str:
        """What the run came to, in one sentence."""
        news = f"新抽{self.added}项" if self.added else "与上次相同"
        return (
            f"{self.candidates}个组织中抽取{self.organizations}个，共{self.declarations}项申报（{news}），"
            f"已复核{self.done}项；随机种子{self.seed}；清单：{self.path}"
        )


@dataclass(frozen=True)
class _Declared:
    """A period's declarations as delivered and put right, with what they are judged by."""

    records: Records
    registry: Registry
    rulebook: RuleBook
    period: Period

    def checked(self, **changed: pd.DataFrame) -> CheckedRecords:
        """The declarations in order; `changed` are kinds of record to be looked at in place of their own."""
        given = Records(**(vars(self.records) | changed))
        return check_records(given, self.registry, self.rulebook, self.period)


def recheck(context: Context, period: Period, moment: datetime, seed: str = "") -> Sample:
    """Draws the period's sample, or adds to it where there is more to draw from, and writes the work list.

    `seed`: what the draw hangs on; left out, it is made of the declarations themselves, so that nobody could know it.
    Raises NothingToRecheck and SeedFixed.
    """
    _require_declarations(context, period, moment)
    with context.locked():
        knowledge = context.knowledge(moment)
        known = context.known(knowledge)
        if known.declarations(period).empty:
            raise NothingToRecheck(f"{period}还没有收到申报，无从抽取。请先取件：zuzhili intake")
        declared = _declared(context, known, period, moment)
        found = _candidates(declared)
        draw = _draw(context, known, period, knowledge, seed)
        added = _drawn(context, declared, known, found, draw)
        record_results(context, period, known)
        shown = _shown(context, period)
        path = context.settings.lists / context.district / context.scheme / str(period) / FILE
        candidates = found["org_code"].nunique()
        keep(workbook([recheck_table(shown, candidates, str(period), declared.rulebook)]), Path(path))
    return Sample(
        str(period),
        draw.seed,
        candidates,
        shown["org_code"].nunique(),
        len(shown),
        len(added),
        int(shown["status"].eq("done").sum()),
        str(path),
    )


def record_results(context: Context, period: Period, known: Known) -> None:
    """Brings the results in the period's sample in line with what is known of re-checks."""
    where = (context.engine, context.district, context.scheme)
    if worklists.sample(*where, [str(period)]).empty:
        return
    declared = _declared(context, known, period, datetime.now(UTC))
    checked = declared.checked()
    found = of_recheck.results(checked.declarations, declared.records.declarations, checked.rechecks)
    worklists.record_results(*where, str(period), found)


def _require_declarations(context: Context, period: Period, moment: datetime) -> None:
    try:
        rulebook = context.rules(period.end, moment)
    except RuleBookError:
        raise NothingToRecheck(
            f"{period}没有可用的规则手册。请核对考核期，或先检查规则手册：zuzhili rules check"
        ) from None
    cadences = [cadence for cadence in rulebook.cadences if "declarations" in kinds_read(rulebook.sources(cadence))]
    if period.cadence not in cadences:
        own = "、".join(CADENCE_NAMES[cadence] for cadence in cadences)
        instead = f"请用：{own}" if own else "无需抽查"
        raise NothingToRecheck(f"{rulebook.name}没有{period}这样的考核期由支部申报的指标。{instead}")


def _declared(context: Context, known: Known, period: Period, moment: datetime) -> _Declared:
    rulebook = context.rules(period.end, moment)
    nothing = (known.nothing(kind) for kind in ("events", "submissions", "findings", "totals", "findings"))
    events, submissions, findings, totals, followed = nothing
    records = Records(
        events,
        known.declarations(period),
        submissions,
        findings,
        totals,
        followed,
        corrections=known.corrections(),
        rechecks=known.rechecks(period),
    )
    corrected = applied(known.registry(), records, rulebook, period)
    return _Declared(corrected.records, registry_of(corrected.registry_rows, rulebook), rulebook, period)


def _candidates(declared: _Declared) -> pd.DataFrame:
    before = of_recheck.before_recheck(declared.records.declarations)
    checked = declared.checked(declarations=before, rechecks=declared.records.rechecks.iloc[:0])
    everyone = grouped(as_at(declared.registry, declared.period.end.toordinal()), declared.rulebook)
    return of_recheck.candidates(checked.declarations, declared.records.declarations, everyone, declared.rulebook)


def _draw(context: Context, known: Known, period: Period, knowledge: Knowledge, seed: str) -> worklists.Draw:
    """The draw that this run makes, with the seed that the period's first one had. Raises SeedFixed for another."""
    there = worklists.sample(context.engine, context.district, context.scheme, [str(period)])["seed"].unique()
    if len(there) and seed not in ("", there[0]):
        raise SeedFixed(f"{period}已经用随机种子{there[0]}抽过，不能换种子重抽。请去掉--seed，只补抽新增的")
    held = known.deliveries()
    own = held[(held["kind"] == "declarations") & (held["period"] == str(period))]
    made = of_recheck.seed_of(context.district, context.scheme, str(period), own["content_hash"])
    return worklists.Draw(there[0] if len(there) else seed or made, knowledge.as_of, knowledge.seq)


def _drawn(
    context: Context, declared: _Declared, known: Known, found: pd.DataFrame, draw: worklists.Draw
) -> pd.DataFrame:
    """Draws, and keeps what is new in the register; returns that."""
    period, policies = declared.period, declared.rulebook.policies
    day = period.end.toordinal()
    where = (context.engine, context.district, context.scheme)
    earlier = [period.previous(n + 1) for n in range(policies.recheck_months // period.cadence_months)]
    register = worklists.sample(*where, [str(one) for one in (period, *earlier)])
    last = of_recheck.last_looked_at(_seen(known, register, earlier), declared.registry, day)
    already = declared.registry.code_on(register.loc[register["period"].eq(str(period)), "org_code"], day)
    lot = of_recheck.Lot(draw.seed, context.district, str(period))
    rows = of_recheck.drawn(found, last, set(already), policies.recheck_percent, lot)
    local = rows["declared_at"].dt.tz_localize(LOCAL_ZONE, ambiguous="NaT", nonexistent="NaT")
    return worklists.keep_sample(*where, str(period), rows.assign(declared_at=local), draw)


def _seen(known: Known, register: pd.DataFrame, earlier: list[Period]) -> Iterator[tuple[Period, pd.Series]]:
    """Who was drawn, or re-checked without that, in earlier periods."""
    for period in earlier:
        yield period, register.loc[register["period"].eq(str(period)), "org_code"]
        for records in (known.declarations(period), known.rechecks(period)):
            yield period, records.loc[of_recheck.is_rechecked(records), "org_code"].dropna()


def _shown(context: Context, period: Period) -> pd.DataFrame:
    own = {"district": context.district, "scheme": context.scheme, "period": str(period)}
    return published.view(context.engine, "recheck_samples", **own)
