"""The published views of what a rule book makes of scores: grades, adjustments, tasks, figures along the tree."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from warehouse.tables import adjustment, grade, item, organization, roll_up, task
from warehouse.view_columns import Columns, common_columns, name_of, points, rounded, rows_of, to_organization

_NAMES = sa.String(1000)
_IS_COEFFICIENT = adjustment.c.kind == "coefficient"


def grades() -> sa.Select[Any]:
    """A row per graded organisation and scale, with the grade before and the open tasks that the grades led to."""
    return sa.select(
        *_organization(grade, "domain"),
        name_of("domain", organization.c.domain, "domain_name"),
        organization.c.town,
        grade.c.scale,
        name_of("scale", grade.c.scale, "scale_name"),
        grade.c.grade,
        _grade_name(grade.c.grade, "grade_name"),
        points(grade.c.index_points),
        grade.c.place,
        grade.c.peers,
        grade.c.previous_grade.label("previous"),
        _grade_name(grade.c.previous_grade, "previous_name"),
        *(grade.c[name] for name in ("movement", "is_barred", "limited_by", "reason")),
        _open_consequences(),
    ).select_from(rows_of(grade).join(organization, to_organization(grade)))


def adjustments() -> sa.Select[Any]:
    """A row per organisation and coefficient, bonus, deduction, veto or limit."""
    how_often = adjustment.c.value_num.op("/")(adjustment.c.value_den)
    return sa.select(
        *_organization(adjustment, "domain"),
        adjustment.c.code,
        _adjustment_name(),
        adjustment.c.kind,
        rounded(adjustment.c.value_num, adjustment.c.value_den, 6, _IS_COEFFICIENT).label("coefficient"),
        rounded(adjustment.c.rank_num, adjustment.c.rank_den, 4, adjustment.c.rank_den.is_not(None)).label(
            "basis_rank"
        ),
        sa.case((_IS_COEFFICIENT, sa.null()), else_=sa.type_coerce(how_often, sa.BigInteger)).label("count"),
        points(adjustment.c.points),
        *(adjustment.c[name] for name in ("places_moved", "reason", "evidence")),
    ).select_from(rows_of(adjustment).join(organization, to_organization(adjustment)))


def tasks() -> sa.Select[Any]:
    """A row per task that a grade, a finding or a warning led to, open or done."""
    names = (
        "task_code kind name item_code reason responsible_code responsible_name raised_on due_on status done_on done_by"
    )
    return sa.select(*_organization(task, "domain", "town"), *(task.c[name] for name in names.split())).select_from(
        rows_of(task).join(organization, to_organization(task))
    )


def roll_ups() -> sa.Select[Any]:
    """A row per unit of the tree and figure: its own, those below, and both together."""
    return sa.select(
        *_organization(roll_up, "kind", "parent_code"),
        roll_up.c.level,
        roll_up.c.figure,
        name_of("figure", roll_up.c.figure, "figure_name"),
        *(points(roll_up.c[name], digits=18) for name in ("own", "children", "total", "stated")),
    ).select_from(rows_of(roll_up).join(organization, to_organization(roll_up)))


def _organization(table: sa.Table, *names: str) -> Columns:
    return [*common_columns(), table.c.org_code, organization.c.org_name, *(organization.c[name] for name in names)]


def _grade_name(code: sa.Column[Any], called: str) -> sa.ColumnElement[Any]:
    return name_of("grade", code, called, of_code=grade.c.scale + "/" + code)


def _adjustment_name() -> sa.ColumnElement[Any]:
    """The label's, or that of the coefficient's line in the catalogue."""
    label_kind = sa.case((adjustment.c.kind == "limit", "limit"), else_="adjustment")
    own_line = (item.c.edition_id == adjustment.c.edition_id) & (
        item.c.item_code == sa.literal("coefficient:") + adjustment.c.code
    )
    labelled = name_of(label_kind, adjustment.c.code, "adjustment_name")
    return sa.func.coalesce(labelled, sa.select(item.c.item_name).where(own_line).scalar_subquery()).label("name")


def _open_consequences() -> sa.ColumnElement[Any]:
    """Names of the tasks that are still to be done, each once, the most urgent first."""
    is_open = (
        (task.c.edition_id == grade.c.edition_id)
        & (task.c.org_code == grade.c.org_code)
        & (task.c.item_code == grade.c.scale)
        & (task.c.kind == "consequence")
        & (task.c.status != "done")
    )
    by_name = sa.select(task.c.name).where(is_open).group_by(task.c.name)
    ordered = by_name.order_by(sa.func.min(task.c.due_on), task.c.name).correlate(grade).subquery("open_tasks")
    names = sa.select(_Joined(ordered.c.name, sa.literal("、"))).scalar_subquery()
    return sa.cast(names, _NAMES).label("consequence")


class _Joined(FunctionElement[str]):
    """Texts with something between them, in the order of the rows. `func.aggregate_strings` binds what is between,
    which the definition of a view cannot."""

    inherit_cache = True
    type = sa.String()


@compiles(_Joined)
def _joined(element: _Joined, compiler: SQLCompiler, **options: Any) -> str:
    name = {"sqlite": "group_concat", "postgresql": "string_agg"}[compiler.dialect.name]
    return f"{name}({compiler.process(element.clauses, **options)})"
