"""A scheme's folder: its files read into dated entries. A file's `defaults` underlie each of its entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rulebooks.findings import Finding, joined
from rulebooks.history import History, Layer
from rulebooks.shapes.files import FILES, FileKind, Fixed
from rulebooks.strict_yaml import read

_DATES = ("effective_from", "adopted_on")


def read_folder(folder: Path) -> tuple[list[History], list[Finding]]:
    """Every entry of a scheme's folder, and what is wrong with the way they are written."""
    histories: list[History] = []
    findings = list(_strangers(folder))
    for kind, name in _files(folder):
        content, faults = read(folder / name, name)
        file = _File(name, kind)
        histories += [] if content is None else file.histories(content)
        findings += [*faults, *file.findings]
    return histories, [*findings, *_doubles(histories)]


def _files(folder: Path) -> Iterator[tuple[FileKind, str]]:
    for kind in FILES.values():
        for path in sorted(folder.glob(kind.pattern)):
            yield kind, path.relative_to(folder).as_posix()


def _strangers(folder: Path) -> Iterator[Finding]:
    known = {name for _, name in _files(folder)}
    patterns = "、".join(kind.pattern for kind in FILES.values())
    for path in sorted(folder.rglob("*.y*ml")):
        name = path.relative_to(folder).as_posix()
        if name not in known:
            yield Finding(name, "", "不是规则手册的文件", f"请并入或改名为以下文件之一：{patterns}")


def _doubles(histories: Iterable[History]) -> Iterator[Finding]:
    first: dict[str, History] = {}
    for history in histories:
        earlier = first.setdefault(history.path, history)
        if earlier is not history:
            yield Finding(history.file, history.path, f"代码与 {earlier.file} 里的重复", "请改用别的代码，或删去一个")


class _File:
    """One file being read: its entries, and the faults found on the way."""

    def __init__(self, name: str, kind: FileKind) -> None:
        self.name = name
        self.kind = kind
        self.findings: list[Finding] = []

    def histories(self, content: object) -> list[History]:
        """The entries of the file that can be placed in time."""
        sections = dict(self._mapping(content, ""))
        defaults = self._mapping(sections.pop("defaults", None), "defaults")
        found = []
        for section, entries in sections.items():
            if section not in self.kind.sections:
                self._fault((section,), "不认识的段落", f"可用的段落：{'、'.join(self.kind.sections)}")
                continue
            known = self.kind.sections[section]
            for code, entry in self._mapping(entries, section).items():
                path = f"{section}.{code}"
                if isinstance(known, Fixed) and code not in known.entries:
                    self._fault((path,), "不认识的条目", f"可用的条目：{'、'.join(known.entries)}")
                    continue
                layers = self._layers(self._mapping(entry, path), defaults, path)
                found += [History(self.name, section, code, layers)] if self._are_dated(layers, path) else []
        return found

    def _layers(self, entry: Mapping[str, Any], defaults: Mapping[str, Any], path: str) -> tuple[Layer, ...]:
        own = {key: value for key, value in entry.items() if key != "changes"}
        founding = Layer({**defaults, **own}, dict.fromkeys(defaults, "defaults") | dict.fromkeys(own, path))
        changes = entry.get("changes", [])
        if not isinstance(changes, list):
            self._fault((path, "changes"), "不是列表", "请每条变更以“- ”开头")
            changes = []
        paths = [f"{path}.changes[{place}]" for place in range(len(changes))]
        overlays = [self._mapping(change, where) for change, where in zip(changes, paths, strict=True)]
        return founding, *(
            Layer({"reference": None, **values}, dict.fromkeys([*values, "reference", *_DATES], where))
            for values, where in zip(overlays, paths, strict=True)
        )

    def _are_dated(self, layers: tuple[Layer, ...], path: str) -> bool:
        undated = [(layer, key) for layer in layers for key in _DATES if not isinstance(layer.values.get(key), date)]
        for layer, key in undated:
            found = "不是日期" if key in layer.values else "缺少"
            self._fault((layer.places.get(key, path), key), found, "请写成 2024-01-01 的形式")
        return not undated

    def _mapping(self, value: object, path: str) -> Mapping[str, Any]:
        if value is None or isinstance(value, dict):
            return value or {}
        self._fault((path,), "不是“键: 值”的形式", "请检查缩进和冒号")
        return {}

    def _fault(self, keys: tuple[str, ...], found: str, remedy: str) -> None:
        self.findings.append(Finding(self.name, joined(keys), found, remedy))
