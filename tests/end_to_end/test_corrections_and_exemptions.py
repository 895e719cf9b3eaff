"""Known errors of sources and exemptions, from the files in registers/ to the number and its explanation."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from boards.explain import explanation_lines
from boards.status import status_of
from boards.summary import summary, summary_lines
from flows.jobs.backfill import plan
from flows.jobs.open_month import open_month
from flows.jobs.reading import SourceMended
from flows.jobs.restating import rules_of
from schemas.periods import Period
from tests.districts import District, local
from tests.end_to_end.conftest import Opened
from warehouse import published

JULY, AUGUST, QUARTER = "2024-07", "2024-08", "2024Q3"
DECLARATIONS = "declarations/2024-07.csv"
BRANCH, NAME, OPENNESS = "032000400108", "下沟村党支部", "S03"
"""A branch whose last declaration of the month has a status that nobody knows."""
CORRECTION = {
    "更正名称": "下沟村审核状态", "材料": "支部申报", "考核期": JULY, "组织": BRANCH, "指标代码": OPENNESS,
    "记录": "2024-08-01 05:00", "列": "审核状态", "原值": "已阅", "改为": "退回", "原因": "审核意见是退回，平台已锁定",
    "提供人": "张三", "登记日期": "2024-08-06",
}  # fmt: skip
EXEMPTION = {
    "组织代码": BRANCH, "组织名称": NAME, "指标代码": OPENNESS, "指标名称": "党务公开", "开始日期": "2024-08-01",
    "结束日期": "", "原因": "整村搬迁", "批准人": "区委组织部", "批准日期": "2024-08-01",
}  # fmt: skip


def test_a_correction_heals_what_was_rejected_and_says_so_everywhere(inbox: Path, district: Opened) -> None:
    own = _scored(district(inbox), JULY)
    before = _line(own, JULY)
    assert before["status"] == "met"
    _write(inbox, "corrections", CORRECTION)
    assert [receipt.accepted for receipt in own.take().having("taken")] == [1]
    assert _not_counted(own)[JULY] == 1
    (outcome,) = own.score(JULY)
    assert (outcome.is_new, outcome.edition.cause, outcome.resolved) == (True, "late data", 1)
    after = _line(own, JULY)
    assert (after["points"], after["status"]) == (0, "missing")
    (shown,) = published.view(own.engine, "corrections", period=JULY).to_dict("records")
    assert (shown["org_code"], shown["org_name"], shown["record"]) == (BRANCH, NAME, f"{OPENNESS} 2024-08-01 05:00")
    assert (shown["expected"], shown["corrected"], str(shown["recorded_on"])[:10]) == ("已阅", "退回", "2024-08-06")
    told = [line.strip() for line in explanation_lines(own.explained(BRANCH, JULY))]
    assert "已按更正“下沟村审核状态”计" in told
    assert f"更正“下沟村审核状态”：{OPENNESS} 2024-08-01 05:00的“审核状态”由“已阅”改为“退回”" in told
    assert "审核意见是退回，平台已锁定（提供人张三，2024-08-06登记）" in told
    restated = published.view(own.engine, "restatements", period=JULY, org_code=BRANCH, measure="index_points").iloc[0]
    assert restated["from_data"] == restated["new_value"] - restated["old_value"] == -before["points"]
    assert restated["cause"] == "更正"
    assert any(line.startswith("组织力指数") and "（更正-" in line for line in told)
    assert [outcome.is_new for outcome in own.score(JULY)] == [False]


def test_a_source_that_was_mended_stops_every_run_until_the_correction_is_gone(inbox: Path, embedded: Opened) -> None:
    _write(inbox, "corrections", CORRECTION)
    own = _scored(embedded(inbox), JULY)
    _rewrite(inbox / DECLARATIONS, ",已阅,", ",通过,")
    own.take()
    for run in (
        lambda: own.score(JULY),
        lambda: own.backfill(JULY, JULY),
        lambda: plan(own.context, Period.parse(JULY), Period.parse(JULY)),
    ):
        with pytest.raises(SourceMended, match=r"更正“下沟村审核状态”.*应为“已阅”，现在是“通过”.*删去这一条"):
            run()
    assert own.edition(JULY).revision == 1
    assert "下沟村审核状态" in "".join(explanation_lines(own.explained(BRANCH, JULY)))
    _write(inbox, "corrections")
    own.take()
    (outcome,) = own.score(JULY)
    assert outcome.is_new
    assert _line(own, JULY)["status"] == "met"
    assert published.view(own.engine, "corrections", period=JULY).empty


def test_the_open_month_says_which_correction_stops_it(inbox: Path, embedded: Opened) -> None:
    _write(inbox, "corrections", CORRECTION | {"原值": "通过"})
    own = embedded(inbox)
    own.take(local("2024-07-30T05:00"))
    shown = open_month(own.context, local("2024-07-30T05:00"))
    assert shown is not None
    assert not shown.is_scored
    assert "更正“下沟村审核状态”" in shown.message


def test_a_registry_row_is_corrected_before_anybody_is_looked_up(inbox: Path, embedded: Opened) -> None:
    own = _scored(embedded(inbox), JULY)
    domain = published.view(own.engine, "organizations", period=JULY, org_code=BRANCH)["domain"].item()
    _write(inbox, "corrections", {
        "更正名称": "下沟村领域", "材料": "组织名册", "组织": BRANCH, "列": "领域", "原值": "行政村",
        "改为": "城市社区", "原因": "村改居", "提供人": "张三", "登记日期": "2024-08-06",
    })  # fmt: skip
    own.take()
    own.score(JULY)
    assert domain == "village"
    after = published.view(own.engine, "organizations", period=JULY, org_code=BRANCH)["domain"].item()
    assert after == "community"
    assert published.view(own.engine, "corrections", period=JULY)["record"].str.fullmatch(r"\d{4}-\d{2}-\d{2}").all()


def test_an_exemption_takes_the_line_from_its_day_on(inbox: Path, district: Opened) -> None:
    own = district(inbox)
    own.take(local("2024-09-05T05:00"))
    own.score(JULY, AUGUST, as_of=local("2024-09-05T06:00"))
    first = own.edition(AUGUST)
    _write(inbox, "exemptions", EXEMPTION)
    own.take(local("2024-09-06T05:00"))
    done = own.backfill(JULY, AUGUST, as_of=local("2024-09-06T06:00"))
    assert [(outcome.period, outcome.is_new) for outcome in done] == [(JULY, False), (AUGUST, True)]
    assert not published.view(own.engine, "ledger", period=JULY, org_code=BRANCH, item_code=OPENNESS).empty
    assert published.view(own.engine, "ledger", period=AUGUST, org_code=BRANCH, item_code=OPENNESS).empty
    full = published.view(own.engine, "index_scores", org_code=BRANCH).set_index("period")["full_points"]
    assert full[AUGUST] == full[JULY] == 60
    (shown,) = published.view(own.engine, "exemptions").to_dict("records")
    assert (shown["period"], shown["org_code"], shown["item_name"]) == (AUGUST, BRANCH, "党务公开")
    assert shown["approved_by"] == "区委组织部"
    assert pd.isna(shown["valid_to"])
    told = "\n".join(explanation_lines(own.explained(BRANCH, AUGUST)))
    assert f"豁免 {OPENNESS} 党务公开：2024-08-01起，满分分摊给同维度的其他指标" in told
    assert "整村搬迁（区委组织部2024-08-01批准）" in told
    as_of = local("2024-09-05T07:00")
    assert own.explained(BRANCH, AUGUST, as_of).revision == 1
    (replayed,) = own.score(AUGUST, as_of=as_of)
    assert (replayed.edition.edition_id, replayed.differing) == (first.edition_id, ())


def test_an_exemption_that_leaves_nothing_is_answered_and_the_others_go_on(inbox: Path, embedded: Opened) -> None:
    own = _scored(embedded(inbox), JULY)
    lines = published.view(own.engine, "ledger", period=JULY, org_code=BRANCH)
    earning = lines[lines["full_points"].gt(0)]
    dimension = earning["dimension"].value_counts().index[-1]
    all_of_one = earning.loc[earning["dimension"].eq(dimension), "item_code"].tolist()
    other = next(code for code in earning["item_code"] if code not in all_of_one)
    rows = [EXEMPTION | {"指标代码": code, "开始日期": "2024-07-01"} for code in (*all_of_one, other)]
    _write(inbox, "exemptions", *rows)
    own.take()
    (outcome,) = own.score(JULY)
    assert outcome.rejected == len(all_of_one)
    found = published.view(own.engine, "rejections", file="registers/exemptions.csv", resolved_by=None)
    assert found["reason"].tolist() == ["nothing_left"] * len(all_of_one)
    assert sorted(found["value"]) == sorted(all_of_one)
    assert published.view(own.engine, "exemptions", period=JULY)["item_code"].tolist() == [other]
    own.score(AUGUST)
    still = published.view(own.engine, "rejections", file="registers/exemptions.csv", resolved_by=None)
    assert still["period"].value_counts().to_dict() == dict.fromkeys((JULY, AUGUST), len(all_of_one))
    seen = summary(own.engine, outcome.edition, rules_of(own.context, outcome.edition))
    assert seen.registers == {"exemptions": len(all_of_one)}
    assert f"  豁免登记有{len(all_of_one)}条退回，没有采用（见回执）" in summary_lines(seen)
    _write(inbox, "exemptions", rows[-1], *rows[1:-1])
    own.take()
    assert published.view(own.engine, "rejections", file="registers/exemptions.csv", resolved_by=None).empty
    own.score(JULY)
    assert len(published.view(own.engine, "exemptions", period=JULY)) == len(all_of_one)


def _scored(own: District, *periods: str) -> District:
    own.take()
    own.score(*periods)
    return own


def _line(own: District, period: str) -> dict[str, object]:
    lines = published.view(own.engine, "ledger", period=period, org_code=BRANCH, item_code=OPENNESS)
    (line,) = lines.to_dict("records")
    return line


def _not_counted(own: District) -> dict[str, int]:
    told = status_of(own.engine, own.context.district, own.context.scheme)
    return {row["period"]: row["not_counted"] for row in told["editions"]}


def _write(inbox: Path, register: str, *rows: dict[str, str]) -> None:
    """The register as its keeper delivers it, whole."""
    headings = {"corrections": list(CORRECTION), "exemptions": list(EXEMPTION)}[register]
    path = inbox / f"registers/{register}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(rows)


def _rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8-sig")
