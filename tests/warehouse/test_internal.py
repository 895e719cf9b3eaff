"""What the command may see of a restricted unit: the rows that the views would have of it."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from warehouse import editions, internal, published

HIDDEN, SEEN = "000000000002", "000000000004"


@pytest.fixture
def restricted(engine, edition, frames):
    given = frames(8)
    given["organization"]["is_restricted"] = given["organization"]["org_code"].eq(HIDDEN)
    editions.write(engine, edition(), given)
    editions.publish(engine, 101, None, pd.DataFrame(), [])
    return given


@pytest.mark.usefixtures("restricted")
def test_only_restricted_units_of_the_edition_are_restricted(engine):
    assert internal.is_restricted(engine, 101, HIDDEN)
    assert not internal.is_restricted(engine, 101, SEEN)
    assert not internal.is_restricted(engine, 101, "nobody")
    assert not internal.is_restricted(engine, 102, HIDDEN)


@pytest.mark.parametrize("name", list(internal._OF_UNITS))
@pytest.mark.usefixtures("restricted")
def test_a_unit_has_the_rows_that_the_view_would_have_of_it(engine, name):
    of_seen = internal.of_unit(engine, name, 101, SEEN)
    shown = published.of_edition(engine, name, 101, org_code=SEEN)
    by = [column for column in ("dimension", "item_code", "code", "scale", "figure", "warning_code") if column in shown]
    in_order = [frame.sort_values(by, ignore_index=True) if by else frame for frame in (of_seen, shown)]
    assert_frame_equal(*in_order)
    assert published.of_edition(engine, name, 101, org_code=HIDDEN).empty
    assert set(internal.of_unit(engine, name, 101, HIDDEN)["org_code"]) <= {HIDDEN}


def test_its_ledger_and_its_factors_are_those_of_the_tables(engine, restricted):
    lines = restricted["ledger_line"]
    assert len(internal.of_unit(engine, "ledger", 101, HIDDEN)) == (lines["org_code"] == HIDDEN).sum() > 0
    shares = restricted["person_share"]
    assert (
        internal.shares(engine, 101, HIDDEN)["share"].tolist()
        == shares.loc[shares["org_code"] == HIDDEN, "share"].tolist()
    )
