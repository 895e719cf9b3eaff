"""History follows a recoded organisation: rows of former periods under the codes of today, nobody twice."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from transforms.succession import carried


def _on(day):
    return date.fromisoformat(day).toordinal()


def _frame(*rows):
    return pd.DataFrame(rows, columns=["org_code", "rank"]).astype({"org_code": "str"})


def _told(frame):
    return list(frame[["org_code", "rank"]].itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def registry(registry_of):
    """A is B from 2024-07-10 and C from 2024-08-20; D stays; E is a merger of F."""
    recoded = {"succession": "改码"}
    return registry_of(
        {"org_code": "A", "org_name": "甲", "valid_to": "2024-07-09"},
        {"org_code": "B", "org_name": "甲", "valid_from": "2024-07-10", "valid_to": "2024-08-19"}
        | {"predecessor_code": "A"} | recoded,
        {"org_code": "C", "org_name": "甲", "valid_from": "2024-08-20", "predecessor_code": "B"} | recoded,
        {"org_code": "D", "org_name": "丁"},
        {"org_code": "F", "org_name": "己", "valid_to": "2024-07-09"},
        {"org_code": "E", "org_name": "戊", "valid_from": "2024-07-10", "predecessor_code": "F", "succession": "合并"},
    )  # fmt: skip


@pytest.mark.parametrize(("day", "code"), [("2024-07-09", "A"), ("2024-07-31", "B"), ("2024-09-30", "C")])
def test_rows_bear_the_code_of_the_day(registry, day, code):
    for former in ("A", "B", "C"):
        assert _told(carried(_frame(("D", 1), (former, 2)), registry, _on(day))) == [("D", 1), (code, 2)]


def test_a_frame_in_which_nothing_moves_is_given_back_as_it_is(registry):
    frame = _frame(("C", 1), ("D", 2), ("unknown", 3))
    assert carried(frame, registry, _on("2024-09-30")) is frame
    empty = _frame()
    assert carried(empty, registry, _on("2024-09-30")) is empty


def test_a_merged_organisation_hands_nothing_on(registry):
    frame = _frame(("F", 1), ("A", 2))
    assert _told(carried(frame, registry, _on("2024-07-31"))) == [("F", 1), ("B", 2)]


def test_all_rows_of_an_organisation_go_with_it_in_their_order(registry):
    frame = _frame(("A", 1), ("D", 2), ("A", 3)).assign(item=["P1", "P1", "P2"])
    found = carried(frame, registry, _on("2024-07-31"))
    assert _told(found) == [("B", 1), ("D", 2), ("B", 3)]
    assert found["item"].tolist() == ["P1", "P1", "P2"]
    assert found.index.tolist() == [0, 1, 2]
    assert frame["org_code"].tolist() == ["A", "D", "A"]


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([("A", 1), ("B", 2)], [("B", 2)]),
        ([("B", 2), ("A", 1)], [("B", 2)]),
        ([("A", 1), ("A", 4), ("B", 2), ("B", 3)], [("B", 2), ("B", 3)]),
        ([("A", 1), ("C", 2)], [("B", 2)]),
    ],
)
def test_of_two_codes_that_turn_out_to_be_one_organisation_the_later_counts(registry, rows, kept):
    """When both were scored, nobody knew yet; on the day it bears B."""
    assert _told(carried(_frame(*rows), registry, _on("2024-07-31"))) == kept


@pytest.mark.parametrize("codes", [("3", "2", "1"), ("1", "2", "3"), ("2", "3", "1")])
def test_the_code_taken_last_is_so_by_its_day_and_not_by_its_name(registry_of, codes):
    first, second, third = codes
    recoded = {"org_name": "甲", "succession": "改码"}
    registry = registry_of(
        {"org_code": first, "org_name": "甲", "valid_to": "2024-05-31"},
        {"org_code": second, "valid_from": "2024-06-01", "valid_to": "2024-07-31", "predecessor_code": first} | recoded,
        {"org_code": third, "valid_from": "2024-08-01", "predecessor_code": second} | recoded,
    )
    both = _frame((first, 1), (second, 2), (first, 3))
    assert _told(carried(both, registry, _on("2024-08-31"))) == [(third, 2)]


def test_the_code_of_the_day_counts_before_others(registry):
    rows = _frame(("A", 1), ("B", 2), ("C", 3))
    assert _told(carried(rows, registry, _on("2024-07-01"))) == [("A", 1)]
    assert _told(carried(rows, registry, _on("2024-09-30"))) == [("C", 3)]
