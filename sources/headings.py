"""Headings: which column means what, by exact name; what merely resembles a name is asked about, never taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import product
from typing import NamedTuple

from schemas.receipts import REMEDY, RETURNED
from schemas.texts import heading_key, quoted
from sources.delivery import UnreadableError
from sources.text import join

_LIKENESS = 0.5
"""Share of common characters from which an unknown heading may be a renamed one: 核实情况 and 核实状态 have half."""
_WORTH = {"元": 1, "百元": 100, "千元": 1000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
"""Units of money in 元, so that the factor from one to another can be said."""
_PER_CENT = "%"
_WITH_UNIT = re.compile(r"(?P<name>.+?)\((?P<unit>[^()]*)\)")


class ItemColumn(NamedTuple):
    """A column of item values: its place, its heading as sent, the item, and the declared unit in it ("" for none)."""

    place: int
    heading: str
    item_code: str
    unit: str


class Columns(NamedTuple):
    """What the columns of a sheet mean: places by field, item columns, and the headings that mean nothing to us."""

    fields: dict[str, int]
    items: tuple[ItemColumn, ...]
    unknown: tuple[str, ...]


def known_in(row: Iterable[str], names: Iterable[str]) -> int:
    """How many of the names head a cell of the row."""
    return len({heading_key(cell) for cell in row} & {heading_key(name) for name in names})


def match(
    headings: Sequence[str],
    fields: Mapping[str, str],
    items: Mapping[str, str] | None = None,
    units: Iterable[str] = (),
    unread: Iterable[str] = (),
) -> Columns:
    """What each heading means: a field, or an item with or without a unit in brackets; those of a receipt nothing.

    Raises UnreadableError where two headings mean the same, and where an item's heading has an undeclared unit.
    """
    field_names = {heading_key(name): field for name, field in fields.items()}
    item_names = {heading_key(name): item for name, item in (items or {}).items()}
    unit_names = {heading_key(unit): unit for unit in units}
    unread_names = {heading_key(name) for name in (*unread, RETURNED, REMEDY)}
    places: dict[str, int] = {}
    columns: dict[str, ItemColumn] = {}
    unknown: list[str] = []
    for place, heading in enumerate(headings):
        key = heading_key(heading)
        with_unit = _WITH_UNIT.fullmatch(key)
        if key in field_names:
            _refuse_twice(headings, places.get(field_names[key]), place)
            places[field_names[key]] = place
        elif key in item_names:
            _refuse_twice(headings, columns[key].place if key in columns else None, place)
            columns[key] = ItemColumn(place, heading, item_names[key], "")
        elif with_unit and (name := with_unit["name"]) in item_names:
            _refuse_twice(headings, columns[name].place if name in columns else None, place)
            columns[name] = ItemColumn(place, heading, item_names[name], _unit(heading, with_unit, unit_names))
        elif key and key not in unread_names:
            unknown.append(heading)
    return Columns(places, tuple(columns.values()), tuple(unknown))


def require(columns: Columns, names: Mapping[str, str], required: Iterable[str]) -> None:
    """Raises UnreadableError where a heading in `required` is missing, naming the unknown heading most like it."""
    for name in required:
        if names[name] not in columns.fields:
            raise missing_column([name], columns.unknown)


def missing_column(names: Sequence[str], unknown: Sequence[str], whose: str = "") -> UnreadableError:
    """That one of the columns `names` is missing, with the unknown heading most like it; `whose` sheet it is."""
    missing = f"{whose}的表缺少{_either(names)}这一列" if whose else f"缺少{_either(names)}这一列"
    closest = max(unknown, key=lambda heading: max(_likeness(heading, name) for name in names), default="")
    if closest and max(_likeness(closest, name) for name in names) > 0:
        return UnreadableError(
            f"{missing}，最接近的是{quoted(closest)}",
            f"如果是改了列名，请改回{_either(names)}；如果漏了这一列，请补上后重新报送",
        )
    return UnreadableError(missing, "请按规定模板补上这一列后重新报送")


def refuse_renamed(columns: Columns, fields: Mapping[str, str]) -> None:
    """Raises UnreadableError where a column is absent and an unknown heading may be its new name."""
    absent = [name for name, field in fields.items() if field not in columns.fields]
    for name, heading in product(absent, columns.unknown):
        if _likeness(heading, name) >= _LIKENESS:
            raise UnreadableError(
                f"没有{quoted(name)}这一列，却有{quoted(heading)}，可能是改了列名",
                f"如果就是{quoted(name)}，请改回原名；如果不是，请删去或另取一个不相近的列名",
            )


def _unit(heading: str, with_unit: re.Match[str], units: Mapping[str, str]) -> str:
    unit = with_unit["unit"]
    if unit in units:
        return units[unit]
    raise UnreadableError(
        f"列{quoted(heading)}的单位“{unit}”没有登记", _unit_remedy(heading_key(with_unit["name"]), unit, units.values())
    )


def _unit_remedy(name: str, unit: str, declared: Iterable[str]) -> str:
    """What to do about a unit that is not declared: by what to multiply where both are money, else what there is."""
    numbers = [known for known in declared if known != _PER_CENT]
    money = next((known for known in numbers if known in _WORTH), None)
    if unit in _WORTH and money:
        return f"请把各格{_factor(_WORTH[unit], _WORTH[money])}，列名改成{quoted(f'{name}（{money}）')}"
    usable = f"数值可用的单位是{join(numbers)}，比例用“%”" if numbers else "比例的单位用“%”，其他数列名里不写单位"
    return f"{usable}。请把各格换算成规定模板的单位，列名照模板写"


def _factor(unit: int, other: int) -> str:
    return f"除以{other // unit}" if other >= unit else f"乘以{unit // other}"


def _refuse_twice(headings: Sequence[str], first: int | None, second: int) -> None:
    if first is not None:
        raise UnreadableError(
            f"列{quoted(headings[second])}重复：第 {first + 1} 列和第 {second + 1} 列都是这一项",
            "请只保留一列后重新报送",
        )


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, heading_key(one), heading_key(other), autojunk=False).ratio()


def _either(names: Sequence[str]) -> str:
    return "或".join(map(quoted, names))
