"""Known errors of sources put right before anything is checked; and which of them the sources have mended themselves.

A cell is changed only while the source still has what the correction expects. Records are found by what their sender
wrote, so corrections do not depend on each other or on their order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from schemas.fields import FIELDS
from schemas.kinds import AS_WRITTEN, Kind, kinds_read
from schemas.layouts import Inbox
from schemas.periods import Period
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from schemas.texts import plain
from transforms.checks.checked import Checked
from transforms.checks.corrections import RECORD_FIELD, check_corrections
from transforms.corrected_records import Located, column, located
from transforms.registry import Registry
from transforms.scoring import Records

CELL_COLUMNS = [
    "correction", "kind", "batch_id", "row_no", "org_code", "org_name", "town", "item_code", "record", "column_name",
    "expected", "corrected", "cause", "provider", "recorded_on",
]  # fmt: skip
_OWN: tuple[Kind, ...] = ("events", "declarations", "submissions", "findings", "totals")
_CODES = ("org_code", "parent_code")


@dataclass(frozen=True)
class Corrected:
    """What a period is computed from once the corrections that concern it are applied.

    `cells`: a row (CELL_COLUMNS) for every record that was changed, with the organisation that it names now. `mended`:
    a sentence for every correction that its source no longer has the expected cell for. `rejections` and `considered`
    (batch_id, row_no) are those of the corrections that are of this very period.
    """

    registry_rows: pd.DataFrame
    records: Records
    cells: pd.DataFrame
    mended: tuple[str, ...]
    rejections: pd.DataFrame
    considered: pd.DataFrame


def applied(registry_rows: pd.DataFrame, records: Records, rulebook: RuleBook, period: Period) -> Corrected:
    """The records of a period, and the registry, as the lake keeps them, with their known errors put right.

    The registry is corrected for every period. What is delivered for a period is corrected for that one, events and
    findings for every period that reads them and that theirs lies in. Earlier and later findings that only work hangs
    on are corrected as well, without asking whether they are still as expected.
    """
    found = check_corrections(records.corrections, rulebook)
    considered = records.corrections.loc[records.corrections["of_period"].eq(str(period)), ["batch_id", "row_no"]]
    rejections = found.rejections.merge(considered, on=["batch_id", "row_no"], validate="m:1")
    sources = {"registry": registry_rows} | {kind: getattr(records, kind) for kind in _OWN}
    cases = _cases(found)
    found_at = [
        located(case, sources[case["kind"]], rulebook.inbox) for case in cases if _concerns(case, rulebook, period)
    ]
    changed = {kind: _changed(frame, kind, found_at, rulebook.inbox) for kind, frame in sources.items()}
    behind = [located(case, records.followed, rulebook.inbox) for case in cases if case["kind"] == "findings"]
    cells = [_told(one, changed[one.case["kind"]]) for one in found_at if len(one.rows)]
    own = {kind: changed[kind] for kind in _OWN}
    if emptied := _emptied(found_at):
        own["submissions"] = own["submissions"].drop(index=emptied)
    return Corrected(
        changed["registry"],
        replace(records, **own, followed=_changed(records.followed, "findings", behind, rulebook.inbox)),
        pd.concat(cells, ignore_index=True) if cells else pd.DataFrame(columns=CELL_COLUMNS),
        tuple(one.problem for one in found_at if one.problem),
        rejections,
        considered,
    )


def correction_rows(cells: pd.DataFrame, registry: Registry, period: Period) -> pd.DataFrame:
    """The rows of an edition about the corrections that it was computed with, without where their records lie.

    Organisations are under the code that they bear on the period's last day; blank where nobody knows them by name, and
    for figures, which are nobody's.
    """
    if cells.empty:
        return STAGES["correction"].empty()
    day = period.end.toordinal()
    named, _ = registry.by_name(cells["org_name"], cells["town"], day)
    code = registry.code_on(cells["org_code"].fillna(named).astype("str"), day).fillna("")
    rows = cells.assign(
        org_code=code.str.slice(0, FIELDS["org_code"].size), record=cells["record"].str.slice(0, FIELDS["record"].size)
    )
    return rows.drop(columns=["batch_id", "row_no", "org_name", "town"]).drop_duplicates(
        ["correction", "org_code", "record"], ignore_index=True
    )


def _cases(found: Checked) -> list[dict[str, Any]]:
    """The corrections in order, by name."""
    rows = found.accepted.sort_values("correction").astype("object")
    return rows.where(rows.notna(), None).to_dict("records")


def _concerns(case: dict[str, Any], rulebook: RuleBook, period: Period) -> bool:
    kind = case["kind"]
    if kind == "registry":
        return True
    if kind in ("events", "findings"):
        own = Period.parse(case["of_period"])
        is_inside = period.contains(own.start) and period.contains(own.end)
        return is_inside and kind in kinds_read(rulebook.sources(period.cadence))
    return bool(case["of_period"] == str(period))


def _changed(frame: pd.DataFrame, kind: str, found_at: list[Located], inbox: Inbox) -> pd.DataFrame:
    """The frame with the cells of its corrections as they should be."""
    own = [one for one in found_at if one.case["kind"] == kind and len(one.rows)]
    if not own:
        return frame
    changed = frame.copy()
    for one in own:
        field = one.case["field"]
        changed[field] = column(changed, field)
        changed.loc[one.rows, field] = _as_kept(one.case["corrected"], field, inbox)
    return changed


def _as_kept(text: str | None, field: str, inbox: Inbox) -> str | float:
    """A text as readers of sources keep it in this field."""
    if text is None:
        return float("nan")
    kept = text if field in (*AS_WRITTEN, "topic") else plain(text)
    return kept.zfill(inbox.code_digits) if field in _CODES and kept.isdecimal() else kept


def _emptied(found_at: list[Located]) -> list[Any]:
    """Records that should not have been sent: an empty cell of a department's sheet is no record."""
    return [
        row
        for one in found_at
        if (one.case["kind"], one.case["field"], one.case["corrected"]) == ("submissions", "value_text", None)
        for row in one.rows
    ]


def _told(one: Located, changed: pd.DataFrame) -> pd.DataFrame:
    """CELL_COLUMNS of the records that a correction changed."""
    rows = changed.loc[one.rows]
    about = {name: column(rows, name) for name in ("batch_id", "row_no", "org_code", "org_name", "town", "item_code")}
    names = ("correction", "kind", "column_name", "expected", "corrected", "cause", "provider", "recorded_on")
    case = {name: one.case[name] for name in names}
    return pd.DataFrame(about, index=rows.index).assign(record=_keys(rows, one.case["kind"]), **case)[CELL_COLUMNS]


def _keys(rows: pd.DataFrame, kind: Kind) -> pd.Series:
    """What the senders of the records know them by."""
    parts = {
        "declarations": ("item_code", "declared_at"),
        "submissions": ("sender", "column_name"),
        "findings": ("item_code", "found_on"),
    }.get(kind, (RECORD_FIELD[kind],))
    texts = [rows[part].fillna("") for part in parts]
    return pd.concat(texts, axis=1).agg(" ".join, axis=1).str.strip()
