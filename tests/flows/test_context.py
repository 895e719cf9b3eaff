"""What a run works with: rules that are read once."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.jobs.context import Context, opened
from rulebooks.files import load_texts, texts
from rulebooks.findings import RuleBookError
from rulebooks.loader import HERE
from tests.districts import EXAMPLE, settings_in

JULY, AUGUST, NOW = date(2024, 7, 31), date(2024, 8, 31), datetime(2024, 9, 5, tzinfo=UTC)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The folder of a rule book that a test may edit."""
    return Path(shutil.copytree(HERE / "ganyu", tmp_path / "rules/ganyu"))


def _opened(rules: Path) -> Context:
    settings = settings_in(rules.parents[1], EXAMPLE / "inbox")
    return opened(settings.model_copy(update={"rulebooks": rules.parent}))


def test_what_is_recorded_is_what_scored_whoever_edits_the_rule_book_meanwhile(rules: Path) -> None:
    before, context = texts("ganyu", rules.parent), _opened(rules)
    july = context.rules(JULY, NOW)
    items = rules / "items/common.yaml"
    items.write_text(items.read_text("utf-8").replace("proportional: 0.95", "proportional: 0.5"), "utf-8")
    assert context.rules_files == before != texts("ganyu", rules.parent)
    assert context.rules(JULY, NOW) is july
    assert context.rules(AUGUST, NOW) == load_texts("ganyu", before, AUGUST, NOW)
    assert _opened(rules).rules(AUGUST, NOW).hash != context.rules(AUGUST, NOW).hash


@pytest.mark.parametrize(
    ("file", "content", "found"),
    [
        ("items/common.yaml", "items: 指标".encode("gbk"), "文件不是 UTF-8 编码"),
        ("boards.yml", b"", "不是规则手册的文件"),
    ],
)
def test_files_that_the_linter_finds_fault_with_are_refused(rules: Path, file: str, content: bytes, found: str) -> None:
    (rules / file).write_bytes(content)
    with pytest.raises(RuleBookError, match=found):
        _opened(rules).rules(JULY, NOW)
