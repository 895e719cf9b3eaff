"""The check of whom an organisation of the registry succeeds: its predecessors' codes, and how it came from them.

A link that cannot be right is rejected alone; its row goes on as an organisation of its own. A code that goes on under
another must be gone before that is there, so no such link leads back to where it came from.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from schemas.fields import FIELDS
from schemas.kinds import CODE
from schemas.layouts import Succession
from transforms.registry import RECODED

LINK = ["predecessor_code", "succession"]
BETWEEN = "、"
OK, MALFORMED, SEVERAL, UNKNOWN = "ok", "malformed", "several", "unknown"
IN_FORCE, NOT_BEFORE, SHARED = "in_force", "not_before", "shared"
MESSAGES = {
    SEVERAL: "{column}填的{value}不止一个代码，同一个组织只能由一个代码改来。请只填一个，或改正变更方式",
    UNKNOWN: "{column}填的{value}里有组织名册中没有的代码。请核对代码；原组织的行要留在名册里，写明失效日期",
    IN_FORCE: "{column}填的{value}在本组织生效以后仍在册，不会是改码前的代码。请核对生效、失效日期；代码不变的不用填",
    NOT_BEFORE: "{column}填的{value}不比本组织早在册，不会是前身。请核对代码和生效日期",
    SHARED: "另有一行与此矛盾：一个代码只能改为一个，也只能由一个改来（{column}这里是{value}）。请只保留正确的一条",
}
"""What the sender reads where the reason alone does not say enough."""


def read_links(records: pd.DataFrame, words: Mapping[str, Succession]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The links that can be read (LINK: codes with 、 between, each once; NaN where there is none), and their faults.

    The faults (LINK too) are those of the cells by themselves: one filled without the other, an unknown word, no code
    or more than can be kept, and several codes where an organisation goes on under a new one.
    """
    word, text = records["succession"], records["predecessor_code"]
    succession = word.map(dict(words)).astype("str")
    named = text.str.findall(CODE).explode().dropna()
    named = named[~pd.MultiIndex.from_arrays([named.index, named]).duplicated()]
    codes = named.groupby(level=0).agg(BETWEEN.join).reindex(records.index).astype("str")
    is_filled = text.notna() | succession.notna()
    is_kept = codes.str.len().le(FIELDS["predecessor_code"].size)
    is_several = succession.eq(RECODED) & codes.str.contains(BETWEEN, regex=False, na=False)
    faults = pd.DataFrame(
        {
            "predecessor_code": np.select([is_filled & ~is_kept, is_several], [MALFORMED, SEVERAL], OK),
            "succession": np.select(
                [word.isna() & text.notna(), word.notna() & succession.isna()], [MALFORMED, UNKNOWN], OK
            ),
        },
        index=records.index,
    )
    is_link = codes.notna() & faults.eq(OK).all(axis=1)
    links = pd.DataFrame({"predecessor_code": codes.where(is_link), "succession": succession.where(is_link)})
    return links, faults


def false_links(spans: pd.DataFrame) -> pd.Series:
    """What is wrong with links that can be read, by row of `spans`; only of those with a fault.

    `spans`: rows of the registry that stand, with LINK. A predecessor must have been in the registry before the row's
    first day. Where the organisation goes on under a new code, the old one must be gone before the first day of the
    new; a code goes on as one code, and is the continuation of one.
    """
    link = spans.dropna(subset="predecessor_code")
    pair = link.assign(predecessor=link["predecessor_code"].str.split(BETWEEN)).explode("predecessor")
    in_force = spans.groupby("org_code").agg(first=("first_day", "min"), last=("last_day", "max"))
    is_recoded = pair["succession"].eq(RECODED)
    begins = pair["first_day"].where(~is_recoded, pair["org_code"].map(in_force["first"]))
    ends = pair["predecessor"].map(in_force["last"])
    own = pair[is_recoded & ends.lt(begins)]
    goes_on_twice = own.groupby("predecessor")["org_code"].transform("nunique").gt(1)
    is_not_before = pair["predecessor"].map(in_force["first"]).ge(begins) | pair["predecessor"].eq(pair["org_code"])
    is_shared = goes_on_twice | own.groupby("org_code")["predecessor"].transform("nunique").gt(1)
    of_each = {UNKNOWN: ends.isna(), NOT_BEFORE: is_not_before, IN_FORCE: is_recoded & ends.ge(begins)}
    of_any = pd.DataFrame(of_each).groupby(level=0).any().reindex(link.index)
    cases = {**of_any, SHARED: is_shared.reindex(link.index, fill_value=False)}
    found = pd.Series(np.select(list(cases.values()), list(cases), OK), index=link.index, dtype="str")
    return found[found != OK]
