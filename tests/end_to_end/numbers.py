"""The numbers of editions as their readers see them, and what differs: beside what the product says of it."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd
import sqlalchemy as sa

from transforms.restatements import COMPONENTS
from warehouse import published
from warehouse.editions import Edition

Points = TypeVar("Points", pd.Series, pd.DataFrame)
KEY = ["org_code", "measure"]
PARTS = [f"from_{name}" for name in COMPONENTS]


def numbers(engine: sa.Engine, edition: Edition) -> pd.Series:
    """Every number that the views show of an organisation, by code and measure, in ten-thousandths."""

    def of(view: str) -> pd.DataFrame:
        return published.of_edition(engine, view, edition.edition_id).set_index("org_code")

    scores, lines, by_dimension = of("index_scores"), of("ledger"), of("dimension_scores")
    measures = {name: scores[name] for name in ("index_points", "full_points", "rank", "peers")}
    measures["previous_rank"] = of("rankings")["previous_rank"].dropna()
    measures["colour"] = of("warnings").groupby(level=0)["severity"].max()
    measures |= {f"dimension:{code}": rows["points"] for code, rows in by_dimension.groupby("dimension")}
    for code, rows in lines.groupby("item_code"):
        measures |= {f"item:{code}": rows["points"], f"item_full:{code}": rows["full_points"]}
    found = pd.concat({name: values.astype(float) for name, values in measures.items()}, names=KEY[::-1])
    return whole(found).swaplevel()


def changed(old: pd.Series, new: pd.Series) -> pd.DataFrame:
    """Numbers that differ, in the order in which restatements are published; a side that has none is empty."""
    both = pd.DataFrame({"old_value": old, "new_value": new})
    is_same = both["old_value"].eq(both["new_value"]).fillna(False)
    return both[~is_same].sort_index()


def restated(engine: sa.Engine, edition: Edition) -> pd.DataFrame:
    """What the product says of an edition: old and new value and every part, in ten-thousandths, with the cause."""
    stated = published.of_edition(engine, "restatements", edition.edition_id).set_index(KEY)
    return whole(stated[["old_value", "new_value", *PARTS]]).assign(cause=stated["cause"])


def whole(points: Points) -> Points:
    """Points in whole ten-thousandths."""
    return (points.astype(float) * 10_000).round().astype("Int64")
