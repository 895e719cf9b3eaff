"""The gate lets a clean edition pass, and every expectation stops the edition that breaks it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from warehouse import editions, gate, published
from warehouse.database import WarehouseError, connect
from warehouse.expectations import EXPECTATIONS
from warehouse.tables import EDITION_TABLES
from warehouse.views import schema_prefix

ROOT = Path(__file__).parents[2]
EDITION = 101
FIRST = "org_code = '000000000001'"
LINE = f"{FIRST} AND item_code = 'P01'"
LAST = "org_code = '000000000008'"
COMMON = "domain = 'village' AND item_code = 'P01'"


def _free(connection: sa.Connection, table: str) -> None:
    """Takes the table's key and its required columns away, as a hand or a faulty restore would."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"CREATE TEMP TABLE kept AS SELECT * FROM {table}")
        connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql(f"CREATE TABLE {table} AS SELECT * FROM kept")
        return
    connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
    for column in EDITION_TABLES[table].columns:
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN {column.name} DROP NOT NULL")


def _sql(*statements: str) -> Callable[[sa.Connection], None]:
    def damage(connection: sa.Connection) -> None:
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount > 0

    return damage


def _set(table: str, change: str, where: str) -> Callable[[sa.Connection], None]:
    return _sql(f"UPDATE {table} SET {change} WHERE edition_id = {EDITION} AND {where}")


def _twice(table: str) -> Callable[[sa.Connection], None]:
    def damage(connection: sa.Connection) -> None:
        _free(connection, table)
        connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM {table} WHERE {FIRST}")

    return damage


def _empty(table: str) -> Callable[[sa.Connection], None]:
    def damage(connection: sa.Connection) -> None:
        _free(connection, table)
        column = [column.name for column in EDITION_TABLES[table].columns if not column.nullable][-1]
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = NULL")

    return damage


DAMAGES: list[tuple[str, Callable[[sa.Connection], None]]] = [
    ("score_unique", _twice("score")),
    ("ledger_unique", _twice("ledger_line")),
    ("warning_unique", _twice("warning")),
    ("assessed_have_scores", _sql(f"DELETE FROM score WHERE edition_id = {EDITION} AND {FIRST}")),
    ("scores_are_of_assessed", _set("organization", "is_assessed = FALSE", FIRST)),
    ("scores_are_of_assessed", _set("organization", "domain = 'community'", FIRST)),
    ("scores_are_of_assessed", _sql(f"DELETE FROM organization WHERE {FIRST}")),
    ("dimensions_complete", _sql(f"DELETE FROM dimension_score WHERE {FIRST} AND dimension = 'service'")),
    ("dimensions_are_of_scored", _set("dimension_score", "dimension = 'other'", f"{FIRST} AND dimension = 'service'")),
    ("dimensions_are_of_scored", _set("dimension_score", "org_code = 'other'", FIRST)),
    ("ledger_is_of_scored", _set("ledger_line", "org_code = 'other'", FIRST)),
    ("ledger_items_known", _set("ledger_line", "item_code = 'P99'", LINE)),
    ("item_dimensions_known", _set("item", "dimension = 'other'", "item_code = 'floor:service'")),
    ("domains_known", _sql("DELETE FROM label WHERE code = 'village'")),
    *((f"{table}_filled", _empty(table)) for table in EDITION_TABLES),
    ("sources_published", _set("edition_source", "source_id = 7", "TRUE")),
    ("sources_published", _sql("UPDATE edition SET is_provisional = TRUE WHERE edition_id = 100")),
    ("sources_published", _sql("UPDATE edition SET status = 'failed' WHERE edition_id = 100")),
    ("restatements_add_up", _set("restatement", "from_data = from_data + 1", FIRST)),
    ("restatements_add_up", _set("restatement", "old_value = NULL", FIRST)),
    ("restatements_add_up", _set("restatement", "old_value = new_value, from_data = 0, from_code = 0", FIRST)),
    ("index_not_negative", _set("score", "index_points = -1", FIRST)),
    ("index_within_full", _set("score", "index_points = full_points + 1", FIRST)),
    ("dimension_not_negative", _set("dimension_score", "points = -1", f"{FIRST} AND dimension = 'service'")),
    ("dimension_within_full", _set("dimension_score", "points = full_points + 1", FIRST)),
    ("value_denominator_positive", _set("ledger_line", "value_den = 0", LINE)),
    ("line_points_in_range", _set("ledger_line", "points = full_points + 1", LINE)),
    ("line_points_in_range", _set("ledger_line", "points = -1", LINE)),
    ("deductions_not_positive", _set("ledger_line", "points = 1", "item_code = 'N01'")),
    ("deductions_not_positive", _set("ledger_line", "full_points = 1", "item_code = 'N01'")),
    ("floors_make_up_to_zero", _set("ledger_line", "points = 0", "item_code = 'floor:basics'")),
    ("floors_make_up_to_zero", _set("dimension_score", "points = 1", f"{LAST} AND dimension = 'basics'")),
    ("is_met_known", _set("ledger_line", "is_met = NULL", LINE)),
    ("is_met_known", _set("ledger_line", "is_met = FALSE", "item_code = 'floor:basics'")),
    ("colours_known", _set("warning", "colour = 'green'", "warning_code = 'bottom_10'")),
    ("ledger_adds_up", _set("ledger_line", "points = points + 1", f"{LINE} AND points < full_points")),
    ("ledger_adds_up", _set("ledger_line", "full_points = full_points + 1", LINE)),
    ("ledger_adds_up", _sql(f"DELETE FROM ledger_line WHERE {FIRST}")),
    ("dimensions_add_up", _set("score", "index_points = index_points + 1", FIRST)),
    ("dimensions_add_up", _set("dimension_score", "full_points = full_points + 1", FIRST)),
    ("full_points_equal", _set("score", "full_points = full_points + 1", FIRST)),
    ("ranks_follow_points", _set("score", "rank = rank + 1", FIRST)),
    ("peers_counted", _set("score", "peers = peers + 1", FIRST)),
    ("peer_groups_counted", _set("peer_group", "peers = peers + 1", "domain = 'village'")),
    ("peer_groups_counted", _set("peer_group", "bottom_count = peers + 1", "domain = 'village'")),
    ("warnings_have_responsible", _set("warning", "responsible_code = ''", "warning_code = 'bottom_10'")),
    ("warnings_have_responsible", _set("warning", "responsible_name = NULL", "warning_code = 'bottom_10'")),
    ("warnings_known", _set("warning", "warning_code = 'other'", "warning_code = 'bottom_10'")),
    ("warnings_known", _set("warning", "org_code = 'other'", "warning_code = 'bottom_10'")),
    ("warning_not_later", _set("warning", "since_period = '2024-08'", FIRST)),
    ("warning_not_later", _set("warning", "months = 0", FIRST)),
    ("streak_not_later", _set("streak", "since_period = '2024-08'", FIRST)),
    ("standings_follow_medians", _set("dimension_score", "standing = 'strong'", f"{FIRST} AND standing = 'strength'")),
    ("standings_follow_medians", _set("dimension_score", "standing = 'weak'", f"{FIRST} AND standing = 'strength'")),
    ("standings_follow_medians", _set("dimension_score", "standing = 'strength'", f"{FIRST} AND standing = 'weak'")),
    ("standings_follow_medians", _set("dimension_score", "standing = ''", f"{FIRST} AND standing = 'weak'")),
    ("standings_follow_medians", _set("dimension_score", "domain_median_pct = 30", f"{LAST} AND standing = ''")),
    ("common_problems_counted", _set("common_problem", "organizations = organizations - 1", COMMON)),
    ("common_problems_counted", _set("common_problem", "peers = peers + 1", COMMON)),
    ("common_problems_counted", _set("common_problem", "item_code = 'N01'", COMMON)),
    ("common_problems_counted", _set("common_problem", "domain = 'other'", COMMON)),
    ("common_problems_complete", _sql(f"DELETE FROM common_problem WHERE edition_id = {EDITION} AND {COMMON}")),
    ("assessed_have_diagnoses", _sql(f"DELETE FROM diagnosis WHERE edition_id = {EDITION} AND {FIRST}")),
    ("assessed_have_diagnoses", _twice("diagnosis")),
    ("diagnoses_are_of_scored", _set("diagnosis", "org_code = 'other'", FIRST)),
    ("diagnoses_name_standings", _set("diagnosis", "strengths = ''", FIRST)),
    ("diagnoses_name_standings", _set("diagnosis", "weaknesses = ''", FIRST)),
    ("diagnoses_name_standings", _set("dimension_score", "standing = ''", f"{FIRST} AND standing = 'weak'")),
    ("diagnoses_count_problems", _set("diagnosis", "common_problems = common_problems + 1", FIRST)),
    ("diagnoses_count_problems", _set("ledger_line", "is_met = TRUE", LINE)),
    ("progress_is_of_ledger", _set("progress", "org_code = 'other'", f"{FIRST} AND item_code = 'P02'")),
    ("progress_is_of_ledger", _set("progress", "item_code = 'N01'", f"{FIRST} AND item_code = 'P02'")),
    ("progress_is_of_ledger", _sql("DELETE FROM label WHERE label_kind = 'board'")),
    ("progress_complete", _sql(f"DELETE FROM progress WHERE edition_id = {EDITION} AND {FIRST} AND item_code = 'P02'")),
    ("lagging_follows_points", _set("progress", "is_lagging = TRUE", f"{FIRST} AND item_code = 'P03'")),
    ("named_are_those_that_lag", _set("progress", "is_named = TRUE", FIRST)),
    ("named_are_those_that_lag", _set("progress", "is_named = FALSE", f"{LAST} AND is_lagging")),
    ("named_are_those_that_lag", _set("progress", "is_named = FALSE", LAST)),
    ("progress_has_totals", _sql(f"DELETE FROM progress_total WHERE edition_id = {EDITION} AND item_code = 'P02'")),
    ("progress_totals_add_up", _set("progress_total", "organizations = organizations + 1", "item_code = 'P02'")),
    ("progress_totals_add_up", _set("progress_total", "lagging = lagging + 1", "item_code = 'P02'")),
    ("progress_totals_add_up", _set("progress_total", "reported = reported + 1", "item_code = 'P02'")),
    ("progress_totals_add_up", _set("progress_total", "total = total + 0.001", "item_code = 'P03'")),
    ("progress_totals_add_up", _set("progress_total", "mean = mean + 0.001", "item_code = 'P03'")),
    ("progress_totals_add_up", _set("progress_total", "mean = NULL", "item_code = 'P03'")),
    ("progress_totals_add_up", _set("progress_total", "item_code = 'P04'", "item_code = 'P03'")),
]


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


def test_an_edition_without_rows_for_warnings_passes(engine, edition, frames, tmp_path):
    given = {name: frame for name, frame in frames(8).items() if name not in ("warning", "streak", "peer_group")}
    editions.write(engine, edition(EDITION), given)
    assert gate.check(engine, EDITION, tmp_path).failures == ()


def test_a_failure_names_what_must_hold_how_often_it_does_not_and_where(written, tmp_path):
    with written.begin() as connection:
        _set("score", "rank = rank + 1", FIRST)(connection)
        _set("warning", "colour = 'green'", "warning_code = 'bottom_10'")(connection)
    verdict = gate.check(written, EDITION, tmp_path)
    assert not verdict.passed
    found = {failure.name: failure for failure in verdict.failures}
    assert set(found) == {"ranks_follow_points", "colours_known"}
    assert found["ranks_follow_points"].sample[0]["org_code"] == "000000000001"
    assert "1处不符，例如组织代码 000000000001" in found["ranks_follow_points"].message
    key = {"org_code": "000000000001", "warning_code": "bottom_10", "item_code": ""}
    assert found["colours_known"].sample == (key | {"colour": "green"},)
    page = Path(verdict.report).read_text(encoding="utf-8")
    assert "未通过：2项要求不符" in page
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


def test_quarters_need_no_met_or_unmet(engine, edition, frames, tmp_path):
    given = frames(8)
    given["ledger_line"]["is_met"] = pd.array([None] * len(given["ledger_line"]), dtype="boolean")
    given["streak"] = given["streak"].head(0)
    given["common_problem"] = given["common_problem"].head(0)
    given["diagnosis"]["common_problems"] = 0
    given["warning"]["since_period"] = "2024Q3"
    editions.write(engine, edition(EDITION, cadence="quarter", period="2024Q3"), given)
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
