"""What an edition changed against the one before, for one organisation, with how much of it came from what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from schemas.rulebook import RuleBook
from transforms.adjustments import COEFFICIENT
from transforms.restatements import COLOUR, COMPONENTS, GRADE

COLOUR_TITLE = "预警颜色"
_FIRST = ("index_points", "rank", GRADE.rstrip(":"), COLOUR, "dimension", "item")


@dataclass(frozen=True)
class Change:
    """A number that differs from the edition before: from what to what, how much of it came from what, and the cause.

    Points in points, ranks as they are; `parts` names each thing that moved it.
    """

    name: str
    old: float | None
    new: float | None
    parts: tuple[tuple[str, float], ...]
    cause: str
    is_told: bool = False
    """Whether the cause says in words from what to what: of colours and grades, whose numbers say little."""


def changes(restated: pd.DataFrame, rulebook: RuleBook, lines: pd.DataFrame) -> tuple[Change, ...]:
    """The rows of the view `restatements` in words: the index first, then rank and colour, dimensions, items."""
    names = _names(rulebook, lines)
    return tuple(_change(row, names) for row in sorted(restated.to_dict("records"), key=_weight))


def change_lines(told: tuple[Change, ...]) -> Iterator[str]:
    """The same as text."""
    for change in told:
        if change.is_told:
            yield f"{change.name}  {change.cause}"
            continue
        moved = "→".join("无" if value is None else _short(value) for value in (change.old, change.new))
        parts = "，".join(name + _short(part, "+") for name, part in change.parts)
        yield f"{change.name}  {moved}（{parts or change.cause}）"


def _names(rulebook: RuleBook, lines: pd.DataFrame) -> dict[str, str]:
    named = {
        "index_points": rulebook.index_name, "full_points": "满分", "rank": "名次", "peers": "同类组织数",
        "previous_rank": "上期名次", COLOUR: COLOUR_TITLE,
    }  # fmt: skip
    named |= {f"dimension:{dimension.code}": dimension.name for dimension in rulebook.dimensions}
    named |= {GRADE + scale.code: scale.name for scale in rulebook.scales}
    items = {item.code: item.name for item in rulebook.items}
    items |= {item.code: item.name for item in rulebook.negative_items}
    items |= {entry.code: entry.name for entry in rulebook.adjustments}
    items |= {COEFFICIENT + entry.code: entry.name for entry in rulebook.coefficients}
    items |= dict(zip(lines["item_code"], lines["item_name"], strict=True))
    for code, name in items.items():
        told = name if code.startswith(COEFFICIENT) else f"{code} {name}"
        named |= {f"item:{code}": told, f"item_full:{code}": f"{told}（满分）"}
    return named


def _weight(row: dict[str, Any]) -> tuple[int, str]:
    measure = str(row["measure"])
    kind = measure.partition(":")[0]
    return (_FIRST.index(kind) if kind in _FIRST else len(_FIRST), measure)


def _change(row: dict[str, Any], names: dict[str, str]) -> Change:
    moved = _parts(row)
    old, new = (None if pd.isna(row[side]) else float(row[side]) for side in ("old_value", "new_value"))
    name = names.get(row["measure"], row["measure"].partition(":")[2])
    return Change(name, old, new, moved, str(row["cause"]), _is_told(row))


def _parts(row: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    """What moved a number, and by how much; one thing alone goes by the name that the cause gives it."""
    moved = {title: float(row[f"from_{part}"]) for part, title in COMPONENTS.items() if row[f"from_{part}"]}
    if len(moved) == 1 and not _is_told(row):
        return tuple((str(row["cause"]), part) for part in moved.values())
    return tuple(moved.items())


def _is_told(row: dict[str, Any]) -> bool:
    return row["measure"] == COLOUR or str(row["measure"]).startswith(GRADE)


def _short(value: float, sign: str = "") -> str:
    return f"{value:{sign}.4f}".rstrip("0").rstrip(".")
