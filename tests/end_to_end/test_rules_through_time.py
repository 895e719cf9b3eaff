"""Rules through time: one that starts later changes nothing before, one adopted later nothing as of earlier."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from boards.explained import Explanation
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from flows.jobs.restating import rules_of
from rulebooks.files import texts_id
from rulebooks.linter import lint
from rulebooks.loader import HERE
from tests.districts import EXAMPLE, EXAMPLE_MONTHS, District, local, settings_in
from tests.end_to_end.history import Hashes, seen
from tests.end_to_end.numbers import PARTS, restated
from warehouse import published
from warehouse.editions import Edition

JULY, AUGUST, SEPTEMBER = EXAMPLE_MONTHS
QUARTER = "2024Q3"
PERIODS = (*EXAMPLE_MONTHS, QUARTER)
PUBLISHED, ADOPTED, LATER = "2024-10-06T06:00", "2024-10-15", "2024-10-20T06:00"
MEETING = "    reference: 《赣榆区党组织组织力指数指标体系（参考目录）》第1项\n"
"""The end of the entry P01, meetings."""
STUDY = """\
    rule: {proportional: 0.95}
    reference: 《赣榆区党组织组织力指数指标体系（参考目录）》第3项
"""
"""The end of the entry P03, attendance at theory study."""


@dataclass(frozen=True)
class Ruled:
    """The example district with everything published, and what readers saw; its rule book may be edited."""

    own: District
    seen: dict[Edition, Hashes]

    @property
    def rules(self) -> Path:
        root = self.own.settings.rulebooks
        assert root is not None
        return root / "ganyu"

    def edit(self, edits: Mapping[str, str]) -> District:
        """The district under the edited rule book; a run reads its rules once, so it is opened anew."""
        path = self.rules / "items/common.yaml"
        text = path.read_text("utf-8")
        for old, new in edits.items():
            assert text.count(old) == 1
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
        assert not lint("ganyu", self.own.settings.rulebooks)
        return self.own.under()


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ruled]:
    folder = tmp_path_factory.mktemp("before")
    shutil.copytree(HERE / "ganyu", folder / "rules/ganyu")
    own = District(settings_in(folder, EXAMPLE / "inbox").model_copy(update={"rulebooks": folder / "rules"}))
    own.take(local("2024-10-05T05:00"))
    own.score(*PERIODS, as_of=local(PUBLISHED))
    yield Ruled(own, {own.edition(period): seen(own.engine, own.edition(period)) for period in PERIODS})
    own.engine.dispose()


@pytest.fixture
def ruled(before: Ruled, tmp_path: Path) -> Ruled:
    rules = shutil.copytree(before.rules.parent, tmp_path / "rules")
    return Ruled(before.own.copied(tmp_path, rulebooks=rules), before.seen)


def test_a_rule_that_starts_in_august_changes_nothing_before(ruled: Ruled) -> None:
    own = ruled.edit({STUDY: STUDY + _change("2024-08-01")})
    done = _by_period(own.backfill(JULY, QUARTER, local(LATER)))
    assert {period: outcome.is_new for period, outcome in done.items()} == {
        JULY: False, AUGUST: True, SEPTEMBER: True, QUARTER: True,
    }  # fmt: skip
    assert own.edition(JULY) in ruled.seen
    _still_shown(own, ruled)
    for period in (AUGUST, SEPTEMBER, QUARTER):
        edition = own.edition(period)
        assert edition.cause == "rule change"
        assert edition.rulebook_version == "2024-08-01"
        said = restated(own.engine, edition)
        of_study = said.query("measure == 'item:P03'")
        assert len(of_study) > 5
        assert (of_study["from_rules"] == of_study["new_value"] - of_study["old_value"]).all()
        points = said[~said.index.get_level_values("measure").isin(["colour", "previous_rank"])]
        assert not points[[part for part in PARTS if part != "from_rules"]].any(axis=None)
        assert set(points["cause"]) == {"规则"}
    items = published.view(own.engine, "items", item_code="P03").set_index("period")["target"]
    assert items[[JULY, AUGUST, SEPTEMBER, QUARTER]].tolist() == [0.95, 0.5, 0.5, 0.5]


def test_only_the_months_in_force_move_the_quarter(ruled: Ruled) -> None:
    """The quarter moves by a third of what September does, where neither months are missing nor floors reached."""
    own = ruled.edit({STUDY: STUDY + _change("2024-09-01")})
    done = _by_period(own.backfill(JULY, QUARTER, local(LATER)))
    assert [period for period, outcome in done.items() if outcome.is_new] == [SEPTEMBER, QUARTER]
    month, quarter = (
        restated(own.engine, own.edition(period)).xs("index_points", level="measure")["from_rules"]
        for period in (SEPTEMBER, QUARTER)
    )
    scores = published.view(own.engine, "index_scores", ["org_code"], period=list(EXAMPLE_MONTHS))
    lifted = published.view(own.engine, "ledger", ["org_code"], status="floor")["org_code"]
    plain = scores["org_code"].value_counts().eq(3).loc[lambda is_plain: is_plain].index.difference(lifted)
    moved = month.index.intersection(plain)
    assert len(moved) > 20
    assert (quarter.reindex(moved).fillna(0) * 3 - month[moved]).abs().max() <= 3


def test_a_rule_adopted_later_changes_nothing_as_of_earlier(ruled: Ruled) -> None:
    own = ruled.edit({STUDY: STUDY + _change("2024-07-01")})
    for edition in ruled.seen:
        then = own.score(edition.period, as_of=local("2024-10-14T23:59"))[0]
        assert isinstance(then, Outcome)
        assert not then.is_new
        assert then.edition == edition
    done = _by_period(own.backfill(JULY, QUARTER, local(f"{ADOPTED}T00:00")))
    assert all(outcome.is_new for outcome in done.values())
    for edition in ruled.seen:
        again = own.score(edition.period, as_of=edition.as_of)[0]
        assert isinstance(again, Replayed)
        assert (again.edition, again.differing) == (edition, ())
        at_night = own.score(edition.period, as_of=local("2024-10-14T23:59"))[0]
        assert isinstance(at_night, Replayed)
        assert (at_night.edition, at_night.differing) == (edition, ())
        changed = restated(own.engine, own.edition(edition.period))
        assert changed["from_rules"].any()
    _still_shown(own, ruled)


def test_a_rule_book_edited_in_place_loses_no_edition(ruled: Ruled) -> None:
    """Nobody should; who does gets new editions, and the old ones are still computed with the files of then."""
    own = ruled.edit({STUDY: STUDY.replace("0.95", "0.5")})
    done = _by_period(own.backfill(JULY, QUARTER, local(LATER)))
    assert all(outcome.is_new for outcome in done.values())
    for edition in ruled.seen:
        new = own.edition(edition.period)
        assert new.rules_id != edition.rules_id == texts_id(ruled.own.under(rulebooks=None).context.rules_files)
        assert new.rulebook_version == edition.rulebook_version
        again = own.score(edition.period, as_of=edition.as_of)[0]
        assert isinstance(again, Replayed)
        assert (again.edition, again.differing) == (edition, ())
        assert rules_of(own.context, edition).hash == edition.rulebook_hash
    _still_shown(own, ruled)


def test_an_old_edition_is_explained_by_the_rules_of_then(ruled: Ruled) -> None:
    own = ruled.edit({STUDY: STUDY.replace("0.95", "0.5")})
    before = own.explained(_short_of(own), AUGUST)
    own.backfill(JULY, AUGUST, local(LATER))
    now = own.explained(before.org_code, AUGUST)
    then = own.explained(before.org_code, AUGUST, local(PUBLISHED))
    assert then == before
    assert (then.revision, now.revision) == (1, 2)
    assert "达到95%得满分" in _study(then)
    assert "达到50%得满分" in _study(now)
    assert not then.changes
    change = next(change for change in now.changes if change.name == "P03 理论学习参学率")
    assert [name for name, _ in change.parts] == ["规则"]


def test_an_item_that_is_new_and_one_that_ends_belong_to_their_months(ruled: Ruled) -> None:
    """P03 gives its points to P01 in August: July has both, the quarter shows both, as long as any month had them."""
    retired = f"""\
    changes:
      - {{effective_from: 2024-08-01, adopted_on: {ADOPTED}, reference: 停用, retired: true}}
"""
    raised = f"""\
    changes:
      - {{effective_from: 2024-08-01, adopted_on: {ADOPTED}, reference: 调整, points: 9.0}}
"""
    own = ruled.edit({MEETING: MEETING + raised, STUDY: STUDY + retired})
    done = _by_period(own.backfill(JULY, QUARTER, local(LATER)))
    assert {period for period, outcome in done.items() if outcome.is_new} == {AUGUST, SEPTEMBER, QUARTER}
    lines = published.view(own.engine, "ledger", item_code="P03")
    assert set(lines["period"]) == {JULY, QUARTER}
    items = published.view(own.engine, "items", item_code="P03")
    assert set(items["period"]) == {JULY, QUARTER}
    said = restated(own.engine, own.edition(AUGUST)).query("measure == 'item:P03'")
    assert said["new_value"].isna().all()
    assert (said["from_rules"] == -said["old_value"]).all()
    assert said["cause"].eq("规则").all()
    scores = published.view(own.engine, "index_scores", period=QUARTER)
    assert scores["full_points"].eq(100).all()


def _change(effective_from: str) -> str:
    return f"""\
    changes:
      - effective_from: {effective_from}
        adopted_on: {ADOPTED}
        reference: 某组发〔2024〕8号
        rule: {{proportional: 0.5}}
"""


def _by_period(done: list[Outcome | Replayed]) -> dict[str, Outcome | Replayed]:
    return {outcome.period: outcome for outcome in done}


def _still_shown(own: District, ruled: Ruled) -> None:
    """What was published before is shown to this day as it was."""
    for edition, hashes in ruled.seen.items():
        assert own.edition(edition.period, edition.as_of) == edition
        assert seen(own.engine, edition) == hashes, edition.period


def _short_of(own: District) -> str:
    """An organisation that comes to study less than the old target asks, and more than the new one does."""
    lines = published.view(own.engine, "ledger", period=AUGUST, item_code="P03")
    return str(lines[lines["value"].between(0.5, 0.9)].iloc[0]["org_code"])


def _study(told: Explanation) -> str:
    return next(line.reason for line in told.lines if line.item_code == "P03")
