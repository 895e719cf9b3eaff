"""Exempted items have no line, their points go to the others of the dimension, and a dimension never loses them all."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.periods import Period
from schemas.rulebook import Rule
from transforms.exemptions import NOTHING_LEFT, exempted
from transforms.lines import period_lines
from transforms.registry import grouped, organizations

JULY, AUGUST = Period.parse("2024-07"), Period.parse("2024-08")
MONTHLY = ("COUNT", "RATIO", "GROUP", "POSTS", "FLAG", "AREA", "STAFF", "TERM", "OPEN", "VISITS", "HELP", "COMPLAINTS")
POINTS_BY_DIMENSION = {"order": 170_000, "growth": 120_000, "care": 140_000}


@pytest.fixture(scope="module")
def exempt(records, registry, rulebook):
    """Exemptions of a month; each row as `records` takes it."""

    def make(*rows, month=JULY, registry=registry, rules=rulebook):
        everyone = grouped(organizations(registry, month, rules), rules)
        assessed = everyone[everyone["is_assessed"]].reset_index(drop=True)
        return exempted(records("exemptions", *rows), assessed, registry, rules, month)

    return make


@pytest.fixture(scope="module")
def ledger(scored, exempt, registry, rulebook):
    """The ledger of July with its exemptions: full points by organisation and item."""

    def make(*rows, registry=registry, rules=rulebook, month=JULY):
        plain = scored(registry=registry, rules=rules, month=month)
        cells = exempt(*rows, registry=registry, rules=rules, month=month).cells
        lines = period_lines(plain.observed, [], plain.organizations, plain.assessed, rules, month, cells).lines
        return lines.assign(org_code=plain.assessed["org_code"].take(lines["org"]).to_numpy())

    return make


def _full(lines, org_code):
    own = lines[lines["org_code"].eq(org_code) & lines["full_points"].gt(0)]
    return dict(zip(own["item_code"], own["full_points"], strict=True))


def test_an_exempted_item_has_no_line_and_its_points_go_to_the_others_of_the_dimension(ledger):
    lines = ledger({"org_code": "0001", "item_code": "OPEN"})
    full = _full(lines, "0001")
    assert [full[code] for code in ("VISITS", "HELP", "COMPLAINTS")] == [56_000, 42_000, 42_000]
    assert "OPEN" not in full
    assert _full(lines, "0002")["OPEN"] == 40_000


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        ("2024-07-01", None, True),
        ("2024-07-31", None, True),
        ("2024-08-01", None, False),
        ("2024-01-01", "2024-07-31", True),
        ("2024-01-01", "2024-07-30", False),
    ],
)
def test_it_holds_for_a_month_whose_last_day_it_takes_in(exempt, first, last, holds):
    found = exempt({"valid_from": first, "valid_to": last})
    assert (found.cells is not None) == holds
    assert len(found.rows) == len(found.considered) == holds


def test_items_of_another_cadence_are_left_to_their_own_periods(exempt):
    row = {"item_code": "CLOSED"}
    assert exempt(row).rows.empty
    assert exempt(row).rejections.empty


def test_the_edition_keeps_who_approved_it_and_why(exempt):
    (row,) = exempt({}).rows.to_dict("records")
    assert (row["org_code"], row["item_code"], row["approved_by"], row["cause"]) == (
        "0001",
        "OPEN",
        "李某",
        "撤并过渡期",
    )
    assert str(row["valid_from"])[:10] == "2024-07-01"


def test_who_is_left_with_nothing_in_a_dimension_keeps_all_its_items(exempt, ledger):
    care = [{"item_code": code} for code in ("OPEN", "VISITS", "HELP", "COMPLAINTS")]
    found = exempt(*care, {"item_code": "COUNT"}, {"org_code": "0002"})
    assert found.rows[["org_code", "item_code"]].to_numpy().tolist() == [["0001", "COUNT"], ["0002", "OPEN"]]
    assert found.rejections["reason"].tolist() == [NOTHING_LEFT] * 4
    assert found.rejections["row_no"].tolist() == [2, 3, 4, 5]
    assert "满分无处分摊" in found.rejections["message"].iloc[0]
    lines = ledger(*care)
    assert _full(lines, "0001")["OPEN"] == 40_000
    assert exempt(*care[:3]).rejections.empty


def test_what_does_not_apply_anyway_is_nothing_that_is_left(exempt, rulebook):
    """0002 has no groups, so GROUP does not apply to it."""
    rest = [{"org_code": "0002", "item_code": code} for code in ("COUNT", "RATIO", "POSTS")]
    assert exempt(*rest).rejections["reason"].tolist() == [NOTHING_LEFT] * 3
    assert exempt(*(row | {"org_code": "0001"} for row in rest)).rejections.empty
    assert exempt({"org_code": "0002", "item_code": "GROUP"}).rejections.empty


def test_an_item_before_its_first_milestone_is_nothing_that_is_left(exempt, rulebook):
    later = Rule("milestones", milestones=((8, 31, Fraction(1)),))
    items = tuple(replace(item, rule=later) if item.code == "VISITS" else item for item in rulebook.items)
    rules = replace(rulebook, items=items)
    care = [{"item_code": code} for code in ("OPEN", "HELP", "COMPLAINTS")]
    assert len(exempt(*care, rules=rules).rejections) == 3
    assert exempt(*care, rules=rules, month=AUGUST).rejections.empty


def test_all_lines_of_an_item_with_assessors_go(exempt, rulebook):
    (item,) = (item for item in rulebook.items if item.code == "OPEN")
    twice = tuple(replace(item, assessor=name, points=20_000) for name in ("甲局", "乙局"))
    rules = replace(rulebook, items=(*(other for other in rulebook.items if other.code != "OPEN"), *twice))
    cells = exempt({}, rules=rules).cells
    assert cells is not None
    assert cells.sum() == 2


def test_an_organisation_under_a_new_code_stays_exempted(exempt, registry_of):
    renamed = registry_of(
        {"org_code": "0001", "org_name": "山上支部", "valid_to": "2024-07-14"},
        {"org_code": "0011", "org_name": "山上总支", "valid_from": "2024-07-15", "predecessor_code": "0001",
         "succession": "改码"},
    )  # fmt: skip
    assert exempt({"valid_from": "2024-01-01"}, registry=renamed).rows["org_code"].tolist() == ["0011"]


@given(st.lists(st.tuples(st.sampled_from(["0001", "0002"]), st.sampled_from(MONTHLY)), unique=True))
def test_full_points_add_up_whatever_is_exempted(ledger, exempt, pairs):
    rows = [{"org_code": org, "item_code": code} for org, code in pairs]
    lines = ledger(*rows)
    granted = exempt(*rows).rows
    for org in ("0001", "0002"):
        own = lines[lines["org_code"].eq(org)]
        assert own.groupby("dimension")["full_points"].sum().to_dict() == POINTS_BY_DIMENSION
        assert not set(own["item_code"]) & set(granted.loc[granted["org_code"].eq(org), "item_code"])
