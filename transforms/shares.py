"""Factors of people: the coefficient of the unit above × the person's own value (RULES §4, people). Restricted."""

from __future__ import annotations

import pandas as pd

from schemas.rulebook import RuleBook
from transforms.exact import product
from transforms.lookup import positions
from transforms.values import reduced

SHARE_COLUMNS = [
    "org_code", "share", "unit_code", "unit_num", "unit_den", "personal_num", "personal_den", "factor_num",
    "factor_den",
]  # fmt: skip


def shares(
    coefficients: pd.DataFrame, lines: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook, cadence: str
) -> pd.DataFrame:
    """The frame `person_share`, grain org_code × share, in rule-book order; factors exact and in lowest terms.

    `coefficients` is that of `coefficients.coefficients`, `lines` hold the value of each person's own item. There is no
    row for a person whose unit has no coefficient, or whose own value is missing.
    """
    parts = [
        _of_share(
            assessed.assign(org=range(len(assessed)))[assessed["domain"].isin(share.domains).to_numpy()],
            coefficients[coefficients["code"] == share.coefficient],
            lines[lines["item_code"].eq(share.personal) & (lines["value_den"] > 0)],
            assessed["org_code"],
        ).assign(share=share.code)
        for share in rulebook.shares
        if share.cadence == cadence
    ]
    texts = ("org_code", "share", "unit_code")
    empty = pd.DataFrame({name: pd.Series(dtype="str" if name in texts else "int64") for name in SHARE_COLUMNS})
    return pd.concat([part for part in parts if len(part)] or [empty], ignore_index=True)[SHARE_COLUMNS]


def _of_share(people: pd.DataFrame, units: pd.DataFrame, own: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    above = people["parent_code"].astype("str")
    named = people[["org", "org_code"]].assign(unit_code=above, unit=positions(above, pd.Index(codes)))
    of_unit = units[["org", "value_num", "value_den"]].set_axis(["unit", "unit_num", "unit_den"], axis=1)
    personal = own[["org", "value_num", "value_den"]].set_axis(["org", "personal_num", "personal_den"], axis=1)
    found = named.merge(of_unit, on="unit", validate="m:1").merge(personal, on="org", validate="1:1")
    num, den = reduced(
        product(found["unit_num"].to_numpy(), found["personal_num"].to_numpy()),
        product(found["unit_den"].to_numpy(), found["personal_den"].to_numpy()),
    )
    return found.assign(factor_num=num, factor_den=den)
