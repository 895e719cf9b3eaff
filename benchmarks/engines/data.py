"""Makes what the engines read, as Parquet files; the same organisations and seed, the same rows.

python -m benchmarks.engines.data FOLDER ORGANIZATIONS
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.engines.catalogue import (
    COMMON,
    DOMAINS,
    MONTH,
    SPECIFIC,
    item_domains,
    item_table,
    negative_table,
    rulebook,
)  # fmt: skip
from schemas.rulebook import RuleBook

SHARES = (0.35, 0.2, 0.15, 0.2, 0.1)
"""Share of the organisations in each domain."""
PER_FILE = 40_000
STATUSES = np.array(["approved", "pending", "returned"], dtype=object)
STRANGERS = 1000


def make(folder: Path, organizations: int, seed: int = 1) -> None:
    """Writes rule book, organisations, observations, findings and last month's runs below `folder`."""
    rules = rulebook()
    chance = np.random.default_rng(seed)
    (folder / "observations").mkdir(parents=True)
    domain = chance.choice(len(DOMAINS), organizations, p=SHARES)
    for name, table in {
        "items": item_table(rules),
        "item_domains": item_domains(rules),
        "negative_items": negative_table(rules),
        "organizations": _organizations(domain),
        "findings": _findings(organizations, rules, chance),
        "streaks": _streaks(domain, rules, chance),
    }.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    items = _Items(rules)
    for first in range(0, organizations, PER_FILE):
        members = np.arange(first, min(first + PER_FILE, organizations))
        part = _observations(members, domain[members], items, chance)
        part.to_parquet(folder / f"observations/{first // PER_FILE:04d}.parquet", index=False, compression="zstd")


class _Items:
    """The items as arrays, by position."""

    def __init__(self, rules: RuleBook) -> None:
        self.codes = np.array([item.code for item in rules.items], dtype=object)
        self.kinds = np.array([item.rule.kind for item in rules.items])
        self.dynamic = np.array([item.is_dynamic for item in rules.items])
        self.target = np.array([float(item.rule.target or 80) for item in rules.items])
        specific = COMMON + SPECIFIC * np.arange(len(DOMAINS))[:, None] + np.arange(SPECIFIC)
        self.of_domain = np.hstack([np.tile(np.arange(COMMON), (len(DOMAINS), 1)), specific])


def _observations(members: np.ndarray, domain: np.ndarray, items: _Items, chance: np.random.Generator) -> pd.DataFrame:
    """26 values an organisation: 2 % missing, half of a per cent declared again later, a few of no use at all."""
    org = np.repeat(members, items.of_domain.shape[1])
    item = items.of_domain[domain].ravel()
    seconds = chance.integers(0, 2_400_000, len(org))
    kept = np.flatnonzero(chance.random(len(org)) >= 0.02)
    again = kept[chance.random(len(kept)) < 0.005]
    seconds = np.concatenate([seconds[kept], seconds[again] + chance.integers(1, 86_400, len(again))])
    which = np.concatenate([kept, again])
    shuffled = chance.permutation(len(which))
    org, item, seconds = org[which][shuffled], item[which][shuffled], seconds[shuffled]
    value = _values(org, item, items, chance)
    stray = chance.random(len(org))
    item = np.where((stray < 0.001) & (item >= COMMON), _of_next_domain(item), item)
    return pd.DataFrame(
        {
            "org_code": np.where(stray > 0.9995, _codes(org % STRANGERS, "NEW"), _codes(org)),
            "item_code": items.codes[item],
            "value": value,
            "status": STATUSES[np.searchsorted([0.985, 0.99], chance.random(len(org)))],
            "declared_at": pd.Timestamp(MONTH.start) + pd.to_timedelta(seconds, unit="s").as_unit("us"),
            "batch_id": f"batch-{members[0]}",
            "row_no": np.arange(2, len(org) + 2),
        }
    )


def _of_next_domain(item: np.ndarray) -> np.ndarray:
    return COMMON + (item - COMMON + SPECIFIC) % (SPECIFIC * len(DOMAINS))


def _values(org: np.ndarray, item: np.ndarray, items: _Items, chance: np.random.Generator) -> np.ndarray:
    """Values in whole hundredths."""
    luck = chance.random(len(org))
    quality = 0.76 + org * 37 % 97 / 200
    measured = items.target[item] * quality * (0.75 + luck / 2)
    kind = items.kinds[item]
    measured = np.where((kind == "at_least") & items.dynamic[item], measured * 1.5, measured)
    value = np.select([kind == "per_unit", kind == "yes_no"], [np.floor(luck * 10 * quality), luck < 0.985], measured)
    return np.round(value * 100).astype(np.int64)


def _organizations(domain: np.ndarray) -> pd.DataFrame:
    number = np.arange(len(domain))
    codes = np.array([entry.code for entry in DOMAINS], dtype=object)
    parents = _codes(number // 12, "CMT")
    branches = pd.DataFrame(
        {"org_code": _codes(number), "kind": "branch", "domain": codes[domain], "parent_code": parents}
    )
    committees = pd.DataFrame({"org_code": branches["parent_code"].unique(), "kind": "committee"})
    everyone = pd.concat([branches, committees], ignore_index=True)
    return everyone.assign(org_name=everyone["org_code"], town="", is_assessed=everyone["domain"].notna())


def _findings(organizations: int, rules: RuleBook, chance: np.random.Generator) -> pd.DataFrame:
    """Three findings to ten organisations."""
    size = organizations * 3 // 10
    codes = np.array([item.code for item in rules.negative_items], dtype=object)
    return pd.DataFrame(
        {
            "org_code": _codes(chance.integers(0, organizations, size)),
            "item_code": codes[chance.integers(0, len(codes), size)],
            "findings_count": chance.integers(1, 5, size),
            "day": pd.Timestamp(MONTH.start) + pd.to_timedelta(chance.integers(0, 31, size), unit="D").as_unit("us"),
            "batch_id": "findings",
            "row_no": np.arange(2, size + 2),
        }
    )


def _streaks(domain: np.ndarray, rules: RuleBook, chance: np.random.Generator) -> pd.DataFrame:
    """Runs up to last month: each dynamic item unmet for a twentieth of the organisations, the bottom likewise."""
    parts = []
    for item in [item for item in rules.items if item.is_dynamic]:
        inside = np.isin(domain, [place for place, entry in enumerate(DOMAINS) if entry.code in item.domains])
        org = np.flatnonzero(inside & (chance.random(len(domain)) < 0.05))
        parts.append(pd.DataFrame({"org_code": _codes(org), "warning_code": "unmet", "item_code": item.code}))
    org = np.flatnonzero(chance.random(len(domain)) < 0.05)
    parts.append(pd.DataFrame({"org_code": _codes(org), "warning_code": "bottom_5", "item_code": ""}))
    rows = pd.concat(parts, ignore_index=True)
    months = chance.integers(1, 4, len(rows))
    return rows.assign(since_period="2024-04", months=months)


def _codes(numbers: np.ndarray, letters: str = "ORG") -> np.ndarray:
    digits = np.char.zfill(numbers.astype("U8"), 8)
    return np.char.add(letters, digits).astype(object)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
