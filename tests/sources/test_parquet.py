"""Deliveries as Parquet: the same records as from the formats that people send."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sources import parquet
from sources.delivery import Delivery, UnreadableError
from sources.parquet import read_parquet, read_rows

FILE, EVENTS = "declarations/2024-07.parquet", "platform/2024-07.parquet"
EVENT = {
    "event_id": "E1",
    "org_code": "032000300111",
    "kind": "meeting",
    "topic": "党课",
    "occurred_at": "2024-07-04T15:45:00+08:00",
    "captured_at": "2024-07-05T10:41:31+08:00",
}
Accept = Callable[..., Delivery]
Refuse = Callable[..., str]


def parquet_bytes(columns: dict[str, Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, **options)
    return stream.getvalue()


def test_a_table_is_read_as_from_csv(accept: Accept, declarations: Callable[..., Any], as_csv: Any) -> None:
    header, row = declarations()
    data = parquet_bytes({name: [cell] for name, cell in zip(header, row, strict=True)})
    pd.testing.assert_frame_equal(
        accept(FILE, data).records, accept("declarations/2024-08.csv", as_csv([header, row])).records
    )


def test_a_sheet_is_read_whatever_its_types(accept: Accept) -> None:
    columns = {
        "序号": [1, 2],
        "组织代码": [32000100001, 32000100002],
        "组织名称": ["平沟社区党支部", None],
        "党建经费到位率": pa.array([0.95, None], pa.float32()),
        "核实状态": pa.array(["已核实", "未核实"]).dictionary_encode(),
    }
    delivery = accept("departments/2024Q3/财政局.parquet", parquet_bytes(columns))
    [record] = delivery.records.to_dict("records")
    assert (record["org_code"], record["value_text"], record["row_no"]) == ("032000100001", "0.95", 2)
    assert delivery.ignored == {"空单元格": 1}


def test_values_are_text_as_other_formats_have_them() -> None:
    columns = {
        "a": [Decimal("12.50")],
        "b": [date(2024, 7, 5)],
        "c": [datetime(2024, 7, 5, 10, 3)],  # noqa: DTZ001
        "d": pa.array([datetime(2024, 7, 5, 2, tzinfo=UTC)], pa.timestamp("us", "Asia/Shanghai")),
        "e": [True],
        "f": [b"\xe7\x94\xb2"],
        "g": [["甲", "乙"]],
        "h": pa.array([None], pa.string()),
        "i": [7],
    }
    header, row = read_parquet(parquet_bytes(columns)).rows
    assert header == list(columns)
    assert row[:5] == ["12.50", "2024-07-05", "2024-07-05 10:03:00", "2024-07-05T10:00:00+08:00", "TRUE"]
    assert row[5:] == ["甲", '["甲","乙"]', "", "7"]


KEYS = {"attended": 10, "expected": 13.5}
SHAPES: dict[str, dict[str, Any]] = {
    "text": {"data": [orjson.dumps(KEYS).decode()]},
    "struct": {"data": [KEYS]},
    "map": {"data": pa.array([[("attended", "10"), ("expected", "13.5")]], pa.map_(pa.string(), pa.string()))},
    "columns": {"data.attended": [10], "data.expected": [13.5]},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_events_are_read_as_from_json_lines(accept: Accept, shape: str) -> None:
    data = parquet_bytes({**{name: [value] for name, value in EVENT.items()}, **SHAPES[shape]})
    record = accept(EVENTS, data).records.iloc[0]
    assert record[list(EVENT)].tolist() == list(EVENT.values())
    assert (record["data.attended"], record["data.expected"], record["row_no"]) == ("10", "13.5", 2)
    assert record.isna()["fault"]


def test_moments_keep_their_offset(accept: Accept) -> None:
    moment = pa.array([datetime(2024, 7, 31, 16, 30, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    data = parquet_bytes({**{name: [value] for name, value in EVENT.items()}, "occurred_at": moment})
    assert accept(EVENTS, data).records["occurred_at"].tolist() == ["2024-07-31T16:30:00+00:00"]


def test_data_that_cannot_be_read_is_a_fault(accept: Accept) -> None:
    columns = {name: [value] * 3 for name, value in EVENT.items()} | {"data": ["{torn", "[1]", None]}
    faults = accept(EVENTS, parquet_bytes(columns)).records["fault"]
    assert faults.tolist()[:2] == ["data 不是完整的 JSON", "data 不是 JSON 对象"]
    assert faults.isna()[2]


def test_data_in_two_ways_is_refused(refuse: Refuse) -> None:
    columns = {name: [value] for name, value in EVENT.items()} | {"data": ["{}"], "data.attended": [1]}
    assert "无法判断读哪一个" in refuse(EVENTS, parquet_bytes(columns))


def test_a_torn_file_is_refused_wherever_it_ends(refuse: Refuse, declarations: Callable[..., Any]) -> None:
    header, row = declarations()
    data = parquet_bytes({name: [cell] for name, cell in zip(header, row, strict=True)})
    assert "没有传完。请重新导出并完整上传" in refuse(FILE, data[:-1])
    for end in range(4, len(data), 37):
        with pytest.raises(UnreadableError, match="请"):
            read_parquet(data[:end])


def test_a_damaged_file_ends_in_a_refusal_or_a_table() -> None:
    data = parquet_bytes({"a": ["甲"] * 50, "b": [KEYS] * 50, "c": list(range(50))}, write_page_checksum=True)
    chance = random.Random(20240705)
    refused = 0
    for _ in range(500):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 3, 10))):
            damaged[chance.randrange(4, len(data) - 4)] = chance.randrange(256)
        try:
            read_parquet(bytes(damaged))
            read_rows(bytes(damaged), "data")
        except UnreadableError:
            refused += 1
    assert refused > 250


def test_absurdly_many_cells_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = parquet_bytes({"a": [1] * 101, "b": [1] * 101})
    monkeypatch.setattr(parquet, "MAX_CELLS", 200)
    with pytest.raises(UnreadableError, match="远远超出正常大小"):
        read_parquet(data)


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = parquet_bytes({"a": ["长" * 1000] * 20_000})
    assert len(data) < 100_000
    monkeypatch.setattr(parquet, "MAX_UNPACKED_BYTES", 10_000_000)
    with pytest.raises(UnreadableError, match="远远超出正常大小"):
        read_parquet(data)


def test_two_columns_of_one_name_are_refused() -> None:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), stream)
    with pytest.raises(UnreadableError, match="同名的列"):
        read_parquet(stream.getvalue())
