"""What every check returns: the records that count on, and rejections in the sender's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pandera.pandas as pa

from schemas.layouts import SubmissionLayout, TableLayout
from schemas.reasons import REASONS
from schemas.records import violations
from schemas.texts import quoted

WHOLE_RECORD = "整行"
"""Heading of what is wrong with a record as a whole; its value is what is wrong."""
Told = str | Callable[[np.ndarray], Sequence[str]]
"""A sentence with {column} and {value}, or what makes one for each of the records at some positions ("": none)."""
Sentences = dict[tuple[str, str], Told]
"""What is said of a judged column for a reason, where the reason's own sentence does not say enough."""
_NOTHING_MORE: Sentences = {}
_OTHERS_NAMED = 3
REJECTION_COLUMNS = ["batch_id", "row_no", "column_name", "value_text", "reason", "message"]


@dataclass(frozen=True)
class Checked:
    """`accepted`: typed records, index as received. `rejections`: one row per bad cell or, for its organisation, row.

    `rejected_count` counts records, which is less than the rejections where a record has several bad cells, and more
    where a row of many cells was refused for its organisation. `ignored` counts records that are left out by design and
    are in neither, by what their sender reads. `notes` are sentences about records that count all the same.
    """

    accepted: pd.DataFrame
    rejections: pd.DataFrame
    rejected_count: int
    ignored: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def headings_of(layout: TableLayout | SubmissionLayout | None) -> dict[str, str]:
    """The sender's name of each field; none where the rule book no longer has such deliveries."""
    return {field: heading for heading, field in layout.columns.items()} if layout else {}


def checked(
    typed: pd.DataFrame,
    judged: pd.DataFrame,
    schema: pa.DataFrameSchema,
    headings: dict[str, str],
    shown: pd.DataFrame,
    told: Sentences = _NOTHING_MORE,
) -> Checked:
    """Splits `typed` by what `judged` says under `schema`.

    `headings` gives the sender's name of each judged column, `shown` (text columns batch_id, row_no and the judged
    columns' values as delivered) what to cite. It may have columns `<column>.heading` and `<column>.message` where rows
    have a name or a sentence (else NaN) of their own. `told` are the sentences of the kind of delivery; they are asked
    for the records that are rejected alone. All three frames have the records' rows in the same order.
    """
    found = violations(judged, schema)
    bad = np.zeros(len(typed), dtype=bool)
    bad[found["record"]] = True
    return Checked(typed[~bad], _rejections(found, shown, headings, told), int(bad.sum()))


def checked_for_conflicts(
    typed: pd.DataFrame,
    judged: pd.DataFrame,
    schema: pa.DataFrameSchema,
    headings: dict[str, str],
    shown: pd.DataFrame,
    key: list[str],
    told: Sentences = _NOTHING_MORE,
) -> Checked:
    """As `checked`, and records that are in order by themselves but contradict another with the same key are rejected.

    Only records that count can contradict each other, so the schema's column `conflict` is judged among the accepted.
    """
    alone = checked(typed, judged.assign(conflict=False), schema, headings, shown, told)
    conflict = _conflicts(alone.accepted, key)
    if not conflict.any():
        return alone
    judged = judged.assign(conflict=conflict.reindex(typed.index, fill_value=False))
    clashing = shown.loc[conflict.index[conflict]].assign(**alone.accepted.loc[conflict, key])
    told = {("conflict", "conflicting_duplicate"): _naming_others(typed.index, clashing, key), **told}
    return checked(typed, judged, schema, headings, shown, told)


def _conflicts(accepted: pd.DataFrame, key: list[str]) -> pd.Series:
    """For each accepted record that counts whether another with the same key counts with a different value."""
    counting = accepted.loc[accepted["counts"], [*key, "value_num", "value_den"]]
    again = counting[counting.duplicated(key, keep=False)]
    case = again.groupby(key, dropna=False).ngroup()
    values = again.assign(case=case).drop_duplicates(["case", "value_num", "value_den"])["case"]
    clashing = case.isin(values[values.duplicated()])
    return clashing.reindex(accepted.index, fill_value=False)


def _naming_others(index: pd.Index, clashing: pd.DataFrame, key: list[str]) -> Told:
    """What is said of contradicting records: in which rows of the same delivery the others are, and what they say."""
    case = clashing.groupby(["batch_id", *key], dropna=False).ngroup()
    said = list(zip(clashing["row_no"], clashing["conflict"].fillna(""), strict=True))
    of_record = dict(zip(clashing.index, zip(case, said, strict=True), strict=True))
    of_case: dict[int, dict[int, str]] = {}
    for number, (row_no, value) in of_record.values():
        of_case.setdefault(number, {})[row_no] = value

    def tell(positions: np.ndarray) -> list[str]:
        records = (of_record[label] for label in index[positions])
        return [_contradiction(row_no, value, of_case[number]) for number, (row_no, value) in records]

    return tell


def _contradiction(row_no: int, value: str, alike: Mapping[int, str]) -> str:
    """The sentence for one of several records that contradict each other (`alike`: values by row); "" if it is alone.

    Rows that show another value are named before those that show the same and differ elsewhere.
    """
    others = sorted((own for own in alike.items() if own[0] != row_no), key=lambda own: own[1] == value)
    if not others:
        return ""
    named = [f"第{other}行" + (f"（{literal(own)}）" if own != value else "") for other, own in others[:_OTHERS_NAMED]]
    more = "等" if len(others) > _OTHERS_NAMED else ""
    return f"{{column}}填的{{value}}与{'、'.join(named)}{more}矛盾，都不计入。请只保留正确的一条"


def literal(text: str) -> str:
    """`text` as it is put into a sentence that has places for the column and the value."""
    return text.replace("{", "{{").replace("}", "}}")


def _rejections(found: pd.DataFrame, shown: pd.DataFrame, headings: dict[str, str], told: Sentences) -> pd.DataFrame:
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
    cases = zip(own, _sentences(found, told), found["reason"], names, values, strict=True)
    return pd.DataFrame(
        {
            "batch_id": cited["batch_id"],
            "row_no": cited["row_no"],
            "column_name": pd.Series(names, dtype="str"),
            "value_text": pd.Series(values, dtype="str"),
            "reason": found["reason"],
            "message": pd.Series(
                [
                    said.format(column=quoted(name), value=quoted(value))
                    if said
                    else message(reason, name, value, sentence)
                    for said, sentence, reason, name, value in cases
                ],
                dtype="str",
            ),
        }
    ).drop_duplicates(["batch_id", "row_no", "column_name"], ignore_index=True)


def _sentences(found: pd.DataFrame, told: Sentences) -> pd.Series:
    """The sentence of the kind of delivery for each violation, "" where it has none."""
    sentences = pd.Series("", index=found.index, dtype="object")
    for (column, reason), rows in found.groupby(["column", "reason"]).groups.items():
        tell = told.get((column, reason), "")
        sentences.loc[rows] = tell if isinstance(tell, str) else tell(found.loc[rows, "record"].to_numpy())
    return sentences


def message(reason: str, column: str, value: str, sentence: str = "") -> str:
    """What the sender reads: `sentence` where there is one, else that of the reason; of an empty cell that it is."""
    if column == WHOLE_RECORD:
        return f"这一条无法识别：{value}。请改正后重新报送"
    if not value and reason in ("malformed", "unknown_organization"):
        return f"{quoted(column)}没有填写。请补填后重新报送"
    return (sentence or REASONS[reason].message).format(column=quoted(column), value=quoted(value))


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)
