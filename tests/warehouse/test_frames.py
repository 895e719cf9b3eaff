"""The frames that the other tests write are such as stages may hand on."""

import pytest

from schemas.stages import STAGES
from tests.warehouse.frames import frames_of

WRITTEN_WITH_A_DEFAULT = "streak"


@pytest.mark.parametrize("size", [6, 8, 30])
@pytest.mark.parametrize("name", sorted(set(frames_of(6)) - {WRITTEN_WITH_A_DEFAULT}))
def test_the_frames_of_an_edition_are_those_of_the_stages(name, size):
    frame = frames_of(size)[name]
    given = frame.reindex(columns=list(STAGES[name].dtypes))
    assert set(frame.columns) <= set(given.columns)
    assert len(STAGES[name].validated(given)) == len(frame)
