"""Bonus and deduction lines from the event register and from places, the index's floor, and what moved each unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from schemas.outcomes import Adjustment
from schemas.rulebook import RuleBook
from transforms import outcome_wording, wording
from transforms.exact import half_up, product
from transforms.ledger import no_lines
from transforms.lookup import by_code, positions
from transforms.observations import Observed
from transforms.standings import ranks

COEFFICIENT = "coefficient:"
"""Item code of a coefficient's line: this prefix and the coefficient's code."""
FLOOR_INDEX = "floor:index"
_WHOLE = ("value_num", "value_den", "rank_num", "rank_den", "places_moved")
_TEXTS = ("org_code", "code", "kind", "reason", "evidence")


def events(found: Observed, assessed: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """The register's entries that count: of a unit whose domain the adjustment is for, and happened at all.

    Grain: org × item (position among the rule book's adjustments); `code`, and value_num / value_den, how often.
    `found` is that of `observations.registered`.
    """
    values, entries = found.values, rulebook.adjustments
    domain = assessed["domain"].to_numpy()[values["org"].to_numpy(dtype=np.int64)]
    item = values["item"].to_numpy(dtype=np.int64)
    counts = np.asarray((values["value_num"] > 0) & (values["value_den"] > 0), dtype=bool)
    allowed = np.zeros(len(values), dtype=bool)
    for position, entry in enumerate(entries):
        allowed |= (item == position) & np.isin(domain, entry.domains)
    codes = pd.array([entry.code for entry in entries], dtype="str")
    return values.assign(code=pd.Series(codes.take(item), index=values.index))[counts & allowed]


def adjustment_lines(
    found: Observed,
    lines: pd.DataFrame,
    assessed: pd.DataFrame,
    rulebook: RuleBook,
    cadence: str,
    domains: Collection[str],
) -> pd.DataFrame:
    """Bonus and deduction lines with this cadence of the units assessed in `domains`, status adjusted, full points 0.

    An event's value is how often it was registered, its points ±min(each × value, cap). A place's value is the rank in
    the peer group by the dimensions that it names, of `lines`; who has no points there has no place. Vetoes have none.
    """
    own = {position: entry for position, entry in enumerate(rulebook.adjustments) if entry.cadence == cadence}
    happened = events(found, assessed, rulebook)
    happened = happened[assessed["domain"].isin(domains).to_numpy()[happened["org"].to_numpy(dtype=np.int64)]]
    parts = []
    for position, entry in own.items():
        if entry.by_rank:
            parts.append(_by_place(entry, lines, assessed, domains))
        elif entry.kind != "veto":
            parts.append(_by_events(entry, happened[happened["item"] == position]))
    return pd.concat(parts, ignore_index=True) if parts else no_lines()


def index_floor(lines: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """Lines `floor:index` that lift an index below 0 to 0, in the first adjustment dimension."""
    codes = _of_role(rulebook, "adjustment")
    total = index_points(lines, rulebook, lines["org"].unique())
    below = total[total < 0]
    if not codes or below.empty:
        return no_lines()
    lifted = adjusted_lines(below.index.to_numpy(), FLOOR_INDEX, codes[0], 0, 0, -below.to_numpy())
    return lifted.assign(status=pd.Series("floor", index=lifted.index, dtype="str"))


def adjustment_rows(
    found: Observed,
    lines: pd.DataFrame,
    coefficients: pd.DataFrame,
    limited: pd.DataFrame,
    assessed: pd.DataFrame,
    rulebook: RuleBook,
    cadence: str,
) -> pd.DataFrame:
    """What moved each unit's number, or keeps it from grades: the frame `adjustment`, in rule-book order.

    `coefficients` is that of `coefficients.coefficients` with places_moved, `limited` that of `limits.limited`. Grain:
    org_code × code. Points are those of the ledger line; vetoes and limits have none.
    """
    rows = [
        _event_rows(found, lines, assessed, rulebook, cadence),
        _coefficient_rows(coefficients, lines, rulebook),
        _limit_rows(limited, found, rulebook),
    ]
    frame = pd.concat([part for part in rows if len(part)] or rows, ignore_index=True)
    frame = by_code(frame.sort_values("org", kind="stable"), assessed["org_code"])
    whole = {name: pd.array(frame[name] if name in frame else [None] * len(frame), dtype="Int64") for name in _WHOLE}
    typed = dict.fromkeys(_TEXTS, "str") | {"points": "int64"}
    return frame.assign(**whole)[[*typed, *_WHOLE]].astype(typed).reset_index(drop=True)


def told(lines: pd.DataFrame, rows: pd.DataFrame, assessed: pd.DataFrame) -> pd.DataFrame:
    """The lines with `reason` and `evidence` of those that were adjusted, and of the index's floor.

    `rows` is that of `adjustment_rows`. Lines that are told of already, and all others, stay as they are.
    """
    code = rows["code"].where(rows["kind"].ne("coefficient"), COEFFICIENT + rows["code"].astype("str"))
    said = rows[["reason", "evidence"]].assign(org=positions(rows["org_code"], pd.Index(assessed["org_code"])))
    found = lines[["org", "item_code"]].merge(
        said.assign(item_code=code), on=["org", "item_code"], how="left", validate="m:1"
    )
    is_floor, is_adjusted = lines["item_code"].eq(FLOOR_INDEX), lines["status"].eq("adjusted")
    texts = {}
    for name, of_floor in (("reason", outcome_wording.FLOORED), ("evidence", "")):
        own = (
            pd.Series(found[name].to_numpy(), index=lines.index, dtype="str")
            .where(is_adjusted)
            .mask(is_floor, of_floor)
        )
        texts[name] = lines[name].fillna(own) if name in lines else own
    return lines.assign(**texts)


def index_points(lines: pd.DataFrame, rulebook: RuleBook, orgs: np.ndarray) -> pd.Series:
    """The index of each of `orgs`: the sum of the counted and the adjustment dimensions. Index: org."""
    return points_in(lines, [*_of_role(rulebook, "counted"), *_of_role(rulebook, "adjustment")], orgs)


def full_points(lines: pd.DataFrame, rulebook: RuleBook, orgs: np.ndarray) -> pd.Series:
    """The full points of each of `orgs`: those of the counted dimensions. Index: org."""
    return points_in(lines, _of_role(rulebook, "counted"), orgs, "full_points")


def points_in(lines: pd.DataFrame, dimensions: Sequence[str], orgs: np.ndarray, column: str = "points") -> pd.Series:
    """What these dimensions come to for each of `orgs`, in ten-thousandths. Index: org."""
    inside = lines[lines["dimension"].isin(dimensions)]
    return inside.groupby("org")[column].sum().reindex(pd.Index(orgs, name="org"), fill_value=0).astype("int64")


def adjusted_lines(
    org: np.ndarray, item_code: str, dimension: str, num: np.ndarray | int, den: np.ndarray | int, points: np.ndarray
) -> pd.DataFrame:
    """Ledger lines of one entry, status adjusted, full points 0, neither met nor unmet."""
    frame = pd.DataFrame({"org": org, "value_num": num, "value_den": den, "points": points, "full_points": 0})
    texts = {"item_code": item_code, "assessor": "", "dimension": dimension, "status": "adjusted"}
    typed = {name: pd.Series(text, index=frame.index, dtype="str") for name, text in texts.items()}
    return frame.assign(**typed, is_met=pd.Series(pd.NA, index=frame.index, dtype="boolean"))[list(no_lines())]


def _of_role(rulebook: RuleBook, role: str) -> list[str]:
    return [dimension.code for dimension in rulebook.dimensions if dimension.role == role]


def _by_events(entry: Adjustment, happened: pd.DataFrame) -> pd.DataFrame:
    num, den = happened["value_num"].to_numpy(), happened["value_den"].to_numpy()
    points = np.minimum(half_up(product(num, entry.each), den), entry.cap)
    assert entry.dimension is not None
    if entry.kind == "bonus":
        return adjusted_lines(happened["org"].to_numpy(), entry.code, entry.dimension, num, den, points)
    lost = adjusted_lines(happened["org"].to_numpy(), entry.code, entry.dimension, num, den, -points)
    return lost.assign(is_met=pd.Series(False, index=lost.index, dtype="boolean"))


def _by_place(entry: Adjustment, lines: pd.DataFrame, assessed: pd.DataFrame, domains: Collection[str]) -> pd.DataFrame:
    assert entry.by_rank is not None
    assert entry.dimension is not None
    org = np.flatnonzero(assessed["domain"].isin(entry.domains) & assessed["domain"].isin(domains))
    basis = points_in(lines, entry.by_rank.dimensions, org)
    place = ranks(basis, assessed["peer_group"].iloc[org]).to_numpy()
    placed = (place <= len(entry.by_rank.points)) & (basis > 0).to_numpy()
    points = np.array(entry.by_rank.points, dtype=np.int64)[place[placed] - 1]
    return adjusted_lines(org[placed], entry.code, entry.dimension, place[placed], 1, points)


def _event_rows(
    found: Observed, lines: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook, cadence: str
) -> pd.DataFrame:
    own = [entry for entry in rulebook.adjustments if entry.cadence == cadence]
    entries = {entry.code: (n, entry) for n, entry in enumerate(rulebook.adjustments) if entry in own}
    vetoes = events(found, assessed, rulebook).assign(points=0)
    vetoes = vetoes[vetoes["code"].isin([entry.code for entry in own if entry.kind == "veto"])]
    adjusted = lines[lines["status"].eq("adjusted") & lines["item_code"].isin(entries)]
    adjusted = adjusted.rename(columns={"item_code": "code"})
    columns = ["org", "code", "value_num", "value_den", "points"]
    rows = pd.concat([vetoes[columns], adjusted[columns]], ignore_index=True)
    item = rows["code"].map({code: n for code, (n, _) in entries.items()}).astype("int64")
    rows = rows.assign(item=item).sort_values("item", kind="stable", ignore_index=True)
    rows = rows.merge(wording.evidence(found.used), on=["org", "item"], how="left", validate="1:1")
    peers = _peers(assessed)[rows["org"].to_numpy(dtype=np.int64)]
    of_row = [entries[code][1] for code in rows["code"]]
    is_place = np.array([entry.by_rank is not None for entry in of_row], dtype=bool)
    numbers = zip(of_row, rows["value_num"], rows["value_den"], rows["points"], peers, strict=True)
    return rows.assign(
        kind=[entry.kind for entry in of_row],
        reason=[outcome_wording.adjustment_reason(*row, rulebook) for row in numbers],
        evidence=rows["evidence"].fillna(""),
        rank_num=rows["value_num"].where(is_place),
        rank_den=rows["value_den"].where(is_place),
        value_num=rows["value_num"].mask(is_place),
        value_den=rows["value_den"].mask(is_place),
    ).drop(columns="item")


def _peers(assessed: pd.DataFrame) -> np.ndarray:
    return assessed.groupby("peer_group")["org_code"].transform("size").to_numpy(dtype=np.int64)


def _coefficient_rows(table: pd.DataFrame, lines: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    entries = {entry.code: entry for entry in rulebook.coefficients}
    points = lines.loc[lines["item_code"].str.startswith(COEFFICIENT), ["org", "item_code", "points"]]
    points = points.assign(code=points["item_code"].str.removeprefix(COEFFICIENT)).drop(columns="item_code")
    rows = table.merge(points, on=["org", "code"], how="inner", validate="1:1")
    applied = np.zeros(len(rows), dtype=np.int64)
    for code, entry in entries.items():
        own = rows["code"].eq(code).to_numpy()
        applied[own] = points_in(lines, entry.applies_to, rows["org"].to_numpy()[own]).to_numpy()
    rows = rows.assign(applied_points=applied)
    reasons = [outcome_wording.coefficient_reason(entries[row.code], row, rulebook) for row in rows.itertuples()]
    evidence = [outcome_wording.ranked_by(entries[row.code], row, rulebook) for row in rows.itertuples()]
    kept = ["org", "code", "value_num", "value_den", "rank_num", "rank_den", "places_moved", "points"]
    return rows[kept].assign(kind="coefficient", reason=reasons, evidence=evidence)


def _limit_rows(limited: pd.DataFrame, found: Observed, rulebook: RuleBook) -> pd.DataFrame:
    entries = {limit.code: limit for limit in rulebook.limits}
    asked = pd.DataFrame(
        [
            (limit.code, item)
            for limit in rulebook.limits
            for item, entry in enumerate(rulebook.adjustments)
            if any(entry.code in getattr(condition, "codes", ()) for condition in limit.conditions)
        ],
        columns=["code", "item"],
    ).astype({"code": "str", "item": "int64"})
    used = found.used.merge(asked, on="item", how="inner", validate="m:m")
    number = {code: n for n, code in enumerate(entries)}
    keys = wording.evidence(used.assign(item=used["code"].map(number).astype("int64")))
    rows = limited.assign(item=limited["code"].map(number).astype("int64"))
    rows = rows.merge(keys, on=["org", "item"], how="left", validate="1:1").drop(columns="item")
    texts = zip(rows["code"], rows["reason"], strict=True)
    reasons = [outcome_wording.limit_reason(entries[code], why, rulebook) for code, why in texts]
    return rows.assign(kind="limit", points=0, reason=reasons, evidence=rows["evidence"].fillna(""))
