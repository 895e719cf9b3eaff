"""Warnings as tasks: raised when a condition begins to warn, done when it holds no more (RULES §1)."""

from __future__ import annotations

import pandas as pd

from schemas.conditions import Condition
from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms.clearing import cleared_by
from transforms.conditions import Scene
from transforms.tasks import DONE, WARNING, status, typed
from transforms.warnings import Warnings
from transforms.wording import COLOUR_NAMES, quoted

_RUN = ["org_code", "task_code", "item_code"]


def warning_tasks(warned: Warnings, scene: Scene, before: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """The tasks of kind `warning` of the frame `task`: those of the period's triggers, and those that it cleared.

    Grain: a task for each unbroken run of a trigger (organisation, condition, item) whose condition has a deadline. It
    arises on the last day of the first period that warned; name, reason and who is responsible are those of the latest
    warning. Where the trigger holds no more, or has no deadline any more, it is done on the period's last day.
    Organisations that are gone by then have no tasks.

    `before` is the frame `task` of the period before, which has the same cadence and so the same conditions.
    """
    period = scene.period
    now = _of_triggers(warned.warnings, _with_deadline(rulebook, period), period)
    left = _open(before, scene.organizations)
    runs = now.merge(left[[*_RUN, "raised_on", "due_on"]], on=_RUN, how="left", suffixes=("", "_left"), validate="1:1")
    since = {name: runs[f"{name}_left"].fillna(runs[name]) for name in ("raised_on", "due_on")}
    cleared = left.merge(now[_RUN], on=_RUN, how="left", validate="1:1", indicator="held")
    cleared = cleared[cleared["held"] == "left_only"]
    ended = cleared.assign(
        status=DONE, done_on=pd.Timestamp(period.end), done_by=cleared_by(cleared, warned.streaks, scene, rulebook)
    )
    running = typed(runs.assign(**since))
    running = running.assign(status=status(running["due_on"], running["done_on"], period.end))
    return pd.concat([running, typed(ended)], ignore_index=True)


def still_open(before: pd.DataFrame, organizations: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The tasks of kind `warning` of a provisional edition: those left open, as they stand on the period's first day.

    Such an edition warns nobody and clears nothing.
    """
    left = _open(before, organizations)
    return left.assign(status=status(left["due_on"], left["done_on"], period.start))


def _with_deadline(rulebook: RuleBook, period: Period) -> list[Condition]:
    return [one for one in rulebook.conditions if one.due_days is not None and one.cadence == period.cadence]


def _open(before: pd.DataFrame, organizations: pd.DataFrame) -> pd.DataFrame:
    """The tasks of warnings that the period before left to organisations that still are."""
    is_left = before["kind"].eq(WARNING) & before["status"].ne(DONE)
    return typed(before[is_left & before["org_code"].isin(organizations["org_code"])]).reset_index(drop=True)


def _of_triggers(triggers: pd.DataFrame, conditions: list[Condition], period: Period) -> pd.DataFrame:
    """A task for each trigger of the conditions, as if its run had begun in this period."""
    end = pd.Timestamp(period.end)
    own = triggers[triggers["warning_code"].isin([one.code for one in conditions])]
    code = own["warning_code"]
    due = code.map({one.code: end + pd.Timedelta(days=one.due_days or 0) for one in conditions})
    told = {"task_code": code, "name": code.map({one.code: _name(one) for one in conditions})}
    return typed(own.assign(**told, kind=WARNING, raised_on=end, due_on=due))


def _name(condition: Condition) -> str:
    return f"消除{COLOUR_NAMES[condition.colour or '']}色预警{quoted(condition.name)}"
