"""A month as a whole: stages in a row, whatever the order of the records; and which rejections still stand."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.stages import STAGES
from transforms.edition import content_hash
from transforms.scoring import CheckedRecords, Records, check_records, settled
from transforms.standings import dimension_scores, scores

ROSTER = {"kind": "roster", "topic": None}


def _numbered(rows):
    return [row | {"row_no": number} for number, row in enumerate(rows, start=2)]


def _frames(month, rulebook):
    """What a month comes to, for comparison: lines, values, index, rejections."""
    by_dimension = dimension_scores(month.lines, month.assessed, rulebook)
    return (
        month.lines,
        month.observed.items.used,
        month.observed.findings.used,
        scores(by_dimension, month.assessed, STAGES["score"].empty()),
        month.rejections,
    )


# properties

ORG = st.sampled_from(["0001", "0002", "0003", "7777"])
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "event_id": st.sampled_from(["E1", "E2", "E3", None]),
            "org_code": ORG,
            "kind": st.sampled_from(["meeting", "roster"]),
            "topic": st.sampled_from(["例会", "小组会"]),
            "captured_at": st.sampled_from(["2024-08-02T00:00:00Z", "2024-08-03T00:00:00Z", "2024-07-01T00:00:00Z"]),
            "data.attended": st.sampled_from(["0", "19", "21", "0.5", "x"]),
            "data.area": st.sampled_from(["59.99", "100", "1e30", None]),
            "data.filled": st.sampled_from(["1", "3", None]),
            "data.quota": st.sampled_from(["3", "0"]),
        }
    ),
    max_size=5,
)
DECLARATIONS = st.lists(
    st.fixed_dictionaries(
        {
            "org_code": ORG,
            "item_code": st.sampled_from(["OPEN", "VISITS", "HELP", "COMPLAINTS", "NONE"]),
            "value_text": st.sampled_from(["是", "否", "0.3", "3", "7", "-1"]),
            "declared_at": st.sampled_from(["2024-07-20 10:00", "2024-07-21 10:00"]),
            "review_status": st.sampled_from(["通过", "退回"]),
            "recheck_status": st.sampled_from([None, "通过", "不通过"]),
            "recheck_value": st.sampled_from([None, "是", "2"]),
        }
    ),
    max_size=6,
)
FINDINGS = st.lists(
    st.fixed_dictionaries(
        {
            "org_code": ORG,
            "item_code": st.sampled_from(["N1", "N2", "N3"]),
            "findings_count": st.sampled_from(["0", "1", "3", "0.5"]),
            "review_status": st.sampled_from(["已审", "待审"]),
        }
    ),
    max_size=4,
)


@settings(max_examples=5)
@given(EVENTS, DECLARATIONS, FINDINGS, st.randoms(use_true_random=False))
def test_shuffling_the_records_changes_nothing(records, scored, rulebook, events, declarations, findings, random):
    kinds = {"events": events, "declarations": declarations, "findings": findings}
    ordered = {kind: _numbered(rows) for kind, rows in kinds.items()}
    shuffled = {kind: random.sample(rows, len(rows)) for kind, rows in ordered.items()}
    one, other = (
        _frames(scored(**{kind: records(kind, *rows) for kind, rows in given.items()}), rulebook)
        for given in (ordered, shuffled)
    )
    for left, right in zip(one, other, strict=True):
        assert content_hash(left) == content_hash(right)


@settings(max_examples=7)
@given(EVENTS, DECLARATIONS, FINDINGS)
def test_the_ledger_adds_up_to_the_index(records, scored, rulebook, events, declarations, findings):
    month = scored(records("events", *events), records("declarations", *declarations), records("findings", *findings))
    lines, index = month.lines, _frames(month, rulebook)[3]
    assert lines.groupby("org")["points"].sum().tolist() == index["index_points"].tolist()
    assert set(lines.groupby("org")["full_points"].sum()) == {rulebook.cadences["month"].full_points}
    assert index["index_points"].between(0, index["full_points"]).all()
    by_dimension = lines.groupby(["org", "dimension"])["points"].sum()
    assert (by_dimension >= 0).all()
    assert not lines.duplicated(["org", "item_code"]).any()
    earned = lines[~lines["status"].isin(["deducted", "floor"])]
    assert earned["points"].between(0, earned["full_points"]).all()
    assert earned.loc[earned["status"] == "missing", "points"].eq(0).all()


# a month by hand


def test_a_month_by_hand(records, scored, rulebook):
    events = records(
        "events",
        {},
        {"event_id": "E2", "topic": "大会", "data.attended": "17", "data.expected": "20"},
        ROSTER | {"event_id": "E3", "data.filled": "2", "data.quota": "3", "data.joint": "true", "data.staff": "5"}
        | {"data.limit": "4", "data.term_ends_on": "2024-07-31"},
    )  # fmt: skip
    declared = [("OPEN", "是"), ("VISITS", "9"), ("HELP", "1.5"), ("COMPLAINTS", "1")]
    month = scored(
        events,
        records("declarations", *({"item_code": item, "value_text": value} for item, value in declared)),
        records("findings", {"findings_count": "3"}),
    )
    points = month.lines[month.lines["org"] == 0].set_index("item_code")["points"]
    assert points.to_dict() == {
        "COUNT": 50_000,
        "RATIO": 37_895,  # 4 × (36/40) / 0.95
        "GROUP": 0,
        "POSTS": 26_667,
        "FLAG": 40_000,
        "STAFF": 0,
        "TERM": 40_000,
        "OPEN": 40_000,
        "VISITS": 36_000,
        "HELP": 7_500,
        "COMPLAINTS": 20_000,
        "N1": -20_000,
    }
    assert month.line("0001", "RATIO")["value_num"] * 10 == month.line("0001", "RATIO")["value_den"] * 9
    index = _frames(month, rulebook)[3].set_index("org_code")
    assert index.loc["0001", "index_points"] == 278_062


def test_a_deduction_larger_than_its_dimension_is_floored(records, scored):
    month = scored(
        declarations=records("declarations", {}, {"org_code": "0002"}),
        findings=records(
            "findings", {"item_code": "N2"}, {"item_code": "N1", "org_code": "0002", "findings_count": "2"}
        ),
    )
    assert month.line("0001", "N2")["points"] == -100_000
    assert month.line("0001", "floor:care")["points"] == 60_000
    assert month.line("0002", "floor:order")["points"] == 20_000
    assert month.lines.groupby(["org", "dimension"])["points"].sum().min() == 0


def test_values_that_are_decimals_in_an_event_are_scored_exactly(records, scored):
    tenths = [{"event_id": f"E{n}", "data.attended": "0.1", "data.expected": "0.1"} for n in range(10)]
    month = scored(events=records("events", *tenths))
    assert sum(0.1 for _ in range(10)) != 1
    assert month.line("0001", "RATIO")["points"] == 40_000
    line = month.line("0001", "RATIO")
    assert Fraction(int(line["value_num"]), int(line["value_den"])) == 1


def test_a_month_without_any_record_or_organisation_is_scored(scored, registry_of):
    assert scored().lines["points"].eq(0).all()
    assert scored(registry=registry_of({"org_code": "0009", "org_name": "镇委员会", "domain": None})).lines.empty


# which rejections are the month's


@pytest.fixture(scope="module")
def checked(records, registry, rulebook, july):
    """A checked month of the records given, each with the day that it speaks of."""

    def check(registry=registry, **kinds):
        frames = {kind: records(kind, *kinds.get(kind, [])) for kind in KINDS}
        return check_records(Records(**frames, followed=records("findings")), registry, rulebook, july)

    return check


KINDS = ("events", "declarations", "submissions", "findings", "totals")
IN_JULY = {"day": "2024-07-10"}
BAD = IN_JULY | {"data.attended": "x"}


def _open(*rows):
    columns = ["rejection_id", "batch_id", "row_no", "column_name", "reason"]
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns, "str"))
    return frame.astype({"row_no": "int64"})


def test_only_rejections_of_records_of_the_month_are_the_months(checked):
    found = checked(events=[BAD, BAD | {"day": "2024-06-10"}, BAD | {"day": None}])
    assert found.rejections["row_no"].tolist() == [2]
    assert found.considered.to_dict("records") == [{"batch_id": "b1", "row_no": 2}]


def test_every_kind_contributes_rejections(checked):
    found = checked(
        events=[BAD | {"batch_id": "e"}],
        declarations=[IN_JULY | {"batch_id": "d", "value_text": "x"}, IN_JULY | {"batch_id": "d"}],
        findings=[IN_JULY | {"batch_id": "f", "findings_count": "x", "fixed_text": "x"}],
    )
    rejected = found.rejections[["batch_id", "row_no"]].to_numpy().tolist()
    assert sorted(rejected) == [["d", 2], ["e", 2], ["f", 2], ["f", 2]]
    assert sorted(found.considered["batch_id"]) == ["d", "d", "e", "f"]
    assert len(found.declarations) == 1


def test_a_rejection_that_nobody_knew_is_new(checked):
    new, resolved = settled(_open(), checked(events=[BAD]))
    assert new[["batch_id", "row_no", "column_name", "reason"]].to_numpy().tolist() == [
        ["b1", 2, "data.attended", "malformed"]
    ]
    assert resolved == []


def test_one_that_stands_is_neither_new_nor_resolved(checked):
    new, resolved = settled(_open(("r1", "b1", 2, "data.attended", "malformed")), checked(events=[BAD]))
    assert (len(new), resolved) == (0, [])


def test_one_that_no_longer_holds_is_resolved(checked, registry_of, registry):
    event = IN_JULY | {"org_code": "7777"}
    before = checked(events=[event])
    assert before.rejections["reason"].tolist() == ["unknown_organization"]
    known = registry_of({"org_code": "7777", "org_name": "新登记支部"})
    new, resolved = settled(_open(("r1", "b1", 2, "org_code", "unknown_organization")), checked(known, events=[event]))
    assert (len(new), resolved) == (0, ["r1"])


def test_one_that_holds_for_another_reason_now_is_both(checked):
    new, resolved = settled(_open(("r1", "b1", 2, "org_code", "unknown_organization")), checked(events=[BAD]))
    assert (new["reason"].tolist(), resolved) == (["malformed"], ["r1"])


def test_what_the_month_did_not_look_at_is_left_alone(checked):
    others = _open(
        ("r1", "b1", 3, "data.attended", "malformed"),
        ("r2", "elsewhere", 2, "data.attended", "malformed"),
        ("r3", "b1", 4, "整行", "malformed"),
    )
    found = checked(events=[IN_JULY, BAD | {"day": "2024-06-10"}, BAD | {"day": None}])
    new, resolved = settled(others, found)
    assert (len(new), resolved) == (0, [])


def test_a_row_with_two_bad_cells_is_settled_cell_by_cell(checked):
    standing = _open(("r1", "b1", 2, "data.attended", "malformed"), ("r2", "b1", 2, "data.expected", "malformed"))
    new, resolved = settled(standing, checked(events=[BAD]))
    assert (len(new), resolved) == (0, ["r2"])


def test_a_checked_month_keeps_the_last_copy_of_every_event(checked):
    late = {"captured_at": "2024-07-12T00:00:00Z", "data.attended": "18"}
    found = checked(events=[IN_JULY, IN_JULY | late])
    assert isinstance(found, CheckedRecords)
    assert found.events["data.attended"].tolist() == ["18"]
    assert len(found.considered) == 2
