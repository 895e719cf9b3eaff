"""A system's example, scored, beside what a naive calculation and people worked out for it, to the last digit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from flows.examples import Example, example_of
from flows.settings import Settings
from tests.districts import District
from warehouse import published

SHOWN = 8
"""Rows of a difference that are named."""
RESTRICTED = {
    "restricted": """
        SELECT e.district, e.scheme, e.period, s.org_code, s.index_points / 10000.0 AS index_points, s.rank
        FROM score s JOIN organization o ON o.edition_id = s.edition_id AND o.org_code = s.org_code
        JOIN edition e ON e.edition_id = s.edition_id
        JOIN edition_pointer p ON p.edition_id = s.edition_id WHERE o.is_restricted""",
    "shares": """
        SELECT e.district, e.scheme, e.period, s.org_code, s.share, 1.0 * s.factor_num / s.factor_den AS factor
        FROM person_share s JOIN edition e ON e.edition_id = s.edition_id
        JOIN edition_pointer p ON p.edition_id = s.edition_id""",
}
"""What no view shows, read from the tables."""


def scored_example(scheme: str, folder: Path, periods: Sequence[str] = (), url: str = "") -> District:
    """The system's example, taken and scored period by period below `folder`; all of it, or these periods.

    Its warehouse is at `url`, on SQLite below the folder where none is given. Several examples may share a folder,
    whose lake and warehouse are then one.
    """
    example = example_of(scheme)
    district = District(
        Settings(
            district=example.district,
            scheme=example.scheme,
            inbox=example.inbox,
            lake=str(folder / "lake"),
            reports=folder / "reports",
            receipts=folder / "receipts",
            lists=folder / "lists",
            warehouse_url=url or f"sqlite:///{folder / 'warehouse.db'}",
        )
    )
    district.take()
    district.score(*(periods or map(str, example.periods)))
    return district


def differences(engine: sa.Engine, scheme: str, periods: Sequence[str] = ()) -> list[str]:
    """A line per row that is expected and not there, or there and not expected; none where all of expected/ agrees.

    Of these periods alone where some are named; rejections, which have no period, are then left out.
    """
    example = example_of(scheme)
    paths = sorted(example.expected.glob("*.csv"))
    return [line for path in paths for line in _compared(engine, example, path, periods)]


def _compared(engine: sa.Engine, example: Example, path: Path, periods: Sequence[str]) -> Iterator[str]:
    wanted = pd.read_csv(path, dtype=str, keep_default_na=False)
    if periods and "period" not in wanted:
        return
    if periods:
        wanted = wanted[wanted["period"].isin(periods)]
    rows = _published(engine, example, path.stem, periods or [str(period) for period in example.periods])
    absent = [column for column in wanted if column not in rows]
    if absent:
        yield f"{path.stem}: no columns {absent}"
        return
    numeric = {column for column in wanted if pd.api.types.is_float_dtype(rows[column])}
    theirs, ours = _counted(wanted, numeric), _counted(rows[list(wanted)], numeric)
    for said, more, fewer in (("missing", theirs, ours), ("extra", ours, theirs)):
        found = sorted((more - fewer).elements())
        yield from (f"{path.stem}: {said} {row}" for row in found[:SHOWN])
        if len(found) > SHOWN:
            yield f"{path.stem}: {said} {len(found)} altogether"


def _published(engine: sa.Engine, example: Example, name: str, periods: Sequence[str]) -> pd.DataFrame:
    own = {"district": example.district, "scheme": example.scheme}
    if name == "rejections":
        return published.view(engine, name, resolved_by=None, **own).rename(columns={"row_no": "row"})
    if name not in RESTRICTED:
        return published.view(engine, name, period=list(periods), **own)
    rows = pd.read_sql(sa.text(RESTRICTED[name]), engine)
    is_own = rows["district"].eq(example.district) & rows["scheme"].eq(example.scheme)
    return rows[is_own & rows["period"].isin(periods)]


def _counted(rows: pd.DataFrame, numeric: set[str]) -> Counter[tuple[str, ...]]:
    texts = {
        column: [_number(value) if column in numeric else _text(value) for value in rows[column]] for column in rows
    }
    return Counter(zip(*texts.values(), strict=True))


def _number(value: object) -> str:
    return "" if value == "" or pd.isna(value) else f"{float(str(value)):.4f}"


def _text(value: object) -> str:
    if value is None or pd.isna(value):
        return ""
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)
