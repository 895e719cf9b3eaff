"""Faults, and the checks that every subject needs.

A check takes a rule book and yields faults: the entry's path, the keys under it, what was found and what to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple, Protocol, TypeVar

from schemas.rulebook import POINT, DimensionRole, RuleBook

Keys = tuple[str | int, ...]


class Coded(Protocol):
    """An entry with a code."""

    @property
    def code(self) -> str:
        """The code."""


Entry = TypeVar("Entry", bound=Coded)


class Fault(NamedTuple):
    """A fault of an entry: its path, the keys under it, what was found, and what to do."""

    path: str
    keys: Keys
    found: str
    remedy: str


def unknown(path: str, keys: Keys, what: str, given: str, known: Collection[str]) -> Iterator[Fault]:
    """The fault of a name that nothing bears."""
    if given not in known:
        yield Fault(path, keys, f"没有{what}“{given}”", f"现有：{'、'.join(sorted(known))}" if known else "请先补上")


def all_unknown(path: str, keys: Keys, what: str, given: Iterable[str], known: Collection[str]) -> Iterator[Fault]:
    """The faults of a list of names: what nothing bears, and what stands there twice."""
    seen: set[str] = set()
    for place, name in enumerate(given):
        yield from unknown(path, (*keys, place), what, name, known)
        if name in seen:
            yield Fault(path, (*keys, place), f"{what}“{name}”写了两遍", "请删去一个")
        seen.add(name)


def by_code(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by their codes; of an item with several assessors, one."""
    return {entry.code: entry for entry in entries}


def codes(entries: Iterable[Coded]) -> set[str]:
    """The codes of entries."""
    return {entry.code for entry in entries}


def dimensions_of(rulebook: RuleBook, *roles: DimensionRole) -> set[str]:
    """The codes of the dimensions with one of these roles."""
    return {dimension.code for dimension in rulebook.dimensions if dimension.role in roles}


def shown(points: int) -> str:
    """Points as an official reads them."""
    return f"{points / POINT:.10g}"
