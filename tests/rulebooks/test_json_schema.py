"""The JSON Schemas that editors use are those of the shapes, and the rule books' files satisfy them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rulebooks.json_schema import FOLDER, schemas, write
from rulebooks.loader import HERE, schemes
from rulebooks.strict_yaml import read
from tests.rulebooks.conftest import FULL

FOLDERS = [*(HERE / scheme for scheme in schemes()), FULL]
FILES = [path for folder in FOLDERS for path in sorted(folder.rglob("*.yaml"))]
ITEMS = HERE / "ganyu" / "items" / "village.yaml"


def _schema_of(path: Path) -> dict[str, Any]:
    """The schema that the file's first line names."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    schema = json.loads((path.parent / first.partition("=")[2]).read_text(encoding="utf-8"))
    assert isinstance(schema, dict)
    return schema


def _plain(value: Any) -> Any:
    """Content as an editor sees it: days are text."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def _content(path: Path) -> Any:
    content, findings = read(path, path.name)
    assert findings == []
    return _plain(content)


def test_the_committed_schemas_are_those_of_the_shapes() -> None:
    committed = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}
    assert committed == {name: json.loads(text) for name, text in schemas().items()}


def test_the_schemas_are_written_into_a_folder(tmp_path: Path) -> None:
    write(tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == schemas()


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_file_satisfies_the_schema_that_it_names(path: Path) -> None:
    schema = _schema_of(path)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(_content(path), schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pionts", 4),
        ("points", 0),
        ("points", "4"),
        ("cadence", "week"),
        ("rule", "yes"),
        ("rule", {"at_least": 1, "inverse": 1}),
        ("rule", {}),
        ("rule", {"tiers": [[10]], "pass": 1}),
        ("measure", {"state_ratio": {"of": "grids"}}),
        ("changes", [{"points": 4}]),
        ("effective_from", 20240101),
    ],
)
def test_a_schema_refuses_what_the_loader_refuses(key: str, value: object) -> None:
    content = _content(ITEMS)
    content["items"]["V01"][key] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, _schema_of(ITEMS), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("file", "section", "code", "key", "value"),
    [
        ("items/all.yaml", "items", "Y03", "assessors", {"纪委": 0}),
        ("items/all.yaml", "items", "Y03", "assessors", []),
        ("items/all.yaml", "items", "Y01", "rule", {"milestones": [{"by": "3-31", "at_least": 1}]}),
        ("items/all.yaml", "items", "M02", "measure", {"ratio": {"event": "meeting", "of": [], "over": "expected"}}),
        ("scheme.yaml", "cadences", "month", "parts", ["week"]),
        ("scheme.yaml", "cadences", "month", "full_points", -1),
        ("adjustments.yaml", "coefficients", "party_building", "middle", "median"),
        ("adjustments.yaml", "limits", "public_order", "effects", ["bar_award"]),
        ("grades.yaml", "scales", "star", "grades", [{"code": "five"}, {"name": "五星", "at_least": "90"}]),
        ("grades.yaml", "scales", "star", "movement", "two_steps"),
        ("roll_ups.yaml", "roll_ups", "members", "figure", "heads"),
    ],
)
def test_a_schema_refuses_forms_that_the_loader_refuses(
    file: str, section: str, code: str, key: str, value: object
) -> None:
    content = _content(FULL / file)
    content[section][code][key] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, _schema_of(FULL / file), cls=jsonschema.Draft202012Validator)


def test_a_schema_knows_changes() -> None:
    content = _content(ITEMS)
    dated = {"effective_from": "2025-01-01", "adopted_on": "2024-12-01", "reference": "通知"}
    content["items"]["V01"]["changes"] = [{**dated, "points": 4}, {**dated, "retired": True}]
    jsonschema.validate(content, _schema_of(ITEMS), cls=jsonschema.Draft202012Validator)
    content["items"]["V01"]["changes"][0]["pionts"] = 4
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, _schema_of(ITEMS), cls=jsonschema.Draft202012Validator)
