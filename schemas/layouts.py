"""Layouts: how what a sender delivers is found and read, as declared in a rule book's inbox.yaml.

A layout names the place in the inbox, the cells by which the header row is found, and what each column means. It
holds no code: a new department is one YAML entry.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas.kinds import Kind
from schemas.periods import Cadence

Succession = Literal["recoded", "merged", "split"]


class Layout(BaseModel):
    """Base of all layouts: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TableLayout(Layout):
    """A delivery kind that is one table with fixed columns: registry, declarations, findings, totals.

    `path` is the place in the inbox without its ending; `{month}`, `{quarter}` and `{period}` (of any cadence) stand
    for a period. `columns` maps the heading to the record field; headings in `optional` may be absent, those in
    `unread` are known and left unread.
    """

    path: str
    sender: str
    columns: dict[str, str]
    optional: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


CORRECTIONS = TableLayout(
    path="registers/corrections",
    sender="组织部",
    columns={
        "更正名称": "correction",
        "材料": "material",
        "考核期": "of_period",
        "报送单位": "sender",
        "组织": "organization",
        "指标代码": "item_code",
        "记录": "record",
        "列": "column_name",
        "原值": "expected",
        "改为": "corrected",
        "原因": "cause",
        "提供人": "provider",
        "登记日期": "recorded_on",
    },
    optional=("报送单位", "指标代码", "记录"),
    unread=("备注",),
)
"""Known errors of sources whose senders cannot mend them."""
EXEMPTIONS = TableLayout(
    path="registers/exemptions",
    sender="组织部",
    columns={
        "组织代码": "org_code",
        "组织名称": "org_name",
        "指标代码": "item_code",
        "指标名称": "item_name",
        "开始日期": "valid_from",
        "结束日期": "valid_to",
        "原因": "cause",
        "批准人": "approved_by",
        "批准日期": "approved_on",
    },
    optional=("组织名称", "指标名称"),
    unread=("备注",),
)
"""Items that do not apply to an organisation for a time, as somebody approved."""
RECHECKS = TableLayout(
    path="rechecks/{period}",
    sender="组织部",
    columns={
        "组织代码": "org_code",
        "组织名称": "org_name",
        "指标代码": "item_code",
        "指标名称": "item_name",
        "申报时间": "declared_at",
        "申报值": "value_text",
        "复核状态": "recheck_status",
        "复核值": "recheck_value",
        "复核人": "checked_by",
        "复核日期": "checked_on",
    },
    optional=("组织名称", "指标名称"),
    unread=("领域", "上级组织", "所在镇街", "备注"),
)
"""The drawn sample of declarations, filled in by those who re-checked them."""
DECISIONS = TableLayout(
    path="decisions/{period}",
    sender="组织部",
    columns={
        "组织代码": "org_code",
        "组织名称": "org_name",
        "决定": "decision",
        "理由": "cause",
        "决定人": "decided_by",
        "决定日期": "decided_on",
        "整改期限": "due_on",
        "转化日期": "converted_on",
        "转化情况": "outcome_text",
    },
    optional=("组织名称", "转化情况"),
    unread=("排位", "领域", "所在镇街", "颜色", "情形", "在池月数", "得分率", "建议依据", "备注"),
)
"""The proposed list of weak and lax organisations, filled in by those who decide."""

Policy = Literal["publish", "wait", "provisional", "refuse"]


class Expected(Layout):
    """Who should deliver by when, and what becomes of a period in which somebody has not.

    code: that of its entry in the rule book. kind: what is to be delivered, for every period of `cadence`, within
    `due_days` of its end. publish: the edition comes out, saying who is missing. wait: not before the due day is over,
    unless everything is there. provisional: as a provisional edition until everything is there. refuse: not before
    everything is there. stale_days: platform events that end so many days or more before the period does, and a
    registry that was received more days before its end, are stale, which is not complete either.
    """

    code: str
    kind: Kind
    cadence: Cadence
    due_days: int
    policy: Policy = "publish"
    stale_days: int | None = None


class EventFields(Layout):
    """One kind of platform event: its fields by type, which of them are required, and a pair in ascending order."""

    numbers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    ascending: tuple[str, ...] = ()
    """Numbers that must satisfy 0 <= first <= second ...; a single one must be at least 0."""
    not_negative: tuple[str, ...] = ()
    is_snapshot: bool = False


class ApiLayout(Layout):
    """Answers of a paged HTTP API of platform events; each event has the keys of a JSON line.

    `events`, `next` and `total` are dotted paths in an answer: the list of events; the cursor of the page after it, or
    that page's address on the same server, absent or null on the last one; how many events the whole answer has, where
    it says so. `cursor` and `limit` are the query parameters by which a page and its size are asked for.
    """

    events: str = "events"
    next: str = "next"
    total: str = "total"
    cursor: str = "cursor"
    limit: str = "limit"
    page_size: int = 500


class EventLayout(Layout):
    """Platform events: JSON lines in the inbox, rows of a SQL table with the same columns, or pages of an HTTP API."""

    path: str
    sender: str
    kinds: dict[str, EventFields]
    api: ApiLayout = ApiLayout()


class SenderLayout(Layout):
    """The workbook of one department: its sheet (the first with a header row where none is named) and its items.

    `items` maps the heading (without a unit in brackets) to the item code, or to <item>/<name> for one cell of a
    ballot. Of an item with assessors, an assessor's sheet gives that assessor's own score.
    """

    items: dict[str, str]
    sheet: str | None = None


class SubmissionLayout(Layout):
    """Department workbooks: one per sender and period, the header row found by its first cell."""

    path: str
    header: str
    columns: dict[str, str]
    unread: tuple[str, ...] = ()
    """Headings that are known and left unread, besides `header`."""
    not_data: tuple[str, ...]
    """Beginnings of rows that are not data: totals and notes."""
    missing: tuple[str, ...]
    """Cells that stand for a missing value."""
    units: dict[str, Decimal]
    """Units that a heading may carry in brackets, and what one of them is worth."""
    verified: str
    unverified: str
    senders: dict[str, SenderLayout]


class Inbox(Layout):
    """Everything that arrives in the inbox of one district; None: the scheme knows no delivery of that kind."""

    code_digits: int
    """Digits of an organisation code; shorter codes of digits alone lost leading zeros and get them back."""
    yes: tuple[str, ...]
    no: tuple[str, ...]
    registry: TableLayout
    events: EventLayout | None = None
    declarations: TableLayout | None = None
    findings: TableLayout | None = None
    """The event register: findings of inspections, and entries of bonus, deduction, veto and consequences."""
    submissions: SubmissionLayout | None = None
    totals: TableLayout | None = None
    """Stated figures that must add up."""
    corrections: TableLayout = CORRECTIONS
    exemptions: TableLayout = EXEMPTIONS
    rechecks: TableLayout = RECHECKS
    decisions: TableLayout = DECISIONS
    expected: tuple[Expected, ...] = ()
    reviewed: dict[str, bool] = {}
    """Review statuses of declarations, and whether such a declaration counts."""
    rechecked: dict[str, bool] = {}
    """Re-check statuses of declarations, and whether such a declaration still counts."""
    findings_reviewed: dict[str, bool] = {}
    """Review statuses of findings, and whether such a finding counts."""
    successions: dict[str, Succession] = {}
    """Words by which the registry says how an organisation came from others, and what they mean.

    recoded: the same organisation under a new code. merged: a new one out of several. split: one of several out of one.
    """
