"""Who has delivered what was due: counts, statuses, and what a policy makes of what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebooks.loader import load
from schemas.layouts import Expected
from schemas.periods import Period
from schemas.stages import STAGES
from transforms.absence_wording import absent, not_sent, noted, waiting_until
from transforms.completeness import (
    DELIVERY_COLUMNS,
    Came,
    completeness,
    due_lines,
    incomplete,
    no_deliveries,
    sent_by,
)

JULY, QUARTER = Period.parse("2024-07"), Period.parse("2024Q3")
DUE, AFTER = date(2024, 8, 5), date(2024, 8, 6)
GANYU = load("ganyu", date(2024, 9, 30))
CODES = pd.Series(["0001", "0002", "0003"])
POLICY = st.sampled_from(["publish", "provisional", "wait", "refuse"])


def _book(*expected):
    inbox = GANYU.inbox.model_copy(update={"expected": tuple(expected)})
    return replace(GANYU, inbox=inbox)


def _due(kind, policy="publish", cadence="month", stale_days=None):
    return Expected(code=kind, kind=kind, cadence=cadence, due_days=5, policy=policy, stale_days=stale_days)


def _deliveries(*rows):
    frame = pd.DataFrame(rows, columns=list(DELIVERY_COLUMNS))
    return frame.astype(DELIVERY_COLUMNS)


def _delivery(kind, sender, period, last_day=None, received_on="2024-08-01"):
    return (kind, sender, period, "2024-07-01" if last_day else None, last_day, received_on)


def _lines(*rows):
    """Lines of organisation, item, source and whether it was reported."""
    columns = ["org_code", "item_code", "item", "source", "is_reported"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"item": "int64", "is_reported": "bool"})


def _events(*days):
    return pd.DataFrame({"day": pd.Series(list(days), dtype="datetime64[us]")})


def _found(rulebook, *deliveries, due=(), events=(), period=JULY, today=AFTER, is_open=False):
    came = Came(_deliveries(*deliveries), _lines(*due), _events(*events), rulebook, period)
    return completeness(came, today, is_open)


def _said(found):
    return [tuple(row) for row in found.rows[["sender", "expected_count", "delivered_count", "status"]].to_numpy()]


DECLARED = [("0001", "S01", 0, "declaration", True), ("0001", "S02", 1, "declaration", True)]
HALF = [("0002", "S01", 0, "declaration", True), ("0002", "S02", 1, "declaration", False)]


def test_an_organization_has_declared_once_it_has_declared_every_item() -> None:
    found = _found(_book(_due("declarations")), _delivery("declarations", "党支部", "2024-07"), due=[*DECLARED, *HALF])
    assert _said(found) == [("党支部", 2, 1, "partial")]
    assert found.undeclared.to_numpy().tolist() == [["0002", "S02"]]
    assert found.rows["due_on"].dt.date.tolist() == [DUE]


def test_nobody_has_declared_where_no_declarations_came() -> None:
    found = _found(_book(_due("declarations")), _delivery("declarations", "党支部", "2024-06"), due=[HALF[1]])
    assert _said(found) == [("党支部", 1, 0, "missing")]


def test_nothing_is_due_of_whom_no_item_applies_to() -> None:
    assert _found(_book(_due("declarations"), _due("submissions", cadence="quarter"))).rows.empty
    assert _found(_book(_due("submissions", cadence="quarter")), period=QUARTER).rows.empty


def test_kinds_that_the_period_does_not_read_and_other_cadences_have_no_row() -> None:
    book = _book(_due("declarations", cadence="quarter"), _due("findings", cadence="year"), _due("events"))
    assert _said(_found(book, due=DECLARED, period=QUARTER)) == []
    assert _said(_found(book, due=DECLARED, period=JULY)) == [("平台", 1, 0, "missing")]


def test_a_department_is_missing_without_a_sheet_and_may_leave_cells_blank() -> None:
    sent = sent_by(GANYU, "quarter")
    (first, second, third) = ("住建局", "司法局", "国资办")
    due = [
        (org, f"{sender}的", sent[sender][0], "department", (org, sender) == ("0001", second))
        for sender in (first, second, third)
        for org in ("0001", "0002")
    ]
    due[-2:] = [(*row[:-1], True) for row in due[-2:]]
    book = _book(_due("submissions", "refuse", "quarter"))
    came = [_delivery("submissions", sender, "2024Q3") for sender in (second, third)]
    found = _found(book, *came, due=due, period=QUARTER)
    assert _said(found) == [("住建局", 2, 0, "missing"), ("司法局", 2, 1, "partial"), ("国资办", 2, 2, "complete")]
    assert incomplete(found.rows)["sender"].tolist() == ["住建局"]
    assert found.verdict == "refuse"
    late = _found(book, *came, _delivery("submissions", first, "2024Q3"), due=due, period=QUARTER)
    assert (late.verdict, late.is_held, late.is_provisional) == ("publish", False, False)


def test_every_department_of_the_quarter_sends_items_of_its_own() -> None:
    sent = sent_by(GANYU, "quarter")
    assert len(sent) == 17
    assert sent_by(GANYU, "month") == {}
    assert sorted(place for own in sent.values() for place in own) == [
        place for place, item in enumerate(GANYU.items) if (item.source, item.cadence) == ("department", "quarter")
    ]


@pytest.mark.parametrize(
    ("last", "status"), [("2024-07-31", "complete"), ("2024-07-25", "complete"), ("2024-07-24", "stale")]
)
def test_a_platform_is_stale_that_ends_so_many_days_before_the_period(last: str, status: str) -> None:
    book = _book(_due("events", stale_days=7))
    delivered = _delivery("events", "平台", "2024-07", "2024-08-02")
    found = _found(book, delivered, events=["2024-07-02", last, "2024-08-02"])
    assert _said(found) == [("平台", 1, 1, status)]
    assert found.rows["last_day"].dt.strftime("%Y-%m-%d").tolist() == [last]


def test_a_platform_with_nothing_in_the_period_is_stale_and_without_a_file_missing() -> None:
    book = _book(_due("events", stale_days=7))
    assert _said(_found(book, _delivery("events", "平台", "2024-07"))) == [("平台", 1, 1, "stale")]
    assert _said(_found(book, _delivery("events", "平台", "2024-06", "2024-06-30"))) == [("平台", 1, 0, "missing")]
    assert _said(_found(_book(_due("events")), _delivery("events", "平台", "2024-07"))) == [("平台", 1, 1, "complete")]


@pytest.mark.parametrize(("received", "status"), [("2024-07-01", "complete"), ("2024-06-30", "stale")])
def test_a_registry_is_stale_that_was_received_more_days_before_the_end(received: str, status: str) -> None:
    delivered = _delivery("registry", "组织部", "", received_on=received)
    found = _found(_book(_due("registry", stale_days=30)), _delivery("registry", "组织部", "", None, "2023-01-01"))
    assert found.rows["status"].tolist() == ["stale"]
    assert _said(_found(_book(_due("registry", stale_days=30)), delivered)) == [("组织部", 1, 1, status)]
    assert _said(_found(_book(_due("registry")))) == [("组织部", 1, 0, "missing")]


@pytest.mark.parametrize(("today", "verdict", "until"), [(DUE, "wait", DUE), (AFTER, "publish", None)])
def test_waiting_ends_with_the_day_on_which_it_was_due(today: date, verdict: str, until: date | None) -> None:
    found = _found(_book(_due("findings", "wait")), today=today)
    assert (found.verdict, found.until, found.is_held) == (verdict, until, verdict == "wait")
    assert waiting_until(found.until) == ("最晚等到2024-08-05" if until else "收齐后才发布")


@given(one=POLICY, other=POLICY)
def test_the_strictest_policy_of_what_is_missing_holds(one: str, other: str) -> None:
    found = _found(_book(_due("findings", one), _due("registry", other)), today=DUE)
    order = ["publish", "provisional", "wait", "refuse"]
    assert found.verdict == max(one, other, key=order.index)
    assert found.is_provisional == (found.verdict == "provisional")


@given(policy=POLICY)
def test_no_policy_holds_for_an_open_period_nor_for_what_is_complete_or_was_published(policy: str) -> None:
    book = _book(_due("findings", policy))
    opened = _found(book, is_open=True)
    assert (opened.verdict, opened.is_provisional, _said(opened)) == ("publish", True, [("检查组", 1, 0, "missing")])
    assert _found(book, today=None).verdict == "publish"
    assert _found(book, _delivery("findings", "检查组", "2024-07")).verdict == "publish"


def test_lines_that_are_due_are_the_periods_own_and_reported_whatever_came_of_it() -> None:
    item = next(item for item in GANYU.items if item.source == "declaration")
    place = GANYU.items.index(item)
    lines = pd.DataFrame(
        {
            "org": [0, 1, 1, 2],
            "item_code": [item.code, item.code, "X01", item.code],
            "assessor": "",
            "status": ["met", "missing", "deducted", "mean"],
        }
    )
    reported = pd.DataFrame({"org": [1], "item": [place]})
    due = due_lines(lines, reported, CODES, GANYU, "month")
    assert due.to_numpy().tolist() == [
        ["0001", item.code, place, "declaration", False],
        ["0002", item.code, place, "declaration", True],
    ]
    assert due_lines(lines, reported, CODES, GANYU, "quarter").empty


def test_what_is_missing_is_said_by_kind() -> None:
    rows = pd.DataFrame(
        [
            ("submissions", "住建局", 4, 0, "missing", "publish", None),
            ("submissions", "纪委", 4, 0, "missing", "publish", None),
            ("submissions", "财政局", 4, 2, "partial", "refuse", None),
            ("events", "平台", 1, 1, "stale", "publish", "2024-07-20"),
            ("registry", "组织部", 1, 1, "stale", "publish", "2023-01-05"),
            ("declarations", "党支部", 119, 117, "partial", "publish", None),
        ],
        columns=["kind", "sender", "expected_count", "delivered_count", "status", "policy", "last_day"],
    ).assign(due_on="2024-08-05")
    rows = STAGES["due_delivery"].validated(rows.astype({"last_day": "datetime64[us]", "due_on": "datetime64[us]"}))
    said = [
        "没有收到住建局、纪委（部门报送）",
        "平台事件（平台）已经过时，数据只到2024-07-20",
        "组织名册（组织部）已经过时，2023-01-05之后没有更新",
    ]
    assert absent(rows) == [*said, "支部申报：119个组织中有2个没有报齐"]
    assert noted(rows) == said
    sentences = not_sent(rows, GANYU, QUARTER)
    own = {
        GANYU.items[place].code for place in (*sent_by(GANYU, "quarter")["住建局"], *sent_by(GANYU, "quarter")["纪委"])
    }
    assert set(sentences) == own
    assert "没有收到住建局2024Q3的部门报送，本项按缺报计0分" in sentences.values()
    assert not_sent(rows, GANYU, JULY) == {}


def test_the_frame_of_deliveries_may_have_no_rows() -> None:
    came = Came(no_deliveries(), _lines(), _events(), _book(_due("registry", "refuse")), JULY)
    assert completeness(came, AFTER, is_open=False).verdict == "refuse"
