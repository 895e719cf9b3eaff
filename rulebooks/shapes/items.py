"""Entries of items, the negative list, warnings and boards."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rulebooks.forms.conditions import ResponsibleForm, WhenForm
from rulebooks.forms.measures import BallotForm, MeasureForm, RelativesForm
from rulebooks.forms.rules import AppliesWhenForm, RuleForm
from rulebooks.scalars import Flag, Percent, Points, Text, Texts, Weights, Whole
from rulebooks.shapes.base import Named, Ordered
from schemas import conditions
from schemas import rulebook as models
from schemas.periods import Cadence

CADENCE = "月度 month，季度 quarter，半年 half_year，年度 year"


class ItemEntry(Ordered):
    """An item that earns points."""

    dimension: Text = Field(title="维度代码")
    category: Text = Field(title="大类")
    kind: models.ItemKind = Field(title="共性 common，个性 specific")
    source: models.Source = Field(
        title="平台抓取 platform，支部申报 declaration，部门采集 department，上下级组织 units"
    )
    cadence: Cadence = Field(title=CADENCE)
    domains: Texts = Field(title="适用领域代码")
    points: Points = Field(title="满分")
    rule: RuleForm = Field(title="计分规则")
    measure: MeasureForm | None = Field(None, title="平台抓取的指标如何计量")
    relatives: RelativesForm | None = Field(None, title="看上下级组织的哪些结果")
    assessors: Weights | None = Field(None, title="由哪些单位分别打分和各占的权重；只列单位则平分")
    ballot: BallotForm | None = Field(None, title="投票测评")
    is_dynamic: Flag = Field(False, title="是否动态监测要素")
    is_mandatory: Flag = Field(False, title="是否必达指标")
    applies_when: AppliesWhenForm | None = Field(None, title="适用条件")
    lead_unit: Text = Field(title="牵头单位代码")
    unit: str = Field("", title="计量单位")


class NegativeEntry(Ordered):
    """An entry of the negative list."""

    dimension: Text = Field(title="维度代码")
    each: Points = Field(title="每次扣分")
    cap: Points = Field(title="一个考核期内最多扣分")
    cadence: Cadence = Field(title=CADENCE)
    rectify_days: Annotated[Whole, Field(ge=1)] | None = Field(None, title="查实后几天内整改")


class ConditionEntry(Named):
    """A warning condition."""

    colour: conditions.Colour | None = Field(None, title="颜色；不写则只记录、不亮牌")
    severity: Whole = Field(title="级别，越大越严重")
    cadence: Cadence = Field("month", title=CADENCE)
    when: WhenForm = Field(title="什么情况")
    responsible: tuple[ResponsibleForm, ...] = Field((), title="责任主体，从前往后找")
    due_days: Annotated[Whole, Field(ge=1)] | None = Field(None, title="期末以后几天内消除；不写则不作为任务")


class ProgressBoardEntry(Named):
    """A progress board."""

    items: Texts = Field(title="看哪些指标：指标代码，周期须相同")
    lag_below_percent: Percent = Field(title="任一指标得分不足满分的百分之几为滞后")
