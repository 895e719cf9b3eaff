"""The check of decisions about weak and lax organisations (整顿决定)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.periods import Period
from schemas.records import decisions_schema
from schemas.rulebook import RuleBook
from transforms.checks import sentences
from transforms.checks.checked import WHOLE_RECORD, Checked, Sentences, checked_for_conflicts, headings_of
from transforms.checks.organizations import unknown_codes
from transforms.dates import days
from transforms.items import MALFORMED, OK, OUT_OF_RANGE
from transforms.registry import INACTIVE, LIVE, UNKNOWN, Registry

LISTED, NOT_LISTED = "listed", "not_listed"
WORDS = {"列入": LISTED, "不列入": NOT_LISTED}
"""What people write, and what it means."""
BLANK = "未填写决定"
_FILLED_IN = ["decision", "cause", "decided_by", "decided_on", "due_on", "converted_on", "outcome_text"]
_NO_LIST = "现行的办法没有整顿名单，决定无处登记。请核对考核体系，或先在规则手册中写明整顿名单"
_NOT_A_YEAR = "整顿名单一年一份，文件名应当是年份，例如2024。请改名后重新报送"
_TOO_EARLY = "{column}填的{value}早于决定日期。请核对两个日期后重新报送"
_NOTHING_TO_DO = "决定不列入的，{column}应当空着，填的却是{value}。请核对决定后重新报送"


def check_decisions(records: pd.DataFrame, registry: Registry, rulebook: RuleBook, period: Period) -> Checked:
    """Decisions of a year that are in order, typed; rejections for the rest. Rows that nobody filled in are ignored.

    People may decide about anybody who existed in the year, proposed or not. Typed columns: org_code (as on the
    period's last day), decision (`listed`, `not_listed`), cause, decided_by, decided_on, due_on (where a listed one
    states none, so many days after the decision as the rule book says), converted_on and outcome_text. An organisation
    that is decided about twice in different ways: neither counts.
    """
    is_blank = records[[*_FILLED_IN, "fault"]].isna().all(axis=1)
    filled = records[~is_blank]
    typed, judged = _typed(filled, registry, rulebook, period), _judged(filled, registry, period)
    headings = headings_of(rulebook.inbox.decisions)
    headings |= {"organization": headings["org_code"], "conflict": headings["decision"], "fault": WHOLE_RECORD}
    shown = filled.assign(organization=filled["org_code"], conflict=filled["decision"], **_told(filled, judged))
    if misplaced := _misplaced(rulebook, period):
        judged["fault"], shown["fault.message"] = misplaced, misplaced
    told: Sentences = {(name, "malformed"): sentences.DAY for name in ("decided_on", "due_on", "converted_on")}
    told |= {("decision", "unknown_status"): sentences.allowed(WORDS)} | unknown_codes(filled, registry, rulebook)
    found = checked_for_conflicts(typed, judged, decisions_schema(WORDS), headings, shown, ["org_code"], told)
    ignored = {BLANK: int(is_blank.sum())} if is_blank.any() else {}
    return Checked(found.accepted, found.rejections, found.rejected_count, ignored)


def _typed(records: pd.DataFrame, registry: Registry, rulebook: RuleBook, period: Period) -> pd.DataFrame:
    decision, decided_on = records["decision"].map(WORDS), days(records["decided_on"])
    stated = days(records["due_on"])
    allowed = rulebook.watch_list.convert_days if rulebook.watch_list else 0
    content = {
        "org_code": registry.code_on(records["org_code"], period.end.toordinal()),
        "decision": decision,
        "cause": records["cause"],
        "decided_by": records["decided_by"],
        "decided_on": decided_on,
        "due_on": stated.fillna(decided_on + pd.Timedelta(days=allowed)).where(decision.eq(LISTED)),
        "converted_on": days(records["converted_on"]),
        "outcome_text": records["outcome_text"],
    }
    typed = pd.DataFrame(content)
    of_a_kind = typed.groupby(list(content), dropna=False).ngroup()
    return typed.assign(
        batch_id=records["batch_id"], row_no=records["row_no"], counts=True, value_num=of_a_kind, value_den=1
    )


def _judged(records: pd.DataFrame, registry: Registry, period: Period) -> pd.DataFrame:
    decided_on = days(records["decided_on"])
    return pd.DataFrame(
        {
            "fault": records["fault"].fillna(""),
            "organization": _state_in(records["org_code"], registry, period),
            "decided_on": decided_on,
            **{name: records[name] for name in ("org_code", "decision", "cause", "decided_by")},
            **{name: _verdict(records, name, decided_on) for name in ("due_on", "converted_on")},
        }
    )


def _state_in(org_codes: pd.Series, registry: Registry, period: Period) -> pd.Series:
    """Whether each organisation existed on some day of the period."""
    spans = registry.spans
    is_inside = (spans["first_day"] <= period.end.toordinal()) & (spans["last_day"] >= period.start.toordinal())
    is_live = org_codes.isna() | org_codes.isin(spans.loc[is_inside, "org_code"])
    state = np.select([is_live, org_codes.isin(spans["org_code"])], [LIVE, INACTIVE], UNKNOWN)
    return pd.Series(state, index=org_codes.index, dtype="str")


def _verdict(records: pd.DataFrame, name: str, decided_on: pd.Series) -> pd.Series:
    """Whether a day can be read, is not before the decision, and is of an organisation that is listed."""
    day = days(records[name])
    is_idle = records["decision"].map(WORDS).eq(NOT_LISTED) & records[name].notna()
    cases = [records[name].notna() & day.isna(), is_idle | (day < decided_on)]
    return pd.Series(np.select(cases, [MALFORMED, OUT_OF_RANGE], OK), index=records.index, dtype="str")


def _told(records: pd.DataFrame, judged: pd.DataFrame) -> dict[str, pd.Series]:
    """What a day that is out of range is told, for the two reasons that there are."""
    idle = records["decision"].map(WORDS).eq(NOT_LISTED)
    said = pd.Series(np.where(idle, _NOTHING_TO_DO, _TOO_EARLY), index=records.index, dtype="str")
    return {f"{name}.message": said.where(judged[name].eq(OUT_OF_RANGE)) for name in ("due_on", "converted_on")}


def _misplaced(rulebook: RuleBook, period: Period) -> str:
    """Why a file of decisions cannot be of use as a whole; blank where it can."""
    if rulebook.watch_list is None:
        return _NO_LIST
    return "" if period.cadence == "year" else _NOT_A_YEAR
