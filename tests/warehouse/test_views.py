"""The contract: names of views and columns, the same on both databases, and what the derived columns say."""

import pandas as pd
import pytest
import sqlalchemy as sa

from warehouse import editions, published
from warehouse.views import VIEW_SCHEMA, VIEWS

COMMON = "district scheme period cadence period_start period_end edition_id revision"
CONTRACT = {
    "rankings": "domain domain_name rank peers org_code org_name town index_points previous_rank rank_change",
    "top_rankings": "domain domain_name rank peers org_code org_name town index_points previous_rank rank_change",
    "index_scores": "org_code org_name kind domain domain_name town parent_code index_points full_points attainment_pct"
    " rank peers",
    "dimension_scores": "org_code dimension dimension_name points full_points attainment_pct domain_median_pct",
    "ledger": "org_code item_code item_name dimension kind source assessor value target points full_points"
    " nominal_points is_met status reason evidence",
    "warnings": "org_code org_name domain town warning_code colour severity item_code reason responsible_code"
    " responsible_name since_period months",
    "warning_pool": "org_code org_name domain town colour triggers",
    "common_problems": "item_code item_name domain organizations share_pct",
    "grades": "org_code org_name domain domain_name town scale scale_name grade grade_name index_points place peers"
    " previous previous_name movement is_barred limited_by reason consequence",
    "adjustments": "org_code org_name domain code name kind coefficient basis_rank count points places_moved reason"
    " evidence",
    "tasks": "org_code org_name domain town task_code kind name item_code reason responsible_code responsible_name"
    " raised_on due_on status done_on done_by",
    "roll_ups": "org_code org_name kind parent_code level figure figure_name own children total stated",
    "restatements": "org_code measure old_value new_value from_data from_registry from_rules from_code from_streaks"
    " cause",
    "organizations": "org_code org_name kind domain parent_code town members",
    "items": "item_code item_name dimension category kind source full_points rule target lead_unit reference",
    "editions": "status as_of rulebook_version inputs_hash code_version created_at published_at cause note row_count",
    "batches": "batch_id kind sender file received_at received accepted rejected ignored superseded_by",
    "rejections": "batch_id sender file row_no column_name value reason message received_at resolved_by",
}
ADDED = {
    "dimension_scores": "standing role",
    "common_problems": "domain_name peers",
    "diagnoses": "org_code org_name domain town strengths weaknesses common_problems text",
    "progress_boards": "board board_name org_code org_name domain town item_code item_name value unit points"
    " full_points attainment_pct is_lagging is_named",
    "progress_totals": "board board_name item_code item_name organizations lagging reported total mean unit",
    "warnings": "warning_name",
    "organizations": "groups is_assessed predecessor_code succession peer_group",
    "items": "item_order rule_text period_cadence",
    "editions": "rulebook_hash report known_seq rules_id",
    "batches": "status note content_hash first_day last_day",
    "rejections": "rejection_id",
    "pending_declarations": "parent_code parent_name org_code org_name domain town item_code item_name full_points"
    " reason",
    "completeness": "kind sender expected_count delivered_count status policy due_on last_day",
    "corrections": "correction org_code org_name record kind column_name item_code expected corrected cause provider"
    " recorded_on",
    "exemptions": "org_code org_name item_code item_name valid_from valid_to cause approved_by approved_on",
    "peer_groups": "domain warning_code peers bottom_count is_too_small peer_group",
    "rankings": "peer_group base_points",
    "top_rankings": "peer_group base_points",
    "index_scores": "peer_group base_points",
    "recheck_samples": "org_code org_name domain domain_name parent_code parent_name town item_code item_name"
    " declared_at value_text seed drawn_at known_seq recheck_status recheck_value checked_by checked_on status"
    " status_name",
    "weak_and_lax": "org_code org_name domain town parent_code list_place is_proposed colour circumstances"
    " circumstance_codes pool_months attainment_pct score_period reason made_of made_at decision cause decided_by"
    " decided_on due_on converted_on outcome_text status",
}


def _columns(engine: sa.Engine) -> dict[str, set[str]]:
    schema = VIEW_SCHEMA if engine.dialect.name == "postgresql" else None
    inspector = sa.inspect(engine)
    names = inspector.get_view_names(schema)
    return {name: {column["name"] for column in inspector.get_columns(name, schema)} for name in names}


def test_views_have_the_columns_of_the_contract(engine):
    wanted = {
        name: set(f"{COMMON} {CONTRACT.get(name, '')} {ADDED.get(name, '')}".split())
        | ({"is_provisional"} if name not in ("batches", "rejections", "recheck_samples", "weak_and_lax") else set())
        for name in CONTRACT | ADDED
    }
    assert _columns(engine) == wanted
    assert {name: set(view.columns.keys()) for name, view in VIEWS.items()} == wanted


def test_text_of_the_views_has_a_length_and_points_are_numeric(engine):
    if engine.dialect.name == "sqlite":
        types = {column["name"]: str(column["type"]) for column in sa.inspect(engine).get_columns("index_scores")}
        assert types["org_code"] == "VARCHAR(64)"
        return
    with engine.connect() as connection:
        found = connection.execute(
            sa.text(
                "SELECT data_type, count(*) FROM information_schema.columns"
                " WHERE table_schema IN ('published', 'zuzhili') GROUP BY 1"
            )
        )
        types = {row[0]: row[1] for row in found}
    assert set(types) == {
        "character varying", "bigint", "boolean", "date", "timestamp with time zone", "double precision", "numeric",
    }  # fmt: skip


def test_points_and_shares_are_shown_to_four_digits(engine, edition, frames):
    given = frames(8)
    given["score"].loc[0, ["index_points", "full_points"]] = [75, 1_200_000]  # 0.00625 %: a tie, rounded up
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    shown = published.view(engine, "index_scores", org_code="000000000001").iloc[0]
    assert shown[["index_points", "full_points", "attainment_pct"]].tolist() == [0.0075, 120.0, 0.0063]


def test_ranking_shows_places_won_and_names(engine, edition, frames):
    given = frames(8)
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    shown = published.view(engine, "rankings").set_index("org_code")
    stored = given["score"].set_index("org_code")
    assert shown["rank_change"].isna().tolist() == shown["previous_rank"].isna().tolist()
    won = shown["rank_change"].dropna()
    assert (won == (stored["previous_rank"] - stored["rank"])[won.index]).all()
    assert set(shown["domain_name"]) == {"行政村", "城市社区"}
    assert len(published.view(engine, "top_rankings")) == (stored["rank"] <= 10).sum()


def test_pool_shows_the_worst_colour_once_an_organisation(engine, edition, frames):
    editions.write(engine, edition(), frames(8))
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    pool = published.view(engine, "warning_pool").set_index("org_code")
    assert pool["colour"].to_dict() == {"000000000001": "yellow", "000000000002": "blue"}
    assert pool["triggers"].to_dict() == {"000000000001": 2, "000000000002": 1}
    assert set(published.view(engine, "warnings")["warning_name"]) == {"动态要素未达标", "末位10%"}


def test_common_problems_show_their_share_of_the_domain_and_names(engine, edition, frames):
    given = frames(8)
    given["common_problem"].loc[0, ["organizations", "peers"]] = [2, 3]
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    first = published.view(engine, "common_problems").iloc[0]
    assert first[["domain", "domain_name", "item_name"]].tolist() == ["community", "城市社区", "指标P01"]
    assert first[["organizations", "peers", "share_pct"]].tolist() == [2, 3, 66.6667]


def test_diagnoses_and_standings_are_shown(engine, edition, frames):
    given = frames(8)
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    shown = published.view(engine, "diagnoses", org_code="000000000008").iloc[0]
    assert shown[["org_name", "strengths", "weaknesses"]].tolist() == ["第8党支部", "coverage", "basics、politics"]
    assert (shown["common_problems"], shown["text"]) == (13, "没有未达标的指标。")
    standing = published.view(engine, "dimension_scores", org_code="000000000008").set_index("dimension")["standing"]
    assert standing.to_dict() == {
        "adjustment": "", "basics": "weak", "cohesion": "", "coverage": "strength", "party_work": "",
        "politics": "weak", "service": "",
    }  # fmt: skip


def test_progress_boards_show_values_and_points_of_the_ledger_and_who_is_named(engine, edition, frames):
    editions.write(engine, edition(), frames(8))
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    shown = published.view(engine, "progress_boards")
    assert len(shown) == 16
    assert set(shown["board_name"]) == {"四清"}
    last = shown[shown["org_code"] == "000000000008"].set_index("item_code")
    assert last.loc["P03", ["value", "unit", "points", "full_points", "attainment_pct"]].tolist() == [
        0.75, "亩", 3.0, 4.0, 75.0,
    ]  # fmt: skip
    assert pd.isna(last.loc["P02", "value"])
    assert last["is_lagging"].to_dict() == {"P02": True, "P03": False}
    assert last["is_named"].all()
    totals = published.view(engine, "progress_totals").set_index("item_code")
    assert totals.loc["P02", ["organizations", "lagging", "reported", "total", "mean"]].tolist() == [8, 1, 7, 7.0, 1.0]
    assert totals.loc["P03", ["item_name", "total", "mean"]].tolist()[0] == "指标P03"


def test_ledger_shows_the_value_the_nominal_points_and_missing_as_empty(engine, edition, frames):
    given = frames(8)
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    shown = published.view(engine, "ledger").set_index(["org_code", "item_code", "assessor"])
    stored = given["ledger_line"].set_index(["org_code", "item_code", "assessor"])
    assert len(shown) == len(stored)
    value = (stored["value_num"].astype("Float64") / stored["value_den"]).loc[shown.index]
    pd.testing.assert_series_equal(shown["value"], value.astype("float64"), check_names=False)
    assert shown.loc[("000000000001", "P01", ""), "nominal_points"] == 4.0
    assert shown["points"].sum().round(4) == stored["points"].sum() / 10_000


def test_items_show_their_own_cadence_and_that_of_the_period(engine, edition, frames):
    given = frames(8)
    given["item"].loc[0, "cadence"] = "quarter"
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    first = published.view(engine, "items").iloc[0]
    assert first[["item_code", "cadence", "period_cadence"]].tolist() == ["P01", "quarter", "month"]


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_view_can_be_read_when_it_is_empty(engine, name):
    assert list(published.view(engine, name).columns) == list(VIEWS[name].columns.keys())
    assert published.view(engine, name).empty
