"""Values read from other units' results: of the units below, or of the one above (RULES §2, §3: levels count together).

Units that others read must be scored before them, so that a period is scored domain by domain, in waves.
"""

from __future__ import annotations

from collections.abc import Collection
from graphlib import TopologicalSorter

import numpy as np
import pandas as pd

from schemas.rulebook import Item, Relatives, RuleBook
from transforms.adjustments import full_points, index_points
from transforms.exact import common_denominator, product, sums
from transforms.lookup import positions
from transforms.observations import VALUE_COLUMNS, Observed, together
from transforms.tree import above, climbs
from transforms.values import reduced

Exact = tuple[np.ndarray, np.ndarray]
"""Numerators and denominators; a denominator of 0 where there is no value."""


def waves(rulebook: RuleBook, cadence: str) -> tuple[frozenset[str], ...]:
    """The domains in the order in which they can be scored: each wave reads those before it alone.

    Raises CycleError where domains read each other, which the linter refuses.
    """
    read: dict[str, set[str]] = {domain.code: set() for domain in rulebook.domains}
    for item in rulebook.items:
        if item.relatives and item.cadence == cadence:
            for domain in item.domains:
                read[domain] |= set(item.relatives.domains)
    order = TopologicalSorter(read)
    order.prepare()
    found = []
    while order.is_active():
        ready = order.get_ready()
        found.append(frozenset(ready))
        order.done(*ready)
    return tuple(found)


def of_relatives(
    organizations: pd.DataFrame,
    assessed: pd.DataFrame,
    lines: pd.DataFrame,
    rulebook: RuleBook,
    cadence: str,
    domains: Collection[str],
) -> Observed:
    """The values of the items with relatives for the units assessed in `domains`, from the lines that exist so far.

    Grain: org (position in `assessed`) × item (position in the rule book); in lowest terms. A mean is exact, over the
    units that have a value; weighed by members, one without known members has no weight. There is no row where no unit
    is below or above. No records are used.
    """
    parent = above(organizations)
    parts = [together().values]
    for position, item in enumerate(rulebook.items):
        if item.relatives and item.cadence == cadence:
            reader, read = _pairs(item, item.relatives, organizations["org_code"], parent, assessed, domains)
            num, den = _results(item.relatives, lines, len(assessed), rulebook)
            weight = _weights(item.relatives, assessed)
            mean = _means(reader, num[read], den[read], weight[read], len(assessed))
            parts.append(mean.assign(item=position)[VALUE_COLUMNS])
    return Observed(pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True), together().used)


def _pairs(
    item: Item,
    relatives: Relatives,
    codes: pd.Series,
    parent: np.ndarray,
    assessed: pd.DataFrame,
    domains: Collection[str],
) -> tuple[np.ndarray, np.ndarray]:
    """Who reads whom, as positions in `assessed`: those of the item's domains, and their relatives."""
    domain = assessed["domain"].to_numpy()
    is_reader = np.append(np.isin(domain, item.domains) & np.isin(domain, list(domains)), False)
    is_read = np.append(np.isin(domain, relatives.domains), False)
    place = np.append(positions(codes, pd.Index(assessed["org_code"])), -1)
    own = place[:-1]
    readers, read = [own[:0]], [own[:0]]
    is_done = np.zeros(len(own), dtype=bool)
    for at in climbs(parent):
        reads_up = relatives.to == "parent"
        one, other = (own, place[at]) if reads_up else (place[at], own)
        met = is_reader[one] & is_read[other] & ~is_done
        readers.append(one[met])
        read.append(other[met])
        if relatives.levels == "direct":
            break
        is_done |= met & reads_up
    return np.concatenate(readers), np.concatenate(read)


def _results(relatives: Relatives, lines: pd.DataFrame, size: int, rulebook: RuleBook) -> Exact:
    """What is read of each of `size` units: index / full points, or 1 where the item is met and 0 where it is not."""
    if relatives.of == "met":
        own = lines[lines["item_code"].eq(relatives.item) & lines["is_met"].notna()]
        is_met = own.groupby("org")["is_met"].all().reindex(range(size))
        return is_met.eq(True).fillna(False).to_numpy().astype(np.int64), is_met.notna().to_numpy().astype(np.int64)
    everyone = np.arange(size)
    return index_points(lines, rulebook, everyone).to_numpy(), full_points(lines, rulebook, everyone).to_numpy()


def _weights(relatives: Relatives, assessed: pd.DataFrame) -> np.ndarray:
    if relatives.weight == "equal":
        return np.ones(len(assessed), dtype=np.int64)
    return assessed["members"].fillna(0).to_numpy(dtype=np.int64)


def _means(reader: np.ndarray, num: np.ndarray, den: np.ndarray, weight: np.ndarray, size: int) -> pd.DataFrame:
    """The weighted mean for each reader that has any weight to go by: org, value_num, value_den."""
    num, shared = common_denominator(num, den)
    weight = np.where(den > 0, weight, 0)
    total, parts = sums(product(num, weight), reader, size), product(sums(weight, reader, size), shared)
    org = np.flatnonzero(parts > 0)
    value_num, value_den = reduced(total[org], parts[org])
    return pd.DataFrame({"org": org, "value_num": value_num, "value_den": value_den})
