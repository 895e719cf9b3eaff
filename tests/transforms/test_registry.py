"""Which organisations exist on a day, what they are as at a period's end, and who is assessed (RULES §0, as at)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from schemas.periods import Period
from schemas.rulebook import Domain, OrganizationKind
from schemas.stages import STAGES
from transforms.checks.registry import check_registry
from transforms.registry import Registry, ancestors_of_kind, belonging, grouped, organizations

BRANCH = {"org_code": "0001", "org_name": "山上支部"}


def _codes(*codes):
    return pd.Series(codes, dtype="str")


def _on(day):
    return date.fromisoformat(day).toordinal()


@pytest.fixture
def changing(registry_of):
    """0001: hill until June, plain from July, dissolved after 2024-07-20; 0002 founded 2024-07-02."""
    return registry_of(
        BRANCH | {"valid_from": "2024-01-01", "valid_to": "2024-06-30"},
        BRANCH | {"valid_from": "2024-07-01", "valid_to": "2024-07-20", "domain": "平原", "org_name": "平地支部"},
        {"org_code": "0002", "org_name": "新支部", "valid_from": "2024-07-02"},
    )


@pytest.fixture
def nobody(records, rulebook):
    return Registry(check_registry(records("registry"), rulebook).accepted)


@pytest.mark.parametrize(
    ("code", "day", "state"),
    [
        ("0001", "2023-12-31", "inactive"),
        ("0001", "2024-01-01", "live"),
        ("0001", "2024-06-30", "live"),
        ("0001", "2024-07-01", "live"),
        ("0001", "2024-07-20", "live"),
        ("0001", "2024-07-21", "inactive"),
        ("0002", "2024-07-01", "inactive"),
        ("0002", "2024-07-02", "live"),
        ("0002", "9999-12-31", "live"),
        ("0003", "2024-07-02", "unknown"),
    ],
)
def test_state_on_each_side_of_the_first_and_last_day(changing, code, day, state):
    assert list(changing.state_on(_codes(code), np.array([_on(day)]))) == [state]


def test_nothing_is_said_of_a_record_without_a_code_or_a_day(changing):
    states = changing.state_on(_codes(None, "0001", "0009"), np.array([_on("2024-07-01"), 0, 0]))
    assert list(states) == ["live", "live", "live"]


def test_the_days_may_be_one_for_all(changing):
    assert list(changing.state_on(_codes("0001", "0002"), _on("2024-07-01"))) == ["live", "inactive"]


def test_domain_on_each_day(changing):
    days = np.array([_on(day) for day in ("2024-06-30", "2024-07-01", "2024-07-21", "2024-07-01")])
    assert changing.domains_on(_codes("0001", "0001", "0001", "7777"), days).tolist() == ["hill", "plain", None, None]


def test_a_registry_of_nobody_knows_nobody(nobody):
    assert list(nobody.state_on(_codes("0001"), 5)) == ["unknown"]
    assert nobody.domains_on(_codes("0001"), 5).tolist() == [None]
    codes, states = nobody.by_name(_codes("山上支部"), _codes(None), 5)
    assert (codes.isna().tolist(), list(states)) == ([True], ["unknown"])


@pytest.fixture
def namesakes(registry_of):
    return registry_of(
        {"org_code": "0001", "org_name": "新村支部", "town": "东镇"},
        {"org_code": "0002", "org_name": "新村支部", "town": "西镇"},
        {"org_code": "0003", "org_name": "老村支部", "town": "西镇", "valid_to": "2024-06-30"},
        {"org_code": "0004", "org_name": "老村支部", "town": "东镇", "valid_from": "2024-07-01"},
        {"org_code": "0005", "org_name": "双生支部", "town": "东镇"},
        {"org_code": "0006", "org_name": "双生支部", "town": "东镇"},
        {"org_code": "0007", "org_name": "无镇支部"},
    )


@pytest.mark.parametrize(
    ("name", "town", "code", "state"),
    [
        ("新村支部", "东镇", "0001", "live"),
        ("新村支部", "西镇", "0002", "live"),
        ("新村支部", None, None, "ambiguous"),
        ("新村支部", "南镇", None, "unknown"),
        ("老村支部", None, "0004", "live"),
        ("老村支部", "西镇", None, "unknown"),
        ("双生支部", "东镇", None, "ambiguous"),
        ("无镇支部", None, "0007", "live"),
        ("无镇支部", "东镇", None, "unknown"),
        ("没有这个", None, None, "unknown"),
        (None, None, None, "unknown"),
        (None, "东镇", None, "unknown"),
    ],
)
def test_an_organisation_known_by_name(namesakes, name, town, code, state):
    codes, states = namesakes.by_name(_codes(name), _codes(town), _on("2024-07-31"))
    assert list(states) == [state]
    if state == "live":
        assert codes.tolist() == [code]


def test_names_keep_the_rows_of_the_records(namesakes):
    names = pd.Series(["新村支部", "老村支部"], index=[7, 3], dtype="str")
    codes, _ = namesakes.by_name(names, pd.Series(["西镇", None], index=[7, 3], dtype="str"), _on("2024-07-31"))
    assert codes.to_dict() == {7: "0002", 3: "0004"}


def _assessed(registry, period, rules):
    frame = organizations(registry, Period.parse(period), rules)
    return dict(zip(frame["org_code"], frame["is_assessed"], strict=True))


def test_an_organisation_is_what_it_is_on_the_last_day(changing, rulebook):
    june, july = (organizations(changing, Period.parse(month), rulebook) for month in ("2024-06", "2024-07"))
    assert june[["org_code", "org_name", "domain"]].to_numpy().tolist() == [["0001", "山上支部", "hill"]]
    assert july["org_code"].tolist() == ["0002"]


def test_assessed_are_those_with_a_domain_who_exist_on_the_first_and_the_last_day(registry_of, rulebook):
    registry = registry_of(
        {"org_code": "0001", "org_name": "全月", "valid_from": "2024-07-01", "valid_to": "2024-07-31"},
        {"org_code": "0002", "org_name": "月中成立", "valid_from": "2024-07-02"},
        {"org_code": "0003", "org_name": "月末撤销", "valid_to": "2024-07-30"},
        {"org_code": "0004", "org_name": "没有领域", "domain": None},
        {"org_code": "0005", "org_name": "换了领域", "valid_to": "2024-07-10"},
        {"org_code": "0005", "org_name": "换了领域", "valid_from": "2024-07-11", "domain": "平原"},
        {"org_code": "0006", "org_name": "中断", "valid_to": "2024-07-10"},
        {"org_code": "0006", "org_name": "中断", "valid_from": "2024-07-20"},
        {"org_code": "0007", "org_name": "才有领域", "valid_to": "2024-07-10", "domain": None},
        {"org_code": "0007", "org_name": "才有领域", "valid_from": "2024-07-11"},
    )
    assert _assessed(registry, "2024-07", rulebook) == {
        "0001": True,
        "0002": False,
        "0004": False,
        "0005": True,
        "0006": True,
        "0007": True,
    }


def test_the_policy_any_day_asks_for_the_last_day_alone(registry_of, rulebook):
    registry = registry_of(
        {"org_code": "0002", "org_name": "月中成立", "valid_from": "2024-07-31"},
        {"org_code": "0003", "org_name": "月末撤销", "valid_to": "2024-07-30"},
        {"org_code": "0004", "org_name": "没有领域", "domain": None},
    )
    any_day = replace(rulebook, policies=replace(rulebook.policies, assessed_from="any_day"))
    assert _assessed(registry, "2024-07", any_day) == {"0002": True, "0004": False}
    assert _assessed(registry, "2024-07", rulebook) == {"0002": False, "0004": False}


def test_organisations_are_a_valid_stage_frame_also_without_any(changing, nobody, rulebook):
    for registry in (changing, nobody):
        frame = grouped(organizations(registry, Period.parse("2024-07"), rulebook), rulebook)
        assert len(STAGES["organization"].validated(frame)) == len(frame)


def _tree(*rows):
    return pd.DataFrame(rows, columns=["org_code", "parent_code", "kind"]).astype("str")


def test_the_nearest_ancestor_of_a_kind_skips_those_of_other_kinds():
    tree = _tree(
        ("1", None, "committee"),
        ("2", "1", "committee"),
        ("3", "2", "general_branch"),
        ("4", "3", "branch"),
        ("5", "gone", "branch"),
        ("6", None, "branch"),
    )
    found = ancestors_of_kind(tree, _codes("4", "3", "2", "1", "5", "6", "unknown"), ("committee", "work_committee"))
    assert found.fillna("-").tolist() == ["2", "2", "1", "-", "-", "-", "-"]


def test_a_loop_in_the_tree_ends():
    tree = _tree(("1", "2", "branch"), ("2", "3", "branch"), ("3", "1", "branch"), ("4", "4", "branch"))
    assert ancestors_of_kind(tree, _codes("1", "4"), ("committee",)).isna().all()


def test_a_loop_with_the_kind_in_it_is_climbed_to_it():
    tree = _tree(("1", "2", "branch"), ("2", "3", "branch"), ("3", "1", "committee"))
    assert ancestors_of_kind(tree, _codes("1", "3"), ("committee",)).tolist() == ["3", "3"]


def test_ancestors_keep_the_rows_of_those_who_ask():
    tree = _tree(("1", None, "committee"), ("2", "1", "branch"))
    asked = pd.Series(["2", "1"], index=[9, 4], dtype="str")
    assert ancestors_of_kind(tree, asked, ("committee",)).fillna("-").to_dict() == {9: "1", 4: "-"}


# domains and peer groups


@pytest.fixture
def claiming(rulebook):
    """The hills claim two towns, the club the branches right below 0009, the plain nobody."""
    hill = Domain("hill", "山区", where={"town": ("东镇", "西镇")})
    club = Domain("club", "俱乐部", where={"kind": ("branch",), "parent_code": ("0009",)})
    return replace(rulebook, domains=(hill, club, Domain("plain", "平原")))


@pytest.mark.parametrize(
    ("town", "kind", "parent_code", "written", "domain"),
    [
        ("东镇", "committee", None, None, "hill"),
        ("西镇", "committee", None, "plain", "hill"),
        ("东镇", "branch", "0009", None, "hill"),
        ("南镇", "branch", "0009", None, "club"),
        ("南镇", "branch", "0009", "plain", "club"),
        ("南镇", "branch", "0008", "plain", "plain"),
        ("南镇", "committee", "0009", "plain", "plain"),
        (None, "branch", None, None, None),
    ],
    ids=[
        "a town of its",
        "another town of its, whatever the registry writes",
        "the first that claims it",
        "kind and parent",
        "kind and parent, whatever the registry writes",
        "the kind alone is not enough",
        "the parent alone is not enough",
        "claimed by nobody, written nowhere",
    ],
)
def test_the_first_domain_that_claims_an_organisation_has_it(claiming, town, kind, parent_code, written, domain):
    values = {"town": town, "kind": kind, "parent_code": parent_code, "domain": written}
    frame = pd.DataFrame({name: _codes(value) for name, value in values.items()})
    assert belonging(frame, claiming).fillna("-").tolist() == [domain or "-"]


def test_without_claims_organisations_keep_what_the_registry_writes(rulebook):
    frame = pd.DataFrame({"domain": _codes("hill", None, "plain")})
    assert belonging(frame, rulebook).fillna("-").tolist() == ["hill", "-", "plain"]


def test_who_is_claimed_is_assessed_without_a_domain_in_the_registry(registry_of, claiming):
    in_town = {"domain": None, "parent_code": "0007"}
    registry = registry_of(
        in_town | {"org_code": "0001", "org_name": "甲", "town": "东镇"},
        in_town | {"org_code": "0002", "org_name": "乙", "town": "南镇"},
        rules=claiming,
    )
    assert _assessed(registry, "2024-07", claiming) == {"0001": True, "0002": False}
    assert registry.domains_on(_codes("0001"), _on("2024-07-01")).tolist() == ["hill"]


def test_a_domain_changes_with_what_it_goes_by(registry_of, claiming):
    moving = {"org_code": "0001", "org_name": "甲", "domain": "平原"}
    registry = registry_of(
        moving | {"town": "东镇", "valid_to": "2024-07-15"},
        moving | {"town": "南镇", "valid_from": "2024-07-16"},
        rules=claiming,
    )
    days = np.array([_on("2024-07-15"), _on("2024-07-16")])
    assert registry.domains_on(_codes("0001", "0001"), days).tolist() == ["hill", "plain"]


PEERS = [
    ("kind", ["hill/branch", "hill/branch", "hill/committee", "plain", None]),
    ("town", ["hill/东镇", "hill/西镇", "hill/西镇", "plain", None]),
    ("parent_code", ["hill/0009", "hill/0009", "hill/", "plain", None]),
    (None, ["hill", "hill", "hill", "plain", None]),
]


@pytest.mark.parametrize(("peers_by", "groups"), PEERS)
def test_peers_share_the_domain_and_what_it_is_parted_by(rulebook, peers_by, groups):
    rules = replace(rulebook, domains=(Domain("hill", "山区", peers_by=peers_by), Domain("plain", "平原")))
    rows = [
        ("hill", "branch", "东镇", "0009"),
        ("hill", "branch", "西镇", "0009"),
        ("hill", "committee", "西镇", None),
        ("plain", "branch", "西镇", "0009"),
        (None, "branch", "西镇", "0009"),
    ]
    columns = zip(*rows, strict=True)
    frame = pd.DataFrame(
        {name: _codes(*column) for name, column in zip(("domain", "kind", "town", "parent_code"), columns, strict=True)}
    )
    found = grouped(frame, rules)
    assert found["peer_group"].fillna("-").tolist() == [group or "-" for group in groups]
    assert not found["is_restricted"].any()


def test_people_are_restricted_by_their_kind(rulebook):
    kinds = {"党员": OrganizationKind("member", "党员", is_restricted=True), "支部": OrganizationKind("branch", "支部")}
    frame = pd.DataFrame({"kind": _codes("member", "branch"), "domain": _codes("hill", "hill")})
    assert grouped(frame, replace(rulebook, organization_kinds=kinds))["is_restricted"].tolist() == [True, False]
