"""What breaks each of the gate's expectations: the expectation's name, and a change of the stored rows."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from warehouse.tables import EDITION_TABLES

EDITION = 101
FIRST = "org_code = '000000000001'"
LINE = f"{FIRST} AND item_code = 'P01'"
LAST = "org_code = '000000000008'"
COMMON = "domain = 'village' AND item_code = 'P01'"
_REST_OF_TASK = "kind, name, reason, responsible_code, responsible_name, due_on, status, done_on, done_by"


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


def change(table: str, values: str, where: str) -> Callable[[sa.Connection], None]:
    """A damage that sets values in the rows of the edition."""
    return _sql(f"UPDATE {table} SET {values} WHERE edition_id = {EDITION} AND {where}")


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
    ("scores_are_of_assessed", change("organization", "is_assessed = FALSE", FIRST)),
    ("scores_are_of_assessed", change("organization", "domain = 'community'", FIRST)),
    ("scores_are_of_assessed", change("score", "peer_group = 'village/other'", FIRST)),
    ("scores_are_of_assessed", _sql(f"DELETE FROM organization WHERE {FIRST}")),
    ("dimensions_complete", _sql(f"DELETE FROM dimension_score WHERE {FIRST} AND dimension = 'service'")),
    (
        "dimensions_are_of_scored",
        change("dimension_score", "dimension = 'other'", f"{FIRST} AND dimension = 'service'"),
    ),
    ("dimensions_are_of_scored", change("dimension_score", "org_code = 'other'", FIRST)),
    ("ledger_is_of_scored", change("ledger_line", "org_code = 'other'", FIRST)),
    ("ledger_items_known", change("ledger_line", "item_code = 'P99'", LINE)),
    ("item_dimensions_known", change("item", "dimension = 'other'", "item_code = 'floor:service'")),
    ("domains_known", _sql("DELETE FROM label WHERE code = 'village'")),
    *((f"{table}_filled", _empty(table)) for table in EDITION_TABLES),
    ("sources_published", change("edition_source", "source_id = 7", "TRUE")),
    ("sources_published", _sql("UPDATE edition SET is_provisional = TRUE WHERE edition_id = 100")),
    ("sources_published", _sql("UPDATE edition SET status = 'failed' WHERE edition_id = 100")),
    ("restatements_add_up", change("restatement", "from_data = from_data + 1", FIRST)),
    ("restatements_add_up", change("restatement", "old_value = NULL", FIRST)),
    ("restatements_add_up", change("restatement", "old_value = new_value, from_data = 0, from_code = 0", FIRST)),
    ("index_not_negative", change("score", "index_points = -1", FIRST)),
    ("base_within_full", change("score", "base_points = full_points + 1", FIRST)),
    ("base_within_full", change("score", "base_points = -1", FIRST)),
    ("roles_known", change("dimension_score", "role = 'other'", "dimension = 'service'")),
    ("roles_agree", change("dimension_score", "role = 'basis'", f"{FIRST} AND dimension = 'service'")),
    ("dimension_not_negative", change("dimension_score", "points = -1", f"{FIRST} AND dimension = 'service'")),
    ("dimension_within_full", change("dimension_score", "points = full_points + 1", FIRST)),
    ("dimension_within_full", change("dimension_score", "full_points = 1", f"{FIRST} AND role = 'adjustment'")),
    ("value_denominator_positive", change("ledger_line", "value_den = 0", LINE)),
    ("line_points_in_range", change("ledger_line", "points = full_points + 1", LINE)),
    ("line_points_in_range", change("ledger_line", "points = -1", LINE)),
    ("deductions_not_positive", change("ledger_line", "points = 1", "item_code = 'N01'")),
    ("deductions_not_positive", change("ledger_line", "full_points = 1", "item_code = 'N01'")),
    ("floors_make_up_to_zero", change("ledger_line", "points = 0", "item_code = 'floor:basics'")),
    ("floors_make_up_to_zero", change("dimension_score", "points = 1", f"{LAST} AND dimension = 'basics'")),
    ("floors_make_up_to_zero", change("ledger_line", "item_code = 'floor:index'", "item_code = 'floor:basics'")),
    ("is_met_known", change("ledger_line", "is_met = NULL", LINE)),
    ("is_met_known", change("ledger_line", "is_met = TRUE", f"{FIRST} AND status = 'unmet'")),
    ("is_met_known", change("ledger_line", "is_met = FALSE", f"{FIRST} AND status = 'met'")),
    ("is_met_known", change("ledger_line", "is_met = FALSE", "item_code = 'floor:basics'")),
    ("is_met_known", change("ledger_line", "is_met = TRUE", "item_code = 'N01'")),
    ("is_met_known", change("ledger_line", "is_met = TRUE", "item_code = 'B01'")),
    ("line_statuses_known", change("ledger_line", "status = 'other'", LINE)),
    ("adjusted_lines_signed", change("ledger_line", "points = -1", "item_code = 'B01'")),
    ("adjusted_lines_signed", change("ledger_line", "points = 1", "item_code = 'D01'")),
    ("adjusted_lines_signed", change("ledger_line", "full_points = 1", "item_code = 'coefficient:party'")),
    ("adjusted_lines_signed", change("ledger_line", "status = 'mean'", "item_code = 'B01'")),
    ("adjusted_lines_signed", change("ledger_line", "status = 'adjusted'", LINE)),
    ("adjusted_items_placed", change("item", "dimension = 'service'", "item_code = 'B01'")),
    ("colours_known", change("warning", "colour = 'green'", "warning_code = 'bottom_10'")),
    ("ledger_adds_up", change("ledger_line", "points = points + 1", f"{LINE} AND points < full_points")),
    ("ledger_adds_up", change("ledger_line", "full_points = full_points + 1", LINE)),
    ("ledger_adds_up", _sql(f"DELETE FROM ledger_line WHERE {FIRST}")),
    ("ledger_adds_up", _sql(f"DELETE FROM ledger_line WHERE {FIRST} AND item_code = 'W01' AND assessor = '纪委'")),
    ("ledger_adds_up", change("ledger_line", "points = points + 1", "item_code = 'B01'")),
    ("dimensions_add_up", change("score", "index_points = index_points + 1", FIRST)),
    ("dimensions_add_up", change("score", "base_points = base_points + 1", FIRST)),
    ("dimensions_add_up", change("dimension_score", "full_points = full_points + 1", FIRST)),
    ("dimensions_add_up", change("dimension_score", "points = points + 1", f"{FIRST} AND role = 'adjustment'")),
    ("dimensions_add_up", change("dimension_score", "role = 'counted'", "role = 'basis'")),
    ("full_points_equal", change("score", "full_points = full_points + 1", FIRST)),
    ("ranks_follow_points", change("score", "rank = rank + 1", FIRST)),
    ("ranks_follow_points", change("score", "peer_group = 'village/other'", f"{FIRST} AND rank > 1")),
    ("peers_counted", change("score", "peers = peers + 1", FIRST)),
    ("peers_counted", change("score", "peer_group = 'village/other'", FIRST)),
    ("peer_groups_counted", change("peer_group", "peers = peers + 1", "peer_group = 'village'")),
    ("peer_groups_counted", change("peer_group", "bottom_count = peers + 1", "peer_group = 'village'")),
    ("warnings_have_responsible", change("warning", "responsible_code = ''", "warning_code = 'bottom_10'")),
    ("warnings_have_responsible", change("warning", "responsible_name = NULL", "warning_code = 'bottom_10'")),
    ("warnings_known", change("warning", "warning_code = 'other'", "warning_code = 'bottom_10'")),
    ("warnings_known", change("warning", "org_code = 'other'", "warning_code = 'bottom_10'")),
    ("warning_not_later", change("warning", "since_period = '2024-08'", FIRST)),
    ("warning_not_later", change("warning", "months = 0", FIRST)),
    ("streak_not_later", change("streak", "since_period = '2024-08'", FIRST)),
    (
        "standings_follow_medians",
        change("dimension_score", "standing = 'strong'", f"{FIRST} AND standing = 'strength'"),
    ),
    ("standings_follow_medians", change("dimension_score", "standing = 'weak'", f"{FIRST} AND standing = 'strength'")),
    ("standings_follow_medians", change("dimension_score", "standing = 'strength'", f"{FIRST} AND standing = 'weak'")),
    ("standings_follow_medians", change("dimension_score", "standing = ''", f"{FIRST} AND standing = 'weak'")),
    ("standings_follow_medians", change("dimension_score", "domain_median_pct = 30", f"{LAST} AND standing = ''")),
    ("common_problems_counted", change("common_problem", "organizations = organizations - 1", COMMON)),
    ("common_problems_counted", change("common_problem", "peers = peers + 1", COMMON)),
    ("common_problems_counted", change("common_problem", "item_code = 'N01'", COMMON)),
    ("common_problems_counted", change("common_problem", "domain = 'other'", COMMON)),
    ("common_problems_complete", _sql(f"DELETE FROM common_problem WHERE edition_id = {EDITION} AND {COMMON}")),
    ("assessed_have_diagnoses", _sql(f"DELETE FROM diagnosis WHERE edition_id = {EDITION} AND {FIRST}")),
    ("assessed_have_diagnoses", _twice("diagnosis")),
    ("diagnoses_are_of_scored", change("diagnosis", "org_code = 'other'", FIRST)),
    ("diagnoses_name_standings", change("diagnosis", "strengths = ''", FIRST)),
    ("diagnoses_name_standings", change("diagnosis", "weaknesses = ''", FIRST)),
    ("diagnoses_name_standings", change("dimension_score", "standing = ''", f"{FIRST} AND standing = 'weak'")),
    ("diagnoses_count_problems", change("diagnosis", "common_problems = common_problems + 1", FIRST)),
    ("diagnoses_count_problems", change("ledger_line", "is_met = TRUE", LINE)),
    ("progress_is_of_ledger", change("progress", "org_code = 'other'", f"{FIRST} AND item_code = 'P02'")),
    ("progress_is_of_ledger", change("progress", "item_code = 'N01'", f"{FIRST} AND item_code = 'P02'")),
    ("progress_is_of_ledger", _sql("DELETE FROM label WHERE label_kind = 'board'")),
    ("progress_complete", _sql(f"DELETE FROM progress WHERE edition_id = {EDITION} AND {FIRST} AND item_code = 'P02'")),
    ("lagging_follows_points", change("progress", "is_lagging = TRUE", f"{FIRST} AND item_code = 'P03'")),
    ("named_are_those_that_lag", change("progress", "is_named = TRUE", FIRST)),
    ("named_are_those_that_lag", change("progress", "is_named = FALSE", f"{LAST} AND is_lagging")),
    ("named_are_those_that_lag", change("progress", "is_named = FALSE", LAST)),
    ("progress_has_totals", _sql(f"DELETE FROM progress_total WHERE edition_id = {EDITION} AND item_code = 'P02'")),
    ("progress_totals_add_up", change("progress_total", "organizations = organizations + 1", "item_code = 'P02'")),
    ("progress_totals_add_up", change("progress_total", "lagging = lagging + 1", "item_code = 'P02'")),
    ("progress_totals_add_up", change("progress_total", "reported = reported + 1", "item_code = 'P02'")),
    ("progress_totals_add_up", change("progress_total", "total = total + 0.001", "item_code = 'P03'")),
    ("progress_totals_add_up", change("progress_total", "mean = mean + 0.001", "item_code = 'P03'")),
    ("progress_totals_add_up", change("progress_total", "mean = NULL", "item_code = 'P03'")),
    ("progress_totals_add_up", change("progress_total", "item_code = 'P04'", "item_code = 'P03'")),
    ("adjustments_are_of_scored", change("adjustment", "org_code = 'other'", "code = 'B01'")),
    ("adjustments_known", change("adjustment", "kind = 'other'", "code = 'V01'")),
    ("adjustments_known", change("adjustment", "code = 'V09'", "code = 'V01'")),
    ("adjustments_known", change("adjustment", "code = 'B09'", "code = 'B01'")),
    ("adjustments_in_ledger", change("adjustment", "points = points + 1", "code = 'B01'")),
    ("adjustments_in_ledger", change("adjustment", "points = points + 1", f"{FIRST} AND code = 'party'")),
    ("adjustments_in_ledger", change("adjustment", "points = -1", "code = 'V01'")),
    ("adjustments_in_ledger", _sql("DELETE FROM ledger_line WHERE item_code = 'D01'")),
    ("ledger_in_adjustments", change("ledger_line", "points = points + 1", "item_code = 'B01'")),
    ("ledger_in_adjustments", _sql(f"DELETE FROM adjustment WHERE edition_id = {EDITION} AND code = 'D01'")),
    ("coefficients_follow_ranks", change("adjustment", "value_num = value_den + 1", "org_code = '000000000007'")),
    ("coefficients_follow_ranks", change("adjustment", "rank_num = 9", f"{FIRST} AND code = 'party'")),
    ("coefficients_follow_ranks", change("adjustment", "value_num = value_den", "code = 'party'")),
    ("places_moved_by_coefficients", change("adjustment", "places_moved = 1", f"{FIRST} AND code = 'party'")),
    ("person_shares_multiply", change("person_share", "factor_num = factor_num + 1", "share = 'pay'")),
    ("person_shares_multiply", change("person_share", "unit_code = '000000000002'", "share = 'pay'")),
    ("graded_completely", _sql(f"DELETE FROM grade WHERE edition_id = {EDITION} AND {FIRST}")),
    ("graded_completely", _twice("grade")),
    ("grades_are_of_scores", change("grade", "org_code = 'other'", FIRST)),
    ("grades_are_of_scores", change("grade", "index_points = index_points + 1", FIRST)),
    ("grades_are_of_scores", change("grade", "peers = peers + 1", FIRST)),
    ("grades_are_of_scores", change("grade", "place = place + 1", FIRST)),
    ("grades_known", change("grade", "grade = 'six'", FIRST)),
    ("grades_known", change("grade", "scale = 'other'", FIRST)),
    ("grade_limits_known", change("grade", "limited_by = 'other'", FIRST)),
    ("movements_follow_grades", change("grade", "movement = 'risen'", "movement = 'same'")),
    ("movements_follow_grades", change("grade", "movement = 'fallen'", "movement = 'risen'")),
    ("movements_follow_grades", change("grade", "movement = 'same'", "movement = 'fallen'")),
    ("movements_follow_grades", change("grade", "previous_grade = NULL", "movement = 'same'")),
    ("task_kinds_known", change("task", "kind = 'other'", "task_code = 'talk'")),
    ("task_statuses_known", change("task", "status = 'other'", "task_code = 'talk'")),
    ("tasks_dated", change("task", "due_on = '2024-07-30'", "task_code = 'talk'")),
    ("tasks_dated", change("task", "raised_on = '2024-08-01'", "task_code = 'talk'")),
    ("tasks_dated", change("task", "status = 'done'", "task_code = 'talk'")),
    ("tasks_dated", change("task", "done_on = '2024-08-01'", "task_code = 'talk'")),
    ("tasks_dated", change("task", "done_by = '登记'", "task_code = 'talk'")),
    ("tasks_dated", change("task", "done_by = NULL", f"{LAST} AND status = 'done'")),
    ("tasks_overdue", change("task", "status = 'overdue'", "task_code = 'talk'")),
    ("tasks_overdue", change("task", "status = 'open'", f"{LAST} AND status = 'overdue'")),
    ("tasks_have_responsible", change("task", "responsible_code = ''", "task_code = 'talk'")),
    ("tasks_have_responsible", change("task", "responsible_name = ''", "task_code = 'talk'")),
    ("tasks_come_from_grades_and_findings", change("task", "org_code = 'other'", "task_code = 'talk'")),
    ("tasks_come_from_grades_and_findings", change("task", "item_code = 'other'", "task_code = 'talk'")),
    ("tasks_come_from_grades_and_findings", change("task", "task_code = 'other'", "task_code = 'talk'")),
    ("tasks_come_from_grades_and_findings", change("task", "item_code = 'P01'", LAST)),
    ("tasks_come_from_grades_and_findings", change("task", "task_code = 'other'", f"{FIRST} AND kind = 'warning'")),
    ("warning_tasks_are_of_warnings", _sql(f"DELETE FROM warning WHERE {FIRST}")),
    ("warning_tasks_are_of_warnings", change("task", "item_code = 'P03'", f"{FIRST} AND kind = 'warning'")),
    ("warning_tasks_are_of_warnings", change("task", "responsible_code = 'other'", f"{FIRST} AND kind = 'warning'")),
    ("warning_tasks_are_of_warnings", change("task", "done_on = '2024-07-30'", "task_code = 'bottom_10'")),
    (
        "warning_tasks_are_of_warnings",
        change(
            "task", "task_code = 'item_unmet', item_code = 'P02', raised_on = '2024-05-31'", "task_code = 'bottom_10'"
        ),
    ),
    ("warnings_have_tasks", _sql(f"DELETE FROM task WHERE {FIRST} AND kind = 'warning'")),
    ("warnings_have_tasks", change("warning", "item_code = 'P03'", f"{FIRST} AND item_code = 'P01'")),
    (
        "warnings_have_tasks",
        _sql(
            "INSERT INTO task SELECT edition_id, org_code, task_code, item_code, '2024-05-31',"
            f" {_REST_OF_TASK} FROM task WHERE {FIRST} AND kind = 'warning'"
        ),
    ),
    ("exempted_items_have_no_lines", change("exemption", "item_code = 'P01'", FIRST)),
    ("exemptions_are_of_scored", change("exemption", "item_code = 'P99'", FIRST)),
    ("exemptions_are_of_scored", change("exemption", "org_code = '900000000000'", FIRST)),
    ("roll_ups_add_up", change("roll_up", "own = own + 1", FIRST)),
    ("roll_ups_add_up", change("roll_up", "own = own + 1, total = total + 1", FIRST)),
    ("roll_ups_add_up", change("roll_up", "children = children + 1, total = total + 1", "level = 0")),
    ("roll_ups_have_their_level", change("roll_up", "level = 2", FIRST)),
    ("roll_ups_have_their_level", change("roll_up", "level = 1", "level = 0")),
    ("roll_ups_have_their_level", change("roll_up", "org_code = 'other'", FIRST)),
    ("roll_ups_have_their_level", change("roll_up", "level = 0, figure = 'members'", FIRST)),
    ("roll_up_figures_known", change("roll_up", "figure = 'other'", FIRST)),
    ("delivery_statuses_known", change("due_delivery", "status = 'other'", "kind = 'registry'")),
    ("delivery_policies_known", change("due_delivery", "policy = 'other'", "kind = 'registry'")),
    ("delivered_within_expected", change("due_delivery", "delivered_count = 2", "kind = 'events'")),
    ("delivered_within_expected", change("due_delivery", "delivered_count = -1", "kind = 'declarations'")),
    ("delivered_within_expected", change("due_delivery", "expected_count = 0", "kind = 'submissions'")),
    ("delivery_status_follows_counts", change("due_delivery", "status = 'complete'", "kind = 'declarations'")),
    ("delivery_status_follows_counts", change("due_delivery", "status = 'partial'", "kind = 'registry'")),
    ("delivery_status_follows_counts", change("due_delivery", "delivered_count = 1", "kind = 'submissions'")),
    ("delivery_status_follows_counts", change("due_delivery", "delivered_count = 0", "kind = 'events'")),
    ("what_is_waited_for_is_not_published", change("due_delivery", "policy = 'refuse'", "kind = 'submissions'")),
    ("what_is_waited_for_is_not_published", change("due_delivery", "policy = 'refuse'", "kind = 'events'")),
    ("what_is_waited_for_is_not_published", change("due_delivery", "policy = 'refuse'", "kind = 'declarations'")),
]
