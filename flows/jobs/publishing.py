"""Publishing: a draft becomes an edition if it says something new and the gate lets it through."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from flows.jobs.context import Context
from schemas.errors import ClearError
from schemas.periods import Period
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms.edition import content_hash
from warehouse import editions
from warehouse.editions import Edition


class GateFailed(ClearError):
    """The gate stopped the edition; the message lists what failed, the old edition stands."""


@dataclass(frozen=True)
class Draft:
    """Rows of an edition that nobody has seen, by table, and what they were computed from."""

    period: Period
    as_of: datetime
    rulebook: RuleBook
    inputs_hash: str
    code_version: str
    frames: dict[str, pd.DataFrame]
    new_rejections: pd.DataFrame
    resolved: list[str]


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the edition that is current now, and whether this run made it."""

    edition: Edition
    is_new: bool
    rejected: int = 0
    resolved: int = 0

    def told(self) -> str:
        """What the run came to, in one sentence."""
        if not self.is_new:
            return f"数据和规则都没有变化，第{self.edition.revision}版仍然有效，没有发布新版"
        settled = f"（新增退回{self.rejected}条，解决退回{self.resolved}条）" if self.rejected or self.resolved else ""
        return f"已发布第{self.edition.revision}版{settled}"


def publish(context: Context, draft: Draft) -> Outcome:
    """Writes, gates and publishes the draft; the same inputs and rules as before publish nothing new.

    Other code is only news if it comes to other rows.

    Raises GateFailed, and PointerMoved where another run has published in between.
    """
    from warehouse import gate

    engine, period = context.engine, str(draft.period)
    editions.sweep(engine, context.district, context.scheme)
    current = editions.current(engine, context.district, context.scheme, period)
    if current and _says_the_same(context, current, draft):
        return Outcome(current, is_new=False)
    edition = _edition(context, draft, current)
    editions.write(engine, edition, draft.frames)
    reports = context.settings.reports.resolve() / context.district / context.scheme / period
    verdict = gate.check(engine, edition.edition_id, reports)
    if not verdict.passed:
        reasons = "；".join(f"{failure.name}：{failure.message}" for failure in verdict.failures)
        editions.fail(engine, edition.edition_id, reasons)
        standing = f"第{current.revision}版仍然有效" if current else "本期还没有发布过版次"
        raise GateFailed(f"{period}没有通过质量关，未发布（{standing}）。{reasons}。报告：{verdict.report}")
    replaces = current.edition_id if current else None
    editions.publish(engine, edition.edition_id, replaces, draft.new_rejections, draft.resolved)
    published = editions.current(engine, context.district, context.scheme, period)
    assert published is not None
    return Outcome(published, True, len(draft.new_rejections), len(draft.resolved))


def _says_the_same(context: Context, current: Edition, draft: Draft) -> bool:
    """Whether inputs and rules are those of the current edition, and so is the code, or at least every row it makes."""
    if (current.inputs_hash, current.rulebook_hash) != (draft.inputs_hash, draft.rulebook.hash):
        return False
    return current.code_version == draft.code_version or all(
        content_hash(STAGES[table].validated(editions.rows(context.engine, current.edition_id, table)))
        == content_hash(frame)
        for table, frame in draft.frames.items()
    )


def _edition(context: Context, draft: Draft, current: Edition | None) -> Edition:
    period, revision = draft.period, current.revision + 1 if current else 1
    origin = (draft.inputs_hash, draft.rulebook.hash, draft.code_version)
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
        as_of=draft.as_of,
        rulebook_version=draft.rulebook.version,
        rulebook_hash=draft.rulebook.hash,
        inputs_hash=draft.inputs_hash,
        code_version=draft.code_version,
        is_provisional=False,
        cause=_cause(draft, current),
        note=f"{len(draft.frames['score'])}个组织",
    )


def _cause(draft: Draft, current: Edition | None) -> str:
    """Why there is a new edition: the first of rules, data and code that changed."""
    if current is None:
        return "routine"
    if current.rulebook_hash != draft.rulebook.hash:
        return "rule change"
    return "late data" if current.inputs_hash != draft.inputs_hash else "code change"
