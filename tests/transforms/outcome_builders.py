"""A rule book of outcomes alone, and the frames that outcomes are made of, from plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from schemas.layouts import Inbox
from schemas.outcomes import (
    Adjustment,
    BarAwards,
    BelowPercentOfFirst,
    BelowPoints,
    CapGrade,
    Coefficient,
    EventOccurred,
    Grade,
    ItemsUnmet,
    LastPlaces,
    Limit,
    QuotasByUnit,
    Scale,
)
from schemas.rulebook import POINT, Dimension, Domain, Item, OrganizationKind, Policies, Rule, RuleBook
from transforms.ledger import LINE_COLUMNS
from transforms.observations import USED_COLUMNS, VALUE_COLUMNS, Observed
from transforms.standings import ranks

SINCE: dict[str, Any] = {"effective_from": date(2018, 1, 1), "adopted_on": date(2017, 12, 1), "reference": "办法第三条"}
OF_YEAR: dict[str, Any] = {"order": 1, "domains": ("town",), "cadence": "year", **SINCE}
ALL: tuple[str, ...] = ("town", "member")


def points_of(text: str | float) -> int:
    """Points as people write them, in whole ten-thousandths."""
    scaled = Fraction(str(text)) * POINT
    assert scaled.denominator == 1, f"{text} has more than 4 decimals"
    return int(scaled)


def rulebook_of(**given: Any) -> RuleBook:
    """A rule book of base, work (counted), party_work (basis) and adjustment, of the domains town and member."""
    nothing = dict.fromkeys(
        ("bodies", "negative_items", "conditions", "progress_boards", "adjustments", "coefficients", "limits",
         "scales", "consequences", "shares", "roll_ups", "control_totals"),
        (),
    )  # fmt: skip
    defaults: dict[str, Any] = {
        "scheme": "made_up", "name": "试行办法", "index_name": "综合分", "version": "2018-01-01", "hash": "0" * 64,
        "dimensions": (
            Dimension("party_work", "党建工作", "basis"), Dimension("base", "基础分"), Dimension("work", "业务工作"),
            Dimension("adjustment", "加减分", "adjustment"), Dimension("other", "其他加减分", "adjustment"),
        ),
        "domains": (Domain("town", "镇街道"), Domain("member", "党员", peers_by="parent_code")),
        "organization_kinds": {"党员": OrganizationKind("member", "党员", is_restricted=True)},
        "items": tuple(item_of(code) for code in ("T01", "T02")),
        "cadences": {},
        "policies": Policies("any_day", Fraction("1.5"), Fraction(1_000_000), Fraction(30), Fraction(10)),
        "inbox": Inbox.model_construct(),
    }  # fmt: skip
    return RuleBook(**(nothing | defaults | given))


def item_of(code: str, **given: Any) -> Item:
    """A mandatory yearly item of towns in `base`, unless `given` says otherwise."""
    item = Item(
        code=code, name=f"必达{code}", dimension="base", category="日常", kind="common", source="declaration",
        points=POINT, rule=Rule("yes_no"), measure=None, is_dynamic=False, applies_when=None, lead_unit="甲局", unit="",
        is_mandatory=True, **OF_YEAR,
    )  # fmt: skip
    return replace(item, **given)


def adjustment_of(code: str, kind: str = "bonus", each: float = 0.5, cap: float = 1, **given: Any) -> Adjustment:
    """A yearly entry of the register for towns."""
    dimension = None if kind == "veto" else "adjustment"
    entry = Adjustment(code=code, name=f"事项{code}", kind=kind, dimension=dimension, each=points_of(each),
                       cap=points_of(cap), by_rank=None, **OF_YEAR)  # fmt: skip
    return replace(entry, **given)


def coefficient_of(code: str = "party_building", **given: Any) -> Coefficient:
    """The coefficient of the eleven towns: 0.005 a rank around the middle one."""
    entry = Coefficient(
        code=code, name="党建系数", ranked_by=("party_work",), applies_to=("base",), step=Fraction("0.005"),
        middle="mean", ties="better", dimension="adjustment", **OF_YEAR,
    )  # fmt: skip
    return replace(entry, **given)


def condition_of(written: Mapping[str, Any]) -> Any:
    """A limit's condition as rule books write it."""
    ((kind, value),) = written.items()
    match kind:
        case "event":
            return EventOccurred(tuple(value))
        case "below_percent_of_first":
            return BelowPercentOfFirst(Fraction(value))
        case "below_points":
            return BelowPoints(points_of(value))
        case "unmet":
            return ItemsUnmet(tuple(value))
        case "last_places":
            return LastPlaces(int(value["places"]), value["ties"])
    raise ValueError(kind)


def limit_of(
    code: str, conditions: Iterable[Mapping[str, Any]], *effects: str, match: str = "any", **given: Any
) -> Limit:
    """A yearly limit of towns. Effects: bar_awards, or a grade of the scale `star` that it caps."""
    does = tuple(BarAwards() if effect == "bar_awards" else CapGrade("star", effect) for effect in effects)
    entry = Limit(code=code, name=f"{code}一票否决", match=match, effects=does,
                  conditions=tuple(condition_of(one) for one in conditions), **OF_YEAR)  # fmt: skip
    return replace(entry, **given)


def scale_of(grades: Sequence[Mapping[str, Any]], code: str = "star", **given: Any) -> Scale:
    """A yearly scale of towns, its grades as rule books write them."""
    by_unit = given.pop("by_unit", None)
    if by_unit:
        quotas = {
            unit: {grade: Fraction(percent) for grade, percent in own.items()}
            for unit, own in by_unit["quotas"].items()
        }
        by_unit = QuotasByUnit(by_unit["scale"], quotas)
    scale = Scale(code=code, name="星级", grades=tuple(grade_of(one) for one in grades), ties="exclude",
                  movement="free", by_unit=by_unit, **OF_YEAR)  # fmt: skip
    return replace(scale, **given)


def grade_of(written: Mapping[str, Any]) -> Grade:
    """A grade as rule books write it; named after its code where no name is given."""
    read = {
        "at_least": points_of,
        "below": points_of,
        "at_most": points_of,
        "at_most_percent": Fraction,
        "percent_of_first": Fraction,
        "mandatory": _is_true,
        "is_award": _is_true,
    }
    own = {name: read[name](value) if name in read else value for name, value in written.items()}
    return Grade(**({"name": str(written["code"])} | own))


def _is_true(written: Any) -> bool:
    return str(written).lower() == "true"


def assessed_of(size: int, **columns: Any) -> pd.DataFrame:
    """So many towns t00, t01 … of one peer group; columns as given instead."""
    texts = {
        "org_code": [f"t{n:02d}" for n in range(size)],
        "domain": ["town"] * size,
        "peer_group": columns.get("domain", ["town"] * size),
        "parent_code": [None] * size,
    }
    return pd.DataFrame(texts | columns).astype(dict.fromkeys(texts, "str"))


def lines_of(*rows: tuple[int, str, str, float], is_met: bool | None = None) -> pd.DataFrame:
    """Ledger lines of (org, item, dimension, points), all met or not as said."""
    org, codes, dimensions, points = list(zip(*rows, strict=True)) or [[]] * 4
    frame = pd.DataFrame(
        {
            "org": np.array(org, dtype="int64"),
            "item_code": pd.Series(codes, dtype="str"),
            "assessor": pd.Series("", index=range(len(org)), dtype="str"),
            "dimension": pd.Series(dimensions, dtype="str"),
            "value_num": 0,
            "value_den": 1,
            "points": np.array([points_of(value) for value in points], dtype="int64"),
            "full_points": 0,
            "is_met": pd.Series(is_met, index=range(len(org)), dtype="boolean"),
            "status": pd.Series(
                {True: "met", False: "unmet", None: "mean"}[is_met], index=range(len(org)), dtype="str"
            ),
        }
    )
    return frame[LINE_COLUMNS]


def scores_of(assessed: pd.DataFrame, index_points: Sequence[int]) -> pd.DataFrame:
    """The scores of assessed units with these indices, in ten-thousandths."""
    frame = assessed[["org_code", "domain", "peer_group"]].assign(
        org=range(len(assessed)), index_points=np.array(index_points, dtype="int64")
    )
    frame["rank"] = ranks(frame["index_points"], frame["peer_group"])
    frame["peers"] = frame.groupby("peer_group")["org"].transform("size").astype("int64")
    return frame


def registered(*rows: tuple[int, int, int]) -> Observed:
    """Register entries of (org, position of the adjustment, how often), a record each."""
    values = [(org, item, times, 1) for org, item, times in rows]
    used = [(org, item, "b1", n, f"登记 2018-05-{n + 1:02d}") for n, (org, item, _) in enumerate(rows)]
    return Observed(
        pd.DataFrame(values, columns=VALUE_COLUMNS).astype("int64"),
        pd.DataFrame(used, columns=USED_COLUMNS).astype(
            {"org": "int64", "item": "int64", "batch_id": "str", "row_no": "int64", "key": "str"}
        ),
    )


def limited_of(*rows: tuple[int, str]) -> pd.DataFrame:
    """Limits of (org, code) that hold."""
    frame = pd.DataFrame([(org, code, "登记1次") for org, code in rows], columns=["org", "code", "reason"])
    return frame.astype({"org": "int64", "code": "str", "reason": "str"})


def previous_of(scale: str, grades: Mapping[str, str]) -> pd.DataFrame:
    """Last period's grades of units by code."""
    rows = [(code, scale, grade) for code, grade in grades.items()]
    return pd.DataFrame(rows, columns=["org_code", "scale", "grade"]).astype("str")
