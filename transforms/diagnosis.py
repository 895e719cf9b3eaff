"""Radar, common problems and diagnosis: what an organisation's scores say beside those of its domain (RULES §1)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from schemas.periods import CADENCE_TITLES
from schemas.rulebook import RuleBook
from transforms import wording
from transforms.exact import at_least, half_up, product
from transforms.lookup import by_code, positions
from transforms.progress import progress, progress_totals

STRENGTH, WEAK = "strength", "weak"
_PER_CENT = 10_000
"""Parts of a per cent that are published: four digits."""
_MOST_LOST = 3


def diagnosis_frames(
    lines: pd.DataFrame, by_dimension: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook, cadence: str
) -> dict[str, pd.DataFrame]:
    """The edition's frames common_problem, diagnosis, progress, progress_total and dimension_score, by table.

    `lines` and `by_dimension` (standings.dimension_scores) name organisations by position in `assessed`, the frames by
    org_code. `cadence` is that of the period.
    """
    standing = with_standing(by_dimension, rulebook)
    common = common_problems(lines, assessed, rulebook)
    on_boards = progress(lines, rulebook, cadence)
    codes = assessed["org_code"]
    return {
        "dimension_score": by_code(standing, codes),
        "common_problem": common,
        "diagnosis": by_code(diagnoses(standing, lines, assessed, common, rulebook), codes),
        "progress": by_code(on_boards[["org", "board", "item_code", "is_lagging", "is_named"]], codes),
        "progress_total": progress_totals(on_boards, rulebook),
    }


def with_standing(by_dimension: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """`by_dimension` with `standing`: strength, weak, or "" where the dimension is neither.

    A dimension is a strength if its attainment is at least `radar_margin_percent` percentage points above the median of
    the domain, and weak if it is as many below: both as published, per cents of four digits, compared as whole numbers.
    """
    ahead = _ahead(by_dimension)
    margin = rulebook.policies.radar_margin_percent * _PER_CENT
    here = np.ones(len(ahead), dtype=np.int64)
    is_strength, is_weak = at_least(ahead, here, margin), at_least(-ahead, here, margin)
    standing = np.where(is_strength, STRENGTH, np.where(is_weak, WEAK, ""))
    return by_dimension.assign(standing=pd.Series(standing, index=by_dimension.index, dtype="str"))


def common_problems(lines: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """Items that `common_problem_percent` or more of a domain's assessed organisations have not met.

    Grain: domain × item_code, in rule-book order. `organizations` is how many have a line of the item that is unmet (a
    missing value is), of `peers` assessed. Items that earn points count, deductions do not, nor lines that are a mean.
    """
    items = _items(lines, rulebook)
    unmet = items[items["is_unmet"]]
    domains, codes = [domain.code for domain in rulebook.domains], [item.code for item in rulebook.listed_items]
    domain = positions(assessed["domain"], pd.Index(domains))
    cell = domain[unmet["org"]] * len(codes) + unmet["item"].to_numpy()
    count = np.bincount(cell, minlength=len(domains) * len(codes))
    peers = np.repeat(np.bincount(domain, minlength=len(domains)), len(codes))
    is_common = at_least(product(count, 100), peers, rulebook.policies.common_problem_percent) & (count > 0)
    found = np.flatnonzero(is_common)
    return pd.DataFrame(
        {
            "domain": pd.array(domains, dtype="str").take(found // len(codes)),
            "item_code": pd.array(codes, dtype="str").take(found % len(codes)),
            "organizations": count[found],
            "peers": peers[found],
        }
    )


def diagnoses(
    by_dimension: pd.DataFrame, lines: pd.DataFrame, assessed: pd.DataFrame, common: pd.DataFrame, rulebook: RuleBook
) -> pd.DataFrame:
    """What to tell every assessed organisation. Grain: org, all of them in order.

    `by_dimension` is that of `with_standing`, `common` that of `common_problems`. `strengths` and `weaknesses` name the
    dimensions; `common_problems` counts the organisation's unmet items that are common problems of its domain; `text`
    says all of it in Chinese, with the three items on which most points were lost (ties in rule-book order).
    """
    size = len(assessed)
    items = _items(lines, rulebook)
    named = _unmet_items(items, assessed, common, rulebook, size)
    standing = _standings(by_dimension, rulebook, size)
    text = _joined(
        _told_standings(standing, assessed, rulebook),
        _told_losses(items, rulebook, size),
        _told_deductions(lines, size),
        _told_unmet(named, _judged(items, rulebook)),
    )
    return pd.DataFrame(
        {
            "org": np.arange(size),
            "strengths": standing[STRENGTH].names,
            "weaknesses": standing[WEAK].names,
            "common_problems": named.common_count,
            "text": text,
        }
    )


class _Standings(NamedTuple):
    """Dimensions of one standing by organisation: their names, and how far each is from the median."""

    names: pd.Series
    told: pd.Series


class _Unmet(NamedTuple):
    """Unmet items by organisation: names and counts of those common in the domain, and of those that are its own."""

    common: pd.Series
    common_count: np.ndarray
    own: pd.Series
    own_count: np.ndarray


def _items(lines: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    """Items that earn points: org, item (position among those listed), lost (points), is_judged, is_unmet.

    What several assess is unmet where one of them found it so.
    """
    item = positions(lines["item_code"], pd.Index([entry.code for entry in rulebook.listed_items]))
    earns = item >= 0
    own = lines[earns]
    found = pd.DataFrame(
        {
            "org": own["org"].to_numpy(dtype=np.int64),
            "item": item[earns],
            "lost": (own["full_points"] - own["points"]).to_numpy(dtype=np.int64),
            "is_judged": own["is_met"].notna().to_numpy(dtype=bool),
            "is_unmet": own["is_met"].eq(False).fillna(False).to_numpy(dtype=bool),
        }
    )
    if own["assessor"].eq("").all():
        return found
    return found.groupby(["org", "item"], as_index=False).agg(
        lost=("lost", "sum"), is_judged=("is_judged", "any"), is_unmet=("is_unmet", "any")
    )


def _ahead(by_dimension: pd.DataFrame) -> np.ndarray:
    """Attainment less the domain's median in ten-thousandths of a per cent; 0 where there are no full points."""
    full = by_dimension["full_points"].to_numpy(dtype=np.int64)
    has_full = full > 0
    attainment = half_up(
        product(by_dimension["points"].to_numpy(dtype=np.int64), 100 * _PER_CENT), np.where(has_full, full, 1)
    )
    median = np.rint(by_dimension["domain_median_pct"].fillna(0).to_numpy(dtype="float64") * _PER_CENT)
    return np.where(has_full, attainment - median.astype(np.int64), 0)


def _standings(by_dimension: pd.DataFrame, rulebook: RuleBook, size: int) -> dict[str, _Standings]:
    names = {dimension.code: dimension.name for dimension in rulebook.dimensions}
    frame = by_dimension.assign(name=by_dimension["dimension"].map(names), ahead=_ahead(by_dimension))
    found = {}
    for standing, word in ((STRENGTH, "高于"), (WEAK, "低于")):
        rows = frame[frame["standing"] == standing]
        org = rows["org"].to_numpy(dtype=np.int64)
        told = rows["name"] + f"（{word}领域中位数" + _points(rows["ahead"].abs()).to_numpy() + "个百分点）"
        found[standing] = _Standings(_listed(org, rows["name"], size), _listed(org, told, size))
    return found


def _unmet_items(
    items: pd.DataFrame, assessed: pd.DataFrame, common: pd.DataFrame, rulebook: RuleBook, size: int
) -> _Unmet:
    unmet = items[items["is_unmet"]].sort_values(["org", "item"])
    domains = pd.Index([domain.code for domain in rulebook.domains])
    is_common = np.zeros((len(domains), len(rulebook.listed_items)), dtype=bool)
    codes = pd.Index([item.code for item in rulebook.listed_items])
    is_common[positions(common["domain"], domains), positions(common["item_code"], codes)] = True
    shared = is_common[positions(assessed["domain"], domains)[unmet["org"]], unmet["item"]]
    names = _names(unmet["item"].to_numpy(), rulebook)
    org = unmet["org"].to_numpy()
    return _Unmet(
        _listed(org[shared], names[shared], size),
        np.bincount(org[shared], minlength=size),
        _listed(org[~shared], names[~shared], size),
        np.bincount(org[~shared], minlength=size),
    )


def _told_standings(standing: dict[str, _Standings], assessed: pd.DataFrame, rulebook: RuleBook) -> pd.Series:
    strong, weak = standing[STRENGTH].told, standing[WEAK].told
    margin = wording.number(rulebook.policies.radar_margin_percent)
    is_alone = assessed.groupby("domain")["domain"].transform("size").eq(1).to_numpy(dtype=bool)
    near = f"各维度与领域中位数相差不到{margin}个百分点。"
    neither = np.where(is_alone, "本领域只有本组织，没有可比的中位数。", near)
    told = "强项：" + strong + "；弱项：" + weak + "。"
    told = told.where(weak != "", "强项：" + strong + "。")
    told = told.where(strong != "", "弱项：" + weak + "。")
    return told.where((strong != "") | (weak != ""), pd.Series(neither, dtype="str"))


def _told_losses(items: pd.DataFrame, rulebook: RuleBook, size: int) -> pd.Series:
    lost = items[items["lost"] > 0]
    lost = lost.iloc[np.lexsort((lost["item"], -lost["lost"], lost["org"]))]
    most = lost[lost.groupby("org").cumcount() < _MOST_LOST]
    told = _names(most["item"].to_numpy(), rulebook) + "（失" + _points(most["lost"]) + "分）"
    listed = _listed(most["org"].to_numpy(), told, size)
    has_items = np.bincount(items["org"], minlength=size) > 0
    nothing = pd.Series(np.where(has_items, "各项指标均得满分。", ""), dtype="str")
    return ("失分最多的指标：" + listed + "。").where(listed != "", nothing)


def _told_deductions(lines: pd.DataFrame, size: int) -> pd.Series:
    lost = lines[lines["status"].eq("deducted")]
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, lost["org"].to_numpy(dtype=np.int64), -lost["points"].to_numpy(dtype=np.int64))
    return ("反向指标扣" + _points(pd.Series(total)) + "分。").where(total > 0, "")


def _told_unmet(named: _Unmet, judged: str) -> pd.Series:
    """`judged`: what the items are called that can be met or missed in this period; "" if there are none."""
    if not judged:
        return pd.Series("", index=named.common.index, dtype="str")
    shared, own = (pd.Series(count).astype("str") for count in (named.common_count, named.own_count))
    both = pd.Series(named.common_count + named.own_count).astype("str")
    told = f"未达标的{judged}" + both + "项，"
    told += pd.Series(
        np.select(
            [named.own_count == 0, named.common_count == 0],
            ["均为本领域共性问题：" + named.common, "均为自身问题：" + named.own],
            "其中本领域共性问题" + shared + "项：" + named.common + "；自身问题" + own + "项：" + named.own,
        ),
        dtype="str",
    )
    return (told + "。").where(named.common_count + named.own_count > 0, f"没有未达标的{judged}。")


def _judged(items: pd.DataFrame, rulebook: RuleBook) -> str:
    """指标, or 季度指标 where other lines are means that are neither met nor missed; "" where all lines are."""
    is_judged = items["is_judged"]
    if len(items) and not is_judged.any():
        return ""
    cadences = {rulebook.listed_items[item].cadence for item in items.loc[is_judged, "item"].unique()}
    return (
        "、".join(CADENCE_TITLES[cadence] for cadence in sorted(cadences)) + "指标" if not is_judged.all() else "指标"
    )


def _names(item: np.ndarray, rulebook: RuleBook) -> pd.Series:
    return pd.Series(pd.array([entry.name for entry in rulebook.listed_items], dtype="str").take(item))


def _points(ten_thousandths: pd.Series) -> pd.Series:
    """Ten-thousandths as decimals, each distinct number written once."""
    group, distinct = pd.factorize(ten_thousandths)
    return pd.Series(pd.array([wording.points(int(value)) for value in distinct], dtype="str").take(group))


def _listed(org: np.ndarray, texts: pd.Series, size: int) -> pd.Series:
    """The texts of every organisation, in their order, with 、 between them."""
    order = np.argsort(org, kind="stable")
    first, last = (np.searchsorted(org[order], np.arange(size), side) for side in ("left", "right"))
    words = texts.take(order).to_list()
    return pd.Series(["、".join(words[start:end]) for start, end in zip(first, last, strict=True)], dtype="str")


def _joined(*parts: pd.Series) -> pd.Series:
    text = parts[0]
    for part in parts[1:]:
        text = text + part
    return text
