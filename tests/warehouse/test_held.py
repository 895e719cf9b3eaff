"""Periods that are held back: since when, what for, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy as sa

from warehouse.held import Held, all_held, hold, release

FIRST, SECOND = datetime(2024, 8, 5, tzinfo=UTC), datetime(2024, 8, 6, tzinfo=UTC)
WHERE = ("demo", "ganyu")


def test_a_period_is_held_since_the_first_time_for_what_was_said_last(engine: sa.Engine) -> None:
    hold(engine, *WHERE, "2024-07", FIRST, "没有收到住建局", date(2024, 8, 10))
    hold(engine, *WHERE, "2024-07", SECOND, "没有收到纪委", None)
    assert all_held(engine, *WHERE) == [Held("2024-07", FIRST, "没有收到纪委", None)]


def test_a_period_is_held_in_its_own_district_and_scheme_until_it_is_released(engine: sa.Engine) -> None:
    hold(engine, *WHERE, "2024Q3", FIRST, "等2024-09的正式版", None)
    hold(engine, "demo", "other", "2024Q3", FIRST, "没有收到纪委", date(2024, 10, 10))
    release(engine, *WHERE, "2024Q3")
    release(engine, *WHERE, "2024-06")
    assert all_held(engine, *WHERE) == []
    assert [one.until for one in all_held(engine, "demo", "other")] == [date(2024, 10, 10)]


def test_a_reason_too_long_for_its_column_is_cut(engine: sa.Engine) -> None:
    hold(engine, *WHERE, "2024-07", FIRST, "等" * 2000, None)
    (one,) = all_held(engine, *WHERE)
    assert one.note.endswith("…")
