"""Base tables, built from the field dictionary: points as whole ten-thousandths, text of stated length, UTC timestamps.

In PostgreSQL they are in the schema `zuzhili`, found by the engine's search path; SQLite has no schemas.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from schemas.fields import FIELDS, Field
from schemas.stages import STAGES

BASE_SCHEMA = "zuzhili"
EXPLANATORY = frozenset(
    {
        "reason", "message", "evidence", "value_text", "column_name", "note", "cause", "rule_text", "text", "done_by",
        "decided_by", "checked_by", "recheck_value", "outcome_text", "expected", "corrected", "provider", "approved_by",
    }
)  # fmt: skip
"""Text in somebody's own words: cut to size with an ellipsis. Any other text that is too long is an error."""
MAY_BE_BLANK = frozenset({"item_code", "assessor"})
"""Keys that are blank where a row is not about one item or one assessor."""


class UtcTimestamp(sa.types.TypeDecorator[datetime]):
    """A moment with an offset: TIMESTAMP WITH TIME ZONE, in SQLite ISO text in UTC that sorts by time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True
    FORMAT = "%Y-%m-%dT%H:%M:%S.%f+00:00"

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """VARCHAR(32) in SQLite."""
        return sa.String(32) if dialect.name == "sqlite" else sa.DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> object:
        """The moment in UTC. Raises ValueError for a time without an offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no offset: which moment it is cannot be known")
        moment = value.astimezone(UTC)
        return moment.strftime(self.FORMAT) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | str | None, dialect: sa.Dialect) -> datetime | None:
        """The moment in UTC."""
        if value is None:
            return None
        return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


METADATA = sa.MetaData()


def field_of(table: str, column: str) -> Field:
    """The field of a table's column."""
    return STAGES[table].field_of(column) if table in STAGES else FIELDS[column]


def column_type(field: Field) -> sa.types.TypeEngine[Any]:
    """The SQL type of a column of the field dictionary."""
    types: dict[str, sa.types.TypeEngine[Any]] = {
        "int": sa.BigInteger(),
        "points": sa.BigInteger(),
        "bool": sa.Boolean(),
        "date": sa.Date(),
        "timestamp": UtcTimestamp(),
        "float": sa.Double(),
    }
    return sa.String(field.size) if field.dtype == "str" else types[field.dtype]


def _table(
    name: str, keys: str, required: str = "", optional: str = "", *constraints: sa.schema.SchemaItem
) -> sa.Table:
    def typed(column: str) -> sa.types.TypeEngine[Any]:
        return column_type(field_of(name, column))

    columns = [
        *(_key(key, typed(key)) for key in keys.split()),
        *(sa.Column(column, typed(column), nullable=False) for column in required.split()),
        *(sa.Column(column, typed(column), nullable=True) for column in optional.split()),
    ]
    return sa.Table(name, METADATA, *columns, *constraints, sqlite_with_rowid=False)


def _key(name: str, typed: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    default = "" if name in MAY_BE_BLANK else None
    return sa.Column(name, typed, primary_key=True, autoincrement=False, default=default)


def _of_restricted(name: str, *columns: str) -> sa.Index:
    """An index of restricted organisations alone; the databases use it where a query asks for them in these words."""
    of_sqlite, of_postgresql = sa.text("is_restricted = 1"), sa.text("is_restricted")
    return sa.Index(name, *columns, sqlite_where=of_sqlite, postgresql_where=of_postgresql)


edition = _table(
    "edition",
    "edition_id",
    "district scheme period cadence period_start period_end revision status as_of known_seq rulebook_version"
    " rulebook_hash rules_id inputs_hash code_version is_provisional created_at cause",
    "published_at note row_count report",
    sa.Index(
        "edition_published",
        "district",
        "scheme",
        "period",
        "revision",
        unique=True,
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    ),
)
edition_pointer = _table(
    "edition_pointer",
    "district scheme period",
    "edition_id confirmed_seq confirmed_at",
    "",
    sa.UniqueConstraint("edition_id"),
)
restatement = _table(
    "restatement",
    "edition_id org_code measure",
    "from_data from_registry from_rules from_code from_streaks cause",
    "old_value new_value",
)
edition_source = _table("edition_source", "edition_id source_id")
correction = _table(
    "correction",
    "edition_id correction org_code record",
    "kind column_name cause provider recorded_on",
    "item_code expected corrected",
)
exemption = _table("exemption", "edition_id org_code item_code valid_from", "cause approved_by approved_on", "valid_to")
rulebook_file = _table("rulebook_file", "rules_id file", "content")
batch = _table(
    "batch",
    "batch_id",
    "seq district scheme kind sender period file content_hash received_at received accepted rejected ignored status",
    "cadence period_start period_end first_day last_day note path superseded_by",
    sa.UniqueConstraint("district", "scheme", "seq"),
    sa.CheckConstraint("received = accepted + rejected + ignored", name="batch_counts_reconcile"),
)
feed = _table("feed", "district scheme file", "cursor page_hash page_events fetched_at")
rejection = _table(
    "rejection",
    "rejection_id",
    "district scheme period batch_id sender file row_no reason message received_at",
    "cadence period_start period_end edition_id column_name value_text resolved_by",
    sa.Index("rejection_of_batch", "batch_id"),
)
organization = _table(
    "organization",
    "edition_id org_code",
    "org_name is_assessed is_restricted",
    "kind domain peer_group parent_code town members groups predecessor_code succession",
    _of_restricted("restricted_by_code", "org_code", "edition_id"),
    _of_restricted("restricted_by_edition", "edition_id", "domain", "peer_group"),
)
item = _table(
    "item",
    "edition_id item_code",
    "item_order item_name dimension kind source full_points rule",
    "cadence category rule_text target lead_unit reference",
)
label = _table("label", "edition_id label_kind code", "name sort")
score = _table(
    "score",
    "edition_id org_code",
    "domain peer_group index_points base_points full_points rank peers",
    "previous_rank",
)
dimension_score = _table(
    "dimension_score", "edition_id org_code dimension", "role points full_points standing", "domain_median_pct"
)
common_problem = _table("common_problem", "edition_id domain item_code", "organizations peers")
diagnosis = _table("diagnosis", "edition_id org_code", "strengths weaknesses common_problems text")
progress = _table("progress", "edition_id org_code board item_code", "is_lagging is_named")
progress_total = _table(
    "progress_total", "edition_id board item_code", "unit organizations lagging reported", "total mean"
)
ledger_line = _table(
    "ledger_line",
    "edition_id org_code item_code assessor",
    "points full_points status reason",
    "value_num value_den is_met evidence",
)
warning = _table(
    "warning",
    "edition_id org_code warning_code item_code",
    "colour severity reason",
    "responsible_code responsible_name since_period months",
)
streak = _table("streak", "edition_id org_code warning_code item_code", "since_period months")
peer_group = _table("peer_group", "edition_id peer_group warning_code", "peers bottom_count is_too_small")
adjustment = _table(
    "adjustment",
    "edition_id org_code code",
    "kind points reason",
    "value_num value_den rank_num rank_den places_moved evidence",
)
grade = _table(
    "grade",
    "edition_id org_code scale",
    "grade index_points peers movement is_barred reason",
    "place previous_grade limited_by",
)
task = _table(
    "task",
    "edition_id org_code task_code item_code raised_on",
    "kind name reason responsible_code responsible_name due_on status",
    "done_on done_by",
)
roll_up = _table("roll_up", "edition_id org_code figure", "level own children total", "stated")
person_share = _table(
    "person_share",
    "edition_id org_code share",
    "unit_code unit_num unit_den personal_num personal_den factor_num factor_den",
)
due_delivery = _table(
    "due_delivery", "edition_id kind sender", "expected_count delivered_count status policy due_on", "last_day"
)
recheck_sample = _table(
    "recheck_sample",
    "district scheme period org_code item_code",
    "cadence period_start period_end org_name domain domain_name item_name value_text seed drawn_at known_seq",
    "parent_code parent_name town declared_at recheck_status recheck_value checked_by checked_on",
)
held = _table("held", "district scheme period", "held_since note", "until")
proposal = _table(
    "proposal",
    "district scheme period org_code",
    "cadence period_start period_end list_place is_proposed org_name colour circumstances circumstance_codes"
    " pool_months index_points full_points score_period reason made_of made_at",
    "domain town parent_code",
)
decision = _table(
    "decision",
    "district scheme period org_code",
    "cadence period_start period_end org_name decision cause decided_by decided_on batch_id",
    "domain town parent_code due_on converted_on outcome_text",
)
meta = sa.Table(
    "meta",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
)

EDITION_TABLES: dict[str, sa.Table] = {
    table.name: table
    for table in (
        organization,
        item,
        label,
        score,
        dimension_score,
        ledger_line,
        warning,
        streak,
        peer_group,
        adjustment,
        grade,
        task,
        roll_up,
        person_share,
        common_problem,
        diagnosis,
        progress,
        progress_total,
        due_delivery,
        correction,
        exemption,
        edition_source,
        restatement,
    )
}
"""What an edition consists of, by name."""
