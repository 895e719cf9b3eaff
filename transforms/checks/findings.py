"""The check of inspection findings (明察暗访) and the other entries of the event register (事项登记)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from schemas.layouts import TableLayout
from schemas.records import findings_schema
from schemas.rulebook import RuleBook
from transforms.checks import sentences
from transforms.checks.checked import WHOLE_RECORD, Checked, Sentences, checked, headings_of
from transforms.checks.organizations import other_names, unknown_codes
from transforms.dates import days, ordinals
from transforms.exact import numbers
from transforms.items import KNOWN, MALFORMED, NOT_APPLICABLE, OK, OUT_OF_RANGE, UNKNOWN
from transforms.registry import Registry
from transforms.values import verdict

_CLOSED_TOO_EARLY = "{column}填的{value}早于检查日期。请核对两个日期后重新报送"


def check_findings(records: pd.DataFrame, registry: Registry, rulebook: RuleBook) -> Checked:
    """Findings and register entries that are in order, typed; rejections for the rest.

    Known are the codes of the negative list, of adjustments (of the organisation's domain), of consequences and of the
    circumstances of weak and lax organisations. Typed columns: org_code, item_code, `day` it was found, `counts`
    (reviewed), value_num and value_den (how often) and closed_on (NaT while it is not put right). Putting it right
    cancels nothing. Where the layout does without a column, an entry counts once and is reviewed.
    """
    inbox, layout = rulebook.inbox, rulebook.inbox.findings
    day, closed_on = days(records["found_on"]), days(records["closed_on"])
    words = inbox.findings_reviewed or {"": True}
    status = _completed(
        records, "review_status", layout, next((word for word, counts in words.items() if counts), None)
    )
    count = _completed(records, "findings_count", layout, "1")
    num, den = numbers(count)
    typed = pd.DataFrame(
        {
            "batch_id": records["batch_id"],
            "row_no": records["row_no"],
            "org_code": records["org_code"],
            "item_code": records["item_code"],
            "day": day,
            "counts": status.map(words).eq(True),
            "value_num": num,
            "value_den": den,
            "closed_on": closed_on,
        }
    )
    judged = pd.DataFrame(
        {
            "fault": records["fault"].fillna(""),
            "organization": registry.state_on(records["org_code"], ordinals(day)),
            "found_on": day,
            "org_code": records["org_code"],
            "item_code": _entry_state(records, day, registry, rulebook),
            "findings_count": verdict(num, den, rulebook.policies.number_at_most),
            "fixed_text": records["fixed_text"].isna() | records["fixed_text"].isin([*inbox.yes, *inbox.no]),
            "review_status": status,
            "closed_on": _closing_verdict(records["closed_on"], closed_on, day),
        }
    )
    headings = {"org_code": "org_code"} | headings_of(layout)
    headings |= {"organization": headings["org_code"], "fault": WHOLE_RECORD}
    too_early = pd.Series(None, index=records.index, dtype="str").mask(
        judged["closed_on"].eq(OUT_OF_RANGE), _CLOSED_TOO_EARLY
    )
    shown = records.assign(**{"organization": records["org_code"], "closed_on.message": too_early})
    told: Sentences = {
        ("found_on", "malformed"): sentences.DAY,
        ("closed_on", "malformed"): sentences.DAY,
        ("findings_count", "malformed"): sentences.NUMBER,
        ("findings_count", "out_of_range"): sentences.outside(rulebook.policies.number_at_most),
        ("fixed_text", "malformed"): sentences.yes_or_no(inbox),
        ("review_status", "unknown_status"): sentences.allowed(words),
        **unknown_codes(records, registry, rulebook),
    }
    found = checked(typed, judged, findings_schema(words), headings, shown, told)
    return replace(found, notes=other_names(records.loc[found.accepted.index], registry, rulebook))


def _completed(records: pd.DataFrame, field: str, layout: TableLayout | None, word: str | None) -> pd.Series:
    """A column whose empty cells mean `word`, where its heading is none that every file must have."""
    required = [name for heading, name in layout.columns.items() if heading not in layout.optional] if layout else []
    return records[field] if field in required or word is None else records[field].fillna(word)


def _entry_state(records: pd.DataFrame, day: pd.Series, registry: Registry, rulebook: RuleBook) -> pd.Series:
    """Whether each code is known and one of its organisation's domain; NaN where there is none."""
    code = records["item_code"]
    known = [
        *(entry.code for entry in rulebook.negative_items),
        *(entry.code for entry in rulebook.adjustments),
        *(entry.code for entry in rulebook.consequences),
        *(entry.code for entry in rulebook.circumstances),
    ]
    domain = registry.domains_on(records["org_code"], ordinals(day))
    is_elsewhere = np.zeros(len(records), dtype=bool)
    for entry in rulebook.adjustments:
        is_elsewhere |= code.eq(entry.code).to_numpy() & ~np.isin(domain.astype(str), entry.domains)
    is_elsewhere &= (records["org_code"].notna() & day.notna()).to_numpy()
    is_known = code.isin(known).to_numpy()
    state = np.select([~is_known, is_elsewhere], [UNKNOWN, NOT_APPLICABLE], KNOWN)
    return pd.Series(state, index=records.index, dtype="str").where(code.notna())


def _closing_verdict(texts: pd.Series, closed_on: pd.Series, day: pd.Series) -> pd.Series:
    cases = [(texts.notna() & closed_on.isna()).to_numpy(), (closed_on < day).to_numpy()]
    return pd.Series(np.select(cases, [MALFORMED, OUT_OF_RANGE], OK), index=texts.index, dtype="str")
