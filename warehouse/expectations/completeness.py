"""What must hold of what was due and what came."""

from __future__ import annotations

from schemas.stages import DELIVERY_STATUSES, POLICIES
from warehouse.expectations.expectation import one_of, rows

COMPLETENESS = (
    one_of("delivery_statuses_known", "due_delivery", "报送状态只有齐、不齐、没有、过时", "status", DELIVERY_STATUSES),
    one_of("delivery_policies_known", "due_delivery", "未报齐的处理只有四种", "policy", POLICIES),
    rows(
        "delivered_within_expected", "due_delivery", "已报数不小于0，不大于应报数；应报数不小于1",
        """
        SELECT kind, sender, expected_count, delivered_count FROM {batch}
        WHERE delivered_count < 0 OR delivered_count > expected_count OR expected_count < 1
        """,
    ),
    rows(
        "delivery_status_follows_counts", "due_delivery", "齐的已报数等于应报数，没有的是0，不齐的小于应报数",
        """
        SELECT kind, sender, expected_count, delivered_count, status FROM {batch}
        WHERE (status = 'complete' AND delivered_count <> expected_count)
           OR (status = 'missing' AND delivered_count <> 0)
           OR (status = 'partial' AND delivered_count >= expected_count)
           OR (status = 'stale' AND delivered_count = 0)
        """,
    ),
    rows(
        "what_is_waited_for_is_not_published", "due_delivery", "要求收齐才发布的（refuse），首个正式版都已收齐",
        """
        SELECT due.kind, due.sender, due.status, due.policy
        FROM {batch} AS due
        JOIN edition ON edition.edition_id = :edition
        LEFT JOIN edition AS earlier
          ON earlier.district = edition.district AND earlier.scheme = edition.scheme
         AND earlier.period = edition.period AND earlier.revision < edition.revision
         AND earlier.status = 'published' AND NOT earlier.is_provisional
        WHERE due.policy = 'refuse' AND NOT edition.is_provisional AND earlier.edition_id IS NULL
          AND (due.status IN ('missing', 'stale') OR (due.kind = 'declarations' AND due.status = 'partial'))
        """,
    ),
)  # fmt: skip
