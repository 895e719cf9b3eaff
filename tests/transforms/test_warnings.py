"""Early warnings and their runs: every trigger is kept, a run breaks where its condition did not hold."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from schemas.conditions import IndexBelow, ItemUnmet, Streak
from schemas.periods import Period
from schemas.stages import STAGES
from transforms.warnings import warnings

NO_STREAKS = STAGES["streak"].empty()


def _streaks(*rows):
    columns = ["org_code", "warning_code", "item_code", "since_period", "months"]
    return STAGES["streak"].validated(pd.DataFrame(rows, columns=columns))


@pytest.fixture(scope="module")
def warned(scored, scene, village, rulebook):
    """Warnings of a month of the village; nothing but what is given was delivered."""

    def look(previous=NO_STREAKS, rules=rulebook, period="2024-07", registry=village, **given):
        month = scored(**given, registry=registry, rules=rules, month=Period.parse(period))
        return warnings(scene(month, rules, period), rules, previous)

    return look


def _of(found, org_code, *warning_codes):
    rows = found.warnings[found.warnings["org_code"] == org_code]
    return sorted(
        (row.warning_code, row.item_code, row.months, row.since_period)
        for row in rows.itertuples()
        if row.warning_code in warning_codes
    )


def _run(found, org_code, warning_code, item_code):
    rows = found.streaks.set_index(["org_code", "warning_code", "item_code"])
    key = (org_code, warning_code, item_code)
    return tuple(rows.loc[key, ["months", "since_period"]]) if key in rows.index else None


@pytest.fixture(scope="module")
def all_met(records):
    """Everybody has met and filled its posts; only 0001's term has run out."""
    orgs = [f"000{n}" for n in range(1, 6)]
    roster = {"kind": "roster", "topic": None, "data.filled": "3", "data.quota": "3"}
    ends = dict.fromkeys(orgs, "2030-01-01") | {"0001": "2024-01-01"}
    met = [{"event_id": f"E{org}", "org_code": org} for org in orgs]
    states = [roster | {"event_id": f"R{org}", "org_code": org, "data.term_ends_on": ends[org]} for org in orgs]
    return records("events", *met, *states)


def test_what_is_handed_on_are_valid_stage_frames(warned, records, registry_of):
    busy = warned(findings=records("findings", {}), previous=_streaks(("0001", "unmet", "TERM", "2024-05", 2)))
    idle = warned(registry=registry_of({"org_code": "0009", "org_name": "镇委员会", "domain": None}))
    for found, is_busy in ((busy, True), (idle, False)):
        frames = {"warning": found.warnings, "streak": found.streaks, "peer_group": found.peer_groups}
        for stage, frame in frames.items():
            assert (len(STAGES[stage].validated(frame)) > 0) is is_busy


def test_an_organisation_keeps_every_trigger(warned, records):
    others = records("declarations", *({"org_code": f"000{n}"} for n in (2, 3, 4)))
    found = warned(findings=records("findings", {}, {"item_code": "N3"}), declarations=others)
    assert _of(found, "0001", "unmet", "found") == [
        ("found", "N1", 1, "2024-07"),
        ("found", "N3", 1, "2024-07"),
        ("unmet", "COUNT", 1, "2024-07"),
        ("unmet", "POSTS", 1, "2024-07"),
        ("unmet", "TERM", 1, "2024-07"),
    ]
    of_first = found.warnings[found.warnings["org_code"] == "0001"]
    assert set(of_first["colour"]) == {"blue", "yellow"}
    assert not of_first.duplicated(["warning_code", "item_code"]).any()


def test_colour_severity_and_who_must_see_to_it_are_the_conditions(warned, all_met):
    found = warned(events=all_met)
    (row,) = found.warnings[found.warnings["warning_code"] == "unmet"].to_dict("records")
    assert (row["org_code"], row["item_code"], row["colour"], row["severity"]) == ("0001", "TERM", "blue", 1)
    assert (row["responsible_code"], row["responsible_name"]) == ("0009", "镇委员会")
    assert row["reason"] == "动态监测要素“指标TERM”未达标：实际：否"


def test_the_lead_unit_of_the_most_points_lost_sees_to_the_bottom(warned, records):
    declared = [{"org_code": f"000{n}"} for n in (1, 2, 3)]
    found = warned(declarations=records("declarations", *declared))
    rows = found.warnings[found.warnings["warning_code"] == "low"]
    assert rows[["org_code", "responsible_code"]].to_numpy().tolist() == [["0004", "甲局"]]


def test_deductions_are_no_points_lost_of_a_unit(warned, records, all_met):
    findings = records("findings", {"org_code": "0002", "item_code": "N2"})
    declared = [{"org_code": f"000{n}"} for n in range(1, 6)]
    visits = [row | {"item_code": "VISITS", "value_text": "10"} for row in declared]
    found = warned(events=all_met, findings=findings, declarations=records("declarations", *declared, *visits))
    rows = found.warnings[found.warnings["warning_code"] == "low"]
    assert rows[["org_code", "responsible_code"]].to_numpy().tolist() == [["0002", "甲局"]]


def test_a_silent_condition_is_recorded_for_its_run_and_warns_nobody(warned, records):
    declared = [{"org_code": f"000{n}"} for n in (1, 2, 3)]
    found = warned(declarations=records("declarations", *declared))
    assert _run(found, "0004", "lowest", "") == (1, "2024-07")
    assert "lowest" not in set(found.warnings["warning_code"])
    assert sorted(found.peer_groups.loc[found.peer_groups["warning_code"] == "lowest", "peer_group"]) == [
        "hill",
        "plain",
    ]


# runs


def test_a_run_goes_on_from_the_month_before(warned, all_met):
    found = warned(_streaks(("0001", "unmet", "TERM", "2024-06", 1)), events=all_met)
    assert _run(found, "0001", "unmet", "TERM") == (2, "2024-06")
    assert _of(found, "0001", "unmet", "unmet_3") == [("unmet", "TERM", 2, "2024-06")]


def test_the_third_month_running_is_red_and_says_since_when(warned, all_met):
    found = warned(_streaks(("0001", "unmet", "TERM", "2024-05", 2)), events=all_met)
    assert _of(found, "0001", "unmet_3") == [("unmet_3", "TERM", 3, "2024-05")]
    (row,) = found.warnings[found.warnings["warning_code"] == "unmet_3"].to_dict("records")
    assert (row["colour"], row["responsible_code"]) == ("red", "办公室")
    assert row["reason"] == "连续3个月（自2024-05起）：动态监测要素“指标TERM”未达标：实际：否"


def test_a_fourth_month_stays_red(warned, all_met):
    found = warned(_streaks(("0001", "unmet", "TERM", "2024-04", 3)), events=all_met)
    assert _of(found, "0001", "unmet_3") == [("unmet_3", "TERM", 4, "2024-04")]


def test_a_month_in_which_it_did_not_hold_breaks_the_run(warned, all_met):
    previous = _streaks(("0001", "unmet", "COUNT", "2024-05", 2), ("0002", "unmet", "TERM", "2024-05", 2))
    found = warned(previous, events=all_met)
    assert _run(found, "0001", "unmet", "COUNT") is None
    assert _run(found, "0001", "unmet", "TERM") == (1, "2024-07")
    assert set(found.streaks.loc[found.streaks["warning_code"] == "unmet", "org_code"]) == {"0001"}


def test_a_month_without_assessment_breaks_the_run(warned, registry_of, all_met):
    founded_in_august = registry_of({"org_code": "0001", "org_name": "第1支部", "valid_from": "2024-07-02"})
    previous = _streaks(("0001", "unmet", "TERM", "2024-05", 2))
    july = warned(previous, registry=founded_in_august, events=all_met)
    assert july.streaks.empty
    assert july.warnings.empty
    august = warned(july.streaks, registry=founded_in_august, period="2024-08")
    assert _run(august, "0001", "unmet", "TERM") == (1, "2024-08")
    assert _of(august, "0001", "unmet_3") == []


def test_the_same_item_must_have_been_unmet_unless_any_item_will_do(warned, all_met):
    by_item = _streaks(("0001", "unmet", "COUNT", "2024-06", 1), ("0001", "unmet", "*", "2024-05", 2))
    found = warned(by_item, events=all_met)
    assert _of(found, "0001", "unmet_3", "any_unmet_3") == [("any_unmet_3", "", 3, "2024-05")]
    (row,) = found.warnings[found.warnings["warning_code"] == "any_unmet_3"].to_dict("records")
    assert row["reason"].startswith("连续3个月（自2024-05起）：")


def test_three_months_one_after_another(warned, all_met):
    before = NO_STREAKS
    months = {}
    for period in ("2024-07", "2024-08", "2024-09"):
        found = warned(before, period=period, events=all_met if period == "2024-07" else None)
        before = STAGES["streak"].validated(found.streaks)
        months[period] = _of(found, "0001", "unmet", "unmet_3", "any_unmet_3")
    assert months["2024-07"] == [("unmet", "TERM", 1, "2024-07")]
    assert ("unmet", "COUNT", 1, "2024-08") in months["2024-08"]
    assert months["2024-09"] == [
        ("any_unmet_3", "", 3, "2024-07"),
        ("unmet", "COUNT", 2, "2024-08"),
        ("unmet", "POSTS", 2, "2024-08"),
        ("unmet", "TERM", 3, "2024-07"),
        ("unmet_3", "TERM", 3, "2024-07"),
    ]


def test_a_run_goes_over_the_year_end(warned):
    found = warned(_streaks(("0001", "unmet", "TERM", "2024-11", 2)), period="2025-01")
    assert _of(found, "0001", "unmet_3") == [("unmet_3", "TERM", 3, "2024-11")]


@pytest.mark.parametrize("match", ["same_item", "any_item"])
def test_a_condition_that_speaks_of_no_item_runs_under_either_match(warned, records, rulebook, condition_of, match):
    conditions = [c for c in rulebook.conditions if c.code != "lowest_3"]
    rules = replace(rulebook, conditions=(*conditions, condition_of("lowest_3", Streak("lowest", 3, match), "red", 3)))
    declared = records("declarations", *({"org_code": f"000{n}"} for n in (1, 2, 3)))
    found = warned(_streaks(("0004", "lowest", "", "2024-05", 2)), rules=rules, declarations=declared)
    assert _of(found, "0004", "lowest_3") == [("lowest_3", "", 3, "2024-05")]
    (row,) = found.warnings[found.warnings["warning_code"] == "lowest_3"].to_dict("records")
    assert row["reason"] == "连续3个月（自2024-05起）：本期指数在本领域4个组织中列第4名，位于后25%"


def test_a_scheme_without_conditions_warns_nobody(warned, rulebook):
    found = warned(rules=replace(rulebook, conditions=()))
    assert (len(found.warnings), len(found.streaks), len(found.peer_groups)) == (0, 0, 0)


def test_nobody_assessed_nobody_warned(warned, registry_of):
    found = warned(registry=registry_of({"org_code": "0009", "org_name": "镇委员会", "domain": None}))
    assert (len(found.warnings), len(found.streaks), len(found.peer_groups)) == (0, 0, 0)


# other cadences


@pytest.fixture(scope="module")
def of_quarters(rulebook, condition_of):
    """Quarterly conditions on CLOSED and on the index, with a run of two, beside the monthly ones."""
    when = {"unmet_q": ItemUnmet(dynamic=False, items=("CLOSED",)), "low_q": IndexBelow(10_000),
            "unmet_q2": Streak("unmet_q", 2, "same_item")}  # fmt: skip
    quarterly = (replace(condition_of(code, own, "blue", 1), cadence="quarter") for code, own in when.items())
    return replace(rulebook, conditions=(*rulebook.conditions, *quarterly))


def test_only_the_conditions_of_the_periods_cadence_are_looked_at(warned, of_quarters):
    month = warned(rules=of_quarters)
    assert not set(month.warnings["warning_code"]) & {"unmet_q", "low_q", "unmet_q2"}
    assert not set(month.streaks["warning_code"]) & {"unmet_q", "low_q"}
    quarter = warned(rules=of_quarters, period="2024Q3")
    assert set(quarter.warnings["warning_code"]) == {"unmet_q", "low_q"}
    assert set(quarter.streaks["warning_code"]) == {"unmet_q", "low_q"}
    assert _of(quarter, "0001", "unmet_q") == [("unmet_q", "CLOSED", 1, "2024Q3")]
    assert quarter.peer_groups.empty


def test_a_run_of_quarters_goes_on_and_says_so(warned, of_quarters):
    previous = _streaks(("0001", "unmet_q", "CLOSED", "2024Q2", 1), ("0002", "unmet", "TERM", "2024-05", 2))
    found = warned(previous, rules=of_quarters, period="2024Q3")
    assert _of(found, "0001", "unmet_q2") == [("unmet_q2", "CLOSED", 2, "2024Q2")]
    (row,) = found.warnings[found.warnings["warning_code"] == "unmet_q2"].to_dict("records")
    assert row["reason"].startswith("连续2个季度（自2024Q2起）：指标“指标CLOSED”未达标：")
    assert _run(found, "0002", "unmet", "TERM") is None


@pytest.mark.parametrize(
    ("period", "cadence", "told"),
    [("2024-07", "month", "连续2个月（"), ("2024Q3", "quarter", "连续2个季度（"), ("2024", "year", "连续2年（")],
)
def test_the_length_of_a_run_is_told_in_its_periods(warned, rulebook, condition_of, period, cadence, told):
    when = {"low": IndexBelow(1), "low_2": Streak("low", 2, "same_item")}
    conditions = tuple(replace(condition_of(code, own, "blue", 1), cadence=cadence) for code, own in when.items())
    previous = _streaks(("0001", "low", "", str(Period.parse(period).previous()), 1))
    found = warned(previous, rules=replace(rulebook, conditions=conditions), period=period)
    (row,) = found.warnings[found.warnings["warning_code"] == "low_2"].to_dict("records")
    assert row["reason"].startswith(told)
    assert (row["org_code"], row["months"], row["since_period"]) == ("0001", 2, str(Period.parse(period).previous()))
