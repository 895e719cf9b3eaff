"""Several runs of the same periods at once: one result, nobody waits for ever, and readers never see a mixture."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from flows.jobs.backfill import backfill
from flows.jobs.period import score_period
from tests.districts import ROOT
from tests.end_to_end.late_data import (
    CLOCKS,
    MONTHS,
    PERIODS,
    Place,
    contents,
    differing,
    halves,
    publish_early,
    strays,
    take_late,
)
from warehouse import bulk, published
from warehouse.database import reading
from warehouse.tables import edition_pointer
from warehouse.views import OF_EDITIONS, VIEWS

SECONDS = 60
"""Longer than all the work takes; who waits that long waits for ever."""
PAUSE_SECONDS = 0.02
"""Between two readings, so that the work gets on, too."""
JOB = """
import json, sys
import great_expectations
from pathlib import Path
from typing import Any
from flows.jobs.backfill import backfill
from flows.jobs.period import score_period
from schemas.periods import Period
from tests.end_to_end.late_data import Place
folder, url, *periods = sys.argv[1:]
context = Place(Path(folder), url).opened()
print("ready", flush=True)
sys.stdin.readline()
of = [Period.parse(period) for period in periods]
done = backfill(context, *of) if len(of) == 2 else [score_period(context, *of)]
print(json.dumps([outcome.period for outcome in done if outcome.is_new]))
"""
BACKFILL, MONTH = (str(MONTHS[0]), str(MONTHS[1])), (str(MONTHS[0]),)
"""All of them begin with the same month; the month after the backfill's two hangs on them, the quarter on all."""


def test_two_backfills_and_a_month_at_once_publish_every_period_once_and_readers_see_no_mixture(
    warehouse_url: str, tmp_path: Path
) -> None:
    start = _late(tmp_path, "" if warehouse_url.startswith("sqlite") else warehouse_url)
    alone = start.copied("alone").opened()
    assert [outcome.is_new for outcome in backfill(alone, MONTHS[0], MONTHS[1])] == [True] * len(PERIODS)
    context = start.opened()
    before, over = _read(context.engine), threading.Event()
    with ThreadPoolExecutor() as pool:
        seen = pool.submit(_editions_seen_until, over, context.engine)
        try:
            published_by = _at_once(start, BACKFILL, BACKFILL, MONTH)
        finally:
            over.set()
    assert sorted(period for periods in published_by for period in periods) == sorted(PERIODS)
    editions = published.view(context.engine, "editions")
    assert set(editions["status"]) == {"published"}
    assert {period: own["revision"].tolist() for period, own in editions.groupby("period")} == {
        period: [1, 2] for period in PERIODS
    }
    assert seen.result() | before == set(editions["edition_id"])
    assert _deadlocks(context.engine) == 0
    assert _pointers(context.engine) == editions[editions["revision"] == 2].set_index("period")["edition_id"].to_dict()
    assert strays(context) == []
    clocks = (*CLOCKS, "as_of")
    assert differing(contents(context, clocks), contents(alone, clocks)) == []


def test_what_hangs_on_a_month_that_another_run_has_changed_is_computed_again(tmp_path: Path) -> None:
    context = _late(tmp_path).opened()
    assert score_period(context, MONTHS[0]).is_new
    assert score_period(context, MONTHS[1]).is_new
    done = backfill(context, MONTHS[1], MONTHS[1])
    assert [outcome.period for outcome in done if outcome.is_new] == [str(MONTHS[2]), PERIODS[-1]]


def _late(folder: Path, url: str = "") -> Place:
    """A district that was published early, with all that was late taken."""
    place = Place(folder / "start", url)
    publish_early(place, halves)
    context = place.opened()
    take_late(context)
    context.engine.dispose()
    return place


def _at_once(place: Place, *commands: tuple[str, ...]) -> list[list[str]]:
    """What each of the commands published, a process each; they begin together."""
    jobs = [
        subprocess.Popen(
            [sys.executable, "-c", JOB, str(place.folder), place.url, *periods],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for periods in commands
    ]
    try:
        assert [job.stdout.readline() for job in jobs if job.stdout] == ["ready\n"] * len(jobs)
        for job in jobs:
            assert job.stdin
            job.stdin.write("\n")
            job.stdin.flush()
        deadline = time.monotonic() + SECONDS
        told = [job.communicate(timeout=deadline - time.monotonic())[0] for job in jobs]
    finally:
        for job in jobs:
            job.kill()
            job.wait()
    assert [job.returncode for job in jobs] == [0] * len(jobs)
    return [json.loads(each) for each in told]


def _editions_seen_until(over: threading.Event, engine: sa.Engine) -> set[int]:
    """Reads again and again, and once more in the end; returns the editions that it saw."""
    seen: set[int] = set()
    is_last = False
    while not is_last:
        is_last = over.wait(PAUSE_SECONDS)
        seen |= _read(engine)
    return seen


def _read(engine: sa.Engine) -> set[int]:
    """Reads all views in one transaction; what they show of a period must be one edition, whole and of one piece."""
    with reading(engine) as connection:
        scores = bulk.fetch(connection, sa.select(VIEWS["index_scores"]))
        sums = {name: bulk.fetch(connection, _sums(VIEWS[name])) for name in ("ledger", "dimension_scores")}
        shown = {
            name: bulk.fetch(connection, sa.select(VIEWS[name].c.period, VIEWS[name].c.edition_id).distinct())
            for name in OF_EDITIONS
        }
        editions = bulk.fetch(connection, sa.select(VIEWS["editions"]))
    current = dict(scores[["period", "edition_id"]].drop_duplicates().itertuples(index=False, name=None))
    assert sorted(current) == sorted(PERIODS)
    for name, pairs in shown.items():
        assert set(pairs.itertuples(index=False, name=None)) <= current.items(), name
    own = editions[editions["edition_id"].isin(current.values())]
    assert own["status"].eq("published").all()
    assert own["published_at"].notna().all()
    points = scores.set_index(["period", "org_code"])["index_points"].sort_index()
    for name, frame in sums.items():
        total = frame.set_index(["period", "org_code"])["points"].sort_index()
        pd.testing.assert_series_equal(total, points, check_names=False, atol=1e-6, rtol=0, obj=name)
    peers = scores.groupby(["period", "domain"])["index_points"]
    assert (scores["rank"] == peers.rank(method="min", ascending=False)).all()
    assert (scores["peers"] == peers.transform("size")).all()
    return set(current.values())


def _sums(view: sa.Table) -> sa.Select[Any]:
    """Points of each organisation in each period."""
    own = (view.c.period, view.c.org_code)
    return sa.select(*own, sa.func.sum(view.c.points).label("points")).group_by(*own)


def _pointers(engine: sa.Engine) -> dict[str, int]:
    with reading(engine) as connection:
        return {row.period: row.edition_id for row in connection.execute(sa.select(edition_pointer))}


def _deadlocks(engine: sa.Engine) -> int:
    """How many of our transactions PostgreSQL had to break; on SQLite there is one writer at a time."""
    if engine.dialect.name == "sqlite":
        return 0
    own = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    with reading(engine) as connection:
        return int(connection.scalar(sa.text(own)) or 0)
