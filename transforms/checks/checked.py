"""What every check returns: the records that count on, and rejections in the sender's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pandera.pandas as pa

from schemas.layouts import SubmissionLayout, TableLayout
from schemas.reasons import REASONS
from schemas.records import violations

WHOLE_RECORD = "整行"
"""Heading of what is wrong with a record as a whole; its value is what is wrong."""
REJECTION_COLUMNS = ["batch_id", "row_no", "column_name", "value_text", "reason", "message"]


@dataclass(frozen=True)
class Checked:
    """`accepted`: typed records, index as received. `rejections`: one row per bad cell or, for its organisation, row.

    `rejected_count` counts records, which is less than the rejections where a record has several bad cells, and more
    where a row of many cells was refused for its organisation. `ignored` counts records that are left out by design and
    are in neither, by what their sender reads.
    """

    accepted: pd.DataFrame
    rejections: pd.DataFrame
    rejected_count: int
    ignored: Mapping[str, int] = field(default_factory=dict)


def headings_of(layout: TableLayout | SubmissionLayout | None) -> dict[str, str]:
    """The sender's name of each field; none where the rule book no longer has such deliveries."""
    return {field: heading for heading, field in layout.columns.items()} if layout else {}


def checked(
    typed: pd.DataFrame, judged: pd.DataFrame, schema: pa.DataFrameSchema, headings: dict[str, str], shown: pd.DataFrame
) -> Checked:
    """Splits `typed` by what `judged` says under `schema`.

    `headings` gives the sender's name of each judged column, `shown` (text columns batch_id, row_no and the judged
    columns' values as delivered) what to cite. It may have columns `<column>.heading` and `<column>.message` where rows
    have a name or a sentence (else NaN) of their own. All three frames have the records' rows in the same order.
    """
    found = violations(judged, schema)
    bad = np.zeros(len(typed), dtype=bool)
    bad[found["record"]] = True
    return Checked(typed[~bad], _rejections(found, shown, headings), int(bad.sum()))


def checked_for_conflicts(
    typed: pd.DataFrame,
    judged: pd.DataFrame,
    schema: pa.DataFrameSchema,
    headings: dict[str, str],
    shown: pd.DataFrame,
    key: list[str],
) -> Checked:
    """As `checked`, and records that are in order by themselves but contradict another with the same key are rejected.

    Only records that count can contradict each other, so the schema's column `conflict` is judged among the accepted.
    """
    alone = checked(typed, judged.assign(conflict=False), schema, headings, shown)
    conflict = _conflicts(alone.accepted, key)
    if not conflict.any():
        return alone
    return checked(
        typed, judged.assign(conflict=conflict.reindex(typed.index, fill_value=False)), schema, headings, shown
    )


def _conflicts(accepted: pd.DataFrame, key: list[str]) -> pd.Series:
    """For each accepted record that counts whether another with the same key counts with a different value."""
    counting = accepted.loc[accepted["counts"], [*key, "value_num", "value_den"]]
    again = counting[counting.duplicated(key, keep=False)]
    case = again.groupby(key, dropna=False).ngroup()
    values = again.assign(case=case).drop_duplicates(["case", "value_num", "value_den"])["case"]
    clashing = case.isin(values[values.duplicated()])
    return clashing.reindex(accepted.index, fill_value=False)


def _rejections(found: pd.DataFrame, shown: pd.DataFrame, headings: dict[str, str]) -> pd.DataFrame:
    cited = shown.iloc[found["record"]].reset_index(drop=True)
    column = found["column"].to_numpy()
    names = [
        cited[name].iloc[row] if (name := f"{col}.heading") in cited else headings.get(col, col)
        for row, col in enumerate(column)
    ]
    values = [_text(cited[col].iloc[row]) if col in cited else "" for row, col in enumerate(column)]
    own = [
        _text(cited[name].iloc[row]) if (name := f"{col}.message") in cited else "" for row, col in enumerate(column)
    ]
    cases = zip(own, found["reason"], names, values, strict=True)
    return pd.DataFrame(
        {
            "batch_id": cited["batch_id"],
            "row_no": cited["row_no"],
            "column_name": pd.Series(names, dtype="str"),
            "value_text": pd.Series(values, dtype="str"),
            "reason": found["reason"],
            "message": pd.Series(
                [said.format(column=case[1], value=case[2]) if said else message(*case) for said, *case in cases],
                dtype="str",
            ),
        }
    ).drop_duplicates(["batch_id", "row_no", "column_name"], ignore_index=True)


def message(reason: str, column: str, value: str) -> str:
    """The sentence that the sender reads."""
    if column == WHOLE_RECORD:
        return f"这一条无法识别：{value}。请改正后重新报送"
    if not value and reason in ("malformed", "unknown_organization"):
        return f"“{column}”没有填写。请补填后重新报送"
    return REASONS[reason].message.format(column=column, value=value)


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)
