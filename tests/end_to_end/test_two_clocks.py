"""Two clocks: what was known and published at every moment can be had again, and what changed since adds up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby, pairwise
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

import cli
from flows.jobs.open_month import open_month
from flows.jobs.replay import Replayed
from tests.conftest import empty_database
from tests.districts import District, local, settings_in
from tests.end_to_end.agreement import differences, rejection_differences
from tests.end_to_end.conftest import Opened
from tests.end_to_end.history import History, cut_short, first_published, half_a_year, seen, two_months
from tests.end_to_end.numbers import PARTS, changed, numbers, restated
from transforms.edition import content_hash
from transforms.restatements import COMPONENTS
from warehouse import editions, published
from warehouse.editions import Edition

PERIODS = {
    "district-600": ["2024-04", "2024-05", "2024-06", "2024-07", "2024-08", "2024-09", "2024Q2", "2024Q3"],
    "district-120": ["2024-07", "2024-08"],
}
CAUSED = {
    "district-600": {
        "from_data": ["2024-04", "2024-05", "2024-06", "2024-07", "2024-08", "2024Q2", "2024Q3"],
        "from_registry": ["2024-04", "2024-05", "2024Q2"],
        "from_streaks": ["2024-05", "2024-06", "2024-07", "2024-08", "2024-09", "2024Q3"],
    },
    "district-120": {"from_data": ["2024-07", "2024-08"], "from_registry": ["2024-07", "2024-08"],
                     "from_streaks": ["2024-08"]},
}  # fmt: skip
"""Periods in which a number changed because of something. For September nothing was late."""
LATER = "2024-10-21T06:00"
"""When everything was computed again."""


@dataclass(frozen=True)
class Told:
    """A district after its history and the backfill, and what readers saw of every edition when it was new."""

    name: str
    history: History
    current: list[Edition]
    expected: Path

    @property
    def own(self) -> District:
        return self.history.district

    @property
    def engine(self) -> sa.Engine:
        return self.own.engine

    @property
    def periods(self) -> list[str]:
        return PERIODS[self.name]

    @property
    def editions(self) -> dict[str, list[Edition]]:
        """All that were ever published, by period, in their order."""
        ordered = sorted([*self.history.seen, *self.current], key=lambda edition: (edition.period, edition.revision))
        return {period: list(own) for period, own in groupby(ordered, key=lambda edition: edition.period)}

    def successions(self) -> Iterator[tuple[Edition, Edition]]:
        """Every final edition with the one that took its place."""
        for own in self.editions.values():
            yield from pairwise(edition for edition in own if not edition.is_provisional)


@pytest.fixture(scope="module", params=["district-600", "district-120"])
def told(
    request: pytest.FixtureRequest, samples: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """District-600 on SQLite as time went by; district-120 on PostgreSQL, taken afterwards under the old dates."""
    name = request.param
    folder = tmp_path_factory.mktemp(name)
    with ExitStack() as stack:
        is_small = name == "district-120"
        url = stack.enter_context(empty_database(request.getfixturevalue("postgres_url"))) if is_small else ""
        own = District(settings_in(folder, folder / "inbox", url))
        history = History(own, samples[name], is_recovered=is_small)
        (two_months if is_small else half_a_year)(history)
        again = own.backfill(PERIODS[name][0], PERIODS[name][-1], local(LATER))
        yield Told(name, history, [own.edition(outcome.period) for outcome in again], samples[name] / "expected")
        own.engine.dispose()


def test_every_period_has_changed_since_it_was_first_published(told: Told) -> None:
    assert [edition.period for edition in told.current] == told.periods
    assert not {edition.edition_id for edition in told.current} & {edition.edition_id for edition in told.history.seen}
    assert {old.period for old, _ in told.successions()} == set(told.periods)
    assert all(edition.as_of == local(LATER) for edition in told.current)


def test_every_edition_shows_to_this_day_what_it_showed_when_it_was_new(told: Told) -> None:
    for edition, hashes in told.history.seen.items():
        assert seen(told.engine, edition) == hashes, (edition.period, edition.revision)


def test_the_edition_of_a_moment_is_the_last_of_what_was_known_by_then(told: Told) -> None:
    for period, own in told.editions.items():
        for edition, following in zip(own, [*own[1:], None], strict=True):
            assert told.own.edition(period, edition.as_of) == edition
            last = following.as_of - timedelta(microseconds=1) if following else local("2030-01-01T00:00")
            assert told.own.edition(period, last) == edition
        before = own[0].as_of - timedelta(microseconds=1)
        assert editions.current(told.engine, own[0].district, own[0].scheme, period, before) is None


def test_every_former_edition_is_computed_again_hash_for_hash(told: Told) -> None:
    count = len(published.view(told.engine, "editions"))
    for edition in told.history.seen:
        again = told.own.score(edition.period, as_of=edition.as_of)[0]
        assert isinstance(again, Replayed)
        assert (again.edition, again.differing) == (edition, ()), again.told()
        assert "逐项一致" in again.told()
    assert len(published.view(told.engine, "editions")) == count


def test_a_moment_without_an_edition_gives_what_the_edition_after_it_then_said(told: Told) -> None:
    """Half an hour before the first publication everything was known already that went into it."""
    first = next(edition for edition in told.history.seen if edition.period == told.periods[-1])
    again = told.own.score(first.period, as_of=first.as_of - timedelta(minutes=30))[0]
    assert isinstance(again, Replayed)
    assert again.edition is None
    assert "还没有发布过版次" in again.told()
    then = {table: content_hash(editions.rows(told.engine, first.edition_id, table)) for table in again.hashes}
    assert again.hashes == then


def test_what_was_computed_again_is_what_an_independent_program_expects(told: Told) -> None:
    assert differences(told.engine, told.expected, told.periods) == []
    assert rejection_differences(told.engine, told.expected) == []


def test_restatements_are_all_that_changed_and_add_up(told: Told) -> None:
    for old, new in told.successions():
        stated = restated(told.engine, new)
        found = changed(numbers(told.engine, old), numbers(told.engine, new))
        pd.testing.assert_frame_equal(stated[["old_value", "new_value"]], found, obj=f"{new.period} {new.revision}")
        difference = found["new_value"].fillna(0) - found["old_value"].fillna(0)
        assert stated[PARTS].sum(axis=1).tolist() == difference.tolist()
        assert len(stated) > 20


def test_nothing_is_put_down_to_what_did_not_change(told: Told) -> None:
    """Rules and code were the same throughout; runs of months and former ranks move neither points nor places."""
    for _, new in told.successions():
        stated = restated(told.engine, new)
        assert not stated[["from_code", "from_rules"]].any(axis=None)
        of_former_periods = stated.index.get_level_values("measure").isin(["colour", "previous_rank"])
        assert not stated.loc[~of_former_periods, "from_streaks"].any()
        named = pd.DataFrame({f"from_{code}": stated["cause"].str.contains(name) for code, name in COMPONENTS.items()})
        assert not (stated[PARTS].ne(0) & ~named).any(axis=None)
        assert named.any(axis=1).all()


def test_every_kind_of_cause_is_found_where_it_can_be(told: Told) -> None:
    found = published.view(told.engine, "restatements")
    where = {part: sorted(set(found.loc[found[part].ne(0), "period"])) for part in PARTS}
    assert where == {part: CAUSED[told.name].get(part, []) for part in PARTS}


@pytest.mark.parametrize("told", ["district-600"], indirect=True)
def test_the_command_answers_as_of_a_moment(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = told.own.settings
    for name in ("district", "scheme", "lake", "inbox"):
        monkeypatch.setenv(f"ZUZHILI_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("ZUZHILI_WAREHOUSE_URL", settings.warehouse_url.get_secret_value())
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    done = CliRunner().invoke(cli.app, ["month", "2024-04", "--as-of", "2024-05-05T06:00"])
    assert done.exit_code == 0
    assert "2024-04：截至2024-05-05 06:00的是第1版；重算结果与当时逐项一致" in done.stdout


@pytest.mark.parametrize("told", ["district-120"], indirect=True)
def test_deliveries_taken_later_under_their_old_dates_make_the_same_editions(
    told: Told, samples: dict[str, Path], tmp_path: Path
) -> None:
    in_time = History(District(settings_in(tmp_path, tmp_path / "inbox")), samples[told.name])
    first_published(in_time)
    recovered = {edition.edition_id: hashes for edition, hashes in told.history.seen.items()}
    for edition, hashes in in_time.seen.items():
        assert recovered[edition.edition_id] == hashes, (edition.period, edition.revision)


def test_a_question_about_the_open_month_as_it_was_changes_nothing(inbox: Path, embedded: Opened) -> None:
    shutil.rmtree(inbox / "departments")
    for path in inbox.glob("*/*"):
        if path.parent.name != "registry" and path.stem != "2024-07":
            path.unlink()
    declarations = inbox / "declarations/2024-07.csv"
    whole = declarations.read_bytes()
    declarations.write_bytes(cut_short(whole))
    own = embedded(inbox)
    own.take(local("2024-07-20T05:00"))
    open_month(own.context, local("2024-07-20T06:00"))
    first = own.edition("2024-07")
    declarations.write_bytes(whole)
    own.take(local("2024-07-25T05:00"))
    open_month(own.context, local("2024-07-25T06:00"))
    again = own.score("2024-07", as_of=local("2024-07-20T07:00"))[0]
    assert isinstance(again, Replayed)
    assert (again.edition, again.differing) == (first, ())
    assert own.edition("2024-07").as_of == local("2024-07-25T06:00")
