"""How the tests of the checks look at what was rejected."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from transforms.checks.checked import Checked


@pytest.fixture(scope="session")
def rejected() -> Callable[[Checked], list[tuple[int, str, str, str]]]:
    """Lists rejections as (row, column, value, reason), sorted."""

    def listed(checked: Checked) -> list[tuple[int, str, str, str]]:
        columns = ["row_no", "column_name", "value_text", "reason"]
        return sorted(checked.rejections[columns].itertuples(index=False, name=None))

    return listed


@pytest.fixture(scope="module")
def refused(request: pytest.FixtureRequest, check: Callable[..., Checked]) -> Checked:
    """What the module's check says of all of its REFUSED cases at once."""
    return check(*(row for row, _ in request.module.REFUSED))
