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
