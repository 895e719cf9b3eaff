"""The frames of an edition, as the warehouse stores them: organisations by code, points in whole ten-thousandths."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from schemas.rulebook import RuleBook
from transforms import wording
from transforms.conditions import Month
from transforms.month import ObservedMonth
from transforms.rules import met_at
from transforms.warnings import Warnings

_INT64_MAX = 2**63 - 1
_PLACES = 10**12


def edition_frames(
    month: Month, by_dimension: pd.DataFrame, observed: ObservedMonth, warned: Warnings, rulebook: RuleBook
) -> dict[str, pd.DataFrame]:
    """One frame per table of the edition, named as the warehouse's tables, without edition_id."""
    codes = month.assessed["org_code"]
    return {
        "organization": month.organizations,
        "label": _labels(rulebook),
        "item": _items(rulebook),
        "score": month.scores.drop(columns="org"),
        "dimension_score": _by_code(by_dimension, codes),
        "ledger_line": _ledger_lines(month.lines, observed, codes, rulebook),
        "warning": warned.warnings,
        "streak": warned.streaks,
        "peer_group": warned.peer_groups,
    }


def content_hash(*frames: pd.DataFrame) -> str:
    """SHA-256 over rows in any order: the same rows give the same hash wherever they came from."""
    digest = hashlib.sha256()
    for frame in frames:
        plain = frame.reindex(columns=sorted(frame.columns)).astype("object").astype("str")
        digest.update(",".join(plain.columns).encode())
        digest.update(np.sort(pd.util.hash_pandas_object(plain, index=False).to_numpy()).tobytes())
    return digest.hexdigest()


def _by_code(frame: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    return frame.assign(org_code=codes.take(frame["org"]).to_numpy()).drop(columns="org")


def _ledger_lines(lines: pd.DataFrame, observed: ObservedMonth, codes: pd.Series, rulebook: RuleBook) -> pd.DataFrame:
    item_codes = pd.Series([item.code for item in rulebook.items], dtype="str")
    negative_codes = pd.Series([item.code for item in rulebook.negative_items], dtype="str")
    behind = [
        wording.evidence(part.used).assign(item_code=lambda frame, names=names: names.take(frame["item"]).to_numpy())
        for part, names in ((observed.items, item_codes), (observed.findings, negative_codes))
        if len(part.used)
    ]
    if behind:
        joined = pd.concat(behind, ignore_index=True)[["org", "item_code", "evidence"]]
        lines = lines.merge(joined, on=["org", "item_code"], how="left", validate="1:1")
    else:
        lines = lines.assign(evidence=pd.Series(np.nan, index=lines.index, dtype="str"))
    reason = wording.line_reasons(lines, lines["evidence"].notna(), rulebook)
    num, den = _storable(lines["value_num"], lines["value_den"])
    stored = lines.assign(
        reason=reason, evidence=lines["evidence"].fillna(""), value_num=num, value_den=den, assessor=""
    )
    return _by_code(stored, codes).drop(columns="dimension")


def _storable(num: pd.Series, den: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Exact fractions that fit 64 bits; the few that do not are shown to 12 places, or to none where even that is too
    wide, and never larger than fits. Their points stay exact."""
    is_missing = den.eq(0).astype(bool)
    too_wide = (num.abs().gt(_INT64_MAX) | den.gt(_INT64_MAX)).astype(bool)
    if too_wide.any():
        pairs = [_narrow(int(n), int(d)) if wide else (n, d) for n, d, wide in zip(num, den, too_wide, strict=True)]
        num, den = (pd.Series([pair[part] for pair in pairs], index=num.index) for part in (0, 1))
    return num.astype("Int64").mask(is_missing), den.astype("Int64").mask(is_missing)


def _narrow(num: int, den: int) -> tuple[int, int]:
    for over in (_PLACES, 1):
        nearest = (2 * abs(num) * over + den) // (2 * den)
        if nearest <= _INT64_MAX:
            break
    return min(nearest, _INT64_MAX) * (-1 if num < 0 else 1), over


def _labels(rulebook: RuleBook) -> pd.DataFrame:
    named: dict[str, tuple[Any, ...]] = {
        "domain": rulebook.domains,
        "dimension": rulebook.dimensions,
        "condition": rulebook.conditions,
    }
    rows = [(kind, entry.code, entry.name, n) for kind, entries in named.items() for n, entry in enumerate(entries)]
    return pd.DataFrame(rows, columns=["label_kind", "code", "name", "sort"])


def _items(rulebook: RuleBook) -> pd.DataFrame:
    """Items, negative-list items and floors of the rule book in force."""
    rows = [
        (item.order, item.code, item.name, item.dimension, item.category, item.kind, item.source, item.cadence,
         item.points, item.rule.kind, wording.rule_text(item), float(met_at(item)), item.lead_unit, item.reference)
        for item in rulebook.items
    ] + [
        (item.order, item.code, item.name, item.dimension, "反向指标", "negative", "inspection", item.cadence,
         0, "deduction", wording.deduction_text(item), 0.0, None, item.reference)
        for item in rulebook.negative_items
    ] + [
        (10_000 + n, f"floor:{dimension.code}", f"{dimension.name}保底", dimension.code, "保底", "floor", "rulebook",
         None, 0, "floor", "维度得分不低于0分", None, None, None)
        for n, dimension in enumerate(rulebook.dimensions)
    ]  # fmt: skip
    columns = ["item_order", "item_code", "item_name", "dimension", "category", "kind", "source", "cadence",
               "full_points", "rule", "rule_text", "target", "lead_unit", "reference"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
