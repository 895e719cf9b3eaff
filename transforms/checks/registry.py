"""The check of the organisation registry: which of its rows become validity spans."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from schemas.records import registry_schema
from schemas.rulebook import RuleBook
from transforms.checks import sentences
from transforms.checks.checked import WHOLE_RECORD, Checked, Sentences, checked
from transforms.checks.successions import LINK, MESSAGES, OK, false_links, read_links
from transforms.dates import days, ordinals
from transforms.registry import OPEN_END, Registry, belonging

_WHOLE_NUMBER = r"\d{1,9}"
_OVERLAP = "同一代码另有一行，生效、失效日期与这一行重叠（{column}这里是{value}），都不采用。请改正日期，或只保留一行"
_ENDS_TOO_EARLY = "{column}填的{value}早于生效日期。请核对两个日期后重新报送"
_CELLS_ALONE = {"domain": None, "members": True, "groups": True, "predecessor_code": OK, "succession": OK}
"""Columns whose bad cell is left empty, while the row goes on: an organisation is not lost for its head count.

With what they are judged to be where only faults of the row count.
"""


def check_registry(records: pd.DataFrame, rulebook: RuleBook) -> Checked:
    """Registry rows as spans for `transforms.registry.Registry`, sorted by code and first day; rejections for the rest.

    Rows of one code that are in order by themselves but whose days overlap are all rejected, for nobody can say which
    holds. A cell of `domain`, `members` or `groups` that cannot be read is rejected alone, and so is a link
    (`predecessor_code` and `succession`) that cannot be right. Both days are inclusive, an empty last day is open.
    """
    kinds = {text: kind.code for text, kind in rulebook.organization_kinds.items()}
    domains = {name: domain.code for domain in rulebook.domains for name in (domain.name, *domain.aliases)}
    first, last = days(records["valid_from"]), days(records["valid_to"])
    links, link_faults = read_links(records, rulebook.inbox.successions)
    typed = pd.DataFrame(
        {
            "org_code": records["org_code"],
            "org_name": records["org_name"],
            "kind": records["kind"].map(kinds).astype("str"),
            "domain": records["domain"].map(domains).astype("str"),
            "parent_code": records["parent_code"],
            "town": records["town"],
            "members": _whole(records["members"]),
            "groups": _whole(records["groups"]),
            "first_day": ordinals(first),
            "last_day": np.where(last.isna(), OPEN_END, ordinals(last)),
            **links,
        },
        index=records.index,
    )
    own_domain = typed["domain"]
    typed["domain"] = belonging(typed, rulebook)
    is_claimed = typed["domain"].notna() & typed["domain"].ne(own_domain.fillna(""))
    judged = pd.DataFrame(
        {
            "fault": records["fault"].fillna(""),
            "org_code": records["org_code"],
            "org_name": records["org_name"],
            "valid_from": first,
            "valid_to": records["valid_to"].isna() | (last.notna() & (last >= first)),
            "kind": records["kind"],
            "domain": records["domain"].mask(is_claimed),
            "members": records["members"].isna() | typed["members"].notna(),
            "groups": records["groups"].isna() | typed["groups"].notna(),
            **link_faults,
        }
    )
    headings = {field: heading for heading, field in rulebook.inbox.registry.columns.items()}
    schema = registry_schema(kinds, domains)
    headings |= {"fault": WHOLE_RECORD, "span": headings["valid_from"]}
    shown = records.assign(span=records["valid_from"])
    row_faults = judged.assign(span=False, **_CELLS_ALONE)
    alone = checked(typed, row_faults, schema, headings, shown).accepted
    is_overlap = _overlaps(alone)
    overlap = is_overlap.reindex(typed.index, fill_value=False)
    false = false_links(alone[~is_overlap])
    typed.loc[false.index, LINK] = np.nan
    judged.loc[false.index, "predecessor_code"] = false
    shown["predecessor_code.message"] = judged["predecessor_code"].map(MESSAGES)
    told = _told(last, kinds, domains, rulebook)
    all_found = checked(typed, judged.assign(span=overlap), schema, headings, shown, told)
    kept = checked(typed, row_faults.assign(span=overlap), schema, headings, shown)
    spans = kept.accepted.drop_duplicates().sort_values(["org_code", "first_day"], ignore_index=True)
    return Checked(spans, all_found.rejections, kept.rejected_count)


def registry_of(records: pd.DataFrame, rulebook: RuleBook) -> Registry:
    """The registry that the rows in order make up; without any row no organisation is known."""
    return Registry(check_registry(records, rulebook).accepted)


def _told(last: pd.Series, kinds: Iterable[str], domains: Iterable[str], rulebook: RuleBook) -> Sentences:
    """What is said of cells; `last` is the last day of each row, NaT where it is open or cannot be read."""

    def of_last_days(rows: np.ndarray) -> list[str]:
        return [sentences.DAY if unread else _ENDS_TOO_EARLY for unread in last.iloc[rows].isna()]

    return {
        ("valid_from", "malformed"): sentences.DAY,
        ("valid_to", "malformed"): of_last_days,
        ("span", "conflicting_duplicate"): _OVERLAP,
        ("kind", "unknown_status"): sentences.allowed(kinds),
        ("domain", "unknown_status"): sentences.allowed(domains),
        ("succession", "unknown_status"): sentences.allowed(rulebook.inbox.successions),
        ("members", "malformed"): sentences.WHOLE,
        ("groups", "malformed"): sentences.WHOLE,
    }


def _whole(texts: pd.Series) -> pd.Series:
    return texts.where(texts.str.fullmatch(_WHOLE_NUMBER).fillna(False).astype(bool)).astype("Int64")


def _overlaps(spans: pd.DataFrame) -> pd.Series:
    """Whether each row's days overlap those of another row of its code; the same row twice is one."""
    said = pd.util.hash_pandas_object(spans, index=False)
    ordered = spans[~said.duplicated()].sort_values(["org_code", "first_day", "last_day"])
    same = ordered["org_code"].eq(ordered["org_code"].shift()).to_numpy()
    reach = ordered.groupby("org_code")["last_day"].cummax().shift(fill_value=0).to_numpy()
    clash = same & (ordered["first_day"].to_numpy() <= reach)
    either = clash | np.append(clash[1:], False)
    return said.isin(said[ordered.index[either]])
