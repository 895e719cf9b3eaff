"""The data dictionary: what is committed is what is generated, and what it says of the views is so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from boards.dictionary import ABOUT, own_columns, page, types
from tests.districts import ROOT
from warehouse.database import connect, prepare
from warehouse.view_columns import COMMON
from warehouse.views import VIEW_SCHEMA, VIEWS


def test_the_committed_dictionary_is_what_is_generated_now(tmp_path: Path) -> None:
    fresh = tmp_path / "data_dictionary.md"
    subprocess.run([sys.executable, "-m", "boards.dictionary", str(fresh)], cwd=ROOT, check=True)
    assert fresh.read_text("utf-8") == page()
    assert (ROOT / "docs/data_dictionary.md").read_text("utf-8") == page(), "run: make docs"


def test_every_view_is_described_and_nothing_else() -> None:
    assert list(ABOUT) == list(VIEWS)


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_has_one_line_with_its_title_type_and_meaning(view: str) -> None:
    assert set(COMMON) | set(own_columns(view)) == set(VIEWS[view].columns.keys())
    section = page().partition(f"\n## {view}\n")[2].partition("\n## ")[0]
    lines = [line.split("|")[1:-1] for line in section.splitlines() if line.startswith("| `")]
    assert [name.strip(" `") for name, *_ in lines] == list(own_columns(view))
    assert all(title.strip() and meaning.strip() for _, title, _, _, meaning in lines)


@pytest.mark.parametrize(
    ("view", "column", "expected"),
    [
        ("items", "full_points", "| `full_points` | 标准分 | NUMERIC(12,4) | points |"),
        ("items", "cadence", "| `cadence` | 周期 | VARCHAR(16) |"),
        ("rejections", "value", "| `value` | 填报值 | VARCHAR(200) |"),
        ("ledger", "value", "| `value` | 实际值 | DOUBLE PRECISION |"),
        ("ledger", "item_code", "floor:&lt;dimension>"),
    ],
)
def test_a_column_that_means_something_else_in_a_view_is_described_as_that(
    view: str, column: str, expected: str
) -> None:
    section = page().partition(f"\n## {view}\n")[2].partition("\n## ")[0]
    assert expected in next(line for line in section.splitlines() if line.startswith(f"| `{column}` |"))


@pytest.mark.parametrize("warehouse_url", ["postgresql"], indirect=True)
def test_the_types_are_those_of_the_views_in_postgresql(warehouse_url: str) -> None:
    engine = connect(warehouse_url)
    prepare(engine)
    query = sa.text(
        "SELECT class.relname, attribute.attname, upper(format_type(attribute.atttypid, attribute.atttypmod))"
        " FROM pg_attribute AS attribute JOIN pg_class AS class ON class.oid = attribute.attrelid"
        " WHERE class.relnamespace = to_regnamespace(:schema) AND attribute.attnum > 0"
    )
    with engine.connect() as connection:
        found = connection.execute(query, {"schema": VIEW_SCHEMA}).all()
    engine.dispose()
    told = [(view, column, name) for view in VIEWS for column, name in types(view).items()]
    assert sorted(tuple(row) for row in found) == sorted(
        (view, column, name.replace("VARCHAR", "CHARACTER VARYING")) for view, column, name in told
    )
