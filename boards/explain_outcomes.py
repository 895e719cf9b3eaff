"""What an organisation's score led to, in Chinese: grades, vetoes and limits, tasks, figures of the tree, factors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boards.outcomes_told import Adjusted, Figure, Graded, Share, Task

TASK_STATUS_TITLES = {"open": "待办", "overdue": "逾期", "done": "已办结"}
_MOVEMENTS = {"same": "与上期相同", "risen": "上期{}，上升", "fallen": "上期{}，下降"}
_PLACES = 6


def grade_lines(told: Sequence[Graded]) -> Iterator[str]:
    """Each grade with the one before and why."""
    for grade in told:
        moved = _MOVEMENTS.get(grade.movement, "").format(grade.previous_name)
        limited = f"受限于“{grade.limited_by_name}”" if grade.limited_by_name else ""
        beside = "，".join(text for text in (moved, limited) if text)
        yield f"{grade.scale_name}：{grade.grade_name}" + (f"（{beside}）" if beside else "")
        yield f"    {grade.reason}"


def adjusted_lines(told: Sequence[Adjusted]) -> Iterator[str]:
    """Vetoes and limits: what else moved the number is told as a line of its dimension."""
    for one in told:
        if one.kind in ("veto", "limit"):
            yield f"！ {one.reason}"
            if one.evidence:
                yield f"    依据：{one.evidence}"
            if one.places:
                yield f"    来自：{'；'.join(one.places)}"


def task_lines(told: Sequence[Task]) -> Iterator[str]:
    """Each task with its deadline, who is responsible, why it arose, and what it was done or cleared by."""
    for task in told:
        done = f"，{task.done_on}办结" if task.done_on else ""
        yield f"{TASK_STATUS_TITLES[task.status]} {task.name}（期限{task.due_on}{done}，责任主体：{task.responsible}）"
        yield f"    {task.reason}"
        if task.done_by:
            yield f"    办结依据：{task.done_by}"


def figure_lines(told: Sequence[Figure]) -> Iterator[str]:
    """A line for each figure."""
    for figure in told:
        stated = ""
        if figure.stated is not None:
            stated = f"；名册登记{_short(figure.stated)}" + ("" if figure.stated == figure.total else "，与合计不符")
        yield f"{figure.name}  {_short(figure.own)} + {_short(figure.children)} = {_short(figure.total)}{stated}"


def share_lines(told: Sequence[Share]) -> Iterator[str]:
    """A person's factor and the two that it is made of."""
    for share in told:
        factors = f"{share.unit_name}{_short(share.unit)} × 本人{_short(share.personal)}"
        yield f"{share.name} {_short(share.factor)} = {factors}"


def _short(value: float) -> str:
    return f"{value:.{_PLACES}f}".rstrip("0").rstrip(".")
