"""How rules of items, and whom an item applies to, are written.

Titles are Chinese: editors show them to the officials who write rule books.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rulebooks.forms.one_of import OneOf, Word
from rulebooks.scalars import DayOfYear, Form, Number, Points, Positive, Share, Whole
from schemas import rulebook as models


class MilestoneForm(Form):
    """A target from a day of the year on."""

    by: DayOfYear = Field(title="何月何日起，写成 03-31")
    at_least: Number = Field(title="应当达到")


class RuleForm(OneOf):
    """How a value earns points."""

    yes_no: Word = Field(None, title="是得满分，否不得分")
    at_least: Number | None = Field(None, title="达到目标值得满分，否则不得分")
    proportional: Positive | None = Field(None, title="按完成目标的比例得分，达到目标值得满分")
    tiers: Annotated[tuple[tuple[Number, Share], ...], Field(min_length=1)] | None = Field(
        None, title="格次赋分：[起点, 得分比例] 由低到高，达到哪一格得哪一格"
    )
    scored: Positive | None = Field(None, title="打分，满分是多少；按得分占满分的比例得分")
    pass_share: Share | None = Field(None, alias="pass", title="格次赋分、打分的得分比例达到多少为达标")
    per_unit: Points | None = Field(None, title="每一个得若干分，得满为止")
    inverse: Points | None = Field(None, title="每发生一次扣若干分，扣完为止")
    milestones: Annotated[tuple[MilestoneForm, ...], Field(min_length=1)] | None = Field(
        None, title="时间节点：期末已到的最近一个节点的目标，达到得满分，否则不得分；第一个节点以前不考核"
    )
    companions = ("pass_share",)

    @model_validator(mode="after")
    def _graded_with_pass(self) -> Self:
        if (self.tiers is None and self.scored is None) != (self.pass_share is None):
            raise PydanticCustomError("tiers", "tiers（格次）或 scored（打分）应当和 pass（达标比例）一起写")
        return self

    def model(self) -> models.Rule:
        """The rule that is written."""
        targets = (self.at_least, self.proportional, self.scored)
        return models.Rule(
            self.key,
            target=next((target for target in targets if target is not None), None),
            tiers=self.tiers or (),
            pass_share=self.pass_share,
            each=self.inverse if self.per_unit is None else self.per_unit,
            milestones=tuple((*milestone.by, milestone.at_least) for milestone in self.milestones or ()),
        )


class AppliesWhenForm(Form):
    """Which organisations an item applies to."""

    attribute: models.Attribute = Field(title="组织名册里的数值：members 党员人数，groups 党小组数")
    at_least: Whole = Field(title="不少于")

    def model(self) -> models.AppliesWhen:
        """The condition that is written."""
        return models.AppliesWhen(self.attribute, self.at_least)
