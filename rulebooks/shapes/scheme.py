"""Entries of scheme.yaml: dimensions, domains, kinds of organisation, cadences."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rulebooks.scalars import Flag, Form, PointsOrNone, Texts, Whole
from rulebooks.shapes.base import Dated, Ordered, Registered
from schemas import rulebook as models
from schemas.periods import Cadence


class DimensionEntry(Ordered):
    """A dimension."""

    role: models.DimensionRole = Field("counted", title="计入指数 counted，只排名 basis，加减分 adjustment")


class DomainEntry(Ordered, Registered):
    """A peer domain."""

    where: Annotated[dict[models.GroupAttribute, Texts], Field(min_length=1)] | None = Field(
        None, title="哪些组织属于这个领域：名册里的组织类型代码、所在镇街或上级组织代码；不写则看名册“领域”一栏"
    )
    peers_by: models.GroupAttribute | None = Field(None, title="领域内再按什么分组排名")
    full_points: dict[Cadence, PointsOrNone] = Field({}, title="与周期不同的满分")


class OrganizationKindEntry(Registered):
    """A kind of organisation."""

    is_restricted: Flag = Field(False, title="true 表示结果不公布（党员个人等）")


class PublishBefore(Form):
    """A day of the next year."""

    month: Annotated[Whole, Field(ge=1, le=12)]
    day: Annotated[Whole, Field(ge=1, le=31)]


class CadenceEntry(Dated):
    """How periods of a cadence are made; the code is the cadence."""

    full_points: PointsOrNone = Field(0, title="本周期自有指标的满分；0 表示没有自有指标")
    parts: tuple[Cadence, ...] = Field((), title="由哪些较短的周期平均而成")
    deductions: Literal["mean", "sum"] = Field("mean", title="较短周期的扣分：平均 mean，累加 sum")
    publish_before: PublishBefore | None = Field(None, title="次年何月何日以前公布")
