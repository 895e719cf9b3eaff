"""What senders read of organisations that the registry does not know by what a row says, or knows by another name.

People who are kept under keys are never named: neither suggested to a sender nor held against the name in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd

from schemas.rulebook import RuleBook
from schemas.texts import heading_key, quoted
from transforms.checks.checked import Sentences, literal
from transforms.registry import OPEN_END, UNKNOWN, Registry

_LOOKED_UP = 50
"""Unknown names for which the nearest known one is looked for; the sentences of others do without."""
_NAMED = 5
_TOWNS_NAMED = 3


def unknown_codes(records: pd.DataFrame, registry: Registry, rulebook: RuleBook) -> Sentences:
    """What is said of codes that the registry does not know: the code of the organisation that the row names."""

    def tell(rows: np.ndarray) -> list[str]:
        known = _open_spans(registry, rulebook)
        bearers = known.groupby(known["org_name"].map(_key))["org_code"].agg(["first", "nunique"])
        codes = bearers.loc[bearers["nunique"] == 1, "first"]
        return [_by_code(name, codes) for name in records["org_name"].iloc[rows]]

    return {("organization", "unknown_organization"): tell}


def unknown_names(
    records: pd.DataFrame, has_code: pd.Series, is_elsewhere: np.ndarray, registry: Registry, rulebook: RuleBook
) -> Sentences:
    """The same of rows that may have a code or only a name: where the name is known, or which one is nearest to it.

    `is_elsewhere`: rows whose name is known in other towns than theirs.
    """
    by_code = unknown_codes(records, registry, rulebook)[("organization", "unknown_organization")]
    assert callable(by_code)

    def tell(rows: np.ndarray) -> list[str]:
        known = _open_spans(registry, rulebook)
        names, towns = records["org_name"].iloc[rows], records["town"].iloc[rows]
        nearest = _nearest(names[~has_code.iloc[rows]].dropna().unique().tolist(), known["org_name"].unique().tolist())
        cases = zip(by_code(rows), has_code.iloc[rows], is_elsewhere[rows], names, towns, strict=True)
        return [
            said if coded else _in_other_towns(name, town, known) if elsewhere else nearest.get(name, "")
            for said, coded, elsewhere, name, town in cases
        ]

    return {("organization", "unknown_organization"): tell}


def in_other_towns(
    records: pd.DataFrame, states: Sequence[str], has_code: pd.Series, registry: Registry, day: int
) -> np.ndarray:
    """Whether each row that is known by neither code nor name and town has a name that is known elsewhere."""
    is_asked = ~has_code & records["town"].notna() & (pd.Series(states, index=records.index).astype("str") == UNKNOWN)
    if not is_asked.any():
        return np.zeros(len(records), dtype=bool)
    _, anywhere = registry.by_name(records["org_name"], records["town"].mask(records["town"].notna()), day)
    return (is_asked & (pd.Series(anywhere, index=records.index).astype("str") != UNKNOWN)).to_numpy()


def other_names(records: pd.DataFrame, registry: Registry, rulebook: RuleBook) -> tuple[str, ...]:
    """A note on records that count under a code whose organisation never bore the name in the row; none without such.

    Blanks and full-width forms make no difference, and neither does a name that it bore before or under a former code.
    """
    named = records.dropna(subset=["org_code", "org_name"])[["row_no", "org_code", "org_name"]]
    pairs = named.drop_duplicates(["org_code", "org_name"])
    spans = registry.spans
    borne = pd.MultiIndex.from_arrays(
        [registry.code_on(spans["org_code"], OPEN_END), spans["org_name"].map(_key, na_action="ignore")]
    )
    latest = spans.drop_duplicates("org_code", keep="last")
    tellable = latest.loc[~latest["kind"].isin(_restricted(rulebook)), ["org_code", "org_name"]]
    own = pd.MultiIndex.from_arrays([registry.code_on(pairs["org_code"], OPEN_END), pairs["org_name"].map(_key)])
    wrong = pairs[~own.isin(borne) & pairs["org_code"].isin(tellable["org_code"]).to_numpy()]
    if wrong.empty:
        return ()
    rows = named.merge(wrong[["org_code", "org_name"]]).drop_duplicates("row_no").sort_values("row_no")
    held = rows["org_code"].map(tellable.set_index("org_code")["org_name"])
    cases = list(zip(rows["row_no"], rows["org_code"], held, rows["org_name"], strict=True))
    said = "；".join(
        f"第{row_no}行填的是{quoted(name)}，{code}在名册里是{quoted(own_name)}"
        for row_no, code, own_name, name in cases[:_NAMED]
    )
    more = "等" if len(cases) > _NAMED else ""
    return (f"有{len(cases)}行的组织名称与代码不符，已按代码计入，请核对：{said}{more}",)


def _open_spans(registry: Registry, rulebook: RuleBook) -> pd.DataFrame:
    """Spans of organisations that exist to this day and may be named to a sender."""
    spans = registry.spans
    is_open = spans["last_day"].eq(OPEN_END) & ~spans["kind"].isin(_restricted(rulebook))
    return spans[is_open & spans["org_name"].notna()]


def _restricted(rulebook: RuleBook) -> set[str]:
    return {kind.code for kind in rulebook.organization_kinds.values() if kind.is_restricted}


def _by_code(name: object, codes: pd.Series) -> str:
    code = codes.get(_key(name)) if isinstance(name, str) else None
    if code is None:
        return ""
    return f"组织名册中没有{{value}}，{literal(quoted(str(name)))}的代码是{literal(code)}。请核对后改正组织代码"


def _in_other_towns(name: str, town: str, known: pd.DataFrame) -> str:
    towns = [quoted(one) for one in known.loc[known["org_name"] == name, "town"].dropna().unique()]
    if not towns:
        return ""
    more = "等" if len(towns) > _TOWNS_NAMED else ""
    there = "、".join(towns[:_TOWNS_NAMED]) + more
    return literal(f"名册里有{quoted(name)}，所在镇街是{there}，不是{quoted(town)}。请核对所在镇街")


def _nearest(names: list[str], known: list[str]) -> dict[str, str]:
    """The sentence for each unknown name that resembles a known one."""
    near = {name: get_close_matches(name, known, n=1) for name in names[:_LOOKED_UP]}
    return {
        name: f"组织名册中没有{{value}}，最接近的是{literal(quoted(found[0]))}。"
        "请核对组织名称，最好填组织代码；新设组织请先由组织部登记入册"
        for name, found in near.items()
        if found
    }


def _key(name: object) -> str:
    return heading_key(str(name))
