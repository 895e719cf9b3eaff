import sqlite3
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa

from warehouse import bulk
from warehouse.database import reading
from warehouse.tables import EDITION_TABLES, batch, edition_pointer, ledger_line, score, warning

ROWS = 3


def _lines(**changes: object) -> pd.DataFrame:
    given = {
        "edition_id": 2**52 - 1,
        "org_code": ["000000000001", "000000000002", "000000000003"],
        "item_code": "P01",
        "value_num": pd.array([955, None, -3], dtype="Int64"),
        "value_den": pd.array([1000, None, 7], dtype="Int64"),
        "points": np.array([2**62, 0, -10_000]),
        "full_points": 50_000,
        "is_met": pd.array([True, None, False], dtype="boolean"),
        "status": pd.Categorical(["met", "missing", "deducted"]),
        "reason": ["达标：“三会一课”\n换行", 'quoted "a", tab\t and \\N', "\\."],
        "evidence": [None, "", "e1"],
    }
    return pd.DataFrame(given | changes, index=[5, 6, 7])


def _append(engine: sa.Engine, table: sa.Table, frame: pd.DataFrame) -> int:
    with engine.begin() as connection:
        return bulk.insert(connection, table, frame)


def _stored(engine: sa.Engine, table: sa.Table) -> pd.DataFrame:
    with reading(engine) as connection:
        return bulk.fetch(connection, sa.select(table).order_by(*table.primary_key))


def test_values_come_back_as_they_went_in(engine):
    given = _lines()
    assert _append(engine, ledger_line, given) == ROWS
    found = _stored(engine, ledger_line)
    wanted = given.assign(assessor="", status=given["status"].astype("str")).reset_index(drop=True)[list(found)]
    text = dict.fromkeys(("org_code", "item_code", "assessor", "reason", "evidence"), "str")
    pd.testing.assert_frame_equal(found, wanted.astype(text))


def test_days_moments_and_empty_ones_come_back(engine):
    moment = datetime(2024, 8, 1, 2, 3, 4, 56, tzinfo=UTC)
    row = {
        "batch_id": "b1", "seq": 1, "district": "demo", "scheme": "ganyu", "kind": "events", "sender": "平台",
        "period": "2024-07", "cadence": "month", "period_start": date(2024, 7, 1), "file": "a", "content_hash": "h",
        "period_end": pd.Timestamp(2024, 7, 31), "received_at": pd.Timestamp(moment).tz_convert("Asia/Shanghai"),
        "received": 1, "accepted": 1, "rejected": 0, "ignored": 0, "first_day": None, "last_day": None, "note": None,
        "status": "taken", "path": "p", "superseded_by": None,
    }  # fmt: skip
    _append(engine, batch, pd.DataFrame([row]))
    found = _stored(engine, batch).iloc[0]
    assert found["received_at"] == moment
    assert (found["period_start"], found["period_end"]) == (pd.Timestamp(2024, 7, 1), pd.Timestamp(2024, 7, 31))
    assert found[["first_day", "last_day", "note", "superseded_by"]].isna().all()


def test_a_frame_without_rows_is_typed_all_the_same(engine):
    assert _append(engine, score, pd.DataFrame(columns=score.columns.keys())) == 0
    found = _stored(engine, score)
    assert found.dtypes.astype(str).to_dict() == {
        "edition_id": "int64", "org_code": "str", "domain": "str", "peer_group": "str", "index_points": "int64",
        "base_points": "int64", "full_points": "int64",
        "rank": "int64", "peers": "int64", "previous_rank": "Int64",
    }  # fmt: skip


def test_explanations_are_cut_to_size_and_lose_no_sign_of_it(engine):
    _append(engine, ledger_line, _lines(reason=["长" * 1000, "长" * 1001, "a\0b"]))
    found = _stored(engine, ledger_line)["reason"]
    assert found.tolist() == ["长" * 1000, "长" * 999 + "…", "a\N{REPLACEMENT CHARACTER}b"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"item_code": "P" * 65}, r"ledger_line.item_code has a text of more than 64"),
        ({"points": [1, None, 2]}, r"ledger_line.points is empty in 1 of 3"),
        ({"points": [1, 2.5, 2]}, r"ledger_line.points"),
        ({"points": [1, 2**70, 2]}, r"ledger_line.points"),
        ({"is_met": ["maybe", None, None]}, r"ledger_line.is_met"),
        ({"points_": 1}, r"ledger_line has no column points_"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_nothing_is_written(engine, changes, message):
    with pytest.raises(ValueError, match=message):
        _append(engine, ledger_line, _lines(**changes))
    assert _stored(engine, ledger_line).empty


def test_a_missing_column_is_refused(engine):
    with pytest.raises(ValueError, match=r"ledger_line.points is not in the frame"):
        _append(engine, ledger_line, _lines().drop(columns="points"))


def test_a_time_without_offset_is_refused(engine):
    frame = pd.DataFrame({name: [None] for name in batch.columns.keys()})  # noqa: SIM118
    frame = frame.assign(batch_id="b", seq=1, district="d", scheme="s", kind="events", sender="s", period="", file="f")
    frame = frame.assign(content_hash="h", received_at=pd.Timestamp(2024, 8, 1))
    with pytest.raises(ValueError, match=r"batch.received_at: times have no offset"):
        _append(engine, batch, frame)


def test_a_key_twice_is_refused_whole(engine):
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match=r"(?i)unique"):
        _append(engine, ledger_line, _lines(org_code="000000000001"))
    assert _stored(engine, ledger_line).empty


def test_rows_belong_to_the_transaction_they_are_written_in(engine):
    def interrupted() -> None:
        with engine.begin() as connection:
            place = {"district": "demo", "scheme": "ganyu", "period": "2024-07", "edition_id": 1}
            row = place | {"confirmed_seq": 1, "confirmed_at": pd.Timestamp("2024-08-05", tz="UTC")}
            bulk.insert(connection, edition_pointer, pd.DataFrame([row]))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert _stored(engine, edition_pointer).empty


@pytest.mark.parametrize("name", sorted(EDITION_TABLES))
def test_every_table_of_an_edition_takes_its_frame(engine, frames, name):
    given = frames(4)[name].assign(edition_id=1)
    assert _append(engine, EDITION_TABLES[name], given) == len(given)
    found = _stored(engine, EDITION_TABLES[name])
    assert len(found) == len(given)
    for column in set(found) & set(given):
        wanted = given[column].dropna().astype(found[column].dtype)
        assert sorted(found[column].dropna().astype(str)) == sorted(wanted.astype(str))


def test_blank_keys_are_filled_in(engine, frames):
    given = frames(4)["warning"].drop(columns="item_code").drop_duplicates("org_code").assign(edition_id=1)
    _append(engine, warning, given)
    assert set(_stored(engine, warning)["item_code"]) == {""}
