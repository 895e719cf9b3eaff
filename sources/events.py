"""Platform events: JSON lines, one event each, and the record frame that events from a table share with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import pandas as pd

from schemas.layouts import EventLayout
from sources import parquet
from sources.delivery import Contents, UnreadableError, text_columns
from sources.formats import check_not_blank
from sources.text import UTF8_MARK, ascii_forms, codes, empty_column, from_utf16, join, text_column

MAX_DATA_KEYS = 500
"""Different keys that the events of one delivery may have; far beyond what a platform means."""
_TEXTS = text_columns("events")
_AS_WRITTEN = frozenset({"topic"})
_NOT_JSON = "不是完整的 JSON"
NOT_AN_EVENT = "不是一个 JSON 对象，每个事件应占一行"
NULL_CHARACTER = "含有空字符（\\u0000）"
_NOT_DATA = "data 不是 JSON 对象"
TOO_DEEP = "data 嵌套过深"

Event = Mapping[str, Any]


def read_events(data: bytes, layout: EventLayout, code_digits: int) -> Contents:
    """The events of a JSONL file, `row_no` being the line; a line that is no event has a fault, the rest goes on.

    The file may be UTF-16 with a mark, or Parquet. Raises UnreadableError for a file of which no line can be read, or
    that is consistently not UTF-8.
    """
    check_not_blank(data)
    if data.startswith(parquet.SIGNATURE):
        return _parquet_contents(data, layout, code_digits)
    data = from_utf16(data)
    lines = data.removeprefix(UTF8_MARK).split(b"\n")
    numbers = [number for number, line in enumerate(lines, start=1) if line and not line.isspace()]
    events: list[Event] = []
    faults: dict[int, str] = {}
    for place, number in enumerate(numbers):
        event, fault = _parsed(lines[number - 1])
        events.append(event)
        if fault:
            faults[place] = fault
    if len(faults) == len(numbers):
        raise UnreadableError("没有一行是完整的 JSON 对象", "请确认是平台导出的 JSONL 文件（UTF-8 编码，一行一个事件）")
    _check_encoding(lines, faults, numbers)
    return event_contents(events, faults, numbers, layout, code_digits)


def _parquet_contents(data: bytes, layout: EventLayout, code_digits: int) -> Contents:
    """The events of a Parquet file, `row_no` counting the header as 1; their data in a column, or in data.<key>."""
    events: list[Event] = []
    faults: dict[int, str] = {}
    for place, event in enumerate(parquet.read_rows(data, "data")):
        found, fault = parse_data(event["data"]) if isinstance(event["data"], str) else (event["data"], None)
        events.append({**event, "data": found})
        if fault:
            faults[place] = fault
    return event_contents(events, faults, range(2, len(events) + 2), layout, code_digits)


def event_contents(
    events: Sequence[Event], faults: dict[int, str], row_numbers: Sequence[int], layout: EventLayout, code_digits: int
) -> Contents:
    """Record frame of events: their texts, and a column `data.<key>` for each key that the layout or an event has.

    `faults` says by place among the events why one cannot be read. Raises UnreadableError for absurdly many keys.
    """
    declared = {name for kind in layout.kinds.values() for name in (*kind.numbers, *kind.flags, *kind.dates)}
    data, faults = _data(events, declared, dict(faults))
    columns = {name: _column(name, _texts([event.get(name) for event in events])) for name in _TEXTS}
    columns["org_code"] = codes(columns["org_code"], code_digits)
    fault = [faults.get(place) for place in range(len(events))] if faults else [None] * len(events)
    frame = pd.DataFrame(
        columns
        | {f"data.{key}": _column(key, data[key]) if key in data else empty_column(len(events)) for key in sorted(data)}
        | {"row_no": pd.Series(row_numbers, dtype="int64"), "fault": pd.Series(fault, dtype="str")}
    )
    others = sorted({key for event in events for key in event} - {*_TEXTS, "data"})
    return Contents(frame, notes=(f"没有读取的字段：{join(others)}",) if others else ())


def parse_data(text: str | None) -> tuple[Any, str | None]:
    """The data of an event from its JSON text, and why it cannot be read."""
    if text is None:
        return None, None
    if "\\u0000" in text:
        return None, NULL_CHARACTER
    try:
        return orjson.loads(text), None
    except orjson.JSONDecodeError:
        return None, f"data {_NOT_JSON}"


def _parsed(line: bytes) -> tuple[Event, str | None]:
    if b"\\u0000" in line:
        return {}, NULL_CHARACTER
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}, _NOT_JSON
    return (event, None) if isinstance(event, dict) else ({}, NOT_AN_EVENT)


def _check_encoding(lines: Sequence[bytes], faults: Mapping[int, str], numbers: Sequence[int]) -> None:
    """Raises UnreadableError where several lines, and all of those that are not plain ASCII, are not UTF-8."""
    suspects = [lines[numbers[place] - 1] for place in faults]
    foreign = sum(not _is_utf8(line) for line in suspects)
    if foreign > 1 and not any(not line.isascii() and _is_utf8(line) for line in lines):
        raise UnreadableError("文件不是 UTF-8 编码", "请让平台按 UTF-8 编码导出后重新报送")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _data(
    events: Sequence[Event], declared: set[str], faults: dict[int, str]
) -> tuple[dict[str, list[str | None]], dict[int, str]]:
    nothing: list[str | None] = [None] * len(events)
    columns = {key: nothing.copy() for key in declared}
    for place, event in enumerate(events):
        data = event.get("data")
        if data is None:
            continue
        if not isinstance(data, dict):
            faults[place] = _NOT_DATA
            continue
        for key, value in data.items():
            try:
                text = _text(value)
            except orjson.JSONEncodeError:
                faults[place] = TOO_DEEP
                continue
            if key not in columns:
                columns[key] = nothing.copy()
                if len(columns) > MAX_DATA_KEYS:
                    raise UnreadableError(
                        f"事件的 data 有超过 {MAX_DATA_KEYS} 种字段", "请核对导出程序：字段名里不应有编号、日期等内容"
                    )
            columns[key][place] = text
    return columns, faults


def _column(name: str, values: Sequence[str | None]) -> pd.Series:
    column = text_column(values)
    return column if name in _AS_WRITTEN else ascii_forms(column)


def _texts(values: list[Any]) -> Sequence[str | None]:
    return values if set(map(type, values)) <= {str, type(None)} else [_text(value) for value in values]


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


_AS_TEXT: dict[type, Callable[[Any], str | None]] = {
    str: lambda text: text,
    bool: lambda flag: "true" if flag else "false",
    int: int.__repr__,
    float: float.__repr__,
    type(None): lambda _: None,
}


def _text(value: object) -> str | None:
    return _AS_TEXT.get(type(value), _json)(value)
