"""Grades and stars: the best whose demands are met, as far as limits and the last grade allow (RULES §2 to §5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

import numpy as np
import pandas as pd

from schemas.outcomes import BarAwards, CapGrade, Limit, Scale
from schemas.rulebook import RuleBook
from transforms.grade_wording import ONE_STEP, Told, grade_reasons
from transforms.limits import reaches_percent_of_first, unmet_names
from transforms.lookup import positions
from transforms.quotas import places, quotas

_COLUMNS = {
    "org_code": "str", "scale": "str", "grade": "str", "index_points": "int64", "place": "Int64", "peers": "int64",
    "previous_grade": "str", "movement": "str", "is_barred": "bool", "limited_by": "str", "reason": "str",
}  # fmt: skip


def grades(
    scores: pd.DataFrame,
    lines: pd.DataFrame,
    assessed: pd.DataFrame,
    limited: pd.DataFrame,
    previous: pd.DataFrame,
    rulebook: RuleBook,
    cadence: str,
) -> pd.DataFrame:
    """One grade per assessed unit and scale of its domain with this cadence: the frame `grade`.

    `limited` is that of `limits.limited`, `previous` holds org_code, scale and grade of the period before. Grain:
    org_code × scale, scales in rule-book order. previous_grade is empty where there was none or the scale no longer has
    it, limited_by (a limit, or one_step) where nothing kept the unit from a better grade.
    """
    scales = {scale.code: scale for scale in rulebook.scales if scale.cadence == cadence}
    found: dict[str, pd.DataFrame] = {}
    for scale in _in_turn(scales):
        units = found.get(scale.by_unit.scale) if scale.by_unit else None
        graded = _Graded(scale, _peers(scale, scores, lines, assessed, units, previous, rulebook))
        found[scale.code] = _frame(graded, limited, rulebook)
    frames = [found[code] for code in scales if len(found[code])]
    return pd.concat(frames, ignore_index=True) if frames else _typed(pd.DataFrame(columns=list(_COLUMNS)))


@dataclass(frozen=True)
class _Graded:
    """The units of a scale and which grades' demands they meet.

    `units`: org, org_code, index_points, place, edge (the last place of those with equal points), peers, unmet (names
    of mandatory items), unit (grade of the unit above), before (position of the last period's grade, -1 none).
    """

    scale: Scale
    units: pd.DataFrame

    @cached_property
    def reach(self) -> np.ndarray:
        """How many places each unit's group has for each grade."""
        cases = self.units[["peers", "unit"]]
        group, distinct = pd.factorize(pd.MultiIndex.from_frame(cases))
        rows = [places(quotas(self.scale, unit), int(peers)) for peers, unit in distinct]
        return np.array(rows, dtype=np.int64).reshape(-1, len(self.scale.grades))[group]

    @cached_property
    def demands(self) -> dict[str, np.ndarray]:
        """Whether each unit (rows) meets each kind of demand of each grade (columns)."""
        units, grades = self.units, self.scale.grades
        index = units["index_points"].to_numpy()[:, None]
        edge = units["edge" if self.scale.ties == "exclude" else "place"].to_numpy()[:, None]
        least = np.array([np.iinfo(np.int64).min if g.at_least is None else g.at_least for g in grades])
        unmet = units["unmet"].ne("").to_numpy()[:, None]
        everyone = np.ones(len(units), dtype=bool)
        of_first = [
            everyone if g.percent_of_first is None else reaches_percent_of_first(units, g.percent_of_first)
            for g in grades
        ]
        return {
            "points": index >= least,
            "quota": edge <= self.reach,
            "mandatory": ~(unmet & np.array([g.mandatory for g in grades])),
            "first": np.column_stack(of_first),
        }

    @cached_property
    def met(self) -> np.ndarray:
        """Whether each unit meets all that each grade asks for."""
        return np.logical_and.reduce(list(self.demands.values()))

    def best(self, allowed: np.ndarray) -> np.ndarray:
        """Position of the best grade that each unit meets and is allowed; the last where it is none."""
        open_to = self.met & allowed
        open_to[:, -1] = True
        return open_to.argmax(axis=1)


def _in_turn(scales: dict[str, Scale]) -> Iterator[Scale]:
    """Scales whose quotas go by another scale after that one. Raises CycleError where they go round in a ring."""
    needs = {code: {scale.by_unit.scale} & set(scales) if scale.by_unit else set() for code, scale in scales.items()}
    return (scales[code] for code in TopologicalSorter(needs).static_order())


def _peers(
    scale: Scale,
    scores: pd.DataFrame,
    lines: pd.DataFrame,
    assessed: pd.DataFrame,
    units: pd.DataFrame | None,
    previous: pd.DataFrame,
    rulebook: RuleBook,
) -> pd.DataFrame:
    frame = scores.loc[scores["domain"].isin(scale.domains).to_numpy()].reset_index(drop=True)
    org = frame["org"].to_numpy(dtype=np.int64)
    ties = frame.groupby(["peer_group", "index_points"])["org"].transform("size")
    is_asked = any(grade.mandatory for grade in scale.grades)
    unmet = unmet_names(lines, {item.code for item in rulebook.items if item.is_mandatory and is_asked}, rulebook)
    return frame.assign(
        place=frame["rank"],
        edge=frame["rank"] + ties - 1,
        unmet=unmet.reindex(org).fillna("").to_numpy(),
        unit="" if units is None else _grade_of(units, assessed["parent_code"].iloc[org]).fillna("").to_numpy(),
        before=positions(
            _grade_of(previous[previous["scale"] == scale.code], frame["org_code"]),
            pd.Index([grade.code for grade in scale.grades]),
        ),
    )


def _grade_of(found: pd.DataFrame, org_codes: pd.Series) -> pd.Series:
    return found.set_index("org_code")["grade"].reindex(org_codes.to_numpy())


def _frame(graded: _Graded, limited: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    scale, units = graded.scale, graded.units
    limits = [(limit, _is_limited(limit, limited, units)) for limit in rulebook.limits]
    causes = [(limit.code, _allowed(limit, own, scale)) for limit, own in limits if own.any()]
    if scale.movement == ONE_STEP:
        step = np.arange(len(scale.grades)) >= units["before"].to_numpy()[:, None] - 1
        causes.append((ONE_STEP, step | (units["before"] < 0).to_numpy()[:, None]))
    everything = np.ones((len(units), len(scale.grades)), dtype=bool)
    earned = graded.best(everything)
    given = graded.best(np.logical_and.reduce([everything, *(allowed for _, allowed in causes)]))
    alone = np.column_stack([graded.best(allowed) for _, allowed in causes] or [earned])
    cause = np.where(given == earned, 0, 1 + alone.argmax(axis=1))
    bars = [own for limit, own in limits if any(isinstance(effect, BarAwards) for effect in limit.effects)]
    is_barred = np.logical_or.reduce([np.zeros(len(units), dtype=bool), *bars])
    before, codes = units["before"].to_numpy(), np.array([grade.code for grade in scale.grades], dtype=object)
    limited_by = np.array([None, *(code for code, _ in causes)], dtype=object)[cause]
    said = Told(graded.demands, graded.reach, earned, given, limited_by, is_barred)
    return _typed(
        units[["org_code", "index_points", "place", "peers"]].assign(
            scale=scale.code,
            grade=codes[given],
            previous_grade=np.where(before < 0, None, codes[before]),
            movement=np.select([before < 0, given < before, given > before], ["new", "risen", "fallen"], "same"),
            is_barred=is_barred,
            limited_by=limited_by,
            reason=grade_reasons(scale, units, said, rulebook),
        )
    )


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(_COLUMNS)[list(_COLUMNS)]


def _is_limited(limit: Limit, limited: pd.DataFrame, units: pd.DataFrame) -> np.ndarray:
    return units["org"].isin(limited.loc[limited["code"] == limit.code, "org"]).to_numpy()


def _allowed(limit: Limit, is_limited: np.ndarray, scale: Scale) -> np.ndarray:
    """Which grades (columns) the limit leaves open to each unit (rows)."""
    codes = [grade.code for grade in scale.grades]
    left = np.ones(len(codes), dtype=bool)
    for effect in limit.effects:
        if isinstance(effect, CapGrade):
            if effect.scale == scale.code:
                left &= np.arange(len(codes)) >= codes.index(effect.grade)
        else:
            left &= np.array([not grade.is_award for grade in scale.grades])
    return ~is_limited[:, None] | left
