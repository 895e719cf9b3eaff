"""The check of stated totals: that parts add up to them, and that the registry says the same (总数勾稽)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from schemas.layouts import TableLayout
from schemas.outcomes import RollUp
from schemas.periods import Period
from schemas.rulebook import ControlTotal
from transforms.checks.totals import check_totals

SINCE = {"effective_from": date(2017, 1, 1), "adopted_on": date(2016, 12, 1), "reference": "实施方案"}
KINDS = ("在职党员", "离退休党员", "其他党员")
STATED = [("党员总数", "97586"), ("在职党员", "36139"), ("离退休党员", "52,259"), ("其他党员", "9188")]


def records_of(stated):
    """Rows of a sheet of stated figures, the first in row 2."""
    figures, texts = zip(*stated, strict=True) if stated else ((), ())
    frame = pd.DataFrame({"figure": pd.Series(figures, dtype="str"), "value_text": pd.Series(texts, dtype="str")})
    return frame.assign(row_no=range(2, len(frame) + 2), batch_id="b1", fault=pd.Series(dtype="str"))


@pytest.fixture(scope="module")
def check(registry_of, rulebook):
    """Checks stated figures of 2018 against two branches with 97,580 and 6 members under a committee that has 3."""
    registry = registry_of(
        {"org_code": "0009", "org_name": "委员会", "kind": "委员会", "domain": None, "members": "3"},
        {"org_code": "0001", "org_name": "一支部", "members": "97580", "valid_to": "2024-12-31"},
        {"org_code": "0002", "org_name": "二支部", "members": "6"},
        {"org_code": "0003", "org_name": "新支部", "members": "9", "valid_from": "2025-01-01"},
    )
    layout = TableLayout(path="totals/{period}", sender="组织部", columns={"项目": "figure", "数值": "value_text"})

    def make(*stated, equals=None, kinds=("branch",)):
        rules = replace(
            rulebook,
            inbox=rulebook.inbox.model_copy(update={"totals": layout}),
            control_totals=(ControlTotal("members", "党员总数", KINDS, equals, **SINCE),),
            roll_ups=(RollUp("members", 1, "党员数", "members", None, kinds, "year", **SINCE),),
        )
        return check_totals(records_of(stated), registry, rules, Period.parse("2024"))

    return make


def test_parts_that_add_up_stand(check):
    found = check(*STATED)
    assert found.rejections.empty
    assert found.accepted[["figure", "value_num"]].to_numpy().tolist() == [
        [name, int(text.replace(",", ""))] for name, text in STATED
    ]


def test_a_total_that_its_parts_do_not_come_to_is_refused_with_both_sums(check):
    found = check(("党员总数", "101599"), *STATED[1:])
    (rejection,) = found.rejections.to_dict("records")
    assert (rejection["row_no"], rejection["column_name"], rejection["value_text"]) == (2, "数值", "101599")
    assert rejection["reason"] == "control_total"
    assert rejection["message"] == "分项合计97586，与总数101599相差4013。请核对后重新报送"
    assert found.accepted["figure"].tolist() == list(KINDS)
    assert found.rejected_count == 1


@pytest.mark.parametrize("lost", [1, 2, 3])
@pytest.mark.parametrize("bad", [None, "约9千", "-9188"])
def test_a_part_that_is_not_there_or_cannot_be_read_refuses_the_total(check, lost, bad):
    rows = [row for n, row in enumerate(STATED) if n != lost or bad]
    rows = [(name, bad if n == lost and bad else text) for n, (name, text) in enumerate(rows)]
    found = check(*rows)
    of_total = found.rejections[found.rejections["reason"] == "control_total"]
    assert of_total["row_no"].tolist() == [2]
    assert f"“{STATED[lost][0]}”没有可用的数值" in of_total["message"].iloc[0]
    assert len(found.rejections) == (2 if bad else 1)


def test_a_total_that_is_not_stated_is_not_asked_for(check):
    assert check(*STATED[1:3], ("女党员", "5")).rejections.empty


@pytest.mark.parametrize(
    ("kinds", "total", "told"),
    [
        (("branch",), "97586", None),
        (("branch",), "97585", "组织名册期末合计97586，与总数97585相差1"),
        ((), "97586", "组织名册期末合计97589，与总数97586相差3"),
    ],
)
def test_the_registry_as_at_the_last_day_must_say_the_same(check, kinds, total, told):
    found = check(("党员总数", total), *STATED[1:], equals="members", kinds=kinds)
    assert len(found.rejections) == (told is not None)
    if told:
        assert told in found.rejections["message"][0]


def test_organisations_are_counted_where_the_total_is_theirs(check):
    found = check(("党员总数", "4"), *((name, "1") for name in KINDS), equals="organizations")
    message = found.rejections["message"][0]
    assert "分项合计3，与总数4相差1；组织名册期末合计3，与总数4相差1" in message


def test_a_figure_stated_twice_with_different_values_has_neither(check, rejected):
    found = check(*STATED, ("在职党员", "36140"), ("其他党员", "9188"))
    assert rejected(found) == [
        (2, "数值", "97586", "control_total"),
        (3, "数值", "36139", "conflicting_duplicate"),
        (6, "数值", "36140", "conflicting_duplicate"),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((None, "1"), ("项目", "", "malformed")),
        (("女党员", None), ("数值", "", "malformed")),
        (("女党员", "若干"), ("数值", "若干", "malformed")),
        (("女党员", "-1"), ("数值", "-1", "out_of_range")),
    ],
)
def test_a_row_is_rejected_for_what_is_wrong_with_it(check, rejected, row, expected):
    assert rejected(check(row)) == [(2, *expected)]


def test_nothing_stated_says_nothing(check, registry, rulebook):
    assert check().accepted.empty
    assert check_totals(records_of(()), registry, rulebook, Period.parse("2024-07")).rejections.empty
