"""The organisation that is asked about, found by code or name in an edition, and what the edition has of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from boards.errors import NotPublished
from schemas.periods import Cadence, Period, local_time
from warehouse import editions, internal, published
from warehouse.editions import Edition

if TYPE_CHECKING:
    from sqlalchemy import Engine

COMMANDS: dict[Cadence, str] = {"month": "month", "quarter": "quarter", "half_year": "half", "year": "year"}
"""The command that scores periods of a cadence."""


@dataclass(frozen=True)
class Subject:
    """One organisation in one edition. What is known of a restricted one is in no published view."""

    engine: Engine
    edition: Edition
    org_code: str
    is_restricted: bool

    @property
    def period(self) -> Period:
        """The edition's period."""
        return Period.parse(self.edition.period)

    def rows(self, view: str) -> pd.DataFrame:
        """What the edition has of it, as the published view `view` shows it, or would."""
        if self.is_restricted:
            return internal.of_unit(self.engine, view, self.edition.edition_id, self.org_code)
        return published.of_edition(self.engine, view, self.edition.edition_id, org_code=self.org_code)

    def all_rows(self, view: str, **equal: Any) -> pd.DataFrame:
        """What the published view `view` shows of its edition."""
        return published.of_edition(self.engine, view, self.edition.edition_id, **equal)


def edition_of(engine: Engine, district: str, scheme: str, period: str, as_of: datetime | None) -> Edition:
    """The current edition of a period, or that of a moment.

    Raises NotPublished where there is none, NotAPeriod where `period` is none.
    """
    command = COMMANDS[Period.parse(period).cadence]
    edition = editions.current(engine, district, scheme, period, as_of)
    if edition:
        return edition
    if as_of:
        raise NotPublished(f"截至{local_time(as_of)}，{period}还没有发布过版次。看现在的版次请去掉--as-of")
    raise NotPublished(f"{period}还没有发布过版次。请先运行：zuzhili {command} {period}")


def subject(engine: Engine, edition: Edition, org: str) -> Subject:
    """The organisation with that code, or the only one whose name has this in it. A restricted one goes by its code.

    Raises NotPublished where there is none, or several.
    """
    if internal.is_restricted(engine, edition.edition_id, org):
        return Subject(engine, edition, org, is_restricted=True)
    found = published.find(engine, edition.edition_id, org)
    exact = found[found["org_code"] == org]
    if len(exact) == 1 or len(found) == 1:
        code = str((exact if len(exact) else found)["org_code"].iloc[0])
        return Subject(engine, edition, code, is_restricted=False)
    if found.empty:
        raise NotPublished(f"{edition.period}的组织名册中没有“{org}”。请核对代码或名称")
    some = "、".join(f"{row.org_name}（{row.org_code}）" for row in found.head(5).itertuples())
    raise NotPublished(f"有{len(found)}个组织的名称含“{org}”，请写组织代码，例如：{some}")
