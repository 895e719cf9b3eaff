import sqlite3
from datetime import UTC, date, datetime

import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa

from warehouse import batches, published
from warehouse.batches import Batch
from warehouse.database import reading
from warehouse.tables import batch

NOTHING = pd.DataFrame(columns=["row_no", "column_name", "value_text", "reason", "message"])


def _batch(batch_id: str, day: int, **changes: object) -> Batch:
    given = {
        "batch_id": batch_id, "district": "demo", "scheme": "ganyu", "kind": "declarations", "sender": "各支部",
        "period": "2024-07", "file": "declarations/2024-07.csv", "content_hash": f"hash-{batch_id}",
        "received_at": datetime(2024, 8, day, 9, tzinfo=UTC), "received": 2, "accepted": 1, "rejected": 1, "ignored": 0,
        "first_day": date(2024, 7, 31), "last_day": date(2024, 7, 31),
    }  # fmt: skip
    return Batch(**(given | changes))


def _records(*codes: str) -> pd.DataFrame:
    return pd.DataFrame({"org_code": list(codes), "row_no": range(2, 2 + len(codes))}).astype({"org_code": "str"})


def _rejected(*rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row_no": list(rows),
            "column_name": "申报值",
            "value_text": "九成",
            "reason": "malformed",
            "message": "请填数字",
        }
    )


def _stored(engine: sa.Engine) -> pd.DataFrame:
    return published.view(engine, "batches").set_index("batch_id")


def _rejections(engine: sa.Engine) -> dict[str, object]:
    found = published.view(engine, "rejections")
    return {row.batch_id: None if pd.isna(row.resolved_by) else row.resolved_by for row in found.itertuples()}


@pytest.fixture
def take(engine, lake):
    def taking(given: Batch, *rows: int) -> None:
        batches.take(engine, lake, given, _records("1", "2"), _rejected(*rows) if rows else NOTHING)

    return taking


@pytest.fixture
def refuse(engine, lake):
    def refusing(given: Batch) -> None:
        unreadable = pd.DataFrame([(0, None, "a.csv", "unreadable", "文件打不开，请另存后重报")], columns=list(NOTHING))
        batches.take(engine, lake, given, None, unreadable)

    return refusing


def test_a_delivery_is_kept_with_its_records_and_rejections(engine, lake, take):
    take(_batch("b1", 1), 3)
    found = _stored(engine).loc["b1"]
    assert found[["period", "cadence", "status"]].tolist() == ["2024-07", "month", "taken"]
    assert found[["received", "accepted", "rejected", "ignored"]].tolist() == [2, 1, 1, 0]
    assert found["period_end"] == pd.Timestamp(2024, 7, 31)
    held = batches.in_force(engine, "demo", "ganyu", ["declarations"])
    assert held["path"].tolist() == ["demo/ganyu/declarations/2024-07/b1.parquet"]
    assert lake.read(held["path"].tolist())["org_code"].tolist() == ["1", "2"]
    said = published.view(engine, "rejections").iloc[0]
    assert said[["batch_id", "file", "sender", "row_no", "column_name", "value", "reason", "message"]].tolist() == [
        "b1", "declarations/2024-07.csv", "各支部", 3, "申报值", "九成", "malformed", "请填数字",
    ]  # fmt: skip
    assert said[["edition_id", "revision", "resolved_by"]].isna().all()
    assert said["received_at"] == datetime(2024, 8, 1, 9, tzinfo=UTC)


def test_the_same_batch_twice_changes_nothing(engine, take):
    take(_batch("b1", 1), 3)
    take(_batch("b1", 2), 3, 4)
    assert len(_stored(engine)) == 1
    assert len(published.view(engine, "rejections")) == 1


def test_the_delivery_received_last_replaces_the_former_and_settles_its_rejections(engine, take):
    take(_batch("b1", 1), 3)
    take(_batch("b2", 2), 3)
    assert _stored(engine)["superseded_by"].to_dict() == {"b1": "b2", "b2": pytest.approx(float("nan"), nan_ok=True)}
    assert batches.in_force(engine, "demo", "ganyu", ["declarations"])["batch_id"].tolist() == ["b2"]
    assert _rejections(engine) == {"b1": "b2", "b2": None}
    assert batches.open_rejections(engine, ["b1", "b2"])["batch_id"].tolist() == ["b2"]


def test_of_two_received_at_one_moment_the_one_taken_later_counts(engine, take):
    take(_batch("b1", 1))
    take(_batch("b2", 1))
    assert batches.in_force(engine, "demo", "ganyu", ["declarations"])["batch_id"].tolist() == ["b2"]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 1, 2)])
def test_the_order_of_taking_does_not_matter(engine, take, order):
    for day in order:
        take(_batch(f"b{day}", day), 3)
    replaced = _stored(engine)["superseded_by"].fillna("").to_dict()
    assert replaced == {"b1": "b2", "b2": "b3", "b3": ""}
    settled = _rejections(engine)
    assert [name for name, by in settled.items() if by is None] == ["b3"]
    assert batches.in_force(engine, "demo", "ganyu", ["declarations"])["batch_id"].tolist() == ["b3"]


def test_what_was_in_force_at_a_past_moment_can_be_asked(engine, take):
    for day in (1, 5):
        take(_batch(f"b{day}", day))
    take(_batch("x", 3, sender="别的单位"))
    at = {day: datetime(2024, 8, day, 12, tzinfo=UTC) for day in (1, 4, 6)}
    found = {
        day: batches.in_force(engine, "demo", "ganyu", ["declarations"], batches.Knowledge(as_of, 9))[
            "batch_id"
        ].tolist()
        for day, as_of in at.items()
    }
    assert found == {1: ["b1"], 4: ["b1", "x"], 6: ["x", "b5"]}


def test_what_is_taken_later_with_an_old_date_was_not_known_then(engine, take):
    take(_batch("b2", 2))
    known = batches.knowledge(engine, "demo", "ganyu", datetime(2024, 8, 9, tzinfo=UTC))
    take(_batch("b1", 1, sender="别的单位"))
    assert batches.in_force(engine, "demo", "ganyu", ["declarations"], known)["batch_id"].tolist() == ["b2"]
    assert batches.in_force(engine, "demo", "ganyu", ["declarations"])["batch_id"].tolist() == ["b1", "b2"]
    assert batches.knowledge(engine, "nobody", "ganyu", known.as_of).seq == 0


def test_what_is_received_later_is_not_known_by_number_either(engine, take):
    take(_batch("b1", 1))
    take(_batch("b5", 5))
    known = [batches.knowledge(engine, "demo", "ganyu", datetime(2024, 8, day, tzinfo=UTC)) for day in (3, 9)]
    assert known[0].seq < known[1].seq


def test_other_periods_senders_kinds_and_districts_are_other_deliveries(engine, take):
    take(_batch("b1", 1))
    for number, other in enumerate(
        ({"period": "2024-08"}, {"sender": "x"}, {"kind": "findings"}, {"district": "d2"}, {"scheme": "s2"})
    ):
        take(_batch(f"o{number}", 2, **other))
    assert _stored(engine)["superseded_by"].isna().all()
    kinds = batches.in_force(engine, "demo", "ganyu", ["declarations", "findings"])["batch_id"].tolist()
    assert kinds == ["b1", "o0", "o1", "o2"]
    assert batches.in_force(engine, "d2", "ganyu", ["declarations"])["batch_id"].tolist() == ["o3"]


def test_events_are_never_replaced(engine, take):
    for day in (1, 2):
        take(_batch(f"e{day}", day, kind="events", file="platform/2024-07.jsonl"), 3)
    assert batches.in_force(engine, "demo", "ganyu", ["events"])["batch_id"].tolist() == ["e1", "e2"]
    assert _rejections(engine) == {"e1": None, "e2": None}


def test_a_refused_delivery_replaces_nothing_and_waits_for_the_next(engine, take, refuse):
    take(_batch("b1", 1), 3)
    refuse(_batch("r1", 2, status="refused"))
    assert batches.in_force(engine, "demo", "ganyu", ["declarations"])["batch_id"].tolist() == ["b1"]
    assert _rejections(engine) == {"b1": None, "r1": None}
    refuse(_batch("r2", 3, status="refused"))
    assert _rejections(engine) == {"b1": None, "r1": "r2", "r2": None}
    take(_batch("b2", 4))
    assert _rejections(engine) == {"b1": "b2", "r1": "r2", "r2": "b2"}
    assert _stored(engine)["superseded_by"].fillna("").to_dict() == {"b1": "b2", "r1": "r2", "r2": "b2", "b2": ""}


def test_a_refused_file_of_unknown_kind_is_settled_by_its_next_version(engine, take, refuse):
    refuse(_batch("r1", 1, status="refused", kind="", sender="", period="", file="departments/2024Q3/a.xls"))
    take(_batch("b1", 2, kind="submissions", period="2024Q3", file="departments/2024Q3/a.xls"))
    assert _rejections(engine) == {"r1": "b1"}


def test_a_refused_event_file_is_settled_by_that_file_alone(engine, take, refuse):
    event = {"kind": "events", "file": "platform/a.jsonl"}
    refuse(_batch("r1", 1, status="refused", **event))
    take(_batch("e1", 2, **(event | {"file": "platform/b.jsonl"})))
    assert _rejections(engine) == {"r1": None}
    take(_batch("e2", 3, **event))
    assert _rejections(engine) == {"r1": "e2"}


def test_taken_knows_the_last_batch_of_every_file(engine, take, refuse):
    take(_batch("b2", 5))
    take(_batch("b1", 1))
    refuse(_batch("r1", 3, status="refused", file="x.csv"))
    found = batches.taken(engine, "demo", "ganyu").set_index("file")
    assert found["content_hash"].to_dict() == {"declarations/2024-07.csv": "hash-b1", "x.csv": "hash-r1"}
    assert found["status"].to_dict() == {"declarations/2024-07.csv": "taken", "x.csv": "refused"}
    assert batches.taken(engine, "demo", "other").empty


def test_a_batch_stands_until_one_that_is_taken_after_it_replaces_it(engine, take, refuse):
    refuse(_batch("r1", 1, status="refused"))
    take(_batch("b1", 3))
    take(_batch("b0", 2))
    take(_batch("b4", 4))
    refuse(_batch("r5", 5, status="refused"))
    found = batches.history(engine, "demo", "ganyu").set_index("batch_id")["stands"]
    assert found.to_dict() == {"r1": False, "b1": False, "b0": False, "b4": True, "r5": True}
    take(_batch("b3", 3, sender="别的单位"))
    take(_batch("b2", 2, sender="别的单位"))
    assert batches.history(engine, "demo", "ganyu").set_index("batch_id")["stands"][["b2", "b3"]].all()
    assert batches.history(engine, "nobody", "ganyu").empty


def test_a_refusal_is_closed_by_the_batch_in_force_or_withdrawn_and_stays_so(engine, take, refuse):
    take(_batch("b1", 1))
    for name, day, file in (("r2", 2, "x.csv"), ("r3", 3, "y.csv"), ("r9", 9, "z.csv")):
        refuse(_batch(name, day, status="refused", file=file))
    seen = batches.open_refusals(engine, "demo", "ganyu", datetime(2024, 8, 4, tzinfo=UTC))
    assert seen["batch_id"].tolist() == ["r2", "r3"]
    batches.close(engine, ["r2"], "b1")
    batches.close(engine, ["r3"], batches.WITHDRAWN)
    take(_batch("b5", 5))
    assert _rejections(engine) == {"r2": "b1", "r3": "withdrawn", "r9": None}
    replaced = _stored(engine)["superseded_by"].fillna("").to_dict()
    assert replaced == {"b1": "b5", "r2": "b1", "r3": "withdrawn", "r9": "", "b5": ""}


def test_a_crash_between_lake_and_commit_leaves_an_orphan_that_sweep_removes(engine, lake, take):
    take(_batch("b1", 1))
    bad = _rejected(3).assign(reason=None)
    with pytest.raises(ValueError, match=r"rejection.reason is empty"):
        batches.take(engine, lake, _batch("b2", 2), _records("1"), bad)
    assert list(_stored(engine).index) == ["b1"]
    orphan = "demo/ganyu/declarations/2024-07/b2.parquet"
    assert len(lake.read([orphan])) == 1
    assert batches.sweep(engine, lake, "demo", "ganyu") == [orphan]
    assert batches.sweep(engine, lake, "demo", "ganyu") == []
    held = batches.in_force(engine, "demo", "ganyu", ["declarations"])
    assert len(lake.read(held["path"].tolist())) == 2


def test_long_texts_of_senders_are_cut_and_the_same_cell_may_be_cited_twice(engine, lake):
    twice = pd.concat([_rejected(3), _rejected(3)]).assign(value_text="长" * 500)
    batches.take(engine, lake, _batch("b1", 1), _records("1"), twice)
    found = published.view(engine, "rejections")
    assert found["value"].tolist() == ["长" * 199 + "…"] * 2
    assert found["rejection_id"].is_unique


def test_a_delivery_for_no_period_has_none(engine, take):
    take(_batch("b1", 1, kind="registry", period=""))
    found = _stored(engine).loc["b1"]
    assert found["period"] == ""
    assert found[["cadence", "period_start", "period_end"]].isna().all()


def test_rejections_of_many_batches_are_found(engine, take):
    take(_batch("b1", 1), 3, 4)
    ids = [f"none{number}" for number in range(12_000)] + ["b1"]
    assert sorted(batches.open_rejections(engine, ids)["row_no"]) == [3, 4]
    assert batches.open_rejections(engine, []).empty


def test_batches_are_numbered_in_the_order_of_taking(engine, take):
    for name, day in (("b", 3), ("a", 1), ("c", 2)):
        take(_batch(name, day))
    with reading(engine) as connection:
        assert connection.execute(sa.select(batch.c.batch_id).order_by(batch.c.seq)).scalars().all() == ["b", "a", "c"]


def test_counts_that_do_not_reconcile_are_not_stored(engine, take):
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.CheckViolation), match="batch_counts_reconcile"):
        take(_batch("a", 1, received=3))
    assert _stored(engine).empty
