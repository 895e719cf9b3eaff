"""The published contract: one definition of every view, for both databases.

Views show the current edition of every period (`editions`, `batches` and `rejections`: all of them), points as
NUMERIC(12,4) instead of whole ten-thousandths. None shows a unit of a restricted kind (`warehouse.restricted`). In
PostgreSQL they are in the schema `published`. Their names carry no schema: the engine's search path finds them, so the
text of a query is the same on both databases.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from warehouse import board_views, outcome_views, recheck_views, register_views, score_views, watch_views
from warehouse.restricted import units_left_out, values_withheld
from warehouse.tables import (
    batch,
    edition,
    edition_pointer,
    rejection,
    score,
)
from warehouse.view_columns import COMMON, Columns, common_columns

VIEW_SCHEMA = "published"
TOP_PLACES = 10


def _of_editions() -> dict[str, sa.Select[Any]]:
    rankings = score_views.rankings()
    return {
        "rankings": rankings,
        "top_rankings": rankings.where(score.c.rank <= TOP_PLACES),
        "index_scores": score_views.index_scores(),
        "dimension_scores": score_views.dimension_scores(),
        "ledger": score_views.ledger(),
        "warnings": score_views.warnings(),
        "warning_pool": score_views.warning_pool(),
        "grades": outcome_views.grades(),
        "adjustments": outcome_views.adjustments(),
        "tasks": outcome_views.tasks(),
        "roll_ups": outcome_views.roll_ups(),
        "common_problems": board_views.common_problems(),
        "diagnoses": board_views.diagnoses(),
        "progress_boards": board_views.progress_boards(),
        "progress_totals": board_views.progress_totals(),
        "restatements": board_views.restatements(),
        "pending_declarations": board_views.pending_declarations(),
        "completeness": board_views.completeness(),
        "corrections": register_views.corrections(),
        "exemptions": register_views.exemptions(),
        "organizations": score_views.organizations(),
        "items": score_views.items(),
        "peer_groups": score_views.peer_groups(),
    }


def _is_current() -> sa.ColumnElement[bool]:
    return edition.c.edition_id.in_(sa.select(edition_pointer.c.edition_id))


def _editions() -> sa.Select[Any]:
    names = (
        "status as_of rulebook_version inputs_hash code_version created_at published_at cause note row_count"
        " rulebook_hash report known_seq rules_id"
    )
    return sa.select(*common_columns(), *(edition.c[name] for name in names.split()))


def _batches() -> sa.Select[Any]:
    nothing = [sa.cast(sa.null(), sa.BigInteger).label(name) for name in ("edition_id", "revision")]
    names = (
        "batch_id kind sender file received_at received accepted rejected ignored superseded_by"
        " status note content_hash first_day last_day"
    )
    return sa.select(*_of_record(batch), *nothing, *(batch.c[name] for name in names.split()))


def _rejections() -> sa.Select[Any]:
    revision = sa.select(edition.c.revision).where(edition.c.edition_id == rejection.c.edition_id).scalar_subquery()
    return sa.select(
        *_of_record(rejection),
        rejection.c.edition_id,
        revision.label("revision"),
        rejection.c.batch_id,
        *(rejection.c[name] for name in ("sender", "file", "row_no", "column_name")),
        rejection.c.value_text.label("value"),
        *(rejection.c[name] for name in ("reason", "message", "received_at", "resolved_by", "rejection_id")),
    )


def _of_record(table: sa.Table) -> Columns:
    return [table.c[name] for name in COMMON if name not in ("edition_id", "revision")]


def _readable(name: str, definition: sa.Select[Any]) -> sa.Table:
    columns = [
        sa.Column(column.key, column.type, nullable=getattr(column, "nullable", True))
        for column in definition.selected_columns
    ]
    return sa.Table(name, sa.MetaData(), *columns)


OF_EDITIONS = {name: units_left_out(query) for name, query in _of_editions().items()}
"""What the views show, of every edition; each begins with the common columns."""
DEFINITIONS = {name: query.where(_is_current()) for name, query in OF_EDITIONS.items()} | {
    "editions": _editions(),
    "batches": _batches(),
    "rejections": values_withheld(_rejections()),
    "recheck_samples": recheck_views.recheck_samples(),
    "weak_and_lax": watch_views.weak_and_lax(),
}
VIEWS: dict[str, sa.Table] = {name: _readable(name, definition) for name, definition in DEFINITIONS.items()}
"""The views as tables to select from, by name."""


def compiled(statement: sa.ClauseElement, dialect: sa.Dialect) -> str:
    """`statement` as SQL text with its values written out."""
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def create_statements(dialect: sa.Dialect) -> dict[str, str]:
    """CREATE VIEW of every view, by name."""
    prefix = schema_prefix(dialect)
    return {name: f"CREATE VIEW {prefix}{name} AS {compiled(query, dialect)}" for name, query in DEFINITIONS.items()}


def schema_prefix(dialect: sa.Dialect) -> str:
    """What stands before a view's name where it is made: SQLite has no schemas."""
    return f"{VIEW_SCHEMA}." if dialect.name == "postgresql" else ""
