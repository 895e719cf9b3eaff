"""The check of departments' sheets, cell by cell (部门采集)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from schemas.layouts import Inbox, SubmissionLayout
from schemas.periods import Period
from schemas.records import submissions_schema
from schemas.rulebook import RuleBook
from transforms import values
from transforms.checks import sentences
from transforms.checks.checked import WHOLE_RECORD, Checked, Sentences, checked_for_conflicts, headings_of
from transforms.checks.organizations import in_other_towns, other_names, unknown_names
from transforms.items import ItemTable
from transforms.registry import Registry


def check_submissions(records: pd.DataFrame, registry: Registry, rulebook: RuleBook, period: Period) -> Checked:
    """Cells of one department's sheet that are in order, typed; rejections for the rest.

    What may be sent are the departments' items of the period's cadence. Where a row has a code the code decides; where
    it has only a name (and town), those of the organisations live on the period's last day. Typed columns: org_code,
    item_code, sender ("" where nobody knows), `counts` (verified), value_num and value_den. An organisation named twice
    by a sender with different values that count for an item: neither does.
    """
    inbox, layout, last_day = rulebook.inbox, rulebook.inbox.submissions, period.end.toordinal()
    sent = (item for item in rulebook.items if item.source == "department" and item.cadence == period.cadence)
    table = ItemTable(sent, rulebook)
    sender = _senders(records, layout)
    positions = table.positions(records["item_code"], sender)
    named_code, named_state = registry.by_name(records["org_name"], records["town"], last_day)
    has_code = records["org_code"].notna()
    code = records["org_code"].where(has_code, named_code)
    state = pd.Series(registry.state_on(code, last_day), index=records.index).where(
        has_code, pd.Series(named_state, index=records.index)
    )
    num, den = values.read(records["value_text"], table.is_yes_no(positions), inbox)
    num, den = values.in_units(num, den, records["value_text"], records["unit_text"], inbox)
    typed = pd.DataFrame(
        {
            "batch_id": records["batch_id"],
            "row_no": records["row_no"],
            "org_code": code,
            "item_code": records["item_code"],
            "sender": sender,
            "counts": records["verification"].eq(layout.verified if layout else ""),
            "value_num": num,
            "value_den": den,
        }
    )
    judged = pd.DataFrame(
        {
            "fault": records["fault"].fillna(""),
            "organization": state,
            "item_code": table.state(positions, registry.domains_on(code, last_day)),
            "value_text": values.verdict(num, den, table.most(positions), table.is_count(positions)),
            "verification": records["verification"],
        }
    )
    schema = submissions_schema((layout.verified, layout.unverified) if layout else ())
    headings = headings_of(layout) | {"fault": WHOLE_RECORD}
    cell = {f"{column}.heading": records["column_name"] for column in ("item_code", "value_text", "conflict")}
    is_elsewhere = in_other_towns(records, state, has_code, registry, last_day)
    given = np.select([has_code, is_elsewhere], ["org_code", "town"], "org_name")
    cell["organization.heading"] = (
        pd.Series(given, index=records.index).map(headings).fillna(headings.get("org_code", ""))
    )
    cited_name = records["org_code"].where(has_code, records["org_name"].mask(is_elsewhere, records["town"]))
    shown = records.assign(
        organization=cited_name, item_code=records["value_text"], conflict=records["value_text"], **cell
    )
    told = _told(records, table, positions, inbox)
    told |= unknown_names(records, has_code, is_elsewhere, registry, rulebook)
    key = ["org_code", "item_code", "sender"]
    found = checked_for_conflicts(typed, judged, schema, headings, shown, key, told)
    return replace(found, notes=other_names(records.loc[found.accepted.index], registry, rulebook))


def _told(records: pd.DataFrame, table: ItemTable, positions: np.ndarray, inbox: Inbox) -> Sentences:
    layout = inbox.submissions
    words = (layout.verified, layout.unverified) if layout else ()
    return {
        **sentences.of_values("value_text", table, positions, inbox, records["unit_text"]),
        ("item_code", "unknown_indicator"): "{column}不在本期可报送的指标目录中（这里是{value}）。请核对列名和考核期",
        (
            "item_code",
            "not_applicable",
        ): "{column}不是该组织所属领域的指标，却填了{value}。请清空这一格，或核对组织代码",
        ("verification", "unknown_status"): sentences.allowed(words),
    }


def _senders(records: pd.DataFrame, layout: SubmissionLayout | None) -> pd.Series:
    """Who sent each record; of records from before senders were kept, the one who alone sends the item."""
    names = [
        (code, name) for name, sender in (layout.senders if layout else {}).items() for code in sender.items.values()
    ]
    codes = pd.Series([code for code, _ in names], dtype="str")
    alone = {code: name for code, name in names if codes.eq(code).sum() == 1}
    return records["sender"].fillna(records["item_code"].map(alone).astype("str")).fillna("")
