"""Why an organisation has its score, in Chinese: every line of its ledger with its reason, and where it came from."""

from __future__ import annotations

from collections.abc import Iterator

from boards.explained import COLOUR_TITLE, Change, Explanation, Line
from transforms.parts import MEAN
from transforms.wording import COLOUR_NAMES

_MARKS = {"met": "√", "unmet": "×", "missing": "×", "deducted": "－", "floor": "＋", MEAN: "＝"}


def explanation_lines(told: Explanation) -> Iterator[str]:
    """The explanation in Chinese, a line at a time."""
    yield f"{told.org_name}（{told.org_code}，{told.domain_name}）{told.period}"
    mark = "（即时版，还会变化）" if told.is_provisional else ""
    yield (
        f"{told.index_name} {told.index_points:.4f} / {told.full_points:.0f} 分，"
        f"领域第{told.rank}名（共{told.peers}个），第{told.revision}版{mark}，规则{told.rulebook_version}版"
    )
    if not told.is_provisional:
        yield told.diagnosis
    for code, name, points, full in told.dimensions:
        yield ""
        yield f"{name} {points:.4f} / {full:.4f}"
        for line in told.lines:
            if line.dimension == code:
                yield from _line_lines(line)
    if told.warnings:
        yield ""
        yield "预警"
        yield from (
            f"  {COLOUR_NAMES[warned.colour]} {warned.reason}（责任主体：{warned.responsible}）"
            for warned in told.warnings
        )
    if told.not_counted:
        yield ""
        yield "报送了但没有计入"
        yield from (f"  {text}" for text in told.not_counted)
    if told.changes:
        yield ""
        yield "与上一版相比"
        yield from (f"  {_change_line(change)}" for change in told.changes)
    if told.parts:
        yield ""
        yield "各期明细"
        yield from (f"  zuzhili explain {told.org_code} {part}" for part in told.parts)


def _change_line(change: Change) -> str:
    if change.name == COLOUR_TITLE:
        return f"{change.name}  {change.cause}"
    moved = "→".join("无" if value is None else _short(value) for value in (change.old, change.new))
    parts = "，".join(name + _short(part, "+") for name, part in change.parts)
    return f"{change.name}  {moved}（{parts or change.cause}）"


def _short(value: float, sign: str = "") -> str:
    return f"{value:{sign}.4f}".rstrip("0").rstrip(".")


def _line_lines(line: Line) -> Iterator[str]:
    yield f"  {_MARKS[line.status]} {line.item_code} {line.item_name}  {_earned(line)}"
    yield f"      {line.reason}"
    if line.full_points != line.nominal_points:
        how = "各期满分平均" if line.status == MEAN else "分摊不适用指标的分后满分"
        yield f"      标准分{line.nominal_points:g}，{how}{line.full_points:.4f}"
    if line.places:
        yield f"      依据：{line.evidence}"
        yield f"      来自：{'；'.join(line.places)}"


def _earned(line: Line) -> str:
    if line.status in ("deducted", "floor"):
        return f"{'扣' if line.points < 0 else '补回'}{abs(line.points):.4f}分"
    lost = line.full_points - line.points
    return f"{line.points:.4f} / {line.full_points:.4f}" + (f"，失{lost:.4f}分" if lost > 0 else "")
