"""Other code publishes a new revision only where it comes to other rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.jobs import publishing, restating
from tests.end_to_end.conftest import Opened
from transforms import wording


def test_code_that_comes_to_the_same_rows_is_no_news(
    inbox: Path, district: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = district(inbox)
    own.take()
    own.score("2024-07")
    for job in (publishing, restating):
        monkeypatch.setattr(job, "code_version", lambda: "another")
    assert [outcome.is_new for outcome in own.score("2024-07")] == [False]
    monkeypatch.setitem(wording._MISSING, "declaration", "没有申报")
    again = own.score("2024-07")[0]
    assert again.is_new
    assert (again.edition.revision, again.edition.cause, again.edition.code_version) == (2, "code change", "another")
