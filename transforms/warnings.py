"""Early warnings: the conditions that hold in a period, how long they have held, and who must see to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from schemas.conditions import Condition, Streak
from schemas.periods import Period
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from transforms import wording
from transforms.conditions import GROUP_COLUMNS, NO_CASES, Scene, held
from transforms.responsible import points_lost, with_responsible

STREAK_KEY = ["org_code", "warning_code", "item_code"]
ANY_ITEM = "*"
"""Item code of the run of a condition over whichever items."""


@dataclass(frozen=True)
class Warnings:
    """`warnings`: a row per trigger, keyed by organisation, condition and item. `streaks`: how long every condition has
    held, silent ones too. `peer_groups`: size of the bottom of every peer group, by condition."""

    warnings: pd.DataFrame
    streaks: pd.DataFrame
    peer_groups: pd.DataFrame


NOBODY_WARNED = Warnings(*(STAGES[name].empty() for name in ("warning", "streak", "peer_group")))
"""Where no condition is looked at."""


def warnings(scene: Scene, rulebook: RuleBook, previous: pd.DataFrame) -> Warnings:
    """All triggers of the period; an organisation keeps every one of them (RULES §1, three-colour pool).

    `previous` is the streaks frame of the period before, empty where there is none: a run goes on only if its condition
    held in that edition too, so an organisation that was not assessed then starts anew.
    """
    conditions = [condition for condition in rulebook.conditions if condition.cadence == scene.period.cadence]
    now, groups = _now(conditions, scene, rulebook)
    streaks = _streaks(now, previous, scene.period)
    at_once = now.merge(streaks, on=STREAK_KEY, how="left", validate="1:1")
    triggers = pd.concat([at_once, *_long_runs(conditions, at_once, streaks)], ignore_index=True)
    coloured = triggers.merge(_colours(conditions), on="warning_code", how="inner", validate="m:1")
    lost = points_lost(scene.lines, scene.assessed, rulebook)
    led = with_responsible(coloured, scene.organizations, lost, rulebook)
    return Warnings(led, streaks, groups)


def _now(conditions: Sequence[Condition], scene: Scene, rulebook: RuleBook) -> tuple[pd.DataFrame, pd.DataFrame]:
    cases, groups = [NO_CASES.assign(warning_code="")], [pd.DataFrame(columns=["warning_code", *GROUP_COLUMNS])]
    for condition in conditions:
        if not isinstance(condition.when, Streak):
            found = held(condition, scene, rulebook)
            cases.append(found.holds.assign(warning_code=condition.code))
            groups.append(found.groups.assign(warning_code=condition.code))
    now = pd.concat(cases, ignore_index=True).astype({"warning_code": "str"})
    org_code = scene.assessed["org_code"].take(now["org"]).reset_index(drop=True)
    filled = [frame for frame in groups if len(frame)]
    return now.assign(org_code=org_code).drop(columns="org"), pd.concat(filled or groups, ignore_index=True)


def _streaks(now: pd.DataFrame, previous: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Length of the run of what holds now, by item and, as item `*`, over whichever items."""
    by_item = now[STREAK_KEY]
    any_item = by_item[by_item["item_code"] != ""].assign(item_code=ANY_ITEM).drop_duplicates()
    frame = pd.concat([by_item, any_item], ignore_index=True)
    runs = frame.merge(previous[[*STREAK_KEY, "since_period", "months"]], on=STREAK_KEY, how="left", validate="1:1")
    since = runs["since_period"].astype("str").fillna(str(period))
    return runs.assign(since_period=since, months=runs["months"].fillna(0).astype("int64") + 1)


def _long_runs(conditions: Sequence[Condition], at_once: pd.DataFrame, streaks: pd.DataFrame) -> list[pd.DataFrame]:
    """Triggers of the conditions on runs; the reason is this period's, with the length of the run before it."""
    return [_long_run(condition, condition.when, at_once, streaks) for condition in conditions
            if isinstance(condition.when, Streak)]  # fmt: skip


def _long_run(condition: Condition, when: Streak, at_once: pd.DataFrame, streaks: pd.DataFrame) -> pd.DataFrame:
    runs = streaks[(streaks["warning_code"] == when.of) & (streaks["months"] >= when.months)]
    of_one_item = ~runs["item_code"].isin(["", ANY_ITEM])
    runs = runs[~of_one_item] if when.match == "any_item" else runs[runs["item_code"] != ANY_ITEM]
    runs = runs.merge(at_once[[*STREAK_KEY, "reason"]], on=STREAK_KEY, how="left", validate="1:1")
    runs["reason"] = runs["reason"].fillna("每期都有这类情形，各期的指标不必相同")
    length = (
        "连续"
        + runs["months"].astype("str")
        + f"{wording.COUNTED[condition.cadence]}（自"
        + runs["since_period"]
        + "起）："
    )
    return runs.assign(
        warning_code=condition.code, item_code=runs["item_code"].replace(ANY_ITEM, ""), reason=length + runs["reason"]
    )


def _colours(conditions: Sequence[Condition]) -> pd.DataFrame:
    coloured = [condition for condition in conditions if condition.colour]
    return pd.DataFrame(
        {
            "warning_code": pd.Series([condition.code for condition in coloured], dtype="str"),
            "colour": pd.Series([condition.colour for condition in coloured], dtype="str"),
            "severity": [condition.severity for condition in coloured],
        }
    )
