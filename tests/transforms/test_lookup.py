from __future__ import annotations

import pandas as pd

from transforms.lookup import positions


def test_each_text_has_its_position_and_the_rest_none():
    texts = pd.Series(["b", "a", None, "z", "b"], dtype="str", index=[7, 7, 1, 2, 3])

    assert positions(texts, pd.Index(["a", "b"])).tolist() == [1, 0, -1, -1, 1]


def test_nothing_is_found_in_nothing():
    assert positions(pd.Series(["a", None], dtype="str"), pd.Index([], dtype="str")).tolist() == [-1, -1]
    assert positions(pd.Series([], dtype="str"), pd.Index(["a"])).tolist() == []
