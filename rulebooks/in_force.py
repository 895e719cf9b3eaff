"""What a scheme's entries say on one day, each checked against its shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from rulebooks.findings import Finding
from rulebooks.history import History, Resolved, resolve
from rulebooks.shapes.files import FILES, SECTIONS, Fixed, Shape

START = "names.scheme"
"""The entry that says from when to when there is a scheme."""

_SHARED_CODES: tuple[tuple[str, ...], ...] = (
    ("items", "negative_items", "adjustments", "consequences", "circumstances"),
    ("adjustments", "coefficients", "limits"),
)
"""Sections whose entries are told apart by their codes alone: in the ledger and the register, and among what moved an
index or a grade."""
_SHARED_ORDERS: tuple[tuple[str, ...], ...] = (
    ("dimensions",),
    ("domains",),
    ("items", "negative_items", "adjustments"),
    ("coefficients",),
    ("limits",),
    ("scales",),
    ("roll_ups",),
    ("circumstances",),
)

_OF_A_KEY = "[key]"
"""What pydantic adds to the place of a key that is wrong itself."""
_REMEDIES = {
    "literal_error": "只能写：{expected}",
    "string_type": "应当是文字；数字和日期请加引号",
    "string_too_short": "不能为空",
    "too_short": "不能为空",
    "too_long": "多写了",
    "int_type": "应当是整数",
    "greater_than": "应当大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "bool_type": "应当是 true 或 false",
    "date_type": "应当是日期，写成 2024-01-01 的形式",
    "tuple_type": "应当是列表，写成 [甲, 乙] 的形式",
    "dict_type": "应当是“键: 值”的形式",
    "model_type": "应当是“键: 值”的形式",
    "decimal_type": "应当是数字",
}


@dataclass(frozen=True)
class InForce:
    """The entries in force on a day, by section and code, as written and as read.

    `version` is the latest start date applied, date.min if nothing has begun. `findings` are the faults of single
    entries; an entry with one is in `written` alone.
    """

    on: date
    version: date
    written: dict[str, Resolved]
    read: dict[str, dict[str, Any]]
    findings: list[Finding]


def in_force(histories: Iterable[History], on: date, known_on: date | None = None) -> InForce:
    """What is in force on a day, as known on another (default: as known now)."""
    begun = [found for history in histories if (found := resolve(history, on, known_on))]
    version = max((entry.values["effective_from"] for entry in begun), default=date.min)
    written = {entry.history.path: entry for entry in begun if entry.values.get("retired") is not True}
    read: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    findings: list[Finding] = []
    for entry in written.values():
        try:
            read[entry.history.section][entry.history.code] = _shape(entry).model_validate(entry.values)
        except ValidationError as error:
            findings += _explained(entry, error)
    return InForce(on, version, written, read, findings)


def missing(now: InForce) -> Iterator[Finding]:
    """Entries that every scheme must have and that are not in force; START alone if the scheme itself is not."""
    if START not in now.written:
        yield Finding("scheme.yaml", START, f"{now.on} 没有施行中的规则", "请核对日期，或补上施行日期更早的规则")
        return
    for kind in FILES.values():
        for section in kind.sections:
            for code in _codes(section):
                if f"{section}.{code}" not in now.written:
                    yield Finding(kind.pattern, f"{section}.{code}", "缺少", "请补上，并核对施行日期")


def doubles(now: InForce) -> Iterator[Finding]:
    """Entries that bear a code or a place in the order that an earlier one has, among those that share them."""
    for sections in _SHARED_CODES:
        codes: dict[str, str] = {}
        for path, code, _ in _entries(now, sections):
            if codes.setdefault(code, path) != path:
                yield now.written[path].finding((), f"代码与 {codes[code]} 重复", "请改用别的代码")
    for sections in _SHARED_ORDERS:
        orders: dict[int, str] = {}
        for path, _, entry in _entries(now, sections):
            if orders.setdefault(entry.order, path) != path:
                found = f"顺序号 {entry.order} 与 {orders[entry.order]} 重复"
                yield now.written[path].finding(("order",), found, "请改用别的顺序号")


def _entries(now: InForce, sections: Iterable[str]) -> Iterator[tuple[str, str, Any]]:
    for section in sections:
        for code, entry in now.read[section].items():
            yield f"{section}.{code}", code, entry


def _codes(section: str) -> list[str]:
    shapes = SECTIONS[section]
    return shapes.required if isinstance(shapes, Fixed) else []


def _shape(entry: Resolved) -> Shape:
    shapes = SECTIONS[entry.history.section]
    return shapes.entries[entry.history.code] if isinstance(shapes, Fixed) else shapes


def _explained(entry: Resolved, error: ValidationError) -> Iterator[Finding]:
    for fault in error.errors(include_url=False):
        keys, given = tuple(key for key in fault["loc"] if key != _OF_A_KEY), fault["input"]
        if fault["type"] == "missing" or given is None:
            yield entry.finding(keys, "缺少", "请补上")
        elif fault["type"] == "extra_forbidden":
            yield entry.finding(keys, "不认识的键", "请核对拼写，或删去")
        else:
            found = "写法不对" if isinstance(given, dict | list) else f"写的是“{given}”"
            yield entry.finding(keys, found, _remedy(fault["type"], fault["msg"], fault.get("ctx", {})))


def _remedy(kind: str, said: str, about: Mapping[str, Any]) -> str:
    """What to do in Chinese; lists of what may be written come from pydantic as 'a', 'b' or 'c'."""
    known = _REMEDIES.get(kind)
    return known.format(**about).replace(" or ", "、").replace("', '", "'、'") if known else said
