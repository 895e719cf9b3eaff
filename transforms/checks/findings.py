"""The check of inspection findings (明察暗访)."""

from __future__ import annotations

import pandas as pd

from schemas.records import findings_schema
from schemas.rulebook import RuleBook
from transforms.checks.checked import WHOLE_RECORD, Checked, checked
from transforms.dates import days, ordinals
from transforms.exact import numbers
from transforms.items import KNOWN, UNKNOWN
from transforms.registry import Registry
from transforms.values import verdict


def check_findings(records: pd.DataFrame, registry: Registry, rulebook: RuleBook) -> Checked:
    """Findings that are in order, typed; rejections for the rest.

    Typed columns: org_code, item_code, `day` it was found, `counts` (reviewed), value_num and value_den (how often).
    Putting it right on the spot cancels nothing.
    """
    inbox = rulebook.inbox
    day = days(records["found_on"])
    num, den = numbers(records["findings_count"])
    code = records["item_code"]
    is_known = code.isin([item.code for item in rulebook.negative_items])
    typed = pd.DataFrame(
        {
            "batch_id": records["batch_id"],
            "row_no": records["row_no"],
            "org_code": records["org_code"],
            "item_code": code,
            "day": day,
            "counts": records["review_status"].map(inbox.findings_reviewed).eq(True),
            "value_num": num,
            "value_den": den,
        }
    )
    judged = pd.DataFrame(
        {
            "fault": records["fault"].fillna(""),
            "organization": registry.state_on(records["org_code"], ordinals(day)),
            "found_on": day,
            "org_code": records["org_code"],
            "item_code": is_known.map({True: KNOWN, False: UNKNOWN}).where(code.notna()),
            "findings_count": verdict(num, den, is_known.to_numpy() & False, rulebook.policies),
            "fixed_text": records["fixed_text"].isna() | records["fixed_text"].isin([*inbox.yes, *inbox.no]),
            "review_status": records["review_status"],
        }
    )
    headings = {field: heading for heading, field in inbox.findings.columns.items()}
    headings |= {"organization": headings["org_code"], "fault": WHOLE_RECORD}
    shown = records.assign(organization=records["org_code"])
    return checked(typed, judged, findings_schema(inbox.findings_reviewed), headings, shown)
