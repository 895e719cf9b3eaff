"""Data that is late or corrected: a delivery replaces the former whole, and waiting records count once they may."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tests.districts import District
from tests.end_to_end.conftest import Opened
from warehouse import published

MONTHS = ("2024-07", "2024-08")
Row = dict[str, str]


def test_an_inspection_file_sent_again_deducts_as_if_only_the_second_had_come(inbox: Path, district: Opened) -> None:
    own = district(inbox)
    own.take()
    own.score(*MONTHS)
    before = _ledger(own, "2024-07")
    finding = _rewrite(inbox / "inspections/2024-07.csv", "gb18030", lambda rows: rows[-1].update(发现次数="2"))[-1]
    receipts = own.take()
    assert [receipt.file for receipt in receipts.having("taken")] == ["inspections/2024-07.csv"]
    assert [outcome.is_new for outcome in own.score("2024-07")] == [True]
    after = _ledger(own, "2024-07")
    changed = after[after["points"].ne(before["points"])]
    assert changed.index.tolist() == [(finding["组织代码"], finding["条目编号"])]
    assert changed["value"].item() == 2
    fresh = _alone(own, inbox)
    pd.testing.assert_frame_equal(after, fresh)


def test_a_correction_of_a_file_resolves_what_stood_against_the_former(inbox: Path, district: Opened) -> None:
    own = district(inbox)
    own.take()
    name = "declarations/2024-07.csv"
    stood = published.view(own.context.engine, "rejections", file=name, resolved_by=None)
    _rewrite(
        inbox / name,
        "utf-8-sig",
        lambda rows: [rows.pop(number - 2) for number in sorted(stood["row_no"], reverse=True)],
    )
    own.take()
    assert published.view(own.context.engine, "rejections", file=name, resolved_by=None).empty
    batches = published.view(own.context.engine, "batches", file=name)
    replaced = batches[batches["superseded_by"].notna()]
    assert len(batches) == 2
    assert set(published.view(own.context.engine, "rejections", file=name)["resolved_by"]) == set(
        replaced["superseded_by"]
    )


def test_a_former_version_sent_again_is_a_delivery_like_any_other(inbox: Path, embedded: Opened) -> None:
    own = embedded(inbox)
    path = inbox / "inspections/2024-07.csv"
    first = path.read_bytes()
    own.take()
    own.score("2024-07")
    before = _ledger(own, "2024-07")
    _rewrite(path, "gb18030", lambda rows: rows[-1].update(发现次数="2"))
    own.take()
    own.score("2024-07")
    path.write_bytes(first)
    assert [receipt.status for receipt in own.take().receipts if receipt.file == "inspections/2024-07.csv"] == ["taken"]
    own.score("2024-07")
    pd.testing.assert_frame_equal(_ledger(own, "2024-07"), before)
    assert published.view(own.context.engine, "editions", period="2024-07")["revision"].tolist() == [1, 2, 3]


def test_records_of_an_organisation_learnt_late_count_and_their_rejections_are_resolved(
    inbox: Path, district: Opened
) -> None:
    complete = (inbox / "registry/organizations.csv").read_bytes()
    code = "032000100049"
    _rewrite(
        inbox / "registry/organizations.csv",
        "utf-8-sig",
        lambda rows: [rows.remove(row) for row in rows.copy() if row["组织代码"] == code],
    )
    own = district(inbox)
    own.take()
    own.score(*MONTHS)
    waiting = published.view(
        own.context.engine, "rejections", value=code, reason="unknown_organization", resolved_by=None
    )
    assert len(waiting) > 20
    assert code not in set(published.view(own.context.engine, "index_scores", period="2024-07")["org_code"])
    (inbox / "registry/organizations.csv").write_bytes(complete)
    own.take()
    outcomes = own.score(*MONTHS)
    assert all(outcome.is_new and outcome.resolved for outcome in outcomes)
    score = published.view(own.context.engine, "index_scores", period="2024-07", org_code=code)
    assert score["index_points"].item() > 0
    seen = published.view(own.context.engine, "rejections", value=code, reason="unknown_organization")
    resolvers = set(seen.loc[seen["period"].isin(MONTHS), "resolved_by"].dropna())
    assert resolvers == {str(outcome.edition.edition_id) for outcome in outcomes}


def _ledger(own: District, period: str) -> pd.DataFrame:
    lines = published.view(own.context.engine, "ledger", ["org_code", "item_code", "points", "value"], period=period)
    return lines.set_index(["org_code", "item_code"]).sort_index()


def _alone(own: District, inbox: Path) -> pd.DataFrame:
    """The month's ledger of a district that only ever received what lies in the inbox now."""
    other = District(own.context.settings.model_copy(update={"district": "fresh", "inbox": inbox}))
    other.take()
    other.score("2024-07")
    lines = published.view(
        other.context.engine, "ledger", ["org_code", "item_code", "points", "value"], period="2024-07", district="fresh"
    )
    return lines.set_index(["org_code", "item_code"]).sort_index()


def _rewrite(path: Path, encoding: str, change: Callable[[list[Row]], object]) -> list[Row]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        header = reader.fieldnames or []
    change(rows)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    return rows
