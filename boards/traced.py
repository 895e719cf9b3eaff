"""File and row of the records that an organisation's result came from, and of those that did not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from schemas.kinds import kinds_read
from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms.checks.registry import registry_of
from transforms.registry import Registry
from transforms.scoring import CheckedRecords, Records, check_records, observe

if TYPE_CHECKING:
    from warehouse.known import Known

Code = tuple[str, str]
"""Code of an item or an entry of a list, and its assessor where it has several."""


@dataclass(frozen=True)
class Traced:
    """`places`: file and row of every record behind an item or entry. `not_counted`: records that did not count."""

    places: dict[Code, tuple[str, ...]]
    not_counted: tuple[str, ...]

    def of(self, code: str, assessor: str = "") -> tuple[str, ...]:
        """Where an item's or entry's records are; nothing where it has none of its own."""
        return self.places.get((code, assessor), ())


def traced(known: Known, period: Period, assessed: pd.DataFrame, rulebook: RuleBook) -> Traced:
    """Where the period's own records of an organisation are. `assessed` is its row of the edition's organisations."""
    registry = registry_of(known.registry(), rulebook)
    checked = check_records(_own_records(known, period, assessed, rulebook, registry), registry, rulebook, period)
    file = known.files()
    not_counted = (f"{file[row.batch_id]} 第{row.row_no}行：{row.message}" for row in checked.rejections.itertuples())
    return Traced(_places(checked, assessed, rulebook, period, file), tuple(not_counted))


def _own_records(
    known: Known, period: Period, assessed: pd.DataFrame, rulebook: RuleBook, registry: Registry
) -> Records:
    events = (
        known.events(period) if "events" in kinds_read(rulebook.sources(period.cadence)) else known.nothing("events")
    )
    read = (events, known.declarations(period), known.submissions(period), known.findings(period))
    events, declarations, submissions, findings = (_of_organization(one, assessed, registry, period) for one in read)
    nothing = known.nothing("findings")
    return Records(events, declarations, submissions, findings, totals=known.nothing("totals"), followed=nothing)


def _of_organization(frame: pd.DataFrame, assessed: pd.DataFrame, registry: Registry, period: Period) -> pd.DataFrame:
    """Records that name the organisation: by a code that it has borne, or where they have none by its name."""
    day = period.end.toordinal()
    is_own = registry.code_on(frame["org_code"], day).isin(assessed["org_code"])
    if "org_name" in frame:
        is_own |= frame["org_code"].isna() & frame["org_name"].isin(assessed["org_name"])
    return frame[is_own].reset_index(drop=True)


def _places(
    checked: CheckedRecords, assessed: pd.DataFrame, rulebook: RuleBook, period: Period, file: pd.Series
) -> dict[Code, tuple[str, ...]]:
    observed = observe(checked, assessed, rulebook, period)
    named = (
        (observed.items.used, [(item.code, item.assessor) for item in rulebook.items]),
        (observed.findings.used, [(item.code, "") for item in rulebook.negative_items]),
        (observed.registered.used, [(entry.code, "") for entry in rulebook.adjustments]),
    )
    places: dict[Code, list[str]] = {}
    for used, codes in named:
        for row in used.sort_values(["item", "batch_id", "row_no"]).itertuples():
            places.setdefault(codes[row.item], []).append(f"{file[row.batch_id]} 第{row.row_no}行")
    return {code: tuple(dict.fromkeys(found)) for code, found in places.items()}
