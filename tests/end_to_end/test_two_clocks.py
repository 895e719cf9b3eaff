"""Two clocks: what was known and published at every moment can be had again, and what changed since adds up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

import cli
from flows.jobs.replay import Replayed
from tests.conftest import empty_database
from tests.districts import District, local, settings_in
from tests.end_to_end.agreement import differences, rejection_differences
from tests.end_to_end.history import History, half_a_year, seen, three_months
from transforms.edition import content_hash
from transforms.restatements import COMPONENTS
from warehouse import editions, published
from warehouse.editions import Edition

QUARTERS = {"district-600": ("2024Q2", "2024Q3"), "district-120": ("2024Q3",)}
LATER = "2024-10-21T06:00"
"""When everything was computed again."""
PARTS = [f"from_{name}" for name in COMPONENTS]


@dataclass(frozen=True)
class Told:
    """A district after its history and the backfill, and what readers saw of every edition when it was new."""

    name: str
    history: History
    expected: Path

    @property
    def own(self) -> District:
        return self.history.district

    @property
    def engine(self) -> sa.Engine:
        return self.own.engine

    @property
    def periods(self) -> list[str]:
        return sorted({edition.period for edition in self.history.seen})

    @property
    def former(self) -> list[Edition]:
        """Editions that another has taken the place of."""
        current = {self.own.edition(period).edition_id for period in self.periods}
        return [edition for edition in self.history.seen if edition.edition_id not in current]

    def successions(self) -> Iterator[tuple[Edition, Edition]]:
        """Every final edition with the one that took its place."""
        ordered = sorted(self.history.seen, key=lambda edition: (edition.period, edition.revision))
        for _, same in groupby(ordered, key=lambda edition: edition.period):
            own = [edition for edition in same if not edition.is_provisional]
            yield from zip(own, own[1:], strict=False)


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
        (three_months if is_small else half_a_year)(history)
        history.backfills(LATER, history_start(history), QUARTERS[name][-1])
        yield Told(name, history, samples[name] / "expected")
        own.engine.dispose()


def history_start(history: History) -> str:
    return min(edition.period for edition in history.seen)


def test_every_period_has_changed_since_it_was_first_published(told: Told) -> None:
    assert {old.period for old, _ in told.successions()} == set(told.periods)
    assert len(told.periods) == 4 * len(QUARTERS[told.name])
    assert [edition.is_provisional for edition in told.history.seen].count(True) == 1
    assert all(told.own.edition(period).as_of == local(LATER) for period in told.periods)


def test_every_edition_shows_to_this_day_what_it_showed_when_it_was_new(told: Told) -> None:
    for edition, hashes in told.history.seen.items():
        assert seen(told.engine, edition) == hashes, (edition.period, edition.revision)


def test_the_edition_of_a_moment_is_the_last_of_what_was_known_by_then(told: Told) -> None:
    for period, same in groupby(sorted(told.history.seen, key=_place), key=lambda edition: edition.period):
        own = list(same)
        for edition, following in zip(own, [*own[1:], None], strict=True):
            assert told.own.edition(period, edition.as_of) == edition
            last = following.as_of - timedelta(microseconds=1) if following else local("2030-01-01T00:00")
            assert told.own.edition(period, last) == edition
        before = own[0].as_of - timedelta(microseconds=1)
        assert editions.current(told.engine, own[0].district, own[0].scheme, period, before) is None


def test_every_former_edition_is_computed_again_hash_for_hash(told: Told) -> None:
    count = len(published.view(told.engine, "editions"))
    for edition in told.former:
        again = told.own.score(edition.period, as_of=edition.as_of)[0]
        assert isinstance(again, Replayed)
        assert (again.edition, again.differing) == (edition, ()), again.told()
        assert "逐项一致" in again.told()
    assert len(told.former) >= len(told.periods) + 1
    assert len(published.view(told.engine, "editions")) == count


def test_a_moment_before_the_first_edition_gives_what_the_edition_then_said(told: Told) -> None:
    first = min(told.history.seen, key=lambda edition: (edition.is_provisional, edition.as_of))
    moment = first.as_of - timedelta(minutes=30)
    provisional = told.own.edition(first.period, moment)
    assert provisional.is_provisional
    quarter = min(told.history.seen, key=lambda edition: (edition.cadence != "quarter", edition.as_of))
    again = told.own.score(quarter.period, as_of=quarter.as_of - timedelta(minutes=30))[0]
    assert isinstance(again, Replayed)
    assert again.edition is None
    assert "还没有发布过版次" in again.told()
    then = {table: content_hash(editions.rows(told.engine, quarter.edition_id, table)) for table in again.hashes}
    assert again.hashes == then


def test_what_was_computed_again_is_what_an_independent_program_expects(told: Told) -> None:
    assert differences(told.engine, told.expected, told.periods) == []
    assert rejection_differences(told.engine, told.expected) == []


def test_restatements_are_all_that_changed_and_add_up(told: Told) -> None:
    for old, new in told.successions():
        stated = published.of_edition(told.engine, "restatements", new.edition_id)
        changed = _changed(_numbers(told.engine, old), _numbers(told.engine, new))
        ours = _whole(stated.set_index(["org_code", "measure"])[["old_value", "new_value"]])
        pd.testing.assert_frame_equal(ours, changed, obj=f"{new.period} {new.revision}")
        parts = _whole(stated[PARTS])
        difference = ours["new_value"].fillna(0) - ours["old_value"].fillna(0)
        assert parts.sum(axis=1).tolist() == difference.tolist()
        assert len(stated) > 100


def test_nothing_is_put_down_to_what_did_not_change(told: Told) -> None:
    """Rules and code were the same throughout; runs of months and former ranks move neither points nor places."""
    for _, new in told.successions():
        stated = published.of_edition(told.engine, "restatements", new.edition_id)
        assert not stated[["from_code", "from_rules"]].any(axis=None)
        of_former_periods = stated["measure"].isin(["colour", "previous_rank"])
        assert not stated.loc[~of_former_periods, "from_streaks"].any()
        assert stated["from_data"].any()
        assert stated["cause"].ne("").all()
    last = [published.of_edition(told.engine, "restatements", told.own.edition(one).edition_id) for one in told.periods]
    assert all(frame["from_registry"].any() for frame in last)
    assert all(frame["from_streaks"].any() for frame in last[1:2])


@pytest.mark.parametrize("told", ["district-600"], indirect=True)
def test_the_command_answers_as_of_a_moment(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = told.own.settings
    for name in ("district", "scheme", "lake", "inbox"):
        monkeypatch.setenv(f"ZUZHILI_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("ZUZHILI_WAREHOUSE_URL", settings.warehouse_url.get_secret_value())
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    done = CliRunner().invoke(cli.app, ["month", "2024-04", "--as-of", "2024-05-05T06:00"])
    assert done.exit_code == 0
    assert "2024-04：截至2024-05-05 06:00的是第2版；重算结果与当时逐项一致" in done.stdout


@pytest.mark.parametrize("told", ["district-120"], indirect=True)
def test_deliveries_taken_later_under_their_old_dates_make_the_same_editions(
    told: Told, samples: dict[str, Path], tmp_path: Path
) -> None:
    in_time = History(District(settings_in(tmp_path, tmp_path / "inbox")), samples[told.name])
    three_months(in_time)
    recovered = {edition.edition_id: hashes for edition, hashes in told.history.seen.items()}
    for edition, hashes in in_time.seen.items():
        assert recovered[edition.edition_id] == hashes, (edition.period, edition.revision)


def _place(edition: Edition) -> tuple[str, int]:
    return edition.period, edition.revision


def _numbers(engine: sa.Engine, edition: Edition) -> pd.Series:
    """Every number that an edition shows of an organisation, by code and measure, in ten-thousandths."""

    def of(view: str) -> pd.DataFrame:
        return published.of_edition(engine, view, edition.edition_id).set_index("org_code")

    scores, lines, by_dimension = of("index_scores"), of("ledger"), of("dimension_scores")
    measures = {name: scores[name] for name in ("index_points", "full_points", "rank", "peers")}
    measures["previous_rank"] = of("rankings")["previous_rank"].dropna()
    measures["colour"] = of("warnings").groupby(level=0)["severity"].max()
    measures |= {f"dimension:{code}": rows["points"] for code, rows in by_dimension.groupby("dimension")}
    for code, rows in lines.groupby("item_code"):
        measures |= {f"item:{code}": rows["points"], f"item_full:{code}": rows["full_points"]}
    found = pd.concat({name: values.astype(float) for name, values in measures.items()}, names=["measure", "org_code"])
    return (found * 10_000).round().astype("Int64").swaplevel()


def _changed(old: pd.Series, new: pd.Series) -> pd.DataFrame:
    both = pd.DataFrame({"old_value": old, "new_value": new})
    is_same = both["old_value"].eq(both["new_value"]).fillna(False)
    return both[~is_same].sort_index()


def _whole(points: pd.DataFrame) -> pd.DataFrame:
    return (points.astype(float) * 10_000).round().astype("Int64")
