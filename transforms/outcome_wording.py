"""Why a coefficient, a bonus, a limit or a grade is what it is, in Chinese sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from schemas.outcomes import Adjustment, CapGrade, Coefficient, Effect, Limit, Scale
from schemas.rulebook import RuleBook
from transforms.wording import number, points, quoted

FLOORED = "扣分超过得分，总分按0分计，补回差额"
_NAMED = 3


def named(names: Sequence[str], at_most: int = _NAMED) -> str:
    """The first few names in quotation marks, the rest counted."""
    told = "".join(quoted(name) for name in names[:at_most])
    return told if len(names) <= at_most else f"{told}等{len(names)}项"


def dimensions_named(codes: Iterable[str], rulebook: RuleBook) -> str:
    """The names of dimensions, with how they are put together where they are several."""
    names = {dimension.code: dimension.name for dimension in rulebook.dimensions}
    told = [names[code] for code in codes]
    return told[0] if len(told) == 1 else f"{'、'.join(told)}合计"


def place(rank: Fraction, peers: int) -> str:
    """A rank among peers; one in the middle of equals as it is reckoned: 第1.5名."""
    return f"{peers}个中第{number(rank)}名"


def ranked_by(entry: Coefficient, row: Any, rulebook: RuleBook) -> str:
    """What a coefficient's rank goes by; `row` is one of the table of coefficients."""
    return f"{dimensions_named(entry.ranked_by, rulebook)}{points(row.basis_points)}分"


def coefficient_reason(entry: Coefficient, row: Any, rulebook: RuleBook) -> str:
    """The rank, c, what it makes of the points and how far it moves the unit.

    `row` is one of the table of coefficients with `points` of its line and `applied_points`, that c applies to.
    """
    c = number(Fraction(row.value_num, row.value_den), 6)
    where = place(Fraction(row.rank_num, row.rank_den), row.peers)
    moved = f"名次因此{'上升' if row.places_moved > 0 else '下降'}{abs(row.places_moved)}位"
    applied = f"{dimensions_named(entry.applies_to, rulebook)}{points(row.applied_points)}分"
    return (
        f"{dimensions_named(entry.ranked_by, rulebook)}得分列{where}，系数{c}；"
        f"{applied}×（{c}−1）={points(row.points)}分；{moved if row.places_moved else '名次不变'}"
    )


def adjustment_reason(entry: Adjustment, num: int, den: int, earned: int, peers: int, rulebook: RuleBook) -> str:
    """How often an entry was registered, or the place that it goes by, and the points for it."""
    if entry.by_rank:
        basis = dimensions_named(entry.by_rank.dimensions, rulebook)
        return f"{entry.name}：{basis}得分列{place(Fraction(num, den), peers)}，加{points(earned)}分"
    times = happened(entry.name, Fraction(num, den))
    if entry.kind == "veto":
        return f"{times}，属一票否决事项，不计分"
    verb = "加" if entry.kind == "bonus" else "扣"
    return f"{times}，每次{verb}{points(entry.each)}分，至多{verb}{points(entry.cap)}分，{verb}{points(abs(earned))}分"


def happened(name: str, times: Fraction) -> str:
    """That an entry of the register was registered so many times."""
    return f"登记{quoted(name)}{number(times)}次"


def limit_reason(limit: Limit, why: str, rulebook: RuleBook) -> str:
    """Which limit holds, why, and what it does."""
    scales = {scale.code: scale for scale in rulebook.scales}
    does = "，".join(_effect(effect, scales) for effect in limit.effects)
    return f"{limit.name}：{why}；{does}，得分不变"


def _effect(effect: Effect, scales: dict[str, Scale]) -> str:
    if isinstance(effect, CapGrade):
        scale = scales[effect.scale]
        return f"{scale.name}不得高于{grade_names(scale)[effect.grade]}"
    return "取消评先评优资格"


def grade_names(scale: Scale) -> dict[str, str]:
    """The names of a scale's grades by code."""
    return {grade.code: grade.name for grade in scale.grades}
