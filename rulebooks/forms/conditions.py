"""How conditions of warnings, and who must see to something, are written.

Titles are Chinese: editors show them to the officials who write rule books.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rulebooks.forms.one_of import OneOf, Word
from rulebooks.scalars import Flag, Form, Points, Positive, Text, Texts, Whole
from schemas import conditions, outcomes


class ItemUnmetForm(Form):
    """Which unmet items count."""

    dynamic: Flag = Field(False, title="true 只看动态监测要素，false 不限")
    items: tuple[Text, ...] = Field((), title="只看这些指标；不写表示不限")

    def model(self) -> conditions.ItemUnmet:
        """The condition that is written."""
        return conditions.ItemUnmet(self.dynamic, self.items)


class UnmetCountForm(Form):
    """How many items must be unmet."""

    at_least: Annotated[Whole, Field(ge=1)] = Field(alias="from", title="从几项起")
    below: Whole | None = Field(None, title="不到几项")
    to: Whole | None = Field(None, title="到几项为止")
    items: tuple[Text, ...] = Field((), title="只看这些指标；不写表示不限")

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        end = self.end
        if self.below is not None and self.to is not None:
            raise PydanticCustomError("unmet_count", "below（不到）和 to（到）只能写一个")
        if end is not None and end <= self.at_least:
            raise PydanticCustomError("unmet_count", "上限应当高于起点 from")
        return self

    @property
    def end(self) -> int | None:
        """The first number that is too many."""
        return self.below if self.to is None else self.to + 1

    def model(self) -> conditions.UnmetCount:
        """The condition that is written."""
        return conditions.UnmetCount(self.at_least, self.end, self.items)


class DateDueForm(Form):
    """Which date comes near."""

    event: Text = Field(title="快照的事件种类")
    of: Text = Field(title="日期字段")
    within_months: Whole = Field(title="期末以后几个月内到期")

    def model(self) -> conditions.DateDue:
        """The condition that is written."""
        return conditions.DateDue(**dict(self))


class BottomPercentForm(Form):
    """How the bottom of a domain is found."""

    percent: Positive = Field(title="后百分之几")
    basis: Literal["index", "lead_unit_points"] = Field("index", title="按指数，或按牵头单位的指标得分")
    rounding: Literal["floor", "ceil", "half_up"] = Field("floor", title="名额取整：舍去、进一、四舍五入")
    ties: Literal["spare", "include"] = Field("spare", title="同名次跨线时：都不算，或都算")

    def model(self) -> conditions.BottomPercent:
        """The condition that is written."""
        return conditions.BottomPercent(**dict(self))


class StreakForm(Form):
    """How long another condition must have held."""

    of: Text = Field(title="哪个条件")
    months: Annotated[Whole, Field(ge=2)] = Field(title="连续几个月（几期）")
    match: Literal["same_item", "any_item"] = Field("same_item", title="须是同一指标，或不限")

    def model(self) -> conditions.Streak:
        """The condition that is written."""
        return conditions.Streak(**dict(self))


class WhenForm(OneOf):
    """When a condition holds."""

    item_unmet: ItemUnmetForm | None = Field(None, title="指标未达标")
    unmet_count: UnmetCountForm | None = Field(None, title="未达标的指标有几项")
    index_below: Points | None = Field(None, title="指数低于若干分")
    date_due: DateDueForm | None = Field(None, title="快照里的日期将到期或已过期")
    order_overdue: Word = Field(None, title="有整改通知逾期未完成")
    finding_reviewed: Word = Field(None, title="当月有查实的反向指标问题")
    bottom_percent: BottomPercentForm | None = Field(None, title="居本领域后百分之几")
    streak: StreakForm | None = Field(None, title="另一条件连续若干个月成立")

    def model(self) -> conditions.When:
        """The condition that is written."""
        if self.index_below is not None:
            return conditions.IndexBelow(self.index_below)
        if self.order_overdue:
            return conditions.OrderOverdue()
        form = self.item_unmet or self.unmet_count or self.date_due or self.bottom_percent or self.streak
        return form.model() if form else conditions.FindingReviewed()


class ResponsibleForm(OneOf):
    """Who must see to it."""

    nearest_kind: Texts | None = Field(None, title="最近的上级组织，限这些组织类型")
    most_points_lost: Word = Field(None, title="失分最多的牵头单位")
    body: Text | None = Field(None, title="指定单位")
    itself: Word = Field(None, title="组织自己")

    def model(self) -> outcomes.Responsible:
        """The responsible that is written."""
        if self.nearest_kind:
            return outcomes.NearestKind(self.nearest_kind)
        if self.body:
            return outcomes.ByBody(self.body)
        return outcomes.Itself() if self.itself else outcomes.MostPointsLost()
