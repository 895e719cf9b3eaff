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
from flows.stages import run
from schemas.periods import Period
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
    with pytest.raises(MissingPredecessor, match="zuzhili backfill 2024-07 2024-07"):
        own.score("2024-08")


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
    damaged = Draft(made["inputs"], knowledge, scored, own.context.rules_files())
    with pytest.raises(GateFailed, match="第1版仍然有效"):
        publish(own.context, damaged)
    pd.testing.assert_frame_equal(published.view(own.context.engine, "index_scores", period="2024-07"), before)
    failed = published.view(own.context.engine, "editions", period="2024-07", status="failed")
    assert len(failed) == 1
    assert Path(failed["report"].item()).is_file()
    assert [outcome.is_new for outcome in own.score("2024-07")] == [False]
