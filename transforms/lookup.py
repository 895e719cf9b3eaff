"""Where the texts of a long column stand in a short list: each distinct text is looked up once."""

from __future__ import annotations

import numpy as np
import pandas as pd


def positions(texts: pd.Series, known: pd.Index) -> np.ndarray:
    """Position of each text in `known` (unique); -1 where it is missing or not among them."""
    group, distinct = pd.factorize(texts)
    return np.append(known.get_indexer(pd.Index(distinct)), -1)[group]
