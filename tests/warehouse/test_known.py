"""Records as known: also those of batches from before a column was delivered."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from schemas.kinds import RECORD_COLUMNS
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
