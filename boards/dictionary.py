"""The data dictionary: every published view with its columns, as one page of Markdown.

python -m boards.dictionary docs/data_dictionary.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from schemas.fields import FIELDS, Field
from warehouse.view_columns import COMMON
from warehouse.views import VIEWS


class About(NamedTuple):
    """What a view is: its Chinese title, what one row stands for, and what its columns alone do not say."""

    title: str
    row: str
    remark: str = ""


ABOUT = {
    "rankings": About(
        "排名榜", "organisation and period", "Places count inside a peer group; equals share the better place."
    ),
    "top_rankings": About("TOP10排名榜", "place among the first ten of a peer group", "Ties can make a list longer."),
    "index_scores": About("组织力指数", "organisation and period"),
    "dimension_scores": About("维度得分", "organisation, period and dimension"),
    "ledger": About(
        "得分明细",
        "organisation, period, item and assessor",
        "The lines of a dimension add up to `dimension_scores`, those of an organisation's counted and adjustment"
        " dimensions to `index_scores`. As a value yes is 1, no is 0, 95 % is 0.95. An item that several assessors"
        " score has a line for each; `nominal_points` are those of all of them together.",
    ),
    "warnings": About(
        "预警",
        "trigger: organisation, period, condition and item",
        "`item_code` is blank where a condition is not about one item.",
    ),
    "warning_pool": About(
        "三色池", "organisation with a trigger, and period", "`colour` is the gravest of its triggers."
    ),
    "grades": About(
        "等次（星级、达标）",
        "organisation, period and scale of grades",
        "`place` is what quotas are held against; `consequence` names the tasks that are still open.",
    ),
    "adjustments": About(
        "系数、加减分、一票否决",
        "organisation, period and coefficient, bonus, deduction, veto or limit",
        "The points are lines of `ledger` too, a coefficient's under `coefficient:<code>`; vetoes and limits have"
        " none.",
    ),
    "tasks": About(
        "任务（后续任务、整改、消除预警）",
        "organisation, period, task, what it hangs on and day on which it arose",
        "`item_code` is the scale whose grade led to it, the entry of the negative list that was found, or that of the"
        " warning. `status` is as at the period's end; in a provisional edition as at its first day.",
    ),
    "roll_ups": About(
        "逐级汇总",
        "unit of the tree, period and figure",
        "total = own + children, and children is the sum of the totals of the units directly below.",
    ),
    "common_problems": About(
        "共性问题",
        "domain, period and item that many of the domain have not met",
        "From which share on, the rule book says (`common_problem_percent`).",
    ),
    "diagnoses": About("诊断", "organisation and period"),
    "progress_boards": About(
        "进度榜（亮牌）",
        "board, period, organisation and item",
        "Values and points are those of `ledger`.",
    ),
    "progress_totals": About("进度榜合计", "board, period and item"),
    "restatements": About(
        "修订",
        "number that the current edition changed against the one before: organisation, period and measure",
        "new_value − old_value is the sum of the five parts, an empty side counting as 0; ranks, counts and severities"
        " are shown as they are. The order in which a change is split: code, data, registry, rules, earlier periods.",
    ),
    "pending_declarations": About(
        "待申报（督促申报）",
        "organisation and item that is still to be declared",
        "Only provisional editions have rows here: of an open month, or of one that waits for somebody.",
    ),
    "completeness": About(
        "报送齐全情况",
        "period, kind of delivery and sender that was due",
        "A sender that delivered nothing is `missing`, platform events or a registry that end too early are `stale`."
        " `partial` are declarations that some have not made, and sheets without a value for some.",
    ),
    "corrections": About(
        "更正（来源差错）",
        "period, correction and record of a source that it changed",
        "`record` is what the sender knows the record by; `expected` is what the source has, `corrected` what counts in"
        " its place, both empty for an empty cell. `org_code` is blank for stated figures.",
    ),
    "exemptions": About(
        "豁免",
        "period, organisation and item that it is exempted from",
        "Only items of the period's own cadence; they have no line in `ledger`.",
    ),
    "organizations": About("组织", "organisation as at the period's last day, and period", "Assessed or not."),
    "items": About(
        "指标",
        "item, deduction, adjustment or floor of the rule book on the period's last day, and period",
        "`cadence` is the item's own; that of the period is `period_cadence`.",
    ),
    "peer_groups": About("末位组", "peer group, condition about its bottom, and period"),
    "editions": About(
        "版次",
        "edition, whatever became of it",
        "Of a period the `published` edition with the highest revision is the current one.",
    ),
    "batches": About(
        "批次",
        "delivery, taken or refused",
        "`period` is blank for the registry, `edition_id` and `revision` are always empty.",
    ),
    "rejections": About(
        "退回记录",
        "rejected cell, row or file (`row_no` 0)",
        "`edition_id` and `revision` are of the edition that found it, empty where intake did.",
    ),
    "recheck_samples": About(
        "复核抽查",
        "declaration that is to be re-checked: organisation, period and item",
        "Drawn by organisation: of one that is drawn all declarations that count. Columns from `recheck_status` to"
        " `checked_on` are empty until the result has come. `edition_id` and `revision` are always empty.",
    ),
    "weak_and_lax": About(
        "软弱涣散整顿（建议、决定、转化）",
        "organisation and year that came into question, or that people decided about",
        "Columns from `list_place` to `made_at` and `attainment_pct` are empty where nothing proposed it, those from"
        " `decision` to `outcome_text` where nobody decided yet. `status` is undecided, listed, not_listed or"
        " converted; one that is listed is overdue after `due_on`. `edition_id` and `revision` are always empty.",
    ),
}
"""By view, in the order of the views."""

_OTHERWISE = {
    ("items", "cadence"): "cadence",
    ("items", "full_points"): "nominal_points",
    ("rejections", "value"): "value_text",
    ("roll_ups", "total"): "figure_total",
}
"""Columns that mean something else in that view than in the others, and the field that says what."""
_POSTGRESQL = {"INTEGER": "BIGINT", "DATETIME": "TIMESTAMP WITH TIME ZONE", "DOUBLE": "DOUBLE PRECISION"}
_OPENING = """\
# Data dictionary 数据字典

The published views, generated by `make docs` from `schemas/fields.py` and `warehouse/views.py`: do not edit. What the
codes mean, how to connect and what an edition is: [published.md](published.md).

Types are PostgreSQL's. In SQLite dates and timestamps are ISO text (timestamps in UTC), BOOLEAN is 0 or 1, and NUMERIC
is a floating-point number.
"""
_HEAD = ("| column | 中文 | type | unit | meaning |", "|---|---|---|---|---|")


def page() -> str:
    """The data dictionary as Markdown, made of the field dictionary and the definitions of the views."""
    return "\n".join([*_opening(), *(line for name in VIEWS for line in _view(name))]) + "\n"


def types(view: str) -> dict[str, str]:
    """PostgreSQL's name for the type of each column of a view."""
    named = {column.name: str(column.type).replace(", ", ",") for column in VIEWS[view].columns}
    return {column: _POSTGRESQL.get(name, name) for column, name in named.items()}


def _opening() -> Iterator[str]:
    yield _OPENING
    yield from (f"- [`{name}`](#{name}) {ABOUT[name].title}: one row per {ABOUT[name].row}" for name in VIEWS)
    yield ""
    yield "## Columns of every view"
    yield ""
    yield from _columns("rankings", COMMON)


def _view(name: str) -> Iterator[str]:
    about = ABOUT[name]
    yield ""
    yield f"## {name}"
    yield ""
    yield f"{about.title}. One row per {about.row}. {about.remark}".rstrip()
    yield ""
    yield from _columns(name, own_columns(name))


def own_columns(view: str) -> tuple[str, ...]:
    """The columns of a view beside those that every view has."""
    names = [column.name for column in VIEWS[view].columns]
    return tuple(name for name in names if name not in COMMON or (view, name) in _OTHERWISE)


def _columns(view: str, names: tuple[str, ...]) -> Iterator[str]:
    yield from _HEAD
    for name in names:
        field = FIELDS[_OTHERWISE.get((view, name), name)]
        meaning = field.description.replace("<", "&lt;")
        yield f"| `{name}` | {field.title} | {types(view)[name]} | {_unit(field)} | {meaning} |"


def _unit(field: Field) -> str:
    """Points are whole ten-thousandths in the tables and points in the views."""
    return "points" if field.dtype == "points" else field.unit


def main() -> None:
    """Writes the page to the file that is named."""
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
