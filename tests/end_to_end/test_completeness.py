"""Who has not delivered: by policy nothing is published, or a provisional edition, until the last sender arrives."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from boards.explain import explanation_lines
from boards.status import status_lines, status_of
from flows.jobs.ended import TriedAgain, ended_periods, waiting
from flows.jobs.reading import MissingPredecessor
from flows.jobs.reading import inputs as read_inputs
from flows.jobs.scoring import score
from flows.jobs.shelf import Shelf
from flows.jobs.waiting import Incomplete
from schemas.periods import Period
from tests.districts import ROOT, District, local, settings_in
from warehouse import editions, held, published
from warehouse.views import OF_EDITIONS

JULY, AUGUST, QUARTER = "2024-07", "2024-08", "2024Q3"
DECLARATIONS = f"declarations/{JULY}.csv"
TAKEN, SCORED, LATER = "2024-08-04T05:00", "2024-08-05T06:00", "2024-08-06T05:00"
LATE = 2
"""Organisations, of 119, that have not declared: 98 % have."""


def _with_policy(folder: Path, inbox: Path, entry: str, policy: str, url: str = "") -> District:
    """The example district under a rule book in which an entry of `expected` has another policy."""
    rulebooks = folder / f"rulebooks-{policy}"
    shutil.copytree(ROOT / "rulebooks/ganyu", rulebooks / "ganyu")
    path = rulebooks / "ganyu/inbox.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    (place,) = (number for number, line in enumerate(lines) if line.startswith(f"  {entry}: {{of:"))
    lines[place] = lines[place].replace("policy: publish", f"policy: {policy}")
    path.write_text("".join(lines), "utf-8")
    return District(settings_in(folder, inbox, url).model_copy(update={"rulebooks": rulebooks}))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _undeclared(own: District, moment: str) -> pd.DataFrame:
    """What is still to be declared for July."""
    knowledge = own.context.knowledge(local(moment))
    shelf = Shelf(own.context, knowledge.as_of)
    inputs = read_inputs(own.context, Period.parse(JULY), knowledge, shelf, is_provisional=False)
    return score(inputs).completeness.undeclared


def _declared(inbox: Path, undeclared: pd.DataFrame, without: Collection[str] = ()) -> list[dict[str, str]]:
    """Everybody's declarations for July, save for those of a few organisations."""
    rows = _rows(inbox / DECLARATIONS)
    like = {row["指标代码"]: row | {"组织名称": ""} for row in rows if row["审核状态"] == "通过"}
    made = [like[row.item_code] | {"组织代码": row.org_code} for row in undeclared.itertuples()]
    return [row for row in [*rows, *made] if row["组织代码"] not in without]


def _late_ones(inbox: Path) -> list[str]:
    return sorted({row["组织代码"] for row in _rows(inbox / DECLARATIONS)})[:LATE]


def _published(own: District) -> list[str]:
    return [edition.period for edition in editions.all_current(own.engine, own.context.district, own.context.scheme)]


def _tried(own: District, moment: str) -> dict[str, TriedAgain]:
    return {one.period: one for one in ended_periods(own.context, local(moment))}


def _all_but_two(own: District, inbox: Path) -> list[dict[str, str]]:
    """Takes July without two organisations' declarations; returns those of everybody."""
    own.take(local("2024-08-01T05:00"))
    undeclared = _undeclared(own, "2024-08-02T05:00")
    whole = _declared(inbox, undeclared)
    _write(inbox / DECLARATIONS, _declared(inbox, undeclared, _late_ones(inbox)))
    own.take(local(TAKEN))
    return whole


def test_all_but_two_per_cent_and_refuse_publishes_nothing_and_says_who_is_missing(
    tmp_path: Path, inbox: Path, warehouse_url: str
) -> None:
    own = _with_policy(tmp_path, inbox, "declarations", "refuse", warehouse_url)
    late = _late_ones(inbox)
    whole = _all_but_two(own, inbox)
    with pytest.raises(Incomplete, match="119个组织中有2个没有报齐") as caught:
        own.score(JULY, as_of=local(SCORED))
    assert "收到后取件（zuzhili intake）会自动发布" in str(caught.value)
    assert _published(own) == []
    assert not published.view(own.engine, "editions")["status"].eq("published").any()
    sheet = load_workbook(own.settings.lists / f"test/ganyu/{JULY}/督促申报.xlsx")["明细"]
    assert sheet is not None
    listed = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[3] in late]
    assert {row[3] for row in listed} == set(late)
    assert all(str(row[0]) in str(caught.value) and str(row[2]) in str(caught.value) for row in listed)
    told = "\n".join(status_lines(status_of(own.engine, "test", "ganyu")))
    assert f"{JULY} 在等：支部申报：119个组织中有2个没有报齐（自2024-08-05 06:00，收齐后才发布）" in told
    still = _tried(own, LATER)[JULY]
    assert (still.is_waiting, still.is_wrong) == (True, False)
    assert still.message == "还在等：支部申报：119个组织中有2个没有报齐"
    (planned,) = own.plan(JULY, JULY, as_of=local(LATER))
    assert planned.is_held

    _write(inbox / DECLARATIONS, whole)
    own.take(local("2024-08-07T05:00"))
    done = _tried(own, "2024-08-07T05:00")[JULY]
    assert done.is_new
    edition = own.edition(JULY)
    assert (edition.revision, edition.is_provisional, edition.cause) == (1, False, "routine")
    assert held.all_held(own.engine, "test", "ganyu") == []
    assert ended_periods(own.context, local("2024-08-08T05:00")) == []


def test_provisional_is_marked_in_every_view_and_replaced_when_the_last_one_arrives(
    tmp_path: Path, inbox: Path, warehouse_url: str
) -> None:
    own = _with_policy(tmp_path, inbox, "declarations", "provisional", warehouse_url)
    late = _late_ones(inbox)
    whole = _all_but_two(own, inbox)
    own.score(JULY, as_of=local(SCORED))
    first = own.edition(JULY)
    assert (first.is_provisional, first.cause) == (True, "provisional")
    assert "119个组织中有2个没有报齐" in first.note
    for name in OF_EDITIONS:
        assert published.view(own.engine, name, period=JULY)["is_provisional"].all(), name
    assert published.view(own.engine, "warnings", period=JULY).empty
    pending = published.view(own.engine, "pending_declarations", period=JULY)
    assert set(pending["org_code"]) >= set(late)
    assert pending["parent_name"].notna().all()
    with pytest.raises(
        MissingPredecessor, match=r"2024-07只有即时版（支部申报：119个组织中有2个没有报齐）.*自动出正式版"
    ):
        own.score(AUGUST, as_of=local("2024-09-05T06:00"))
    assert [str(period) for period in waiting(own.context, local("2024-09-06T05:00"))] == [JULY, AUGUST]

    _write(inbox / DECLARATIONS, whole)
    own.take(local("2024-09-07T05:00"))
    done = _tried(own, "2024-09-07T05:00")
    assert [(one.period, one.is_new, one.is_waiting) for one in done.values()] == [
        (JULY, True, False),
        (AUGUST, True, True),
    ]
    assert own.edition(AUGUST).is_provisional
    final = own.edition(JULY)
    assert (final.revision, final.is_provisional, final.cause) == (2, False, "routine")
    for name in OF_EDITIONS:
        assert not published.view(own.engine, name, period=JULY)["is_provisional"].any(), name
    assert not published.view(own.engine, "warnings", period=JULY).empty
    assert published.view(own.engine, "pending_declarations", period=JULY).empty


def _without_days_from(path: Path, first: str) -> None:
    """Leaves out the platform's events from a day on."""
    events = path.read_text("utf-8").splitlines(keepends=True)
    days = [re.search(r'"occurred_at": ?"([^"]*)', line) for line in events]
    path.write_text("".join(line for line, day in zip(events, days, strict=True) if day and day[1] < first), "utf-8")


def test_a_stale_platform_is_waited_for_until_its_day_and_named_after_it(tmp_path: Path, inbox: Path) -> None:
    own = _with_policy(tmp_path, inbox, "platform", "wait")
    for path in (inbox / "platform").iterdir():
        _without_days_from(path, "2024-07-21")
    own.take(local(TAKEN))
    with pytest.raises(Incomplete, match=r"最晚等到2024-08-05.*平台事件（平台）已经过时，数据只到2024-07-2") as caught:
        own.score(JULY, as_of=local(SCORED))
    assert caught.value.until == date(2024, 8, 5)
    assert _published(own) == []
    assert _tried(own, "2024-08-05T20:00")[JULY].is_waiting
    assert _tried(own, LATER)[JULY].is_new
    edition = own.edition(JULY)
    assert not edition.is_provisional
    assert "平台事件（平台）已经过时" in edition.note
    row = published.view(own.engine, "completeness", period=JULY, kind="events").iloc[0]
    assert (row["status"], row["last_day"].date() < date(2024, 7, 22)) == ("stale", True)


def test_sixteen_of_seventeen_departments_and_what_the_policy_makes_of_it(tmp_path: Path, inbox: Path) -> None:
    (sheet,) = (inbox / f"departments/{QUARTER}").glob("住建局.*")
    content = sheet.read_bytes()
    sheet.unlink()
    own = _with_policy(tmp_path, inbox, "departments", "refuse")
    own.take(local("2024-10-08T05:00"))
    moment = local("2024-10-10T06:00")
    own.score(JULY, AUGUST, "2024-09", as_of=moment)
    with pytest.raises(Incomplete, match=r"2024Q3没有收齐，没有发布.*没有收到住建局（部门报送）"):
        own.score(QUARTER, as_of=moment)
    assert QUARTER not in _published(own)

    as_today = own.copied(tmp_path / "copy", rulebooks=ROOT / "rulebooks")
    _publishes_and_names(as_today, moment)

    sheet.write_bytes(content)
    own.take(local("2024-10-12T05:00"))
    assert _tried(own, "2024-10-12T05:00")[QUARTER].is_new
    assert "住建局" not in own.edition(QUARTER).note


def _publishes_and_names(own: District, moment: datetime) -> None:
    own.score(QUARTER, as_of=moment)
    edition = own.edition(QUARTER)
    assert (edition.is_provisional, "没有收到住建局（部门报送）" in edition.note) == (False, True)
    row = published.view(own.engine, "completeness", period=QUARTER, sender="住建局").iloc[0]
    assert (row["status"], row["delivered_count"], row["expected_count"]) == ("missing", 0, 16)
    ledger = published.view(own.engine, "ledger", period=QUARTER, status="missing", source="department")
    missed_by_all = ledger["item_code"].value_counts().eq(16)
    own_lines = ledger[ledger["item_code"].isin(missed_by_all.index[missed_by_all])]
    told = "\n".join(explanation_lines(own.explained(str(own_lines["org_code"].iloc[0]), QUARTER)))
    assert "没有收到住建局2024Q3的部门报送，本项按缺报计0分" in told


def test_who_has_been_published_once_stays_published(tmp_path: Path, inbox: Path) -> None:
    own = _with_policy(tmp_path, inbox, "declarations", "publish")
    own.take(local(TAKEN))
    own.score(JULY, as_of=local(SCORED))
    strict = _with_policy(tmp_path, inbox, "declarations", "refuse")
    rows = _rows(inbox / DECLARATIONS)
    _write(inbox / DECLARATIONS, rows[: len(rows) // 2])
    strict.take(local(LATER))
    strict.score(JULY, as_of=local("2024-08-07T06:00"))
    edition = strict.edition(JULY)
    assert (edition.revision, edition.is_provisional, edition.cause) == (2, False, "late data")
