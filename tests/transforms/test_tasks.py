"""Work that follows from grades and findings: raised, carried on, done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from schemas.outcomes import ByBody, Consequence, Grade, Itself, MostPointsLost, NearestKind, Scale
from schemas.periods import Period
from schemas.rulebook import NegativeItem
from schemas.stages import STAGES
from transforms.tasks import tasks

SINCE = {"effective_from": date(2024, 1, 1), "adopted_on": date(2023, 12, 1), "reference": "试行办法第三条"}
OF_YEAR = {
    "order": 1,
    "name": "星级",
    "domains": ("hill",),
    "cadence": "year",
    "ties": "exclude",
    "movement": "free",
    "by_unit": None,
}
YEAR, NEXT = Period.parse("2024"), Period.parse("2025")
NOTHING = STAGES["task"].empty()


@pytest.fixture(scope="module")
def rules(rulebook):
    """Stars of which the last asks for help and the first for praise; N1 is to be put right in 15 days, by year."""
    grades = (Grade("five", "五星", consequences=("praise",)), Grade("none", "未评星", consequences=("help", "order")))
    consequences = (
        Consequence("praise", "通报表扬", 0, (Itself(),), **SINCE),
        Consequence("help", "结对帮扶", 30, (NearestKind(("committee",)), ByBody("办公室")), **SINCE),
        Consequence("order", "限期整改", 60, (MostPointsLost(),), **SINCE),
    )
    entry = {"order": 1, "dimension": "care", "each": 1, "cap": 1}
    negative = (
        NegativeItem("N1", name="记录造假", cadence="year", rectify_days=15, **entry, **SINCE),
        NegativeItem("N2", name="冷硬推诿", cadence="year", **entry, **SINCE),
        NegativeItem("N3", name="当月漏报", cadence="month", rectify_days=5, **entry, **SINCE),
    )
    scale = Scale("star", grades=grades, **OF_YEAR, **SINCE)
    return replace(rulebook, scales=(scale,), consequences=consequences, negative_items=negative)


@pytest.fixture(scope="module")
def organizations():
    rows = [("1", "一支部", "branch", "9"), ("2", "二支部", "branch", None), ("9", "镇委员会", "committee", None)]
    return pd.DataFrame(rows, columns=["org_code", "org_name", "kind", "parent_code"]).astype("str")


def graded(**grades):
    """Grades of the scale by organisation, as o1="five"."""
    return pd.DataFrame(
        {"org_code": [code[1:] for code in grades], "scale": "star", "grade": list(grades.values())}
    ).astype("str")


def register(*rows):
    """Checked findings and register entries from (org, code, day, closed on, counts, times), the last two may lack."""
    full = [(*row, True, 1)[:5] + (row[5:] or (1,)) for row in rows]
    frame = pd.DataFrame(full, columns=["org_code", "item_code", "day", "closed_on", "counts", "value_num"])
    days = {name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in ("day", "closed_on")}
    types = {"org_code": "str", "item_code": "str", "counts": "bool", "value_num": "int64"}
    return frame.astype(types).assign(**days, value_den=1)


@pytest.fixture(scope="module")
def made(rules, organizations):
    """The tasks of a period; what is left out is not there."""
    lost = pd.DataFrame({"甲局": [1, 0], "乙局": [5, 0]}, index=pd.Index(["1", "2"]))

    def make(grades=None, followed=None, before=NOTHING, period=YEAR, rules=rules, organizations=organizations):
        grades = graded() if grades is None else grades
        followed = register() if followed is None else followed
        return STAGES["task"].validated(tasks(grades, followed, organizations, lost, before, rules, period))

    return make


def told(frame, *columns):
    """The chosen columns, days as text, missing as None."""
    texts = frame[list(columns)].astype(dict.fromkeys([c for c in columns if c.endswith("_on")], "str"))
    return [tuple(None if pd.isna(value) else value for value in row) for row in texts.itertuples(index=False)]


def test_a_grade_leads_to_its_consequences_on_the_last_day(made):
    frame = made(graded(o1="none", o2="five"))
    assert told(
        frame, "org_code", "task_code", "item_code", "kind", "name", "raised_on", "due_on", "status", "done_on"
    ) == [
        ("2", "praise", "star", "consequence", "通报表扬", "2024-12-31", "2024-12-31", "open", None),
        ("1", "help", "star", "consequence", "结对帮扶", "2024-12-31", "2025-01-30", "open", None),
        ("1", "order", "star", "consequence", "限期整改", "2024-12-31", "2025-03-01", "open", None),
    ]
    assert frame["reason"].tolist() == ["星级评为“五星”", "星级评为“未评星”", "星级评为“未评星”"]


def test_the_first_candidate_that_exists_must_see_to_it(made):
    frame = made(graded(o1="none", o2="none"))
    assert sorted(told(frame, "task_code", "org_code", "responsible_code", "responsible_name")) == [
        ("help", "1", "9", "镇委员会"),
        ("help", "2", "办公室", "区办公室"),
        ("order", "1", "乙局", "乙局"),
        ("order", "2", "甲局", "甲局"),
    ]
    assert told(made(graded(o2="five")), "responsible_code", "responsible_name") == [("2", "二支部")]


@pytest.mark.parametrize(
    ("days", "done_on"),
    [
        ([], None),
        (["2024-12-30"], None),
        (["2024-12-31"], "2024-12-31"),
        (["2025-02-01", "2025-01-15", "2024-06-01"], "2025-01-15"),
        (["2026-01-15"], "2026-01-15"),
    ],
)
def test_a_consequence_is_done_when_the_register_first_says_so_from_its_day_on(made, days, done_on):
    others = [("2", "help", "2025-01-01", None), ("1", "order", "2025-01-01", None)]
    frame = made(graded(o1="none"), register(*(("1", "help", day, None) for day in days), *others))
    (row,) = told(frame[frame["task_code"] == "help"], "status", "done_on", "done_by")
    assert row == (("done", done_on, f"登记 {done_on}") if done_on else ("open", None, None))


def test_an_entry_that_does_not_count_closes_nothing(made):
    entries = register(("1", "help", "2025-01-01", None, False), ("1", "help", "2025-01-01", None, True, 0))
    assert set(made(graded(o1="none"), entries)["status"]) == {"open"}


@pytest.mark.parametrize(
    ("day", "closed_on", "expected"),
    [
        ("2024-07-10", None, ("2024-07-10", "2024-07-25", "overdue", None)),
        ("2024-12-16", None, ("2024-12-16", "2024-12-31", "open", None)),
        ("2024-12-15", None, ("2024-12-15", "2024-12-30", "overdue", None)),
        ("2024-07-10", "2024-08-30", ("2024-07-10", "2024-07-25", "done", "2024-08-30")),
        ("2024-12-31", "2025-02-01", ("2024-12-31", "2025-01-15", "done", "2025-02-01")),
    ],
)
def test_a_finding_makes_an_order_that_is_done_when_it_is_put_right(made, day, closed_on, expected):
    frame = made(followed=register(("2", "N1", day, closed_on)))
    assert told(frame, "raised_on", "due_on", "status", "done_on") == [expected]
    assert told(frame, "done_by") == [(expected[-1] and f"整改完成 {expected[-1]}",)]
    assert told(frame, "org_code", "task_code", "item_code", "kind", "responsible_code", "responsible_name") == [
        ("2", "N1", "N1", "rectification", "2", "二支部")
    ]
    assert frame["reason"].tolist() == [f"{day}检查发现“记录造假”"]


def test_orders_are_made_of_reviewed_findings_of_the_period_with_a_deadline_and_of_its_cadence(made):
    found = register(
        ("1", "N1", "2023-12-31", None), ("1", "N1", "2025-01-01", None), ("1", "N2", "2024-05-01", None),
        ("1", "N3", "2024-05-01", None), ("1", "N1", "2024-05-01", None, False),
        ("1", "N1", "2024-05-01", None, True, 0),
    )  # fmt: skip
    assert made(followed=found).empty
    assert told(made(followed=found, period=Period.parse("2024-05")), "task_code", "due_on") == [("N3", "2024-05-06")]


@pytest.mark.parametrize(("second", "done_on"), [("2024-09-01", "2024-09-01"), (None, None)])
def test_findings_of_one_day_are_one_order_done_with_the_last_of_them(made, second, done_on):
    found = register(
        ("1", "N1", "2024-07-10", "2024-08-01"), ("1", "N1", "2024-07-10", second), ("1", "N1", "2024-07-11", None)
    )
    assert told(made(followed=found), "raised_on", "done_on") == [("2024-07-10", done_on), ("2024-07-11", None)]


# from period to period


def test_open_work_is_carried_on_until_it_is_done(made):
    found = register(("1", "N1", "2024-12-20", None))
    first = made(graded(o1="none"), found)
    second = made(followed=found, before=first, period=NEXT)
    assert told(second, "task_code", "raised_on", "due_on", "status") == [
        ("help", "2024-12-31", "2025-01-30", "overdue"),
        ("order", "2024-12-31", "2025-03-01", "overdue"),
        ("N1", "2024-12-20", "2025-01-04", "overdue"),
    ]
    kept = ["reason", "responsible_code", "responsible_name"]
    assert second[kept].equals(first[kept])
    closed = register(("1", "N1", "2024-12-20", "2025-05-01"), ("1", "help", "2025-06-01", None))
    third = made(followed=closed, before=first, period=NEXT)
    assert told(third, "task_code", "status", "done_on") == [
        ("help", "done", "2025-06-01"), ("order", "overdue", None), ("N1", "done", "2025-05-01"),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "is_kept"), [("2024-12-31", False), ("2025-01-01", True), ("2026-01-01", True)])
def test_what_was_done_before_the_period_is_not_carried_on_whenever_that_was_learned(made, day, is_kept):
    closed = register(("1", "N1", "2024-11-01", day))
    for known_then in (register(("1", "N1", "2024-11-01", None)), closed):
        before = made(followed=known_then)
        assert len(made(followed=closed, before=before, period=NEXT)) == is_kept


def test_the_same_consequence_of_two_years_is_two_tasks_that_one_entry_closes(made):
    first = made(graded(o1="none"))
    second = made(graded(o1="none"), register(("1", "help", "2026-01-05", None)), before=first, period=NEXT)
    own = second[second["task_code"] == "help"]
    assert told(own, "raised_on", "status", "done_on") == [
        ("2025-12-31", "done", "2026-01-05"),
        ("2024-12-31", "done", "2026-01-05"),
    ]


def test_tasks_of_warnings_are_left_to_those_who_know_the_warnings(made):
    first = made(graded(o1="none")).assign(kind="warning")
    assert made(before=first, period=NEXT).empty


def test_an_organisation_that_is_gone_has_no_tasks(made, organizations):
    first = made(graded(o1="none", o2="none"), register(("2", "N1", "2024-12-20", None)))
    left = made(
        before=first,
        period=NEXT,
        organizations=organizations.iloc[1:],
        followed=register(("1", "N1", "2025-01-20", None)),
    )
    assert set(left["org_code"]) == {"2"}
    assert len(left) == 3


def test_without_grades_findings_and_tasks_there_is_an_empty_frame(made, rulebook):
    assert made().empty
    assert made(graded(o1="none"), rules=rulebook).empty
