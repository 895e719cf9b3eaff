"""The editions that a run builds on: those of the warehouse, and in front of them what the run has only planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from flows.jobs.context import Context
from schemas.periods import Period
from schemas.stages import STAGES
from transforms.edition import content_hashes
from warehouse import editions
from warehouse.editions import Edition


@dataclass(frozen=True)
class Finished:
    """A finished period. `rows` gives its rows of a table; `edition` is None where it is planned and not published."""

    period: Period
    rows: Callable[[str], pd.DataFrame]
    edition: Edition | None = None

    def hashes(self, tables: Iterable[str]) -> dict[str, str]:
        """The content hash of its rows in each table."""
        return content_hashes({table: STAGES[table].validated(self.rows(table)) for table in tables})


@dataclass
class Shelf:
    """Editions of one district and scheme, those current now or at `as_of`, one way for all who build on others."""

    context: Context
    as_of: datetime | None = None
    planned: dict[Period, Finished] = field(default_factory=dict)

    def final(self, period: Period) -> Finished | None:
        """The finished period, None where it has no edition or a provisional one."""
        if period in self.planned:
            return self.planned[period]
        edition = self.current(period)
        return None if edition is None or edition.is_provisional else self.finished(edition)

    def current(self, period: Period) -> Edition | None:
        """The edition of the period, provisional or not; plans have none."""
        return editions.current(
            self.context.engine, self.context.district, self.context.scheme, str(period), self.as_of
        )

    def finished(self, edition: Edition) -> Finished:
        """A published edition, whose rows are read as they are asked for."""

        def rows(table: str) -> pd.DataFrame:
            return editions.rows(self.context.engine, edition.edition_id, table)

        return Finished(Period.parse(edition.period), rows, edition)

    def plan(self, period: Period, frames: dict[str, pd.DataFrame]) -> None:
        """Keeps what the period would come to, for those that build on it."""
        self.planned[period] = Finished(period, frames.__getitem__)
