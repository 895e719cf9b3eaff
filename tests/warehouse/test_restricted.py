"""Units of a restricted kind are in no published view, whatever tables hold them."""

from datetime import UTC, datetime

import pandas as pd
import pytest
import sqlalchemy as sa

from warehouse import batches, editions, published
from warehouse.batches import Batch
from warehouse.tables import EDITION_TABLES
from warehouse.views import OF_EDITIONS, VIEW_SCHEMA, VIEWS

HIDDEN, SEEN = "000000000002", "000000000004"
SUMMED_UP = {"common_problems": "domain", "peer_groups": "domain", "progress_totals": "board"}
"""Views that add up over many units, and over what."""


@pytest.fixture
def restricted(engine, edition, frames):
    """The current edition has a restricted unit in every table that speaks of units; others name it, too."""
    given = frames(8)
    organizations = given["organization"]
    organizations["is_restricted"] = organizations["org_code"].eq(HIDDEN)
    beside = organizations["org_code"].eq(SEEN)
    organizations.loc[beside, ["parent_code", "predecessor_code", "succession"]] = [HIDDEN, HIDDEN, "recoded"]
    for table in ("warning", "task"):
        own = given[table].tail(1).index
        given[table].loc[own, ["responsible_code", "responsible_name"]] = [HIDDEN, f"党员{HIDDEN}"]
    given["correction"].loc[given["correction"]["org_code"].eq(""), ["expected", "corrected"]] = HIDDEN
    given["ledger_line"]["status"] = "missing"
    given["item"]["source"] = "declaration"
    editions.write(engine, edition(is_provisional=True), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    return given


def _cells(engine: sa.Engine, name: str) -> pd.DataFrame:
    """What anybody reads who asks the database for the whole view."""
    with engine.connect() as connection:
        return pd.read_sql(sa.text(f"SELECT * FROM {name}"), connection).astype("object").astype("str")


def _naming(engine: sa.Engine, code: str) -> dict[str, list[str]]:
    """Views with columns in which the code is a part of some cell."""
    schema = VIEW_SCHEMA if engine.dialect.name == "postgresql" else None
    found = {}
    for name in sa.inspect(engine).get_view_names(schema):
        cells = _cells(engine, name)
        found[name] = [column for column in cells if cells[column].str.contains(code, regex=False).any()]
    return found


def test_a_restricted_unit_is_in_every_table_and_in_no_column_of_no_view(engine, restricted):
    of_units = {name for name, table in EDITION_TABLES.items() if "org_code" in table.columns}
    assert {name for name in of_units if HIDDEN in set(restricted[name]["org_code"])} == of_units
    found = _naming(engine, HIDDEN)
    assert set(found) == set(VIEWS)
    assert {name: columns for name, columns in found.items() if columns} == {}
    assert HIDDEN in set(editions.rows(engine, 101, "score")["org_code"])


@pytest.mark.usefixtures("restricted")
def test_what_an_edition_showed_while_it_was_current_leaves_them_out_too(engine):
    shown = {name: published.of_edition(engine, name, 101).astype("object").astype("str") for name in OF_EDITIONS}
    assert not [name for name, cells in shown.items() if cells.isin([HIDDEN]).any(axis=None)]
    assert published.of_edition(engine, "ledger", 101, org_code=HIDDEN).empty
    assert published.find(engine, 101, HIDDEN).empty


def test_all_others_are_shown_with_nothing_beside_them_that_is_restricted(engine, restricted):
    for name, table in {"index_scores": "score", "ledger": "ledger_line", "grades": "grade", "tasks": "task"}.items():
        own = restricted[table]
        assert len(published.view(engine, name)) == (own["org_code"] != HIDDEN).sum(), name
    seen = published.view(engine, "organizations", org_code=SEEN).iloc[0]
    assert seen[["parent_code", "predecessor_code"]].isna().all()
    assert seen["succession"] == "recoded"
    pending = published.view(engine, "pending_declarations", org_code=SEEN)
    assert len(pending)
    assert pending[["parent_code", "parent_name"]].isna().all(axis=None)
    tasks = published.view(engine, "tasks", org_code="000000000008", status="done").iloc[0]
    assert tasks[["responsible_code", "responsible_name"]].isna().all()
    assert not published.view(engine, "organizations", org_code="000000000001")["parent_code"].isna().any()


@pytest.mark.usefixtures("restricted")
@pytest.mark.parametrize(("view", "over"), SUMMED_UP.items())
def test_what_adds_up_restricted_units_is_not_shown(engine, view, over):
    shown = set(published.view(engine, view)[over])
    assert shown == ({"village"} if over == "domain" else set())


def test_who_left_the_registry_stays_hidden_where_a_number_of_theirs_changed(engine, restricted, edition):
    later = restricted | {name: frame[frame["org_code"].ne(HIDDEN)] for name, frame in restricted.items()
                          if "org_code" in frame and name != "restatement"}  # fmt: skip
    editions.write(engine, edition(102, revision=2), later)
    editions.publish(engine, 102, 101, pd.DataFrame(), [])
    assert HIDDEN in set(editions.rows(engine, 102, "restatement")["org_code"])
    assert HIDDEN not in set(published.view(engine, "restatements")["org_code"])
    assert len(published.view(engine, "restatements")) == 1


@pytest.mark.usefixtures("restricted")
def test_a_rejection_that_names_one_keeps_its_place_and_tells_no_more(engine, lake):
    received_at = datetime(2024, 8, 1, tzinfo=UTC)
    given = Batch("b1", "demo", "ganyu", "findings", "平台", "2024-07", "a", "h", received_at, 2, 0, 2, 0)
    found = pd.DataFrame(
        {
            "row_no": [1, 2],
            "column_name": "组织代码",
            "value_text": [HIDDEN, SEEN],
            "reason": "inactive_organization",
            "message": [f"“{HIDDEN}”不在册", f"“{SEEN}”不在册"],
        }
    )
    batches.take(engine, lake, given, pd.DataFrame({"row_no": [1, 2]}), found)
    shown = published.view(engine, "rejections").set_index("row_no")
    assert pd.isna(shown.loc[1, "value"])
    assert "不公开" in shown.loc[1, "message"]
    assert shown.loc[2, ["value", "message"]].tolist() == [SEEN, f"“{SEEN}”不在册"]
    assert _naming(engine, HIDDEN)["rejections"] == []


def test_a_unit_that_another_scheme_or_district_restricts_is_shown_in_this_one(engine, restricted, edition):
    open_to_all = restricted | {"organization": restricted["organization"].assign(is_restricted=False)}
    editions.write(engine, edition(103, scheme="other", is_provisional=True), open_to_all)
    editions.publish(engine, 103, None, pd.DataFrame(), [])
    assert not published.view(engine, "index_scores", scheme="other", org_code=HIDDEN).empty
    assert not published.view(engine, "restatements", scheme="other", org_code=HIDDEN).empty
    assert published.view(engine, "organizations", scheme="other", org_code=SEEN)["parent_code"].tolist() == [HIDDEN]
    assert published.view(engine, "index_scores", scheme="ganyu", org_code=HIDDEN).empty


@pytest.mark.parametrize("warehouse_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", OF_EDITIONS)
def test_no_view_goes_through_all_units_for_the_restricted_ones(engine, name):
    with engine.connect() as connection:
        plan = [step[-1] for step in connection.execute(sa.text(f"EXPLAIN QUERY PLAN SELECT * FROM {name}"))]
    asked = [step for step in plan if "restricted" in step.split("USING")[0]]
    assert all(step.startswith("SEARCH") for step in asked)
    assert asked or name in ("items", "completeness")
