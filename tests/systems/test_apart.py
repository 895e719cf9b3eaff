"""No system needs another, and no code knows one by its name: whatever sets them apart stands in their rule books."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from flows.demo import FIRST
from rulebooks.linter import lint
from rulebooks.loader import HERE, load, schemes
from tests.districts import ROOT

NAMES = {"ganyu": "赣榆", "jiading": "嘉定", "minhang": "闵行", "dinghai": "定海", "danfeng": "丹凤"}
MAY_NAME = ("tests/", "flows/demo.py")
"""The demonstration names the system that it shows first."""
FOREVER = date(9999, 12, 30)


def test_there_is_no_other_system() -> None:
    assert set(schemes()) <= NAMES.keys()


@pytest.mark.parametrize("gone", NAMES)
def test_without_one_system_the_others_load_and_lint(gone: str, tmp_path: Path) -> None:
    left = Path(shutil.copytree(HERE, tmp_path / "rulebooks", ignore=lambda folder, names: {gone} & set(names)))
    assert set(schemes(left)) == set(schemes()) - {gone}
    for scheme in schemes(left):
        assert not lint(scheme, left)
        assert load(scheme, FOREVER, root=left) == load(scheme, FOREVER)


def test_no_code_names_a_system() -> None:
    named = {path: _named(path) for path in _tracked("*.py") if not path.startswith(MAY_NAME)}
    assert not {path: names for path, names in named.items() if names}


@pytest.mark.parametrize("system", [name for name in NAMES if (ROOT / "tests/systems" / name).is_dir()])
def test_no_test_of_a_system_names_another(system: str) -> None:
    named = {path: _named(path) - {system} for path in _tracked(f"tests/systems/{system}/")}
    assert named
    assert not {path: names for path, names in named.items() if names}


def test_no_other_test_names_a_system_but_the_first() -> None:
    others = [path for path in _tracked("tests/*.py") if not path.startswith("tests/systems/")]
    assert not {path: names for path in others if (names := _named(path) - {FIRST})}


def _tracked(pattern: str) -> list[str]:
    """Files that git knows or would know, by pattern."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", pattern]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for path in listed.split("\0") if path and (ROOT / path).exists()]


def _named(path: str) -> set[str]:
    text = (ROOT / path).read_text(encoding="utf-8").lower()
    return {name for name, chinese in NAMES.items() if name in text or chinese in text}
