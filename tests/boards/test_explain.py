"""Why an organisation has its score, down to file and row."""

from __future__ import annotations

import csv
import json
from functools import partial

import pytest

from boards.errors import NotPublished
from boards.explain import Explanation, explanation, explanation_lines
from flows.jobs.restating import rules_of
from tests.districts import EXAMPLE, District
from warehouse import published

ORG, MONTH = "032000100001", "2024-09"


def _explained(scored: District, org: str, period: str) -> Explanation:
    context = scored.context
    return explanation(
        context.engine, context.lake, context.district, context.scheme, org, period, partial(rules_of, context)
    )


def test_lines_are_the_published_ledger_and_add_up_to_the_index(scored: District) -> None:
    told = _explained(scored, ORG, MONTH)
    lines = published.view(scored.context.engine, "ledger", period=MONTH, org_code=ORG)
    assert {line.item_code: line.points for line in told.lines} == dict(
        zip(lines["item_code"], lines["points"], strict=True)
    )
    assert sum(round(line.points * 10_000) for line in told.lines) == round(told.index_points * 10_000)
    assert [code for code, *_ in told.dimensions] == [
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
