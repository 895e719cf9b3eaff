"""The gate lets a clean edition pass, and every expectation stops the edition that breaks it."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from tests.warehouse.damages import DAMAGES, EDITION, FIRST, change
from warehouse import editions, gate, published
from warehouse.database import WarehouseError, connect
from warehouse.expectations import EXPECTATIONS
from warehouse.tables import EDITION_TABLES
from warehouse.views import schema_prefix

ROOT = Path(__file__).parents[2]
NOT_OF_EVERY_SCHEME = ("warning", "streak", "peer_group", "grade", "task", "roll_up", "person_share")


@pytest.fixture
def engine(engine, edition):
    """The warehouse with the edition of the month before, which others are computed from."""
    editions.write(engine, edition(100, period="2024-06"), {})
    editions.publish(engine, 100, None, pd.DataFrame(), [])
    return engine


@pytest.fixture
def written(engine, edition, frames):
    """An edition that holds, beside one of the same organisations that does not."""
    editions.write(engine, edition(EDITION), frames(8))
    other = frames(6)
    other["score"]["rank"] = 9
    editions.write(engine, edition(EDITION + 1, revision=2), other)
    return engine


def _messages(engine: sa.Engine, name: str) -> dict[str, str]:
    """What the expectations on the table of that expectation say of the edition."""
    table = next((each.table for each in EXPECTATIONS if each.name == name), None)
    own = [each for each in EXPECTATIONS if each.table == table]
    with gate._quiet(), gate._connections(engine) as opened:
        found = gate._failures(own, gate._validations(engine, opened, EDITION, own).values())
    return {failure.name: failure.message for failure in found}


def test_every_expectation_has_a_damage_and_a_name_of_its_own():
    names = [expectation.name for expectation in EXPECTATIONS]
    assert set(names) == {name for name, _ in DAMAGES}
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("name", "damage"), DAMAGES, ids=[f"{n}-{name}" for n, (name, _) in enumerate(DAMAGES)])
def test_a_damage_is_caught_by_its_expectation(written, name, damage):
    with written.begin() as connection:
        damage(connection)
    message = _messages(written, name).get(name, "")
    assert "处不符，例如" in message


def test_a_clean_edition_passes_whatever_others_hold(written, tmp_path):
    verdict = gate.check(written, EDITION, tmp_path / "reports")
    assert verdict.failures == ()
    assert verdict.passed
    page = Path(verdict.report).read_text(encoding="utf-8")
    assert f"通过：{len(EXPECTATIONS)}项要求全部符合" in page
    assert "第1版" in page
    assert published.view(written, "editions", edition_id=EDITION)["report"].tolist() == [verdict.report]
    assert not gate.check(written, EDITION + 1, tmp_path / "reports").passed


def test_an_edition_of_a_scheme_that_asks_for_less_passes(engine, edition, frames, tmp_path):
    given = {name: frame for name, frame in frames(8).items() if name not in NOT_OF_EVERY_SCHEME}
    given["adjustment"] = given["adjustment"][given["adjustment"]["points"].ne(0)]
    editions.write(engine, edition(EDITION), given)
    assert gate.check(engine, EDITION, tmp_path).failures == ()


def test_a_failure_names_what_must_hold_how_often_it_does_not_and_where(written, tmp_path):
    with written.begin() as connection:
        change("score", "rank = rank + 1", FIRST)(connection)
        change("warning", "colour = 'green'", "warning_code = 'bottom_10'")(connection)
    verdict = gate.check(written, EDITION, tmp_path)
    assert not verdict.passed
    found = {failure.name: failure for failure in verdict.failures}
    of_rank = {"ranks_follow_points", "grades_are_of_scores", "places_moved_by_coefficients"}
    assert set(found) == of_rank | {"colours_known"}
    assert found["ranks_follow_points"].sample[0]["org_code"] == "000000000001"
    assert "1处不符，例如组织代码 000000000001" in found["ranks_follow_points"].message
    key = {"org_code": "000000000001", "warning_code": "bottom_10", "item_code": ""}
    assert found["colours_known"].sample == (key | {"colour": "green"},)
    page = Path(verdict.report).read_text(encoding="utf-8")
    assert "未通过：4项要求不符" in page
    assert found["ranks_follow_points"].message in page
    detail = (Path(verdict.report).parent / "warning.html").read_text(encoding="utf-8")
    assert "预警颜色只有蓝、黄、红" in detail


def test_what_cannot_be_checked_does_not_pass(written, tmp_path):
    with written.begin() as connection:
        connection.exec_driver_sql(f"DROP VIEW {schema_prefix(connection.dialect)}peer_groups")
        connection.exec_driver_sql("DROP TABLE peer_group")
    verdict = gate.check(written, EDITION, tmp_path)
    found = {failure.name: failure.message for failure in verdict.failures}
    assert set(found) == {"peer_group_filled", "peer_groups_counted"}
    assert all(message.endswith("：无法检查") for message in found.values())


def test_means_need_no_met_or_unmet_and_their_floors_are_means(engine, edition, frames, tmp_path):
    given = frames(8)
    lines = given["ledger_line"]
    lines["is_met"] = pd.array([None] * len(lines), dtype="boolean")
    lines["status"] = lines["status"].mask(lines["status"].isin(["met", "unmet", "missing"]), "mean")
    lines.loc[lines["status"].eq("floor"), "points"] += 1  # a mean of floors makes nothing up to zero
    lines.loc[lines["item_code"].eq("N01"), "points"] -= 1
    given["streak"] = given["streak"].head(0)
    given["common_problem"] = given["common_problem"].head(0)
    given["diagnosis"]["common_problems"] = 0
    given["warning"]["since_period"] = "2024Q3"
    editions.write(engine, edition(EDITION, cadence="quarter", period="2024Q3"), given)
    assert gate.check(engine, EDITION, tmp_path).failures == ()


def test_ranks_grades_and_bottoms_are_those_of_peer_groups(engine, edition, frames, tmp_path):
    given = frames(8, is_split=True)
    assert set(given["score"]["peers"]) == {2}
    editions.write(engine, edition(EDITION), given)
    assert gate.check(engine, EDITION, tmp_path).failures == ()
    editions.publish(engine, EDITION, None, pd.DataFrame(), [])
    shown = published.view(engine, "peer_groups")
    assert shown["domain"].tolist() == ["community", "community", "village", "village"]
    assert shown["peer_group"].tolist() == ["community/0", "community/1", "village/0", "village/1"]


def test_units_in_a_loop_of_the_registry_are_roots(engine, edition, frames, tmp_path):
    given = frames(8)
    organizations, figures = given["organization"], given["roll_up"]
    first, second, third = organizations["org_code"].head(3)
    for code, parent in ((first, second), (second, first), (third, second)):
        organizations.loc[organizations["org_code"].eq(code), "parent_code"] = parent
    figures = figures.set_index("org_code")
    figures.loc[[first, second], "level"] = 0
    figures.loc[second, ["children", "total"]] = [200_000, 400_000]
    figures.loc["900000000000", ["children", "total"]] = [1_000_000, 1_000_000]
    given["roll_up"] = figures.reset_index()
    editions.write(engine, edition(EDITION), given)
    assert gate.check(engine, EDITION, tmp_path).failures == ()


def test_places_are_those_of_indices_that_are_not_below_zero(engine, edition, frames, tmp_path):
    """Without its coefficient an index that the floor lifts would be 0 too."""
    given = frames(8)
    last = "000000000007"
    lines, scores, dimensions = given["ledger_line"], given["score"], given["dimension_score"]
    index = int(scores.loc[scores["org_code"].eq(last), "index_points"].iloc[0])
    own = {"org_code": last, "assessor": "", "full_points": 0, "reason": "通报批评", "evidence": ""}
    lost = own | {"item_code": "D01", "points": -index - 9, "status": "adjusted", "is_met": False}
    floor = own | {"item_code": "floor:index", "points": 9, "status": "floor"}
    given["ledger_line"] = pd.concat([lines, pd.DataFrame([lost, floor])], ignore_index=True)
    dimensions.loc[dimensions["org_code"].eq(last) & dimensions["role"].eq("adjustment"), "points"] -= index
    scores.loc[scores["org_code"].eq(last), "index_points"] = 0
    given["grade"].loc[given["grade"]["org_code"].eq(last), "index_points"] = 0
    event = {"org_code": last, "code": "D01", "kind": "deduction", "points": -index - 9, "reason": "通报批评"}
    given["adjustment"] = pd.concat([given["adjustment"], pd.DataFrame([event])], ignore_index=True)
    editions.write(engine, edition(EDITION), given)
    assert gate.check(engine, EDITION, tmp_path).failures == ()


def test_an_unknown_edition_is_refused(engine, tmp_path):
    with pytest.raises(WarehouseError, match="没有版本号为7的版次"):
        gate.check(engine, 7, tmp_path)


def test_the_report_opens_on_a_closed_network_and_holds_no_address(written, warehouse_url, tmp_path):
    verdict = gate.check(connect(warehouse_url.replace("postgres@", "postgres:s3cret@")), EDITION, tmp_path)
    pages = {path.name: path.read_text(encoding="utf-8") for path in Path(verdict.report).parent.iterdir()}
    assert set(pages) == {"index.html", *(f"{table}.html" for table in EDITION_TABLES)}
    for page in pages.values():
        assert not [word for word in ("http", "<script", "s3cret", "warehouse.db", str(tmp_path)) if word in page]


def test_the_terminal_stays_quiet_and_home_untouched(written, warehouse_url, tmp_path):
    code = "import sys; from warehouse import database as d, gate; gate.check(d.connect(sys.argv[1]), 102, sys.argv[2])"
    home = tmp_path / "home"
    home.mkdir()
    run = subprocess.run(
        [sys.executable, "-W", "default", "-c", code, warehouse_url, str(tmp_path / "reports")],
        cwd=ROOT, env=os.environ | {"HOME": str(home)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (run.stdout, run.stderr) == ("", "")
    assert list(home.iterdir()) == []


def test_nothing_is_left_open(written, tmp_path):
    gate.check(written, EDITION, tmp_path)
    if written.dialect.name == "postgresql":
        with written.connect() as connection:
            count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            assert connection.exec_driver_sql(count).scalar() <= written.pool.checkedin() + written.pool.checkedout()
        return
    opened = [path.readlink().name for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert [name for name in opened if name.startswith(Path(written.url.database).name)] == []


def test_importing_the_gate_does_not_import_great_expectations():
    code = "import sys; import warehouse.gate; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
