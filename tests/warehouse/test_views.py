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
    "organizations": "org_code org_name kind domain parent_code town members",
    "items": "item_code item_name dimension category kind source full_points rule target lead_unit reference",
    "editions": "status as_of rulebook_version inputs_hash code_version created_at published_at cause note row_count",
    "batches": "batch_id kind sender file received_at received accepted rejected ignored superseded_by",
    "rejections": "batch_id sender file row_no column_name value reason message received_at resolved_by",
}
ADDED = {
    "warnings": "warning_name",
    "organizations": "groups is_assessed",
    "items": "item_order rule_text period_cadence",
    "editions": "rulebook_hash is_provisional report",
    "batches": "status note content_hash first_day last_day",
    "rejections": "rejection_id",
    "peer_groups": "domain warning_code peers bottom_count is_too_small",
}


def _columns(engine: sa.Engine) -> dict[str, set[str]]:
    schema = VIEW_SCHEMA if engine.dialect.name == "postgresql" else None
    inspector = sa.inspect(engine)
    names = inspector.get_view_names(schema)
    return {name: {column["name"] for column in inspector.get_columns(name, schema)} for name in names}


def test_views_have_the_columns_of_the_contract(engine):
    wanted = {
        name: set(f"{COMMON} {CONTRACT.get(name, '')} {ADDED.get(name, '')}".split()) for name in CONTRACT | ADDED
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


def test_ledger_shows_the_value_the_nominal_points_and_missing_as_empty(engine, edition, frames):
    given = frames(8)
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    shown = published.view(engine, "ledger").set_index(["org_code", "item_code"])
    stored = given["ledger_line"].set_index(["org_code", "item_code"])
    assert len(shown) == len(stored)
    value = (stored["value_num"].astype("Float64") / stored["value_den"]).loc[shown.index]
    pd.testing.assert_series_equal(shown["value"], value.astype("float64"), check_names=False)
    assert shown.loc[("000000000001", "P01"), "nominal_points"] == 4.0
    assert shown["points"].sum() == stored["points"].sum() / 10_000


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
