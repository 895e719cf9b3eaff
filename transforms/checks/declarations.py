"""The check of branches' declarations (一申两核)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from schemas.layouts import Inbox
from schemas.periods import Period
from schemas.records import declarations_schema
from schemas.rulebook import RuleBook
from transforms import values
from transforms.checks import sentences
from transforms.checks.checked import WHOLE_RECORD, Checked, Sentences, checked_for_conflicts, headings_of
from transforms.checks.organizations import other_names, unknown_codes
from transforms.dates import local_times
from transforms.items import KNOWN, OK, ItemTable
from transforms.registry import Registry


def check_declarations(records: pd.DataFrame, registry: Registry, rulebook: RuleBook, period: Period) -> Checked:
    """Declarations of a period that are in order, typed; rejections for the rest. Counted or not, every row is checked.

    What may be declared are the items of the period's cadence. Typed columns: org_code, item_code, declared_at,
    `counts` (the review passed and the re-check did not refuse it, or stated a value), `recheck` (what a re-check
    decided, in words; blank where none did), value_num and value_den (of the re-check where it states a value). Of two
    declarations of one item at one moment that both count with different values, neither does.
    """
    inbox, table = rulebook.inbox, declarable(rulebook, period)
    last_day = period.end.toordinal()
    positions = table.positions(records["item_code"])
    is_yes_no, most = table.is_yes_no(positions), table.most(positions)
    num, den = values.read(records["value_text"], is_yes_no, inbox)
    found_num, found_den = values.read(records["recheck_value"], is_yes_no, inbox)
    has_recheck = records["recheck_value"].notna().to_numpy()
    verdict = values.verdict(num, den, most)
    recheck_verdict = values.verdict(found_num, found_den, most)
    is_known = positions >= 0
    passed = records["review_status"].map(inbox.reviewed).eq(True).to_numpy()
    stands = records["recheck_status"].map(inbox.rechecked).ne(False).to_numpy()
    typed = pd.DataFrame(
        {
            "batch_id": records["batch_id"],
            "row_no": records["row_no"],
            "org_code": records["org_code"],
            "item_code": records["item_code"],
            "declared_at": local_times(records["declared_at"]),
            "counts": passed & (stands | has_recheck),
            "recheck": _decided(records, passed, stands),
            "value_num": np.where(has_recheck, found_num, num),
            "value_den": np.where(has_recheck, found_den, den),
        }
    )
    state = pd.Series(table.state(positions, registry.domains_on(records["org_code"], last_day)), index=records.index)
    item_state = state.mask(records["org_code"].isna() & is_known, KNOWN)
    judged = pd.DataFrame(
        {
            "fault": records["fault"].fillna(""),
            "organization": registry.state_on(records["org_code"], last_day),
            "org_code": records["org_code"],
            "item_code": item_state.where(records["item_code"].notna()),
            "declared_at": typed["declared_at"],
            "value_text": np.where(is_known, verdict, OK),
            "review_status": records["review_status"],
            "recheck_status": records["recheck_status"],
            "recheck_value": np.where(is_known & has_recheck, recheck_verdict, OK),
        }
    )
    schema = declarations_schema(inbox.reviewed, inbox.rechecked)
    headings = {"org_code": "org_code", "value_text": "value_text"} | headings_of(inbox.declarations)
    headings |= {"organization": headings["org_code"], "conflict": headings["value_text"], "fault": WHOLE_RECORD}
    shown = records.assign(organization=records["org_code"], conflict=records["value_text"])
    told = _told(table, positions, inbox) | unknown_codes(records, registry, rulebook)
    key = ["org_code", "item_code", "declared_at"]
    found = checked_for_conflicts(typed, judged, schema, headings, shown, key, told)
    return replace(found, notes=other_names(records.loc[found.accepted.index], registry, rulebook))


def _told(table: ItemTable, positions: np.ndarray, inbox: Inbox) -> Sentences:
    return {
        **sentences.of_values("value_text", table, positions, inbox),
        **sentences.of_values("recheck_value", table, positions, inbox),
        ("declared_at", "malformed"): sentences.TIME,
        ("review_status", "unknown_status"): sentences.allowed(inbox.reviewed),
        ("recheck_status", "unknown_status"): sentences.allowed(inbox.rechecked),
    }


def declarable(rulebook: RuleBook, period: Period) -> ItemTable:
    """The items that branches declare for the period: those of its cadence."""
    declared = (item for item in rulebook.items if item.source == "declaration" and item.cadence == period.cadence)
    return ItemTable(declared, rulebook)


def last_declared(declarations: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Of several declarations with the same key the one declared last (RULES §1, 2)."""
    again = declarations.duplicated(key, keep=False)
    ordered = declarations[again].sort_values(["declared_at", "counts", "batch_id", "row_no"])
    return pd.concat([declarations[~again], ordered.drop_duplicates(key, keep="last")])


def _decided(records: pd.DataFrame, passed: np.ndarray, stands: np.ndarray) -> pd.Series:
    """What a re-check decided of declarations that had passed the review: 复核不通过, 复核值95%, both, or nothing."""
    value = "复核值" + records["recheck_value"].astype("str")
    failed = pd.Series(np.where(stands, "", "复核不通过"), index=records.index, dtype="str")
    both = failed.where(failed == "", failed + "，") + value
    return failed.mask(records["recheck_value"].notna(), both).where(passed, "")
