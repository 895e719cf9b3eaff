"""Months, quarters, half-years and years of Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from schemas.errors import ClearError
from schemas.periods import CADENCES, LOCAL_ZONE, NotAPeriod, Period, local_day, local_time


@pytest.mark.parametrize(
    ("text", "cadence", "start", "end"),
    [
        ("2024-01", "month", date(2024, 1, 1), date(2024, 1, 31)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", "month", date(2023, 2, 1), date(2023, 2, 28)),
        ("2000-02", "month", date(2000, 2, 1), date(2000, 2, 29)),
        ("1900-02", "month", date(1900, 2, 1), date(1900, 2, 28)),
        ("2024-04", "month", date(2024, 4, 1), date(2024, 4, 30)),
        ("2024-12", "month", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024Q1", "quarter", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024Q2", "quarter", date(2024, 4, 1), date(2024, 6, 30)),
        ("2024Q3", "quarter", date(2024, 7, 1), date(2024, 9, 30)),
        ("2024Q4", "quarter", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024H1", "half_year", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024H2", "half_year", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024", "year", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_period_has_its_first_and_last_day_and_is_written_as_it_was(text, cadence, start, end):
    period = Period.parse(text)
    assert (period.cadence, period.start, period.end) == (cadence, start, end)
    assert str(period) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24-07",
        "2024-7",
        "2024-00",
        "2024-13",
        "2024/07",
        "2024-07-01",
        "202407",
        "2024Q0",
        "2024Q5",
        "2024-Q3",
        "2024q3",
        "2024H0",
        "2024H3",
        "2024-H1",
        "2024h1",
        "H1",
        "Q3",
        " 2024-07",
        "2024-07\n",
        "２０２４-07",
        "٢٠٢٤-07",
        "20245",
        "year",
        "0000",
        "0999-12",
    ],
)
def test_any_other_spelling_is_refused(text):
    with pytest.raises(NotAPeriod):
        Period.parse(text)


def test_the_message_names_what_was_found_and_what_to_write():
    with pytest.raises(
        ClearError, match="“7月”不是考核期。月份写作2024-07，季度写作2024Q3，半年写作2024H2，年度写作2024"
    ):
        Period.parse("7月")


@pytest.mark.parametrize(
    ("text", "steps", "previous"),
    [
        ("2024-07", 1, "2024-06"),
        ("2024-01", 1, "2023-12"),
        ("2024-01", 13, "2022-12"),
        ("2024-03", 0, "2024-03"),
        ("2024-12", -1, "2025-01"),
        ("2024Q1", 1, "2023Q4"),
        ("2024Q3", 2, "2024Q1"),
        ("2024H1", 1, "2023H2"),
        ("2024H2", 3, "2023H1"),
        ("2024", 1, "2023"),
    ],
)
def test_previous_goes_over_year_ends(text, steps, previous):
    assert str(Period.parse(text).previous(steps)) == previous


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2024-02", ["2024-02"]),
        ("2024Q4", ["2024-10", "2024-11", "2024-12"]),
        ("2024H2", [f"2024-{month:02d}" for month in range(7, 13)]),
        ("2024", [f"2024-{month:02d}" for month in range(1, 13)]),
    ],
)
def test_months_inside_a_period(text, months):
    assert [str(month) for month in Period.parse(text).months] == months


@pytest.mark.parametrize(
    ("text", "cadence", "inside"),
    [
        ("2024-02", "month", ["2024-02"]),
        ("2024-02", "quarter", []),
        ("2024Q1", "month", ["2024-01", "2024-02", "2024-03"]),
        ("2024Q4", "month", ["2024-10", "2024-11", "2024-12"]),
        ("2024Q4", "quarter", ["2024Q4"]),
        ("2024Q4", "half_year", []),
        ("2024H1", "quarter", ["2024Q1", "2024Q2"]),
        ("2024H2", "quarter", ["2024Q3", "2024Q4"]),
        ("2024H2", "month", [f"2024-{month:02d}" for month in range(7, 13)]),
        ("2024H2", "year", []),
        ("2024", "month", [f"2024-{month:02d}" for month in range(1, 13)]),
        ("2024", "quarter", ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]),
        ("2024", "half_year", ["2024H1", "2024H2"]),
        ("2024", "year", ["2024"]),
    ],
)
def test_the_periods_of_a_cadence_inside_another(text, cadence, inside):
    assert [str(part) for part in Period.parse(text).inside(cadence)] == inside


@pytest.mark.parametrize(
    ("text", "cadence", "around"),
    [
        ("2024-01", "month", "2024-01"),
        ("2024-01", "quarter", "2024Q1"),
        ("2024-03", "quarter", "2024Q1"),
        ("2024-04", "quarter", "2024Q2"),
        ("2024-06", "half_year", "2024H1"),
        ("2024-07", "half_year", "2024H2"),
        ("2024-12", "quarter", "2024Q4"),
        ("2024-12", "year", "2024"),
        ("2024Q1", "half_year", "2024H1"),
        ("2024Q2", "half_year", "2024H1"),
        ("2024Q3", "half_year", "2024H2"),
        ("2024Q4", "year", "2024"),
        ("2024H2", "year", "2024"),
        ("2024", "year", "2024"),
    ],
)
def test_the_period_of_a_cadence_that_another_lies_in(text, cadence, around):
    assert str(Period.parse(text).around(cadence)) == around


@pytest.mark.parametrize("text", ["2024-02", "2024Q1", "2024Q2", "2024Q3", "2024Q4", "2024H1", "2024H2", "2024"])
def test_periods_inside_follow_each_other_from_first_day_to_last_and_know_what_is_around_them(text):
    period = Period.parse(text)
    for cadence in CADENCES[: CADENCES.index(period.cadence) + 1]:
        inside = period.inside(cadence)
        assert (inside[0].start, inside[-1].end) == (period.start, period.end)
        assert [part.next for part in inside[:-1]] == list(inside[1:])
        assert {part.around(period.cadence) for part in inside} == {period}
        assert {part.cadence for part in inside} == {cadence}
        assert inside[-1].next not in inside


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("2024-07", "2024-08"),
        ("2024-12", "2025-01"),
        ("2024Q4", "2025Q1"),
        ("2024Q2", "2024Q3"),
        ("2024H1", "2024H2"),
        ("2024H2", "2025H1"),
        ("2024", "2025"),
    ],
)
def test_next_is_the_period_that_begins_the_day_after(text, following):
    period = Period.parse(text)
    assert str(period.next) == following
    assert period.next.previous() == period
    assert period.next.start.toordinal() == period.end.toordinal() + 1


@pytest.mark.parametrize("text", ["2023-02", "2024-02", "2024Q1", "2024H1", "2024H2", "2024"])
def test_a_period_contains_its_first_and_last_day_and_not_the_days_beside_them(text):
    period = Period.parse(text)
    days = [period.previous().end, period.start, period.end, period.previous(-1).start]
    assert [period.contains(day) for day in days] == [False, True, True, False]
    assert period.previous(-1).start.toordinal() == period.end.toordinal() + 1


@pytest.mark.parametrize("day", [date(2024, 2, 1), date(2024, 2, 29)])
def test_the_month_of_a_day(day):
    assert str(Period.month_of(day)) == "2024-02"


def test_periods_are_ordered_by_first_day_and_then_the_shorter_first():
    texts = ["2025", "2024", "2024H1", "2024Q1", "2024-01", "2024-02", "2023-12"]
    assert [str(period) for period in sorted(map(Period.parse, texts))] == [
        "2023-12",
        "2024-01",
        "2024Q1",
        "2024H1",
        "2024",
        "2024-02",
        "2025",
    ]


def test_every_cadence_has_a_period():
    assert {Period.parse(text).cadence for text in ("2024-01", "2024Q1", "2024H1", "2024")} == set(CADENCES)


def test_periods_are_of_shanghai():
    assert LOCAL_ZONE.key == "Asia/Shanghai"


def test_a_moment_lies_in_its_day_of_shanghai():
    moment = datetime(2024, 7, 31, 16, 30, tzinfo=UTC)
    assert local_day(moment) == date(2024, 8, 1)
    assert local_time(moment) == "2024-08-01 00:30"
