"""Frames of an edition that adds up, made by hand: organisations, scores, ledger, diagnoses, warnings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.warehouse.deliveries import due_deliveries
from tests.warehouse.outcomes import (
    ADJUSTMENT,
    BASIS,
    OUTCOME_ITEMS,
    OUTCOME_LABELS,
    adjusted,
    adjustment_lines,
    basis_lines,
    graded,
    moved,
    person_shares,
    rolled_up,
    tasks_of,
)

DIMENSIONS = ("politics", "coverage", "cohesion", "service", "basics")
DIMENSION_NAMES = ("政治领导力", "组织覆盖力", "群众凝聚力", "发展服务力", "基础保障力")
DOMAINS = ("village", "community")
ITEMS = tuple(f"P{number:02d}" for number in range(1, 17))
EXEMPTED = "P17"
FULL_POINTS = 40_000
EACH_FINDING = 10_000
BASIS_MEDIAN_PCT = 98
MEDIAN_PCT, MARGIN_PCT, COMMON_PCT, LAG_PCT = 50, 10, 30, 60
BOARD, ON_BOARD = "clearances", ("P02", "P03")

ROLES = dict.fromkeys(DIMENSIONS, "counted") | {BASIS: "basis", ADJUSTMENT: "adjustment"}

Frames = dict[str, pd.DataFrame]


def frames_of(size: int = 8, is_split: bool = False) -> Frames:
    """Frames of an edition of `size` assessed organisations, with every kind of row that an edition can have.

    The last organisation has a deduction and a floor line; villages have a coefficient. `is_split`: each domain is two
    peer groups.
    """
    codes = np.array([f"{number:012d}" for number in range(1, size + 1)])
    domains = np.array(DOMAINS)[np.arange(size) % len(DOMAINS)]
    groups = np.array([f"{domain}/{number // 2 % 2}" if is_split else domain for number, domain in enumerate(domains)])
    ledger = pd.concat([_ledger(codes), basis_lines(codes)], ignore_index=True)
    adjustments = adjusted(ledger, codes, domains)
    ledger = pd.concat([ledger, adjustment_lines(adjustments)], ignore_index=True)
    dimensions = _dimension_scores(ledger, codes)
    scores = _scores(dimensions, codes, domains, groups)
    organizations = _organizations(codes, domains, groups)
    return {
        "organization": organizations,
        "item": _items(),
        "label": _labels(),
        "score": scores,
        "dimension_score": dimensions,
        "ledger_line": ledger.drop(columns="dimension"),
        "adjustment": moved(adjustments, scores),
        "grade": graded(scores),
        "task": tasks_of(codes),
        "roll_up": rolled_up(organizations),
        "person_share": person_shares(adjustments, codes),
        "warning": _warnings(codes),
        "streak": pd.DataFrame(
            {"org_code": codes[:2], "warning_code": "bottom_5", "since_period": "2024-06", "months": [2, 2]}
        ),
        "peer_group": pd.DataFrame(
            {
                "peer_group": np.unique(groups),
                "warning_code": "bottom_10",
                "peers": np.unique(groups, return_counts=True)[1],
                "bottom_count": 0,
                "is_too_small": True,
            }
        ),
        "due_delivery": due_deliveries(size),
        **_registered(codes),
        "edition_source": pd.DataFrame({"source_id": [100]}),
        "restatement": pd.DataFrame(
            {
                "org_code": codes[:2],
                "measure": "rank",
                "from_data": 5_000,
                "from_registry": 0,
                "from_rules": 0,
                "from_code": -15_000,
                "from_streaks": 0,
                "cause": "程序、数据",
                "old_value": [20_000, 30_000],
                "new_value": [10_000, 20_000],
            }
        ),
        **_diagnosed(ledger, dimensions, dict(zip(codes, domains, strict=True))),
    }


def _ledger(codes: np.ndarray) -> pd.DataFrame:
    """Sixteen items an organisation; the last one has more deductions in `basics` than points, so it needs a floor."""
    lines = pd.MultiIndex.from_product([codes, ITEMS], names=["org_code", "item_code"]).to_frame(index=False)
    number = np.arange(len(lines))
    share = (number * 7919 + number // len(ITEMS)) % 5
    is_missing = number % 11 == 3
    lines["dimension"] = np.array(DIMENSIONS)[number % len(ITEMS) % len(DIMENSIONS)]
    lines["value_num"] = pd.Series(share, dtype="Int64").mask(is_missing)
    lines["value_den"] = pd.Series(4, index=lines.index, dtype="Int64").mask(is_missing)
    lines["points"] = np.where(is_missing, 0, np.minimum(share, 4) * FULL_POINTS // 4)
    lines["full_points"] = FULL_POINTS
    lines["is_met"] = pd.Series((share >= 4) & ~is_missing, dtype="boolean")
    lines["status"] = np.where(is_missing, "missing", np.where(share >= 4, "met", "unmet"))
    lines["reason"] = np.where(is_missing, "没有数据，不得分", "按实际值计分")
    lines["evidence"] = "事件 e1、e2"
    last = codes[-1]
    own = lines[lines["org_code"].eq(last) & lines["dimension"].eq("basics")]
    findings = own["points"].sum() // EACH_FINDING + 2
    deducted = -int(findings) * EACH_FINDING
    extra = pd.DataFrame(
        {
            "org_code": [last, last],
            "item_code": ["N01", "floor:basics"],
            "dimension": "basics",
            "value_num": pd.array([findings, None], dtype="Int64"),
            "value_den": pd.array([1, None], dtype="Int64"),
            "points": [deducted, -deducted - int(own["points"].sum())],
            "full_points": 0,
            "is_met": pd.array([False, None], dtype="boolean"),
            "status": ["deducted", "floor"],
            "reason": ["检查发现问题", "维度得分不低于0分"],
            "evidence": ["检查 f1", ""],
        }
    )
    return pd.concat([lines, extra], ignore_index=True).assign(assessor="")


def _dimension_scores(ledger: pd.DataFrame, codes: np.ndarray) -> pd.DataFrame:
    every = pd.MultiIndex.from_product([codes, sorted(ROLES)], names=["org_code", "dimension"])
    sums = ledger.groupby(["org_code", "dimension"])[["points", "full_points"]].sum()
    frame = sums.reindex(every, fill_value=0).reset_index()
    role = frame["dimension"].map(ROLES)
    median = role.map({"counted": MEDIAN_PCT, "basis": BASIS_MEDIAN_PCT}).astype("float64")
    ahead = 100 * frame["points"] / frame["full_points"].where(frame["full_points"] > 0) - median
    standing = np.where(ahead >= MARGIN_PCT, "strength", np.where(ahead <= -MARGIN_PCT, "weak", ""))
    return frame.assign(role=role, standing=standing, domain_median_pct=median)


def _diagnosed(ledger: pd.DataFrame, dimensions: pd.DataFrame, domain_of: dict[str, str]) -> Frames:
    """Common problems, diagnoses and a board of two items; values are quarters of a unit, exact as floats."""
    unmet = ledger[ledger["item_code"].isin(ITEMS) & ledger["is_met"].eq(False)]
    unmet = unmet.assign(domain=unmet["org_code"].map(domain_of))
    peers = pd.Series(domain_of).value_counts()
    counted = unmet.groupby(["domain", "item_code"], as_index=False).agg(organizations=("org_code", "size"))
    counted["peers"] = counted["domain"].map(peers)
    common = counted[100 * counted["organizations"] >= COMMON_PCT * counted["peers"]]
    shared = unmet.merge(common, on=["domain", "item_code"]).groupby("org_code").size()
    names = {
        standing: dimensions[dimensions["standing"].eq(standing)].groupby("org_code")["dimension"].agg("、".join)
        for standing in ("strength", "weak")
    }
    told = pd.DataFrame({"org_code": list(domain_of)})
    told["strengths"] = told["org_code"].map(names["strength"]).fillna("")
    told["weaknesses"] = told["org_code"].map(names["weak"]).fillna("")
    told["common_problems"] = told["org_code"].map(shared).fillna(0).astype("int64")
    lines = ledger[ledger["item_code"].isin(ON_BOARD)].assign(board=BOARD)
    lines["is_lagging"] = 100 * lines["points"] < LAG_PCT * lines["full_points"]
    lines["is_named"] = lines.groupby("org_code")["is_lagging"].transform("any")
    lines["value"] = lines["value_num"].astype("Float64") / lines["value_den"]
    totals = lines.groupby(["board", "item_code"], as_index=False).agg(
        organizations=("org_code", "size"), lagging=("is_lagging", "sum"), reported=("value", "count"),
        total=("value", "sum"), mean=("value", "mean"),
    )  # fmt: skip
    return {
        "common_problem": common.reset_index(drop=True),
        "diagnosis": told.assign(text="没有未达标的指标。"),
        "progress": lines[["org_code", "board", "item_code", "is_lagging", "is_named"]].reset_index(drop=True),
        "progress_total": totals.assign(unit="亩"),
    }


def _registered(codes: np.ndarray) -> Frames:
    """What people registered of the first two organisations: a wrong cell put right, and an item that is not theirs."""
    day = pd.Timestamp("2024-07-05")
    corrected = pd.DataFrame(
        {
            "correction": ["更正一", "更正二", "更正三"],
            "org_code": [*codes[:2], ""],
            "record": ["P01 2024-07-20 10:00", "P01 2024-07-21 10:00", "党员总数"],
            "kind": ["declarations", "declarations", "totals"],
            "column_name": ["申报值", "申报值", "数值"],
            "item_code": ["P01", "P01", None],
            "expected": ["3", None, "20"],
            "corrected": ["4", "3", None],
        }
    )
    exempted = pd.DataFrame(
        {
            "org_code": codes[:2],
            "item_code": EXEMPTED,
            "valid_from": day,
            "valid_to": [pd.NaT, pd.Timestamp("2024-07-31")],
        }
    )
    return {
        "correction": corrected.assign(cause="原表无法修改", provider="张某", recorded_on=day),
        "exemption": exempted.assign(cause="撤并过渡期", approved_by="李某", approved_on=day),
    }


def _scores(dimensions: pd.DataFrame, codes: np.ndarray, domains: np.ndarray, groups: np.ndarray) -> pd.DataFrame:
    def total(column: str, *roles: str) -> np.ndarray:
        own = dimensions[dimensions["role"].isin(roles)]
        return own.groupby("org_code")[column].sum().loc[codes].to_numpy()

    frame = pd.DataFrame({"org_code": codes, "domain": domains, "peer_group": groups})
    frame["base_points"] = total("points", "counted")
    frame["index_points"] = total("points", "counted", "adjustment")
    frame["full_points"] = total("full_points", "counted")
    frame["rank"] = frame.groupby("peer_group")["index_points"].rank(method="min", ascending=False).astype("int64")
    frame["peers"] = frame.groupby("peer_group")["org_code"].transform("size")
    frame["previous_rank"] = pd.Series(1, index=frame.index, dtype="Int64").mask(frame.index % 2 == 1)
    return frame


def _organizations(codes: np.ndarray, domains: np.ndarray, groups: np.ndarray) -> pd.DataFrame:
    """The assessed ones, and a committee above them that has no domain and is not assessed."""
    own = pd.DataFrame(
        {
            "org_code": codes,
            "org_name": [f"第{number}党支部" for number in range(1, len(codes) + 1)],
            "kind": "branch",
            "domain": domains,
            "peer_group": groups,
            "parent_code": "900000000000",
            "town": "沙河镇",
            "members": pd.array([20] * len(codes), dtype="Int64"),
            "groups": pd.array([None] * len(codes), dtype="Int64"),
            "is_assessed": True,
            "is_restricted": False,
        }
    )
    committee = {"org_code": "900000000000", "org_name": "沙河镇党委", "kind": "committee"}
    committee |= {"is_assessed": False, "is_restricted": False}
    came_from = {"predecessor_code": "800000000000", "succession": "recoded"}
    return pd.concat([own, pd.DataFrame([committee | came_from])], ignore_index=True)


def _items() -> pd.DataFrame:
    columns = ["item_code", "item_order", "item_name", "dimension", "kind", "source", "full_points", "rule", "cadence"]
    rows = [
        (code, place, f"指标{code}", dimension, "common", "platform", FULL_POINTS, "tiers", "month")
        for place, (code, dimension) in enumerate(zip(ITEMS, DIMENSIONS * len(ITEMS), strict=False))
    ]
    rows.append((EXEMPTED, 60, "指标P17", "service", "common", "platform", FULL_POINTS, "tiers", "month"))
    rows.append(("N01", 100, "反向指标N01", "basics", "negative", "inspection", 0, "deduction", "month"))
    rows += [
        (f"floor:{code}", 200 + place, "保底", code, "floor", "rulebook", 0, "floor", None)
        for place, code in enumerate(DIMENSIONS)
    ]
    rows += OUTCOME_ITEMS
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(category="班子建设", rule_text="按格次计分", target=1.0, lead_unit="组织部", reference="文件")


def _labels() -> pd.DataFrame:
    names = {
        "domain": {"village": "行政村", "community": "城市社区"},
        "dimension": dict(zip(DIMENSIONS, DIMENSION_NAMES, strict=True)) | {BASIS: "党建工作", ADJUSTMENT: "加减分"},
        "board": {BOARD: "四清"},
        "condition": {"item_unmet": "动态要素未达标", "bottom_10": "末位10%", "bottom_5": "末位5%"},
        **OUTCOME_LABELS,
    }
    rows = [(kind, code, name, place) for kind, own in names.items() for place, (code, name) in enumerate(own.items())]
    return pd.DataFrame(rows, columns=["label_kind", "code", "name", "sort"])


def _warnings(codes: np.ndarray) -> pd.DataFrame:
    columns = ["org_code", "warning_code", "item_code", "colour", "severity", "responsible_code", "responsible_name"]
    rows = [
        (codes[0], "item_unmet", "P01", "blue", 1, "900000000000", "沙河镇党委"),
        (codes[0], "bottom_10", "", "yellow", 2, "组织部", "组织部"),
        (codes[1], "item_unmet", "P02", "blue", 1, "900000000000", "沙河镇党委"),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(reason="动态监测要素本月未达标", since_period="2024-07", months=1)
