"""The re-check sample from the draw to the score: drawn, filled in, delivered, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pandas as pd
import pytest
from openpyxl import load_workbook

from flows.jobs.recheck import NothingToRecheck, Sample, SeedFixed, recheck
from schemas.layouts import RECHECKS
from schemas.periods import Period
from tests.districts import District
from tests.end_to_end.conftest import Opened
from warehouse import published

MONTH = "2024-07"
HEADINGS = [*RECHECKS.columns, "领域", "上级组织", "所在镇街"]
CHECKED = {"复核人": "王五", "复核日期": "2024年8月20日"}
Row = dict[str, Any]


def _drawn(own: District, seed: str = "", period: str = MONTH) -> Sample:
    return recheck(own.context, Period.parse(period), datetime.now(UTC), seed)


def _filled(own: District, sample: Sample, fill: Callable[[list[Row]], dict[int, Row]]) -> list[Row]:
    """Fills in rows of the work list (by their place in it), delivers it, and returns what the list said."""
    book = load_workbook(sample.path)
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if row[0].value == "组织代码")
    headings = [cell.value for cell in header]
    lines = list(sheet.iter_rows(min_row=header[0].row + 1))
    said = [{name: cell.value for name, cell in zip(headings, line, strict=True)} for line in lines]
    for place, texts in fill(said).items():
        for name, text in texts.items():
            lines[place][headings.index(name)].value = text
    delivered = Path(own.settings.inbox) / f"rechecks/{sample.period}.xlsx"
    delivered.parent.mkdir(exist_ok=True)
    book.save(delivered)
    return said


def _register(own: District) -> pd.DataFrame:
    shown = published.view(own.engine, "recheck_samples", period=MONTH)
    return shown.set_index(["org_code", "item_code"])


def _points(own: District) -> pd.Series:
    lines = published.view(own.engine, "ledger", ["org_code", "item_code", "points"], period=MONTH)
    return lines.set_index(["org_code", "item_code"])["points"]


def _first_open(said: list[Row], item: str) -> int:
    return next(place for place, row in enumerate(said) if row["指标代码"] == item and row["复核状态"] is None)


def test_the_work_list_says_what_was_declared_and_waits_to_be_filled_in(inbox: Path, district: Opened) -> None:
    own = district(inbox)
    own.take()
    sample = _drawn(own)
    assert (sample.candidates, sample.added) == (119, sample.declarations)
    assert sample.organizations >= 12
    said = _filled(own, sample, lambda rows: {})
    assert list(said[0]) == HEADINGS
    assert len(said) == sample.declarations - sample.done
    towns = [row["所在镇街"] for row in said]
    assert towns == sorted(towns)
    for _, rows in groupby(said, key=lambda row: (row["所在镇街"], row["上级组织"])):
        keys = [(row["组织代码"], row["指标代码"]) for row in rows]
        assert keys == sorted(keys)
    sheet = load_workbook(sample.path).worksheets[0]
    above = [str(row[0].value) for row in sheet.iter_rows(max_row=3)]
    assert above[0].startswith("2024-07 复核抽查")
    assert f"119个组织，抽取{sample.organizations}个，共{sample.declarations}项" in above[1]
    assert sample.seed in above[2]
    declared = pd.read_csv(inbox / "declarations/2024-07.csv", dtype=str, encoding="utf-8-sig")
    shown = declared.groupby(["组织代码", "指标代码"])["申报值"].agg(set)
    in_ascii = shown.map(lambda texts: {normalize("NFKC", text) for text in texts})
    assert all(row["申报值"] in in_ascii[row["组织代码"], row["指标代码"]] for row in said)


def test_what_was_found_is_counted_told_and_recorded(inbox: Path, district: Opened) -> None:
    own = district(inbox)
    own.take()
    own.score(MONTH)
    before = _points(own)
    sample = _drawn(own)
    failed: Row = {}
    stated: Row = {}

    def fill(said: list[Row]) -> dict[int, Row]:
        earning = [place for place, row in enumerate(said) if before[row["组织代码"], row["指标代码"]] > 0]
        one = next(place for place in earning if said[place]["指标代码"] == "M02")
        other = next(place for place in earning if said[place]["指标代码"] == "D01")
        failed.update(said[one])
        stated.update(said[other])
        return {one: CHECKED | {"复核状态": "不通过"}, other: CHECKED | {"复核状态": "不通过", "复核值": "0.5"}}

    _filled(own, sample, fill)
    (receipt,) = own.take().having("taken")
    unfilled = sample.declarations - 2 - sample.done
    assert (receipt.kind, receipt.accepted, receipt.rejected) == ("rechecks", 2, 0)
    assert receipt.ignored == {"未填写复核结果": unfilled}
    (outcome,) = own.score(MONTH)
    assert outcome.is_new
    lost, low = ((row["组织代码"], row["指标代码"]) for row in (failed, stated))
    after = _points(own)
    assert after[lost] == 0
    assert 0 < after[low] < before[low]
    assert set(after.index[after.ne(before)]) == {lost, low}
    line = next(one for one in own.explained(lost[0], MONTH).lines if one.item_code == lost[1])
    assert "复核不通过" in line.evidence
    assert "复核 2024-08-20 不通过" in line.evidence
    assert any(place.startswith("rechecks/2024-07.xlsx 第") for place in line.places)
    line = next(one for one in own.explained(low[0], MONTH).lines if one.item_code == low[1])
    assert "复核不通过，复核值0.5" in line.evidence
    done = _register(own).query("status == 'done'")
    assert len(done) == sample.done + 2
    assert done.loc[lost, ["recheck_status", "checked_by", "status_name"]].tolist() == ["不通过", "王五", "已复核"]
    assert done.loc[low, "recheck_value"] == "0.5"
    again = _drawn(own)
    assert (again.seed, again.declarations, again.added, again.done) == (
        sample.seed, sample.declarations, 0, sample.done + 2,
    )  # fmt: skip


def test_a_result_that_is_taken_back_is_open_again(inbox: Path, embedded: Opened) -> None:
    own = embedded(inbox)
    own.take()
    sample = _drawn(own)
    filled = CHECKED | {"复核状态": "通过"}
    said = _filled(own, sample, lambda said: {_first_open(said, "M02"): filled})
    own.take()
    assert _drawn(own).done == sample.done + 1
    _filled(own, sample, lambda again: {_first_open(said, "M02"): dict.fromkeys(filled)})
    own.take()
    assert _drawn(own).done == sample.done


def test_who_declares_after_the_draw_is_drawn_from_and_nobody_leaves(inbox: Path, embedded: Opened) -> None:
    own = embedded(inbox)
    file = inbox / "declarations/2024-07.csv"
    whole = pd.read_csv(file, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    early = whole[whole["组织代码"] < "032000200"]
    early.to_csv(file, index=False, encoding="utf-8-sig")
    own.take()
    first = _drawn(own, "甲")
    drawn = set(_register(own).index)
    whole.to_csv(file, index=False, encoding="utf-8-sig")
    own.take()
    second = _drawn(own)
    assert second.seed == "甲"
    assert second.added == second.declarations - first.declarations > 0
    assert drawn < set(_register(own).index)
    with pytest.raises(SeedFixed, match="甲"):
        _drawn(own, "乙")


def test_the_next_month_draws_others_first(inbox: Path, embedded: Opened) -> None:
    own = embedded(inbox)
    own.take()
    _drawn(own)
    _drawn(own, period="2024-08")
    shown = published.view(own.engine, "recheck_samples")
    by_month = {month: set(rows["org_code"]) for month, rows in shown.groupby("period")}
    everyone = published.view(own.engine, "recheck_samples").groupby(["domain", "parent_code"])["org_code"].nunique()
    again = by_month["2024-07"] & by_month["2024-08"]
    alone = shown[shown["org_code"].isin(again)].groupby(["domain", "parent_code"]).size().index
    assert all(everyone[stratum] <= 2 for stratum in alone)
    assert by_month["2024-08"] - by_month["2024-07"]


def test_there_is_nothing_to_draw_where_nobody_declares(inbox: Path, embedded: Opened) -> None:
    own = embedded(inbox)
    with pytest.raises(NothingToRecheck, match="还没有收到申报"):
        _drawn(own)
    with pytest.raises(NothingToRecheck, match="请用：月份"):
        _drawn(own, period="2024Q3")
    with pytest.raises(NothingToRecheck, match="没有可用的规则手册"):
        _drawn(own, period="2019-07")
