"""The same again changes nothing; the same in another order gives the same tables."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from pathlib import Path

import pandas as pd

from boards.status import status_lines, status_of
from tests.districts import District, local
from tests.end_to_end.conftest import Opened
from warehouse import editions, published

MONTHS = ("2024-07", "2024-08", "2024-09")
VIEWS = (
    "index_scores",
    "dimension_scores",
    "rankings",
    "ledger",
    "warnings",
    "warning_pool",
    "organizations",
    "items",
    "peer_groups",
)


def test_the_same_inbox_again_is_unchanged_and_the_same_month_publishes_nothing(inbox: Path, district: Opened) -> None:
    own = district(inbox)
    first, again = own.take(), own.take()
    assert {receipt.status for receipt in first.receipts} == {"taken"}
    assert {receipt.status for receipt in again.receipts} == {"unchanged"}
    before = own.score(*MONTHS)
    rejections = published.view(own.context.engine, "rejections")
    after = own.score(*MONTHS)
    assert [outcome.is_new for outcome in after] == [False] * len(MONTHS)
    assert [outcome.edition for outcome in after] == [outcome.edition for outcome in before]
    assert "没有发布新版" in after[0].told()
    pd.testing.assert_frame_equal(published.view(own.context.engine, "rejections"), rejections)


def test_a_run_that_finds_nothing_changed_confirms_the_edition(inbox: Path, embedded: Opened) -> None:
    """What it has counted without effect, and an edition stopped before it, are no news any more."""
    own = embedded(inbox)
    own.take(local("2024-08-04T05:00"))
    own.score("2024-07", as_of=local("2024-08-05T06:00"))
    with (inbox / "declarations/2024-07.csv").open("a", encoding="utf-8") as file:
        file.write("999999999999,没有的组织,S02,规范党建阵地,是,2024-08-03 06:57,通过,2024/08/04 17:31,,\n")
    assert len(own.take(local("2024-08-20T05:00")).having("taken")) == 1
    _stop_an_edition(own)
    news = ("发布后又收到1批有关的报送", "没有通过质量关")
    assert _told(own, news) == news
    assert not own.plan("2024-07", "2024-07")[0].is_changed
    assert _told(own, news) == news
    assert not own.score("2024-07", as_of=local("2024-08-19T06:00"))[0].is_new
    assert _told(own, news) == news[:1]
    assert not own.score("2024-07")[0].is_new
    assert _told(own, news) == ()


def test_shuffled_rows_and_files_in_another_order_give_the_same_tables(
    inbox: Path, tmp_path: Path, embedded: Opened
) -> None:
    plain = embedded(inbox)
    plain.take()
    plain.score(*MONTHS)
    before = {name: published.view(plain.context.engine, name) for name in VIEWS}
    reasons = _reasons(plain)
    plain.context.engine.dispose()
    (tmp_path / "warehouse.db").rename(tmp_path / "first.db")
    _shuffle(inbox)
    other = embedded(inbox)
    _take_in_parts(other, inbox, tmp_path)
    other.score(*MONTHS)
    for name, table in before.items():
        pd.testing.assert_frame_equal(published.view(other.context.engine, name), table, obj=name)
    assert _reasons(other) == reasons


def _stop_an_edition(own: District) -> None:
    current = own.edition("2024-07")
    stopped = replace(current, edition_id=current.edition_id + 1, revision=2, created_at=None, published_at=None)
    editions.write(own.engine, stopped, {})
    editions.report_at(own.engine, stopped.edition_id, "reports/index.html")
    editions.fail(own.engine, stopped.edition_id, "名次")


def _told(own: District, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the texts that `zuzhili status` says."""
    said = "\n".join(status_lines(status_of(own.engine, own.context.district, own.context.scheme)))
    return tuple(text for text in texts if text in said)


def _reasons(own: District) -> list[tuple[str, str, str, str]]:
    """What stands rejected of the months, row numbers aside; departments' cells wait for the quarter to be settled."""
    held = published.view(own.context.engine, "rejections", resolved_by=None)
    held = held[~held["file"].str.startswith("departments/")]
    return sorted(held[["file", "column_name", "value", "reason"]].fillna("").itertuples(index=False, name=None))


def _shuffle(inbox: Path) -> None:
    chance = random.Random(7)
    for path in (inbox / "platform").iterdir():
        lines = path.read_text("utf-8").splitlines()
        chance.shuffle(lines)
        path.write_text("\n".join(lines) + "\n", "utf-8")
    encodings = {"declarations": "utf-8-sig", "inspections": "gb18030", "registry": "utf-8-sig"}
    for folder, encoding in encodings.items():
        for path in (inbox / folder).iterdir():
            with path.open(encoding=encoding, newline="") as file:
                header, *rows = csv.reader(file)
            chance.shuffle(rows)
            with path.open("w", encoding=encoding, newline="") as file:
                csv.writer(file).writerows([header, *rows])


def _take_in_parts(own: District, inbox: Path, tmp_path: Path) -> None:
    """The months' files backwards and one at a time, the registry last of all."""
    waiting = tmp_path / "waiting"
    inbox.rename(waiting)
    files = sorted((path for path in waiting.rglob("*") if path.is_file()), reverse=True)
    for path in sorted(files, key=lambda path: path.parent.name == "registry"):
        place = inbox / path.relative_to(waiting)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)
        assert not own.take().having("refused")
