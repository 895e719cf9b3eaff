"""What senders read of organisations that the registry does not know by what a row says, or knows by another name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from transforms.checks.organizations import other_names, unknown_codes, unknown_names
from transforms.registry import Registry

UNKNOWN = ("organization", "unknown_organization")
EAST = {"org_code": "0001", "org_name": "新村支部", "town": "东镇"}
WEST = {"org_code": "0002", "org_name": "新村支部", "town": "西镇"}


@pytest.fixture(scope="module")
def towns(registry_of) -> Registry:
    """Two organisations of one name, and one that changed its code and then its name."""
    return registry_of(
        EAST,
        WEST,
        {"org_code": "0003", "org_name": "老村支部", "valid_to": "2024-06-30"},
        {
            "org_code": "0004", "org_name": "老村支部", "valid_from": "2024-07-01", "valid_to": "2024-07-31",
            "predecessor_code": "0003", "succession": "改码",
        },
        {"org_code": "0004", "org_name": "老村总支", "valid_from": "2024-08-01"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def secret(rulebook):
    """The rule book with every kind of organisation restricted."""
    kinds = {name: replace(kind, is_restricted=True) for name, kind in rulebook.organization_kinds.items()}
    return replace(rulebook, organization_kinds=kinds)


def test_the_code_of_a_name_that_several_bear_is_not_guessed(records, towns, rulebook):
    rows = records("declarations", {"org_code": "7", "org_name": "新村支部"}, {"org_code": "7", "org_name": "老村总支"})
    none, one = unknown_codes(rows, towns, rulebook)[UNKNOWN](np.array([0, 1]))
    assert none == ""
    assert "“老村总支”的代码是0004" in one


def test_a_name_in_other_towns_names_them(records, towns, rulebook):
    rows = records("submissions", {"org_code": None, "org_name": "新村支部", "town": "南镇"})
    tell = unknown_names(rows, rows["org_code"].notna(), np.array([True]), towns, rulebook)[UNKNOWN]
    assert tell(np.array([0])) == ["名册里有“新村支部”，所在镇街是“东镇”、“西镇”，不是“南镇”。请核对所在镇街"]


def test_who_is_kept_under_a_key_is_never_suggested(records, towns, secret):
    named = {"org_code": None, "org_name": "新村支部", "town": "南镇"}
    rows = records("submissions", named, named | {"org_name": "新村党支部"}, {"org_code": "7", "org_name": "老村总支"})
    tell = unknown_names(rows, rows["org_code"].notna(), np.array([True, False, False]), towns, secret)[UNKNOWN]
    assert tell(np.arange(3)) == ["", "", ""]
    assert other_names(records("declarations", {"org_code": "0001", "org_name": "别的"}), towns, secret) == ()


@pytest.mark.parametrize("name", ["老村总支", "老村支部", "老 村 支部", None])
def test_a_former_name_of_the_same_organisation_is_not_another(records, towns, rulebook, name):
    rows = records("declarations", {"org_code": "0003", "org_name": name}, {"org_code": "0004", "org_name": name})
    assert other_names(rows, towns, rulebook) == ()


def test_at_most_five_rows_are_named(records, towns, rulebook):
    rows = records("findings", *({"org_code": "0001", "org_name": f"别的{number}"} for number in range(7)))
    (note,) = other_names(rows, towns, rulebook)
    assert note.startswith(
        "有7行的组织名称与代码不符，已按代码计入，请核对：第2行填的是“别的0”，0001在名册里是“新村支部”；"
    )
    assert note.endswith("等")
    assert "第6行" in note
    assert "第7行" not in note
