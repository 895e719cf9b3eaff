"""Why an organisation has its score and what it led to, in Chinese, as its people read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from boards.changes import change_lines
from boards.explain_outcomes import adjusted_lines, figure_lines, grade_lines, share_lines, task_lines
from boards.explained import Explanation
from boards.ledger_told import Dimension, Line
from boards.watched import watched_lines
from transforms.adjustments import COEFFICIENT
from transforms.ledger import FLOOR
from transforms.parts import MEAN
from transforms.wording import COLOUR_NAMES

_MARKS = {"met": "√", "unmet": "×", "missing": "×", "deducted": "－", "floor": "＋", MEAN: "＝"}
_ADJUSTED = "adjusted"


def explanation_lines(told: Explanation) -> Iterator[str]:
    """The explanation in Chinese, a line at a time."""
    yield from _opening(told)
    yield from _section("等次", grade_lines(told.grades))
    for dimension in told.dimensions:
        own = [line for line in told.lines if line.dimension == dimension.code]
        if own or dimension.full_points:
            yield from _section(_dimension_title(told, dimension), (text for line in own for text in _line_lines(line)))
    yield from _section("一票否决和限制", adjusted_lines(told.adjustments))
    yield from _section("个人系数（单位系数 × 本人系数）", share_lines(told.shares))
    yield from _section("预警", _warning_lines(told))
    yield from _section("任务", task_lines(told.tasks))
    yield from _section("软弱涣散整顿", watched_lines(told.watched))
    yield from _section("逐级汇总（本级 + 下级 = 合计）", figure_lines(told.figures))
    yield from _section("更正和豁免", [*_correction_lines(told), *_exemption_lines(told)])
    yield from _section("报送了但没有计入", told.not_counted)
    yield from _section("与上一版相比", change_lines(told.changes))
    yield from _section("各期明细", (f"zuzhili explain {told.org_code} {part}" for part in told.parts))


def _opening(told: Explanation) -> Iterator[str]:
    if told.is_restricted:
        yield "内部数据，不公开发布"
    code = "" if told.org_code == told.org_name else f"{told.org_code}，"
    yield f"{told.org_name}（{code}{told.domain_name}）{told.period}"
    group, one = "同组" if told.is_peer_group_split else "领域", "人" if told.is_restricted else "个"
    mark = "（即时版，还会变化）" if told.is_provisional else ""
    yield (
        f"{told.index_name} {told.index_points:.4f} / {told.full_points:g} 分，"
        f"{group}第{told.rank}名（共{told.peers}{one}），第{told.revision}版{mark}，规则{told.rulebook_version}版"
    )
    if told.base_points != told.index_points:
        adjusted = (one for one in told.dimensions if one.role == "adjustment" and one.points)
        parts = "，".join(f"{one.name}{one.points:+.4f}" for one in adjusted)
        yield f"基础分{told.base_points:.4f}，{parts}"
    if not told.is_provisional:
        yield told.diagnosis


def _section(title: str, texts: Iterable[str]) -> Iterator[str]:
    """A title and what is below it; neither where there is nothing, save for the title of a dimension."""
    below = list(texts)
    if below or "/" in title:
        yield ""
        yield title
        yield from (f"  {text}" for text in below)


def _dimension_title(told: Explanation, dimension: Dimension) -> str:
    if dimension.role == "adjustment":
        return f"{dimension.name} {dimension.points:+.4f}"
    outside = f"{'仅用于排名，' if dimension.is_ranked_by else ''}不计入{told.index_name}"
    mark = f"（{outside}）" if dimension.role == "basis" else ""
    return f"{dimension.name} {dimension.points:.4f} / {dimension.full_points:.4f}{mark}"


def _warning_lines(told: Explanation) -> Iterator[str]:
    for warned in told.warnings:
        yield f"{COLOUR_NAMES[warned.colour]} {warned.reason}（责任主体：{warned.responsible}）"


def _correction_lines(told: Explanation) -> Iterator[str]:
    for one in told.corrections:
        expected, corrected = (f"“{text}”" if text else "空格" for text in (one.expected, one.corrected))
        yield f"更正“{one.name}”：{one.record}的“{one.column_name}”由{expected}改为{corrected}"
        yield f"    {one.cause}（提供人{one.provider}，{one.recorded_on}登记）"


def _exemption_lines(told: Explanation) -> Iterator[str]:
    for one in told.exemptions:
        until = f"至{one.until}" if one.until else "起"
        yield f"豁免 {one.item_code} {one.item_name}：{one.since}{until}，满分分摊给同维度的其他指标"
        yield f"    {one.cause}（{one.approved_by}{one.approved_on}批准）"


def _line_lines(line: Line) -> Iterator[str]:
    yield f"{_mark(line)} {_named(line)}  {_earned(line)}"
    yield f"    {line.reason}"
    if line.not_sent:
        yield f"    {line.not_sent}"
    if line.full_points != line.nominal_points:
        how = "各期满分平均" if line.status == MEAN else "分摊不适用指标的分后满分"
        yield f"    标准分{line.nominal_points:g}，{how}{line.full_points:.4f}"
    if line.places or (line.status == _ADJUSTED and line.evidence):
        yield f"    依据：{line.evidence}"
    if line.places:
        yield f"    来自：{'；'.join(line.places)}"
    if line.corrections:
        yield f"    已按更正{'、'.join(f'“{name}”' for name in line.corrections)}计"


def _mark(line: Line) -> str:
    if line.status != _ADJUSTED:
        return _MARKS[line.status]
    return "＋" if line.points > 0 else "－" if line.points < 0 else "＝"


def _named(line: Line) -> str:
    """Code and name, with the assessor where several score the item; what has no code of people's own has none here."""
    code = "" if line.item_code.startswith((COEFFICIENT, FLOOR)) else f"{line.item_code} "
    return code + line.item_name + (f"（{line.assessor}）" if line.assessor else "")


def _earned(line: Line) -> str:
    if line.status == _ADJUSTED:
        return f"{'扣' if line.points < 0 else '加'}{abs(line.points):.4f}分" if line.points else "不加不扣"
    if line.status in ("deducted", "floor"):
        return f"{'扣' if line.points < 0 else '补回'}{abs(line.points):.4f}分"
    lost = line.full_points - line.points
    return f"{line.points:.4f} / {line.full_points:.4f}" + (f"，失{lost:.4f}分" if lost > 0 else "")
