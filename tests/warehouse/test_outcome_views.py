"""What the views show of grades, adjustments, tasks and figures along the tree, and the columns that came with them."""

import pandas as pd
import pytest

from warehouse import editions, published


@pytest.fixture
def stored(engine, edition, frames):
    """The frames of the current edition."""
    given = frames(8)
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    return given


def test_grades_show_names_the_grade_before_and_the_open_tasks(engine, stored):
    shown = published.view(engine, "grades").set_index("org_code")
    assert len(shown) == len(stored["grade"])
    third = shown.loc["000000000003"]
    assert third[["scale", "scale_name", "grade", "grade_name"]].tolist() == ["star", "星级", "none", "未评星"]
    assert third[["previous", "previous_name", "movement", "limited_by"]].tolist() == [
        "four", "四星", "fallen", "public_order",
    ]  # fmt: skip
    assert third["consequence"] == "结对帮扶、约谈"
    assert third["is_barred"]
    second = shown.loc["000000000002"]
    assert second["movement"] == "new"
    assert second[["previous", "previous_name", "limited_by", "consequence"]].isna().all()
    index = stored["grade"].set_index("org_code")["index_points"] / 10_000
    pd.testing.assert_series_equal(shown["index_points"], index.loc[shown.index], check_names=False)


def test_adjustments_show_coefficients_as_numbers_and_events_as_counts(engine, stored):
    shown = published.view(engine, "adjustments").set_index(["org_code", "code"])
    assert len(shown) == len(stored["adjustment"])
    first = shown.loc[("000000000001", "party")]
    assert first[["name", "kind", "coefficient", "basis_rank"]].tolist() == ["党建系数", "coefficient", 1.0075, 1.0]
    assert pd.isna(first["count"])
    assert first["places_moved"] == 0
    bonus = shown.loc[("000000000001", "B01")]
    assert bonus[["name", "kind", "count", "points"]].tolist() == ["红旗项目", "bonus", 1, 0.5]
    assert bonus[["coefficient", "basis_rank", "places_moved"]].isna().all()
    limit = shown.loc[("000000000003", "public_order")]
    assert limit[["name", "points"]].tolist() == ["社会治安一票否决", 0.0]
    assert pd.isna(limit["count"])


def test_a_bonus_by_places_shows_its_place(engine, edition, frames):
    given = frames(8)
    own = given["adjustment"]["code"].eq("B01")
    given["adjustment"].loc[own, ["value_num", "value_den", "rank_num", "rank_den"]] = [None, None, 2, 1]
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    shown = published.view(engine, "adjustments", code="B01").iloc[0]
    assert shown["basis_rank"] == 2.0
    assert shown[["coefficient", "count"]].isna().all()


@pytest.mark.parametrize(
    ("value", "rank", "expected"),
    [
        ((2_000_001, 2_000_000), (3, 2), [1.000001, 1.5]),  # a tie is rounded up
        ((1_999_999, 2_000_000), (4, 3), [1.0, 1.3333]),
        ((0, 1), (11, 1), [0.0, 11.0]),
    ],
)
def test_coefficients_and_average_ranks_are_rounded_half_up(engine, edition, frames, value, rank, expected):
    given = frames(8)
    given["adjustment"].loc[0, ["value_num", "value_den", "rank_num", "rank_den"]] = [*value, *rank]
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    shown = published.view(engine, "adjustments", org_code="000000000001", code="party").iloc[0]
    assert shown[["coefficient", "basis_rank"]].tolist() == expected


def test_the_points_of_adjustments_are_lines_of_the_ledger(engine, stored):
    lines = published.view(engine, "ledger", status="adjusted")
    shown = published.view(engine, "adjustments")
    assert lines["points"].sum().round(4) == shown["points"].sum().round(4)
    assert set(lines["dimension"]) == {"adjustment"}
    assert set(lines["item_code"]) == {"B01", "D01", "coefficient:party"}
    assert len(lines) == stored["adjustment"]["kind"].isin(["bonus", "deduction", "coefficient"]).sum()


def test_tasks_show_whose_they_are_and_when_they_are_due(engine, stored):
    shown = published.view(engine, "tasks")
    assert len(shown) == len(stored["task"])
    last = shown[shown["org_code"] == "000000000008"]
    assert last[["kind", "name", "item_code", "status"]].to_numpy().tolist() == [
        ["rectification", "整改：反向指标N01", "N01", "overdue"],
        ["rectification", "整改：反向指标N01", "N01", "done"],
    ]
    assert last["due_on"].dt.strftime("%Y-%m-%d").tolist() == ["2024-07-17", "2024-07-25"]
    assert last["done_on"].isna().tolist() == [True, False]
    assert set(shown["responsible_name"]) == {"沙河镇党委"}
    assert shown["done_by"].notna().equals(shown["status"].eq("done"))


@pytest.mark.usefixtures("stored")
def test_roll_ups_show_numbers_as_they_are_from_the_root_down(engine):
    shown = published.view(engine, "roll_ups", figure="members")
    assert shown["level"].tolist() == [0] + [1] * 8
    root = shown.iloc[0]
    assert root[["figure_name", "kind", "own", "children", "total", "stated"]].tolist() == [
        "党员数", "committee", 0.0, 160.0, 160.0, 161.0,
    ]  # fmt: skip
    assert shown["total"].iloc[1:].tolist() == [20.0] * 8
    assert shown["stated"].iloc[1:].isna().all()


@pytest.mark.usefixtures("stored")
def test_scores_show_base_and_index_and_dimensions_their_role(engine):
    scores = published.view(engine, "index_scores").set_index("org_code")
    dimensions = published.view(engine, "dimension_scores")
    sums = dimensions.groupby(["role", "org_code"])["points"].sum().round(4)
    pd.testing.assert_series_equal(sums["counted"], scores["base_points"], check_names=False)
    index = (sums["counted"] + sums["adjustment"]).round(4)
    pd.testing.assert_series_equal(index, scores["index_points"], check_names=False)
    assert set(dimensions.loc[dimensions["role"] == "basis", "dimension"]) == {"party_work"}
    assert scores["peer_group"].equals(scores["domain"])
    assert set(published.view(engine, "rankings").columns) >= {"peer_group", "base_points"}


def test_a_board_adds_up_the_lines_of_several_assessors(engine, edition, frames):
    given = frames(8)
    lines = given["ledger_line"]
    own = lines["org_code"].eq("000000000001") & lines["item_code"].eq("P02")
    halves = [
        lines[own].assign(assessor=name, points=points, full_points=20_000)
        for name, points in (("纪委", 5_000), ("组织部", 10_000))
    ]
    given["ledger_line"] = pd.concat([lines[~own], *halves], ignore_index=True)
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    shown = published.view(engine, "progress_boards", item_code="P02").set_index("org_code")
    assert len(shown) == 8
    assert shown.loc["000000000001", ["points", "full_points", "attainment_pct"]].tolist() == [1.5, 4.0, 37.5]
    assert pd.isna(shown.loc["000000000001", "value"])
