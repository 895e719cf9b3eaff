"""Values read from the units below and above, and the order in which domains are scored."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from graphlib import CycleError

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rulebook import Dimension, Domain, Relatives, Rule
from transforms.ledger import LINE_COLUMNS
from transforms.relatives import of_relatives, waves

KINDS = {"branch": ("base", "extra", "rank"), "general": (), "committee": (), "district": ()}
SHARE = Rule("proportional", target=Fraction(1))


@pytest.fixture(scope="session")
def rules(rulebook, item_of):
    """A rule book of four domains whose items are those with the given relatives."""

    def make(*given, cadence="year"):
        items = [
            item_of(f"R{n}", SHARE, source="units", cadence=cadence, domains=domains, relatives=relatives)
            for n, (domains, relatives) in enumerate(given)
        ]
        dimensions = (
            Dimension("base", "基础"),
            Dimension("extra", "加减分", "adjustment"),
            Dimension("rank", "排名", "basis"),
        )
        domains = tuple(Domain(code, code) for code in KINDS)
        return replace(rulebook, items=tuple(items), dimensions=dimensions, domains=domains)

    return make


def district(*rows):
    """Organisations from (code, domain or None, parent, members)."""
    texts = {
        name: pd.Series([row[n] for row in rows], dtype="str")
        for n, name in enumerate(("org_code", "domain", "parent_code"))
    }
    frame = pd.DataFrame(texts).assign(members=pd.array([row[3] for row in rows], dtype="Int64"))
    return frame, frame[frame["domain"].notna()].reset_index(drop=True)


def lines_of(assessed, *rows):
    """Ledger lines from (code, item, dimension, points, full points, met)."""
    place = pd.Index(assessed["org_code"])
    frame = pd.DataFrame(
        [
            (place.get_loc(code), item, "", dimension, 0, 0, points, full, met, "met")
            for code, item, dimension, points, full, met in rows
        ],
        columns=LINE_COLUMNS,
    )
    return frame.astype({"is_met": "boolean", "points": "int64", "full_points": "int64", "org": "int64"})


TREE = district(
    ("d", "district", None, None), ("c1", "committee", "d", None), ("c2", "committee", "d", None),
    ("g", "general", "c1", None),
    ("b1", "branch", "g", 10), ("b2", "branch", "c1", 30), ("b3", "branch", "c2", None), ("x", None, "g", None),
    ("b4", "branch", "x", 20),
)  # fmt: skip
LINES = lines_of(
    TREE[1],
    ("b1", "A", "base", 60, 100, True), ("b1", "B", "extra", 5, 0, None), ("b1", "P", "rank", 40, 50, False),
    ("b2", "A", "base", 30, 100, False), ("b2", "B", "extra", -10, 0, None),
    ("b3", "A", "base", 30, 40, True), ("b4", "B", "extra", 7, 0, None),
    ("g", "A", "base", 1, 3, None), ("c1", "A", "base", 2, 7, None),
)  # fmt: skip


def found(relatives, readers, rules, cadence="year", domains=tuple(KINDS)):
    """What each unit reads, by code."""
    organizations, assessed = TREE
    observed = of_relatives(organizations, assessed, LINES, rules((readers, relatives)), cadence, domains)
    assert observed.used.empty
    assert set(observed.values["item"]) <= {0}
    return {
        assessed["org_code"][row.org]: Fraction(int(row.value_num), int(row.value_den))
        for row in observed.values.itertuples()
    }


B1, B2, B3 = Fraction(65, 100), Fraction(20, 100), Fraction(30, 40)


@pytest.mark.parametrize(
    ("relatives", "readers", "expected"),
    [
        (Relatives("children", ("branch",)), ("committee",), {"c1": B2, "c2": B3}),
        (Relatives("children", ("branch",), "all"), ("committee",), {"c1": (B1 + B2) / 2, "c2": B3}),
        (Relatives("children", ("branch",), "all"), ("district", "general"), {"d": (B1 + B2 + B3) / 3, "g": B1}),
        (Relatives("children", ("branch",), "all", weight="members"), ("district",), {"d": (10 * B1 + 30 * B2) / 40}),
        (Relatives("children", ("branch",), weight="members"), ("committee",), {"c1": B2}),
        (Relatives("children", ("branch",), "all", "met", "A"), ("district",), {"d": Fraction(2, 3)}),
        (Relatives("children", ("branch",), "all", "met", "A", "members"), ("district",), {"d": Fraction(1, 4)}),
        (Relatives("children", ("branch",), "all", "met", "B"), ("district",), {}),
        (Relatives("children", ("general", "committee")), ("committee",), {"c1": Fraction(1, 3)}),
        (Relatives("parent", ("general",)), ("branch",), {"b1": Fraction(1, 3)}),
        (Relatives("parent", ("committee",)), ("branch",), {"b2": Fraction(2, 7)}),
        (Relatives("parent", ("general", "committee"), "all"), ("branch",),
         {"b1": Fraction(1, 3), "b2": Fraction(2, 7), "b4": Fraction(1, 3)}),
        (Relatives("parent", ("district",)), ("branch",), {}),
    ],
)  # fmt: skip
def test_what_is_read_of_the_units_below_and_above(rules, relatives, readers, expected):
    assert found(relatives, readers, rules) == expected


def test_only_items_of_the_cadence_and_units_of_the_wave_read(rules):
    relatives = Relatives("children", ("branch",), "all")
    assert found(relatives, ("district", "general"), rules, domains=("general",)) == {"g": B1}
    assert found(relatives, ("general",), rules, domains=()) == {}
    assert found(relatives, ("general",), rules, cadence="month") == {}


def test_an_item_with_assessors_is_met_where_all_of_them_found_it_so(rules):
    organizations, assessed = TREE
    twice = lines_of(
        assessed, ("b1", "A", "base", 0, 1, True), ("b1", "A", "base", 0, 1, False), ("b2", "A", "base", 0, 1, True)
    )
    book = rules((("district",), Relatives("children", ("branch",), "all", "met", "A")))
    values = of_relatives(organizations, assessed, twice, book, "year", KINDS).values
    assert values[["value_num", "value_den"]].to_numpy().tolist() == [[1, 2]]


def test_a_loop_in_the_registry_ends(rules):
    organizations, assessed = district(("a", "committee", "b", 1), ("b", "committee", "a", 1), ("c", "branch", "b", 1))
    lines = lines_of(assessed, ("c", "A", "base", 1, 2, True), ("a", "A", "base", 1, 1, True))
    book = rules((("committee",), Relatives("children", ("branch", "committee"), "all")))
    values = of_relatives(organizations, assessed, lines, book, "year", KINDS).values
    assert values[["org", "value_num", "value_den"]].to_numpy().tolist() == [[1, 1, 2]]


_UNIT = st.tuples(st.integers(0, 8), st.integers(0, 30), st.integers(0, 9), st.booleans())


@given(
    st.lists(_UNIT, min_size=1, max_size=9), st.sampled_from(["direct", "all"]), st.sampled_from(["equal", "members"])
)
def test_means_are_exact_whatever_the_tree(rules, rows, levels, weight):
    units = [(str(n), "branch" if is_leaf else "committee", str(up) if up < n else None, members)
             for n, (up, _, members, is_leaf) in enumerate(rows)]  # fmt: skip
    organizations, assessed = district(*units)
    lines = lines_of(
        assessed, *((str(n), "A", "base", points, n % 4, True) for n, (_, points, _, _) in enumerate(rows))
    )
    book = rules((("committee",), Relatives("children", ("branch",), levels, weight=weight)))
    values = of_relatives(organizations, assessed, lines, book, "year", KINDS).values
    got = {row.org: Fraction(int(row.value_num), int(row.value_den)) for row in values.itertuples()}
    expected = {}
    for reader, unit in enumerate(units):
        below = []
        for n, one in enumerate(units):
            up, far = one[2], 0
            while up is not None and int(up) != reader:
                up, far = units[int(up)][2], far + 1
            if up is not None and one[1] == "branch" and n % 4 and (levels == "all" or far == 0):
                below.append((Fraction(rows[n][1], n % 4), one[3] if weight == "members" else 1))
        if unit[1] == "committee" and sum(w for _, w in below):
            expected[reader] = sum(value * w for value, w in below) / sum(w for _, w in below)
    assert got == expected


def test_wide_denominators_stay_exact(rules):
    branches = [(f"b{n}", "branch", "c", 1) for n in range(12)]
    organizations, assessed = district(("c", "committee", None, None), *branches)
    primes = [9973, 9967, 9949, 9941, 9931, 9929, 9923, 9907, 9901, 9887, 9883, 9871]
    lines = lines_of(assessed, *((f"b{n}", "A", "base", 1, full, True) for n, full in enumerate(primes)))
    book = rules((("committee",), Relatives("children", ("branch",))))
    (row,) = of_relatives(organizations, assessed, lines, book, "year", KINDS).values.to_dict("records")
    assert Fraction(row["value_num"], row["value_den"]) == sum(Fraction(1, full) for full in primes) / 12


# waves


@pytest.mark.parametrize(
    ("given_items", "expected"),
    [
        ([], [set(KINDS)]),
        ([(("committee",), Relatives("children", ("branch",)))], [{"branch", "general", "district"}, {"committee"}]),
        ([(("committee",), Relatives("children", ("general", "branch"))),
          (("general",), Relatives("children", ("branch",))),
          (("district",), Relatives("children", ("committee",)))],
         [{"branch"}, {"general"}, {"committee"}, {"district"}]),
        ([(("branch",), Relatives("parent", ("committee",)))], [{"general", "committee", "district"}, {"branch"}]),
    ],
)  # fmt: skip
def test_a_domain_comes_after_those_that_it_reads(rules, given_items, expected):
    assert list(waves(rules(*given_items), "year")) == [frozenset(wave) for wave in expected]
    assert waves(rules(*given_items), "month") == (frozenset(KINDS),)


def test_domains_that_read_each_other_have_no_order(rules):
    both = rules(
        (("committee",), Relatives("children", ("branch",))), (("branch",), Relatives("parent", ("committee",)))
    )
    with pytest.raises(CycleError):
        waves(both, "year")


def test_nobody_below_and_no_lines_give_an_empty_frame_of_whole_numbers(rules):
    organizations, assessed = district(("c", "committee", None, None))
    book = rules((("committee",), Relatives("children", ("branch",))))
    values = of_relatives(organizations, assessed, LINES.iloc[:0], book, "year", KINDS).values
    assert values.empty
    assert all(np.issubdtype(dtype, np.integer) for dtype in values.dtypes)
