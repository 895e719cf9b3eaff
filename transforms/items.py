"""The rule book's items as columns, so that a whole delivery is looked up at once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.rulebook import Item, RuleBook
from transforms.lookup import positions

KNOWN, UNKNOWN, NOT_APPLICABLE = "known", "unknown", "not_applicable"
OK, MALFORMED, OUT_OF_RANGE = "ok", "malformed", "out_of_range"


class ItemTable:
    """Items in rule-book order, by position: whether they apply in a domain, how values are written and bounded."""

    def __init__(self, items: tuple[Item, ...], rulebook: RuleBook) -> None:
        self._codes = pd.Index([item.code for item in items])
        self._domains = pd.Index([domain.code for domain in rulebook.domains])
        allowed = np.array([[domain in item.domains for domain in self._domains] for item in items], dtype=bool)
        self._allowed = np.zeros((len(items) + 1, len(self._domains) + 1), dtype=bool)
        self._allowed[: len(items), : len(self._domains)] = allowed.reshape(len(items), len(self._domains))
        self._is_yes_no = np.array([item.rule.kind == "yes_no" for item in items] + [False])
        self._is_share = np.array([_is_share(item) for item in items] + [False])

    def positions(self, codes: pd.Series) -> np.ndarray:
        """Position of each item; -1 where the code is unknown."""
        return positions(codes, self._codes)

    def state(self, positions: np.ndarray, domains: np.ndarray) -> pd.Categorical:
        """Whether each item is known and is one of its organisation's domain."""
        applies = self._allowed[positions, self._domains.get_indexer(pd.Index(domains))]
        values = np.where(positions < 0, UNKNOWN, np.where(applies, KNOWN, NOT_APPLICABLE))
        return pd.Categorical(values, categories=[KNOWN, UNKNOWN, NOT_APPLICABLE])

    def is_yes_no(self, positions: np.ndarray) -> np.ndarray:
        """Whether each item is answered with yes or no."""
        return self._is_yes_no[positions]

    def is_share(self, positions: np.ndarray) -> np.ndarray:
        """Whether each item's value is a share: proportional with a target of at most 1."""
        return self._is_share[positions]


def _is_share(item: Item) -> bool:
    return item.rule.kind == "proportional" and item.rule.target is not None and item.rule.target <= 1
