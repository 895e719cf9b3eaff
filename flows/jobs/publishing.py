"""Publishing: a draft becomes an edition if it says something new and the gate lets it through."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import pandas as pd

from flows.jobs.context import Context, code_version
from flows.jobs.reading import Inputs
from flows.jobs.restating import restated
from flows.jobs.scoring import Scored
from flows.jobs.shelf import Shelf
from rulebooks.files import texts_id
from schemas.errors import ClearError
from schemas.periods import Period, local_day
from schemas.stages import STAGES
from transforms.absence_wording import noted
from transforms.edition import content_hashes
from transforms.scoring import settled
from warehouse import batches, editions, rulebook_files
from warehouse.batches import Knowledge
from warehouse.editions import Edition

NOTE_BETWEEN = "；"
"""Stands in an edition's note before what its readers should know."""


class GateFailed(ClearError):
    """The gate stopped the edition; the message lists what failed, the old edition stands."""


@dataclass(frozen=True)
class Draft:
    """An edition that nobody has seen: its rows by table, and what they were computed from."""

    inputs: Inputs
    knowledge: Knowledge
    scored: Scored
    rules_files: dict[str, str]

    @property
    def period(self) -> Period:
        """The period that it is of."""
        return self.inputs.period


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the edition that is current now, and whether this run made it.

    `restated` counts the numbers that differ from the edition before.
    """

    edition: Edition
    is_new: bool
    rejected: int = 0
    resolved: int = 0
    restated: int = 0

    @property
    def period(self) -> str:
        """The period."""
        return self.edition.period

    def told(self) -> str:
        """What the run came to, in one sentence."""
        number = self.edition.revision
        if not self.is_new:
            return f"数据和规则都没有变化，第{number}版仍然有效，没有发布新版"
        counts = (
            ("新增退回{}条", self.rejected),
            ("解决退回{}条", self.resolved),
            ("与上一版不同的数{}个", self.restated),
        )
        absent = self.edition.note.partition(NOTE_BETWEEN)[2]
        said = "，".join([*(text.format(count) for text, count in counts if count), *filter(None, [absent])])
        return f"已发布第{number}版{'（即时版）' if self.edition.is_provisional else ''}{f'（{said}）' if said else ''}"


def publish(context: Context, draft: Draft) -> Outcome:
    """Writes, gates and publishes the draft; the same inputs and rules as before publish nothing new.

    A new edition of a finished period says of every number that changed what the change came from. Where nothing has
    changed, the current edition is confirmed: it is known to hold with what has come since.

    Raises GateFailed, and PointerMoved where another run has published in between.
    """
    from warehouse import gate

    engine, period = context.engine, str(draft.period)
    editions.sweep(engine, context.district, context.scheme)
    current = Shelf(context).current(draft.period)
    if current and says_the_same(context, current, draft.inputs, draft.scored):
        editions.confirm(engine, current.edition_id, draft.knowledge.seq)
        return Outcome(current, is_new=False)
    new = _edition(context, draft, current)
    restatements = _restatements(context, current, draft)
    rulebook_files.keep(engine, new.rules_id, draft.rules_files)
    sources = [finished.edition.edition_id for finished in draft.inputs.sources if finished.edition]
    more = {
        "restatement": STAGES["restatement"].validated(restatements),
        "edition_source": STAGES["edition_source"].validated(pd.DataFrame({"source_id": sources}, dtype="int64")),
    }
    editions.write(engine, new, draft.scored.frames | more)
    reports = context.settings.reports.resolve() / context.district / context.scheme / period
    verdict = gate.check(engine, new.edition_id, reports)
    if not verdict.passed:
        reasons = "；".join(f"{failure.name}：{failure.message}" for failure in verdict.failures)
        editions.fail(engine, new.edition_id, reasons)
        standing = f"第{current.revision}版仍然有效" if current else "本期还没有发布过版次"
        raise GateFailed(f"{period}没有通过质量关，未发布（{standing}）。{reasons}。报告：{verdict.report}")
    known = context.known(draft.knowledge)
    rejected, resolved = settled(_open_rejections(context, known.batch_ids(), period), draft.scored.checked)
    editions.publish(engine, new.edition_id, current.edition_id if current else None, rejected, resolved)
    return Outcome(editions.by_id(engine, new.edition_id), True, len(rejected), len(resolved), len(restatements))


def _open_rejections(context: Context, batch_ids: list[str], period: str) -> pd.DataFrame:
    """What stands against the batches, without what editions of other periods have found of registers."""
    found = batches.open_rejections(context.engine, batch_ids)
    return found[found["edition_id"].isna() | found["period"].eq(period)]


def _restatements(context: Context, current: Edition | None, draft: Draft) -> pd.DataFrame:
    """What changed against the edition before; nothing where that was provisional or there was none."""
    if current is None or current.is_provisional or draft.scored.is_provisional:
        return STAGES["restatement"].empty()
    return restated(context, Shelf(context).finished(current), draft.inputs, draft.scored.frames)


def says_the_same(context: Context, current: Edition, inputs: Inputs, scored: Scored) -> bool:
    """Whether inputs and rules are those of the current edition, and so is the code, or at least every row it makes.

    Other code is only news if it comes to other rows.
    """
    said = (current.inputs_hash, current.rulebook_hash, current.is_provisional)
    if said != (scored.inputs_hash, inputs.rulebook.hash, scored.is_provisional):
        return False
    if current.code_version == code_version():
        return True
    return Shelf(context).finished(current).hashes(scored.frames) == content_hashes(scored.frames)


def _edition(context: Context, draft: Draft, current: Edition | None) -> Edition:
    period, revision, rulebook = draft.period, current.revision + 1 if current else 1, draft.inputs.rulebook
    origin = (draft.scored.inputs_hash, rulebook.hash, code_version())
    made_of = (context.district, context.scheme, str(period), str(revision), *origin)
    return Edition(
        edition_id=int(hashlib.sha256("\0".join(made_of).encode()).hexdigest()[:13], 16),
        district=context.district,
        scheme=context.scheme,
        period=str(period),
        cadence=period.cadence,
        period_start=period.start,
        period_end=period.end,
        revision=revision,
        as_of=draft.knowledge.as_of,
        known_seq=draft.knowledge.seq,
        rulebook_version=rulebook.version,
        rulebook_hash=rulebook.hash,
        rules_id=texts_id(draft.rules_files),
        inputs_hash=draft.scored.inputs_hash,
        code_version=code_version(),
        is_provisional=draft.scored.is_provisional,
        cause=_cause(draft, current),
        note=_note(draft, current),
    )


def _cause(draft: Draft, current: Edition | None) -> str:
    """Why there is a new edition: the first of rules, data and code that changed."""
    if draft.scored.is_provisional:
        return "provisional"
    if current is None or current.is_provisional:
        return "routine"
    if current.rulebook_hash != draft.inputs.rulebook.hash:
        return "rule change"
    return "late data" if current.inputs_hash != draft.scored.inputs_hash else "code change"


def _note(draft: Draft, current: Edition | None) -> str:
    """Organisations scored, parts that are not there, who has not delivered to an ended period, and whether a first
    edition comes after the day it was due."""
    there = {part.period for part in draft.inputs.parts}
    absent = _in_runs([part for part in draft.inputs.rulebook.parts(draft.period) if part not in there])
    notes = [
        f"{len(draft.scored.frames['score'])}个组织",
        *([f"没有{absent}的版次，按其余各期计"] if absent else []),
        *([] if draft.inputs.is_provisional else noted(draft.scored.completeness.rows)),
        *([_late(draft)] if current is None else []),
    ]
    return NOTE_BETWEEN.join(filter(None, notes))


def _in_runs(periods: list[Period]) -> str:
    """The periods, those that follow each other as first and last."""
    runs: list[list[Period]] = []
    for period in periods:
        if runs and runs[-1][-1].next == period:
            runs[-1].append(period)
        else:
            runs.append([period])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}至{run[-1]}" for run in runs)


def _late(draft: Draft) -> str:
    rule, period = draft.inputs.rulebook.cadences[draft.period.cadence], draft.period
    if rule.publish_before is None:
        return ""
    due = date(period.end.year + 1, *rule.publish_before)
    return f"应在{due}前公布，已逾期" if local_day(draft.knowledge.as_of) >= due else ""
