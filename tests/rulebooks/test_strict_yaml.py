"""Strict YAML: what scalars become, and what is refused with file and line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rulebooks.strict_yaml import read


def _read(tmp_path: Path, text: str) -> object:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    content, findings = read(tmp_path / "a.yaml", "a.yaml")
    assert findings == []
    return content


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.95", Decimal("0.95")),
        ("-1.50", Decimal("-1.50")),
        ("12", 12),
        ("2024-01-01", date(2024, 1, 1)),
        ("2024-13-01", "2024-13-01"),
        ("true", True),
        ("~", None),
        ("yes", "yes"),
        ("on", "on"),
        ("012", "012"),
        ("1e3", "1e3"),
        ("1:30", "1:30"),
        (".inf", ".inf"),
        ("1_000", "1_000"),
        ("٩٥", "٩٥"),
        ('"1"', "1"),
    ],
)
def test_a_scalar_is_exact_or_text(tmp_path: Path, text: str, value: object) -> None:
    read_back = _read(tmp_path, f"a: {text}")
    assert read_back == {"a": value}
    assert isinstance(read_back, dict)
    assert type(read_back["a"]) is type(value)


def test_a_double_key_is_named_with_path_and_lines(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a:\n  - b: 1\n    c: 2\n    b: 3\n", encoding="utf-8")
    _, findings = read(tmp_path / "a.yaml", "a.yaml")
    assert [(finding.file, finding.path) for finding in findings] == [("a.yaml", "a[0].b")]
    assert findings[0].found == "第4行的键与第2行重复"


def test_every_double_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\na: 2\na: 3\n", encoding="utf-8")
    _, findings = read(tmp_path / "a.yaml", "a.yaml")
    assert [finding.found for finding in findings] == ["第2行的键与第1行重复", "第3行的键与第1行重复"]


def test_a_key_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("12: 1\n", encoding="utf-8")
    _, findings = read(tmp_path / "a.yaml", "a.yaml")
    assert [finding.found for finding in findings] == ["第1行的键不是文字"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"a: [1\nb: 2", "第2行"),
        (b"", "文件是空的"),
        ("a: 指标".encode("gbk"), "文件不是 UTF-8 编码"),
        (b"a: !!float abc", "YAML 写法有误"),
        (b"a: !!python/object:os.system {}", "YAML 写法有误"),
        (b"a: &x [*x]", "YAML 写法有误"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes, found: str) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    nothing, findings = read(tmp_path / "a.yaml", "a.yaml")
    assert nothing is None
    assert len(findings) == 1
    assert found in findings[0].found
