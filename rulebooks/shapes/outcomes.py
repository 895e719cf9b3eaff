"""Entries of adjustments, grades and roll-ups."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rulebooks.forms.conditions import ResponsibleForm
from rulebooks.forms.outcomes import ByRankForm, EffectForm, GradeForm, LimitConditionForm, QuotasByUnitForm
from rulebooks.scalars import Middle, Points, Positive, Text, Texts, Whole
from rulebooks.shapes.base import Named, Ordered
from rulebooks.shapes.items import CADENCE
from schemas import outcomes
from schemas.conditions import Colour
from schemas.periods import Cadence


class AdjustmentEntry(Ordered):
    """An entry of the event register."""

    kind: outcomes.AdjustmentKind = Field(title="加分 bonus，扣分 deduction，一票否决 veto")
    dimension: Text | None = Field(None, title="加减分维度代码")
    each: Points | None = Field(None, title="每次加（扣）分")
    cap: Points | None = Field(None, title="一个考核期内最多加（扣）分")
    by_rank: ByRankForm | None = Field(None, title="按名次加分")
    domains: Texts = Field(title="适用领域代码")
    cadence: Cadence = Field(title=CADENCE)


class CoefficientEntry(Ordered):
    """A coefficient by rank."""

    domains: Texts = Field(title="适用领域代码")
    cadence: Cadence = Field(title=CADENCE)
    ranked_by: Texts = Field(title="按哪些维度的得分之和排名")
    applies_to: Texts = Field(title="乘在哪些维度的得分上")
    step: Positive = Field(title="每差一名相差多少")
    middle: Middle = Field("mean", title="系数为1的名次：居中 mean，偏前 lower，偏后 upper，或写明第几名")
    ties: Literal["better", "average"] = Field("better", title="同分：都按靠前的名次，或取平均名次")
    dimension: Text = Field(title="差额计入的加减分维度代码")


class LimitEntry(Ordered):
    """A veto or limiter."""

    domains: Texts = Field(title="适用领域代码")
    cadence: Cadence = Field(title=CADENCE)
    match: Literal["all", "any"] = Field("any", title="同时满足 all，任一满足 any")
    when: Annotated[tuple[LimitConditionForm, ...], Field(min_length=1)] = Field(title="什么情况")
    effects: tuple[EffectForm, ...] = Field(title="后果：不得表彰 bar_awards，等次封顶 cap_grade")


class ShareEntry(Named):
    """A factor of a person."""

    domains: Texts = Field(title="适用领域代码")
    cadence: Cadence = Field(title=CADENCE)
    coefficient: Text = Field(title="所在单位的哪个系数")
    personal: Text = Field(title="个人的哪项指标")


class ScaleEntry(Ordered):
    """A scale of grades."""

    domains: Texts = Field(title="适用领域代码")
    cadence: Cadence = Field(title=CADENCE)
    ties: Literal["exclude", "include"] = Field("exclude", title="同分跨名额线时：都不评上 exclude，都评上 include")
    movement: Literal["free", "one_step"] = Field("free", title="不限 free，每期最多升一级 one_step")
    grades: Annotated[tuple[GradeForm, ...], Field(min_length=1)] = Field(title="各等次，从高到低；最后一等没有要求")
    by_unit: QuotasByUnitForm | None = Field(None, title="个人名额随单位等次而定")


class ConsequenceEntry(Named):
    """What a grade leads to."""

    due_days: Whole = Field(title="期末以后几天内完成")
    responsible: Annotated[tuple[ResponsibleForm, ...], Field(min_length=1)] = Field(title="责任主体，从前往后找")


class RollUpEntry(Ordered):
    """A figure that is added up along the tree."""

    figure: outcomes.Figure = Field(title="汇总什么")
    item: Text | None = Field(None, title="哪项指标")
    kinds: tuple[Text, ...] = Field((), title="只汇总这些组织类型；不写表示不限")
    cadence: Cadence = Field(title=CADENCE)


class ControlTotalEntry(Named):
    """A stated figure that must add up."""

    parts: Texts = Field(title="由哪些上报数相加")
    equals: Literal["members", "organizations"] | None = Field(None, title="还应等于名册的合计")


class WatchListEntry(Named):
    """How weak and lax organisations are proposed."""

    places: Annotated[Whole, Field(ge=1)] = Field(title="一年建议几个")
    colours: Annotated[tuple[Colour, ...], Field(min_length=1)] = Field(title="三色池里哪些颜色的列入考虑，先列的在前")
    convert_days: Annotated[Whole, Field(ge=1)] = Field(title="决定列入以后几天内转化；决定里写明期限的从其规定")


class CircumstanceEntry(Ordered):
    """A circumstance that speaks for rectification."""
