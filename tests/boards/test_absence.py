"""Who is waited for, as the message and the list say it; people under keys are in neither."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from boards.absence import NAMED, absence_message, pending, pending_workbook
from schemas.periods import Period
from schemas.stages import STAGES
from transforms.completeness import Completeness

JULY = Period.parse("2024-07")


@pytest.fixture
def frames():
    """Twelve branches of a town, a person of one of them, and the town's committee."""
    codes = [f"{number:04d}" for number in range(1, 13)]
    branches = [(code, f"第{code}支部", "9000", "沙河镇", False) for code in codes]
    others = [("P001", "党员P001", "0001", "沙河镇", True), ("9000", "沙河镇党委", None, "沙河镇", False)]
    organizations = pd.DataFrame(
        [*branches, *others], columns=["org_code", "org_name", "parent_code", "town", "is_restricted"]
    )
    items = pd.DataFrame({"item_code": ["S02", "S01", "P01"], "item_name": ["阵地", "=2+3", "会议"]})
    items = items.assign(source=["declaration", "declaration", "platform"])
    return {"organization": organizations, "item": items}


def _with_lines(frames, *missing):
    """The frames with a missing line for each, and one that nobody has to declare."""
    lines = pd.DataFrame([*missing, ("0001", "P01")], columns=["org_code", "item_code"])
    return frames | {"ledger_line": lines.assign(status="missing", full_points=20_000, reason="缺报")}


def _found(*undeclared, until=None):
    row = ("declarations", "党支部", 13, 13 - len({code for code, _ in undeclared}), "partial", "refuse", "2024-08-05")
    columns = ["kind", "sender", "expected_count", "delivered_count", "status", "policy", "due_on"]
    rows = pd.DataFrame([row], columns=columns).assign(last_day=pd.NaT)
    days = {name: rows[name].astype("datetime64[us]") for name in ("due_on", "last_day")}
    frame = pd.DataFrame(undeclared, columns=["org_code", "item_code"])
    return Completeness(STAGES["due_delivery"].validated(rows.assign(**days)), frame, "refuse", False, until)


def test_the_list_has_every_declaration_by_parent_branch_and_item_and_no_person(frames):
    given = _with_lines(frames, ("0002", "S02"), ("0002", "S01"), ("0001", "S02"), ("P001", "S01"))
    rows = pending(given)
    assert rows[["org_code", "item_code"]].to_numpy().tolist() == [["0001", "S02"], ["0002", "S01"], ["0002", "S02"]]
    assert set(rows["parent_name"]) == {"沙河镇党委"}
    book = pending_workbook(JULY, given)
    assert book["明细"].cell(3, 1).value == "还没有申报的：2个组织，3项"
    assert (book["明细"].cell(6, 7).value, book["明细"].cell(6, 7).data_type) == ("=2+3", "s")
    assert book["明细"].cell(6, 8).value == 2
    assert "P001" not in str([[cell.value for cell in row] for sheet in book for row in sheet])


def test_the_message_names_the_first_branches_by_parent_and_where_the_rest_is(frames):
    undeclared = [*((f"{number:04d}", "S01") for number in range(1, 13)), ("P001", "S01")]
    said = absence_message(JULY, _found(*undeclared), _with_lines(frames, *undeclared), "lists/督促申报.xlsx")
    assert said.startswith(
        "2024-07没有收齐，没有发布（规则手册规定收齐后才发布）。支部申报：13个组织中有13个没有报齐。"
    )
    assert "沙河镇党委：第0001支部、第0002支部" in said
    assert f"第{NAMED:04d}支部，等12个。全部见lists/督促申报.xlsx" in said
    assert f"第{NAMED + 1:04d}支部" not in said
    assert "P001" not in said


def test_who_waits_for_a_day_says_which(frames):
    assert "最晚等到2024-08-05" in absence_message(
        JULY, _found(("P001", "S01"), until=date(2024, 8, 5)), _with_lines(frames, ("P001", "S01")), ""
    )
