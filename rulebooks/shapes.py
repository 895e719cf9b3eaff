"""What the files of a rule book contain: the shape of every entry, by file and section.

An entry is written under its code. It carries its start date, the day on which it was adopted and the document that
says so. Titles are Chinese: editors show them to the officials who write rule books.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import Field

from rulebooks.forms import AppliesWhenForm, MeasureForm, ResponsibleForm, RuleForm, WhenForm
from rulebooks.scalars import Day, Flag, Form, Percent, Points, Positive, Text, Texts, Whole, Worth
from schemas import rulebook as models
from schemas.layouts import EventFields, SenderLayout, Succession, TableLayout

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


class DomainEntry(Ordered, Registered):
    """A peer domain."""


class FullPoints(Form):
    """Points of a domain by cadence."""

    month: Points = Field(title="月度指标满分")
    quarter: Points = Field(title="季度指标满分")


class ItemEntry(Ordered):
    """An item that earns points."""

    dimension: Text = Field(title="维度代码")
    category: Text = Field(title="大类")
    kind: models.ItemKind = Field(title="共性 common，个性 specific")
    source: models.Source = Field(title="平台抓取 platform，支部申报 declaration，部门采集 department")
    cadence: models.Cadence = Field(title="月度 month，季度 quarter")
    domains: Texts = Field(title="适用领域代码")
    points: Points = Field(title="满分")
    rule: RuleForm = Field(title="计分规则")
    measure: MeasureForm | None = Field(None, title="平台抓取的指标如何计量")
    is_dynamic: Flag = Field(False, title="是否动态监测要素")
    applies_when: AppliesWhenForm | None = Field(None, title="适用条件")
    lead_unit: Text = Field(title="牵头单位代码")
    unit: str = Field("", title="计量单位")


class NegativeEntry(Ordered):
    """An entry of the negative list."""

    dimension: Text = Field(title="维度代码")
    each: Points = Field(title="每次扣分")
    cap: Points = Field(title="一个考核期内最多扣分")
    cadence: models.Cadence = Field(title="月度 month，季度 quarter")


class ConditionEntry(Named):
    """A warning condition."""

    colour: models.Colour | None = Field(None, title="颜色；不写则只记录、不亮牌")
    severity: Whole = Field(title="级别，越大越严重")
    when: WhenForm = Field(title="什么情况")
    responsible: tuple[ResponsibleForm, ...] = Field((), title="责任主体，从前往后找")


class ProgressBoardEntry(Named):
    """A progress board."""

    items: Texts = Field(title="看哪些指标：指标代码，周期须相同")
    lag_below_percent: Percent = Field(title="任一指标得分不足满分的百分之几为滞后")


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


Shape = type[Dated]
Section = Shape | dict[str, Shape]
"""The shape of every entry, or of each of a fixed set of entries."""


@dataclass(frozen=True)
class FileKind:
    """A kind of file: what it is called inside the scheme's folder, and its sections."""

    pattern: str
    sections: dict[str, Section]


FILES: dict[str, FileKind] = {
    "scheme": FileKind(
        "scheme.yaml",
        {
            "names": {"scheme": Value[Text], "index": Value[Text]},
            "dimensions": Ordered,
            "domains": DomainEntry,
            "organization_kinds": Registered,
            "bodies": Named,
            "policies": {
                "full_points": Value[FullPoints],
                "assessed_from": Value[models.AssessedFrom],
                "share_at_most": Value[Positive],
                "number_at_most": Value[Positive],
                "common_problem_percent": Value[Percent],
                "radar_margin_percent": Value[Percent],
            },
        },
    ),
    "items": FileKind("items/*.yaml", {"items": ItemEntry}),
    "negative_list": FileKind("negative_list.yaml", {"negative_items": NegativeEntry}),
    "warnings": FileKind("warnings.yaml", {"conditions": ConditionEntry}),
    "boards": FileKind("boards.yaml", {"progress_boards": ProgressBoardEntry}),
    "inbox": FileKind(
        "inbox.yaml",
        {
            "conventions": {
                "code_digits": Value[Whole],
                "yes": Value[Texts],
                "no": Value[Texts],
                "reviewed": Value[dict[Text, Flag]],
                "rechecked": Value[dict[Text, Flag]],
                "findings_reviewed": Value[dict[Text, Flag]],
                "successions": Value[dict[Text, Succession]],
            },
            "layouts": {
                "registry": TableEntry,
                "platform": EventsEntry,
                "declarations": TableEntry,
                "inspections": TableEntry,
                "departments": SubmissionsEntry,
            },
            "event_kinds": EventKindEntry,
        },
    ),
    "departments": FileKind("departments.yaml", {"senders": SenderEntry}),
}

SECTIONS: dict[str, Section] = {name: section for kind in FILES.values() for name, section in kind.sections.items()}
