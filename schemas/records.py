"""What a record must satisfy to count: one pandera schema a kind of delivery, checked lazily, every check a reason.

The schemas look at judged frames: records with the columns that the transforms worked out (parsed values, the state of
the organisation on its day). `violations` turns pandera's failure cases into one row per record and column.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

ROW_COLUMNS = ("fault", "organization")
"""Columns that speak of the whole record: a violation here makes the record's other violations moot."""


def _is(value: object, reason: str) -> pa.Check:
    return pa.Check.eq(value, error=reason)


def _one_of(values: Iterable[str], reason: str) -> pa.Check:
    return pa.Check.isin(list(values), error=reason)


def _record(**columns: pa.Column) -> pa.DataFrameSchema:
    readable = pa.Column(checks=_is("", "malformed"))
    return pa.DataFrameSchema({"fault": readable, **columns})


_ORGANIZATION = pa.Column(
    checks=[
        pa.Check.ne("unknown", error="unknown_organization"),
        pa.Check.ne("inactive", error="inactive_organization"),
        pa.Check.ne("ambiguous", error="ambiguous_name"),
    ]
)
_PRESENT = pa.Column(nullable=False)
_WELL_FORMED = pa.Column(checks=_is(True, "malformed"))
_VALUE = pa.Column(
    checks=[pa.Check.ne("malformed", error="malformed"), pa.Check.ne("out_of_range", error="out_of_range")]
)
_ITEM = pa.Column(
    nullable=False,
    checks=[
        pa.Check.ne("unknown", error="unknown_indicator"),
        pa.Check.ne("not_applicable", error="not_applicable"),
    ],
)
_NO_CONFLICT = pa.Column(checks=_is(False, "conflicting_duplicate"))


def registry_schema(kinds: Iterable[str], domains: Iterable[str]) -> pa.DataFrameSchema:
    """A registry row: code, name, days that can be read and do not overlap another row's, a known kind and domain.

    Whom it succeeds (both columns or neither) is judged in `transforms.checks.successions`.
    """
    return _record(
        org_code=_PRESENT,
        org_name=_PRESENT,
        valid_from=_PRESENT,
        valid_to=_WELL_FORMED,
        span=_NO_CONFLICT,
        kind=pa.Column(nullable=False, checks=_one_of(kinds, "unknown_status")),
        domain=pa.Column(nullable=True, checks=_one_of(domains, "unknown_status")),
        members=_WELL_FORMED,
        groups=_WELL_FORMED,
        predecessor_code=pa.Column(
            checks=[
                pa.Check.ne("malformed", error="malformed"),
                pa.Check.ne("several", error="malformed"),
                pa.Check.ne("unknown", error="unknown_organization"),
                pa.Check.ne("in_force", error="conflicting_duplicate"),
                pa.Check.ne("not_before", error="conflicting_duplicate"),
                pa.Check.ne("shared", error="conflicting_duplicate"),
            ]
        ),
        succession=pa.Column(
            checks=[pa.Check.ne("malformed", error="malformed"), pa.Check.ne("unknown", error="unknown_status")]
        ),
    )


def events_schema() -> pa.DataFrameSchema:
    """A platform event: complete, of an organisation that existed on its local day, not captured before it happened."""
    return _record(
        organization=_ORGANIZATION,
        event_id=_PRESENT,
        org_code=_PRESENT,
        kind=_PRESENT,
        occurred_at=_PRESENT,
        captured_at=_PRESENT,
        is_captured_after=pa.Column(checks=_is(True, "future_dated")),
        data=_VALUE,
    )


def declarations_schema(reviews: Iterable[str], rechecks: Iterable[str]) -> pa.DataFrameSchema:
    """A declaration: of a live organisation, for an item that it declares, with a value of the item's kind."""
    return _record(
        organization=_ORGANIZATION,
        org_code=_PRESENT,
        item_code=_ITEM,
        declared_at=_PRESENT,
        value_text=_VALUE,
        review_status=pa.Column(nullable=False, checks=_one_of(reviews, "unknown_status")),
        recheck_status=pa.Column(nullable=True, checks=_one_of(rechecks, "unknown_status")),
        recheck_value=_VALUE,
        conflict=_NO_CONFLICT,
    )


def rechecks_schema(rechecks: Iterable[str]) -> pa.DataFrameSchema:
    """What a re-check found: of a live organisation's declaration of an item, a status, who checked and when."""
    return _record(
        organization=_ORGANIZATION,
        org_code=_PRESENT,
        item_code=_ITEM,
        declared_at=_WELL_FORMED,
        declaration=pa.Column(checks=_is(True, "not_declared")),
        recheck_status=pa.Column(nullable=False, checks=_one_of(rechecks, "unknown_status")),
        recheck_value=_VALUE,
        checked_by=_PRESENT,
        checked_on=_PRESENT,
        conflict=_NO_CONFLICT,
    )


def submissions_schema(verifications: Iterable[str]) -> pa.DataFrameSchema:
    """A cell of a department's sheet: of a live organisation, an item of its domain, a value of the item's kind."""
    return _record(
        organization=_ORGANIZATION,
        item_code=_ITEM,
        value_text=_VALUE,
        verification=pa.Column(nullable=False, checks=_one_of(verifications, "unknown_status")),
        conflict=_NO_CONFLICT,
    )


def findings_schema(reviews: Iterable[str]) -> pa.DataFrameSchema:
    """A finding or register entry: on a day, about an organisation live on it, of a known code, 0 times or more."""
    return _record(
        organization=_ORGANIZATION,
        found_on=_PRESENT,
        org_code=_PRESENT,
        item_code=_ITEM,
        findings_count=_VALUE,
        fixed_text=_WELL_FORMED,
        review_status=pa.Column(nullable=False, checks=_one_of(reviews, "unknown_status")),
        closed_on=_VALUE,
    )


def totals_schema() -> pa.DataFrameSchema:
    """A stated figure: named, a number of at least 0; one that its parts or the registry contradict does not stand."""
    return _record(
        figure=_PRESENT,
        value_text=_VALUE,
        conflict=_NO_CONFLICT,
        control_total=pa.Column(checks=_is(True, "control_total")),
    )


def decisions_schema(words: Iterable[str]) -> pa.DataFrameSchema:
    """A decision on a weak and lax organisation: what, why, who, when; by when it is due and since when converted."""
    return _record(
        organization=_ORGANIZATION,
        org_code=_PRESENT,
        decision=pa.Column(nullable=False, checks=_one_of(words, "unknown_status")),
        cause=_PRESENT,
        decided_by=_PRESENT,
        decided_on=_PRESENT,
        due_on=_VALUE,
        converted_on=_VALUE,
        conflict=_NO_CONFLICT,
    )


def corrections_schema(materials: Iterable[str]) -> pa.DataFrameSchema:
    """A correction of a source: of a known material and column, not of a cell that another corrects, with a cause."""
    return _record(
        correction=_VALUE,
        same_name=_NO_CONFLICT,
        material=pa.Column(nullable=False, checks=_one_of(materials, "unknown_status")),
        of_period=_VALUE,
        whose=_VALUE,
        record=_VALUE,
        column_name=pa.Column(nullable=False, checks=pa.Check.ne("unknown", error="unknown_status")),
        same_cell=_NO_CONFLICT,
        expected=pa.Column(
            checks=[pa.Check.ne("no_cell", error="malformed"), pa.Check.ne("elsewhere", error="out_of_range")]
        ),
        corrected=pa.Column(
            checks=[pa.Check.ne("unchanged", error="malformed"), pa.Check.ne("elsewhere", error="out_of_range")]
        ),
        cause=_PRESENT,
        provider=_PRESENT,
        recorded_on=_PRESENT,
    )


def exemptions_schema() -> pa.DataFrameSchema:
    """An exemption: of a live organisation and an item of its domain, from a day on, that somebody approved."""
    return _record(
        organization=_ORGANIZATION,
        org_code=_PRESENT,
        item_code=_ITEM,
        valid_from=_PRESENT,
        valid_to=_VALUE,
        cause=_PRESENT,
        approved_by=_PRESENT,
        approved_on=_PRESENT,
        span=_NO_CONFLICT,
    )


def violations(judged: pd.DataFrame, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """One row per record and column that breaks the schema: record (its position), column, reason.

    A record that cannot be read, or whose organisation is not live on its day, has that one row alone.
    """
    try:
        schema.validate(judged.reset_index(drop=True), lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return pd.DataFrame({"record": pd.Series(dtype="int64"), "column": pd.Series(dtype="str"), "reason": []})
    strange = cases[cases["index"].isna()]
    if len(strange):
        raise TypeError(f"judged frame does not have the shape of its schema: {strange['failure_case'].tolist()}")
    found = pd.DataFrame(
        {
            "record": cases["index"].astype("int64"),
            "column": cases["column"].astype("str"),
            "reason": cases["check"].astype("str").replace("not_nullable", "malformed"),
        }
    )
    order = {name: place for place, name in enumerate(schema.columns)}
    found = found.assign(place=found["column"].map(order)).sort_values(["record", "place"], kind="stable")
    is_row = found["column"].isin(ROW_COLUMNS)
    whole = found[is_row].drop_duplicates("record")
    cells = found[~is_row & ~found["record"].isin(whole["record"])].drop_duplicates(["record", "column"])
    return pd.concat([whole, cells])[["record", "column", "reason"]].sort_values(
        "record", kind="stable", ignore_index=True
    )
