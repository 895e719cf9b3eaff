"""The published contract: one definition of every view, for both databases.

Views show the current edition of every period (`editions`, `batches` and `rejections`: all of them), points as
NUMERIC(12,4) instead of whole ten-thousandths. In PostgreSQL they are in the schema `published`. Their names carry no
schema: the engine's search path finds them, so the text of a query is the same on both databases.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from warehouse.tables import (
    batch,
    common_problem,
    diagnosis,
    dimension_score,
    edition,
    edition_pointer,
    item,
    label,
    ledger_line,
    organization,
    peer_group,
    progress,
    progress_total,
    rejection,
    restatement,
    score,
    warning,
)

VIEW_SCHEMA = "published"
TOP_PLACES = 10
COMMON = ("district", "scheme", "period", "cadence", "period_start", "period_end", "edition_id", "revision")
_TEN_THOUSAND: sa.ColumnElement[Any] = sa.literal_column("10000.0", sa.Numeric())

Columns = list[sa.ColumnElement[Any]]


def _points(column: sa.Column[Any], name: str | None = None) -> sa.ColumnElement[Any]:
    return sa.cast(column.op("/")(_TEN_THOUSAND), sa.Numeric(12, 4, asdecimal=False)).label(name or column.name)


def _attainment(points: sa.Column[Any], full_points: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return _per_cent(points, full_points, "attainment_pct")


def _per_cent(part: sa.Column[Any], whole: sa.Column[Any], called: str) -> sa.ColumnElement[Any]:
    """Per cent to four digits, rounded half up in whole numbers, so that both databases say the same."""
    millionths = (2_000_000 * part + whole) // sa.func.nullif(2 * whole, 0, type_=sa.BigInteger)
    shown = sa.cast(millionths.self_group().op("/")(_TEN_THOUSAND), sa.Numeric(9, 4, asdecimal=False))
    return shown.label(called)


def _value() -> sa.ColumnElement[Any]:
    """The observed value of a ledger line as a number."""
    value = sa.cast(ledger_line.c.value_num, sa.Double).op("/")(sa.cast(ledger_line.c.value_den, sa.Double))
    return sa.type_coerce(value, sa.Double).label("value")


def _common() -> Columns:
    return [edition.c[name] for name in (*COMMON, "is_provisional")]


def _rows_of(table: sa.Table) -> sa.Join:
    """Rows of `table` with their edition, current or not."""
    return edition.join(table, table.c.edition_id == edition.c.edition_id)


def _to_organization(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(organization.c.edition_id == table.c.edition_id, organization.c.org_code == table.c.org_code)


def _to_item(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(item.c.edition_id == table.c.edition_id, item.c.item_code == table.c.item_code)


def _name(kind: str, of: sa.Column[Any], called: str) -> sa.ColumnElement[Any]:
    """The Chinese name of a code, as the edition knows it."""
    names = label.alias(f"{called}_label")
    own = (names.c.edition_id == of.table.c.edition_id) & (names.c.code == of) & (names.c.label_kind == kind)
    return sa.select(names.c.name).where(own).scalar_subquery().label(called)


def _rankings() -> sa.Select[Any]:
    change = (score.c.previous_rank - score.c.rank).label("rank_change")
    return sa.select(
        *_common(),
        score.c.domain,
        _name("domain", score.c.domain, "domain_name"),
        score.c.rank,
        score.c.peers,
        score.c.org_code,
        organization.c.org_name,
        organization.c.town,
        _points(score.c.index_points),
        score.c.previous_rank,
        change,
    ).select_from(_rows_of(score).join(organization, _to_organization(score)))


def _index_scores() -> sa.Select[Any]:
    return sa.select(
        *_common(),
        score.c.org_code,
        organization.c.org_name,
        organization.c.kind,
        score.c.domain,
        _name("domain", score.c.domain, "domain_name"),
        organization.c.town,
        organization.c.parent_code,
        _points(score.c.index_points),
        _points(score.c.full_points),
        _attainment(score.c.index_points, score.c.full_points),
        score.c.rank,
        score.c.peers,
    ).select_from(_rows_of(score).join(organization, _to_organization(score)))


def _dimension_scores() -> sa.Select[Any]:
    return sa.select(
        *_common(),
        dimension_score.c.org_code,
        dimension_score.c.dimension,
        _name("dimension", dimension_score.c.dimension, "dimension_name"),
        _points(dimension_score.c.points),
        _points(dimension_score.c.full_points),
        _attainment(dimension_score.c.points, dimension_score.c.full_points),
        dimension_score.c.domain_median_pct,
        dimension_score.c.standing,
    ).select_from(_rows_of(dimension_score))


def _ledger() -> sa.Select[Any]:
    return sa.select(
        *_common(),
        ledger_line.c.org_code,
        ledger_line.c.item_code,
        item.c.item_name,
        item.c.dimension,
        item.c.kind,
        item.c.source,
        ledger_line.c.assessor,
        _value(),
        item.c.target,
        _points(ledger_line.c.points),
        _points(ledger_line.c.full_points),
        _points(item.c.full_points, "nominal_points"),
        ledger_line.c.is_met,
        ledger_line.c.status,
        ledger_line.c.reason,
        ledger_line.c.evidence,
    ).select_from(_rows_of(ledger_line).join(item, _to_item(ledger_line)))


def _warnings() -> sa.Select[Any]:
    return sa.select(
        *_common(),
        warning.c.org_code,
        organization.c.org_name,
        organization.c.domain,
        organization.c.town,
        warning.c.warning_code,
        warning.c.colour,
        warning.c.severity,
        warning.c.item_code,
        warning.c.reason,
        warning.c.responsible_code,
        warning.c.responsible_name,
        warning.c.since_period,
        warning.c.months,
        _name("condition", warning.c.warning_code, "warning_name"),
    ).select_from(_rows_of(warning).join(organization, _to_organization(warning)))


def _warning_pool() -> sa.Select[Any]:
    own = (warning.c.edition_id, warning.c.org_code)
    worst_first = (warning.c.severity.desc(), warning.c.warning_code, warning.c.item_code)
    ranked = sa.select(
        warning.c.edition_id,
        warning.c.org_code,
        warning.c.colour,
        sa.func.count().over(partition_by=own).label("triggers"),
        sa.func.row_number().over(partition_by=own, order_by=worst_first).label("place"),
    ).subquery("ranked")
    belongs = (organization.c.edition_id == ranked.c.edition_id) & (organization.c.org_code == ranked.c.org_code)
    return (
        sa.select(
            *_common(),
            ranked.c.org_code,
            organization.c.org_name,
            organization.c.domain,
            organization.c.town,
            ranked.c.colour,
            ranked.c.triggers,
        )
        .select_from(_rows_of(organization).join(ranked, belongs))
        .where(ranked.c.place == 1)
    )


def _common_problems() -> sa.Select[Any]:
    return sa.select(
        *_common(),
        common_problem.c.item_code,
        item.c.item_name,
        common_problem.c.domain,
        _name("domain", common_problem.c.domain, "domain_name"),
        common_problem.c.organizations,
        common_problem.c.peers,
        _per_cent(common_problem.c.organizations, common_problem.c.peers, "share_pct"),
    ).select_from(_rows_of(common_problem).join(item, _to_item(common_problem)))


def _diagnoses() -> sa.Select[Any]:
    return sa.select(
        *_common(),
        diagnosis.c.org_code,
        organization.c.org_name,
        organization.c.domain,
        organization.c.town,
        *(diagnosis.c[name] for name in ("strengths", "weaknesses", "common_problems", "text")),
    ).select_from(_rows_of(diagnosis).join(organization, _to_organization(diagnosis)))


def _progress_boards() -> sa.Select[Any]:
    """Values and points are those of the ledger, the unit is that of the totals."""
    lines = _rows_of(progress).join(organization, _to_organization(progress)).join(item, _to_item(progress))
    own_line = (
        (ledger_line.c.edition_id == progress.c.edition_id)
        & (ledger_line.c.org_code == progress.c.org_code)
        & (ledger_line.c.item_code == progress.c.item_code)
        & (ledger_line.c.assessor == "")
    )
    own_total = (
        (progress_total.c.edition_id == progress.c.edition_id)
        & (progress_total.c.board == progress.c.board)
        & (progress_total.c.item_code == progress.c.item_code)
    )
    return sa.select(
        *_common(),
        progress.c.board,
        _name("board", progress.c.board, "board_name"),
        progress.c.org_code,
        organization.c.org_name,
        organization.c.domain,
        organization.c.town,
        progress.c.item_code,
        item.c.item_name,
        _value(),
        progress_total.c.unit,
        _points(ledger_line.c.points),
        _points(ledger_line.c.full_points),
        _attainment(ledger_line.c.points, ledger_line.c.full_points),
        progress.c.is_lagging,
        progress.c.is_named,
    ).select_from(lines.join(ledger_line, own_line).join(progress_total, own_total))


def _progress_totals() -> sa.Select[Any]:
    return sa.select(
        *_common(),
        progress_total.c.board,
        _name("board", progress_total.c.board, "board_name"),
        progress_total.c.item_code,
        item.c.item_name,
        *(progress_total.c[name] for name in ("organizations", "lagging", "reported", "total", "mean", "unit")),
    ).select_from(_rows_of(progress_total).join(item, _to_item(progress_total)))


def _organizations() -> sa.Select[Any]:
    names = "org_code org_name kind domain parent_code town members groups is_assessed predecessor_code succession"
    return sa.select(*_common(), *(organization.c[name] for name in names.split())).select_from(_rows_of(organization))


def _items() -> sa.Select[Any]:
    """`cadence` is the item's own here, that of the edition is `period_cadence`."""
    of_period = [column for column in _common() if column.key != "cadence"]
    before = "item_code item_name dimension category kind source cadence"
    after = "rule target lead_unit reference item_order rule_text"
    return sa.select(
        *of_period,
        *(item.c[name] for name in before.split()),
        _points(item.c.full_points),
        *(item.c[name] for name in after.split()),
        edition.c.cadence.label("period_cadence"),
    ).select_from(_rows_of(item))


def _editions() -> sa.Select[Any]:
    names = (
        "status as_of rulebook_version inputs_hash code_version created_at published_at cause note row_count"
        " rulebook_hash report known_seq rules_id"
    )
    return sa.select(*_common(), *(edition.c[name] for name in names.split()))


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


def _peer_groups() -> sa.Select[Any]:
    names = "domain warning_code peers bottom_count is_too_small"
    return sa.select(*_common(), *(peer_group.c[name] for name in names.split())).select_from(_rows_of(peer_group))


def _restatements() -> sa.Select[Any]:
    values = "old_value new_value from_data from_registry from_rules from_code from_streaks"
    return sa.select(
        *_common(),
        restatement.c.org_code,
        restatement.c.measure,
        *(_points(restatement.c[name]) for name in values.split()),
        restatement.c.cause,
    ).select_from(_rows_of(restatement))


def _pending_declarations() -> sa.Select[Any]:
    """What each branch has still to declare while the month is open, with who is above it (督促申报)."""
    above = organization.alias("above")
    is_above = (above.c.edition_id == organization.c.edition_id) & (above.c.org_code == organization.c.parent_code)
    lines = _rows_of(ledger_line).join(item, _to_item(ledger_line)).join(organization, _to_organization(ledger_line))
    return (
        sa.select(
            *_common(),
            organization.c.parent_code,
            above.c.org_name.label("parent_name"),
            ledger_line.c.org_code,
            *(organization.c[name] for name in ("org_name", "domain", "town")),
            ledger_line.c.item_code,
            item.c.item_name,
            _points(ledger_line.c.full_points),
            ledger_line.c.reason,
        )
        .select_from(lines.outerjoin(above, is_above))
        .where(edition.c.is_provisional, ledger_line.c.status == "missing", item.c.source == "declaration")
    )


def _of_editions() -> dict[str, sa.Select[Any]]:
    rankings = _rankings()
    return {
        "rankings": rankings,
        "top_rankings": rankings.where(score.c.rank <= TOP_PLACES),
        "index_scores": _index_scores(),
        "dimension_scores": _dimension_scores(),
        "ledger": _ledger(),
        "warnings": _warnings(),
        "warning_pool": _warning_pool(),
        "common_problems": _common_problems(),
        "diagnoses": _diagnoses(),
        "progress_boards": _progress_boards(),
        "progress_totals": _progress_totals(),
        "restatements": _restatements(),
        "pending_declarations": _pending_declarations(),
        "organizations": _organizations(),
        "items": _items(),
        "peer_groups": _peer_groups(),
    }


def _is_current() -> sa.ColumnElement[bool]:
    return edition.c.edition_id.in_(sa.select(edition_pointer.c.edition_id))


def _readable(name: str, definition: sa.Select[Any]) -> sa.Table:
    columns = [
        sa.Column(column.key, column.type, nullable=getattr(column, "nullable", True))
        for column in definition.selected_columns
    ]
    return sa.Table(name, sa.MetaData(), *columns)


OF_EDITIONS = _of_editions()
"""What the views show, of every edition; each begins with the common columns."""
DEFINITIONS = {name: query.where(_is_current()) for name, query in OF_EDITIONS.items()} | {
    "editions": _editions(),
    "batches": _batches(),
    "rejections": _rejections(),
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
