"""From codes to their positions in a short list, and back."""

from __future__ import annotations

import numpy as np
import pandas as pd


def positions(texts: pd.Series, known: pd.Index) -> np.ndarray:
    """Position of each text in `known` (unique); -1 where it is missing or not among them. Each is looked up once."""
    group, distinct = pd.factorize(texts)
    return np.append(known.get_indexer(pd.Index(distinct)), -1)[group]


def by_code(frame: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    """The frame with org_code in place of `org`, the position in `codes`."""
    return frame.assign(org_code=codes.take(frame["org"]).to_numpy()).drop(columns="org")


def line_key(item_code: str, assessor: str) -> str:
    """One text for an item and its assessor; the item's code where it has none."""
    return f"{item_code}\0{assessor}" if assessor else item_code


def line_keys(item_codes: pd.Series, assessors: pd.Series) -> pd.Series:
    """The same for columns."""
    codes = item_codes.astype("str")
    return codes.where(assessors.eq(""), codes + "\0" + assessors.astype("str"))
