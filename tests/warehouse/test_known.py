"""Records as known: also those of batches from before a column was delivered."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd

from schemas.kinds import RECORD_COLUMNS
from schemas.periods import Period
from warehouse import batches
from warehouse.batches import Batch
from warehouse.known import Known

LATER = ["predecessor_code", "succession"]


def test_a_registry_from_before_a_column_has_it_empty(engine, lake):
    given = Batch("b1", "demo", "ganyu", "registry", "组织部", "", "registry/organizations.csv", "hash",
                  datetime(2024, 8, 1, tzinfo=UTC), 2, 2, 0, 0)  # fmt: skip
    texts = {name: ["1", "2"] for name in RECORD_COLUMNS["registry"] if name not in (*LATER, "row_no", "day")}
    rows = pd.DataFrame(texts).astype("str").assign(row_no=[2, 3], day=pd.Series(pd.NaT, dtype="datetime64[us]"))
    nothing = pd.DataFrame(columns=["row_no", "column_name", "value_text", "reason", "message"])
    batches.take(engine, lake, given, rows, nothing)
    known = Known(engine, lake, "demo", "ganyu").registry()
    assert known["org_code"].tolist() == ["1", "2"]
    assert known[LATER].isna().all(axis=None)
    assert set(known[LATER].dtypes.astype(str)) == {"str"}


def _taken(engine, lake, kind, batch_id, period, rows):
    """Keeps a batch of records of a kind; columns that are left out were not delivered then."""
    day = pd.to_datetime(rows["day"]).astype("datetime64[us]")
    given = Batch(batch_id, "demo", "ganyu", kind, "甲局", period, f"{batch_id}.csv", batch_id,
                  datetime(2024, 8, 1, tzinfo=UTC), len(rows), len(rows), 0, 0,
                  first_day=day.min().date(), last_day=day.max().date())  # fmt: skip
    nothing = pd.DataFrame(columns=["row_no", "column_name", "value_text", "reason", "message"])
    batches.take(engine, lake, given, rows.assign(day=day, row_no=range(2, len(rows) + 2)), nothing)


def test_what_is_delivered_for_a_period_is_read_for_that_period_of_any_cadence(engine, lake):
    for kind in ("declarations", "submissions", "totals"):
        for period in ("2024-07", "2024H2", "2024"):
            rows = pd.DataFrame({"value_text": [period], "day": [str(Period.parse(period).end)]})
            _taken(engine, lake, kind, f"{kind}-{period}", period, rows)
    known, asked = Known(engine, lake, "demo", "ganyu"), ("2024-07", "2024H2", "2024", "2024Q3")
    for read in (known.declarations, known.submissions, known.totals):
        found = [read(Period.parse(text))["value_text"].tolist() for text in asked]
        assert found == [["2024-07"], ["2024H2"], ["2024"], []]


def test_sheets_from_before_senders_were_kept_have_none(engine, lake):
    rows = pd.DataFrame({"value_text": ["1"], "day": ["2024-09-30"]})
    _taken(engine, lake, "submissions", "old", "2024Q3", rows)
    _taken(engine, lake, "submissions", "new", "2024Q2", rows.assign(sender="甲局"))
    known = Known(engine, lake, "demo", "ganyu")
    assert known.submissions(Period.parse("2024Q3"))["sender"].isna().all()
    assert known.submissions(Period.parse("2024Q2"))["sender"].tolist() == ["甲局"]


def test_findings_are_those_of_the_days_whatever_file_they_came_in(engine, lake):
    days = ["2023-12-31", "2024-01-01", "2024-07-15", "2024-12-31", "2025-01-01"]
    for n, part in enumerate((days[:3], days[3:])):
        _taken(engine, lake, "findings", f"b{n}", f"2024Q{n + 1}", pd.DataFrame({"item_code": part, "day": part}))
    known = Known(engine, lake, "demo", "ganyu")

    def between(first, last):
        return known.findings_between(first, last)["item_code"].tolist()

    assert (
        between(date(2024, 1, 1), date(2024, 12, 31))
        == days[1:4]
        == known.findings(Period.parse("2024"))["item_code"].tolist()
    )
    assert between(date(2024, 7, 16), date.max) == days[3:]
    assert between(date.min, date(2023, 1, 1)) == []
    assert known.findings(Period.parse("2024-07"))["closed_on"].isna().all()
