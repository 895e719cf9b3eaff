"""The second clock: a period as it was known at a past moment, computed again and compared with what was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.jobs.context import Context, code_version
from flows.jobs.reading import hangs_on_before, is_delivered
from flows.jobs.reading import inputs as read_inputs
from flows.jobs.restating import inputs_of
from flows.jobs.scoring import Scored, score
from flows.jobs.shelf import Shelf
from schemas.periods import Period, local_day, local_time
from transforms.edition import content_hashes
from warehouse.batches import Knowledge
from warehouse.editions import Edition


@dataclass(frozen=True)
class Replayed:
    """A period as known at a past moment. Nothing was published.

    `edition` is the one of that moment, None where there was none; `hashes` are those of the rows computed now, by
    table, and `differing` names the tables in which the edition has other rows.
    """

    period: str
    as_of: datetime
    edition: Edition | None
    hashes: dict[str, str]
    differing: tuple[str, ...]
    is_new: bool = False

    def told(self) -> str:
        """What came of it, in one sentence."""
        moment = f"截至{local_time(self.as_of)}"
        if self.edition is None:
            return f"{moment}还没有发布过版次；按当时所知算出了结果，没有发布"
        number = self.edition.revision
        if not self.differing:
            return f"{moment}的是第{number}版；重算结果与当时逐项一致"
        code = f"，当时的程序是{self.edition.code_version}" if self.edition.code_version != code_version() else ""
        return f"{moment}的是第{number}版；重算结果与当时不同（{'、'.join(self.differing)}）{code}"


def replayed(context: Context, period: Period, knowledge: Knowledge) -> Replayed:
    """The period as it was known at a moment of which a later edition exists."""
    shelf = Shelf(context, knowledge.as_of)
    edition = shelf.current(period)
    if edition is None:
        frames = _as_it_would_have_been(context, period, knowledge, shelf).frames
        return Replayed(str(period), knowledge.as_of, None, content_hashes(frames), ())
    hashes = content_hashes(score(inputs_of(context, edition)).frames)
    then = shelf.finished(edition).hashes(hashes)
    differing = tuple(table for table, hashed in hashes.items() if then[table] != hashed)
    return Replayed(str(period), knowledge.as_of, edition, hashes, differing)


def _as_it_would_have_been(context: Context, period: Period, knowledge: Knowledge, shelf: Shelf) -> Scored:
    """The period with all that it builds on, where nothing of it had been published by then."""
    known = context.known(knowledge)
    rulebook = context.rules(period.end, knowledge.as_of)
    before = (period.previous(),) if hangs_on_before(rulebook, period) else ()
    for earlier in (*before, *rulebook.parts(period)):
        if shelf.final(earlier) is None and is_delivered(context, known, knowledge.as_of, earlier):
            shelf.plan(earlier, _as_it_would_have_been(context, earlier, knowledge, shelf).frames)
    is_running = local_day(knowledge.as_of) <= period.end
    return score(read_inputs(context, period, knowledge, shelf, is_running))
