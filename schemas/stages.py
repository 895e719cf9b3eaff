"""The frames that stages hand on, one strict pandera model each, built from the field dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import pandera.pandas as pa

from schemas.fields import FIELDS, Field
from schemas.kinds import KIND_NAMES
from schemas.layouts import Policy
from schemas.periods import CADENCES

_WHOLE = {"int": "int64", "points": "int64", "bool": "bool", "float": "float64", "str": "str", "date": "datetime64[us]"}
_WITH_GAPS = _WHOLE | {"int": "Int64", "points": "Int64", "bool": "boolean"}

COLOURS = ("blue", "yellow", "red")
LINE_STATUSES = ("met", "unmet", "missing", "deducted", "floor", "mean", "adjusted")
STANDINGS = ("strength", "weak", "")
ROLES = ("counted", "basis", "adjustment")
ROUNDING = 2
"""Ten-thousandths by which a mean can exceed its full points: both are rounded, each to its own total (RULES §1)."""
DIMENSION_ROUNDING = ROUNDING * (len(CADENCES) - 1)
"""The same of a dimension: a longer period may be made of the mean of every shorter cadence."""
BASE_ROUNDING = 100
"""The same of a sum of dimensions. The gate says it exactly: it knows how many they are."""
ITEM_KINDS = ("common", "specific", "negative", "floor", "bonus", "deduction", "coefficient")
ADJUSTMENT_KINDS = ("coefficient", "bonus", "deduction", "veto", "limit")
MOVEMENTS = ("new", "same", "risen", "fallen")
TASK_KINDS = ("consequence", "rectification", "warning")
DELIVERY_STATUSES = ("complete", "partial", "missing", "stale")
POLICIES: tuple[Policy, ...] = ("publish", "provisional", "wait", "refuse")
"""What becomes of a period in which something is missing, from what lets everything out to what lets nothing out."""
TASK_STATUSES = ("open", "overdue", "done")


@dataclass(frozen=True)
class StageFrame:
    """One stage's frame: its key, the columns that are always there, those that may be empty, and what must hold."""

    key: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()
    """Columns of whole numbers that may be too wide for 64 bits, kept as Python integers."""
    checks: tuple[tuple[str, pa.Check], ...] = ()
    across: tuple[pa.Check, ...] = ()
    otherwise: Mapping[str, str] = field(default_factory=dict)
    """Columns that mean something else here than in other frames, and the field that says what."""

    def field_of(self, column: str) -> Field:
        """The field of a column."""
        return FIELDS[self.otherwise.get(column, column)]

    @cached_property
    def dtypes(self) -> dict[str, str]:
        """pandas type of every column."""
        whole = {name: _WHOLE[self.field_of(name).dtype] for name in (*self.key, *self.required)}
        with_gaps = {name: _WITH_GAPS[self.field_of(name).dtype] for name in self.optional}
        return whole | with_gaps | dict.fromkeys(self.wide, "object")

    @cached_property
    def model(self) -> pa.DataFrameSchema:
        """The pandera model."""
        columns = {
            name: pa.Column(
                checks=[check for column, check in self.checks if column == name], nullable=name in self.optional
            )
            for name in self.dtypes
        }
        return pa.DataFrameSchema(columns, checks=list(self.across), strict=True, unique=list(self.key))

    def validated(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with its columns typed and in order. Raises pandera's SchemaErrors with all that is wrong."""
        known = {name: dtype for name, dtype in self.dtypes.items() if name in frame}
        gaps = [name for name, dtype in known.items() if dtype in ("int64", "bool") and frame[name].isna().any()]
        typed = frame.astype({name: dtype for name, dtype in known.items() if name not in gaps})
        return self.model.validate(typed, lazy=True)[list(self.dtypes)].reset_index(drop=True)

    def empty(self) -> pd.DataFrame:
        """The frame without rows."""
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in self.dtypes.items()})


def _not_below(value: int) -> pa.Check:
    return pa.Check.ge(value)


def _line_adds_up(lines: pd.DataFrame) -> pd.Series:
    points, status = lines["points"], lines["status"]
    most = lines["full_points"] + ROUNDING * status.eq("mean")
    earned = points.ge(0) & (points.le(most) | status.eq("floor"))
    lost = points.le(0).where(status.eq("deducted"), earned)
    return lines["full_points"].eq(0).where(status.eq("adjusted"), lost)


def _dimension_adds_up(scored: pd.DataFrame) -> pd.Series:
    points, full_points = scored["points"], scored["full_points"]
    earned = points.ge(0) & points.le(full_points + DIMENSION_ROUNDING)
    return full_points.eq(0).where(scored["role"].eq("adjustment"), earned)


def _is_of_its_kind(adjustments: pd.DataFrame) -> pd.Series:
    kind, points = adjustments["kind"], adjustments["points"]
    has_rank = adjustments["rank_num"].notna() & adjustments["rank_den"].notna() & adjustments["value_den"].notna()
    return (
        (kind.ne("bonus") | points.ge(0))
        & (kind.ne("deduction") | points.le(0))
        & (~kind.isin(["veto", "limit"]) | points.eq(0))
        & (kind.ne("coefficient") | has_rank)
        & (kind.eq("coefficient") | adjustments["places_moved"].isna())
    )


def _moved_as_graded(grades: pd.DataFrame) -> pd.Series:
    before = grades["previous_grade"]
    is_same = before.eq(grades["grade"]).fillna(False)
    is_new = grades["movement"].eq("new") & before.isna()
    return is_new | (before.notna() & is_same.eq(grades["movement"].eq("same")) & grades["movement"].ne("new"))


def _factors_multiply(shares: pd.DataFrame) -> pd.Series:
    whole = shares[["unit_num", "personal_num", "factor_den", "unit_den", "personal_den", "factor_num"]].astype(
        "object"
    )
    unit, person, under, unit_den, person_den, factor = (whole[name] for name in whole)
    return (unit * person * under).eq(factor * unit_den * person_den)


def _parts_add_up(rows: pd.DataFrame) -> pd.Series:
    parts = rows[["from_data", "from_registry", "from_rules", "from_code", "from_streaks"]].sum(axis=1)
    return parts.eq(rows["new_value"].fillna(0) - rows["old_value"].fillna(0))


STAGES: dict[str, StageFrame] = {
    "observation": StageFrame(
        ("org", "item"),
        (),
        wide=("value_num", "value_den"),
        checks=tuple((name, _not_below(0)) for name in ("org", "item", "value_den")),
    ),
    "organization": StageFrame(
        ("org_code",),
        ("org_name", "kind", "is_assessed", "is_restricted"),
        ("domain", "peer_group", "parent_code", "town", "members", "groups", "predecessor_code", "succession"),
        across=(
            pa.Check(lambda frame: ~frame["is_assessed"] | frame["domain"].notna(), error="assessed without a domain"),
        ),
    ),
    "item": StageFrame(
        ("item_code",),
        ("item_order", "item_name", "dimension", "category", "kind", "source", "full_points", "rule", "rule_text"),
        ("cadence", "target", "lead_unit", "reference"),
        checks=(
            ("kind", pa.Check.isin(ITEM_KINDS)), ("cadence", pa.Check.isin(CADENCES)), ("full_points", _not_below(0)),
        ),
    ),
    "label": StageFrame(("label_kind", "code"), ("name", "sort")),
    "score": StageFrame(
        ("org_code",),
        ("domain", "peer_group", "index_points", "base_points", "full_points", "rank", "peers"),
        ("previous_rank",),
        checks=(
            *((name, _not_below(0)) for name in ("index_points", "base_points", "full_points")),
            ("rank", _not_below(1)),
        ),
        across=(
            pa.Check(
                lambda frame: frame["base_points"] <= frame["full_points"] + BASE_ROUNDING,
                error="base points above full points",
            ),
            pa.Check(lambda frame: frame["rank"] <= frame["peers"], error="rank below the last place"),
        ),
    ),
    "dimension_score": StageFrame(
        ("org_code", "dimension"),
        ("role", "points", "full_points", "standing"),
        ("domain_median_pct",),
        checks=(
            ("role", pa.Check.isin(ROLES)), ("full_points", _not_below(0)), ("standing", pa.Check.isin(STANDINGS)),
        ),
        across=(pa.Check(_dimension_adds_up, error="points outside what the dimension can have"),),
    ),
    "ledger_line": StageFrame(
        ("org_code", "item_code", "assessor"),
        ("points", "full_points", "status", "reason", "evidence"),
        ("value_num", "value_den", "is_met"),
        checks=(("status", pa.Check.isin(LINE_STATUSES)), ("full_points", _not_below(0)), ("value_den", _not_below(1))),
        across=(pa.Check(_line_adds_up, error="points outside what the line can have"),),
    ),
    "common_problem": StageFrame(
        ("domain", "item_code"),
        ("organizations", "peers"),
        checks=(("organizations", _not_below(1)),),
        across=(pa.Check(lambda frame: frame["organizations"] <= frame["peers"], error="more than the peers"),),
    ),
    "diagnosis": StageFrame(
        ("org_code",),
        ("strengths", "weaknesses", "common_problems", "text"),
        checks=(("common_problems", _not_below(0)),),
    ),
    "progress": StageFrame(
        ("org_code", "board", "item_code"),
        ("is_lagging", "is_named"),
        across=(pa.Check(lambda frame: frame["is_named"] | ~frame["is_lagging"], error="lagging and not named"),),
    ),
    "progress_total": StageFrame(
        ("board", "item_code"),
        ("unit", "organizations", "lagging", "reported"),
        ("total", "mean"),
        checks=tuple((name, _not_below(0)) for name in ("lagging", "reported")),
        across=(
            pa.Check(lambda frame: frame["lagging"] <= frame["organizations"], error="more lag than there are"),
            pa.Check(lambda frame: frame["reported"] <= frame["organizations"], error="more report than there are"),
            pa.Check(lambda frame: frame["mean"].notna() == (frame["reported"] > 0), error="a mean of nothing"),
        ),
    ),
    "adjustment": StageFrame(
        ("org_code", "code"),
        ("kind", "points", "reason", "evidence"),
        ("value_num", "value_den", "rank_num", "rank_den", "places_moved"),
        checks=(
            ("kind", pa.Check.isin(ADJUSTMENT_KINDS)), ("value_den", _not_below(1)), ("rank_den", _not_below(1)),
        ),
        across=(pa.Check(_is_of_its_kind, error="not what an adjustment of the kind has"),),
    ),
    "grade": StageFrame(
        ("org_code", "scale"),
        ("grade", "index_points", "peers", "movement", "is_barred", "reason"),
        ("place", "previous_grade", "limited_by"),
        checks=(
            ("index_points", _not_below(0)), ("movement", pa.Check.isin(MOVEMENTS)), ("place", _not_below(1)),
        ),
        across=(
            pa.Check(
                lambda frame: frame["place"].le(frame["peers"]).fillna(True).astype(bool),
                error="place below the last place",
            ),
            pa.Check(_moved_as_graded, error="not the movement from the grade before"),
        ),
    ),
    "task": StageFrame(
        ("org_code", "task_code", "item_code", "raised_on"),
        ("kind", "name", "reason", "responsible_code", "responsible_name", "due_on", "status"),
        ("done_on", "done_by"),
        checks=(("kind", pa.Check.isin(TASK_KINDS)), ("status", pa.Check.isin(TASK_STATUSES))),
        across=(
            pa.Check(lambda frame: frame["due_on"] >= frame["raised_on"], error="due before it arose"),
            pa.Check(
                lambda frame: frame["done_on"].notna() == frame["status"].eq("done"), error="a day of what is not done"
            ),
            pa.Check(
                lambda frame: frame["done_by"].notna() == frame["done_on"].notna(), error="done and not by what, or not"
            ),
        ),
    ),
    "roll_up": StageFrame(
        ("org_code", "figure"),
        ("level", "own", "children", "total"),
        ("stated",),
        checks=(("level", _not_below(0)),),
        across=(
            pa.Check(lambda frame: frame["total"] == frame["own"] + frame["children"], error="levels do not add up"),
        ),
        otherwise={"total": "figure_total"},
    ),
    "person_share": StageFrame(
        ("org_code", "share"),
        ("unit_code", "unit_num", "unit_den", "personal_num", "personal_den", "factor_num", "factor_den"),
        checks=tuple((name, _not_below(1)) for name in ("unit_den", "personal_den", "factor_den")),
        across=(pa.Check(_factors_multiply, error="not the product of unit and person"),),
    ),
    "warning": StageFrame(
        ("org_code", "warning_code", "item_code"),
        ("colour", "severity", "reason", "responsible_code", "responsible_name", "since_period", "months"),
        checks=(("colour", pa.Check.isin(COLOURS)), ("months", _not_below(1))),
    ),
    "streak": StageFrame(
        ("org_code", "warning_code", "item_code"), ("since_period", "months"), checks=(("months", _not_below(1)),)
    ),
    "due_delivery": StageFrame(
        ("kind", "sender"),
        ("expected_count", "delivered_count", "status", "policy", "due_on"),
        ("last_day",),
        checks=(
            ("expected_count", _not_below(1)), ("delivered_count", _not_below(0)),
            ("status", pa.Check.isin(DELIVERY_STATUSES)), ("policy", pa.Check.isin(POLICIES)),
        ),
        across=(
            pa.Check(lambda frame: frame["delivered_count"] <= frame["expected_count"], error="more than is due"),
            pa.Check(
                lambda frame: frame["status"].ne("missing") | frame["delivered_count"].eq(0), error="missing and there"
            ),
            pa.Check(
                lambda frame: frame["status"].eq("complete").le(frame["delivered_count"].eq(frame["expected_count"])),
                error="complete and not all there",
            ),
        ),
    ),
    "proposal": StageFrame(
        ("org_code",),
        (
            "list_place", "is_proposed", "org_name", "colour", "circumstances", "circumstance_codes", "pool_months",
            "index_points", "full_points", "score_period", "reason",
        ),
        ("domain", "town", "parent_code"),
        checks=(
            ("list_place", _not_below(1)), ("colour", pa.Check.isin(COLOURS)), ("circumstances", _not_below(0)),
            ("pool_months", _not_below(1)),
        ),
        across=(
            pa.Check(
                lambda frame: frame["circumstances"].eq(0) == frame["circumstance_codes"].eq(""),
                error="circumstances without codes, or codes without circumstances",
            ),
        ),
    ),
    "restatement": StageFrame(
        ("org_code", "measure"),
        ("from_data", "from_registry", "from_rules", "from_code", "from_streaks", "cause"),
        ("old_value", "new_value"),
        across=(pa.Check(_parts_add_up, error="the parts do not add up to the change"),),
    ),
    "correction": StageFrame(
        ("correction", "org_code", "record"),
        ("kind", "column_name", "cause", "provider", "recorded_on"),
        ("item_code", "expected", "corrected"),
        checks=(("kind", pa.Check.isin(list(KIND_NAMES))),),
    ),
    "exemption": StageFrame(
        ("org_code", "item_code", "valid_from"),
        ("cause", "approved_by", "approved_on"),
        ("valid_to",),
        across=(
            pa.Check(
                lambda frame: frame["valid_to"].isna() | (frame["valid_to"] >= frame["valid_from"]),
                error="over before it begins",
            ),
        ),
    ),
    "edition_source": StageFrame(("source_id",), ()),
    "peer_group": StageFrame(
        ("peer_group", "warning_code"), ("peers", "bottom_count", "is_too_small"), checks=(("peers", _not_below(1)),)
    ),
}  # fmt: skip
"""By name; those of an edition are named as the warehouse's tables."""
