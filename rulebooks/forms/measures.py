"""How items' values come about, as written: measures of platform events, other units' results, ballots.

Titles are Chinese: editors show them to the officials who write rule books.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rulebooks.forms.one_of import OneOf
from rulebooks.scalars import Form, Number, OneOrMore, Share, Text, Texts, Whole
from schemas import rulebook as models


class EventCount(Form):
    """Events of a kind."""

    event: Text = Field(title="事件种类")
    topics: tuple[Text, ...] = Field((), title="主题，任一即可；不写表示不限")
    having: dict[Text, Number] = Field({}, title="只看这些字段达到若干的事件")
    on_day: Annotated[Whole, Field(ge=1, le=28)] | None = Field(None, title="只看每月这一天的事件")
    tolerance_days: Whole = Field(0, title="前后可差几天")


class EventRatio(EventCount):
    """The ratio of two fields' sums over events of a kind."""

    of: OneOrMore = Field(title="分子字段，几个的相加")
    over: OneOrMore = Field(title="分母字段，几个的相加")


class StateRatio(Form):
    """The ratio of two fields of a snapshot."""

    of: OneOrMore = Field(title="分子字段，几个的相加")
    over: OneOrMore = Field(title="分母字段，几个的相加")


class StateAtMost(Form):
    """Two fields of a snapshot of which one may not be larger than the other."""

    of: Text = Field(title="不得超过上限的字段")
    limit: Text = Field(title="上限字段")


class StateWithin(Form):
    """A date of a snapshot that must not lie far back."""

    of: Text = Field(title="日期字段")
    months: Annotated[Whole, Field(ge=1)] = Field(title="到期末为止的几个月内")


class MeasureForm(OneOf):
    """How a platform item is observed."""

    count: EventCount | None = Field(None, title="期内事件的次数")
    ratio: EventRatio | None = Field(None, title="期内事件字段各自合计之比")
    state_ratio: StateRatio | None = Field(None, title="期内最后一次快照：字段之比")
    state_at_most: StateAtMost | None = Field(None, title="期内最后一次快照：一个字段不超过另一个")
    state_flag: Text | None = Field(None, title="期内最后一次快照：是否字段")
    state_value: Text | None = Field(None, title="期内最后一次快照：数值字段")
    state_not_before_period_end: Text | None = Field(None, title="期内最后一次快照：日期字段不早于期末")
    state_within: StateWithin | None = Field(None, title="期内最后一次快照：日期字段在到期末为止的几个月内")

    def model(self, snapshot: str) -> models.Measure:
        """The measure that is written; `snapshot` is the event kind that the state measures read."""
        given = getattr(self, self.key)
        if isinstance(given, str):
            return models.Measure(self.key, snapshot, of=(given,))
        if isinstance(given, StateAtMost):
            return models.Measure(self.key, snapshot, of=(given.of,), over=(given.limit,))
        if isinstance(given, StateWithin):
            return models.Measure(self.key, snapshot, of=(given.of,), months=given.months)
        return models.Measure(self.key, **{"event": snapshot, **dict(given)})


class RelativesForm(Form):
    """Other units whose results are the value."""

    to: Literal["children", "parent"] = Field(title="下级组织 children，上级组织 parent")
    domains: Texts = Field(title="看哪些领域的组织")
    levels: Literal["direct", "all"] = Field("direct", title="只看直接下级 direct，各级下级都看 all")
    of: Literal["attainment", "met"] = Field("attainment", title="得分率 attainment，一项指标的达标率 met")
    item: Text | None = Field(None, title="哪项指标的达标率")
    weight: Literal["equal", "members"] = Field("equal", title="各组织一样重 equal，按党员人数 members")

    def model(self) -> models.Relatives:
        """The relatives that are written."""
        return models.Relatives(**dict(self))


class BallotForm(Form):
    """A vote."""

    issued: Text = Field(title="发出票数在报送表里叫什么")
    options: Annotated[dict[Text, Share], Field(min_length=1)] = Field(title="各选项和折算比例")
    minimum_turnout: Share = Field(title="回收率不足多少不算数")

    def model(self) -> models.Ballot:
        """The ballot that is written."""
        return models.Ballot(**dict(self))
