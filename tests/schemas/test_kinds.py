"""The kinds of delivery and the columns of their records."""

from __future__ import annotations

from typing import get_args

from schemas import layouts
from schemas.kinds import RECORD_COLUMNS, Kind

KINDS = set(get_args(Kind))


def test_every_kind_has_columns_and_every_record_its_place():
    assert set(RECORD_COLUMNS) == KINDS
    for columns in RECORD_COLUMNS.values():
        assert {"row_no", "fault", "batch_id", "day"} <= set(columns)


def test_every_kind_has_its_place_in_the_inbox():
    assert set(layouts.Inbox.model_fields) >= KINDS
