"""Entries of inbox.yaml and departments.yaml: how deliveries are found and read."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rulebooks.scalars import Text, Whole, Worth
from rulebooks.shapes.base import Dated
from schemas.layouts import ApiLayout, EventFields, Policy, SenderLayout, TableLayout
from schemas.periods import Cadence


class TableEntry(Dated, TableLayout):
    """A delivery that is one table with fixed columns."""


class ApiEntry(ApiLayout):
    """How pages of the platform's HTTP API are asked for and read."""

    events: Text = Field("events", title="事件列表的位置，逐级用点隔开")
    next: Text = Field("next", title="下一页的位置：翻页标记，或同一服务器上的地址；没有或为null是最后一页")
    total: Text = Field("total", title="事件总数的位置（可以没有）")
    cursor: Text = Field("cursor", title="翻页标记的查询参数")
    limit: Text = Field("limit", title="每页条数的查询参数")
    page_size: int = Field(500, title="每页条数", ge=1, le=10_000)


class EventsEntry(Dated):
    """Where platform events are."""

    path: Text
    sender: Text
    api: ApiEntry = ApiEntry()


class EventKindEntry(Dated, EventFields):
    """A kind of platform event."""


class SubmissionsEntry(Dated):
    """How departments' workbooks are read; the departments themselves are the senders."""

    path: Text = Field(title="位置")
    header: Text = Field(title="表头行第一格的文字")
    columns: dict[str, str] = Field(title="固定列：列标题和字段")
    unread: tuple[Text, ...] = Field((), title="不读取的列")
    not_data: tuple[Text, ...] = Field((), title="以这些文字开头的行不是数据")
    missing: tuple[Text, ...] = Field((), title="表示缺报的写法")
    units: dict[Text, Worth] = Field({}, title="列标题括号里的单位和换算")
    verified: Text = Field(title="计入的核实状态")
    unverified: Text = Field(title="不计入的核实状态")


ExpectedLayout = Literal["registry", "platform", "declarations", "inspections", "departments", "totals"]
"""The layouts of what may be due, as the file calls them."""


class ExpectedEntry(Dated):
    """Who should deliver by when, and what becomes of a period in which somebody has not."""

    of: ExpectedLayout = Field(title="哪类材料：layouts 里的名称")
    cadence: Cadence = Field(title="每个什么周期一份")
    due_days: Whole = Field(title="期末后多少天内应当收齐")
    policy: Policy = Field(
        "publish",
        title="没有收齐怎么办：publish 照常发布，provisional 先出即时版，wait 等到应收日，refuse 等到收齐",
    )
    stale_days: Whole | None = Field(None, title="平台数据、组织名册比期末旧多少天算过时")


class SenderEntry(Dated, SenderLayout):
    """A department that delivers a workbook."""
