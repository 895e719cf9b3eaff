"""What an edition keeps of its rule book: names of everything that has a code, and a row for whatever has a line."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from schemas.outcomes import ByRank, Consequence, RollUp
from schemas.rulebook import NegativeItem
from schemas.stages import STAGES
from tests.transforms.outcome_builders import (
    SINCE,
    adjustment_of,
    coefficient_of,
    item_of,
    limit_of,
    rulebook_of,
    scale_of,
)
from transforms.catalogue import COLUMNS, items, labels

YEARLY = {"cadence": "year", **SINCE}


@pytest.fixture(scope="module")
def rules():
    """A rule book with one of everything that has a code."""
    return rulebook_of(
        items=(
            item_of("T01", order=3, points=10_000, assessor="甲局"),
            item_of("T01", order=3, points=20_001, assessor="乙局"),
            item_of("T02", order=4, points=30_000),
        ),
        negative_items=(NegativeItem("N1", 21, "漏报", "work", 5_000, 10_000, **YEARLY),),
        adjustments=(
            adjustment_of("B01", order=31),
            adjustment_of("D01", "deduction", cap=2, order=32, name="通报"),
            adjustment_of("V01", "veto", order=33, name="治安"),
            adjustment_of(
                "R01", each=0, cap=0, order=34, by_rank=ByRank(("work",), (20_000, 5_000)), dimension="other"
            ),
        ),
        coefficients=(coefficient_of(), coefficient_of("second", order=2, name="第二系数", step=Fraction(1, 3))),
        limits=(limit_of("order", [{"event": ["V01"]}], "bar_awards"),),
        scales=(
            scale_of([{"code": "five", "name": "五星"}, {"code": "none", "name": "未评星"}]),
            scale_of([{"code": "none", "name": "不合格"}], "level", name="等级"),
        ),
        consequences=(Consequence("help", "结对帮扶", 30, (), **SINCE),),
        roll_ups=(RollUp("members", 1, "党员数", "members", None, (), "year", **SINCE),),
    )


def test_everything_that_has_a_code_has_a_name(rules):
    found = labels(rules)
    assert len(STAGES["label"].validated(found)) == len(found)
    named = {kind: list(zip(own["code"], own["name"], strict=True)) for kind, own in found.groupby("label_kind")}
    assert named == {
        "domain": [("town", "镇街道"), ("member", "党员")],
        "dimension": [("party_work", "党建工作"), ("base", "基础分"), ("work", "业务工作"), ("adjustment", "加减分"),
                      ("other", "其他加减分")],
        "adjustment": [("B01", "事项B01"), ("D01", "通报"), ("V01", "治安"), ("R01", "事项R01"),
                       ("party_building", "党建系数"), ("second", "第二系数")],
        "limit": [("order", "order一票否决")],
        "scale": [("star", "星级"), ("level", "等级")],
        "grade": [("star/five", "五星"), ("star/none", "未评星"), ("level/none", "不合格")],
        "consequence": [("help", "结对帮扶")],
        "figure": [("members", "党员数")],
    }  # fmt: skip


def test_names_stand_in_rule_book_order(rules):
    found = labels(rules).set_index(["label_kind", "code"])["sort"]
    assert [found["grade", code] for code in ("star/five", "star/none", "level/none")] == [0, 1, 0]
    assert [found["dimension", dimension.code] for dimension in rules.dimensions] == [0, 1, 2, 3, 4]


def test_conditions_and_boards_have_names_too(rulebook):
    found = labels(rulebook)
    kinds = found.groupby("label_kind")["code"].agg(list)
    assert kinds["condition"] == [condition.code for condition in rulebook.conditions]
    assert kinds["board"] == ["clearances", "visits"]
    assert STAGES["label"].validated(found)["name"].ne("").all()


def test_whatever_can_have_a_line_has_a_row(rules):
    found = items(rules, None)
    stored = STAGES["item"].validated(found)
    assert stored["item_code"].tolist() == [
        "T01", "T02", "N1", "B01", "D01", "R01", "coefficient:party_building", "coefficient:second",
        "floor:party_work", "floor:base", "floor:work", "floor:index",
    ]  # fmt: skip
    assert stored["item_order"].is_monotonic_increasing
    assert stored["item_order"].is_unique
    of = stored.set_index("item_code")
    assert of.loc[["B01", "D01", "R01", "coefficient:second", "floor:work"], "kind"].tolist() == [
        "bonus", "deduction", "bonus", "coefficient", "floor",
    ]  # fmt: skip
    assert of.loc[["R01", "floor:index", "floor:work"], "dimension"].tolist() == ["other", "adjustment", "work"]


def test_an_item_that_several_assess_has_all_their_points_once(rules):
    of = items(rules, None).set_index("item_code")
    assert of.loc[["T01", "T02"], "full_points"].tolist() == [30_001, 30_000]


def test_what_adjusts_has_no_full_points_and_says_what_it_does(rules):
    of = items(rules, None).set_index("item_code")
    adjusting = ["B01", "D01", "R01", "coefficient:party_building", "coefficient:second"]
    assert of.loc[adjusting, "full_points"].eq(0).all()
    assert of.loc[adjusting, "target"].isna().all()
    assert of.loc[adjusting, "rule_text"].tolist() == [
        "每次加0.5分，至多加1分",
        "每次扣0.5分，至多扣2分",
        "按名次加分：第1名2分，第2名0.5分",
        "按党建工作得分排名，居中为1，每高一名加0.005，每低一名减同数；乘以基础分得分",
        "按党建工作得分排名，居中为1，每高一名加约0.3333，每低一名减同数；乘以基础分得分",
    ]


def test_a_scheme_without_adjustments_has_no_floor_of_the_index(rulebook):
    found = items(rulebook, None)
    assert not found["item_code"].str.startswith(("coefficient:", "floor:index")).any()
    assert len(found) == len(rulebook.items) + len(rulebook.negative_items) + len(rulebook.dimensions)


def _former(*codes):
    plain = {name: name for name in COLUMNS}
    own = ({"item_code": code, "item_name": code + name, "item_order": n} for n, (code, name) in enumerate(codes))
    return pd.DataFrame([plain | row for row in own])


def test_items_that_only_the_parts_know_are_kept_as_the_last_of_them_has_them(rules):
    found = items(rules, _former(("GONE", "一"), ("T01", "旧"), ("GONE", "二"))).set_index("item_code")
    assert found.loc["GONE", "item_name"] == "GONE二"
    assert found.loc["T01", "item_name"] == "必达T01"
    assert found.index.is_unique


def test_parts_that_know_no_more_add_nothing(rules):
    own = items(rules, None)
    assert items(rules, _former(("T01", "旧"))).equals(own)
    assert items(replace(rules, items=()), None)["item_code"].iloc[0] == "N1"
