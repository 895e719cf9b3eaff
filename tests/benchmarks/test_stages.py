from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from benchmarks.inbox import make
from benchmarks.places import Place, copy_of, empty
from benchmarks.processes import Run, module, run
from benchmarks.stages import INSIDE
from flows.jobs.period import PERIOD
from schemas.periods import Period


def _told(timed: Run) -> dict[str, float]:
    told = json.loads(timed.output.splitlines()[-1])
    parts: dict[str, float] = told["parts"]
    whole = sum(seconds for part, seconds in parts.items() if not part.startswith(INSIDE))
    assert timed.began < told["began"] < told["ended"] < timed.ended
    assert 0 < whole < timed.seconds
    return parts


def _timed(place: Place, *job: str) -> dict[str, float]:
    return _told(run(module("benchmarks.stages", *job), place.settings, place.folder))


def test_every_file_and_every_stage_has_its_seconds(tmp_path: Path) -> None:
    make(tmp_path / "inbox", 30, [Period.parse("2024-07")], "ganyu")
    files = {str(path.relative_to(tmp_path / "inbox")) for path in (tmp_path / "inbox").rglob("*.*")}

    with empty(tmp_path / "inbox") as place:
        assert files <= set(_timed(place, "intake"))
        with copy_of(place) as copy:
            parts = _timed(copy, "month", "2024-07")
            assert list((copy.folder / "reports").rglob("index.html"))
        assert not (place.folder / "reports").exists()

    assert {stage.__name__ for stage in PERIOD} <= set(parts)
    inside = {part.strip() for part in parts if part.startswith(INSIDE)}
    assert inside == {"write", "gate: import", "gate: check", "publish"}


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("postgresql://postgres@/postgres?host=/run", "postgresql://postgres@/bench?host=/run"),
        ("postgresql://host:5432/postgres", "postgresql://host:5432/bench"),
        ("postgresql://user@host", "postgresql://user@host/bench"),
    ],
)
def test_a_place_names_its_own_database(server: str, url: str) -> None:
    place = Place(Path("folder"), Path("inbox"), server, "bench")

    assert place.settings["ZUZHILI_WAREHOUSE_URL"] == url


def test_a_place_on_postgresql_is_copied_and_gone_afterwards(postgres_url: str, tmp_path: Path) -> None:
    with empty(tmp_path, postgres_url) as place:
        with psycopg.connect(place.settings["ZUZHILI_WAREHOUSE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        with copy_of(place) as copy, psycopg.connect(copy.settings["ZUZHILI_WAREHOUSE_URL"]) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
    with psycopg.connect(postgres_url) as connection:
        assert not connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench%'").fetchall()
