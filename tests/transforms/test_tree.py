"""The tree by position: who is above whom, how deep, and that every way up ends."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.tree import above, climbs, levels


def organizations_of(parents):
    """Organisations 0, 1 … with the given parents, by number; None for none."""
    codes = pd.Series([str(n) for n in range(len(parents))], dtype="str")
    return pd.DataFrame(
        {"org_code": codes, "parent_code": pd.Series([None if p is None else str(p) for p in parents], dtype="str")}
    )


@pytest.mark.parametrize(
    ("parents", "found", "depth"),
    [
        ([None, 0, 0, 1], [-1, 0, 0, 1], [0, 1, 1, 2]),
        ([1, 2, None], [1, 2, -1], [2, 1, 0]),
        ([9, 0], [-1, 0], [0, 1]),
        ([0, 0], [-1, 0], [0, 1]),
        ([1, 0, 0, 2], [-1, -1, 0, 2], [0, 0, 1, 2]),
        ([1, 2, 0, 1, 3], [-1, -1, -1, 1, 3], [0, 0, 0, 1, 2]),
        ([], [], []),
    ],
)
def test_a_parent_is_above_unless_it_is_not_there_or_the_way_up_comes_back(parents, found, depth):
    parent = above(organizations_of(parents))
    assert parent.tolist() == found
    assert levels(parent).tolist() == depth


@given(st.lists(st.one_of(st.none(), st.integers(0, 12)), max_size=12))
def test_every_way_up_ends_and_only_loops_are_cut(parents):
    parent = above(organizations_of(parents)).tolist()
    known = [p if p is not None and p < len(parents) else -1 for p in parents]
    for one in range(len(parents)):
        way = [one]
        while known[way[-1]] >= 0 and known[way[-1]] not in way:
            way.append(known[way[-1]])
        is_in_loop = known[way[-1]] == one
        assert parent[one] == (-1 if is_in_loop else known[one])
    assert len(list(climbs(above(organizations_of(parents))))) <= len(parents)
