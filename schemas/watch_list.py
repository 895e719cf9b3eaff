"""Weak and lax organisations (软弱涣散): how a rule book has them proposed for rectification. Source: RULES §1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas.conditions import Colour


@dataclass(frozen=True)
class WatchList:
    """How organisations are proposed for rectification as weak and lax (软弱涣散) in a year.

    Those come into question that were in the pool of a month in one of `colours`, which stand from the first to be
    proposed to the last. `places`: so many are proposed. A decision that names no deadline gives `convert_days` from
    its day.
    """

    name: str
    places: int
    colours: tuple[Colour, ...]
    convert_days: int
    effective_from: date
    adopted_on: date
    reference: str


@dataclass(frozen=True)
class Circumstance:
    """A circumstance that speaks for rectification (情形): an entry of the event register that costs no points."""

    code: str
    order: int
    name: str
    effective_from: date
    adopted_on: date
    reference: str
