"""Calm under bad input: what cannot be read or scored is said, nothing else is lost, and readers keep what they had."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from flows.jobs.period import PERIOD
from flows.jobs.publishing import Draft, GateFailed, publish
from flows.jobs.reading import MissingPredecessor, NothingDelivered
from flows.jobs.scoring import NobodyAssessed
from flows.jobs.shelf import Shelf
from flows.running import moment_of
from flows.stages import run
from schemas.periods import Period
from tests.districts import local
from tests.end_to_end.conftest import Opened
from warehouse import published


def test_files_that_cannot_be_read_are_refused_by_name_and_the_rest_goes_on(inbox: Path, embedded: Opened) -> None:
    (inbox / "departments/2024Q3/财政局.xlsx").write_bytes(b"")
    torn = (inbox / "declarations/2024-08.csv").read_bytes()
    (inbox / "declarations/2024-08.csv").write_bytes(torn[: len(torn) // 2 - 7])
    (inbox / "inspections/2024-09.csv").rename(inbox / "inspections/九月.csv")
    own = embedded(inbox)
    first = own.take()
    assert {receipt.file: receipt.message.split("：")[0] for receipt in first.having("refused")} == {
        name: name for name in ("departments/2024Q3/财政局.xlsx", "declarations/2024-08.csv", "inspections/九月.csv")
    }
    assert len(first.having("taken")) == 25
    refused = published.view(own.context.engine, "rejections", reason="unreadable")
    assert sorted(refused["file"]) == sorted(receipt.file for receipt in first.having("refused"))
    assert [receipt.status for receipt in own.take().having("refused")] == ["refused"] * 3
    assert len(published.view(own.context.engine, "batches")) == 28
    (inbox / "declarations/2024-08.csv").write_bytes(torn)
    assert [receipt.file for receipt in own.take().having("taken")] == ["declarations/2024-08.csv"]
    resolved = published.view(own.context.engine, "rejections", reason="unreadable", file="declarations/2024-08.csv")
    assert resolved["resolved_by"].notna().all()


def test_a_refused_file_does_not_replace_the_good_one_before(inbox: Path, embedded: Opened) -> None:
    own = embedded(inbox)
    own.take()
    own.score("2024-07")
    (inbox / "declarations/2024-07.csv").write_bytes(b"\xff\xfe\x00")
    assert len(own.take().having("refused")) == 1
    assert [outcome.is_new for outcome in own.score("2024-07")] == [False]


def test_a_month_whose_predecessor_has_data_but_no_edition_is_refused_with_the_remedy(
    inbox: Path, embedded: Opened
) -> None:
    own = embedded(inbox)
    own.take()
    with pytest.raises(MissingPredecessor, match=r"zuzhili backfill 2024-07 2024-07$"):
        own.score("2024-08")


def test_a_month_whose_predecessor_was_published_of_a_later_moment_is_refused_with_a_moment_that_helps(
    inbox: Path, embedded: Opened
) -> None:
    own = embedded(inbox)
    own.take(local("2024-10-05T05:00"))
    early, late = local("2024-10-06T06:00"), local("2024-10-08T06:00:07.5")
    own.score("2024-07", as_of=late)
    with pytest.raises(MissingPredecessor, match=r"改为不早于2024-10-08T06:00:07\.500000的时间") as refused:
        own.score("2024-08", as_of=early)
    assert "backfill" not in str(refused.value)
    assert own.score("2024-08", as_of=moment_of("2024-10-08T06:00:07.500000"))[0].is_new


def test_the_remedy_for_a_missing_predecessor_keeps_to_the_moment_that_was_asked_for(
    inbox: Path, embedded: Opened
) -> None:
    own = embedded(inbox)
    own.take(local("2024-10-05T05:00"))
    asked = local("2024-10-06T06:00")
    with pytest.raises(MissingPredecessor, match=r"zuzhili backfill 2024-07 2024-07 --as-of 2024-10-06T06:00:00$"):
        own.score("2024-08", as_of=asked)
    own.backfill("2024-07", "2024-07", moment_of("2024-10-06T06:00:00"))
    assert own.score("2024-08", as_of=asked)[0].is_new
    with pytest.raises(MissingPredecessor, match=r"zuzhili backfill 2024-09 2024-09 --as-of 2024-10-06T06:00:00$"):
        own.score("2024Q3", as_of=asked)


def test_a_month_for_which_nobody_delivered_is_not_scored_as_zeros(inbox: Path, embedded: Opened) -> None:
    own = embedded(inbox)
    own.take()
    with pytest.raises(NothingDelivered, match="2024-10"):
        own.score("2024-10")


def test_a_month_without_a_registry_is_refused(inbox: Path, embedded: Opened) -> None:
    (inbox / "registry/organizations.csv").unlink()
    own = embedded(inbox)
    own.take()
    with pytest.raises(NobodyAssessed, match="组织名册"):
        own.score("2024-07")


def test_the_gate_stops_a_damaged_edition_and_readers_still_see_the_old_one(inbox: Path, district: Opened) -> None:
    own = district(inbox)
    own.take()
    own.score("2024-07")
    before = published.view(own.context.engine, "index_scores", period="2024-07")
    knowledge = own.context.knowledge(datetime.now(UTC))
    given = {"context": own.context, "period": Period.parse("2024-07"), "knowledge": knowledge, "is_provisional": False}
    given["shelf"] = Shelf(own.context)
    made = run(PERIOD[:-1], given)
    frames = made["scored"].frames | {"score": made["scored"].frames["score"][1:]}
    scored = replace(made["scored"], inputs_hash="0" * 64, frames=frames)
    damaged = Draft(made["inputs"], knowledge, scored, own.context.rules_files)
    with pytest.raises(GateFailed, match="第1版仍然有效"):
        publish(own.context, damaged)
    pd.testing.assert_frame_equal(published.view(own.context.engine, "index_scores", period="2024-07"), before)
    failed = published.view(own.context.engine, "editions", period="2024-07", status="failed")
    assert len(failed) == 1
    assert Path(failed["report"].item()).is_file()
    assert [outcome.is_new for outcome in own.score("2024-07")] == [False]
