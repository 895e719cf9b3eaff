"""The registers of weak and lax organisations, and the view that shows both, the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from schemas.stages import STAGES
from warehouse import editions, proposals, published

MADE_AT = datetime(2025, 1, 12, 6, 0, tzinfo=UTC)
WHERE = ("demo", "ganyu", "2024")
HIDDEN = "000000000002"


def proposed(*codes: str, **changes: object) -> pd.DataFrame:
    """Proposals of these organisations, from the first place on."""
    rows = [
        {
            "org_code": code, "list_place": place, "is_proposed": True, "org_name": f"{code}支部", "colour": "red",
            "circumstances": 2, "circumstance_codes": "R01、R04", "pool_months": 3, "index_points": 367_200,
            "full_points": 600_000, "score_period": "2024-09", "reason": "红色3个月", "domain": "village",
            "town": "甲镇", "parent_code": "000000000009",
        } | changes
        for place, code in enumerate(codes, start=1)
    ]  # fmt: skip
    return STAGES["proposal"].validated(pd.DataFrame(rows))


def decided(*rows: dict[str, object]) -> pd.DataFrame:
    """Decisions, as the flow hands them over."""
    known = {
        "decision": "listed", "cause": "班子涣散", "decided_by": "部务会", "decided_on": pd.Timestamp("2025-01-20"),
        "due_on": pd.Timestamp("2025-07-19"), "converted_on": pd.NaT, "outcome_text": None, "batch_id": "b1",
        "org_name": "某支部", "domain": "village", "town": None, "parent_code": None,
    }  # fmt: skip
    days = dict.fromkeys(("decided_on", "due_on", "converted_on"), "datetime64[us]")
    return pd.DataFrame([known | row for row in rows], columns=["org_code", *known]).astype(days)


def propose(engine, rows: pd.DataFrame, year: str = "2024", scheme: str = "ganyu") -> None:
    proposals.propose(engine, "demo", scheme, year, "2024-09", MADE_AT, rows)


def shown(engine, **equal: object) -> pd.DataFrame:
    return published.view(engine, "weak_and_lax", **equal).set_index("org_code")


def test_who_is_proposed_stands_beside_what_was_decided_and_the_decided_without_a_proposal_too(engine):
    propose(engine, proposed("0001", "0002", "0003", "0004"))
    converted = {"org_code": "0002", "converted_on": pd.Timestamp("2025-06-01"), "outcome_text": "已配齐班子"}
    refused = {"org_code": "0003", "decision": "not_listed", "due_on": pd.NaT}
    proposals.decide(engine, *WHERE, decided({"org_code": "0001"}, converted, refused, {"org_code": "0008"}))
    found = shown(engine)
    assert found["status"].to_dict() == {
        "0001": "listed", "0002": "converted", "0003": "not_listed", "0004": "undecided", "0008": "listed",
    }  # fmt: skip
    assert found["list_place"].dropna().to_dict() == {"0001": 1, "0002": 2, "0003": 3, "0004": 4}
    assert found.loc["0001", ["colour", "attainment_pct", "made_of", "cause"]].tolist() == [
        "red", 61.2, "2024-09", "班子涣散",
    ]  # fmt: skip
    assert found.loc["0004", ["decision", "cause", "due_on"]].isna().all()
    alone = found.loc["0008"]
    assert alone[["colour", "is_proposed", "attainment_pct", "reason", "made_at"]].isna().all()
    assert alone[["org_name", "decided_by", "due_on"]].tolist() == ["某支部", "部务会", pd.Timestamp("2025-07-19")]
    assert found["period_end"].eq(pd.Timestamp("2024-12-31")).all()
    assert found[["edition_id", "revision"]].isna().all(axis=None)


def test_a_run_and_a_delivery_replace_the_former_of_their_year_and_scheme_alone(engine):
    propose(engine, proposed("0001", "0002"))
    propose(engine, proposed("0001"), year="2023")
    propose(engine, proposed("0001"), scheme="other")
    proposals.decide(engine, *WHERE, decided({"org_code": "0001"}))
    proposals.decide(engine, "demo", "ganyu", "2023", decided({"org_code": "0005"}))
    propose(engine, proposed("0003"))
    proposals.decide(engine, *WHERE, decided({"org_code": "0002"}))
    found = published.view(engine, "weak_and_lax", ["scheme", "period", "org_code", "status"])
    assert found.to_numpy().tolist() == [
        ["ganyu", "2023", "0001", "undecided"],
        ["ganyu", "2023", "0005", "listed"],
        ["ganyu", "2024", "0002", "listed"],
        ["ganyu", "2024", "0003", "undecided"],
        ["other", "2024", "0001", "undecided"],
    ]
    known = proposals.decisions(engine, "demo", "ganyu")
    assert known[["period", "org_code"]].to_numpy().tolist() == [["2023", "0005"], ["2024", "0002"]]
    assert known["decided_on"].eq(pd.Timestamp("2025-01-20")).all()


def test_an_empty_run_leaves_nobody(engine):
    propose(engine, proposed("0001"))
    propose(engine, STAGES["proposal"].empty())
    proposals.decide(engine, *WHERE, decided())
    assert shown(engine).empty


def test_what_people_write_may_be_long(engine):
    told = {"org_code": "0001", "cause": "因" * 5_000, "decided_by": "部" * 500, "outcome_text": "好" * 5_000}
    proposals.decide(engine, *WHERE, decided(told))
    row = shown(engine).loc["0001"]
    assert row[["cause", "decided_by", "outcome_text"]].str.endswith("…").all()


@pytest.mark.parametrize("is_provisional", [True, False])
def test_a_restricted_unit_is_not_shown_nor_named_as_the_one_above(engine, edition, frames, is_provisional):
    given = frames(8)
    organizations = given["organization"]
    organizations["is_restricted"] = organizations["org_code"].eq(HIDDEN)
    editions.write(engine, edition(is_provisional=is_provisional), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    propose(engine, proposed(HIDDEN, "000000000004", parent_code=HIDDEN))
    proposals.decide(engine, *WHERE, decided({"org_code": HIDDEN}, {"org_code": "000000000005", "parent_code": HIDDEN}))
    found = shown(engine)
    assert found.index.tolist() == ["000000000004", "000000000005"]
    assert found["parent_code"].isna().all()
    propose(engine, proposed(HIDDEN), scheme="other")
    assert shown(engine, scheme="other").index.tolist() == [HIDDEN]
