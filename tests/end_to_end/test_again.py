"""The same again changes nothing; the same in another order gives the same tables."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pandas as pd

from tests.districts import District
from tests.end_to_end.conftest import Opened
from warehouse import published

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
