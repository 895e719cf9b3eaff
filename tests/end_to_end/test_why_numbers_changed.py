"""Why a number changed: each part is what computing the period with that one thing new, and those before it, changes.

The parts are checked against editions that are published on the way: one thing new at a time, in the order code, data,
registry, rules, former periods.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flows.jobs import publishing, replay, restating
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from rulebooks.loader import HERE
from tests.districts import EXAMPLE, District, settings_in
from tests.end_to_end.history import MAINLAND, UTF8, at_fault, rewritten
from tests.end_to_end.numbers import PARTS, changed, numbers, restated
from transforms import rules

JULY, AUGUST, QUARTER, YEAR = "2024-07", "2024-08", "2024Q3", "2024"
STEPS = ("data", "registry", "rules")
NEW_RULES = {
    "items/common.yaml": (
        ("rule: {proportional: 0.95}\n    reference: 《赣榆区党组织组织力指数指标体系（参考目录）》第3项",
         "rule: {proportional: 0.7}\n    reference: 更正"),
        ("rule: {proportional: 0.95}\n    reference: 《赣榆区党组织组织力指数指标体系（参考目录）》第16项",
         "rule: {proportional: 0.99}\n    reference: 更正"),
    ),
    "negative_list.yaml": (("each: 1.0\n    cap: 2.0", "each: 2.0\n    cap: 4.0"),),
}  # fmt: skip
"""A monthly item, a quarterly one and a deduction."""


@dataclass(frozen=True)
class Places:
    """The district before anything changed, and what changes: inboxes with late data or a corrected registry, rules.

    `before` has July, August, the quarter and the year published.
    """

    before: District
    folder: Path
    inboxes: Mapping[frozenset[str], Path]
    new_rules: Path

    def copy(self, name: str) -> District:
        return self.before.copied(self.folder / name)

    def made_new(self, own: District, things: tuple[str, ...]) -> District:
        """The district once these things are new, nothing computed yet."""
        place = self.inboxes[frozenset(things) & {"data", "registry"}]
        own = own.under(inbox=place, rulebooks=self.new_rules if "rules" in things else None)
        assert not own.take().having("refused")
        return own


@dataclass
class Ladder:
    """Numbers of periods as one thing after the other became new, and what was said of each change."""

    steps: tuple[str, ...]
    numbers: dict[str, list[pd.Series]] = field(default_factory=dict)
    said: dict[str, list[pd.DataFrame]] = field(default_factory=dict)

    def climb(self, own: District, period: str) -> None:
        """Publishes the period once more and keeps what it shows."""
        outcome = _published(own, period)
        self.numbers.setdefault(period, []).append(numbers(own.engine, outcome.edition))
        self.said.setdefault(period, []).append(restated(own.engine, outcome.edition))

    def parts(self, period: str) -> pd.DataFrame:
        """What the whole way changed, with the part of each step; a number that is not there counts as 0."""
        way = self.numbers[period]
        rows = changed(way[0], way[-1])
        heights = [step.reindex(rows.index).fillna(0) for step in way]
        climbed = zip(self.steps, pairwise(heights), strict=True)
        parts = {f"from_{name}": after - before for name, (before, after) in climbed}
        return rows.assign(**dict.fromkeys(PARTS, 0)).assign(**parts).astype("Int64")[[*rows, *PARTS]]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("why")
    inboxes = {frozenset(things): folder / "-".join(["inbox", *things]) for things in _some_of("data", "registry")}
    for things, place in inboxes.items():
        _fill(place, has_late_data="data" in things, has_true_registry="registry" in things)
    before = District(settings_in(folder / "before", inboxes[frozenset()]))
    assert not before.take().having("refused")
    before.score(JULY, AUGUST, QUARTER, YEAR)
    new_rules = folder / "rules"
    shutil.copytree(HERE / "ganyu", new_rules / "ganyu")
    for file, edits in NEW_RULES.items():
        path = new_rules / "ganyu" / file
        text = path.read_text("utf-8")
        for old, new in edits:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")
    yield Places(before, folder, inboxes, new_rules)
    before.engine.dispose()


@pytest.fixture(scope="module")
def ladder(places: Places) -> Ladder:
    """July, August, the quarter and the year, published after each step."""
    own, ladder = places.copy("ladder"), Ladder(STEPS)
    for period in (JULY, AUGUST, QUARTER, YEAR):
        ladder.numbers[period] = [numbers(own.engine, own.edition(period))]
    for place, _ in enumerate(STEPS, start=1):
        own = places.made_new(own, STEPS[:place])
        for period in (JULY, AUGUST, QUARTER, YEAR):
            ladder.climb(own, period)
    return ladder


@pytest.mark.parametrize("period", [JULY, QUARTER, YEAR])
def test_one_thing_alone_is_all_of_the_change(ladder: Ladder, period: str) -> None:
    for step, said, (old, new) in zip(STEPS, ladder.said[period], pairwise(ladder.numbers[period]), strict=True):
        rows = changed(old, new)
        pd.testing.assert_frame_equal(said[["old_value", "new_value"]], rows)
        assert (said[f"from_{step}"] == rows["new_value"].fillna(0) - rows["old_value"].fillna(0)).all()
        assert not said[[part for part in PARTS if part != f"from_{step}"]].any(axis=None)
        assert said[f"from_{step}"].astype(bool).sum() > 20


def test_of_all_at_once_each_has_its_own_part(places: Places, ladder: Ladder) -> None:
    own = places.made_new(places.copy("all"), STEPS)
    for period in (JULY, AUGUST, QUARTER, YEAR):
        said = restated(own.engine, _published(own, period).edition)
        if period != AUGUST:
            expected = ladder.parts(period)
            pd.testing.assert_frame_equal(said.drop(columns="cause"), expected, obj=period)
            assert expected.ne(0).sum()[["from_data", "from_registry", "from_rules"]].min() > 20
            several = expected[[f"from_{step}" for step in STEPS]].ne(0).sum(axis=1) > 1
            assert several.sum() > 20
            assert said.loc[several, "cause"].str.contains("、").all()


@pytest.mark.parametrize("two", [("data", "registry"), ("data", "rules")])
def test_of_two_at_once_each_has_its_own_part(places: Places, ladder: Ladder, two: tuple[str, str]) -> None:
    own = places.made_new(places.copy("-".join(two)), two)
    outcome = _published(own, JULY)
    before, late, *_ = ladder.numbers[JULY]
    way = Ladder(two, {JULY: [before, late, numbers(own.engine, outcome.edition)]})
    said = restated(own.engine, outcome.edition)
    pd.testing.assert_frame_equal(said.drop(columns="cause"), way.parts(JULY))


def test_a_month_that_comes_late_into_its_quarter_is_late_data(places: Places) -> None:
    own = places.made_new(places.copy("september"), ())
    inbox = Path(shutil.copytree(own.settings.inbox, places.folder / "inbox-september"))
    for name in ("platform/2024-09.jsonl", "declarations/2024-09.csv"):
        shutil.copy(EXAMPLE / "inbox" / name, inbox / name)
    before = numbers(own.engine, own.edition(QUARTER))
    own = own.under(inbox=inbox)
    own.take()
    *_, outcome, year = own.backfill("2024-09", "2024-09")
    assert outcome.edition is not None
    assert (year.period, year.is_new) == (YEAR, True)
    assert (outcome.period, outcome.edition.cause) == (QUARTER, "late data")
    said = restated(own.engine, outcome.edition)
    rows = changed(before, numbers(own.engine, outcome.edition))
    pd.testing.assert_frame_equal(said[["old_value", "new_value"]], rows)
    assert said["from_data"].tolist() == (rows["new_value"].fillna(0) - rows["old_value"].fillna(0)).tolist()
    assert len(said.query("measure == 'index_points'")) > 100


def test_former_periods_have_the_part_that_is_left(places: Places) -> None:
    """August with July as it was, one thing after the other; then July made new; and all of it at once."""
    by_steps, at_once = places.copy("august"), places.copy("august-at-once")
    ladder = Ladder((*STEPS, "streaks"), {AUGUST: [numbers(by_steps.engine, by_steps.edition(AUGUST))]})
    for place, _ in enumerate(STEPS, start=1):
        by_steps = places.made_new(by_steps, STEPS[:place])
        ladder.climb(by_steps, AUGUST)
    by_steps.score(JULY)
    ladder.climb(by_steps, AUGUST)
    last = ladder.said[AUGUST][-1]
    assert last["from_streaks"].ne(0).sum() > 20
    assert not last[[part for part in PARTS if part != "from_streaks"]].any(axis=None)
    assert set(last["cause"].str.partition("（原因：")[2].str.rstrip("）").replace("", pd.NA).dropna()) <= {"前期结果"}
    at_once = places.made_new(at_once, STEPS)
    at_once.score(JULY)
    said = restated(at_once.engine, _published(at_once, AUGUST).edition)
    pd.testing.assert_frame_equal(said.drop(columns="cause"), ladder.parts(AUGUST))
    assert said[PARTS].ne(0).sum()[["from_data", "from_registry", "from_rules", "from_streaks"]].min() > 10


def test_other_code_comes_before_late_data(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    by_steps, at_once = places.copy("code"), places.copy("code-at-once")
    ladder = Ladder(("code", "data"), {JULY: [numbers(by_steps.engine, by_steps.edition(JULY))]})
    for job in (publishing, replay, restating):
        monkeypatch.setattr(job, "code_version", lambda: "another")
    monkeypatch.setitem(rules._RULES, "yes_no", lambda _, full, num, den: (np.where(num > 0, full // 2, 0), num > 0))
    ladder.climb(by_steps, JULY)
    assert ladder.said[JULY][0]["from_code"].ne(0).sum() > 100
    first = places.before.edition(JULY)
    again = by_steps.score(JULY, as_of=first.as_of)[0]
    assert isinstance(again, Replayed)
    assert (again.edition, "ledger_line" in again.differing) == (first, True)
    assert f"当时的程序是{first.code_version}" in again.told()
    ladder.climb(places.made_new(by_steps, ("data",)), JULY)
    assert not ladder.said[JULY][1]["from_code"].any()
    outcome = _published(places.made_new(at_once, ("data",)), JULY)
    assert outcome.edition.cause == "late data"
    said = restated(at_once.engine, outcome.edition)
    pd.testing.assert_frame_equal(said.drop(columns="cause"), ladder.parts(JULY))
    assert (said["from_code"].ne(0) & said["from_data"].ne(0)).sum() > 5


def _published(own: District, period: str) -> Outcome:
    outcome = own.score(period)[0]
    assert isinstance(outcome, Outcome)
    assert outcome.is_new
    return outcome


def _some_of(*things: str) -> list[tuple[str, ...]]:
    return [(), things[:1], things[1:], things]


def _fill(place: Path, *, has_late_data: bool, has_true_registry: bool) -> None:
    """The example's inbox up to August, without what is late and with the registry as it was at first."""
    shutil.copytree(EXAMPLE / "inbox", place)
    for name in ("platform/2024-09.jsonl", "declarations/2024-09.csv", "inspections/2024-09.csv"):
        (place / name).unlink()
    if not has_true_registry:
        path = place / "registry/organizations.csv"
        path.write_bytes(at_fault(path.read_bytes()))
    if not has_late_data:
        for month in (JULY, AUGUST):
            path = place / f"declarations/{month}.csv"
            path.write_bytes(rewritten(path.read_bytes(), UTF8, lambda rows: rows.__delitem__(slice(0, 200))))
        for period in (JULY, QUARTER):
            path = place / f"inspections/{period}.csv"
            path.write_bytes(rewritten(path.read_bytes(), MAINLAND, lambda rows: rows.__delitem__(slice(0, 8))))
        (place / "departments/2024Q3/财政局.xlsx").unlink()
