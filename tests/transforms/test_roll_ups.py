"""Figures added up along the tree: every level agrees with the one below it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.outcomes import RollUp
from schemas.stages import STAGES
from transforms.observations import VALUE_COLUMNS, Observed
from transforms.roll_ups import roll_ups

SINCE = {"effective_from": date(2018, 1, 1), "adopted_on": date(2017, 12, 1), "reference": "办法第三条"}
ROWS = [("d", "district", None, None, False), ("c1", "committee", "d", 51, False), ("c2", "committee", "d", 9, False),
        ("g", "general", "c1", None, True), ("b1", "branch", "g", 20, True), ("b2", "branch", "c1", 30, True),
        ("b3", "branch", "g", None, True), ("b4", "branch", "gone", 5, False)]  # fmt: skip
ORGANIZATIONS = pd.DataFrame(ROWS, columns=["org_code", "kind", "parent_code", "members", "is_assessed"]).astype(
    {"org_code": "str", "kind": "str", "parent_code": "str", "members": "Int64"}
)
ASSESSED = ORGANIZATIONS[ORGANIZATIONS["is_assessed"]].reset_index(drop=True)
SCORES = ASSESSED[["org_code"]].assign(index_points=[100, 905_000, 800_001, 3])
LINES = pd.DataFrame(
    [(0, "A", 1, 1, True), (1, "A", 1, 3, True), (2, "A", 2, 3, False), (3, "A", 0, 0, False), (1, "B", 7, 1, None),
     (2, "C", 1, 1, True), (2, "C", 2, 1, False), (1, "C", 5, 1, True)],
    columns=["org", "item_code", "value_num", "value_den", "is_met"],
).astype({"is_met": "boolean"})  # fmt: skip
WARNINGS = pd.DataFrame({"org_code": ["b1", "b1", "b2", "elsewhere"]})
FINDINGS = Observed(pd.DataFrame([(1, 0, 3, 2), (2, 1, 2, 1)], columns=VALUE_COLUMNS), pd.DataFrame())


@pytest.fixture(scope="module")
def rolled(rulebook):
    """Rolls up one figure; as {code: (own, children, total)} in whole numbers where it comes out even."""

    def make(figure, item=None, kinds=(), organizations=ORGANIZATIONS, cadence="month"):
        entry = RollUp("f", 1, "汇总", figure, item, kinds, "month", **SINCE)
        rules = replace(rulebook, roll_ups=(entry,))
        frame = roll_ups(organizations, ASSESSED, SCORES, LINES, WARNINGS, FINDINGS, rules, cadence)
        return STAGES["roll_up"].validated(frame)

    return make


def sums(frame, code):
    (row,) = frame[frame["org_code"] == code][["own", "children", "total"]].to_numpy().tolist()
    return tuple(row)


@pytest.mark.parametrize(
    ("figure", "item", "kinds", "branch", "top"),
    [
        ("organizations", None, (), (10_000, 0, 10_000), (10_000, 60_000, 70_000)),
        ("organizations", None, ("branch",), (10_000, 0, 10_000), (0, 30_000, 30_000)),
        ("assessed", None, (), (10_000, 0, 10_000), (0, 40_000, 40_000)),
        ("members", None, ("branch",), (200_000, 0, 200_000), (0, 500_000, 500_000)),
        ("members", None, (), (200_000, 0, 200_000), (0, 1_100_000, 1_100_000)),
        ("points", None, (), (905_000, 0, 905_000), (0, 1_705_104, 1_705_104)),
        ("points", None, ("branch",), (905_000, 0, 905_000), (0, 1_705_004, 1_705_004)),
        ("value", "A", (), (3_333, 0, 3_333), (0, 20_000, 20_000)),
        ("value", "C", (), (50_000, 0, 50_000), (0, 80_000, 80_000)),
        ("met", "A", (), (10_000, 0, 10_000), (0, 20_000, 20_000)),
        ("met", "B", (), (0, 0, 0), (0, 0, 0)),
        ("met", "C", (), (10_000, 0, 10_000), (0, 10_000, 10_000)),
        ("findings", None, (), (15_000, 0, 15_000), (0, 35_000, 35_000)),
        ("warnings", None, (), (20_000, 0, 20_000), (0, 30_000, 30_000)),
    ],
)
def test_what_a_unit_has_itself_and_all_below_it(rolled, figure, item, kinds, branch, top):
    frame = rolled(figure, item, kinds)
    assert (sums(frame, "b1"), sums(frame, "d")) == (branch, top)
    assert frame["org_code"].tolist() == ORGANIZATIONS["org_code"].tolist()


def test_levels_count_from_the_roots_and_whose_parent_is_not_there_is_one(rolled):
    levels = rolled("organizations").set_index("org_code")["level"].to_dict()
    assert levels == {"d": 0, "c1": 1, "c2": 1, "g": 2, "b1": 3, "b2": 2, "b3": 3, "b4": 0}


def test_what_the_registry_states_of_units_above_stands_beside_their_members(rolled):
    stated = rolled("members", kinds=("branch",)).set_index("org_code")["stated"]
    assert stated[["c1", "c2"]].tolist() == [510_000, 90_000]
    assert stated.drop(["c1", "c2"]).isna().all()
    assert rolled("members").set_index("org_code")["stated"].dropna().to_dict() == {"c1": 510_000}
    assert rolled("organizations")["stated"].isna().all()


def test_a_loop_in_the_registry_ends_and_its_units_are_roots(rolled):
    organizations = ORGANIZATIONS.assign(
        parent_code=pd.Series(["c1", "d", "d", "c1", "g", "c1", "g", None], dtype="str")
    )
    frame = rolled("organizations", organizations=organizations)
    assert frame.set_index("org_code")["level"].head(4).tolist() == [0, 0, 1, 1]
    assert (sums(frame, "d"), sums(frame, "c1")) == ((10_000, 10_000, 20_000), (10_000, 40_000, 50_000))


@given(st.lists(st.tuples(st.integers(-1, 12), st.integers(0, 99)), min_size=1, max_size=13))
def test_every_level_agrees_with_the_one_below(rolled, rows):
    codes = [str(n) for n in range(len(rows))]
    organizations = pd.DataFrame(
        {
            "org_code": pd.Series(codes, dtype="str"),
            "kind": pd.Series("branch", index=range(len(rows)), dtype="str"),
            "parent_code": pd.Series([str(up) if up >= 0 else None for up, _ in rows], dtype="str"),
            "members": pd.array([members for _, members in rows], dtype="Int64"),
        }
    )
    frame = rolled("members", organizations=organizations).merge(organizations, on="org_code")
    below = frame[frame["level"] > 0].groupby("parent_code")["total"].sum()
    assert frame["children"].tolist() == frame["org_code"].map(below).fillna(0).astype("int64").tolist()
    assert frame.loc[frame["level"] == 0, "total"].sum() == 10_000 * sum(members for _, members in rows)


def test_figures_are_of_their_cadence(rolled):
    assert rolled("members", cadence="year").empty
