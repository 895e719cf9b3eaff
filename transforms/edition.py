"""The frames of an edition, as the warehouse stores them: organisations by code, points in whole ten-thousandths."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from schemas.rulebook import RuleBook
from transforms import wording
from transforms.adjustments import told
from transforms.catalogue import items, labels
from transforms.diagnosis import diagnosis_frames
from transforms.figures import Figures
from transforms.lookup import by_code
from transforms.outcomes import Outcomes, Standing
from transforms.scoring import Observations
from transforms.warnings import NOBODY_WARNED, Warnings

_INT64_MAX = 2**63 - 1
_PLACES = 10**12


def edition_frames(
    standing: Standing,
    observed: Observations,
    outcomes: Outcomes,
    warned: Warnings | None,
    figures: Figures,
    rulebook: RuleBook,
    cadence: str,
) -> dict[str, pd.DataFrame]:
    """One frame per table of the edition, named as the warehouse's tables, without edition_id.

    `warned` is None where the period has no warnings.
    """
    codes = standing.assessed["org_code"]
    lines = told(standing.lines.lines, outcomes.adjustments, standing.assessed)
    told_of = warned or NOBODY_WARNED
    return {
        "organization": standing.organizations,
        "label": labels(rulebook),
        "item": items(rulebook, standing.parts_items),
        "score": standing.scores.drop(columns="org"),
        "ledger_line": _ledger_lines(lines, observed, codes, rulebook),
        "warning": told_of.warnings,
        "streak": told_of.streaks,
        "peer_group": told_of.peer_groups,
        "adjustment": outcomes.adjustments,
        "grade": outcomes.grades,
        "task": outcomes.tasks,
        "roll_up": figures.roll_ups,
        "person_share": figures.shares,
        **diagnosis_frames(lines, standing.by_dimension, standing.assessed, rulebook, cadence),
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


def _ledger_lines(lines: pd.DataFrame, observed: Observations, codes: pd.Series, rulebook: RuleBook) -> pd.DataFrame:
    """Lines as stored. Those that parts or adjustments have told of already keep their reason and evidence."""
    key = ["org", "item_code", "assessor"]
    lines = lines.merge(_evidence(observed, rulebook), on=key, how="left", validate="1:1")
    is_told = lines["reason"].notna()
    own = lines[~is_told]
    texts = pd.DataFrame(
        {"reason": wording.line_reasons(own, own["found"].notna(), rulebook), "evidence": own["found"]}
    )
    texts = pd.concat([texts, lines.loc[is_told, ["reason", "evidence"]]]) if is_told.any() else texts
    num, den = _storable(lines["value_num"], lines["value_den"])
    stored = lines.assign(reason=texts["reason"], evidence=texts["evidence"].fillna(""), value_num=num, value_den=den)
    return by_code(stored, codes).drop(columns=["dimension", "found"])


def _evidence(observed: Observations, rulebook: RuleBook) -> pd.DataFrame:
    """The keys of the records behind each line. Grain: org, item_code, assessor; column `found`."""
    parts = (
        (observed.items, [(item.code, item.assessor) for item in rulebook.items]),
        (observed.findings, [(item.code, "") for item in rulebook.negative_items]),
    )
    columns = ("item_code", "assessor", "found")
    behind = [pd.DataFrame({"org": pd.Series(dtype="int64"), **dict.fromkeys(columns, pd.Series(dtype="str"))})]
    for part, names in parts:
        if len(part.used):
            keys = wording.evidence(part.used).rename(columns={"evidence": "found"})
            item_codes, assessors = (pd.Series(texts, dtype="str") for texts in zip(*names, strict=True))
            told_of = {"item_code": item_codes.take(keys["item"]), "assessor": assessors.take(keys["item"])}
            behind.append(keys.assign(**{name: own.to_numpy() for name, own in told_of.items()})[["org", *columns]])
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
