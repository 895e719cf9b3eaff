"""The rule book's items as columns, so that a whole delivery is looked up at once."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pandas as pd

from schemas.layouts import Inbox
from schemas.periods import Period
from schemas.rulebook import Item, Policies, RuleBook
from transforms.lookup import line_key, line_keys, positions

KNOWN, UNKNOWN, NOT_APPLICABLE = "known", "unknown", "not_applicable"
OK, MALFORMED, OUT_OF_RANGE = "ok", "malformed", "out_of_range"


class ItemTable:
    """Items as they are delivered, by position: whether they apply in a domain, how values are written and bounded.

    An item that several assess has a position for each of them, one that is voted on has one for each cell of its
    ballot and none of its own.
    """

    def __init__(self, items: Iterable[Item], rulebook: RuleBook) -> None:
        cells = [(code, item) for item in items for code in sent_codes(item)]
        keys = [line_key(code, item.assessor) for code, item in cells]
        self._keys = pd.Index(keys)
        self._assessed = {code for code, item in cells if item.assessor}
        self._domains = pd.Index([domain.code for domain in rulebook.domains])
        self._allowed = np.zeros((len(cells) + 1, len(self._domains) + 1), dtype=bool)
        for place, (_, item) in enumerate(cells):
            self._allowed[place, :-1] = self._domains.isin(item.domains)
        self._is_yes_no = np.array([item.rule.kind == "yes_no" for _, item in cells] + [False])
        self._is_share = np.array([is_share(item) and item.ballot is None for _, item in cells] + [False])
        self._is_count = np.array([item.ballot is not None for _, item in cells] + [False])
        self._most = np.array(
            [_most(item, rulebook.policies) for _, item in cells] + [rulebook.policies.number_at_most]
        )

    def positions(self, codes: pd.Series, senders: pd.Series | None = None) -> np.ndarray:
        """Position of each item, as its sender assesses it; -1 where the code is unknown, or not this sender's."""
        if senders is None:
            return positions(codes, self._keys)
        assessors = senders.where(codes.isin(self._assessed), "").fillna("")
        return positions(line_keys(codes, assessors).where(codes.notna()), self._keys)

    def state(self, positions: np.ndarray, domains: np.ndarray) -> pd.Categorical:
        """Whether each item is known and is one of its organisation's domain."""
        applies = self._allowed[positions, self._domains.get_indexer(pd.Index(domains))]
        values = np.where(positions < 0, UNKNOWN, np.where(applies, KNOWN, NOT_APPLICABLE))
        return pd.Categorical(values, categories=[KNOWN, UNKNOWN, NOT_APPLICABLE])

    def is_yes_no(self, positions: np.ndarray) -> np.ndarray:
        """Whether each item is answered with yes or no."""
        return self._is_yes_no[positions]

    def is_share(self, positions: np.ndarray) -> np.ndarray:
        """Whether each item's value is a share."""
        return self._is_share[positions]

    def is_count(self, positions: np.ndarray) -> np.ndarray:
        """Whether each item's value counts votes."""
        return self._is_count[positions]

    def most(self, positions: np.ndarray) -> np.ndarray:
        """The largest value that each item can have, as Fractions."""
        return self._most[positions]


def is_share(item: Item) -> bool:
    """Whether the item's value is a share: proportional with a target of at most 1."""
    return item.rule.kind == "proportional" and item.rule.target is not None and item.rule.target <= 1


def sent_codes(item: Item) -> list[str]:
    """The codes under which an item's values are sent: its own, or those of its ballot's cells."""
    if item.ballot is None:
        return [item.code]
    return [ballot_cell(item.code, name) for name in (item.ballot.issued, *item.ballot.options)]


def ballot_cell(item_code: str, name: str) -> str:
    """The code of one number of a ballot: that of papers issued, or of votes for an option."""
    return f"{item_code}/{name}"


def due_inbox(rulebook: RuleBook, period: Period) -> Inbox:
    """The inbox as it is for one period: of every department's sheet the items of the period's cadence alone.

    A department that has none then is read with all its items, so that each of its cells gets its answer.
    """
    layout = rulebook.inbox.submissions
    if layout is None:
        return rulebook.inbox
    due = {code for item in rulebook.items if item.cadence == period.cadence for code in sent_codes(item)}
    senders = {
        name: sender.model_copy(
            update={"items": {said: code for said, code in sender.items.items() if code in due} or sender.items}
        )
        for name, sender in layout.senders.items()
    }
    return rulebook.inbox.model_copy(update={"submissions": layout.model_copy(update={"senders": senders})})


def _most(item: Item, policies: Policies) -> Fraction:
    if item.rule.kind == "scored":
        assert item.rule.target is not None
        return item.rule.target
    return policies.share_at_most if is_share(item) and item.ballot is None else policies.number_at_most
