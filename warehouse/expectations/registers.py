"""What must hold of corrections and exemptions."""

from __future__ import annotations

from warehouse.expectations.expectation import rows

REGISTERS = (
    rows(
        "exempted_items_have_no_lines", "exemption", "豁免的指标没有明细",
        """
        SELECT exempted.org_code, exempted.item_code
        FROM {batch} AS exempted
        JOIN ledger_line AS line
          ON line.edition_id = :edition AND line.org_code = exempted.org_code AND line.item_code = exempted.item_code
        WHERE line.status <> 'mean'
        """,
    ),
    rows(
        "exemptions_are_of_scored", "exemption", "豁免的组织都有指数，豁免的指标都在指标目录中",
        """
        SELECT exempted.org_code, exempted.item_code
        FROM {batch} AS exempted
        LEFT JOIN score ON score.edition_id = :edition AND score.org_code = exempted.org_code
        LEFT JOIN item ON item.edition_id = :edition AND item.item_code = exempted.item_code
        WHERE score.org_code IS NULL OR item.item_code IS NULL
        """,
    ),
)  # fmt: skip
