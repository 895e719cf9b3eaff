"""The register of the re-check sample and its view, the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from warehouse import editions, published, worklists
from warehouse.worklists import RESULT_COLUMNS, Draw

PLACE = ("demo", "ganyu", "2024-07")
DRAW = Draw("甲", datetime(2024, 8, 2, tzinfo=UTC), 7)
OPEN, VISITS = ("0001", "OPEN"), ("0001", "VISITS")


def _rows(*keys, parent_code="0009"):
    declared = pd.Series([datetime(2024, 7, 20, 2, tzinfo=UTC)] * len(keys)).astype("datetime64[us, UTC]")
    frame = pd.DataFrame(keys, columns=["org_code", "item_code"])
    return frame.assign(
        org_name="山上支部", domain="hill", domain_name="山区", parent_code=parent_code, parent_name="镇委员会",
        town="东镇", item_name="党务公开", declared_at=declared, value_text="是",
    )  # fmt: skip


def _results(*rows):
    frame = pd.DataFrame(rows, columns=["org_code", "item_code", *RESULT_COLUMNS])
    texts = ["recheck_status", "recheck_value", "checked_by"]
    return frame.astype(dict.fromkeys(texts, "str") | {"checked_on": "datetime64[us]"})


def test_what_is_drawn_again_stays_as_it_was_drawn_first(engine):
    assert len(worklists.keep_sample(engine, *PLACE, _rows(OPEN, VISITS), DRAW)) == 2
    later = Draw("甲", datetime(2024, 8, 9, tzinfo=UTC), 9)
    changed = _rows(OPEN, VISITS, ("0002", "OPEN")).assign(value_text="否")
    assert worklists.keep_sample(engine, *PLACE, changed, later)["org_code"].tolist() == ["0002"]
    kept = worklists.sample(engine, *PLACE[:2], ["2024-07"])
    assert kept[["org_code", "value_text", "known_seq"]].to_numpy().tolist() == [
        ["0001", "是", 7], ["0001", "是", 7], ["0002", "否", 9],
    ]  # fmt: skip
    assert worklists.sample(engine, "demo", "other", ["2024-07"]).empty


def test_results_come_and_go_with_what_is_known(engine):
    worklists.keep_sample(engine, *PLACE, _rows(OPEN, VISITS), DRAW)
    found = (*OPEN, "不通过", None, "王五", pd.Timestamp("2024-08-20"))
    worklists.record_results(engine, *PLACE, _results(found, ("0007", "OPEN", "通过", None, None, pd.NaT)))
    shown = published.view(engine, "recheck_samples").set_index("item_code")
    assert shown["status"].to_dict() == {"OPEN": "done", "VISITS": "open"}
    assert shown["status_name"].to_dict() == {"OPEN": "已复核", "VISITS": "待复核"}
    assert shown.loc["OPEN", ["recheck_status", "checked_by", "checked_on"]].tolist() == [
        "不通过", "王五", pd.Timestamp("2024-08-20"),
    ]  # fmt: skip
    assert shown.loc["OPEN", "period_end"] == pd.Timestamp("2024-07-31")
    worklists.record_results(engine, *PLACE, _results((*VISITS, None, "3", None, pd.NaT)))
    assert published.view(engine, "recheck_samples").set_index("item_code")["status"].to_dict() == {
        "OPEN": "open", "VISITS": "done",
    }  # fmt: skip


def test_progress_is_counted_by_period_latest_first(engine):
    worklists.keep_sample(engine, *PLACE, _rows(OPEN, VISITS), DRAW)
    worklists.keep_sample(engine, "demo", "ganyu", "2024-08", _rows(OPEN), DRAW)
    worklists.record_results(engine, *PLACE, _results((*OPEN, "通过", None, "王五", pd.NaT)))
    progress = worklists.progress(engine, *PLACE[:2])
    assert progress.to_numpy().tolist() == [["2024-08", 1, 1, 0], ["2024-07", 1, 2, 1]]
    assert worklists.progress(engine, *PLACE)["declarations"].tolist() == [2]


@pytest.mark.parametrize("hidden", ["000000000002"])
def test_a_unit_that_became_restricted_is_shown_no_longer(engine, edition, frames, hidden):
    given = frames(8)
    given["organization"]["is_restricted"] = given["organization"]["org_code"].eq(hidden)
    editions.write(engine, edition(), given)
    worklists.keep_sample(engine, *PLACE, _rows((hidden, "OPEN")), DRAW)
    worklists.keep_sample(engine, *PLACE, _rows(("000000000004", "OPEN"), parent_code=hidden), DRAW)
    (shown,) = published.view(engine, "recheck_samples").to_dict("records")
    assert shown["org_code"] == "000000000004"
    assert pd.isna([shown["parent_code"], shown["parent_name"]]).all()
