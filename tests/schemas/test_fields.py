"""The field dictionary: one name, one type, one unit, one description for every column."""

from __future__ import annotations

import re

import pytest

from schemas.fields import FIELDS
from schemas.kinds import RECORD_COLUMNS
from schemas.stages import STAGES

DTYPES = {"str", "int", "points", "bool", "date", "timestamp", "float"}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_complete(name):
    field = FIELDS[name]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert field.dtype in DTYPES
    assert re.search(r"[\u4e00-\u9fff]", field.title)
    assert len(field.description) > 5
    assert (field.size > 0) == (field.dtype == "str")
    if field.dtype == "points":
        assert field.unit == "1/10000 point"


@pytest.mark.parametrize("name", FIELDS)
def test_a_name_says_what_kind_of_value_it_has(name):
    field = FIELDS[name]
    if name.startswith(("is_", "has_")):
        assert field.dtype == "bool"
    if field.dtype == "bool":
        assert name.startswith(("is_", "has_"))
    if name.endswith("_points") or name == "points":
        assert field.dtype == "points"
    if name.endswith("_pct"):
        assert (field.dtype, field.unit) == ("float", "%")
    if name.endswith("_count"):
        assert field.dtype == "int"


@pytest.mark.parametrize("part", ["title", "description"])
def test_no_two_fields_mean_the_same(part):
    said = [getattr(field, part) for field in FIELDS.values()]
    assert {text for text in said if said.count(text) > 1} == set()


@pytest.mark.parametrize("stage", STAGES)
def test_stage_frames_use_nothing_that_is_not_in_the_dictionary(stage):
    assert set(STAGES[stage].dtypes) <= set(FIELDS)


@pytest.mark.parametrize("kind", RECORD_COLUMNS)
def test_record_columns_are_in_the_dictionary(kind):
    assert {name for name in RECORD_COLUMNS[kind] if name not in FIELDS} <= {"fault", "day"}
    assert len(set(RECORD_COLUMNS[kind])) == len(RECORD_COLUMNS[kind])
