"""Entries of inbox.yaml and departments.yaml: how deliveries are found and read."""

from __future__ import annotations

from pydantic import Field

from rulebooks.scalars import Text, Worth
from rulebooks.shapes.base import Dated
from schemas.layouts import EventFields, SenderLayout, TableLayout


class TableEntry(Dated, TableLayout):
    """A delivery that is one table with fixed columns."""


class EventsEntry(Dated):
    """Where platform events are."""

    path: Text
    sender: Text


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


class SenderEntry(Dated, SenderLayout):
    """A department that delivers a workbook."""
