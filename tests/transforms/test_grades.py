"""Grades: bands, quotas, ties, shares of the first, mandatory items, limits, one step, people by their unit's grade."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from graphlib import CycleError
from itertools import pairwise
from math import floor
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schemas.stages import STAGES
from tests.transforms.outcome_builders import (
    assessed_of,
    item_of,
    limit_of,
    limited_of,
    lines_of,
    points_of,
    previous_of,
    registered,
    rulebook_of,
    scale_of,
    scores_of,
)
from transforms.grades import grades
from transforms.limits import limited

NEVER = [{"below_points": 0}]
LIMITS = (
    *(limit_of(f"cap_{grade}", NEVER, grade) for grade in "BCD"),
    limit_of("bar", NEVER, "bar_awards"),
)
CASES = Path(__file__).parents[1] / "cases" / "grades.yaml"
SCALES = yaml.load(CASES.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["scales"]
NOBODY = previous_of("star", {})


def _graded(scales, points, previous=NOBODY, held=(), lines=None, assessed=None, limits=LIMITS, **given):
    assessed = assessed_of(len(points)) if assessed is None else assessed
    found = grades(
        scores_of(assessed, [points_of(value) for value in points]),
        lines_of() if lines is None else lines,
        assessed,
        limited_of(*held),
        previous,
        rulebook_of(scales=tuple(scales), limits=limits, **given),
        "year",
    )
    return STAGES["grade"].validated(found)


def _case(case):
    options = {name: case[name] for name in ("ties", "movement") if name in case}
    before = {f"t{n:02d}": grade for n, grade in enumerate(case.get("previous", ())) if grade}
    held = [(int(org), code) for org, code in case.get("limited", ())]
    found = _graded([scale_of(case["grades"], **options)], case["points"], previous_of("star", before), held)
    assert found["grade"].tolist() == case["expected"]
    if "by" in case:
        assert found["limited_by"].fillna("").tolist() == case["by"]
    if "moved" in case:
        assert found["movement"].tolist() == case["moved"]
    if "barred" in case:
        assert found["is_barred"].tolist() == [flag == "true" for flag in case["barred"]]


@pytest.mark.cases("grades", "bands")
def test_bands_are_half_open(case):
    _case(case)


@pytest.mark.cases("grades", "quotas")
def test_a_quota_is_never_exceeded_unless_ties_are_included(case):
    _case(case)


@pytest.mark.cases("grades", "relative")
def test_a_share_of_the_first(case):
    _case(case)


@pytest.mark.cases("grades", "movement")
def test_who_rose_and_who_fell(case):
    _case(case)


@pytest.mark.cases("grades", "limits")
def test_limits_lower_the_grade_and_the_number_stands(case):
    _case(case)


STARS, BANDS = scale_of(SCALES["stars"]), scale_of(SCALES["bands"])
PEOPLE = scale_of(
    [{"code": "A", "name": "优秀"}, {"code": "B", "name": "称职"}],
    "people",
    domains=("member",),
    by_unit={"scale": "star", "quotas": {"A": {"A": 30}, "B": {"A": 20}}},
)


@pytest.mark.cases("grades", "by_unit")
def test_people_are_graded_inside_their_unit_by_its_grade(case):
    size = int(case["size"])
    index = {"A": 95, "B": 85, "C": 65, "D": 10}[case["unit"]]
    assessed = assessed_of(
        size + 1,
        domain=["member"] * size + ["town"],
        peer_group=["member/u"] * size + ["town"],
        parent_code=[f"t{size:02d}"] * size + [None],
    )
    found = _graded([PEOPLE, BANDS], [*range(size, 0, -1), index], assessed=assessed)
    assert found.loc[found["scale"] == "people", "grade"].tolist() == case["expected"]


def test_people_of_a_unit_without_a_grade_have_no_place():
    assessed = assessed_of(4, domain=["member"] * 4, parent_code=["u", "u", None, None])
    assert _graded([BANDS, PEOPLE], [4, 3, 2, 1], assessed=assessed)["grade"].tolist() == ["B"] * 4
    assert _graded([PEOPLE], [4, 3, 2, 1], assessed=assessed)["grade"].tolist() == ["B"] * 4


def test_a_quota_that_does_not_go_by_the_unit_adds_to_those_that_do():
    better, last = PEOPLE.grades
    good = replace(last, code="good", at_most_percent=Fraction(50))
    assessed = assessed_of(11, domain=["member"] * 10 + ["town"], parent_code=["t10"] * 10 + [None])
    found = _graded([BANDS, replace(PEOPLE, grades=(better, good, last))], [*range(10, 0, -1), 85], assessed=assessed)
    people = found.loc[found["scale"] == "people", ["grade", "reason"]]
    assert people["grade"].tolist() == ["A"] * 2 + ["good"] * 5 + ["B"] * 3
    assert "达到称职（所在单位为活力型，与以上等次合计至多占70%，即前7名）" in people["reason"].iloc[2]


def test_scales_that_wait_for_each_other_are_refused():
    one = replace(PEOPLE, code="star")
    other = replace(PEOPLE, by_unit=replace(PEOPLE.by_unit, scale="star"))
    one = replace(one, by_unit=replace(PEOPLE.by_unit, scale="people"))
    with pytest.raises(CycleError):
        _graded([one, other], [1])


MET = scale_of(
    [{"code": "met", "name": "达标", "mandatory": True, "at_least": 60}, {"code": "unmet", "name": "未达标"}]
)


@pytest.mark.parametrize(
    ("is_met", "expected"), [(True, "met"), (False, "unmet"), (None, "met")], ids=["met", "unmet", "a mean"]
)
def test_mandatory_items_that_apply_must_be_met(is_met, expected):
    lines = lines_of((0, "T01", "base", 1), is_met=is_met)
    assert _graded([MET], [60], lines=lines)["grade"].tolist() == [expected]


def test_items_that_are_not_mandatory_or_do_not_apply_are_not_asked_for():
    items = (item_of("T01", is_mandatory=False), item_of("T02"))
    lines = lines_of((0, "T01", "base", 1), is_met=False)
    assert _graded([MET], [60], lines=lines, items=items)["grade"].tolist() == ["met"]


def test_a_limit_takes_the_unit_that_it_holds_for():
    limits = (limit_of("order", [{"below_points": 85}], "D"),)
    rulebook, assessed = rulebook_of(scales=(BANDS,), limits=limits), assessed_of(2)
    scores = scores_of(assessed, [900_000, 800_000])
    held = limited(registered(), lines_of(), scores, assessed, rulebook, "year")
    found = grades(scores, lines_of(), assessed, held, NOBODY, rulebook, "year")
    assert found[["grade", "index_points", "limited_by"]].fillna("").to_numpy().tolist() == [
        ["A", 900_000, ""],
        ["D", 800_000, "order"],
    ]


def test_each_scale_of_a_domain_grades_its_units_in_rule_book_order():
    other = scale_of(SCALES["relative"], "other", domains=("town", "member"))
    assessed = assessed_of(3, domain=["town", "member", "town"])
    found = _graded(
        [BANDS, other, scale_of(SCALES["bands"], "monthly", cadence="month")], [95, 80, 85], assessed=assessed
    )
    assert found[["org_code", "scale", "grade", "place", "peers"]].to_numpy().tolist() == [
        ["t00", "star", "A", 1, 2], ["t02", "star", "B", 2, 2],
        ["t00", "other", "A", 1, 2], ["t01", "other", "A", 1, 1], ["t02", "other", "B", 2, 2],
    ]  # fmt: skip


def test_a_grade_that_the_scale_no_longer_has_is_no_previous_one():
    found = _graded([BANDS], [95, 95, 95], previous_of("star", {"t00": "A", "t01": "E", "t09": "B"}))
    assert found["previous_grade"].fillna("").tolist() == ["A", "", ""]
    assert found["movement"].tolist() == ["same", "new", "new"]


def test_another_scales_grade_is_no_previous_one():
    assert _graded([BANDS], [95], previous_of("other", {"t00": "A"}))["movement"].tolist() == ["new"]


def test_nobody_to_grade_gives_an_empty_valid_frame():
    assert _graded([], [95]).empty
    assert _graded([BANDS], []).empty
    assert _graded([PEOPLE], [95]).empty


class TestReasons:
    """What a branch reads."""

    @staticmethod
    def _of(scale, points, *args, org=0, **given):
        return _graded([scale], points, *args, **given)["reason"].iloc[org]

    def test_points_place_and_what_the_grade_asks_for(self):
        points = ["90.5", "90.4", "90.2", *range(30, 6, -1)]
        assert self._of(STARS, points, org=2) == "得90.2分，居27个组织中第3名，达到五星（90分以上，至多占30%，即前8名）"

    def test_what_the_better_grade_lacks(self):
        assert (
            self._of(STARS, [95, "79.5"], org=1)
            == "得79.5分，居2个组织中第2名，达到三星（70分以上）；未达到四星：不足80分"
        )
        assert self._of(STARS, [95, 50], org=1) == "得50分，居2个组织中第2名，定为未评星；未达到三星：不足70分"

    def test_no_place_left(self):
        points = [99, 98, 97, 97]
        assert self._of(STARS, points).endswith("达到五星（90分以上，至多占30%，即前1名）")
        assert self._of(STARS, points, org=1).endswith("达到四星（80分以上）；未达到五星：不在前1名")
        assert self._of(STARS, [99, 99, 98, 97]).endswith("未达到五星：与他人并列，超出前1名")
        assert self._of(STARS, [99]).endswith("未达到五星：没有名额")

    def test_quotas_that_add_up(self):
        scale = scale_of(SCALES["quotas"])
        assert self._of(scale, range(10, 0, -1), org=5).endswith(
            "达到良好（与以上等次合计至多占60%，即前6名）；未达到优秀：不在前2名"
        )

    def test_mandatory_items_and_shares_of_the_first(self):
        unmet = lines_of((0, "T01", "base", 1), is_met=False)
        assert self._of(MET, [50], lines=unmet).endswith("定为未达标；未达到达标：不足60分，必达指标“必达T01”未达标")
        assert self._of(MET, [60]).endswith("达到达标（60分以上，必达指标全部达标）")
        relative = scale_of(SCALES["relative"])
        assert self._of(relative, [100, 60], org=1).endswith("达到一般（不低于第一名的60%）；未达到好：低于第一名的90%")

    def test_many_unmet_items_are_counted(self):
        items = tuple(item_of(f"T{n}") for n in range(5))
        unmet = lines_of(*((0, item.code, "base", 1) for item in items), is_met=False)
        assert "必达指标“必达T0”“必达T1”“必达T2”等5项未达标" in self._of(MET, [60], lines=unmet, items=items)

    def test_caps_and_bars(self):
        assert self._of(BANDS, [85], held=[(0, "cap_C")]).endswith(
            "本应为活力型（80分以上），因“cap_C一票否决”不得高于标准型，定为标准型"
        )
        assert self._of(BANDS, [85], held=[(0, "bar")]).endswith(
            "本应为活力型（80分以上），因“bar一票否决”取消评先评优资格，定为标准型"
        )
        assert self._of(BANDS, [70], held=[(0, "bar")]).endswith("未达到活力型：不足80分；取消评先评优资格")
        assert self._of(BANDS, [85], held=[(0, "bar"), (0, "cap_D")]).endswith(
            "因“cap_D一票否决”不得高于改进区，定为改进区；取消评先评优资格"
        )

    def test_one_step(self):
        one_step = replace(STARS, movement="one_step")
        points = [95, 80, 70, 10]
        assert self._of(one_step, points, previous_of("star", {"t00": "C"})) == (
            "得95分，居4个组织中第1名，由三星升一级为四星（按得分可为五星，逐级晋升）"
        )

    def test_one_step_onto_a_grade_that_is_not_met(self):
        odd = scale_of([*SCALES["stars"][:1], {"code": "B", "mandatory": True}, {"code": "C", "name": "丙"}])
        unmet = lines_of((0, "T01", "base", 1), is_met=False)
        one_step = replace(odd, movement="one_step")
        found = self._of(one_step, [95, 1, 1, 1], previous_of("star", {"t00": "C"}), lines=unmet)
        assert found.endswith("按得分可为五星，但须逐级晋升，定为丙")

    def test_people(self):
        assessed = assessed_of(11, domain=["member"] * 10 + ["town"], parent_code=["t10"] * 10 + [None])
        found = _graded([BANDS, PEOPLE], [*range(10, 0, -1), 95], assessed=assessed)
        people = found[found["scale"] == "people"].set_index("org_code")["reason"]
        assert people["t02"] == "得8分，居10人中第3名，达到优秀（所在单位为示范型，至多占30%，即前3名）"
        assert people["t03"] == "得7分，居10人中第4名，定为称职；未达到优秀：不在前3名"


POINTS = st.lists(st.tuples(st.integers(0, 100), st.sampled_from("ab")), min_size=1, max_size=25)
ANY_SCALE = st.sampled_from(sorted(SCALES))
TIES = st.sampled_from(["exclude", "include"])


@given(POINTS, ANY_SCALE, TIES, st.sampled_from(["free", "one_step"]), st.data())
def test_every_unit_has_one_grade_and_no_better_one_than_its_limits_allow(units, name, ties, movement, data):
    points, domains = [p for p, _ in units], [{"a": "town", "b": "member"}[g] for _, g in units]
    codes = [grade["code"] for grade in SCALES[name]]
    before = data.draw(st.lists(st.sampled_from([*codes, ""]), min_size=len(units), max_size=len(units)))
    caps = [code for code in codes[1:] if f"cap_{code}" in {limit.code for limit in LIMITS}]
    held = data.draw(
        st.lists(st.tuples(st.integers(0, len(units) - 1), st.sampled_from(caps)), max_size=5, unique=True)
    )
    previous = previous_of("star", {f"t{n:02d}": grade for n, grade in enumerate(before) if grade})
    scale = scale_of(SCALES[name], ties=ties, movement=movement)
    limits = tuple(limit_of(f"cap_{code}", NEVER, code) for code in caps)
    found = _graded([scale], points, previous, [(org, f"cap_{code}") for org, code in held],
                    assessed=assessed_of(len(units), domain=domains), limits=limits)  # fmt: skip
    assert found["org_code"].tolist() == [f"t{n:02d}" for n, domain in enumerate(domains) if domain == "town"]
    graded = found.set_index("org_code")["grade"].map(codes.index)
    for org, code in held:
        assert graded.get(f"t{org:02d}", 99) >= codes.index(code)
    if movement == "one_step":
        for org, grade in enumerate(before):
            assert not grade or graded.get(f"t{org:02d}", 99) >= codes.index(grade) - 1


@given(POINTS, st.lists(st.integers(0, 40), min_size=1, max_size=4), st.integers(0, 60))
def test_a_quota_with_ties_excluded_is_never_exceeded(units, percents, at_least):
    points, group = (list(column) for column in zip(*units, strict=True))
    quotas = [{"code": f"g{n}", "at_most_percent": percent} for n, percent in enumerate(percents)]
    scale = scale_of([*({"at_least": at_least} | quota for quota in quotas), {"code": "last"}])
    found = _graded([scale], points, assessed=assessed_of(len(units), peer_group=group))
    counted = Counter(zip(group, found["grade"], strict=True))
    for name, peers in Counter(group).items():
        for n in range(len(percents)):
            taken = sum(counted[name, f"g{better}"] for better in range(n + 1))
            assert taken <= floor(peers * sum(percents[: n + 1]) / 100)


@given(POINTS, ANY_SCALE, TIES)
def test_a_better_index_never_has_a_worse_grade(units, name, ties):
    points, group = (list(column) for column in zip(*units, strict=True))
    scale = scale_of(SCALES[name], ties=ties)
    found = _graded([scale], points, assessed=assessed_of(len(units), peer_group=group))
    codes = [grade["code"] for grade in SCALES[name]]
    graded = pd.DataFrame({"group": group, "points": points, "grade": found["grade"].map(codes.index)})
    for _, own in graded.groupby("group"):
        ordered = own.sort_values("points", ascending=False)
        for (_, better), (_, worse) in pairwise(ordered.iterrows()):
            assert better["grade"] <= worse["grade"]
            assert better["points"] != worse["points"] or better["grade"] == worse["grade"]
