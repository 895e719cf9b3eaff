"""Records as known at a moment: what the batches in force hold, by kind, each row with its batch."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from schemas.kinds import RECORD_COLUMNS, Kind, no_records
from schemas.periods import CADENCES, Period
from warehouse import batches
from warehouse.batches import Knowledge
from warehouse.lake import Lake

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Known:
    """The records of one district and scheme as known at a moment (now, where it is None).

    Frames have at least the columns of `schemas.kinds.RECORD_COLUMNS`, also where nothing was delivered.
    """

    def __init__(self, engine: Engine, lake: Lake, district: str, scheme: str, known: Knowledge | None = None) -> None:
        self._lake = lake
        self._batches = batches.in_force(engine, district, scheme, list(RECORD_COLUMNS), known)

    def registry(self) -> pd.DataFrame:
        """All rows of the registry."""
        return self._read("registry", self._of("registry"))

    def declarations(self, period: Period) -> pd.DataFrame:
        """Declarations for the period."""
        return self._read("declarations", self._of("declarations", str(period)))

    def submissions(self, period: Period) -> pd.DataFrame:
        """Cells of departments' sheets for the period."""
        return self._read("submissions", self._of("submissions", str(period)))

    def totals(self, period: Period) -> pd.DataFrame:
        """Figures stated for the period."""
        return self._read("totals", self._of("totals", str(period)))

    def corrections(self) -> pd.DataFrame:
        """All corrections of sources."""
        return self._read("corrections", self._of("corrections"))

    def exemptions(self) -> pd.DataFrame:
        """All exemptions."""
        return self._read("exemptions", self._of("exemptions"))

    def rechecks(self, period: Period) -> pd.DataFrame:
        """What re-checks of the period's declarations found."""
        return self._read("rechecks", self._of("rechecks", str(period)))

    def decisions(self, period: Period) -> pd.DataFrame:
        """What people decided of the period's proposals."""
        return self._read("decisions", self._of("decisions", str(period)))

    def deliveries(self) -> pd.DataFrame:
        """The batches in force themselves: batch_id, kind, sender, period, file, received_at, first_day, last_day …"""
        return self._batches

    def nothing(self, kind: Kind) -> pd.DataFrame:
        """The frame of a kind without rows."""
        return self._read(kind, self._batches.iloc[:0])

    def findings(self, period: Period) -> pd.DataFrame:
        """Findings and register entries dated in the period, whatever file they came in."""
        return self.findings_between(period.start, period.end)

    def findings_between(self, first: date, last: date) -> pd.DataFrame:
        """The same of these days, both included."""
        rows = self._read("findings", self._touching("findings", first, last))
        return rows[_inside(rows["day"], first, last)]

    def events(self, period: Period) -> pd.DataFrame:
        """Every known copy of each event that some copy places in the period."""
        touching = self._touching("events", period.start, period.end)
        rows = self._read("events", touching)
        ids = rows.loc[_inside(rows["day"], period.start, period.end), "event_id"].dropna().unique()
        held = self._of("events")
        elsewhere = held[~held["batch_id"].isin(touching["batch_id"])]
        names = self._lake.read(elsewhere["path"].tolist(), ["event_id", "batch_id"])
        again = (
            elsewhere[elsewhere["batch_id"].isin(names.loc[names["event_id"].isin(ids), "batch_id"])]
            if len(names)
            else elsewhere
        )
        copies = [rows, self._read("events", again)] if len(again) else [rows]
        copy = pd.concat(copies, ignore_index=True)
        return copy[copy["event_id"].isin(ids)].reset_index(drop=True)

    def has_deliveries(self, period: Period, kinds: Collection[Kind]) -> bool:
        """Whether anything of these kinds was delivered for the period; platform events also for a part of it."""
        own = {str(period)}
        with_parts = own | {str(part) for cadence in CADENCES for part in period.inside(cadence)}
        held = self._batches[self._batches["kind"].isin(list(kinds))]
        wanted = held["period"].isin(list(own)) | (held["kind"].eq("events") & held["period"].isin(list(with_parts)))
        return bool(wanted.any())

    def batch_ids(self) -> list[str]:
        """Ids of the batches in force."""
        return self._batches["batch_id"].tolist()

    def files(self) -> pd.Series:
        """File of each batch in force, by batch_id."""
        return self._batches.set_index("batch_id")["file"]

    def _of(self, kind: Kind, period: str | None = None) -> pd.DataFrame:
        of_kind = self._batches[self._batches["kind"] == kind]
        return of_kind if period is None else of_kind[of_kind["period"] == period]

    def _touching(self, kind: Kind, first: date, last: date) -> pd.DataFrame:
        held = self._of(kind)
        begins, ends = pd.to_datetime(held["first_day"]), pd.to_datetime(held["last_day"])
        return held[(begins <= str(last)) & (ends >= str(first))]

    def _read(self, kind: Kind, held: pd.DataFrame) -> pd.DataFrame:
        rows = self._lake.read(held["path"].tolist())
        nothing = no_records(kind)
        return rows.assign(**{name: nothing[name] for name in nothing if name not in rows})


def _inside(day: pd.Series, first: date, last: date) -> pd.Series:
    return (day >= str(first)) & (day <= str(last))
