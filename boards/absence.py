"""Who is waited for before a period is published: the message for whoever runs it, and the list for whoever reminds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd

from boards.lists import pending_tables, pending_told
from boards.workbooks import workbook
from schemas.periods import Period
from schemas.rulebook import POINT
from transforms.absence_wording import absent, waiting_until
from transforms.completeness import Completeness

if TYPE_CHECKING:
    from openpyxl import Workbook

NAMED = 10
"""Branches that the message names; all of them are in the workbook."""


def absence_message(period: Period, found: Completeness, frames: Mapping[str, pd.DataFrame], place: str) -> str:
    """Why the period is not published, who is missing, and what to do. `place`: where the list of declarations is."""
    rows = pending(frames)
    named = _named(rows[rows["org_code"].isin(found.undeclared["org_code"])])
    branches = f"没有报齐的组织（按上级）：{named}。全部见{place}。" if named else ""
    return (
        f"{period}没有收齐，没有发布（规则手册规定{waiting_until(found.until)}）。{'；'.join(absent(found.rows))}。{branches}"
        "请督促报送；收到后取件（zuzhili intake）会自动发布"
    )


def pending_workbook(period: Period, frames: Mapping[str, pd.DataFrame]) -> Workbook:
    """The list of what is still to be declared for a period that has no edition; that of an edition is in `lists`."""
    rows = pending(frames)
    return workbook(
        pending_tables(rows, (f"{period} 督促申报", "没有收齐，还没有发布", f"还没有申报的：{pending_told(rows)}"))
    )


def pending(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The declarations that are missing, with the columns of the view `pending_declarations`. Restricted units are
    neither here nor named as parents."""
    known = frames["organization"].set_index("org_code")
    known = known[~known["is_restricted"]]
    items, lines = frames["item"].set_index("item_code"), frames["ledger_line"]
    is_declared = lines["item_code"].map(items["source"]).eq("declaration")
    rows = lines[lines["status"].eq("missing") & is_declared & lines["org_code"].isin(known.index)]
    rows = rows.assign(
        full_points=rows["full_points"] / POINT,
        item_name=rows["item_code"].map(items["item_name"]),
        **{name: rows["org_code"].map(known[name]) for name in ("org_name", "town", "parent_code")},
    )
    rows = rows.assign(parent_code=rows["parent_code"].where(rows["parent_code"].isin(known.index)))
    rows = rows.assign(parent_name=rows["parent_code"].map(known["org_name"]))
    return rows.sort_values(["parent_code", "org_code", "item_code"], ignore_index=True)


def _named(rows: pd.DataFrame) -> str:
    """The first branches by parent: 沙河镇党委：甲村党支部、乙村党支部；青口镇党委：…."""
    branches = rows.drop_duplicates("org_code")
    first = branches.head(NAMED)
    pairs = zip(first["parent_name"].fillna("没有上级的"), first["org_name"], strict=True)
    texts = [f"{parent}：{'、'.join(name for _, name in own)}" for parent, own in groupby(pairs, lambda pair: pair[0])]
    more = f"，等{len(branches)}个" if len(branches) > NAMED else ""
    return "；".join(texts) + more
