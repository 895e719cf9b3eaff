"""Strict YAML: exact numbers, no double keys, and no text that silently turns into something else.

Scalars follow YAML 1.2 as editors read it: `yes`, `on` and `1:30` are text. A number with a decimal point becomes a
Decimal, never a float; 2024-01-01 becomes a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

from rulebooks.findings import Finding, joined

_SCALARS = (
    ("null", r"|~|null", ["", "~", "n"]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"[-+]?(?:0|[1-9]\d*)", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9]\d*)\.\d+", list("-+0123456789")),
    ("timestamp", r"\d{4}-\d{2}-\d{2}", list("0123456789")),
)


class _StrictLoader(yaml.CSafeLoader):
    pass


def _decimal(_loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(node.value)


def _day(_loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> date | str:
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        return str(node.value)


_StrictLoader.yaml_implicit_resolvers = {}
for _name, _form, _first in _SCALARS:
    _StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"(?:{_form})\\Z", re.ASCII), _first)
_StrictLoader.add_constructor("tag:yaml.org,2002:float", _decimal)
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _day)


def read(path: Path, name: str) -> tuple[object, list[Finding]]:
    """The content of a YAML file, and its faults: what cannot be read, double keys, keys that are not text.

    `name` is the file as findings call it. The content is None where the file cannot be read at all.
    """
    try:
        loader = _StrictLoader(path.read_text(encoding="utf-8-sig"))
        node = loader.get_single_node()
        if node is None:
            return None, [Finding(name, "", "文件是空的", "请填写内容，或删除文件")]
        return loader.construct_document(node), list(_bad_keys(node, name, ()))
    except UnicodeDecodeError:
        return None, [Finding(name, "", "文件不是 UTF-8 编码", "请另存为 UTF-8 编码")]
    except (yaml.YAMLError, ValueError, ArithmeticError, RecursionError) as error:
        return None, [Finding(name, "", f"YAML 写法有误：{_where(error)}", "请检查缩进、冒号、引号和括号")]


def _bad_keys(node: yaml.Node, name: str, keys: tuple[str | int, ...]) -> Iterator[Finding]:
    if isinstance(node, yaml.SequenceNode):
        for place, child in enumerate(node.value):
            yield from _bad_keys(child, name, (*keys, place))
    if isinstance(node, yaml.MappingNode):
        first_lines: dict[str, int] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            path = (*keys, str(key.value))
            if key.tag != "tag:yaml.org,2002:str":
                yield Finding(name, joined(path), f"第{line}行的键不是文字", "请给键加上引号")
            elif key.value in first_lines:
                yield Finding(
                    name,
                    joined(path),
                    f"第{line}行的键与第{first_lines[key.value]}行重复",
                    "请删去一个，或改用别的代码",
                )
            first_lines.setdefault(str(key.value), line)
            yield from _bad_keys(child, name, path)


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"第{mark.line + 1}行 {problem}" if mark else str(problem)
