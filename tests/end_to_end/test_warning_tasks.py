"""Warnings of the example district as tasks, on both databases: a task for every run, cleared when it breaks."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd

from flows.jobs.open_month import open_month
from schemas.periods import Period
from tests.districts import EXAMPLE_MONTHS, local
from tests.end_to_end.conftest import Opened
from warehouse import published

KEY = ["org_code", "task_code", "item_code"]
DAYS = {"dynamic_unmet": 15, "finding": 15, "bottom_10": 30, "dynamic_unmet_3_months": 60, "bottom_5_3_months": 60}
JULY, AUGUST, SEPTEMBER = EXAMPLE_MONTHS
PLACED = "032000300095"
"""A village branch among the last of July and August, and of the middle in September."""


def _keys(frame: pd.DataFrame) -> set[tuple[str, ...]]:
    return set(frame[KEY].itertuples(index=False, name=None))


def test_every_run_of_a_warning_is_one_task_until_it_breaks(inbox: Path, district: Opened) -> None:
    own = district(inbox)
    own.take(local("2024-08-05T05:00"))
    own.score(JULY, as_of=local("2024-08-05T06:00"))
    before = published.view(own.engine, "tasks", period=JULY)

    running = open_month(own.context, local("2024-08-20T05:00"))
    assert running is not None
    assert running.is_scored, running.message
    still = published.view(own.engine, "tasks", period=AUGUST)
    assert _keys(still) == _keys(before)
    assert set(still["status"]) == {"open"}

    own.score(AUGUST, as_of=local("2024-09-05T06:00"))
    own.score(SEPTEMBER, "2024Q3", as_of=local("2024-10-10T06:00"))
    tasks = {month: published.view(own.engine, "tasks", period=month) for month in EXAMPLE_MONTHS}
    warned = {
        month: published.view(own.engine, "warnings", period=month).rename(columns={"warning_code": "task_code"})
        for month in EXAMPLE_MONTHS
    }
    for month, shown in tasks.items():
        left = shown[shown["status"] != "done"]
        assert set(shown["kind"]) == {"warning"}
        assert _keys(left) == _keys(warned[month])
        assert not left.duplicated(KEY).any()
        assert (shown["due_on"] - shown["raised_on"]).dt.days.eq(shown["task_code"].map(DAYS)).all()
        late = left["due_on"] < str(Period.parse(month).end)
        assert left["status"].eq("overdue").equals(late)
    for earlier, later in pairwise(EXAMPLE_MONTHS):
        cleared = tasks[later][tasks[later]["status"] == "done"]
        assert _keys(cleared) == _keys(warned[earlier]) - _keys(warned[later])
        assert cleared["done_on"].eq(str(Period.parse(later).end)).all()
        assert cleared["done_by"].str.startswith(later).all()
        kept = tasks[later].merge(tasks[earlier], on=[*KEY, "raised_on", "due_on"])
        assert _keys(kept) == _keys(warned[earlier])
    assert {str(day) for day in tasks[JULY]["raised_on"].dt.date} == {"2024-07-31"}
    red = tasks[SEPTEMBER][tasks[SEPTEMBER]["task_code"] == "dynamic_unmet_3_months"]
    assert len(red) == (warned[SEPTEMBER]["colour"] == "red").sum() > 0
    assert {str(day) for day in red["raised_on"].dt.date} == {"2024-09-30"}
    assert published.view(own.engine, "tasks", period="2024Q3").empty

    own_tasks = tasks[SEPTEMBER][tasks[SEPTEMBER]["org_code"].eq(PLACED)].set_index("task_code")
    text = own_tasks.loc["bottom_10", "done_by"]
    assert text == "2024-09：领域第31名（共57个），不在后10%"
    (told,) = (task for task in own.explained(PLACED, SEPTEMBER).tasks if task.task_code == "bottom_10")
    assert (told.status, told.done_on, told.done_by) == ("done", "2024-09-30", text)
