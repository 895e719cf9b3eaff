"""What must hold of grades and of the tasks that grades, findings and warnings lead to.

Quotas and thresholds are not in the warehouse. What is: who has to be graded, what the grade was given for, and the
order of a scale's grades, which is that of its labels, best first.
"""

from __future__ import annotations

from schemas.stages import TASK_KINDS, TASK_STATUSES
from warehouse.expectations.expectation import one_of, rows

_AS_AT = "CASE WHEN edition.is_provisional THEN edition.period_start ELSE edition.period_end END"
"""The day that the status of a task is of."""

GRADES = (
    rows(
        "graded_completely", "score", "每个等次序列所评领域的每个应考核组织都有且只有一个等次",
        """
        SELECT score.org_code, score.domain, scaled.scale, count(graded.org_code) AS grades
        FROM (
            SELECT DISTINCT every_one.scale, placed.domain
            FROM grade AS every_one
            JOIN score AS placed ON placed.edition_id = :edition AND placed.org_code = every_one.org_code
            WHERE every_one.edition_id = :edition
        ) AS scaled
        JOIN {batch} AS score ON score.domain = scaled.domain
        LEFT JOIN grade AS graded
          ON graded.edition_id = :edition AND graded.org_code = score.org_code AND graded.scale = scaled.scale
        GROUP BY score.org_code, score.domain, scaled.scale HAVING count(graded.org_code) <> 1
        """,
    ),
    rows(
        "grades_are_of_scores", "grade", "等次的指数和同类组织数与指数表一致，排位在同分的名次之内",
        """
        SELECT graded.org_code, graded.scale, graded.index_points, graded.peers, graded.place, score.rank
        FROM {batch} AS graded
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = graded.org_code
        LEFT JOIN (
            SELECT peer_group, rank, count(*) AS equals FROM score WHERE edition_id = :edition GROUP BY peer_group, rank
        ) AS tied ON tied.peer_group = score.peer_group AND tied.rank = score.rank
        WHERE score.org_code IS NULL OR graded.index_points <> score.index_points OR graded.peers <> score.peers
           OR NOT graded.place BETWEEN score.rank AND score.rank + tied.equals - 1
        """,
    ),
    rows(
        "grades_known", "grade", "等次都属于其序列，序列和等次都有名称",
        """
        SELECT graded.org_code, graded.scale, graded.grade
        FROM {batch} AS graded
        LEFT JOIN label AS scaled
          ON scaled.edition_id = :edition AND scaled.label_kind = 'scale' AND scaled.code = graded.scale
        LEFT JOIN label AS named
          ON named.edition_id = :edition AND named.label_kind = 'grade'
         AND named.code = graded.scale || '/' || graded.grade
        WHERE scaled.code IS NULL OR named.code IS NULL
        """,
    ),
    rows(
        "grade_limits_known", "grade", "受限原因是规则中的限制，或逐级晋升",
        """
        SELECT graded.org_code, graded.scale, graded.limited_by
        FROM {batch} AS graded
        LEFT JOIN label
          ON label.edition_id = :edition AND label.label_kind = 'limit' AND label.code = graded.limited_by
        WHERE coalesce(graded.limited_by, '') NOT IN ('', 'one_step') AND label.code IS NULL
        """,
    ),
    rows(
        "movements_follow_grades", "grade", "升降与上期、本期等次的先后一致；没有上期等次的是新评",
        """
        SELECT graded.org_code, graded.scale, graded.grade, graded.previous_grade, graded.movement
        FROM {batch} AS graded
        LEFT JOIN label AS now_named
          ON now_named.edition_id = :edition AND now_named.label_kind = 'grade'
         AND now_named.code = graded.scale || '/' || graded.grade
        LEFT JOIN label AS then_named
          ON then_named.edition_id = :edition AND then_named.label_kind = 'grade'
         AND then_named.code = graded.scale || '/' || graded.previous_grade
        WHERE graded.movement <> CASE WHEN graded.previous_grade IS NULL THEN 'new'
                                      WHEN then_named.sort IS NULL THEN graded.movement
                                      WHEN now_named.sort < then_named.sort THEN 'risen'
                                      WHEN now_named.sort > then_named.sort THEN 'fallen'
                                      ELSE 'same' END
        """,
    ),
)  # fmt: skip

TASKS = (
    one_of("task_kinds_known", "task", "任务只有后续任务、整改和消除预警", "kind", TASK_KINDS),
    one_of("task_statuses_known", "task", "任务状态只有未到期、已逾期、已完成", "status", TASK_STATUSES),
    rows(
        "tasks_dated", "task", "任务期限不早于下达日期，下达不晚于期末，已完成的才有完成日期和办结依据",
        """
        SELECT told.org_code, told.task_code, told.raised_on, told.due_on, told.done_on, told.done_by, told.status
        FROM {batch} AS told
        JOIN edition ON edition.edition_id = :edition
        WHERE told.due_on < told.raised_on OR told.raised_on > edition.period_end
           OR (told.done_on IS NULL) = (told.status = 'done') OR (told.done_by IS NULL) = (told.status = 'done')
        """,
    ),
    rows(
        "tasks_overdue", "task", "没有完成的任务，期限在期末（即时版为期初）之前的已逾期，在其后的未到期",
        f"""
        SELECT told.org_code, told.task_code, told.due_on, told.status
        FROM {{batch}} AS told
        JOIN edition ON edition.edition_id = :edition
        WHERE (told.status = 'open' AND told.due_on < {_AS_AT})
           OR (told.status = 'overdue' AND told.due_on > {_AS_AT})
        """,  # noqa: S608
    ),
    rows(
        "tasks_have_responsible", "task", "每个任务都有责任主体（代码和名称）",
        """
        SELECT org_code, task_code, item_code, responsible_code, responsible_name FROM {batch}
        WHERE responsible_code = '' OR responsible_name = ''
        """,
    ),
    rows(
        "tasks_come_from_grades_and_findings", "task",
        "本期下达的任务，组织在名册中，后续任务有本期的等次，整改有反向指标，消除预警有预警条件",
        """
        SELECT told.org_code, told.task_code, told.item_code, told.kind
        FROM {batch} AS told
        JOIN edition ON edition.edition_id = :edition AND told.raised_on >= edition.period_start
        LEFT JOIN organization AS org ON org.edition_id = :edition AND org.org_code = told.org_code
        LEFT JOIN grade AS graded
          ON graded.edition_id = :edition AND graded.org_code = told.org_code AND graded.scale = told.item_code
        LEFT JOIN label
          ON label.edition_id = :edition AND label.code = told.task_code
         AND label.label_kind = CASE told.kind WHEN 'warning' THEN 'condition' ELSE told.kind END
        LEFT JOIN item
          ON item.edition_id = :edition AND item.item_code = told.item_code AND item.kind = 'negative'
        WHERE org.org_code IS NULL
           OR CASE told.kind WHEN 'consequence' THEN graded.scale IS NULL OR label.code IS NULL
                             WHEN 'warning' THEN label.code IS NULL
                             ELSE item.item_code IS NULL END
        """,
    ),
    rows(
        "warning_tasks_are_of_warnings", "task",
        "没有完成的消除预警任务都有本期的预警，责任主体相同；完成的是本期完成，同一预警没有别的未完成的任务",
        """
        SELECT told.org_code, told.task_code, told.item_code, told.status
        FROM {batch} AS told
        JOIN edition ON edition.edition_id = :edition AND NOT edition.is_provisional
        LEFT JOIN warning AS warned
          ON warned.edition_id = :edition AND warned.org_code = told.org_code
         AND warned.warning_code = told.task_code AND warned.item_code = told.item_code
        LEFT JOIN task AS other
          ON other.edition_id = :edition AND other.kind = 'warning' AND other.status <> 'done'
         AND other.org_code = told.org_code AND other.task_code = told.task_code AND other.item_code = told.item_code
        WHERE told.kind = 'warning'
          AND CASE told.status WHEN 'done' THEN other.org_code IS NOT NULL OR told.done_on <> edition.period_end
                               ELSE warned.responsible_code IS NULL
                                 OR warned.responsible_code <> told.responsible_code END
        """,
    ),
    rows(
        "warnings_have_tasks", "warning", "有消除期限的预警条件，每个预警都有且只有一项没有完成的任务",
        """
        SELECT warned.org_code, warned.warning_code, warned.item_code, count(told.org_code) AS tasks
        FROM {batch} AS warned
        JOIN (
            SELECT DISTINCT task_code FROM task WHERE edition_id = :edition AND kind = 'warning' AND status <> 'done'
        ) AS dated ON dated.task_code = warned.warning_code
        LEFT JOIN task AS told
          ON told.edition_id = :edition AND told.kind = 'warning' AND told.status <> 'done'
         AND told.org_code = warned.org_code AND told.task_code = warned.warning_code
         AND told.item_code = warned.item_code
        GROUP BY warned.org_code, warned.warning_code, warned.item_code HAVING count(told.org_code) <> 1
        """,
    ),
)  # fmt: skip
