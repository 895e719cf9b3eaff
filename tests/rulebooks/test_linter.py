"""The linter: every fault is found at its file and path, once. The faults are in faults.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest
import yaml

from rulebooks.linter import Finding, lint

FAULTS: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("faults.yaml").read_text(encoding="utf-8"))
V01 = "    reference: 《赣榆区党组织组织力指数指标体系（参考目录）》第17项\n"
POINTS_3 = "    changes:\n    - {effective_from: 2024-07-01, adopted_on: 2024-06-20, reference: 通知, points: 3}\n"


class Copy(Protocol):
    """What the fixture `copy` offers."""

    root: Path
    scheme: str

    def replace(self, file: str, old: str, new: str) -> None: ...


def _findings(copy: Copy, fault: dict[str, str]) -> tuple[list[Finding], list[Finding]]:
    """All findings after a fault was made, and those that name it."""
    copy.replace(fault["file"], fault["old"], fault["new"])
    findings = lint(copy.scheme, copy.root)
    at = (fault.get("at", fault["file"]), fault["path"])
    return findings, [one for one in findings if (one.file, one.path) == at and fault["found"] in one.found]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_once_at_its_path(request: pytest.FixtureRequest, name: str) -> None:
    copy = request.getfixturevalue(FAULTS[name].get("book", "copy"))
    _, named = _findings(copy, FAULTS[name])
    assert len(named) == 1
    assert named[0].remedy


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if "book" in fault])
def test_nothing_else_is_found_in_the_full_book(full: Copy, name: str) -> None:
    findings, named = _findings(full, FAULTS[name])
    assert (findings == named) == ("more" not in FAULTS[name])


def test_nothing_is_wrong_with_the_full_book(full: Copy) -> None:
    assert lint("full", full.root) == []


@pytest.mark.parametrize("name", ["tiers overlap", "points do not add up later", "unknown key", "unknown lead unit"])
def test_a_single_fault_is_the_only_finding(copy: Copy, name: str) -> None:
    findings, named = _findings(copy, FAULTS[name])
    assert findings == named


def test_a_fault_of_several_entries_defaults_is_one_finding(copy: Copy) -> None:
    findings, named = _findings(copy, FAULTS["unknown key in defaults"])
    assert findings == named


def test_a_fault_that_lasts_is_reported_since_its_first_version(copy: Copy) -> None:
    copy.replace("items/village.yaml", V01, V01 + POINTS_3)
    copy.replace(
        "warnings.yaml",
        "conditions:\n",
        "conditions:\n  later:\n    effective_from: 2025-01-01\n    adopted_on: 2024-12-01\n"
        "    name: 以后\n    severity: 0\n    when: finding_reviewed\n",
    )
    assert [finding.found for finding in lint("ganyu", copy.root)] == [
        "month 指标满分合计 59，应当是 60（2024-07-01 起）"
    ]


def test_entries_are_checked_although_a_file_cannot_be_read(copy: Copy) -> None:
    copy.replace("scheme.yaml", "names:", "names: [")
    copy.replace("items/village.yaml", "points: 4.0", "points: 0")
    assert [(finding.file, finding.path) for finding in lint("ganyu", copy.root)] == [
        ("scheme.yaml", ""),
        ("items/village.yaml", "items.V01.points"),
    ]


def test_a_file_that_no_one_reads_is_named(copy: Copy) -> None:
    (copy.root / "ganyu" / "item").mkdir()
    (copy.root / "ganyu" / "item" / "extra.yml").write_text("items: {}\n", encoding="utf-8")
    assert [(finding.file, finding.found) for finding in lint("ganyu", copy.root)] == [
        ("item/extra.yml", "不是规则手册的文件")
    ]


def test_a_scheme_that_has_ended_is_not_checked_after_its_end(copy: Copy) -> None:
    name = "{value: 赣榆区基层党组织组织力评价"
    ended = "{effective_from: 2024-07-01, adopted_on: 2024-06-20, reference: 通知, retired: true}"
    copy.replace("items/village.yaml", V01, V01 + POINTS_3)
    assert len(lint("ganyu", copy.root)) == 1
    copy.replace("scheme.yaml", name, f"{name}, changes: [{ended}]")
    assert lint("ganyu", copy.root) == []


def test_a_scheme_that_never_begins_is_named(copy: Copy) -> None:
    copy.replace("scheme.yaml", "  scheme: {value: 赣榆区基层党组织组织力评价}\n", "")
    assert [finding.path for finding in lint("ganyu", copy.root)] == ["names.scheme"]


def test_a_correction_of_the_same_day_is_in_order(copy: Copy) -> None:
    correction = "    - {effective_from: 2024-07-01, adopted_on: 2024-07-05, reference: 更正, points: 4}\n"
    copy.replace("items/village.yaml", V01, V01 + POINTS_3 + correction)
    assert lint("ganyu", copy.root) == []
