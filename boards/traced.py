"""File and row of the records that an organisation's result came from, and of those that did not count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from schemas.kinds import kinds_read
from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms.checks.registry import registry_of
from transforms.corrections import applied
from transforms.registry import Registry
from transforms.scoring import CheckedRecords, Records, check_records, observe

if TYPE_CHECKING:
    from warehouse.known import Known

Code = tuple[str, str]
"""Code of an item or an entry of a list, and its assessor where it has several."""


@dataclass(frozen=True)
class Traced:
    """`places`: file and row of every record behind an item or entry. `not_counted`: records that did not count.
    `corrections`: names of the corrections that changed a record behind an item or entry."""

    places: dict[Code, tuple[str, ...]]
    not_counted: tuple[str, ...]
    corrections: dict[Code, tuple[str, ...]]

    def of(self, code: str, assessor: str = "") -> tuple[str, ...]:
        """Where an item's or entry's records are; nothing where it has none of its own."""
        return self.places.get((code, assessor), ())

    def corrected_by(self, code: str, assessor: str = "") -> tuple[str, ...]:
        """The corrections of an item's or entry's records; nothing where there are none."""
        return self.corrections.get((code, assessor), ())


def traced(known: Known, period: Period, assessed: pd.DataFrame, rulebook: RuleBook) -> Traced:
    """Where the period's own records of an organisation are. `assessed` is its row of the edition's organisations."""
    corrected = applied(known.registry(), _all_records(known, period, rulebook), rulebook, period)
    registry = registry_of(corrected.registry_rows, rulebook)
    records = _own_records(corrected.records, known, assessed, registry, period)
    checked = check_records(records, registry, rulebook, period)
    file = known.files()
    not_counted = (f"{file[row.batch_id]} 第{row.row_no}行：{row.message}" for row in checked.rejections.itertuples())
    used = list(_used(checked, assessed, rulebook, period))
    places = _gathered((code, f"{file[batch_id]} 第{row_no}行") for code, batch_id, row_no in used)
    return Traced(places, tuple(not_counted), _gathered(_changed(used, corrected.cells)))


def _all_records(known: Known, period: Period, rulebook: RuleBook) -> Records:
    events = (
        known.events(period) if "events" in kinds_read(rulebook.sources(period.cadence)) else known.nothing("events")
    )
    return Records(
        events,
        known.declarations(period),
        known.submissions(period),
        known.findings(period),
        totals=known.nothing("totals"),
        followed=known.nothing("findings"),
        corrections=known.corrections(),
        rechecks=known.rechecks(period),
    )


def _own_records(records: Records, known: Known, assessed: pd.DataFrame, registry: Registry, period: Period) -> Records:
    """The records that name the organisation, without the registers, which are no record of anybody's."""
    kinds = ("events", "declarations", "submissions", "findings", "rechecks")
    own = {kind: _of_organization(getattr(records, kind), assessed, registry, period) for kind in kinds}
    return replace(records, **own, corrections=known.nothing("corrections"))


def _of_organization(frame: pd.DataFrame, assessed: pd.DataFrame, registry: Registry, period: Period) -> pd.DataFrame:
    """Records that name the organisation: by a code that it has borne, or where they have none by its name."""
    day = period.end.toordinal()
    is_own = registry.code_on(frame["org_code"], day).isin(assessed["org_code"])
    if "org_name" in frame:
        is_own |= frame["org_code"].isna() & frame["org_name"].isin(assessed["org_name"])
    return frame[is_own].reset_index(drop=True)


def _used(
    checked: CheckedRecords, assessed: pd.DataFrame, rulebook: RuleBook, period: Period
) -> Iterator[tuple[Code, str, int]]:
    """Batch and row of every record behind an item or entry, in the order of the rule book."""
    observed = observe(checked, assessed, rulebook, period)
    named = (
        (observed.items.used, [(item.code, item.assessor) for item in rulebook.items]),
        (observed.findings.used, [(item.code, "") for item in rulebook.negative_items]),
        (observed.registered.used, [(entry.code, "") for entry in rulebook.adjustments]),
    )
    for used, codes in named:
        for row in used.sort_values(["item", "batch_id", "row_no"]).itertuples():
            yield codes[row.item], str(row.batch_id), int(row.row_no)


def _changed(used: Sequence[tuple[Code, str, int]], cells: pd.DataFrame) -> Iterator[tuple[Code, str]]:
    """The corrections behind each item or entry. Cells of one row of a sheet are different items' records."""
    by_row: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for cell in cells.fillna({"item_code": ""}).itertuples():
        by_row.setdefault((cell.batch_id, cell.row_no), []).append((cell.item_code.partition("/")[0], cell.correction))
    for code, batch_id, row_no in used:
        for item_code, correction in by_row.get((batch_id, row_no), []):
            if item_code in ("", code[0]):
                yield code, correction


def _gathered(pairs: Iterable[tuple[Code, str]]) -> dict[Code, tuple[str, ...]]:
    """What belongs to each code, every text once."""
    gathered: dict[Code, dict[str, None]] = {}
    for code, text in pairs:
        gathered.setdefault(code, {})[text] = None
    return {code: tuple(texts) for code, texts in gathered.items()}
