"""The check of stated totals (总数勾稽): their parts must add up to them, and the registry must say the same."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pandas as pd

from schemas.periods import Period
from schemas.records import totals_schema
from schemas.rulebook import ControlTotal, RuleBook
from transforms.checks import sentences
from transforms.checks.checked import WHOLE_RECORD, Checked, Sentences, checked_for_conflicts, headings_of
from transforms.exact import numbers
from transforms.items import MALFORMED, OK, OUT_OF_RANGE
from transforms.registry import Registry, as_at
from transforms.wording import number


def check_totals(records: pd.DataFrame, registry: Registry, rulebook: RuleBook, period: Period) -> Checked:
    """Stated figures of a period that are in order, typed; rejections for the rest.

    Typed columns: figure (as the sender calls it), value_num and value_den. A control total that is stated is refused
    where a part of it is not there, where the parts come to another sum, and where the registry does as at the period's
    last day. A figure stated twice with different values: neither counts.
    """
    num, den = numbers(records["value_text"])
    typed = pd.DataFrame(
        {
            "batch_id": records["batch_id"],
            "row_no": records["row_no"],
            "figure": records["figure"],
            "counts": True,
            "value_num": num,
            "value_den": den,
        }
    )
    judged = pd.DataFrame(
        {
            "fault": records["fault"].fillna(""),
            "figure": records["figure"],
            "value_text": np.select([den == 0, num < 0], [MALFORMED, OUT_OF_RANGE], OK),
            "control_total": True,
        }
    )
    headings = {"value_text": "value_text"} | headings_of(rulebook.inbox.totals)
    headings |= dict.fromkeys(("conflict", "control_total"), headings["value_text"]) | {"fault": WHOLE_RECORD}
    shown = records.assign(conflict=records["value_text"], control_total=records["value_text"])
    told: Sentences = {
        ("value_text", "malformed"): sentences.NUMBER,
        ("value_text", "out_of_range"): "{column}填的{value}小于0。请核对数值",
    }
    alone = checked_for_conflicts(typed, judged, totals_schema(), headings, shown, ["figure"], told)
    wrong = _contradictions(alone.accepted, as_at(registry, period.end.toordinal()), rulebook)
    is_wrong = records["figure"].isin(wrong) & records.index.isin(alone.accepted.index)
    if not is_wrong.any():
        return alone
    judged = judged.assign(control_total=~is_wrong)
    shown["control_total.message"] = records["figure"].map(wrong).astype("str")
    return checked_for_conflicts(typed, judged, totals_schema(), headings, shown, ["figure"], told)


def _contradictions(accepted: pd.DataFrame, organizations: pd.DataFrame, rulebook: RuleBook) -> dict[str, str]:
    """What is wrong with each control total that is stated and does not agree, by the total's name."""
    once = accepted.drop_duplicates("figure")
    stated = {
        figure: Fraction(int(num), int(den))
        for figure, num, den in zip(once["figure"], once["value_num"], once["value_den"], strict=True)
    }
    told = {}
    for total in rulebook.control_totals:
        if total.name in stated and (wrong := [*_wrong(total, stated, organizations, rulebook)]):
            told[total.name] = "；".join(wrong) + "。请核对后重新报送"
    return told


def _wrong(
    total: ControlTotal, stated: dict[str, Fraction], organizations: pd.DataFrame, rulebook: RuleBook
) -> Iterator[str]:
    value = stated[total.name]
    lacking = [part for part in total.parts if part not in stated]
    if lacking:
        yield f"分项{'、'.join(f'“{part}”' for part in lacking)}没有可用的数值，无法与总数核对"
    elif (added := sum((stated[part] for part in total.parts), Fraction(0))) != value and total.parts:
        yield f"分项合计{number(added)}，与总数{number(value)}相差{number(abs(value - added))}"
    if total.equals and (held := _held(total, organizations, rulebook)) != value:
        yield f"组织名册期末合计{number(held)}，与总数{number(value)}相差{number(abs(value - held))}"


def _held(total: ControlTotal, organizations: pd.DataFrame, rulebook: RuleBook) -> Fraction:
    """The registry's sum, over the kinds of unit that the figure is rolled up from; over all where it is not."""
    kinds = [kind for entry in rulebook.roll_ups if entry.figure == total.equals for kind in entry.kinds]
    own = organizations[organizations["kind"].isin(kinds)] if kinds else organizations
    return Fraction(int(own["members"].sum()) if total.equals == "members" else len(own))
