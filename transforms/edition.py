"""The frames of an edition, as the warehouse stores them: organisations by code, points in whole ten-thousandths."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms import wording
from transforms.diagnosis import diagnosis_frames
from transforms.lookup import by_code
from transforms.observations import Observed
from transforms.rules import met_at
from transforms.scoring import Observations
from transforms.warnings import Warnings

_INT64_MAX = 2**63 - 1
_PLACES = 10**12


@dataclass(frozen=True)
class Standing:
    """Who is assessed and with what result: organisations by position in `assessed`, whose order `scores` has too.

    `organizations` is the whole registry as at the period's end. `parts_items` are the items of the editions that the
    period was scored from, some of which may be of rule books before its own.
    """

    organizations: pd.DataFrame
    assessed: pd.DataFrame
    lines: pd.DataFrame
    by_dimension: pd.DataFrame
    scores: pd.DataFrame
    parts_items: pd.DataFrame | None = None


def edition_frames(
    standing: Standing, observed: Observations | None, warned: Warnings | None, rulebook: RuleBook, cadence: str
) -> dict[str, pd.DataFrame]:
    """One frame per table of the edition, named as the warehouse's tables, without edition_id.

    `observed` is None where the period has no records of its own, `warned` where it has no warnings.
    """
    codes = standing.assessed["org_code"]
    nothing = {name: STAGES[name].empty() for name in ("warning", "streak", "peer_group")}
    return {
        "organization": standing.organizations,
        "label": _labels(rulebook),
        "item": _items(rulebook, standing.parts_items),
        "score": standing.scores.drop(columns="org"),
        "ledger_line": _ledger_lines(standing.lines, observed, codes, rulebook),
        "warning": warned.warnings if warned else nothing["warning"],
        "streak": warned.streaks if warned else nothing["streak"],
        "peer_group": warned.peer_groups if warned else nothing["peer_group"],
        **diagnosis_frames(standing.lines, standing.by_dimension, standing.assessed, rulebook, cadence),
    }


def content_hash(*frames: pd.DataFrame) -> str:
    """SHA-256 over rows in any order: the same rows give the same hash wherever they came from."""
    digest = hashlib.sha256()
    for frame in frames:
        plain = frame.reindex(columns=sorted(frame.columns)).astype("object").astype("str")
        digest.update(",".join(plain.columns).encode())
        digest.update(np.sort(pd.util.hash_pandas_object(plain, index=False).to_numpy()).tobytes())
    return digest.hexdigest()


def content_hashes(frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """The content hash of each frame, by its name."""
    return {name: content_hash(frame) for name, frame in frames.items()}


def _ledger_lines(
    lines: pd.DataFrame, observed: Observations | None, codes: pd.Series, rulebook: RuleBook
) -> pd.DataFrame:
    """Lines as stored. Those that parts have told of already keep their reason and evidence."""
    lines = lines.merge(_evidence(observed, rulebook), on=["org", "item_code"], how="left", validate="1:1")
    told = lines["reason"].notna() if "reason" in lines else pd.Series(False, index=lines.index)
    own = lines[~told]
    texts = pd.DataFrame(
        {"reason": wording.line_reasons(own, own["found"].notna(), rulebook), "evidence": own["found"]}
    )
    texts = pd.concat([texts, lines.loc[told, ["reason", "evidence"]]]) if told.any() else texts
    num, den = _storable(lines["value_num"], lines["value_den"])
    stored = lines.assign(
        reason=texts["reason"], evidence=texts["evidence"].fillna(""), value_num=num, value_den=den, assessor=""
    )
    return by_code(stored, codes).drop(columns=["dimension", "found"])


def _evidence(observed: Observations | None, rulebook: RuleBook) -> pd.DataFrame:
    """The keys of the records behind each line. Grain: org, item_code; column `found`."""
    parts: list[tuple[Observed, list[str]]] = []
    if observed:
        parts.append((observed.items, [item.code for item in rulebook.items]))
        parts.append((observed.findings, [item.code for item in rulebook.negative_items]))
    behind = [
        pd.DataFrame({"org": pd.Series(dtype="int64"), **dict.fromkeys(("item_code", "found"), pd.Series(dtype="str"))})
    ]
    for part, names in parts:
        if len(part.used):
            codes = pd.Series(names, dtype="str")
            keys = wording.evidence(part.used).rename(columns={"evidence": "found"})
            behind.append(keys.assign(item_code=codes.take(keys["item"]).to_numpy())[["org", "item_code", "found"]])
    return pd.concat(behind[1:] or behind, ignore_index=True)


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
        "board": rulebook.progress_boards,
    }
    rows = [(kind, entry.code, entry.name, n) for kind, entries in named.items() for n, entry in enumerate(entries)]
    return pd.DataFrame(rows, columns=["label_kind", "code", "name", "sort"])


def _items(rulebook: RuleBook, of_parts: pd.DataFrame | None) -> pd.DataFrame:
    """Items, negative-list items and floors of the rule book in force, and those that only the parts have known."""
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
    own = pd.DataFrame(rows, columns=columns)
    if of_parts is None:
        return own
    former = of_parts[~of_parts["item_code"].isin(own["item_code"])].drop_duplicates("item_code", keep="last")
    return pd.concat([own, former[columns]], ignore_index=True) if len(former) else own
