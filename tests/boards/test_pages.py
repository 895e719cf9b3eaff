"""Receipts, summary, status and rules, as people read them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from boards.receipts import receipt_lines
from boards.rules import rule_lines, rules_told
from boards.status import status_lines, status_of
from boards.summary import summary, summary_lines, summary_markdown
from flows.jobs.restating import rules_of
from rulebooks.loader import load, schemes
from schemas.receipts import Receipt, Receipts
from schemas.rulebook import RuleBook
from tests.districts import EXAMPLE, District
from warehouse import editions, published

MONTH = "2024-09"


def test_receipts_name_every_file_with_its_counts_and_every_refusal() -> None:
    taken = Receipt(
        "a.csv", "declarations", "党支部", "2024-07", "taken", "b", 10, 7, 2, {"空单元格": 1}, ("没有读取的列",)
    )
    refused = Receipt("b.csv", "findings", "检查组", "2024-07", "refused", message="b.csv：空文件。请重新发送")
    lines = [*receipt_lines(Receipts((taken, refused), (".DS_Store：系统文件",)))]
    assert "a.csv（支部申报，党支部）：收到10，采纳7，退回2，略去1（空单元格1）" in lines[0]
    assert lines[1:4] == ["    提示：没有读取的列", "  拒收 b.csv：空文件。请重新发送", "  未取 .DS_Store：系统文件"]
    assert lines[-1] == "本次取件：新增1个文件（收到10，采纳7，退回2，略去1），未变0个，拒收1个"


def test_the_summary_counts_the_pool_and_lists_the_first_of_each_domain(scored: District) -> None:
    context = scored.context
    edition = editions.current(context.engine, context.district, context.scheme, MONTH)
    assert edition is not None
    told = summary(context.engine, edition, rules_of(context, edition))
    pool = published.view(context.engine, "warning_pool", period=MONTH)
    assert told.pool == pool["colour"].value_counts().to_dict()
    assert told.organizations == 119
    assert all(place.rank <= 10 for place in told.top)
    assert len({place.domain_name for place in told.top}) == 5
    text, page = "\n".join(summary_lines(told)), summary_markdown(told)
    for place in told.top:
        assert f"{place.index_points:.4f}  {place.org_name}（{place.org_code}）" in text
        assert f"| {place.domain_name} | {place.rank} | {place.org_name} |" in page
    assert told.report in text


def test_status_tells_editions_deliveries_and_open_rejections(scored: District) -> None:
    context = scored.context
    told = status_of(context.engine, context.district, context.scheme)
    assert [row["period"] for row in told["editions"]] == ["2024-09", "2024-08", "2024-07"]
    assert sum(row["batches"] for row in told["deliveries"]) == sum(
        path.is_file() for path in (EXAMPLE / "inbox").rglob("*")
    )
    assert sum(row["rejections"] for row in told["rejections"]) == len(
        published.view(context.engine, "rejections", resolved_by=None)
    )
    text = "\n".join(status_lines(told))
    assert "2024-09 第1版  119个组织" in text
    assert "declarations/2024-07.csv  6条（格式错误1，指标不适用1，数值超出范围1" in text


def test_status_of_an_empty_warehouse_says_where_to_begin(scored: District) -> None:
    text = "\n".join(status_lines(status_of(scored.context.engine, "nowhere", "ganyu")))
    assert "zuzhili intake" in text
    assert "quarter、half、year" in text


def test_rules_are_told_with_their_points_and_conditions() -> None:
    told = rules_told(load("ganyu", date(2024, 7, 31)))
    lines = [*rule_lines(told)]
    assert "  P03 理论学习参学率  4分（各领域，月度）达到95%得满分，不足的按比例得分" in lines
    assert any(line.startswith("  X01 牌子乱象（月度）每次扣1分") for line in lines)
    assert len(told["items"]) == 66
    assert "  季度：本期指标40分，加月度平均分，其中扣分累计" in lines


def _in_force(scheme: str) -> RuleBook:
    return load(scheme, date(2026, 1, 31))


@pytest.mark.parametrize("scheme", schemes())
def test_everything_that_a_rule_book_rules_is_told(scheme: str) -> None:
    rulebook = _in_force(scheme)
    told = rules_told(rulebook)
    lines = [*rule_lines(told)]
    assert not any(mark in "\n".join(lines) for mark in ("None", "Fraction", "{", "()"))
    entries: tuple[Any, ...] = (
        *rulebook.items, *rulebook.negative_items, *rulebook.adjustments, *rulebook.coefficients, *rulebook.limits,
        *rulebook.scales, *rulebook.consequences, *rulebook.shares, *rulebook.conditions, *rulebook.roll_ups,
        *rulebook.control_totals,
    )  # fmt: skip
    for entry in entries:
        assert sum(line.startswith(f"  {entry.code} {entry.name}") for line in lines) == 1, entry.code
    assert json.loads(json.dumps(told, ensure_ascii=False)) == told
