"""Why a number changed: the former edition computed again with one thing after the other made new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from flows.jobs.context import Context, code_version
from flows.jobs.reading import Inputs, before_of, deliveries_of, part_of, read_records, said_before
from flows.jobs.scoring import score
from flows.jobs.shelf import Finished, Shelf
from rulebooks.files import load_texts, texts_id
from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms.edition import content_hash
from transforms.parts import Part
from transforms.restatements import COMPONENTS, TABLES, restatements
from warehouse import editions, rulebook_files
from warehouse.batches import Knowledge
from warehouse.editions import Edition

STEPS = tuple(COMPONENTS)
_BY_PEOPLE = {"corrections": "更正", "exemptions": "豁免", "rechecks": "复核"}
"""Records that say of others how they count, and what a change that comes of them alone is put down to."""
Frames = dict[str, pd.DataFrame]


def restated(context: Context, old: Finished, new_inputs: Inputs, new_frames: Frames) -> pd.DataFrame:
    """Every number that differs between an edition and its successor, with how much came from what.

    The steps are those of `transforms.restatements.COMPONENTS`, in that order. A step in which nothing differs is not
    computed. A quarter is computed again from its months, each with the same thing made new.
    """
    before = _Side(context, old)
    after = _Side(context, Finished(old.period, new_frames.__getitem__), new_inputs)
    differing = [step for step in STEPS if _differs(before, after, step)] or [STEPS[0]]
    steps = [(step, _variant(before, after, step)) for step in differing[:-1]]
    titles = COMPONENTS | {"data": _data_title(before, after)}
    return restatements(before.frames, [*steps, (differing[-1], after.frames)], titles)


def inputs_of(context: Context, edition: Edition) -> Inputs:
    """What a published edition was computed from."""
    period = Period.parse(edition.period)
    rulebook = rules_of(context, edition)
    known = context.known(Knowledge(edition.as_of, edition.known_seq))
    shelf = Shelf(context)
    sources = {
        Period.parse(source.period): shelf.finished(source)
        for source in editions.sources(context.engine, edition.edition_id)
    }
    return Inputs(
        period,
        rulebook,
        known.registry(),
        read_records(known, period, rulebook),
        before_of(sources.get(period.previous())),
        tuple(part_of(sources[part]) for part in rulebook.parts(period) if part in sources),
        edition.is_provisional,
        tuple(sources.values()),
        deliveries_of(known),
    )


def rules_of(context: Context, edition: Edition) -> RuleBook:
    """The rule book that an edition was computed with, as its files stood then."""
    on = Period.parse(edition.period).end
    if edition.rules_id == texts_id(context.rules_files):
        return context.rules(on, edition.as_of)
    texts = rulebook_files.restore(context.engine, edition.rules_id)
    return load_texts(context.scheme, texts, on, edition.as_of)


@dataclass(frozen=True)
class _Side:
    """One side of a comparison: a period as published, or as drafted with the inputs given."""

    context: Context
    finished: Finished
    given: Inputs | None = None

    @cached_property
    def inputs(self) -> Inputs:
        """What it was computed from."""
        return self.given or inputs_of(self.context, self.edition)

    @property
    def edition(self) -> Edition:
        """The edition; only a draft has none."""
        assert self.finished.edition is not None
        return self.finished.edition

    @property
    def code(self) -> str:
        """Version of the code that computed it."""
        return self.finished.edition.code_version if self.finished.edition else code_version()

    @cached_property
    def frames(self) -> Frames:
        """Its rows, of the tables that numbers are compared in."""
        return {table: self.finished.rows(table) for table in (*TABLES, "item")}

    @cached_property
    def parts(self) -> dict[Period, _Side]:
        """The parts that it was computed from."""
        own = self.inputs.rulebook.parts(self.finished.period)
        return {one.period: _Side(self.context, one) for one in self.inputs.sources if one.period in own}

    def is_same(self, other: _Side) -> bool:
        """Whether both are the same published edition."""
        mine, its = self.finished.edition, other.finished.edition
        return mine is not None and its is not None and mine.edition_id == its.edition_id


def _differs(old: _Side, new: _Side, step: str) -> bool:
    """Whether the two sides, or any parts that they were computed from, differ in what the step makes new."""
    if old.is_same(new):
        return False
    if _OWN[step](old, new) or (step == "data" and old.parts.keys() != new.parts.keys()):
        return True
    return any(_differs(part, new.parts[period], step) for period, part in old.parts.items() if period in new.parts)


def _data_differ(old: _Side, new: _Side) -> bool:
    return bool(_kinds_that_differ(old, new))


def _kinds_that_differ(old: _Side, new: _Side) -> set[str]:
    """The kinds of records that are not from the same deliveries."""
    before, after = vars(old.inputs.records), vars(new.inputs.records)
    return {kind for kind in before if _batches(before[kind]) != _batches(after[kind])}


def _data_title(old: _Side, new: _Side) -> str:
    """What came new as data: put right, exempted and re-checked by people where that is all, otherwise data."""
    kinds = _kinds_in_all(old, new)
    if not kinds or kinds - _BY_PEOPLE.keys():
        return COMPONENTS["data"]
    return "和".join(title for kind, title in _BY_PEOPLE.items() if kind in kinds)


def _kinds_in_all(old: _Side, new: _Side) -> set[str]:
    """The kinds that differ on the two sides or in parts of them; that a part came or went counts as one more."""
    if old.is_same(new):
        return set()
    kinds = _kinds_that_differ(old, new) | ({"parts"} if old.parts.keys() != new.parts.keys() else set())
    both = old.parts.keys() & new.parts.keys()
    return kinds.union(*(_kinds_in_all(old.parts[period], new.parts[period]) for period in both))


def _before_differs(old: _Side, new: _Side) -> bool:
    one, other = (content_hash(*said_before(side.inputs.before)) for side in (old, new))
    return one != other


def _batches(*frames: pd.DataFrame) -> set[str]:
    """The deliveries that records are from; the same deliveries are the same records."""
    return {batch_id for frame in frames for batch_id in frame["batch_id"].unique()}


_OWN: dict[str, Callable[[_Side, _Side], bool]] = {
    "code": lambda old, new: old.code != new.code,
    "data": _data_differ,
    "registry": lambda old, new: _batches(old.inputs.registry_rows) != _batches(new.inputs.registry_rows),
    "rules": lambda old, new: old.inputs.rulebook != new.inputs.rulebook,
    "streaks": _before_differs,
}
"""Whether two sides differ of themselves in what a step makes new."""


def _variant(old: _Side, new: _Side, upto: str) -> Frames:
    """The rows that come of the old inputs once the steps as far as `upto` have made theirs new."""
    if old.is_same(new):
        return old.frames
    done = STEPS[: STEPS.index(upto) + 1]

    def side(step: str) -> Inputs:
        return new.inputs if step in done else old.inputs

    inputs = replace(
        old.inputs,
        records=side("data").records,
        deliveries=side("data").deliveries,
        registry_rows=side("registry").registry_rows,
        rulebook=side("rules").rulebook,
        before=side("streaks").before,
        parts=tuple(_variant_parts(old, new, upto, "data" in done)),
    )
    return score(inputs).frames


def _variant_parts(old: _Side, new: _Side, upto: str, with_new: bool) -> Iterator[Part]:
    """The parts of a variant; a part that only one side has comes and goes with the data."""
    for period in sorted(old.parts.keys() | new.parts.keys()):
        before, after = old.parts.get(period), new.parts.get(period)
        if before and after:
            rows = _variant(before, after, upto)
            yield Part(period, rows["score"], rows["ledger_line"], rows["item"])
        elif only := after if with_new else before:
            yield part_of(only.finished)
