"""The tutorial: its files make a system, its commands print what it says, its queries and sums come to its numbers."""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from tests.districts import ROOT

PAGE = (ROOT / "docs/new_system.md").read_text(encoding="utf-8")
FILE = re.compile(r"^`([\w./-]+)`：\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STEP = re.compile(
    r"^```(?P<kind>console|sql)\n(?P<said>.*?)^```$(?:\n\n^```\n(?P<answer>.*?)^```$)?", re.MULTILINE | re.DOTALL
)
CORRECTED = "## 更正以后"
HAND = re.compile(r"^\| \S+ (?P<org>\d{6}) \|(?P<cells>.*)\|$", re.MULTILINE)
POINTS = re.compile(r"-?\d+\.\d{4}$")
SUM = re.compile(r"(?P<full>[\d.]+) × (?P<value>[\d.]+)% ÷ (?P<target>[\d.]+)% = (?P<points>[\d.]+)")
ELLIPSIS = "…"
Done = tuple[list[tuple[str, str, str]], dict[str, dict[str, str]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's files in an empty folder."""
    place = tmp_path_factory.mktemp("new_system")
    for name, text in FILE.findall(PAGE):
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def tried(folder: Path) -> Iterator[Done]:
    """The page from top to bottom: each command or query with what it says and what came out; March's points before the
    correction, by organisation and item."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("ZUZHILI_") or name == "PREFECT_API_URL"]:
            patch.delenv(name)
        steps = [(step, PAGE.index(CORRECTED) < step.start()) for step in STEP.finditer(PAGE)]
        before = [came for step, is_after in steps if not is_after for came in _done(step, folder)]
        points = _points_of_march(folder)
        after = [came for step, is_after in steps if is_after for came in _done(step, folder)]
        yield before + after, points


def test_every_block_of_the_page_is_a_file_a_command_or_a_query_with_its_answer() -> None:
    known = sum(1 for _ in FILE.finditer(PAGE))
    known += sum(1 if step["answer"] is None else 2 for step in STEP.finditer(PAGE))
    assert known == PAGE.count("\n```") // 2
    assert {name.partition("/")[0] for name, _ in FILE.findall(PAGE)} == {"rulebooks", "inbox", "zuzhili.toml"}


def test_commands_and_queries_come_to_what_the_page_says(tried: Done) -> None:
    done, _ = tried
    assert len(done) > 10
    for said, expected, came in done:
        assert _as_on_the_page(came, expected), f"{said}\n{came}"


def test_the_sums_by_hand_are_the_ledgers(tried: Done) -> None:
    _, points = tried
    by_hand = {}
    for row in HAND.finditer(PAGE):
        *items, total = (POINTS.search(cell.strip()) for cell in row["cells"].split("|"))
        named = zip(("R01", "R02", "R03", "B01"), items, strict=True)
        by_hand[row["org"]] = {code: found[0] for code, found in named if found}
        assert total is not None
        assert Fraction(total[0]) == sum(map(Fraction, by_hand[row["org"]].values()))
    assert by_hand == points


def test_the_products_are_right() -> None:
    products = [*SUM.finditer(PAGE)]
    assert products
    for found in products:
        full, value, target, points = (Fraction(found[name]) for name in ("full", "value", "target", "points"))
        assert full * value / target == points, found[0]


def _done(step: re.Match[str], folder: Path) -> Iterator[tuple[str, str, str]]:
    if step["kind"] == "sql":
        yield step["said"], step["answer"].rstrip("\n"), _asked(step["said"], folder)
        return
    for part in re.split(r"^\$ ", step["said"], flags=re.MULTILINE)[1:]:
        command, _, expected = part.rstrip("\n").partition("\n")
        yield command, expected, _run(command, folder).rstrip("\n")


def _run(command: str, folder: Path) -> str:
    program, *arguments = shlex.split(command)
    if program == "zuzhili":
        return CliRunner().invoke(app, arguments, catch_exceptions=False).stdout
    return subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def _asked(query: str, folder: Path) -> str:
    """What `sqlite3 -header` prints."""
    with closing(sqlite3.connect(folder / "var/warehouse.db")) as connection:
        cursor = connection.execute(query)
        rows = [[column for column, *_ in cursor.description], *cursor.fetchall()]
    return "\n".join("|".join("" if cell is None else str(cell) for cell in row) for row in rows)


def _points_of_march(folder: Path) -> dict[str, dict[str, str]]:
    points: dict[str, dict[str, str]] = {}
    with closing(sqlite3.connect(folder / "var/warehouse.db")) as connection:
        query = "SELECT org_code, item_code, points FROM ledger WHERE period = '2025-03'"
        for org, item, value in connection.execute(query):
            points.setdefault(org, {})[item] = f"{value:.4f}"
    return points


def _as_on_the_page(came: str, expected: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, expected.split(ELLIPSIS))), came) is not None
