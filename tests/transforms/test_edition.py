"""The frames of an edition: valid, complete, adding up, and the same whatever the order of the records."""

from __future__ import annotations

import pandas as pd
import pytest

from schemas.stages import STAGES
from transforms.edition import content_hash, edition_frames
from transforms.figures import figures_of
from transforms.outcomes import Standing, outcomes_of
from transforms.standings import dimension_scores
from transforms.warnings import warnings


@pytest.fixture(scope="module")
def edition(scored, scene, rulebook):
    """Validated frames of a scored month, by table."""

    def make(rules=rulebook, **given):
        month = scored(**given, rules=rules)
        seen = scene(month, rules)
        warned = warnings(seen, rules, STAGES["streak"].empty())
        by_dimension = dimension_scores(month.lines, month.assessed, rules)
        standing = Standing(seen.organizations, seen.assessed, month.period, by_dimension, seen.scores)
        before = STAGES["grade"].empty(), STAGES["task"].empty()
        outcomes = outcomes_of(standing, month.observed, month.followed, *before, rules, seen.period, is_open=False)
        figures = figures_of(standing, month.observed.findings, warned, rules, "month")
        frames = edition_frames(standing, month.observed, outcomes, warned, figures, rules, "month")
        return {name: STAGES[name].validated(frame) for name, frame in frames.items()}

    return make


@pytest.fixture(scope="module")
def busy(edition, records):
    return edition(
        events=records(
            "events", {}, {"event_id": "E2", "org_code": "0002", "data.attended": "1", "data.expected": "3"}
        ),
        declarations=records("declarations", {}, {"org_code": "0002", "review_status": "退回"}),
        findings=records("findings", {}, {"item_code": "N2", "org_code": "0002"}, {"item_code": "N3"}),
    )


def _line(frames, org_code, item_code):
    (row,) = frames["ledger_line"].query("org_code == @org_code and item_code == @item_code").to_dict("records")
    return row


def test_there_is_a_frame_for_every_table(busy):
    made_elsewhere = {
        "observation",
        "restatement",
        "edition_source",
        "due_delivery",
        "correction",
        "exemption",
        "proposal",
    }
    assert set(busy) == set(STAGES) - made_elsewhere
    assert busy["score"]["org_code"].tolist() == ["0001", "0002"]
    assert busy["organization"]["org_code"].tolist() == ["0001", "0002", "0009"]


def test_the_ledger_adds_up_to_the_dimensions_and_these_to_the_index(busy):
    items = busy["item"].set_index("item_code")["dimension"]
    lines = busy["ledger_line"].assign(dimension=lambda frame: frame["item_code"].map(items))
    by_dimension = lines.groupby(["org_code", "dimension"])["points"].sum()
    published = busy["dimension_score"].set_index(["org_code", "dimension"])["points"]
    assert by_dimension.to_dict() == published[published.index.isin(by_dimension.index)].to_dict()
    index = busy["score"].set_index("org_code")["index_points"]
    assert lines.groupby("org_code")["points"].sum().to_dict() == index.to_dict()


def test_a_line_says_its_value_why_and_where_from(busy):
    met = _line(busy, "0001", "COUNT")
    assert (met["value_num"], met["value_den"], met["points"], met["is_met"]) == (1, 1, 50_000, True)
    assert (met["reason"], met["evidence"]) == ("实际：1。达到1得满分，否则不得分。达标", "E1")
    assert _line(busy, "0002", "RATIO")["reason"].startswith("实际：约33.33%（1/3）。")
    assert _line(busy, "0001", "OPEN")["evidence"] == "申报 2024-07-20 10:00"
    assert _line(busy, "0001", "N1")["evidence"] == "检查 2024-07-15"


def test_a_missing_value_is_empty_and_not_0(busy):
    missing = _line(busy, "0002", "OPEN")
    assert pd.isna(missing["value_num"])
    assert pd.isna(missing["value_den"])
    assert (missing["status"], missing["evidence"]) == ("missing", "申报 2024-07-20 10:00")
    assert missing["reason"] == "已申报，但审核未通过或复核不通过，按缺失计0分"
    zero = _line(busy, "0001", "GROUP")
    assert (zero["value_num"], zero["value_den"], zero["status"], zero["evidence"]) == (0, 1, "unmet", "")


def test_deductions_and_floors_are_lines(busy):
    assert _line(busy, "0001", "N1")["points"] == -10_000
    assert _line(busy, "0002", "N2")["points"] == -100_000
    floor = _line(busy, "0002", "floor:care")
    assert (floor["points"], floor["full_points"], floor["status"]) == (100_000, 0, "floor")
    assert pd.isna(floor["is_met"])
    assert set(busy["ledger_line"]["item_code"]) <= set(busy["item"]["item_code"])


def test_a_quarterly_finding_is_in_the_pool_of_its_month_and_not_in_its_ledger(busy):
    found = busy["warning"].query("warning_code == 'found'")
    assert sorted(found["item_code"]) == ["N1", "N2", "N3"]
    assert "N3" not in set(busy["ledger_line"]["item_code"])


def test_values_too_wide_for_the_database_are_narrowed_and_their_points_stay_exact(edition, records):
    roster = {"kind": "roster", "topic": None}
    rows = [
        {"data.attended": "1e30", "data.expected": "3e30"},
        roster | {"event_id": "E2", "data.filled": "0.12345678901234567890123", "data.quota": "1"},
        roster | {"event_id": "E3", "org_code": "0002", "data.area": "1e30"},
        roster | {"event_id": "E4", "org_code": "0001", "data.joint": "true", "occurred_at": "2024-07-01T00:00:00Z"},
    ]
    frames = edition(events=records("events", *rows))
    ratio, posts, area = (_line(frames, *key) for key in (("0001", "RATIO"), ("0001", "POSTS"), ("0002", "AREA")))
    assert (ratio["value_num"], ratio["value_den"], ratio["points"]) == (333_333_333_333, 10**12, 14_035)
    assert (posts["value_num"], posts["value_den"], posts["points"]) == (123_456_789_012, 10**12, 4_938)
    assert (area["value_num"], area["value_den"], area["points"]) == (2**63 - 1, 1, 40_000)
    assert area["reason"].startswith(f"实际：{10**30}亩。")


def test_items_and_labels_are_those_of_the_rule_book(busy, rulebook):
    items = busy["item"].set_index("item_code")
    assert len(items) == len(rulebook.items) + len(rulebook.negative_items) + len(rulebook.dimensions)
    assert items.loc["RATIO", ["rule", "target", "lead_unit", "full_points"]].tolist() == [
        "proportional",
        0.95,
        "乙局",
        40_000,
    ]
    assert items.loc["N1", ["kind", "rule_text", "target"]].tolist() == ["negative", "每次扣1分，至多扣2分", 0.0]
    assert items.loc["floor:care", "item_name"] == "关怀保底"
    assert items["item_order"].is_unique
    labels = busy["label"].set_index(["label_kind", "code"])["name"]
    assert labels["domain", "hill"] == "山区"
    assert labels["dimension", "order"] == "有序"
    assert labels["condition", "unmet"] == "条件unmet"


def test_an_edition_of_nobody_is_valid(edition, registry_of):
    frames = edition(
        registry=registry_of({"org_code": "0009", "org_name": "镇委员会", "kind": "委员会", "domain": None})
    )
    assert {name for name, frame in frames.items() if len(frame)} == {"organization", "item", "label"}


# content_hash

FRAME = pd.DataFrame({"code": ["a", "b", "c"], "points": [1, 2, 2]})


def test_the_hash_does_not_depend_on_the_order_of_rows_or_columns_or_on_the_index():
    same = [
        FRAME,
        FRAME[::-1],
        FRAME[["points", "code"]],
        FRAME.set_axis([7, 8, 9]),
        FRAME.sample(frac=1, random_state=1),
    ]
    assert len({content_hash(frame) for frame in same}) == 1


@pytest.mark.parametrize(
    "other",
    [
        FRAME.assign(points=[1, 2, 3]),
        FRAME.assign(points=[2, 1, 2]),
        FRAME.iloc[:2],
        pd.concat([FRAME, FRAME.iloc[:1]]),
        FRAME.rename(columns={"points": "rank"}),
        FRAME.assign(points=[1, 2, None]),
        FRAME.iloc[:0],
    ],
)
def test_the_hash_tells_different_rows_apart(other):
    assert content_hash(other) != content_hash(FRAME)


def test_the_hash_does_not_depend_on_how_integers_and_texts_are_stored():
    stored = FRAME.astype({"code": "object", "points": "Int64"})
    assert content_hash(stored) == content_hash(FRAME)
    gaps = FRAME.assign(code=["a", None, "c"])
    assert content_hash(gaps.astype({"code": "str"})) == content_hash(gaps.astype({"code": "object"}))


def test_the_hash_covers_every_frame_in_its_place():
    assert content_hash(FRAME, FRAME.iloc[:1]) != content_hash(FRAME.iloc[:1], FRAME)
    assert content_hash(FRAME) != content_hash(FRAME, FRAME.iloc[:0])
