"""Days and times as senders write them: read whole or not at all, and placed in the local day."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from transforms.dates import days, local_days, local_times, moments, ordinals, written


def _texts(*texts):
    return pd.Series(texts, dtype="str")


@pytest.mark.parametrize(
    "text",
    [
        "2024-07-05",
        "2024-7-5",
        "2024/07/05",
        "2024/7/5",
        "2024.7.5",
        "2024年7月5日",
        "2024年07月05日",
        "2024年7月5",
        "2024-07-05 23:59",
        "2024/7/5 9:05:30",
        "2024年7月5日 10:00",
        "2024.07.05 10:00:00.250",
        "2024-07-05T10:00:00",
    ],
)
def test_a_day_is_read_in_every_spelling_in_use(text):
    assert days(_texts(text)).tolist() == [pd.Timestamp("2024-07-05")]


@pytest.mark.parametrize(
    "text",
    [
        "2024-13-05",
        "2024-02-30",
        "2023-02-29",
        "2024-00-10",
        "2024-07-00",
        "0000-01-01",
        "2024-07",
        "20240705",
        "24-07-05",
        "12024-07-05",
        "05/07/2024",
        "2024-07-05日前",
        "日2024-07-05",
        "2024-07-05 25:00",
        "2024-07-05 24:00:00",
        "2024-07-05 10",
        "2024-07-05 10:00 ",
        "2024-07-05 10:00+08:00",
        "七月五日",
        "٢٠٢٤-07-05",
        "45478",
        "",
    ],
)
def test_what_is_no_whole_day_is_missing_and_never_completed(text):
    assert days(_texts(text)).isna().all()


def test_days_of_columns_without_texts_are_missing():
    assert days(_texts()).empty
    assert days(_texts(None, None)).isna().all()


def test_the_first_and_the_last_day_of_the_calendar_can_be_computed_with():
    read = days(_texts("9999-12-31", "0001-01-02"))
    assert ordinals(read).tolist() == [date.max.toordinal(), 2]


def test_a_local_time_keeps_its_clock():
    read = local_times(_texts("2024年7月5日 9:05", "2024-07-05", "2024-07-05 10:00:00.250", "9:05"))
    assert read[:3].tolist() == [
        pd.Timestamp("2024-07-05 09:05"),
        pd.Timestamp("2024-07-05"),
        pd.Timestamp("2024-07-05 10:00:00.250"),
    ]
    assert read.isna().tolist() == [False, False, False, True]
    assert read.dtype == "datetime64[us]"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-07-31T16:30:00Z", "2024-08-01"),
        ("2024-07-31T15:59:59Z", "2024-07-31"),
        ("2024-07-31T16:00:00Z", "2024-08-01"),
        ("2024-07-31T16:30:00+00:00", "2024-08-01"),
        ("2024-07-31T16:30:00+08:00", "2024-07-31"),
        ("2024-07-31T23:59:59.999999+08:00", "2024-07-31"),
        ("2024-08-01T00:00:00+0800", "2024-08-01"),
        ("2024-07-31 11:00:00-05:00", "2024-08-01"),
        ("2024-12-31T16:00:00Z", "2025-01-01"),
    ],
)
def test_an_event_belongs_to_its_local_day(text, day):
    assert local_days(moments(_texts(text))).tolist() == [pd.Timestamp(day)]


@pytest.mark.parametrize(
    "text",
    [
        "2024-07-31T16:30:00",
        "2024-07-31",
        "2024-07-31Z",
        "2024-07-31T24:30:00Z",
        "2024-07-31T16:30:60Z",
        "2024-07-32T16:30:00Z",
        "2024-07-31T16:30:00+99:99",
        "2024-07-31T16:30:00 CST",
        "2024年7月31日 16:30:00+08:00",
        "9999-12-31T23:59:59-10:00",
        "0001-01-01T00:00:00+08:00",
        "",
    ],
)
def test_a_moment_without_a_known_zone_or_outside_the_calendar_is_missing(text):
    read = moments(_texts(text))
    assert read.isna().all()
    assert local_days(read).isna().all()


def test_ordinals_are_those_of_the_calendar_and_0_where_there_is_no_day():
    read = days(_texts("1970-01-01", "2024-02-29", None))
    assert ordinals(read).tolist() == [date(1970, 1, 1).toordinal(), date(2024, 2, 29).toordinal(), 0]


def test_times_are_written_in_their_places_and_missing_ones_stay_missing():
    times = pd.Series(
        pd.to_datetime(["2024-07-05 09:30", None, "2024-07-04 00:00", "2024-07-05 09:30"]), index=[3, 1, 1, 0]
    )

    texts = written(times, "%Y-%m-%d %H:%M")

    assert texts.index.tolist() == [3, 1, 1, 0]
    assert texts.fillna("").tolist() == ["2024-07-05 09:30", "", "2024-07-04 00:00", "2024-07-05 09:30"]
    assert written(times[:0], "%Y").tolist() == []
