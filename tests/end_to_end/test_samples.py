"""Two districts whose results an independent program worked out: every period agrees, and every rejection."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.agreement import differences, rejection_differences
from tests.end_to_end.conftest import Opened

PERIODS = {
    "district-120": ["2024-07", "2024-08", "2024-09", "2024Q3"],
    "district-600": ["2024-04", "2024-05", "2024-06", "2024Q2", "2024-07", "2024-08", "2024-09", "2024Q3"],
}


@pytest.mark.parametrize("sample", list(PERIODS))
def test_every_period_and_the_rejections_agree(sample: str, samples: dict[str, Path], district: Opened) -> None:
    own = district(samples[sample] / "inbox")
    receipts = own.take()
    assert not receipts.having("refused")
    assert rejection_differences(own.context.engine, samples[sample] / "expected") == []
    assert all(outcome.is_new for outcome in own.score(*PERIODS[sample]))
    assert differences(own.context.engine, samples[sample] / "expected", PERIODS[sample]) == []
    assert rejection_differences(own.context.engine, samples[sample] / "expected") == []


def test_counts_reconcile(samples: dict[str, Path], embedded: Opened) -> None:
    own = embedded(samples["district-120"] / "inbox")
    for receipt in own.take().receipts:
        assert receipt.received == receipt.accepted + receipt.rejected + sum(receipt.ignored.values()), receipt.file
        assert receipt.received > 0
