"""Warnings as tasks: one for each unbroken run of a trigger, done when it holds no more, and what cleared it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conditions import DateDue, IndexBelow, OrderOverdue, Streak, UnmetCount
from schemas.periods import Period
from schemas.stages import STAGES
from transforms.clearing import cleared_by
from transforms.warning_tasks import still_open, warning_tasks
from transforms.warnings import NOBODY_WARNED, Warnings, warnings

NOTHING = STAGES["task"].empty()
DAYS = {"unmet": 15, "found": 15, "low": 30, "unmet_3": 60, "any_unmet_3": 60}
JULY, AUGUST, SEPTEMBER, OCTOBER = "2024-07", "2024-08", "2024-09", "2024-10"


@pytest.fixture(scope="module")
def rules(rulebook):
    """The rule book with deadlines: blue 15 days, yellow 30, red 60; `low_unit` has none."""
    dated = (replace(one, due_days=DAYS.get(one.code)) for one in rulebook.conditions)
    return replace(rulebook, conditions=tuple(dated))


@pytest.fixture(scope="module")
def events(records):
    """Events of a month in which all have met and filled their posts; the terms of `late` have run out."""

    def make(month, *late):
        times = {"occurred_at": f"{month}-10T09:00:00+08:00", "captured_at": f"{month}-11T09:00:00+08:00"}
        roster = times | {"kind": "roster", "topic": None, "data.filled": "3", "data.quota": "3"}
        rows = []
        for org in (f"000{n}" for n in range(1, 6)):
            ends = "2024-01-01" if org in late else "2030-01-01"
            own = {"event_id": f"E{month}{org}", "org_code": org}
            rows += [times | own, roster | own | {"event_id": f"R{month}{org}", "data.term_ends_on": ends}]
        return records("events", *rows)

    return make


@pytest.fixture(scope="module")
def month(scored, scene, village, rules):
    """The warnings of a month of the village and their tasks, with what the month before left."""

    def score(period, before=(NOBODY_WARNED, NOTHING), rules=rules, registry=village, **given):
        own = scored(**given, registry=registry, rules=rules, month=Period.parse(period))
        seen = scene(own, rules, period)
        warned = warnings(seen, rules, before[0].streaks)
        made = warning_tasks(warned, seen, before[1], rules)
        return warned, STAGES["task"].validated(made)

    return score


def told(tasks, *columns, code="unmet", item="TERM"):
    """The chosen columns of the tasks of a condition and item, days as text, missing as None."""
    own = tasks[tasks["task_code"].eq(code) & tasks["item_code"].eq(item)].sort_values(["org_code", "raised_on"])
    texts = own[list(columns)].astype(dict.fromkeys([c for c in columns if c.endswith("_on")], "str"))
    return [tuple(None if pd.isna(value) else value for value in row) for row in texts.itertuples(index=False)]


# raised


def test_a_warning_is_a_task_with_the_deadline_of_its_condition(month, events):
    warned, tasks = month(JULY, events=events(JULY, "0001"))
    columns = ("org_code", "kind", "name", "reason", "raised_on", "due_on", "status", "done_on", "done_by")
    assert told(tasks, *columns) == [
        ("0001", "warning", "消除蓝色预警“条件unmet”", "动态监测要素“指标TERM”未达标：实际：否", "2024-07-31",
         "2024-08-15", "open", None, None)
    ]  # fmt: skip
    of_warning = warned.warnings.rename(columns={"warning_code": "task_code"})
    both = tasks.merge(of_warning, on=["org_code", "task_code", "item_code"], suffixes=("", "_warned"))
    assert len(both) == len(tasks) > 0
    assert both["responsible_code"].equals(both["responsible_code_warned"])
    assert both["responsible_name"].equals(both["responsible_name_warned"])


def test_every_colour_has_the_deadline_that_its_condition_states(month):
    before = month(JULY)
    _, tasks = month(SEPTEMBER, month(AUGUST, before))
    due = {code: (pd.Timestamp("2024-09-30") + pd.Timedelta(days=days)).date() for code, days in DAYS.items()}
    new = tasks[tasks["raised_on"].eq("2024-09-30")]
    assert set(new["task_code"]) == {"unmet_3", "any_unmet_3"}
    assert {row.task_code: row.due_on.date() for row in new.itertuples()}.items() <= due.items()


def test_a_condition_without_a_deadline_makes_no_task(month, events, records):
    declared = records("declarations", *({"org_code": f"000{n}"} for n in (1, 2, 3)))
    warned, tasks = month(JULY, declarations=declared, events=events(JULY))
    assert {"low", "low_unit"} <= set(warned.warnings["warning_code"])
    assert "low" in set(tasks["task_code"])
    assert "low_unit" not in set(tasks["task_code"])


def test_a_condition_of_another_cadence_makes_no_task(month, rules, events, condition_of):
    quarterly = replace(condition_of("low_q", IndexBelow(9_000_000), "blue", 1), cadence="quarter", due_days=9)
    both = replace(rules, conditions=(*rules.conditions, quarterly))
    assert "low_q" not in set(month(JULY, rules=both, events=events(JULY))[1]["task_code"])


# carried on


def test_one_run_is_one_task_that_keeps_its_day_and_becomes_overdue(month, events):
    july = month(JULY, events=events(JULY, "0001"))
    august = month(AUGUST, july, events=events(AUGUST, "0001"))
    september = month(SEPTEMBER, august, events=events(SEPTEMBER, "0001"))
    columns = ("org_code", "raised_on", "due_on", "status")
    assert told(august[1], *columns) == [("0001", "2024-07-31", "2024-08-15", "overdue")]
    assert told(september[1], *columns) == [("0001", "2024-07-31", "2024-08-15", "overdue")]
    assert told(september[1], *columns, code="unmet_3") == [("0001", "2024-09-30", "2024-11-29", "open")]


def test_a_task_that_is_due_on_the_last_day_is_not_yet_overdue(month, events, rules):
    due = tuple(replace(one, due_days=31) if one.code == "unmet" else one for one in rules.conditions)
    july = month(JULY, rules=replace(rules, conditions=due), events=events(JULY, "0001"))
    august = month(AUGUST, july, events=events(AUGUST, "0001"))
    assert told(august[1], "due_on", "status") == [("2024-08-31", "open")]


def test_who_is_responsible_now_is_responsible_for_the_old_task(month, events, registry_of):
    july = month(JULY, events=events(JULY, "0001"))
    assert told(july[1], "responsible_code") == [("0009",)]
    alone = registry_of({"org_code": "0001", "org_name": "第1支部"})
    august = month(AUGUST, july, registry=alone, events=events(AUGUST, "0001"))
    assert told(august[1], "raised_on", "responsible_code") == [("2024-07-31", "办公室")]


def test_a_warning_that_had_no_task_gets_one_when_its_condition_gets_a_deadline(month, events, rulebook):
    july = month(JULY, rules=rulebook, events=events(JULY, "0001"))
    assert july[1].empty
    august = month(AUGUST, july, events=events(AUGUST, "0001"))
    assert told(august[1], "raised_on", "status") == [("2024-08-31", "open")]


def test_an_open_month_keeps_what_was_left_open_as_it_stands_on_its_first_day(month, events, village):
    july = month(JULY, events=events(JULY, "0001"))
    everyone = pd.DataFrame({"org_code": ["0001"]}, dtype="str")
    for period, status in ((AUGUST, "open"), (SEPTEMBER, "overdue")):
        left = STAGES["task"].validated(still_open(july[1], everyone, Period.parse(period)))
        assert told(left, "org_code", "raised_on", "status") == [("0001", "2024-07-31", status)]
    cleared = month(AUGUST, july, events=events(AUGUST))
    assert told(still_open(cleared[1], everyone, Period.parse(SEPTEMBER)), "org_code") == []
    assert still_open(july[1], everyone.iloc[:0], Period.parse(AUGUST)).empty


# cleared


def test_a_trigger_that_holds_no_more_is_done_on_the_last_day_by_what_the_item_came_to(month, events):
    july = month(JULY, events=events(JULY, "0001", "0002"))
    august = month(AUGUST, july, events=events(AUGUST, "0002"))
    columns = ("org_code", "raised_on", "status", "done_on", "done_by")
    assert told(august[1], *columns) == [
        ("0001", "2024-07-31", "done", "2024-08-31", "2024-08：TERM已达标（实际是，目标是）"),
        ("0002", "2024-07-31", "overdue", None, None),
    ]
    september = month(SEPTEMBER, august, events=events(SEPTEMBER, "0001"))
    assert told(september[1], *columns) == [
        ("0001", "2024-09-30", "open", None, None),
        ("0002", "2024-07-31", "done", "2024-09-30", "2024-09：TERM已达标（实际是，目标是）"),
    ]


def test_a_number_that_was_reached_is_told_with_the_one_to_reach(month, events):
    august = month(AUGUST, month(JULY), events=events(AUGUST))
    assert told(august[1], "done_by", item="COUNT")[0] == ("2024-08：COUNT已达标（实际1，目标1）",)


def test_an_item_that_is_not_applicable_any_more_clears_its_warning(month, events, rules):
    july = month(JULY, events=events(JULY, "0001"))
    items = tuple(replace(item, domains=("plain",)) if item.code == "TERM" else item for item in rules.items)
    august = month(AUGUST, july, rules=replace(rules, items=items), events=events(AUGUST, "0001"))
    assert told(august[1], "done_by") == [("2024-08该指标不适用",)]


def test_an_item_that_is_no_longer_watched_clears_its_warning_though_it_is_not_met(month, events, rules):
    july = month(JULY, events=events(JULY, "0001"))
    items = tuple(replace(item, is_dynamic=False) if item.code == "TERM" else item for item in rules.items)
    august = month(AUGUST, july, rules=replace(rules, items=items), events=events(AUGUST, "0001"))
    assert told(august[1], "done_by") == [("2024-08已不符合“条件unmet”的条件",)]


def test_a_month_without_findings_clears_the_warning_of_findings(month, records):
    july = month(JULY, findings=records("findings", {}))
    assert told(july[1], "status", code="found", item="N1") == [("open",)]
    assert told(month(AUGUST, july)[1], "done_by", code="found", item="N1") == [("2024-08没有新的检查发现",)]


def test_a_better_place_clears_the_warning_of_the_bottom(month, records):
    declared = [{"org_code": f"000{n}"} for n in range(1, 5)]
    july = month(JULY, declarations=records("declarations", *declared[:3]))
    again = [row | {"declared_at": "2024-08-20 10:00"} for row in declared[1:]]
    august = month(AUGUST, july, declarations=records("declarations", *again))
    assert told(august[1], "org_code", "status", "done_by", code="low", item="") == [
        ("0001", "open", None),
        ("0004", "done", "2024-08：领域第1名（共4个），不在后25%"),
    ]


def test_a_red_run_is_cleared_by_what_broke_it(month, events):
    before = (NOBODY_WARNED, NOTHING)
    for period in (JULY, AUGUST, SEPTEMBER):
        before = month(period, before, events=events(period, "0001"))
    _, tasks = month(OCTOBER, before, events=events(OCTOBER))
    cleared = ("2024-10-31", "2024-10：TERM已达标（实际是，目标是）")
    assert told(tasks, "done_on", "done_by", code="unmet_3") == [cleared]
    assert told(tasks, "org_code", "done_by", code="any_unmet_3", item="")[0] == (
        "0001", "2024-10没有“条件unmet”的情形",
    )  # fmt: skip


def test_a_longer_run_that_is_asked_for_clears_though_the_condition_still_holds(month, rules):
    before = month(SEPTEMBER, month(AUGUST, month(JULY)))
    longer = tuple(
        replace(one, when=Streak("unmet", 9, "same_item")) if one.code == "unmet_3" else one for one in rules.conditions
    )
    _, tasks = month(OCTOBER, before, rules=replace(rules, conditions=longer))
    assert {row[0] for row in told(tasks, "done_by", code="unmet_3")} == {"2024-10已不符合“条件unmet_3”的条件"}


def test_who_is_not_assessed_any_more_is_not_warned_and_who_is_gone_has_no_tasks(month, events, registry_of):
    july = month(JULY, events=events(JULY, "0001", "0002"))
    left = registry_of(
        {"org_code": "0001", "org_name": "第1支部", "domain": None}, {"org_code": "0003", "org_name": "第3支部"}
    )
    august = month(AUGUST, july, registry=left, events=events(AUGUST))
    assert told(august[1], "org_code", "status", "done_by") == [("0001", "done", "2024-08不再参加考核")]


def test_rules_that_give_no_deadline_any_more_end_the_task_while_the_warning_goes_on(month, events, rulebook):
    july = month(JULY, events=events(JULY, "0001"))
    warned, tasks = month(AUGUST, july, rules=rulebook, events=events(AUGUST, "0001"))
    assert "unmet" in set(warned.warnings["warning_code"])
    assert told(tasks, "status", "done_by") == [("done", "2024-08起规则不再规定这项任务")]
    without = replace(rulebook, conditions=())
    _, tasks = month(AUGUST, july, rules=without, events=events(AUGUST, "0001"))
    assert told(tasks, "status", "done_by") == [("done", "2024-08起规则不再规定这项任务")]


# what cleared conditions of other kinds


@pytest.fixture(scope="module")
def cleared(scored, scene, village, rules, events, condition_of):
    """What the tasks of one condition C of 0001 and 0002 are said to be cleared by, in July."""

    def tell(when, item="", tasks=None):
        of_c = replace(condition_of("C", when, "red", 3), due_days=9)
        own = replace(rules, conditions=(*rules.conditions, of_c))
        given = scored(events=events(JULY, "0001"), registry=village, rules=own)
        seen = scene(given, own, JULY, tasks)
        open_tasks = pd.DataFrame({"org_code": ["0001", "0002"], "task_code": "C", "item_code": item}).astype("str")
        return list(cleared_by(open_tasks, STAGES["streak"].empty(), seen, own))

    return tell


def test_few_unmet_items_are_counted(cleared):
    assert cleared(UnmetCount(3, items=("COUNT", "TERM"))) == ["2024-07：有1项指标未达标", "2024-07：没有指标未达标"]


def test_an_index_is_told_with_what_it_is_not_below(cleared):
    told_of = cleared(IndexBelow(30_000))
    assert all(text.startswith("2024-07：得") and text.endswith("分，不低于3分") for text in told_of)


def test_a_date_that_is_far_is_told(cleared):
    when = DateDue("roster", "term_ends_on", 6)
    assert cleared(when) == ["2024-07：期限2024-01-01", "2024-07：期限2030-01-01"]
    assert cleared(DateDue("roster", "founded_on", 6)) == ["2024-07没有登记期限"] * 2


def test_an_order_is_put_right_on_a_day(cleared):
    done = {"org_code": ["0001"], "item_code": "N1", "kind": "rectification", "done_on": pd.Timestamp("2024-07-09")}
    tasks = pd.DataFrame(done).assign(due_on=pd.Timestamp("2024-07-01"))
    assert cleared(OrderOverdue(), "N1", tasks) == ["2024-07：整改完成 2024-07-09", "2024-07没有逾期的整改"]


# in general


@pytest.fixture(scope="module")
def by_hand(scored, scene, village, rules):
    """The tasks of a month in which so many are warned of findings, whatever was found."""
    seen = scene(scored(registry=village, rules=rules), rules, JULY)

    def make(period, orgs, before):
        triggers = pd.DataFrame({"org_code": sorted(orgs)}, dtype="str").assign(
            warning_code="found", item_code="N1", reason="查实", responsible_code="0009", responsible_name="镇委员会"
        )
        warned = Warnings(triggers, NOBODY_WARNED.streaks, NOBODY_WARNED.peer_groups)
        return STAGES["task"].validated(warning_tasks(warned, replace(seen, period=period), before, rules))

    return make


@given(st.lists(st.sets(st.sampled_from(["0001", "0002", "0003"])), min_size=1, max_size=6))
def test_each_unbroken_run_is_one_task_open_while_it_lasts(by_hand, runs):
    """Whoever is warned in which months: tasks are the runs, each raised with its first month and cleared by the next
    one after it."""
    tasks, seen = NOTHING, set()
    for number, warned in enumerate(runs):
        period = Period.parse("2024-01").previous(-number)
        tasks = by_hand(period, warned, tasks)
        assert set(tasks.loc[tasks["status"] != "done", "org_code"]) == warned
        cleared_now = set(runs[number - 1]) - warned if number else set()
        assert set(tasks.loc[tasks["status"] == "done", "org_code"]) == cleared_now
        seen |= set(zip(tasks["org_code"], tasks["raised_on"], strict=True))
    begun = {
        (org, pd.Timestamp(Period.parse("2024-01").previous(-number).end))
        for number, warned in enumerate(runs)
        for org in warned
        if number == 0 or org not in runs[number - 1]
    }
    assert seen == begun
