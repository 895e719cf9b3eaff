"""Work that follows: what grades lead to, orders to put findings right, and when each was done (RULES §2, §3, §5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from schemas.outcomes import Consequence
from schemas.periods import Period
from schemas.rulebook import NegativeItem, RuleBook
from transforms.dates import written
from transforms.responsible import led
from transforms.wording import quoted

CONSEQUENCE, RECTIFICATION, WARNING = "consequence", "rectification", "warning"
OPEN, OVERDUE, DONE = "open", "overdue", "done"
TASK_KEY = ["org_code", "task_code", "item_code", "raised_on"]
_DAY = "datetime64[us]"
_TYPES = {
    **dict.fromkeys(("org_code", "task_code", "item_code"), "str"), "raised_on": _DAY,
    **dict.fromkeys(("kind", "name", "reason", "responsible_code", "responsible_name"), "str"),
    "due_on": _DAY, "status": "str", "done_on": _DAY, "done_by": "str",
}  # fmt: skip


def tasks(
    grades: pd.DataFrame,
    followed: pd.DataFrame,
    organizations: pd.DataFrame,
    lost: pd.DataFrame,
    before: pd.DataFrame,
    rulebook: RuleBook,
    period: Period,
) -> pd.DataFrame:
    """The frame `task`: work of the period's grades and findings, and what of it was still open when it began.

    Tasks of warnings are made once it is known who is warned (`transforms.warning_tasks`).

    Grain: TASK_KEY; each is done once, when all of its findings are put right, or when the register first has the
    consequence's code on or after the day it was raised. The status is that of the period's last day, save that what is
    known to be done is done. Organisations that are gone by then have no tasks.

    `grades` is the frame `grade`. `followed` are checked findings and register entries of the period, and those since
    the first task of `before` was raised, as far as known. `lost` is that of `responsible.points_lost`. `before` is the
    frame `task` of the period before.
    """
    counting = followed[followed["counts"].eq(True) & np.asarray(followed["value_num"] > 0, dtype=bool)]
    raised = [
        _of_grades(grades, organizations, lost, rulebook, period),
        _of_findings(counting, organizations, rulebook, period),
        before.loc[before["kind"] != WARNING, list(before.columns.intersection(list(_TYPES)))],
    ]
    known = pd.concat([typed(part) for part in raised], ignore_index=True).drop_duplicates(TASK_KEY)
    known = known[known["org_code"].isin(organizations["org_code"])]
    done_on = _done_on(known, counting)
    told = {"done_by": _done_by(known["kind"], done_on), "status": status(known["due_on"], done_on, period.end)}
    known = known.assign(done_on=done_on, **told)
    is_over = (known["raised_on"] < str(period.start)) & (done_on < str(period.start))
    return known[~is_over].reset_index(drop=True)


def _of_grades(
    grades: pd.DataFrame, organizations: pd.DataFrame, lost: pd.DataFrame, rulebook: RuleBook, period: Period
) -> pd.DataFrame:
    """A task for every consequence of every grade, raised on the period's last day."""
    entries = {entry.code: entry for entry in rulebook.consequences}
    parts = []
    for scale in rulebook.scales:
        for grade in scale.grades:
            own = grades.loc[grades["scale"].eq(scale.code) & grades["grade"].eq(grade.code), ["org_code"]]
            reason = f"{scale.name}评为“{grade.name}”"
            parts += [_task(own, entries[code], scale.code, reason, period) for code in grade.consequences]
    made = pd.concat([typed(pd.DataFrame()), *(part for part in parts if len(part))], ignore_index=True)
    return led(made, made["task_code"], rulebook.consequences, organizations, lost, rulebook)


def _task(orgs: pd.DataFrame, entry: Consequence, scale: str, reason: str, period: Period) -> pd.DataFrame:
    end = pd.Timestamp(period.end)
    told: dict[str, Any] = {"task_code": entry.code, "item_code": scale, "kind": CONSEQUENCE, "name": entry.name}
    return typed(orgs.assign(**told, reason=reason, raised_on=end, due_on=end + pd.Timedelta(days=entry.due_days)))


def _of_findings(
    counting: pd.DataFrame, organizations: pd.DataFrame, rulebook: RuleBook, period: Period
) -> pd.DataFrame:
    """An order for each organisation, entry of the negative list and day with findings; of entries of this cadence."""
    inside = counting[(counting["day"] >= str(period.start)) & (counting["day"] <= str(period.end))]
    cases = inside[["org_code", "item_code", "day"]].drop_duplicates()
    parts = [
        _order(cases[cases["item_code"] == entry.code], entry, entry.rectify_days)
        for entry in rulebook.negative_items
        if entry.rectify_days is not None and entry.cadence == period.cadence
    ]
    made = pd.concat([typed(pd.DataFrame()), *(part for part in parts if len(part))], ignore_index=True)
    names = organizations.set_index("org_code")["org_name"]
    name = made["org_code"].map(names).astype("str").fillna("")
    return made.assign(responsible_code=made["org_code"], responsible_name=name)


def _order(cases: pd.DataFrame, entry: NegativeItem, days: int) -> pd.DataFrame:
    reason = written(cases["day"], "%Y-%m-%d").astype("str") + f"检查发现{quoted(entry.name)}"
    told: dict[str, Any] = {"task_code": entry.code, "kind": RECTIFICATION, "name": f"整改{quoted(entry.name)}"}
    due = cases["day"] + pd.Timedelta(days=days)
    return typed(cases.assign(**told, reason=reason, raised_on=cases["day"], due_on=due))


def _done_on(known: pd.DataFrame, counting: pd.DataFrame) -> pd.Series:
    """The day on which each task was done, NaT where nothing is known of it."""
    entries = counting[["org_code", "item_code", "day"]].rename(columns={"item_code": "task_code"})
    later = known[TASK_KEY].merge(entries, on=["org_code", "task_code"], how="inner", validate="m:m")
    first = later[later["day"] >= later["raised_on"]].groupby(TASK_KEY, as_index=False)["day"].min()
    orders = counting[["org_code", "item_code", "day", "closed_on"]].rename(columns={"day": "raised_on"})
    closed = orders.groupby(["org_code", "item_code", "raised_on"])["closed_on"]
    whole = closed.max().where(closed.count() == closed.size()).reset_index()
    done = known[TASK_KEY].merge(first, on=TASK_KEY, how="left", validate="1:1")
    done = done.merge(whole, on=["org_code", "item_code", "raised_on"], how="left", validate="m:1")
    is_order = known["kind"].eq(RECTIFICATION).to_numpy()
    return pd.Series(np.where(is_order, done["closed_on"], done["day"]), index=known.index).astype(_DAY)


def _done_by(kind: pd.Series, done_on: pd.Series) -> pd.Series:
    """What each task was done by: an entry of the register, or the day on which its findings were put right."""
    how = pd.Series(np.where(kind.eq(RECTIFICATION), "整改完成 ", "登记 "), index=kind.index, dtype="str")
    return (how + written(done_on, "%Y-%m-%d").astype("str")).where(done_on.notna())


def status(due_on: pd.Series, done_on: pd.Series, day: date) -> pd.Series:
    """The status of each task on a day; what is known to be done is done."""
    is_late = due_on < str(day)
    return pd.Series(np.select([done_on.notna(), is_late], [DONE, OVERDUE], OPEN), index=due_on.index, dtype="str")


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of the frame `task`, empty where there is nothing yet."""
    return pd.DataFrame(
        {name: frame[name].astype(dtype) if name in frame else pd.Series(index=frame.index, dtype=dtype)
         for name, dtype in _TYPES.items()}
    )  # fmt: skip
