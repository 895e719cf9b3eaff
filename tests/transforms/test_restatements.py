"""What changed between two editions, for whom, and how much of it came from what."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.periods import Period
from schemas.stages import STAGES
from transforms.restatements import COMPONENTS, UNIT, changes, planned, restatements

FROM = [f"from_{name}" for name in COMPONENTS]
_STARS = [("grade", f"star/{code}", name, n) for n, (code, name) in enumerate([("two", "二星"), ("one", "一星")])]
_COLOURS = {"blue": 1, "yellow": 2, "red": 3}


def _frames(scores=(), dimensions=(), lines=(), warnings=(), organizations=(), grades=()):
    """The frames of an edition, from rows of the columns that count."""

    def table(name, rows, *columns):
        frame = pd.DataFrame(rows, columns=list(columns))
        empty = STAGES[name].empty()
        return frame.astype({column: empty[column].dtype for column in columns}).reindex(columns=empty.columns)

    scores = table("score", scores, "org_code", "index_points", "full_points", "rank", "peers", "previous_rank")
    warnings = [(org, code, item, colour, _COLOURS[colour], reason) for org, code, item, colour, reason in warnings]
    return {
        "score": scores,
        "dimension_score": table("dimension_score", dimensions, "org_code", "dimension", "points"),
        "ledger_line": table("ledger_line", lines, "org_code", "item_code", "assessor", "points", "full_points"),
        "warning": table("warning", warnings, "org_code", "warning_code", "item_code", "colour", "severity", "reason"),
        "organization": table("organization", organizations, "org_code", "org_name"),
        "grade": table("grade", grades, "org_code", "scale", "grade"),
        "label": pd.DataFrame(_STARS, columns=["label_kind", "code", "name", "sort"]),
    }


def _score(org, points, rank=1, peers=2, previous=None):
    return org, points, 600_000, rank, peers, previous


def _told(rows):
    """{(org, measure): (old, new)} with None for an empty side."""
    frame = rows[["org_code", "measure", "old_value", "new_value"]].astype(object)
    return {
        (org, measure): (None if pd.isna(old) else old, None if pd.isna(new) else new)
        for org, measure, old, new in frame.itertuples(index=False, name=None)
    }


@pytest.fixture(scope="module")
def old():
    return _frames(
        [_score("A", 500_000, 1, 2, 2), _score("B", 400_000, 2, 2)],
        [("A", "order", 300_000), ("A", "care", 200_000), ("B", "order", 400_000)],
        [("A", "P1", "", 300_000, 300_000), ("A", "P2", "", 200_000, 300_000), ("B", "P1", "", 400_000, 600_000)],
        [("A", "unmet", "P2", "blue", "P2未达标")],
        [("A", "甲支部"), ("B", "乙支部")],
    )


# what changed


def test_nothing_changed_between_an_edition_and_itself(old):
    assert changes(old, old).empty
    assert list(changes(old, old)) == ["org_code", "measure", "old_value", "new_value"]
    rows = restatements(old, [("data", old)])
    assert rows.empty
    assert {"org_code", "measure", "old_value", "new_value", *FROM, "cause"} == set(rows)
    STAGES["restatement"].validated(rows)


def test_every_number_of_the_edition_is_compared(old):
    new = _frames(
        [_score("A", 450_000, 2, 3, 1), _score("B", 460_000, 1, 3, 1)],
        [("A", "order", 300_000), ("A", "care", 150_000), ("B", "order", 460_000)],
        [("A", "P1", "", 300_000, 300_000), ("A", "P2", "", 150_000, 250_000), ("B", "P1", "", 460_000, 600_000)],
        [("A", "unmet", "P2", "blue", "P2仍未达标"), ("A", "low", "", "yellow", "末位")],
    )
    assert _told(changes(old, new)) == {
        ("A", "colour"): (1 * UNIT, 2 * UNIT),
        ("A", "dimension:care"): (200_000, 150_000),
        ("A", "index_points"): (500_000, 450_000),
        ("A", "item:P2"): (200_000, 150_000),
        ("A", "item_full:P2"): (300_000, 250_000),
        ("A", "peers"): (2 * UNIT, 3 * UNIT),
        ("A", "previous_rank"): (2 * UNIT, 1 * UNIT),
        ("A", "rank"): (1 * UNIT, 2 * UNIT),
        ("B", "dimension:order"): (400_000, 460_000),
        ("B", "index_points"): (400_000, 460_000),
        ("B", "item:P1"): (400_000, 460_000),
        ("B", "peers"): (2 * UNIT, 3 * UNIT),
        ("B", "previous_rank"): (None, 1 * UNIT),
        ("B", "rank"): (2 * UNIT, 1 * UNIT),
    }
    assert changes(old, new)[["org_code", "measure"]].apply(tuple, axis=1).is_monotonic_increasing


def test_who_comes_and_who_goes_has_one_side_alone(old):
    new = _frames(
        [_score("A", 500_000, 1, 2, 2), _score("C", 0, 2, 2)],
        [("A", "order", 300_000), ("A", "care", 200_000), ("C", "order", 0)],
        [("A", "P1", "", 300_000, 300_000), ("A", "P2", "", 200_000, 300_000), ("C", "P1", "", 0, 600_000)],
        [("A", "unmet", "P2", "blue", "P2未达标")],
    )
    told = _told(changes(old, new))
    assert {org for org, _ in told} == {"B", "C"}
    assert all(values[1] is None for (org, _), values in told.items() if org == "B")
    assert all(values[0] is None for (org, _), values in told.items() if org == "C")
    assert told["C", "index_points"] == (None, 0)
    assert told["C", "item:P1"] == (None, 0)
    assert ("C", "previous_rank") not in told


def test_lines_of_one_item_by_several_assessors_are_one_number():
    lines = [("A", "P1", "甲局", 100, 200), ("A", "P1", "乙局", 50, 100)]
    one = _frames(lines=lines)
    assert changes(one, _frames(lines=[("A", "P1", "甲局", 150, 300)])).empty
    assert _told(changes(one, _frames(lines=lines[:1]))) == {
        ("A", "item:P1"): (150, 100), ("A", "item_full:P1"): (300, 200),
    }  # fmt: skip


def test_an_edition_of_nobody_has_no_numbers(old):
    told = _told(changes(_frames(), old))
    assert len(told) == len(_told(changes(old, _frames())))
    assert all(before is None for before, _ in told.values())


# how much came from what


def _indices(points):
    return _frames([_score(org, value) for org, value in points.items()])


def _parts(rows, org, measure="index_points"):
    row = rows.set_index(["org_code", "measure"]).loc[(org, measure)]
    return {name.removeprefix("from_"): int(row[name]) for name in FROM if row[name]}


def test_each_step_has_what_it_moves(old):
    steps = [("data", _indices({"A": 10, "B": 5})), ("rules", _indices({"A": 7, "B": 5}))]
    rows = restatements(_indices({"A": 1, "B": 5}), steps)
    assert rows["org_code"].unique().tolist() == ["A"]
    assert _parts(rows, "A") == {"data": 9, "rules": -3}
    assert rows["cause"].tolist() == ["数据、规则"]


def test_what_one_step_takes_and_another_gives_back_is_no_change():
    steps = [("data", _indices({"A": 9})), ("registry", _indices({"A": 1}))]
    assert restatements(_indices({"A": 1}), steps).empty


def test_what_a_step_between_takes_is_a_part_all_the_same():
    steps = [("data", _frames()), ("registry", _indices({"A": 4}))]
    rows = restatements(_indices({"A": 1}), steps)
    assert _parts(rows, "A") == {"data": -1, "registry": 4}


def test_an_empty_side_counts_as_nothing(old):
    rows = restatements(_indices({"A": 7}), [("registry", _indices({"B": 9}))])
    assert (_parts(rows, "A"), _parts(rows, "B")) == ({"registry": -7}, {"registry": 9})
    STAGES["restatement"].validated(rows)


def test_a_number_that_comes_with_0_has_its_cause():
    rows = restatements(_frames(), [("data", _frames()), ("registry", _indices({"A": 0}))])
    assert _parts(rows, "A") == {}
    assert rows.set_index("measure").loc["index_points", "cause"] == "组织名册"
    gone = restatements(_indices({"A": 0}), [("rules", _frames())])
    assert set(gone["cause"]) == {"规则"}


@given(st.lists(st.dictionaries(st.sampled_from("ABC"), st.integers(0, 600_000)), min_size=2, max_size=6))
def test_the_parts_add_up_whatever_happens(states):
    old, *steps = [_indices(state) for state in states]
    rows = restatements(old, list(zip(COMPONENTS, steps, strict=False)))
    difference = rows["new_value"].fillna(0) - rows["old_value"].fillna(0)
    assert rows[FROM].sum(axis=1).tolist() == difference.tolist()
    assert rows["cause"].ne("").all()
    assert _told(rows) == _told(changes(old, steps[-1]))
    STAGES["restatement"].validated(rows)


# colours in words


LONG_RUN = ("A", "unmet_3", "P2", "red", "连续3个月：P2未达标")
UNMET = ("A", "unmet", "P2", "blue", "P2未达标")
LOW = ("A", "low", "", "yellow", "末位10%")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([], [UNMET], "由无预警变为蓝。新增：P2未达标"),
        ([UNMET], [], "由蓝变为无预警。不再有：P2未达标"),
        ([UNMET, LONG_RUN], [UNMET], "由红变为蓝。不再有：连续3个月：P2未达标"),
        ([UNMET, LONG_RUN], [LOW], "由红变为黄。新增：末位10%。不再有：连续3个月：P2未达标；P2未达标"),
        ([LOW], [UNMET, LOW, LONG_RUN], "由黄变为红。新增：连续3个月：P2未达标；P2未达标"),
        ([UNMET], [LOW], "由蓝变为黄。新增：末位10%。不再有：P2未达标"),
    ],
)
def test_a_colour_is_told_with_the_triggers_gained_and_lost(before, after, told):
    old, new = _frames(warnings=before), _frames(warnings=after)
    rows = restatements(old, [("data", old), ("streaks", new)])
    assert rows["measure"].tolist() == ["colour"]
    assert rows["cause"].tolist() == [f"{told}（原因：前期结果）"]


def test_more_triggers_of_one_colour_are_no_change_of_colour():
    assert changes(_frames(warnings=[UNMET]), _frames(warnings=[UNMET, ("A", "found", "N1", "blue", "发现")])).empty


def test_a_trigger_told_in_other_words_is_the_same_trigger():
    other = (*UNMET[:-1], "P2仍未达标")
    rows = restatements(_frames(warnings=[UNMET, LONG_RUN]), [("data", _frames(warnings=[other]))])
    assert rows["cause"].tolist() == ["由红变为蓝。不再有：连续3个月：P2未达标（原因：数据）"]


# a plan


def test_a_plan_names_everyone_and_tells_colours(old):
    new = old | {
        "warning": _frames(warnings=[("B", "low", "", "yellow", "末位10%")])["warning"],
        "organization": _frames(organizations=[("B", "乙党支部"), ("C", "丙支部")])["organization"],
        "score": _frames([_score("A", 500_000, 1, 2, 2), _score("B", 400_000, 2, 2), _score("C", 1, 1, 1)])["score"],
    }
    one = planned(Period.parse("2024-07"), True, old, new)
    assert (str(one.period), one.is_changed, one.organizations) == ("2024-07", True, 3)
    assert one.differences is not None
    assert dict(zip(one.differences["org_code"], one.differences["org_name"], strict=True)) == {
        "A": "甲支部", "B": "乙党支部", "C": "丙支部",
    }  # fmt: skip
    told = one.differences.set_index(["org_code", "measure"])["told"]
    assert told["A", "colour"] == "由蓝变为无预警。不再有：P2未达标"
    assert told["B", "colour"] == "由无预警变为黄。新增：末位10%"
    assert told.drop([("A", "colour"), ("B", "colour")]).isna().all()


def test_a_plan_without_changes_has_no_rows(old):
    one = planned(Period.parse("2024-07"), False, old, old)
    assert one.differences is not None
    assert one.differences.empty
    assert not one.is_changed


# grades


def test_a_grade_is_its_place_in_the_scale_and_told_by_name():
    before, after = (
        _frames(grades=[("A", "star", "one"), ("B", "star", "one")]),
        _frames(grades=[("A", "star", "two"), ("B", "star", "one")]),
    )
    assert _told(changes(before, after)) == {("A", "grade:star"): (2 * UNIT, UNIT)}
    (row,) = restatements(before, [("data", after)]).to_dict("records")
    assert (row["from_data"], row["cause"]) == (-UNIT, "由一星变为二星（原因：数据）")


def test_a_grade_that_comes_or_goes_is_told_too():
    nobody, graded = _frames(), _frames(grades=[("A", "star", "two")])
    (came,), (went,) = (
        restatements(*way).to_dict("records") for way in ((nobody, [("rules", graded)]), (graded, [("rules", nobody)]))
    )
    assert came["cause"] == "由无等次变为二星（原因：规则）"
    assert went["cause"] == "由二星变为无等次（原因：规则）"
    assert (came["from_rules"], went["from_rules"]) == (UNIT, -UNIT)
