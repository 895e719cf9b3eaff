"""What entries have in common.

An entry is written under its code. It carries its start date, the day on which it was adopted and the document that
says so. Titles are Chinese: editors show them to the officials who write rule books.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import Field

from rulebooks.scalars import Day, Flag, Form, Text, Whole

T = TypeVar("T")


class Dated(Form):
    """What every entry carries."""

    effective_from: Day = Field(title="何日起施行")
    adopted_on: Day = Field(title="何日通过")
    reference: Text = Field(title="依据：哪份文件")
    retired: Flag = Field(False, title="true 表示自施行日起停用")


class Value(Dated, Generic[T]):
    """An entry that is one value."""

    value: T


class Named(Dated):
    """An entry that is a name."""

    name: Text = Field(title="名称")


class Ordered(Named):
    """An entry with a place in the rule book's order."""

    order: Whole = Field(title="规则手册内的顺序，不重复")


class Registered(Named):
    """An entry that the registry refers to by name."""

    aliases: tuple[Text, ...] = Field((), title="组织名册里的其他写法")
