"""A small made-up scheme, what its senders deliver, and YAML cases: what the tests of the transforms share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import settings

from schemas.conditions import BottomPercent, Condition, FindingReviewed, ItemUnmet, Streak
from schemas.kinds import RECORD_COLUMNS, Kind
from schemas.layouts import Inbox
from schemas.outcomes import ByBody, MostPointsLost, NearestKind
from schemas.periods import Period
from schemas.rulebook import (
    AppliesWhen,
    Body,
    CadenceRule,
    Dimension,
    Domain,
    Item,
    Measure,
    NegativeItem,
    OrganizationKind,
    Policies,
    ProgressBoard,
    Rule,
    RuleBook,
)
from schemas.stages import STAGES
from transforms.checks.registry import check_registry
from transforms.conditions import Scene
from transforms.lines import Lines, period_lines
from transforms.registry import Registry, grouped, organizations
from transforms.scoring import Observations, Records, check_records, observe
from transforms.standings import dimension_scores, scores

settings.register_profile("steady", max_examples=30, deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

HERE = Path(__file__).parent
CASES = HERE.parent / "cases"
SINCE = {"effective_from": date(2024, 1, 1), "adopted_on": date(2023, 12, 1), "reference": "试行办法第三条"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cases(name, section): runs the test with each case of tests/cases/<name>.yaml")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for marker in metafunc.definition.iter_markers("cases"):
        name, *section = marker.args
        # BaseLoader leaves every scalar as it is written, so that no decimal passes through floating point
        found = yaml.load((CASES / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        cases = found[section[0]] if section else found
        metafunc.parametrize("case", cases, ids=[case["name"] for case in cases])


def ten_thousandths(points: str | int) -> int:
    """Points as written in a case, in whole ten-thousandths."""
    scaled = Fraction(points) * 10_000
    assert scaled.denominator == 1, f"{points} has more than 4 decimals"
    return int(scaled)


def rule_of(written: Any) -> Rule:
    """The rule that a case writes as rule books do: yes_no, {at_least: 1}, {tiers: [[60, 0.6], [80, 1]], pass: 0.6}.

    Milestones are written {milestones: ["03-31 0.25", "06-30 0.5"]}.
    """
    if written == "yes_no":
        return Rule("yes_no")
    kind, value = next(iter(written.items()))
    match kind:
        case "at_least" | "proportional":
            return Rule(kind, target=Fraction(value))
        case "per_unit" | "inverse":
            return Rule(kind, each=ten_thousandths(value))
        case "scored":
            return Rule(kind, target=Fraction(value), pass_share=Fraction(written["pass"]))
        case "milestones":
            days = tuple(
                (int(by[:2]), int(by[3:]), Fraction(at_least)) for by, at_least in (one.split() for one in value)
            )
            return Rule(kind, milestones=days)
        case "tiers":
            tiers = tuple((Fraction(start), Fraction(share)) for start, share in value)
            return Rule("tiers", tiers=tiers, pass_share=Fraction(written["pass"]))
    raise ValueError(kind)


def item_of(code: str, rule: Rule, **given: Any) -> Item:
    """A monthly declared item of every domain, unless `given` says otherwise."""
    defaults: dict[str, Any] = {
        "order": 1,
        "name": f"指标{code}",
        "dimension": "order",
        "category": "日常",
        "kind": "common",
        "source": "platform" if "measure" in given else "declaration",
        "cadence": "month",
        "domains": ("hill", "plain"),
        "points": 40_000,
        "measure": None,
        "is_dynamic": False,
        "applies_when": None,
        "lead_unit": "甲局",
        "unit": "",
    }
    return Item(code=code, rule=rule, **(defaults | given), **SINCE)


def condition_of(code: str, when: Any, colour: str | None = None, severity: int = 0, *responsible: Any) -> Condition:
    """A condition; without a colour it is only recorded."""
    return Condition(code, f"条件{code}", colour, severity, when, responsible or (ByBody("办公室"),), **SINCE)


_UP = (NearestKind(("committee",)), ByBody("办公室"))
_BOTTOM = BottomPercent(Fraction(25), "index", "floor", "spare")


def _items() -> tuple[Item, ...]:
    def measured(kind: str, event: str, *topics: str, of: str = "", over: str = "") -> Measure:
        return Measure(kind, event, topics, tuple(filter(None, [of])), tuple(filter(None, [over])))

    yes_no, once = Rule("yes_no"), Rule("at_least", target=Fraction(1))
    share = Rule("proportional", target=Fraction("0.95"))
    steps = tuple((Fraction(n * 20), Fraction(n, 5)) for n in (3, 4, 5))
    items = (
        item_of("COUNT", once, points=50_000, is_dynamic=True, measure=measured("count", "meeting", "例会", "大会")),
        item_of("RATIO", share, lead_unit="乙局", measure=measured("ratio", "meeting", of="attended", over="expected")),
        item_of("GROUP", once, applies_when=AppliesWhen("groups", 1), measure=measured("count", "meeting", "小组会")),
        item_of("POSTS", Rule("proportional", target=Fraction(1)), is_dynamic=True,
                measure=measured("state_ratio", "roster", of="filled", over="quota")),
        item_of("FLAG", yes_no, dimension="growth", domains=("hill",), kind="specific", lead_unit="丙局",
                measure=measured("state_flag", "roster", of="joint")),
        item_of("AREA", Rule("tiers", tiers=steps, pass_share=steps[0][1]), dimension="growth", domains=("plain",),
                kind="specific", lead_unit="丙局", unit="亩",
                measure=measured("state_value", "roster", of="area")),
        item_of("STAFF", yes_no, dimension="growth",
                measure=measured("state_at_most", "roster", of="staff", over="limit")),
        item_of("TERM", yes_no, dimension="growth", is_dynamic=True, lead_unit="乙局",
                measure=measured("state_not_before_period_end", "roster", of="term_ends_on")),
        item_of("OPEN", yes_no, dimension="care"),
        item_of("VISITS", Rule("proportional", target=Fraction(10)), dimension="care", lead_unit="丙局"),
        item_of("HELP", Rule("per_unit", each=5_000), dimension="care", points=30_000, unit="次"),
        item_of("COMPLAINTS", Rule("inverse", each=10_000), dimension="care", points=30_000, lead_unit="丙局"),
        item_of("CLOSED", share, dimension="care", source="department", cadence="quarter", points=60_000,
                lead_unit="丁局"),
        item_of("INCOME", Rule("proportional", target=Fraction(5)), dimension="growth", source="department",
                cadence="quarter", lead_unit="丁局", unit="万元"),
        item_of("CHECKED", yes_no, source="department", cadence="quarter", domains=("plain",), kind="specific"),
        item_of("FOREST", yes_no, source="department", cadence="quarter", domains=("hill",), kind="specific"),
    )  # fmt: skip
    return tuple(replace(item, order=order) for order, item in enumerate(items, start=1))


@pytest.fixture(scope="session")
def rulebook() -> RuleBook:
    """Three dimensions, two domains, every rule, every measure, every condition."""
    return RuleBook(
        scheme="made_up",
        name="试行办法",
        index_name="综合指数",
        version="2024-01-01",
        hash="0" * 64,
        dimensions=(Dimension("order", "有序"), Dimension("growth", "发展"), Dimension("care", "关怀")),
        domains=(Domain("hill", "山区", ("山地",)), Domain("plain", "平原")),
        organization_kinds={
            "支部": OrganizationKind("branch", "支部"),
            "总支": OrganizationKind("general_branch", "总支"),
            "委员会": OrganizationKind("committee", "委员会"),
        },
        bodies=(Body("办公室", "区办公室"),),
        items=_items(),
        negative_items=(
            NegativeItem("N1", 21, "记录造假", "order", 10_000, 20_000, "month", **SINCE),
            NegativeItem("N2", 22, "冷硬推诿", "care", 100_000, 200_000, "month", **SINCE),
            NegativeItem("N3", 23, "年度漏报", "growth", 5_000, 10_000, "quarter", **SINCE),
        ),
        conditions=(
            condition_of("unmet", ItemUnmet(dynamic=True), "blue", 1, *_UP),
            condition_of("found", FindingReviewed(), "blue", 1, *_UP),
            condition_of("low", _BOTTOM, "yellow", 2, MostPointsLost(), ByBody("办公室")),
            condition_of("low_unit", replace(_BOTTOM, basis="lead_unit_points"), "yellow", 2, MostPointsLost()),
            condition_of("lowest", _BOTTOM),
            condition_of("unmet_3", Streak("unmet", 3, "same_item"), "red", 3),
            condition_of("any_unmet_3", Streak("unmet", 3, "any_item"), "red", 3),
            condition_of("lowest_3", Streak("lowest", 3, "same_item"), "red", 3),
        ),
        progress_boards=(
            ProgressBoard("clearances", "清理", ("INCOME", "CLOSED", "FOREST"), Fraction("0.6"), **SINCE),
            ProgressBoard("visits", "走访", ("VISITS", "HELP"), Fraction("0.6"), **SINCE),
        ),
        cadences={
            "month": CadenceRule("month", 430_000),
            "quarter": CadenceRule("quarter", 140_000, ("month",), "sum"),
            "year": CadenceRule("year", 0, ("quarter",)),
        },
        policies=Policies(
            assessed_from="first_full_month",
            share_at_most=Fraction("1.5"),
            number_at_most=Fraction(1_000_000),
            common_problem_percent=Fraction(30),
            radar_margin_percent=Fraction(10),
        ),
        inbox=Inbox.model_validate(yaml.safe_load((HERE / "inbox.yaml").read_text(encoding="utf-8"))),
    )


RecordsMaker = Callable[..., pd.DataFrame]

_FILLED: dict[Kind, dict[str, str]] = {
    "registry": {"kind": "支部", "domain": "山区", "valid_from": "2024-01-01"},
    "events": {
        "event_id": "E1",
        "org_code": "0001",
        "kind": "meeting",
        "topic": "例会",
        "occurred_at": "2024-07-10T09:00:00+08:00",
        "captured_at": "2024-07-11T09:00:00+08:00",
        "data.attended": "19",
        "data.expected": "20",
    },
    "declarations": {
        "org_code": "0001",
        "item_code": "OPEN",
        "value_text": "是",
        "declared_at": "2024-07-20 10:00",
        "review_status": "通过",
    },
    "submissions": {
        "org_code": "0001",
        "item_code": "CLOSED",
        "value_text": "95%",
        "verification": "已核实",
        "column_name": "办结率",
    },
    "findings": {
        "found_on": "2024-07-15",
        "org_code": "0001",
        "item_code": "N1",
        "findings_count": "1",
        "fixed_text": "否",
        "review_status": "已审",
    },
    "totals": {"figure": "党员总数", "value_text": "30"},
    "corrections": {"cause": "系统故障，原表无法修改", "provider": "张某", "recorded_on": "2024-08-02"},
    "exemptions": {
        "org_code": "0001",
        "item_code": "OPEN",
        "valid_from": "2024-07-01",
        "cause": "撤并过渡期",
        "approved_by": "李某",
        "approved_on": "2024-06-28",
    },
    "rechecks": {
        "org_code": "0001",
        "item_code": "OPEN",
        "recheck_status": "通过",
        "checked_by": "王五",
        "checked_on": "2024-08-20",
    },
    "decisions": {
        "org_code": "0001",
        "decision": "列入",
        "cause": "班子涣散",
        "decided_by": "部务会",
        "decided_on": "2024-11-20",
    },
}


@pytest.fixture(scope="session")
def records() -> RecordsMaker:
    """Makes the record frame of a kind: records(kind, {column: text, …}, …); what a row leaves out is filled in.

    None stands for an empty cell. Event data are columns `data.<key>`.
    """

    def make(kind: Kind, *rows: Mapping[str, Any]) -> pd.DataFrame:
        known = _FILLED[kind] | {"batch_id": "b1"}
        full = [{"row_no": number} | known | dict(row) for number, row in enumerate(rows, start=2)]
        names = dict.fromkeys([*RECORD_COLUMNS[kind], *(name for row in full for name in row)])
        frame = pd.DataFrame({name: text_column([row.get(name) for row in full]) for name in names if name != "row_no"})
        frame["row_no"] = np.array([row["row_no"] for row in full], dtype="int64")
        return frame.assign(day=pd.to_datetime(frame["day"]).astype("datetime64[us]"))

    return make


def text_column(values: Iterable[object]) -> pd.Series:
    """A text column, as the lake gives it: None is an empty cell."""
    return pd.Series(list(values), dtype="str")


@pytest.fixture(scope="session")
def registry_of(records: RecordsMaker, rulebook: RuleBook) -> Callable[..., Registry]:
    """Makes a registry of rows as `records` does; every row must be in order."""

    def make(*rows: Mapping[str, Any], rules: RuleBook = rulebook) -> Registry:
        found = check_registry(records("registry", *rows), rules)
        assert found.rejections.empty, found.rejections.to_string()
        return Registry(found.accepted)

    return make


@pytest.fixture(scope="session")
def registry(registry_of: Callable[..., Registry]) -> Registry:
    """A committee, a hill branch 0001 with groups, a plain branch 0002 without, and 0003, dissolved on 2024-07-20."""
    below = {"parent_code": "0009", "town": "西镇"}
    return registry_of(
        {"org_code": "0009", "org_name": "镇委员会", "kind": "委员会", "domain": None},
        below | {"org_code": "0001", "org_name": "山上支部", "town": "东镇", "members": "30", "groups": "2"},
        below | {"org_code": "0002", "org_name": "平川支部", "domain": "平原", "groups": "0"},
        below | {"org_code": "0003", "org_name": "旧支部", "valid_to": "2024-07-20"},
    )


@pytest.fixture(scope="session")
def village(registry_of: Callable[..., Registry]) -> Registry:
    """A committee with four hill branches, 0004 under a general branch, and one plain branch 0005."""
    names = {f"000{n}": {"org_name": f"第{n}支部", "groups": "1", "parent_code": "0009"} for n in range(1, 6)}
    changes = {"0004": {"parent_code": "0008"}, "0005": {"domain": "平原"}}
    return registry_of(
        *({"org_code": code} | row | changes.get(code, {}) for code, row in names.items()),
        {"org_code": "0008", "org_name": "镇总支", "kind": "总支", "domain": None, "parent_code": "0009"},
        {"org_code": "0009", "org_name": "镇委员会", "kind": "委员会", "domain": None},
    )


@pytest.fixture(scope="session")
def july() -> Period:
    return Period.parse("2024-07")


@dataclass(frozen=True)
class Scored:
    """A month that was scored up to its ledger lines."""

    organizations: pd.DataFrame
    assessed: pd.DataFrame
    observed: Observations
    period: Lines
    followed: pd.DataFrame
    rejections: pd.DataFrame

    @property
    def lines(self) -> pd.DataFrame:
        """The ledger."""
        return self.period.lines

    def line(self, org_code: str, item_code: str) -> dict[str, Any]:
        """The one line of an organisation and item."""
        place = self.assessed.index[self.assessed["org_code"] == org_code][0]
        (row,) = self.lines[(self.lines["org"] == place) & (self.lines["item_code"] == item_code)].to_dict("records")
        return row


@pytest.fixture(scope="session")
def scored(records: RecordsMaker, registry: Registry, rulebook: RuleBook, july: Period) -> Callable[..., Scored]:
    """Scores a month from record frames; what is left out was not delivered."""

    def make(
        events: pd.DataFrame | None = None,
        declarations: pd.DataFrame | None = None,
        findings: pd.DataFrame | None = None,
        registry: Registry = registry,
        rules: RuleBook = rulebook,
        month: Period = july,
    ) -> Scored:
        given = Records(
            records("events") if events is None else events,
            records("declarations") if declarations is None else declarations,
            records("submissions"),
            records("findings") if findings is None else findings,
            records("totals"),
            records("findings"),
        )
        everyone = grouped(organizations(registry, month, rules), rules)
        assessed = everyone[everyone["is_assessed"]].reset_index(drop=True)
        found = check_records(given, registry, rules, month)
        observed = observe(found, assessed, rules, month)
        lines = period_lines(observed, [], everyone, assessed, rules, month)
        return Scored(everyone, assessed, observed, lines, found.followed, found.rejections)

    return make


@pytest.fixture(scope="session")
def scene(rulebook: RuleBook) -> Callable[..., Scene]:
    """What the conditions look at, of a scored month."""

    def make(
        scored: Scored, rules: RuleBook = rulebook, period: str = "2024-07", tasks: pd.DataFrame | None = None
    ) -> Scene:
        by_dimension = dimension_scores(scored.lines, scored.assessed, rules)
        standing = scores(by_dimension, scored.assessed, STAGES["score"].empty())
        seen = scored.observed
        work = STAGES["task"].empty() if tasks is None else tasks
        return Scene(
            Period.parse(period), scored.organizations, scored.assessed, scored.lines, standing, seen.findings,
            seen.dates, work,
        )  # fmt: skip

    return make


@pytest.fixture(scope="session", name="rule_of")
def _rule_of() -> Callable[[Any], Rule]:
    return rule_of


@pytest.fixture(scope="session", name="item_of")
def _item_of() -> Callable[..., Item]:
    return item_of


@pytest.fixture(scope="session", name="condition_of")
def _condition_of() -> Callable[..., Condition]:
    return condition_of


@pytest.fixture(scope="session", name="ten_thousandths")
def _ten_thousandths() -> Callable[[str | int], int]:
    return ten_thousandths
