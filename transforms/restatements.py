"""What changed between two editions of a period, for whom, and how much of it came from what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.periods import Period
from transforms.wording import COLOUR_NAMES

COMPONENTS = {"code": "程序", "data": "数据", "registry": "组织名册", "rules": "规则", "streaks": "前期结果"}
"""What a number hangs on, in the order in which its change is split: each step puts the new one in place of the old
and leaves those after it as they were."""
UNIT = 10_000
"""Ranks, counts and severities are kept in the same ten-thousandths as points."""
TABLES = ("score", "dimension_score", "ledger_line", "warning", "grade", "label")
"""The tables of an edition in which its numbers are, and the names of its grades."""
KEY = ["org_code", "measure"]
COLOUR = "colour"
GRADE = "grade:"
"""Measure of a grade: this prefix and its scale; the value is the grade's place in the scale, 1 for the best."""
_NONE = np.iinfo(np.int64).min

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Planned:
    """What a period would come to if it were computed again. `is_changed`: a new edition would appear.

    `differences` are those of `changes`, with each organisation's name and, of colours and grades, what happened in
    words; None where the period has no edition yet. `organizations`: how many would have a score. `waits_for`: who is
    missing, where a final edition would not appear for that; `is_held`: where none would.
    """

    period: Period
    is_changed: bool
    organizations: int
    differences: pd.DataFrame | None = None
    waits_for: str = ""
    is_held: bool = False


def planned(period: Period, is_changed: bool, old: Frames, new: Frames) -> Planned:
    """What would change between the current edition of a period and what it would come to, restricted units aside."""
    rows = changes(old, new)
    names = pd.concat([frames["organization"] for frames in (old, new)]).drop_duplicates("org_code", keep="last")
    rows = rows[~rows["org_code"].isin(names.loc[names["is_restricted"].eq(True), "org_code"])].reset_index(drop=True)
    rows["org_name"] = rows["org_code"].map(names.set_index("org_code")["org_name"])
    rows["told"] = _told(rows, old, new)
    return Planned(period, is_changed, len(new["score"]), rows)


def changes(old: Frames, new: Frames) -> pd.DataFrame:
    """Numbers that differ between the frames of two editions, in ten-thousandths; a side that has none is empty.

    Grain: org_code, measure. Measures: index_points, full_points, rank, peers, previous_rank, dimension:<code>,
    item:<code> and item_full:<code> (points and full points of a ledger line), colour (the gravest severity, 0 is
    none), grade:<scale> (1 is the best). Per cents, medians and rank changes follow from these.
    """
    before, after = _measures(old), _measures(new)
    both = before.merge(after, on=KEY, how="outer", suffixes=("_old", "_new"))
    both = both.rename(columns={"value_old": "old_value", "value_new": "new_value"}).astype(
        {"old_value": "Int64", "new_value": "Int64"}
    )
    same = both["old_value"].eq(both["new_value"]).fillna(False)
    return both[~same.astype(bool)].sort_values(KEY, ignore_index=True)


def restatements(
    old: Frames, steps: Sequence[tuple[str, Frames]], titles: Mapping[str, str] = COMPONENTS
) -> pd.DataFrame:
    """Every changed number with its parts: `steps` names a component and the frames once it and all before it are new.

    The last step's frames are the new edition's. The parts of a row add up to new − old exactly, an empty side counting
    as 0. `titles`: what the causes call each component. Grain: org_code, measure; columns of the table `restatement`.
    """
    new = steps[-1][1]
    rows = changes(old, new)
    keys = pd.MultiIndex.from_frame(rows[KEY])
    values = [_values(frames, keys) for frames in (old, *(frames for _, frames in steps))]
    parts = {f"from_{name}": np.zeros(len(rows), dtype=np.int64) for name in COMPONENTS}
    moved = {name: np.zeros(len(rows), dtype=bool) for name in COMPONENTS}
    for (name, _), before, after in zip(steps, values, values[1:], strict=False):
        parts[f"from_{name}"] += (after.fillna(0) - before.fillna(0)).to_numpy(dtype=np.int64)
        moved[name] |= (after.fillna(_NONE) != before.fillna(_NONE)).to_numpy(dtype=bool)
    return rows.assign(**parts, cause=_causes(rows, moved, titles, old, new))


def _measures(frames: Frames) -> pd.DataFrame:
    score, by_dimension, lines = frames["score"], frames["dimension_score"], frames["ledger_line"]
    of_line = lines.groupby(["org_code", "item_code"], as_index=False)[["points", "full_points"]].sum()
    graded = _graded(frames)
    worst = frames["warning"].groupby("org_code", as_index=False)["severity"].max()
    parts = [
        *(_part(score, name, score[name]) for name in ("index_points", "full_points")),
        *(_part(score, name, score[name] * UNIT) for name in ("rank", "peers", "previous_rank")),
        _part(by_dimension, "dimension:" + by_dimension["dimension"].astype("str"), by_dimension["points"]),
        _part(of_line, "item:" + of_line["item_code"].astype("str"), of_line["points"]),
        _part(of_line, "item_full:" + of_line["item_code"].astype("str"), of_line["full_points"]),
        _part(worst, COLOUR, worst["severity"] * UNIT),
        _part(graded, GRADE + graded["scale"].astype("str"), graded["place"] * UNIT),
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset="value").astype({"value": "int64"})


def _part(frame: pd.DataFrame, measure: str | pd.Series, value: pd.Series) -> pd.DataFrame:
    columns = {"org_code": frame["org_code"], "measure": measure, "value": value.astype("Int64")}
    return pd.DataFrame(columns).astype({"org_code": "str", "measure": "str"})


def _values(frames: Frames, keys: pd.MultiIndex) -> pd.Series:
    return _measures(frames).astype({"value": "Int64"}).set_index(KEY)["value"].reindex(keys)


def _causes(
    rows: pd.DataFrame, moved: Mapping[str, np.ndarray], titles: Mapping[str, str], old: Frames, new: Frames
) -> pd.Series:
    """The components that moved each number; of colours and grades in words, of a colour with its triggers.

    A number that comes or goes is moved also where it is 0.
    """
    patterns, which = np.unique(np.column_stack(list(moved.values())), axis=0, return_inverse=True)
    names = ["、".join(np.array([titles[name] for name in moved])[pattern]) for pattern in patterns]
    causes = pd.Series(pd.array(names, dtype="str").take(which.reshape(-1)), index=rows.index)
    told = _told(rows, old, new)
    return (told.reindex(rows.index) + "（原因：" + causes + "）").fillna(causes)


def _graded(frames: Frames) -> pd.DataFrame:
    """Every grade with its place in the scale, 1 for the best, and its name. Grain: org_code, scale."""
    labels = frames["label"]
    names = labels[labels["label_kind"].eq("grade")].set_index("code")
    grades = frames["grade"]
    code = grades["scale"].astype("str") + "/" + grades["grade"].astype("str")
    place = code.map(names["sort"]).astype("Int64") + 1
    return grades[["org_code", "scale"]].assign(place=place, name=code.map(names["name"]).astype("str"))


def _told(rows: pd.DataFrame, old: Frames, new: Frames) -> pd.Series:
    """What happened in words, of the rows that are colours or grades."""
    is_colour, is_grade = rows["measure"].eq(COLOUR), rows["measure"].str.startswith(GRADE)
    return pd.concat([_colours_told(rows[is_colour], old, new), _grades_told(rows[is_grade], old, new)])


def _grades_told(rows: pd.DataFrame, old: Frames, new: Frames) -> pd.Series:
    before, after = (_graded(frames).set_index(["org_code", "scale"])["name"] for frames in (old, new))
    keys = pd.MultiIndex.from_arrays([rows["org_code"], rows["measure"].str.removeprefix(GRADE)])
    was, is_now = (names.reindex(keys).fillna("无等次").to_numpy() for names in (before, after))
    told = [f"由{one}变为{other}" for one, other in zip(was, is_now, strict=True)]
    return pd.Series(told, index=rows.index, dtype="str")


def _colours_told(rows: pd.DataFrame, old: Frames, new: Frames) -> pd.Series:
    """In words, for each organisation whose colour changed: from what to what, and which triggers came and went."""
    before, after = (_triggers(frames["warning"], rows["org_code"]) for frames in (old, new))
    told = [_colour_told(before.get(org, {}), after.get(org, {})) for org in rows["org_code"]]
    return pd.Series(told, index=rows.index, dtype="str")


Triggers = dict[tuple[str, str], tuple[str, str]]
"""Colour and reason of each trigger by condition and item, the gravest first."""


def _triggers(warnings: pd.DataFrame, orgs: pd.Series) -> dict[str, Triggers]:
    own = warnings[warnings["org_code"].isin(orgs)].sort_values(
        ["severity", "warning_code", "item_code"], ascending=[False, True, True]
    )
    found: dict[str, Triggers] = {}
    for row in own.itertuples():
        found.setdefault(row.org_code, {})[row.warning_code, row.item_code] = (row.colour, row.reason)
    return found


def _colour_told(before: Triggers, after: Triggers) -> str:
    colours = [COLOUR_NAMES[next(iter(found.values()))[0]] if found else "无预警" for found in (before, after)]
    gained = [reason for key, (_, reason) in after.items() if key not in before]
    lost = [reason for key, (_, reason) in before.items() if key not in after]
    told = [f"新增：{'；'.join(gained)}"] * bool(gained) + [f"不再有：{'；'.join(lost)}"] * bool(lost)
    return f"由{colours[0]}变为{colours[1]}。" + "。".join(told)
