"""How far a paged source has been read, on both databases."""

from __future__ import annotations

from warehouse.feeds import Mark, keep, where_left

OURS = ("east", "ganyu", "api:platform.example/events")


def test_a_source_that_was_never_read_has_no_mark(engine):
    assert where_left(engine, *OURS) is None


def test_the_last_mark_stands_for_its_own_district_scheme_and_source(engine):
    keep(engine, *OURS, Mark("", "a", 5))
    keep(engine, *OURS, Mark("p5", "b", 2))
    assert where_left(engine, *OURS) == Mark("p5", "b", 2)
    for other in (("west", *OURS[1:]), ("east", "other", OURS[2]), (*OURS[:2], "api:other.example")):
        assert where_left(engine, *other) is None
