"""The kinds of delivery and the columns of their records."""

from __future__ import annotations

from typing import get_args

from schemas import layouts
from schemas.kinds import KIND_OF, RECORD_COLUMNS, Kind, kinds_read

KINDS = set(get_args(Kind))


def test_every_kind_has_columns_and_every_record_its_place():
    assert set(RECORD_COLUMNS) == KINDS
    for columns in RECORD_COLUMNS.values():
        assert {"row_no", "fault", "batch_id", "day"} <= set(columns)


def test_every_kind_has_its_place_in_the_inbox():
    assert set(layouts.Inbox.model_fields) >= KINDS


def test_items_are_read_from_what_branches_departments_inspectors_and_the_platform_deliver():
    assert set(KIND_OF.values()) == {"events", "declarations", "submissions", "findings"}


def test_a_period_reads_what_its_own_items_need():
    assert kinds_read(["platform", "department"]) == {"events", "submissions"}
    assert kinds_read(["declaration", "inspection", "register"]) == {"declarations", "rechecks", "findings"}
    assert kinds_read(["units"]) == kinds_read(()) == set()
