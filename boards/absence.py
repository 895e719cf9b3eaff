"""Who is waited for before a period is published: the message for whoever runs it, and the list for whoever reminds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd

from boards.workbooks import Column, Table, in_columns, workbook
from schemas.periods import Period
from transforms.absence_wording import absent, waiting_until
from transforms.completeness import Completeness

if TYPE_CHECKING:
    from openpyxl import Workbook

NAMED = 10
"""Branches that the message names; all of them are in the workbook."""
_COLUMNS = {
    "parent_code": Column("上级组织代码", 16),
    "parent_name": Column("上级组织", 24),
    "org_code": Column("组织代码", 16),
    "org_name": Column("组织名称", 28),
    "town": Column("所在镇街", 14),
    "item_code": Column("指标代码", 10),
    "item_name": Column("指标名称", 40),
}


def absence_message(period: Period, found: Completeness, frames: Mapping[str, pd.DataFrame], place: str) -> str:
    """Why the period is not published, who is missing, and what to do. `place`: where the list of declarations is."""
    named = _named(pending(found, frames))
    branches = f"没有报齐的组织（按上级）：{named}。全部见{place}。" if named else ""
    return (
        f"{period}没有收齐，没有发布（规则手册规定{waiting_until(found.until)}）。{'；'.join(absent(found.rows))}。{branches}"
        "请督促报送；收到后取件（zuzhili intake）会自动发布"
    )


def pending_workbook(period: Period, found: Completeness, frames: Mapping[str, pd.DataFrame]) -> Workbook:
    """Every declaration that is still to be made, a row each, by parent; people under keys are left out."""
    rows = pending(found, frames)
    above = (f"{period} 待申报（督促申报）", f"{rows['org_code'].nunique()}个组织，{len(rows)}项")
    table = Table("待申报", list(_COLUMNS.values()), in_columns(rows.to_dict("records"), list(_COLUMNS)), above)
    return workbook([table])


def pending(found: Completeness, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The declarations still to be made with names, by parent, branch and item. Restricted units are neither here nor
    named as parents."""
    known = frames["organization"].set_index("org_code")
    known = known[~known["is_restricted"]]
    items = frames["item"].set_index("item_code")
    rows = found.undeclared[found.undeclared["org_code"].isin(known.index)]
    rows = rows.assign(
        **{name: rows["org_code"].map(known[name]) for name in ("org_name", "town", "parent_code")},
        **{name: rows["item_code"].map(items[name]) for name in ("item_name", "item_order")},
    )
    rows = rows.assign(parent_code=rows["parent_code"].where(rows["parent_code"].isin(known.index)))
    rows = rows.assign(parent_name=rows["parent_code"].map(known["org_name"]))
    return rows.sort_values(["parent_code", "org_code", "item_order"], ignore_index=True)


def _named(rows: pd.DataFrame) -> str:
    """The first branches by parent: 沙河镇党委：甲村党支部、乙村党支部；青口镇党委：…."""
    branches = rows.drop_duplicates("org_code")
    first = branches.head(NAMED)
    pairs = zip(first["parent_name"].fillna("没有上级的"), first["org_name"], strict=True)
    texts = [f"{parent}：{'、'.join(name for _, name in own)}" for parent, own in groupby(pairs, lambda pair: pair[0])]
    more = f"，等{len(branches)}个" if len(branches) > NAMED else ""
    return "；".join(texts) + more
