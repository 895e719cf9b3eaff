"""Five systems side by side: one warehouse, one lake, and the same published views answer for each with its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from flows.demo import FIRST
from flows.examples import example_of
from rulebooks.loader import schemes
from tests.comparing import differences, scored_example
from tests.end_to_end import agreement
from warehouse import published
from warehouse.views import VIEWS

PERIODS = {scheme: [str(example_of(scheme).periods[0])] for scheme in schemes()}
"""The first period of each."""
EVERYONE = ("index_scores", "dimension_scores", "rankings", "ledger", "organizations", "items", "editions", "batches")
"""Views in which every system has rows, whatever its rules are."""
DELIVERED = ("batches", "rejections")
"""Views of what the senders delivered, for every period."""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> sa.Engine:
    folder: Path = tmp_path_factory.mktemp("side-by-side")
    districts = [scored_example(scheme, folder, periods) for scheme, periods in PERIODS.items()]
    assert len({str(district.engine.url) for district in districts}) == 1
    return districts[0].engine


def test_every_system_has_an_example_in_a_district_of_its_own() -> None:
    assert len({example_of(scheme).district for scheme in PERIODS}) == len(PERIODS)


@pytest.mark.parametrize("scheme", PERIODS)
def test_each_comes_to_what_it_comes_to_alone(scheme: str, warehouse: sa.Engine) -> None:
    expected = example_of(scheme).expected
    if scheme == FIRST:  # its example is older than the common form of expected/
        assert agreement.differences(warehouse, expected, PERIODS[scheme]) == []
    else:
        assert differences(warehouse, scheme, PERIODS[scheme]) == []


@pytest.mark.parametrize("name", EVERYONE)
def test_one_view_answers_for_all(name: str, warehouse: sa.Engine) -> None:
    rows = published.view(warehouse, name)
    assert set(zip(rows["district"], rows["scheme"], strict=True)) == {
        (example_of(scheme).district, scheme) for scheme in PERIODS
    }


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_no_row_is_anothers(name: str, warehouse: sa.Engine) -> None:
    rows: Any = published.view(warehouse, name)
    schemes_of = {example_of(scheme).district: scheme for scheme in PERIODS}
    assert (rows["district"].map(schemes_of) == rows["scheme"]).all()
    if "period" in rows and name not in DELIVERED:
        assert all(row.period in PERIODS[row.scheme] for row in rows[["scheme", "period"]].itertuples())


def test_systems_that_score_the_same_year_keep_apart(warehouse: sa.Engine) -> None:
    rows = published.view(warehouse, "index_scores", period="2017")
    assert rows["scheme"].nunique() >= 2
    assert not rows.duplicated(["district", "scheme", "period", "org_code"]).any()
