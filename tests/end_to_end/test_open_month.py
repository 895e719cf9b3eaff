"""The open month as it stands after every intake: marked provisional, warning nobody, counting for nothing later."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from flows.jobs.open_month import open_month
from schemas.periods import LOCAL_ZONE
from tests.end_to_end.conftest import Opened
from warehouse import published
from warehouse.views import OF_EDITIONS

JULY, AUGUST = "2024-07", "2024-08"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


@pytest.fixture
def half(inbox: Path) -> Path:
    """The inbox as it is in the middle of July: no declarations yet, nothing of later months."""
    for path in [path for path in inbox.rglob("*") if path.is_file() and JULY not in path.name]:
        if path.parent.name != "registry":
            path.unlink()
    (inbox / f"declarations/{JULY}.csv").rename(inbox.parent / "declarations.csv")
    return inbox


def test_the_open_month_is_shown_and_marked_and_replaced(half: Path, district: Opened) -> None:
    own = district(half)
    engine = own.context.engine
    own.take(_at("2024-07-20T05:00"))
    first = open_month(own.context, _at("2024-07-20T05:00"))
    assert first is not None
    assert first.message == "已发布第1版（即时版）"
    for name in OF_EDITIONS:
        assert published.view(engine, name, period=JULY)["is_provisional"].all(), name
    for name in ("warnings", "warning_pool", "peer_groups", "restatements"):
        assert published.view(engine, name, period=JULY).empty, name
    pending = published.view(engine, "pending_declarations", period=JULY)
    ledger = published.view(engine, "ledger", period=JULY, source="declaration")
    assert len(pending) == len(ledger) > 0
    assert pending["parent_name"].notna().all()
    (half.parent / "declarations.csv").rename(half / f"declarations/{JULY}.csv")
    own.take(_at("2024-07-31T05:00"))
    again = open_month(own.context, _at("2024-07-31T05:00"))
    assert again is not None
    assert again.is_new
    assert len(published.view(engine, "pending_declarations", period=JULY)) < len(pending) / 2
    same = open_month(own.context, _at("2024-07-31T06:00"))
    assert same is not None
    assert not same.is_new

    final = own.score(JULY, as_of=_at("2024-08-05T06:00"))[0]
    assert final.edition is not None
    assert (final.edition.revision, final.edition.cause, final.edition.is_provisional) == (3, "routine", False)
    assert not published.view(engine, "index_scores", period=JULY)["is_provisional"].any()
    assert published.view(engine, "pending_declarations").empty
    assert not published.view(engine, "warnings", period=JULY).empty
    assert published.view(engine, "restatements").empty


def test_what_is_provisional_counts_for_nothing_later(inbox: Path, embedded: Opened) -> None:
    own = embedded(inbox)
    own.take(_at("2024-07-31T05:00"))
    open_month(own.context, _at("2024-07-31T06:00"))
    with pytest.raises(Exception, match=r"2024-07有报送数据但还没有发布版次.*zuzhili backfill 2024-07 2024-07"):
        own.score(AUGUST, as_of=_at("2024-09-05T06:00"))
    own.score(JULY, AUGUST, as_of=_at("2024-09-05T06:00"))
    runs = published.view(own.context.engine, "warnings", period=AUGUST, warning_code="dynamic_unmet")
    assert set(runs["months"]) == {1, 2}


def test_a_month_that_nobody_has_delivered_for_is_left_alone(inbox: Path, embedded: Opened) -> None:
    own = embedded(inbox)
    own.take()
    assert open_month(own.context, datetime.now(LOCAL_ZONE)) is None


def test_a_month_that_cannot_be_scored_yet_takes_nothing_from_the_intake(inbox: Path, embedded: Opened) -> None:
    (inbox / "registry/organizations.csv").unlink()
    own = embedded(inbox)
    assert own.take(_at("2024-07-20T05:00")).having("taken")
    found = open_month(own.context, _at("2024-07-20T05:00"))
    assert found is not None
    assert not found.is_scored
    assert found.message.startswith("当月没有算出即时版：2024-07没有参加考核的组织")
