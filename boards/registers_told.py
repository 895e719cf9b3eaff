"""What people registered beside the deliveries about one organisation, as data: corrections of sources, exemptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from boards.subject import Subject
from schemas.kinds import KIND_NAMES, Kind
from warehouse import published

if TYPE_CHECKING:
    from sqlalchemy import Engine

_TOLD: tuple[Kind, ...] = ("corrections", "exemptions")


@dataclass(frozen=True)
class Correction:
    """A cell of a source that was known to be wrong, and what counts in its place; None stands for an empty cell."""

    name: str
    record: str
    column_name: str
    expected: str | None
    corrected: str | None
    cause: str
    provider: str
    recorded_on: str


@dataclass(frozen=True)
class Exemption:
    """An item that does not apply to the organisation; `until` is None while nobody has set an end."""

    item_code: str
    item_name: str
    since: str
    until: str | None
    cause: str
    approved_by: str
    approved_on: str


def returned(engine: Engine, district: str, scheme: str) -> dict[str, int]:
    """How many entries of the registers stand rejected, by kind: they change nothing until they are put right."""
    return published.returned_rows(engine, district, scheme, _TOLD)


def returned_lines(counts: Mapping[str, int]) -> Iterator[str]:
    """The same as text, a line for each register that has any."""
    yield from (f"{KIND_NAMES[kind]}有{counts[kind]}条退回，没有采用（见回执）" for kind in _TOLD if kind in counts)


def corrections(told_of: Subject) -> tuple[Correction, ...]:
    """What was put right in the organisation's records of the period, by name."""
    rows = told_of.rows("corrections").sort_values(["correction", "record"])
    return tuple(
        Correction(
            str(row.correction),
            str(row.record),
            str(row.column_name),
            _text(row.expected),
            _text(row.corrected),
            str(row.cause),
            str(row.provider),
            _day(row.recorded_on) or "",
        )
        for row in rows.itertuples()
    )


def exemptions(told_of: Subject) -> tuple[Exemption, ...]:
    """The items of the period that somebody has exempted the organisation from."""
    rows = told_of.rows("exemptions").sort_values(["item_code", "valid_from"])
    return tuple(
        Exemption(
            str(row.item_code),
            str(row.item_name),
            _day(row.valid_from) or "",
            _day(row.valid_to),
            str(row.cause),
            str(row.approved_by),
            _day(row.approved_on) or "",
        )
        for row in rows.itertuples()
    )


def _text(cell: object) -> str | None:
    return None if pd.isna(cell) else str(cell)


def _day(cell: object) -> str | None:
    return None if pd.isna(cell) else str(cell)[:10]
