import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from warehouse import batches, editions, published
from warehouse.batches import Batch
from warehouse.database import WarehouseError, reading
from warehouse.editions import PointerMoved
from warehouse.tables import EDITION_TABLES

ROOT = Path(__file__).parents[2]
NONE = pd.DataFrame()
PLACE = ("demo", "ganyu", "2024-07")


def _publish(engine: sa.Engine, edition_id: int, replaces: int | None) -> None:
    editions.publish(engine, edition_id, replaces, NONE, [])


def _rows_left(engine: sa.Engine, edition_id: int) -> int:
    return sum(len(editions.rows(engine, edition_id, name)) for name in EDITION_TABLES)


@pytest.mark.parametrize("name", sorted(EDITION_TABLES))
def test_rows_come_back_as_they_were_written(engine, edition, frames, name):
    given = frames(6)
    editions.write(engine, edition(), given)
    found = editions.rows(engine, 101, name)
    assert "edition_id" not in found
    keys = [column.name for column in EDITION_TABLES[name].primary_key if column.name in found]
    wanted = given[name].reindex(columns=list(found)).astype(found.dtypes.to_dict())
    wanted = wanted.sort_values(keys, ignore_index=True)
    if "item_code" not in given[name] and "item_code" in wanted:
        wanted["item_code"] = ""
    pd.testing.assert_frame_equal(found.sort_values(keys, ignore_index=True), wanted)


def test_an_edition_is_invisible_until_it_is_published(engine, edition, frames):
    editions.write(engine, edition(), frames(4))
    assert published.view(engine, "rankings").empty
    assert editions.current(engine, *PLACE) is None
    assert published.view(engine, "editions")["status"].tolist() == ["building"]
    _publish(engine, 101, None)
    assert len(published.view(engine, "rankings")) == 4
    found = editions.current(engine, *PLACE)
    assert (found.edition_id, found.status, found.as_of) == (101, "published", datetime(2024, 8, 2, 1, tzinfo=UTC))
    assert found.row_count == _rows_left(engine, 101)
    assert found.created_at <= found.published_at <= datetime.now(UTC)


def test_a_new_revision_takes_the_place_of_the_old_one_in_one_moment(engine, edition, frames):
    editions.write(engine, edition(), frames(4))
    _publish(engine, 101, None)
    with reading(engine) as connection:
        of = sa.text("SELECT DISTINCT edition_id FROM rankings")
        assert connection.execute(of).scalars().all() == [101]
        editions.write(engine, edition(102, revision=2), frames(6))
        _publish(engine, 102, 101)
        assert connection.execute(of).scalars().all() == [101]
    assert set(published.view(engine, "rankings")["edition_id"]) == {102}
    assert len(editions.rows(engine, 101, "score")) == 4


def test_the_pointer_moves_only_from_where_the_run_started(engine, edition, frames):
    for number in (1, 2, 3):
        editions.write(engine, edition(100 + number, revision=number), frames(4))
    with pytest.raises(PointerMoved):
        _publish(engine, 102, 101)
    _publish(engine, 101, None)
    with pytest.raises(PointerMoved):
        _publish(engine, 102, None)
    _publish(engine, 102, 101)
    with pytest.raises(PointerMoved):
        _publish(engine, 103, 101)
    assert editions.current(engine, *PLACE).edition_id == 102
    assert set(published.view(engine, "rankings")["edition_id"]) == {102}
    stated = published.view(engine, "editions").set_index("edition_id")["status"].to_dict()
    assert stated == {101: "published", 102: "published", 103: "building"}


def test_of_two_that_publish_at_once_one_succeeds(engine, edition, frames):
    for number in (1, 2):
        editions.write(engine, edition(100 + number, revision=number), frames(4))
    outcomes, together = [], threading.Barrier(2)

    def publish(edition_id: int) -> None:
        together.wait()
        try:
            _publish(engine, edition_id, None)
        except PointerMoved:
            outcomes.append("moved")
        else:
            outcomes.append("published")

    threads = [threading.Thread(target=publish, args=(number,)) for number in (101, 102)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "published"]


def test_what_was_current_at_a_past_moment_can_be_asked(engine, edition, frames):
    day = {number: datetime(2024, 8, 5 + min(number, 2), tzinfo=UTC) for number in range(4)}
    for number in (1, 2, 3):
        editions.write(engine, edition(100 + number, revision=number, as_of=day[number]), frames(4))
        _publish(engine, 100 + number, 99 + number if number > 1 else None)
    found = [editions.current(engine, *PLACE, as_of=moment) for moment in (day[0], day[1], day[2])]
    assert [each and each.edition_id for each in found] == [None, 101, 103]
    before = editions.current(engine, *PLACE, as_of=day[2] - timedelta(microseconds=1))
    assert before.edition_id == 101
    assert editions.current(engine, "demo", "ganyu", "2024-08") is None


def test_a_clock_that_went_back_does_not_turn_the_order_round(engine, edition, frames):
    editions.write(engine, edition(), frames(4))
    _publish(engine, 101, None)
    ahead = datetime.now(UTC) + timedelta(days=1)
    with engine.begin() as connection:
        connection.execute(sa.update(editions.edition).values(published_at=ahead))
    editions.write(engine, edition(102, revision=2), frames(4))
    _publish(engine, 102, 101)
    assert editions.current(engine, *PLACE).published_at == ahead + timedelta(microseconds=1)


def test_a_failed_edition_leaves_its_report_and_no_rows(engine, edition, frames):
    editions.write(engine, edition(), frames(4))
    editions.report_at(engine, 101, "reports/index.html")
    editions.fail(engine, 101, "得分合计不符" * 400)
    found = published.view(engine, "editions").iloc[0]
    assert found[["status", "report", "row_count"]].tolist() == ["failed", "reports/index.html", 0]
    assert (len(found["note"]), found["note"][-1]) == (1000, "…")
    assert _rows_left(engine, 101) == 0
    with pytest.raises(WarehouseError, match="不在生成中"):
        _publish(engine, 101, None)


def test_a_failed_edition_can_be_written_again(engine, edition, frames):
    editions.write(engine, edition(), frames(4))
    editions.fail(engine, 101, "不符")
    editions.write(engine, edition(), frames(6))
    _publish(engine, 101, None)
    assert len(published.view(engine, "rankings")) == 6


def test_writing_again_replaces_what_was_left(engine, edition, frames):
    editions.write(engine, edition(), frames(6))
    editions.write(engine, edition(), frames(4))
    assert len(editions.rows(engine, 101, "score")) == 4


def test_a_published_edition_never_changes(engine, edition, frames):
    editions.write(engine, edition(), frames(4))
    _publish(engine, 101, None)
    with pytest.raises(WarehouseError, match="已经发布，不能改写"):
        editions.write(engine, edition(), frames(6))
    with pytest.raises(WarehouseError, match="不能再记为失败"):
        editions.fail(engine, 101, "x")
    assert len(published.view(engine, "rankings")) == 4


def test_rows_that_another_run_took_away_stop_the_publishing(engine, edition, frames):
    editions.write(engine, edition(), frames(4))
    with engine.begin() as connection:
        connection.execute(sa.delete(EDITION_TABLES["streak"]))
    with pytest.raises(WarehouseError, match="有另一个任务动过它"):
        _publish(engine, 101, None)
    assert editions.current(engine, *PLACE) is None


def test_an_unknown_table_is_refused(engine, edition):
    with pytest.raises(ValueError, match="no table scores"):
        editions.write(engine, edition(), {"scores": NONE})


def test_a_killed_run_leaves_the_old_edition_and_the_next_sweeps(warehouse_url, engine, edition, frames, tmp_path):
    editions.write(engine, edition(), frames(4))
    _publish(engine, 101, None)
    editions.write(engine, edition(201, scheme="other"), frames(4))
    frames(6)["score"].to_pickle(tmp_path / "score")
    code = """
import os, pickle, sys
from dataclasses import replace
from warehouse import editions
from warehouse.database import connect
engine = connect(sys.argv[1])
old = editions.current(engine, "demo", "ganyu", "2024-07")
editions.write(engine, replace(old, edition_id=102, revision=2), {"score": pickle.load(open(sys.argv[2], "rb"))})
os.kill(os.getpid(), 9)
"""
    killed = subprocess.run([sys.executable, "-c", code, warehouse_url, tmp_path / "score"], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert len(editions.rows(engine, 102, "score")) == 6
    assert set(published.view(engine, "rankings")["edition_id"]) == {101}
    assert editions.sweep(engine, "demo", "ganyu") == [102]
    assert editions.sweep(engine, "demo", "ganyu") == []
    assert _rows_left(engine, 102) == 0
    stated = published.view(engine, "editions").set_index("edition_id")[["status", "note"]]
    assert stated.loc[102].tolist() == ["failed", editions.INTERRUPTED]
    assert stated.loc[[101, 201], "status"].tolist() == ["published", "building"]


@pytest.fixture
def batch(engine, lake):
    found = pd.DataFrame(
        {
            "row_no": [2, 3],
            "column_name": "代码",
            "value_text": "1",
            "reason": "unknown_organization",
            "message": "请核对",
        }
    )
    received_at = datetime(2024, 9, 1, tzinfo=UTC)
    given = Batch("b1", "demo", "ganyu", "events", "平台", "2024-08", "a.jsonl", "h", received_at, 3, 1, 2, 0)
    batches.take(engine, lake, given, pd.DataFrame({"row_no": [1, 2, 3]}), found)
    return "b1"


def test_publishing_adds_new_rejections_and_settles_old_ones(engine, edition, frames, batch):
    editions.write(engine, edition(), frames(4))
    before = batches.open_rejections(engine, [batch]).set_index("row_no")
    new = before.loc[[2]].reset_index().assign(row_no=1, reason="inactive_organization")
    editions.publish(engine, 101, None, new, [before.loc[2, "rejection_id"]])
    found = published.view(engine, "rejections").set_index("row_no")
    assert found["resolved_by"].fillna("").to_dict() == {1: "", 2: "101", 3: ""}
    added = found.loc[1]
    assert added[["edition_id", "revision", "period", "cadence", "file", "sender"]].tolist() == [
        101, 1, "2024-07", "month", "a.jsonl", "平台",
    ]  # fmt: skip
    assert found.loc[3, "period"] == "2024-08"


def test_a_publishing_that_fails_changes_no_rejection(engine, edition, frames, batch):
    editions.write(engine, edition(), frames(4))
    before = batches.open_rejections(engine, [batch])
    with pytest.raises(PointerMoved):
        editions.publish(engine, 101, 999, before.assign(row_no=9), before["rejection_id"].tolist())
    assert len(batches.open_rejections(engine, [batch])) == 2
    with pytest.raises(ValueError, match="never taken: b9"):
        editions.publish(engine, 101, None, before.assign(batch_id="b9"), [])
    assert editions.current(engine, *PLACE) is None


def test_nothing_is_left_open(engine, edition, frames):
    editions.write(engine, edition(), frames(4))
    if engine.dialect.name == "postgresql":
        assert engine.pool.checkedout() == 0
        return
    opened = [path.readlink().name for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert [name for name in opened if name.startswith(Path(engine.url.database).name)] == []
