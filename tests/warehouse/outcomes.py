"""Frames of what a rule book makes of scores, made by hand: a coefficient for villages, the event register, stars."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pandas as pd

BASIS, ADJUSTMENT = "party_work", "adjustment"
ASSESSORS = ("纪委", "组织部")
ASSESSED = "W01"
BONUS, DEDUCTION, VETO, LIMIT = "B01", "D01", "V01", "public_order"
COEFFICIENT, STEP = "party", Fraction(1, 200)
SCALE, GRADES = "star", ("five", "four", "none")
POINT = 10_000
EACH = 5_000
OUTCOME_LABELS = {
    "scale": {SCALE: "星级"},
    "grade": {f"{SCALE}/five": "五星", f"{SCALE}/four": "四星", f"{SCALE}/none": "未评星"},
    "adjustment": {BONUS: "红旗项目", DEDUCTION: "通报批评", VETO: "社会治安"},
    "limit": {LIMIT: "社会治安一票否决"},
    "consequence": {"help": "结对帮扶", "talk": "约谈"},
    "figure": {"members": "党员数"},
}
OUTCOME_ITEMS = [
    (ASSESSED, 50, "党建工作", BASIS, "common", "department", 4 * POINT, "scored", "month"),
    (BONUS, 301, "红旗项目", ADJUSTMENT, "bonus", "register", 0, "bonus", "month"),
    (DEDUCTION, 302, "通报批评", ADJUSTMENT, "deduction", "register", 0, "deduction", "month"),
    (f"coefficient:{COEFFICIENT}", 303, "党建系数", ADJUSTMENT, "coefficient", "rulebook", 0, "coefficient", "month"),
    ("floor:index", 304, "指数保底", ADJUSTMENT, "floor", "rulebook", 0, "floor", None),
]


def basis_lines(codes: np.ndarray) -> pd.DataFrame:
    """Both assessors' lines of the item that ranks units; the first gives the better mark to the lower code."""
    lines = pd.MultiIndex.from_product([codes, ASSESSORS], names=["org_code", "assessor"]).to_frame(index=False)
    full = 2 * POINT
    given = np.where(lines["assessor"].eq(ASSESSORS[0]), full - 100 * (np.arange(len(lines)) // 2), full)
    met = pd.array([True] * len(lines), dtype="boolean")
    told = {"item_code": ASSESSED, "dimension": BASIS, "full_points": full, "status": "met", "reason": "部门评分"}
    return lines.assign(**told, points=given, value_num=given, value_den=full, is_met=met, evidence="部门表 2")


def adjusted(ledger: pd.DataFrame, codes: np.ndarray, domains: np.ndarray) -> pd.DataFrame:
    """The frame of adjustments: the villages' coefficients by code, and what the register has of the first three."""
    earned = ledger[~ledger["dimension"].isin([BASIS, ADJUSTMENT])].groupby("org_code")["points"].sum()
    villages = codes[domains == "village"]
    middle = Fraction(len(villages) + 1, 2)
    rows = []
    for place, code in enumerate(villages, start=1):
        c = 1 + (middle - place) * STEP
        points = floor(int(earned[code]) * (c - 1) + Fraction(1, 2))
        rows.append((code, COEFFICIENT, "coefficient", points, c.numerator, c.denominator, place, 1))
    rows += [
        (codes[0], BONUS, "bonus", EACH, 1, 1, None, None),
        (codes[1], DEDUCTION, "deduction", -EACH, 1, 1, None, None),
        (codes[2], VETO, "veto", 0, 1, 1, None, None),
        (codes[2], LIMIT, "limit", 0, None, None, None, None),
    ]
    columns = ["org_code", "code", "kind", "points", "value_num", "value_den", "rank_num", "rank_den"]
    numbers = dict.fromkeys(columns[4:], "Int64")
    frame = pd.DataFrame(rows, columns=columns).astype(numbers | {"points": "int64"})
    return frame.assign(reason="事项登记", evidence="登记表 3")


def adjustment_lines(adjustments: pd.DataFrame) -> pd.DataFrame:
    """The ledger lines of the adjustments that have points."""
    own = adjustments[adjustments["kind"].isin(["coefficient", "bonus", "deduction"])]
    is_coefficient = own["kind"].eq("coefficient")
    is_met = pd.Series(pd.NA, index=own.index, dtype="boolean").mask(own["kind"].eq("deduction"), False)
    lines = own.assign(item_code=own["code"].mask(is_coefficient, "coefficient:" + own["code"]), is_met=is_met)
    told = {"dimension": ADJUSTMENT, "assessor": "", "full_points": 0, "status": "adjusted"}
    return lines.assign(**told).drop(columns=["code", "kind", "rank_num", "rank_den"])


def moved(adjustments: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """The adjustments with the places that coefficients moved."""
    of_coefficient = adjustments[adjustments["kind"].eq("coefficient")].set_index("org_code")["points"]
    plain = scores["index_points"] - scores["org_code"].map(of_coefficient).fillna(0)
    without = plain.groupby(scores["peer_group"]).rank(method="min", ascending=False)
    places = (without - scores["rank"]).astype("Int64").set_axis(scores["org_code"])
    is_coefficient = adjustments["kind"].eq("coefficient")
    return adjustments.assign(places_moved=adjustments["org_code"].map(places).astype("Int64").where(is_coefficient))


def graded(scores: pd.DataFrame) -> pd.DataFrame:
    """Stars of all: the first place has five, the last one and the third organisation, which is limited, have none."""
    place = scores["rank"]
    grade = pd.Series(np.where(place.eq(1), "five", np.where(place.eq(scores["peers"]), "none", "four")), dtype="str")
    is_limited = scores.index == 2
    grade = grade.mask(is_limited, "none")
    previous = pd.Series(np.where(scores.index % 2 == 0, "four", None), dtype="str")
    order = dict(zip(GRADES, range(len(GRADES)), strict=True))
    step = grade.map(order) - previous.map(order)
    movement = np.select([previous.isna(), step < 0, step > 0], ["new", "risen", "fallen"], "same")
    return pd.DataFrame(
        {
            "org_code": scores["org_code"],
            "scale": SCALE,
            "grade": grade,
            "index_points": scores["index_points"],
            "peers": scores["peers"],
            "movement": pd.Series(movement, dtype="str"),
            "is_barred": is_limited,
            "reason": "按名次评定",
            "place": place.astype("Int64"),
            "previous_grade": previous,
            "limited_by": pd.Series(np.where(is_limited, LIMIT, None), dtype="str"),
        }
    )


def tasks_of(codes: np.ndarray) -> pd.DataFrame:
    """Consequences of stars, warnings and rectification of the last one's findings: open, overdue and done.

    The warnings of unmet items have a deadline; that of the bottom had one, too, and is cleared.
    """
    unmet, bottom = ("warning", "消除蓝色预警“动态要素未达标”"), ("warning", "消除黄色预警“末位10%”")
    last, finding = codes[-1], ("N01", "N01", "rectification", "整改：反向指标N01")
    rows = [
        (codes[2], "talk", SCALE, "consequence", "约谈", "2024-07-31", "2024-08-30", "open", None),
        (codes[2], "help", SCALE, "consequence", "结对帮扶", "2024-06-30", "2024-07-31", "overdue", None),
        (codes[2], "help", SCALE, "consequence", "结对帮扶", "2024-07-31", "2024-08-31", "open", None),
        (codes[1], "help", SCALE, "consequence", "结对帮扶", "2024-06-30", "2024-07-30", "done", "2024-07-20"),
        (codes[0], "item_unmet", "P01", *unmet, "2024-07-31", "2024-08-15", "open", None),
        (codes[1], "item_unmet", "P02", *unmet, "2024-06-30", "2024-07-15", "overdue", None),
        (codes[1], "bottom_10", "", *bottom, "2024-06-30", "2024-07-30", "done", "2024-07-31"),
        (last, *finding, "2024-07-02", "2024-07-17", "overdue", None),
        (last, *finding, "2024-07-10", "2024-07-25", "done", "2024-07-24"),
    ]
    columns = ["org_code", "task_code", "item_code", "kind", "name", "raised_on", "due_on", "status", "done_on"]
    frame = pd.DataFrame(rows, columns=columns)
    days = {name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in ("raised_on", "due_on", "done_on")}
    done_by = pd.Series(np.where(frame["done_on"].notna(), "登记", None), dtype="str")
    return frame.assign(
        **days, done_by=done_by, reason="任务", responsible_code="900000000000", responsible_name="沙河镇党委"
    )


def rolled_up(organizations: pd.DataFrame) -> pd.DataFrame:
    """Party members of the branches and of the committee above them all."""
    is_root = organizations["parent_code"].isna()
    own = organizations["members"].fillna(0).astype("int64") * POINT
    below = int(own.sum())
    children = pd.Series(np.where(is_root, below, 0), index=own.index)
    stated = pd.Series(np.where(is_root, below + POINT, 0), index=own.index, dtype="Int64").mask(~is_root)
    return pd.DataFrame(
        {
            "org_code": organizations["org_code"],
            "figure": "members",
            "level": np.where(is_root, 0, 1),
            "own": own,
            "children": children,
            "total": own + children,
            "stated": stated,
        }
    )


def person_shares(adjustments: pd.DataFrame, codes: np.ndarray) -> pd.DataFrame:
    """The second organisation, as if it were a person of the first one."""
    unit = adjustments[adjustments["org_code"].eq(codes[0]) & adjustments["kind"].eq("coefficient")].iloc[0]
    num, den = int(unit["value_num"]), int(unit["value_den"])
    told = {"unit_code": codes[0], "unit_num": num, "unit_den": den, "personal_num": 9, "personal_den": 10}
    return pd.DataFrame([{"org_code": codes[1], "share": "pay", **told, "factor_num": 9 * num, "factor_den": 10 * den}])
