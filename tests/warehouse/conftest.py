"""A prepared warehouse, and editions that add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from warehouse.database import connect, prepare
from warehouse.editions import Edition
from warehouse.lake import Lake

DIMENSIONS = ("politics", "coverage", "cohesion", "service", "basics")
DIMENSION_NAMES = ("政治领导力", "组织覆盖力", "群众凝聚力", "发展服务力", "基础保障力")
DOMAINS = ("village", "community")
ITEMS = tuple(f"P{number:02d}" for number in range(1, 17))
FULL_POINTS = 40_000
EACH_FINDING = 10_000
MEDIAN_PCT, MARGIN_PCT, COMMON_PCT, LAG_PCT = 50, 10, 30, 60
BOARD, ON_BOARD = "clearances", ("P02", "P03")

Frames = dict[str, pd.DataFrame]


@pytest.fixture
def engine(warehouse_url: str) -> Iterator[sa.Engine]:
    engine = connect(warehouse_url)
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def lake(tmp_path) -> Lake:
    return Lake(str(tmp_path / "lake"))


@pytest.fixture
def edition() -> Callable[..., Edition]:
    def make(edition_id: int = 101, **changes: object) -> Edition:
        given = {
            "edition_id": edition_id,
            "district": "demo",
            "scheme": "ganyu",
            "period": "2024-07",
            "cadence": "month",
            "period_start": date(2024, 7, 1),
            "period_end": date(2024, 7, 31),
            "revision": 1,
            "as_of": datetime(2024, 8, 2, 1, 0, tzinfo=UTC),
            "known_seq": 7,
            "rulebook_version": "2024-01-01",
            "rulebook_hash": "r" * 64,
            "rules_id": "f" * 64,
            "inputs_hash": "i" * 64,
            "code_version": "0.1.0+abc",
            "is_provisional": False,
            "cause": "routine",
        }
        return Edition(**(given | changes))

    return make


@pytest.fixture
def frames() -> Callable[[int], Frames]:
    """Frames of an edition of `size` assessed organisations, with a deduction, a floor line and warnings."""
    return _frames


def _frames(size: int = 8) -> Frames:
    codes = np.array([f"{number:012d}" for number in range(1, size + 1)])
    domains = np.array(DOMAINS)[np.arange(size) % len(DOMAINS)]
    ledger = _ledger(codes)
    dimensions = _dimension_scores(ledger)
    scores = _scores(ledger, codes, domains)
    return {
        "organization": _organizations(codes, domains),
        "item": _items(),
        "label": _labels(),
        "score": scores,
        "dimension_score": dimensions,
        "ledger_line": ledger.drop(columns="dimension"),
        "warning": _warnings(codes),
        "streak": pd.DataFrame(
            {"org_code": codes[:2], "warning_code": "bottom_5", "since_period": "2024-06", "months": [2, 2]}
        ),
        "peer_group": pd.DataFrame(
            {
                "domain": list(DOMAINS),
                "warning_code": "bottom_10",
                "peers": [int((domains == domain).sum()) for domain in DOMAINS],
                "bottom_count": 0,
                "is_too_small": True,
            }
        ),
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


def _dimension_scores(ledger: pd.DataFrame) -> pd.DataFrame:
    frame = ledger.groupby(["org_code", "dimension"], as_index=False)[["points", "full_points"]].sum()
    ahead = 100 * frame["points"] / frame["full_points"] - MEDIAN_PCT
    standing = np.where(ahead >= MARGIN_PCT, "strength", np.where(ahead <= -MARGIN_PCT, "weak", ""))
    return frame.assign(standing=standing, domain_median_pct=float(MEDIAN_PCT))


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


def _scores(ledger: pd.DataFrame, codes: np.ndarray, domains: np.ndarray) -> pd.DataFrame:
    totals = ledger.groupby("org_code")[["points", "full_points"]].sum().loc[codes]
    frame = pd.DataFrame({"org_code": codes, "domain": domains, "index_points": totals["points"].to_numpy()})
    frame["full_points"] = totals["full_points"].to_numpy()
    frame["rank"] = frame.groupby("domain")["index_points"].rank(method="min", ascending=False).astype("int64")
    frame["peers"] = frame.groupby("domain")["org_code"].transform("size")
    frame["previous_rank"] = pd.Series(1, index=frame.index, dtype="Int64").mask(frame.index % 2 == 1)
    return frame


def _organizations(codes: np.ndarray, domains: np.ndarray) -> pd.DataFrame:
    """The assessed ones, and a committee above them that has no domain and is not assessed."""
    own = pd.DataFrame(
        {
            "org_code": codes,
            "org_name": [f"第{number}党支部" for number in range(1, len(codes) + 1)],
            "kind": "branch",
            "domain": domains,
            "parent_code": "900000000000",
            "town": "沙河镇",
            "members": pd.array([20] * len(codes), dtype="Int64"),
            "groups": pd.array([None] * len(codes), dtype="Int64"),
            "is_assessed": True,
        }
    )
    committee = {"org_code": "900000000000", "org_name": "沙河镇党委", "kind": "committee", "is_assessed": False}
    came_from = {"predecessor_code": "800000000000", "succession": "recoded"}
    return pd.concat([own, pd.DataFrame([committee | came_from])], ignore_index=True)


def _items() -> pd.DataFrame:
    columns = ["item_code", "item_order", "item_name", "dimension", "kind", "source", "full_points", "rule", "cadence"]
    rows = [
        (code, place, f"指标{code}", dimension, "common", "platform", FULL_POINTS, "tiers", "month")
        for place, (code, dimension) in enumerate(zip(ITEMS, DIMENSIONS * len(ITEMS), strict=False))
    ]
    rows.append(("N01", 100, "反向指标N01", "basics", "negative", "inspection", 0, "deduction", "month"))
    rows += [
        (f"floor:{code}", 200 + place, "保底", code, "floor", "rulebook", 0, "floor", None)
        for place, code in enumerate(DIMENSIONS)
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(category="班子建设", rule_text="按格次计分", target=1.0, lead_unit="组织部", reference="文件")


def _labels() -> pd.DataFrame:
    names = {
        "domain": {"village": "行政村", "community": "城市社区"},
        "dimension": dict(zip(DIMENSIONS, DIMENSION_NAMES, strict=True)),
        "board": {BOARD: "四清"},
        "condition": {"item_unmet": "动态要素未达标", "bottom_10": "末位10%", "bottom_5": "末位5%"},
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
