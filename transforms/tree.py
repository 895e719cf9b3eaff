"""The tree of organisations by position: who is above whom, whatever loops a registry may hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from transforms.lookup import positions


def above(organizations: pd.DataFrame) -> np.ndarray:
    """Position of the unit above each organisation; -1 where it is not among them.

    Organisations that stand above themselves, by a loop in the registry, have none above: every way up ends.
    """
    index = pd.Index(organizations["org_code"])
    parent = positions(organizations["parent_code"], index)
    far = np.append(parent, -1)
    for _ in range(len(index).bit_length()):
        far = far[far]
    is_in_loop = np.zeros(len(index) + 1, dtype=bool)
    is_in_loop[far] = True
    return np.where(is_in_loop[:-1], -1, parent)


def climbs(parent: np.ndarray) -> Iterator[np.ndarray]:
    """For each level up in turn the position that every organisation has above it there, -1 where there is none."""
    step = np.append(parent, -1)
    at = parent
    while (at >= 0).any():
        yield at
        at = step[at]


def levels(parent: np.ndarray) -> np.ndarray:
    """How many units stand above each organisation, one over the other; a root has 0."""
    return sum(((at >= 0).astype(np.int64) for at in climbs(parent)), np.zeros(len(parent), dtype=np.int64))
