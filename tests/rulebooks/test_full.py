"""Everything that a rule book may say is read into the models that it stands for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from rulebooks.checks.inbox import layouts
from rulebooks.checks.watch_list import watch_list
from rulebooks.hashing import content_hash
from rulebooks.loader import load
from rulebooks.splitting import split
from schemas import conditions, outcomes
from schemas import rulebook as models
from schemas.layouts import Expected
from schemas.periods import Period
from schemas.rulebook import RuleBook
from schemas.watch_list import WatchList
from tests.rulebooks.conftest import FULL, Copy

DATES = {"effective_from": date(2024, 1, 1), "adopted_on": date(2023, 12, 20), "reference": "测试"}


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return load("full", date(2024, 12, 31), root=FULL.parent)


def _items(book: RuleBook, code: str) -> list[models.Item]:
    return [item for item in book.items if item.code == code]


def _item(book: RuleBook, code: str) -> models.Item:
    (item,) = _items(book, code)
    return item


def test_an_item_is_one_for_each_assessor(book: RuleBook) -> None:
    assert [(item.assessor, item.points) for item in _items(book, "Y03")] == [
        ("纪委", 75_000),
        ("组织部", 150_000),
        ("网格办", 75_000),
    ]
    assert {item.is_mandatory for item in _items(book, "Y03")} == {True}
    assert _item(book, "Y01").assessor == ""


def test_equal_parts_that_do_not_come_out_even_go_to_who_is_written_first(book: RuleBook) -> None:
    parts = [(item.assessor, item.points) for item in _items(book, "Y04")]
    assert parts == [("组织部", 33_334), ("纪委", 33_333), ("网格办", 33_333)]


@pytest.mark.parametrize(
    ("points", "weights", "parts"),
    [
        (100_000, {"": 1}, [100_000]),
        (10, {"a": 1, "b": 1, "c": 1, "d": 1}, [3, 3, 2, 2]),
        (10, {"a": Fraction(1, 3), "b": Fraction(2, 3)}, [3, 7]),
        (7, {"a": 1, "b": 4, "c": 2}, [1, 4, 2]),
        (5, {"a": 99, "b": 1}, [5, 0]),
        (100, {"a": Fraction(1, 2), "b": 1, "c": Fraction(3, 2)}, [17, 33, 50]),
    ],
)
def test_parts_are_shared_out_by_largest_remainder(points: int, weights: dict[str, Fraction], parts: list[int]) -> None:
    assert list(split(points, weights).values()) == parts
    assert sum(parts) == points


def test_rules(book: RuleBook) -> None:
    assert _items(book, "Y03")[0].rule == models.Rule("scored", Fraction(100), pass_share=Fraction(3, 5))
    quarter, half = (3, 31, Fraction(1, 4)), (6, 30, Fraction(1, 2))
    assert _item(book, "Y01").rule == models.Rule("milestones", milestones=(quarter, half))


def test_measures(book: RuleBook) -> None:
    assert _item(book, "M01").measure == models.Measure(
        "count", "meeting", ("主题党日",), having={"hours": Fraction(4)}, on_day=15, tolerance_days=1
    )
    attended = models.Measure("ratio", "meeting", of=("attended",), over=("expected", "applicants"))
    assert _item(book, "M02").measure == attended
    assert _item(book, "M03").measure == models.Measure("state_within", "roster", of=("trained_on",), months=12)


def test_other_units_and_ballots(book: RuleBook) -> None:
    assert _item(book, "G01").relatives == models.Relatives(
        "children", ("branch",), "all", of="met", item="Y03", weight="members"
    )
    assert _item(book, "G02").relatives == models.Relatives("parent", ("town",))
    options = {"优秀": Fraction(1), "称职": Fraction(4, 5), "不称职": Fraction(0)}
    assert _item(book, "Y02").ballot == models.Ballot("发出票数", options, Fraction(4, 5))


def test_domains_and_kinds(book: RuleBook) -> None:
    assert book.domains[1:3] == (
        models.Domain("branch", "支部", ("党支部",)),
        models.Domain(
            "grid", "网格", where={"kind": ("grid",), "town": ("城关镇",)}, full_points={"month": 0, "year": 600_000}
        ),
    )
    assert book.domains[3].peers_by == "parent_code"
    town = models.OrganizationKind("town", "镇")
    assert (book.organization_kinds["镇"], book.organization_kinds["街道"]) == (town, town)
    assert book.organization_kinds["党员"].is_restricted
    assert [dimension.role for dimension in book.dimensions] == ["counted", "counted", "basis", "adjustment"]


def test_cadences_from_the_shortest(book: RuleBook) -> None:
    assert list(book.cadences.values()) == [
        models.CadenceRule("month", 300_000),
        models.CadenceRule("year", 700_000, ("month",), publish_before=(7, 1)),
    ]
    assert len(book.parts(Period.parse("2024"))) == 12


def test_conditions(book: RuleBook) -> None:
    whens = {condition.code: condition.when for condition in book.conditions}
    assert whens == {
        "unmet_few": conditions.UnmetCount(1, 2),
        "unmet_many": conditions.UnmetCount(2),
        "theme_day": conditions.ItemUnmet(dynamic=False, items=("M01",)),
        "low": conditions.IndexBelow(600_000),
        "term": conditions.DateDue("roster", "term_expires_on", 6),
        "overdue": conditions.OrderOverdue(),
        "theme_day_3": conditions.Streak("theme_day", 3, "same_item"),
    }
    cadences = {condition.code: condition.cadence for condition in book.conditions}
    assert (cadences["low"], cadences["term"]) == ("year", "month")
    days = {condition.code: condition.due_days for condition in book.conditions}
    assert (days["unmet_many"], days["unmet_few"]) == (30, None)
    assert book.negative_items[0].rectify_days == 15


def test_the_upper_end_of_unmet_items_is_inclusive_as_to(full: Copy) -> None:
    full.replace("warnings.yaml", "{from: 1, below: 2}", "{from: 1, to: 1}")
    whens = {one.code: one.when for one in load("full", date(2024, 12, 31), root=full.root).conditions}
    assert whens["unmet_few"] == conditions.UnmetCount(1, 2)


def test_the_event_register(book: RuleBook) -> None:
    bonus, contest, _, veto = book.adjustments
    placed = {"domains": ("town",), "cadence": "year", **DATES}
    assert bonus == outcomes.Adjustment(
        "B01", 201, "红旗项目", "bonus", "adjustment", each=5_000, cap=10_000, by_rank=None, **placed
    )
    assert (contest.each, contest.by_rank) == (0, outcomes.ByRank(("work",), (20_000, 10_000)))
    assert (veto.kind, veto.dimension, veto.each) == ("veto", None, 0)


def test_coefficients_and_shares(book: RuleBook) -> None:
    (coefficient,) = book.coefficients
    assert (coefficient.step, coefficient.middle, coefficient.ties) == (Fraction(5, 1000), Fraction(6), "better")
    (share,) = book.shares
    assert (share.coefficient, share.personal) == ("party_building", "P01")


@pytest.mark.parametrize("middle", ["mean", "lower", "upper"])
def test_a_middle_rank_has_a_name(full: Copy, middle: str) -> None:
    full.replace("adjustments.yaml", "middle: 6", f"middle: {middle}")
    assert load("full", date(2024, 12, 31), root=full.root).coefficients[0].middle == middle


def test_limits(book: RuleBook) -> None:
    veto, unqualified = book.limits
    assert (veto.match, veto.conditions) == ("any", (outcomes.EventOccurred(("V01",)),))
    assert veto.effects == (outcomes.BarAwards(),)
    assert unqualified.conditions == (
        outcomes.EventOccurred(("V01",)),
        outcomes.BelowPercentOfFirst(Fraction(60)),
        outcomes.BelowPoints(600_000),
        outcomes.ItemsUnmet(("Y03",)),
        outcomes.LastPlaces(1, "spare"),
    )
    assert unqualified.effects == (outcomes.CapGrade("star", "none"),)


def test_scales_and_consequences(book: RuleBook) -> None:
    star, personal = book.scales
    assert (star.ties, star.movement) == ("include", "one_step")
    assert star.grades[0] == outcomes.Grade(
        "five", "五星", at_least=900_000, at_most_percent=Fraction(30), is_award=True, consequences=("C01",)
    )
    assert (star.grades[1].below, star.grades[1].percent_of_first) == (900_000, Fraction(60))
    assert (star.grades[2].at_most, star.grades[2].mandatory) == (799_999, True)
    assert personal.by_unit
    assert personal.by_unit.quotas["none"] == {"excellent": Fraction(0)}
    assert [(one.code, one.due_days) for one in book.consequences] == [("C01", 60), ("C02", 30)]
    assert book.consequences[1].responsible == (outcomes.NearestKind(("town",)), outcomes.Itself())


def test_figures(book: RuleBook) -> None:
    members, theme_days = book.roll_ups
    assert (members.figure, members.kinds, theme_days.item) == ("members", ("branch",), "M01")
    (total,) = book.control_totals
    assert (total.parts, total.equals) == (("在职党员", "离退休党员", "其他党员"), "members")


def test_the_watch_list_and_its_circumstances_in_their_order(book: RuleBook) -> None:
    assert book.watch_list == WatchList("后进整顿", 2, ("red", "yellow"), 90, **DATES)
    assert [(one.code, one.name) for one in book.circumstances] == [("K02", "不开展活动"), ("K01", "书记长期缺职")]


def test_a_scheme_without_a_watch_list_has_none(full: Copy) -> None:
    (full.root / "full" / "watch_list.yaml").unlink()
    book = load("full", date(2024, 12, 31), root=full.root)
    assert (book.watch_list, book.circumstances) == (None, ())


def test_a_watch_list_needs_warnings_of_months_and_circumstances_a_register(full: Copy) -> None:
    book = load("full", date(2024, 12, 31), root=full.root)
    yearly = tuple(one for one in book.conditions if one.cadence == "year")
    assert [fault.found for fault in watch_list(replace(book, conditions=yearly))] == [
        "没有亮牌的月度预警条件，谁也不会列入考虑"
    ]
    unregistered = replace(book, inbox=book.inbox.model_copy(update={"findings": None}))
    assert {"circumstances.K01", "circumstances.K02"} <= {fault.path for fault in layouts(unregistered)}


def test_what_is_due_by_when_and_what_becomes_of_a_period_without_it(book: RuleBook) -> None:
    due = {entry.code: entry for entry in book.inbox.expected}
    assert due["platform"] == Expected(
        code="platform", kind="events", cadence="month", due_days=3, policy="provisional", stale_days=7
    )
    assert [(code, entry.kind, entry.policy) for code, entry in due.items()] == [
        ("declarations", "declarations", "refuse"),
        ("departments", "submissions", "wait"),
        ("inspections", "findings", "publish"),
        ("platform", "events", "provisional"),
        ("registry", "registry", "publish"),
    ]


def test_what_is_due_is_no_rule(book: RuleBook) -> None:
    without = replace(book, inbox=book.inbox.model_copy(update={"expected": ()}))
    assert content_hash(without) == content_hash(book)


def test_what_a_scheme_does_not_know_has_no_layout() -> None:
    inbox = load("ganyu", date(2024, 7, 31)).inbox
    assert inbox.totals is None
    assert inbox.events


def test_only_the_registry_is_always_delivered(full: Copy) -> None:
    (full.root / "full" / "roll_ups.yaml").unlink()
    full.replace("inbox.yaml", '  totals: {path: "totals/{period}"', '  # totals: {path: "totals/{period}"')
    assert load("full", date(2024, 12, 31), root=full.root).inbox.totals is None


def test_forms_without_content_of_their_own_are_told_apart(book: RuleBook) -> None:
    overdue = [
        replace(one, when=conditions.FindingReviewed()) if one.code == "overdue" else one for one in book.conditions
    ]
    assert content_hash(replace(book, conditions=tuple(overdue))) != content_hash(book)
    assert content_hash(replace(book, conditions=book.conditions)) == content_hash(book)
