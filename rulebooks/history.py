"""Dated entries: what every entry said at first and what changed since, and what it says on one day.

`changes` of an entry are overlays of whole keys. The resolver is the same for every kind of entry and knows none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rulebooks.findings import Finding, joined


@dataclass(frozen=True)
class Layer:
    """What one document set: the values, and for each the YAML path under which its key is written."""

    values: Mapping[str, Any]
    places: Mapping[str, str]

    @property
    def effective_from(self) -> date:
        """The first day on which it holds."""
        return self.values["effective_from"]

    @property
    def adopted_on(self) -> date:
        """The day from which it is known."""
        return self.values["adopted_on"]


@dataclass(frozen=True)
class History:
    """An entry as written: the layer that founds it, then its changes in the order of the file."""

    file: str
    section: str
    code: str
    layers: tuple[Layer, ...]

    @property
    def path(self) -> str:
        """The entry's YAML path."""
        return f"{self.section}.{self.code}"


@dataclass(frozen=True)
class Resolved:
    """What an entry says on one day; its dates and reference are those of the latest layer applied."""

    history: History
    values: Mapping[str, Any]
    places: Mapping[str, str]

    def finding(self, keys: tuple[str | int, ...], found: str, remedy: str) -> Finding:
        """A finding about one of the entry's values, at the place where that value is written."""
        place = self.places.get(str(keys[0]), self.history.path) if keys else self.history.path
        return Finding(self.history.file, joined((place, *keys)), found, remedy)


def resolve(history: History, on: date, known_on: date | None = None) -> Resolved | None:
    """The entry as at `on`; None if it has not begun by then.

    Layers apply if they start by `on` and, where `known_on` is given, were adopted by then, in order of start date and
    then of adoption. An entry whose founding layer does not apply has not begun, whatever its changes say.
    """
    layers = [
        layer
        for layer in sorted(history.layers, key=lambda layer: (layer.effective_from, layer.adopted_on))
        if layer.effective_from <= on and (known_on is None or layer.adopted_on <= known_on)
    ]
    if history.layers[0] not in layers:
        return None
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for layer in layers:
        values |= layer.values
        places |= layer.places
    return Resolved(history, values, places)
