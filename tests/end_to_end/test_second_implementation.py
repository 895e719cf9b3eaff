"""Every number published beside one that a second, naive implementation works out, which shares no code with this one.

The district is invented for the purpose: `tests/second/district.py` says what happens in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pandas as pd
import pytest

from tests.districts import District, settings_in
from tests.second.district import MONTHS, QUARTERS, YEAR
from tests.second.half_year import HalfYear, half_year
from tests.second.inbox import deliver
from tests.second.tables import Row, Table, tables
from warehouse import published

MONTHLY = ("warnings", "warning_pool", "peer_groups")
"""Views that only months have rows of."""
PLACES = ("domain", "rank", "peers", "index_points", "previous_rank", "rank_change")
LINES = ("dimension", "points", "full_points", "value", "is_met", "status", "nominal_points", "target")
KEYS = {
    "index_scores": ("org_code",),
    "rankings": ("org_code",),
    "top_rankings": ("org_code",),
    "dimension_scores": ("org_code", "dimension"),
    "ledger": ("org_code", "item_code"),
    "warnings": ("org_code", "warning_code", "item_code"),
    "warning_pool": ("org_code",),
    "peer_groups": ("domain", "warning_code"),
}
COLUMNS = {
    "index_scores": ("domain", "index_points", "full_points", "attainment_pct", "rank", "peers"),
    "rankings": PLACES,
    "top_rankings": PLACES,
    "dimension_scores": ("points", "full_points", "attainment_pct", "domain_median_pct"),
    "ledger": LINES,
    "warnings": ("colour", "severity", "since_period", "months", "responsible_code", "responsible_name"),
    "warning_pool": ("colour", "triggers"),
    "peer_groups": ("peers", "bottom_count", "is_too_small"),
}


@pytest.fixture(scope="module")
def made() -> HalfYear:
    return half_year()


@pytest.fixture(scope="module")
def theirs(made: HalfYear) -> dict[str, Table]:
    """What the naive implementation would publish."""
    return tables(list(made.results.values()))


@pytest.fixture(scope="module")
def own(made: HalfYear, tmp_path_factory: pytest.TempPathFactory) -> District:
    """The district with everything taken and every month published."""
    folder = tmp_path_factory.mktemp("second")
    deliver(made.records, folder / "inbox")
    taken = District(settings_in(folder, folder / "inbox"))
    assert not taken.take().having("refused")
    taken.score(*MONTHS)
    return taken


@pytest.fixture(scope="module")
def with_quarters(own: District) -> District:
    """The district with its quarters and its year published, too."""
    own.score(*QUARTERS, YEAR)
    return own


@pytest.mark.parametrize("view", list(KEYS))
def test_every_number_of_a_month_is_the_naive_one(view: str, theirs: dict[str, Table], own: District) -> None:
    assert _agree(view, list(MONTHS), theirs, own) > 0


@pytest.mark.parametrize("view", list(KEYS))
@pytest.mark.parametrize("period", [*QUARTERS, YEAR])
def test_every_number_of_a_quarter_and_the_year_is_the_naive_one(
    view: str, period: str, theirs: dict[str, Table], with_quarters: District
) -> None:
    rows = _agree(view, [period], theirs, with_quarters)
    assert rows > 0 or view in MONTHLY


def _agree(view: str, periods: list[str], theirs: dict[str, Table], own: District) -> int:
    """How many rows of the view there are to agree on; fails with the first that differ."""
    rows = published.view(own.context.engine, view, period=periods)
    ours = _table(rows, ("period", *KEYS[view]), COLUMNS[view])
    naive = {key: row for key, row in theirs[view].items() if key[0] in periods}
    assert list(islice(_differences(ours, naive), 10)) == []
    return len(naive)


def _table(rows: pd.DataFrame, key: tuple[str, ...], columns: tuple[str, ...]) -> Table:
    """The rows by key; points and per cents in whole ten-thousandths."""
    frame = rows[[*key, *columns]].astype(object).where(rows[[*key, *columns]].notna(), None)
    for name in columns:
        if name.endswith(("points", "_pct")):
            frame[name] = [round(number * 10_000) for number in frame[name]]
    keys = frame[list(key)].itertuples(index=False, name=None)
    return dict(zip(keys, frame[list(columns)].itertuples(index=False, name=None), strict=True))


def _differences(ours: Table, naive: Table) -> Iterator[tuple[Row, Row | None, Row | None]]:
    """Key, our row, the naive one."""
    for key in sorted(ours.keys() | naive.keys(), key=str):
        if ours.get(key) != naive.get(key):
            yield key, ours.get(key), naive.get(key)
