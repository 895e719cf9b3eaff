"""How rules, measures and conditions are written in YAML, and the models that they stand for.

Each is a mapping with one telling key, or a bare word where there is nothing to set: {at_least: 1}, yes_no.
Titles are Chinese: editors show them to the officials who write rule books.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from rulebooks.scalars import Flag, Form, Number, Points, Positive, Share, Text, Texts, Whole
from schemas import rulebook as models


def _one_key(schema: dict[str, Any], form: type[OneOf]) -> None:
    described = {**schema, "oneOf": [{"required": [key]} for key in form.choices()], "minProperties": 1}
    words = [key for key, field in form.model_fields.items() if field.annotation == Word]
    schema.clear()
    schema |= {"title": described.pop("title"), "anyOf": [described, {"enum": words}] if words else [described]}


Word = Literal[True] | None
"""A key that may stand alone as a bare word."""


class OneOf(Form):
    """Exactly one key says what is meant; keys in `companions` only go with another."""

    model_config = ConfigDict(json_schema_extra=_one_key)
    companions: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def choices(cls) -> list[str]:
        """The keys of which one is to be given."""
        return [name for name in cls.model_fields if name not in cls.companions]

    @property
    def key(self) -> Any:
        """The key that is given."""
        return next(name for name in self.choices() if getattr(self, name) is not None)

    @model_validator(mode="before")
    @classmethod
    def _bare_word(cls, value: object) -> object:
        return {value: True} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(getattr(self, name) is not None for name in self.choices()) != 1:
            raise PydanticCustomError("one_of", "应当写且只写以下之一：{keys}", {"keys": "、".join(self.choices())})
        return self


class RuleForm(OneOf):
    """How a value earns points."""

    yes_no: Word = Field(None, title="是得满分，否不得分")
    at_least: Number | None = Field(None, title="达到目标值得满分，否则不得分")
    proportional: Positive | None = Field(None, title="按完成目标的比例得分，达到目标值得满分")
    tiers: Annotated[tuple[tuple[Number, Share], ...], Field(min_length=1)] | None = Field(
        None, title="格次赋分：[起点, 得分比例] 由低到高，达到哪一格得哪一格"
    )
    pass_share: Share | None = Field(None, alias="pass", title="格次赋分的得分比例达到多少为达标")
    per_unit: Points | None = Field(None, title="每一个得若干分，得满为止")
    inverse: Points | None = Field(None, title="每发生一次扣若干分，扣完为止")
    companions = ("pass_share",)

    @model_validator(mode="after")
    def _tiers_with_pass(self) -> Self:
        if (self.tiers is None) != (self.pass_share is None):
            raise PydanticCustomError("tiers", "tiers（格次）和 pass（达标比例）应当一起写")
        return self

    def model(self) -> models.Rule:
        """The rule that is written."""
        target = self.proportional if self.at_least is None else self.at_least
        each = self.inverse if self.per_unit is None else self.per_unit
        return models.Rule(self.key, target, self.tiers or (), self.pass_share, each)


class EventCount(Form):
    """Events of a kind."""

    event: Text = Field(title="事件种类")
    topics: tuple[Text, ...] = Field((), title="主题，任一即可；不写表示不限")


class EventRatio(EventCount):
    """The ratio of two fields' sums over events of a kind."""

    of: Text = Field(title="分子字段")
    over: Text = Field(title="分母字段")


class StateRatio(Form):
    """The ratio of two fields of a snapshot."""

    of: Text = Field(title="分子字段")
    over: Text = Field(title="分母字段")


class StateAtMost(Form):
    """Two fields of a snapshot of which one may not be larger than the other."""

    of: Text = Field(title="不得超过上限的字段")
    limit: Text = Field(title="上限字段")


class MeasureForm(OneOf):
    """How a platform item is observed."""

    count: EventCount | None = Field(None, title="期内事件的次数")
    ratio: EventRatio | None = Field(None, title="期内事件两个字段各自合计之比")
    state_ratio: StateRatio | None = Field(None, title="期内最后一次快照：两个字段之比")
    state_at_most: StateAtMost | None = Field(None, title="期内最后一次快照：一个字段不超过另一个")
    state_flag: Text | None = Field(None, title="期内最后一次快照：是否字段")
    state_value: Text | None = Field(None, title="期内最后一次快照：数值字段")
    state_not_before_period_end: Text | None = Field(None, title="期内最后一次快照：日期字段不早于期末")

    def model(self, snapshot: str) -> models.Measure:
        """The measure that is written; `snapshot` is the event kind that the state measures read."""
        given = getattr(self, self.key)
        if isinstance(given, str):
            return models.Measure(self.key, snapshot, of=given)
        if isinstance(given, StateAtMost):
            return models.Measure(self.key, snapshot, of=given.of, over=given.limit)
        return models.Measure(self.key, **{"event": snapshot, **dict(given)})


class AppliesWhenForm(Form):
    """Which organisations an item applies to."""

    attribute: models.Attribute = Field(title="组织名册里的数值：members 党员人数，groups 党小组数")
    at_least: Whole = Field(title="不少于")

    def model(self) -> models.AppliesWhen:
        """The condition that is written."""
        return models.AppliesWhen(self.attribute, self.at_least)


class ItemUnmetForm(Form):
    """Which unmet items count."""

    dynamic: Flag = Field(title="true 只看动态监测要素，false 看全部指标")


class BottomPercentForm(Form):
    """How the bottom of a domain is found."""

    percent: Positive = Field(title="后百分之几")
    basis: Literal["index", "lead_unit_points"] = Field("index", title="按指数，或按牵头单位的指标得分")
    rounding: Literal["floor", "ceil", "half_up"] = Field("floor", title="名额取整：舍去、进一、四舍五入")
    ties: Literal["spare", "include"] = Field("spare", title="同名次跨线时：都不算，或都算")


class StreakForm(Form):
    """How long another condition must have held."""

    of: Text = Field(title="哪个条件")
    months: Annotated[Whole, Field(ge=2)] = Field(title="连续几个月")
    match: Literal["same_item", "any_item"] = Field("same_item", title="须是同一指标，或不限")


class WhenForm(OneOf):
    """When a condition holds."""

    item_unmet: ItemUnmetForm | None = Field(None, title="指标未达标")
    finding_reviewed: Word = Field(None, title="当月有查实的反向指标问题")
    bottom_percent: BottomPercentForm | None = Field(None, title="居本领域后百分之几")
    streak: StreakForm | None = Field(None, title="另一条件连续若干个月成立")

    def model(self) -> models.When:
        """The condition that is written."""
        if self.item_unmet:
            return models.ItemUnmet(**dict(self.item_unmet))
        if self.bottom_percent:
            return models.BottomPercent(**dict(self.bottom_percent))
        if self.streak:
            return models.Streak(**dict(self.streak))
        return models.FindingReviewed()


class ResponsibleForm(OneOf):
    """Who must see to it."""

    nearest_kind: Texts | None = Field(None, title="最近的上级组织，限这些组织类型")
    most_points_lost: Word = Field(None, title="失分最多的牵头单位")
    body: Text | None = Field(None, title="指定单位")

    def model(self) -> models.Responsible:
        """The responsible that is written."""
        if self.nearest_kind:
            return models.NearestKind(self.nearest_kind)
        return models.ByBody(self.body) if self.body else models.MostPointsLost()
