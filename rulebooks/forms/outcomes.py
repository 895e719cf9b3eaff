"""How limits, grades and points by place are written.

Titles are Chinese: editors show them to the officials who write rule books.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rulebooks.forms.one_of import OneOf, Word
from rulebooks.scalars import Flag, Form, Percent, Points, Quota, Text, Texts, Whole
from schemas import outcomes


class ByRankForm(Form):
    """Points for the first places."""

    dimensions: Texts = Field(title="按哪些维度的得分之和排名")
    points: Annotated[tuple[Points, ...], Field(min_length=1)] = Field(title="第一名、第二名……各得几分")

    def model(self) -> outcomes.ByRank:
        """The points that are written."""
        return outcomes.ByRank(self.dimensions, self.points)


class LastPlacesForm(Form):
    """How many of the last."""

    places: Annotated[Whole, Field(ge=1)] = Field(title="最后几名")
    ties: Literal["include", "spare"] = Field("include", title="同名次跨线时：都算，或都不算")


class LimitConditionForm(OneOf):
    """When a limit holds."""

    event: Texts | None = Field(None, title="登记了以下任一事项")
    below_percent_of_first: Percent | None = Field(None, title="指数不到本组第一名的百分之几")
    below_points: Points | None = Field(None, title="指数低于若干分")
    unmet: Texts | None = Field(None, title="以下任一指标未达标")
    last_places: LastPlacesForm | None = Field(None, title="指数居本组最后几名")

    def model(self) -> outcomes.LimitCondition:
        """The condition that is written."""
        if self.event:
            return outcomes.EventOccurred(self.event)
        if self.below_percent_of_first is not None:
            return outcomes.BelowPercentOfFirst(self.below_percent_of_first)
        if self.below_points is not None:
            return outcomes.BelowPoints(self.below_points)
        if self.unmet:
            return outcomes.ItemsUnmet(self.unmet)
        assert self.last_places
        return outcomes.LastPlaces(self.last_places.places, self.last_places.ties)


class EffectForm(OneOf):
    """What a limit does."""

    bar_awards: Word = Field(None, title="不得评为任何表彰等次")
    cap_grade: Annotated[dict[Text, Text], Field(min_length=1)] | None = Field(
        None, title="等次最高到哪一等：{等次体系: 等次}"
    )

    def models(self) -> tuple[outcomes.Effect, ...]:
        """The effects that are written."""
        capped = tuple(outcomes.CapGrade(scale, grade) for scale, grade in (self.cap_grade or {}).items())
        return capped or (outcomes.BarAwards(),)


class GradeForm(Form):
    """A grade, by all of what it asks for."""

    code: Text = Field(title="等次代码")
    name: Text = Field(title="名称")
    at_least: Points | None = Field(None, title="指数不低于")
    below: Points | None = Field(None, title="指数低于（不含）")
    at_most: Points | None = Field(None, alias="to", title="指数不高于（含）")
    at_most_percent: Percent | None = Field(None, title="名额：占本组的百分之几以内")
    mandatory: Flag = Field(False, title="true 表示适用的必达指标须全部达标")
    percent_of_first: Percent | None = Field(None, title="指数不低于本组第一名的百分之几")
    is_award: Flag = Field(False, title="是否表彰等次")
    consequences: tuple[Text, ...] = Field((), title="评为此等次后要做什么")

    def model(self) -> outcomes.Grade:
        """The grade that is written."""
        return outcomes.Grade(**dict(self))


class QuotasByUnitForm(Form):
    """Quotas of people by the grade of their unit."""

    scale: Text = Field(title="看单位的哪个等次体系")
    quotas: dict[Text, dict[Text, Quota]] = Field(title="单位等次 → 本体系等次 → 名额百分比")

    def model(self) -> outcomes.QuotasByUnit:
        """The quotas that are written."""
        return outcomes.QuotasByUnit(self.scale, self.quotas)
