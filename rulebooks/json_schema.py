"""JSON Schemas of the rule book's files, so that editors complete and check them while they are written.

`python -m rulebooks.json_schema` writes them anew after a change to the shapes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rulebooks.shapes.base import Dated
from rulebooks.shapes.files import FILES, FileKind, Fixed, Shape

FOLDER = Path(__file__).parent / "schema"


def schemas() -> dict[str, str]:
    """The text of each kind of file's JSON Schema, by the schema's file name."""
    return {
        f"{name}.json": json.dumps(_file(kind), ensure_ascii=False, indent=2) + "\n" for name, kind in FILES.items()
    }


def write(folder: Path = FOLDER) -> None:
    """Writes every schema into a folder."""
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


def _file(kind: FileKind) -> dict[str, Any]:
    """A file of one kind of entries may set any of their keys in `defaults`, another only the dates and the reference.

    No key of an entry is required, for any may come from the defaults: whether it is complete, the linter says.
    """
    defs: dict[str, Any] = {}
    sections: dict[str, Any] = {}
    common: Shape = Dated
    for name, section in kind.sections.items():
        if isinstance(section, Fixed):
            entries = {code: _entry(f"{name}.{code}", shape, defs) for code, shape in section.entries.items()}
            sections[name] = {"type": "object", "additionalProperties": False, "properties": entries}
        else:
            sections[name] = {"type": "object", "additionalProperties": _entry(name, section, defs)}
            common = section if len(kind.sections) == 1 else Dated
    defaults = _properties(common, defs)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.pattern,
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "defaults": {"type": "object", "additionalProperties": False, "properties": defaults},
            **sections,
        },
        "$defs": defs,
    }


def _entry(name: str, shape: Shape, defs: dict[str, Any]) -> dict[str, Any]:
    """A reference to the entry's definition; a change is written like an entry, with dates and reference of its own."""
    reference = {"$ref": f"#/$defs/{name}"}
    change = {"allOf": [reference], "required": ["effective_from", "adopted_on", "reference"]}
    properties = {**_properties(shape, defs), "changes": {"title": "变更", "type": "array", "items": change}}
    defs[name] = {"type": ["object", "null"], "additionalProperties": False, "properties": properties}
    return reference


def _properties(shape: Shape, defs: dict[str, Any]) -> dict[str, Any]:
    schema = _without_descriptions(shape.model_json_schema())
    defs |= schema.pop("$defs", {})
    return schema["properties"]


def _without_descriptions(schema: Any) -> Any:
    """Titles are for editors; the descriptions come from docstrings, which are for maintainers."""
    if isinstance(schema, dict):
        return {
            key: _without_descriptions(part)
            for key, part in schema.items()
            if key != "description" or not isinstance(part, str)
        }
    return [_without_descriptions(part) for part in schema] if isinstance(schema, list) else schema


if __name__ == "__main__":
    write()
