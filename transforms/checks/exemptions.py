"""The check of exemptions (豁免登记): items that do not apply to an organisation for a time, as somebody approved."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.fields import FIELDS
from schemas.records import exemptions_schema
from schemas.rulebook import RuleBook
from transforms.checks import sentences
from transforms.checks.checked import WHOLE_RECORD, Checked, Sentences, checked, headings_of
from transforms.checks.organizations import unknown_codes
from transforms.dates import days, ordinals
from transforms.items import KNOWN, MALFORMED, NOT_APPLICABLE, OK, OUT_OF_RANGE, UNKNOWN
from transforms.registry import OPEN_END, Registry

_TOO_EARLY = "{column}填的{value}早于开始日期。请核对两个日期"
_OVERLAP = "同一组织同一指标另有一条豁免，日期与此重叠（{column}这里是{value}），都不采用。请只保留一条，或改正日期"
_UNKNOWN_ITEM = "指标代码{value}不是得分指标，不能豁免（扣分、加分、否决不能豁免）。请核对指标代码"


def check_exemptions(records: pd.DataFrame, registry: Registry, rulebook: RuleBook) -> Checked:
    """Exemptions that are in order, typed; rejections for the rest.

    Known are the items that earn points, of every cadence; the organisation and its domain are those of the first day.
    Typed columns: org_code, item_code, valid_from and valid_to (days, NaT while it is open), cause, approved_by and
    approved_on (a day). Of two exemptions of one item and organisation, under whatever code, whose days overlap,
    neither holds.
    """
    first, last = days(records["valid_from"]), days(records["valid_to"])
    typed = pd.DataFrame(
        {
            "batch_id": records["batch_id"],
            "row_no": records["row_no"],
            "org_code": records["org_code"],
            "item_code": records["item_code"],
            "valid_from": first,
            "valid_to": last,
            "cause": records["cause"],
            "approved_by": records["approved_by"],
            "approved_on": days(records["approved_on"]),
        },
        index=records.index,
    )
    judged = pd.DataFrame(
        {
            "fault": records["fault"].fillna(""),
            "organization": registry.state_on(records["org_code"], ordinals(first)),
            "org_code": records["org_code"],
            "item_code": _item_state(records, first, registry, rulebook),
            "valid_from": first,
            "valid_to": np.select(
                [(records["valid_to"].notna() & last.isna()).to_numpy(), (last < first).to_numpy()],
                [MALFORMED, OUT_OF_RANGE],
                OK,
            ),
            "cause": records["cause"],
            "approved_by": records["approved_by"].where(records["approved_by"].str.len() <= FIELDS["approved_by"].size),
            "approved_on": typed["approved_on"],
            "span": False,
        }
    )
    headings = headings_of(rulebook.inbox.exemptions)
    headings |= {"organization": headings["org_code"], "span": headings["valid_from"], "fault": WHOLE_RECORD}
    shown = records.assign(
        **{
            "organization": records["org_code"],
            "span": records["valid_from"],
            "span.message": _told(records, _OVERLAP),
            "valid_to.message": _told(records, _TOO_EARLY).where(judged["valid_to"].eq(OUT_OF_RANGE)),
            "item_code.message": _told(records, _UNKNOWN_ITEM).where(judged["item_code"].eq(UNKNOWN)),
        }
    )
    schema = exemptions_schema()
    told: Sentences = {(name, "malformed"): sentences.DAY for name in ("valid_from", "valid_to", "approved_on")}
    told |= unknown_codes(records, registry, rulebook)
    alone = checked(typed, judged, schema, headings, shown, told)
    clash = _overlap(alone.accepted, registry)
    if not clash.any():
        return alone
    judged = judged.assign(span=clash.reindex(typed.index, fill_value=False))
    return checked(typed, judged, schema, headings, shown, told)


def _told(records: pd.DataFrame, sentence: str) -> pd.Series:
    return pd.Series([sentence] * len(records), index=records.index, dtype="str")


def _item_state(records: pd.DataFrame, day: pd.Series, registry: Registry, rulebook: RuleBook) -> pd.Series:
    """Whether each item is one that earns points and is of its organisation's domain; NaN where there is none."""
    domains: dict[str, set[str]] = {}
    for item in rulebook.items:
        domains.setdefault(item.code, set()).update(item.domains)
    own = registry.domains_on(records["org_code"], ordinals(day))
    is_placed = (records["org_code"].notna() & day.notna()).to_numpy()
    states = [
        UNKNOWN if code not in domains else NOT_APPLICABLE if placed and domain not in domains[code] else KNOWN
        for code, domain, placed in zip(records["item_code"], own, is_placed, strict=True)
    ]
    return pd.Series(states, index=records.index, dtype="str").where(records["item_code"].notna())


def _overlap(accepted: pd.DataFrame, registry: Registry) -> pd.Series:
    """Whether each exemption's days overlap those of another of its organisation and item."""
    spans = pd.DataFrame(
        {
            "org_code": registry.code_on(accepted["org_code"], OPEN_END),
            "item_code": accepted["item_code"],
            "first": ordinals(accepted["valid_from"]),
            "last": np.where(accepted["valid_to"].isna(), OPEN_END, ordinals(accepted["valid_to"])),
        },
        index=accepted.index,
    )
    pairs = spans.reset_index(names="row").merge(spans.reset_index(names="other"), on=["org_code", "item_code"])
    clash = pairs[
        pairs["row"].ne(pairs["other"]) & pairs["first_x"].le(pairs["last_y"]) & pairs["first_y"].le(pairs["last_x"])
    ]
    return pd.Series(accepted.index.isin(clash["row"]), index=accepted.index)
