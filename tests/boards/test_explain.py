"""Why an organisation has its score, down to file and row."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from boards.errors import NotPublished
from boards.explain import explanation_lines
from boards.explained import Explanation
from tests.districts import EXAMPLE, EXAMPLE_MONTHS, District
from tests.end_to_end.history import MAINLAND, UTF8, rewritten
from warehouse import published

ORG, MONTH, QUARTER = "032000100001", "2024-09", "2024Q3"
MOVED, FOUND = "032000300019", "032000100049"
"""An agency that turns out to be a state-owned enterprise; one at which more was found in July than said at first."""


@dataclass(frozen=True)
class Corrected:
    """The example district with its quarter, and with July, the months after it and the quarter published again."""

    own: District
    before: datetime

    def then(self, org: str, period: str) -> Explanation:
        return self.own.explained(org, period, self.before)


@pytest.fixture(scope="module")
def corrected(scored: District, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corrected]:
    folder = tmp_path_factory.mktemp("corrected")
    inbox = Path(shutil.copytree(EXAMPLE / "inbox", folder / "inbox"))
    own = scored.copied(folder, inbox=inbox)
    own.score(QUARTER)
    before = own.edition(QUARTER).as_of
    changes = {
        "inspections/2024-07.csv": (MAINLAND, {"组织代码": FOUND}, {"发现次数": "2"}),
        "registry/organizations.csv": (UTF8, {"组织代码": MOVED}, {"领域": "国企"}),
    }
    for name, (encoding, key, change) in changes.items():
        path = inbox / name

        def amend(rows: list[dict[str, str]], key: dict[str, str] = key, change: dict[str, str] = change) -> None:
            meant = [row for row in rows if key.items() <= row.items()]
            assert meant
            meant[0].update(change)

        path.write_bytes(rewritten(path.read_bytes(), encoding, amend))
    assert len(own.take().having("taken")) == len(changes)
    own.backfill("2024-07", "2024-07")
    yield Corrected(own, before)
    own.engine.dispose()


def _explained(scored: District, org: str, period: str) -> Explanation:
    return scored.explained(org, period)


def test_lines_are_the_published_ledger_and_add_up_to_the_index(scored: District) -> None:
    told = _explained(scored, ORG, MONTH)
    lines = published.view(scored.context.engine, "ledger", period=MONTH, org_code=ORG)
    assert {line.item_code: line.points for line in told.lines} == dict(
        zip(lines["item_code"], lines["points"], strict=True)
    )
    assert sum(round(line.points * 10_000) for line in told.lines) == round(told.index_points * 10_000)
    assert [dimension.code for dimension in told.dimensions] == [
        "political_leadership", "organizational_coverage", "mass_cohesion", "development_service", "basic_support",
    ]  # fmt: skip


def test_places_lead_to_the_very_records(scored: District) -> None:
    told = _explained(scored, ORG, MONTH)
    meetings = next(line for line in told.lines if line.item_code == "P01")
    for place in meetings.places:
        file, row = place.removesuffix("行").split(" 第")
        event = json.loads((EXAMPLE / "inbox" / file).read_text("utf-8").splitlines()[int(row) - 1])
        assert (event["org_code"], event["kind"]) == (ORG, "meeting")
        assert event["topic"] in ("支委会", "党员大会")
        assert event["event_id"] in meetings.evidence
    declared = next(line for line in told.lines if line.item_code == "S02")
    file, row = declared.places[0].removesuffix("行").split(" 第")
    with (EXAMPLE / "inbox" / file).open(encoding="utf-8-sig", newline="") as source:
        record = list(csv.reader(source))[int(row) - 1]
    assert record[0] == ORG
    assert record[2] == "S02"
    assert record[5] in declared.evidence


def test_what_was_lost_is_told_with_value_and_rule(scored: District) -> None:
    told = _explained(scored, ORG, MONTH)
    text = "\n".join(explanation_lines(told))
    lost = [line for line in told.lines if line.status in ("unmet", "missing") and line.points < line.full_points]
    deducted = [line for line in told.lines if line.status == "deducted"]
    assert lost
    assert deducted
    assert all(f"失{line.full_points - line.points:.4f}分" in text and line.reason in text for line in lost)
    assert all(f"扣{-line.points:.4f}分" in text and line.reason in text for line in deducted)
    assert "预警" in text
    assert all(warned.responsible in text for warned in told.warnings)
    assert "标准分5，分摊不适用指标的分后满分" in text


def test_a_record_that_did_not_count_is_told(scored: District) -> None:
    rejected = published.view(
        scored.context.engine, "rejections", period="2024-07", reason="not_applicable", file="declarations/2024-07.csv"
    ).iloc[0]
    with (EXAMPLE / "inbox/declarations/2024-07.csv").open(encoding="utf-8-sig", newline="") as source:
        org = list(csv.reader(source))[rejected["row_no"] - 1][0]
    told = _explained(scored, org, "2024-07")
    assert any(f"第{rejected['row_no']}行" in text and rejected["message"] in text for text in told.not_counted)


def test_a_part_of_a_name_is_enough_where_only_one_has_it(scored: District) -> None:
    assert _explained(scored, "平沟社区", MONTH).org_code == ORG


@pytest.mark.parametrize(
    ("org", "period", "message"),
    [
        (ORG, "2024-10", "还没有发布过版次"),
        ("村", MONTH, "请写组织代码"),
        ("999", MONTH, "没有“999”"),
        ("032000000000", MONTH, "不参加考核"),
        (ORG, "2024-13", "月份写作2024-07"),
    ],
)
def test_what_cannot_be_explained_is_said(scored: District, org: str, period: str, message: str) -> None:
    with pytest.raises((NotPublished, ValueError), match=message):
        _explained(scored, org, period)


def test_a_quarter_is_explained_with_its_months_and_its_workbooks(corrected: Corrected) -> None:
    told = corrected.then(ORG, QUARTER)
    assert told.parts == EXAMPLE_MONTHS
    assert sum(round(line.points * 10_000) for line in told.lines) == round(told.index_points * 10_000)
    assert round(sum(line.full_points for line in told.lines), 4) == told.full_points == 100
    assert not told.warnings
    lines = {line.item_code: line for line in told.lines}
    mean, earned = lines["P03"], [corrected.then(ORG, month) for month in EXAMPLE_MONTHS]
    of_months = [next(line for line in month.lines if line.item_code == "P03").points for month in earned]
    assert mean.status == "mean"
    assert mean.reason == "参加考核的3期平均：" + "，".join(
        f"{month}得{points:.4f}".rstrip("0").rstrip(".") + "分"
        for month, points in zip(EXAMPLE_MONTHS, of_months, strict=True)
    )
    assert abs(mean.points - sum(of_months) / 3) < 0.0002
    assert not mean.places
    text = "\n".join(explanation_lines(told))
    assert f"  ＝ P03 理论学习参学率  {mean.points:.4f} / {mean.full_points:.4f}" in text
    assert text.endswith("\n".join(["各期明细", *(f"  zuzhili explain {ORG} {month}" for month in EXAMPLE_MONTHS)]))


def test_an_item_of_a_department_leads_to_its_workbook_and_row(corrected: Corrected) -> None:
    line = next(line for line in corrected.then(ORG, QUARTER).lines if line.item_code == "S04")
    (place,) = line.places
    file, row = place.removesuffix("行").split(" 第")
    assert file == "departments/2024Q3/财政局.xlsx"
    sheet = load_workbook(EXAMPLE / "inbox" / file, data_only=True).active
    assert sheet is not None
    cells = [str(cell.value) for cell in sheet[int(row)]]
    assert any(ORG in cell or "平沟社区" in cell for cell in cells)
    assert f"      来自：{place}" in explanation_lines(corrected.then(ORG, QUARTER))


def test_a_change_is_told_with_what_it_came_from(corrected: Corrected) -> None:
    told, then = corrected.own.explained(FOUND, "2024-07"), corrected.then(FOUND, "2024-07")
    assert (then.revision, told.revision) == (1, 2)
    changes = {change.name: change for change in told.changes}
    index = changes["组织力指数"]
    assert (index.old, index.new) == (then.index_points, told.index_points)
    assert index.parts == (("数据", -1.0),)
    line = changes["X03 干部脱岗离岗"]
    assert (line.old, line.new, line.parts, line.cause) == (-1, -2, (("数据", -1.0),), "数据")
    text = list(explanation_lines(told))
    assert text[text.index("与上一版相比") - 1] == ""
    assert "  X03 干部脱岗离岗  -1→-2（数据-1）" in text
    assert f"  组织力指数  {then.index_points:g}→{told.index_points:g}（数据-1）" in text


def test_every_change_of_an_organisation_is_told_in_words(corrected: Corrected) -> None:
    """What it had in its former domain goes, what it has in the new one comes, also where that is 0."""
    told = corrected.own.explained(MOVED, "2024-07")
    assert len(told.changes) == len(
        published.view(corrected.own.engine, "restatements", period="2024-07", org_code=MOVED)
    )
    assert any(change.new is None for change in told.changes)
    assert any(change.old is None for change in told.changes)
    text = list(explanation_lines(told))
    changed = text[text.index("与上一版相比") + 1 :]
    assert not any(mark in line for line in changed for mark in (":", "（）", "nan", "None"))
    assert any(line.startswith("  G") and "→无（组织名册-" in line for line in changed)
    assert any(line.startswith("  E") and "  无→" in line for line in changed)
    assert all("组织名册" in change.cause for change in told.changes)


def test_the_quarter_and_the_months_after_say_what_reached_them(corrected: Corrected) -> None:
    quarter = {change.name: change for change in corrected.own.explained(FOUND, QUARTER).changes}
    assert quarter["组织力指数"].parts == (("数据", -1.0),)
    assert quarter["X03 干部脱岗离岗"].parts == (("数据", -1.0),)
    august = corrected.own.explained(FOUND, "2024-08").changes
    assert [change.name for change in august if "数据" in change.cause] == []


def test_an_explanation_as_of_a_moment_is_that_of_then(corrected: Corrected, scored: District) -> None:
    for period in EXAMPLE_MONTHS:
        then = corrected.then(FOUND, period)
        assert then == scored.explained(FOUND, period)
        assert not then.changes
    assert corrected.then(FOUND, QUARTER).revision == 1
    with pytest.raises(NotPublished, match=r"截至.*2024-07还没有发布过版次"):
        corrected.own.explained(FOUND, "2024-07", corrected.own.edition("2024-07").as_of - timedelta(days=9999))


def test_records_that_came_later_are_not_those_of_then(corrected: Corrected) -> None:
    then, now = corrected.then(FOUND, "2024-07"), corrected.own.explained(FOUND, "2024-07")
    assert [line.value for line in then.lines if line.item_code == "X03"] == [1]
    assert [line.value for line in now.lines if line.item_code == "X03"] == [2]
    assert then.domain_name == now.domain_name
    assert corrected.then(MOVED, "2024-07").domain_name == "机关事业单位"
    assert corrected.own.explained(MOVED, "2024-07").domain_name == "国企"
