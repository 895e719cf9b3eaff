"""Radar, common problems and diagnosis, worked by hand (RULES §1, radar)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from schemas.stages import STAGES
from transforms.diagnosis import common_problems, diagnoses, diagnosis_frames, with_standing
from transforms.standings import dimension_scores

MET, UNMET, MEAN = True, False, None


def _assessed(*domains):
    codes = [f"{n:04d}" for n in range(1, len(domains) + 1)]
    return pd.DataFrame({"org_code": codes, "domain": list(domains)}).astype("str")


def _lines(rulebook, *rows):
    """org, item_code, points, is_met; full points are the item's own. A denominator of 0 where nothing was earned."""
    items = {item.code: (item.dimension, item.points) for item in rulebook.items}
    items |= {item.code: (item.dimension, 0) for item in rulebook.negative_items}
    items |= {f"floor:{dimension.code}": (dimension.code, 0) for dimension in rulebook.dimensions}
    full = [(org, code, items[code][0], points, items[code][1], is_met) for org, code, points, is_met in rows]
    frame = pd.DataFrame(full, columns=["org", "item_code", "dimension", "points", "full_points", "is_met"])
    frame = frame.assign(value_num=frame["points"], value_den=(frame["points"] != 0).astype("int64"), assessor="")
    negative = {item.code: "deducted" for item in rulebook.negative_items}
    frame["status"] = [
        negative.get(code, "floor" if code.startswith("floor") else "met") for code in frame["item_code"]
    ]
    whole = dict.fromkeys(["org", "points", "full_points", "value_num", "value_den"], "int64")
    return frame.astype(
        whole | {"item_code": "str", "assessor": "str", "dimension": "str", "is_met": "boolean", "status": "str"}
    )


def _by_dimension(*rows):
    """org, dimension, points, full_points, domain_median_pct."""
    frame = pd.DataFrame(rows, columns=["org", "dimension", "points", "full_points", "domain_median_pct"])
    whole = dict.fromkeys(["org", "points", "full_points"], "int64")
    return frame.astype(whole | {"dimension": "str", "domain_median_pct": "float64"})


def _standing(rulebook, *rows):
    return with_standing(_by_dimension(*((0, "order", *row) for row in rows)), rulebook)["standing"].tolist()


def _diagnosed(rulebook, lines, assessed):
    standing = with_standing(dimension_scores(lines, assessed, rulebook), rulebook)
    return diagnoses(standing, lines, assessed, common_problems(lines, assessed, rulebook), rulebook)


def _text(rulebook, lines, assessed, org=0):
    return _diagnosed(rulebook, lines, assessed)["text"][org]


# with_standing


@pytest.mark.parametrize(
    ("points", "full", "median", "expected"),
    [
        (60_000, 100_000, 50.0, "strength"),
        (59_999, 100_000, 50.0, ""),
        (40_000, 100_000, 50.0, "weak"),
        (40_001, 100_000, 50.0, ""),
        (50_000, 100_000, 50.0, ""),
        (1, 3, 23.3333, "strength"),
        (1, 3, 23.3334, ""),
        (2, 3, 76.6667, "weak"),
        (2, 3, 76.6666, ""),
        (0, 0, 50.0, ""),
        (0, 0, np.nan, ""),
    ],
)
def test_a_dimension_stands_out_from_the_margin_on_as_published(rulebook, points, full, median, expected):
    assert _standing(rulebook, (points, full, median)) == [expected]


def test_a_median_that_is_no_exact_float_is_the_decimal_that_is_published(rulebook):
    rows = [(n, 1_000_000, (n - 100_000) / 10_000) for n in range(100_001, 1_000_001, 997)]
    assert set(_standing(rulebook, *rows)) == {"strength"}
    rows = [(n - 1, 1_000_000, (n - 100_000) / 10_000) for n in range(100_001, 1_000_001, 997)]
    assert set(_standing(rulebook, *rows)) == {""}


def test_the_margin_may_be_any_fraction(rulebook):
    policies = replace(rulebook.policies, radar_margin_percent=Fraction("7.5"))
    rules = replace(rulebook, policies=policies)
    assert _standing(rules, (57_500, 100_000, 50.0), (57_499, 100_000, 50.0)) == ["strength", ""]


def test_standings_are_those_of_the_domain(rulebook):
    lines = _lines(rulebook, (0, "OPEN", 40_000, MET), (1, "OPEN", 0, UNMET), (2, "OPEN", 0, UNMET))
    found = with_standing(dimension_scores(lines, _assessed("hill", "hill", "plain"), rulebook), rulebook)
    assert found.query("dimension == 'care'")["standing"].tolist() == ["strength", "weak", ""]
    assert found.query("dimension != 'care'")["standing"].tolist() == [""] * 6
    assert found["standing"].dtype == "str"


# common_problems


def _unmet_by(rulebook, count, of, domain="hill"):
    lines = _lines(rulebook, *((org, "OPEN", 0 if org < count else 40_000, org >= count) for org in range(of)))
    return common_problems(lines, _assessed(*[domain] * of), rulebook).to_dict("records")


def test_three_of_ten_have_it_in_common_and_two_have_not(rulebook):
    expected = {"domain": "hill", "item_code": "OPEN", "organizations": 3, "peers": 10}
    assert _unmet_by(rulebook, 3, 10) == [expected]
    assert _unmet_by(rulebook, 2, 10) == []
    assert _unmet_by(rulebook, 29, 97) == []
    assert _unmet_by(rulebook, 30, 97) == [expected | {"organizations": 30, "peers": 97}]
    assert _unmet_by(rulebook, 0, 10) == []


def test_a_third_is_compared_exactly(rulebook):
    rules = replace(rulebook, policies=replace(rulebook.policies, common_problem_percent=Fraction(100, 3)))
    assert len(_unmet_by(rules, 1, 3)) == 1
    assert _unmet_by(rules, 333, 1000) == []


def test_peers_are_all_of_the_domain_even_where_the_item_does_not_apply(rulebook):
    lines = _lines(rulebook, (0, "GROUP", 0, UNMET))
    assert common_problems(lines, _assessed("hill", "hill", "hill", "plain"), rulebook)["peers"].tolist() == [3]
    assert common_problems(lines, _assessed("hill", *["hill"] * 3), rulebook).empty


def test_deductions_floors_and_means_are_no_problems_in_common(rulebook):
    rows = [(0, "N1", -10_000, UNMET), (0, "floor:order", 10_000, MEAN), (0, "OPEN", 0, MEAN), (0, "COUNT", 0, UNMET)]
    found = common_problems(_lines(rulebook, *rows), _assessed("hill"), rulebook)
    assert found["item_code"].tolist() == ["COUNT"]


def test_problems_are_listed_by_domain_and_item_in_rule_book_order(rulebook):
    rows = [(org, code, 0, UNMET) for org in (0, 1) for code in ("VISITS", "COUNT")]
    found = common_problems(_lines(rulebook, *rows), _assessed("plain", "hill"), rulebook)
    assert found[["domain", "item_code"]].to_numpy().tolist() == [
        ["hill", "COUNT"], ["hill", "VISITS"], ["plain", "COUNT"], ["plain", "VISITS"],
    ]  # fmt: skip


# diagnoses


def test_a_diagnosis_in_full(rulebook):
    """Of four, 0 misses COUNT, RATIO and OPEN and has a finding, 1 and 2 miss OPEN alone, 3 misses nothing."""
    full = {"COUNT": 50_000, "RATIO": 40_000, "POSTS": 40_000, "STAFF": 40_000, "HELP": 30_000}
    own = {"COUNT": (0, UNMET), "RATIO": (12_345, UNMET)}
    rows = [
        (org, code, *(own.get(code, (points, MET)) if org == 0 else (points, MET)))
        for org in range(4)
        for code, points in full.items()
    ]
    rows += [(org, "OPEN", 40_000 if org == 3 else 0, org == 3) for org in range(4)]
    lines = _lines(rulebook, *rows, (0, "N1", -10_000, UNMET))
    found = _diagnosed(rulebook, lines, _assessed(*["hill"] * 4))
    assert found["org"].tolist() == [0, 1, 2, 3]
    assert found["strengths"].tolist() == ["", "", "", "关怀"]
    assert found["weaknesses"].tolist() == ["有序", "", "", ""]
    assert found["common_problems"].tolist() == [1, 1, 1, 0]
    # order: 42345 of 130000 is 32.5731 %, the median 100 %; care: 30000 of 70000 is 42.8571 %, the same as the median
    near = "各维度与领域中位数相差不到10个百分点。失分最多的指标：指标OPEN（失4分）。"
    assert found["text"].tolist() == [
        (
            "弱项：有序（低于领域中位数67.4269个百分点）。"
            "失分最多的指标：指标COUNT（失5分）、指标OPEN（失4分）、指标RATIO（失2.7655分）。反向指标扣1分。"
            "未达标的指标3项，其中本领域共性问题1项：指标OPEN；自身问题2项：指标COUNT、指标RATIO。"
        ),
        near + "未达标的指标1项，均为本领域共性问题：指标OPEN。",
        near + "未达标的指标1项，均为本领域共性问题：指标OPEN。",
        "强项：关怀（高于领域中位数57.1429个百分点）。各项指标均得满分。没有未达标的指标。",
    ]


def test_strong_and_weak_dimensions_are_named_in_rule_book_order(rulebook):
    by_dimension = _by_dimension(
        (0, "order", 9, 10, 50.0), (0, "growth", 1, 10, 50.0), (0, "care", 8, 10, 70.0),
        (1, "order", 5, 10, 50.0), (1, "growth", 0, 0, np.nan), (1, "care", 5, 10, 70.0),
    )  # fmt: skip
    assessed = _assessed("hill", "hill")
    none = common_problems(_lines(rulebook), assessed, rulebook)
    found = diagnoses(with_standing(by_dimension, rulebook), _lines(rulebook), assessed, none, rulebook)
    assert found[["strengths", "weaknesses"]].to_numpy().tolist() == [["有序、关怀", "发展"], ["", "关怀"]]
    assert found["text"][0].startswith(
        "强项：有序（高于领域中位数40个百分点）、关怀（高于领域中位数10个百分点）；弱项：发展（低于领域中位数40个百分点）。"
    )


def test_ties_among_points_lost_go_by_rule_book_order_and_three_are_named(rulebook):
    lines = _lines(
        rulebook, (0, "VISITS", 0, UNMET), (0, "OPEN", 0, UNMET), (0, "RATIO", 0, UNMET), (0, "COUNT", 10_000, UNMET),
        (0, "HELP", 0, UNMET),
    )  # fmt: skip
    assert "失分最多的指标：指标COUNT（失4分）、指标RATIO（失4分）、指标OPEN（失4分）。" in _text(
        rulebook, lines, _assessed("hill", "hill")
    )


def test_own_problems_alone(rulebook):
    lines = _lines(rulebook, (0, "OPEN", 0, UNMET), (0, "COUNT", 0, UNMET))
    assert _text(rulebook, lines, _assessed(*["hill"] * 9)).endswith(
        "未达标的指标2项，均为自身问题：指标COUNT、指标OPEN。"
    )


def test_an_item_common_in_one_domain_is_not_in_another(rulebook):
    lines = _lines(rulebook, (0, "OPEN", 0, UNMET), (1, "OPEN", 0, UNMET))
    found = _diagnosed(rulebook, lines, _assessed("hill", "plain", *["plain"] * 4))
    assert found["common_problems"].tolist() == [1, 0, 0, 0, 0, 0]
    assert found["text"][1].endswith("均为自身问题：指标OPEN。")


def test_alone_in_its_domain_there_is_nothing_to_compare_with(rulebook):
    lines = _lines(rulebook, (0, "OPEN", 0, UNMET), (0, "COUNT", 50_000, MET))
    found = _diagnosed(rulebook, lines, _assessed("hill", "plain", "plain"))
    assert found.loc[0, ["strengths", "weaknesses", "common_problems"]].tolist() == ["", "", 1]
    assert found["text"][0] == (
        "本领域只有本组织，没有可比的中位数。失分最多的指标：指标OPEN（失4分）。未达标的指标1项，均为本领域共性问题：指标OPEN。"
    )


def test_a_quarter_says_of_which_items_it_speaks_and_a_year_of_none(rulebook):
    assessed = _assessed(*["hill"] * 4)
    quarter = _lines(rulebook, (0, "COUNT", 20_000, MEAN), (0, "INCOME", 0, UNMET))
    assert _text(rulebook, quarter, assessed).endswith("未达标的季度指标1项，均为自身问题：指标INCOME。")
    assert _text(rulebook, quarter, assessed, 1).endswith("没有未达标的季度指标。")
    year = _lines(rulebook, (0, "COUNT", 20_000, MEAN), (0, "INCOME", 0, MEAN), (0, "N1", -5_000, MEAN))
    assert _text(rulebook, year, assessed).endswith(
        "失分最多的指标：指标INCOME（失4分）、指标COUNT（失3分）。反向指标扣0.5分。"
    )


def test_a_line_of_an_item_that_the_rule_book_has_no_longer_is_left_out(rulebook):
    lines = _lines(rulebook, (0, "COUNT", 20_000, MEAN), (0, "OPEN", 0, MEAN)).replace({"item_code": {"OPEN": "OLD"}})
    assert "失分最多的指标：指标COUNT（失3分）。" in _text(rulebook, lines, _assessed("hill"))


def test_an_organisation_without_items_has_a_diagnosis(rulebook):
    found = _diagnosed(rulebook, _lines(rulebook), _assessed("hill", "hill"))
    assert found["text"].tolist() == ["各维度与领域中位数相差不到10个百分点。没有未达标的指标。"] * 2


def test_the_order_of_lines_and_dimensions_changes_nothing(rulebook):
    rows = [(org, code, org * 1_000, UNMET) for org in range(6) for code in ("COUNT", "OPEN", "VISITS", "HELP")]
    lines, assessed = _lines(rulebook, *rows), _assessed(*["hill", "plain"] * 3)
    shuffled = lines.sample(frac=1, random_state=1, ignore_index=True)
    pd.testing.assert_frame_equal(_diagnosed(rulebook, shuffled, assessed), _diagnosed(rulebook, lines, assessed))


# diagnosis_frames


def test_the_frames_of_an_edition_are_valid_and_go_by_code(rulebook):
    assessed = _assessed("hill", "plain")
    rows = [(org, code, 0, UNMET) for org in (0, 1) for code in ("VISITS", "HELP", "COUNT")]
    lines = _lines(rulebook, *rows)
    frames = diagnosis_frames(lines, dimension_scores(lines, assessed, rulebook), assessed, rulebook, "month")
    valid = {name: STAGES[name].validated(frame) for name, frame in frames.items()}
    assert {name: len(frame) for name, frame in valid.items()} == {
        "dimension_score": 6, "common_problem": 6, "diagnosis": 2, "progress": 4, "progress_total": 2,
    }  # fmt: skip
    assert valid["progress"]["org_code"].tolist() == ["0001", "0001", "0002", "0002"]
    assert valid["diagnosis"]["org_code"].tolist() == ["0001", "0002"]


def test_nobody_assessed_gives_empty_frames_that_are_valid(rulebook):
    lines, nobody = _lines(rulebook), _assessed()
    frames = diagnosis_frames(lines, dimension_scores(lines, nobody, rulebook), nobody, rulebook, "month")
    assert [len(STAGES[name].validated(frame)) for name, frame in frames.items()] == [0] * 5
