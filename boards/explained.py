"""Why an organisation has its score and what it led to, as data: for people as text, for machines as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from boards import ledger_told, outcomes_told
from boards.changes import Change, changes
from boards.errors import NotPublished
from boards.ledger_told import Dimension, Line
from boards.outcomes_told import Adjusted, Figure, Graded, Share, Task
from boards.registers_told import Correction, Exemption, corrections, exemptions
from boards.subject import Subject, edition_of, subject
from boards.traced import traced
from boards.watched import Watched, watched
from schemas.periods import Period, local_day
from schemas.rulebook import RuleBook
from warehouse import editions
from warehouse.batches import Knowledge
from warehouse.editions import Edition
from warehouse.known import Known
from warehouse.lake import Lake

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True)
class Warned:
    """One warning and who must see to it."""

    colour: str
    reason: str
    responsible: str


@dataclass(frozen=True)
class Explanation:
    """One organisation in one period: its place, its dimensions, its ledger, what moved it, its grades and tasks, its
    warnings, what was not counted, and what the edition changed against the one before.

    `base_points` are those of the counted dimensions, the index has the adjustments besides. `is_restricted`: in no
    published view. `parts` are the shorter periods that it was scored from, `diagnosis` is what its scores say beside
    those of its domain. `watched` is its entry in the list of weak and lax organisations of the year, as it stands now.
    """

    org_code: str
    org_name: str
    domain_name: str
    is_restricted: bool
    period: str
    revision: int
    is_provisional: bool
    rulebook_version: str
    index_name: str
    index_points: float
    base_points: float
    full_points: float
    rank: int
    peers: int
    is_peer_group_split: bool
    diagnosis: str
    grades: tuple[Graded, ...]
    dimensions: tuple[Dimension, ...]
    lines: tuple[Line, ...]
    adjustments: tuple[Adjusted, ...]
    shares: tuple[Share, ...]
    warnings: tuple[Warned, ...]
    tasks: tuple[Task, ...]
    watched: tuple[Watched, ...]
    figures: tuple[Figure, ...]
    corrections: tuple[Correction, ...]
    exemptions: tuple[Exemption, ...]
    not_counted: tuple[str, ...]
    changes: tuple[Change, ...]
    parts: tuple[str, ...]


def explanation(
    engine: Engine,
    lake: Lake,
    district: str,
    scheme: str,
    org: str,
    period: str,
    rules: Callable[[Edition], RuleBook],
    as_of: datetime | None = None,
) -> Explanation:
    """Explains the current edition, or that of `as_of`. `org` is a code, or a part of a name that only one bears.

    `rules` gives the rule book that an edition was computed with. The records are read from the lake as they were known
    to the edition. Raises NotPublished where there is no edition or no score, NotAPeriod where `period` is none.
    """
    edition = edition_of(engine, district, scheme, period, as_of)
    told_of = subject(engine, edition, org)
    score = told_of.rows("index_scores")
    if score.empty:
        raise NotPublished(f"{told_of.org_code}在{period}不参加考核（当期不在册，或没有领域）")
    own, rulebook, ledger = score.iloc[0], rules(edition), ledger_told.ledger(told_of)
    known = Known(engine, lake, district, scheme, Knowledge(edition.as_of, edition.known_seq))
    behind = traced(known, told_of.period, told_of.rows("organizations"), rulebook)
    return Explanation(
        org_code=told_of.org_code,
        org_name=own["org_name"],
        domain_name=own["domain_name"],
        is_restricted=told_of.is_restricted,
        period=period,
        revision=edition.revision,
        is_provisional=edition.is_provisional,
        rulebook_version=edition.rulebook_version,
        index_name=rulebook.index_name,
        index_points=float(own["index_points"]),
        base_points=float(own["base_points"]),
        full_points=float(own["full_points"]),
        rank=int(own["rank"]),
        peers=int(own["peers"]),
        is_peer_group_split=bool(own["peer_group"] != own["domain"]),
        diagnosis=str(told_of.rows("diagnoses")["text"].item()),
        grades=outcomes_told.graded(told_of, rulebook),
        dimensions=ledger_told.dimensions(told_of, rulebook),
        lines=ledger_told.lines(ledger, behind, rulebook, ledger_told.not_sent(told_of, rulebook)),
        adjustments=outcomes_told.adjusted(told_of, behind, rulebook),
        shares=outcomes_told.shares(told_of, rulebook),
        warnings=_warnings(told_of),
        tasks=outcomes_told.tasks(told_of),
        watched=_watched(told_of, as_of),
        figures=outcomes_told.figures(told_of, rulebook),
        corrections=corrections(told_of),
        exemptions=exemptions(told_of),
        not_counted=behind.not_counted,
        changes=changes(told_of.rows("restatements"), rulebook, ledger),
        parts=_parts(told_of),
    )


def _warnings(told_of: Subject) -> tuple[Warned, ...]:
    rows = told_of.rows("warnings").sort_values("severity", ascending=False, kind="stable")
    return tuple(Warned(str(row.colour), str(row.reason), str(row.responsible_name)) for row in rows.itertuples())


def _watched(told_of: Subject, as_of: datetime | None) -> tuple[Watched, ...]:
    """Its entry in the list of the period's year as it stands; the list has no past states to show."""
    if as_of or told_of.is_restricted:
        return ()
    edition, year = told_of.edition, str(told_of.period.around("year"))
    today = local_day(datetime.now(UTC))
    return watched(told_of.engine, edition.district, edition.scheme, told_of.org_code, year, today)


def _parts(told_of: Subject) -> tuple[str, ...]:
    sources = (source.period for source in editions.sources(told_of.engine, told_of.edition.edition_id))
    return tuple(sorted(part for part in sources if told_of.period.contains(Period.parse(part).start)))
