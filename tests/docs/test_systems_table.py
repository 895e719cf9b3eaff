"""The table of docs/systems.md: every place of a rule book, module, test and expected row that it names is there."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.districts import ROOT

PAGE = (ROOT / "docs/systems.md").read_text(encoding="utf-8")
LATER = "## Left for later"
SECTION = re.compile(
    r"^## (?P<title>\d\..*)\n\n"
    r"Rule book `(?P<rules>[\w/]+)`, tests `(?P<tests>[\w/.]*)`, expected `(?P<expected>[\w/-]+)`"
    r"[^|]*(?P<table>(?:^\|.*\n)+)",
    re.MULTILINE,
)
CODE = re.compile(r"`([^`]+)`")
CHOICE = re.compile(r"\{([^{}]+)\}")
OF_RULE_BOOK = re.compile(r"(?P<file>[\w/]+\.yaml):(?P<path>.+)")
OF_EXPECTED = re.compile(r"(?P<file>\w+\.csv)(?::(?P<cells>.+))?")
OF_TEST = re.compile(r"(?P<file>[\w/]*(?:\.py)?)::(?P<name>test_\w+)")
OF_PROJECT = re.compile(r"(?P<file>[\w.-]+/[\w/.-]+)(?::(?P<name>\w+))?")


class Row(NamedTuple):
    """A row of the table, with the places that its section speaks of."""

    section: re.Match[str]
    rule: str
    where: str
    shown: str


def _rows() -> Iterator[Row]:
    for section in SECTION.finditer(PAGE):
        for line in section["table"].splitlines()[2:]:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert len(cells) == 3, line
            yield Row(section, *cells)


ROWS = [*_rows()]


def test_every_section_of_the_rules_has_its_table() -> None:
    titles = re.findall(r"^## (\d)\.", (ROOT / "docs/rules.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [section["title"][0] for section in SECTION.finditer(PAGE)] == titles
    tables = PAGE.partition(LATER)[0].splitlines()
    assert len(ROWS) == sum(line.startswith("| ") for line in tables) - len(titles)


def test_no_rule_is_open_and_none_is_there_twice() -> None:
    assert [row.rule for row in ROWS if not (row.rule and CODE.search(row.where) and CODE.search(row.shown))] == []
    rules = [(row.section["title"], row.rule) for row in ROWS]
    assert sorted(set(rules)) == sorted(rules)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.section['title'][0]}-{row.rule}" for row in ROWS])
def test_what_a_row_names_is_there(row: Row) -> None:
    named = [text for cell in (row.where, row.shown) for text in CODE.findall(cell)]
    assert [text for text in named if not _is_there(text, row.section)] == []


@pytest.mark.parametrize(
    "text",
    [
        "scheme.yaml:dimensions.{political_leadership,wisdom}",
        "scheme.yaml:cadences.month.full_points.61",
        "other.yaml:items",
        "warehouse/nowhere.py",
        "transforms/exact.py:half_down",
        "::test_that_nobody_wrote",
        "warnings.csv:2024-09,032000100021,green",
        "warnings.csv:032000100021,2024-09",
        "words",
    ],
)
def test_what_is_not_there_is_noticed(text: str) -> None:
    ganyu = [*SECTION.finditer(PAGE)][1]
    assert not _is_there(text, ganyu)


def _is_there(text: str, section: re.Match[str]) -> bool:
    if found := OF_TEST.fullmatch(text):
        return found["name"] in _tests(ROOT / (found["file"] or section["tests"]))
    if found := OF_EXPECTED.fullmatch(text):
        return _is_row(ROOT / section["expected"] / found["file"], (found["cells"] or "").split(","))
    if found := OF_RULE_BOOK.fullmatch(text):
        of_system = ROOT / section["rules"] / found["file"]
        path = of_system if of_system.exists() else ROOT / found["file"]
        content = _content(path) if path.exists() else None
        return all(_has(content, path.split(".")) for path in _spelled_out(found["path"]))
    if found := OF_PROJECT.fullmatch(text):
        path = ROOT / found["file"]
        return path.exists() and (
            not found["name"] or bool(re.search(_defined(found["name"]), path.read_text("utf-8")))
        )
    return False


def _defined(name: str) -> str:
    return rf"(?m)^(?:def {name}\(|class {name}\b|{name}\b.*=)"


def _spelled_out(path: str) -> Iterator[str]:
    """`a.{b,c}` is a.b and a.c."""
    parts = CHOICE.split(path)
    yield from map("".join, product(*([part] if at % 2 == 0 else part.split(",") for at, part in enumerate(parts))))


def _has(content: Any, keys: list[str]) -> bool:
    """Whether the keys lead to something: of a list, the entry with that code or name, or that is or has that key."""
    if not keys:
        return True
    first, *rest = keys
    if isinstance(content, list):
        found = [
            entry
            for entry in content
            if str(entry) == first or (isinstance(entry, dict) and first in (entry.get("code"), entry.get("name")))
        ]
        inside = [entry[first] for entry in content if isinstance(entry, dict) and first in entry]
        return any(_has(entry, rest) for entry in [*found, *inside])
    if isinstance(content, dict):
        named = {str(key): value for key, value in content.items()}
        return first in named and _has(named[first], rest)
    return str(content) == ".".join(keys)


@cache
def _content(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def _tests(path: Path) -> set[str]:
    return (
        set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)) if path.exists() else set()
    )


@cache
def _cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.reader(file)]


def _is_row(path: Path, cells: list[str]) -> bool:
    """Whether a row has these cells, in this order."""
    return path.exists() and any(_follow(cells, row) for row in _cells(path)[1:])


def _follow(cells: list[str], row: list[str]) -> bool:
    rest = iter(row)
    return all(cell in rest for cell in cells if cell)
