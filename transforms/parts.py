"""What a longer period takes over from the shorter ones inside it, such as a quarter from its months (RULES §1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.periods import Period
from schemas.rulebook import CadenceRule, Dimension, RuleBook
from transforms import wording
from transforms.exact import common_denominator, half_up, means, sums
from transforms.ledger import no_lines
from transforms.lookup import line_keys, positions
from transforms.registry import Registry, as_at
from transforms.succession import carried

OWN = (
    "org",
    "part",
    "item_code",
    "assessor",
    "dimension",
    "item_order",
    "value_num",
    "value_den",
    "points",
    "full_points",
    "status",
)
MEAN = "mean"
"""Status of an earning line that is the mean of several: neither met nor missed."""


@dataclass(frozen=True)
class Part:
    """A shorter period as scored: its organisations' scores, ledger lines and items, as the warehouse keeps them."""

    period: Period
    scores: pd.DataFrame
    lines: pd.DataFrame
    items: pd.DataFrame


@dataclass(frozen=True)
class Parts:
    """Scored parts by position of organisation.

    `lines` has the columns OWN, `part` being a place in `periods`. `scored` has a row (org, part) for every part in
    which an organisation was assessed, `count` how many those are.
    """

    periods: tuple[Period, ...]
    lines: pd.DataFrame
    scored: pd.DataFrame
    count: np.ndarray


def organizations(registry: Registry, period: Period, parts: Sequence[Part]) -> pd.DataFrame:
    """Organisations as at the period's last day; assessed are those with a domain that a part has assessed, under
    whatever code. Source: RULES §0, as at.
    """
    day = period.end.toordinal()
    frame = as_at(registry, day)
    scored = [carried(part.scores, registry, day)["org_code"] for part in parts]
    return frame.assign(is_assessed=frame["domain"].notna() & frame["org_code"].isin(pd.concat(scored)))


def together(parts: Sequence[Part], assessed: pd.DataFrame, registry: Registry, period: Period) -> Parts:
    """The parts' scores and lines under the codes that their organisations bear on the period's last day."""
    day, codes = period.end.toordinal(), pd.Index(assessed["org_code"])

    def placed(frame: pd.DataFrame, part: int) -> pd.DataFrame:
        own = carried(frame, registry, day)
        own = own.assign(org=positions(own["org_code"], codes), part=part)
        return own[own["org"] >= 0]

    scored = pd.concat([placed(part.scores, place)[["org", "part"]] for place, part in enumerate(parts)])
    lines = [
        placed(part.lines, place).merge(
            part.items[["item_code", "item_order", "dimension"]], on="item_code", how="left", validate="m:1"
        )[list(OWN)]
        for place, part in enumerate(parts)
    ]
    count = np.bincount(scored["org"], minlength=len(assessed))
    return Parts(tuple(part.period for part in parts), pd.concat(lines, ignore_index=True), scored, count)


def findings_while_assessed(findings: pd.DataFrame, parts: Parts, assessed: pd.DataFrame) -> pd.DataFrame:
    """Findings dated in a part in which their organisation was assessed; the others deduct nothing (RULES §0)."""
    starts = pd.DatetimeIndex([period.start for period in parts.periods])
    ends = pd.DatetimeIndex([period.end for period in parts.periods])
    last = np.searchsorted(starts, findings["day"], side="right") - 1
    part = np.where((last >= 0) & (findings["day"] <= ends[last]), last, -1)
    org = positions(findings["org_code"], pd.Index(assessed["org_code"]))
    was = pd.MultiIndex.from_frame(parts.scored)
    return findings[pd.MultiIndex.from_arrays([org, part]).isin(was)]


def carried_lines(parts: Parts, assessed: pd.DataFrame, rulebook: RuleBook, rule: CadenceRule) -> pd.DataFrame:
    """The ledger lines that a period takes over from its parts: the mean of every line (`mean_lines`).

    Where the rule book adds deductions up (`deductions: sum`) they are not averaged, and floors are left to be made
    anew. The lines have their `reason` and `evidence`.
    """
    if rule.deductions == "mean":
        return mean_lines(parts, parts.lines["org"] >= 0, assessed, rulebook)
    lost, lifted = parts.lines["status"].eq("deducted"), parts.lines["status"].eq("floor")
    return stacked(
        mean_lines(parts, ~lost & ~lifted, assessed, rulebook), _by_domain(parts, lost, assessed, rulebook, _added_up)
    )


def mean_lines(parts: Parts, which: pd.Series, assessed: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """The mean of every line (`which` of the parts' lines) over the parts in which its organisation was assessed.

    The mean of the parts' totals is rounded half up once; dimensions and then lines get it by largest remainder, ties
    in rule-book order; full points the same way. The mean of a basis dimension is rounded by itself. A line that only
    some of the parts have counts as 0 in the others, so an item of a domain that the organisation has since left still
    counts. `is_met` and the value are empty.
    """
    return _by_domain(parts, which, assessed, rulebook, _mean)


@dataclass(frozen=True)
class _Cells:
    """Lines of one domain as arrays: parts × organisations × items, 0 where there is none; items in rule-book order."""

    periods: tuple[Period, ...]
    orgs: np.ndarray
    count: np.ndarray
    items: pd.DataFrame
    seen: np.ndarray
    points: np.ndarray
    full_points: np.ndarray
    found: pd.DataFrame

    def lines(self, points: np.ndarray, full_points: np.ndarray, count: np.ndarray | None) -> pd.DataFrame:
        """Ledger lines of the items that any part has a line of; points and full points: organisations × items.

        `count`: over how many parts each organisation's are a mean; None where they are added up.
        """
        row, column = np.nonzero(self.seen.any(axis=0))
        taken = None if count is None else count[row]
        told = wording.parts_told(self.periods, self.points[:, row, column], self.seen[:, row, column], taken)
        item = self.items.take(column)
        return pd.DataFrame(
            {
                "org": self.orgs[row],
                "item_code": item["item_code"].to_numpy(),
                "assessor": item["assessor"].to_numpy(),
                "dimension": item["dimension"].to_numpy(),
                "value_num": 0,
                "value_den": 0,
                "points": points[row, column],
                "full_points": full_points[row, column],
                "is_met": pd.array([pd.NA] * len(row), dtype="boolean"),
                "status": item["status"].to_numpy(),
                **told,
            }
        )


def _by_domain(
    parts: Parts,
    which: pd.Series,
    assessed: pd.DataFrame,
    rulebook: RuleBook,
    made: Callable[[_Cells], pd.DataFrame],
) -> pd.DataFrame:
    """Lines made of the parts' lines, a domain at a time, so that arrays hold its items alone."""
    lines = parts.lines[which]
    domain = assessed["domain"].to_numpy()[lines["org"]]
    return stacked(*(made(_cells(parts, own, rulebook.dimensions)) for _, own in lines.groupby(domain)))


def _cells(parts: Parts, lines: pd.DataFrame, dimensions: Sequence[Dimension]) -> _Cells:
    key = line_keys(lines["item_code"], lines["assessor"])
    items = lines.assign(key=key).drop_duplicates("key")
    items = items[["key", "item_code", "assessor", "item_order", "dimension", "status"]]
    items = items.assign(
        place=positions(items["dimension"], pd.Index([dimension.code for dimension in dimensions])),
        is_basis=items["dimension"].isin([dimension.code for dimension in dimensions if dimension.role == "basis"]),
    ).sort_values(["place", "item_order"], kind="stable")
    row, orgs = pd.factorize(lines["org"], sort=True)
    column = positions(key, pd.Index(items["key"]))
    cell = (lines["part"].to_numpy(), row, column)
    shape = (len(parts.periods), len(orgs), len(items))
    seen, points, full = np.zeros(shape, dtype=bool), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    seen[cell], points[cell], full[cell] = True, lines["points"].to_numpy(), lines["full_points"].to_numpy()
    found = lines[["value_num", "value_den"]].assign(cell=row * len(items) + column)
    return _Cells(parts.periods, np.asarray(orgs), parts.count[orgs], items, seen, points, full, found)


def _mean(cells: _Cells) -> pd.DataFrame:
    points, full_points = (
        _means(values.sum(axis=0), cells.count, cells.items) for values in (cells.points, cells.full_points)
    )
    lines = cells.lines(points, full_points, cells.count)
    is_earned = ~lines["status"].isin(["deducted", "floor", "adjusted"])
    return lines.assign(status=lines["status"].mask(is_earned, MEAN))


def _means(total: np.ndarray, count: np.ndarray, items: pd.DataFrame) -> np.ndarray:
    """Means of `total` (organisations × items) in whole ten-thousandths that add up by dimension and to the index.

    A basis is in no index: its mean is its own.
    """
    first = np.flatnonzero(np.diff(items["place"].to_numpy(), prepend=-1))
    by_dimension = np.add.reduceat(total, first, axis=1)
    of_dimension = half_up(by_dimension, count[:, None])
    in_index = ~items["is_basis"].to_numpy()[first]
    counted = by_dimension[:, in_index]
    of_dimension[:, in_index] = means(counted, count, half_up(counted.sum(axis=1), count))
    inside = np.split(total, first[1:], axis=1)
    return np.hstack([means(own, count, of_dimension[:, place]) for place, own in enumerate(inside)])


def _added_up(cells: _Cells) -> pd.DataFrame:
    """Deductions of all parts together, with how often it was found altogether."""
    lines = cells.lines(cells.points.sum(axis=0), cells.full_points.sum(axis=0), None)
    size = cells.seen.shape[1] * cells.seen.shape[2]
    num, shared = common_denominator(cells.found["value_num"].to_numpy(), cells.found["value_den"].to_numpy())
    found = sums(num, cells.found["cell"].to_numpy(), size)[cells.seen.any(axis=0).reshape(-1)]
    return lines.assign(value_num=found, value_den=shared, is_met=pd.array([False] * len(lines), dtype="boolean"))


def stacked(*frames: pd.DataFrame) -> pd.DataFrame:
    """Frames of lines one below the other."""
    return pd.concat([frame for frame in frames if len(frame)] or [no_lines()], ignore_index=True)
