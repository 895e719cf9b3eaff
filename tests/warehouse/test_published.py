from datetime import UTC, date, datetime

import pandas as pd
import pytest

from tests.warehouse.outcomes import ASSESSORS, BASIS
from warehouse import batches, editions, published
from warehouse.batches import Batch

PLACE = ("demo", "ganyu", "2024-07")


@pytest.fixture
def current(engine, edition, frames):
    given = frames(30)
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    return given


def _ledger(engine, org):
    return published.in_rule_book_order(engine, 101, published.of_edition(engine, "ledger", 101, org_code=org))


@pytest.mark.usefixtures("current")
def test_the_ledger_has_a_line_for_each_assessor_in_a_fixed_order(engine):
    found = _ledger(engine, "000000000002").query("item_code == 'W01'")
    assert found["assessor"].tolist() == sorted(ASSESSORS)
    assert found.set_index("assessor")["points"].to_dict() == {"纪委": 1.99, "组织部": 2.0}
    assert found["nominal_points"].tolist() == [4.0, 4.0]


@pytest.mark.usefixtures("current")
def test_the_ledger_of_an_organisation_adds_up_in_rule_book_order(engine):
    last = "000000000030"
    found = _ledger(engine, last)
    assert found["item_order"].is_monotonic_increasing
    assert found["item_code"].tolist()[-4:] == ["W01", "W01", "N01", "floor:basics"]
    score = published.view(engine, "index_scores", org_code=last).iloc[0]
    counted = found["dimension"] != BASIS
    assert found["points"][counted].sum() == score["index_points"]
    assert _ledger(engine, "nobody").empty


def test_top_is_every_domain_up_to_a_place(engine, current):
    found = published.top(engine, *PLACE, 3)
    stored = current["score"]
    assert set(found["org_code"]) == set(stored.loc[stored["rank"] <= 3, "org_code"])
    assert found.groupby("domain")["rank"].apply(lambda ranks: ranks.is_monotonic_increasing).all()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("000000000007", ["000000000007"]),
        ("第7党", ["000000000007"]),
        ("第3", ["000000000003", "000000000030"]),
        ("%", []),
        ("", None),
    ],
)
def test_organisations_are_found_by_code_or_part_of_the_name(engine, current, text, codes):
    found = published.find(engine, 101, text)["org_code"].tolist()
    assert found == (codes if codes is not None else sorted(current["organization"]["org_code"]))


@pytest.mark.usefixtures("current")
def test_pool_counts_organisations_by_colour(engine):
    assert published.pool_counts(engine, *PLACE) == {"yellow": 1, "blue": 1}
    assert published.pool_counts(engine, "demo", "ganyu", "2024-06") == {}


def test_view_takes_columns_and_conditions(engine, current):
    found = published.view(engine, "index_scores", ["org_code", "rank"], domain="village", rank=[1, 2])
    stored = current["score"].query("domain == 'village' and rank <= 2")
    assert list(found) == ["org_code", "rank"]
    assert set(found["org_code"]) == set(stored["org_code"])
    assert published.view(engine, "editions", report=None)["edition_id"].tolist() == [101]


@pytest.mark.usefixtures("current")
def test_status_shows_the_current_edition_of_every_period_latest_first(engine, edition, frames):
    editions.write(engine, edition(102, revision=2), frames(6))
    editions.publish(engine, 102, 101, pd.DataFrame(), [])
    later = {"period": "2024-08", "period_start": date(2024, 8, 1), "period_end": date(2024, 8, 31)}
    editions.write(engine, edition(103, **later), {})
    editions.publish(engine, 103, None, pd.DataFrame(), [])
    found = published.status(engine, "demo", "ganyu")
    assert found[["period", "revision", "organizations", "in_pool"]].to_numpy().tolist() == [
        ["2024-08", 1, 0, 0], ["2024-07", 2, 6, 2],
    ]  # fmt: skip
    assert published.status(engine, "elsewhere", "ganyu").empty


def test_open_rejections_are_counted_by_file_and_reason(engine, lake):
    received_at = datetime(2024, 8, 1, tzinfo=UTC)
    given = Batch("b1", "demo", "ganyu", "events", "平台", "2024-07", "a", "h", received_at, 3, 0, 3, 0)
    found = pd.DataFrame({"row_no": [1, 2, 3], "column_name": "x", "value_text": "", "message": "请改"})
    reasons = ["malformed", "malformed", "future_dated"]
    batches.take(engine, lake, given, pd.DataFrame({"row_no": [1, 2, 3]}), found.assign(reason=reasons))
    shown = published.open_rejections(engine, "demo", "ganyu")
    assert dict(zip(shown["reason"], shown["rejections"], strict=True)) == {"future_dated": 1, "malformed": 2}
